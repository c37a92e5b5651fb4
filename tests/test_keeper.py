"""The keeper: one hand that writes, which makes a pause in what is long for what is short."""

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

import tracker.ingest
import tracker.keeper
import tracker.looking
from scrapers.net.fetcher import Fetcher
from storage.errors import DamagedCaptureError
from storage.rows import Document, Look
from storage.store import Store
from tracker.config import Config
from tracker.ingest import House, Settled
from tracker.keeper import Keeper
from tracker.looking import Looking
from tracker.workspace import Workspace, now


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(tmp_path)
    return Workspace()


def look(n: int, data: bytes, sha: str | None = None) -> Look:
    sha = sha or hashlib.sha256(data).hexdigest()
    return Look.of(source="s", slot=f"http://town.example/{n}", at=now(), sha=sha, outcome="captured")


TEXT = """青禾市档案馆2023年度单位决算
第一部分 青禾市档案馆概况
一、主要职责
负责档案的收集、整理、保管和利用。
第二部分 2023年度单位决算情况说明
一、收入支出决算总体情况说明
2023年度收、支总计均为2,020.06万元。与2022年度相比，收、支总计各增加134.50万元，增长7.1%。
"""


class Long:
    """Work that derives for as long as it is told to, a part at a time."""

    def __init__(self) -> None:
        self.begun, self.on = threading.Event(), threading.Event()
        self.parts = 0

    def __call__(self, house: House) -> Settled:
        self.begun.set()
        while not self.on.wait(0.01):
            self.parts += 1
            house.pause()
        return Settled(documents=("done",))


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> Long:
    work = Long()
    monkeypatch.setattr(tracker.keeper, "settle", work)
    return work


def test_a_look_is_durable_while_something_long_is_derived(workspace: Workspace, long: Long) -> None:
    async def run() -> tuple[bool, bool, Settled]:
        async with Keeper(workspace.house) as keeper:
            settling = asyncio.create_task(keeper.settle())
            await asyncio.to_thread(long.begun.wait)
            recorded = await keeper.record(b"page", look(1, b"page"))
            known = await keeper.soon(lambda house: bool(house.store.fetch(Look)))
            assert not settling.done()
            long.on.set()
            return recorded, known, await settling

    assert asyncio.run(run()) == (True, True, Settled(documents=("done",)))


def test_what_is_not_short_waits_for_its_turn(workspace: Workspace, long: Long) -> None:
    async def run() -> list[str]:
        order: list[str] = []
        async with Keeper(workspace.house) as keeper:
            settling = asyncio.create_task(keeper.settle())
            settling.add_done_callback(lambda _: order.append("settled"))
            await asyncio.to_thread(long.begun.wait)
            report = asyncio.create_task(keeper.do(lambda house: order.append("reported")))
            await keeper.soon(lambda house: order.append("short"))
            long.on.set()
            await asyncio.gather(settling, report)
        return order

    assert asyncio.run(run())[0] == "short"


@contextmanager
def held(keeper: Keeper) -> Generator[threading.Event]:
    """Keep the keeper busy until the event is set."""
    free = threading.Event()
    task = asyncio.ensure_future(keeper.do(lambda house: free.wait(5)))
    try:
        yield free
    finally:
        free.set()
        task.add_done_callback(lambda done: done.result())


def test_looks_that_come_together_are_brought_to_the_disk_together(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    record_all = Store.record_all

    def counted(store: Store, several: Any) -> list[bool]:
        several = list(several)
        sizes.append(len(several))
        return record_all(store, several)

    monkeypatch.setattr(Store, "record_all", counted)
    looks = [look(n, b"page %d" % n) for n in range(20)]

    async def run() -> list[bool]:
        async with Keeper(workspace.house) as keeper:
            with held(keeper) as free:
                several = [asyncio.create_task(keeper.record(b"page %d" % n, each)) for n, each in enumerate(looks)]
                again = asyncio.create_task(keeper.record(b"page 0", looks[0]))
                await asyncio.sleep(0)
                free.set()
                return [*await asyncio.gather(*several), await again]

    assert asyncio.run(run()) == [True] * 20 + [False]
    assert sizes == [21]
    with workspace.asking() as store:
        assert {each.id for each in store.fetch(Look)} == {each.id for each in looks}


def test_a_look_that_is_refused_costs_the_others_nothing(workspace: Workspace) -> None:
    good, bad = look(1, b"page"), look(2, b"", sha="f" * 64)

    async def run() -> list[Any]:
        async with Keeper(workspace.house) as keeper:
            with held(keeper) as free:
                several = [keeper.record(b"page", good), keeper.record(None, bad)]
                both = asyncio.gather(*several, return_exceptions=True)
                await asyncio.sleep(0)
                free.set()
                return list(await both)

    recorded, refused = asyncio.run(run())
    assert recorded is True
    assert isinstance(refused, DamagedCaptureError)
    with workspace.asking() as store:
        assert [each.id for each in store.fetch(Look)] == [good.id]


def test_what_nobody_waits_for_any_more_is_not_done(workspace: Workspace) -> None:
    async def run() -> bool:
        async with Keeper(workspace.house) as keeper:
            with held(keeper) as free:
                given_up = asyncio.create_task(keeper.record(b"page", look(1, b"page")))
                await asyncio.sleep(0)
                given_up.cancel()
                await asyncio.gather(given_up, return_exceptions=True)
                free.set()
                return await keeper.soon(lambda house: bool(house.store.fetch(Look)))

    assert asyncio.run(run()) is False


def test_an_error_of_short_work_is_raised_where_it_was_asked_for(workspace: Workspace) -> None:
    def broken(house: House) -> None:
        raise ValueError("no such slot")

    async def run() -> bool:
        async with Keeper(workspace.house) as keeper:
            with pytest.raises(ValueError, match="no such slot"):
                await keeper.soon(broken)
            return await keeper.record(b"page", look(1, b"page"))

    assert asyncio.run(run()), "others are served after it"


def test_a_look_that_came_while_everything_was_derived_anew_is_derived_as_well(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [TEXT.replace("青禾市", f"青禾市{name}区").encode() for name in ("东湖", "西山", "南岭")]

    async def run() -> tuple[Settled, Settled]:
        async with Keeper(workspace.house) as keeper:
            for n, text in enumerate(texts[:2]):
                await keeper.record(text, look(n, text))
            await keeper.settle()
            monkeypatch.setattr(House, "generation", "another program")
            reading = threading.Event()
            monkeypatch.setattr(tracker.ingest, "read", told(reading, tracker.ingest.read))
            rebuilding = asyncio.create_task(keeper.settle())
            await asyncio.to_thread(reading.wait)
            assert await keeper.record(texts[2], look(2, texts[2]))
            early = not rebuilding.done()
            rebuilt = await rebuilding
            assert early, "it was durable before the end"
            return rebuilt, await keeper.settle()

    rebuilt, after = asyncio.run(run())

    assert rebuilt.rebuilt
    assert len(rebuilt.documents) == 2
    assert len(after.documents) == 1
    with workspace.asking() as store:
        assert len(store.fetch(Document)) == 3
        assert store.pending() == ()


def told(event: threading.Event, work: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``work``, which tells that it was begun, and waits for who hears that."""

    def telling(*given: Any) -> Any:
        event.set()
        time.sleep(0.1)
        return work(*given)

    return telling


# -- deriving while sources are looked at ------------------------------------------------------------------------------


class Deriving:
    """A keeper that derives for a moment, and while it does so the last look comes."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.eye: Looking | None = None
        self.runs = 0

    async def settle(self) -> Settled:
        self.runs += 1
        await asyncio.sleep(0)
        if self.runs == 1:
            assert self.eye is not None
            self.eye.unsettled += 1
            self.over.set()
        return Settled(documents=(f"run {self.runs}",))


def test_what_came_while_the_last_was_derived_is_derived_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker.looking, "_SETTLE_EVERY", 0.01)
    told: list[Settled] = []

    async def run() -> None:
        keeper = Deriving()
        eye = Looking(Config(), cast("Keeper", keeper), cast("Fetcher", None), lambda: datetime.now(UTC), unsettled=1)
        keeper.eye = eye
        await asyncio.wait_for(eye.settling(keeper.over, told.append), 5)

    asyncio.run(run())

    assert [each.documents for each in told] == [("run 1",), ("run 2",)]


def test_what_is_left_when_the_last_visit_ended_is_derived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker.looking, "_SETTLE_EVERY", 0.01)
    told: list[Settled] = []

    async def run() -> None:
        keeper = Deriving()
        eye = Looking(Config(), cast("Keeper", keeper), cast("Fetcher", None), lambda: datetime.now(UTC))
        keeper.eye, keeper.runs = eye, 1
        eye.unsettled = 1
        keeper.over.set()
        await asyncio.wait_for(eye.settling(keeper.over, told.append), 5)

    asyncio.run(run())

    assert [each.documents for each in told] == [("run 2",)]
