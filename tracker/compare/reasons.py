"""The reason a document gives for a change, if it gives one for just this base."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.compare.figures import facts
from tracker.compare.priors import bases, subject
from tracker.model import Axis, Change, Disclosure, Figure, Role


def explained(changes: Sequence[Change], after: Disclosure, axis: Axis) -> list[Change]:
    """Return the changes with reasons: on the axis of years those given against last year, on the axis of budget and
    final those against 年初预算; a revision has none."""
    if axis == "revision":
        return list(changes)
    meant = bases(after) if axis == "year" else frozenset({"年初预算"})
    given: dict[str, Figure] = {}
    by_code: dict[str, Figure] = {}
    for figure in after.figures:
        if figure.reason and figure.reason_base in meant:
            given.setdefault(subject(figure), figure)
            if figure.code is not None:
                by_code.setdefault(figure.code, figure)
    if not given:
        return list(changes)
    known = facts(after.figures)
    return [_explained(change, given, by_code, known) for change in changes]


def _explained(
    change: Change,
    given: dict[str, Figure],
    by_code: dict[str, Figure],
    known: dict[tuple[str, Role], list[Figure]],
) -> Change:
    if change.key is None or change.after is None:
        return change
    places = known.get((change.fact or change.key, change.role or "actual"), [])
    subjects = [change.key.rsplit("/", 1)[0], *(subject(figure) for figure in places)]
    found = next((given[one] for one in subjects if one in given), None)
    if found is None and change.code is not None and change.role in ("actual", "budget"):
        found = by_code.get(change.code)
    return change if found is None else replace(change, reason=found.reason, reason_base=found.reason_base)
