"""One picture out of a document: whether it shows a table or a page, and what that says.

Without the extra it is told all the same whether there is something to read: by rules that cross, or by being the size
and the colour of a page.
"""

from importlib import import_module
from typing import Protocol, cast

from PIL import Image as Picture

from scrapers.blocks import Block, Cell, Grid, TextLine
from scrapers.decode import formats
from scrapers.decode.limits import Limits
from scrapers.decode.ocr.files import MOST, frames, reduced
from scrapers.decode.ocr.inside import A4, UNSIZED, Shown
from scrapers.decode.ocr.recognizer import Recognizer
from scrapers.decode.pdf.continued import continued
from scrapers.decode.pdf.pages import Page, page
from scrapers.decode.pdf.pages import blocks as blocks_of
from scrapers.decode.pdf.ruled import Filled
from scrapers.decode.pdf.sheet import Sheet

__all__ = ["blocks"]

_LARGEST = (A4[0] * 2**0.5, A4[1] * 2**0.5)
"""No page is larger than A3, whatever a document says of its pictures."""
_LEAST = 96 / 72
_PAGE = 0.4
"""A picture of so large a part of an A4 page may be a page itself, or most of one."""
_LETTERS = 12
"""So many letters has a table or a page."""
_SURE = 0.75
"""So sure are the letters of a page on average; what is seen in a photograph is not."""
# Rules as they are told without the extra: their length and thickness in points, and how many a table has.
_LONG, _THICK = 24.0, 5.0
_LEVEL, _UPRIGHT = 4, 3
# Paper is bright, and of one brightness: in shades of 255, and in parts of the picture.
_INK = 0.75
_BRIGHT = 120
_ALIKE = 35
_PAPER, _LEAST_INK = 0.75, 0.005


class _Reading(Protocol):
    def sheet(self, picture: Picture.Image, scale: float, number: int) -> Sheet: ...
    def shows_rules(self, picture: Picture.Image, scale: float) -> bool: ...


def blocks(data: bytes, shown: Shown, limits: Limits, eyes: Recognizer | None) -> tuple[Block, ...] | None:
    """Return what a picture says, without places; nothing if it shows neither table nor page; None if it may show one
    and can't be read here. Raises UndecodableError as `frames` does."""
    for frame in frames(data, "a picture", formats.kind(data), limits):
        picture, shown = _cut(frame, shown)
        scale = _scale(picture, shown)
        if not (shown.width and shown.height):
            shown = Shown(picture.width / scale, picture.height / scale)
        return () if shown.is_small else _looked(*reduced(picture, scale), shown, eyes)
    return ()


def _looked(picture: Picture.Image, scale: float, shown: Shown, eyes: Recognizer | None) -> tuple[Block, ...] | None:
    gray = picture.convert("L")
    is_page = shown.width * shown.height >= _PAGE * A4[0] * A4[1] and _is_paper(gray)
    if eyes is None:
        return None if is_page or _is_ruled(gray, scale) else ()
    reading = cast("_Reading", import_module("scrapers.decode.ocr.reading"))
    if not is_page and not reading.shows_rules(picture, scale):
        return ()
    sheet = eyes.counted(lambda: reading.sheet(picture, scale, 1))
    if sheet is None:
        return None
    seen = page(sheet)
    ruled = any(isinstance(item, Filled) for item in seen.items)
    if len(sheet.letters) < _LETTERS or not (ruled or (is_page and _sure(sheet) >= _SURE)):
        return ()
    return _flowing(seen)


def _sure(sheet: Sheet) -> float:
    return sum(letter.confidence or 0.0 for letter in sheet.letters) / len(sheet.letters)


def _flowing(seen: Page) -> tuple[Block, ...]:
    """Return the blocks of a page without their places: where a document flows there is no page to be seen."""
    (whole,) = continued([seen])
    found: list[Block] = []
    for block in blocks_of(whole, edges=False):
        match block:
            case TextLine():
                found.append(TextLine(block.text, confidence=block.confidence))
            case Grid():
                found.append(Grid(tuple(tuple(_placeless(cell) for cell in row) for row in block.rows)))
            case _:
                continue
    if found and isinstance(last := found[-1], TextLine):
        found[-1] = TextLine(last.text, hard=True, confidence=last.confidence)
    return tuple(found)


def _placeless(cell: Cell) -> Cell:
    return Cell(cell.text, cell.rowspan, cell.colspan, confidence=cell.confidence)


def _cut(frame: Picture.Image, shown: Shown) -> tuple[Picture.Image, Shown]:
    """Return what a document shows of a picture, on white where it lets through."""
    left, top, right, bottom = shown.cut
    if any(shown.cut):
        wide, high = frame.size
        box = (round(left * wide), round(top * high), round((1 - right) * wide), round((1 - bottom) * high))
        if box[2] - box[0] < 1 or box[3] - box[1] < 1:
            return Picture.new("RGB", (1, 1), "white"), UNSIZED
        frame = frame.crop(box)
    flat = Picture.new("RGBA", frame.size, "white")
    flat.alpha_composite(frame.convert("RGBA"))
    return flat.convert("RGB"), shown


def _scale(picture: Picture.Image, shown: Shown) -> float:
    """Return the pixels a point of a picture: as it is drawn, else as if it filled an A4 page or came from a screen.

    One that is drawn small, sharper than a page is looked at, keeps its pixels: reduced, its signs would be lost.
    """
    short, long = sorted(picture.size)
    drawn = picture.width / shown.width if shown.width and shown.height else 0.0
    if 0 < drawn <= MOST:
        return max(drawn, short / _LARGEST[0], long / _LARGEST[1], _LEAST)
    return max(short / A4[0], long / A4[1], _LEAST)


def _is_paper(gray: Picture.Image) -> bool:
    """Say whether a picture is mostly of one brightness, with some ink on it."""
    counts = gray.histogram()
    paper = _shade(counts, 0.5)
    alike, ink = sum(counts[max(paper - _ALIKE, 0) : paper + _ALIKE + 1]), sum(counts[: round(paper * _INK)])
    return paper >= _BRIGHT and alike >= _PAPER * sum(counts) and ink >= _LEAST_INK * sum(counts)


def _shade(counts: list[int], part: float) -> int:
    """Return the shade below which this part of a picture lies."""
    left = sum(counts) * part
    for shade, count in enumerate(counts):
        left -= count
        if left <= 0:
            return shade
    return len(counts) - 1


def _is_ruled(gray: Picture.Image, scale: float) -> bool:
    """Say whether rules cross as those of a table: nothing else is as long and as thin."""
    paper = _shade(gray.histogram(), 0.5)
    if paper < _BRIGHT:
        return False
    edge = round(paper * _INK)
    ink = gray.point([255 if shade < edge else 0 for shade in range(256)])
    upright = ink.transpose(Picture.Transpose.TRANSPOSE)
    return _rules(ink, scale) >= _LEVEL and _rules(upright, scale) >= _UPRIGHT


def _rules(ink: Picture.Image, scale: float) -> int:
    """Return how many level rules a picture has, those on one height counted once."""
    pixels, wide = ink.tobytes(), ink.width
    bar = b"\xff" * round(_LONG * scale)
    found, thick = 0, 0
    for at in range(0, len(pixels) + 1, wide):
        if bar in pixels[at : at + wide]:
            thick += 1
        elif thick:
            found += thick <= _THICK * scale
            thick = 0
    return found
