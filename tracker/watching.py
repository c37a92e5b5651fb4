"""Watching the watching: how every configured source is, and the alarms that operators get."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from scrapers.finding.pages import normalised
from storage import operations
from storage.operations import Alarm, Brought
from storage.store import Store
from tracker import health as healths
from tracker.config import Config
from tracker.health import Health
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


def alarm(workspace: Workspace, store: Store, names: Collection[str] | None = None) -> tuple[Alarm, ...]:
    """Keep and return an alarm for each of the sources ``names`` (None: all) whose state changed since the last one."""
    raised = healths.raised(operations.standing(store), _survey(workspace, store, names, {}), workspace.clock())
    operations.add_alarms(store, raised)
    return raised


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
