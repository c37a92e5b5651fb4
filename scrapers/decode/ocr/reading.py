"""A picture of a page to what it prints: the same letters and rules that the page of a PDF would have."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from scrapers.decode.ocr import models, pixels, strips
from scrapers.decode.ocr.letters import letters
from scrapers.decode.ocr.models import Glyph, Mask, Pixels
from scrapers.decode.ocr.ruling import ruling
from scrapers.decode.ocr.strips import Strip
from scrapers.decode.pdf.lattice import Lattice, lattices
from scrapers.decode.pdf.sheet import Sheet
from scrapers.decode.pdf.skew import Skew

_INK = 205
"""What is darker than this on white paper is ink: blurred, a thin stroke is little more."""
_FINDING = 1.25
"""Pixels a point at which words are looked for."""
# In parts of a strip's height.
_MARGIN = 0.28
_ROOM = 1.3
_BEYOND = 0.25
_SURE = 0.35
_UPRIGHT = 0.75
"""So sure are the letters of a page that is not upside down or on its side."""
_MARKS = frozenset(" .,'`·:;-_|~^\"“”‘’。，、!")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture prints. ``tried`` strips of words were looked at, ``sure`` is
    how sure their letters are on average."""

    sheet: Sheet
    tried: int
    sure: float


def sheet(picture: Image.Image, scale: float, number: int) -> Sheet:
    """Return what a picture prints that was read from a file; where it lets through it is white."""
    return seen(_colour(picture), scale, number).sheet


def shows_rules(picture: Image.Image, scale: float) -> bool:
    """Say whether a picture that was read from a file may show a table with rules."""
    return is_ruled(_colour(picture), scale)


def _colour(picture: Image.Image) -> Pixels:
    flat = Image.new("RGBA", picture.size, "white")
    flat.alpha_composite(picture.convert("RGBA"))
    return np.ascontiguousarray(np.asarray(flat.convert("RGB"), np.uint8)[:, :, ::-1])


def seen(colour: Pixels, scale: float, number: int = 1) -> Seen:
    """Return what a picture (blue, green, red; ``scale`` pixels a point) of a page prints, turned upright."""
    lying = strips.is_lying((pixels.whitened(pixels.gray(colour, scale), scale) < _INK).astype(np.uint8), scale)
    best: Seen | None = None
    for quarters in (1, 3) if lying else (0, 2):
        turned = np.ascontiguousarray(np.rot90(colour, quarters)) if quarters else colour
        found = _seen(turned, scale, number)
        if best is None or found.sure > best.sure:
            best = found
        if not best.tried or best.sure > _UPRIGHT:
            break
    assert best is not None
    return best


def is_ruled(colour: Pixels, scale: float) -> bool:
    """Say whether a picture may show a table with rules: told in a moment, of a photograph as well."""
    level, _ = pixels.levelled(pixels.whitened(pixels.gray(colour, scale), scale))
    return bool(lattices(ruling(pixels.dark(level, scale), scale).rules))


def _seen(colour: Pixels, scale: float, number: int) -> Seen:
    engine = models.load()
    level, angle = pixels.levelled(pixels.whitened(pixels.gray(colour, scale), scale))
    ruled = ruling(pixels.dark(level, scale), scale)
    clean = level.copy()
    clean[cv2.dilate(ruled.pixels, np.ones((3, 3), np.uint8)) > 0] = 255
    ink = strips.without_specks((clean < _INK).astype(np.uint8), scale)
    usual = strips.usual_height(ink, scale)
    tables = lattices(ruled.rules)
    found = _in_tables(tables, ink, scale, usual)
    rest = ink.copy()
    for table in tables:
        room = _room(table, scale)
        rest[room.top : room.bottom, room.left : room.right] = 0
    if rest.any():
        found.extend(strips.outside(_words(engine, clean, rest, scale), rest, scale))
    said = engine.letters([_cut(clean, strip, usual) for strip in found])
    everything = [
        letter
        for strip, glyphs in zip(found, said, strict=True)
        if _says(glyphs)
        for letter in letters(_within(glyphs, strip, usual), strip, ink, scale)
    ]
    high, wide = level.shape
    width, height = wide / scale, high / scale
    skew = Skew(angle, width, height) if angle else None
    return Seen(Sheet(number, width, height, tuple(everything), ruled.rules, skew=skew), len(found), _sure(said))


def _sure(said: Sequence[tuple[Glyph, ...]]) -> float:
    """Return how sure the letters of all strips are on average; a strip that says nothing is not sure at all."""
    sure = [sum(g.confidence for g in glyphs) / len(glyphs) if glyphs else 0.0 for glyphs in said]
    return sum(sure) / len(sure) if sure else 0.0


def _in_tables(tables: list[Lattice], ink: Mask, scale: float, usual: float) -> list[Strip]:
    found: list[Strip] = []
    for table in tables:
        for place in table.places:
            left, top, right, bottom = (round(side * scale) for side in table.bounds(place))
            found.extend(strips.in_cell(ink, Strip(left + 1, top + 1, right, bottom), scale, usual))
    return found


def _room(table: Lattice, scale: float) -> Strip:
    left, top, right, bottom = (round(side * scale) for side in table.box)
    return Strip(max(left - 2, 0), max(top - 2, 0), right + 3, bottom + 3)


def _words(engine: models.Models, clean: Pixels, rest: Mask, scale: float) -> Mask:
    """Return where words are outside of tables."""
    open_ = np.where(cv2.dilate(rest, np.ones((5, 5), np.uint8)) > 0, clean, 255).astype(np.uint8)
    factor = min(1.0, _FINDING / scale)
    small = cv2.resize(open_, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(np.uint8)
    high, wide = clean.shape
    return cv2.resize(engine.words(small), (wide, high), interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def _margins(strip: Strip, usual: float) -> tuple[int, int]:
    """Return how much white is above and below a strip, and beside it: as if its letters filled their line."""
    high = strip.bottom - strip.top
    line = max(float(high), min(usual, high * 1.5))
    return max(round((line * _ROOM - high) / 2), 2), max(round(line * _MARGIN), 2)


def _cut(picture: Pixels, strip: Strip, usual: float) -> Pixels:
    """Return a strip with the white around it that the model is used to; what is beside it is not shown."""
    part = picture[strip.top : strip.bottom, strip.left : strip.right]
    over, by = _margins(strip, usual)
    return cv2.copyMakeBorder(part, over, over, by, by, cv2.BORDER_CONSTANT, value=(255,)).astype(np.uint8)


def _within(glyphs: tuple[Glyph, ...], strip: Strip, usual: float) -> list[Glyph]:
    """Return the letters with their places in the strip itself, without the white around it."""
    wide, (_, by) = strip.right - strip.left, _margins(strip, usual)
    beyond = _BEYOND * (strip.bottom - strip.top)
    found: list[Glyph] = []
    for glyph in glyphs:
        x = glyph.at * (wide + 2 * by) - by
        # After a bracket that opens the model may see one that closes, where nothing is printed.
        if -beyond <= x <= wide + beyond:
            found.append(glyph._replace(at=min(max(x / wide, 0.0), 1.0)))
    return found


def _says(glyphs: tuple[Glyph, ...]) -> bool:
    """Tell words from dirt that was taken for a mark."""
    if all(glyph.text in _MARKS for glyph in glyphs):
        return bool(glyphs) and min(glyph.confidence for glyph in glyphs) > 0.8
    return sum(glyph.confidence for glyph in glyphs) / len(glyphs) > _SURE
