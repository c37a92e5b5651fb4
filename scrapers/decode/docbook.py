"""DocBook as antiword writes it: paragraphs and tables. Its tables say how wide their columns are, row by row, from
which follows over how many columns a cell reaches."""

import re
from collections.abc import Iterator, Sequence

from scrapers.blocks import Block, Cell, Grid, TextLine
from scrapers.decode.xml import Element, attribute, children, parse
from scrapers.decode.xml import name as tag

__all__ = ["Grid", "blocks"]

_TYPE = re.compile(rb"<!DOCTYPE[^>]*>")
_WIDTH = re.compile(r"(\d+(?:\.\d+)?)pt")
_NEAR = 1.5
"""Points within which two sides are one."""

_Row = Sequence[tuple[str, float]]
"""The words and the width of each cell."""


def blocks(data: bytes, called: str) -> list[Block]:
    """Return the blocks of a book. Raises UndecodableError("damaged")."""
    return list(_blocks(parse(_TYPE.sub(b"", data, count=1), called)))


def _blocks(holder: Element) -> Iterator[Block]:
    words: list[str] = [holder.text or ""] if tag(holder) in ("para", "title", "emphasis") else []
    for each in holder:
        if tag(each) == "informaltable":
            yield from _line(words)
            yield _grid(list(_rows(each)))
        elif tag(each) == "emphasis":
            words.append("".join(_words(each)))
        elif tag(each) not in ("bookinfo", "beginpage", "footnote"):
            yield from _line(words)
            yield from _blocks(each)
        words.append(each.tail or "")
    yield from _line(words)


def _line(words: list[str]) -> Iterator[TextLine]:
    text = "".join(words).strip()
    words.clear()
    if text:
        yield TextLine(text.replace("\n", ""), hard=True)


def _words(holder: Element) -> Iterator[str]:
    yield holder.text or ""
    for each in holder:
        yield from _words(each)
        yield each.tail or ""


def _rows(table: Element) -> Iterator[_Row]:
    for group in children(table, "tgroup"):
        found = (_WIDTH.fullmatch(attribute(each, "colwidth") or "") for each in children(group, "colspec"))
        widths = [float(match[1]) if match is not None else 0.0 for match in found]
        for body in children(group, "tbody"):
            for row in children(body, "row"):
                cells = ["".join(_words(each)).strip().replace("\n", "") for each in children(row, "entry")]
                yield list(zip(cells, widths, strict=False))


def _grid(rows: Sequence[_Row]) -> Grid:
    sides = _sides(rows)
    laid_out: list[tuple[Cell, ...]] = []
    for row in rows:
        cells: list[Cell] = []
        right, before = 0.0, 0
        for words, width in row:
            right += width
            column = max(before + 1, sum(side < right + _NEAR for side in sides))
            cells.append(Cell(words, colspan=column - before))
            before = column
        laid_out.append(tuple(cells))
    return Grid(tuple(laid_out))


def _sides(rows: Sequence[_Row]) -> Sequence[float]:
    """Return the right sides of the columns that any row has, from the left."""
    found: set[float] = set()
    for row in rows:
        right = 0.0
        for _, width in row:
            right += width
            found.add(round(right, 2))
    sides: list[float] = []
    for side in sorted(found):
        if not sides or side - sides[-1] > _NEAR:
            sides.append(side)
    return sides
