"""Another reading of a page's letters, for pages of which PDFium loses some.

Where a font is not in the file and no font of the machine has its letters, PDFium drops a letter that is printed by
itself: it has no width. Each cell of one Chinese character is such a letter. pdfminer knows widths from the file.
"""

import io
from collections.abc import Mapping, Sequence
from importlib import import_module
from logging import CRITICAL, getLogger
from math import atan2, degrees
from typing import Protocol, cast

from scrapers.decode.pdf.sheet import Letter

# How far below its base line a letter's box reaches, in parts of its size.
_BELOW = 0.14
_ASKEW = 8.0
# Points: letters are looked for in squares of this side.
_STEP = 12.0


class _Page(Protocol):
    @property
    def chars(self) -> Sequence[Mapping[str, object]]: ...
    def close(self) -> None: ...


class _Pdf(Protocol):
    @property
    def pages(self) -> Sequence[_Page]: ...


class _Library(Protocol):
    def open(self, stream: io.BytesIO) -> _Pdf: ...


class Second:
    """The second reading of one file, opened when the first page asks for it."""

    def __init__(self, data: bytes) -> None:
        """Take the bytes of the file."""
        self._data = data
        self._pdf: _Pdf | None = None

    def mended(self, number: int, letters: Sequence[Letter]) -> tuple[Letter, ...] | None:
        """Return the letters of a page (counted from 1) with those that are missing among ``letters``.

        Where the two readings are of another opinion on where most letters stand, the first is left as it is. None if
        the file is too damaged for the second reading, so that nobody knows whether letters are missing.
        """
        both = self._letters(number)
        if both is None:
            return None
        seen: dict[tuple[str, int, int], list[Letter]] = {}
        for letter in letters:
            seen.setdefault(_near(letter), []).append(letter)
        missing = [letter for letter in both if not _is_seen(letter, seen)]
        if len(missing) * 2 > len(both) and len(letters) * 2 > len(both):
            return tuple(letters)
        return (*letters, *missing)

    def _letters(self, number: int) -> tuple[Letter, ...] | None:
        try:
            if self._pdf is None:
                # It complains about what it mends.
                getLogger("pdfminer").setLevel(CRITICAL)
                self._pdf = cast("_Library", import_module("pdfplumber")).open(io.BytesIO(self._data))
            page = self._pdf.pages[number - 1]
            found = tuple(letter for char in page.chars if (letter := _letter(char)) is not None)
            page.close()
        except Exception:  # Whatever a damaged file breaks in it: the page is told to be unread.
            return None
        return found


def _near(letter: Letter) -> tuple[str, int, int]:
    return letter.text, int(letter.left // _STEP), int(letter.y // _STEP)


def _is_seen(letter: Letter, seen: Mapping[tuple[str, int, int], Sequence[Letter]]) -> bool:
    text, x, y = _near(letter)
    return any(
        abs(other.left - letter.left) < letter.size / 2 and abs(other.y - letter.y) < letter.size / 2
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
        for other in seen.get((text, x + dx, y + dy), ())
    )


def _letter(char: Mapping[str, object]) -> Letter | None:
    text = str(char["text"])
    left, right, top, bottom = (float(cast("float", char[key])) for key in ("x0", "x1", "top", "bottom"))
    a, b, *_ = cast("Sequence[float]", char["matrix"])
    angle = -degrees(atan2(b, a)) % 360
    if len(text) != 1 or abs((angle + 45) % 90 - 45) > _ASKEW:
        return None
    turn = round(angle / 90) % 4 * 90
    size = bottom - top if turn % 180 == 0 else right - left
    return Letter(text, left, right, top, bottom, bottom - _BELOW * size if turn == 0 else bottom, size, turn)
