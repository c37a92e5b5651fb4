"""One pass over two thousand unchanged sources on forty hosts, over real sockets and in real time.

    python -m benchmarks.fetching [--hosts N] [--pages N] [--pace SECONDS] [--json]

The sites run in a process of their own; so does each part that is measured. Beside them stands a host that never
answers. What was asked when is taken from the sites' own log.
"""

import argparse
import asyncio
import hashlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import httpx2

import tracker.keeper
from benchmarks import report
from benchmarks.aims import Aim
from benchmarks.sites import SILENT, Sites, Visited, running, unit
from tracker import config, passes
from tracker.ingest import House, Settled, settle
from tracker.workspace import Workspace

T = TypeVar("T")

MEMORY = 300_000_000
"""Bytes under which the process of a pass must stay."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many hosts, pages on each, seconds between two requests to one, and those after which one is given up."""

    hosts: int = 40
    pages: int = 50
    pace: float = 1.0
    timeout: int = 5

    @property
    def sites(self) -> Sites:
        return Sites(self.hosts, self.pages)


@dataclass(frozen=True, slots=True)
class Spent:
    """What one part took, in its process: ``seconds`` of the clock, seconds of ``cpu``, the ``peak`` of its memory in
    bytes, when it ended (by `time.monotonic`), seconds of ``settling`` in all, and the looks by ``outcomes``."""

    seconds: float
    cpu: float
    peak: int
    ended: float
    settling: float = 0.0
    outcomes: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """The pass that is measured: what it took, and what the hosts saw of it; ``bare``: what the same requests take in a
    loop of httpx2 that does nothing with the answers but hash them."""

    scale: Scale
    spent: Spent
    first: Spent
    bare: Spent
    hosts: Mapping[str, Visited]
    bare_requests: int

    @property
    def requests(self) -> int:
        return sum(len(seen.at) for seen in self.hosts.values())

    @property
    def ideal(self) -> float:
        """Seconds from the first request to a host to the last, at the pace exactly."""
        return self.scale.pace * (max(len(seen.at) for seen in self.hosts.values()) - 1)

    @property
    def slowest(self) -> float:
        """Seconds from the first request of all to the last to a host that answers."""
        return max(seen.at[-1] for seen in self.hosts.values()) - min(seen.at[0] for seen in self.hosts.values())

    @property
    def after(self) -> float:
        """Seconds from the last request to the end of the pass."""
        return self.spent.ended - max(seen.at[-1] for seen in self.hosts.values())

    @property
    def per_request(self) -> float:
        """CPU of a request, as a multiple of the bare loop's."""
        return (self.spent.cpu / self.requests) / (self.bare.cpu / self.bare_requests)

    def aims(self) -> list[Aim]:
        what = f"a pass over {self.scale.hosts * self.scale.pages:,} unchanged sources on {self.scale.hosts} hosts"
        least = min(seen.least_gap for seen in self.hosts.values())
        return [
            Aim(f"{what} and a silent one, against the pace", 0.9, self.ideal / self.slowest),
            Aim("least time between two requests to a host, against the pace", 1.0, least / self.scale.pace),
            Aim(f"memory of the pass against {MEMORY // 1_000_000} MB", 1, self.spent.peak / MEMORY, least=False),
        ]

    def told(self) -> str:
        """Return what was measured, as a table."""
        spent, bare = self.spent, self.bare
        body = [
            ("requests", f"{self.requests:,}"),
            ("seconds at the pace exactly", f"{self.ideal:.1f}"),
            ("seconds to the last request", f"{self.slowest:.1f}"),
            ("seconds after it", f"{self.after:.1f}"),
            ("seconds of settling, in all", f"{spent.settling:.1f}"),
            ("CPU seconds", f"{spent.cpu:.1f}"),
            ("CPU milliseconds a request", f"{spent.cpu / self.requests * 1000:.1f}"),
            ("the same of bare httpx2", f"{bare.cpu / self.bare_requests * 1000:.1f}"),
            ("times bare httpx2", f"{self.per_request:.1f}×"),
            ("peak MB", report.megabytes(spent.peak)),
            ("first pass: seconds", f"{self.first.seconds:.0f}"),
            ("first pass: CPU seconds", f"{self.first.cpu:.0f}"),
            ("first pass: peak MB", report.megabytes(self.first.peak)),
            *((f"looks: {outcome}", f"{count:,}") for outcome, count in sorted((spent.outcomes or {}).items())),
        ]
        return report.table(("", ""), body)

    def json(self) -> dict[str, Any]:
        """Return what was measured as JSON values."""
        spent = {
            name: {"seconds": each.seconds, "cpu": each.cpu, "peak": each.peak, "settling": each.settling}
            for name, each in (("pass", self.spent), ("first", self.first), ("bare", self.bare))
        }
        return {
            "requests": self.requests,
            "ideal": self.ideal,
            "slowest": self.slowest,
            "after": self.after,
            "per_request": self.per_request,
            "outcomes": dict(self.spent.outcomes or {}),
            **spent,
        }


def measured(scale: Scale, hear: Callable[[str], None] = lambda words: None) -> Pass:
    """Measure a pass in which nothing is new."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, running(scale.sites) as sites:
        count = scale.hosts * scale.pages
        hear(f"fetching: {count:,} sources for the first time")
        first = _apart(_tour, Path(folder), scale, sites.port, 0)
        sites.visited()
        hear(f"fetching: {count:,} sources again, in {scale.pace * scale.pages:g} seconds at best")
        spent = _apart(_tour, Path(folder), scale, sites.port, scale.pace)
        seen = sites.visited()
        hear("fetching: with bare httpx2")
        bare = _apart(_bare, scale, sites.port)
        again = sum(len(each.at) for each in sites.visited().values())
    hosts = {host: each for host, each in seen.items() if host != SILENT}
    return Pass(scale, spent, first, bare, hosts, again)


def _apart(part: Callable[..., T], *given: Any) -> T:
    """Run ``part`` in a process that nothing else ever ran in."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(part, *given).result()


def _tour(folder: Path, scale: Scale, port: int, pace: float) -> Spent:
    told = config.parse(_configuration(scale, port, silent=pace > 0), folder / config.NAME)
    # No configuration may say that there is no pace, as there is none when everything is new.
    workspace = Workspace(replace(told, fetching=told.fetching.model_copy(update={"pace": timedelta(seconds=pace)})))
    settling: list[float] = []

    def settled(house: House) -> Settled:
        start = time.perf_counter()
        try:
            return settle(house)
        finally:
            settling.append(time.perf_counter() - start)

    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    start, cpu = time.perf_counter(), time.process_time()
    with mock.patch.object(tracker.keeper, "settle", settled):
        found = asyncio.run(passes.tour(workspace, workspace.config.web, resolver=resolver))
    seconds, spent = time.perf_counter() - start, time.process_time() - cpu
    if pace and (found.changes or (found.documents and found.rebuilt)):
        raise RuntimeError(f"{found.changes} changes where nothing changed, or another program than before")
    outcomes = Counter(each.outcome for each in found.files)
    return Spent(seconds, spent, _peak(), time.monotonic(), sum(settling), outcomes)


def _configuration(scale: Scale, port: int, *, silent: bool) -> str:
    sites = scale.sites
    pages = [f"http://{host}:{port}{target}" for host in sites.names for target in sites.targets(host)]
    pages = [*pages, *(f"http://{SILENT}:{port}/{n}.html" for n in range(scale.pages))] if silent else pages
    sources = [
        f'[[sources]]\nname = "{n}"\npage = "{page}"\nunit = "{unit(n)}"\nyear = 2023\nkind = "final"\nscope = "unit"\n'
        for n, page in enumerate(pages)
    ]
    fetching = f'contact = "mailto:bench@town.example"\ntimeout = "{scale.timeout}s"'
    return "\n".join([f'[fetching]\n{fetching}\nprivate = ["127.0.0.0/8"]\n', *sources])


def _bare(scale: Scale, port: int) -> Spent:
    start, cpu = time.perf_counter(), time.process_time()
    asyncio.run(_ask_all(scale.sites, port))
    return Spent(time.perf_counter() - start, time.process_time() - cpu, _peak(), time.monotonic())


async def _ask_all(sites: Sites, port: int) -> None:
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        await asyncio.gather(*(_ask_one(client, host, sites.targets(host)) for host in sites.names))


async def _ask_one(client: httpx2.AsyncClient, host: str, targets: Sequence[str]) -> None:
    for target in targets:
        n = int(target[-10:-5])
        known = {"If-None-Match": f'"p{n}"'} if n % 4 < 2 else {}
        answer = await client.get(target, headers={"Host": host, **known})
        hashlib.sha256(answer.content).hexdigest()


def _peak() -> int:
    """Return the largest size that this process had, in bytes: its own, not that of who started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fetching", description=__doc__)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--pages", type=int, default=50, help="pages on each host")
    parser.add_argument("--pace", type=float, default=1.0, help="seconds between two requests to a host")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    scale = Scale(options.hosts, options.pages, options.pace)
    found = measured(scale, lambda words: print(words, file=sys.stderr, flush=True))
    if options.json:
        print(json.dumps(found.json(), ensure_ascii=False, indent=1))
    else:
        print(f"{found.told()}\n\nAims\n{report.aims(found.aims())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
