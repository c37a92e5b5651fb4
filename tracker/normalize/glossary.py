"""Definitions of the glossary (名词解释): a pure function of the stream, whatever the style of its numbering.

``（一）术语：释义``, ``一、术语：释义``, ``1.术语：释义``, ``术语：释义``, ``术语，是指释义``, and items of the
functional classification by path (``…(类)…(款)…(项)``) or with their code (``小学教育（2050202）：…``), with a
definition or without.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from tracker.model import Definition
from tracker.normalize.flow import Portion, Stretch, Table
from tracker.normalize.segments import cuts
from tracker.taxonomy.naming import bare

_HAN = "一二三四五六七八九十"
_MARK = re.compile(
    rf"(?:[{_HAN}]{{1,3}}[、.．]|[（(][{_HAN}]{{1,3}}[)）]、?|\d{{1,2}}(?:[.．、](?!\d)|(?=[“\u4e00-\u9fff]))"
    r"|[（(]\d{1,2}[)）]|[①-⑳])"
)
_TERM = r"[^，,。；;：:！!]{2,90}?"
_COLON = re.compile(rf"(?P<term>{_TERM})[：:]")
_MEANS = re.compile(
    r"(?P<term>[^，,。；;：:！!]{2,25}?)(?:[，,]?是指|[，,]指(?![标导定出数])|(?<![标导定出数])指(?=[事单政部本按在为除从以用由各经纳]))"
)
_ITEM = re.compile(
    r"(?:(?P<class>[^（()）]{2,40})[（(]类[)）])?、?(?:(?P<group>[^（()）]{2,40})[（(]款[)）])?、?"
    r"(?P<item>[^（()）]{2,60})[（(]项[)）]"
)
_CODE = re.compile(r"[（(](?P<code>\d{3}|\d{5}|\d{7})[)）]$")
_NO_TERM = frozenset(
    [
        "其中",
        "包括",
        "主要包括",
        "具体包括",
        "注",
        "备注",
        "说明",
        "其他",
        "主要反映",
        "例如",
        "具体为",
        "具体如下",
        "主要有",
    ]
)
_DEFINES = re.compile(r"指|是|反映|为|即|纳入|用于|单位|事业|除|按|从|以|无")
_TITLE = re.compile(
    rf"^(?:第[{_HAN}]+(?:部分|章))?[、.．]?(?:[{_HAN}]{{1,3}}、)?"
    r"(?:相关|专业|有关)?(?:专?用?)?名词(?:术语)?解释(?:与说明)?"
)
_LONGEST_HEADING = 40


def read(portion: Portion, codes: Mapping[str, str]) -> tuple[Definition, ...]:
    """Return the definitions of a portion in printed order.

    ``codes`` gives the code of a functional item by its name (as `naming.bare` folds it), or, where names are
    ambiguous, by its path ``款/项`` or ``类/款/项``. Where it also knows 类 and 款, an item takes a code below theirs.
    """
    found: list[Definition] = []
    for item in portion.items:
        if isinstance(item, Stretch):
            found.extend(_stretch(item.text, portion.heading, codes))
        elif isinstance(item, Table):
            found.extend(_table(item, codes))
    return tuple(found)


def _stretch(text: str, heading: str, codes: Mapping[str, str]) -> Iterator[Definition]:
    """Yield the definitions of a run of words: an entry goes on until the next one begins."""
    term, body = "", ""
    for passage in _passages(text, heading):
        entry = _entry(passage)
        if entry is None:
            body += passage if term else ""
            continue
        if term:
            yield _definition(term, body, codes)
        term, body = entry
    if term:
        yield _definition(term, body, codes)


def _passages(text: str, heading: str) -> Iterator[str]:
    start = len(heading) if heading and text.startswith(heading) else 0
    title = _TITLE.match(text, start)
    start = title.end() if title else start
    points = [start, *(cut for cut in cuts(text) if cut > start), len(text)]
    for begin, end in pairwise(points):
        yield text[begin:end]


def _entry(passage: str) -> tuple[str, str] | None:
    """Return the term of a passage and what of its definition it holds; None where no entry begins here.

    A heading over items (``本部门使用的支出功能分类科目(到项级)``) has the empty term: it ends the entry before.
    """
    mark = _MARK.match(passage)
    words = passage[mark.end() :] if mark else passage
    item = _ITEM.match(words)
    if item is not None and (item["class"] or item["group"] or mark):
        rest = words[item.end() :]
        return words[: item.end()], re.sub(r"^[：:，,、]", "", rest)
    colon = _COLON.match(words)
    if colon is not None and colon["term"] not in _NO_TERM:
        rest = words[colon.end() :]
        if mark or _DEFINES.match(rest):
            return colon["term"], rest
    means = _MEANS.match(words)
    if means is not None and (mark or not passage.startswith(("其中", "包括"))):
        return means["term"], words[means.end("term") :].lstrip("，,")
    if mark and len(words) <= _LONGEST_HEADING and not re.search(r"[，。；]", words):
        return "", ""
    return None


def _definition(term: str, body: str, codes: Mapping[str, str]) -> Definition:
    printed = _CODE.search(term)
    if printed is not None:
        return Definition(term=term[: printed.start()], text=body, code=printed["code"])
    return Definition(term=term, text=body, code=_code(term, codes))


def _code(term: str, codes: Mapping[str, str]) -> str | None:
    """Return the code of an item by its path; a code that does not lie below that of its 款 or 类 is another item's."""
    item = _ITEM.fullmatch(term)
    if item is None:
        return None
    names = [bare(name) for name in (item["class"], item["group"], item["item"]) if name]
    for count in range(len(names), 0, -1):
        code = codes.get("/".join(names[-count:]))
        if code is not None:
            above = [codes.get(name) for name in names[:-1]]
            unknown = {len(listed) for listed in codes.values()} == {7}
            return code if all(code.startswith(parent) if parent else unknown for parent in above) else None
    return None


def _table(table: Table, codes: Mapping[str, str]) -> Iterator[Definition]:
    """Yield the rows of a glossary that is a table: a number, a term, its definition."""
    for row in table.rows:
        cells = [slot.text for slot in row if slot.text and not slot.covered]
        if cells and re.fullmatch(r"\d{1,3}|[（(]?[一二三四五六七八九十]{1,3}[)）]?", cells[0]):
            cells = cells[1:]
        if len(cells) == 2 and len(cells[0]) <= 90 and len(cells[1]) > len(cells[0]):
            yield _definition(_MARK.sub("", cells[0], count=1), cells[1], codes)
        elif len(cells) == 1 and (entry := _entry(cells[0])) is not None and entry[0]:
            yield _definition(*entry, codes)
