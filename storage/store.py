"""The store: what was recorded is durable, what was derived appears together or not at all.

One writer at a time, many readers. A record goes to the archive first (fsync) and then to the database; records that
a kill left out of the database are taken in from the archive when it is next opened. Derived rows are replaced whole
documents at a time in one transaction.
"""

import contextlib
import fcntl
import os
import re
import sqlite3
import time
from collections import defaultdict
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar, cast

from sqlite_utils import Database

from storage import seals
from storage.archive import Archive
from storage.durable import written_to
from storage.errors import BusyError, StaleContentsError, UnfinishedBuildError
from storage.ledger import NAME as LEDGER
from storage.ledger import START, Entry, Head
from storage.rows import (
    DERIVED,
    Announced,
    Capture,
    Change,
    Comparison,
    ComparisonRows,
    Contents,
    Definition,
    Detected,
    Document,
    DocumentRows,
    Figure,
    LedgerLine,
    Line,
    LineLink,
    Look,
    Passage,
    Piece,
    Problem,
    Reading,
    ReadingRows,
    Row,
    Ruling,
    Seal,
    State,
    Statement,
    Unit,
    UnitName,
    UnitRows,
    Unread,
    Version,
    columns,
    values,
)
from storage.schema import BUSY_MS, NAME, connect, migrate, migrations, refuse_newer, said_plainly
from storage.words import comparison_words, version_words

R = TypeVar("R", bound=Row)

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_BATCH = 5000  # lines of the ledger taken in at once: bounded memory however long it is
_CONTENTS: tuple[type[Row], ...] = (Passage, Statement, Line, Figure, Definition, Problem, Unread)


class Store:
    """A data folder: ``archive`` and ``database``. Make it with ``Store.open``; one Store a thread."""

    def __init__(self, folder: Path, path: Path, connection: sqlite3.Connection, lock: "_Lock") -> None:
        """Wrap what ``Store.open`` has opened."""
        self.folder = folder
        self.path = path
        self.archive = Archive(folder / "archive")
        self.connection = connection
        self.database = Database(connection, execute_plugins=False)  # no code of others in here
        self._lock = lock
        self._keys: dict[type[Row], str] = {}

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False, wait: float = BUSY_MS / 1000) -> "Store":
        """Open the data folder; unless ``read_only`` it is made where there is none, and what the archive has and the
        database lacks is taken in. ``wait`` is how many seconds to wait for another writer.

        Raises MissingDatabaseError (read-only), ReadOnlyError, BusyError, DiskFullError, NewerDatabaseError,
        DamagedDatabaseError, DamagedRecordError.
        """
        path = folder / NAME
        lock = _Lock(folder / "writer.lock", wait)
        if read_only:
            store = cls(folder, path, connect(path, read_only=True), lock)
            with store._closed_on_error():
                refuse_newer(store.database, path)
                current = not migrations.pending(store.database)
            if current:
                return store
            store.close()
            cls.open(folder, wait=wait).close()  # of an older program, or just being made: it is brought up to date
            return cls(folder, path, connect(path, read_only=True), lock)
        with written_to(folder):
            folder.mkdir(parents=True, exist_ok=True)
        with contextlib.nullcontext() if path.exists() else lock.held():
            store = cls(folder, path, connect(path), lock)
            with store._closed_on_error():
                migrate(store.database, path)
        with store._closed_on_error():
            if store._behind():
                with store.writing():
                    store._absorb()
        return store

    @property
    def patience(self) -> float:
        """How many seconds to wait for another writer before BusyError says so."""
        return self._lock.wait

    @patience.setter
    def patience(self, seconds: float) -> None:
        self._lock.wait = seconds

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    def __enter__(self) -> "Store":
        """Return the store, which is closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    @contextlib.contextmanager
    def _closed_on_error(self) -> Generator[None, None, None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    # --- locks and transactions ---

    @contextlib.contextmanager
    def writing(self) -> Generator[None, None, None]:
        """Be the one writer, of all processes, until the end of the block; may be nested. A kill frees it.

        Hold it from reading what a derivation depends on to ``replace``. Raises BusyError after waiting.
        """
        with self._lock.held():
            yield

    @contextlib.contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Make what the block writes one transaction, undone if it fails."""
        with said_plainly(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def snapshot(self) -> Generator[None, None, None]:
        """Let every query of the block see the same moment."""
        with said_plainly(self.path):
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")

    # --- records ---

    def record(self, data: bytes | None, look: Look) -> bool:
        """Keep ``look`` and the bytes it brought (``look.sha`` is their hash); on return both are durable.

        Returns False where the same look stood already. Raises ValueError for a look whose hash or time is not what
        it should be, and what ``Archive`` raises.
        """
        return self.record_all([(data, look)])[0]

    def record_all(self, several: Iterable[tuple[bytes | None, Look]]) -> list[bool]:
        """Keep each look and the bytes it brought, as ``record`` does, and bring them to the disk together: on return
        all are durable. Returns for each whether it is new. Where one is refused none is kept."""
        with self.writing():
            head = self._absorb()
            new: dict[str, Look] = {}
            outcomes: list[bool] = []
            for data, look in several:
                _check_time(look.at)
                if data is not None and (sha := self.archive.put(data)) != look.sha:
                    raise ValueError(f"look {look.id}: sha is {look.sha}, that of the bytes {sha}")
                outcomes.append(look.id not in new and not self._has(Look, look.id))
                if not outcomes[-1]:
                    continue
                if look.sha is not None and data is None:
                    self.archive.get(look.sha)
                new[look.id] = look
            if new:
                self.archive.append(*new.values(), after=head)
                self._absorb()
            return outcomes

    def put_ruling(self, ruling: Ruling) -> bool:
        """Keep ``ruling``; on return it is durable. Returns False where the same ruling stood already."""
        _check_time(ruling.at)
        with self.writing():
            head = self._absorb()
            if self._has(Ruling, ruling.id):
                return False
            self.archive.append(ruling, after=head)
            self._absorb()
            return True

    def announce(self, changes: Iterable[str], channel: str, at: str) -> None:
        """Keep that ``changes`` were announced through ``channel``."""
        with self.writing(), self.transaction():
            self._add(Announced(change=each, channel=channel, at=at) for each in changes)

    def _has(self, row: type[Look | Ruling], name: str) -> bool:
        with said_plainly(self.path):
            found = self.connection.execute(f"SELECT 1 FROM {row.TABLE} WHERE id = ?", (name,)).fetchone()
        return found is not None

    def head(self) -> Head:
        """Return the last line of the ledger that the database has taken in."""
        with said_plainly(self.path):
            line = self.connection.execute("SELECT n, hash FROM ledger ORDER BY n DESC LIMIT 1").fetchone()
            end = self.connection.execute("SELECT bytes FROM absorbed WHERE file = ?", (LEDGER,)).fetchone()
        return START if line is None or end is None else Head(line[0], line[1], end[0])

    def _behind(self) -> bool:
        return self.archive.ledger.length() != self.head().end

    def _absorb(self) -> Head:
        """Take into the database what the ledger has beyond it, and return its head."""
        head = self.head()
        if self.archive.ledger.length() == head.end:
            return head
        self.archive.ledger.settle(head)
        entries = self.archive.ledger.entries(head)
        while found := list(islice(entries, _BATCH)):
            self._take_in(found)
            head = found[-1].head
        return head

    def _take_in(self, entries: Sequence[Entry]) -> None:
        looks = [entry.record for entry in entries if isinstance(entry.record, Look)]
        rulings = [entry.record for entry in entries if isinstance(entry.record, Ruling)]
        links = [
            LedgerLine(n=each.n, kind=each.kind, entry=each.record.id, hash=each.head.hash, previous=each.previous)
            for each in entries
        ]
        first = {look.sha: look.at for look in sorted(looks, key=lambda look: look.at, reverse=True) if look.sha}
        execute = self.connection.executemany
        with self.transaction():
            self._insert(Capture, [self._capture(sha, at) for sha, at in first.items()], "OR IGNORE ")
            execute(
                "UPDATE captures SET first_at = ? WHERE sha = ? AND first_at > ?",
                [(at, sha, at) for sha, at in first.items()],
            )
            self._insert(Look, looks, "OR IGNORE ")
            self._insert(Ruling, rulings, "OR IGNORE ")
            self._insert(LedgerLine, links)
            # In the ruling's own transaction: a kill before the readings are made again leaves them pending.
            for column in ("look", "sha", "document"):
                execute(f"UPDATE readings SET stale = 1 WHERE {column} = ?", [(ruling.subject,) for ruling in rulings])
            execute("INSERT OR REPLACE INTO absorbed VALUES (?, ?)", [(LEDGER, entries[-1].head.end)])

    def _capture(self, sha: str, at: str) -> Capture:
        for present in self.fetch(Capture, sha=sha):
            return present
        size, packed = self.archive.stored(sha)
        return Capture(sha=sha, size=size, first_at=at, packed=packed)

    # --- reading back ---

    def fetch(self, row: type[R], **where: object) -> tuple[R, ...]:
        """Return the rows of the class ``row`` whose columns equal ``where``, by primary key. A tuple or set stands
        for any of its values, None for none."""
        tests: list[str] = []
        given: list[object] = []
        for column, value in where.items():
            if isinstance(value, (tuple, list, set, frozenset)):
                several = cast("Collection[object]", value)
                tests.append(f'"{column}" IN ({", ".join("?" * len(several))})')
                given.extend(several)
            else:
                tests.append(f'"{column}" IS ?')
                given.append(value)
        return self._made(row, self.tuples(row, " AND ".join(tests), given))

    def _made(self, row: type[R], found: Iterable[Sequence[object]]) -> tuple[R, ...]:
        names = columns(row)
        return tuple(row(**dict(zip(names, each, strict=True))) for each in found)  # pyright: ignore[reportArgumentType]

    def tuples(self, row: type[Row], where: str = "", given: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return the values of the rows of the class ``row`` for which the SQL of ``where`` holds, by primary key."""
        if row not in self._keys:
            self._keys[row] = ", ".join(f'"{column}"' for column in self.database.table(row.TABLE).pks)
        condition = f" WHERE {where}" if where else ""
        sql = f"SELECT {_names(row)} FROM {row.TABLE}{condition} ORDER BY {self._keys[row]}"
        with said_plainly(self.path):
            return cast("list[tuple[object, ...]]", self.connection.execute(sql, given).fetchall())

    def contents(self, document: str, version: str) -> Contents:
        """Return every row of ``version`` but its ``Version`` row."""
        return Contents(
            passages=self.fetch(Passage, document=document, version=version),
            statements=self.fetch(Statement, document=document, version=version),
            lines=self.fetch(Line, document=document, version=version),
            figures=self.fetch(Figure, document=document, version=version),
            definitions=self.fetch(Definition, document=document, version=version),
            problems=self.fetch(Problem, subject=document, version=version),
            unread=self.fetch(Unread, document=document, version=version),
        )

    def looks(
        self, *, source: str | None = None, slot: str | None = None, document: str | None = None
    ) -> tuple[Look, ...]:
        """Return the looks of a source, a slot, a document (as they were read), by time."""
        where: dict[str, object] = {}
        if source is not None:
            where["source"] = source
        if slot is not None:
            where["slot"] = slot
        if document is not None:
            where["id"] = tuple(reading.look for reading in self.fetch(Reading, document=document))
        return tuple(sorted(self.fetch(Look, **where), key=_by_time))

    def inside(self, slot: str) -> tuple[Look, ...]:
        """Return the looks at the files inside the archive at ``slot``, by time."""
        where = "slot >= ? AND slot < ?"
        return tuple(sorted(self._made(Look, self.tuples(Look, where, [f"{slot}!/", f"{slot}!0"])), key=_by_time))

    def pending(self) -> tuple[Look, ...]:
        """Return the looks that have no reading yet, or one from before a ruling, by time.

        A look that brought no bytes is read where some ever stood at its slot: that nothing was there any more is told
        of a document.
        """
        where = (
            "(id NOT IN (SELECT look FROM readings) OR id IN (SELECT look FROM readings WHERE stale = 1))"
            " AND (sha IS NOT NULL OR slot IN (SELECT slot FROM looks WHERE sha IS NOT NULL))"
        )
        return tuple(sorted(self._made(Look, self.tuples(Look, where)), key=_by_time))

    def last_read(self, slot: str, outcomes: Collection[str]) -> tuple[Look, Reading] | None:
        """Return the last look at ``slot`` with one of ``outcomes`` that was read, with its reading."""
        sql = (
            f"SELECT looks.id FROM looks JOIN readings ON readings.look = looks.id AND readings.stale = 0"
            f" WHERE looks.slot = ? AND looks.outcome IN ({', '.join('?' * len(outcomes))})"
            " ORDER BY looks.at DESC, looks.seq DESC, looks.id DESC LIMIT 1"
        )
        with said_plainly(self.path):
            found = self.connection.execute(sql, (slot, *outcomes)).fetchone()
        return None if found is None else (self.fetch(Look, id=found[0])[0], self.fetch(Reading, look=found[0])[0])

    def readings(self, slots: Collection[str]) -> tuple[Reading, ...]:
        """Return the readings of the looks at ``slots``."""
        return tuple(reading for slot in sorted(slots) for reading in self.fetch(Reading, slot=slot))

    def read_at(self, slot: str) -> frozenset[str]:
        """Return the documents that looks at ``slot`` were read as."""
        sql = "SELECT DISTINCT document FROM readings WHERE slot = ? AND document IS NOT NULL"
        with said_plainly(self.path):
            return frozenset(cast("str", name) for (name,) in self.connection.execute(sql, (slot,)))

    def linking(self, slots: Collection[str]) -> tuple[Look, ...]:
        """Return the looks read as a page that only links files, and that link one of ``slots``, by time."""
        if not slots:
            return ()
        where = (
            "id IN (SELECT look FROM readings WHERE outcome = 'page') AND EXISTS (SELECT 1 FROM"
            f" json_each(looks.claims, '$.attachments') WHERE value IN ({', '.join('?' * len(slots))}))"
        )
        return tuple(sorted(self._made(Look, self.tuples(Look, where, sorted(slots))), key=_by_time))

    def rulings(self, subject: str | None = None) -> tuple[Ruling, ...]:
        """Return the rulings on ``subject``, or all, by time."""
        found = self.fetch(Ruling) if subject is None else self.fetch(Ruling, subject=subject)
        return tuple(sorted(found, key=lambda ruling: (ruling.at, ruling.id)))

    @property
    def fingerprint(self) -> str | None:
        """The generation that the derived tables were built under, None where none was."""
        with said_plainly(self.path):
            row = self.connection.execute("SELECT fingerprint FROM generation").fetchone()
        return None if row is None else cast("str", row[0])

    # --- derived rows ---

    def begin_generation(self, fingerprint: str, built_at: str) -> None:
        """Say under which generation the derived tables are built, on a store that has none. Raises ValueError where
        it has another one: that takes ``rebuilding``."""
        with self.writing(), self.transaction():
            present = self.fingerprint
            if present is None:
                self._generate(1, fingerprint, built_at)
            elif present != fingerprint:
                raise ValueError("the derived tables were built under another generation; rebuild them")

    def replace(
        self,
        *,
        at: str,
        readings: Iterable[ReadingRows] = (),
        documents: Mapping[str, DocumentRows | None] | None = None,
        comparisons: Iterable[ComparisonRows] = (),
        covering: Collection[str] | None = None,
        units: Iterable[UnitRows] | None = None,
    ) -> None:
        """Make the derived rows of what is covered equal to what is given, in one transaction.

        - ``readings``: the reading of each look that is named becomes the given one.
        - ``documents``: each becomes exactly the given rows; None: it exists no more. Content rows of a version whose
          row stands unchanged are left alone.
        - ``comparisons``: those that involve a document in ``covering`` (default: the keys of ``documents``) become
          exactly the given ones.
        - ``units``: None leaves them, else these are all.
        - ``at``: when a change is detected that never was before.

        Raises StaleContentsError where contents are left out that the database does not have, ValueError where a
        comparison involves no covered document or a row belongs elsewhere; then nothing is written.
        """
        documents = {} if documents is None else documents
        covered = sorted(set(documents if covering is None else covering))
        with self.writing(), self.transaction():
            if units is not None:
                self._replace_units(units)
            self._replace_readings(list(readings))
            self._replace_documents(documents)
            self._replace_comparisons(list(comparisons), covered, at)

    def witness(self, readings: Iterable[ReadingRows], document: str | None = None, n: int = 0, at: str = "") -> None:
        """Keep the readings of looks that change nothing; where ``document`` is given they saw its state ``n`` still
        lasting ``at`` that time (a withdrawal: that it was gone), which is what is brought up to date: no row but times
        of sighting. To be called within a ``transaction``."""
        self._replace_readings(list(readings))
        if document is None:
            return
        states = [
            replace(each, last_at=max(each.last_at, at)) if each.n == n else each
            for each in self.fetch(State, document=document)
        ]
        seen = any(each.n == n and each.version is not None for each in states)
        rows = [
            replace(each, last_seen=max(each.last_seen, at if seen else ""))
            for each in self.fetch(Document, document=document)
        ]
        compared = [
            replace(each, seen_before=max(each.seen_before or "", at))
            for each in self.fetch(Comparison, document_before=document, state_before=n)
        ]
        run = self.connection.execute
        for state in states:
            if state.n == n:
                run("UPDATE states SET last_at = ? WHERE document = ? AND n = ?", (state.last_at, document, n))
        for row in rows:
            run("UPDATE documents SET last_seen = ? WHERE document = ?", (row.last_seen, document))
        for part in (State.TABLE, Document.TABLE):
            run("DELETE FROM seals WHERE part = ? AND owner = ? AND version = ''", (part, document))
        for each in compared:
            run("UPDATE comparisons SET seen_before = ? WHERE id = ?", (each.seen_before, each.id))
            run("DELETE FROM seals WHERE part = ? AND owner = ? AND version = ''", (Comparison.TABLE, each.id))
        self._seal([*states, *rows, *compared])

    def _replace_units(self, units: Iterable[UnitRows]) -> None:
        units = list(units)
        self.connection.execute("DELETE FROM unit_names")
        self.connection.execute("DELETE FROM units")
        self._insert(Unit, [each.unit for each in units])
        names = [name for each in units for name in each.names]
        self._insert(UnitName, names)
        parts = [(Unit.TABLE,), (UnitName.TABLE,)]
        self.connection.executemany("DELETE FROM seals WHERE part = ?", parts)
        self._seal([*(each.unit for each in units), *names])

    def _replace_readings(self, readings: Sequence[ReadingRows]) -> None:
        looks = [(each.reading.look,) for each in readings]
        self.connection.executemany("DELETE FROM problems WHERE subject = ?", looks)
        self._insert(Reading, [each.reading for each in readings], "OR REPLACE ")
        problems = [problem for each in readings for problem in each.problems]
        self._insert(Problem, problems)
        self._unseal((Reading, Problem), [(look, "") for (look,) in looks])
        self._seal([*{each.reading.look: each.reading for each in readings}.values(), *problems])

    def _replace_documents(self, documents: Mapping[str, DocumentRows | None]) -> None:
        new: defaultdict[type[Row], list[Row]] = defaultdict(list)
        stale: list[tuple[str, str]] = []
        index: list[tuple[str, str, str]] = []
        for name, rows in sorted(documents.items()):
            present = {each.version: each for each in self.fetch(Version, document=name)}
            given = {} if rows is None else {each.version: each for each in rows.versions}
            stale.extend((name, version) for version, row in present.items() if given.get(version) != row)
            if rows is None:
                continue
            _check_document(name, rows)
            new[Document].append(rows.document)
            new[State].extend(rows.states)
            new[Piece].extend(rows.pieces)
            new[Problem].extend(rows.problems)
            for version, row in given.items():
                if present.get(version) == row:
                    continue
                contents = rows.contents.get(version)
                if contents is None:
                    raise StaleContentsError(self.path, f"version {version} of {name}")
                new[Version].append(row)
                for kind, part in _parts(contents):
                    new[kind].extend(part)
                index.append((name, version, _words(contents)))
        gone = [(name,) for name, rows in documents.items() if rows is None]
        kept = [(name,) for name, rows in documents.items() if rows is not None]
        self._forget_words(stale)
        execute = self.connection.executemany
        execute("DELETE FROM problems WHERE subject = ? AND version = ?", stale)
        execute("DELETE FROM problems WHERE subject = ? AND version = ''", gone + kept)
        execute("DELETE FROM states WHERE document = ?", gone + kept)
        execute("DELETE FROM versions WHERE document = ? AND version = ?", stale)
        execute("DELETE FROM documents WHERE document = ?", gone)
        self._unseal((Version, *_CONTENTS), stale)
        self._unseal((Document, State, Piece, Problem), [(name, "") for (name,) in gone + kept])
        self._seal(row for rows in new.values() for row in rows)
        self._insert(Document, cast("list[Document]", new.pop(Document, [])), upsert="document")
        for kind in DERIVED:
            if kind in new:
                self._insert(kind, new[kind])
        self._index("version", index)

    def _replace_comparisons(self, comparisons: Sequence[ComparisonRows], covered: Sequence[str], at: str) -> None:
        present: dict[str, str] = {}
        for side in ("before", "after"):
            sql = f"SELECT id, basis FROM comparisons WHERE document_{side} = ?"
            for name in covered:
                present.update(cast("list[tuple[str, str]]", self.connection.execute(sql, (name,)).fetchall()))
        inside = set(covered)
        for each in comparisons:
            if not inside & {each.comparison.document_before, each.comparison.document_after}:
                raise ValueError(f"comparison {each.comparison.id} involves none of the documents covered")
            if each.changes is None and present.get(each.comparison.id) != each.comparison.basis:
                raise StaleContentsError(self.path, f"comparison {each.comparison.id}")
        kept = {each.comparison.id for each in comparisons if each.changes is None}
        given = {each.comparison.id for each in comparisons}
        emptied = [(each,) for each in sorted((set(present) | given) - kept)]
        execute = self.connection.executemany
        self._forget_words([(each, "") for (each,) in emptied])
        execute("DELETE FROM changes WHERE comparison = ?", emptied)
        execute("DELETE FROM line_links WHERE comparison = ?", emptied)
        execute("DELETE FROM comparisons WHERE id = ?", [(each,) for each in sorted(set(present) - given)])
        self._insert(Comparison, [each.comparison for each in comparisons], upsert="id")
        changes = [change for each in comparisons for change in each.changes or ()]
        links = [link for each in comparisons for link in each.links or ()]
        self._insert(Change, changes)
        self._insert(LineLink, links)
        self._add(Detected(change=change.id, at=at) for change in changes)
        owners = [(each, "") for each in sorted(set(present) | given)]
        self._unseal((Comparison,), owners)
        self._unseal((Change, LineLink), [(each, "") for (each,) in emptied])
        self._seal([*(each.comparison for each in comparisons), *changes, *links])
        self._index(
            "comparison",
            [(each.comparison.id, "", _change_words(each.changes)) for each in comparisons if each.changes],
        )

    def _insert(self, row: type[R], rows: Sequence[R] | Sequence[Row], how: str = "", upsert: str = "") -> None:
        """Insert ``rows`` through one prepared statement; ``upsert`` is the key of rows that are updated if present."""
        if not rows:
            return
        places = ", ".join("?" * len(columns(row)))
        update = ""
        if upsert:
            sets = ", ".join(f'"{column}" = excluded."{column}"' for column in columns(row) if column != upsert)
            update = f" ON CONFLICT ({upsert}) DO UPDATE SET {sets}"
        sql = f"INSERT {how}INTO {row.TABLE} ({_names(row)}) VALUES ({places}){update}"
        self.connection.executemany(sql, map(values(row), rows))

    def _unseal(self, kinds: Sequence[type[Row]], owners: Iterable[tuple[str, str]]) -> None:
        """Forget the seals of the rows of ``kinds`` that belong to each of ``owners``, a version of each."""
        parts = ", ".join(f"'{kind.TABLE}'" for kind in kinds)
        sql = f"DELETE FROM seals WHERE part IN ({parts}) AND owner = ? AND version = ?"
        self.connection.executemany(sql, owners)

    def _seal(self, rows: Iterable[Row]) -> None:
        self._insert(Seal, list(seals.sealed(rows)))

    def _add(self, rows: Iterable[Detected | Announced]) -> None:
        """Add rows of history that are not there yet, and say how many there are now."""
        rows = [replace(row, seal=seals.own(row)) for row in rows]
        if not rows:
            return
        table = rows[0].TABLE
        before = self.connection.total_changes
        self._insert(type(rows[0]), rows, "OR IGNORE ")
        self.connection.execute(
            "INSERT INTO seals VALUES (?, '', '', ?)"
            " ON CONFLICT DO UPDATE SET rows = CAST(CAST(rows AS INTEGER) + CAST(excluded.rows AS INTEGER) AS TEXT)",
            (table, str(self.connection.total_changes - before)),
        )

    def _generate(self, n: int, fingerprint: str, built_at: str) -> None:
        row = (n, fingerprint, built_at)
        self.connection.execute("DELETE FROM generation")
        self.connection.execute("INSERT INTO generation VALUES (?, ?, ?)", row)
        seal = (seals.GENERATION, seals.digest(row))
        self.connection.execute("INSERT OR REPLACE INTO seals VALUES (?, '', '', ?)", seal)

    def _index(self, kind: str, entries: Iterable[tuple[str, str, str]]) -> None:
        for owner, version, words in entries:
            row = self.connection.execute(
                "INSERT INTO searched (kind, owner, version) VALUES (?, ?, ?)", (kind, owner, version)
            ).lastrowid
            self.connection.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (row, words))

    def _forget_words(self, owners: Iterable[tuple[str, str]]) -> None:
        for owner in owners:
            found = self.connection.execute("SELECT id FROM searched WHERE owner = ? AND version = ?", owner).fetchone()
            if found is not None:
                self.connection.execute("DELETE FROM search WHERE rowid = ?", found)
                self.connection.execute("DELETE FROM searched WHERE id = ?", found)

    # --- generations ---

    @contextlib.contextmanager
    def rebuilding(self, fingerprint: str, built_at: str) -> Generator["Store", None, None]:
        """Give a store beside this one with everything recorded and nothing derived, and when the block has filled
        it, put its derived tables in the place of the old ones, in one transaction. If the block fails, the old
        stand. Changes never detected before are not to be announced if the generation is another one.

        Raises BusyError, UnfinishedBuildError where a look has no reading at the end.
        """
        beside = self.path.with_name(self.path.name + ".building")
        with self.writing():
            self._absorb()
            _remove(beside)
            try:
                with Store(self.folder, beside, connect(beside), self._lock) as new:
                    new.connection.execute("PRAGMA synchronous = OFF")  # of no worth until it is swapped in
                    migrate(new.database, beside)
                    new._absorb()
                    yield new
                    left = len(new.pending())
                    if left:
                        raise UnfinishedBuildError(beside, f"{left} looks have no reading")
                    _check_sound(new)
                self._swap(beside, fingerprint, built_at)
            finally:
                _remove(beside)

    def _swap(self, beside: Path, fingerprint: str, built_at: str) -> None:
        run = self.connection.execute
        announce = int(self.fingerprint in (None, fingerprint))
        with said_plainly(self.path):
            run("PRAGMA foreign_keys = OFF")  # all tables change at once; they are checked before the commit
            run("ATTACH ? AS beside", (str(beside),))
            try:
                with self.transaction():
                    for row in reversed(DERIVED):
                        run(f"DELETE FROM main.{row.TABLE}")
                    for row in DERIVED:
                        names = _names(row)
                        run(f"INSERT INTO main.{row.TABLE} ({names}) SELECT {names} FROM beside.{row.TABLE}")
                    run("DELETE FROM main.search")
                    run("DELETE FROM main.searched")
                    run("INSERT INTO main.searched SELECT * FROM beside.searched")
                    run("INSERT INTO main.search (rowid, words) SELECT rowid, words FROM beside.search")
                    # What belongs to nobody is of history and the generation, which this database keeps.
                    run("DELETE FROM main.seals WHERE owner != ''")
                    run("INSERT INTO main.seals SELECT * FROM beside.seals WHERE owner != ''")
                    new = run(
                        "SELECT id FROM main.changes WHERE id NOT IN (SELECT change FROM main.detected) ORDER BY id"
                    )
                    self._add([Detected(change=each, at=built_at, announce=announce) for (each,) in new.fetchall()])
                    last = run("SELECT coalesce(max(n), 0) FROM main.generation").fetchone()
                    self._generate(last[0] + 1, fingerprint, built_at)
                    broken = run("PRAGMA main.foreign_key_check").fetchone()
                    if broken is not None:
                        raise UnfinishedBuildError(beside, f"a row of {broken[0]} refers to nothing")
            finally:
                run("DETACH beside")
                run("PRAGMA foreign_keys = ON")


class _Lock:
    """The lock of the one writer: an advisory lock on a file, which the system frees when its holder ends.

    Who wants it first takes the place at its door, a lock on another file: so that one that writes again and again
    leaves room for one that waits.
    """

    def __init__(self, path: Path, wait: float) -> None:
        self.path = path
        self.wait = wait
        self.file: IO[str] | None = None

    @contextlib.contextmanager
    def held(self) -> Generator[None, None, None]:
        if self.file is not None:
            yield
            return
        with written_to(self.path):
            file = self.path.open("a+", encoding="ascii")
        with file:
            until = time.monotonic() + self.wait
            with written_to(self.path), self.path.with_suffix(".door").open("a") as door:
                self._take(door, until, file)
                self._take(file, until, file)
            self._sign(file)
            self.file = file
            try:
                yield
            finally:
                self.file = None

    def _take(self, lock: IO[str], until: float, holding: IO[str]) -> None:
        """Lock the file ``lock``; ``holding`` tells whom we wait for."""
        pause = 0.005
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= until:
                    holding.seek(0)
                    raise BusyError(self.path, self.wait, holding.read().strip()) from None
                time.sleep(pause)
                pause = min(pause * 2, 0.1)

    def _sign(self, file: IO[str]) -> None:
        """Write into the lock who holds it."""
        holder = f"process {os.getpid()}\n"
        file.seek(0)
        if file.read() == holder:
            return  # so it says already; truncating costs as much as an fsync on a busy disk
        with written_to(self.path):
            file.seek(0)
            file.truncate()
            file.write(holder)
            file.flush()


def _names(row: type[Row]) -> str:
    return ", ".join(f'"{column}"' for column in columns(row))


def _by_time(look: Look) -> tuple[str, int, str]:
    return look.at, look.seq, look.id


def _check_time(at: str) -> None:
    if not _TIME.fullmatch(at):
        raise ValueError(f"time {at!r} is not UTC as in 2024-09-20T03:00:00Z")


def _check_document(name: str, rows: DocumentRows) -> None:
    owners = {each.document for each in (rows.document, *rows.states, *rows.pieces, *rows.versions)}
    owners.update(each.subject for each in rows.problems)
    if owners != {name} or any(each.version for each in rows.problems):
        raise ValueError(f"rows given for {name} belong to {sorted(owners)}, or a problem to a version")


def _parts(contents: Contents) -> list[tuple[type[Row], Sequence[Row]]]:
    return [
        (Passage, contents.passages),
        (Statement, contents.statements),
        (Line, contents.lines),
        (Figure, contents.figures),
        (Definition, contents.definitions),
        (Problem, contents.problems),
        (Unread, contents.unread),
    ]


def _words(contents: Contents) -> str:
    return version_words((each.text for each in contents.passages), (each.label for each in contents.lines))


def _change_words(changes: Iterable[Change]) -> str:
    return comparison_words((each.label, each.text_before, each.text_after, each.reason) for each in changes)


def _check_sound(store: Store) -> None:
    for check in ("PRAGMA quick_check", "PRAGMA foreign_key_check"):
        found = store.connection.execute(check).fetchone()
        if found is not None and found[0] != "ok":
            raise UnfinishedBuildError(store.path, f"{check}: {found[0]}")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
