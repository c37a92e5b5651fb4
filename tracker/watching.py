"""Watching over what should be public, and over the sources that are to bring it: what the store knows of both."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from scrapers.finding.pages import normalised
from storage import operations, rows, sightings
from storage.operations import Alarm, Brought
from storage.store import Store
from tracker import health as healths
from tracker.config import Config
from tracker.coverage import Bringing, Covered, Published, coverage
from tracker.deadlines import local_day, printed_approval
from tracker.health import Health
from tracker.model import Kind, Scope
from tracker.moments import moment
from tracker.settings import Source, on_the_web
from tracker.workspace import Workspace


def survey(workspace: Workspace, store: Store, names: Collection[str] | None = None) -> tuple[Health, ...]:
    """Return how the sources ``names`` (None: all) of the configuration are, in its order."""
    return _survey(workspace, store, names, operations.brought(store))


def _survey(
    workspace: Workspace, store: Store, names: Collection[str] | None, brought: Mapping[str, Brought]
) -> tuple[Health, ...]:
    config = workspace.config
    scheduled, waits = operations.schedule(store), operations.waits(store)
    return tuple(
        healths.health(
            (of := _source(config, source)),
            operations.last_looks(store, source.name, of.entry),
            now=moment(workspace.clock()),
            scheduled=scheduled.get(source.name),
            waited=waits.get(_host(of.entry)),
            brought=brought.get(source.name),
        )
        for source in config.sources
        if names is None or source.name in names
    )


def unseen(workspace: Workspace) -> tuple[Health, ...]:
    """Return how the configured sources are where nothing was gathered yet."""
    now = moment(workspace.clock())
    config = workspace.config
    return tuple(healths.health(_source(config, source), (), now=now) for source in config.sources)


def alarm(workspace: Workspace, store: Store, names: Collection[str] | None = None) -> tuple[Alarm, ...]:
    """Keep and return an alarm for each of the sources ``names`` (None: all) whose state changed since the last one."""
    raised = healths.raised(operations.standing(store), _survey(workspace, store, names, {}), workspace.clock())
    operations.add_alarms(store, raised)
    return raised


def covered(workspace: Workspace, store: Store | None) -> tuple[Covered, ...]:
    """Return how everything stands that the configuration watches (``[[watch]]``); ``store`` is None where nothing was
    gathered yet."""
    config = workspace.config
    brought = operations.brought(store) if store else {}
    units = {each.document: each.unit for each in store.fetch(rows.Document)} if store else {}
    surveyed = _survey(workspace, store, None, {}) if store else unseen(workspace)
    states = {each.source: each for each in surveyed}
    return coverage(
        config.watch,
        _published(store) if store else (),
        [
            _bringing(source, states[source.name], brought.get(source.name, _NOTHING), units)
            for source in config.sources
        ],
        kept=workspace.names.units,
        today=local_day(workspace.clock()),
    )


def _bringing(source: Source, health: Health, brought: Brought, units: Mapping[str, str]) -> Bringing:
    return Bringing(
        name=source.name,
        state=health.state,
        read=bool(health.last_success or brought.captures),
        unit=source.unit,
        year=source.year,
        kind=source.kind,
        scope=source.scope,
        units=frozenset(units[each] for each in brought.documents if each in units),
    )


_NOTHING = Brought(source="")


def _published(store: Store) -> Iterator[Published]:
    seen, gone = sightings.sightings(store), sightings.withdrawals(store)
    for document in store.fetch(rows.Document):
        kind, scope = cast("Kind", document.kind), cast("Scope", document.scope)
        sighting = seen.get(document.document)
        gone_before, gone_since = gone.get(document.document, (None, None))
        approved, quote = printed_approval(sightings.approvals(store, document.document), kind, document.year) or (
            None,
            None,
        )
        yield Published(
            document=document.document,
            unit=document.unit,
            year=document.year,
            kind=kind,
            scope=scope,
            state=cast("Any", document.state),
            published_on=document.published_on,
            seen_before=sighting.before if sighting else None,
            seen_after=sighting.after if sighting else document.first_seen,
            gone_before=gone_before,
            gone_since=gone_since,
            approved=approved,
            quote=quote,
        )


def _source(config: Config, source: Source) -> healths.Source:
    address = str(getattr(source, source.place))
    if not on_the_web(source):
        return healths.Source(name=source.name, place=source.place, address=address)
    return healths.Source(
        name=source.name,
        place=source.place,
        address=address,
        entry=normalised(source.url),
        every=config.every(source),
    )


def _host(entry: str | None) -> str:
    return (urlsplit(entry).hostname or "").lower() if entry else ""
