# ruff: noqa: N802 (the names are those of the library)
"""PDFium's plain C interface, by the few functions that are needed here and with their types; pages as it reads them.

A call costs a microsecond, so numbers are asked for and no objects are made. PDFium keeps global state: one thread at a
time may be inside.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from ctypes import Array, c_char, c_double, c_float, c_int, create_string_buffer
from dataclasses import dataclass, field
from importlib import import_module
from itertools import pairwise
from math import atan2, degrees
from threading import Lock
from typing import NamedTuple, NewType, Protocol, cast

from scrapers.blocks import Box, UndecodableError
from scrapers.decode.pdf.sheet import Letter, Rule, Sheet

Document = NewType("Document", object)
_Page = NewType("_Page", object)
_Text = NewType("_Text", object)
_Object = NewType("_Object", object)
_Segment = NewType("_Segment", object)
_Font = NewType("_Font", object)


class _Rect(Protocol):
    left: float
    bottom: float
    right: float
    top: float


class _Matrix(Protocol):
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float


class _Library(Protocol):
    """The functions of ``fpdfview.h``, ``fpdf_text.h`` and ``fpdf_edit.h`` that are called here."""

    def FS_RECTF(self) -> _Rect: ...
    def FS_MATRIX(self) -> _Matrix: ...
    def FPDF_LoadMemDocument64(self, data: bytes, size: int, password: None) -> Document | None: ...
    def FPDF_CloseDocument(self, document: Document) -> None: ...
    def FPDF_GetLastError(self) -> int: ...
    def FPDF_GetPageCount(self, document: Document) -> int: ...
    def FPDF_LoadPage(self, document: Document, index: int) -> _Page | None: ...
    def FPDF_ClosePage(self, page: _Page) -> None: ...
    def FPDF_GetPageBoundingBox(self, page: _Page, rect: _Rect) -> int: ...
    def FPDFPage_GetRotation(self, page: _Page) -> int: ...
    def FPDFPage_CountObjects(self, page: _Page) -> int: ...
    def FPDFPage_GetObject(self, page: _Page, index: int) -> _Object: ...
    def FPDFFormObj_CountObjects(self, form: _Object) -> int: ...
    def FPDFFormObj_GetObject(self, form: _Object, index: int) -> _Object: ...
    def FPDFPageObj_GetType(self, thing: _Object) -> int: ...
    def FPDFPageObj_GetMatrix(self, thing: _Object, matrix: _Matrix) -> int: ...
    def FPDFPageObj_GetBounds(
        self, thing: _Object, left: c_float, bottom: c_float, right: c_float, top: c_float
    ) -> int: ...
    def FPDFTextObj_GetFont(self, thing: _Object) -> _Font | None: ...
    def FPDFFont_GetIsEmbedded(self, font: _Font) -> int: ...
    def FPDFFont_GetBaseFontName(self, font: _Font, buffer: Array[c_char], size: int) -> int: ...
    def FPDFPath_GetDrawMode(self, path: _Object, fill: c_int, stroke: c_int) -> int: ...
    def FPDFPath_CountSegments(self, path: _Object) -> int: ...
    def FPDFPath_GetPathSegment(self, path: _Object, index: int) -> _Segment: ...
    def FPDFPathSegment_GetPoint(self, segment: _Segment, x: c_float, y: c_float) -> int: ...
    def FPDFPathSegment_GetType(self, segment: _Segment) -> int: ...
    def FPDFPathSegment_GetClose(self, segment: _Segment) -> int: ...
    def FPDFText_LoadPage(self, page: _Page) -> _Text | None: ...
    def FPDFText_ClosePage(self, text: _Text) -> None: ...
    def FPDFText_CountChars(self, text: _Text) -> int: ...
    def FPDFText_GetUnicode(self, text: _Text, index: int) -> int: ...
    def FPDFText_IsGenerated(self, text: _Text, index: int) -> int: ...
    def FPDFText_HasUnicodeMapError(self, text: _Text, index: int) -> int: ...
    def FPDFText_GetLooseCharBox(self, text: _Text, index: int, rect: _Rect) -> int: ...
    def FPDFText_GetCharBox(
        self, text: _Text, index: int, left: c_double, right: c_double, bottom: c_double, top: c_double
    ) -> int: ...
    def FPDFText_GetCharOrigin(self, text: _Text, index: int, x: c_double, y: c_double) -> int: ...
    def FPDFText_GetCharAngle(self, text: _Text, index: int) -> float: ...
    def FPDFText_GetMatrix(self, text: _Text, index: int, matrix: _Matrix) -> int: ...


# The library has no types of its own.
_RAW = cast("_Library", import_module("pypdfium2.raw"))
_AGAIN = "get it again from its publisher"
_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5
_LINE_TO, _BEZIER_TO, _MOVE_TO = 0, 1, 2
_ONE_AT_A_TIME = Lock()
_MOST_LETTERS = 100_000
_MOST_OBJECTS = 200_000
_DEEPEST = 8
_PASSWORD, _SECURITY = 4, 5
# A rule is at most this thick; what is thicker in both directions is a shade.
_THICK = 3.0
# Letters that lie askew by more than this are a watermark or a stamp.
_ASKEW = 8.0
_NO_WIDTH = 0.01
# Fonts for which PDFium brings its own: what has no width in them is a space.
_LATIN = re.compile(rb"Times|Arial|Helvetica|Courier|Calibri|Cambria|Verdana|Tahoma|Georgia|Symbol|Dingbats")
_SPACE = frozenset(" \u00a0\u3000\t\u2002\u2003\u2009")


@contextmanager
def opened(data: bytes, called: str, most: int) -> Generator[Document]:
    """Open a PDF and close it. Raises UndecodableError: ``encrypted``, ``damaged``, ``empty`` (without pages) or
    ``limit`` (more than ``most`` of them)."""
    with _ONE_AT_A_TIME:
        document = _RAW.FPDF_LoadMemDocument64(data, len(data), None)
        if not document:
            raise _refused(_RAW.FPDF_GetLastError(), called)
        try:
            count = _RAW.FPDF_GetPageCount(document)
            if count <= 0:
                raise UndecodableError(
                    "empty", f"{called} is a PDF without pages: get it again from its publisher", "PDF"
                )
            if count > most:
                raise UndecodableError("limit", f"{called} has {count} pages, over {most}", "pages")
            yield document
        finally:
            _RAW.FPDF_CloseDocument(document)


def _refused(error: int, called: str) -> UndecodableError:
    if error in (_PASSWORD, _SECURITY):
        return UndecodableError(
            "encrypted", f"{called} is a PDF with a password: ask its publisher for one without", "PDF"
        )
    return UndecodableError(
        "damaged", f"{called} is a PDF that is damaged or cut off: get it again from its publisher", "PDF"
    )


def sheets(document: Document) -> Iterator[Sheet]:
    """Yield the pages of a document in order; one that cannot be loaded is a page without anything."""
    for index in range(_RAW.FPDF_GetPageCount(document)):
        page = _RAW.FPDF_LoadPage(document, index)
        if not page:
            yield Sheet(index + 1, 0.0, 0.0, readable=False)
            continue
        # Closed before it is handed on: a reader that stops here must not leave a page open in a closed document.
        try:
            sheet = _sheet(page, index + 1)
        finally:
            _RAW.FPDF_ClosePage(page)
        yield sheet


_Box = tuple[float, float, float, float]
"""Left, bottom, right, top in the page's own coordinates."""


class _Upright(NamedTuple):
    """How a page's own coordinates become those of the page as it is seen."""

    bounds: Box
    turns: int
    """Quarters of a turn, clockwise."""

    def point(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.bounds
        match self.turns:
            case 1:
                return y - bottom, x - left
            case 2:
                return right - x, y - bottom
            case 3:
                return top - y, right - x
            case _:
                return x - left, top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    @property
    def size(self) -> tuple[float, float]:
        left, bottom, right, top = self.bounds
        return (right - left, top - bottom) if self.turns % 2 == 0 else (top - bottom, right - left)


class _Raw(NamedTuple):
    """A letter in the page's own coordinates. ``angle`` is clockwise, in degrees."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    x: float
    y: float
    angle: float


def _sheet(page: _Page, number: int) -> Sheet:
    rect = _RAW.FS_RECTF()
    _RAW.FPDF_GetPageBoundingBox(page, rect)
    bounds = Box(rect.left, rect.bottom, rect.right, rect.top)
    text = _RAW.FPDFText_LoadPage(page)
    raw: list[_Raw] = []
    garbled = 0
    if text:
        try:
            raw, garbled = _letters(text)
        finally:
            _RAW.FPDFText_ClosePage(text)
    turns = _RAW.FPDFPage_GetRotation(page)
    turns = (turns - _lying(raw, turns)) % 4
    upright = _Upright(bounds, turns)
    drawn = _drawn(page, upright)
    width, height = upright.size
    return Sheet(
        number,
        width,
        height,
        tuple(letter for one in raw if (letter := _letter(one, upright)) is not None),
        tuple(drawn.rules),
        tuple(drawn.pictures),
        garbled,
        drawn.whole and len(raw) < _MOST_LETTERS,
        drawn.lost,
    )


def _letters(text: _Text) -> tuple[list[_Raw], int]:
    """Return the characters of a page that it prints, and how many of them have no known meaning."""
    rect, x, y = _RAW.FS_RECTF(), c_double(), c_double()
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    found: list[_Raw] = []
    garbled = 0
    for index in range(min(_RAW.FPDFText_CountChars(text), _MOST_LETTERS)):
        code = _RAW.FPDFText_GetUnicode(text, index)
        if code < 0x20 and code != 2:
            # Line ends are PDFium's own.
            continue
        if code == 0x20 and _RAW.FPDFText_IsGenerated(text, index):
            continue
        _RAW.FPDFText_GetLooseCharBox(text, index, rect)
        _RAW.FPDFText_GetCharOrigin(text, index, x, y)
        box = (rect.left, rect.bottom, rect.right, rect.top)
        if box[3] - box[1] < 0.5 or box[2] - box[0] < 0.05:
            # A font that does not say how tall it is.
            _RAW.FPDFText_GetCharBox(text, index, left, right, bottom, top)
            box = (left.value, bottom.value, right.value, top.value)
        if code in (0, 0xFFFD, 0xFFFE) or 0xE000 <= code < 0xF900:
            garbled += _RAW.FPDFText_HasUnicodeMapError(text, index) > 0 or code in (0, 0xFFFD)
        angle = degrees(_RAW.FPDFText_GetCharAngle(text, index)) % 360
        if abs((angle + 45) % 90 - 45) > 1:
            angle, box = _slanted(text, index, angle, box)
        found.append(_Raw(_character(code), *box, x.value, y.value, angle))
    return found, garbled


def _slanted(text: _Text, index: int, angle: float, box: _Box) -> tuple[float, _Box]:
    """Tell italics made by slanting the letters of a font from letters that lie askew; their boxes lean as well."""
    matrix = _RAW.FS_MATRIX()
    if not _RAW.FPDFText_GetMatrix(text, index, matrix) or not (matrix.a or matrix.b):
        return angle, box
    along = -degrees(atan2(matrix.b, matrix.a)) % 360
    left, bottom, right, top = box
    if matrix.b == 0 and matrix.a > 0 and matrix.d > 0:
        lean = abs(matrix.c / matrix.d) * (top - bottom)
        return along, (left, bottom, max(right - lean, left + 0.1), top)
    return along, box


def _character(code: int) -> str:
    if code == 2 or code == 0xFFFE:
        # A hyphen at a line's end, as PDFium marks it.
        return "-"
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "\ufffd"
    return chr(code)


def _lying(letters: list[_Raw], turns: int) -> int:
    """Return by how many quarters most letters still lie clockwise when the page is turned as the file says."""
    quarters = [0, 0, 0, 0]
    for letter in letters:
        if letter.text not in _SPACE:
            quarters[round(letter.angle / 90 + turns) % 4] += 1
    most = max(range(4), key=lambda quarter: (quarters[quarter], -quarter))
    return most if quarters[most] * 5 > sum(quarters) * 3 else 0


def _letter(raw: _Raw, upright: _Upright) -> Letter | None:
    angle = (raw.angle + upright.turns * 90) % 360
    askew = abs((angle + 45) % 90 - 45)
    if askew > _ASKEW:
        return None
    box = upright.box(raw.left, raw.bottom, raw.right, raw.top)
    turn = round(angle / 90) % 4 * 90
    _, base = upright.point(raw.x, raw.y)
    size = box.height if turn % 180 == 0 else box.width
    return Letter(raw.text, box.left, box.right, box.top, box.bottom, base if turn == 0 else box.bottom, size, turn)


@dataclass(slots=True)
class _Drawn:
    """The rules and pictures of a page; ``whole`` unless it draws more than is looked at; ``lost`` letters."""

    rules: list[Rule] = field(default_factory=list[Rule])
    pictures: list[Box] = field(default_factory=list[Box])
    whole: bool = True
    lost: int = 0


def _drawn(page: _Page, upright: _Upright) -> _Drawn:
    found = _Drawn()
    count = _RAW.FPDFPage_CountObjects(page)
    left = _MOST_OBJECTS
    found.whole = count <= left
    things = (_RAW.FPDFPage_GetObject(page, index) for index in range(min(count, left)))
    for kind, thing, matrix in _objects(things, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), _DEEPEST):
        left -= 1
        if left < 0:
            found.whole = False
            break
        if kind == _PATH:
            found.rules.extend(_rules(thing, matrix, upright))
        elif kind == _IMAGE:
            found.pictures.append(_picture(matrix, upright))
        else:
            found.lost += _is_lost(thing)
    return found


def _is_lost(thing: _Object) -> bool:
    """Say whether words are printed in a font that is nowhere: PDFium drops a letter without width."""
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    _RAW.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    if right.value - left.value >= _NO_WIDTH and top.value - bottom.value >= _NO_WIDTH:
        return False
    font = _RAW.FPDFTextObj_GetFont(thing)
    if not font or _RAW.FPDFFont_GetIsEmbedded(font):
        return False
    name = create_string_buffer(128)
    _RAW.FPDFFont_GetBaseFontName(font, name, 128)
    return _LATIN.search(name.value) is None


_Map = tuple[float, float, float, float, float, float]


def _objects(things: Iterator[_Object], outer: _Map, deep: int) -> Iterator[tuple[int, _Object, _Map]]:
    """Yield words, paths and pictures, also those inside of forms, with the matrix that brings points onto the page."""
    for thing in things:
        kind = _RAW.FPDFPageObj_GetType(thing)
        if kind == _TEXT:
            yield kind, thing, outer
        if kind not in (_PATH, _IMAGE, _FORM):
            continue
        own = _RAW.FS_MATRIX()
        _RAW.FPDFPageObj_GetMatrix(thing, own)
        matrix = _after((own.a, own.b, own.c, own.d, own.e, own.f), outer)
        if kind != _FORM:
            yield kind, thing, matrix
        elif deep > 0:
            inner = (_RAW.FPDFFormObj_GetObject(thing, n) for n in range(_RAW.FPDFFormObj_CountObjects(thing)))
            yield from _objects(inner, matrix, deep - 1)


def _after(first: _Map, then: _Map) -> _Map:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _rules(path: _Object, matrix: _Map, upright: _Upright) -> Iterator[Rule]:
    fill, stroke = c_int(), c_int()
    _RAW.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value and not stroke.value:
        return
    for points, curved in _outlines(path, matrix, upright):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        if min(box.width, box.height) <= _THICK:
            yield from _thin(box)
        elif stroke.value and not curved:
            for (ax, ay), (bx, by) in pairwise(points):
                if min(abs(ax - bx), abs(ay - by)) <= 1.0:
                    yield from _thin(Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))


def _thin(box: Box) -> Iterator[Rule]:
    if box.width >= box.height:
        yield Rule(False, (box.top + box.bottom) / 2, box.left, box.right)
    else:
        yield Rule(True, (box.left + box.right) / 2, box.top, box.bottom)


def _outlines(path: _Object, matrix: _Map, upright: _Upright) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """Yield the parts of a path that are drawn in one go, closed ones with their first point again at the end."""
    a, b, c, d, e, f = matrix
    x, y = c_float(), c_float()
    points: list[tuple[float, float]] = []
    curved = False
    for index in range(min(_RAW.FPDFPath_CountSegments(path), _MOST_OBJECTS)):
        segment = _RAW.FPDFPath_GetPathSegment(path, index)
        kind = _RAW.FPDFPathSegment_GetType(segment)
        _RAW.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == _MOVE_TO:
            if len(points) > 1:
                yield points, curved
            points, curved = [], False
        points.append(upright.point(x.value * a + y.value * c + e, x.value * b + y.value * d + f))
        curved = curved or kind == _BEZIER_TO
        if _RAW.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points, curved


def _picture(matrix: _Map, upright: _Upright) -> Box:
    """A picture fills the unit square, brought onto the page by its matrix."""
    a, b, c, d, e, f = matrix
    xs, ys = [e, e + a, e + c, e + a + c], [f, f + b, f + d, f + b + d]
    return upright.box(min(xs), min(ys), max(xs), max(ys))
