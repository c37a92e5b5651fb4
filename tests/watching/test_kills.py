"""Killed at any moment of a pass or of the service, while a site revises what it published: nothing that the log told
of is lost, nothing is invented, and what is known in the end is what an undisturbed run knows."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from storage import rows
from storage.dump import dump
from storage.store import Store
from storage.verify import verify
from tests.generator import events
from tests.site.publishing import Column, Content, Publication, Shape
from tests.site.server import Server
from tests.site.site import Site
from tests.site.skins import Skin
from tracker.ingest import rebuild
from tracker.workspace import Workspace

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
HOSTS: tuple[tuple[str, Shape, str], ...] = (
    ("www.qingshui.example", "page", "figure_in_one_place"),
    ("www.yunxi.example", "tables apart", "figure_everywhere"),
    ("files.heting.example", "file", "figure_in_one_place"),
)


class Town:
    """Three hosts on loopback, a document on each, all revised and set back at the same time."""

    def __init__(self) -> None:
        self.site = Site()
        self.papers: list[tuple[Publication, events.Event]] = []
        for seed, (host, shape, what) in enumerate(HOSTS, 4):
            self.site.host(host, skin=Skin("trs", "人民政府", "utf-8"), validators="etag" if seed % 2 else "none")
            column = Column(self.site, host, "/zwgk/yjsgk/", "财政预决算")
            event = events.revision(what, seed, "hubei")
            paper = Publication(self.site, column, seed, Content(event.before), "2024-09-20", shape).publish()
            self.papers.append((paper, event))

    def revise(self, n: int) -> None:
        """Do what comes ``n``-th: other content, then what stood before, and so on."""
        for paper, event in self.papers:
            if n % 2 == 0:
                paper.revise(event.after, event.expected)
            else:
                paper.revise(event.before)


class Watch:
    """A folder with a configuration of the town's sources, and the commands that are run there."""

    def __init__(self, folder: Path, town: Town) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        sources = "\n".join(
            f'[[sources]]\nname = "{paper.host}"\nlisting = "{paper.column.url}"\nevery = "1s"\n'
            for paper, _ in town.papers
        )
        told = '[fetching]\ncontact = "mailto:tests@example.org"\nprivate = ["127.0.0.0/8"]\npace = "20ms"\n'
        (folder / "config.toml").write_text(told + sources, encoding="utf-8")
        self.workspace = Workspace.find(folder / "config.toml")
        self.acknowledged: Counter[tuple[str, ...]] = Counter()

    def start(self, *command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", "from tracker.cli import main; main()", "--lang", "en", *command],
            cwd=self.folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def fetch(self) -> None:
        """Look at everything once, undisturbed."""
        process = self.start("fetch", "--json")
        out, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
        assert json.loads(out)["troubles"] == []

    def kill(self, after: float, *command: str) -> bool:
        """Kill a command ``after`` so many seconds; tell whether it was still at work. What the service's log told of
        is acknowledged."""
        process = self.start(*command)
        with suppress(subprocess.TimeoutExpired):
            process.wait(after)
        process.send_signal(signal.SIGKILL)
        out, error = process.communicate(timeout=20)
        if process.returncode != -signal.SIGKILL:
            assert process.returncode == 0, error
            return False
        if command[0] == "run":
            self.acknowledged.update(told(out.splitlines(keepends=True)))
        return True

    def unsound(self) -> list[str]:
        """Return what does not fit after a kill. Looks that were recorded and not derived from yet are no damage."""
        if not self.workspace.config.data.exists():
            return []
        with Store.open(self.workspace.config.data) as store:
            found = [f"{each.code} {each.place} {each.details}" for each in verify(store)]
            kept = Counter(_named(_logged(look)) for look in store.fetch(rows.Look))
        lost = [f"lost: {name}" for name in self.acknowledged - kept]
        return [each for each in found if not each.startswith("look.underived")] + lost

    def known(self) -> list[str]:
        """Return what is known, but for the times at which it was seen."""
        with self.workspace.asking() as store:
            states = [f"{s.document} {s.n} {s.version} {s.outcome}" for s in store.fetch(rows.State)]
            compared = {each.id: each for each in store.fetch(rows.Comparison)}
            changes = [
                f"{compared[c.comparison].document_before} {compared[c.comparison].version_before} {c.id}"
                for c in store.fetch(rows.Change)
            ]
            problems = [f"{p.subject} {p.code} {p.quote}" for p in store.fetch(rows.Problem)]
        return [*states, *sorted(changes), *sorted(problems)]

    def rebuilt(self) -> tuple[list[str], list[str]]:
        """Return the derived tables as they are, and as they are when all is made anew."""
        with self.workspace.house() as house:
            before = list(dump(house.store))
            rebuild(house)
            return before, list(dump(house.store))


def _logged(look: rows.Look) -> dict[str, Any]:
    return {name: getattr(look, name) for name in ("source", "url", "outcome", "sha")}


def _named(look: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(look[name]) for name in ("source", "url", "outcome", "sha"))


def told(lines: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the looks that a log tells of; its last line may have been cut by the kill."""
    entries = [json.loads(line) for line in lines if line.endswith("\n")]
    return [_named(entry) for entry in entries if entry["event"] == "look"]


def _disturbed(folder: Path, rng: random.Random, revisions: int, kills: int, longest: float) -> int:
    """Let a town revise its documents while one watch is killed again and again and another one is not; hold them
    against each other after each revision. Return how many were killed at work."""
    town = Town()
    killed = 0
    with Server(town.site, apart=True):
        disturbed, calm = Watch(folder / "disturbed", town), Watch(folder / "calm", town)
        for n in range(-1, revisions):
            if n >= 0:
                town.revise(n)
            for _ in range(kills):
                command = rng.choice((("run", "--json"), ("fetch",)))
                killed += disturbed.kill(rng.uniform(0.3, longest), *command)
                assert disturbed.unsound() == []
            for each in (disturbed, calm):
                each.fetch()
            assert disturbed.known() == calm.known()
        before, anew = disturbed.rebuilt()
        assert before == anew
        assert disturbed.unsound() == []
    return killed


def test_a_killed_watch_knows_in_the_end_what_an_undisturbed_one_knows(tmp_path: Path) -> None:
    assert _disturbed(tmp_path, random.Random(1), 1, 2, 2.5) > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_hundreds_of_kills_lose_and_invent_nothing(
    tmp_path: Path, seed: int, record_property: Callable[[str, object], None]
) -> None:
    killed = _disturbed(tmp_path, random.Random(100 + seed), 8, 8, 4)
    record_property("killed", killed)
    assert killed >= 40
