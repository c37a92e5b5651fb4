"""The figures of statements in pairs, by their keys."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import LCSseq

from tracker.compare.figures import Pair
from tracker.model import Disclosure, Figure

Place = tuple[float, int, int]


def by_statement(disclosure: Disclosure) -> dict[str, list[int]]:
    """Return the indexes of the figures of each statement, in printed order."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for n, figure in enumerate(disclosure.figures):
        if figure.statement is not None:
            found[figure.statement].append(n)
    return dict(found)


def lines_of(disclosure: Disclosure) -> dict[int, str]:
    """Return the line's id of each figure that stands in a statement's line."""
    return {n: line.id for statement in disclosure.statements for line in statement.lines for n in line.figures}


def address(figure: Figure, line: str | None, renamed: Mapping[str, str]) -> str:
    """Return by what a figure is found on the other side: its key, its line by the other side's id."""
    if line is None or line not in renamed or figure.statement is None:
        return figure.key
    own = f"{figure.statement}/{line}/"
    return f"{figure.statement}/{renamed[line]}/{figure.key[len(own) :]}" if figure.key.startswith(own) else figure.key


def pairs(
    before: Sequence[tuple[str, Figure]], after: Sequence[tuple[str, Figure]], rank: float, statement: int
) -> list[Pair]:
    """Pair figures given with their addresses; equal addresses in order, equal values first where counts differ."""
    one: defaultdict[str, list[Figure]] = defaultdict(list)
    two: defaultdict[str, list[tuple[int, Figure]]] = defaultdict(list)
    for key, figure in before:
        one[key].append(figure)
    for n, (key, figure) in enumerate(after):
        two[key].append((n, figure))
    found: list[Pair] = []
    at = 0
    for key in dict.fromkeys([*(key for key, _ in before), *two]):
        old, new = one.get(key, []), two.get(key, [])
        for x, y in _repeated([f.value for f in old], [f.value for _, f in new]):
            if y is not None:
                at = new[y][0]
            place = (rank, statement, at)
            found.append(Pair(None if x is None else old[x], None if y is None else new[y][1], place))
    return found


def _repeated(before: Sequence[str], after: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Pair the occurrences of one key."""
    if len(before) == len(after):
        return [(n, n) for n in range(len(before))]
    if not before or not after:
        return [*((x, None) for x in range(len(before))), *((None, y) for y in range(len(after)))]
    found: list[tuple[int | None, int | None]] = []
    for code in LCSseq.opcodes(list(before), list(after)):
        one = list(range(code.src_start, code.src_end))
        two = list(range(code.dest_start, code.dest_end))
        common = min(len(one), len(two))
        found += zip(one[:common], two[:common], strict=True)
        found += [(x, None) for x in one[common:]]
        found += [(None, y) for y in two[common:]]
    return found
