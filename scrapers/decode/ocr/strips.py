"""Where lines of words are in a picture: inside the cells of a table, and outside of tables."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from scrapers.decode.ocr.models import Mask
from scrapers.decode.ocr.pixels import integers, parts, picked

# In points.
_SPECK = 0.6
_SEEN = 1.7
_LETTER = 6.0
_RULE = 20.0
# In parts of a line's height.
_TALL = 1.45
_LOW = 0.62
_BESIDE = 1.2
_CLOSE = 0.3
_LYING = 1.1
_GROWN = 1.6
"""How much larger words are than what the finding model marks of them, as that model was made."""


class Strip(NamedTuple):
    """A line of words: its room in pixels, around its ink."""

    left: int
    top: int
    right: int
    bottom: int


def in_cell(ink: Mask, room: Strip, scale: float, usual: float) -> list[Strip]:
    """Return the lines of words in one cell, from top to bottom; ``usual`` is the height of a line in pixels."""
    part = ink[room.top : room.bottom, room.left : room.right]
    if part.size == 0 or not part.any():
        return []
    found: list[Strip] = []
    for top, bottom in _lines(part, usual):
        columns = np.flatnonzero(part[top:bottom].any(axis=0))
        left, right = int(columns[0]), int(columns[-1]) + 1
        if max(right - left, bottom - top) >= _SEEN * scale:
            found.append(Strip(room.left + left, room.top + top, room.left + right, room.top + bottom))
    return found


def _lines(part: Mask, usual: float) -> list[tuple[int, int]]:
    """Part the rows of a cell where no ink is; what is lower than a line belongs to the nearer of its neighbours."""
    found = list(_runs(_rows(part)))
    if len(found) == 1 and found[0][1] - found[0][0] > _TALL * usual:
        found = _cut(part, found[0], usual)
    while len(found) > 1:
        joins = [
            (found[n + 1][0] - found[n][1], n)
            for n in range(len(found) - 1)
            if found[n + 1][1] - found[n][0] <= _TALL * usual / 1.2
            and min(found[n][1] - found[n][0], found[n + 1][1] - found[n + 1][0]) < _LOW * usual
        ]
        if not joins:
            break
        _, n = min(joins)
        found[n : n + 2] = [(found[n][0], found[n + 1][1])]
    return found


def _cut(part: Mask, run: tuple[int, int], usual: float) -> list[tuple[int, int]]:
    """Part lines that touch where the least ink is between them."""
    start, end = run
    count = max(round((end - start) / (usual * 1.2)), 1)
    ink = part.sum(axis=1)
    cuts = [start]
    for n in range(1, count):
        middle = start + (end - start) * n // count
        reach = max(int(usual / 4), 1)
        cuts.append(min(range(middle - reach, middle + reach + 1), key=lambda y: (int(ink[y]), abs(y - middle))))
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _runs(filled: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = integers(np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0])))))
    yield from zip(edges[::2], edges[1::2], strict=True)


def _rows(part: Mask) -> NDArray[np.bool_]:
    """Say of each row whether there is ink."""
    return part.max(axis=1) > 0


def without_specks(ink: Mask, scale: float) -> Mask:
    """Return ink without what is smaller than a decimal point."""
    places, found = parts(ink)
    return picked(places, [part.ink >= (_SPECK * scale) ** 2 for part in found])


def usual_height(ink: Mask, scale: float) -> float:
    """Return how high a line of words is: the height that most of the larger letters have, in pixels."""
    _, found = parts(ink)
    letters = sorted(part.high for part in found[1:] if 4.0 * scale <= part.high <= 24.0 * scale)
    return letters[len(letters) * 3 // 4] * 1.1 if letters else 8.0 * scale


def is_lying(ink: Mask, scale: float) -> bool:
    """Say whether a page is on its side: letters stand closer to those of their line than to those of other lines.

    Level and upright strokes as long as rules are left out.
    """
    long = round(_RULE * scale)
    rules = [cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8)) for shape in ((1, long), (long, 1))]
    words = ink * (np.maximum(*rules) == 0)
    near = max(round(_CLOSE * usual_height(ink, scale)), 2)
    level, upright = (
        len(parts(np.asarray(cv2.dilate(words, np.ones(shape, np.uint8)), np.uint8))[1])
        for shape in ((1, near), (near, 1))
    )
    return level > _LYING * upright


def outside(words: Mask, ink: Mask, scale: float) -> list[Strip]:
    """Return the lines of words that the finding model marked in ``words``, grown to the ink that they are of."""
    _, found = parts(words)
    marked = [_grown(Strip(x, y, x + w, y + h), ink) for x, y, w, h, _ in found[1:]]
    joined = _joined([strip for strip in marked if strip is not None])
    return [strip for strip in joined if strip.bottom - strip.top >= _LETTER / 3 * scale]


def _grown(strip: Strip, ink: Mask) -> Strip | None:
    """Return the room of the ink of a line: wider than it was marked, by as much as the model leaves out."""
    high, wide = strip.bottom - strip.top, strip.right - strip.left
    by = round(high * wide * _GROWN / (2 * (high + wide))) + 1
    top, bottom = max(strip.top - by, 0), min(strip.bottom + by, ink.shape[0])
    left, right = max(strip.left - 2 * by, 0), min(strip.right + 2 * by, ink.shape[1])
    part = ink[top:bottom, left:right]
    if not part.any():
        return None
    middle = (strip.top + strip.bottom) // 2 - top
    rows = [run for run in _runs(_rows(part)) if run[0] <= middle + high // 2 and middle - high // 2 <= run[1]]
    if not rows:
        return None
    first, last = rows[0][0], rows[-1][1]
    columns = np.flatnonzero(part[first:last].any(axis=0))
    return Strip(left + int(columns[0]), top + first, left + int(columns[-1]) + 1, top + last)


def _joined(strips: Sequence[Strip]) -> list[Strip]:
    """Join what overlaps in one line: it was marked in pieces."""
    found: list[Strip] = []
    for strip in sorted(strips, key=lambda one: (one.left, one.top)):
        for n, other in enumerate(found):
            shared = min(strip.bottom, other.bottom) - max(strip.top, other.top)
            least = min(strip.bottom - strip.top, other.bottom - other.top)
            if shared * 2 > least and strip.left < other.right:
                found[n] = Strip(
                    other.left,
                    min(strip.top, other.top),
                    max(strip.right, other.right),
                    max(strip.bottom, other.bottom),
                )
                break
        else:
            found.append(strip)
    return sorted(found, key=lambda one: (one.top, one.left))
