"""What the store promises: durable before derived, together or not at all, the same whatever the order."""

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage.dump import dump
from storage.errors import DamagedRecordError, StaleContentsError, UnfinishedBuildError
from storage.rows import (
    Announced,
    Capture,
    Change,
    Comparison,
    ComparisonRows,
    Contents,
    Detected,
    Document,
    DocumentRows,
    Figure,
    Look,
    Problem,
    Reading,
    Ruling,
    Version,
)
from storage.store import Store
from storage.verify import verify
from tests.storage.conftest import AFTER, BEFORE, derived, fill
from tests.storage.samples import (
    D2022,
    D2023,
    FIRST,
    NOW,
    SECOND,
    UNIT,
    comparison,
    contents,
    document,
    look,
    reading,
)

LATER = "2027-01-01T00:00:00Z"


def test_a_recorded_look_brings_its_capture_and_waits_for_its_reading(data: Path) -> None:
    with Store.open(data) as store:
        assert store.record(AFTER, look(AFTER, at=SECOND))
        assert store.record(AFTER, look(AFTER))
        assert store.archive.get(look(AFTER).sha or "") == AFTER
        sha = look(AFTER).sha or ""
        packed = hashlib.sha256(store.archive.path(sha).read_bytes()).hexdigest()
        assert store.fetch(Capture) == (Capture(sha=sha, size=len(AFTER), first_at=FIRST, packed=packed),)
        assert store.pending() == (look(AFTER), look(AFTER, at=SECOND))
        assert store.looks(slot=look(AFTER).slot) == store.pending()


def test_the_same_look_is_recorded_once(store: Store) -> None:
    head = store.head()
    assert not store.record(AFTER, look(AFTER, at=SECOND))
    assert store.record_all([(None, look(AFTER, at=SECOND)), (AFTER, look(AFTER, at=SECOND))]) == [False, False]
    assert store.head() == store.archive.ledger.head() == head


def test_a_look_that_brought_nothing_is_evidence_too(store: Store) -> None:
    gone = Look.of(source="s", slot="https://qs.example/2023.html", at=LATER, outcome="gone", status=404)
    assert store.record(None, gone)
    assert store.fetch(Look, id=gone.id) == (gone,)
    assert store.pending() == (gone,), "that nothing was there is told of a document"


def test_a_look_whose_hash_or_time_is_not_so_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="sha is"):
        store.record(b"other bytes", look(AFTER, at=LATER))
    for at in ("2024-09-20", "2024-09-20T03:00:00+08:00", "2024-09-20T03:00:00.5Z"):
        with pytest.raises(ValueError, match="is not UTC"):
            store.record(AFTER, look(AFTER, at=at))
        with pytest.raises(ValueError, match="is not UTC"):
            store.put_ruling(Ruling.of(subject=D2023, decision="accept", at=at))


def test_what_a_kill_left_out_of_the_database_is_taken_in_when_it_is_opened(data: Path) -> None:
    ruling = Ruling.of(subject=D2023, decision="accept", at=LATER)
    with Store.open(data) as store:
        store.record(BEFORE, look(BEFORE))
        # A kill between archive and database leaves this.
        store.archive.put(AFTER)
        store.archive.append(look(AFTER, at=SECOND))
        store.archive.append(ruling)
        with store.archive.ledger.path.open("ab") as file:
            file.write(b'{"n":4,"previous":"2024')
    with Store.open(data) as store:
        assert store.pending() == (look(BEFORE), look(AFTER, at=SECOND))
        assert store.rulings() == store.rulings(D2023) == (ruling,)
        assert [each.code for each in verify(store)] == ["look.underived", "look.underived"]
        store.record(AFTER, look(AFTER, at=LATER))
        assert len(list(store.archive.looks())) == 3


def test_the_archive_alone_brings_every_record_back(store: Store) -> None:
    looks, captures = store.looks(), store.fetch(Capture)
    store.close()
    for path in store.folder.glob("tracker.sqlite3*"):
        path.unlink()
    with Store.open(store.folder) as again:
        assert (again.looks(), again.fetch(Capture)) == (looks, captures)


def test_an_archive_that_lost_records_is_said_to_have(store: Store) -> None:
    path = store.archive.ledger.path
    whole = path.read_bytes()
    for left in (whole.splitlines(keepends=True)[0], whole[:-1], b""):
        path.write_bytes(left)
        with pytest.raises(DamagedRecordError, match=f"line {left.count(10) + 1}: records are missing"):
            Store.open(store.folder)
        assert path.read_bytes() == left, "what is left is evidence too"


def test_nothing_is_recorded_after_a_line_that_is_not_the_one_written(store: Store) -> None:
    path = store.archive.ledger.path
    whole = path.read_bytes()
    for changed in (whole.replace(b"2024-10-08", b"2024-10-09"), whole[:-1] + b" "):
        path.write_bytes(changed)
        with pytest.raises(DamagedRecordError, match="line 2"):
            store.record(b"x", look(b"x", at=LATER))
        assert path.read_bytes() == changed
    path.write_bytes(whole)
    assert store.record(b"x", look(b"x", at=LATER))


def test_looks_recorded_together_are_one_chain_and_all_kept_or_none(data: Path) -> None:
    several = [(f"{n}".encode(), look(f"{n}".encode(), slot=f"https://qs.example/{n}")) for n in range(5)]
    with Store.open(data) as store:
        assert store.record_all([]) == []
        assert store.record_all([*several, several[0]]) == [True] * 5 + [False]
        assert [entry.n for entry in store.archive.ledger.entries()] == [1, 2, 3, 4, 5]
        assert store.pending() == tuple(sorted((each for _, each in several), key=lambda look: (look.at, look.id)))
        head = store.head()
        with pytest.raises(ValueError, match="sha is"):
            store.record_all([(b"6", look(b"6")), (b"other", look(b"7"))])
        assert store.archive.ledger.head() == head


def test_what_was_recorded_cannot_be_changed_by_sql(store: Store) -> None:
    store.put_ruling(Ruling.of(subject=D2023, decision="accept", at=LATER))
    for table in ("looks", "rulings", "ledger"):
        key = "n" if table == "ledger" else "id"
        for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                store.connection.execute(statement)
    for n, previous in ((9, store.head().hash), (4, "0" * 64), (2, store.head().hash)):
        with pytest.raises(sqlite3.IntegrityError, match="follows the last"):
            store.connection.execute("REPLACE INTO ledger VALUES (?, 'look', 'x', 'y', ?)", (n, previous))


def test_what_was_given_is_what_is_kept(store: Store) -> None:
    assert store.contents(D2023, "bbbb") == contents(D2023, "bbbb")
    assert [each.document for each in store.fetch(Document, unit=UNIT)] == [D2022, D2023]
    assert store.fetch(Change) == tuple(sorted(comparison().changes or (), key=lambda change: change.id))
    assert list(verify(store)) == []


def test_a_document_becomes_exactly_what_is_given(store: Store) -> None:
    looks = [look(AFTER, at=SECOND), look(BEFORE, at=LATER)]
    store.record(BEFORE, looks[1])
    rows = document(D2023, {"bbbb": contents(D2023, "bbbb"), "cccc": contents(D2023, "cccc", "13.00")}, looks)
    store.replace(at=LATER, readings=[reading(each) for each in looks], documents={D2023: rows}, covering=())
    assert {each.version for each in store.fetch(Version, document=D2023)} == {"bbbb", "cccc"}

    rows = document(D2023, {"cccc": contents(D2023, "cccc", "13.00")}, looks[1:])
    store.replace(at=LATER, documents={D2023: rows}, covering=())
    assert {each.version for each in store.fetch(Figure, document=D2023)} == {"cccc"}
    assert {each.version for each in store.fetch(Problem, subject=D2023)} == {"cccc"}
    assert list(verify(store)) == []

    store.replace(at=LATER, documents={D2023: None})
    assert store.fetch(Document, document=D2023) == ()
    assert store.fetch(Figure, document=D2023) == ()
    assert store.fetch(Comparison) == store.fetch(Change) == ()
    assert len(store.fetch(Figure, document=D2022)) == 2


def test_rows_of_an_unchanged_version_are_left_alone_and_need_not_be_given(store: Store) -> None:
    rowids = "SELECT rowid FROM figures ORDER BY rowid"
    before = store.connection.execute(rowids).fetchall()
    dumped = list(dump(store))
    rows = derived()["documents"][D2023]
    store.replace(at=LATER, documents={D2023: type(rows)(**{**_fields(rows), "contents": {}})}, covering=())
    assert store.connection.execute(rowids).fetchall() == before
    assert list(dump(store)) == dumped


def test_contents_left_out_that_are_not_there_are_an_error_and_nothing_is_written(store: Store) -> None:
    dumped = list(dump(store))
    changed = document(D2023, {"dddd": contents(D2023, "dddd")}, [look(AFTER, at=SECOND)])
    with pytest.raises(StaleContentsError, match="version dddd"):
        store.replace(
            at=LATER, documents={D2023: type(changed)(**{**_fields(changed), "contents": {}})}, comparisons=[]
        )
    unknown = ComparisonRows(comparison=comparison(axis="revision").comparison, changes=None, links=None)
    with pytest.raises(StaleContentsError, match="comparison"):
        store.replace(at=LATER, comparisons=[unknown], covering={D2023})
    assert list(dump(store)) == dumped


def test_comparisons_of_the_documents_covered_become_exactly_those_given(store: Store) -> None:
    revision = comparison(D2023, D2023, "revision", states=(1, 2), versions=("bbbb", "cccc"))
    store.replace(at=LATER, comparisons=[comparison(), revision], covering={D2023})
    assert len(store.fetch(Comparison)) == 2
    store.replace(at=LATER, comparisons=[], covering={D2022})
    assert store.fetch(Comparison) == (revision.comparison,)
    assert {each.comparison for each in store.fetch(Change)} == {revision.comparison.id}


def test_a_comparison_whose_changes_are_kept_may_change_its_own_row(store: Store) -> None:
    before = store.fetch(Change)
    superseded = comparison(superseded=1).comparison
    store.replace(
        at=LATER, comparisons=[ComparisonRows(comparison=superseded, changes=None, links=None)], covering={D2022}
    )
    assert store.fetch(Comparison) == (superseded,)
    assert store.fetch(Change) == before


def test_a_change_that_goes_and_comes_back_keeps_the_time_it_was_first_detected(store: Store) -> None:
    store.replace(at=LATER, comparisons=[], covering={D2023})
    assert store.fetch(Change) == ()
    store.replace(at=LATER, comparisons=[comparison(sizes=(2_500_000, None, 7))], covering={D2023})
    times = {each.change: each.at for each in store.fetch(Detected)}
    assert [times[each.id] for each in sorted(store.fetch(Change), key=lambda change: change.n)] == [NOW, NOW, LATER]


@pytest.mark.parametrize("table", ["figures", "changes", "search", "detected", "problems"])
def test_a_replacement_that_fails_half_way_changes_nothing(store: Store, table: str) -> None:
    dumped = list(dump(store))
    store.connection.execute(
        "CREATE TRIGGER broken BEFORE INSERT ON search_content BEGIN SELECT raise(ABORT, 'broken'); END"
        if table == "search"
        else f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT raise(ABORT, 'broken'); END"
    )
    new = document(D2023, {"eeee": contents(D2023, "eeee", "99.00")}, [look(AFTER, at=SECOND)])
    with pytest.raises(sqlite3.DatabaseError):
        store.replace(at=LATER, documents={D2023: new}, comparisons=[comparison(sizes=(9, 8, 7))], units=[])
    assert list(dump(store)) == dumped
    assert not store.connection.in_transaction


def test_rows_that_belong_elsewhere_are_refused(store: Store) -> None:
    dumped = list(dump(store))
    with pytest.raises(ValueError, match="belong to"):
        store.replace(at=LATER, documents={D2022: derived()["documents"][D2023]})
    with pytest.raises(ValueError, match="involves none"):
        store.replace(at=LATER, comparisons=[comparison()], covering={"别的单位/2023/final.unit"})
    assert list(dump(store)) == dumped


def test_a_reading_takes_the_place_of_the_one_before(store: Store) -> None:
    store.replace(at=LATER, readings=[reading(look(AFTER, at=SECOND), None)])
    assert [each.code for each in store.fetch(Problem, subject=look(AFTER, at=SECOND).id)] == ["identity.year"]
    store.replace(at=LATER, readings=[reading(look(AFTER, at=SECOND))])
    assert store.fetch(Problem, subject=look(AFTER, at=SECOND).id) == ()


@pytest.mark.parametrize("subject", [look(AFTER, at=SECOND).id, look(AFTER).sha, D2023])
def test_a_ruling_makes_the_readings_it_is_on_wait_again(store: Store, subject: str) -> None:
    dumped = list(dump(store))
    store.put_ruling(Ruling.of(subject=subject, decision="accept", at=LATER))
    assert store.pending() == (look(AFTER, at=SECOND),)
    assert [each.document for each in store.fetch(Reading, look=store.pending()[0].id)] == [D2023], "still known"
    store.replace(at=LATER, readings=[reading(look(AFTER, at=SECOND))])
    assert store.pending() == ()
    assert list(dump(store)) == dumped


def test_contents_are_asked_for_only_where_they_are_needed(store: Store) -> None:
    asked: list[str] = []

    class Lazy(dict[str, Contents]):
        def get(self, version: str, default: Any = None) -> Any:
            asked.append(version)
            return contents(D2023, version)

    looks = [look(AFTER, at=SECOND), look(BEFORE, at=LATER)]
    store.record(BEFORE, looks[1])
    rows = document(D2023, {"bbbb": contents(D2023, "bbbb"), "cccc": contents(D2023, "cccc")}, looks)
    store.replace(at=LATER, documents={D2023: DocumentRows(**{**_fields(rows), "contents": Lazy()})}, covering=())
    assert asked == ["cccc"]
    assert len(store.fetch(Figure, document=D2023)) == 4


def test_the_order_and_the_day_of_recording_leave_no_trace(tmp_path: Path, store: Store) -> None:
    given = derived()
    with Store.open(tmp_path / "other") as other:
        other.record(AFTER, look(AFTER, at=SECOND))
        other.begin_generation("generation 1", LATER)
        other.replace(at=LATER, readings=given["readings"][1:], documents={D2023: given["documents"][D2023]})
        other.record(BEFORE, look(BEFORE, slot="https://qs.example/2022.html"))
        other.replace(
            at=LATER,
            readings=given["readings"][:1],
            documents={D2022: given["documents"][D2022]},
            comparisons=given["comparisons"],
            units=given["units"],
        )
        assert list(dump(other)) == list(dump(store))


def test_the_dump_shows_a_difference_in_any_derived_table(store: Store) -> None:
    before = list(dump(store))
    for table in (
        "units",
        "readings",
        "documents",
        "passages",
        "lines",
        "figures",
        "problems",
        "comparisons",
        "changes",
    ):
        store.connection.execute("SAVEPOINT one")
        column = store.database.table(table).columns[-1].name
        store.connection.execute(f'UPDATE {table} SET "{column}" = 7')
        store.connection.execute("RELEASE one")
        after = list(dump(store))
        assert after != before, table
        before = after


def test_a_rebuild_swaps_in_what_was_built_and_remembers_what_was_announced(store: Store) -> None:
    change = (comparison().changes or ())[0]
    store.announce([change.id], "feed", NOW)
    dumped = list(dump(store))
    with store.rebuilding("generation 1", LATER) as new:
        assert len(new.pending()) == 2
        new.replace(at=LATER, **derived())
        assert list(dump(store)) == dumped, "readers see the old until the new is whole"
    assert list(dump(store)) == dumped
    assert {each.at for each in store.fetch(Detected)} == {NOW}
    (announced,) = store.fetch(Announced)
    assert replace(announced, seal="") == Announced(change=change.id, channel="feed", at=NOW)
    assert list(verify(store)) == []
    assert [path.name for path in store.folder.iterdir() if "building" in path.name] == []


def test_what_only_a_new_generation_sees_is_recorded_and_not_announced(store: Store) -> None:
    given: dict[str, Any] = {**derived(), "comparisons": [comparison(sizes=(2_500_000, None, 7))]}
    with store.rebuilding("generation 2", LATER) as new:
        new.replace(at=LATER, **given)
    assert store.fingerprint == "generation 2"
    found = {each.change: (each.at, each.announce) for each in store.fetch(Detected)}
    changes = [found[change.id] for change in sorted(store.fetch(Change), key=lambda change: change.n)]
    assert changes == [(NOW, 1), (NOW, 1), (LATER, 0)]


def test_a_rebuild_that_fails_or_leaves_looks_out_changes_nothing(store: Store) -> None:
    dumped = list(dump(store))
    with pytest.raises(ValueError, match="belong to"), store.rebuilding("generation 2", LATER) as new:
        new.replace(at=LATER, documents={D2022: derived()["documents"][D2023]})
    with pytest.raises(UnfinishedBuildError, match="2 looks"), store.rebuilding("generation 2", LATER):
        pass
    assert list(dump(store)) == dumped
    assert store.fingerprint == "generation 1"
    assert list(verify(store)) == []


def test_rows_of_another_generation_are_not_mixed_in(store: Store) -> None:
    store.begin_generation("generation 1", LATER)
    with pytest.raises(ValueError, match="rebuild"):
        store.begin_generation("generation 2", LATER)


def test_a_rebuild_from_the_archive_alone_gives_the_same_tables(store: Store) -> None:
    dumped = list(dump(store))
    store.close()
    for path in store.folder.glob("tracker.sqlite3*"):
        path.unlink()
    with Store.open(store.folder) as again:
        with again.rebuilding("generation 1", LATER) as new:
            new.replace(at=LATER, **derived())
        assert list(dump(again)) == dumped
        assert {each.announce for each in again.fetch(Detected)} == {1}


def test_filling_a_store_twice_is_filling_it_once(store: Store) -> None:
    dumped = list(dump(store))
    fill(store)
    assert list(dump(store)) == dumped


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
