"""When a source is looked at, and which of its addresses then. Pure: the same looks and the same moment, the same plan.

Nothing here draws lots: what is spread over time is spread by the hash of a name, so that a service that is started
again plans what it would have planned. Moments are aware datetimes in UTC; hours of a day are those of Asia/Shanghai.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, timezone
from itertools import groupby
from typing import Protocol, cast

from scrapers.answers import Ask
from scrapers.finding.pages import normalised
from storage.rows import Look
from tracker.moments import moment

READ = frozenset({"captured", "unmodified", "listing"})
"""Outcomes that say what stands at an address."""

TROUBLES = frozenset({"failed", "unavailable", "error_page", "login", "challenge", "blocked", "disallowed"})
"""Outcomes that say nothing of what stands there; ``gone`` is neither: the server said that nothing does."""

Claims = Mapping[str, object]

SHANGHAI = timezone(timedelta(hours=8))
"""China has had one time and no summer time since 1991."""

_WEEK = timedelta(days=7)
_LONGEST_REST = timedelta(days=30)
_MOST_JITTER = timedelta(minutes=30)
_PATIENT = 3
"""Failures of one address, while its site answers otherwise, after which it is asked less often."""


class Quiet(Protocol):
    """Hours in which a server is left alone."""

    def has(self, at: time, /) -> bool:
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
    return most * (2 * share(name, last.astimezone(SHANGHAI).date().isoformat()) - 1)


def share(*parts: str) -> float:
    """Return a number from 0 up to 1 that only ``parts`` decide."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _after_quiet(moment: datetime, quiet: Sequence[Quiet]) -> datetime:
    """Return the first minute from ``moment`` on that is not quiet; ``moment`` itself where a whole day is."""
    at = moment
    for _ in range(24 * 60 + 1):
        hour = at.astimezone(SHANGHAI).time()
        if not any(hours.has(hour) for hours in quiet):
            return at
        at = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return moment


# --- visits ----------------------------------------------------------------------------------------------------------


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
class Plan:
    """What is to be asked in one visit to a source, and how. Addresses are slots, as looks have them.

    ``roots``: listings, feeds and sitemaps that are known; a visit goes through those each time. ``known``: the looks
    at each address, by time; ``ripe``: the documents and attachments that are to be asked whether a page still links
    them or not, a page before its attachments.
    """

    timing: Timing
    now: datetime
    roots: frozenset[str] = frozenset()
    ripe: tuple[str, ...] = ()
    known: Mapping[str, Sequence[Look]] = field(default_factory=dict[str, Sequence[Look]])

    def due(self, slot: str) -> bool:
        """Tell whether an address that a page links now is to be asked in this visit: a new one is; one that was
        withdrawn as well, for a link to it says that it may be back."""
        looks = self.known.get(slot, ())
        return not looks or slot in self.ripe or _rested(looks, self.timing.recheck, self)

    def documents(self) -> Mapping[str, Claims]:
        """Return the documents that are to be asked whether linked or not, with what was claimed of them last."""
        return {slot: claims for slot, claims in self._told() if not claims.get("page")}

    def attachments(self) -> Mapping[str, Claims]:
        """Return the attachments that are to be asked whether linked or not, with what was claimed of them last."""
        return {slot: claims for slot, claims in self._told() if claims.get("page")}

    def ask(self, url: str) -> Ask:
        """Return how ``url`` is asked now, be it a document, an attachment or a listing, known or new: on the
        condition that it changed, where its bytes and their validators are known."""
        validators = self._validators(normalised(url))
        if validators is None or self.planned_unconditional(normalised(url)):
            return Ask(url)
        return Ask(url, etag=validators[0], modified=validators[1])

    def sha(self, slot: str) -> str | None:
        """Return the capture that stands at ``slot`` as far as we know, for which “not modified” stands then."""
        brought = _brought(self.known.get(slot, ()))
        return brought[-1].sha if brought else None

    def planned_unconditional(self, slot: str) -> bool:
        """Tell whether ``slot`` is asked without condition on purpose: its bytes and validators are known, but were
        relied on for long enough, or a redirect led elsewhere, so that they are not of the address that would hear
        them."""
        if self._validators(slot) is None:
            return False
        last = _brought(self.known[slot])[-1]
        return bool(_json(last.exchange).get("hops")) or _relied_long(slot, self)

    def _validators(self, slot: str) -> tuple[str | None, str | None] | None:
        """Return ETag and Last-Modified of the bytes that stand at ``slot``, None where neither is known."""
        etag = modified = None
        for look in self.known.get(slot, ()):
            if look in _brought((look,)):
                etag, modified = _said(look)
            elif look.outcome == "unmodified":  # may say them anew
                newer = _said(look)
                etag, modified = newer[0] or etag, newer[1] or modified
        return None if etag is None and modified is None else (etag, modified)

    def _told(self) -> Iterable[tuple[str, Claims]]:
        return ((slot, _claims(self.known[slot])) for slot in self.ripe)


def plan(looks: Iterable[Look], timing: Timing, now: datetime, *, roots: Iterable[str] = ()) -> Plan:
    """Return what a visit beginning ``now`` asks of the source that ``looks`` (all of them, in any order) are of.

    ``roots`` are addresses that are listings whatever came of looking at them.

    - A document is due when ``recheck`` has passed since the last look, rounded to the nearest visit. A page and its
      attachments are due together, so that they are seen at one moment.
    - One that was gone at the last look is due in each visit until it is withdrawn; then ever less often, up to 30
      days apart, never never.
    - One that failed thrice in a row, while others of the source were read, is asked ever less often, up to a week
      apart.
    """
    known: dict[str, list[Look]] = {}
    answered: set[str] = set()
    for visit in visits(looks):
        for look in visit:
            if "archive" in _json(look.claims):
                continue  # a file in an archive is asked for with the archive
            known.setdefault(look.slot, []).append(look)
            if look.outcome in READ:
                answered.add(begun(look))
    listings = {*roots, *(slot for slot, seen in known.items() if _is_listing(seen))}
    made = Plan(timing=timing, now=now, roots=frozenset(listings), known=known)
    return replace(made, ripe=_ripe(made, answered))


def _ripe(made: Plan, answered: set[str]) -> tuple[str, ...]:
    """Return what is to be asked whether linked or not; ``answered``: the visits in which anything was read."""
    usual = max(made.timing.recheck, made.timing.every)
    distances = {
        slot: _distance(looks, made.timing, answered) for slot, looks in made.known.items() if slot not in made.roots
    }
    pages = {slot: str(_claims(made.known[slot]).get("page") or slot) for slot in distances}
    due = {slot for slot, distance in distances.items() if _rested(made.known[slot], distance, made)}
    stirred = {pages[slot] for slot in due}
    due |= {slot for slot, distance in distances.items() if pages[slot] in stirred and distance <= usual}
    return tuple(sorted(due, key=lambda slot: (pages[slot], slot != pages[slot], slot)))


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


def _rested(looks: Sequence[Look], distance: timedelta, made: Plan) -> bool:
    """Tell whether ``distance`` has passed since the last look, by the visit that comes nearest to that."""
    passed = made.now - moment(begun(looks[-1]))
    return passed < timedelta() or passed >= distance - made.timing.every / 2


def _relied_long(slot: str, made: Plan) -> bool:
    """Tell whether bytes are to be asked for again whatever the server says of them.

    Pages of one site are found on one day: their first time comes sooner, each at its own, so that they are not all
    asked for on one day for ever.
    """
    brought = _brought(made.known[slot])
    longest = made.timing.unconditional
    if len(brought) == 1:
        longest *= 0.5 + share(slot) / 2
    passed = made.now - moment(begun(brought[-1]))
    return passed < timedelta() or passed >= longest - made.timing.every / 2


def _brought(looks: Sequence[Look]) -> list[Look]:
    """Return the looks that brought the bytes of what stands there: no error page's."""
    return [look for look in looks if look.sha is not None and look.outcome in ("captured", "listing")]


_OF_DOCUMENTS = ("patience", "page", "link", "listed_at")
"""Claims of which a look at a document or an attachment has one."""


def _is_listing(looks: Sequence[Look]) -> bool:
    for look in reversed(looks):
        if look.outcome in ("listing", "captured"):
            return look.outcome == "listing"
    return not any(name in _json(look.claims) for look in looks for name in _OF_DOCUMENTS)


def _claims(looks: Sequence[Look]) -> Claims:
    """Return what was claimed at the last look that was one of a document."""
    told = [claims for look in reversed(looks) if (claims := _json(look.claims))]
    return told[0] if told else {}


def _said(look: Look) -> tuple[str | None, str | None]:
    headers = _json(look.headers)
    etag, modified = headers.get("etag"), headers.get("last-modified")
    return (str(etag) if etag else None), (str(modified) if modified else None)


def _json(text: str) -> Mapping[str, object]:
    return cast("Mapping[str, object]", json.loads(text))
