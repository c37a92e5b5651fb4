"""Whether what is kept fits together: archive, records, tables.

Each finding names the first thing that does not fit in its place; nothing yielded means that all is sound.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from storage.errors import DamagedCaptureError
from storage.ledger import START, Entry, read
from storage.rows import Capture, LedgerLine, Look, Reading, Ruling, Version
from storage.store import Store

Code = Literal[
    "database.damaged",
    "database.reference",
    "capture.damaged",
    "capture.size",
    "capture.packed",
    "capture.first",
    "ledger.damaged",
    "ledger.unread",
    "ledger.missing",
    "ledger.different",
    "ledger.absorbed",
    "record.unread",
    "record.missing",
    "record.different",
    "look.underived",
    "reading.digest",
    "version.digest",
    "version.count",
    "search.missing",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit: what kind, where (a file, a table and row, a hash), and how."""

    code: Code
    place: str
    details: str


def verify(store: Store) -> Iterator[Finding]:
    """Yield what does not fit, the archive first: all else can be made again from it."""
    with store.snapshot():
        yield from _captures(store)
        yield from _ledger(store)
        yield from _database(store)
        yield from _derived(store)


def _captures(store: Store) -> Iterator[Finding]:
    known = {capture.sha: capture for capture in store.fetch(Capture)}
    # A kill between bytes and record leaves bytes that nothing speaks of: harmless if sound.
    for sha in sorted({*store.archive.shas(), *known}):
        capture = known.get(sha)
        try:
            size = len(store.archive.get(sha))
        except DamagedCaptureError as error:
            yield Finding("capture.damaged", sha, str(error))
            continue
        if capture is None:
            continue
        if capture.size != size:
            yield Finding("capture.size", sha, f"the database says {capture.size} bytes, the archive has {size}")
        elif capture.packed != store.archive.stored(sha)[1]:
            yield Finding("capture.packed", sha, f"{store.archive.path(sha)} is not the file that was written")
        first = store.connection.execute("SELECT min(at) FROM looks WHERE sha = ?", (sha,)).fetchone()[0]
        if capture.first_at != first:
            yield Finding("capture.first", sha, f"the database says first at {capture.first_at}, its looks {first}")


def _ledger(store: Store) -> Iterator[Finding]:
    """Walk the chain in the file, and hold each line and its record against the database's."""
    ledger = store.archive.ledger
    known = {line.n: line for line in store.fetch(LedgerLine)}
    last = max(known, default=0)
    head, unread = START, 0
    for n, text in ledger.lines():
        place = f"{ledger.path}: {n}"
        kept = known.pop(n, None)
        try:
            entry = read(text, head)
        except ValueError as error:
            yield Finding("ledger.damaged", place, f"line {n} {error}")
            return
        if kept is None and n < last:
            yield Finding("ledger.different", place, "the database has later lines, but not this one")
        elif kept is None:
            unread += 1
            yield Finding("ledger.unread", place, f"{entry.kind} {entry.record.id} is not in the database")
        elif found := _unlike(entry, kept):
            yield Finding("ledger.different", place, found)
            return
        elif found := _kept(store, entry):
            yield found
        head = entry.head
    for n in sorted(known)[:1]:
        line = known[n]
        details = f"{line.kind} {line.entry} and {len(known) - 1} more are in the database and not in the archive"
        yield Finding("ledger.missing", f"{ledger.path}: {n}", details)
    for row, kind in ((Look, "look"), (Ruling, "ruling")):
        sql = f"SELECT id FROM {row.TABLE} WHERE id NOT IN (SELECT entry FROM ledger WHERE kind = ?) ORDER BY id"
        for (name,) in store.connection.execute(sql, (kind,)):
            yield Finding("record.missing", f"{row.TABLE}: {name}", "is in the database and not in the ledger")
    if not unread and store.head() != head:
        end = store.head().end
        yield Finding("ledger.absorbed", "absorbed", f"{end} bytes were taken in, the ledger ends at {head.end}")


def _unlike(entry: Entry, kept: LedgerLine) -> str:
    """Return how the file's line is not the database's."""
    now = (entry.kind, entry.record.id, entry.head.hash, entry.previous)
    then = (kept.kind, kept.entry, kept.hash, kept.previous)
    names = ("kind", "entry", "hash", "previous")
    return next(
        (
            f"{name} {a!r} in the archive, {b!r} in the database"
            for name, a, b in zip(names, now, then, strict=True)
            if a != b
        ),
        "",
    )


def _kept(store: Store, entry: Entry) -> Finding | None:
    row = type(entry.record)
    place = f"{row.TABLE}: {entry.record.id}"
    found = store.fetch(row, id=entry.record.id)
    if not found:
        return Finding("record.unread", place, f"is line {entry.n} of the ledger and not in the database")
    if found[0] == entry.record:
        return None
    columns = zip(_fields(entry.record), _fields(found[0]), strict=True)
    return Finding(
        "record.different", place, next(f"{a} in the archive, {b} in the database" for a, b in columns if a != b)
    )


def _fields(record: Look | Ruling) -> Iterator[str]:
    for name in record.__dataclass_fields__:
        yield f"{name} {getattr(record, name)!r}"


def _database(store: Store) -> Iterator[Finding]:
    for (message,) in store.connection.execute("PRAGMA integrity_check(1)"):
        if message != "ok":
            yield Finding("database.damaged", str(store.path), str(message))
    for table, rowid, parent, _ in store.connection.execute("PRAGMA foreign_key_check"):
        yield Finding("database.reference", f"{table}: row {rowid}", f"refers to a row that {parent} does not have")
        break


def _derived(store: Store) -> Iterator[Finding]:
    for look in store.pending():
        yield Finding("look.underived", look.id, f"{look.slot} at {look.at} was recorded, but nothing was derived")
    for reading in store.fetch(Reading):
        if reading.sha is not None and reading.digest is None and reading.document is not None:
            yield Finding("reading.digest", reading.look, f"was read as {reading.document}, but has no digest")
    for version in store.fetch(Version):
        place = f"{version.document} {version.version}"
        if not version.digest:
            yield Finding("version.digest", place, "has no digest")
        counted = store.connection.execute(
            "SELECT count(*) FROM figures WHERE document = ? AND version = ?", (version.document, version.version)
        ).fetchone()[0]
        if counted != version.figures:
            yield Finding("version.count", place, f"says {version.figures} figures, the database has {counted}")
    sql = (
        "SELECT document, version FROM versions EXCEPT SELECT owner, version FROM searched"
        " JOIN search_docsize ON search_docsize.id = searched.id"
    )
    for document, version in store.connection.execute(sql):
        yield Finding("search.missing", f"{document} {version}", "cannot be searched")
