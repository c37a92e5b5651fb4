"""Several at work on one folder at once: what each derives stands on all that is there."""

import asyncio
import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import tracker.ingest
import tracker.keeper
from storage import rows
from storage.dump import dump
from storage.errors import BusyError
from storage.store import Store
from tests.generator import events
from tests.generator.render import render
from tests.properties.house import house
from tracker.ingest import House, Offer, Settled, ingest, rebuild, settle
from tracker.keeper import Keeper
from tracker.workspace import Workspace

EVENT = events.revision("figure_in_one_place", 4, "hubei")
SLOT = "http://www.qingshui.example/t1.html"


def offer(text: str, at: str) -> Offer:
    return Offer(data=text.encode(), name="t1.txt", slot=SLOT, url=SLOT, at=at)


def recorded(store: Store, text: str, at: str) -> None:
    """Keep a look without deriving anything from it."""
    look = rows.Look.of(source="s", slot=SLOT, url=SLOT, at=at, sha=store.archive.put(text.encode()), name="t1.txt")
    store.record(text.encode(), look)


def test_what_another_derives_meanwhile_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = render(EVENT.before, "tsv"), render(EVENT.after, "tsv")
    with Store.open(tmp_path) as store:
        recorded(store, first, "2024-10-01T00:00:00Z")
    timeline = tracker.ingest.timeline
    others: list[threading.Thread] = []

    def ingesting() -> None:
        with Store.open(tmp_path) as store:
            ingest(house(store), [offer(second, "2024-11-01T00:00:00Z")])

    def interrupted(*given: Any) -> Any:
        found = timeline(*given)
        if not others:
            others.append(threading.Thread(target=ingesting))
            others[0].start()
            others[0].join(0.7)  # it is done by then, or waits for us
        return found

    monkeypatch.setattr(tracker.ingest, "timeline", interrupted)
    with Store.open(tmp_path) as store:
        settle(house(store))
    others[0].join(30)

    with Store.open(tmp_path) as store:
        assert [state.n for state in store.fetch(rows.State)] == [1, 2]
        assert store.pending() == ()
        derived = list(dump(store))
        rebuild(house(store))
        assert list(dump(store)) == derived


@contextmanager
def writing(folder: Path) -> Generator[threading.Event]:
    """Let another one hold the folder's lock until the event is set."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with Store.open(folder) as store, store.writing():
            held.set()
            free.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    try:
        yield free
    finally:
        free.set()
        thread.join(10)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tracker.keeper, "_BUSY", 0.05)
    return Workspace()


def look_at(slot: str) -> rows.Look:
    return rows.Look.of(source="s", slot=slot, url=slot, at="2024-10-01T00:00:00Z", outcome="failed")


def test_a_service_waits_for_another_writer_and_says_for_whom(workspace: Workspace) -> None:
    told: list[str] = []

    async def run() -> bool:
        async with Keeper(workspace.house, patient=told.append) as keeper:
            with writing(workspace.config.data) as free:
                recording = asyncio.create_task(keeper.record(None, look_at(SLOT)))
                await asyncio.sleep(0.3)
                assert not recording.done()
                free.set()
                return await recording

    assert asyncio.run(run())
    assert told == [f"process {os.getpid()}"], "once, however long it takes"


def test_who_waits_for_another_writer_can_be_told_to_end(workspace: Workspace) -> None:
    async def run() -> None:
        async with Keeper(workspace.house, patient=lambda holder: None) as keeper:
            with writing(workspace.config.data):
                recording = asyncio.create_task(keeper.record(None, look_at(SLOT)))
                await asyncio.sleep(0.1)
                keeper.hurry()
                with pytest.raises(BusyError):
                    await asyncio.wait_for(recording, 5)

    asyncio.run(run())


def test_what_is_being_derived_is_left_where_the_work_ends_with_an_error(workspace: Workspace) -> None:
    begun = threading.Event()

    def endless(house: House) -> Settled:
        begun.set()
        while True:
            time.sleep(0.01)
            house.pause()

    async def run() -> None:
        async with Keeper(workspace.house) as keeper:
            task = asyncio.create_task(keeper.do(endless))
            task.add_done_callback(lambda done: done.exception())
            await asyncio.to_thread(begun.wait)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run())
