"""From what was looked at to the states a document stood in. Pure: the same observations, in any order, give the
same states.

A *slot* is a stable place where one file of a document stands. At each moment the document is the sum of what its
slots hold; a state is a run of time in which that sum did not change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from tracker.holds import accepted, holds_any, lost_content
from tracker.merging import contents, merge
from tracker.model import Disclosure, Problem
from tracker.taxonomy.statements import Forms

TEXT_SLOT = ""
"""The slot of a text that was handed over without an address: the document's one text slot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One look that brought a text: when (UTC, ISO 8601; ``seq`` orders looks of one second), at which slot, which
    capture, read as what.

    ``ruling`` is a person's word on the capture: ``accept`` lifts a hold, ``reject`` leaves it out.
    """

    look: str
    at: str
    seq: int = 0
    slot: str
    sha: str
    disclosure: Disclosure
    ruling: Literal["accept", "reject"] | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a document in one state."""

    slot: str
    sha: str
    role: Literal["only", "first", "later"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A run of time in which one version stood. ``last_at`` is the last look that still saw it.

    ``joined`` is set where the state differs from the one before only by a piece that came later.
    """

    n: int
    first_at: str
    last_at: str
    pieces: tuple[Piece, ...]
    disclosure: Disclosure
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A capture that waits for a ruling: its figures are shown, nothing is compared."""

    look: str
    at: str
    slot: str
    sha: str
    disclosure: Disclosure
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All states of one document, in time, and what is held beside them."""

    states: tuple[State, ...] = ()
    held: tuple[Held, ...] = ()
    rejected: tuple[str, ...] = ()
    last_at: str = ""


@dataclass(slots=True)
class _Standing:
    """What the slots hold while the observations are walked through."""

    forms: Forms | None
    slots: dict[str, Observation] = field(default_factory=dict[str, Observation])
    states: list[State] = field(default_factory=list[State])
    held: list[Held] = field(default_factory=list[Held])

    def merged(self) -> Disclosure:
        return merge(tuple(observation.disclosure for _, observation in sorted(self.slots.items())))


def timeline(observations: Sequence[Observation], forms: Forms | None = None) -> Timeline:
    """Walk through the observations in the order of time and return the states that the document stood in.

    ``forms`` are the standard tables, whose sums tell damage from revision where a table prints no formula.

    Observations of one moment are one state (a page and its attachments). The order of arrival decides nothing:
    ties are broken by slot and capture.
    """
    standing = _Standing(forms)
    ordered = sorted(observations, key=lambda o: (o.at, o.seq, o.slot, o.sha))
    rejected = tuple(o.look for o in ordered if o.ruling == "reject")
    for (at, _), together in groupby((o for o in ordered if o.ruling != "reject"), key=lambda o: (o.at, o.seq)):
        _advance(standing, at, tuple(together))
    return Timeline(
        states=tuple(standing.states),
        held=tuple(standing.held),
        rejected=rejected,
        last_at=ordered[-1].at if ordered else "",
    )


def _advance(standing: _Standing, at: str, together: Sequence[Observation]) -> None:
    before = dict(standing.slots)
    witnessed = False
    joined = bool(before)
    for each in together:
        observation = each if each.ruling != "accept" else replace(each, disclosure=accepted(each.disclosure))
        outcome = _judge(standing, observation)
        if isinstance(outcome, tuple):
            standing.held.append(_hold(observation, outcome))
            continue
        if outcome is None:
            witnessed = True
            continue
        replaced = _replaced(standing.slots, outcome, observation)
        joined = joined and outcome not in before and not replaced
        for slot in replaced:
            del standing.slots[slot]
        standing.slots[outcome] = observation
    if standing.slots == before:
        if witnessed and standing.states:
            standing.states[-1] = replace(standing.states[-1], last_at=at)
        return
    disclosure = standing.merged()
    if standing.states and standing.states[-1].disclosure.digest == disclosure.digest:
        standing.states[-1] = replace(standing.states[-1], last_at=at)
        return
    standing.states.append(
        State(
            n=len(standing.states) + 1,
            first_at=at,
            last_at=at,
            pieces=_pieces(standing.slots),
            disclosure=disclosure,
            joined=joined,
        )
    )


def _judge(standing: _Standing, observation: Observation) -> str | tuple[Problem, ...] | None:
    """Return the slot that the observation takes, None for a second witness, or the problems that hold it."""
    ruled = observation.ruling == "accept"
    disclosure = observation.disclosure
    holding = tuple(problem for problem in disclosure.problems if holds_any(problem))
    if holding:
        return holding
    current = standing.slots
    if any(o.disclosure.digest == disclosure.digest for o in current.values()):
        return None
    own = contents(disclosure)
    disjoint = all(not own & contents(o.disclosure) for o in current.values())
    here = current.get(observation.slot)
    if here is None:
        if disjoint or ruled:
            return observation.slot
        others = ", ".join(sorted(slot or "(text)" for slot in current))
        return (Problem(code="identity.overlap", place=observation.slot, details=(("slots", others),), holds=True),)
    if disjoint and own and observation.slot == TEXT_SLOT:
        # Two files handed over without an address that share nothing are two pieces: each needs a slot of its own,
        # named by what it holds, so that the order of arrival decides nothing.
        return f"{TEXT_SLOT}+{min(own)}"
    if observation.slot == TEXT_SLOT:
        rivals = [slot for slot, o in current.items() if own & contents(o.disclosure)]
        slot = rivals[0] if len(rivals) == 1 and rivals[0].startswith(TEXT_SLOT) else observation.slot
        here = current[slot]
    else:
        slot = observation.slot
    lost = () if ruled else lost_content(here.disclosure, disclosure, standing.forms)
    return lost or slot


def _replaced(slots: dict[str, Observation], slot: str, observation: Observation) -> tuple[str, ...]:
    """Return the other slots whose content an accepted capture brings anew: the document moved to its address."""
    if observation.ruling != "accept":
        return ()
    own = contents(observation.disclosure)
    there = {other: contents(o.disclosure) for other, o in slots.items() if other != slot}
    return tuple(other for other, held in there.items() if held and len(own & held) * 2 >= len(held))


def _hold(observation: Observation, problems: tuple[Problem, ...]) -> Held:
    return Held(
        look=observation.look,
        at=observation.at,
        slot=observation.slot,
        sha=observation.sha,
        disclosure=observation.disclosure,
        problems=problems,
    )


def _pieces(slots: dict[str, Observation]) -> tuple[Piece, ...]:
    first = min((o.at, o.seq) for o in slots.values())
    only = len(slots) == 1
    return tuple(
        Piece(slot, o.sha, "only" if only else "first" if (o.at, o.seq) == first else "later")
        for slot, o in sorted(slots.items())
    )


@dataclass(frozen=True, slots=True)
class YearPair:
    """Two states of neighbouring years that were current together; all but the last pair are superseded."""

    before: State
    after: State
    superseded: bool


def year_pairs(before: Sequence[State], after: Sequence[State]) -> tuple[YearPair, ...]:
    """Return the pairs of states that stood side by side, in time, from the states of two documents."""
    moments = sorted({s.first_at for s in (*before, *after)})
    pairs: list[tuple[State, State]] = []
    for moment in moments:
        left = _standing_at(before, moment)
        right = _standing_at(after, moment)
        if left is not None and right is not None and (not pairs or pairs[-1] != (left, right)):
            pairs.append((left, right))
    return tuple(YearPair(left, right, i < len(pairs) - 1) for i, (left, right) in enumerate(pairs))


def _standing_at(states: Sequence[State], moment: str) -> State | None:
    standing = [state for state in states if state.first_at <= moment]
    return standing[-1] if standing else None
