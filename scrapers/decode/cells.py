"""HTML tables to grids: merged cells with their spans, rows held together by line breaks taken apart."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scrapers.blocks import Cell
from scrapers.decode.markup import Node
from scrapers.decode.text import without_markup

# Wider than any published table; a larger span is a slip, and a thousand columns would be laid out for it.
_WIDEST = 256
# Control characters are gone from the text before it is parsed.
_BLOCK_END = "\x00"
_WHITE = re.compile(r"[ \t\r\n\f]+")
_AROUND_BREAK = re.compile(r" ?\n ?")
_FIGURE = re.compile(r"\s*(?:-?\d[\d,，.]*%?|\d{3,7})\s*\Z")


def rows_of(table: Node) -> list[Node]:
    """Return the rows of a table, not those of tables in it; a foot stands last wherever it was written."""
    rows: list[Node] = []
    foot: list[Node] = []
    for part in table.inner("tr", "thead", "tbody", "tfoot", "table"):
        if part.tag == "tr":
            rows.append(part)
        elif part.tag != "table":
            (foot if part.tag == "tfoot" else rows).extend(part.inner("tr"))
    return rows + foot


def cells_of(row: Node) -> list[Node]:
    """Return the cells of a row."""
    return [cell for cell in row.children if isinstance(cell, Node) and cell.tag in ("td", "th")]


def grid_rows(table: Node) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of a data table as published; spans end with the table."""
    rows = [tuple(_cell(cell) for cell in cells_of(row)) for row in rows_of(table)]
    rows = [tuple(_within(cell, len(rows) - at) for cell in row) for at, row in enumerate(rows)]
    return tuple(tuple(trimmed(cell) for cell in row) for row in unbroken(rows))


def words_of(node: Node) -> str:
    """Return the text of a cell, its line and paragraph ends as line feeds, without the tables inside."""
    if all(isinstance(child, str) for child in node.children):
        return without_markup(collapsed("".join(node.strings()))).strip(" ")
    text = _AROUND_BREAK.sub("\n", "".join(_pieces(node)))
    # Beside a block's end a blank is layout, and the line break before it is not seen.
    blocks = [piece.strip(" ") for piece in text.split(_BLOCK_END)]
    return without_markup("\n".join(piece.removesuffix("\n") for piece in blocks if piece))


def collapsed(text: str) -> str:
    """Return ``text`` with the white space of the source as single spaces; U+00A0 and U+3000 are content."""
    return _WHITE.sub(" ", text)


def _pieces(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, str):
            yield collapsed(child)
        elif child.tag == "br":
            yield "\n"
        elif child.tag not in ("table", "img"):
            yield _BLOCK_END
            yield from _pieces(child)
            yield _BLOCK_END


def _cell(node: Node) -> Cell:
    words = words_of(node)
    if not node.attributes:
        return Cell(words)
    return Cell(words, _span(node.get("rowspan")), min(max(1, _span(node.get("colspan"))), _WIDEST))


def _span(value: str) -> int:
    digits = value.strip()[:6]
    return int(digits) if digits.isascii() and digits.isdigit() else 1


def _within(cell: Cell, left: int) -> Cell:
    """Return ``cell`` with a rowspan that ends with the table; 0 says "to the end" in HTML."""
    return cell if 0 < cell.rowspan <= left else replace(cell, rowspan=left)


def trimmed(cell: Cell) -> Cell:
    """Return ``cell`` without the blanks and line ends around its words."""
    words = cell.text.strip("\n ")
    return cell if words == cell.text else replace(cell, text=words)


def unbroken(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """Take rows apart whose cells each hold the same number of values, one a line."""
    parts = [_values(row) for row in rows]
    if all(len(part) == 1 for part in parts):
        return list(rows)
    result: list[tuple[Cell, ...]] = []
    for at, (row, part) in enumerate(zip(rows, parts, strict=True)):
        if len(part) > 1:
            result.extend(part)
            continue
        result.append(
            tuple(
                replace(c, rowspan=sum(len(parts[below]) for below in range(at, at + c.rowspan)))
                if c.rowspan > 1
                else c
                for c in row
            )
        )
    return result


def _values(row: tuple[Cell, ...]) -> list[tuple[Cell, ...]]:
    """Return the rows that ``row`` holds: itself, or one a line if a column of figures says so."""
    if any(c.rowspan > 1 for c in row) or not any("\n" in c.text for c in row):
        return [row]
    for strip in (False, True):
        lines = [(c.text.strip("\n") if strip else c.text).split("\n") if c.text.strip() else [] for c in row]
        counts = {len(cell) for cell in lines if cell}
        if len(counts) != 1 or counts == {1} or sum(1 for cell in lines if cell) < 2:
            continue
        count = counts.pop()
        figures = [cell for cell in lines if cell and all(_FIGURE.match(v) for v in cell if v.strip())]
        if figures:
            return [
                tuple(replace(c, text=cell[n] if cell else "") for c, cell in zip(row, lines, strict=True))
                for n in range(count)
            ]
    return [row]
