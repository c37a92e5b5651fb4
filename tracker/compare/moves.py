"""Passages that only changed place.

A passage left over on one side whose masked text is left over on the other side, long enough to be no boilerplate
(无。 is never moved), has moved; neighbours that went with it belong to the same move.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

LONG_ENOUGH = 10
"""Characters of masked text from which a passage alone can be recognized in another place."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A run of passages, by index, that stands elsewhere after."""

    before: tuple[int, ...]
    after: tuple[int, ...]


def moves(
    before: Mapping[int, str],
    after: Mapping[int, str],
    left_before: Sequence[Sequence[int]],
    left_after: Sequence[Sequence[int]],
) -> list[Moved]:
    """Return the moves among the passages left over, given in runs that hang together; one entry a run.

    ``before`` and ``after`` say by what each passage left over is recognized: its masked text first of all.
    """
    next_before = {i: k for run in left_before for i, k in pairwise(run)}
    next_after = {j: k for run in left_after for j, k in pairwise(run)}
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for run in left_after:
        for j in run:
            places[after[j]].append(j)
    partner: dict[int, int] = {}
    for run in left_before:
        for i in run:
            found = places.get(before[i])
            if found and len(before[i]) >= LONG_ENOUGH:
                partner[i] = found.popleft()
    _extend(partner, before, after, next_before, next_after)
    previous_before, previous_after = ({k: i for i, k in beside.items()} for beside in (next_before, next_after))
    _extend(partner, before, after, previous_before, previous_after)
    found_moves: list[Moved] = []
    for i in sorted(partner):
        last = found_moves[-1] if found_moves else Moved((), ())
        if last.before and next_before.get(last.before[-1]) == i and next_after.get(last.after[-1]) == partner[i]:
            found_moves[-1] = Moved((*last.before, i), (*last.after, partner[i]))
        else:
            found_moves.append(Moved((i,), (partner[i],)))
    return found_moves


def _extend(
    partner: dict[int, int],
    before: Mapping[int, str],
    after: Mapping[int, str],
    beside_before: dict[int, int],
    beside_after: dict[int, int],
) -> None:
    """Take short neighbours along (a heading, 无。), in one direction."""
    taken = set(partner.values())
    for start in sorted(partner):
        i, j = beside_before.get(start), beside_after.get(partner[start])
        while i is not None and j is not None and i not in partner and j not in taken:
            if before[i] != after[j]:
                break
            partner[i] = j
            taken.add(j)
            i, j = beside_before.get(i), beside_after.get(j)
