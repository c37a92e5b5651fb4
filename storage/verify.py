"""Whether what is kept fits together: archive, records, tables.

Each finding names the first thing that does not fit in its place; nothing yielded means that all is sound.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast

from storage import seals
from storage.errors import DamagedCaptureError
from storage.ledger import START, Entry, read
from storage.rows import (
    DERIVED,
    Announced,
    Capture,
    Detected,
    LedgerLine,
    Look,
    Reading,
    Row,
    Ruling,
    Seal,
    Version,
    columns,
    to_json,
)
from storage.schema import FTS
from storage.store import Store
from storage.words import comparison_words, version_words

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
    "row.edited",
    "row.added",
    "row.removed",
    "search.missing",
    "search.different",
    "search.index",
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
        yield from archived(store)
        yield from _database(store)
        yield from _derived(store)
        yield from _sealed(store)
        yield from _search(store)


def archived(store: Store) -> Iterator[Finding]:
    """Yield what does not fit in the archive, held against the database."""
    yield from _captures(store)
    yield from _ledger(store)


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


class _Lines:
    """The ledger's lines in the database, one after the other."""

    def __init__(self, store: Store) -> None:
        cursor = store.connection.execute("SELECT n, kind, entry, hash, previous FROM ledger ORDER BY n")
        self.rest = (LedgerLine(n=n, kind=kind, entry=e, hash=sha, previous=p) for n, kind, e, sha, p in cursor)
        self.next = next(self.rest, None)

    def take(self, n: int) -> LedgerLine | None:
        """Return line ``n`` where it is the next."""
        if self.next is None or self.next.n != n:
            return None
        line, self.next = self.next, next(self.rest, None)
        return line


def _ledger(store: Store) -> Iterator[Finding]:
    """Walk the chain in the file, and hold each line and its record against the database's."""
    ledger = store.archive.ledger
    known = _Lines(store)
    head, unread = START, 0
    for n, text in ledger.lines():
        place = f"{ledger.path}: {n}"
        kept = known.take(n)
        try:
            entry = read(text, head)
        except ValueError as error:
            yield Finding("ledger.damaged", place, f"line {n} {error}")
            return
        if kept is None and known.next is not None:
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
    if known.next is not None:
        line, more = known.next, sum(1 for _ in known.rest)
        details = f"{line.kind} {line.entry} and {more} more are in the database and not in the archive"
        yield Finding("ledger.missing", f"{ledger.path}: {line.n}", details)
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


def _sealed(store: Store) -> Iterator[Finding]:
    """Hold every derived row, and every row of history, against its seal."""
    for kind in DERIVED:
        yield from _groups(store, kind)
    own = {seal.part: seal.rows for seal in store.fetch(Seal, owner="", version="")}
    for kind in seals.HISTORY:
        yield from _history(store, kind, own.pop(kind.TABLE, "0"))
    found = store.connection.execute("SELECT * FROM generation").fetchall()
    sealed = own.pop(seals.GENERATION, None)
    if [seals.digest(each) for each in found] != ([] if sealed is None else [sealed]):
        yield Finding("row.edited", "generation", f"{found} is not what was written")
    parts = {kind.TABLE for kind in (*DERIVED, *seals.HISTORY)} | {seals.GENERATION}
    known = {part for (part,) in store.connection.execute("SELECT DISTINCT part FROM seals")}
    for part in sorted((known - parts) | own.keys()):
        yield Finding("row.edited", f"seals: {part}", "nothing has such a seal")


def _groups(store: Store, kind: type[Row]) -> Iterator[Finding]:
    """Hold the rows of one table, and their seals, against each other: both in the order of their owners."""
    owner, version = seals.OWNER[kind]
    names = columns(kind)
    order = [owner, *([version] if version else []), *seals.ORDER.get(kind, ())]
    wanted = ", ".join(f'"{name}"' for name in names)
    rows = store.connection.execute(f"SELECT {wanted} FROM {kind.TABLE} ORDER BY {', '.join(order)}")
    sql = "SELECT owner, version, rows FROM seals WHERE part = ? AND owner != '' ORDER BY owner, version"
    kept = ((each[:2], each[2]) for each in store.connection.execute(sql, (kind.TABLE,)))
    at, of = names.index(owner), names.index(version) if version else None

    def key(each: tuple[str, ...]) -> tuple[str, str]:
        return each[at], "" if of is None else each[of]

    seal = next(kept, None)
    for group, members in groupby(rows, key):
        while seal is not None and seal[0] < group:
            yield _gone(kind, seal)
            seal = next(kept, None)
        then = ""
        if seal is not None and seal[0] == group:
            then, seal = seal[1], next(kept, None)
        yield from _members(kind, group, list(members), then)
    while seal is not None:
        yield _gone(kind, seal)
        seal = next(kept, None)


def _gone(kind: type[Row], seal: tuple[tuple[str, str], str]) -> Finding:
    return Finding("row.removed", _group(kind, seal[0]), f"all {len(seal[1]) // seals.WIDTH} rows are gone")


def _group(kind: type[Row], group: tuple[str, str]) -> str:
    return " ".join(part for part in (f"{kind.TABLE}:", *group) if part)


def _members(
    kind: type[Row], group: tuple[str, str], given: Sequence[tuple[object, ...]], seal: str
) -> Iterator[Finding]:
    """Hold the rows of one owner against their seal."""
    names = columns(kind)
    now = [seals.digest_of(kind(**dict(zip(names, each, strict=True)))) for each in given]  # pyright: ignore[reportArgumentType]
    then = [seal[start : start + seals.WIDTH] for start in range(0, len(seal), seals.WIDTH)]
    if now == then:
        return
    n = next((n for n, (a, b) in enumerate(zip(now, then, strict=False)) if a != b), min(len(now), len(then)))
    place = _group(kind, group)
    if len(now) < len(then):
        yield Finding("row.removed", place, f"row {n} was removed: {len(then)} were written, {len(now)} are there")
        return
    row = to_json(dict(zip(names, given[n], strict=True)))
    code = "row.edited" if len(now) == len(then) else "row.added"
    yield Finding(code, f"{place} {_label(names, given[n])}".rstrip(), f"row {n} is not as written: {row}")


_LABELS = ("key", "statement", "id", "term", "code", "slot", "name", "number", "section")


def _label(names: Sequence[str], row: Sequence[object]) -> str:
    """Return what people know a row by: its number, and the first that it has of key, id, term …"""
    known = dict(zip(names, row, strict=True))
    number = f"n={known['n']}" if "n" in known else ""
    return " ".join(filter(None, (number, next((str(known[name]) for name in _LABELS if known.get(name)), ""))))


def _history(store: Store, kind: type[Row], written: str) -> Iterator[Finding]:
    rows = cast("Sequence[Detected | Announced]", store.fetch(kind))
    for row in rows:
        if row.seal != seals.own(row):
            yield Finding("row.edited", f"{kind.TABLE}: {row.change}", f"is not as written: {row}")
    if written != str(len(rows)):
        yield Finding("row.removed", kind.TABLE, f"{written} rows were written, {len(rows)} are there")
    if kind is Detected:
        sql = "SELECT id FROM changes WHERE id NOT IN (SELECT change FROM detected) ORDER BY id"
        for (name,) in store.connection.execute(sql):
            yield Finding("row.removed", f"detected: {name}", "when the change was detected is gone")


def _search(store: Store) -> Iterator[Finding]:
    execute = store.connection.execute
    sql = "SELECT document, version FROM versions EXCEPT SELECT owner, version FROM searched WHERE kind = 'version'"
    for name, version in execute(sql):
        yield Finding("search.missing", f"{name} {version}", "cannot be searched")
    sql = "SELECT comparison FROM changes EXCEPT SELECT owner FROM searched WHERE kind = 'comparison'"
    for (name,) in execute(sql):
        yield Finding("search.missing", f"comparison {name}", "cannot be searched")
    sql = (
        "SELECT kind, owner, version, coalesce(searched.id, search.rowid), words FROM searched"
        " FULL JOIN search ON search.rowid = searched.id ORDER BY owner, version"
    )
    counted: Counter[str] = Counter()
    with closing(sqlite3.connect(":memory:")) as beside:
        for kind, owner, version, n, words in execute(sql):
            if kind is None or words is None:
                what = "has words of nothing" if kind is None else "has lost its words"
                yield Finding("search.different", " ".join(filter(None, (owner, version))) or f"search: {n}", what)
            elif words != _words_of(store, kind, owner, version):
                yield Finding("search.different", f"{owner} {version}".rstrip(), "its words are not those of its rows")
            counted.update(_terms(beside, words or ""))
    execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab('main', 'search', 'row')")
    try:
        indexed = Counter(dict(cast("list[tuple[str, int]]", execute("SELECT term, cnt FROM terms").fetchall())))
    except sqlite3.DatabaseError as error:
        yield Finding("search.index", "search", str(error))
        return
    for term in sorted((counted - indexed) + (indexed - counted))[:1]:
        details = f"{term!r} stands {counted[term]} times in the words, {indexed[term]} times in the index"
        yield Finding("search.index", "search", details)


def _words_of(store: Store, kind: str, owner: str, version: str) -> str:
    execute = store.connection.execute
    if kind == "version":
        of = (owner, version)
        texts = execute("SELECT text FROM passages WHERE document = ? AND version = ? ORDER BY n", of)
        sql = "SELECT label FROM lines WHERE document = ? AND version = ? ORDER BY statement_n, n"
        return version_words((text for (text,) in texts), (label for (label,) in execute(sql, of)))
    sql = "SELECT label, text_before, text_after, reason FROM changes WHERE comparison = ? ORDER BY n"
    return comparison_words(execute(sql, (owner,)))


def _terms(beside: sqlite3.Connection, words: str) -> dict[str, int]:
    """Return how often each term stands in ``words``, as the index of ``search`` counts."""
    beside.execute(f"CREATE VIRTUAL TABLE again USING {FTS}")
    beside.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(again, row)")
    beside.execute("INSERT INTO again VALUES (?)", (words,))
    found = dict(beside.execute("SELECT term, cnt FROM terms").fetchall())
    beside.execute("DROP TABLE terms")
    beside.execute("DROP TABLE again")
    return found
