"""The rows of a borderless table: which lines are one cell, which cells stand beside each other, which span rows.

A cell's words stand in its middle, at its top or at its foot. Where rows follow each other, a cell that stands between
two of them belongs to both.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scrapers.blocks import Box
from scrapers.decode.pdf.columns import Stretch
from scrapers.decode.pdf.lines import Line, line_of
from scrapers.decode.pdf.pieces import AMOUNT, CODE, Piece, Row

_OPENS = re.compile(
    r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．)）]|其中|\d{3,7}$|(?:本年|上年|年[初末]|总计|合计|小计|结余|使用)"
)
_MARKER = re.compile(r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．)）]|其中")
_TOKEN = re.compile(r"(?:[\d.,]+|[A-Za-z]+|.)[，。；：、）)”%％》]*", re.DOTALL)
_MONEY = re.compile(r"-?(?:\d{1,3}(?:,\d{3})*|\d+)\.\d\d")
_PART = re.compile(r"-?[\d,]+\.?\d*")
# In parts of a letter's size.
_SAME_LINE = 0.35
_LEADING = 1.2
_LEAST, _MOST = 0.5, 1.75
_ALIGNED = 0.5
_SPARE = 0.3
_ABOVE, _BELOW = 0.8, 0.2
_BLANK = 0.15
# In parts of the usual distance of rows.
_TIGHT, _WIDE, _TOO_NEAR = 0.85, 0.95, 0.95
_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Block:
    """The words of one cell, and its columns from ``first`` to before ``after``."""

    lines: tuple[Line, ...]
    first: int
    after: int

    @property
    def top(self) -> float:
        """Return where its letters begin, in y."""
        return self.lines[0].box.bottom - _ABOVE * self.size

    @property
    def bottom(self) -> float:
        """Return where its letters end, in y."""
        return self.lines[-1].box.bottom + _BELOW * self.size

    @property
    def middle(self) -> float:
        """Return the middle of its base lines."""
        return (self.lines[0].box.bottom + self.lines[-1].box.bottom) / 2

    @property
    def size(self) -> float:
        """Return the size of its letters."""
        return self.lines[0].size


@dataclass(frozen=True, slots=True)
class Standing:
    """A cell with the rows, from ``row`` to before ``below``, that it stands in."""

    block: Block
    row: int
    below: int


def pitch(lines: Sequence[Row]) -> float:
    """Return how far rows with amounts usually stand apart, in points; 0.0 if that cannot be said."""
    ends: dict[int, list[Piece]] = {}
    for row in lines:
        for p in row:
            if p.is_amount:
                ends.setdefault(round(p.left if CODE.fullmatch(p.text) else p.right), []).append(p)
    gaps = sorted(b.base - a.base for one in ends.values() for a, b in pairwise(one) if b.base > a.base)
    return gaps[len(gaps) // 4] if len(gaps) >= _FIGURES else 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid out: its columns; the ids of the pieces that stand ``over`` several of them; the columns over
    which a code stands whole (below 类, 款, 项); how far rows `usual`ly stand apart (`pitch`)."""

    columns: tuple[Stretch, ...]
    over: frozenset[int]
    codes: tuple[int, ...]
    usual: float


def blocks(lines: Sequence[Row], layout: Layout) -> list[Block]:
    """Return the cells that say something."""
    by_column: list[list[tuple[Line, int]]] = [[] for _ in layout.columns]
    for row in lines:
        for group in _beside(row, layout):
            first, after = _span(group, layout)
            line = line_of([letter for p in group for letter in p.words.letters])
            if line is not None:
                by_column[first].append((line, after))
    return [
        block
        for first, found in enumerate(by_column)
        for block in _joined(found, first, layout.columns[first], layout.usual)
    ]


def standing(found: Sequence[Block]) -> tuple[list[Standing], int]:
    """Return the cells with their rows, and how many rows there are."""
    levels = _levels(found)
    kept = _kept(levels)
    placed = [Standing(block, at, at + 1) for at, level in enumerate(kept) for block in level]
    if len(placed) == len(found):
        return placed, len(kept)
    # Some cells span rows; others may, whose middle happens to be that of a row.
    own = {id(block) for level in kept for block in level}
    edges = _edges(kept)
    for first in sorted({block.first for block in found}):
        column = [block for block in found if block.first == first]
        loose = [block for block in column if id(block) not in own]
        if sum(AMOUNT.fullmatch(block.lines[0].text) is None for block in column) * 2 > len(column):
            loose = column
            placed = [s for s in placed if s.block.first != first]
        taken = {row for s in placed if s.block.first <= first < s.block.after for row in range(s.row, s.below)}
        placed.extend(_spanning(sorted(loose, key=lambda block: block.middle), taken, edges))
    return placed, len(kept)


def _beside(row: Row, layout: Layout) -> list[list[Piece]]:
    """Put the pieces of a line together that stand in one column."""
    found: list[list[Piece]] = []
    for piece in row:
        alone = id(piece) in layout.over or (found and id(found[-1][-1]) in layout.over)
        if found and not alone and column(found[-1][-1], layout.columns) == column(piece, layout.columns):
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def _span(group: Sequence[Piece], layout: Layout) -> tuple[int, int]:
    if layout.codes and CODE.fullmatch(group[0].text) and column(group[0], layout.columns) in layout.codes:
        return layout.codes[0], layout.codes[-1] + 1
    if id(group[0]) not in layout.over:
        at = column(group[0], layout.columns)
        return at, at + 1
    covered = [c for c, (a, b) in enumerate(layout.columns) if a < group[-1].right and group[0].left < b]
    at = column(group[0], layout.columns)
    return (covered[0], covered[-1] + 1) if covered else (at, at + 1)


def column(piece: Piece, columns: Sequence[Stretch]) -> int:
    """Return the column in which most of a piece stands, else the nearest."""

    def off(at: int) -> float:
        left, right = columns[at]
        return max(piece.left, left) - min(piece.right, right)

    return min(range(len(columns)), key=off)


def _joined(found: Iterable[tuple[Line, int]], first: int, column: Stretch, usual: float) -> list[Block]:
    """Join the lines of one column to its cells."""
    cells: list[Block] = []
    for line, after in sorted(found, key=lambda one: one[0].box.bottom):
        if cells:
            above = cells[-1]
            figure = _one_figure(above.lines[-1], line, usual)
            if figure is not None:
                cells[-1] = replace(above, lines=(*above.lines[:-1], figure))
                continue
            if _goes_on(above.lines[-1], line, column, usual):
                cells[-1] = replace(above, lines=(*above.lines, line), after=max(above.after, after))
                continue
        cells.append(Block((line,), first, max(after, first + 1)))
    return cells


def _one_figure(above: Line, below: Line, usual: float) -> Line | None:
    """Return an amount that was broken to fit its column, whole."""
    text = above.text + below.text
    if not _PART.fullmatch(above.text) or not _PART.fullmatch(below.text):
        return None
    if _MONEY.fullmatch(above.text) or not _MONEY.fullmatch(text):
        return None
    gap = below.box.bottom - above.box.bottom
    if gap > _MOST * below.size or (usual and gap > _WIDE * usual):
        return None
    box = Box(
        min(above.box.left, below.box.left),
        above.box.top,
        max(above.box.right, below.box.right),
        below.box.bottom,
    )
    return Line(text, box, above.size, (*above.letters, *below.letters))


def _goes_on(above: Line, below: Line, column: Stretch, usual: float) -> bool:
    """Say whether a line goes on the words above: near, aligned, and what it begins with had no room there."""
    gap, size = below.box.bottom - above.box.bottom, below.size
    if not _LEAST * size < gap < _MOST * size or (usual and gap > _WIDE * usual):
        return False
    if _PART.fullmatch(above.text) or _PART.fullmatch(below.text) or _MARKER.match(below.text):
        return False
    tight = bool(usual) and gap < _TIGHT * usual
    if not tight and _OPENS.match(below.text):
        return False
    left = abs(above.box.left - below.box.left) <= _ALIGNED * size
    middle = abs(above.box.left + above.box.right - below.box.left - below.box.right) <= 2 * _ALIGNED * size
    if not left and not middle:
        return False
    room = column[1] - (above.box.right if left else column[0] + above.box.width)
    return room < _first_token(below) + _SPARE * size


def _first_token(line: Line) -> float:
    """Return how wide the words are that cannot be parted at a line's beginning."""
    token = _TOKEN.match(line.text)
    last = min(len(token[0]) if token else 1, len(line.letters)) - 1
    return line.letters[last].right - line.box.left


def _levels(found: Iterable[Block]) -> list[list[Block]]:
    """Put the cells together that stand at one height."""
    levels: list[list[Block]] = []
    for block in sorted(found, key=lambda block: (block.middle, block.first)):
        if levels and block.middle - levels[-1][0].middle <= _SAME_LINE * block.size:
            levels[-1].append(block)
        else:
            levels.append([block])
    return levels


def _kept(levels: Sequence[list[Block]]) -> list[list[Block]]:
    """Return the levels that are rows: of two that stand too near for that, the one with more cells."""
    least = _least(block for level in levels for block in level)
    order = sorted(range(len(levels)), key=lambda at: (-_weight(levels[at]), at))
    kept: list[int] = []
    for at in order:
        if all(_is_apart(levels[min(at, other)], levels[max(at, other)], least) for other in kept):
            kept.append(at)
    return [levels[at] for at in sorted(kept)]


def _weight(level: Sequence[Block]) -> int:
    return 2 * len({block.first for block in level}) + any(_MONEY.fullmatch(block.lines[0].text) for block in level)


def _least(found: Iterable[Block]) -> float:
    """Return how near two rows stand at the least, 0.0 if that cannot be said: cells of one column are in two rows."""
    columns: dict[int, list[float]] = {}
    for block in found:
        columns.setdefault(block.first, []).append(block.middle)
    return min((b - a for one in columns.values() for a, b in pairwise(sorted(one))), default=0.0)


def _is_apart(above: Sequence[Block], below: Sequence[Block], least: float) -> bool:
    size = above[0].size
    high = (max(len(b.lines) for b in above) + max(len(b.lines) for b in below)) / 2 * _LEADING * size
    return below[0].middle - above[0].middle > _TOO_NEAR * max(least, high)


def _edges(rows: Sequence[Sequence[Block]]) -> list[float]:
    """Return where rows begin and end, one more than there are rows."""
    tops = [min(block.top for block in row) for row in rows]
    bottoms = [max(block.bottom for block in row) for row in rows]
    between = [(bottom + top) / 2 for bottom, top in zip(bottoms, tops[1:], strict=False)]
    if not rows:
        return []
    half = min((top - bottom for bottom, top in zip(bottoms, tops[1:], strict=False)), default=0.0) / 2
    return [tops[0] - half, *between, bottoms[-1] + half]


def _spanning(loose: Sequence[Block], taken: set[int], edges: Sequence[float]) -> list[Standing]:
    """Place the cells of one column that stand beside no row or between rows: each in the middle of what it spans."""
    best: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {0: (0.0, ())}
    count = len(edges) - 1
    for block in loose:
        following: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {}
        for start, (cost, spans) in best.items():
            for row in range(start, count):
                for below in range(row + 1, count + 1):
                    if below - 1 in taken:
                        break
                    own = _off(block, edges[row], edges[below])
                    whole = cost + own + _BLANK * block.size * (row - start - sum(start <= r < row for r in taken))
                    if below not in following or whole < following[below][0]:
                        following[below] = (whole, (*spans, (row, below)))
        best = following
    if not loose or not best:
        return _nearest(loose, edges)
    size = loose[-1].size
    _, spans = min(
        (cost + _BLANK * size * (count - end - sum(end <= r for r in taken)), spans)
        for end, (cost, spans) in best.items()
    )
    return [Standing(block, row, below) for block, (row, below) in zip(loose, spans, strict=True)]


def _off(block: Block, top: float, bottom: float) -> float:
    """Return how far a cell stands off the middle of rows, in points."""
    return abs((top + bottom) / 2 - (block.top + block.bottom) / 2)


def _nearest(loose: Sequence[Block], edges: Sequence[float]) -> list[Standing]:
    """Place cells for which there is no free row: each in the row in which it stands."""
    found: list[Standing] = []
    for block in loose:
        row = sum(edge < block.middle for edge in edges[1:-1])
        found.append(Standing(block, row, row + 1))
    return found
