"""Politeness, measured on the site's side: days of passes and of the service, and who was asked when, and how."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import apscheduler.schedulers.base  # pyright: ignore[reportMissingTypeStubs]
import pytest

from scrapers.net.client import Client, Limits
from storage.rows import Look
from tests.site import places
from tests.site.feeds import feed
from tests.site.log import Entry as Request
from tests.site.publishing import Column, Content, Publication
from tests.site.site import Robots, Site
from tests.site.skins import Skin
from tests.site.town import BEGUN, documents
from tests.site.transport import Transport
from tests.watching.watch import AGENT, Time, Watch, exchange
from tracker import passes
from tracker.alone import LookingError, alone
from tracker.moments import moment, stamp
from tracker.service import Entry, serve

ONE, TWO, SLOW, CALM = "www.one.example", "www.two.example", "www.slow.example", "calm.four.example"
PACE: Mapping[str, float] = {ONE: 5.0, TWO: 2.0, SLOW: 20.0, CALM: 5.0}
"""The seconds that each host is to have for itself: what is configured, or what its robots.txt asks for."""

CONFIGURED = f"""
[[hosts]]
name = "{TWO}"
pace = "2s"

[[hosts]]
name = "{CALM}"
quiet = ["22:00-06:30"]
"""

ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


class Days:
    """Four hosts with what can go wrong between a host and who asks it, and seven sources that lead to them: three on
    one host, two of them to the same page; one that is sent on to another host; pages with files."""

    def __init__(self, folder: Path) -> None:
        self.time = Time(BEGUN)
        self.site = Site(self.time)
        self.site.host(ONE, skin=Skin("trs", "一市", "utf-8"), validators="both", robots=Robots(("/admin/",)))
        self.site.host(TWO, skin=Skin("vsb", "二市", "gb2312"), gate=True, robots=Robots(("/system/",), "gbk"))
        slow = Robots(("/admin/",), delay=20)
        self.site.host(SLOW, skin=Skin("jcms", "三市", "utf-8"), validators="etag", latency=8.0, robots=slow)
        self.site.host(CALM, skin=Skin("trs", "四市", "utf-8"), validators="modified", robots=Robots((), "none"))
        self.columns = {host: self._column(host) for host in PACE}
        self.papers = [
            self._paper(ONE, 1, "two files"),
            self._paper(ONE, 2, "page"),
            self._paper(ONE, 3, "landing"),
            self._paper(TWO, 4, "landing"),
            self._paper(TWO, 5, "page"),
            self._paper(SLOW, 6, "tables apart"),
            self._paper(CALM, 7, "page"),
        ]
        away = self.site.put(TWO, "/old.html", places.redirect(self.papers[0].url))
        sources = {
            "one": f'listing = "{self.columns[ONE].url}"',
            "one page": f'page = "{self.papers[1].url}"',
            "one feed": f'feed = "{feed(self.columns[ONE], "rss")}"',
            "two": f'listing = "{self.columns[TWO].url}"',
            "sent on": f'page = "{away}"',
            "slow": f'listing = "{self.columns[SLOW].url}"',
            "calm": f'listing = "{self.columns[CALM].url}"\nevery = "8h"',
        }
        told = "\n".join(f'[[sources]]\nname = "{name}"\n{where}' for name, where in sources.items())
        self.told: list[Entry] = []
        self.watch = Watch(folder, self.site, self.time, f"{CONFIGURED}\n{told}")

    def _column(self, host: str) -> Column:
        column = Column(self.site, host, "/zwgk/yjsgk/", "财政预决算")
        column.lay()
        return column

    def _paper(self, host: str, seed: int, shape: Any) -> Publication:
        content = Content(documents(seed, "hubei", 1)[0])
        return Publication(self.site, self.columns[host], seed, content, "2024-09-20", shape, "generic").publish()

    def trouble(self) -> None:
        """Plan a bad week: hosts that want to be left alone, hang, break off, forbid, and change what they have."""
        skin = self.site.hosts[ONE].skin
        begun = self.time()
        hours = timedelta(hours=20)
        strike = self.site.strike
        strike(ONE, places.too_many(900), begin=begun + 0.9 * DAY, lasting=hours, times=2)
        strike(TWO, places.unavailable(503, 300), begin=begun + 1.9 * DAY, lasting=hours, times=1)
        strike(TWO, places.hanging(), begin=begun + 2.9 * DAY, lasting=hours, times=1)
        strike(ONE, places.torn(), begin=begun + 2.9 * DAY, lasting=hours, times=2)
        strike(SLOW, places.unavailable(500), begin=begun + 3.9 * DAY, lasting=hours, robots=True)
        strike(ONE, places.error_page(skin, 0), begin=begun + 4.9 * DAY, lasting=hours, times=4)
        closed = Robots(("/admin/", self.papers[1].target))
        self.site.plan(begun + 5 * DAY, lambda: self.site.close(ONE, closed))
        self.site.plan(begun + 6 * DAY, lambda: self.papers[4].move("/moved.html"))

    # -- what must hold of every request -----------------------------------------------------------------------------

    def assert_paced(self, least: int = 6) -> None:
        log = self.site.log
        assert set(log.hosts) == set(PACE)
        for host, pace in PACE.items():
            assert len(log.of(host)) >= least, host
            assert log.at_once(host) == 1, f"{host} was asked twice at once"
            assert (log.least_rest(host) or pace) >= pace, host
            assert (log.least_gap(host) or pace) >= pace, host

    def assert_robots_obeyed(self) -> None:
        assert self.site.log.disallowed_hits(grace=DAY) == []
        kept = [each for each in self.site.log.disallowed_hits() if each.asked.host != ONE]
        assert kept == [], "only what was closed meanwhile may have been asked for under the rules of that day"

    def assert_unconditional_when_planned(self) -> None:
        """Every request for an address whose bytes and validators are known was made on their condition, with the very
        validators that came with them, or without any because that was planned, and then not before it was time."""
        for look, request in self._asked():
            before = [each for each in self.looks_of(look.source, look.slot) if each.at < look.at]
            brought = [each for each in before if each.sha and each.outcome in ("captured", "listing")]
            told: dict[str, str] = json.loads(brought[-1].headers) if brought else {}
            known = {told[name] for name in ("etag", "last-modified") if name in told}
            planned = bool(exchange(look).get("unconditional"))
            if request.asked.conditional:
                sent = {request.asked.headers.get(name) for name in ("if-none-match", "if-modified-since")} - {None}
                assert sent == known, f"{look.slot}: validators that are not of what stands there"
                assert not planned
            else:
                assert planned == bool(known), f"{look.slot} at {look.at} was asked for everything"
            if planned and not exchange(brought[-1]).get("hops"):
                relied = moment(look.at) - moment(brought[-1].at)
                assert relied >= (WEEK if len(brought) > 1 else WEEK / 2) - DAY / 2 - timedelta(hours=1)

    def looks_of(self, source: str, slot: str) -> list[Look]:
        return [look for look in self.watch.looks(slot) if look.source == source]

    def _asked(self) -> list[tuple[Look, Request]]:
        """Return each look with its first request: that for its own address, as the site saw it. Looks that were never
        answered or never sent are left out."""
        pairs: list[tuple[Look, Request]] = []
        looks = [look for look in self.watch.looks() if look.outcome != "disallowed" or _hops(look)]
        for request in self.site.log:
            url = self.site.url(request.asked.host, request.asked.target)
            done = stamp(request.done or request.at)
            later = [look for look in looks if look.at >= done and url in (look.slot, *_hops(look))]
            assert later or request.robots, f"{url} was asked at {done}, and no look says so"
            if later and later[0].slot == url and later[0] not in [look for look, _ in pairs[-12:]]:
                pairs.append((later[0], request))
        return pairs


def _hops(look: Look) -> list[str]:
    return [url for hop in exchange(look).get("hops", []) for url in (hop[0], hop[2])]


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> Days:
    """Ten days with a pass a day, most of them bad."""
    days = Days(tmp_path_factory.mktemp("passes"))
    days.trouble()
    days.watch.look()
    days.watch.days(10)
    return days


def test_no_host_is_asked_faster_than_it_is_promised(passed: Days) -> None:
    passed.assert_paced()


def test_robots_are_obeyed_from_the_next_day_on_at_the_latest(passed: Days) -> None:
    passed.assert_robots_obeyed()
    outcomes = passed.watch.outcomes(passed.papers[1].url)
    assert outcomes[-1] == "disallowed"
    assert "captured" in outcomes


def test_robots_are_asked_for_once_a_pass_and_first(passed: Days) -> None:
    for host in PACE:
        requests = passed.site.log.of(host)
        robots = [request for request in requests if request.robots]
        assert requests[0].robots
        assert len(robots) <= len(passed.watch.reports)


def test_unconditional_requests_are_planned_ones(passed: Days) -> None:
    passed.assert_unconditional_when_planned()
    planned = [look for look in passed.watch.looks() if exchange(look).get("unconditional")]
    conditional = [request for request in passed.site.log if request.asked.conditional]
    assert 0 < len(planned) < len(conditional) / 3, "there are some of both, and not many"


def test_who_asks_to_be_left_alone_is_left_alone(passed: Days) -> None:
    asked_for = {429: timedelta(seconds=900), 503: timedelta(seconds=300)}
    seen: set[int] = set()
    for host in PACE:
        requests = passed.site.log.of(host)
        for before, after in pairwise(requests):
            if before.status in asked_for:
                assert after.at - (before.done or before.at) >= asked_for[before.status]
                seen.add(before.status)
    assert seen == set(asked_for)


def test_a_page_that_sends_on_to_another_host_takes_its_turn_there(passed: Days) -> None:
    sent_on = [look for look in passed.watch.looks() if look.slot.endswith("/old.html") and look.outcome == "captured"]

    assert sent_on
    assert {look.final_url for look in sent_on} == {passed.papers[0].url}


def test_nobody_is_asked_in_hours_of_quiet(passed: Days) -> None:
    assert not [request for request in passed.site.log.of(CALM) if _quiet(request.at)]


def _quiet(at: datetime) -> bool:
    local = at + timedelta(hours=8)
    return local.hour >= 22 or (local.hour, local.minute) < (6, 30)


# -- the service -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Days:
    """Nine days of the service, most of them bad."""
    days = Days(tmp_path_factory.mktemp("service"))
    days.trouble()

    class Now(datetime):
        """The scheduler's clock: that of the virtual loop."""

        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # pyright: ignore[reportIncompatibleMethodOverride]
            return days.time()

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(timedelta(days=9).total_seconds(), stop.set)
        client = Client(agent=AGENT, limits=Limits(timeout=30), transport=Transport(days.site, jitter=0.5))
        await serve(
            days.watch.workspace, stop, days.told.append, now=days.time, random=Random(2), client=client, threaded=False
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apscheduler.schedulers.base, "datetime", Now)
        days.time.run(run())
    return days


def test_the_service_asks_no_host_faster_either(served: Days) -> None:
    served.assert_paced()


def test_the_service_obeys_robots(served: Days) -> None:
    served.assert_robots_obeyed()


def test_the_service_plans_its_unconditional_requests(served: Days) -> None:
    served.assert_unconditional_when_planned()


def test_the_service_asks_for_nothing_more_often_than_configured(served: Days) -> None:
    pages = [("one page", served.papers[1].url, DAY), ("calm", served.columns[CALM].url, DAY / 3)]
    for source, slot, every in pages:
        visits = sorted({look.visit or look.at for look in served.looks_of(source, slot)})
        apart = [moment(two) - moment(one) for one, two in pairwise(visits)]
        assert len(apart) >= 5
        assert min(apart) >= every * 0.95 - timedelta(minutes=1)


def test_the_service_asks_nobody_in_hours_of_quiet(served: Days) -> None:
    assert not [request for request in served.site.log.of(CALM) if _quiet(request.at)]


def test_the_service_does_not_turn_to_a_host_again_before_that_may_be_asked(served: Days) -> None:
    visits = [entry for entry in served.told if entry.event == "visited"]
    left = [entry.details for entry in visits if entry.details["waiting"] is not None]
    assert "www.slow.example" in {each["waiting"]["host"] for each in left}, "its robots.txt could not be had for a day"
    for each in left:
        if not each["looks"]:
            assert each["next_due"] >= each["waiting"]["until"]
    assert len(visits) < 120


# -- one at a time -----------------------------------------------------------------------------------------------------


def hung(folder: Path) -> Days:
    """Return a neighbourhood in which the first host says nothing to anyone for an hour."""
    days = Days(folder)
    days.site.strike(ONE, places.hanging(), lasting=timedelta(hours=1), robots=True)
    return days


def client(days: Days) -> Client:
    return Client(agent=AGENT, limits=Limits(timeout=30), transport=Transport(days.site, jitter=0.5))


def how(days: Days) -> dict[str, Any]:
    return {"now": days.time, "random": Random(1), "client": client(days)}


def test_a_pass_does_not_begin_while_the_servicelooks_of(tmp_path: Path) -> None:
    days = hung(tmp_path)
    workspace = days.watch.workspace

    async def run() -> str:
        stop = asyncio.Event()
        service = asyncio.create_task(serve(workspace, stop, days.told.append, **how(days), threaded=False))
        await asyncio.sleep(10)
        before = len(days.site.log)
        assert before, "the service is at work"
        with pytest.raises(LookingError, match="process") as refused:
            await passes.tour(workspace, workspace.config.web, **how(days), threaded=False)
        assert len(days.site.log) == before
        stop.set()
        await service
        return str(refused.value)

    assert str(tmp_path) in days.time.run(run())


def test_the_service_does_not_begin_while_a_passlooks_of(tmp_path: Path) -> None:
    days = hung(tmp_path)
    workspace = days.watch.workspace

    async def run() -> None:
        passing = asyncio.create_task(passes.tour(workspace, workspace.config.web, **how(days), threaded=False))
        await asyncio.sleep(10)
        before = len(days.site.log)
        assert before, "the pass is under way"
        with pytest.raises(LookingError):
            await serve(workspace, asyncio.Event(), days.told.append, **how(days), threaded=False)
        assert len(days.site.log) == before
        await passing

    days.time.run(run())

    assert days.told == [], "the service did not even start"
    days.assert_paced(least=1)


@pytest.mark.parametrize("command", ["fetch", "run"])
def test_commands_say_that_another_run_is_looking_and_ask_nobody(tmp_path: Path, command: str) -> None:
    days = Days(tmp_path)
    folder = days.watch.workspace.config.data
    asking = [sys.executable, "-c", "from tracker.cli import main; main()", "--lang", "en", command]

    with alone(folder):
        refused = subprocess.run(
            asking, cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
        )

    assert refused.returncode == 1
    assert f"Process {os.getpid()}" in refused.stderr
    assert not (folder / "tracker.sqlite3").exists(), "nothing was even opened"
