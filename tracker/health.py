"""How the sources are: what an operator has to know, told apart from what readers want to know. Pure.

A source's state is that of the address it begins at, for without that nothing new is found; where that one is read but
nothing that it leads to is, it is theirs.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast, get_args

from storage.operations import Alarm, Brought, Scheduled, Waited
from storage.rows import Look
from tracker.moments import moment
from tracker.schedule import READ, TROUBLES, begun, interval, visits

State = Literal["ok", "new", "failing", "blocked", "disallowed", "gone", "empty", "stale", "waiting"]
"""``ok``: read at the last visit · ``new``: never looked at · ``failing``: no whole answer, or an error · ``blocked``:
refused, or asked to log in or to prove to be a browser · ``disallowed``: robots.txt forbids it · ``gone``: the server
says there is no such page · ``empty``: the listing is read and leads to nothing · ``stale``: not looked at for thrice
as long as it should · ``waiting``: due, but its host is to be left alone for a while."""

STATES: tuple[State, ...] = get_args(State)

_OF: Mapping[str, State] = {
    "failed": "failing",
    "unavailable": "failing",
    "error_page": "failing",
    "login": "blocked",
    "challenge": "blocked",
    "blocked": "blocked",
    "disallowed": "disallowed",
    "gone": "gone",
}

_SILENT = ("new", "stale", "waiting")
"""States that raise no alarm: nothing was met at the source."""

_LATE = 3
"""How many times as long as it should a source may be left alone before it is stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source is. ``since``: the visit from which on it has been so, as far as its looks tell; ``failures``: how
    many visits in a row, up to the last, were not read; ``outcome``, ``status`` and ``error`` are those of the look
    that speaks for it; ``last_change``: when a revision of one of its documents was last detected."""

    source: str
    place: str
    address: str
    state: State
    since: str | None = None
    last_visit: str | None = None
    last_success: str | None = None
    failures: int = 0
    outcome: str | None = None
    status: int | None = None
    error: str | None = None
    next_look: str | None = None
    waits_until: str | None = None
    documents: int = 0
    captures: int = 0
    last_change: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is configured of a source: ``entry`` is the slot that it begins at, ``every`` the time between two visits;
    None where it has none (a folder, a file)."""

    name: str
    place: str
    address: str
    entry: str | None = None
    every: timedelta | None = None


def health(
    source: Source,
    looks: Iterable[Look],
    *,
    now: datetime,
    scheduled: Scheduled | None = None,
    waited: Waited | None = None,
    brought: Brought | None = None,
) -> Health:
    """Return how ``source`` is, from its last ``looks`` (in any order), when it is due, and what its host asked for.

    ``failures``, ``since`` and ``last_success`` reach as far back as the looks do.
    """
    told = [_speaking(source, visit) for visit in visits(looks)]
    states: list[State] = [_met(source, visit) for visit in visits(looks)]
    waiting = waited if waited is not None and moment(waited.until) > now else None
    state = _state(source, states, told, now=now, scheduled=scheduled, waiting=waiting)
    bad = _trailing(states, lambda each: each not in ("ok", "empty"))
    same = _trailing(states, lambda each: each == states[-1])
    good = [begun(look) for look, each in zip(told, states, strict=True) if each in ("ok", "empty")]
    last = told[-1] if told else None
    return Health(
        source=source.name,
        place=source.place,
        address=source.address,
        state=state,
        since=begun(told[-same]) if same else None,
        last_visit=begun(last) if last else None,
        last_success=good[-1] if good else None,
        failures=bad,
        outcome=last.outcome if last else None,
        status=last.status if last else None,
        error=last.error if last else None,
        next_look=scheduled.next_due if scheduled else None,
        waits_until=waiting.until if waiting else None,
        documents=len(brought.documents) if brought else 0,
        captures=brought.captures if brought else 0,
        last_change=brought.last_change if brought else None,
    )


def raised(standing: Mapping[str, str], healths: Iterable[Health], at: str) -> tuple[Alarm, ...]:
    """Return an alarm for each source whose state is another than the one in ``standing``: what was last said of it.

    A source of which nothing was said is taken for sound. That one was not looked at, or waits, is no alarm.
    """
    alarms: list[Alarm] = []
    for each in healths:
        before = standing.get(each.source, "ok")
        if each.state not in _SILENT and each.state != before:
            alarms.append(Alarm(at=at, source=each.source, before=before, after=each.state, reason=_reason(each)))
    return tuple(alarms)


def _reason(of: Health) -> str:
    """Return what was met, in raw words: ``blocked 403``, ``failed timeout: …``; empty for a sound source."""
    if of.state == "ok":
        return ""
    said = [of.outcome or "", "" if of.status is None else str(of.status), of.error or ""]
    return " ".join(each for each in said if each)


def _state(
    source: Source,
    states: Sequence[State],
    told: Sequence[Look],
    *,
    now: datetime,
    scheduled: Scheduled | None,
    waiting: Waited | None,
) -> State:
    met = states[-1] if states else "new"
    if met not in ("ok", "empty", "new"):
        return met
    if waiting is not None and (scheduled is None or scheduled.next_due <= waiting.until):
        return "waiting"
    if told and source.every is not None:
        failures = scheduled.failures if scheduled else 0
        if now - moment(begun(told[-1])) > _LATE * interval(source.every, failures):
            return "stale"
    return met


def _speaking(source: Source, visit: Sequence[Look]) -> Look:
    """Return the look of a visit that speaks for the source: the one at the address it begins at, or where that is
    read and nothing else is, the last of the others."""
    entry = next((look for look in visit if look.slot == source.entry), visit[0])
    others = [look for look in visit if look is not entry and look.outcome != "listing"]
    if entry.outcome in READ and others and all(look.outcome in TROUBLES for look in others):
        return others[-1]
    return entry


def _met(source: Source, visit: Sequence[Look]) -> State:
    """Return what a visit met."""
    look = _speaking(source, visit)
    if look.outcome not in READ:
        return _OF.get(look.outcome, "ok")
    return "empty" if _leads_nowhere(look) else "ok"


def _leads_nowhere(entry: Look) -> bool:
    """Tell whether a listing was read and had no link to follow."""
    return cast("Mapping[str, object]", json.loads(entry.claims)).get("links") == 0


def _trailing(states: Sequence[State], holds: Callable[[State], bool]) -> int:
    """Return how many of the last ones in a row ``holds`` is true of."""
    count = 0
    for state in reversed(states):
        if not holds(state):
            break
        count += 1
    return count
