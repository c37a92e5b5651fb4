"""Which words belong to which section: headings are found in the stream by their known titles.

A heading is a known title behind a number (第三部分…, 三、…, （三）…, 3.…), or alone where the format or the printed
line says so. It is looked for in the stream of words, since a wrap may cut it anywhere; where a printed line began is
evidence only for titles as short as a word. Parts and sections are told by their words, never by their number. The
table of contents is layout and dropped.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import Literal

from tracker.normalize.flow import Item, Portion, Stretch
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.sections import Sections

Style = Literal["part", "han", "han_in", "dot", "line", "annex"]

_NUMERAL = "一二三四五六七八九十"
_VALUES = {numeral: value for value, numeral in enumerate(_NUMERAL, 1)}
_MARK = re.compile(
    # All begin with one of these: where none stands a search goes on at once.
    rf"(?=[{_NUMERAL}第（(\d附])(?:"
    rf"(?P<part>第[{_NUMERAL}]{{1,3}}(?:部分|章))[：:、.]?"
    rf"|(?<![{_NUMERAL}第])(?P<han>[{_NUMERAL}]{{1,3}})[、.．]"
    rf"|(?P<han_in>[（(][{_NUMERAL}]{{1,3}}[)）])[、.．]?"
    r"|(?<![\d.,第])(?P<dot>\d{1,2})[.、．](?!\d)"
    r"|(?P<annex>附件)(?=[一二三四五六七八九十\d：:、]?[-—]?\d{0,2}[^。；]{0,60}?(?:自评|绩效|评价)[^。；]{0,30}?(?:表|报告)))"
)
_WIDE = str.maketrans(":;!?()", "：；！？（）")
_CONTENTS = re.compile(r"(?:目录|目次)[-:：.…·\d]*(?=第[一1]|[一1（(第]|[^。]{1,30}(?:概况|职责|职能))")
_LEADERS = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|．{4,}|。{4,})\d{0,3}|PAGEREF_?Toc\d+h?\d{0,3}")
_CONTENTS_WITHIN = 4000
"""Characters from the document's beginning within which its table of contents begins."""
_ENTRY_LENGTH = 45
"""Characters an entry of a table of contents takes on average at most: sentences take more."""

_BEFORE_QUOTED = frozenset("“‘「『《〈（(【[\"'")
_BEFORE_NAMED = re.compile(
    r"(?:见|参见|详见|参照|按照|根据|依据|如|与|和|及|以及|至|在|对|于|的|之|将|把|为|即|是|由|从|本|该)$"
)
_AFTER_QUOTED = ("”", "’", "」", "』", "》", "〉", "）", ")", "】", "]")
_AFTER_NAMED = ("中", "的", "所", "里", "内", "之")
_DEFINITION = re.compile(r"[)）]?(?:[：:]?是?指|[：:](?:是|反映|即|为|指))")
_ENDS = frozenset("。！？；：:;!?”’」』》）)】].-—")
_GOES_ON = tuple("的和与及、，,；;者性是将等数")
_TAIL = (
    r"(?:总?表)?的?(?:(?:总体|具体|主要|增减|变动|变化|分析|管理|执行|使用|完成|安排|开展|预决算|决算|预算)*"
    r"情况(?:的?(?:具体)?说明)?|(?:总体|具体)?的?说明)"
)
_NO_TABLE = r"(?!总?表(?![\d：:一二三四五六七八九])|明细表|数)"
_ABOUT = r"(?:关于)?(?:20\d\d年度?|[本当]年度?|高等学校|预算单位|[本我]?(?:部门|单位|学校|机关))*的?"
_NAME = (
    r"(?:关于)?(?:(?!收入|支出|财政拨|公共预算|目录|[一二三四五六七八九十]、|第[一二三四五六七八九十])[^，。；：、“”《》（）()%]){1,32}?"
    r"(?:20\d\d年度?)?"
)
_PART_SLOT = rf"(?:(?!第[{_NUMERAL}]{{1,3}}(?:部分|章)|[{_NUMERAL}]、)[^。；！？“”《》]){{0,48}}?"
_PART_TAIL = r"(?:完成|开展|进展|的?事项|说明|的?情况|结果|任务|及目标|介绍|工作)*"
_EXPLAINED = re.compile(
    r"[^，。；：《》（）()%]{0,80}?说明|[^，。；：、“”《》（）()%]{2,30}?概况(?=[（(第一1])|[^，。；：、“”《》（）()%]{0,40}?20\d\d年[^，。；：、“”《》（）()%]{0,16}?表"
)
_QUOTES = frozenset("“”\"'‘’「」『』（(")
_BEFORE_TITLE = frozenset("关2本当年高预我部单学机的")
"""The characters with which `_ABOUT` begins."""
_FORMS = {"“": "“”\"'‘’「」『』", "”": "“”\"'‘’「」『』", "（": "（(", "）": "）)", "、": "、，,"}
_MAY_BE_MISSING = frozenset("“”、")
_ABOUT_PATTERN = re.compile(rf"^{_ABOUT}")
_NUMBER_PATTERN = re.compile(rf"^(?:第[{_NUMERAL}]{{1,3}}(?:部分|章)|[（(]?[{_NUMERAL}]{{1,3}}[)）]?)[：:、.．]?")
_OVERVIEW = re.compile(r"概况(?=[（(第一1])")
_LINE_LENGTH = 45
_UNKNOWN = re.compile(
    r"(?:关于)?[^，。；：、“”《》（）()%\d]{2,28}?(?:情况的?(?:具体)?说明|情况|的?说明|事项|安排)(?![的和与及、，,；;者性是将等数]|表)"
)
_RANK: dict[Style, int] = {"part": 0, "annex": 0, "line": 0, "han": 1, "han_in": 2, "dot": 3}
_FRAMES = ("cover", "overview", "narrative", "tables")
"""Sections that hold others: what is of no known section in them is other."""
_DATED = re.compile(r"20\d\d年度?(?:部门|单位|[决预]算)")


@dataclass(frozen=True, slots=True)
class _Heading:
    """A place where a known title stands: ``start`` to ``end`` in the words of the whole document."""

    start: int
    end: int
    section: str
    style: Style
    number: int
    strong: bool
    """Whether a sentence could not hold these words by accident."""

    @property
    def key(self) -> tuple[str, Style, int]:
        return self.section, self.style, self.number


@dataclass(frozen=True, slots=True)
class _Grammar:
    parts: re.Pattern[str]
    part_sections: tuple[str, ...]
    titles: re.Pattern[str]
    named_titles: re.Pattern[str]
    sections: tuple[tuple[str, bool], ...]
    openings: frozenset[str]
    """The characters with which a title, or what may stand before it, begins."""
    endings: re.Pattern[str]
    """How a line that is a title and nothing else ends: most lines are ruled out by it at once."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of all stretches, one after the other; ``bases`` is where each item begins in them,
    ``stretches`` which items they are. ``text`` has Chinese punctuation in full width throughout, character for
    character: a title stands where it stands, however its brackets are printed. ``printed`` are the words as they
    are."""

    text: str
    printed: str
    bases: tuple[int, ...]
    stretches: tuple[int, ...]
    starts: tuple[int, ...]
    breaks: frozenset[int]
    headings: frozenset[tuple[int, int]]

    def place(self, offset: int) -> tuple[int, int]:
        """Return the item that holds the character at ``offset``, and its offset in it."""
        at = bisect_right(self.stretches, offset, key=self.bases.__getitem__) - 1
        index = self.stretches[at]
        return index, offset - self.bases[index]


def outline(flow: Sequence[Item], taxonomy: Taxonomy) -> tuple[Portion, ...]:
    """Cut the flow at its headings. Every word and table is in exactly one portion, but for the table of contents."""
    words = _words(flow)
    grammar = _grammar(taxonomy.sections)
    found = sorted(_found(words, grammar), key=lambda heading: (heading.start, -heading.end))
    contents = _contents(words.text, found)
    if contents is not None:
        listed = [h for h in found if contents[0] <= h.start < contents[1]]
        found = [h for h in found if not contents[0] <= h.start < contents[1]]
        found += _announced(words, listed, found, contents[1], taxonomy.documents.unit_ending.pattern)
        found.sort(key=lambda heading: (heading.start, -heading.end))
    headings = _accepted(words, found, taxonomy.sections, contents)
    headings = [*_with_inner(words, headings, taxonomy.sections)]
    headings = [*_with_siblings(words, headings, taxonomy.sections)]
    marks = [(0, 0), *(words.place(heading.start) for heading in headings), (len(flow), 0)]
    portions: list[Portion] = []
    for heading, start, end in zip((None, *headings), marks, marks[1:], strict=False):
        items = tuple(_between(flow, words, start, end, contents))
        if heading is not None:
            portions.append(Portion(heading.section, words.printed[heading.start : heading.end], items))
        elif items:
            portions.append(Portion("cover", "", items))
    return tuple(portions)


def _words(flow: Sequence[Item]) -> _Words:
    parts: list[str] = []
    bases: list[int] = []
    starts: list[int] = []
    breaks: set[int] = set()
    headings: set[tuple[int, int]] = set()
    stretches: list[int] = []
    length = 0
    for index, item in enumerate(flow):
        bases.append(length)
        if isinstance(item, Stretch):
            stretches.append(index)
            breaks.add(length)
            starts.extend(length + start for start in item.starts)
            headings.update((length + start, length + end) for start, end in item.headings)
            parts.append(item.text)
            length += len(item.text)
    printed = "".join(parts)
    text = printed.translate(_WIDE)
    return _Words(text, printed, tuple(bases), tuple(stretches), tuple(starts), frozenset(breaks), frozenset(headings))


def _between(
    flow: Sequence[Item],
    words: _Words,
    start: tuple[int, int],
    end: tuple[int, int],
    contents: tuple[int, int] | None,
) -> Iterator[Item]:
    """Yield the items between two places (item, offset in it), without the table of contents."""
    for index in range(start[0], min(end[0] + 1, len(flow))):
        item = flow[index]
        if not isinstance(item, Stretch):
            if index < end[0]:
                yield item
            continue
        base = words.bases[index]
        low = start[1] if index == start[0] else 0
        high = end[1] if index == end[0] else len(item.text)
        pieces = [(low, high)]
        if contents is not None:
            pieces = [(low, min(high, contents[0] - base)), (max(low, contents[1] - base), high)]
        for first, after in pieces:
            if first < after:
                yield item if (first, after) == (0, len(item.text)) else item.cut(first, after)


# --- finding ---------------------------------------------------------------------------------------------------------


@cache
def _grammar(sections: Sections) -> _Grammar:
    parts = sorted((t for t in sections.titles if t.tail == "part"), key=lambda t: -len(t.words))
    titles = sorted(
        (t for t in sections.titles if t.tail not in ("part", "inner")), key=lambda t: (-len(t.words), t.tail)
    )
    options = [
        (f"{_loose(t.words)}{_TAIL if t.tail == 'explained' else '(?:情况)?的?(?:说明)?'}", t.section, t)
        for t in titles
    ]
    # Nothing is tried where no title begins: that rules out most places before hundreds of titles are looked at.
    begins = "".join(sorted({first for title in titles for first in _firsts(title.words)}))
    body = f"(?=[{re.escape(begins)}])(?:" + "|".join(f"(?P<t{i}>{o})" for i, (o, _, _) in enumerate(options)) + ")"
    about = f"(?=[{re.escape(begins)}{''.join(sorted(_BEFORE_TITLE))}]){_ABOUT}"
    return _Grammar(
        re.compile(
            rf"{_PART_SLOT}(?:{'|'.join(f'(?P<t{i}>{_loose(t.words)})' for i, t in enumerate(parts))}){_PART_TAIL}"
        ),
        tuple(t.section for t in parts),
        re.compile(rf"{about}{body}{_NO_TABLE}"),
        re.compile(rf"{_NAME}{about}{body}{_NO_TABLE}"),
        tuple((section, t.tail == "explained" and len(t.words) > 5) for _, section, t in options),
        frozenset(t.words[0] for t in titles) | frozenset(t.words[1] for t in titles) | _QUOTES | _BEFORE_TITLE,
        re.compile(rf"(?:情况|说明|{'|'.join(sorted({t.words[-2:] for t in titles if t.tail == 'plain'}))})[。：:]?$"),
    )


def _firsts(words: str) -> Iterator[str]:
    """Yield the characters with which `_loose` of a title may begin: what may be missing, and what follows it."""
    for character in words:
        yield from _FORMS.get(character, character)
        if character not in _MAY_BE_MISSING:
            return


def _loose(words: str) -> str:
    """Return a pattern of a title in which quotes may be of any kind or missing, and brackets of either width."""
    forms = (f"[{_FORMS[c]}]{'?' if c in _MAY_BE_MISSING else ''}" if c in _FORMS else re.escape(c) for c in words)
    return "".join(forms)


def _found(words: _Words, grammar: _Grammar) -> Iterator[_Heading]:
    """Yield every place where a known title stands behind a number, or alone on its line."""
    text = words.text
    for mark in _MARK.finditer(text):
        style = mark.lastgroup
        if style == "part":
            yield _part(text, mark, grammar)
        elif style == "annex":
            yield _Heading(mark.start(), mark.end(), "attachment", "annex", 0, strong=False)
        elif style in ("han", "han_in", "dot"):
            if _MARK.match(text, mark.end()) is not None:
                # No title begins with a number: a text of nothing but numbers costs nothing.
                continue
            number = _number(mark[style])
            title = _title(text, mark.end(), grammar)
            if title is not None:
                end, section, strong = title
                yield _Heading(mark.start(), end, section, style, number, strong)
    yield from _alone(words, grammar)


def _part(text: str, mark: re.Match[str], grammar: _Grammar) -> _Heading:
    number = _number(mark["part"])
    title = grammar.parts.match(text, mark.end())
    if title is None:
        return _Heading(mark.start(), mark.end("part"), "other", "part", number, strong=False)
    section = grammar.part_sections[_option(title)]
    return _Heading(mark.start(), title.end(), section, "part", number, strong=True)


def _option(title: re.Match[str]) -> int:
    """Return the number of the title that matched: each is a group of its own."""
    return int((title.lastgroup or "t0")[1:])


def _title(text: str, at: int, grammar: _Grammar, *, end: int | None = None) -> tuple[int, str, bool] | None:
    """Read a title at ``at``: its end, its section, and whether it is strong. With ``end`` it must end there."""
    for pattern, named in ((grammar.titles, False), (grammar.named_titles, True)):
        if not named and text[at : at + 1] not in grammar.openings:
            continue
        if named and end is None and not _EXPLAINED.match(text, at):
            continue
        match = pattern.match(text, at) if end is None else pattern.fullmatch(text, at, end)
        if match is None:
            continue
        section, long = grammar.sections[_option(match)]
        strong = long or match[0].endswith("说明")
        # A name before the title may hold anything: only a strong title, or a whole line without 的, allows one.
        dated = _DATED.search(match[0]) is not None and section == "tables"
        dated = dated or (section == "overview" and _OVERVIEW.match(text, match.end() - 2) is not None)
        if not named or strong or dated or (end is not None and "的" not in match[0]):
            return match.end(), section, strong
    return None


def _alone(words: _Words, grammar: _Grammar) -> Iterator[_Heading]:
    """Yield titles without a number: a heading of the format, or a title that is a whole printed line."""
    text = words.text
    lines = set(zip(words.starts, (*words.starts[1:], len(text)), strict=True)) if words.starts else words.headings
    for start, end in sorted(lines | words.headings):
        if end - start > _LINE_LENGTH or not grammar.endings.search(text, start, end) or _MARK.match(text, start):
            continue
        title = _title(text, start, grammar, end=end - (text[end - 1] in "：:。"))
        if title is not None:
            yield _Heading(start, title[0], title[1], "line", 0, strong=(start, end) in words.headings)


def _number(token: str) -> int:
    digits = token.strip("第部分章（()）")
    if digits.isdigit() and digits.isascii():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    return (_VALUES.get(tens, 1) * 10 if ten else 0) + _VALUES.get(ones, 0)


# --- table of contents -----------------------------------------------------------------------------------------------


def _contents(text: str, found: Sequence[_Heading]) -> tuple[int, int] | None:
    """Return where the table of contents stands: from its title to the first heading that it announced.

    Without a title it is a run of five headings or more which the document then repeats. Where the document does not
    repeat them (its body is without numbers) it ends with the last entry that stands close to the one before.
    """
    titled = _CONTENTS.search(text, 0, _CONTENTS_WITHIN)
    start = titled.start() if titled else (found[0].start if found else 0)
    if not titled and start > _CONTENTS_WITHIN:
        return None
    inside = [heading for heading in found if heading.start >= start]
    seen: dict[tuple[str, Style, int], int] = {}
    for at, heading in enumerate(inside):
        if heading.style == "line" and not heading.strong:
            continue
        if heading.key in seen and heading.section != "other":
            if (titled or at >= 5) and _is_list(start, heading.start, at):
                if heading.number == 1 and heading.style == "part":
                    return start, heading.start
                again = _begins_again(text, start, heading.start) if titled else None
                return start, again or _first_of_body(text, inside[at - 1].end, heading.start)
            break
        seen.setdefault(heading.key, at)
    if not titled:
        return None
    end, count, top = start, 0, 0
    numbered = [heading for heading in inside if heading.style != "line"]
    for heading in numbered:
        between = sum(1 for _ in _MARK.finditer(text, end, heading.start)) + text.count("表", end, heading.start)
        first_again = heading.style == numbered[0].style and heading.number <= top
        if first_again or heading.start - end > _ENTRY_LENGTH * (between + 1) or "。" in text[end + 1 : heading.start]:
            break
        end, count = heading.end, count + 1
        top = heading.number if heading.style == numbered[0].style else top
    if count >= 3:
        return start, end
    ends = [match.end() for match in _LEADERS.finditer(text, start, start + _CONTENTS_WITHIN)]
    return (start, ends[-1]) if ends else None


def _begins_again(text: str, start: int, end: int) -> int | None:
    """Return where the numbers of the first kind in a list begin again with 1, or None.

    The body begins there, though the first title that it repeats and that we know may stand much further down.
    """
    style: str | None = None
    highest = 0
    for mark in _MARK.finditer(text, start, end):
        if style is None and mark.lastgroup in ("part", "han"):
            style = mark.lastgroup
        if style is None or mark.lastgroup != style:
            continue
        number = _number(mark[style])
        if number == 1 and highest > 1:
            return mark.start()
        highest = max(highest, number)
    return None


def _first_of_body(text: str, start: int, end: int) -> int:
    """Return where the body begins: before the first repeated title a first heading with an unknown one may stand."""
    for mark in _MARK.finditer(text, start, end):
        if mark.lastgroup in ("part", "han") and _number(mark[mark.lastgroup]) == 1:
            return mark.start()
    return end


def _is_list(start: int, end: int, entries: int) -> bool:
    return end - start <= _ENTRY_LENGTH * (entries + 4) * 2


def _announced(
    words: _Words, listed: Sequence[_Heading], found: Sequence[_Heading], start: int, unit_ending: str
) -> list[_Heading]:
    """Find the titles that the table of contents announced with a number and the body prints without one.

    Shanghai's budgets do: 四、部门预算编制说明 in the contents is 2025年部门预算编制说明 in the body. They are found in
    the stream, after an end or a figure, with a unit's name or a year before them at most.
    """
    text = words.text
    numbered = {heading.section for heading in found if heading.style != "line"}
    before = re.compile(
        rf"(?:^|(?<=[。；！？\d]))(?:[^，。；：、“”《》\d]{{2,40}}(?:{unit_ending}))?(?:20\d\d年度?)?(?:部门|单位)?$"
    )
    headings: list[_Heading] = []
    for entry in listed:
        if entry.style not in ("part", "han", "han_in") or entry.section in numbered:
            continue
        title = _ABOUT_PATTERN.sub("", _NUMBER_PATTERN.sub("", text[entry.start : entry.end], count=1), count=1)
        at = text.find(title, start)
        while title and at >= 0:
            low = max(start, words.bases[words.place(at)[0]], at - 60)
            edge = max(low, max((text.rfind(c, low, at) + 1 for c in "。；！？"), default=low))
            match = before.search(text[edge:at]) if at > edge and entry.style != "part" else None
            begin = edge + match.start() if match else at
            after = text[at + len(title) : at + len(title) + 1]
            stands = begin in words.breaks or begin == start or (begin > 0 and text[begin - 1] in "。；！？0123456789")
            # A part's whole title with the unit's name and the year in it is no accident anywhere.
            stands = stands or (entry.style == "part" and _DATED.search(title) is not None)
            if stands and after not in _GOES_ON and not _defines(text, at + len(title)):
                headings.append(_Heading(begin, at + len(title), entry.section, "line", 0, strong=True))
                break
            at = text.find(title, at + 1)
    return headings


# --- deciding --------------------------------------------------------------------------------------------------------


def _accepted(
    words: _Words, found: Sequence[_Heading], sections: Sections, contents: tuple[int, int] | None
) -> list[_Heading]:
    """Keep the headings that open a section, in order."""
    accepted: list[_Heading] = []
    closed: _Heading | None = None
    end = contents[1] if contents else 0
    told = False
    for heading in found:
        if heading.start < end and accepted:
            continue
        if not _stands(words, heading, end) or not _opens(heading, closed, accepted, told=told):
            continue
        accepted.append(heading)
        end = heading.end
        closed = heading if heading.section in sections.closed else None
        told = told or heading.section not in ("overview", "duties", "organization", "tables", "cover")
    return accepted


@cache
def _inner(sections: Sections) -> dict[str, tuple[re.Pattern[str], dict[str, str]]]:
    """Return, by the section they stand in, the pattern of the inner titles and the section that each opens."""
    found: dict[str, tuple[re.Pattern[str], dict[str, str]]] = {}
    for below in dict.fromkeys(t.below for t in sections.titles if t.tail == "inner"):
        own = {t.words: t.section for t in sections.titles if t.below == below}
        names = "|".join(map(re.escape, sorted(own, key=lambda name: (-len(name), name))))
        found[below] = re.compile(rf"(?P<title>{names})(?:说明)?(?![的和与及、，])"), own
    return found


def _with_inner(words: _Words, accepted: Sequence[_Heading], sections: Sections) -> Iterator[_Heading]:
    """Yield the headings, and after each the inner ones below it: （一）总体情况 means what it stands in, and so does
    （一）支出决算总体情况, whatever it would mean elsewhere."""
    inner = _inner(sections)
    container = ""
    for heading, following in zip_longest(accepted, accepted[1:]):
        if heading.style != "han_in":
            container = heading.section if heading.style == "han" and heading.section in inner else ""
        if not container:
            yield heading
            continue
        titles, opens = inner[container]
        limit = following.start if following is not None else len(words.text)
        own = _MARK.match(words.text, heading.start) if heading.style == "han_in" else None
        title = titles.match(words.text, own.end(), heading.end) if own is not None else None
        yield replace(heading, section=opens[title["title"]]) if title is not None else heading
        for mark in _MARK.finditer(words.text, heading.end, limit):
            title = titles.match(words.text, mark.end(), limit) if mark.lastgroup == "han_in" else None
            if title is not None and (mark.start() == heading.end or words.text[mark.start() - 1] in _ENDS):
                number = _number(mark["han_in"])
                yield _Heading(mark.start(), title.end(), opens[title["title"]], "han_in", number, strong=False)


def _with_siblings(words: _Words, accepted: Sequence[_Heading], sections: Sections) -> Iterator[_Heading]:
    """Yield the headings, and after each the unknown ones that go on with its numbers.

    （三）国有资产占用情况 ends where （四）土地调查开展情况 begins, though no data knows that title: it belongs to
    the heading above both. A list inside a section begins with 1 again, and opens nothing.
    """
    above: list[_Heading] = []
    for heading, following in zip_longest(accepted, accepted[1:]):
        above = [*(h for h in above if _RANK[h.style] < _RANK[heading.style]), heading]
        yield heading
        limit = following.start if following is not None else len(words.text)
        while above and heading.section not in sections.closed:
            last = above[-1]
            own = _sibling(words, last, last.end, limit, _parent(above))
            outer = _sibling(words, above[-2], last.end, limit, _parent(above[:-1])) if len(above) > 1 else None
            if outer is not None and (own is None or outer.start < own.start):
                above = [*above[:-2], outer]
            elif own is not None:
                above = [*above[:-1], own]
            else:
                break
            yield above[-1]


def _parent(above: Sequence[_Heading]) -> str:
    """Return the section of the heading above the last one, for one of unknown title beside it."""
    parent = above[-2].section if len(above) > 1 and above[-1].style == "han_in" else "other"
    return "other" if parent in _FRAMES else parent


def _sibling(words: _Words, heading: _Heading, start: int, limit: int, section: str) -> _Heading | None:
    """Return the heading from ``start`` on with the number after that of ``heading``, if it reads like a title."""
    if heading.style not in ("han", "han_in"):
        return None
    text = words.text
    listed = 0
    for mark in _MARK.finditer(text, start, limit):
        if mark.lastgroup != heading.style:
            continue
        number = _number(mark[heading.style])
        if number == 1 or (listed and number == listed + 1):
            listed = number
            continue
        title = _UNKNOWN.match(text, mark.end(), limit)
        if title is None or number != heading.number + 1 or text[mark.start() - 1] not in _ENDS:
            return None
        return _Heading(mark.start(), title.end(), section, heading.style, number, strong=False)
    return None


def _opens(heading: _Heading, closed: _Heading | None, accepted: Sequence[_Heading], *, told: bool) -> bool:
    """Tell whether a heading may open a section where it stands, seen from the section that is open."""
    if heading.style == "part":
        return True
    if heading.style == "annex":
        return told and (closed is None or closed.section != "attachment")
    if closed is not None:
        if closed.style in ("part", "annex"):
            return False
        if closed.style == "line":
            return heading.style in ("line", "han")
        if closed.style == "han_in" and heading.style == "han":
            above = next((h.number for h in reversed(accepted) if h.style == "han"), 0)
            return heading.number == above + 1
        return heading.style == "line" or (heading.style == closed.style and heading.number > closed.number)
    # Among the tables only what no caption says opens a section.
    return heading.strong or not accepted or accepted[-1].section != "tables" or heading.style == "line"


def _stands(words: _Words, heading: _Heading, end_of_last: int) -> bool:
    """Tell whether a heading can stand at this place of the stream: not inside a quotation, not as a reference."""
    text, start = words.text, heading.start
    boundary = start in words.breaks or start == end_of_last
    before = "" if boundary else text[start - 1]
    after = text[heading.end : heading.end + 1]
    if _defines(text, heading.end) or after in _AFTER_QUOTED:
        return False
    if heading.style == "line":
        dated = _DATED.search(text, start, heading.end) is not None
        return after != "数" and (heading.strong or dated or not before or before in _ENDS or before.isdigit())
    if before in _BEFORE_QUOTED or (before and _BEFORE_NAMED.search(text, max(0, start - 3), start)):
        return False
    ended = boundary or before in _ENDS
    if heading.strong:
        return ended or after not in _AFTER_NAMED
    if heading.style != "annex" and after in _GOES_ON:
        return False
    return ended or _begins_line(words, start)


def _defines(text: str, end: int) -> bool:
    return _DEFINITION.match(text, end) is not None


def _begins_line(words: _Words, start: int) -> bool:
    at = bisect_left(words.starts, start)
    return at < len(words.starts) and words.starts[at] == start
