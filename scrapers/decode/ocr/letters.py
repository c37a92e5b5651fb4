"""What a strip says to letters with their places: between two letters is where the least ink is."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scrapers.decode.ocr.models import Glyph, Mask
from scrapers.decode.ocr.strips import Strip
from scrapers.decode.pdf.sheet import Letter

_PARTED = re.compile(r"-?\d{1,3}(?:[.,，]\d{3})*[.,，]\d\d")
_DOTS = re.compile(r"(?<!\.)\.\.(?!\.)")
_WIDE = {"(": "（", ")": "）"}
# In parts of a letter's size.
_APART = 0.6
_HAN_HIGH = 0.92
_LATIN_HIGH = 0.72
_HAN_BELOW = 0.1


def letters(glyphs: Sequence[Glyph], strip: Strip, ink: Mask, scale: float) -> list[Letter]:
    """Return the letters of a strip, in points. ``ink`` is that of the whole picture, 0 or 1.

    Letters of one word touch: only where there is room for half of one are they apart.
    """
    seen = amended([glyph for glyph in glyphs if not glyph.text.isspace()])
    if not seen:
        return []
    size, base = _size(seen, strip, scale)
    columns = ink[strip.top : strip.bottom, strip.left : strip.right].sum(axis=0, dtype=np.int64)
    middles = [glyph.at * (strip.right - strip.left) for glyph in seen]
    sides = _sides(columns, middles, _APART * size * scale)
    found: list[Letter] = []
    for glyph, (left, right) in zip(seen, sides, strict=True):
        x0, x1 = (strip.left + left) / scale, (strip.left + right) / scale
        top = base - size * (1 - _HAN_BELOW)
        found.append(Letter(glyph.text, x0, x1, top, top + size, base, size, 0, glyph.confidence))
    return found


def amended(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return letters with the signs that must stand where others were read, of which they differ by a pixel.

    Thousands are parted by commas (2.393.92), two points are three (33+34+..+57), brackets between Chinese words are
    wide on both sides (（15分)).
    """
    text = "".join(glyph.text for glyph in glyphs)
    if _PARTED.fullmatch(text) is not None:
        last = len(text) - 3
        return [
            glyph._replace(text="," if at < last else ".") if glyph.text in ".,，" else glyph
            for at, glyph in enumerate(glyphs)
        ]
    found = [*glyphs]
    for match in reversed([*_DOTS.finditer(text)]):
        first, second = found[match.start() : match.end()]
        found.insert(match.end(), second._replace(at=second.at + (second.at - first.at) / 2))
    if any(_is_han(glyph.text) or glyph.text in _WIDE.values() for glyph in glyphs):
        found = [glyph._replace(text=_WIDE.get(glyph.text, glyph.text)) for glyph in found]
    return found


def _size(glyphs: Sequence[Glyph], strip: Strip, scale: float) -> tuple[float, float]:
    """Return the size of a strip's letters and the line that they stand on, in points."""
    high, bottom = (strip.bottom - strip.top) / scale, strip.bottom / scale
    if any(_is_han(glyph.text) for glyph in glyphs):
        size = high / _HAN_HIGH
        return size, bottom - _HAN_BELOW * size
    return high / _LATIN_HIGH, bottom


def _is_han(text: str) -> bool:
    return "\u3400" <= text <= "\u9fff"


def _sides(columns: NDArray[np.int64], middles: Sequence[float], apart: float) -> list[tuple[float, float]]:
    """Return where each letter begins and ends, in pixels of the strip."""
    ends: list[tuple[float, float]] = []
    for before, after in pairwise(middles):
        start, end = _blank(columns, max(int(before), 0), min(int(after) + 1, len(columns)))
        between = (start + end) / 2
        ends.append((start, end) if end - start > apart else (between, between))
    lefts = [0.0, *(after for _, after in ends)]
    rights = [*(before for before, _ in ends), float(len(columns))]
    return [(left, max(right, left + 1.0)) for left, right in zip(lefts, rights, strict=True)]


def _blank(columns: NDArray[np.int64], start: int, end: int) -> tuple[float, float]:
    """Return the widest stretch with the least ink between two columns."""
    part = columns[start:end]
    if len(part) == 0:
        return float(start), float(start)
    least = part == part.min()
    best, begun = (0, 0), 0
    for at in range(len(part) + 1):
        if at == len(part) or not least[at]:
            if at - begun > best[1] - best[0]:
                best = (begun, at)
            begun = at + 1
    return float(start + best[0]), float(start + best[1])
