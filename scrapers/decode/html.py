"""HTML to blocks: the article's lines, tables and pictures in reading order, the page's chrome left aside.

A picture that stands in the page itself (``data:``) and is a table or a page is read where the extra ``ocr`` is there.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_to_bytes

from scrapers.blocks import Block, Decoded, Grid, Image, TextLine, UndecodableError
from scrapers.decode import text
from scrapers.decode.cells import cells_of, collapsed, grid_rows, rows_of
from scrapers.decode.chrome import is_chrome, is_chrome_line, without_counters
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.markup import BLOCKS, Node, parse
from scrapers.decode.ocr.inside import Pictures, Shown

_DOCUMENT = re.compile(r"<!doctype\s+html|<html\b|<head\b|<body\b|<frameset\b", re.IGNORECASE)
_FRAGMENT = re.compile(r"<(?:div|p|table|h[1-6]|span|section|article|center|meta|title|ul|ol)\b[^<>]*>", re.IGNORECASE)
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
_LEADING = re.compile(r"(?:\s|<!--.*?-->|<\?xml[^>]*>)*", re.DOTALL)
_REACH = 4096
_DATED = re.compile(r"(?:发布|公开|公布)(?:时间|日期)|\d{4}\s*[-年]\s*\d{1,2}\s*[-月]\s*\d{1,2}")
_NUMBERED = re.compile(r"\s*[（(]?(?:\d|[一二三四五六七八九十①-⑳]|[•●■◆])")
_PLAIN_LIST = re.compile(r"list-style(?:-type)?\s*:\s*none", re.IGNORECASE)
_ORNAMENT = re.compile(r"icon|logo|banner|button|qrcode|ewm|/(?:css|skin|theme|style|default)s?/", re.IGNORECASE)
_SMALL = 40
_DATA = re.compile(r"data:image/([a-z]{1,10})[^,;]{0,40};base64,", re.IGNORECASE)
_PIXEL = 72 / 96
_SCRIPTS = re.compile(r"javascript|浏览器|脚本", re.IGNORECASE)


def is_html(words: str) -> bool:
    """Say whether a text is a page or a fragment of one, not a text with some markup left in it."""
    start = _LEADING.sub("", words, count=1)
    if not start.startswith("<"):
        return False
    if _DOCUMENT.search(start[:_REACH]):
        return True
    if not _FRAGMENT.match(start):
        return False
    lines = [line for line in _without_tables(start[:200_000]).splitlines() if line.strip()]
    return sum(line.lstrip().startswith("<") for line in lines) * 2 >= len(lines)


def _without_tables(words: str) -> str:
    """Return what stands outside of tables, in one pass: of those that never end there may be many."""
    pieces: list[str] = []
    at = 0
    while (begin := _TABLE.search(words, at)) and (end := _TABLE_END.search(words, begin.end())):
        pieces.append(words[at : begin.start()])
        at = end.end()
    return "".join((*pieces, words[at:]))


def read(words: str, *, encoding: str, limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of a page; the title is the one its head declares for the article, else ``<title>``.

    The publication date that only the head declares (meta PubDate) becomes the first line. ``picture.unread`` tells of
    a picture in the page that may hold a table and could not be read.
    """
    page = parse(words)
    pictures = _Pictures(page.held, Pictures(limits))
    writer = _Writer(prune=True, pictures=pictures)
    writer.children(page.body)
    writer.end_line(hard=True)
    if not any(not isinstance(block, Image) for block in writer.blocks):
        writer = _Writer(prune=False, pictures=pictures)
        writer.children(page.body)
        writer.end_line(hard=True)
    blocks = writer.blocks
    published = page.meta.get("pubdate", "").strip()
    if published and not any(isinstance(b, TextLine) and _DATED.search(b.text) for b in blocks[:12]):
        blocks.insert(0, TextLine(f"发布时间：{published}", hard=True))
    title = " ".join(page.meta.get("articletitle", "").split()) or page.title
    return Decoded(tuple(blocks), "html", encoding, writer.pages, title, pictures.seen.troubles)


def tables(markup: str) -> Sequence[Block]:
    """Return the blocks of a table that stands as HTML inside a plain text."""
    writer = _Writer(prune=False)
    writer.children(parse(markup).body)
    writer.end_line(hard=True)
    return writer.blocks


class _Pictures:
    """The pictures that stand in a page as data addresses."""

    def __init__(self, held: Mapping[str, str], seen: Pictures) -> None:
        self.seen = seen
        self._held = held

    def blocks(self, node: Node) -> Sequence[Block]:
        """Return what a picture says, nothing if it stays one or stands elsewhere."""
        mark = node.get("src")
        address = self._held.get(mark, "")
        head = _DATA.match(address)
        if head is None:
            return ()
        sizes = (node.get(side).strip().lower().removesuffix("px") for side in ("width", "height"))
        wide, high = (int(told) * _PIXEL if told.isdecimal() and len(told) < 6 else 0.0 for told in sizes)
        name = f"{mark.removeprefix('data:')}.{head[1].lower()}"
        return self.seen.blocks(name, lambda: _unpacked(address[head.end() :]), Shown(wide, high))


def _unpacked(packed: str) -> bytes:
    try:
        return base64.b64decode(unquote_to_bytes(packed))
    except binascii.Error as error:
        raise UndecodableError("damaged", f"a picture in the page is cut off: {error}") from error


class _Writer:
    """Walks nodes in reading order and collects blocks."""

    def __init__(self, *, prune: bool, pictures: "_Pictures | None" = None) -> None:
        self.blocks: list[Block] = []
        self._pictures = pictures
        self.pages = 1
        self._prune = prune
        self._line: list[str] = []

    def children(self, node: Node, heading: int = 0) -> None:
        number = 0
        for child in node.children:
            if isinstance(child, str):
                self._line.append(child)
                continue
            if child.tag == "li" and node.tag == "ol" and not _PLAIN_LIST.search(node.get("style")):
                number += 1
                self._node(child, heading, f"{number}. ")
            else:
                self._node(child, heading, "")

    def end_line(self, *, hard: bool, heading: int = 0) -> None:
        """Close the printed line; the words before a line break end softly, those before a block's end hard."""
        line = text.without_markup(collapsed("".join(self._line))).strip(" ")
        self._line.clear()
        if not line or line.isspace():
            if hard and self.blocks and isinstance(last := self.blocks[-1], TextLine) and not last.hard:
                self.blocks[-1] = TextLine(last.text, last.page, last.edge, True, last.heading)
            return
        if self._prune:
            if is_chrome_line(line):
                return
            line = without_counters(line)
        if line.strip():
            self.blocks.append(TextLine(line, hard=hard, heading=heading))

    def _node(self, node: Node, heading: int, marker: str) -> None:
        if node.tag == "br":
            self.end_line(hard=False, heading=heading)
            return
        if node.tag == "img":
            self._image(node)
            return
        self.end_line(hard=True, heading=heading)
        if self._prune and is_chrome(node):
            return
        if node.tag in ("pre", "xmp", "listing") and not node.tables:
            self._preformatted(node)
        elif node.tag in ("noframes", "noscript"):
            self._instead(node)
        elif node.tag == "table":
            self._table(node)
        else:
            level = int(node.tag[1]) if len(node.tag) == 2 and node.tag[0] == "h" and node.tag[1].isdigit() else heading
            if marker and not _NUMBERED.match("".join(node.strings())):
                self._line.append(marker)
            self.children(node, level)
            self.end_line(hard=node.tag in BLOCKS, heading=level)

    def _table(self, node: Node) -> None:
        for caption in node.inner("caption", "tr"):
            if caption.tag == "caption":
                self._node(caption, 0, "")
        rows = [cells_of(row) for row in rows_of(node)]
        nested = [inner for row in rows for cell in row for inner in cell.inner("table")]
        if _is_layout(node, rows, nested):
            for row in rows:
                for cell in row:
                    self._node(cell, 0, "")
            return
        grid = grid_rows(node)
        if grid:
            self.blocks.append(Grid(grid))
        for row in rows:
            for cell in row:
                for picture in cell.inner("img", "table"):
                    self._node(picture, 0, "")

    def _preformatted(self, node: Node) -> None:
        words = "".join(_raw(node)).strip("\n")
        blocks, pages = text.blocks_of(words)
        self.blocks.extend(blocks)
        self.pages = max(self.pages, pages)

    def _instead(self, node: Node) -> None:
        """What stands for frames or scripts: markup that the parser took for words, unless it is just an apology."""
        words = "".join(node.strings())
        if _SCRIPTS.search(words) and len(words) < 300:
            return
        if "<" in words:
            self.children(parse(words).body)
        else:
            self.children(node)
        self.end_line(hard=True)

    def _image(self, node: Node) -> None:
        sizes = [int(told) for side in ("width", "height") if (told := node.get(side)[:6]).isdecimal()]
        if any(size <= _SMALL for size in sizes) or _ORNAMENT.search(node.get("src")):
            return
        said = self._pictures.blocks(node) if self._pictures is not None else ()
        self.end_line(hard=bool(said))
        if said:
            self.blocks.extend(said)
            return
        # What stands above the first word is the site's banner; a picture of the article says what it shows.
        if self._prune and not self.blocks and not node.get("alt").strip():
            return
        self.blocks.append(Image(alt=node.get("alt").strip()))


def _is_layout(table: Node, rows: Sequence[Sequence[Node]], nested: Sequence[Node]) -> bool:
    """Tell a table that places things on the page from one that holds data."""
    if table.get("role") in ("presentation", "none") or all(len(row) <= 1 for row in rows):
        return True
    if nested and sum(inner.words for inner in nested) * 2 >= table.words:
        return True
    cells = [cell for row in rows for cell in row]
    return len(cells) <= 6 and any(cell.paragraphs >= 5 and cell.words >= 300 for cell in cells)


def _raw(node: Node) -> Sequence[str]:
    pieces: list[str] = []
    for child in node.children:
        if isinstance(child, str):
            pieces.append(child)
        elif child.tag == "br":
            pieces.append("\n")
        else:
            pieces.extend(("\n", *_raw(child), "\n"))
    return pieces
