"""Deriving while sources are looked at: nothing that was recorded is left, whenever the last visit ends."""

import asyncio
from datetime import UTC, datetime
from typing import cast

import pytest

import tracker.looking
from scrapers.net.fetcher import Fetcher
from tracker.config import Config
from tracker.ingest import Settled
from tracker.keeper import Keeper
from tracker.looking import Looking


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


def test_what_is_being_derived_when_the_last_visit_ends_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
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
