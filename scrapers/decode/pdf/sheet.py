"""What a page of a PDF prints, before any of it is understood: letters, rules, shades and pictures where they stand.

Coordinates are points of the page as it is seen: turned upright, the origin at its upper left corner, x to the right
and y downwards.
"""

from dataclasses import dataclass
from typing import NamedTuple

from scrapers.blocks import Box
from scrapers.decode.pdf.skew import Skew


class Letter(NamedTuple):
    """One printed character. ``size`` is its height in points, ``turn`` how far it lies clockwise: 0, 90, 180, 270;
    ``confidence`` is set where it was recognized in a picture."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    base: float
    size: float
    turn: int = 0
    confidence: float | None = None

    @property
    def x(self) -> float:
        """Return the middle in x."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        """Return the middle of what is seen of it, in y; a font may claim more room than its letters fill."""
        return self.base - self.size * 0.36 if self.turn == 0 else (self.top + self.bottom) / 2


class Rule(NamedTuple):
    """A straight line: at ``at`` (y of a level one, x of an upright one) from ``start`` to ``end``."""

    upright: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. ``garbled`` counts the letters of which the file does not say what they mean."""

    number: int
    width: float
    height: float
    letters: tuple[Letter, ...] = ()
    rules: tuple[Rule, ...] = ()
    pictures: tuple[Box, ...] = ()
    garbled: int = 0
    readable: bool = True
    """False where the page could not be loaded, or draws more than is looked at."""
    lost: int = 0
    """Words of which letters may be missing in ``letters``."""
    skew: Skew | None = None
    """How it was turned to be level, if it was."""
