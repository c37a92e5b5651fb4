"""Borderless tables to grids, over the ends of pages: what goes on there has the columns that it began with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scrapers.decode.pdf.columns import Stretch, columns, over_several, sides
from scrapers.decode.pdf.lattice import Lattice, Place
from scrapers.decode.pdf.lines import Line, line_of
from scrapers.decode.pdf.pieces import LEVELS, Piece, Row, pieces
from scrapers.decode.pdf.regions import Region, regions
from scrapers.decode.pdf.rows import Layout, blocks, column, pitch, standing
from scrapers.decode.pdf.ruled import Filled
from scrapers.decode.pdf.titles import titles

_CAPTION = re.compile(r"单位[:：]|表[一二三四五六七八九十\d]*[)）]?$|[，。；：]")
# Lines that a page may print above and below of a table that goes on, and their letters.
_FURNITURE = 2
_SHORT = 30
# Parts of a table have at least so many of the columns that one of them seems to have alone.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class _Part:
    """What one page shows of a table."""

    page: int
    region: Region
    head: tuple[Row, ...]
    rows: tuple[Row, ...]


Read = tuple[list[Filled], list[Line]]
"""The borderless tables of a page, and the lines that belong to none."""


def tables(pages: Sequence[Sequence[Line]]) -> list[Read]:
    """Return the borderless tables of each page, and the lines of it that belong to none."""
    found: list[list[_Part]] = []
    used: list[set[int]] = []
    rest: list[list[Filled]] = [[] for _ in pages]
    open_ = False
    for number, lines in enumerate(pages):
        split = [pieces(at, line) for at, line in enumerate(lines)]
        parts = [_part(number, one, split) for one in regions(lines, split, goes_on=open_)]
        for at, part in enumerate(parts):
            if at == 0 and open_ and _goes_on(found[-1], part, lines):
                found[-1].append(part)
            else:
                found.append([part])
        open_ = bool(parts) and _is_last(parts[-1].region, lines)
        used.append(set())
    for parts in found:
        for part, filled in _read(parts):
            rest[part.page].append(filled)
            used[part.page].update(range(part.region.head, part.region.end))
    return [
        (rest[number], [line for at, line in enumerate(lines) if at not in used[number]])
        for number, lines in enumerate(pages)
    ]


def _part(page: int, region: Region, split: Sequence[Row]) -> _Part:
    return _Part(page, region, tuple(split[region.head : region.start]), tuple(split[region.start : region.end]))


def _is_last(region: Region, lines: Sequence[Line]) -> bool:
    below = lines[region.end :]
    return len(below) <= _FURNITURE and not any(len(line.text) > _SHORT or _CAPTION.search(line.text) for line in below)


def _goes_on(before: Sequence[_Part], part: _Part, lines: Sequence[Line]) -> bool:
    """Say whether a table at the top of a page goes on the last one of the page before: no caption is above it."""
    above = lines[: part.region.head]
    return len(above) <= _FURNITURE and not any(_CAPTION.search(line.text) for line in above)


def _said(head: Sequence[Row]) -> list[str]:
    return sorted(piece.text for row in head for piece in row)


def _read(parts: Sequence[_Part]) -> list[tuple[_Part, Filled]]:
    """Return each part of a table as if it had rules; parts whose columns do not fit are tables of their own."""
    parts = [parts[0], *(_following(part, parts[0]) for part in parts[1:])]
    rows = [row for part in parts for row in part.rows]
    found = columns(rows, parts[0].head)
    if len(parts) > 1:
        alone = [len(columns(part.rows, part.head) or ()) for part in parts]
        if found is None or len(found) < _ALIKE * max(alone):
            return [pair for part in parts for pair in _read([part])]
    if found is None:
        return []
    layout = Layout(
        tuple(found),
        frozenset(map(id, over_several(rows))),
        _codes(found, parts[0].head, rows),
        pitch(parts[0].rows) or pitch(rows),
    )
    return [(part, _filled(layout, part)) for part in parts]


def _following(part: _Part, first: _Part) -> _Part:
    """Return a later part of a table: what is no repeated heading are rows."""
    depth = len(first.head)
    if _said(part.head[:depth]) != _said(first.head):
        depth = 0
    return replace(part, head=part.head[:depth], rows=(*part.head[depth:], *part.rows))


def _codes(found: Sequence[Stretch], head: Sequence[Row], rows: Sequence[Row]) -> tuple[int, ...]:
    """Return the columns below 类, 款 and 项 if the codes of the rows are not parted between them, else ()."""
    columns = sorted({column(p, found) for row in head for p in row if LEVELS.fullmatch(p.text)})
    parted = any(column(p, found) in columns[1:] for row in rows for p in row)
    return () if parted else tuple(columns)


def _filled(layout: Layout, part: _Part) -> Filled:
    """Return a part of a table as if it had rules between its columns and rows."""
    xs = sides(layout.columns, part.head)
    heading = titles(xs, part.head)
    depth = max((level + 1 for level, _ in heading), default=0)
    body, count = standing(blocks(part.rows, layout))
    sheet = _Sheet(depth + count, len(layout.columns))
    for level, title in heading:
        lowest = all(other.after <= title.first or title.after <= other.first or at <= level for at, other in heading)
        place = Place(level, title.first, depth - level if lowest else 1, title.after - title.first)
        sheet.put(place, _lines(title.pieces))
    for one in sorted(body, key=lambda one: (one.block.first, one.row)):
        block = one.block
        sheet.put(Place(depth + one.row, block.first, one.below - one.row, block.after - block.first), block.lines)
    return sheet.filled(xs, depth)


def _lines(found: Sequence[Piece]) -> list[Line]:
    """Return the lines of one cell of a heading, pieces of one line together."""
    by_line: dict[int, list[Piece]] = {}
    for piece in found:
        by_line.setdefault(piece.line, []).append(piece)
    joined = (line_of([letter for p in group for letter in p.words.letters]) for _, group in sorted(by_line.items()))
    return [line for line in joined if line is not None]


class _Sheet:
    """A table being filled: which cell covers which row and column."""

    def __init__(self, rows: int, width: int) -> None:
        self._owners = [[-1] * width for _ in range(rows)]
        self._places: list[Place] = []
        self._lines: list[tuple[Line, ...]] = []

    def put(self, place: Place, words: Sequence[Line]) -> None:
        """Put words into a cell, as far as it is free; where another stands already, the words join its own."""
        owner = self._owners[place.row][place.column]
        if owner >= 0:
            self._lines[owner] = (*self._lines[owner], *words)
            return
        right = place.column + 1
        while right < place.column + place.colspan and self._owners[place.row][right] < 0:
            right += 1
        below = place.row + 1
        while below < place.row + place.rowspan and all(self._owners[below][c] < 0 for c in range(place.column, right)):
            below += 1
        for r in range(place.row, below):
            for c in range(place.column, right):
                self._owners[r][c] = len(self._places)
        self._places.append(Place(place.row, place.column, below - place.row, right - place.column))
        self._lines.append(tuple(words))

    def filled(self, xs: Sequence[float], head: int) -> Filled:
        """Return the table; what nothing was put into are empty cells. ``head`` rows are its heading."""
        for r, row in enumerate(self._owners):
            for c, owner in enumerate(row):
                if owner < 0:
                    self.put(Place(r, c), ())
        return Filled(
            Lattice(tuple(xs), self._ys(), tuple(self._places), tuple(tuple(row) for row in self._owners)),
            tuple(self._lines),
            head,
        )

    def _ys(self) -> tuple[float, ...]:
        """Return where each row's words begin, and where the last one's end."""
        tops = [float("inf")] * len(self._owners)
        bottom = 0.0
        for place, words in zip(self._places, self._lines, strict=True):
            for line in words:
                tops[place.row] = min(tops[place.row], line.box.top)
                bottom = max(bottom, line.box.bottom)
        for at in range(len(tops) - 2, -1, -1):
            tops[at] = min(tops[at], tops[at + 1])
        return (*tops, bottom)
