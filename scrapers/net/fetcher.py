"""Asking for one address, politely: in its host's turn, as its robots.txt allows, along every hop to the answer."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, Literal, TypeVar
from urllib.parse import urldefrag, urljoin

from scrapers.answers import Answer, Ask, Hop
from scrapers.finding.refresh import refresh
from scrapers.net.client import Client, Exchange
from scrapers.net.failures import NoAnswerError
from scrapers.net.manners import HostRule, Quiet
from scrapers.net.pace import Lane, Lanes, Rest, Rests, retry_after, stretched
from scrapers.net.robots import Rules, no_rules, rules
from scrapers.net.targets import target

T = TypeVar("T")

HOPS = 8
"""How many hops are followed."""

ROBOTS_HOPS = 5
ROBOTS_AGE = timedelta(hours=24)
"""RFC 9309: at least five redirects of a robots.txt are followed (2.3.1.2), no copy is used longer than a day (2.4)."""

_KEPT_ROBOTS = 4096
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The host did not answer, or not within its time: to ask again at once would only add to its troubles.
_HOST_FAILURES = frozenset({"connection", "dns", "protocol", "proxy", "timeout"})
# Not even a connection: no address of the host is to blame.
_UNREACHED = frozenset({"connection", "dns", "proxy"})
# The server is there; what it would have said is not known.
_HALF_REACHED = frozenset({"protocol", "timeout", "truncated"})
# A robots.txt came, and is none.
_UNREADABLE = frozenset({"bomb", "encoding", "too_large"})
# Nothing can be asked for there, now or later; redirected to it, a robots.txt does not exist.
_NOWHERE = frozenset({"address", "private", "scheme"})
_SHANGHAI = timezone(timedelta(hours=8))
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """``host`` is not to be asked before ``until`` (UTC), and was not. ``hops``: how we were sent to it, if we were."""

    host: str
    until: datetime
    why: Literal["retry-after", "back-off", "quiet", "robots"]
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class Disallowed:
    """The robots.txt of its host keeps us from ``url`` by ``rule``, a line of it. It was not asked for. ``hops``: how
    we were sent to it, if we were."""

    url: str
    rule: str
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an address lies: the host that has the lane, the origin that has the robots.txt. ``url`` is the address as
    it is asked for: one with ``..`` in it is not judged by the folder that it leaves."""

    host: str
    origin: str
    url: str


@dataclass(frozen=True, slots=True)
class _Known:
    rules: Rules
    until: datetime


@dataclass(frozen=True, slots=True)
class _Unreachable:
    """No robots.txt because there was no answer: what asks for a page there has none either."""

    exchange: Exchange


@dataclass(slots=True)
class _Trail:
    """What one look remembers while it goes from hop to hop."""

    hops: list[Hop] = field(default_factory=list[Hop])
    cookies: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = field(
        default_factory=set[tuple[str, tuple[tuple[str, str], ...]]]
    )
    old_tls: bool = False

    def take(self, host: str, cookies: Mapping[str, str]) -> None:
        """Keep the cookies of ``host``; an empty one is taken back."""
        kept = {**self.cookies.get(host, {}), **cookies}
        self.cookies[host] = {name: value for name, value in kept.items() if value}

    def been(self, url: str, host: str) -> bool:
        """Note that ``url`` is asked for, and tell whether it was before, with the same cookies: servers that set one
        and send us back to the same address mean no loop."""
        step = (url, tuple(sorted(self.cookies.get(host, {}).items())))
        if step in self.seen:
            return True
        self.seen.add(step)
        return False


class Fetcher:
    """Asks for addresses; any number at once, of which each host sees one at a time."""

    def __init__(
        self,
        client: Client,
        rule: Callable[[str], HostRule],
        *,
        clock: Callable[[], datetime],
        random: Random,
        patience: float = 60.0,
        waits: Mapping[str, datetime | Rest] | None = None,
    ) -> None:
        """``client``: is closed with the fetcher. ``rule``: how a host is asked, by its name. ``clock``: the time, UTC;
        it has to pass as the loop's does. ``patience``: how many seconds are slept until a host may be asked that is to
        be left alone; where it takes longer, Waiting is returned. ``waits``: the ``rests`` (or ``waits``) of an earlier
        run."""
        self._client = client
        self._rule = rule
        self._clock = clock
        self._random = random
        self._patience = timedelta(seconds=patience)
        self._lanes = Lanes()
        rests = {host: rest if isinstance(rest, Rest) else Rest(rest) for host, rest in (waits or {}).items()}
        self._rests = Rests(random, rests)
        self._robots: dict[str, _Known] = {}
        self._without_robots = Rests(random)
        self._asking_robots: dict[str, asyncio.Task[_Known | Waiting | _Unreachable]] = {}
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def rests(self) -> dict[str, Rest]:
        """Which hosts are to be left alone or have failed of late, for a later fetcher to know."""
        return self._rests.standing(self._clock())

    @property
    def waits(self) -> dict[str, datetime]:
        """Until when (UTC) hosts are to be left alone."""
        now = self._clock()
        return {host: rest.until for host, rest in self._rests.standing(now).items() if rest.until > now}

    async def get(self, ask: Ask) -> Answer | Waiting | Disallowed:
        """Ask for an address, follow where it leads, and return what came of it.

        Raises asyncio.CancelledError when the fetcher is closed meanwhile; nothing for what servers do.
        """
        return await self._start(self._follow(ask))

    async def close(self) -> None:
        """Give up whatever is being asked or waited for, and close the client."""
        running = [task for task in self._running if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._client.close()

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run ``work`` so that closing ends it."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _follow(self, ask: Ask) -> Answer | Waiting | Disallowed:
        trail = _Trail()
        step = replace(ask, url=urldefrag(ask.url).url)
        sent: Exchange | None = None
        while True:
            url = step.url
            place = _place(url)
            if isinstance(place, NoAnswerError):
                return _stopped(ask, trail, sent, place)
            if trail.been(place.url, place.host):
                return _stopped(ask, trail, sent, NoAnswerError("loop", f"{url} was asked for already"))
            if len(trail.hops) > HOPS:
                return _stopped(ask, trail, sent, NoAnswerError("redirects", f"sent on {HOPS} times, and to {url}"))
            came = await self._step(place, _applicable(step), trail)
            if isinstance(came, Waiting | Disallowed):
                return replace(came, hops=tuple(trail.hops))
            if isinstance(came, _Unreachable):
                return _answer(ask, url, came.exchange, trail)
            sent = came
            trail.old_tls = trail.old_tls or sent.old_tls
            trail.take(place.host, sent.set_cookies)
            hop = _onward(url, sent)
            if hop is None:
                return _answer(ask, url, sent, trail)
            trail.hops.append(hop)
            step = _next(ask, step, hop)

    async def _step(self, place: _Place, step: Ask, trail: _Trail) -> Exchange | Waiting | Disallowed | _Unreachable:
        """Ask for one address, if its robots.txt allows it, in the host's turn."""
        ticket = self._lanes.ticket()
        while True:
            known = await self._known(place, ticket)
            if not isinstance(known, _Known):
                return known
            forbidden = known.rules.forbid(place.url)
            if forbidden is not None:
                return Disallowed(step.url, forbidden)
            async with self._lanes.turn(place.host, ticket) as lane:
                if known.until > self._clock():
                    cookies = trail.cookies.get(place.host, {})
                    return await self._send(lane, place.host, step, cookies, known.rules.delay)
            # The rules grew old while others had their turn.

    async def _send(
        self, lane: Lane, host: str, step: Ask, cookies: Mapping[str, str], delay: float = 0.0
    ) -> Exchange | Waiting:
        """Wait until the host may be asked, and ask it; in its turn."""
        rule = self._rule(host)
        waiting = await self._wait(lane, host, rule, delay)
        if waiting is not None:
            return waiting
        try:
            exchange = await self._client.send(
                step, old_tls=rule.old_tls, proxy=rule.proxy, cookies=cookies, timeout=rule.timeout
            )
        finally:
            lane.answered()
        self._learn(host, step.url, exchange)
        return exchange

    def _learn(self, host: str, url: str, exchange: Exchange) -> None:
        """Note what an answer tells of its host."""
        now = self._clock()
        asked_for = retry_after(exchange.headers, now)
        if not _overtaxed(exchange):
            if exchange.status is not None:
                self._rests.answered(host)
        elif exchange.status == 429 or exchange.failure in _UNREACHED or asked_for is not None:
            self._rests.failed(host, now, asked_for)
        else:
            self._rests.broke(host, url, now)

    async def _wait(self, lane: Lane, host: str, rule: HostRule, delay: float) -> Waiting | None:
        """Wait for the gap, and for the end of a rest or quiet hours if that is near; return them where it is not."""
        loop = asyncio.get_running_loop()
        due = lane.due(stretched(max(rule.pace, delay), self._random))
        while True:
            now = self._clock()
            waiting = self._away(host, rule, now)
            left = waiting.until - now if waiting is not None else timedelta(0)
            if left > self._patience:
                return waiting
            pause = max(left.total_seconds(), due - loop.time())
            if pause <= 0:
                return None
            await asyncio.sleep(pause)

    def _away(self, host: str, rule: HostRule, now: datetime) -> Waiting | None:
        """Return why the host is not to be asked at ``now``, apart from its pace."""
        rest = self._rests.of(host, now)
        if rest is not None:
            return Waiting(host, rest.until, rest.why)
        quiet = _quiet_until(rule.quiet, now)
        return None if quiet is None else Waiting(host, quiet, "quiet")

    async def _known(self, place: _Place, ticket: int) -> _Known | Waiting | _Unreachable:
        """Return the rules of an origin; asked for once, whoever needs them."""
        now = self._clock()
        known = self._robots.get(place.origin)
        if known is not None and known.until > now:
            return known
        if self._without_robots.of(place.origin, now) is not None:
            return self._wait_for_robots(place, now)
        asking = self._asking_robots.get(place.origin)
        if asking is None:
            asking = self._asking_robots[place.origin] = self._start(self._ask_for_robots(place, ticket))
            asking.add_done_callback(lambda _: self._asking_robots.pop(place.origin, None))
        # Who gives up asking for a page does not keep others from knowing the rules.
        return await asyncio.shield(asking)

    async def _ask_for_robots(self, place: _Place, ticket: int) -> _Known | Waiting | _Unreachable:
        there, url = place, f"{place.origin}/robots.txt"
        for hop in range(ROBOTS_HOPS + 1):
            async with self._lanes.turn(there.host, ticket) as lane:
                exchange = await self._send(lane, there.host, Ask(url), {})
            if isinstance(exchange, Waiting):
                return exchange if hop == 0 else self._put_off(place)
            if _overtaxed(exchange) and exchange.failure is None:
                return self._put_off(place, exchange)
            onward = _location(url, exchange)
            if onward is not None:
                if isinstance(next_place := _place(onward), NoAnswerError):
                    break
                there, url = next_place, onward
                continue
            if exchange.failure in _UNREADABLE or (hop > 0 and exchange.failure in _NOWHERE):
                break
            if exchange.failure is not None:
                if exchange.failure in _HALF_REACHED:
                    self._put_off(place)
                detail = f"{url}: {exchange.detail}".rstrip(": ")
                return _Unreachable(replace(exchange, status=None, headers={}, body=None, detail=detail))
            if exchange.status is not None and 200 <= exchange.status < 300:
                found = rules(exchange.body or b"", self._client.agent)
                if url == f"{there.origin}/robots.txt":
                    self._keep(there.origin, found)
                return self._keep(place.origin, found)
            break
        return self._keep(place.origin, no_rules(self._client.agent))

    def _put_off(self, place: _Place, exchange: Exchange | None = None) -> Waiting:
        """Ask for the robots.txt of an origin later, ever later; not before ``exchange`` says."""
        now = self._clock()
        asked_for = None if exchange is None else retry_after(exchange.headers, now)
        self._without_robots.failed(place.origin, now, asked_for)
        return self._wait_for_robots(place, now)

    def _wait_for_robots(self, place: _Place, now: datetime) -> Waiting:
        """Return until when a page waits whose robots.txt, and nothing else, stands in the way."""
        rests = (self._without_robots.of(place.origin, now), self._rests.of(place.host, now))
        return Waiting(place.host, max(rest.until for rest in rests if rest is not None), "robots")

    def _keep(self, origin: str, found: Rules) -> _Known:
        now = self._clock()
        if len(self._robots) >= _KEPT_ROBOTS:
            self._robots = {each: known for each, known in self._robots.items() if known.until > now}
            while len(self._robots) >= _KEPT_ROBOTS:
                del self._robots[next(iter(self._robots))]
        self._without_robots.answered(origin)
        known = self._robots[origin] = _Known(found, now + ROBOTS_AGE)
        return known


def _place(url: str) -> _Place | NoAnswerError:
    """Return where ``url`` lies, or why it lies nowhere. One host spelt in two ways is one."""
    try:
        there = target(url)
    except NoAnswerError as error:
        return error
    return _Place(there.name, there.origin, there.url)


def _overtaxed(exchange: Exchange) -> bool:
    """Tell whether the host, not only this address, cannot answer now."""
    if exchange.status is None:
        return exchange.failure in _HOST_FAILURES
    return exchange.failure == "timeout" or exchange.status == 429 or exchange.status >= 500


def _location(url: str, exchange: Exchange) -> str | None:
    """Return where a redirect leads, None where there is none."""
    location = exchange.headers.get("location", "").strip()
    if exchange.status not in _REDIRECTS or not location:
        return None
    path, mark, query = location.partition("?")
    try:
        return urldefrag(urljoin(url, path.replace("\\", "/") + mark + query)).url
    except ValueError:
        # Not an address at all: as it stands it is told, and leads nowhere.
        return location


def _onward(url: str, exchange: Exchange) -> Hop | None:
    """Return the hop that an answer makes, None where it is the last one."""
    redirected = _location(url, exchange)
    if redirected is not None:
        return Hop(url, exchange.status or 0, redirected)
    if exchange.status != 200 or not exchange.body or exchange.failure is not None:
        return None
    refreshed = refresh(exchange.body, url, exchange.headers.get("content-type", ""))
    to = None if refreshed is None else urldefrag(refreshed).url
    return None if to is None or to == url else Hop(url, 200, to, "refresh")


def _next(ask: Ask, step: Ask, hop: Hop) -> Ask:
    """Return what is asked for after ``hop``, with the referer that a browser would send."""
    return replace(ask, url=hop.to, referer=step.url if hop.how == "refresh" else step.referer)


def _applicable(step: Ask) -> Ask:
    """Return ``step`` without validators that belong to another address: a page that only sends us on, older than what
    it sends us to, would answer that nothing changed."""
    if step.validated in (None, step.url):
        return step
    return replace(step, etag=None, modified=None)


def _answer(ask: Ask, url: str, exchange: Exchange, trail: _Trail) -> Answer:
    return Answer(
        ask=ask,
        final_url=url,
        status=exchange.status,
        headers=exchange.headers,
        body=exchange.body,
        hops=tuple(trail.hops),
        failure=exchange.failure,
        detail=exchange.detail,
        peer=exchange.peer,
        old_tls=trail.old_tls or exchange.old_tls,
    )


def _stopped(ask: Ask, trail: _Trail, sent: Exchange | None, why: NoAnswerError) -> Answer:
    """Return the answer to a look that could not go on: the last one that came, without its bytes."""
    last = trail.hops[-1].url if trail.hops else ask.url
    answer = Answer(ask=ask, final_url=last) if sent is None else _answer(ask, last, sent, trail)
    return replace(answer, body=None, failure=why.failure, detail=why.detail)


def _quiet_until(quiet: tuple[Quiet, ...], now: datetime) -> datetime | None:
    """Return when the quiet hours that ``now`` lies in end; those that never do, in a day."""
    local = now.astimezone(_SHANGHAI)
    if not any(hours.has(local.time()) for hours in quiet):
        return None
    end = local.replace(second=0, microsecond=0)
    while end < local + _DAY:
        end += _MINUTE
        if not any(hours.has(end.time()) for hours in quiet):
            break
    return end.astimezone(now.tzinfo)
