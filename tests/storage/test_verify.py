"""Every kind of damage is found and named."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.rows import BOOKKEEPING, DERIVED, RAW, Change, Row, Ruling
from storage.store import Store
from storage.verify import Finding, archived, verify
from tests.storage.conftest import AFTER
from tests.storage.samples import D2022, D2023, FIRST, NOW, look


def _sql(statement: str) -> Callable[[Store], object]:
    def damage(store: Store) -> None:
        store.connection.execute("PRAGMA foreign_keys = OFF")
        for (name,) in store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.connection.execute(f"DROP TRIGGER {name}")
        store.connection.execute(statement)

    return damage


def _flip(store: Store) -> None:
    path = store.archive.path(look(AFTER).sha or "")
    path.write_bytes(path.read_bytes()[:-1])


def _edit(store: Store) -> None:
    path = store.archive.ledger.path
    path.write_bytes(path.read_bytes().replace(FIRST.encode(), NOW.encode()))


DAMAGES: dict[str, tuple[Callable[[Store], object], str]] = {
    "a bit of a capture": (_flip, "capture.damaged"),
    "a capture gone": (lambda store: store.archive.path(look(AFTER).sha or "").unlink(), "capture.damaged"),
    "the size of a capture": (_sql("UPDATE captures SET size = size + 1"), "capture.size"),
    "a record edited": (_edit, "ledger.damaged"),
    "a look edited in the database": (_sql("UPDATE looks SET at = '2020-01-01T00:00:00Z'"), "record.different"),
    "a look gone from the database": (_sql("DELETE FROM looks WHERE seq = 0"), "record.unread"),
    "a look only in the database": (_sql("UPDATE looks SET id = 'x' || id"), "record.missing"),
    "a ruling only in the database": (
        _sql("INSERT INTO rulings VALUES ('x', 'y', 'accept', '{}', '2020-01-01T00:00:00Z', '')"),
        "record.missing",
    ),
    "a reading gone": (_sql("DELETE FROM readings"), "look.underived"),
    "the digest of a reading": (_sql("UPDATE readings SET digest = NULL"), "reading.digest"),
    "the digest of a version": (_sql("UPDATE versions SET digest = ''"), "version.digest"),
    "a figure gone": (_sql("DELETE FROM figures WHERE n = 1"), "version.count"),
    "a row that refers to nothing": (_sql("DELETE FROM versions WHERE version = 'bbbb'"), "database.reference"),
    "words gone": (_sql("DELETE FROM search"), "search.different"),
    "words unlisted": (_sql("DELETE FROM searched"), "search.missing"),
    "words edited": (_sql("UPDATE search SET words = words || ' 虚 增' WHERE rowid = 1"), "search.different"),
    "the index of words": (_sql("UPDATE search_data SET block = zeroblob(50) WHERE id > 10"), "search.index"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_found_and_named(store: Store, what: str) -> None:
    assert list(verify(store)) == []
    damage, code = DAMAGES[what]
    damage(store)
    found = list(verify(store))
    assert code in {each.code for each in found}
    assert all(each.place and each.details for each in found)


OTHER = {"INTEGER": "+ 7", "TEXT": "|| 1"}
ROWS = (*RAW, *DERIVED, *BOOKKEEPING)


def _damaged(folder: Path, statement: str) -> list[Finding]:
    """Return what is found after ``statement`` on a copy of the store; nothing where it changed no row."""
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    with closing(sqlite3.connect(copy / "tracker.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount == 1, statement
    with Store.open(copy, read_only=True) as damaged:
        found = list(verify(damaged))
    shutil.rmtree(copy)
    return found


@pytest.fixture
def full(store: Store) -> Path:
    """The folder of a store with a row in every table."""
    store.put_ruling(Ruling.of(subject="capture:x", decision="accept", at=NOW, note="已核对"))
    store.announce([each.id for each in store.fetch(Change)], "feed", NOW)
    assert [row.TABLE for row in ROWS if not store.fetch(row)] == []
    assert list(verify(store)) == []
    store.close()
    return store.folder


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.TABLE)
def test_a_row_removed_or_edited_in_any_table_is_found_and_named(full: Path, row: type[Row]) -> None:
    chance = random.Random(row.TABLE)
    with Store.open(full, read_only=True) as store:
        count = len(store.fetch(row))
        kinds = {column.name: column.type for column in store.database.table(row.TABLE).columns}
    which = f"rowid = (SELECT rowid FROM {row.TABLE} ORDER BY rowid LIMIT 1 OFFSET {chance.randrange(count)})"
    unseen: list[str] = []
    for statement in (
        f"DELETE FROM {row.TABLE} WHERE {which}",
        *(
            f'UPDATE {row.TABLE} SET "{name}" = coalesce("{name}", 0) {OTHER[kind]} WHERE {which}'
            for name, kind in kinds.items()
        ),
    ):
        found = _damaged(full, statement)
        if not found or not all(each.place and each.details for each in found):
            unseen.append(statement)
    assert unseen == []


@pytest.mark.parametrize(
    ("statement", "code", "place"),
    [
        (
            "UPDATE figures SET value = '13.50' WHERE version = 'bbbb' AND n = 1",
            "row.edited",
            f"figures: {D2023} bbbb n=1 three_public/three_public/actual",
        ),
        (
            "UPDATE passages SET text = '无' WHERE version = 'bbbb' AND n = 0",
            "row.edited",
            f"passages: {D2023} bbbb n=0",
        ),
        (f"UPDATE documents SET title = '无' WHERE document = '{D2023}'", "row.edited", f"documents: {D2023}"),
        (f"UPDATE states SET last_at = '2030' WHERE document = '{D2023}'", "row.edited", f"states: {D2023} n=1"),
        ("DELETE FROM changes WHERE n = 0", "row.removed", "changes: "),
        ("DELETE FROM figures WHERE n = 0 AND version = 'aaaa'", "row.removed", f"figures: {D2022} aaaa"),
        (
            f"INSERT INTO definitions VALUES ('{D2023}', 'bbbb', 1, '虚增', '无', NULL)",
            "row.added",
            f"definitions: {D2023} bbbb n=1 虚增",
        ),
        ("UPDATE generation SET built_at = '2030'", "row.edited", "generation"),
        ("DELETE FROM generation", "row.edited", "generation"),
        ("UPDATE absorbed SET bytes = bytes - 1", "ledger.absorbed", "absorbed"),
        ("DELETE FROM ledger WHERE n = 1", "ledger.different", "ledger.jsonl: 1"),
        ("DELETE FROM detected WHERE rowid = 1", "row.removed", "detected: "),
        ("DELETE FROM announced WHERE rowid = 1", "row.removed", "announced"),
    ],
)
def test_what_was_edited_is_named(full: Path, statement: str, code: str, place: str) -> None:
    found = _damaged(full, statement)
    assert [each for each in found if each.code == code and place in each.place], found


def test_a_byte_flipped_in_any_archived_file_is_found_and_named(full: Path) -> None:
    for path in sorted((full / "archive").rglob("*")):
        if not path.is_file():
            continue
        whole = path.read_bytes()
        for at in range(len(whole)):
            changed = bytearray(whole)
            changed[at] ^= 1 << at % 8
            path.write_bytes(changed)
            with Store.open(full, read_only=True) as store:
                found = list(archived(store))
            assert [each for each in found if path.name in each.details or path.name in each.place], (path, at)
        path.write_bytes(whole)


def test_lines_cut_off_the_ledger_are_missed(full: Path) -> None:
    path = full / "archive" / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for left in range(len(lines)):
        path.write_bytes(b"".join(lines[:left]))
        with Store.open(full, read_only=True) as store:
            found = list(verify(store))
        assert ("ledger.missing", f"{path}: {left + 1}") in {(each.code, each.place) for each in found}


def test_damage_of_the_database_file_is_found(store: Store) -> None:
    root = store.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'a_fact_over_time'").fetchone()[0]
    size = store.connection.execute("PRAGMA page_size").fetchone()[0]
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    folder, path = store.folder, store.path
    store.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size + 8)
        file.write(b"\xff" * 200)
    with Store.open(folder, read_only=True) as damaged:
        assert "database.damaged" in {each.code for each in verify(damaged)}
