"""The schema: rows and tables agree, a newer or broken database is refused, no amount can be a float."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage import schema
from storage.errors import (
    DamagedDatabaseError,
    DiskFullError,
    MissingDatabaseError,
    NewerDatabaseError,
    ReadOnlyError,
    StorageError,
)
from storage.rows import DERIVED, RAW, Row, columns
from storage.store import Store
from tests.storage.conftest import derived
from tests.storage.samples import D2023, NOW, look


@pytest.mark.parametrize("row", [*RAW, *DERIVED], ids=lambda row: row.TABLE)
def test_the_columns_of_a_table_are_the_fields_of_its_row(store: Store, row: type[Row]) -> None:
    table = store.database.table(row.TABLE)
    assert tuple(column.name for column in table.columns) == columns(row)
    assert table.strict


def test_migrations_bring_an_empty_database_to_the_schema_and_then_do_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    with contextlib.closing(schema.connect(path)) as connection:
        database = Database(connection)
        schema.migrate(database, path)
        version = connection.execute("PRAGMA schema_version").fetchone()
        schema.migrate(database, path)
        assert connection.execute("PRAGMA schema_version").fetchone() == version
        assert not connection.in_transaction
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_database_of_a_newer_version_is_refused_by_name(data: Path, read_only: bool) -> None:
    with Store.open(data) as store:
        store.database.table("_sqlite_migrations").insert(
            {"migration_set": "storage", "name": "columns_of_2031", "applied_at": NOW}
        )
    with pytest.raises(NewerDatabaseError, match="columns_of_2031") as caught:
        Store.open(data, read_only=read_only)
    assert caught.value.path == data / schema.NAME


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database_is_said_to_be_none(data: Path, read_only: bool) -> None:
    data.mkdir()
    (data / schema.NAME).write_bytes("这不是数据库".encode() * 200)
    with pytest.raises(DamagedDatabaseError, match="tracker rebuild"):
        Store.open(data, read_only=read_only)


def test_asking_a_database_of_an_older_version_brings_it_up_to_date_first(data: Path) -> None:
    data.mkdir()
    with contextlib.closing(schema.connect(data / schema.NAME)) as connection:
        connection.execute("CREATE TABLE of_old (a TEXT) STRICT")
    with Store.open(data, read_only=True) as store:
        assert store.looks() == ()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.connection.execute("DELETE FROM looks")


def test_asking_a_folder_without_a_database_makes_none(data: Path) -> None:
    with pytest.raises(MissingDatabaseError):
        Store.open(data, read_only=True)
    assert not data.exists()


def test_money_can_only_be_an_integer(store: Store) -> None:
    for amount in (1.5, "12.50"):
        with pytest.raises(sqlite3.IntegrityError, match=r"cannot store (REAL|TEXT) value in INTEGER column"):
            store.connection.execute("UPDATE figures SET amount_fen = ?", (amount,))
        with pytest.raises(sqlite3.IntegrityError, match="INTEGER column"):
            store.connection.execute("UPDATE changes SET size_fen = ?", (amount,))
    kinds = store.connection.execute("SELECT DISTINCT typeof(amount_fen), typeof(value) FROM figures").fetchall()
    assert kinds == [("integer", "text")]


def test_a_row_that_refers_to_nothing_is_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        store.connection.execute("UPDATE figures SET version = 'none'")


def test_a_full_database_says_so_and_keeps_what_was_there(store: Store) -> None:
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")
    large = look(b"x", slot="https://qs.example/" + "x" * 500_000)
    with pytest.raises(DiskFullError) as caught:
        store.record(b"x", large)
    assert caught.value.path == store.path
    assert large.id not in {each.id for each in store.looks()}
    store.connection.execute("PRAGMA max_page_count = 1000000")
    with Store.open(store.folder) as later:
        assert large.id in {each.id for each in later.looks()}, "the archive had acknowledged it"


def test_read_only_files_say_so_and_can_still_be_asked(store: Store) -> None:
    store.close()
    # Root may write anything, so another user asks; the folder is opened for reading all the way down.
    folder = store.folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.geteuid() == 0:
        for path in list(folder.parents)[:-2]:
            path.chmod(path.stat().st_mode | 0o055)
    program = f"""
import os
from pathlib import Path
from storage.errors import ReadOnlyError
from storage.store import Store
from storage.queries import documents
from tests.storage.samples import look
if os.geteuid() == 0:
    os.setuid(65534)
folder = Path({str(folder)!r})
with Store.open(folder, read_only=True) as store:
    print(len(documents(store)))
try:
    with Store.open(folder) as store:
        store.record(b"x", look(b"x"))
except ReadOnlyError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert done.returncode == 0, done.stderr
    count, said = done.stdout.splitlines()
    assert count == "2"
    assert str(folder) in said
    assert "cannot be written" in said


def test_every_error_names_its_file() -> None:
    for error in (DiskFullError(Path("data/x")), ReadOnlyError(Path("data/x")), MissingDatabaseError(Path("data/x"))):
        assert isinstance(error, StorageError)
        assert str(error).startswith("data/x: ")


def test_the_questions_asked_have_their_index(store: Store) -> None:
    store.replace(at=NOW, documents={D2023: derived()["documents"][D2023]}, covering=())
    plans = {
        "SELECT * FROM figures WHERE fact = 'three_public.total'": "a_fact_over_time",
        "SELECT * FROM figures WHERE code >= '208' AND code < '208:'": "figures_of_a_code",
        "SELECT * FROM comparisons WHERE axis = 'revision' ORDER BY seen_after DESC": "newest_of_an_axis",
        "SELECT * FROM changes WHERE comparison = 'x' ORDER BY n": "changes_of_a_comparison",
        "SELECT * FROM changes WHERE size_fen >= 100": "changes_by_size",
        "SELECT * FROM looks WHERE source = 's' AND slot = 'x' ORDER BY at, seq": "looks_of_a_slot",
    }
    for sql, index in plans.items():
        plan = " ".join(str(row[3]) for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}"))
        assert index in plan, plan
        assert "TEMP B-TREE" not in plan
