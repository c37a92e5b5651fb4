"""What a page prints at its edges and is no content: page numbers, running headers and footers.

Two pieces of evidence are needed, the edge of a page and repetition (or, for page numbers, advance): 指标 stands
thirty times in a form and is content, and so is a number alone at the end of a page that follows no other.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scrapers.blocks import Block, TextLine
from tracker.folding import fold

Edge = Literal["top", "bottom"]

_CHINESE = "零〇一二三四五六七八九十百"
_DRESSED = re.compile(
    rf"(?:[-~·•*]+|第|(?:page|p\.?))(?P<n>\d{{1,4}}|[{_CHINESE}]{{1,5}})(?:[-~·•*]+|页(?:[,/]?\(?共(?:\d+|[{_CHINESE}]+)页\)?)?|(?:of|/)\d+)?"
    r"|(?P<of>\d{1,4})/(?P<all>\d{1,4})页?|共\d+页[,/]?第(?P<of2>\d+)页|(?P<page>\d{1,4})页",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,3}")
_ROMAN = re.compile(r"[-~·•]*(?P<n>[ivxIVX]{1,5}|[Ⅰ-Ⅻⅰ-ⅻ]{1,4})[-~·•]*")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
_NUMBER_IN_HEADER = re.compile(
    rf"^第?(?P<head>\d{{1,4}})页?(?=[\s|｜　])|[\s|｜　](?P<tail>\d{{1,4}})$"
    rf"|第\s*(?P<nth>\d{{1,4}}|[{_CHINESE}]{{1,5}})\s*页(?:\s*[/,，]?\s*共\s*\d+\s*页)?|[-—–]\s*(?P<dash>\d{{1,4}})\s*[-—–]$"
)
# A running header names the document; what ends a sentence, opens a list, names a table or its unit, or fills in the
# line of a form (编制单位：…) is content.
_CONTENT = re.compile(
    r"[。；：，、！？;:,]$|^(?:第.{1,3}(?:部分|章)|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．])"
    r"|^(?:单位(?:名称)?|编制单位|编制部门|金额单位|填报(?:单位|日期)|部门(?:名称)?|预算单位|备注|注|附件|公开\s*\d+\s*表)|^图\s*\d"
    r"|^[\u4e00-\u9fff]{2,6}[:：]"
)
_TABLE = re.compile(r"表[)）]?$")
_TITLE = re.compile(r"(?:20\d\d|二[〇○零]).*(?:决算|预算)|(?:决算|预算).*公开")
_ON_COVER = re.compile(r"^(?:目录|目次|20\d\d年|20\d\d-|二[〇○零])|日期|时间")
_PART = re.compile(r"第.{1,3}(?:部分|章)|[一二三四五六七八九十]{1,3}、")
_LONGEST = 60
_SHORTEST = 4
"""Characters a running header has at least: 标, 指标 and 1 are the ends of cells."""
_COVER_LINES = 12
_SHARE_AT_EDGES = (3, 5)
_SHARE_OF_PAGES = 4
_SHARE_FOR_TABLES = (4, 5)


@dataclass(frozen=True, slots=True)
class _Line:
    at: int
    page: int
    edge: Edge
    text: str
    """As published."""
    key: str
    """Folded."""


def strip(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return ``blocks`` without page numbers and running headers and footers.

    Nothing is taken from a document of one page (`TextLine.edge` is never set there).
    """
    edges = [
        _Line(at, block.page, block.edge, block.text, fold(block.text))
        for at, block in enumerate(blocks)
        if isinstance(block, TextLine) and block.edge is not None and block.text.strip()
    ]
    if not edges:
        return tuple(blocks)
    pages = len({line.page for line in edges})
    if pages < 2:
        return tuple(blocks)
    gone = _page_numbers(edges, pages)
    gone |= _running(blocks, [line for line in edges if line.at not in gone], pages)
    return tuple(block for at, block in enumerate(blocks) if at not in gone)


def _page_numbers(edges: Sequence[_Line], pages: int) -> set[int]:
    gone: set[int] = set()
    # On a page of one or two lines the top is the bottom, so that both together are looked at as well.
    for sides in (("top",), ("bottom",), ("top", "bottom")):
        for read, least in ((_dressed, 2), (_bare, max(2, -(-pages // 3))), (_roman, 2)):
            numbered = [(line, n) for line in edges if line.edge in sides and (n := read(line.key)) is not None]
            chain = _advancing([(line.page, n) for line, n in numbered])
            if len(chain) < least or not _dense([numbered[i][1] for i in chain]):
                continue
            gone.update(numbered[i][0].at for i in chain)
    return gone


def _dressed(key: str) -> int | None:
    match = _DRESSED.fullmatch(key)
    if match is None:
        return None
    digits = match["n"] or match["of"] or match["of2"] or match["page"]
    return _count(digits)


def _bare(key: str) -> int | None:
    return int(key) if _BARE.fullmatch(key) else None


def _roman(key: str) -> int | None:
    match = _ROMAN.fullmatch(key)
    if match is None:
        return None
    letters = match["n"]
    if not letters.isascii():
        return sum((ord(c) - 0x2160) % 16 + 1 for c in letters)
    values = [_ROMAN_VALUES[c] for c in letters.lower()]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _count(digits: str) -> int:
    """Read 12, 十二 or 一二."""
    if digits.isdigit() and digits.isascii():
        return int(digits)
    units = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
    if "十" not in digits and "百" not in digits:
        return int("".join(str(units[c]) for c in digits))
    hundreds, _, rest = digits.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = units.get(hundreds, 0) * 100 + (units.get(tens, 1) * 10 if ten else 0)
    return total + units.get(ones.lstrip("零〇") or "〇", 0)


def _advancing(numbered: Sequence[tuple[int, int]]) -> list[int]:
    """Return the indexes of the longest run in which page and number both advance, the number not faster by much.

    Quadratic only in a window: a link is looked for among the last few candidates.
    """
    best: list[int] = []
    back: list[int | None] = []
    window = 12
    for i, (page, number) in enumerate(numbered):
        length, link = 1, None
        for j in range(max(0, i - window), i):
            before, old = numbered[j]
            if page > before and 0 < number - old <= (page - before) + 1 and best[j] + 1 > length:
                length, link = best[j] + 1, j
        best.append(length)
        back.append(link)
    if not best:
        return []
    at: int | None = max(range(len(best)), key=lambda i: (best[i], -i))
    chain: list[int] = []
    while at is not None:
        chain.append(at)
        at = back[at]
    return chain[::-1]


def _dense(numbers: Sequence[int]) -> bool:
    return numbers[-1] - numbers[0] < 2 * len(numbers) + 2


def _running(blocks: Sequence[Block], edges: Sequence[_Line], pages: int) -> set[int]:
    """Find lines that stand outermost on many pages and, in the whole document, mostly at edges."""
    outermost: dict[tuple[int, Edge], _Line] = {}
    for line in edges:
        place = (line.page, line.edge)
        if line.edge == "bottom" or place not in outermost:
            outermost[place] = line
    found: dict[str, list[_Line]] = defaultdict(list)
    for line in outermost.values():
        found[_header(line)].append(line)
    candidates = {
        key: lines for key, lines in found.items() if len(lines) >= 3 and len(lines) * _SHARE_OF_PAGES >= pages and key
    }
    if not candidates:
        return set()
    everywhere = Counter(
        _without_number(block.text) for block in blocks if isinstance(block, TextLine) and block.text.strip()
    )
    gone: set[int] = set()
    for key, lines in candidates.items():
        if _is_content(key, len(lines), pages):
            continue
        share, of = _SHARE_AT_EDGES
        if len(lines) * of < everywhere[key] * share:
            continue
        gone.update(line.at for line in lines if line.page != edges[0].page or not _is_cover_title(line, blocks))
    return gone


def _header(line: _Line) -> str:
    return _without_number(line.text)


def _without_number(text: str) -> str:
    """Return the folded line without a page number that stands inside it (``XX局决算 第 3 页``)."""
    return fold(_NUMBER_IN_HEADER.sub("", text.strip()))


def _is_content(key: str, times: int, pages: int) -> bool:
    if not _SHORTEST <= len(key) <= _LONGEST or _CONTENT.search(key):
        return True
    share, of = _SHARE_FOR_TABLES
    return bool(_TABLE.search(key)) and times * of < pages * share


def _is_cover_title(line: _Line, blocks: Sequence[Block]) -> bool:
    """Tell whether a header's occurrence on the first page is the document's own title and not the header again.

    It is when it reads like a title and what follows is what follows a title on a cover (a date, the table of
    contents, a name on a page of few lines), neither another title nor the first heading or sentence.
    """
    if not _TITLE.search(line.key):
        return False
    rest = [fold(block.text) for block in blocks[line.at + 1 : line.at + 30] if isinstance(block, TextLine)]
    key = next((words for words in rest if words), "")
    if _TITLE.search(key) or _PART.match(key):
        return False
    lines = sum(1 for block in blocks[:40] if block.page == line.page)
    return bool(_ON_COVER.search(key)) or (lines <= _COVER_LINES and not re.search("[。;,]", key))
