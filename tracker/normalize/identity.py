"""Which document it is: unit, year, kind and scope, each with the words that say so.

Everything is evidence from the text itself: its title, the labels over its tables and forms, its headings, at last the
file's name. A publication date is never evidence of the year, and one stale sentence (本部门2022年度政府采购 in a
document of 2023) is none either: only titles, headings and captions are asked.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tracker.folding import fold, tidy
from tracker.model import Evidence, Identity, Kind, Problem, Scope
from tracker.normalize.flow import Portion, Stretch, Table
from tracker.normalize.lookalike import NARRATIVE, STATEMENT, look_alike
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.documents import Documents

Aspect = Literal["unit", "year", "kind", "scope", "title", "published_on"]

_CHINESE_YEAR = re.compile(r"二[〇○零Oo0]([〇○零Oo0一二三四五六七八九])([〇○零Oo0一二三四五六七八九])年")
_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○零Oo0", "0")
_YEAR = r"(?P<year>20\d\d)年?度?"
_NAME = r"(?P<unit>[^，。；：:、“”《》\[\]\d]{2,45}?)"
_SUBJECT = r"(?:[省市区县]级)?(?P<scope>部门|单位|本级)?(?:收支|收入支出|财务|年初|财政收支)?(?P<kind>决算|预算)"
_TITLES = (
    re.compile(rf"(?:关于|公开)*{_YEAR}(?:公开|关于)?(?:{_NAME})??(?:的|关于)?{_SUBJECT}"),
    re.compile(rf"(?:关于|公开)*{_NAME}(?:关于|公开)*{_YEAR}(?:的)?{_SUBJECT}"),
    re.compile(rf"(?:关于|公开)*{_NAME}{_SUBJECT}"),
)
_TITLE_TAIL = re.compile(
    r"(?:及其?说明|的|信息|公开(?!时间|日期|单位|部门)|报告|情况|说明|文本|报表|表|文件|内容|公示|书)*"
)
_CONSULTATIVE = re.compile(r"中国人民政治协商会议(?P<area>.{2,12}?)委员会")
_NAMED_BELOW = re.compile(
    r"[（(]?(?P<unit>[^，。；：:、“”《》（）()\d]{3,40}?)[)）]?(?=目录|第一部分|20\d\d年|二[〇○零]|$)"
)
"""A cover that names the unit below its title: 2023年度单位决算（武汉市硚口区社会保险管理处）."""
_SITE = re.compile(r"[-_|｜—–>].*$")
_PART = re.compile(r"^第.{1,3}(?:部分|章)[：:、.]?|^[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]+")
_OVERVIEW = re.compile(r"(?P<unit>.{2,45}?)(?:20\d\d年?度?)?(?:部门|单位)?(?:基本)?(?:概况|主要职[能责]|机构设置)")
_CAPTION = re.compile(
    r"(?P<year>20\d\d)年?度?(?P<scope>部门|单位|预算单位)?[^，。；：:、（）()\d]{0,34}?(?P<kind>决算|预算)?"
    r"[^，。；：:、（）()\d]{0,6}?表"
)
_SUBJECTS = re.compile(
    r"(?=[部单])(?<!公共)(?<!基金)(?<!经营)(?<!主管)(?P<scope>部门|单位)(?P<kind>决算|预算)(?!主管|单位|绩效)"
)
_SENTENCE = re.compile(
    r"(?:^|[。；])(?P<unit>[^，。；：:、\d]{3,40}?)20\d\d年度?(?:收|支|部门|单位|财政|机关|政府|一般|本年|无)"
)
AREA = r"(?:[^省市区县州旗盟]{1,7}(?:自治区|省|市|区|县|州|旗|盟)){1,4}"
"""A pattern for the name of a place: 上海市普陀区."""
_AREA = re.compile(AREA)
_BEGINNING = re.compile(rf"(?:中国共产党|中共)?(?:{_AREA.pattern})(?:委员会|委)?")
_OF_OTHERS = r"中共|中国|民[革盟建进]|农工|致公|九三|台盟|.*团[省市区县州旗盟]?委"
_OF_THE_PARTY = re.compile(rf"(?!{_OF_OTHERS})(?:{_AREA.pattern})委(?!员会)")
_BRACKETED = re.compile(r"(?<=.{3})[（(][\u4e00-\u9fff、]{2,30}[)）]$")
_FOLLOWER = re.compile(
    r"单位(?:名称)?[：:]|部门(?:名称)?[：:]|填报|金额|编制|公开\d|20\d\d|注[：:]|日期|项目|收入|支出|序号|类别|预算|科目"
    r"|第.{1,2}部分|目录|附件|表\d|[，。；：:\s]"
)
_DATE = r"(?P<y>20\d\d)[-年/.](?P<m>\d{1,2})[-月/.](?P<d>\d{1,2})"
_COVER_DATE = re.compile(rf"(?<!\d){_DATE}日?(?!\d)")
_SOURCES = ("title", "cover", "table", "text", "form", "link", "name")
_TRIM_BEFORE = re.compile(r"^(?:[-_—·.\s]|附件\d*[：:]?|关于|公开|20\d\d年?度?|第.{1,3}部分)+")
_TRIM_AFTER = re.compile(
    r"(?:[-_—·.\s]|的|20\d\d年?度?|(?<!管理)(?<!事业)(?:部门|单位)|[（(](?:部门|汇总|部门汇总|单位)[)）]|决算|预算|公开|关于|信息|[省市区县]级(?=$)|年度)+$"
)


@dataclass(frozen=True, slots=True)
class _Title:
    """What one title tells; an aspect it does not tell is None."""

    words: str
    unit: str | None
    year: int | None
    kind: Kind | None
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class _Told:
    """One piece of evidence for an aspect."""

    value: str
    source: str
    quote: str


def identify(
    portions: Sequence[Portion], *, declared_title: str, name: str, taxonomy: Taxonomy, links: Sequence[str] = ()
) -> tuple[Identity, tuple[Problem, ...]]:
    """Tell which document the portions are, and what stands against believing it.

    ``declared_title`` is what the format declares (HTML ``<title>``), ``name`` the file's name, both may be "";
    ``links`` are the words of the links and titles of pages that led to it, those that are nearest first: they tell
    what the text itself does not, and never contradict it. Every
    problem returned holds the document (design.md §4, law 9): its identity is not complete or contradicts itself, or it
    is no disclosure of a unit at all.
    """
    documents = taxonomy.documents
    text = _text(portions)
    if not text and not any(isinstance(item, Table) for p in portions for item in p.items):
        return Identity(), (Problem(code="document.empty", holds=True),)
    titles = _titles(portions, declared_title, name, links, documents)
    evidence: list[Evidence] = []
    problems: list[Problem] = []

    def decide(aspect: Aspect, told: Sequence[_Told]) -> str | None:
        chosen = _chosen(told) if aspect != "unit" else _chosen_unit(told)
        if chosen is None:
            problems.append(Problem(code=f"identity.{aspect}", holds=True))
            return None
        evidence.append(Evidence(aspect, chosen.value, chosen.source, chosen.quote))
        against = _against(aspect, chosen, told)
        if against is not None:
            details = (
                ("aspect", aspect),
                ("chosen", chosen.value),
                ("against", against.value),
                ("where", against.source),
            )
            conflict = Problem(code="identity.conflict", place=aspect, quote=against.quote, details=details, holds=True)
            problems.append(conflict)
        return chosen.value

    unit = decide("unit", [*_units(portions, titles, documents)])
    captions = [*_captions(portions, documents)]
    year = decide("year", [*_aspect(titles, captions, "year")])
    kind = decide("kind", [*_aspect(titles, captions, "kind"), *_statement_kinds(text, documents)])
    scope = decide("scope", [*_aspect(titles, captions, "scope"), *_label_scopes(portions, documents)])
    title = next((source for source in ("title", "cover") if (found := titles.get(source)) and found.words), None)
    printed = titles[title].words if title else None
    if printed:
        evidence.append(Evidence("title", printed, str(title), printed))
    published = _published(portions, documents)
    if published is not None:
        evidence.append(published)
    identity = Identity(
        unit=unit,
        year=int(year) if year else None,
        kind=next((known for _, known in documents.kinds if known == kind), None),
        scope=next((known for _, known in documents.scopes if known == scope), None),
        title=printed,
        published_on=published.value if published else None,
        evidence=tuple(evidence),
    )
    own = [title.words for source, title in titles.items() if source != "link"]
    return identity, (*look_alike(portions, own, documents), *problems)


def hinted(name: str, links: Sequence[str], taxonomy: Taxonomy) -> Identity:
    """Return what the words that led to a file, and at last its name, tell of a file that can't be read."""
    titles = _titles((), "", name, links, taxonomy.documents)
    found: dict[str, str] = {}
    evidence: list[Evidence] = []
    for aspect in ("unit", "year", "kind", "scope"):
        for source in ("link", "name"):
            title = titles.get(source)
            value = None if title is None else getattr(title, aspect)
            value = _whole(value) if aspect == "unit" and value else value
            if title is not None and value is not None:
                found[aspect] = str(value)
                evidence.append(Evidence(aspect, str(value), source, title.words))
                break
    told = titles.get("link")
    return Identity(
        unit=found.get("unit"),
        year=int(found["year"]) if "year" in found else None,
        kind=next((kind for _, kind in taxonomy.documents.kinds if kind == found.get("kind")), None),
        scope=next((scope for _, scope in taxonomy.documents.scopes if scope == found.get("scope")), None),
        title=told.words if told is not None else None,
        evidence=tuple(evidence),
    )


def fold_unit(name: str) -> str:
    """Return the key by which names of one unit meet: 中共江苏省委办公厅 and 江苏省委办公厅 have one.

    Forms of characters, brackets and white space do not count, nor 中共 before a committee's name, nor the long forms
    委员会 and 人民政府 of 委 and 政府, 中国人民政治协商会议…委员会 of …政协, 人民代表大会常务委员会 of 人大常委会.
    """
    key = re.sub(r"[\s\"'()\[\]·.]", "", fold(name))
    key = _CONSULTATIVE.sub(r"\g<area>政协", key)
    key = key.replace("人民代表大会", "人大").replace("人大常务委员会", "人大常委会")
    key = key.removeprefix("中国共产党").removeprefix("中共")
    return key.replace("委员会", "委").replace("人民政府", "政府").replace("办公室", "办")


def tidy_unit(words: str) -> str:
    """Return a unit's name without what stands around it in a title: 关于…的, the year, 部门决算公开; 本级 stays."""
    name = tidy(words).strip("“”\"'《》")
    before = ""
    while before != name:
        before = name
        name = _TRIM_AFTER.sub("", _TRIM_BEFORE.sub("", name))
    return name


# --- evidence --------------------------------------------------------------------------------------------------------


def _stretches(portions: Sequence[Portion]) -> Iterator[tuple[Portion, Stretch]]:
    for portion in portions:
        for item in portion.items:
            if isinstance(item, Stretch):
                yield portion, item


def _text(portions: Sequence[Portion]) -> str:
    return "\n".join(stretch.text for _, stretch in _stretches(portions))


def _titles(
    portions: Sequence[Portion], declared: str, name: str, links: Sequence[str], documents: Documents
) -> dict[str, _Title]:
    """Read the title that the format declares, the one on the cover, the words that led here, and the file's name."""
    found: dict[str, _Title] = {}
    cover = next((stretch for portion, stretch in _stretches(portions) if portion.section == "cover"), Stretch(""))
    stem = re.sub(r"\.\w{1,5}$", "", name.rsplit("/", 1)[-1])
    for source, words, begun in (
        ("title", _SITE.sub("", tidy(declared)), ()),
        ("cover", cover.text[:400], cover.hard),
        ("name", tidy(stem), ()),
    ):
        title = _title(words, documents, begun)
        if title is not None:
            found[source] = title
    led = [title for words in links if (title := _title(_SITE.sub("", tidy(words)), documents)) is not None]
    if led:
        found["link"] = _Title(
            led[0].words,
            next((title.unit for title in led if title.unit), None),
            next((title.year for title in led if title.year), None),
            next((title.kind for title in led if title.kind), None),
            next((title.scope for title in led if title.scope), None),
        )
    return found


def _title(words: str, documents: Documents, begun: Sequence[int] = ()) -> _Title | None:
    """Read ``2023年度武汉市社会保险中心单位决算公开`` and its like; None where nothing reads like a title.

    ``begun`` are the offsets at which the format begins paragraphs: what it prints above its title is no part of it.
    """
    words = _arabic_years(words)
    best: re.Match[str] | None = None
    for pattern in _TITLES:
        match = pattern.search(words)
        if match is not None and (best is None or _fullness(match) > _fullness(best)):
            best = match
    if best is None:
        return None
    groups = best.groupdict()
    tail = _TITLE_TAIL.match(words, best.end())
    named = _own_start(words, best, begun, documents)
    unit = tidy_unit(words[named : best.end("unit")]) if groups.get("unit") else ""
    if not unit and (below := _NAMED_BELOW.match(words, tail.end() if tail else best.end())) is not None:
        unit = tidy_unit(below["unit"])
    year = groups.get("year")
    scopes, kinds = dict(documents.scopes), dict(documents.kinds)
    start = best.start() if named == best.start("unit") else named
    printed = words[start : tail.end() if tail else best.end()]
    if year is None and groups.get("scope") is None:
        return None
    return _Title(
        printed,
        unit if _is_unit(unit, documents) else None,
        int(year) if year else None,
        kinds.get(groups["kind"]),
        scopes.get(groups.get("scope") or ""),
    )


def _own_start(words: str, title: re.Match[str], begun: Sequence[int], documents: Documents) -> int:
    """Return where the unit's name begins in a title: with the last paragraph that makes a name, and what is only the
    first part of one before it (丹霖市, 中共江苏省委)."""
    first, last = title.span("unit")
    start = first
    for at in sorted((offset for offset in begun if first < offset < last), reverse=True):
        if start == first and not _is_unit(tidy_unit(words[at:last]), documents):
            continue
        if start != first and not _BEGINNING.fullmatch(words[at:start]):
            return start
        start = at
    if start != first and _BEGINNING.fullmatch(words[first:start]):
        return first
    return start


def _fullness(match: re.Match[str]) -> tuple[int, int]:
    """How much a title tells; of equals the one that begins first."""
    return sum(1 for value in match.groupdict().values() if value), -match.start()


def _arabic_years(words: str) -> str:
    return _CHINESE_YEAR.sub(lambda m: f"20{_DIGITS[m[1]]}{_DIGITS[m[2]]}年", words)


def _is_unit(name: str, documents: Documents) -> bool:
    # A second name, or the part of the unit that is meant, stands in brackets: 疾病预防控制中心（卫生监督所）.
    name = _BRACKETED.sub("", name)
    if len(name) < 3 or documents.not_a_unit.fullmatch(name) or documents.placeholder.search(name):
        return False
    ending = re.search(rf"(?:{documents.unit_ending.pattern})$", name)
    return ending is not None and (_AREA.fullmatch(name) is None or len(ending[0]) > 1)


def _units(portions: Sequence[Portion], titles: dict[str, _Title], documents: Documents) -> Iterator[_Told]:
    for source in ("title", "cover", "link", "name"):
        title = titles.get(source)
        if title is not None and title.unit:
            yield _Told(title.unit, source, title.words)
    for portion, label, name in _labelled(portions, documents):
        source = {"cover": "cover", "attachment": "form", "performance": "form"}.get(portion.section, "table")
        yield _Told(name, source, f"{label}：{name}")
    for portion in portions:
        heading = _PART.sub("", portion.heading)
        for pattern in (*_TITLES[:2], _OVERVIEW):
            match = pattern.match(heading)
            name = tidy_unit(match["unit"] or "") if match else ""
            if _is_unit(name, documents):
                yield _Told(name, "text", portion.heading)
                break
    for portion, stretch in _stretches(portions):
        if portion.section in NARRATIVE:
            body = stretch.text.removeprefix(portion.heading)
            for match in _SENTENCE.finditer(body):
                name = tidy_unit(match["unit"])
                if _is_unit(name, documents):
                    yield _Told(name, "text", match[0].strip("。；"))


def _labelled(portions: Sequence[Portion], documents: Documents) -> Iterator[tuple[Portion, str, str]]:
    """Yield what stands behind 单位：, 编制部门：, 单位名称 …, in words and in cells, where it is a name."""
    labels = "|".join(sorted((re.escape(words) for words, _ in documents.labels), key=lambda w: -len(w)))
    begins = "".join(sorted({words[0] for words, _ in documents.labels}))
    label = re.compile(
        rf"(?=[{re.escape(begins)}])(?:(?<![的各本施业\u4e00-\u9fff])(?P<label>{labels})[：:]|(?P<after>{labels})[：:])"
    )
    cell = re.compile(rf"(?P<label>{labels})[：:]?(?P<name>.*)")
    for portion in portions:
        for item in portion.items:
            if isinstance(item, Stretch):
                for match in label.finditer(item.text):
                    name = _name_after(item, match.end(), documents)
                    if name:
                        yield portion, match["label"] or match["after"], name
            elif isinstance(item, Table):
                for row in item.rows[:6]:
                    words = [slot.text for slot in row if slot.text]
                    for at, found in enumerate(map(cell.fullmatch, words)):
                        if found is None:
                            continue
                        name = found["name"] or (words[at + 1] if at + 1 < len(words) else "")
                        if found["name"] or found["label"] == "单位名称":
                            name = tidy_unit(name)
                            if _is_unit(name, documents):
                                yield portion, found["label"], name


def _name_after(stretch: Stretch, start: int, documents: Documents) -> str | None:
    """Return the name that begins at ``start``: to what is known to follow, else to the end of the printed line."""
    window = stretch.text[start : start + 60]
    follower = _FOLLOWER.search(window, 2)
    name = tidy_unit(window[: follower.start()] if follower else window[:45])
    if _is_unit(name, documents) and (follower or start + len(window) >= len(stretch.text)):
        return name
    following = bisect_right(stretch.starts, start)
    line = stretch.starts[following] if following < len(stretch.starts) else len(stretch.text)
    name = tidy_unit(stretch.text[start : min(line, start + 45)])
    return name if _is_unit(name, documents) else None


def _captions(portions: Sequence[Portion], documents: Documents) -> Iterator[tuple[_Title, str]]:
    """Yield what headings of parts and captions of tables tell of year, kind and scope."""
    kinds, scopes = dict(documents.kinds), dict(documents.scopes)
    for portion in portions:
        heading = _PART.sub("", portion.heading)
        title = _title(heading, documents)
        if title is not None:
            yield title, "text"
        elif match := _SUBJECTS.search(heading):
            yield _Title(heading, None, None, kinds.get(match["kind"]), scopes.get(match["scope"])), "text"
    for portion, stretch in _stretches(portions):
        if portion.section in ("performance", "attachment", "work", "glossary"):
            continue
        for match in _CAPTION.finditer(stretch.text.removeprefix(portion.heading)):
            kind = kinds.get(match["kind"] or "")
            scope = scopes.get((match["scope"] or "").removeprefix("预算"))
            yield _Title(match[0], None, int(match["year"]), kind, scope), "table"


def _aspect(
    titles: dict[str, _Title], captions: Sequence[tuple[_Title, str]], aspect: Literal["year", "kind", "scope"]
) -> Iterator[_Told]:
    for title, source in [*((t, s) for s, t in titles.items()), *captions]:
        value = {"year": title.year, "kind": title.kind, "scope": title.scope}[aspect]
        if value is not None:
            yield _Told(str(value), source, title.words)


def _statement_kinds(text: str, documents: Documents) -> Iterator[_Told]:
    kinds = dict(documents.kinds)
    for match in STATEMENT.finditer(text):
        yield _Told(kinds[match["kind"]], "table", match[0])


def _label_scopes(portions: Sequence[Portion], documents: Documents) -> Iterator[_Told]:
    scopes = dict(documents.labels)
    for _, label, name in _labelled(portions, documents):
        scope = scopes.get(label)
        if scope is not None:
            yield _Told(scope, "cover", f"{label}：{name}")
    subjects = dict(documents.scopes)
    for _, stretch in _stretches(portions):
        for match in _SUBJECTS.finditer(stretch.text):
            yield _Told(subjects[match["scope"]], "body", match[0])


# --- deciding --------------------------------------------------------------------------------------------------------


def _chosen(told: Sequence[_Told]) -> _Told | None:
    """Return the evidence of the best source; within it, what most of it says (the first of equals)."""
    for source in (*_SOURCES[:2], "text", "table", "body", "link", "name"):
        of_source = [t for t in told if t.source == source]
        if of_source:
            most = Counter(t.value for t in of_source).most_common(1)[0][0]
            return next(t for t in of_source if t.value == most)
    return None


def _chosen_unit(told: Sequence[_Told]) -> _Told | None:
    """Return the fullest form of the name of the best source: 社保中心 in a heading, the whole name in a form."""
    best = _chosen_by_source(told)
    if best is None:
        return None
    labelled = ("title", "cover", "table", "form", best.source)
    same = [t for t in told if t.source in labelled and _same_unit(t.value, best.value)]
    chosen = max(same, key=lambda t: (len(t.value), -told.index(t)), default=best)
    return replace(chosen, value=_whole(chosen.value))


def _whole(unit: str) -> str:
    """Return the name of a Party committee's body with 中共: 江苏省委办公厅 is 中共江苏省委办公厅.

    省委, 市委, 区委 and 县委 alone are the Party's; those of other parties and of the League have its name before
    them. One file of a document may leave 中共 out where another does not.
    """
    return f"中共{unit}" if _OF_THE_PARTY.match(unit) else unit


def _chosen_by_source(told: Sequence[_Told]) -> _Told | None:
    for source in _SOURCES:
        of_source = [t for t in told if t.source == source]
        if of_source:
            most = Counter(t.value for t in of_source).most_common(1)[0][0]
            return next(t for t in of_source if t.value == most)
    return None


def _same_unit(one: str, other: str) -> bool:
    """Tell whether one name is a short form of the other: its characters in order, and the same last two."""
    a, b = fold_unit(one), fold_unit(other)
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if short == long:
        return True
    if short[-2:] != long[-2:]:
        return False
    rest = iter(long)
    return all(character in rest for character in short)


def _against(aspect: Aspect, chosen: _Told, told: Sequence[_Told]) -> _Told | None:
    """Return evidence of another kind that contradicts what was chosen: all the captions, or another title."""
    for source in ("title", "cover", "table"):
        of_source = [t for t in told if t.source == source]
        if source == "table" and len({t.quote for t in of_source}) < 3 and aspect != "unit":
            continue
        if source == "table" and len(of_source) < 3:
            continue
        if of_source and not any(_agree(aspect, t.value, chosen.value) for t in of_source):
            return of_source[0]
    return None


def _agree(aspect: Aspect, one: str, other: str) -> bool:
    return _same_unit(one, other) if aspect == "unit" else one == other


def _published(portions: Sequence[Portion], documents: Documents) -> Evidence | None:
    labelled = re.compile(rf"(?:{'|'.join(documents.date_labels)})[：:]?{_DATE}")
    first = [(portion, stretch) for portion, stretch in _stretches(portions)]
    for _, stretch in first:
        for match in labelled.finditer(stretch.text):
            if day := _day(match):
                return Evidence("published_on", day, "text", match[0])
    for portion, stretch in first:
        if portion.section == "cover":
            for match in _COVER_DATE.finditer(_arabic_years(stretch.text)):
                if day := _day(match):
                    return Evidence("published_on", day, "cover", match[0])
    return None


def _day(match: re.Match[str]) -> str | None:
    month, day = int(match["m"]), int(match["d"])
    return f"{match['y']}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None
