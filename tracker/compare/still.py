"""What stands in both disclosures exactly alike: it holds no change and is not looked at again.

Only on the axis of revisions, and only where both are seen alike (no renamed unit, the same units of money in the
statements' captions): there equal print with equal figures gives equal masked text.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.compare.runs import grouped
from tracker.model import Disclosure, Statement

_KEPT = 8
"""Equal passages kept on either side of what differs: what came or went may slide over items that repeat."""


@dataclass(frozen=True, slots=True)
class Still:
    """Passages before and after (by index), and statements by id, that hold no change."""

    before: frozenset[int] = frozenset()
    after: frozenset[int] = frozenset()
    statements: frozenset[str] = frozenset()


NOTHING = Still()


def still(before: Disclosure, after: Disclosure) -> Still:
    """Return what stands alike in two states of a document that are seen alike: whole sections, and the beginning and
    the end of those that differ in between."""
    one, two = (grouped(range(len(side.passages)), side) for side in (before, after))
    same_before: set[int] = set()
    same_after: set[int] = set()
    for group, own in one.items():
        other = two.get(group)
        if other is None:
            continue
        head, tail = _ends(own, other, before, after)
        same_before.update(own[:head], own[len(own) - tail :])
        same_after.update(other[:head], other[len(other) - tail :])
    return Still(frozenset(same_before), frozenset(same_after), _statements(before, after))


def _ends(own: Sequence[int], other: Sequence[int], before: Disclosure, after: Disclosure) -> tuple[int, int]:
    """Return how many passages of a section are still at its beginning and at its end."""
    shorter = min(len(own), len(other))
    head = 0
    while head < shorter and _same(own[head], other[head], before, after):
        head += 1
    if head == len(own) == len(other):
        return head, 0
    tail = 0
    while tail < shorter - head and _same(own[-1 - tail], other[-1 - tail], before, after):
        tail += 1
    return max(0, head - _KEPT), max(0, tail - _KEPT)


def _same(i: int, j: int, before: Disclosure, after: Disclosure) -> bool:
    """Tell whether two passages print the same words and figures, understood alike."""
    one, two = before.passages[i], after.passages[j]
    if one.text != two.text or len(one.spans) != len(two.spans):
        return False
    for a, b in zip(one.spans, two.spans, strict=True):
        x, y = before.figures[a.figure], after.figures[b.figure]
        if (a.start, a.end, x.role, x.unit, x.value, x.statement) != (
            b.start,
            b.end,
            y.role,
            y.unit,
            y.value,
            y.statement,
        ):
            return False
    return True


def _statements(before: Disclosure, after: Disclosure) -> frozenset[str]:
    one = {statement.id: statement for statement in before.statements}
    two = {statement.id: statement for statement in after.statements}
    amounts_before, amounts_after = _amounts(before), _amounts(after)
    return frozenset(
        name
        for name, statement in one.items()
        if name in two
        and amounts_before.get(name) == amounts_after.get(name)
        and _lines(statement) == _lines(two[name])
        and (statement.state, statement.unit, statement.stub) == (two[name].state, two[name].unit, two[name].stub)
        and statement.columns == two[name].columns
    )


def _amounts(disclosure: Disclosure) -> Mapping[str, list[tuple[str, str, str | None]]]:
    found: defaultdict[str, list[tuple[str, str, str | None]]] = defaultdict(list)
    for figure in disclosure.figures:
        if figure.statement is not None:
            found[figure.statement].append((figure.key, figure.value, figure.unit))
    return found


def _lines(statement: Statement) -> list[tuple[str, str, str | None, int]]:
    return [(line.id, line.label, line.code, len(line.figures)) for line in statement.lines]
