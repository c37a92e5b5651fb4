"""Pixels before they are read: seals taken out, paper made white, lines made level. Pure; lengths in pixels."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from scrapers.decode.ocr.models import Mask, Pixels

_RED = 40
"""How much redder than green and blue a seal is at least."""
_EDGE = 10
_BRIGHT = 120
# In parts of a seal's own brightness: below the first is ink under it, above the second is nothing.
_INK, _PALE = 0.25, 0.75
# In points.
_SEAL = 45.0
_SEAL_GAP = 8.0
_PAPER = 18.0
# Degrees.
_MOST_SKEW = 5.0
_COARSE = 0.5
_FINE = 0.02
_LEVEL = 0.04
_SEEN_AT = 900
"""Pixels of the longer side at which the skew is looked for."""


def gray(colour: Pixels, scale: float) -> Pixels:
    """Return a picture (blue, green, red) in gray, without its red seals; ``scale`` is pixels a point.

    In the red part of the light a seal is nearly as bright as paper, and what is printed below it stays dark. Red words
    are lower than a seal and are kept.
    """
    level = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY).astype(np.uint8)
    blue, green, red = (colour[:, :, n].astype(np.int16) for n in range(3))
    redder = red - np.maximum(blue, green)
    reddish = (redder > _RED).astype(np.uint8)
    if not reddish.any():
        return level
    near = 2 * round(_SEAL_GAP * scale / 2) + 1
    closed = cv2.morphologyEx(reddish, cv2.MORPH_CLOSE, np.ones((near, near), np.uint8))
    _, found = parts(closed.astype(np.uint8))
    least = _SEAL * scale
    seals = [part for part in found[1:] if min(part.wide, part.high) >= least]
    if not seals:
        return level
    within = np.zeros_like(reddish)
    for part in seals:
        within[part.top : part.top + part.high, part.left : part.left + part.wide] = 1
    # Its edge is less red, and where a picture was compressed its colour has run.
    edge = np.asarray(cv2.dilate(reddish, np.ones((5, 5), np.uint8)), np.uint8) * (redder > _EDGE)
    under = (np.maximum(reddish, edge) * within) > 0
    light = colour[:, :, 2][under]
    paper = float(np.median(light[light > _BRIGHT])) if (light > _BRIGHT).any() else 255.0
    clean = level.astype(np.float32)
    ink = (light.astype(np.float32) / paper - _INK) * (255.0 / (_PALE - _INK))
    clean[under] = np.clip(ink, 0.0, 255.0)
    return clean.astype(np.uint8)


def whitened(picture: Pixels, scale: float) -> Pixels:
    """Return a gray picture with its paper white: shadows, yellowed paper and shaded cells taken out."""
    near = 2 * round(_PAPER * scale / 4) + 1
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((near, near), np.uint8))
    paper = cv2.blur(paper, (near, near))
    paper = cv2.resize(paper, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_LINEAR)
    level = picture.astype(np.float32) * (255.0 / np.maximum(paper.astype(np.float32), 32.0))
    return np.clip(level, 0, 255).astype(np.uint8)


def levelled(picture: Pixels) -> tuple[Pixels, float]:
    """Return a gray picture turned until its lines are level, and by how many degrees it was turned clockwise."""
    high, wide = picture.shape
    angle = _skew(picture)
    if abs(angle) < _LEVEL:
        return picture, 0.0
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), -angle, 1.0)
    level = cv2.warpAffine(
        picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,)
    )
    return level.astype(np.uint8), angle


def _skew(picture: Pixels) -> float:
    """Return by how many degrees to turn a picture clockwise until ink falls into the fewest rows."""
    factor = min(1.0, _SEEN_AT / max(picture.shape))
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = np.asarray(255 - small, np.uint8)
    best = 0.0
    for reach, step in ((_MOST_SKEW, _COARSE), (_COARSE, 0.1), (0.1, _FINE)):
        count = round(reach / step)
        angles = sorted((best + n * step for n in range(-count, count + 1)), key=abs)
        best = max(angles, key=lambda angle: _peaks(ink, angle))
    return round(best, 2)


def _peaks(ink: Pixels, angle: float) -> float:
    """Say how sharply the rows of a picture differ when it is turned."""
    high, wide = ink.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), -angle, 1.0)
    turned = cv2.warpAffine(ink, matrix, (wide, high), flags=cv2.INTER_LINEAR)
    rows = turned.astype(np.float64).sum(axis=1)
    return float(np.square(np.diff(rows)).sum())


def dark(picture: Pixels, scale: float) -> Mask:
    """Return where a gray picture is darker than what surrounds it (0 or 1), however faint it is printed."""
    near = 2 * max(round(7 * scale), 7) + 1
    return cv2.adaptiveThreshold(picture, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, near, 16).astype(
        np.uint8
    )


class Part(NamedTuple):
    """Pixels that hang together: their room and how many they are."""

    left: int
    top: int
    wide: int
    high: int
    ink: int


def parts(mask: Mask) -> tuple[NDArray[np.int32], list[Part]]:
    """Return the number of the part that each pixel of a mask belongs to, and the parts; the first is what is empty."""
    _, places, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    table = np.asarray(stats, np.int32).tolist()
    return np.asarray(places, np.int32), [Part(*row) for row in table]


def picked(places: NDArray[np.int32], kept: Sequence[bool]) -> Mask:
    """Return the mask of the parts that are ``kept``; the first, what is empty, never is."""
    table = np.array([False, *kept[1:]], np.uint8)
    return table[places]


def integers(values: NDArray[np.generic]) -> list[int]:
    """Return an array of one dimension as plain numbers."""
    return [int(value) for value in values.tolist()]
