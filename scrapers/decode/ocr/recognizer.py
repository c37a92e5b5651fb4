"""Who recognizes the pages of a file, if the extra is there; nothing is loaded before the first picture comes."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, cast

from scrapers.decode import pace
from scrapers.decode.limits import Limits

if TYPE_CHECKING:  # what reads PDF asks for a recognizer
    from scrapers.decode.pdf.sheet import Sheet

__all__ = ["Recognizer", "is_installed", "recognizer"]


class _Scans(Protocol):
    def whole(self, document: object, sheet: "Sheet") -> "Sheet | None": ...
    def pictures(self, document: object, sheet: "Sheet") -> "Sheet | None": ...


@cache
def is_installed() -> bool:
    """Say whether the extra ``ocr`` is there."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2", "numpy"))


def recognizer(limits: Limits) -> "Recognizer | None":
    """Return what recognizes the pages of one file, None without the extra."""
    return Recognizer(limits) if is_installed() else None


class Recognizer:
    """Recognizes the pages of one file, as many of them as ``limits.recognized``; those after stay unread."""

    def __init__(self, limits: Limits) -> None:
        """Load nothing yet."""
        self._left = limits.recognized

    def page(self, document: object, sheet: "Sheet") -> "Sheet | None":
        """Return a page of an open PDF on which no text can be read, as its picture says it; None: it says nothing."""
        return self.counted(lambda: cast("_Scans", import_module("scrapers.decode.ocr.scans")).whole(document, sheet))

    def pictures(self, document: object, sheet: "Sheet") -> "Sheet | None":
        """Return a page with text together with the tables that it shows as pictures; None: it shows none."""
        return self.counted(
            lambda: cast("_Scans", import_module("scrapers.decode.ocr.scans")).pictures(document, sheet)
        )

    def counted(self, read: Callable[[], "Sheet | None"]) -> "Sheet | None":
        """Return what ``read`` does, if one more page may be recognized: it is given its own time."""
        if self._left <= 0:
            return None
        self._left -= 1
        pace.extended()
        return read()
