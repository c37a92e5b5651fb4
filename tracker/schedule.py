"""When a source is looked at, and which of its addresses then. Pure: the same looks and the same moment, the same plan.

Nothing here draws lots: what is spread over time is spread by the hash of a name, so that a service that is started
again plans what it would have planned. Moments are aware datetimes in UTC; hours of a day are those of Asia/Shanghai.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone
from itertools import groupby
from typing import Protocol, cast

from storage.rows import Look

READ = frozenset({"captured", "unmodified", "listing"})
"""Outcomes that say what stands at an address."""

TROUBLES = frozenset({"failed", "unavailable", "error_page", "login", "challenge", "blocked", "disallowed"})
"""Outcomes that say nothing of what stands there; ``gone`` is neither: the server said that nothing does."""

_SHANGHAI = timezone(timedelta(hours=8))
_WEEK = timedelta(days=7)
_LONGEST_REST = timedelta(days=30)
_MOST_JITTER = timedelta(minutes=30)
_PATIENT = 3
"""Failures of one address, while its site answers otherwise, after which it is asked less often."""


class Quiet(Protocol):
    """Hours in which a server is left alone."""

    def has(self, at: time) -> bool:
        """Tell whether ``at`` (Asia/Shanghai) falls into them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What a configuration says of one source's times.

    ``every``: from one visit to the next; ``recheck``: from one look at a document to the next, ``every`` or longer;
    ``unconditional``: the longest that only a server's word is taken for it that nothing changed; ``patience``: over
    how many looks, and over how many days, a document has to be gone to be withdrawn; ``quiet``: its host's hours.
    """

    every: timedelta
    recheck: timedelta
    unconditional: timedelta
    patience: tuple[int, int] = (3, 3)
    quiet: Sequence[Quiet] = ()


# --- when ------------------------------------------------------------------------------------------------------------


def next_due(
    name: str,
    timing: Timing,
    *,
    now: datetime,
    last_visit: datetime | None,
    failures: int = 0,
    wait: datetime | None = None,
) -> datetime:
    """Return when the source ``name`` is to be visited next: ``now`` where it is due, or overdue.

    - A source never visited is due at once. However many visits were missed, one makes up for them.
    - ``last_visit`` is when the last one began. Visits are ``every`` apart, give or take a twentieth (30 minutes at
      most), differently for each source and day.
    - ``failures``, the failing visits in a row, double the distance from the second on, to a week at most; what is
      rarer than weekly stays as it is.
    - ``wait`` is a moment before which its host is not to be asked (Retry-After); hours of quiet come after all that.
    """
    due = now
    if last_visit is not None:
        # A clock that was set back leaves visits in the future; they are taken for visits of now.
        last = min(last_visit, now)
        due = last + interval(timing.every, failures) + _jitter(name, last, timing.every)
    due = max(due, now, wait or now)
    return _after_quiet(due, timing.quiet)


def interval(every: timedelta, failures: int) -> timedelta:
    """Return the time between two visits after ``failures`` failing ones: the first costs nothing, each more doubles
    it, up to a week."""
    return max(every, min(every * 2 ** min(max(failures - 1, 0), 20), _WEEK))


def _jitter(name: str, last: datetime, every: timedelta) -> timedelta:
    most = min(every / 20, _MOST_JITTER)
    return most * (2 * share(name, last.astimezone(_SHANGHAI).date().isoformat()) - 1)


def share(*parts: str) -> float:
    """Return a number from 0 up to 1 that only ``parts`` decide."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _after_quiet(moment: datetime, quiet: Sequence[Quiet]) -> datetime:
    """Return the first minute from ``moment`` on that is not quiet; ``moment`` itself where a whole day is."""
    at = moment
    for _ in range(24 * 60 + 1):
        hour = at.astimezone(_SHANGHAI).time()
        if not any(hours.has(hour) for hours in quiet):
            return at
        at = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return moment


# --- visits ----------------------------------------------------------------------------------------------------------


def moment(stamp: str) -> datetime:
    """Return a kept time (``2024-09-20T03:00:00Z``) as a moment."""
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def visits(looks: Iterable[Look]) -> tuple[tuple[Look, ...], ...]:
    """Return the looks of one source by the visits they belong to, and inside those by time. A look of no visit is
    one of its own moment."""
    ordered = sorted(looks, key=lambda look: (begun(look), look.at, look.seq, look.slot, look.id))
    return tuple(tuple(each) for _, each in groupby(ordered, key=begun))


def begun(look: Look) -> str:
    """Return when the visit of ``look`` began."""
    return look.visit or look.at


def last_visit(looks: Iterable[Look]) -> datetime | None:
    """Return when the last visit to a source began, from its looks; None where there was none."""
    latest = max(map(begun, looks), default=None)
    return None if latest is None else moment(latest)


def failures(looks: Iterable[Look]) -> int:
    """Return how many visits in a row, up to the last, got no answer that says what stands there or that nothing
    does."""
    count = 0
    for visit in reversed(visits(looks)):
        if any(look.outcome not in TROUBLES for look in visit):
            break
        count += 1
    return count


# --- which addresses, and how ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How an address is asked.

    ``etag`` and ``modified`` are those of the bytes ``sha``, for which an answer that nothing changed then stands;
    where neither is set the request is unconditional. ``unconditional`` is set where validators are known and are
    left out on purpose.
    """

    slot: str
    etag: str | None = None
    modified: str | None = None
    sha: str | None = None
    unconditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be asked in one visit to a source.

    ``due``: the addresses of documents and attachments that are to be asked whether a page still links them or not;
    ``known``: all of them. Neither has listings: a visit goes through those each time.
    """

    timing: Timing
    now: datetime
    due: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    slots: Mapping[str, Sequence[Look]] = field(default_factory=dict[str, Sequence[Look]])

    def wants(self, slot: str) -> bool:
        """Tell whether an address that a page links now is to be asked in this visit: a new one is; a withdrawn one
        too, for a link to it says that it may be back."""
        looks = self.slots.get(slot, ())
        return not looks or slot in self.due or _rested(looks, self.timing.recheck, self.timing, self.now)

    def ask(self, slot: str) -> Asking:
        """Return how ``slot`` is asked now: a document, an attachment or a listing, known or new."""
        return _asking(slot, self.slots.get(slot, ()), self.timing, self.now)


def plan(looks: Iterable[Look], timing: Timing, now: datetime) -> Plan:
    """Return what a visit beginning ``now`` asks of the source that ``looks`` (all of them, in any order) are of.

    - A document is due when ``recheck`` has passed since the last look, rounded to the nearest visit. A page and its
      attachments are due together, so that they are seen at one moment.
    - One that was gone at the last look is due in each visit until it is withdrawn; then ever less often, up to 30
      days apart, never never.
    - One that failed thrice in a row, while others of the source were read, is asked ever less often, up to a week
      apart.
    """
    slots: dict[str, list[Look]] = {}
    answered: set[str] = set()
    for visit in visits(looks):
        for look in visit:
            slots.setdefault(look.slot, []).append(look)
            if look.outcome in READ:
                answered.add(begun(look))
    known = [slot for slot, seen in slots.items() if not _is_listing(seen)]
    due: set[str] = set()
    resting: set[str] = set()
    for slot in known:
        often = _distance(slots[slot], timing, answered)
        if often > max(timing.recheck, timing.every):
            resting.add(slot)
        if _rested(slots[slot], often, timing, now):
            due.add(slot)
    families = {slot: _page(slots[slot]) or slot for slot in known}
    stirred = {families[slot] for slot in due}
    due |= {slot for slot in known if families[slot] in stirred and slot not in resting}
    order = sorted(due, key=lambda slot: (families[slot], slot != families[slot], slot))
    return Plan(timing=timing, now=now, due=tuple(order), known=tuple(sorted(known)), slots=slots)


def withdrawn(looks: Sequence[Look], patience: tuple[int, int]) -> int:
    """Return how many looks at one slot, of those since it is gone, came after enough of them over enough days; 0
    where it is not gone, or not long enough. Looks that failed say neither."""
    gone: list[datetime] = []
    for look in reversed(looks):
        if look.outcome == "gone":
            gone.append(moment(begun(look)))
        elif look.outcome in READ:
            break
    gone.reverse()
    enough, days = patience
    for n, at in enumerate(gone, 1):
        if n >= enough and at - gone[0] >= timedelta(days=days):
            return len(gone) - n + 1
    return 0


def _distance(looks: Sequence[Look], timing: Timing, answered: set[str]) -> timedelta:
    """Return how long after its last look a slot is due."""
    since = withdrawn(looks, timing.patience)
    if since:
        return max(timing.recheck, min(timing.recheck * 2 ** min(since, 20), _LONGEST_REST))
    told = [look for look in looks if look.outcome not in TROUBLES]
    if told and told[-1].outcome == "gone":
        return min(timing.recheck, timing.every)
    failed = 0
    for look in reversed(looks):
        if look.outcome not in TROUBLES:
            break
        # Where nothing of a source is read, the source is visited less often; this one is not to blame. What robots
        # forbid costs nobody a request.
        failed += begun(look) in answered and look.outcome != "disallowed"
    if failed >= _PATIENT:
        return max(timing.recheck, min(timing.recheck * 2 ** min(failed - _PATIENT + 1, 20), _WEEK))
    return timing.recheck


def _rested(looks: Sequence[Look], distance: timedelta, timing: Timing, now: datetime) -> bool:
    """Tell whether ``distance`` has passed since the last look, by the visit that comes nearest to that."""
    passed = now - moment(begun(looks[-1]))
    return passed < timedelta() or passed >= distance - timing.every / 2


def _is_listing(looks: Sequence[Look]) -> bool:
    for look in reversed(looks):
        if look.outcome in ("listing", "captured"):
            return look.outcome == "listing"
    return any(_claims(look).get("listing") for look in looks)


def _page(looks: Sequence[Look]) -> str | None:
    """Return the page whose attachment this is."""
    for look in reversed(looks):
        page = _claims(look).get("page")
        if page:
            return str(page)
    return None


def _claims(look: Look) -> Mapping[str, object]:
    return cast("Mapping[str, object]", json.loads(look.claims))


def _asking(slot: str, looks: Sequence[Look], timing: Timing, now: datetime) -> Asking:
    brought = [look for look in looks if look.sha is not None and look.outcome in ("captured", "listing")]
    if not brought:
        return Asking(slot=slot)
    last = brought[-1]
    etag, modified = _validators(last)
    for look in looks[looks.index(last) + 1 :]:
        if look.outcome == "unmodified":  # may say them anew
            newer = _validators(look)
            etag, modified = newer[0] or etag, newer[1] or modified
    if etag is None and modified is None:
        return Asking(slot=slot)
    # Where a redirect led elsewhere, the validators are not of the address that would hear them.
    hops = cast("Mapping[str, object]", json.loads(last.exchange)).get("hops")
    if hops or _relied_long(slot, brought, timing, now):
        return Asking(slot=slot, unconditional=True)
    return Asking(slot=slot, etag=etag, modified=modified, sha=last.sha)


def _validators(look: Look) -> tuple[str | None, str | None]:
    headers = cast("Mapping[str, str]", json.loads(look.headers))
    return headers.get("etag") or None, headers.get("last-modified") or None


def _relied_long(slot: str, brought: Sequence[Look], timing: Timing, now: datetime) -> bool:
    """Tell whether bytes are to be asked for again whatever the server says of them.

    Pages of one site are found on one day: their first time comes sooner, each at its own, so that they are not all
    asked for on one day for ever.
    """
    longest = timing.unconditional
    if len(brought) == 1:
        longest *= 0.5 + share(slot) / 2
    passed = now - moment(begun(brought[-1]))
    return passed < timedelta() or passed >= longest - timing.every / 2
