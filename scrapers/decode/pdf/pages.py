"""A page's lines, tables and pictures in the order in which they are read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scrapers.blocks import Block, Box, Grid, Image, TextLine
from scrapers.decode.pdf import borderless
from scrapers.decode.pdf.lattice import lattices
from scrapers.decode.pdf.lines import Line, lines
from scrapers.decode.pdf.ruled import Filled, filled
from scrapers.decode.pdf.sheet import Letter, Sheet
from scrapers.decode.pdf.skew import Skew

# A picture of less than this part of the page is an ornament: a logo, a rule, a stamp.
_SHOWS = 0.04
_EDGE_LINES = 2

Item = Line | Filled | Box
"""What stands on a page; a bare box is a picture."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page's content in reading order. ``unread`` if it prints something of which no word can be read."""

    number: int
    items: tuple[Item, ...]
    unread: bool = False
    skew: Skew | None = None


def page(sheet: Sheet) -> Page:
    """Return what a page says; its borderless tables are lines as yet: `parted`."""
    ruled, rest = _tables(sheet)
    words = lines(rest)
    pictures = _pictures(sheet, bool(words or ruled))
    seen = sum(len(line.letters) for line in words) + sum(bool(cell) for table in ruled for cell in table.lines)
    unread = (not seen and bool(sheet.pictures)) or not sheet.readable or sheet.garbled * 2 > len(sheet.letters) > 0
    return Page(sheet.number, _ordered([*words, *ruled, *pictures]), unread, sheet.skew)


def parted(pages: Sequence[Page]) -> list[Page]:
    """Return pages with the borderless tables that their lines make, those that go on over a page's end too."""
    found: list[Page] = []
    words = [[item for item in page.items if isinstance(item, Line)] for page in pages]
    for page, (tables, rest) in zip(pages, borderless.tables(words), strict=True):
        others = [item for item in page.items if not isinstance(item, Line)]
        found.append(replace(page, items=_ordered([*rest, *tables, *others])) if tables else page)
    return found


def _ordered(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return what stands on a page from top to bottom."""
    return tuple(sorted(items, key=_begins))


def _begins(item: Item) -> tuple[float, float]:
    match item:
        case Line():
            return item.box.bottom, item.box.left
        case Filled():
            return item.lattice.box.top, item.lattice.box.left
        case Box():
            return item.top, item.left


def blocks(page: Page, *, edges: bool) -> list[Block]:
    """Return the blocks of a page; ``edges`` says whether lines at its edges are marked."""
    found: list[Block] = []
    for item in page.items:
        match item:
            case Line():
                found.append(_line(item, page.number))
            case Filled():
                found.append(Grid(item.rows, page.number))
            case Box():
                found.append(Image(page.number, box=item))
    if page.unread and not any(isinstance(block, Image) for block in found):
        found.append(Image(page.number))
    if page.skew is not None:
        found = [page.skew.seen(block) for block in found]
    return _edged(found) if edges else found


def _line(line: Line, page: int) -> TextLine:
    return TextLine(line.text, page, box=line.around, stops=line.stops, confidence=line.confidence)


def _tables(sheet: Sheet) -> tuple[list[Filled], list[Letter]]:
    found: list[Filled] = []
    rest: Sequence[Letter] = sheet.letters
    for lattice in lattices(sheet.rules):
        box = lattice.box
        inside = [letter for letter in rest if box.holds(letter.x, letter.y)]
        if inside:
            rest = [letter for letter in rest if not box.holds(letter.x, letter.y)]
            found.append(filled(lattice, inside))
    return found, list(rest)


def _pictures(sheet: Sheet, words: bool) -> list[Box]:
    """Return the pictures that show something, all of them on a page without words."""
    whole = sheet.width * sheet.height
    return [box for box in sheet.pictures if not words or box.width * box.height >= _SHOWS * whole]


def _edged(found: Sequence[Block]) -> list[Block]:
    """Mark the first and last two lines of a page, as far as they stand outside of its tables."""
    marked = list(found)
    for ends, edge in ((range(len(marked) - 1, -1, -1), "bottom"), (range(len(marked)), "top")):
        count = 0
        for at in ends:
            block = marked[at]
            if isinstance(block, Grid) or count == _EDGE_LINES:
                break
            if isinstance(block, TextLine):
                marked[at] = replace(block, edge="top" if edge == "top" else "bottom")
                count += 1
    return marked
