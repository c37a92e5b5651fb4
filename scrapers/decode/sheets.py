"""Sheets of a workbook, of whatever make, to blocks: titles and notes as lines, the rest as grids.

A sheet is a page. What it hides is left out and told, since nobody is shown it.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scrapers.blocks import Block, Cell, Grid, TextLine, UndecodableError
from scrapers.decode.cells import trimmed, unbroken
from scrapers.decode.limits import Limits
from scrapers.decode.text import without_controls

_UNNAMED = re.compile(r"\s*(?:sheet|工作表|表格?)?\s*\d*\s*(?:[（(]\d+[)）])?\s*\Z", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:注|说明|备注|附注|编制说明|填表说明)\s*\d*\s*[:：．.、]|.*[。；]\s*\Z", re.DOTALL)
_WIDEST = 1024

Place = tuple[int, int]
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what its cells print by row and column (empty cells left out), and which are merged."""

    name: str
    cells: Mapping[Place, str]
    merges: Sequence[Merge] = ()
    hidden_rows: frozenset[int] = field(default_factory=frozenset[int])
    hidden_columns: frozenset[int] = field(default_factory=frozenset[int])


def blocks_of(sheet: Sheet, page: int, limits: Limits) -> list[Block]:
    """Return the blocks of a sheet. Raises UndecodableError("limit") for one too large to lay out."""
    visible = _visible(sheet)
    if not visible.cells:
        return []
    width = min(max(column for _, column in visible.cells) + 1, _WIDEST)
    tall = {row for row, _ in visible.cells}
    if width * len(tall) > limits.cells:
        raise UndecodableError("limit", f"the sheet {sheet.name} has over {limits.cells} cells", "cells")
    blocks: list[Block] = []
    for first, after in _runs(visible, tall):
        blocks += _run(visible, first, after, width, page, begun=any(isinstance(block, Grid) for block in blocks))
    if isinstance(blocks[0], Grid) and _UNNAMED.match(sheet.name) is None:
        # A table without a title on the sheet is called what the sheet is called.
        blocks.insert(0, TextLine(sheet.name.strip(), page, hard=True))
    return blocks


def _visible(sheet: Sheet) -> Sheet:
    """Return the sheet without what it hides, its rows and columns counted anew."""
    cells = {place: words for place, text in sheet.cells.items() if (words := without_controls(text)).strip()}
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return Sheet(sheet.name, cells, sheet.merges)
    # The words of a merged cell show as long as any part of it does.
    moved: dict[Place, str] = {}
    merges: list[Merge] = []
    covered: set[Place] = set()
    for top, left, bottom, right in sheet.merges:
        rows = _left(top, min(bottom, top + _WIDEST), sheet.hidden_rows)
        columns = _left(left, min(right, left + _WIDEST), sheet.hidden_columns)
        covered.add((top, left))
        if rows and columns:
            merges.append((rows[0], columns[0], rows[-1], columns[-1]))
            if (top, left) in cells:
                moved[rows[0], columns[0]] = cells[top, left]
    for (row, column), words in cells.items():
        if (row, column) not in covered and row not in sheet.hidden_rows and column not in sheet.hidden_columns:
            moved[row, column] = words
    rows, columns = sorted(sheet.hidden_rows), sorted(sheet.hidden_columns)

    def place(row: int, column: int) -> Place:
        return row - bisect_left(rows, row), column - bisect_left(columns, column)

    return Sheet(
        sheet.name,
        {place(*at): words for at, words in moved.items()},
        [(*place(top, left), *place(bottom, right)) for top, left, bottom, right in merges],
    )


def _left(first: int, last: int, hidden: frozenset[int]) -> list[int]:
    return [at for at in range(first, last + 1) if at not in hidden]


def _runs(sheet: Sheet, tall: set[int]) -> list[tuple[int, int]]:
    """Return the runs of rows between empty ones; a row that a merged cell with words reaches over is not empty."""
    filled = set(tall)
    last = max(tall)
    for top, left, bottom, _ in sheet.merges:
        if (top, left) in sheet.cells:
            filled.update(range(top, min(bottom, last) + 1))
    runs: list[tuple[int, int]] = []
    for row in sorted(filled):
        if runs and runs[-1][1] == row:
            runs[-1] = (runs[-1][0], row + 1)
        else:
            runs.append((row, row + 1))
    return runs


def _run(sheet: Sheet, first: int, after: int, width: int, page: int, *, begun: bool) -> list[Block]:
    """Return the blocks of rows that stand together: lines at their head and foot, a grid between."""
    merges = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges if first <= top < after}
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), words in sheet.cells.items():
        if first <= row < after:
            by_row.setdefault(row, {})[column] = words

    def alone(row: int, *, head: bool) -> bool:
        """Tell whether a row is a title or a note: one cell filled, as wide as the sheet or worded like one. A 合计
        without amounts is a row."""
        found = by_row.get(row, {})
        if len(found) != 1 or row in spanned:
            return False
        ((column, words),) = found.items()
        wide = merges.get((row, column), (row, column))[1] - column + 1
        return (head and not begun) or wide >= width > 1 or _NOTE.match(words) is not None

    spanned = {
        row
        for (top, _), (bottom, _) in merges.items()
        if bottom > top
        for row in range(top, min(bottom, after - 1) + 1)
    }
    start, end = first, after
    while start < end and alone(start, head=True):
        start += 1
    while end > start and alone(end - 1, head=False):
        end -= 1
    # A single row of several words above nothing is a row all the same; one column of words is no table.
    if all(len(by_row.get(row, {})) <= 1 for row in range(start, end)) and not begun:
        start = end
    blocks: list[Block] = _lines(by_row, range(first, start), page)
    if start < end:
        grid = [_row(row, by_row.get(row, {}), merges, width, start, end) for row in range(start, end)]
        trim = tuple(tuple(trimmed(cell) for cell in row) for row in unbroken([tuple(row) for row in grid]))
        blocks.append(Grid(trim, page))
    return blocks + _lines(by_row, range(max(start, end), after), page)


def _lines(by_row: Mapping[int, Mapping[int, str]], rows: range, page: int) -> list[Block]:
    return [
        TextLine(line.strip(" "), page, hard=True)
        for row in rows
        for _, words in sorted(by_row.get(row, {}).items())
        for line in words.split("\n")
        if line.strip()
    ]


def _row(
    row: int, words: Mapping[int, str], merges: Mapping[Place, tuple[int, int]], width: int, start: int, end: int
) -> list[Cell]:
    line: list[Cell] = []
    column = 0
    above = [(left, right) for (top, left), (bottom, right) in merges.items() if start <= top < row <= bottom]
    while column < width:
        hanging = next((right for left, right in above if left <= column <= right), None)
        if hanging is not None:
            column = hanging + 1
            continue
        bottom, right = merges.get((row, column), (row, column))
        right = min(right, width - 1)
        line.append(Cell(words.get(column, ""), min(bottom, end - 1) - row + 1, right - column + 1))
        column = right + 1
    return line
