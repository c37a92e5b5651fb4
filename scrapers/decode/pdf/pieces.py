"""What the lines of a borderless table are made of: words that stand close together, and what kind they are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scrapers.decode.pdf.lines import Line, line_of

AMOUNT = re.compile(r"[-－]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:[.．]\d+)?[%％]?|[-－—–]{1,2}")
CODE = re.compile(r"\d{3}|\d{5}|\d{7}")
LEVELS = re.compile(r"[类款项]")
NUMBER = re.compile(r"\d{1,2}|栏次")
_MARKER = re.compile(r"\d{1,2}[.．、]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# In parts of a letter's size.
_GAP = 0.25
_AFTER_MARKER = 1.0
_SPREAD = 4.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters of a line that stand close together, and which line of its table or page that is."""

    line: int
    words: Line

    @property
    def text(self) -> str:
        """Return its words."""
        return self.words.text

    @property
    def left(self) -> float:
        """Return its left side."""
        return self.words.box.left

    @property
    def right(self) -> float:
        """Return its right side."""
        return self.words.box.right

    @property
    def middle(self) -> float:
        """Return its middle in x."""
        return (self.left + self.right) / 2

    @property
    def base(self) -> float:
        """Return its base line."""
        return self.words.box.bottom

    @property
    def is_amount(self) -> bool:
        """Say whether it may be an amount, by itself."""
        return AMOUNT.fullmatch(self.words.text) is not None


Row = Sequence[Piece]


def pieces(at: int, line: Line) -> list[Piece]:
    """Part a line where there is room between its letters; 合　计 and the number of a list item keep together."""
    groups = [[line.letters[0]]]
    for before, letter in pairwise(line.letters):
        if letter.left - before.right > _GAP * max(before.size, letter.size):
            groups.append([])
        groups[-1].append(letter)
    words: list[Line] = []
    for group in groups:
        one = line_of(group)
        if one is None:
            continue
        if words and _is_one(words[-1], one):
            joined = line_of((*words[-1].letters, *one.letters))
            if joined is not None:
                words[-1] = joined
                continue
        words.append(one)
    return [Piece(at, one) for one in words]


def _is_one(before: Line, after: Line) -> bool:
    room = after.box.left - before.box.right
    if _MARKER.fullmatch(before.text):
        return room < _AFTER_MARKER * after.size and AMOUNT.fullmatch(after.text) is None
    alone = _HAN.fullmatch(before.text) and _HAN.fullmatch(after.text)
    return bool(alone) and room < _SPREAD * after.size and not (LEVELS.match(before.text) and LEVELS.match(after.text))


def counts(row: Iterable[Piece]) -> bool:
    """Tell the line of a heading that numbers the columns (栏次 1 2 3) from amounts."""
    numbers = [int(p.text) for p in row if NUMBER.fullmatch(p.text) and p.text.isdigit()]
    return len(numbers) > 1 and all(b - a == 1 for a, b in pairwise(numbers)) and numbers[0] == 1
