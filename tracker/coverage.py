"""What should be public and is, or is not: every watched unit by year and kind. Pure.

[[watch]] × documents × sources ──▶ published · held · withdrawn · missing · failing · unlooked
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, Protocol, get_args

from tracker.deadlines import Deadline, Lateness, approval_fits, deadline, lateness, stated_day
from tracker.model import Kind, Scope
from tracker.normalize.identity import fold_unit

State = Literal["published", "held", "withdrawn", "missing", "failing", "unlooked"]
"""``published`` · ``held``: all that came waits for a person's ruling · ``withdrawn``: was public and is gone ·
``missing``: every source that could bring it is read, and it is not there · ``failing``: it is not there, and a source
that could bring it was not read at its last visit · ``unlooked``: no source that could bring it was ever read, or there
is none."""

STATES: tuple[State, ...] = get_args(State)


class Watch(Protocol):
    """What should exist, as configured (``[[watch]]``)."""

    @property
    def units(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def kinds(self) -> Sequence[Kind]: ...  # noqa: D102
    @property
    def scope(self) -> Scope | None: ...  # noqa: D102
    @property
    def years(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def since(self) -> int | None: ...  # noqa: D102
    @property
    def approved(self) -> Mapping[str, date]: ...  # noqa: D102
    @property
    def deadline(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A document that is known. ``seen_before``: the last look at where it was found that did not have it (None: it
    was there at the first one); ``gone_before`` and ``gone_since``: the last look with it, and the first without, where
    it is withdrawn; ``approved`` with its ``quote``: the day on which it says that it was approved."""

    document: str
    unit: str
    year: int
    kind: Kind
    scope: Scope
    state: Literal["current", "held", "withdrawn"]
    published_on: str | None = None
    seen_before: str | None = None
    seen_after: str
    gone_before: str | None = None
    gone_since: str | None = None
    approved: date | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """A source that could bring documents: its health, whether it was ever read, what its declaration pins, and the
    units whose documents it brought before."""

    name: str
    state: str
    read: bool
    unit: str | None = None
    year: int | None = None
    kind: Kind | None = None
    scope: Scope | None = None
    units: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One thing that should exist, and how it stands.

    ``scope`` is None where any will do and none is there. ``overdue``: days since the deadline of what is not public
    (negative: still to go; None: no rule gives a day). ``sources``: those that could bring it, with their states.
    """

    unit: str
    year: int
    kind: Kind
    scope: Scope | None
    state: State
    due: Deadline
    document: str | None = None
    published_on: str | None = None
    seen_before: str | None = None
    seen_after: str | None = None
    late: Lateness | None = None
    gone_before: str | None = None
    gone_since: str | None = None
    overdue: int | None = None
    quote: str | None = None
    sources: tuple[tuple[str, str], ...] = field(default=())


_BAD = ("failing", "blocked", "disallowed", "gone", "empty")
"""States of a source at whose last visit nothing could be found."""


def coverage(
    watches: Iterable[Watch],
    documents: Iterable[Published],
    sources: Iterable[Bringing],
    *,
    kept: Mapping[str, str],
    today: date,
) -> tuple[Covered, ...]:
    """Return how everything that is watched stands, by unit as configured, then by year and kind.

    ``kept`` maps folded names of units to the name that their documents are kept by. ``today`` is the day in
    Asia/Shanghai. What several watches name is told once, by the first.
    """
    known: dict[tuple[str, int, Kind], list[Published]] = {}
    for each in documents:
        known.setdefault((_folded(each.unit, kept), each.year, each.kind), []).append(each)
    bringing = tuple(sources)
    told: dict[tuple[str, int, Kind, Scope | None], Covered] = {}
    order: dict[str, int] = {}
    for watch in watches:
        for unit in watch.units:
            key = _folded(unit, kept)
            order.setdefault(key, len(order))
            able = _able(bringing, key, kept)
            for kind in watch.kinds:
                for year in _years(watch, kind, today):
                    found = [
                        each for each in known.get((key, year, kind), []) if watch.scope in (None, each.scope)
                    ] or [None]
                    for document in found:
                        one = _covered(watch, kept.get(fold_unit(unit), unit), year, kind, document, able, today)
                        told.setdefault((key, year, kind, one.scope), one)
    places = {kind: n for n, kind in enumerate(("budget", "final"))}
    return tuple(
        one
        for _, one in sorted(
            told.items(), key=lambda item: (order[item[0][0]], item[0][1], places[item[0][2]], item[0][3] or "")
        )
    )


def _covered(
    watch: Watch,
    unit: str,
    year: int,
    kind: Kind,
    document: Published | None,
    able: Sequence[Bringing],
    today: date,
) -> Covered:
    scope = watch.scope if document is None else document.scope
    approved = _approved(watch, kind, year)
    quote = None
    if approved is None and document is not None and document.approved is not None:
        approved, quote = document.approved, document.quote
    due = deadline(kind, year, scope, approved=approved, declared=watch.deadline)
    fitting = [each for each in able if _fits(each, year, kind, scope)]
    one = Covered(
        unit=unit,
        year=year,
        kind=kind,
        scope=scope,
        state="missing",
        due=due,
        quote=quote,
        overdue=None if due.day is None else (today - due.day).days,
        sources=tuple((each.name, each.state) for each in fitting),
    )
    if document is None:
        return replace(one, state=_absent(fitting))
    late = lateness(
        due.day,
        seen_before=document.seen_before,
        seen_after=document.seen_after,
        stated=stated_day(document.published_on),
    )
    return replace(
        one,
        state="published" if document.state == "current" else document.state,
        document=document.document,
        published_on=document.published_on,
        seen_before=document.seen_before,
        seen_after=document.seen_after,
        late=late,
        gone_before=document.gone_before,
        gone_since=document.gone_since,
        overdue=None,
    )


def _absent(able: Sequence[Bringing]) -> State:
    """Return the state of what is not there: that is known only where every source that could bring it was read."""
    if not any(each.read for each in able):
        return "unlooked"
    return "failing" if any(each.state in _BAD for each in able) else "missing"


def _able(sources: Iterable[Bringing], unit: str, kept: Mapping[str, str]) -> list[Bringing]:
    """Return the sources that could bring documents of ``unit``: pinned to it, or having brought some; where there
    are none, those that are no other unit's own: pinned to none, and having brought documents of several, or none."""
    free: list[Bringing] = []
    own: list[Bringing] = []
    for each in sources:
        if each.unit is not None:
            if _folded(each.unit, kept) == unit:
                own.append(each)
        elif unit in {_folded(name, kept) for name in each.units}:
            own.append(each)
        elif len(each.units) != 1:
            free.append(each)
    return own or free


def _fits(source: Bringing, year: int, kind: Kind, scope: Scope | None) -> bool:
    """Tell whether nothing that the source's declaration pins speaks against such a document."""
    pins: tuple[tuple[object, object], ...] = ((source.year, year), (source.kind, kind), (source.scope, scope))
    return all(pin is None or wanted is None or pin == wanted for pin, wanted in pins)


def _approved(watch: Watch, kind: Kind, year: int) -> date | None:
    """Return the day of approval that the configuration gives: for the kind for which it can be one, where the watch
    has several."""
    day = watch.approved.get(str(year))
    if day is None or (len(watch.kinds) > 1 and not approval_fits(kind, year, day)):
        return None
    return day


def _years(watch: Watch, kind: Kind, today: date) -> Sequence[int]:
    """Return the years that are listed, or all from ``since`` to the last one whose disclosure is to come this year."""
    if watch.years:
        return sorted(set(watch.years))
    last = today.year - 1 if kind == "final" else today.year
    return range(last if watch.since is None else watch.since, last + 1)


def _folded(unit: str, kept: Mapping[str, str]) -> str:
    return fold_unit(kept.get(fold_unit(unit), unit))
