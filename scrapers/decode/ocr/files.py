"""Picture files to blocks: PNG, JPEG, TIFF of several pages and the like are pages that were scanned."""

import io
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from PIL import Image as Picture
from PIL import ImageSequence

from scrapers.blocks import Block, Decoded, Trouble, UndecodableError
from scrapers.decode import formats
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.ocr.recognizer import recognizer
from scrapers.decode.pdf.continued import continued
from scrapers.decode.pdf.pages import Page, blocks, page
from scrapers.decode.pdf.sheet import Sheet

__all__ = ["MOST", "frames", "read", "reduced"]

_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
_A4 = 595.0
"""Points of the shorter side of a page, for a picture that does not say how large it is."""
_SAID = range(100, 601)
"""Dots an inch that a scanner sets; what is less is a program's default."""
_LEAST, MOST = 96 / 72, 220 / 72
"""Pixels a point at which pictures are looked at."""


class _Reading(Protocol):
    def sheet(self, picture: Picture.Image, scale: float, number: int) -> Sheet: ...


def read(data: bytes, name: str = "", limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of a picture file; without the extra ``ocr`` it is refused as a ``format`` that is not read.

    Raises UndecodableError besides: ``damaged``; ``limit`` for a picture of over ``limits.pixels``, before it is
    unpacked, and for over ``limits.pages`` of them; ``empty`` where it shows no words.
    """
    eyes = recognizer(limits)
    if eyes is None:
        formats.refuse(data, name)
    called, kind = name or "the file", formats.kind(data)
    pages: list[Page] = []
    for number, picture in enumerate(frames(data, called, kind, limits), 1):
        seen = eyes.counted(lambda p=picture, n=number: _seen(p, n)) if eyes is not None else None
        found = Page(number, (), unread=True) if seen is None else page(seen)
        pages.append(found)
    pages = continued(pages)
    if not any(one.items for one in pages):
        raise UndecodableError("empty", f"{called} is a picture without words: the bytes are kept", kind)
    content: list[Block] = [block for one in pages for block in blocks(one, edges=len(pages) > 1)]
    unread = tuple(Trouble("page.unread", str(one.number), one.number) for one in pages if one.unread)
    return Decoded(tuple(content), "picture", "", len(pages), troubles=unread)


def frames(data: bytes, called: str, kind: str, limits: Limits) -> Iterator[Picture.Image]:
    """Yield the pictures of a file, each unpacked only when it is known how large it is.

    Raises UndecodableError ``damaged`` (also where it is no picture that is read here) or ``limit``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Picture.open(io.BytesIO(data), formats=_FORMATS) as opened:
                for number, frame in enumerate(ImageSequence.Iterator(opened), 1):
                    if number > limits.pages:
                        raise UndecodableError("limit", f"{called} has over {limits.pages} pages", "pages")
                    if frame.width * frame.height > limits.pixels:
                        size = f"{frame.width} × {frame.height} pixels, over {limits.pixels}"
                        raise UndecodableError("limit", f"{called} is a picture of {size}", "pixels")
                    frame.load()
                    yield frame
    except Picture.DecompressionBombError as error:
        raise UndecodableError("limit", f"{called} is a picture of over {limits.pixels} pixels", "pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UndecodableError(
            "damaged", f"{called} is a {kind} that is damaged or cut off: get it again from its publisher", kind
        ) from error


def _seen(picture: Picture.Image, number: int) -> Sheet | None:
    """Return what one picture says, None if it shows no words."""
    picture, scale = reduced(picture, _scale(picture))
    sheet = cast("_Reading", import_module("scrapers.decode.ocr.reading")).sheet(picture, scale, number)
    return sheet if sheet.letters else None


def reduced(picture: Picture.Image, scale: float) -> tuple[Picture.Image, float]:
    """Return a picture of ``scale`` pixels a point no sharper than it is looked at."""
    if scale <= MOST:
        return picture, scale
    factor = MOST / scale
    size = (max(round(picture.width * factor), 1), max(round(picture.height * factor), 1))
    return picture.convert("RGB").resize(size, Picture.Resampling.BOX), MOST


def _scale(picture: Picture.Image) -> float:
    """Return the pixels a point of a picture: as it says, if it says so as a scanner does; else as of an A4 page."""
    said = cast("tuple[float, float]", picture.info.get("dpi", (0.0, 0.0)))
    if round(float(said[0])) in _SAID:
        return float(said[0]) / 72
    return max(min(picture.width, picture.height) / _A4, _LEAST)
