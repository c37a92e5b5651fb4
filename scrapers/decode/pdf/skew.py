"""Pages that lay askew when they were scanned: read level, and told where they were seen."""

from dataclasses import dataclass, replace
from math import cos, radians, sin

from scrapers.blocks import Block, Box, Cell, Grid, Image, TextLine


@dataclass(frozen=True, slots=True)
class Skew:
    """By how many degrees a page was turned clockwise around its middle to be level; its size in points."""

    angle: float
    width: float
    height: float

    def seen(self, block: Block) -> Block:
        """Return a block of the level page where it stands on the page as it was."""
        match block:
            case TextLine() if block.box is not None:
                box = self.back(block.box)
                by = box.left - block.box.left
                return replace(block, box=box, stops=tuple(stop + by for stop in block.stops))
            case Grid():
                return replace(block, rows=tuple(tuple(self._cell(cell) for cell in row) for row in block.rows))
            case Image() if block.box is not None:
                return replace(block, box=self.back(block.box))
            case _:
                return block

    def back(self, box: Box) -> Box:
        """Return a box of the level page, as large as it is, around the point of the page as it was."""
        turn = radians(-self.angle)
        x, y = (box.left + box.right - self.width) / 2, (box.top + box.bottom - self.height) / 2
        right, down = x * cos(turn) - y * sin(turn) - x, x * sin(turn) + y * cos(turn) - y
        return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)

    def _cell(self, cell: Cell) -> Cell:
        return cell if cell.box is None else replace(cell, box=self.back(cell.box))
