"""The whole way through the house, with documents of the generator."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import queries, rows
from storage.dump import dump
from storage.store import Store
from tests.generator import layouts, ledger, render
from tracker.ingest import House, Offer, SameMomentError, ingest, rebuild, settle
from tracker.naming import Names
from tracker.reading import Reader
from tracker.taxonomy import load

NOW = "2026-01-01T00:00:00Z"
BOOKS = ledger.make(7, 2023)
LAST = layouts.document(BOOKS.before, "hubei") if BOOKS.before is not None else None
THIS = layouts.document(BOOKS, "hubei")
TEXT = render.render(THIS, "tsv")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


def house(store: Store, names: Names | None = None) -> House:
    return House(store, Reader(store.archive, load(), names or Names({})), lambda: NOW)


def offer(text: str, day: str, name: str = "公开.txt", **more: object) -> Offer:
    return Offer(data=text.encode(), name=name, at=f"{day}T00:00:00Z", **more)  # type: ignore[arg-type]


def revised(text: str) -> str:
    return text.replace("厉行节约", "坚持厉行节约").replace("主要职责", "主要职能")


def test_a_revision_is_recorded_between_the_looks_that_saw_each_state(store: Store) -> None:
    ingest(house(store), [offer(TEXT, "2024-10-12")])
    ingest(house(store), [offer(TEXT, "2024-10-20")])
    ingest(house(store), [offer(revised(TEXT), "2024-11-02")])
    (comparison,) = queries.comparisons(store)
    assert (comparison["seen_before"][:10], comparison["seen_after"][:10]) == ("2024-10-20", "2024-11-02")
    assert {c["subject"] for c in queries.changes(store)} == {"passage"}


def test_a_text_that_comes_back_is_two_changes_with_ids_of_their_own(store: Store) -> None:
    other = revised(TEXT)
    ingest(house(store), [offer(TEXT, "2024-10-12"), offer(other, "2024-10-13")])
    there = {c["id"] for c in queries.changes(store)}
    ingest(house(store), [offer(TEXT, "2024-10-14"), offer(other, "2024-10-15")])
    every = [c["id"] for c in queries.changes(store)]
    assert there < set(every)
    assert len(every) == len(set(every)) == 3 * len(there)


def test_an_older_capture_takes_its_place_in_time(store: Store, tmp_path: Path) -> None:
    first, second = offer(TEXT, "2024-10-12"), offer(revised(TEXT), "2024-11-02")
    ingest(house(store), [second])
    ingest(house(store), [first])
    with Store.open(tmp_path / "other") as other:
        ingest(house(other), [first, second])
        assert list(dump(store)) == list(dump(other))


def test_a_year_that_is_compared_again_keeps_the_changes_that_stay(store: Store) -> None:
    assert LAST is not None
    ingest(house(store), [offer(render.render(LAST, "tsv"), "2023-10-12"), offer(TEXT, "2024-10-12")])
    before = {c["id"] for c in queries.changes(store, axis="year")}
    assert before
    ingest(house(store), [offer(revised(TEXT), "2024-11-02")])
    after = {c["id"] for c in queries.changes(store, axis="year")}
    assert len(after & before) > 0.9 * len(before)
    superseded = {c["id"] for c in queries.changes(store, axis="year", superseded=True)}
    assert before <= superseded


def test_the_numbers_of_states_are_those_that_comparisons_name(store: Store) -> None:
    torn = TEXT[: len(TEXT) // 4]
    ingest(house(store), [offer(TEXT, "2024-10-12"), offer(torn, "2024-10-13"), offer(revised(TEXT), "2024-10-14")])
    (comparison,) = store.fetch(rows.Comparison)
    states = {state.n: state for state in store.fetch(rows.State, document=comparison.document_after)}
    assert states[comparison.state_after].version == comparison.version_after
    assert [n for n, state in states.items() if state.held] == [3]


def test_two_texts_of_one_moment_are_refused_unless_they_share_nothing(store: Store) -> None:
    ingest(house(store), [offer(TEXT, "2024-10-12", dated=True)])
    with pytest.raises(SameMomentError):
        ingest(house(store), [offer(revised(TEXT), "2024-10-12", dated=True)])
    assert len(store.looks()) == 1


def test_what_was_kept_and_not_derived_is_derived_by_the_next_run(store: Store) -> None:
    one = offer(TEXT, "2024-10-12")
    ingest(house(store), [one])
    whole = list(dump(store))
    with Store.open(store.folder.parent / "killed") as killed:
        killed.begin_generation(house(killed).generation, NOW)
        look = store.looks()[0]
        killed.record(one.data, look)
        assert killed.pending() == (look,)
        settle(house(killed))
        assert list(dump(killed)) == whole


def test_a_rebuild_gives_the_same_rows_and_keeps_when_changes_were_detected(store: Store) -> None:
    ingest(house(store), [offer(TEXT, "2024-10-12"), offer(revised(TEXT), "2024-10-14")])
    before, detected = list(dump(store)), store.fetch(rows.Detected)
    rebuild(house(store))
    assert list(dump(store)) == before
    assert store.fetch(rows.Detected) == detected


def test_a_declared_name_moves_all_documents_of_a_unit_and_is_kept(store: Store) -> None:
    ingest(house(store), [offer(TEXT, "2024-10-12")])
    (document,) = queries.documents(store)
    short = "馆里"
    names = Names({}, {document["unit"]: (short,)})
    settle(house(store, names))
    ingest(house(store, names), [offer(revised(TEXT), "2024-10-14")])
    assert [(n.unit, n.name) for n in store.fetch(rows.UnitName)] == [(document["unit"], short)]
    assert queries.find_document(store, f"{short}/2023/final").document == document["document"]


def test_bytes_that_are_no_text_are_kept_and_told(store: Store) -> None:
    settled = ingest(house(store), [offer("", "2024-10-12", name="empty.txt")])
    assert settled.held == settled.looks
    assert [p["code"] for p in queries.problems(store)] == ["file.empty"]
