"""Whether what is kept fits together: archive, records, tables.

Each finding names the first thing that does not fit in its place; nothing yielded means that all is sound.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from storage.archive import Kind
from storage.errors import DamagedCaptureError, DamagedRecordError
from storage.rows import Capture, Look, Reading, Ruling, Version
from storage.store import Store

Code = Literal[
    "database.damaged",
    "database.reference",
    "capture.damaged",
    "capture.size",
    "record.damaged",
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
        yield from _records(store, "looks")
        yield from _records(store, "rulings")
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
        if capture is not None and capture.size != size:
            yield Finding("capture.size", sha, f"the database says {capture.size} bytes, the archive has {size}")


def _records(store: Store, kind: Kind) -> Iterator[Finding]:
    path = store.archive.file(kind)
    row = Look if kind == "looks" else Ruling
    try:
        written = {record.id: record for record, _ in store.archive.records(kind)}
    except DamagedRecordError as error:
        yield Finding("record.damaged", str(path), str(error))
        return
    kept = {record.id: record for record in store.fetch(row)}
    for name in sorted(set(written) | set(kept)):
        if name not in kept:
            yield Finding("record.unread", f"{path}: {name}", "is not in the database")
        elif name not in written:
            yield Finding("record.missing", f"{path}: {name}", "is in the database and not in the archive")
        elif written[name] != kept[name]:
            columns = zip_longest(_fields(written[name]), _fields(kept[name]))
            different = next(f"{a} in the archive, {b} in the database" for a, b in columns if a != b)
            yield Finding("record.different", f"{path}: {name}", different)


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
