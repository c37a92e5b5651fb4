# ruff: noqa: N802 (the names are those of the library)
"""A page of an open PDF as pixels, as sharp as the pictures on it."""

from collections.abc import Iterator
from ctypes import POINTER, c_float, c_uint, c_uint8
from ctypes import cast as as_type
from importlib import import_module
from typing import NewType, Protocol, cast

import numpy as np

from scrapers.decode.ocr.models import Pixels

_Page = NewType("_Page", object)
_Object = NewType("_Object", object)
_Bitmap = NewType("_Bitmap", object)

_IMAGE, _FORM = 3, 5
_DEEPEST = 8
_MOST_OBJECTS = 200_000
_BGR = 2
_ANNOTATIONS = 1
_WHITE = 0xFFFFFFFF
# Pixels a point.
_LEAST, _USUAL, _MOST = 150 / 72, 200 / 72, 220 / 72
_MOST_PIXELS = 12_000_000
"""Of a page as it is looked at; a page larger than A3 is looked at less sharply."""


class _Library(Protocol):
    """The functions of ``fpdfview.h`` and ``fpdf_edit.h`` that are called here."""

    def FPDF_LoadPage(self, document: object, index: int) -> _Page | None: ...
    def FPDF_ClosePage(self, page: _Page) -> None: ...
    def FPDF_GetPageWidthF(self, page: _Page) -> float: ...
    def FPDF_GetPageHeightF(self, page: _Page) -> float: ...
    def FPDFPage_CountObjects(self, page: _Page) -> int: ...
    def FPDFPage_GetObject(self, page: _Page, index: int) -> _Object: ...
    def FPDFFormObj_CountObjects(self, form: _Object) -> int: ...
    def FPDFFormObj_GetObject(self, form: _Object, index: int) -> _Object: ...
    def FPDFPageObj_GetType(self, thing: _Object) -> int: ...
    def FPDFPageObj_GetBounds(
        self, thing: _Object, left: c_float, bottom: c_float, right: c_float, top: c_float
    ) -> int: ...
    def FPDFImageObj_GetImagePixelSize(self, thing: _Object, wide: c_uint, high: c_uint) -> int: ...
    def FPDFBitmap_CreateEx(self, wide: int, high: int, form: int, first: None, stride: int) -> _Bitmap | None: ...
    def FPDFBitmap_FillRect(self, bitmap: _Bitmap, left: int, top: int, wide: int, high: int, colour: int) -> None: ...
    def FPDFBitmap_GetBuffer(self, bitmap: _Bitmap) -> object: ...
    def FPDFBitmap_GetStride(self, bitmap: _Bitmap) -> int: ...
    def FPDFBitmap_Destroy(self, bitmap: _Bitmap) -> None: ...
    def FPDF_RenderPageBitmap(
        self, bitmap: _Bitmap, page: _Page, left: int, top: int, wide: int, high: int, turn: int, flags: int
    ) -> None: ...


# The library has no types of its own.
_RAW = cast("_Library", import_module("pypdfium2.raw"))


def rendered(document: object, number: int, most: int) -> tuple[Pixels, float] | None:
    """Return a page (counted from 1) as blue, green, red, and its pixels a point.

    None where it cannot be loaded, or where one of its pictures has over ``most`` pixels: unpacking that one is what a
    file is made for that wants to take all memory.
    """
    page = _RAW.FPDF_LoadPage(document, number - 1)
    if not page:
        return None
    try:
        sharp = 0.0
        for wide, high, points in _pictures(_all(page), _DEEPEST):
            if wide * high > most:
                return None
            if points > 36:
                sharp = max(sharp, wide / points)
        return _drawn(page, min(max(sharp, _LEAST), _MOST) if sharp else _USUAL)
    finally:
        _RAW.FPDF_ClosePage(page)


def _all(page: _Page) -> Iterator[_Object]:
    for index in range(min(_RAW.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        yield _RAW.FPDFPage_GetObject(page, index)


def _pictures(things: Iterator[_Object], deep: int) -> Iterator[tuple[int, int, float]]:
    """Yield the pictures of a page: pixels in width and height, and how many points wide they are drawn."""
    wide, high = c_uint(), c_uint()
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    for thing in things:
        kind = _RAW.FPDFPageObj_GetType(thing)
        if kind == _IMAGE:
            _RAW.FPDFImageObj_GetImagePixelSize(thing, wide, high)
            _RAW.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
            # Of a picture that is drawn on its side the longer side is still the longer one.
            points = max(right.value - left.value, top.value - bottom.value)
            yield wide.value, high.value, points * wide.value / max(wide.value, high.value, 1)
        elif kind == _FORM and deep > 0:
            inner = (_RAW.FPDFFormObj_GetObject(thing, n) for n in range(_RAW.FPDFFormObj_CountObjects(thing)))
            yield from _pictures(inner, deep - 1)


def _drawn(page: _Page, scale: float) -> tuple[Pixels, float] | None:
    width, height = _RAW.FPDF_GetPageWidthF(page), _RAW.FPDF_GetPageHeightF(page)
    if width < 1 or height < 1:
        return None
    scale = min(scale, (_MOST_PIXELS / (width * height)) ** 0.5)
    wide, high = max(round(width * scale), 1), max(round(height * scale), 1)
    bitmap = _RAW.FPDFBitmap_CreateEx(wide, high, _BGR, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        _RAW.FPDFBitmap_FillRect(bitmap, 0, 0, wide, high, _WHITE)
        _RAW.FPDF_RenderPageBitmap(bitmap, page, 0, 0, wide, high, 0, _ANNOTATIONS)
        stride = _RAW.FPDFBitmap_GetStride(bitmap)
        first = as_type(cast("int", _RAW.FPDFBitmap_GetBuffer(bitmap)), POINTER(c_uint8))
        rows = np.ctypeslib.as_array(first, (high, stride))
        return rows[:, : wide * 3].reshape(high, wide, 3).copy(), scale
    finally:
        _RAW.FPDFBitmap_Destroy(bitmap)
