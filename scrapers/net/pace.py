"""When a host may be asked: one request at a time, with a gap after each answer, and not before it said so.

All waiting is ``asyncio.sleep`` by the loop's own time, so that a loop whose time is virtual can run it.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Literal

Why = Literal["retry-after", "back-off"]

JITTER = 0.08
"""How much longer than asked for a gap may be, as a share of it: not every host is to be asked in one beat."""

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=6)
FURTHEST = timedelta(days=7)
"""How long a host is left alone after one failure; after many in a row; at most because it says so."""

_KEPT_LANES = 1024
_KEPT_RESTS = 4096
_KEPT_ADDRESSES = 256
_IDLE = 600.0


class Lane:
    """The way to one host: whoever has its turn may send. The lowest ticket has the next turn."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._taken = False
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._entered = count()
        self._answered: float | None = None
        self._gap = 0.0

    async def enter(self, ticket: int) -> None:
        """Wait for the turn. Whoever has entered has to leave."""
        if not self._taken:
            self._taken = True
            return
        turn = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (ticket, next(self._entered), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The turn was given in the moment in which nobody wanted it any more.
                self.leave()
            raise

    def leave(self) -> None:
        """Give the turn to the next one."""
        while self._waiting:
            _, _, turn = heappop(self._waiting)
            # One who gave up waiting has cancelled it.
            if not turn.done():
                turn.set_result(None)
                return
        self._taken = False

    def answered(self) -> None:
        """Note that an answer has come, or that nobody waits for it any longer: the gap begins."""
        self._answered = asyncio.get_running_loop().time()

    def due(self, gap: float) -> float:
        """Return the loop's time from which on, ``gap`` seconds after the last answer, the host may be asked."""
        self._gap = gap
        return 0.0 if self._answered is None else self._answered + gap

    def idle(self, now: float) -> bool:
        """Tell whether nothing would be forgotten with this lane."""
        quiet = self._answered is None or now > self._answered + max(2 * self._gap, _IDLE)
        return not self._taken and not self._waiting and quiet


class Lanes:
    """The lanes of all hosts; those long idle are dropped."""

    def __init__(self) -> None:
        """Lanes come to be when they are needed."""
        self._lanes: dict[str, Lane] = {}
        self._tickets = count()
        self._sweep_at = _KEPT_LANES

    def ticket(self) -> int:
        """Return a ticket: those drawn earlier are lower."""
        return next(self._tickets)

    def __len__(self) -> int:
        """Return how many lanes are remembered."""
        return len(self._lanes)

    @asynccontextmanager
    async def turn(self, host: str, ticket: int) -> AsyncGenerator[Lane]:
        """Have the turn in the lane of ``host``; of those who wait for it, who has the lowest ticket has it next."""
        lane = self._lanes.get(host)
        if lane is None:
            self._sweep()
            lane = self._lanes[host] = Lane()
        await lane.enter(ticket)
        try:
            yield lane
        finally:
            lane.leave()

    def _sweep(self) -> None:
        if len(self._lanes) < self._sweep_at:
            return
        now = asyncio.get_running_loop().time()
        self._lanes = {host: lane for host, lane in self._lanes.items() if not lane.idle(now)}
        self._sweep_at = max(_KEPT_LANES, 2 * len(self._lanes))


@dataclass(frozen=True, slots=True)
class Rest:
    """A host is not to be asked before ``until`` (UTC); ``failures``: how many times in a row it has failed."""

    until: datetime
    why: Why = "back-off"
    failures: int = 1


class _Broken:
    """The addresses for which a host failed, each with the number of sound answers that it had given by then."""

    def __init__(self) -> None:
        self.sound = 0
        self._addresses: dict[str, int] = {}

    def again(self, url: str) -> bool:
        """Note that ``url`` failed, and tell whether it did before, and other addresses did not in between."""
        before = self._addresses.pop(url, None)
        while len(self._addresses) >= _KEPT_ADDRESSES:
            del self._addresses[next(iter(self._addresses))]
        self._addresses[url] = self.sound
        return before is not None and before < self.sound


class Rests:
    """Who is to be left alone, and until when: as long as a server says, or ever longer while it fails.

    The first failure costs FIRST, each further one twice the one before, up to LONGEST, and up to a tenth more by
    chance; any sound answer ends the row. What a server asks for is kept to, up to FURTHEST; when it asks again and
    again for less than failures in a row cost, it is left alone for as long as those before the last one did.

    A page that always fails while its host answers for others would keep them from being asked: an address that fails
    again, and after whose failure the host answered soundly, is not held against the host any more.
    """

    def __init__(self, random: Random, rests: Mapping[str, Rest] | None = None) -> None:
        """``rests``: those of an earlier run, by host."""
        self._random = random
        self._rests = dict(rests or {})
        self._sweep_at = _KEPT_RESTS
        self._broken: dict[str, _Broken] = {}

    def of(self, host: str, now: datetime) -> Rest | None:
        """Return the rest that ``host`` still has at ``now``."""
        rest = self._rests.get(host)
        return rest if rest is not None and rest.until > now else None

    def failed(self, host: str, now: datetime, asked_for: timedelta | None = None) -> Rest:
        """Note that ``host`` failed at ``now``, and return its rest. ``asked_for``: what its Retry-After says."""
        before = self._rests.get(host)
        failures = 1 if before is None else before.failures + 1
        if asked_for is not None:
            least = self._cost(failures - 1)
            rest = Rest(now + min(max(asked_for, least), FURTHEST), "retry-after", failures)
        else:
            rest = Rest(now + self._cost(failures), "back-off", failures)
        self._sweep(now)
        self._rests[host] = rest
        return rest

    def broke(self, host: str, url: str, now: datetime) -> Rest | None:
        """Note that ``host`` failed to answer for ``url`` at ``now``, and return its rest, None where only that
        address is at fault."""
        if host not in self._broken:
            while len(self._broken) >= _KEPT_RESTS:
                del self._broken[next(iter(self._broken))]
            self._broken[host] = _Broken()
        return None if self._broken[host].again(url) else self.failed(host, now)

    def answered(self, host: str) -> None:
        """Note that ``host`` gave a sound answer."""
        self._rests.pop(host, None)
        if host in self._broken:
            self._broken[host].sound += 1

    def standing(self, now: datetime) -> dict[str, Rest]:
        """Return the rests that are not over at ``now``, and those of hosts that have not answered since."""
        return {host: rest for host, rest in sorted(self._rests.items()) if rest.until + LONGEST > now}

    def _cost(self, failures: int) -> timedelta:
        if failures < 1:
            return timedelta(0)
        # Doubling stops mattering long before the exponent would be too large for a number.
        return min(FIRST * 2 ** min(failures - 1, 16), LONGEST) * (1 + 0.1 * self._random.random())

    def _sweep(self, now: datetime) -> None:
        if len(self._rests) >= self._sweep_at:
            self._rests = {host: rest for host, rest in self._rests.items() if rest.until + LONGEST > now}
            self._sweep_at = max(_KEPT_RESTS, 2 * len(self._rests))


def stretched(gap: float, random: Random) -> float:
    """Return ``gap`` with jitter: as long or up to JITTER longer."""
    return gap * (1 + JITTER * random.random())


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long ``headers`` ask to be left alone (RFC 9110, 10.2.3): seconds, or a date, which is understood by
    the server's own Date where it tells one, since its clock may be wrong. None where they ask for no time at all."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        asked_for = timedelta(seconds=min(int(text[:12]), FURTHEST.total_seconds()))
    elif moment := _date(text):
        asked_for = moment - (_date(headers.get("date", "")) or now)
    else:
        return None
    return asked_for if asked_for > timedelta(0) else None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
