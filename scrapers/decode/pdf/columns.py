"""The columns of a borderless table: the stretches of x that its rows print in; the room between them parts cells.

Words may stand over several columns, as those of a merged cell do; the heading adds the columns that are empty.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from scrapers.decode.pdf.pieces import CODE, LEVELS, Piece, Row
from scrapers.decode.pdf.titles import leaves

Stretch = tuple[float, float]
# In parts of a letter's size.
_APART = 0.5
# Points.
_GUTTER = 1.5
_SIDE = 1.0
# One line in so many may print over two columns.
_SPARED = 8
_FEW = 20
_DEEPER = 3
_MOST_COLUMNS = 40
# What it costs, in points, that a column has no heading, that a heading above words is not theirs, and in parts of how
# far one stands from the middle of the other.
_WITHOUT = 200.0
_UNUSED = 5.0
_ASIDE = 0.05


def columns(rows: Sequence[Row], head: Sequence[Row]) -> list[Stretch] | None:
    """Return the columns of a table, from left to right; None if it has but one or too many."""
    over = set(map(id, over_several(rows)))
    body = _stretches([[p for p in row if id(p) not in over] for row in rows], len(rows) // _SPARED)
    found = _headed(body, leaves(head))
    return found if 1 < len(found) <= _MOST_COLUMNS else None


def sides(found: Sequence[Stretch], head: Sequence[Row]) -> list[float]:
    """Return the sides of columns, one more than there are columns. The words of a heading are in the middle of its
    first and its last column."""
    between = [(a[1] + b[0]) / 2 for a, b in pairwise(found)]
    left, right = found[0][0] - _SIDE, found[-1][1] + _SIDE
    lowest = leaves(head)
    exact = _around(found, [leaf.middle for leaf in lowest])
    if exact is not None:
        return exact
    if lowest and lowest[0].middle < between[0]:
        left = min(left, 2 * lowest[0].middle - between[0])
    if lowest and lowest[-1].middle > between[-1]:
        right = max(right, 2 * lowest[-1].middle - between[-1])
    return [left, *between, right]


def _around(found: Sequence[Stretch], middles: Sequence[float]) -> list[float] | None:
    """Return the sides of columns of which the headings are the middles; None if there are no such sides.

    One side tells all others: the next lies as far behind a heading as the last before it.
    """
    if len(found) != len(middles) or not all(a <= middle <= b for (a, b), middle in zip(found, middles, strict=True)):
        return None
    # Where the first side may be, so that each side lies between its columns.
    least, most = float("-inf"), found[0][0]
    sign, offset = 1.0, 0.0
    for at, middle in enumerate(middles):
        sign, offset = -sign, 2 * middle - offset
        low = found[at][1]
        high = found[at + 1][0] if at + 1 < len(found) else float("inf")
        bounds = sorted(((low - offset) * sign, (high - offset) * sign))
        least, most = max(least, bounds[0]), min(most, bounds[1])
    if least > most or least == float("-inf"):
        return None
    sides = [(least + most) / 2]
    for middle in middles:
        sides.append(2 * middle - sides[-1])
    return sides


def over_several(rows: Sequence[Row]) -> list[Piece]:
    """Return the words that stand over several columns: other lines have a gap inside of where they stand."""
    gaps: Counter[tuple[int, int]] = Counter()
    for row in rows:
        for a, b in pairwise(row):
            if b.left - a.right > _APART * max(a.words.size, b.words.size):
                gaps[round(a.right), round(b.left)] += 1
    least = max(2, len(rows) // _FEW)
    judged: dict[tuple[int, int], bool] = {}
    found: list[Piece] = []
    for row in rows:
        for p in row:
            if p.is_amount:
                continue
            where = (round(p.left), round(p.right))
            if where not in judged:
                inside = sum(n for (a, b), n in gaps.items() if where[0] < a - 1 and b + 1 < where[1])
                judged[where] = inside >= least
            if judged[where]:
                found.append(p)
    return found


def _stretches(rows: Sequence[Row], spared: int) -> list[Stretch]:
    """Return the stretches that pieces cover together; a narrow gap between them is none.

    A gap may be crossed by as many words as ``spared`` if far more stand on either side of it, in one line too.
    """
    profile = _profile(p for row in rows for p in row)
    found: list[Stretch] = []
    for one in _above(profile, 0):
        if found and one[0] - found[-1][1] < _GUTTER:
            found[-1] = (found[-1][0], one[1])
        else:
            found.append(one)
    for level in range(1, spared + 1):
        found = [part for one in found for part in _split(profile, one, level, rows)]
    return found


_Profile = list[tuple[float, float, int]]
"""From where to where how many words stand."""


def _profile(pieces: Iterable[Piece]) -> _Profile:
    edges: list[tuple[float, int]] = []
    for piece in pieces:
        weight = 1_000 if piece.is_amount and not CODE.fullmatch(piece.text) else 1
        edges += [(piece.left, weight), (piece.right, -weight)]
    edges.sort()
    found: _Profile = []
    depth = 0
    for (x, step), (following, _) in pairwise([*edges, (edges[-1][0] if edges else 0.0, 0)]):
        depth += step
        if following > x:
            found.append((x, following, depth))
    return found


def _above(profile: _Profile, level: int, within: Stretch | None = None) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end, depth in profile:
        if depth <= level or (within is not None and not within[0] <= start < within[1]):
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _split(profile: _Profile, whole: Stretch, level: int, rows: Sequence[Row]) -> list[Stretch]:
    """Part a stretch where no more than ``level`` words stand between far more."""
    parts = [one for one in _above(profile, level, whole) if _peak(profile, one) >= _DEEPER * (level + 1)]
    found = parts[:1]
    for one in parts[1:]:
        if one[0] - found[-1][1] < _GUTTER or not _beside(rows, found[-1], one):
            found[-1] = (found[-1][0], one[1])
        else:
            found.append(one)
    return found if len(found) > 1 else [whole]


def _beside(rows: Sequence[Row], left: Stretch, right: Stretch) -> bool:
    """Say whether a line has words in two stretches."""
    return any(
        left[0] <= a.left and a.right <= right[0] and left[1] <= b.left and b.right <= right[1]
        for row in rows
        for a, b in pairwise(row)
    )


def _peak(profile: _Profile, within: Stretch) -> int:
    return max(depth for start, _, depth in profile if within[0] <= start < within[1])


def _headed(body: Sequence[Stretch], leaves: Sequence[Piece]) -> list[Stretch]:
    """Return the columns that rows and a heading make: each column of the rows goes with the heading next to it, in
    their order; headings that are left have empty columns."""
    pairs = _paired(body, leaves)
    found = [
        one if at not in pairs else (min(one[0], leaves[pairs[at]].left), max(one[1], leaves[pairs[at]].right))
        for at, one in enumerate(body)
    ]
    for leaf in (leaf for at, leaf in enumerate(leaves) if at not in pairs.values()):
        touched = [at for at, (a, b) in enumerate(found) if a - _GUTTER < leaf.right and leaf.left < b + _GUTTER]
        if not touched:
            found = sorted([*found, (leaf.left, leaf.right)])
        elif LEVELS.fullmatch(leaf.text) and touched == touched[:1]:
            # A code stands over the columns of 类, 款 and 项.
            left, right = found[touched[0]]
            found[touched[0] : touched[0] + 1] = [(left, leaf.left - 2 * _GUTTER), (leaf.left, max(right, leaf.right))]
    return found


def _paired(body: Sequence[Stretch], leaves: Sequence[Piece]) -> dict[int, int]:
    """Return for columns of the rows which heading they have: in order, as near as can be."""
    costs = [[0.0] * (len(leaves) + 1) for _ in range(len(body) + 1)]
    steps: dict[tuple[int, int], bool | None] = {}
    for i in range(len(body) + 1):
        for j in range(len(leaves) + 1):
            if i == j == 0:
                continue
            ways: list[tuple[float, int, bool | None]] = []
            if i and j:
                ways.append((costs[i - 1][j - 1] + _far(body[i - 1], leaves[j - 1]), 0, True))
            if j:
                ways.append((costs[i][j - 1] + _unused(body, leaves[j - 1]), 1, False))
            if i:
                ways.append((costs[i - 1][j] + _WITHOUT, 2, None))
            cost, _, way = min(ways, key=lambda one: one[:2])
            costs[i][j] = cost
            steps[i, j] = way
    pairs: dict[int, int] = {}
    i, j = len(body), len(leaves)
    while i or j:
        way = steps[i, j]
        if way:
            pairs[i - 1] = j - 1
        i -= way is not False
        j -= way is not None
    return pairs


def _far(column: Stretch, leaf: Piece) -> float:
    gap = max(leaf.left - column[1], column[0] - leaf.right, 0.0)
    return gap + _ASIDE * abs(leaf.middle - (column[0] + column[1]) / 2)


def _unused(body: Sequence[Stretch], leaf: Piece) -> float:
    """Return what it costs to leave a heading without words below it: little, unless there are some."""
    return _UNUSED if any(a < leaf.right and leaf.left < b for a, b in body) else 0.0
