"""What a sentence speaks of: the line of the budget, the metric, and the lines above it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.folding import fold
from tracker.normalize.prose import nouns
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.lines import Endings

_LEVEL = re.compile(
    r"(?P<name>[^（(）)，,。；;：:“”\"\d](?:[^（(）)，,。；;：:“”\"]|[（(](?:室|局|厅|含|境|护)[)）]){0,40}?)[”\"]?[（(](?P<code>\d{2,3})?(?P<level>类|款|项)[)）]"
)
_CODED = re.compile(r"(?P<name>[^（(）)，,。；;：:“”\"]{2,40})[（(](?P<code>\d{7}|\d{5}|\d{3})[)）]")
_ITEM = re.compile(
    r"(?:^|[。；;：:！？）)”])(?:\d{1,2}[.．、]|[（(]\d{1,2}[)）])(?P<name>[^，,。；;：:\d]{2,30}?)(?:项)?[。：:](?=(?:主要|用于|反映)[^。]*。[^。]*$|[^。]*$)"
)
_PROJECT = re.compile(r"(?P<name>[^。；;：:，,]{0,60}?)(?:项目)?绩效自评(?:结果)?综述[：:，,]")
_ORGANISATION = re.compile(
    r"^[\u4e00-\u9fff（）()·、“”]*(?:局|委|厅|院|中心|单位|部门|部|办|处|会|校|所|站|大学|学院|本级|机关|室|馆|团|队|府|庭|台|区委|市委|社)$"
)
_SCOPE = re.compile(
    r"^(?:一般公共预算(?:财政)?(?:拨款)?(?:安排的)?|财政拨款(?:的)?|"
    r"政府性基金预算(?:财政拨款)?|国有资本经营预算(?:财政拨款)?)+$"
)
_OF_SCOPE = re.compile(_SCOPE.pattern.removeprefix("^"))
_GRAND = re.compile(r"^(?:收入|支出|收、?支).*(?:总计|合计|总额)$")
_REMARK = re.compile(r"[（(][^（(）)]*[)）]$")
_DATED = re.compile(r"(?:费用?|支出|收入|经费|资金|拨款|结余)(?=(?:(?:19|20)\d{2}年度?|本年度?)$)")
_SPENT = re.compile(r"(?:支出)?决算(?:总额|总数|数|额)?$|支出(?:总额|总数|合计)$")
_LENGTHS = {"类": 3, "款": 5, "项": 7}


@dataclass(frozen=True, slots=True)
class Subject:
    """A line spoken of: ``label`` as published, tidied; ``line`` its part of a key; ``path`` the names above.

    ``item``: announced before its figures; ``phrase``: called by the words of its role for want of a noun (预算安排).
    """

    label: str
    line: str
    code: str | None = None
    path: tuple[str, ...] = ()
    item: bool = False
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Looks names up: the document's own codes first, then the lines that the taxonomy names in the section."""

    section: str
    codes: Mapping[str, str]
    taxonomy: Taxonomy
    year: int | None
    known: Endings

    def functional(self, name: str, level: str | None, above: str | None) -> str | None:
        """Return the functional code that ``name`` has in this document, at ``level`` (类/款/项) below ``above``."""
        for key in (name, name + "支出", name.removesuffix("支出")):
            key = fold(key)
            code = self.codes.get(f"{above}/{key}") or self.codes.get(key)
            if code is None or not code.startswith("2"):
                continue
            if level is not None and len(code) != _LENGTHS[level]:
                continue
            if above is not None and not code.startswith(above):
                continue
            return code
        close = self._close(name, level, above)
        if close is not None:
            return close
        digits = _LENGTHS[level] if level is not None else 3
        find = self.taxonomy.functional.code
        # 教育（类）支出: 支出 stands behind the level, and is all that tells 教育 from another line.
        whole = f"{name}支出" if level is not None else name
        return find(name, self.year, level=digits, under=above) or find(whole, self.year, level=digits, under=above)

    def _close(self, name: str, level: str | None, above: str | None) -> str | None:
        """Return the one line right below ``above`` whose name differs by 的, 费 or 支出 alone: in a list of items
        未归口管理行政单位离退休费（项） is 未归口管理的行政单位离退休."""
        if above is None or level is None or len(above) != _LENGTHS[level] - 2:
            return None
        wanted = _kernel(name)
        below = (
            (key.removeprefix(f"{above}/"), code) for key, code in self.codes.items() if key.startswith(f"{above}/")
        )
        fitting = {code for key, code in below if _kernel(key) == wanted}
        return fitting.pop() if len(fitting) == 1 else None

    def economic(self, name: str) -> str | None:
        """Return the economic code that ``name`` has in this document."""
        for key in (name, name.removesuffix("支出")):
            key = fold(key)
            code = self.codes.get(f"3/{key}") or self.codes.get(key)
            if code is not None and code.startswith("3") and len(code) in (3, 5):
                return code
        return self.taxonomy.economic.code(name, self.year)


def _kernel(name: str) -> str:
    """Return a name without the words that come and go in it."""
    return re.sub(r"的|(?:缴费|支出|费用|经费|费)+$", "", fold(name))


def named(label: str, names: Names, owner: Subject | None) -> Subject:
    """Return the subject called ``label`` in this section; ``owner`` is the line it is printed as a part of."""
    published = _shortest(label, names)
    under = owner.line if owner is not None else None
    find = names.taxonomy.lines.find
    line = find(published, names.section, under=under)
    if line is None:
        spelled = _REMARK.sub("", published).replace("预算支出", "支出").replace("经费支出", "费支出")
        spelled = spelled.replace("结转结余", "结转和结余").replace("决算支出", "支出")
        line = find(_shortest(spelled, names), names.section, under=under) if spelled != published else None
    if line is None and (spent := _SPENT.sub("支出", published)) != published:
        line = find(spent, names.section, under=under)
    code = None
    words = names.taxonomy.prose
    if line is None and names.section in words.economic:
        code = names.economic(published)
    if code is None and line is None and names.section in words.functional:
        code = names.functional(published, None, None)
    path = (*owner.path, owner.label) if owner is not None and owner.label != published else ()
    return Subject(published, code or line or folded(published), code, path)


def label(rest: str, names: Names) -> str:
    """Return the noun that ``rest``, a lead without the words of its role, ends in; "" where it has none."""
    dated = _DATED.search(rest)
    if dated is not None:
        # 公务用车购置费2022年决算数: the year stands between the line and what is said of it.
        rest = rest[: dated.end()]
    plain = rest.rstrip("、，,：:各均共")
    name = names.known.of(plain)
    if name is not None:
        before = nouns.clean(plain[: -len(name)] + "其")
        before = before.removesuffix("其")
        if not before or _whose(before, name):
            return name
    return nouns.clean(rest)


def _shortest(label: str, names: Names) -> str:
    """Drop the unit's name before a known name: 某中心机关运行经费支出 → 机关运行经费支出."""
    name = names.known.of(label)
    if name is None:
        return label
    rest = label[: -len(name)]
    return name if not rest or _whose(rest, name) else label


def _whose(before: str, name: str) -> bool:
    """Tell whether ``before`` only says whose or of which budget ``name`` is; 财政拨款收入总计 is another total."""
    if _ORGANISATION.match(before):
        return True
    # 省检察院一般公共预算机关运行经费预算支出: whose, and of which budget.
    whose = _OF_SCOPE.sub("", before)
    return whose != before and (not whose or _ORGANISATION.match(whose) is not None) and not _GRAND.match(name)


def planned(rest: str) -> str:
    """Return 收入预算 or 支出预算 where ``rest`` (a lead up to 预算) is that word, after nothing or the unit's name."""
    side = rest[-2:]
    if side not in ("收入", "支出"):
        return ""
    before = nouns.clean(rest[:-2] + "其").removesuffix("其")
    return side + "预算" if not before or _ORGANISATION.match(before) else ""


def folded(label: str) -> str:
    """Return ``label`` as a part of a key."""
    return re.sub(r"[/:\s\"']", "", fold(label)) or "_"


def classified(gap: str, names: Names, above: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Return the functional lines that ``gap`` names with their levels, 类 to 项, or () where it names none.

    ``above`` is what the last such path was: 行政运行（项） alone stands below the 类 and 款 named before it.
    """
    levels: dict[str, tuple[str, str | None]] = {}
    last_end = -1
    for match in _LEVEL.finditer(gap):
        name = match["name"]
        if last_end != match.start():
            levels = {} if match["level"] == "类" else levels
            name = nouns.clean(name)
        name = name.strip('、“”"')
        last_end = match.end()
        levels[match["level"]] = (name, match["code"])
    if not levels:
        matches = [*_CODED.finditer(gap)]
        if not matches:
            return ()
        coded = matches[-1]
        name = nouns.clean(coded["name"])
        return (Subject(name, coded["code"], coded["code"], (), item=True),) if name else ()
    chain: list[Subject] = []
    order = ("类", "款", "项")
    deepest = max(order.index(level) for level in levels)
    code: str | None = None
    for at, level in enumerate(order[: deepest + 1]):
        if level in levels:
            name, printed = levels[level]
            spelled = (code or "") + printed if printed is not None else None
            whole = spelled is not None and spelled[0] == "2" and len(spelled) == _LENGTHS[level]
            code = spelled if whole else names.functional(name, level, code)
            chain.append(Subject(name, code or folded(name), code, tuple(s.label for s in chain), item=True))
        elif len(above) > at and not any(order.index(k) < at for k in levels):
            chain = list(above[: at + 1])
            code = above[at].code
    return tuple(chain)


def item(gap: str, names: Names) -> Subject | None:
    """Return the line that ``gap`` announces as a numbered item or a project before its figures, or None."""
    projects = [*_PROJECT.finditer(gap)] if "综述" in gap else []
    if projects:
        label = nouns.clean(projects[-1]["name"])
        label = label.removesuffix("绩效自评") or "项目"
        return Subject(label, folded(label), item=True)
    items = [*_ITEM.finditer(gap)]
    if not items:
        return None
    label = nouns.clean(items[-1]["name"])
    if not label:
        return None
    found = named(label, names, None)
    return Subject(found.label, found.line, found.code, found.path, item=True)


def codes(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the look-up of names for `Context.codes` from (code, label) pairs of a document's tables.

    Keys are folded names; the first code of a name wins. Names that several lines share are also found below the
    code of the line above (``20801/其他支出``), economic ones below ``3`` (住房公积金 is a functional line too).
    """
    found: dict[str, str] = {}
    for code, label in lines:
        name = fold(label)
        economic = code[:1] == "3" and len(code) <= 5
        if economic:
            found.setdefault(f"3/{name}", code)
        elif len(code) > 3:
            found.setdefault(f"{code[:-2]}/{name}", code)
        if not economic:
            found[name] = code if found.get(name, "3").startswith("3") else found[name]
        else:
            found.setdefault(name, code)
    return found
