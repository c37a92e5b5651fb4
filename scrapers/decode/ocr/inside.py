"""Pictures that stand between the words of a document without pages: tables and pages among them are read.

What is no table and no page (a logo, a seal, a photograph, a chart) stays a picture. Nothing is loaded before the first
picture comes that is large enough.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from scrapers.blocks import Block, Trouble, UndecodableError
from scrapers.decode.limits import Limits
from scrapers.decode.ocr.recognizer import Recognizer, recognizer

__all__ = ["A4", "UNSIZED", "Pictures", "Shown"]

A4 = (595.0, 842.0)
_SHOWS = 0.04
"""A picture of less than this part of a page is an ornament, as on a page of a PDF."""


class Shown(NamedTuple):
    """How a document shows a picture: width and height in points, 0 where it does not say; ``cut`` is the part of each
    side (left, top, right, bottom) that it leaves out."""

    width: float = 0.0
    height: float = 0.0
    cut: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    @property
    def is_small(self) -> bool:
        """Say whether it is known to be an ornament."""
        return 0 < self.width * self.height < _SHOWS * A4[0] * A4[1]


class _Paper(Protocol):
    def blocks(
        self, data: bytes, shown: Shown, limits: Limits, eyes: Recognizer | None
    ) -> "tuple[Block, ...] | None": ...


UNSIZED = Shown()


class Pictures:
    """The pictures of one document, each of them looked at once."""

    def __init__(self, limits: Limits) -> None:
        """Load nothing yet."""
        self._limits = limits
        self._eyes = recognizer(limits)
        self._known: dict[tuple[str, Shown], tuple[Block, ...]] = {}
        self._unread: dict[str, Trouble] = {}

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """``picture.unread`` for each picture that may hold a table and could not be read."""
        return tuple(self._unread.values())

    def blocks(self, name: str, data: Callable[[], bytes], shown: Shown, page: int = 1) -> tuple[Block, ...]:
        """Return what a picture says, nothing if it stays a picture. ``name`` tells it from the others of its document;
        ``data`` gives its bytes, or raises UndecodableError."""
        if shown.is_small:
            return ()
        known = self._known.get((name, shown))
        if known is None:
            found = self._looked(data, shown)
            if found is None:
                self._unread.setdefault(name, Trouble("picture.unread", name, page))
            known = self._known[name, shown] = found or ()
        return tuple(replace(block, page=page) for block in known)

    def _looked(self, data: Callable[[], bytes], shown: Shown) -> tuple[Block, ...] | None:
        try:
            return cast("_Paper", import_module("scrapers.decode.ocr.paper")).blocks(
                data(), shown, self._limits, self._eyes
            )
        except UndecodableError as error:
            # Nobody knows what it shows: where it is known to be large, or too large, it may be a table.
            return None if shown.width * shown.height or error.reason == "limit" else ()
