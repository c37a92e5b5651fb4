"""Every kind of damage is found and named."""

from collections.abc import Callable

import pytest

from storage.store import Store
from storage.verify import verify
from tests.storage.conftest import AFTER
from tests.storage.samples import FIRST, NOW, look


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
    "words gone": (_sql("DELETE FROM search"), "search.missing"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_found_and_named(store: Store, what: str) -> None:
    assert list(verify(store)) == []
    damage, code = DAMAGES[what]
    damage(store)
    found = list(verify(store))
    assert code in {each.code for each in found}
    assert all(each.place and each.details for each in found)


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
