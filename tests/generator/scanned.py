"""Documents as they come from a scanner: pages of pictures, straight or worn, always the same ones.

A page of a PDF is drawn at 150 dots an inch; what a scanner does to it is done to its pixels.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from math import cos, pi, sin

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Pixels = NDArray[np.uint8]
"""Red, green, blue."""
Wear = Callable[[Pixels, int], Pixels]
"""What happens to a page; the number of the page decides on everything that differs from page to page."""

DPI = 150
_ANGLES = (2.0, -1.3, 0.6, -2.0, 1.7)


def clean(page: Pixels, number: int) -> Pixels:
    return page


def skewed(page: Pixels, number: int) -> Pixels:
    high, wide = page.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), _ANGLES[number % len(_ANGLES)], 1.0)
    found = cv2.warpAffine(page, turn, (wide, high), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return np.asarray(found, np.uint8)


def blurred(page: Pixels, number: int) -> Pixels:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), 1.0), np.uint8)


def stamped(page: Pixels, number: int) -> Pixels:
    """A red seal of four centimetres over the middle of the page, its ink as transparent as ink is."""
    high, wide = page.shape[:2]
    seal = np.full_like(page, 255)
    across = round(2 * DPI / 2.54)
    middle = (wide // 2 + (number % 3 - 1) * wide // 5, high // 2 + (number % 4 - 2) * high // 8)
    red = (215, 35, 40)
    cv2.circle(seal, middle, across, red, 7)
    star = [
        (middle[0] + r * sin(n * pi / 5), middle[1] - r * cos(n * pi / 5))
        for n, r in enumerate((across * 0.35, across * 0.14) * 5)
    ]
    cv2.fillPoly(seal, [np.array(star, np.int32)], red)
    for n in range(18):
        angle = n * pi / 9
        at = (round(middle[0] + across * 0.75 * cos(angle)), round(middle[1] + across * 0.75 * sin(angle)))
        cv2.rectangle(seal, (at[0] - 10, at[1] - 10), (at[0] + 10, at[1] + 10), red, 4)
    return (page.astype(np.uint16) * seal // 255).astype(np.uint8)


def noisy(page: Pixels, number: int) -> Pixels:
    """Dust, and a JPEG that saves room."""
    dice = np.random.default_rng(number)
    worn = page.astype(np.int16) + dice.normal(0, 12, page.shape[:2])[:, :, None].astype(np.int16)
    specks = dice.random(page.shape[:2]) < 0.0003
    worn[specks] = 40
    _, packed = cv2.imencode(".jpg", np.clip(worn, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 35])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def gray(page: Pixels, number: int) -> Pixels:
    """Gray paper, darker towards one side, and faint ink."""
    level = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY).astype(np.float32)
    light = np.linspace(235, 190, page.shape[1], dtype=np.float32)
    worn = np.clip(70 + level / 255 * (light[None, :] - 70), 0, 255).astype(np.uint8)
    return np.repeat(worn[:, :, None], 3, axis=2)


def worn(page: Pixels, number: int) -> Pixels:
    """Everything at once, a little less of each."""
    found = stamped(page, number)
    found = skewed(found, number)
    found = np.asarray(cv2.GaussianBlur(found, (0, 0), 0.7), np.uint8)
    return noisy(found, number)


KINDS: Mapping[str, Wear] = {
    "clean": clean,
    "skewed": skewed,
    "blurred": blurred,
    "stamped": stamped,
    "noisy": noisy,
    "gray": gray,
    "worn": worn,
}


def pages(data: bytes, kind: str, dpi: int = DPI) -> Iterator[Image.Image]:
    """Yield the pages of a PDF as they come from a scanner."""
    document = pypdfium2.PdfDocument(data)
    try:
        for number in range(len(document)):
            page = document[number]
            drawn = page.render(scale=dpi / 72).to_pil().convert("RGB")
            page.close()
            yield Image.fromarray(KINDS[kind](np.asarray(drawn, np.uint8), number))
    finally:
        document.close()


def scanned(data: bytes, kind: str, *, only: frozenset[int] | None = None, dpi: int = DPI) -> bytes:
    """Return a PDF of which every page is a picture of a page of ``data``; ``only`` are the pages (from 1) kept."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for number, picture in enumerate(pages(data, kind, dpi), 1):
        if only is not None and number not in only:
            continue
        size = (picture.width * 72 / dpi, picture.height * 72 / dpi)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(picture), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
