"""What decoders yield, whatever the format: text lines, grids, images, in reading order.

Decoders keep what the format says and decide nothing about meaning: joining wrapped lines, dropping page
furniture and finding headings need the taxonomy and happen in ``tracker.normalize``.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Box(NamedTuple):
    """A rectangle on a page as it is seen: in points, from its upper left corner, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return the extent in x."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return the extent in y."""
        return self.bottom - self.top

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point lies inside."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line, without its line end; leading and trailing white space as published.

    ``page`` counts from 1. ``edge`` is set on the first two and last two non-blank lines of a page where the
    document has more than one page (in plain text a page ends at a form feed or at three blank lines).
    ``hard`` says that the format itself ends a paragraph here (a block element in HTML); a plain-text line end
    is never hard. ``heading`` is the level 1-6 where the format marks one, else 0.

    Where the format has pages as they are seen: ``box`` around the line and ``stops``, the right side of each of its
    characters. ``confidence`` (0 to 1) is set on what was recognized in a picture: that of its least sure letter.
    """

    text: str
    page: int = 1
    edge: Literal["top", "bottom"] | None = None
    hard: bool = False
    heading: int = 0
    box: Box | None = None
    stops: tuple[float, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as published; a merged cell stands once, with its spans. ``box`` is around its words, ``confidence`` as
    in `TextLine`."""

    text: str
    rowspan: int = 1
    colspan: int = 1
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as published: rows of cells. A table cut by a page or a blank line comes as several grids."""

    rows: tuple[tuple[Cell, ...], ...]
    page: int = 1


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that stands in the text; ``alt`` is what the format says it shows."""

    page: int = 1
    alt: str = ""
    box: Box | None = None


Block = TextLine | Grid | Image


@dataclass(frozen=True, slots=True)
class Trouble:
    """A part of a file that was left out or could not be read, while the rest was.

    ``code`` is stable: ``sheet.hidden``, ``row.hidden``, ``column.hidden`` (a spreadsheet hides it),
    ``formula.uncached`` (a formula whose result the file does not hold), ``cell.error`` (``#REF!`` and the like);
    ``page.unread`` (a page that is a picture, or says nowhere what its letters mean: its number is ``page``);
    ``picture.unread`` (a picture between words that may hold a table, where nobody could read it);
    in an archive ``encrypted``, ``damaged``, ``limit``, ``path`` (a name that leads out of the archive), ``link``,
    ``twice`` (a later file of the same name stands). ``what`` names the part: a sheet, a cell, a file.
    """

    code: str
    what: str
    page: int = 1


Format = Literal["text", "html", "pdf", "docx", "xlsx", "xls", "ofd", "doc", "picture"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The blocks of one file. ``title`` is what the format itself declares (HTML ``<title>``), "" if nothing.

    ``encoding`` is "" where the format has none of its own. A sheet of a spreadsheet is a page.
    """

    blocks: tuple[Block, ...]
    format: Format
    encoding: str
    pages: int = 1
    title: str = ""
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive. ``path`` has ``/`` between its parts; a file of an archive inside stands at
    ``inner.zip!/file``."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files of an archive in its order, and what of it was left aside."""

    members: tuple[Member, ...]
    troubles: tuple[Trouble, ...] = ()


class UndecodableError(Exception):
    """Bytes that no decoder here can read: empty, binary, or in no known encoding.

    ``reason`` is a stable code: ``empty``, ``binary``, ``encoding``, ``format`` (not read here), ``damaged`` (broken
    off or malformed), ``encrypted`` (needs a password), ``limit`` (larger inside than is read), ``archive`` (holds
    other files: `scrapers.decode.unpack`), ``killed``, ``timeout``, ``memory`` (what became of the process that read
    it). The message says what to do, ``what`` names the format (``PDF``, ``DOCX``) or the limit.
    """

    def __init__(self, reason: str, message: str, what: str = "") -> None:
        """Keep the stable ``reason`` beside the message for people."""
        super().__init__(message)
        self.reason = reason
        self.what = what
