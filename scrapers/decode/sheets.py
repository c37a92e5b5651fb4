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
from scrapers.decode.text import has_controls, without_controls

_UNNAMED = re.compile(r"\s*(?:sheet|工作表|表格?)?\s*\d*\s*(?:[（(]\d+[)）])?\s*\Z", re.IGNORECASE)
_NOTE = re.compile(r"\s*(?:注|说明|备注|附注|编制说明|填表说明)\s*\d*\s*[:：．.、]|.*[。；]\s*\Z", re.DOTALL)
_WIDEST = 1024
_MOST_COVERED = 2_000_000
"""Rows that merged cells reach over, counted for each of these cells."""

Place = tuple[int, int]
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""
Rows = Mapping[int, Mapping[int, str]]
"""What is printed, by row and column; empty cells and rows are left out."""
_NOTHING: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what its cells print, and which are merged."""

    name: str
    rows: Rows
    merges: Sequence[Merge] = ()
    hidden_rows: frozenset[int] = field(default_factory=frozenset[int])
    hidden_columns: frozenset[int] = field(default_factory=frozenset[int])

    @property
    def hides_rows(self) -> bool:
        """Whether a row with words is hidden."""
        return not self.hidden_rows.isdisjoint(self.rows)

    @property
    def hides_columns(self) -> bool:
        """Whether a column with words is hidden."""
        return bool(self.hidden_columns) and any(not self.hidden_columns.isdisjoint(row) for row in self.rows.values())


class Once(dict[str, Cell]):
    """The plain cells of a workbook by their words: equal ones are made once, without the blanks around them.

    Words with line ends, ``broken``, are as they are: rows may have to be taken apart at them.
    """

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.broken: set[str] = set()

    def __missing__(self, words: str) -> Cell:
        """Make a cell of words that were not met before."""
        if "\n" in words:
            self.broken.add(words)
            made = Cell(words)
        else:
            made = Cell(words.strip(" "))
        self[words] = made
        return made


def blocks_of(sheet: Sheet, page: int, limits: Limits, once: Once) -> list[Block]:
    """Return the blocks of a sheet. Raises UndecodableError("limit") for one too large to lay out."""
    visible = _visible(sheet)
    if not visible.rows:
        return []
    width = min(max(map(max, visible.rows.values())) + 1, _WIDEST)
    runs = _runs(visible)
    if width * sum(after - first for first, after in runs) > limits.cells:
        raise UndecodableError("limit", f"the sheet {sheet.name} has over {limits.cells} cells", "cells")
    blocks: list[Block] = []
    for first, after in runs:
        begun = any(isinstance(block, Grid) for block in blocks)
        run = _Run(visible, first, after, width, page, once, begun=begun)
        blocks += run.blocks()
    if isinstance(blocks[0], Grid) and _UNNAMED.match(sheet.name) is None:
        # A table without a title on the sheet is called what the sheet is called.
        blocks.insert(0, TextLine(sheet.name.strip(), page, hard=True))
    return blocks


def _visible(sheet: Sheet) -> Sheet:
    """Return the sheet without what it hides, its rows and columns counted anew."""
    rows = _printable(sheet.rows)
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return Sheet(sheet.name, rows, sheet.merges)
    # The words of a merged cell show as long as any part of it does.
    moved: dict[Place, str] = {}
    merges: list[Merge] = []
    covered: set[Place] = set()
    for top, left, bottom, right in sheet.merges:
        down = _left(top, min(bottom, top + _WIDEST), sheet.hidden_rows)
        across = _left(left, min(right, left + _WIDEST), sheet.hidden_columns)
        covered.add((top, left))
        if down and across:
            merges.append((down[0], across[0], down[-1], across[-1]))
            words = rows.get(top, _NOTHING).get(left)
            if words is not None:
                moved[down[0], across[0]] = words
    for row, cells in rows.items():
        if row not in sheet.hidden_rows:
            for column, words in cells.items():
                if (row, column) not in covered and column not in sheet.hidden_columns:
                    moved[row, column] = words
    hidden_rows, hidden_columns = sorted(sheet.hidden_rows), sorted(sheet.hidden_columns)

    def place(row: int, column: int) -> Place:
        return row - bisect_left(hidden_rows, row), column - bisect_left(hidden_columns, column)

    shown: dict[int, dict[int, str]] = {}
    for at, words in moved.items():
        row, column = place(*at)
        shown.setdefault(row, {})[column] = words
    return Sheet(sheet.name, shown, [(*place(top, left), *place(bottom, right)) for top, left, bottom, right in merges])


def _printable(rows: Rows) -> Rows:
    """Return the rows without control characters, and without cells of nothing but white space."""
    texts: set[str] = set()
    for cells in rows.values():
        texts.update(cells.values())
    if not has_controls("".join(texts)) and not any(map(str.isspace, texts)):
        return rows
    kept: dict[int, dict[int, str]] = {}
    for row, cells in rows.items():
        left = {column: words for column, text in cells.items() if (words := without_controls(text)).strip()}
        if left:
            kept[row] = left
    return kept


def _left(first: int, last: int, hidden: frozenset[int]) -> list[int]:
    return [at for at in range(first, last + 1) if at not in hidden]


def _runs(sheet: Sheet) -> list[tuple[int, int]]:
    """Return the runs of rows between empty ones; a row that a merged cell with words reaches over is not empty."""
    filled = set(sheet.rows)
    last = max(filled)
    for top, left, bottom, _ in sheet.merges:
        if bottom > top and left in sheet.rows.get(top, _NOTHING):
            filled.update(range(top, min(bottom, last) + 1))
    runs: list[tuple[int, int]] = []
    for row in sorted(filled):
        if runs and runs[-1][1] == row:
            runs[-1] = (runs[-1][0], row + 1)
        else:
            runs.append((row, row + 1))
    return runs


class _Run:
    """Rows that stand together: lines at their head and foot, a grid between."""

    def __init__(self, sheet: Sheet, first: int, after: int, width: int, page: int, once: Once, *, begun: bool) -> None:
        self.rows, self.first, self.after, self.width, self.page = sheet.rows, first, after, width, page
        self.once = once
        self.begun = begun
        self.merges = {
            (top, left): (bottom, right) for top, left, bottom, right in sheet.merges if first <= top < after
        }
        self.spanned = {
            row
            for (top, _), (bottom, _) in self.merges.items()
            if bottom > top
            for row in range(top, min(bottom, after - 1) + 1)
        }

    def blocks(self) -> list[Block]:
        """Return the blocks, in order."""
        start, end = self.first, self.after
        while start < end and self._alone(start, head=True):
            start += 1
        while end > start and self._alone(end - 1, head=False):
            end -= 1
        # A single row of several words above nothing is a row all the same; one column of words is no table.
        if not self.begun and all(len(self.rows.get(row, _NOTHING)) <= 1 for row in range(start, end)):
            start = end
        blocks: list[Block] = self._lines(range(self.first, start))
        if start < end:
            blocks.append(Grid(self._grid(start, end), self.page))
        return blocks + self._lines(range(max(start, end), self.after))

    def _alone(self, row: int, *, head: bool) -> bool:
        """Tell whether a row is a title or a note: one cell filled, as wide as the sheet or worded like one. A 合计
        without amounts is a row."""
        found = self.rows.get(row, _NOTHING)
        if len(found) != 1 or row in self.spanned:
            return False
        ((column, words),) = found.items()
        wide = self.merges.get((row, column), (row, column))[1] - column + 1
        return (head and not self.begun) or wide >= self.width > 1 or _NOTE.match(words) is not None

    def _lines(self, rows: range) -> list[Block]:
        return [
            TextLine(line.strip(" "), self.page, hard=True)
            for row in rows
            for _, words in sorted(self.rows.get(row, _NOTHING).items())
            for line in words.split("\n")
            if line.strip()
        ]

    def _grid(self, start: int, end: int) -> tuple[tuple[Cell, ...], ...]:
        hanging: dict[int, list[tuple[int, int]]] = {}
        """For each row the columns that a cell from above reaches over."""
        headed: dict[int, dict[int, tuple[int, int]]] = {}
        """For each row where its merged cells begin, and where they end."""
        covered = sum([min(bottom, end) - top for (top, _), (bottom, _) in self.merges.items()])
        if covered > _MOST_COVERED:
            raise UndecodableError("limit", f"a sheet has merged cells over {covered} rows", "cells")
        for (top, left), (bottom, right) in self.merges.items():
            if start <= top < end:
                headed.setdefault(top, {})[left] = (min(bottom, end - 1), min(right, self.width - 1))
                for row in range(top + 1, min(bottom, end - 1) + 1):
                    hanging.setdefault(row, []).append((left, right))
        once, width = self.once, self.width
        blank = [once[""]] * width
        grid: list[tuple[Cell, ...]] = []
        broken = False
        for row in range(start, end):
            words = self.rows.get(row, _NOTHING)
            line = blank.copy()
            for at, text in words.items():
                if at < width:
                    line[at] = once[text]
            if row in headed or row in hanging:
                line = self._merged(line, row, headed.get(row, {}), hanging.get(row, ()))
            grid.append(tuple(line))
            broken = broken or (bool(once.broken) and not once.broken.isdisjoint(words.values()))
        if not broken:
            return tuple(grid)
        return tuple([tuple([self._trimmed(cell) for cell in row]) for row in unbroken(grid)])

    def _trimmed(self, cell: Cell) -> Cell:
        text = cell.text
        return trimmed(cell) if text and (text[0] in " \n" or text[-1] in " \n") else cell

    def _merged(
        self,
        plain: Sequence[Cell],
        row: int,
        headed: Mapping[int, tuple[int, int]],
        hanging: Sequence[tuple[int, int]],
    ) -> list[Cell]:
        """Return a row in which cells are merged with others of it, or with some above or below."""
        width = self.width
        # Where ranges overlap the first one counts.
        over = {at: right for left, right in reversed(hanging) for at in range(left, min(right + 1, width))}
        line: list[Cell] = []
        column = 0
        while column < width:
            if column in over:
                column = over[column] + 1
            elif column in headed:
                bottom, right = headed[column]
                line.append(Cell(plain[column].text, bottom - row + 1, right - column + 1))
                column = right + 1
            else:
                line.append(plain[column])
                column += 1
        return line
