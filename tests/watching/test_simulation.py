"""Months of the test site, by a clock of ours: true events, weather that is none, and a tracker killed at random.

Nothing true may be missed, nothing invented, and at the end the ledger verifies and everything can be made again.
"""

import os
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from storage.dump import dump
from storage.store import Store
from storage.verify import verify
from tests.site.fate import DAY, HOUSES, House, Quarter, live, quarter
from tests.site.site import Site
from tests.site.town import BEGUN
from tests.watching.verdict import against
from tests.watching.watch import Time, Watch
from tracker.ingest import rebuild


class Months:
    """A town whose fate is drawn from ``seed``, and a tracker that looks at it every day."""

    def __init__(self, folder: Path, houses: Sequence[House], days: int, seed: int, *, apart: int = 14) -> None:
        self.time = Time(BEGUN)
        self.site = Site(self.time)
        self.town: Quarter = quarter(self.site, houses)
        self.planned = live(self.town, begin=BEGUN, days=days, seed=seed, apart=apart)
        self.days = days
        self.random = random.Random(seed)
        sources = "\n".join(
            f'[[sources]]\nname = "{host}"\nlisting = "{column.url}"' for host, column in self.town.columns.items()
        )
        self.watch = Watch(folder, self.site, self.time, sources, fetching='timeout = "20s"')
        self.killed = 0

    def pass_by(self, *, kills: float = 0.0) -> None:
        """Look every day; on ``kills`` of the days a run is killed before, somewhere, and begun again later."""
        self.watch.look()
        for day in range(1, self.days + 1):
            self.time.at = BEGUN + DAY * day
            if self.random.random() < kills:
                self._killed(self.random.randint(1, 12))
                self.time.at += timedelta(hours=2)
            self.watch.look()

    def _killed(self, after: int) -> None:
        """Look in a process of its own that ends without a word after so many steps: looks, or stages of deriving."""
        child = os.fork()
        if child == 0:
            left = [after]

            def step(*_: object) -> None:
                left[0] -= 1
                if left[0] <= 0:
                    os._exit(9)

            try:
                self.watch.look(hear=step, progress=step)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        self.killed += os.waitstatus_to_exitcode(status) == 9

    def wrong(self) -> list[str]:
        """Return what is missed, invented, or not as it is at the end."""
        history = self.site.history()
        told: list[str] = []
        for name in sorted({happening.document for happening in history}):
            told += [f"{name}: {each}" for each in against(self.site.history(name), self.watch.changes(name))]
        standing = {p.document: "current" if p.up else "withdrawn" for p in self.town.publications}
        known = self.watch.documents()
        told += [
            f"{name}: {known.get(name)}, not {state}" for name, state in standing.items() if known.get(name) != state
        ]
        told += [f"{name}: there is none" for name in known if name not in standing]
        return told + [f"problem {code}" for code in self.watch.problems()]


def _sound(months: Months) -> None:
    assert months.wrong() == [], "\n".join(f"{at:%m-%d %H:%M} {what}" for at, what in months.planned)
    with Store.open(months.watch.workspace.config.data) as store:
        assert list(verify(store)) == []
        before = list(dump(store))
    with months.watch.workspace.house() as house:
        rebuild(house)
        assert list(dump(house.store)) == before
    for host in months.town.columns:
        assert (months.site.log.least_rest(host) or 5.0) >= 5.0
        assert months.site.log.at_once(host) == 1
    assert months.site.log.disallowed_hits() == []


def _few(*which: int, seeds: int = 1) -> list[House]:
    return [
        House(h.host, h.family, h.charset, h.validators, h.lies, h.shape, h.counter, h.seeds[:seeds])
        for h in (HOUSES[n] for n in which)
    ]


@pytest.mark.parametrize(("which", "seed"), [((0, 3), 1), ((1,), 2), ((2, 4), 3)])
def test_weeks_of_weather_hide_nothing_and_invent_nothing(tmp_path: Path, which: tuple[int, ...], seed: int) -> None:
    months = Months(tmp_path, _few(*which), 50, seed, apart=11)

    months.pass_by(kills=0.3)

    assert months.killed > 5
    assert any(h.kind != "published" for h in months.site.history())
    _sound(months)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 3))
def test_two_hundred_days_hide_nothing_and_invent_nothing(tmp_path: Path, seed: int) -> None:
    months = Months(tmp_path, HOUSES, 200, seed)

    months.pass_by(kills=0.25)

    assert months.killed > 20
    _sound(months)
