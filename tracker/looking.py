"""Looking at sources on the web: what a configuration says becomes requests, looks, and what follows from them.

`Looking` is opened once a run, by a pass (`tracker fetch`) or by the service (`tracker run`), and visits one source
when it is told to. Only one run may look at a time, or a host would be asked twice as fast as it is promised.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import get_args
from urllib.parse import urlsplit

from scrapers.finding.pages import normalised
from scrapers.net.client import Client, Limits, Resolver
from scrapers.net.fetcher import Fetcher
from scrapers.net.pace import Rest, Why
from storage import operations, queries
from storage.errors import DamagedCaptureError, StorageError
from storage.operations import Scheduled, Waited
from storage.store import Store
from tracker.alone import alone
from tracker.config import Config
from tracker.ingest import House, Progress, Settled
from tracker.keeper import Keeper
from tracker.moments import moment, stamp
from tracker.schedule import Plan, Timing, failures, last_visit, next_due, plan
from tracker.settings import PageSource, WebSource
from tracker.version import NAME, version
from tracker.visits import Hear, Seen, Visit, Visited
from tracker.workspace import Workspace, silent

_SETTLE_EVERY = 5.0


@dataclass(slots=True)
class Looking:
    """What visits are made with. ``hear`` hears of each look; ``hurried``: every address is asked, due or not."""

    config: Config
    keeper: Keeper
    fetcher: Fetcher
    now: Callable[[], datetime]
    hear: Hear = lambda seen: None
    hurried: bool = False
    unsettled: int = 0
    _rests: dict[str, Rest] = field(default_factory=dict[str, Rest])
    _waits: dict[str, datetime] = field(default_factory=dict[str, datetime])

    async def visit(self, source: WebSource) -> Visited:
        """Look at one source, keep when it is due again, and return what was seen."""
        timing = self.timing(source)
        began = self.now()
        wanted = await self.keeper.soon(lambda house: self._plan(house, source, timing, began))
        if _under_way(wanted, began):
            # Moments are kept to the second: two looks of one at the same place could not be told apart.
            await asyncio.sleep(1 - began.microsecond / 1_000_000)
        visit = Visit(
            source=source,
            plan=wanted,
            fetcher=self.fetcher,
            keeper=self.keeper,
            clock=self.now,
            patience=self.config.patience(source),
            hear=self._heard,
        )
        visited = await visit.make()
        self._waits.pop(source.name, None)
        if visited.waiting is not None and not visited.seen:
            # No look tells of a visit in which nothing could be asked: it would be due again at once.
            self._waits[source.name] = visited.waiting.until
        await self.keeper.soon(lambda house: self._note(house.store, source))
        return visited

    async def settle(self) -> Settled | None:
        """Derive what follows from the looks since the last time; None where there were none."""
        if not self.unsettled:
            return None
        self.unsettled = 0
        return await self.keeper.settle()

    async def settling(self, over: asyncio.Event, after: Callable[[Settled], None]) -> None:
        """Derive every few seconds, and once more when it is ``over``; ``after`` hears of what was derived."""
        last = False
        while not last:
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _SETTLE_EVERY)
            last = over.is_set()  # what is recorded while this derives is derived once more
            settled = await self.settle()
            if settled is not None:
                after(settled)

    def later(self, source: WebSource) -> None:
        """Leave ``source`` alone until it would be due again, whatever its looks say."""
        self._waits[source.name] = self.now() + self.config.every(source)

    def timing(self, source: WebSource) -> Timing:
        """Return when ``source`` and its documents are looked at."""
        timing = timing_of(self.config, source)
        return replace(timing, recheck=timedelta()) if self.hurried else timing

    def due(self, store: Store, source: WebSource) -> datetime:
        """Return when ``source`` is to be visited next, by its looks and by what its host asked for."""
        looks = queries.recent_looks(store, source.name)
        rest = self.fetcher.rests.get(host_of(source))
        waits = [self._waits.get(source.name), None if rest is None else rest.until]
        return next_due(
            source.name,
            self.timing(source),
            now=self.now(),
            last_visit=last_visit(looks),
            failures=failures(looks),
            wait=max((each for each in waits if each is not None), default=None),
        )

    def _plan(self, house: House, source: WebSource, timing: Timing, now: datetime) -> Plan:
        roots = [] if isinstance(source, PageSource) else [normalised(source.url)]
        looks = queries.recent_looks(house.store, source.name)
        return plan(looks, timing, now, roots=roots)

    def _note(self, store: Store, source: WebSource) -> None:
        looks = queries.recent_looks(store, source.name)
        last = last_visit(looks)
        scheduled = Scheduled(
            source=source.name,
            next_due=stamp(self.due(store, source)),
            last_visit=None if last is None else stamp(last),
            failures=failures(looks),
        )
        operations.put_schedule(store, scheduled)
        rests = dict(self.fetcher.rests)
        if rests != self._rests:
            self._rests = rests
            operations.put_waits(
                store,
                [
                    Waited(host=host, until=stamp(rest.until), why=rest.why, failures=rest.failures)
                    for host, rest in rests.items()
                ],
            )

    def _heard(self, seen: Seen) -> None:
        self.unsettled += 1
        self.hear(seen)


def survivable(error: Exception) -> bool:
    """Tell whether other sources can still be looked at after ``error``: it is a mistake of ours in what one of them
    sent, or one capture is damaged. Where nothing can be kept, nobody is to be asked."""
    if isinstance(error, DamagedCaptureError):
        return True
    return not isinstance(error, StorageError | sqlite3.Error | OSError)


@asynccontextmanager
async def looking(
    workspace: Workspace,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    random: Random | None = None,
    hear: Hear = lambda seen: None,
    progress: Progress = silent,
    hurried: bool = False,
    threaded: bool = True,
    patient: Callable[[str], None] | None = None,
    resolver: Resolver | None = None,
    client: Client | None = None,
) -> AsyncGenerator[Looking]:
    """Open what looking takes. Raises LookingError where another run is looking. ``patient``: `Keeper`.

    ``now``, ``random``, ``resolver``, ``client`` and ``threaded`` are for tests, with a clock and servers of their own.
    """
    config = workspace.config
    client = client or Client(
        agent=agent(config),
        limits=Limits(timeout=config.fetching.timeout.total_seconds(), size=config.fetching.size),
        private=config.fetching.private,
        resolver=resolver,
    )
    try:
        with alone(config.data):
            async with Keeper(lambda: workspace.house(progress), threaded=threaded, patient=patient) as keeper:
                kept = await keeper.do(lambda house: operations.waits(house.store))
                fetcher = Fetcher(
                    client,
                    config.rule,
                    clock=now,
                    random=random or Random(),
                    waits={host: _rest(each) for host, each in kept.items()},
                )
                try:
                    yield Looking(config, keeper, fetcher, now, hear, hurried)
                finally:
                    await fetcher.close()
    finally:
        await client.close()


def _under_way(wanted: Plan, second: datetime) -> bool:
    """Tell whether the last visit to a source was under way in this second."""
    return stamp(second) == max((look.at for looks in wanted.known.values() for look in looks), default="")


def timing_of(config: Config, source: WebSource) -> Timing:
    """Return when ``config`` wants ``source`` and its documents to be looked at."""
    patience = config.patience(source)
    return Timing(
        every=config.every(source),
        recheck=config.recheck(source),
        unconditional=config.fetching.unconditional,
        patience=(patience.looks, patience.days),
        quiet=config.rule(host_of(source)).quiet,
    )


def agent(config: Config) -> str:
    """Return how we introduce ourselves: our name and version, and whom to write to."""
    contact = config.fetching.contact
    return f"{NAME}/{version()}" + (f" (+{contact})" if contact else "")


def _rest(kept: Waited) -> Rest:
    why: Why = next((why for why in get_args(Why) if why == kept.why), "back-off")
    return Rest(moment(kept.until), why, kept.failures)


def host_of(source: WebSource) -> str:
    """Return the host that a source begins at."""
    return (urlsplit(source.url).hostname or "").lower()
