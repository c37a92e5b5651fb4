"""Where exactly something came or went among equal neighbours.

Of ``1.甲 同 2.乙 同`` and ``1.甲 同`` it is ``2.乙 同`` that went, not ``同 2.乙``: what stands on one side only slides
over equal neighbours to where an item begins, and their figures are paired with those of their own item.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from tracker.compare.masks import Masked, depth
from tracker.compare.runs import Run

Side = Literal["before", "after"]


def settle(runs: Sequence[Run], before: Mapping[int, Masked], after: Mapping[int, Masked]) -> list[Run]:
    """Return the runs of one section with those added and removed slid to the beginning of an item."""
    settled = _settle(list(runs), before, "before", "removed")
    return _settle(settled, after, "after", "added")


def _settle(runs: list[Run], masked: Mapping[int, Masked], side: Side, relation: str) -> list[Run]:
    loose = [run for run in runs if run.relation == relation]
    if not any(_begins_late(_own(run, side), masked) for run in loose):
        return runs
    order = sorted((run for run in runs if _own(run, side)), key=lambda run: _own(run, side)[0])
    for run in loose:
        if _begins_late(_own(run, side), masked):
            at = order.index(run)
            changed = _down(order, at, masked, side) or _up(order, at, masked, side)
            for n, new in changed.items():
                order[n] = new
    return [*order, *(run for run in runs if not _own(run, side))]


def _begins_late(own: Sequence[int], masked: Mapping[int, Masked]) -> bool:
    return depth(masked[own[0]].number) > _outermost(own, masked)


def _outermost(own: Sequence[int], masked: Mapping[int, Masked]) -> int:
    return min(depth(masked[n].number) for n in own)


def _own(run: Run, side: Side) -> tuple[int, ...]:
    return run.before if side == "before" else run.after


def _other(run: Run, side: Side) -> tuple[int, ...]:
    return run.after if side == "before" else run.before


def _with(run: Run, side: Side, own: tuple[int, ...]) -> Run:
    return replace(run, before=own) if side == "before" else replace(run, after=own)


def _follows(one: Run, two: Run, side: Side) -> bool:
    """Say whether nothing stands between two paired runs on the other side."""
    return bool(_other(one, side)) and bool(_other(two, side)) and _other(one, side)[-1] + 1 == _other(two, side)[0]


def _single(run: Run) -> bool:
    return run.relation == "same" and len(run.before) == len(run.after) == 1


def _down(order: Sequence[Run], at: int, masked: Mapping[int, Masked], side: Side) -> dict[int, Run]:
    """Return what the runs become when the one ``at`` slides down, nothing where it can't."""
    own = list(_own(order[at], side))
    best = _outermost(own, masked)
    last = order[at - 1] if at else None
    changed: dict[int, Run] = {}
    for n in range(len(own)):
        if depth(masked[own[n]].number) == best:
            changed[at] = _with(order[at], side, (*own[n:], *(_own(order[at + 1 + k], side)[0] for k in range(n))))
            return changed
        if at + 1 + n >= len(order):
            return {}
        following = order[at + 1 + n]
        if not _single(following) or masked[_own(following, side)[0]].key != masked[own[n]].key:
            return {}
        if last is not None and not _follows(last, following, side):
            return {}
        changed[at + 1 + n] = _with(following, side, (own[n],))
        last = following
    return {}


def _up(order: Sequence[Run], at: int, masked: Mapping[int, Masked], side: Side) -> dict[int, Run]:
    """Return what the runs become when the one ``at`` slides up, nothing where it can't."""
    own = list(_own(order[at], side))
    best = _outermost(own, masked)
    last = order[at + 1] if at + 1 < len(order) else None
    changed: dict[int, Run] = {}
    for n in range(len(own)):
        if at - 1 - n < 0:
            return {}
        leading = order[at - 1 - n]
        place = own[len(own) - 1 - n]
        if not _single(leading) or masked[_own(leading, side)[0]].key != masked[place].key:
            return {}
        if last is not None and not _follows(leading, last, side):
            return {}
        changed[at - 1 - n] = _with(leading, side, (place,))
        last = leading
        if depth(masked[_own(leading, side)[0]].number) == best:
            slid = [_own(order[at - 1 - k], side)[0] for k in range(n, -1, -1)]
            changed[at] = _with(order[at], side, (*slid, *own[: len(own) - 1 - n]))
            return changed
    return {}
