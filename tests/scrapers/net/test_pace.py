"""Pace, as the sites see it: whatever they do, and however many are asked at once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.answers import Answer, Ask
from scrapers.net.client import Exchange
from scrapers.net.manners import HostRule
from scrapers.net.pace import Lanes, Rest, Rests, retry_after
from tests.scrapers.net.faking import FakeClient, Seen, failed, fetcher, page, sent_to
from tests.virtual import START, VirtualLoop, clock, run

HOSTS = tuple(f"h{n}.example.cn" for n in range(4))
TROUBLES = (
    Exchange(status=500),
    Exchange(status=429, headers={"retry-after": "20"}),
    Exchange(status=404),
    failed("timeout"),
    failed("too_large"),
)


@st.composite
def sites(draw: st.DrawFn) -> tuple[dict[str, float], int, int, list[tuple[str, float]]]:
    """Pace by host, a seed for what sites do, how often in ten they fail, and which host is asked after how long."""
    paces = {host: draw(st.sampled_from([0.5, 2.0, 5.0])) for host in HOSTS}
    asked = draw(st.lists(st.tuples(st.sampled_from(HOSTS), st.sampled_from([0.0, 0.1, 3.0])), min_size=1, max_size=40))
    return paces, draw(st.integers(0, 1000)), draw(st.integers(0, 5)), asked


@given(sites())
@settings(max_examples=60, deadline=None)
def test_whatever_happens_no_host_sees_less_than_its_pace_or_two_requests_at_once(
    drawn: tuple[dict[str, float], int, int, list[tuple[str, float]]],
):
    paces, seed, troubles, asked = drawn
    chance = Random(seed)

    def reply(seen: Seen) -> Exchange:
        if chance.randrange(10) < troubles:
            return chance.choice(TROUBLES)
        if chance.randrange(4) == 0:
            return sent_to(f"http://{chance.choice(HOSTS)}/{chance.randrange(10**6)}")
        return page()

    async def main() -> None:
        client = FakeClient({}, takes=lambda url: chance.choice([0.01, 1.0, 30.0]))
        client.site = _Always(reply)
        polite = fetcher(client, lambda host: HostRule(pace=paces[host]), seed=seed)
        tasks: list[asyncio.Task[object]] = []
        for n, (host, later) in enumerate(asked):
            await asyncio.sleep(later)
            tasks.append(asyncio.create_task(polite.get(Ask(f"http://{host}/page{n}"))))
            if chance.randrange(10) == 0:
                chance.choice(tasks).cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

        assert not [task for task in tasks if not task.cancelled() and task.exception()]
        for host, pace in paces.items():
            if sum(each.host == host for each in client.seen) > 1:
                assert client.least_gap(host) >= pace - 1e-6
        await polite.close()

    run(main)


class _Always(dict[str, Callable[[Seen], Exchange]]):
    """Replies in the same way whatever is asked for."""

    def __init__(self, reply: Callable[[Seen], Exchange]) -> None:
        super().__init__()
        self._reply = reply

    def get(self, url: str, missing: object = None) -> Callable[[Seen], Exchange]:  # type: ignore[override]
        return self._reply


def test_two_thousand_addresses_on_forty_hosts_take_the_time_that_the_pace_allows_and_little_more():
    async def main() -> None:
        client = FakeClient({}, takes=lambda url: 0.2)
        polite = fetcher(client, HostRule(pace=5))

        came = await asyncio.gather(
            *(polite.get(Ask(f"http://h{n % 40}.example.cn/{n}", etag='"1"')) for n in range(2000))
        )

        assert all(isinstance(each, Answer) for each in came)
        # Fifty pages and a robots.txt a host: what anybody needs who keeps to the pace.
        least = 51 * 0.2 + 50 * 5
        assert least / asyncio.get_running_loop().time() >= 0.9
        assert Counter(each.host for each in client.seen) == {f"h{n}.example.cn": 51 for n in range(40)}
        await polite.close()

    run(main)


def test_a_slow_host_and_a_resting_one_do_not_delay_the_others_by_a_second():
    def went(busy: bool) -> dict[str, float]:
        async def main() -> dict[str, float]:
            client = FakeClient({}, takes=lambda url: 90.0 if busy and "h0." in url else 0.2)
            if busy:
                client.site["http://h1.example.cn/0"] = Exchange(status=429, headers={"retry-after": "50"})
            polite = fetcher(client, HostRule(pace=5))
            await asyncio.gather(*(polite.get(Ask(f"http://h{n % 10}.example.cn/{n // 10}")) for n in range(100)))
            await polite.close()
            return {f"h{n}": max(each.end for each in client.seen if f"h{n}." in each.url) for n in range(10)}

        return run(main)

    alone, together = went(False), went(True)

    assert together["h0"] > 900
    assert together["h1"] > alone["h1"] + 40
    for n in range(2, 10):
        assert together[f"h{n}"] <= alone[f"h{n}"] * 1.08


def test_lanes_of_hosts_that_nobody_asks_any_more_are_forgotten():
    async def main() -> None:
        lanes = Lanes()
        for n in range(20_000):
            async with lanes.turn(f"h{n}.example.cn", lanes.ticket()) as lane:
                lane.due(5.0)
                lane.answered()
            await asyncio.sleep(1)

        assert len(lanes) <= 2 * 1024

    run(main)


def test_a_lane_is_not_forgotten_while_its_gap_lasts():
    async def main() -> None:
        lanes = Lanes()
        async with lanes.turn("slow.example.cn", lanes.ticket()) as lane:
            lane.due(7200.0)
            lane.answered()
        await asyncio.sleep(7000)
        for n in range(10_000):
            async with lanes.turn(f"h{n}.example.cn", lanes.ticket()):
                pass

        async with lanes.turn("slow.example.cn", lanes.ticket()) as lane:
            assert lane.due(7200.0) == 7200.0
        assert len(lanes) <= 2 * 1024

    run(main)


def test_the_turn_goes_to_the_lowest_ticket_and_past_those_who_gave_up():
    async def main() -> None:
        lanes, order = Lanes(), list[int]()

        async def enter(ticket: int) -> None:
            async with lanes.turn("h", ticket):
                order.append(ticket)
                await asyncio.sleep(1)

        tasks = {ticket: asyncio.create_task(enter(ticket)) for ticket in (0, 5, 3, 1, 4)}
        await asyncio.sleep(0.5)
        tasks[3].cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)

        assert order == [0, 1, 4, 5]
        async with asyncio.timeout(1), lanes.turn("h", 9):
            order.append(9)

    run(main)


def test_a_turn_given_to_one_who_gives_up_in_that_moment_is_handed_on():
    async def main() -> None:
        lanes, order = Lanes(), list[str]()

        async def enter(name: str, ticket: int) -> None:
            async with lanes.turn("h", ticket):
                order.append(name)

        async with lanes.turn("h", 0):
            second = asyncio.create_task(enter("second", 1))
            third = asyncio.create_task(enter("third", 2))
            await asyncio.sleep(1)
        second.cancel()
        await asyncio.gather(second, third, return_exceptions=True)

        assert second.cancelled()
        assert order == ["third"]

    run(main)


def test_a_server_that_keeps_asking_for_seconds_is_left_alone_for_longer_each_time():
    rests = Rests(Random(1))

    costs = [rests.failed("h", START, timedelta(seconds=5)).until - START for _ in range(4)]

    assert costs[0] == timedelta(seconds=5)
    assert [60 <= costs[1].total_seconds() <= 66, 120 <= costs[2].total_seconds() <= 132] == [True, True]
    assert rests.failed("h", START, timedelta(hours=3)).until - START == timedelta(hours=3)


def test_rests_long_over_are_forgotten_and_standing_ones_never():
    rests = Rests(Random(1))
    rests.failed("standing", START, timedelta(days=7))
    for n in range(20_000):
        rests.failed(f"h{n}", START + timedelta(seconds=10 * n))

    assert len(rests.standing(START)) <= 2 * 4096
    assert rests.of("standing", START + timedelta(days=3)) == Rest(START + timedelta(days=7), "retry-after", 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0",
        "-5",
        "1.5",
        "Sun, 01 Mar 2026 00:00:00 GMT",
        "Wed, 99 Foo 2026 00:00:00 GMT",
        "²",
    ],
)
def test_a_retry_after_that_says_nothing_readable_says_nothing(text: str):
    assert retry_after({"retry-after": text}, START) is None


def test_virtual_time_passes_at_once_and_a_wait_for_nothing_is_told():
    async def main() -> tuple[float, timedelta]:
        now = clock()
        begun = now()
        await asyncio.sleep(200 * 86400 + 0.1)
        return asyncio.get_running_loop().time(), now() - begun

    async def wait_for_nothing() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.patience = 0.1
        await loop.create_future()

    elapsed, passed = run(main)

    assert elapsed == pytest.approx(200 * 86400 + 0.1)
    assert passed == timedelta(days=200, seconds=0.1)
    with pytest.raises(RuntimeError, match="nothing will ever happen"):
        run(wait_for_nothing)
