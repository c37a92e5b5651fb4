"""Tables for a terminal and for a pipe: figures right, words left, nothing cut off."""

from collections.abc import Sequence
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

Cell = str | Text
Alignment = Literal["left", "right"]


def table(
    columns: Sequence[tuple[str, Alignment]], rows: Sequence[Sequence[Cell]], *, terminal: bool, title: str = ""
) -> RenderableType:
    """Return a table; ``columns`` are heads and alignments. In a pipe every row is one line."""
    made = Table(
        box=SIMPLE_HEAD if terminal else None,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1) if terminal else (0, 2, 0, 0),
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="bold" if terminal else "",
        collapse_padding=terminal,
    )
    for head, alignment in columns:
        # A column of figures is as wide as its figures; words fold at the terminal's edge.
        figures = alignment == "right"
        made.add_column(head, justify=alignment, overflow="fold", no_wrap=figures, min_width=None)
    for row in rows:
        made.add_row(*(cell if terminal else _one_line(cell) for cell in row))
    return made


def _one_line(cell: Cell) -> Cell:
    text = cell.plain if isinstance(cell, Text) else cell
    return "  ".join(part.strip() for part in text.split("\n") if part.strip())
