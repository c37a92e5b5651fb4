"""Rules to tables: where rules meet are cells; where a rule is missing between two of them, they are one.

A table may be open at its sides (its outermost upright rules left out, as office programs print a sheet): where level
rules end together, there is its side.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scrapers.blocks import Box
from scrapers.decode.pdf.sheet import Rule

# Points: rules nearer than this are one; ends nearer than this meet; gaps up to this are dashes.
_SAME = 2.0
_MEETS = 3.0
_DASH = 3.0
_SHORTEST = 4.0
_SIDE = 8.0
_COVERED = 0.6
_MOST_RULES = 3_000


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: its first row and column and its spans."""

    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True, slots=True)
class Lattice:
    """A ruled table: the positions of its rules from left to right and from top to bottom, and its cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    places: tuple[Place, ...]
    owners: tuple[tuple[int, ...], ...]
    """For each row and column the index of the cell that covers it."""

    @property
    def box(self) -> Box:
        """Return the room that the table takes."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def at(self, x: float, y: float) -> int:
        """Return the index of the cell at a point inside ``box``."""
        return self.owners[self.row(y)][self.column(x)]

    def column(self, x: float) -> int:
        """Return the column at ``x``."""
        return min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)

    def row(self, y: float) -> int:
        """Return the row at ``y``."""
        return min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)

    def bounds(self, place: Place) -> Box:
        """Return the room of a cell."""
        return Box(
            self.xs[place.column],
            self.ys[place.row],
            self.xs[place.column + place.colspan],
            self.ys[place.row + place.rowspan],
        )


def lattices(rules: Iterable[Rule]) -> list[Lattice]:
    """Return the ruled tables of a page, those inside of others first, else from top to bottom.

    A single box is no table. A page that is drawn rather than written (a plan, a chart) has none.
    """
    level, upright = merged(rules)
    if not level or not upright or max(len(level), len(upright)) > _MOST_RULES:
        return []
    found = [lattice for part in _parts(level, upright) if (lattice := _lattice(*part)) is not None]
    return sorted(found, key=lambda one: (one.box.width * one.box.height, one.box.top))


def merged(rules: Iterable[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Return level and upright rules, doubled ones as one and broken ones whole."""
    level = [rule for rule in rules if not rule.upright]
    upright = [rule for rule in rules if rule.upright]
    return _whole(level), _whole(upright)


def _whole(rules: Sequence[Rule]) -> list[Rule]:
    found: list[Rule] = []
    for group in _near(sorted(rules, key=lambda rule: rule.at)):
        long = sum(rule.end - rule.start for rule in group)
        at = sum(rule.at * (rule.end - rule.start) for rule in group) / long if long else group[0].at
        ordered = sorted(group, key=lambda rule: rule.start)
        start, end = ordered[0].start, ordered[0].end
        for rule in ordered[1:]:
            if rule.start > end + _DASH:
                found.append(Rule(rule.upright, at, start, end))
                start = rule.start
            end = max(end, rule.end)
        found.append(Rule(group[0].upright, at, start, end))
    return [rule for rule in found if rule.end - rule.start >= _SHORTEST]


def _near(rules: Sequence[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    for rule in rules:
        if groups and rule.at - groups[-1][0].at <= _SAME:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return groups


def _parts(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Return the rules that hang together, level and upright ones."""
    parents = list(range(len(level) + len(upright)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    for i, flat in enumerate(level):
        for j, tall in enumerate(upright, len(level)):
            if _meet(flat, tall):
                parents[root(i)] = root(j)
    parts: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate((*level, *upright)):
        parts.setdefault(root(i), ([], []))[rule.upright].append(rule)
    return list(parts.values())


def _meet(flat: Rule, tall: Rule) -> bool:
    return flat.start - _MEETS <= tall.at <= flat.end + _MEETS and tall.start - _MEETS <= flat.at <= tall.end + _MEETS


def _lattice(level: Sequence[Rule], upright: Sequence[Rule]) -> Lattice | None:
    xs = _sided(_positions(upright), level)
    ys = _sided(_positions(level), upright)
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) < 5:
        return None
    walls = _walls(xs, ys, upright)
    floors = _walls(ys, xs, level)
    owners = _owners(walls, [[floors[c][r] for c in range(len(xs) - 1)] for r in range(len(ys))])
    return _compressed(xs, ys, owners)


def _positions(rules: Iterable[Rule]) -> list[float]:
    """Return where rules stand; two that hardly differ are one position."""
    found: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not found or at - found[-1] > _MEETS:
            found.append(at)
    return found


def _sided(positions: list[float], across: Sequence[Rule]) -> list[float]:
    """Add the sides at which the rules across end together, outside of the outermost position."""
    if not positions or not across:
        return positions
    first, last = min(rule.start for rule in across), max(rule.end for rule in across)
    found = list(positions)
    if first < positions[0] - _SIDE and sum(rule.start - first <= _MEETS for rule in across) > 1:
        found.insert(0, first)
    if last > positions[-1] + _SIDE and sum(last - rule.end <= _MEETS for rule in across) > 1:
        found.append(last)
    return found


def _walls(positions: Sequence[float], across: Sequence[float], rules: Sequence[Rule]) -> list[list[bool]]:
    """Return, for each stretch between two positions across, at which positions a rule stands; the sides always do."""
    found = [[at in (0, len(positions) - 1) for at in range(len(positions))] for _ in pairwise(across)]
    for rule in rules:
        at = min(range(len(positions)), key=lambda index: abs(positions[index] - rule.at))
        for stretch, (start, end) in enumerate(pairwise(across)):
            if min(rule.end, end) - max(rule.start, start) >= _COVERED * (end - start):
                found[stretch][at] = True
    return found


def _owners(walls: Sequence[Sequence[bool]], floors: Sequence[Sequence[bool]]) -> list[list[int]]:
    """Number the cells: what no rule parts is one, as far as it is a rectangle.

    ``walls[row][x]`` and ``floors[y][column]`` say where rules stand.
    """
    rows, columns = len(walls), len(walls[0]) - 1
    owners = [[-1] * columns for _ in range(rows)]
    number = 0
    for row in range(rows):
        for column in range(columns):
            if owners[row][column] >= 0:
                continue
            right = column + 1
            while right < columns and not walls[row][right] and owners[row][right] < 0:
                right += 1
            below = row + 1
            while below < rows and _goes_on(walls, floors, owners, below, column, right):
                below += 1
            for r in range(row, below):
                for c in range(column, right):
                    owners[r][c] = number
            number += 1
    return owners


def _goes_on(
    walls: Sequence[Sequence[bool]],
    floors: Sequence[Sequence[bool]],
    owners: Sequence[Sequence[int]],
    row: int,
    left: int,
    right: int,
) -> bool:
    """Say whether a cell of the columns from ``left`` to before ``right`` goes on in ``row``."""
    return (
        not any(floors[row][c] for c in range(left, right))
        and not any(walls[row][x] for x in range(left + 1, right))
        and all(owners[row][c] < 0 for c in range(left, right))
    )


def _compressed(xs: Sequence[float], ys: Sequence[float], owners: Sequence[Sequence[int]]) -> Lattice | None:
    """Return the lattice without positions at which no cell begins, None if one cell is all there is."""
    kept_rows = [r for r in range(len(owners)) if r == 0 or owners[r] != owners[r - 1]]
    kept_columns = [c for c in range(len(owners[0])) if c == 0 or any(row[c] != row[c - 1] for row in owners)]
    if len(kept_rows) * len(kept_columns) < 2:
        return None
    small = [[owners[r][c] for c in kept_columns] for r in kept_rows]
    extents: dict[int, tuple[int, int, int, int]] = {}
    for r, row in enumerate(small):
        for c, owner in enumerate(row):
            top, left, bottom, right = extents.get(owner, (r, c, r, c))
            extents[owner] = (top, left, max(bottom, r), max(right, c))
    numbers = {owner: index for index, owner in enumerate(extents)}
    return Lattice(
        (*(xs[c] for c in kept_columns), xs[-1]),
        (*(ys[r] for r in kept_rows), ys[-1]),
        tuple(Place(top, left, bottom - top + 1, right - left + 1) for top, left, bottom, right in extents.values()),
        tuple(tuple(numbers[owner] for owner in row) for row in small),
    )
