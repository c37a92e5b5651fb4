"""The service: every source is looked at when it is due, for as long as it runs.

APScheduler keeps the times; what is due when comes from the looks themselves (`tracker.schedule`), so that a restart
goes on where it was: what fell due meanwhile is looked at once, at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers.date import DateTrigger  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers.interval import IntervalTrigger  # pyright: ignore[reportMissingTypeStubs]

from storage import queries
from tracker import watching
from tracker.gathering import fetch
from tracker.ingest import House, Settled
from tracker.keeper import LeftError
from tracker.looking import Looking, looking, survivable
from tracker.moments import stamp
from tracker.rounds import Rounds
from tracker.settings import FolderSource, WebSource
from tracker.visits import Seen, Visited
from tracker.workspace import Workspace

log = logging.getLogger(__name__)

Kind = Literal["started", "look", "visited", "folders", "derived", "alarm", "crashed", "busy", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log: what happened when, with its details (JSON values)."""

    at: str
    event: Kind
    details: dict[str, Any] = field(default_factory=dict[str, Any])


Log = Callable[[Entry], None]


async def serve(workspace: Workspace, stop: asyncio.Event, log: Log, **how: Any) -> None:
    """Look at the sources of ``workspace`` until ``stop`` is set; then what is under way is abandoned, and what was
    recorded stays. ``how`` goes to `looking`. Raises LookingError where another run is looking, and what the store
    raises where nothing can be kept."""

    def note(event: Kind, **details: Any) -> None:
        log(Entry(at=workspace.clock(), event=event, details=details))

    loop = asyncio.get_running_loop()

    def busy(holder: str) -> None:
        loop.call_soon_threadsafe(partial(note, "busy", holder=holder))

    how = {"patient": busy, **how}
    async with looking(workspace, hear=lambda seen: note("look", **told(seen)), **how) as eye:
        async with _Service(workspace, eye, note) as service:
            await service.until(stop)
        note("stopped")


def told(seen: Seen) -> dict[str, Any]:
    """Return what a log says of a look."""
    look = seen.look
    return {
        "source": look.source,
        "url": look.url,
        "outcome": look.outcome,
        "status": look.status,
        "error": look.error,
        "sha": look.sha,
        "new_bytes": seen.fresh,
    }


_TOGETHER = 0.5
"""Seconds after a visit in which others may end that are derived together with it."""


class _Service:
    """The scheduler with the rounds that it begins."""

    def __init__(self, workspace: Workspace, eye: Looking, note: Callable[..., None]) -> None:
        self.workspace, self.eye, self.note = workspace, eye, note
        self.rounds = Rounds(self._visit)
        self.visited = asyncio.Event()
        self.looked: set[str] = set()
        self.local = [each for each in workspace.config.sources if isinstance(each, FolderSource)]
        # Late jobs run, once; a source that is under way is not begun again.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self.scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    async def __aenter__(self) -> "_Service":
        await self.rounds.__aenter__()
        self.scheduler.start()
        for source in self.workspace.config.web:
            await self._plan(source)
        if self.local:
            every = self.workspace.config.fetching.every.total_seconds()
            trigger = IntervalTrigger(seconds=max(1, int(every)))
            self.scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
                self._look_around, trigger, id="folders", next_run_time=datetime.now(UTC)
            )
        self.note("started", sources=len(self.workspace.config.web))
        return self

    async def __aexit__(self, *error: Any) -> None:
        self.scheduler.pause()
        self.eye.keeper.hurry()
        await self.rounds.__aexit__(*error)
        self.scheduler.shutdown(wait=False)
        if error[0] is None:
            await self._surviving(
                self.eye.keeper.settle()
            )  # looks that change nothing take no time; what takes longer is left

    async def until(self, stop: asyncio.Event) -> None:
        """Go on until ``stop`` is set. Raises what a visit or a derivation could not deal with."""
        self.eye.unsettled += 1  # what a killed run left underived
        works: list[asyncio.Task[Any]] = [
            asyncio.create_task(stop.wait()),
            asyncio.create_task(self.rounds.failure()),
            asyncio.create_task(self._deriving()),
        ]
        try:
            done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                each.result()
        finally:
            for each in works:
                each.cancel()
            await asyncio.wait(works)

    async def _visit(self, source: WebSource) -> None:
        try:
            visited = await self.eye.visit(source)
        except Exception as error:
            if not survivable(error):
                raise
            self._crashed(error, source.name)
            self.eye.later(source)
            await self._plan(source)
            return
        due = await self._plan(source)
        self.looked.add(source.name)
        self.visited.set()
        self.note("visited", **_summary(visited), next_due=stamp(due))

    async def _look_around(self) -> None:
        """Look at the sources that are on this machine."""
        try:
            report = await self.eye.keeper.do(lambda house: fetch(self.workspace, house, self.local))
        except LeftError:
            return
        troubles = [f"{each.code}: {each.file} {each.why}".rstrip() for each in report.troubles]
        self.note("folders", files=len(report.files), changes=report.changes, troubles=troubles)

    async def _begin(self, source: WebSource) -> None:
        self.rounds.begin(source)  # a coroutine, or the scheduler would call it in a thread of its own

    async def _plan(self, source: WebSource) -> datetime:
        due = await self.eye.keeper.soon(lambda house: self.eye.due(house.store, source))
        self.scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
            self._begin, DateTrigger(run_date=due), args=[source], id=source.name, replace_existing=True
        )
        return due

    async def _deriving(self) -> None:
        while True:
            self.visited.clear()
            before = await self.eye.keeper.do(lambda house: queries.detections(house.store))
            settled = await self._surviving(self.eye.settle())
            if settled is not None:
                changes = await self.eye.keeper.do(partial(_detected, since=before))
                self.note("derived", documents=list(settled.documents), changes=changes, held=list(settled.held))
                for alarm in await self.eye.keeper.do(self._alarms):
                    self.note("alarm", source=alarm.source, before=alarm.before, after=alarm.after, reason=alarm.reason)
            await self.visited.wait()
            await asyncio.sleep(_TOGETHER)

    async def _surviving(self, deriving: Awaitable[Settled | None]) -> Settled | None:
        """Return what was derived; where that meets a mistake of ours it is told, and looking goes on: what is
        recorded can be derived when it is mended."""
        try:
            return await deriving
        except Exception as error:
            if not survivable(error):
                raise
            self._crashed(error)
            return None

    def _crashed(self, error: Exception, source: str | None = None) -> None:
        log.debug("crashed", exc_info=error)
        self.note("crashed", source=source, error=f"{type(error).__name__}: {error}")

    def _alarms(self, house: House) -> Any:
        names, self.looked = self.looked, set()
        return watching.alarm(self.workspace, house.store, names)


def _detected(house: House, since: int) -> int:
    return queries.count_detected(house.store, since)


def _summary(visited: Visited) -> dict[str, Any]:
    waiting = visited.waiting
    told = None if waiting is None else {"host": waiting.host, "until": stamp(waiting.until), "why": waiting.why}
    return {
        "source": visited.source,
        "looks": len(visited.seen),
        "new_bytes": sum(seen.fresh for seen in visited.seen),
        "left": visited.left,
        "waiting": told,
    }
