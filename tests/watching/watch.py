"""A tracker that looks at the test site, day after day of a clock of ours, and what it then knows."""

import asyncio
import json
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from scrapers.net.client import Client, Limits
from storage import queries, rows
from storage.rows import Look
from storage.store import Store
from tests.site.server import Names
from tests.site.site import Site
from tests.site.transport import Transport
from tests.virtual import VirtualLoop
from tracker import config, passes
from tracker.gathering import Report
from tracker.moments import stamp
from tracker.settings import on_the_web
from tracker.workspace import Workspace

T = TypeVar("T")

AGENT = "watch-of-tests/1 (+mailto:tests@town.example)"


class Time:
    """The time of a site and of who looks at it: that of the virtual loop while one runs."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._loop: VirtualLoop | None = None

    def __call__(self) -> datetime:
        return self.at if self._loop is None else self._loop.now()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` in a virtual loop that begins now; afterwards it is as late as it became there."""
        loop = VirtualLoop(self.at)
        self._loop = loop
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                return runner.run(work)
        finally:
            self.at = loop.now()
            self._loop = None


class Watch:
    """A workspace in ``folder`` whose sources are those of ``sources`` (TOML); its time is the site's."""

    def __init__(self, folder: Path, site: Site, time: Time, sources: str, *, fetching: str = "") -> None:
        self.site = site
        self.time = time
        self.folder = folder
        path = folder / "config.toml"
        told = f'[fetching]\ncontact = "mailto:tests@town.example"\npace = "5s"\n{fetching}\n'
        path.write_text(f"{told}\n{sources}\n", encoding="utf-8")
        self.workspace = Workspace(config.load(path), lambda: stamp(self.time()))
        self.reports: list[Report] = []

    def look(self, **how: Any) -> Report:
        """Look at every source once, now, and derive what follows; ``how`` goes to the pass."""
        web = [source for source in self.workspace.config.sources if on_the_web(source)]
        client = Client(agent=AGENT, limits=_limits(self.workspace), transport=Transport(self.site))
        report = self.time.run(
            passes.tour(self.workspace, web, now=self.time, random=Random(1), client=client, threaded=False, **how)
        )
        self.reports.append(report)
        return report

    def days(self, number: int = 1, *, hours: float = 24) -> Report:
        """Look ``number`` times, ``hours`` apart, the first one after that time."""
        for _ in range(number):
            self.time.at += timedelta(hours=hours)
            self.look()
        return self.reports[-1]

    def store(self) -> Store:
        return self.workspace.asking()

    # -- what is known -----------------------------------------------------------------------------------------------
    def looks(self, slot: str = "") -> list[Look]:
        """Return every look in order, or those at one address."""
        with self.store() as store:
            every = sorted(store.fetch(Look), key=lambda look: (look.at, look.seq, look.id))
        return [look for look in every if slot in ("", look.slot)]

    def outcomes(self, slot: str) -> list[str]:
        return [look.outcome for look in self.looks(slot)]

    def documents(self) -> dict[str, str]:
        """Return each document and the state that it is in."""
        with self.store() as store:
            return {row.document: row.state for row in store.fetch(rows.Document)}

    def states(self, document: str) -> list[dict[str, Any]]:
        with self.store() as store:
            return queries.states(store, document)

    def outcomes_of_states(self, document: str) -> list[str]:
        return [str(state["outcome"]) for state in self.states(document)]

    def changes(self, document: str | None = None, axis: str | None = "revision") -> list[dict[str, Any]]:
        """Return the changes of an axis (None: of all), of one document or all."""
        with self.store() as store:
            return queries.changes(store, document=document, axis=axis)

    def aspects(self, document: str | None = None) -> list[tuple[str, str]]:
        """Return kind and aspect of the structure changes of the revision axis, in the order shown."""
        return [
            (str(each["kind"]), str(each["aspect"]))
            for each in self.changes(document)
            if each["subject"] == "structure"
        ]

    def problems(self, document: str | None = None) -> list[str]:
        with self.store() as store:
            return sorted(str(each["code"]) for each in queries.problems(store, document))

    def figures(self) -> int:
        with self.store() as store:
            return len(store.fetch(rows.Figure))


def _limits(workspace: Workspace) -> Limits:
    fetching = workspace.config.fetching
    return Limits(timeout=fetching.timeout.total_seconds(), size=fetching.size)


def on_socket(workspace: Workspace, names: Names) -> Report:
    """Look at every source of ``workspace`` once, over real sockets and in real time."""
    fetching = workspace.config.fetching
    client = Client(agent=AGENT, limits=_limits(workspace), private=fetching.private, resolver=names)
    web = [source for source in workspace.config.sources if on_the_web(source)]
    return asyncio.run(passes.tour(workspace, web, random=Random(1), client=client))


def claims(look: Look) -> dict[str, Any]:
    return json.loads(look.claims)


def exchange(look: Look) -> dict[str, Any]:
    return json.loads(look.exchange)
