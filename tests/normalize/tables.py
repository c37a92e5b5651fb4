"""Tables and portions for tests, written as they are printed: cells parted by | or by tabs."""

from collections.abc import Sequence

from scrapers.blocks import Cell, Grid
from tracker.folding import tidy
from tracker.model import Figure
from tracker.normalize.flow import Portion, Slot, Stretch, Table
from tracker.normalize.reflow import matrix
from tracker.normalize.statements import StatementsReading, read
from tracker.taxonomy import load


def table(text: str, separator: str = "|") -> Table:
    """A table as flattened text gives it: no merged cells, empty cells where they were."""
    rows = [[tidy(cell) for cell in line.split(separator)] for line in text.strip("\n").split("\n")]
    width = max(len(row) for row in rows)
    return Table(tuple(tuple(Slot(cell) for cell in (*row, *[""] * (width - len(row)))) for row in rows))


def spanned(rows: Sequence[Sequence[str | tuple[str, int, int]]]) -> Table:
    """A table as HTML gives it: a cell is a text or (text, rowspan, colspan)."""
    cells = tuple(
        tuple(Cell(cell) if isinstance(cell, str) else Cell(cell[0], cell[1], cell[2]) for cell in row) for row in rows
    )
    return Table(matrix(Grid(cells)))


def reading(*items: str | Table, section: str = "tables", year: int = 2023) -> StatementsReading:
    """What a document says whose one portion holds these words and tables."""
    flow = tuple(Stretch(tidy(item)) if isinstance(item, str) else item for item in items)
    return read([Portion(section, "", flow)], year=year, kind="final", taxonomy=load())


def values(found: StatementsReading) -> dict[str, str]:
    """The figures by key; keys of one table are unique in these tests."""
    return {figure.key: figure.value for figure in found.figures}


def figure(found: StatementsReading, key: str) -> Figure:
    """The one figure with this key."""
    (only,) = [f for f in found.figures if f.key == key]
    return only
