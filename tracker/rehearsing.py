"""What a visit to a source would ask for, and why: the listings are looked at, nothing else is, and nothing is kept."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from scrapers.finding.pages import normalised
from scrapers.net.client import Client
from scrapers.net.fetcher import Fetcher
from storage.archive import Archive
from storage.errors import MissingDatabaseError
from storage.rows import Look, to_json
from tracker.looking import client_of, planned, timing_of
from tracker.model import Identity
from tracker.normalize.identity import hinted
from tracker.recording import declared
from tracker.schedule import Plan
from tracker.settings import WebSource
from tracker.visits import Seen, Visit
from tracker.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """A document that would be asked for: its address and the words of the link, ``listed_at`` the page that links it
    (None: no page does any more), ``why`` it would be: ``new``, ``due``, or not yet (``rested``); what was declared of
    it or can be told from the link."""

    url: str
    link: str
    listed_at: str | None
    why: str
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """The listings that were looked at, and the documents that they lead to."""

    listings: tuple[Seen, ...]
    documents: tuple[Foretold, ...]
    waiting: str | None = None


@dataclass(slots=True)
class _Forgetting:
    """Keeps nothing, and reads what was kept before."""

    archive: Archive

    async def record(self, data: bytes | None, look: Look) -> bool:
        del data, look
        return False

    async def bytes(self, sha: str) -> bytes:
        return self.archive.get(sha)


def rehearse(workspace: Workspace, source: WebSource, *, client: Client | None = None) -> Rehearsed:
    """Return what a visit to ``source`` now would ask for; its listings are asked for, as politely as ever."""
    return asyncio.run(_rehearse(workspace, source, client))


async def _rehearse(workspace: Workspace, source: WebSource, client: Client | None) -> Rehearsed:
    config = workspace.config
    fetcher = Fetcher(client or client_of(config), config.rule, clock=_now, random=Random())
    wanted = _planned(workspace, source)
    keeper = _Forgetting(Archive(config.data / "archive"))
    visit = Visit(source=source, plan=wanted, fetcher=fetcher, keeper=keeper, clock=_now)
    taxonomy = workspace.reader().taxonomy
    try:
        found = await visit.listed()
    finally:
        await fetcher.close()
    documents: list[Foretold] = []
    for each in {normalised(each.link.url): each for each in found}.values():
        slot = normalised(each.link.url)
        claims = visit.claims(each.link)
        told = hinted("", tuple(filter(None, (each.link.text, each.link.title))), taxonomy)
        pinned = declared(to_json(claims))
        identity = Identity(
            unit=pinned.unit or told.unit,
            year=pinned.year or told.year,
            kind=pinned.kind or told.kind,
            scope=pinned.scope or told.scope,
        )
        why = "new" if slot not in wanted.known else "due" if wanted.due(slot) else "rested"
        documents.append(
            Foretold(url=each.link.url, link=each.link.text, listed_at=each.listed_at, why=why, identity=identity)
        )
    waiting = visit.waiting
    return Rehearsed(
        listings=tuple(visit.seen),
        documents=tuple(documents),
        waiting=None if waiting is None else f"{waiting.host}: {waiting.why}",
    )


def _planned(workspace: Workspace, source: WebSource) -> Plan:
    timing = timing_of(workspace.config, source)
    try:
        with workspace.asking() as store:
            return planned(store, source, timing, _now())
    except MissingDatabaseError:
        return Plan(timing=timing, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
