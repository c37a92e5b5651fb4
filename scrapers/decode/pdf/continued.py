"""Tables that a page's end cuts: the same columns on either side, a row that is broken between them made whole."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from scrapers.decode.pdf.lattice import Lattice, Place
from scrapers.decode.pdf.lines import Line
from scrapers.decode.pdf.pages import Item, Page, parted
from scrapers.decode.pdf.ruled import Filled, is_full

# Points by which the columns of one table may differ from page to page.
_SAME = 4.0
_FOOT = 2
# What begins a row of its own: a list's number, a code, an amount.
_OPENS = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,4}[、.．)）]|其中|[-\d][\d,.]*$|(?:合计|小计|总计|注)")
_FIGURE = re.compile(r"[-\d,.]+")


def continued(pages: Sequence[Page]) -> list[Page]:
    """Return the pages with their borderless tables, and with the tables that go on over their ends fitted to each
    other."""
    found = parted(pages)
    for at in range(len(found) - 1):
        if not _cut(found[at], found[at + 1]):
            continue
        above, below = _last(found[at]), _first(found[at + 1])
        if above is None or below is None:
            continue
        before, after = found[at].items[above], found[at + 1].items[below]
        if isinstance(before, Filled) and isinstance(after, Filled):
            before, after = _aligned(before, after)
            before, after = _whole(before, after)
            found[at] = _with(found[at], above, before)
            found[at + 1] = _with(found[at + 1], below, after)
    return found


def _with(page: Page, at: int, item: Item | None) -> Page:
    items = (*page.items[:at], *(() if item is None else (item,)), *page.items[at + 1 :])
    return replace(page, items=items)


def _cut(page: Page, after: Page) -> bool:
    return after.number == page.number + 1 and bool(page.items) and bool(after.items)


def _last(page: Page) -> int | None:
    """Return which item is the table that ends a page, below it no more than what a page has at its foot."""
    for at in range(len(page.items) - 1, max(-1, len(page.items) - 2 - _FOOT), -1):
        item = page.items[at]
        if isinstance(item, Filled):
            return at
        if not isinstance(item, Line) or len(item.letters) > 12:
            return None
    return None


def _first(page: Page) -> int | None:
    """Return which item is the table that opens a page; the title of the document may run above it."""
    if isinstance(page.items[0], Filled):
        return 0
    return 1 if len(page.items) > 1 and isinstance(page.items[1], Filled) else None


def _aligned(before: Filled, after: Filled) -> tuple[Filled, Filled]:
    """Give two parts of a table the columns of both, if the one has those of the other and more."""
    above, below = before.lattice.xs, after.lattice.xs
    few, many = (above, below) if len(above) < len(below) else (below, above)
    if len(few) == len(many) or not _within(few, many):
        return before, after
    if few is above:
        return replace(before, lattice=_finer(before.lattice, many)), after
    return before, replace(after, lattice=_finer(after.lattice, many))


def _within(few: Sequence[float], many: Sequence[float]) -> bool:
    ends = abs(few[0] - many[0]) <= _SAME and abs(few[-1] - many[-1]) <= _SAME
    return (
        ends
        and len({_nearest(x, many) for x in few}) == len(few)
        and all(abs(many[_nearest(x, many)] - x) <= _SAME for x in few)
    )


def _nearest(x: float, positions: Sequence[float]) -> int:
    at = bisect_left(positions, x)
    return min((index for index in (at - 1, at) if 0 <= index < len(positions)), key=lambda i: abs(positions[i] - x))


def _finer(lattice: Lattice, xs: tuple[float, ...]) -> Lattice:
    """Return a lattice with more columns and the same cells, which span them."""
    new = [_nearest(x, xs) for x in lattice.xs]
    places = tuple(
        Place(p.row, new[p.column], p.rowspan, new[p.column + p.colspan] - new[p.column]) for p in lattice.places
    )
    owners = tuple(tuple(row[c] for c in range(len(row)) for _ in range(new[c + 1] - new[c])) for row in lattice.owners)
    return Lattice(xs, lattice.ys, places, owners)


def _whole(before: Filled, after: Filled) -> tuple[Filled, Filled | None]:
    """Put the rest of a row that a page's end broke back to its beginning."""
    if after.head or not _same_columns(before.lattice, after.lattice):
        return before, after
    rest = {p.column: (i, p) for i, p in enumerate(after.lattice.places) if p.row == 0}
    last = len(before.lattice.ys) - 2
    row = {p.column: (i, p) for i, p in enumerate(before.lattice.places) if p.row + p.rowspan - 1 == last}
    said = [column for column, (i, _) in rest.items() if after.lines[i]]
    if (
        not said
        or any(p.rowspan > 1 for _, p in rest.values())
        or not all(column in row and _goes_on(before, *row[column], after.lines[rest[column][0]]) for column in said)
    ):
        return before, after
    lines = list(before.lines)
    for column in said:
        moved = (replace(line, away=True) for line in after.lines[rest[column][0]])
        lines[row[column][0]] = (*lines[row[column][0]], *moved)
    return replace(before, lines=tuple(lines)), _without_first(after)


def _same_columns(above: Lattice, below: Lattice) -> bool:
    return len(above.xs) == len(below.xs) and all(abs(a - b) <= _SAME for a, b in zip(above.xs, below.xs, strict=True))


def _goes_on(before: Filled, index: int, place: Place, rest: Sequence[Line]) -> bool:
    """Say whether words go on those of a cell: its last line is full, and they begin nothing of their own."""
    lines = before.lines[index]
    if not lines or _OPENS.match(rest[0].text) or _FIGURE.fullmatch(lines[-1].text):
        return False
    return is_full(lines[-1], before.lattice.bounds(place))


def _without_first(filled: Filled) -> Filled | None:
    """Return a table without its first row, None if it had no other."""
    lattice = filled.lattice
    if len(lattice.ys) < 3:
        return None
    kept = [i for i, p in enumerate(lattice.places) if p.row > 0]
    numbers = {old: new for new, old in enumerate(kept)}
    return Filled(
        Lattice(
            lattice.xs,
            lattice.ys[1:],
            tuple(replace(lattice.places[i], row=lattice.places[i].row - 1) for i in kept),
            tuple(tuple(numbers[owner] for owner in row) for row in lattice.owners[1:]),
        ),
        tuple(filled.lines[i] for i in kept),
    )
