"""Plain text to blocks: lines, tab-separated and piped tables, pages.

Line ends are never hard here. Blank lines only separate: they end a table (joining is the normalizer's) and, three
or more together, a page.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scrapers.blocks import Block, Cell, Decoded, Grid, TextLine

Edge = Literal["top", "bottom"]

_LINE_ENDS = re.compile("\r\n?|[\v\u0085\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff]")
_ENTITY = re.compile(
    r"&(?:nbsp|ensp|emsp|thinsp|lt|gt|le|ge|amp|quot|apos|ldquo|rdquo|lsquo|rsquo|mdash|ndash|middot|hellip|times"
    r"|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});"
)
_CHECKBOX = re.compile(r"<input\b[^<>]{0,300}>", re.IGNORECASE)
_CHECKED = re.compile(r"""\bchecked\b(?!\s*=\s*["']?(?:false|no)\b)""", re.IGNORECASE)
_BOX = re.compile(r"""\btype\s*=\s*["']?(?:checkbox|radio)\b""", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?:p|br|div|li|ul|ol|dl|dt|dd|h[1-6]|hr|center|blockquote)(?:\s+[\w:-]+\s*=[^<>]{0,300}?)?\s{0,9}/?>",
    re.IGNORECASE,
)
_INLINE_TAG = re.compile(
    r"</?(?:span|b|i|u|em|strong|font|sub|sup|small|big|s|a|label|o:p)(?:\s+[\w:-]+\s*=[^<>]{0,300}?)?\s{0,9}/?>",
    re.IGNORECASE,
)
_TABLE_TAG = re.compile(r"<(/?)table\b[^<>]{0,2000}>", re.IGNORECASE)
# A private-use character that no publisher's text can mean marks where a table was set aside.
_PLACE = re.compile("\ue000(\\d+)\ue000")
_PAGE_GAP = 3
_PIPED = re.compile(r"\s*[|│┃｜].*[|│┃｜]\s*\Z")
_PIPE = re.compile(r"[|│┃｜]")
_RULE = re.compile(r"[\s|│┃｜+:\-=─━┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛]+\Z")
_CONTENTS = re.compile(r"\s*(?:目\s*录|目\s*次)\s*\Z")
_ENTRY = re.compile(r"\s*-?\s*\d{1,3}\s*-?\s*\Z")
_LEADERS = re.compile(r"[.…·．。]{4,}|…{2,}")
_LIST_NUMBER = re.compile(
    r"\s*(?:[（(][0-9一二三四五六七八九十]{1,4}[）)]、?|[0-9一二三四五六七八九十]{1,4}[、.．)）]"
    r"|第[0-9一二三四五六七八九十]{1,4}[部分章节条]{1,2}|[•●■◆▪➢\uf0b7\uf06c-])\s*\Z"
)
_GOES_ON = re.compile(r"\s*(?:[，。；：、）)％%]|(?:亿|万)?元[，。；、]|(?:个|人|辆|台|次|批)[，。；、])")
_MARKED_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(?=\S)(.*?)\s*#*\Z")


_EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class _Line:
    """A published line that is not blank, where it stands and whether a blank line stands before it."""

    text: str
    page: int
    after_blank: bool


def read(text: str, *, encoding: str, tables: Callable[[str], Sequence[Block]] | None = None) -> Decoded:
    """Return the blocks of a plain text; ``tables`` reads those that stand in it as HTML (``<table>…</table>``)."""
    if tables is None or "<table" not in text.lower():
        blocks, pages = blocks_of(text)
        return Decoded(tuple(blocks), "text", encoding, pages)
    words, markups = _set_aside(text)
    blocks, pages = blocks_of(words)
    whole: list[Block] = []
    for block in blocks:
        place = _PLACE.fullmatch(block.text.strip()) if isinstance(block, TextLine) else None
        if place is None or int(place[1]) >= len(markups):
            whole.append(block)
        else:
            whole.extend(replace(inner, page=block.page) for inner in tables(markups[int(place[1])]))
    return Decoded(tuple(whole), "text", encoding, pages)


def _set_aside(text: str) -> tuple[str, list[str]]:
    """Return ``text`` with its whole HTML tables replaced by lines that stand for them, and the tables."""
    pieces: list[str] = []
    markups: list[str] = []
    depth = begin = end = 0
    for tag in _TABLE_TAG.finditer(text):
        if not tag[1]:
            begin = tag.start() if depth == 0 else begin
            depth += 1
        elif depth > 0:
            depth -= 1
            if depth == 0:
                pieces.append(text[end:begin])
                pieces.append(f"\n\ue000{len(markups)}\ue000\n")
                end = tag.end()
                markups.append(text[begin:end])
    return "".join((*pieces, text[end:])), markups


def blocks_of(text: str) -> tuple[list[Block], int]:
    """Return the blocks of a plain text and the number of its pages."""
    lines, pages = _paged(_LINE_ENDS.sub("\n", plain(text)))
    edges = _edges(lines) if pages > 1 else {}
    blocks: list[Block] = []
    contents = False
    for start, end in _runs(lines):
        run = lines[start:end]
        rows = _rows(run)
        if rows and _is_contents(rows, contents):
            contents = True
            rows = []
        elif rows and not _is_table(rows):
            rows = []
        elif rows:
            contents = False
        if rows:
            cells = (tuple(Cell(text) if text else _EMPTY for text in row) for row in rows)
            blocks.append(Grid(tuple(cells), run[0].page))
            continue
        for offset, line in enumerate(run, start):
            # A sentence says that the table of contents is over.
            contents = (contents and "。" not in line.text) or _CONTENTS.match(line.text) is not None
            blocks.append(_text_line(line, edges.get(offset)))
    return blocks, pages


def plain(text: str) -> str:
    """Return ``text`` without control characters and without the markup that extractors leave behind.

    ``<input type="checkbox" checked>`` becomes ☑ (☐ unchecked), other tags white space or nothing, entities their
    characters; LaTeX stays as it is.
    """
    return without_markup(without_controls(text))


def without_markup(text: str) -> str:
    """Return ``text`` without the tags and entities that are printed as words: an editor escaped them on its way."""
    if "<" in text:
        text = _CHECKBOX.sub(_box, text)
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", text))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return text


def without_controls(text: str) -> str:
    """Return ``text`` without control characters and byte order marks inside."""
    return _CONTROLS.sub("", text)


def has_controls(text: str) -> bool:
    """Tell whether there is anything in ``text`` that `without_controls` takes out."""
    return _CONTROLS.search(text) is not None


def _box(tag: re.Match[str]) -> str:
    if _BOX.search(tag[0]) is None:
        return ""
    return "☑" if _CHECKED.search(tag[0]) else "☐"


def _paged(text: str) -> tuple[list[_Line], int]:
    """Return the lines that are not blank, and the number of pages.

    Form feeds between words are the pages; only a text without them is paged by runs of empty lines, since
    extractors that print form feeds also print the empty space inside a page. A line of spaces is an empty
    paragraph of the page (seen in GD), it neither makes nor breaks such a run of its own.
    """
    fed = "\f" in text.strip()
    lines: list[_Line] = []
    page, gap, blank = 1, 0, False
    for number, sheet in enumerate(text.split("\f")):
        if fed:
            page = number + 1
        for published in sheet.split("\n"):
            if not published or published.isspace():
                if "\t" in published:
                    # A row whose cells are all empty: no words, and the table goes on.
                    continue
                gap = 0 if published else gap + 1
                blank = True
                if gap == _PAGE_GAP and not fed and lines and lines[-1].page == page:
                    page += 1
                continue
            lines.append(_Line(published, page, blank))
            gap, blank = 0, False
        blank, gap = True, 0
    return lines, lines[-1].page if lines else 1


def _edges(lines: Sequence[_Line]) -> dict[int, Edge]:
    """Return which lines are among the first or last two of their page."""
    edges: dict[int, Edge] = {}
    first = 0
    for after in range(1, len(lines) + 1):
        if after == len(lines) or lines[after].page != lines[first].page:
            for index in range(max(first, after - 2), after):
                edges[index] = "bottom"
            for index in range(first, min(first + 2, after)):
                edges[index] = "top"
            first = after
    return edges


def _runs(lines: Sequence[_Line]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of lines that stand together and are of one kind: tabbed, piped, or neither."""
    start = 0
    for index in range(1, len(lines) + 1):
        if (
            index < len(lines)
            and not lines[index].after_blank
            and lines[index].page == lines[start].page
            and _kind(lines[index].text) == _kind(lines[start].text)
        ):
            continue
        if start < index:
            yield start, index
        start = index


def _kind(text: str) -> str:
    if "\t" in text:
        return "tabbed"
    if _PIPE.search(text) is None:
        return "words"
    return "piped" if _PIPED.match(text) or _RULE.match(text) else "words"


def _rows(run: Sequence[_Line]) -> list[list[str]]:
    """Return the cells of a run of tabbed or piped lines, [] if they are neither."""
    kind = _kind(run[0].text)
    if kind == "tabbed":
        return [line.text.split("\t") for line in run]
    if kind == "piped":
        inner = [_PIPE.split(line.text.strip())[1:-1] for line in run if _RULE.match(line.text) is None]
        return inner if any(len(row) > 1 for row in inner) else []
    return []


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a table from words that are indented, numbered or broken by tabs."""
    if all(_is_words(row) for row in rows):
        return False
    # One row of words with tabs inside: a sentence goes on after the tab.
    return not (len(rows) == 1 and any(_GOES_ON.match(cell) for cell in rows[0][1:]))


def _is_words(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    if len(filled) == 1:
        # 合计 and three empty cells are a row; one stray tab after a sentence is not.
        return row[-1] != "" or len(row) < 3
    return (
        len(filled) == 2
        and len(row) - next(i for i, cell in enumerate(row) if cell.strip()) == 2
        and bool(_LIST_NUMBER.match(filled[0]))
    )


def _is_contents(rows: Sequence[Sequence[str]], contents: bool) -> bool:
    """Tell the entries of a table of contents (title, tab, page) from a table of two columns."""
    filled = [[cell for cell in row if cell.strip()] for row in rows]
    if not all(len(row) in (2, 3) and _ENTRY.match(row[-1]) for row in filled):
        return False
    pages = [int("".join(filter(str.isdigit, row[-1]))) for row in filled]
    return pages == sorted(pages) and (contents or all(_LEADERS.search("".join(row[:-1])) for row in filled))


def _text_line(line: _Line, edge: Edge | None) -> TextLine:
    marked = _MARKED_HEADING.match(line.text) if "#" in line.text else None
    text, heading = (marked[2], len(marked[1])) if marked else (line.text, 0)
    return TextLine(text, line.page, edge, False, heading)
