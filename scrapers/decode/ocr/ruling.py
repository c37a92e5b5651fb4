"""Rules in pixels: level and upright strokes longer than those of letters, that meet."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from scrapers.decode.ocr.models import Mask
from scrapers.decode.ocr.pixels import Part, parts, picked
from scrapers.decode.pdf.sheet import Rule

# In points.
_LEVEL = 16.0
_UPRIGHT = 8.5
_THICK = 5.0
_GAP = 1.0
_MEETS = 3.0
_LEAST_WIDE = 60.0
_LEAST_HIGH = 18.0
_LONG = 40.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules of a picture, in points, and the pixels that they take (0 or 1)."""

    rules: tuple[Rule, ...]
    pixels: Mask


def ruling(dark: Mask, scale: float) -> Ruling:
    """Return the rules among the dark pixels of a picture; ``scale`` is pixels a point.

    What meets no other rule is no rule of a table, and what is smaller than a table is a letter.
    """
    level = _strokes(dark, scale, upright=False)
    upright = _strokes(dark, scale, upright=True)
    meeting = _tables(np.maximum(level, upright), _open(level, _LONG * scale), scale)
    level, upright = level & meeting, upright & meeting
    found = [*_rules(level, scale, upright=False), *_rules(upright, scale, upright=True)]
    pixels = np.zeros_like(dark)
    rules = [rule for rule, _ in found]
    kept: list[Rule] = []
    for rule, part in found:
        if rule.end - rule.start >= _LONG or _ends(rule, rules):
            kept.append(rule)
            room = (slice(part.top, part.top + part.high), slice(part.left, part.left + part.wide))
            pixels[room] |= (upright if rule.upright else level)[room]
    return Ruling(tuple(kept), pixels)


def _ends(rule: Rule, rules: Sequence[Rule]) -> bool:
    """Say whether a rule ends at others on both sides, as the strokes of letters do not."""
    across = [
        other.at
        for other in rules
        if other.upright != rule.upright and other.start - _MEETS <= rule.at <= other.end + _MEETS
    ]
    return all(any(abs(at - end) <= _MEETS for at in across) for end in (rule.start, rule.end))


def _strokes(dark: Mask, scale: float, *, upright: bool) -> Mask:
    def bar(length: float) -> Mask:
        long = max(round(length * scale), 2)
        return np.ones((long, 1) if upright else (1, long), np.uint8)

    whole = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, bar(_GAP))
    return cv2.morphologyEx(whole, cv2.MORPH_OPEN, bar(_UPRIGHT if upright else _LEVEL)).astype(np.uint8)


def _open(strokes: Mask, length: float) -> Mask:
    """Return the level strokes of at least this length."""
    return cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones((1, round(length)), np.uint8)).astype(np.uint8)


def _tables(strokes: Mask, long: Mask, scale: float) -> Mask:
    """Return the strokes that hang together and reach over the room of a table; one of its rules is ``long``."""
    near = 2 * round(scale) + 1
    joined = cv2.dilate(strokes, np.ones((near, near), np.uint8))
    places, found = parts(joined.astype(np.uint8))
    ruled = {int(n) for n in np.unique(places[long > 0])}
    kept = [
        n in ruled and part.wide >= _LEAST_WIDE * scale and part.high >= _LEAST_HIGH * scale
        for n, part in enumerate(found)
    ]
    return strokes & picked(places, kept)


def _rules(strokes: Mask, scale: float, *, upright: bool) -> list[tuple[Rule, Part]]:
    # Broken by a step where the page is not quite level.
    near = np.ones((1, 3) if upright else (3, 1), np.uint8)
    joined = cv2.dilate(strokes, near)
    _, pieces = parts(joined.astype(np.uint8))
    found: list[tuple[Rule, Part]] = []
    for part in pieces[1:]:
        thick, start, long = (part.wide, part.top, part.high) if upright else (part.high, part.left, part.wide)
        if thick <= _THICK * scale:
            at = (part.left if upright else part.top) + thick / 2
            found.append((Rule(upright, at / scale, start / scale, (start + long) / scale), part))
    return found
