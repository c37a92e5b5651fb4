"""``tracker run``: sources are looked at when they are due, by one run at a time, which ends when it is told to."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from storage.archive import Archive
from storage.errors import DiskFullError
from storage.rows import Look
from storage.verify import verify
from tracker import keeper
from tracker.alone import LookingError, alone
from tracker.demosite import DemoSite, serving
from tracker.passes import look
from tracker.service import Entry, serve
from tracker.visits import Visit
from tracker.workspace import Workspace

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configured(folder: Path, *sources: str) -> Workspace:
    told = "\n".join(
        (
            '[fetching]\ncontact = "mailto:tests@example.org"\nprivate = ["127.0.0.1"]\npace = "10ms"\ntimeout = "20s"',
            *(f'[[sources]]\nname = "s{n}"\n{source}' for n, source in enumerate(sources, 1)),
        )
    )
    (folder / "config.toml").write_text(told + "\n", encoding="utf-8")
    return Workspace.find(folder / "config.toml")


@pytest.fixture
def site(tmp_path: Path) -> Generator[str]:
    port = free_port()
    with serving(DemoSite(ROOT / "samples", tmp_path / "site.txt"), port):
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def hanging() -> Generator[str]:
    """A server that takes a connection and never answers."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            over.wait(30)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            over.set()
            server.shutdown()
            thread.join()


def until(workspace: Workspace, wanted: Any, *, seconds: float = 20) -> list[Entry]:
    """Run the service until ``wanted`` holds of its log."""
    entries: list[Entry] = []

    async def run() -> None:
        stop = asyncio.Event()

        def log(entry: Entry) -> None:
            entries.append(entry)
            if wanted(entries):
                stop.set()

        await asyncio.wait_for(serve(workspace, stop, log), seconds)

    asyncio.run(run())
    return entries


def events(entries: list[Entry]) -> list[str]:
    return [entry.event for entry in entries if entry.event != "look"]


def looks(workspace: Workspace) -> list[Look]:
    with workspace.asking() as store:
        return sorted(store.fetch(Look), key=lambda look: (look.at, look.id))


def test_a_source_is_looked_at_at_once_and_then_when_it_is_due_again(tmp_path: Path, site: str) -> None:
    workspace = configured(tmp_path, f'listing = "{site}"\nevery = "1s"')

    entries = until(workspace, lambda told: events(told).count("visited") == 2)

    assert events(entries)[0] == "started"
    assert events(entries)[-1] == "stopped"
    visits = sorted({look.visit or "" for look in looks(workspace)})
    assert len(visits) >= 2
    outcomes = {look.outcome for look in looks(workspace) if look.visit == visits[0]}
    assert outcomes == {"listing", "captured"}
    assert {look.outcome for look in looks(workspace) if look.visit == visits[1]} == {"unmodified"}


def test_due_times_survive_a_restart(tmp_path: Path, site: str) -> None:
    workspace = configured(tmp_path, f'listing = "{site}"\nevery = "1d"')
    until(workspace, lambda told: "derived" in events(told) and "visited" in events(told))
    before = len(looks(workspace))

    entries = until(workspace, lambda told: "derived" in events(told))

    assert "visited" not in events(entries), "it was looked at a moment ago and is due in a day"
    assert len(looks(workspace)) == before


def test_what_fell_due_while_nothing_ran_is_looked_at_once(tmp_path: Path, site: str) -> None:
    workspace = configured(tmp_path, f'listing = "{site}"\nevery = "1s"')
    until(workspace, lambda told: "visited" in events(told))
    time.sleep(2.2)  # two visits were missed
    workspace = configured(tmp_path, f'listing = "{site}"\nevery = "1d"')
    before = {look.visit for look in looks(workspace)}

    workspace = configured(tmp_path, f'listing = "{site}"\nevery = "2s"')
    until(workspace, lambda told: "visited" in events(told))

    assert len({look.visit for look in looks(workspace)} - before) == 1


def test_a_hung_host_holds_up_nobody(tmp_path: Path, site: str) -> None:
    with hanging() as dead:
        # Hosts are told apart by their names: 127.0.0.2 is loopback as well, and another host.
        dead = dead.replace("127.0.0.1", "localhost")
        workspace = configured(tmp_path, f'page = "{dead}"', f'listing = "{site}"\nevery = "1d"')
        text = (tmp_path / "config.toml").read_text(encoding="utf-8")
        (tmp_path / "config.toml").write_text(
            text.replace('private = ["127.0.0.1"]', 'private = ["127.0.0.1", "::1"]'), encoding="utf-8"
        )
        workspace = Workspace.find(tmp_path / "config.toml")
        begun = time.monotonic()

        entries = until(workspace, lambda told: "visited" in events(told))

    assert [entry.details["source"] for entry in entries if entry.event == "visited"] == ["s2"]
    assert time.monotonic() - begun < 15, "leaving does not wait for the hung one either"


def test_a_second_run_refuses_to_start(tmp_path: Path, site: str) -> None:
    workspace = configured(tmp_path, f'listing = "{site}"')

    with alone(workspace.config.data), pytest.raises(LookingError, match="process"):
        until(workspace, lambda told: True)


def test_the_lock_is_free_again_after_a_run(tmp_path: Path, site: str) -> None:
    workspace = configured(tmp_path, f'listing = "{site}"')
    until(workspace, lambda told: "started" in events(told))

    with alone(workspace.config.data):
        pass


def tracker(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from tracker.cli import main; main()", "--lang", "en", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_sigterm_ends_it_within_seconds_and_the_log_is_one_object_a_line(tmp_path: Path, site: str) -> None:
    configured(tmp_path, f'listing = "{site}"\nevery = "1s"')
    with tracker(tmp_path, "run", "--json") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(9)]
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        rest, error = process.communicate(timeout=10)

    assert process.returncode == 0, error
    assert time.monotonic() - begun < 5
    told = [json.loads(line) for line in [*lines, *rest.splitlines()]]
    assert told[0]["event"] == "started"
    assert told[-1]["event"] == "stopped"
    look = next(line for line in told if line["event"] == "look")
    assert {"at", "event", "source", "url", "outcome", "status"} <= set(look)


def test_the_plain_log_goes_to_stderr_and_a_busy_folder_is_told(tmp_path: Path, site: str) -> None:
    workspace = configured(tmp_path, f'listing = "{site}"\nevery = "1h"')
    with alone(workspace.config.data), tracker(tmp_path, "run") as process:
        out, error = process.communicate(timeout=20)

    assert process.returncode == 1
    assert out == ""
    assert "is looking at sources" in error


def test_folders_are_looked_at_too(tmp_path: Path) -> None:
    workspace = configured(tmp_path, f'folder = "{ROOT / "samples"}"')

    entries = until(workspace, lambda told: "folders" in events(told))

    (folders,) = [entry for entry in entries if entry.event == "folders"]
    assert folders.details["files"] == 8
    assert folders.details["changes"] > 0


def test_stopped_in_the_middle_of_a_visit_it_leaves_nothing_underived_that_takes_no_time(
    tmp_path: Path, site: str
) -> None:
    workspace = configured(tmp_path, f'listing = "{site}"\nevery = "1s"')
    until(workspace, lambda told: "derived" in events(told) and told[-1].details.get("documents"))

    until(workspace, lambda told: sum(entry.event == "look" for entry in told) == 3)

    with workspace.asking() as store:
        assert list(verify(store)) == []


def test_without_sources_it_says_so(tmp_path: Path) -> None:
    configured(tmp_path)
    with tracker(tmp_path, "run") as process:
        _, error = process.communicate(timeout=20)

    assert process.returncode == 1
    assert "has no sources" in error


class _MistakeError(Exception):
    """What nobody foresaw."""


@pytest.fixture
def mistaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Visits to the source s1 meet a mistake of ours."""
    make = Visit.make

    async def made(visit: Visit) -> Any:
        if visit.source.name == "s1":
            raise _MistakeError("an odd page")
        return await make(visit)

    monkeypatch.setattr(Visit, "make", made)


@pytest.mark.usefixtures("mistaken")
def test_a_mistake_in_one_visit_stops_no_other_one(tmp_path: Path, site: str) -> None:
    workspace = configured(tmp_path, f'page = "{site}x"\nevery = "1s"', f'listing = "{site}"\nevery = "1s"')

    entries = until(workspace, lambda told: events(told).count("visited") == 2 and events(told).count("crashed") == 2)

    crashed = [entry.details for entry in entries if entry.event == "crashed"]
    assert crashed[0] == {"source": "s1", "error": "_MistakeError: an odd page"}
    assert 2 <= len(crashed) <= 4, "it is tried again when it is due, not at once"
    assert {entry.details["source"] for entry in entries if entry.event == "visited"} == {"s2"}


@pytest.mark.usefixtures("mistaken")
def test_a_pass_tells_of_a_mistake_and_goes_on(tmp_path: Path, site: str) -> None:
    workspace = configured(tmp_path, f'page = "{site}x"', f'listing = "{site}"')

    report = look(workspace, workspace.config.web)

    assert [(each.code, each.file) for each in report.troubles] == [("crashed", "s1")]
    assert report.failed
    assert len(report.documents) > 0


def test_where_nothing_can_be_derived_looking_goes_on(
    tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(house: Any) -> Any:
        raise _MistakeError("an odd document")

    monkeypatch.setattr(keeper, "settle", broken)
    workspace = configured(tmp_path, f'listing = "{site}"\nevery = "1s"')

    entries = until(workspace, lambda told: events(told).count("visited") == 2 and "crashed" in events(told))

    assert next(e for e in entries if e.event == "crashed").details["source"] is None
    assert len(looks(workspace)) > 2


def test_where_nothing_can_be_kept_it_ends(tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = configured(tmp_path, f'listing = "{site}"\nevery = "1s"')

    def full(archive: Archive, data: bytes) -> str:
        raise DiskFullError(archive.folder)

    monkeypatch.setattr(Archive, "put", full)

    with pytest.raises(DiskFullError):
        until(workspace, lambda told: False)
