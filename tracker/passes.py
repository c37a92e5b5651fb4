"""One pass over sources, now: folders are read, servers are asked, and a report tells what came of it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from storage import queries, rows
from storage.store import Store
from tracker.gathering import Gathered, Report, Trouble, fetch, with_members
from tracker.ingest import House, Progress, Settled, settle
from tracker.looking import Looking, looking, survivable
from tracker.moments import stamp
from tracker.opening import members
from tracker.outcomes import Outcome
from tracker.rounds import Rounds
from tracker.settings import FolderSource, Source, WarcSource, WebSource
from tracker.visits import Visited
from tracker.warc import Imported, take_in
from tracker.workspace import Workspace, silent

log = logging.getLogger(__name__)


def look(workspace: Workspace, sources: Sequence[Source], *, progress: Progress = silent, **how: Any) -> Report:
    """Look at ``sources`` and derive what follows. ``how`` goes to `looking`. Raises LookingError where another run is
    looking at the web."""
    report = Report()
    folders = [source for source in sources if isinstance(source, FolderSource)]
    if folders:
        with workspace.house(progress) as house:
            report = fetch(workspace, house, folders)
    archives = [source for source in sources if isinstance(source, WarcSource)]
    if archives:
        with workspace.house(progress) as house:
            report = joined(report, _archives(workspace, house, archives))
    web = [source for source in sources if not isinstance(source, FolderSource | WarcSource)]
    if web:
        report = joined(report, asyncio.run(tour(workspace, web, progress=progress, **how)))
    return report


async def tour(
    workspace: Workspace, sources: Sequence[WebSource], *, progress: Progress = silent, **how: Any
) -> Report:
    """Visit each source once, at the pace that its host allows, and return what came of it."""
    visits: list[Visited] = []
    settled: list[Settled] = []
    troubles: list[Trouble] = []
    async with looking(workspace, progress=progress, hurried=True, **how) as eye:
        before = await eye.keeper.do(lambda house: queries.detections(house.store))

        async def visiting(source: WebSource) -> None:
            try:
                visits.append(await eye.visit(source))
            except Exception as error:
                if not survivable(error):
                    raise
                log.debug("crashed", exc_info=error)
                troubles.append(Trouble(code="crashed", file=source.name, why=f"{type(error).__name__}: {error}"))
            progress("visit", len(visits) + len(troubles), len(sources))

        async with Rounds(visiting) as rounds:
            for source in sources:
                rounds.begin(source)
            await _while(eye, rounds, settled.append)
        report = await eye.keeper.do(lambda house: _report(house, visits, settled, before))
    return replace(report, troubles=tuple(troubles))


async def _while(eye: Looking, rounds: Rounds, hear: Callable[[Settled], None]) -> None:
    """Derive while visits are under way, and what is left when they are done."""
    over = asyncio.Event()
    deriving = asyncio.create_task(eye.settling(over, hear))
    resting = asyncio.create_task(rounds.rest())
    try:
        done, _ = await asyncio.wait((deriving, resting), return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
        over.set()
        await deriving
    finally:
        for each in (deriving, resting):
            each.cancel()
        await asyncio.gather(deriving, resting, return_exceptions=True)


def joined(one: Report, two: Report) -> Report:
    """Return both reports as one."""
    return Report(
        files=one.files + two.files,
        troubles=one.troubles + two.troubles,
        documents=tuple(dict.fromkeys(one.documents + two.documents)),
        looks=one.looks + two.looks,
        changes=one.changes + two.changes,
        rebuilt=one.rebuilt or two.rebuilt,
    )


def _archives(workspace: Workspace, house: House, sources: Sequence[WarcSource]) -> Report:
    """Take in the WARC files of ``sources`` and derive what follows."""
    store = house.store
    before = queries.detections(store)
    taken: list[Imported] = []
    troubles: list[Trouble] = []
    for source in sources:
        path = workspace.config.root / source.warc
        try:
            found = take_in(store, path, source=source.name, claims=source.claims, include=source.include)
        except FileNotFoundError:
            troubles.append(Trouble(code="missing", file=str(path)))
            continue
        except OSError as error:
            troubles.append(Trouble(code="unreadable", file=str(path), why=error.strerror or str(error)))
            continue
        taken.append(found)
        troubles += [
            Trouble(code="unreadable", file=str(path), why=f"byte {each.offset}: {each.why}") for each in found.broken
        ]
    settled = settle(house)
    new = {name for found in taken for name in found.new}
    looks = {look.id: look for found in taken for look in found.looks}
    return Report(
        files=tuple(each for look in looks.values() for each in _of_look(store, look, known=look.id not in new)),
        troubles=tuple(troubles),
        documents=settled.documents,
        looks=len(looks),
        changes=queries.count_detected(store, before),
        rebuilt=settled.rebuilt,
    )


def _report(house: House, visits: Sequence[Visited], settled: Sequence[Settled], before: int) -> Report:
    seen = [each for visit in visits for each in visit.seen]
    return Report(
        files=(
            *(each for one in seen for each in _of_look(house.store, one.look)),
            *(_waiting(visit) for visit in visits if visit.waiting is not None),
        ),
        documents=tuple(dict.fromkeys(name for each in settled for name in each.documents)),
        looks=len(seen),
        changes=queries.count_detected(house.store, before),
        rebuilt=any(each.rebuilt for each in settled),
    )


def _of_look(store: Store, look: rows.Look, *, known: bool = False) -> list[Gathered]:
    if look.outcome == "captured":
        stood = {look.id, *(each.id for each in members(store, look))} if known else ()
        return with_members(store, look.url or look.slot, look, stood)
    outcome: Outcome = look.outcome  # pyright: ignore[reportAssignmentType]  # the closed list of looks
    document = next(iter(queries.documents_at(store, look.slot)), None)
    if outcome == "gone" and document is not None:
        states = store.fetch(rows.Document, document=document)
        outcome = "withdrawn" if any(each.state == "withdrawn" for each in states) else "gone"
    return [
        Gathered(
            file=look.url or look.slot,
            at=look.at,
            sha=look.sha,
            look=look.id,
            document=document,
            outcome=outcome,
            source=look.source,
            why=look.error,
        )
    ]


def _waiting(visit: Visited) -> Gathered:
    waiting = visit.waiting
    assert waiting is not None
    return Gathered(
        file=waiting.host,
        at=visit.began,
        sha=None,
        look=None,
        document=None,
        outcome="waiting",
        source=visit.source,
        why=waiting.why,
        until=stamp(waiting.until),
    )
