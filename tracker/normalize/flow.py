"""The flow of a document: stretches of words and tables, in printed order, free of layout.

This is what the readers of the normalizer pass among themselves. Offsets count characters of ``Stretch.text``.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of words between two tables. ``text`` is tidy (`tracker.folding.tidy`), wraps joined.

    ``starts`` are the sorted offsets at which a published line began. They are hints, never content: the same
    words in another wrap have other ``starts``, and must give the same passages and figures. ``hard`` are the
    offsets at which the format itself begins a paragraph. ``pages`` are (offset, page) pairs, sorted. ``headings``
    are the (start, end) of what the format itself marks as a heading (``<h2>``), sorted.
    """

    text: str
    starts: tuple[int, ...] = ()
    hard: tuple[int, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()
    headings: tuple[tuple[int, int], ...] = ()

    def page(self, offset: int) -> int | None:
        """Return the page on which the character at ``offset`` was printed."""
        at = bisect_right(self.pages, (offset, 1 << 60)) - 1
        return self.pages[at][1] if at >= 0 else None

    def cut(self, start: int, end: int) -> "Stretch":
        """Return the part ``start:end``, its hints moved along."""
        first, after = bisect_left(self.starts, start), bisect_left(self.starts, end)
        hard, hard_after = bisect_left(self.hard, start), bisect_left(self.hard, end)
        heading, heading_after = bisect_left(self.headings, (start, 0)), bisect_left(self.headings, (end, 0))
        page = max(bisect_right(self.pages, (start, 1 << 60)) - 1, 0)
        page_after = bisect_left(self.pages, (end, 0))
        return Stretch(
            self.text[start:end],
            tuple(offset - start for offset in self.starts[first:after]),
            tuple(offset - start for offset in self.hard[hard:hard_after]),
            tuple((max(offset - start, 0), number) for offset, number in self.pages[page:page_after]),
            tuple((s - start, e - start) for s, e in self.headings[heading:heading_after] if e <= end),
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a table's matrix: the tidy text, and whether a merged cell that began elsewhere covers it.

    A table of tab-separated text has no merged cells: what was merged comes as a text and empty slots after it.
    """

    text: str
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a full matrix (every row as long as the longest), merged cells written out."""

    rows: tuple[tuple[Slot, ...], ...]
    page: int | None = None


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
