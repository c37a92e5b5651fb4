"""The tables, the migrations that make them, and how a database is opened.

A migration, once released, is never edited: a change of the schema is a new one. Every table is STRICT, so that an
amount can be nothing but an integer. Errors of SQLite that a user can do something about become typed ones that name
the file and the remedy.
"""

import contextlib
import functools
import sqlite3
from collections.abc import Generator
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from storage import operations
from storage.errors import (
    BusyError,
    DamagedDatabaseError,
    DiskFullError,
    MissingDatabaseError,
    NewerDatabaseError,
    ReadOnlyError,
)

NAME = "tracker.sqlite3"
"""The database's file name in the data folder."""

BUSY_MS = 30_000
"""How long a connection waits for another one's lock, in milliseconds, before it says so."""

_NO_ROOM = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_FSYNC)

FTS = "fts5(words, tokenize = 'unicode61 remove_diacritics 0')"
"""How words are indexed; the module and its arguments, as SQL has them."""

migrations = Migrations("storage")

_TABLES = (
    """CREATE TABLE captures (
        sha TEXT NOT NULL,
        size INTEGER NOT NULL,
        first_at TEXT NOT NULL,
        packed TEXT NOT NULL,
        PRIMARY KEY (sha)
    ) STRICT""",
    """CREATE TABLE looks (
        id TEXT NOT NULL,
        source TEXT NOT NULL,
        slot TEXT NOT NULL,
        url TEXT,
        final_url TEXT,
        at TEXT NOT NULL,
        seq INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        sha TEXT,
        headers TEXT NOT NULL,
        claims TEXT NOT NULL,
        exchange TEXT NOT NULL,
        error TEXT,
        name TEXT,
        visit TEXT,
        PRIMARY KEY (id),
        FOREIGN KEY (sha) REFERENCES captures
    ) STRICT""",
    """CREATE TABLE rulings (
        id TEXT NOT NULL,
        subject TEXT NOT NULL,
        decision TEXT NOT NULL,
        details TEXT NOT NULL,
        at TEXT NOT NULL,
        note TEXT NOT NULL,
        PRIMARY KEY (id)
    ) STRICT""",
    """CREATE TABLE ledger (
        n INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('look', 'ruling')),
        entry TEXT NOT NULL,
        hash TEXT NOT NULL,
        previous TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE announced (
        change TEXT NOT NULL,
        channel TEXT NOT NULL,
        at TEXT NOT NULL,
        seal TEXT NOT NULL,
        PRIMARY KEY (change, channel)
    ) STRICT""",
    """CREATE TABLE detected (
        change TEXT NOT NULL,
        at TEXT NOT NULL,
        announce INTEGER NOT NULL,
        seal TEXT NOT NULL,
        PRIMARY KEY (change)
    ) STRICT""",
    """CREATE TABLE units (
        unit TEXT NOT NULL,
        region TEXT,
        PRIMARY KEY (unit)
    ) STRICT""",
    """CREATE TABLE unit_names (
        unit TEXT NOT NULL,
        name TEXT NOT NULL,
        from_year INTEGER NOT NULL,
        to_year INTEGER,
        evidence TEXT NOT NULL,
        PRIMARY KEY (unit, name, from_year),
        FOREIGN KEY (unit) REFERENCES units ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE readings (
        look TEXT NOT NULL,
        slot TEXT NOT NULL,
        sha TEXT,
        document TEXT,
        unit TEXT,
        year INTEGER,
        kind TEXT,
        scope TEXT,
        title TEXT,
        published_on TEXT,
        evidence TEXT NOT NULL,
        digest TEXT,
        outcome TEXT NOT NULL,
        held INTEGER NOT NULL,
        stale INTEGER NOT NULL,
        PRIMARY KEY (look),
        FOREIGN KEY (look) REFERENCES looks,
        FOREIGN KEY (sha) REFERENCES captures
    ) STRICT""",
    """CREATE TABLE documents (
        document TEXT NOT NULL,
        unit TEXT NOT NULL,
        year INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('final', 'budget')),
        scope TEXT NOT NULL CHECK (scope IN ('department', 'unit')),
        title TEXT,
        published_on TEXT,
        state TEXT NOT NULL CHECK (state IN ('current', 'held', 'withdrawn')),
        versions INTEGER NOT NULL,
        pieces INTEGER NOT NULL,
        problems INTEGER NOT NULL,
        understood TEXT,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        PRIMARY KEY (document)
    ) STRICT""",
    """CREATE TABLE versions (
        document TEXT NOT NULL,
        version TEXT NOT NULL,
        digest TEXT NOT NULL,
        basis TEXT NOT NULL,
        sections TEXT NOT NULL,
        identity TEXT NOT NULL,
        understood TEXT,
        figures INTEGER NOT NULL,
        unread INTEGER NOT NULL,
        problems INTEGER NOT NULL,
        PRIMARY KEY (document, version),
        FOREIGN KEY (document) REFERENCES documents ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE states (
        document TEXT NOT NULL,
        n INTEGER NOT NULL,
        version TEXT,
        first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        held INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        published_on TEXT,
        PRIMARY KEY (document, n),
        FOREIGN KEY (document) REFERENCES documents ON DELETE CASCADE,
        FOREIGN KEY (document, version) REFERENCES versions
    ) STRICT""",
    """CREATE TABLE pieces (
        document TEXT NOT NULL,
        state INTEGER NOT NULL,
        slot TEXT NOT NULL,
        sha TEXT NOT NULL,
        role TEXT NOT NULL,
        look TEXT,
        PRIMARY KEY (document, state, slot, sha),
        FOREIGN KEY (document, state) REFERENCES states ON DELETE CASCADE,
        FOREIGN KEY (sha) REFERENCES captures
    ) STRICT""",
    """CREATE TABLE passages (
        document TEXT NOT NULL,
        version TEXT NOT NULL,
        n INTEGER NOT NULL,
        section TEXT NOT NULL,
        heading TEXT NOT NULL,
        statement TEXT,
        text TEXT NOT NULL,
        spans TEXT NOT NULL,
        skeleton TEXT NOT NULL,
        page INTEGER,
        origin TEXT NOT NULL,
        PRIMARY KEY (document, version, n),
        FOREIGN KEY (document, version) REFERENCES versions ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE statements (
        document TEXT NOT NULL,
        version TEXT NOT NULL,
        n INTEGER NOT NULL,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        number TEXT,
        organisation TEXT,
        unit TEXT,
        state TEXT NOT NULL,
        page INTEGER,
        "columns" TEXT NOT NULL,
        formulas TEXT NOT NULL,
        PRIMARY KEY (document, version, n),
        FOREIGN KEY (document, version) REFERENCES versions ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE lines (
        document TEXT NOT NULL,
        version TEXT NOT NULL,
        statement_n INTEGER NOT NULL,
        n INTEGER NOT NULL,
        statement TEXT NOT NULL,
        id TEXT NOT NULL,
        code TEXT,
        label TEXT NOT NULL,
        side TEXT,
        path TEXT NOT NULL,
        parent INTEGER,
        number TEXT,
        memo INTEGER NOT NULL,
        figures TEXT NOT NULL,
        PRIMARY KEY (document, version, statement_n, n),
        FOREIGN KEY (document, version) REFERENCES versions ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE figures (
        document TEXT NOT NULL,
        version TEXT NOT NULL,
        n INTEGER NOT NULL,
        "key" TEXT NOT NULL,
        fact TEXT,
        statement TEXT,
        section TEXT,
        heading TEXT NOT NULL,
        code TEXT,
        label TEXT NOT NULL,
        path TEXT NOT NULL,
        side TEXT,
        measure TEXT,
        role TEXT NOT NULL,
        base TEXT,
        period INTEGER,
        value TEXT NOT NULL,
        unit TEXT,
        decimals INTEGER NOT NULL,
        amount_fen INTEGER,
        quote TEXT NOT NULL,
        page INTEGER,
        reason TEXT,
        reason_base TEXT,
        origin TEXT NOT NULL,
        box TEXT,
        confidence TEXT,
        PRIMARY KEY (document, version, n),
        FOREIGN KEY (document, version) REFERENCES versions ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE definitions (
        document TEXT NOT NULL,
        version TEXT NOT NULL,
        n INTEGER NOT NULL,
        term TEXT NOT NULL,
        text TEXT NOT NULL,
        code TEXT,
        PRIMARY KEY (document, version, n),
        FOREIGN KEY (document, version) REFERENCES versions ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE problems (
        subject TEXT NOT NULL,
        version TEXT NOT NULL,
        n INTEGER NOT NULL,
        code TEXT NOT NULL,
        place TEXT NOT NULL,
        quote TEXT NOT NULL,
        details TEXT NOT NULL,
        holds INTEGER NOT NULL,
        PRIMARY KEY (subject, version, n)
    ) STRICT""",
    """CREATE TABLE unread (
        document TEXT NOT NULL,
        version TEXT NOT NULL,
        n INTEGER NOT NULL,
        section TEXT NOT NULL,
        number TEXT NOT NULL,
        quote TEXT NOT NULL,
        PRIMARY KEY (document, version, n),
        FOREIGN KEY (document, version) REFERENCES versions ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE comparisons (
        id TEXT NOT NULL,
        axis TEXT NOT NULL CHECK (axis IN ('revision', 'year', 'budget')),
        document_before TEXT NOT NULL,
        version_before TEXT,
        state_before INTEGER NOT NULL,
        document_after TEXT NOT NULL,
        version_after TEXT,
        state_after INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        superseded INTEGER NOT NULL,
        seen_before TEXT,
        seen_after TEXT,
        basis TEXT NOT NULL,
        explained INTEGER NOT NULL,
        PRIMARY KEY (id)
    ) STRICT""",
    """CREATE TABLE line_links (
        comparison TEXT NOT NULL,
        n INTEGER NOT NULL,
        statement TEXT NOT NULL,
        "before" TEXT NOT NULL,
        "after" TEXT NOT NULL,
        evidence TEXT NOT NULL,
        quote TEXT NOT NULL,
        PRIMARY KEY (comparison, n),
        FOREIGN KEY (comparison) REFERENCES comparisons ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE changes (
        id TEXT NOT NULL,
        comparison TEXT NOT NULL,
        n INTEGER NOT NULL,
        axis TEXT NOT NULL,
        subject TEXT NOT NULL CHECK (subject IN ('figure', 'passage', 'structure')),
        kind TEXT NOT NULL,
        aspect TEXT NOT NULL,
        mask TEXT NOT NULL,
        "key" TEXT,
        key_before TEXT,
        fact TEXT,
        section TEXT,
        statement TEXT,
        code TEXT,
        label TEXT,
        measure TEXT,
        role TEXT,
        "before" TEXT,
        "after" TEXT,
        unit_before TEXT,
        unit_after TEXT,
        delta TEXT,
        percent TEXT,
        text_before TEXT,
        text_after TEXT,
        ops TEXT NOT NULL,
        reason TEXT,
        reason_base TEXT,
        places TEXT NOT NULL,
        stale_places TEXT NOT NULL,
        origin TEXT NOT NULL,
        size_fen INTEGER,
        percent_sort INTEGER,
        PRIMARY KEY (id),
        FOREIGN KEY (comparison) REFERENCES comparisons ON DELETE CASCADE
    ) STRICT""",
    """CREATE TABLE absorbed (
        file TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        PRIMARY KEY (file)
    ) STRICT""",
    """CREATE TABLE seals (
        part TEXT NOT NULL,
        owner TEXT NOT NULL,
        version TEXT NOT NULL,
        rows TEXT NOT NULL,
        PRIMARY KEY (part, owner, version)
    ) STRICT""",
    """CREATE TABLE generation (
        n INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        built_at TEXT NOT NULL,
        PRIMARY KEY (n)
    ) STRICT""",
    """CREATE TABLE searched (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('version', 'comparison')),
        owner TEXT NOT NULL,
        version TEXT NOT NULL,
        UNIQUE (owner, version)
    ) STRICT""",
    f"CREATE VIRTUAL TABLE search USING {FTS}",
)

# What was recorded is never changed, and a line of the ledger follows the one before it.
_TRIGGERS = (
    *(
        f"""CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table}: what was recorded is never changed'); END"""
        for table in ("looks", "rulings", "ledger")
        for verb in ("update", "delete")
    ),
    f"""CREATE TRIGGER ledger_chain BEFORE INSERT ON ledger
    WHEN NEW.n != 1 + coalesce((SELECT max(n) FROM ledger), 0)
        OR NEW.previous != coalesce((SELECT hash FROM ledger WHERE n = NEW.n - 1), '{"0" * 64}')
    BEGIN SELECT RAISE(ABORT, 'ledger: a line follows the last one and holds its hash'); END""",
)

# By question asked.
_INDEXES = (
    "CREATE INDEX looks_of_a_slot ON looks (source, slot, at, seq)",
    "CREATE INDEX looks_at_a_slot ON looks (slot, at, seq)",
    "CREATE INDEX looks_of_a_capture ON looks (sha)",
    "CREATE INDEX rulings_on_a_subject ON rulings (subject, at)",
    "CREATE INDEX changes_by_detection ON detected (at)",
    "CREATE INDEX readings_of_a_document ON readings (document)",
    "CREATE INDEX readings_of_a_slot ON readings (slot, document)",
    "CREATE INDEX readings_of_a_capture ON readings (sha)",
    "CREATE INDEX readings_of_pages ON readings (look) WHERE outcome = 'page'",
    "CREATE INDEX readings_of_notices ON readings (unit, year, kind) WHERE outcome = 'notice'",
    "CREATE INDEX stale_readings ON readings (look) WHERE stale = 1",
    "CREATE INDEX documents_of_a_unit ON documents (unit, kind, scope, year)",
    "CREATE INDEX states_of_a_version ON states (document, version)",
    "CREATE INDEX pieces_of_a_capture ON pieces (sha)",
    "CREATE INDEX a_fact_over_time ON figures (fact) WHERE fact IS NOT NULL",
    "CREATE INDEX figures_of_a_code ON figures (code) WHERE code IS NOT NULL",
    "CREATE INDEX comparisons_before ON comparisons (document_before)",
    "CREATE INDEX comparisons_after ON comparisons (document_after)",
    "CREATE INDEX newest_of_an_axis ON comparisons (axis, seen_after)",
    "CREATE INDEX changes_of_a_comparison ON changes (comparison, n)",
    "CREATE INDEX changes_of_a_code ON changes (code) WHERE code IS NOT NULL",
    "CREATE INDEX changes_by_size ON changes (size_fen) WHERE size_fen IS NOT NULL",
)


@migrations()
def first_tables(db: Database) -> None:
    """Make every table and index of the first release."""
    for statement in (*_TABLES, *operations.TABLES, *_TRIGGERS, *_INDEXES):
        db.conn.execute(statement)


@contextlib.contextmanager
def said_plainly(path: Path) -> Generator[None, None, None]:
    """Turn errors of SQLite and of the file system that a user can act upon into typed ones that name ``path``."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        known = _known(error, path)
        if known is None:
            raise
        raise known from error


def _known(error: sqlite3.DatabaseError, path: Path) -> Exception | None:
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    match code & 0xFF:  # the primary code; the rest says more about it
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return BusyError(path, BUSY_MS // 1000)
        case sqlite3.SQLITE_FULL:
            return DiskFullError(path)
        case sqlite3.SQLITE_IOERR if code in _NO_ROOM:
            return DiskFullError(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return ReadOnlyError(path)
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return DamagedDatabaseError(path, str(error))
        case _:
            return None


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection to ``path``: WAL, foreign keys on, waiting for locks; transactions are the caller's.

    Raises MissingDatabaseError (read-only, no such file), ReadOnlyError, BusyError, DamagedDatabaseError.
    """
    if read_only and not path.exists():
        raise MissingDatabaseError(path)
    with said_plainly(path):
        if read_only:
            return _prepared(_reader(path), path)
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
        try:
            connection.execute("PRAGMA page_size = 8192")  # of a new database; fewer, fuller pages: 7 % faster
            connection.execute("PRAGMA journal_mode = WAL")
            # Acknowledged is what the archive has fsynced; a transaction lost with the machine's power is made again.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
            return _prepared(connection, path)
        except BaseException:
            connection.close()
            raise


def _reader(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if path.with_name(path.name + "-wal").exists():
            raise
        # In a folder that cannot be written WAL has nowhere to put its index; nobody can write it, so it is at rest.
        connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
    return connection


def _prepared(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def migrate(database: Database, path: Path) -> None:
    """Bring ``database`` to this program's schema, in one transaction that other processes wait for.

    Raises NewerDatabaseError where a newer program has changed it.
    """
    refuse_newer(database, path)
    if not migrations.pending(database):
        return
    with said_plainly(path):
        # A deferred transaction would fail where two processes come at once; the second finds nothing pending.
        database.conn.execute("BEGIN IMMEDIATE")
        try:
            migrations.apply(database)
            database.conn.execute("COMMIT")
        except BaseException:
            if database.conn.in_transaction:
                database.conn.execute("ROLLBACK")
            raise


def refuse_newer(database: Database, path: Path) -> None:
    """Raise NewerDatabaseError if a migration was applied that this program does not know."""
    with said_plainly(path):
        applied = {each.name for each in migrations.applied(database)}
        unknown = applied - known()
    if unknown:
        raise NewerDatabaseError(path, sorted(unknown))


@functools.cache
def known() -> frozenset[str]:
    """Return the names of this program's migrations."""
    with contextlib.closing(Database(memory=True, execute_plugins=False)) as empty:
        return frozenset(each.name for each in migrations.pending(empty))
