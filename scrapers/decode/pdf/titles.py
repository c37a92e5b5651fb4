"""The heading of a borderless table: which words are one cell, and which columns it spans."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scrapers.decode.pdf.pieces import NUMBER, Piece, Row

# In parts of a letter's size, and of a heading's height.
_LOWER = 0.4
_THIRD = 0.35
# In parts of the usual distance of columns.
_FAR = 1.5
_ASIDE = 0.1
_LEFT_OVER = 1.0
# In parts of how far the next heading below stands.
_NEXT = 0.75


@dataclass(frozen=True, slots=True)
class Title:
    """A cell of a heading: its words and the columns from ``first`` to before ``after``."""

    first: int
    after: int
    pieces: tuple[Piece, ...]
    band: int


def titles(sides: Sequence[float], head: Sequence[Row]) -> list[tuple[int, Title]]:
    """Return the cells of a heading with the level at which each stands, the topmost 0."""
    cells: list[Title] = []
    below: dict[int, float] = {}
    standing = bands(stacks(head))
    bare = _bare(sides, leaves(head))
    for band in reversed(standing):
        taken = [_grown(sides, stack, span, bare) for stack, span in zip(band, _covered(sides, band), strict=True)]
        halves = _halves(sides, band) if band is standing[0] and len(below) == len(sides) - 1 else None
        spans = halves if halves is not None else _shared(sides, band, taken, below)
        for stack, (first, after) in zip(band, spans, strict=True):
            same = next(
                (i for i, t in enumerate(cells) if (t.first, t.after, t.band) == (first, after, id(band))), None
            )
            if same is not None:
                cells[same] = replace(cells[same], pieces=(*cells[same].pieces, *stack))
            else:
                cells.append(Title(first, after, tuple(stack), id(band)))
        for stack, (first, after) in zip(band, taken, strict=True):
            if NUMBER.fullmatch(stack[0].text) is None:
                below.update(dict.fromkeys(range(first, after), height(stack)))
    # From the top: a band stands one level below the lowest cell above any of its own.
    levels: list[tuple[int, Title]] = []
    for band in dict.fromkeys(title.band for title in reversed(cells)):
        own = [title for title in cells if title.band == band]
        above = [lv for lv, other in levels for t in own if other.first < t.after and t.first < other.after]
        levels.extend((max(above, default=-1) + 1, title) for title in own)
    return levels


Stack = list[Piece]
"""The lines of one cell of a heading, from top to bottom."""


def stacks(head: Sequence[Row]) -> list[Stack]:
    """Put the lines of each cell together: those that are centred below each other."""
    found: list[Stack] = []
    for line in head:
        for piece in line:
            above = next((s for s in found if _stacked(s[-1], piece)), None)
            if above is not None:
                above.append(piece)
            else:
                found.append([piece])
    return found


def _stacked(above: Piece, below: Piece) -> bool:
    size = below.words.size
    return (
        0.5 * size < below.base - above.base < 1.6 * size
        and abs(above.middle - below.middle) <= 0.8 * size
        and NUMBER.fullmatch(below.text) is None
    )


def bands(stacks: Sequence[Stack]) -> list[list[Stack]]:
    """Return the cells that stand beside each other, from top to bottom."""
    bands: list[list[Stack]] = []
    for stack in sorted(stacks, key=height):
        if bands and height(stack) - height(bands[-1][0]) < 0.5 * stack[0].words.size:
            bands[-1].append(stack)
        else:
            bands.append([stack])
    return bands


def height(stack: Stack) -> float:
    """Return the middle of the base lines of a cell."""
    return (stack[0].base + stack[-1].base) / 2


def _halves(sides: Sequence[float], band: Sequence[Stack]) -> list[tuple[int, int]] | None:
    """Return the columns of two cells that stand over the whole of a table: 收入 and 支出, each in the middle of some.

    None where there are not two, or where no side between columns leaves both in the middle.
    """
    if len(band) != 2:
        return None
    left, right = sorted((s[0].left + s[0].right) / 2 for s in band)
    last = len(sides) - 1

    def off(at: int) -> float:
        return abs((sides[0] + sides[at]) / 2 - left) + abs((sides[at] + sides[last]) / 2 - right)

    best = min(range(1, last), key=off, default=0)
    if not best or off(best) > 0.12 * (sides[last] - sides[0]):
        return None
    halves = [(0, best), (best, last)]
    return halves if band[0][0].left < band[1][0].left else halves[::-1]


def _covered(sides: Sequence[float], band: Sequence[Stack]) -> list[tuple[int, int]]:
    """Return for each cell of a band the columns, from the first to before the last, that it lies over for a good part.

    A column belongs to the cell that lies over most of it.
    """
    shares = [[_over(sides, stack, c) for c in range(len(sides) - 1)] for stack in band]
    spans: list[tuple[int, int]] = []
    for own in shares:
        first = max(range(len(own)), key=lambda c: own[c])
        after = first + 1
        while first > 0 and own[first - 1] > 0 and own[first - 1] >= max(other[first - 1] for other in shares):
            first -= 1
        while after < len(own) and own[after] > 0 and own[after] >= max(other[after] for other in shares):
            after += 1
        spans.append((first, after))
    return spans


def _bare(sides: Sequence[float], lowest: Sequence[Piece]) -> set[int]:
    """Return the columns without a heading of their own."""
    return set(range(len(sides) - 1)) - {bisect_right(sides, piece.middle) - 1 for piece in lowest}


def _grown(sides: Sequence[float], stack: Stack, span: tuple[int, int], bare: set[int]) -> tuple[int, int]:
    """Return the columns of a cell with the bare ones beside it, as far as that brings it to their middle."""
    middle = (min(p.left for p in stack) + max(p.right for p in stack)) / 2

    def off(first: int, after: int) -> float:
        return abs((sides[first] + sides[after]) / 2 - middle)

    first, after = span
    while first - 1 in bare and off(first - 1, after) < off(first, after):
        first -= 1
    while after in bare and off(first, after + 1) < off(first, after):
        after += 1
    return first, after


def _over(sides: Sequence[float], stack: Stack, column: int) -> float:
    """Return how much of a column a cell lies over, in points; 0.0 for little of it."""
    left, right = min(p.left for p in stack), max(p.right for p in stack)
    share = min(sides[column + 1], right) - max(sides[column], left)
    inside = sides[column] <= (left + right) / 2 < sides[column + 1]
    return share if inside or share > min(0.5 * (sides[column + 1] - sides[column]), stack[0].words.size) else 0.0


def _shared(
    sides: Sequence[float], band: Sequence[Stack], taken: Sequence[tuple[int, int]], below: Mapping[int, float]
) -> list[tuple[int, int]]:
    """Return the columns that the cells of a band span: each in the middle of its own, few columns left over.

    ``taken`` are the columns that their words lie over; ``below`` tells of columns how high the next heading below
    stands. A cell without headings below it has the columns of its words.
    """
    order = sorted(range(len(band)), key=lambda at: taken[at])
    best: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {0: (0.0, ())}
    for at in order:
        free = _free(band[at], taken[at], below)
        spare = _LEFT_OVER * band[at][0].words.size
        following: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {}
        for start, (cost, spans) in best.items():
            for first in range(start, len(sides) - 1):
                if first not in free:
                    continue
                left = sum(c in below for c in range(start, first)) * spare
                after = first
                while after in free:
                    after += 1
                    whole = cost + left + _beside_middle(sides, band[at], first, after)
                    if after not in following or whole < following[after][0]:
                        following[after] = (whole, (*spans, (first, after)))
        if not following:
            return list(taken)
        best = following
    spare = _LEFT_OVER * band[0][0].words.size
    _, spans = min(
        (cost + spare * sum(c in below for c in range(end, len(sides) - 1)), spans)
        for end, (cost, spans) in best.items()
    )
    by_stack = dict(zip(order, spans, strict=True))
    return [by_stack[at] for at in range(len(band))]


def _free(stack: Stack, own: tuple[int, int], below: Mapping[int, float]) -> set[int]:
    """Return the columns that a cell may span: those of its words, and those with headings as far below it."""
    down = [below[c] - height(stack) for c in range(*own) if c in below]
    if not down:
        return set(range(*own))
    least = _NEXT * min(down)
    return {c for c, y in below.items() if y - height(stack) >= least} | set(range(*own))


def _beside_middle(sides: Sequence[float], stack: Stack, first: int, after: int) -> float:
    middle = (min(p.left for p in stack) + max(p.right for p in stack)) / 2
    return abs((sides[first] + sides[after]) / 2 - middle)


def leaves(head: Sequence[Row]) -> list[Piece]:
    """Return the lowest words of a heading, from left to right, each as wide as the lines of its cell.

    What stands in the upper half of a heading is above others: a cell that reaches down to the rows does not.
    """
    found = stacks(head)
    if not found:
        return []
    top, bottom = min(height(s) for s in found), max(height(s) for s in found)
    lowest = [
        stack
        for stack in found
        if height(stack) >= (top + bottom) / 2 - max(_THIRD * (bottom - top), _LOWER * stack[0].words.size)
        and not any(
            height(other) > height(stack) + _LOWER * stack[0].words.size and _overlap(stack, other) for other in found
        )
    ]
    deep = [stack for stack in lowest if bottom - height(stack) <= _LOWER * stack[0].words.size]
    found = [stack for stack in lowest if stack in deep or not _above_two(_middle(stack), [*map(_middle, deep)])]
    return sorted((max(stack, key=lambda p: p.right - p.left) for stack in found), key=lambda p: p.middle)


def _middle(stack: Stack) -> float:
    return (min(p.left for p in stack) + max(p.right for p in stack)) / 2


def _above_two(middle: float, deep: Sequence[float]) -> bool:
    """Tell a cell above the middle of two others, which are no further apart than others are."""
    steps = sorted(b - a for a, b in pairwise(sorted(deep)))
    left = max((x for x in deep if x < middle), default=None)
    right = min((x for x in deep if x > middle), default=None)
    if left is None or right is None:
        return False
    usual = steps[len(steps) // 2]
    return right - left <= _FAR * usual and abs((left + right) / 2 - middle) <= _ASIDE * usual


def _overlap(stack: Stack, other: Stack) -> bool:
    return min(p.left for p in stack) < max(p.right for p in other) and min(p.left for p in other) < max(
        p.right for p in stack
    )
