"""Ruled tables to grids: which letters stand in which cell, and what a cell says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scrapers.blocks import Box, Cell
from scrapers.decode.pdf.lattice import Lattice
from scrapers.decode.pdf.lines import Line, lines
from scrapers.decode.pdf.sheet import Letter

# In parts of a letter's size.
_ONE_RUN = 0.6
_CUT = 0.2
_FULL = 1.3
_INDENT = 1.5
_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})*|\d+)\.\d\d")
_PART = re.compile(r"-?[\d,]+\.?\d*")


@dataclass(frozen=True, slots=True)
class Filled:
    """A ruled table with the lines that stand in each of its cells."""

    lattice: Lattice
    lines: tuple[tuple[Line, ...], ...]
    head: int = 0
    """How many rows are known to be its heading."""

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the rows of cells as published."""
        rows: list[list[Cell]] = [[] for _ in range(len(self.lattice.ys) - 1)]
        for place, words in sorted(
            zip(self.lattice.places, self.lines, strict=True), key=lambda pair: (pair[0].row, pair[0].column)
        ):
            text = said(words, self.lattice.bounds(place))
            rows[place.row].append(Cell(text, place.rowspan, place.colspan, _around(words), _confidence(words)))
        return tuple(tuple(row) for row in rows)


def _around(words: Sequence[Line]) -> Box | None:
    """Return the room of a cell's words on its own page, None for an empty cell."""
    boxes = [line.around for line in words if not line.away]
    if not boxes:
        return None
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _confidence(words: Sequence[Line]) -> float | None:
    return min((sure for line in words if (sure := line.confidence) is not None), default=None)


def filled(lattice: Lattice, letters: Sequence[Letter]) -> Filled:
    """Put the letters of a table into its cells."""
    inside: list[list[Letter]] = [[] for _ in lattice.places]
    for letter in letters:
        if letter.turn:
            inside[lattice.at(letter.x, letter.y)].append(letter)
    for line in _printed([letter for letter in letters if not letter.turn]):
        for run in line:
            owner = _owner(lattice, run)
            if owner is not None:
                inside[owner].extend(run)
            else:
                for letter in run:
                    inside[lattice.at(letter.x, letter.y)].append(letter)
    return Filled(lattice, tuple(tuple(lines(cell)) for cell in inside))


def _printed(letters: Sequence[Letter]) -> list[list[list[Letter]]]:
    """Return the lines of a table, each as its runs of letters that stand close together."""
    found: list[list[list[Letter]]] = []
    for line in lines(letters):
        runs: list[list[Letter]] = []
        for letter in line.letters:
            if runs and letter.left - runs[-1][-1].right <= _ONE_RUN * letter.size:
                runs[-1].append(letter)
            else:
                runs.append([letter])
        found.append(runs)
    return found


def _owner(lattice: Lattice, run: Sequence[Letter]) -> int | None:
    """Return the cell of a run that flows over its cell's side, None for one that keeps inside.

    A sheet prints words that are too long over the empty cells beside them: then a rule cuts through a letter.
    """
    y = run[0].y
    cells = [lattice.at(letter.x, y) for letter in run]
    if len(set(cells)) == 1:
        return cells[0]
    row = lattice.owners[lattice.row(y)]
    sides = [x for c, x in enumerate(lattice.xs[1:-1], 1) if row[c] != row[c - 1]]
    cut = any(_cuts(side, letter) for letter in run for side in sides)
    if not cut:
        return None
    first = lattice.bounds(lattice.places[cells[0]])
    if run[0].left - first.left < _INDENT * run[0].size:
        return cells[0]
    return max(dict.fromkeys(cells), key=cells.count)


def _cuts(side: float, letter: Letter) -> bool:
    margin = _CUT * letter.size
    return letter.left + margin < side < letter.right - margin


def said(words: Sequence[Line], room: Box) -> str:
    """Return the text of a cell, its lines parted by line feeds; an amount that was broken to fit is whole again."""
    pieces: list[str] = []
    for before, line in zip((None, *words), words, strict=False):
        if before is not None and _broken(before, line, room):
            pieces[-1] += line.text
        else:
            pieces.append(line.text)
    return "\n".join(pieces)


def _broken(before: Line, line: Line, room: Box) -> bool:
    """Tell an amount that goes on in the next line from two amounts: apart they are none, and the first is full."""
    return (
        _PART.fullmatch(before.text) is not None
        and _PART.fullmatch(line.text) is not None
        and _AMOUNT.fullmatch(before.text) is None
        and _AMOUNT.fullmatch(before.text + line.text) is not None
        and is_full(before, room)
    )


def is_full(line: Line, room: Box) -> bool:
    """Say whether a line of a cell leaves no room for one more letter."""
    return room.width - line.box.width < _FULL * line.size + 2 * _padding(line, room)


def _padding(line: Line, room: Box) -> float:
    return max(0.0, min(line.box.left - room.left, room.right - line.box.right, line.size))
