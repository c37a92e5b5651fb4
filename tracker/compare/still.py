"""What stands in both disclosures exactly alike: it holds no change and is not looked at again.

Only on the axis of revisions, and only where both are seen alike (no renamed unit, the same units of money in the
statements' captions): there equal print with equal figures gives equal masked text.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tracker.compare.runs import Group
from tracker.model import Disclosure, Passage, Statement


@dataclass(frozen=True, slots=True)
class Still:
    """Groups of passages, and statements by id, that hold no change."""

    groups: frozenset[Group] = frozenset()
    statements: frozenset[str] = frozenset()


NOTHING = Still()


def still(before: Disclosure, after: Disclosure) -> Still:
    """Return what stands alike in two states of a document that are seen alike."""
    one, two = _groups(before), _groups(after)
    groups = (group for group, own in one.items() if group in two and _same(own, two[group], before, after))
    return Still(frozenset(groups), _statements(before, after))


def _groups(disclosure: Disclosure) -> Mapping[Group, list[Passage]]:
    groups: defaultdict[Group, list[Passage]] = defaultdict(list)
    for passage in disclosure.passages:
        groups[passage.section, passage.statement].append(passage)
    return groups


def _same(one: list[Passage], two: list[Passage], before: Disclosure, after: Disclosure) -> bool:
    if [passage.text for passage in one] != [passage.text for passage in two]:
        return False
    return _spans(one, before) == _spans(two, after)


def _spans(passages: list[Passage], disclosure: Disclosure) -> list[tuple[object, ...]]:
    figures = disclosure.figures
    return [
        (n, span.start, span.end, (figure := figures[span.figure]).role, figure.unit, figure.value, figure.statement)
        for n, passage in enumerate(passages)
        for span in passage.spans
    ]


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
