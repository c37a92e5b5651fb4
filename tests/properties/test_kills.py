"""Killed at any moment of an ingest of many files, nothing is lost: it is sound, and running again ends the same."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.dump import dump
from storage.store import Store
from storage.verify import verify

ROOT = Path(__file__).parents[2]
UNITS = 4
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def start(folder: Path) -> "subprocess.Popen[str]":
    """Begin an ingest of many files; returns when the texts are there and the work begins."""
    command = [sys.executable, "-m", "tests.properties.house", str(folder), "--units", str(UNITS), "--at-once", "6"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    return process


def finish(process: "subprocess.Popen[str]") -> list[str]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out.splitlines()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], float]:
    """The dump of a run that nobody disturbs, and how long it takes."""
    process = start(tmp_path_factory.mktemp("undisturbed") / "data")
    began = time.monotonic()
    lines = finish(process)
    assert len(lines) > 4_000
    return lines, time.monotonic() - began


def kill(folder: Path, after: float) -> bool:
    """Run for ``after`` seconds and kill; tell whether the run was still on."""
    process = start(folder)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def unsound(folder: Path) -> list[str]:
    """What a killed run left behind that does not fit. Looks that were recorded and not yet read are no damage."""
    if not folder.exists():
        return []
    with Store.open(folder) as store:
        shown = [f"{finding.code} {finding.place} {finding.details}" for finding in verify(store)]
        list(dump(store))
    return [line for line in shown if not line.startswith("look.underived")]


def _kills(folder: Path, undisturbed: tuple[list[str], float], times: int, seed: int) -> int:
    """Kill ``times`` runs, each going on where the one before was killed; begin anew when a run comes to its end."""
    rng = random.Random(seed)
    lines, duration = undisturbed
    killed = 0
    for n in range(times):
        hit = kill(folder, rng.uniform(0, duration * 0.9))
        killed += hit
        assert unsound(folder) == []
        if not hit or n % 4 == 3:
            assert finish(start(folder)) == lines
            assert unsound(folder) == []
            shutil.rmtree(folder)
    if folder.exists():
        assert finish(start(folder)) == lines
    return killed


def test_a_killed_ingest_is_sound_and_ends_the_same(tmp_path: Path, undisturbed: tuple[list[str], float]) -> None:
    assert _kills(tmp_path / "data", undisturbed, 4, 1) > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_two_hundred_kills_lose_nothing(
    tmp_path: Path, undisturbed: tuple[list[str], float], seed: int, record_property: Callable[[str, object], None]
) -> None:
    killed = _kills(tmp_path / "data", undisturbed, 30, 100 + seed)
    record_property("pairs", f"{killed} of 30 runs killed while they worked, all sound, all ended the same")
    assert killed >= 20
