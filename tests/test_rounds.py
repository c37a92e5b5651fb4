"""Visits to many sources at once: in turn on one host, beside each other on many."""

import asyncio

import pytest

from tests import virtual
from tracker.rounds import Rounds
from tracker.settings import PageSource


def page(host: str, n: int) -> PageSource:
    return PageSource(name=f"{host} {n}", page=f"http://{host}.example/{n}")


def test_sources_of_one_host_follow_each_other_and_no_host_waits() -> None:
    told: list[tuple[str, float, float]] = []

    async def visiting(source: PageSource) -> None:
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(1000 if source.name.startswith("slow") else 1)
        told.append((source.name, began, asyncio.get_running_loop().time()))

    async def run() -> None:
        async with Rounds(visiting) as rounds:  # pyright: ignore[reportArgumentType]
            for source in (page("slow", 1), page("slow", 2), page("quick", 1), page("quick", 2)):
                rounds.begin(source)
            await rounds.rest()

    virtual.run(run)

    assert told == [
        ("quick 1", 0, 1),
        ("quick 2", 1, 2),
        ("slow 1", 0, 1000),
        ("slow 2", 1000, 2000),
    ]


def test_a_source_under_way_is_not_begun_again() -> None:
    async def visiting(source: PageSource) -> None:
        await asyncio.sleep(1)

    async def run() -> list[bool]:
        async with Rounds(visiting) as rounds:  # pyright: ignore[reportArgumentType]
            begun = [rounds.begin(page("one", 1)), rounds.begin(page("one", 1))]
            await rounds.rest()
            return [*begun, rounds.begin(page("one", 1))]

    assert virtual.run(run) == [True, False, True]


@pytest.mark.parametrize("pause", [0.0, 1.0])
def test_what_a_visit_can_not_deal_with_reaches_who_waits(pause: float) -> None:
    async def visiting(source: PageSource) -> None:
        await asyncio.sleep(pause)
        raise OSError("no room left")

    async def run() -> None:
        async with Rounds(visiting) as rounds:  # pyright: ignore[reportArgumentType]
            rounds.begin(page("one", 1))
            await asyncio.sleep(0.5)  # it may have failed before anyone waits
            await rounds.rest()

    with pytest.raises(OSError, match="no room"):
        virtual.run(run)


def test_leaving_abandons_what_is_under_way() -> None:
    ended: list[str] = []

    async def visiting(source: PageSource) -> None:
        await asyncio.sleep(1000)
        ended.append(source.name)

    async def run() -> float:
        async with Rounds(visiting) as rounds:  # pyright: ignore[reportArgumentType]
            rounds.begin(page("one", 1))
            await asyncio.sleep(1)
        return asyncio.get_running_loop().time()

    assert virtual.run(run) == 1
    assert ended == []
