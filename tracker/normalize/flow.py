"""The flow of a document: stretches of words and tables, in printed order, free of layout.

This is what the readers of the normalizer pass among themselves. Offsets count characters of ``Stretch.text``.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from scrapers.blocks import Box, TextLine
from tracker.model import Origin


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is printed: the page, the rectangle on it where the format has pages as they are seen; and how
    sure it was recognized (0 to 1) where it was in a picture."""

    page: int | None = None
    box: Box | None = None
    confidence: float | None = None

    @property
    def origin(self) -> Origin:
        """Return where its characters come from: the text of the file, or a picture in it."""
        return "text" if self.confidence is None else "ocr"

    @property
    def sureness(self) -> str | None:
        """Return the confidence as a figure states it."""
        return None if self.confidence is None else f"{self.confidence:.2f}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of words between two tables. ``text`` is tidy (`tracker.folding.tidy`), wraps joined.

    ``starts`` are the sorted offsets at which a published line began. They are hints, never content: the same
    words in another wrap have other ``starts``, and must give the same passages and figures. ``hard`` are the
    offsets at which the format itself begins a paragraph. ``pages`` are (offset, page) pairs, sorted. ``headings``
    are the (start, end) of what the format itself marks as a heading (``<h2>``), sorted. ``lines`` are the lines of
    which the format says where they stand, with the offset and the tidy text of each.
    """

    text: str
    starts: tuple[int, ...] = ()
    hard: tuple[int, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()
    headings: tuple[tuple[int, int], ...] = ()
    lines: tuple[tuple[int, str, TextLine], ...] = ()

    def page(self, offset: int) -> int | None:
        """Return the page on which the character at ``offset`` was printed."""
        at = bisect_right(self.pages, (offset, 1 << 60)) - 1
        return self.pages[at][1] if at >= 0 else None

    def spot(self, start: int, end: int) -> Spot:
        """Return where the characters ``start:end`` were printed: on the page of the first, round all on it."""
        page = self.page(start)
        box: Box | None = None
        sure: float | None = None
        for first, last, words, line in self._printed(start, end):
            if line.confidence is not None:
                sure = line.confidence if sure is None else min(sure, line.confidence)
            own = _box(line, words, first, last)
            if own is not None and line.page == page:
                box = own if box is None else around(box, own)
        return Spot(page, box, sure)

    def _printed(self, start: int, end: int) -> Iterator[tuple[int, int, str, TextLine]]:
        """Yield each line that prints some of ``start:end``, with which of its characters these are."""
        after = bisect_left(self.lines, end, key=lambda each: each[0])
        for offset, words, line in reversed(self.lines[:after]):
            if offset + len(words) <= start:
                return
            yield max(start - offset, 0), min(end - offset, len(words)), words, line

    def cut(self, start: int, end: int) -> "Stretch":
        """Return the part ``start:end``, its hints moved along."""
        first, after = bisect_left(self.starts, start), bisect_left(self.starts, end)
        hard, hard_after = bisect_left(self.hard, start), bisect_left(self.hard, end)
        heading, heading_after = bisect_left(self.headings, (start, 0)), bisect_left(self.headings, (end, 0))
        page = max(bisect_right(self.pages, (start, 1 << 60)) - 1, 0)
        page_after = bisect_left(self.pages, (end, 0))
        line = max(bisect_right(self.lines, start, key=lambda each: each[0]) - 1, 0)
        line_after = bisect_left(self.lines, end, key=lambda each: each[0])
        return Stretch(
            self.text[start:end],
            tuple(offset - start for offset in self.starts[first:after]),
            tuple(offset - start for offset in self.hard[hard:hard_after]),
            tuple((max(offset - start, 0), number) for offset, number in self.pages[page:page_after]),
            tuple((s - start, e - start) for s, e in self.headings[heading:heading_after] if e <= end),
            tuple((offset - start, words, own) for offset, words, own in self.lines[line:line_after]),
        )


def around(one: Box, other: Box) -> Box:
    """Return the rectangle around both."""
    return Box(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )


def _box(line: TextLine, words: str, first: int, last: int) -> Box | None:
    """Return the rectangle around characters ``first:last`` of a line's tidy ``words``; around the whole line where
    it can't be told which of its published characters those are."""
    if line.box is None or len(line.stops) != len(line.text):
        return line.box
    printed = [at for at, sign in enumerate(line.text) if not sign.isspace()]
    shown = [at for at, sign in enumerate(words) if not sign.isspace()]
    inside = [printed[n] for n, at in enumerate(shown) if first <= at < last] if len(printed) == len(shown) else []
    if not inside:
        return line.box
    left = line.stops[inside[0] - 1] if inside[0] else line.box.left
    return Box(left, line.box.top, line.stops[inside[-1]], line.box.bottom)


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a table's matrix: the tidy text, and whether a merged cell that began elsewhere covers it.

    A table of tab-separated text has no merged cells: what was merged comes as a text and empty slots after it.
    Where it is printed is layout: two slots that say the same are equal.
    """

    text: str
    covered: bool = False
    spot: Spot | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a full matrix (every row as long as the longest), merged cells written out. ``page`` is the one that
    it begins on."""

    rows: tuple[tuple[Slot, ...], ...]
    page: int | None = None

    def spot(self, slot: Slot) -> Spot:
        """Return where one of the table's slots is printed."""
        return slot.spot or Spot(self.page)


@dataclass(frozen=True, slots=True)
class Picture:
    """A place where the document shows a picture instead of text."""

    page: int | None = None
    alt: str = ""


Item = Stretch | Table | Picture


@dataclass(frozen=True, slots=True)
class Portion:
    """What stands between two headings: its canonical ``section``, the nearest ``heading`` as printed and tidied.

    The heading's own words are the beginning of the first stretch, so that no published word is outside a portion.
    """

    section: str
    heading: str
    items: tuple[Item, ...]
