"""The same captures give the same derived tables, whenever, wherever and in whatever order they come."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage import rows
from storage.dump import dump
from storage.store import Store
from storage.verify import verify
from tests.generator import mutate
from tests.generator.layouts import document
from tests.generator.ledger import make
from tests.generator.render import render
from tests.properties.house import house, offers, shuffled, take
from tracker.ingest import Offer, ingest, rebuild, settle
from tracker.normalize import prose

ROOT = Path(__file__).parents[2]
UNITS = 2


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The dump after everything was ingested at once, in the order of time."""
    lines = take(tmp_path_factory.mktemp("undisturbed"), sorted(offers(UNITS), key=lambda offer: offer.at))
    assert len(lines) > 2_000
    for table in ("documents", "states", "changes", "comparisons", "problems", "figures", "passages"):
        assert any(line.startswith(f"{table}\t") for line in lines), table
    return lines


def differing(one: list[str], two: list[str]) -> list[str]:
    """The first rows that stand in one dump only."""
    return sorted(set(one) ^ set(two))[:4]


@pytest.mark.parametrize("order", range(4))
def test_the_order_of_arrival_decides_nothing(tmp_path: Path, undisturbed: list[str], order: int) -> None:
    shown = take(
        tmp_path, shuffled(offers(UNITS), order), at_once=(1, 3, 7, 1_000)[order], now=f"203{order}-01-01T00:00:00Z"
    )
    assert differing(shown, undisturbed) == []
    assert shown == undisturbed


@pytest.mark.parametrize(("hashing", "threads"), [("0", 0), ("1", 0), ("31337", 6)])
def test_neither_hash_seeds_nor_a_loaded_machine_decide_anything(
    tmp_path: Path, undisturbed: list[str], hashing: str, threads: int
) -> None:
    environment = {
        **os.environ,
        "PYTHONHASHSEED": hashing,
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C",
        "TZ": "America/Lima",
    }
    command = [sys.executable, "-m", "tests.properties.house", str(tmp_path / "data"), "--units", str(UNITS)]
    command += ["--order", hashing, "--at-once", "5", "--threads", str(threads)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == undisturbed


def test_a_rebuild_from_the_archive_gives_the_same(tmp_path: Path, undisturbed: list[str]) -> None:
    assert take(tmp_path, offers(UNITS)) == undisturbed
    with Store.open(tmp_path) as store:
        rebuild(house(store))
        assert list(dump(store)) == undisturbed
        assert list(verify(store)) == []


def test_a_lost_database_comes_back_from_the_archive(tmp_path: Path, undisturbed: list[str]) -> None:
    take(tmp_path, offers(UNITS))
    for file in tmp_path.glob("*.db*"):
        file.unlink()
    with Store.open(tmp_path) as store:
        settle(house(store))
        assert list(dump(store)) == undisturbed


def test_a_changed_program_rebuilds_both_sides_and_announces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = take(tmp_path, offers(UNITS))
    with Store.open(tmp_path) as store:
        known = {each.change for each in store.fetch(rows.Detected)}
    # The new program understands less: an amount that was read is words now, so other changes are seen.
    monkeypatch.setattr("tracker.ingest.fingerprint", lambda units, limits: "another program")
    monkeypatch.setattr("tracker.normalize.prose.read", _nothing)
    with Store.open(tmp_path) as store:
        settled = settle(house(store))
        after = list(dump(store))
        detected = store.fetch(rows.Detected)
    assert settled.rebuilt
    assert {line.partition("\t")[2] for line in after if line.startswith("generation")} == {'["another program"]'}
    # Both sides were made again: nothing that the old program alone saw is left to be compared with the new.
    assert any(_in_words(line) for line in before)
    assert not any(_in_words(line) for line in after)
    new = [each for each in detected if each.change not in known]
    assert new, "the new program sees other changes"
    assert [each for each in new if each.announce] == []
    assert all(each.announce for each in detected if each.change in known)


def _in_words(line: str) -> bool:
    """Whether a row of the dump is a figure of the narrative on operating costs, which no form prints."""
    return line.startswith("figures\t") and '"operating/' in line


def _nothing(text: str, context: prose.Context) -> prose.Reading:
    return prose.Reading((), ())


def test_there_and_back_again_is_two_changes_with_ids_of_their_own(tmp_path: Path) -> None:
    first = render(document(make(2), "hubei"), "tsv")
    second = mutate.mutate("amount_in_prose", first, 1).text
    days = ("2024-10-12", "2024-11-12", "2024-12-12", "2025-01-12", "2025-02-12")
    seen = [
        Offer(data=text.encode(), name="a.txt", at=f"{day}T00:00:00Z")
        for text, day in zip((first, second, first, second, first), days, strict=True)
    ]
    with Store.open(tmp_path) as store:
        ingest(house(store), seen)
        changes = store.fetch(rows.Change)
        (document_row,) = store.fetch(rows.Document)
        states = store.fetch(rows.State)
        versions = store.fetch(rows.Version)
    assert [change.aspect for change in changes] == ["value"] * 4
    assert len({change.id for change in changes}) == 4
    assert {(c.before, c.after) for c in changes} == {(c.after, c.before) for c in changes}
    assert len(states) == 5
    assert len(versions) == 2
    assert document_row.state == "current"
