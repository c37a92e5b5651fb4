"""What a look says of a place, and when a place counts as empty. Pure.

A look is an *observation* (it brought the document), an *absence* (there was nothing, or another document), *not
modified* (what the place held before stands), or *unclear* (bytes that are nobody's document). Looks that failed, were
refused or blocked say nothing and are no events.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from tracker.model import Disclosure

PATIENCE = (3, 3)
"""Looks and days over which a place has to be empty, where a look does not say (`withdrawn_after`)."""

Role = Literal["content", "page", "notice"]
"""What a file is to its document: it discloses, it only leads to the files that do, it explains a correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One look that brought a text: when (UTC, ISO 8601; ``seq`` orders looks of one second), at which slot, which
    capture, read as what.

    ``ruling`` is a person's word on the capture: ``accept`` lifts a hold, ``reject`` leaves it out. ``visit`` names
    the visit, whose looks are one moment ("": the look stands alone). ``address`` is where the server wants it to be
    asked for. ``page`` is the slot of the page whose attachment it is, ``archive`` that of the archive that it is in,
    ``attachments`` the slots that it links. ``told`` are the words of the link and the title that led to it; ``expect``
    what its source says that it has. ``supposed``: nobody looked then, but the page linked it.
    """

    look: str
    at: str
    seq: int = 0
    slot: str
    sha: str
    disclosure: Disclosure
    ruling: Literal["accept", "reject"] | None = None
    visit: str = ""
    role: Role = "content"
    address: str = ""
    page: str | None = None
    archive: str = ""
    attachments: tuple[str, ...] = ()
    expect: tuple[tuple[str, int | str], ...] = ()
    told: tuple[str, ...] = ()
    etag: str = ""
    modified: str = ""
    supposed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One look that did not find the document: ``how`` (the status, ``soft``: a page that says so, ``replaced``), and
    ``by`` which document it was replaced. ``patience`` are the looks and days that make it a withdrawal."""

    look: str
    at: str
    seq: int = 0
    slot: str
    how: str
    by: str = ""
    patience: tuple[int, int] = PATIENCE
    visit: str = ""
    sha: str = ""
    etag: str = ""
    modified: str = ""

    @property
    def told(self) -> str:
        """How it is gone, in a word or two: ``404``, ``replaced: NAME``."""
        return f"{self.how}: {self.by}" if self.by else self.how


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmodified:
    """One look to which the server answered that nothing changed (304)."""

    look: str
    at: str
    seq: int = 0
    slot: str
    visit: str = ""
    address: str = ""
    sha: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """One look that brought bytes of which nobody knows whose document they are, or that a person rejected."""

    look: str
    at: str
    seq: int = 0
    slot: str
    sha: str
    etag: str = ""
    modified: str = ""


Event = Observation | Absence | Unmodified | Unclear
Telling = Observation | Absence


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a document in one state."""

    slot: str
    sha: str
    role: Literal["only", "first", "later", "page", "notice"]


@dataclass(frozen=True, slots=True)
class Moment:
    """What was seen at once: number ``n`` in time, by one visit or one look."""

    n: int
    observations: tuple[Observation, ...]
    absences: tuple[Absence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Absences in a row that make a withdrawal: numbers of the moment of the last sighting (-1: none), of the first
    absence, and of the one that made it certain."""

    sighted: int
    first_n: int
    confirmed: int
    first: Absence


def told(ordered: Sequence[Event]) -> list[Telling]:
    """Return what the events (by time) tell: each “not modified” becomes what it repeats, unless it was a lie.

    A server that answers 304 and later sends other bytes under the validators of the bytes before has looked at
    nothing: its 304s between are no evidence.
    """
    by_slot: defaultdict[str, list[Event]] = defaultdict(list)
    for event in ordered:
        by_slot[event.slot].append(event)
    found: list[Telling] = []
    for _, events in sorted(by_slot.items()):
        found += _told(events)
    return found + _supposed(found, by_slot)


def _told(events: Sequence[Event]) -> list[Telling]:
    found: list[Telling] = []
    last: Observation | Absence | Unclear | None = None
    since: list[Telling] = []
    for event in events:
        if isinstance(event, Unmodified):
            if isinstance(last, Observation):
                address = event.address or last.address
                repeated = replace(
                    last, look=event.look, at=event.at, seq=event.seq, visit=event.visit, address=address
                )
                since.append(repeated)
            elif isinstance(last, Absence):
                since.append(replace(last, look=event.look, at=event.at, seq=event.seq, visit=event.visit))
            continue
        rejected = isinstance(event, Observation) and event.ruling == "reject"
        if event.sha:
            if last is None or not _lied(last, event):
                found += since
            since, last = [], event
        if isinstance(event, Unclear) or rejected:
            last = None
        else:
            found.append(event)
    return found + since


def _lied(before: Observation | Absence | Unclear, after: Observation | Absence | Unclear) -> bool:
    """Tell whether other bytes came under the same validators."""
    if before.sha == after.sha:
        return False
    same_tag = bool(before.etag) and before.etag == after.etag
    return same_tag or (bool(before.modified) and before.modified == after.modified)


def _supposed(found: Sequence[Telling], by_slot: Mapping[str, Sequence[Event]]) -> list[Telling]:
    """Return what stood before we came to look at it: files that a page linked already when it was seen, and the page
    of files that came first. That we were late is no change of the publisher's."""
    linked: dict[str, Observation] = {}
    firsts: dict[str, Observation] = {}
    for each in sorted((e for e in found if isinstance(e, Observation)), key=lambda e: (e.at, e.seq, e.slot, e.look)):
        for slot in (*each.attachments, *([each.page] if each.page else [])):
            linked.setdefault(slot, each)
        firsts.setdefault(each.slot, each)
    late: list[Telling] = []
    for slot, first in sorted(firsts.items()):
        by = linked.get(first.archive or slot)
        # Found empty, or with something else, before: then it really came later.
        untouched = by_slot[slot][0].look == first.look
        if by is None or not untouched or slot == by.slot or (by.visit and by.visit == first.visit):
            continue
        if (by.at, by.seq) < (first.at, first.seq):
            late.append(replace(first, at=by.at, seq=by.seq, visit=by.visit, supposed=True))
    return late


def moments(events: Iterable[Telling]) -> tuple[Moment, ...]:
    """Return the events by the moments in which they were seen, in time."""
    groups: defaultdict[tuple[str, int, str], list[Telling]] = defaultdict(list)
    for event in events:
        groups[("", 0, event.visit) if event.visit else (event.at, event.seq, "")].append(event)
    ordered = sorted(groups.items(), key=lambda item: (min((e.at, e.seq) for e in item[1]), item[0]))
    found: list[Moment] = []
    for n, (_, group) in enumerate(ordered):
        own = sorted(group, key=lambda e: (e.slot, e.at, e.seq, e.sha, e.look))
        found.append(
            Moment(
                n,
                tuple(e for e in own if isinstance(e, Observation)),
                tuple(e for e in own if isinstance(e, Absence)),
            )
        )
    return tuple(found)


def runs(every: Sequence[Moment]) -> dict[str, tuple[Run, ...]]:
    """Return, by slot, the absences in a row that last long enough: over so many moments, and so many days.

    Once that is so it stays so: a later patience decides nothing about what was certain before.
    """
    open_: dict[str, list[tuple[int, Absence]]] = {}
    sighted: dict[str, int] = {}
    found: defaultdict[str, list[Run]] = defaultdict(list)

    def close(slot: str) -> None:
        run = _certain(open_.pop(slot, []), sighted.get(slot, -1))
        if run is not None:
            found[slot].append(run)

    for moment in every:
        for each in moment.observations:
            close(each.slot)
            sighted[each.slot] = moment.n
        seen = {each.slot for each in moment.observations}
        for absence in moment.absences:
            if absence.slot not in seen:
                open_.setdefault(absence.slot, []).append((moment.n, absence))
    for slot in sorted(open_):
        close(slot)
    return {slot: tuple(each) for slot, each in found.items()}


def _certain(absences: Sequence[tuple[int, Absence]], sighted: int) -> Run | None:
    seen: set[int] = set()
    for n, absence in absences:
        seen.add(n)
        looks, days = absence.patience
        if len(seen) >= looks and _after(absences[0][1].at, absence.at) >= timedelta(days=days):
            return Run(sighted=sighted, first_n=absences[0][0], confirmed=n, first=absences[0][1])
    return None


def _after(first: str, last: str) -> timedelta:
    return datetime.fromisoformat(last) - datetime.fromisoformat(first)
