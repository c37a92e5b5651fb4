"""A client that answers by itself: what it is told to, after as long as it is told to, and it remembers what it saw."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from types import MappingProxyType
from urllib.parse import urlsplit

from scrapers.answers import Ask, Failure
from scrapers.net.client import Exchange
from scrapers.net.fetcher import Fetcher
from scrapers.net.manners import HostRule
from tests.virtual import clock


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as the site saw it: when it came, when it was answered (loop's seconds)."""

    begin: float
    end: float
    host: str
    url: str
    ask: Ask
    cookies: Mapping[str, str]
    options: Mapping[str, object]


Reply = Exchange | Callable[[Seen], Exchange]
NOTHING = Exchange(status=404)


def page(text: str = "<p>预算公开</p>", **headers: str) -> Exchange:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(status=200, headers={"content-type": "text/html", **named}, body=text.encode())


def sent_to(to: str, status: int = 302, **cookies: str) -> Exchange:
    return Exchange(status=status, headers={"location": to}, set_cookies=cookies)


def failed(failure: Failure, detail: str = "") -> Exchange:
    return Exchange(status=None, failure=failure, detail=detail)


class FakeClient:
    """Answers from ``site``, address by address; robots.txt is missing unless it is there."""

    agent = "disclosure-tracker/0.1 (+mailto:editor@example.org)"

    def __init__(self, site: Mapping[str, Reply], *, takes: Callable[[str], float] = lambda url: 0.1) -> None:
        self.site = dict(site)
        self.takes = takes
        self.seen: list[Seen] = []
        self.open = 0
        self.closed = False

    async def send(self, ask: Ask, *, cookies: Mapping[str, str] = MappingProxyType({}), **options: object) -> Exchange:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        host = urlsplit(ask.url).hostname or ""
        self.open += 1
        try:
            await asyncio.sleep(self.takes(ask.url))
        finally:
            self.open -= 1
            seen = Seen(begin, loop.time(), host, ask.url, ask, dict(cookies), options)
            self.seen.append(seen)
        missing = NOTHING if ask.url.endswith("/robots.txt") else page()
        reply = self.site.get(ask.url, missing)
        return reply if isinstance(reply, Exchange) else reply(seen)

    async def close(self) -> None:
        self.closed = True

    def urls(self, *, robots: bool = False) -> list[str]:
        """The addresses that were asked for, in order."""
        return [each.url for each in self.seen if robots or not each.url.endswith("/robots.txt")]

    def least_gap(self, host: str) -> float:
        """The least time from an answer of ``host`` to the next request that it saw; negative where two overlapped."""
        mine = sorted((each for each in self.seen if each.host == host), key=lambda each: each.begin)
        return min(after.begin - before.end for before, after in pairwise(mine))


def fetcher(
    client: FakeClient, rule: HostRule | Callable[[str], HostRule] | None = None, *, seed: int = 1, **rest: object
) -> Fetcher:
    """A fetcher of the running virtual loop; ``rule`` is that of every host or says it for each."""
    by_host = rule if callable(rule) else lambda host: rule or HostRule(pace=5)
    return Fetcher(client, by_host, clock=clock(), random=Random(seed), **rest)  # type: ignore[arg-type]
