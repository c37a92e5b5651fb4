"""The ledger: every look and every ruling is a line, and each line holds the hash of the one before it.

    {"n":1,"previous":"000…000","kind":"look","entry":{…}}
    {"n":2,"previous":"<SHA-256 of line 1>","kind":"ruling","entry":{…}}

The hash of a line is the SHA-256 of its bytes, line end included, so ``sha256sum`` is all it takes to walk the chain
from the first line to the last; ``previous`` of the first is 64 zeros. Whoever knows the hash of the last line (the
*head*) knows that no line before it was changed, removed or put in.

Lines are only ever appended, and are on the disk (fsync) before the call returns. A line that a kill left torn was
never acknowledged: it is cut off before the next is written. Anything else that does not fit is an error that names
the file and the line.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from storage.durable import make, settle, written_to
from storage.errors import DamagedRecordError
from storage.rows import Look, Ruling, columns, identifier, to_json

NAME = "ledger.jsonl"
"""The ledger's file name in the archive."""

GENESIS = "0" * 64
"""What stands for the hash of the line before the first."""

Kind = Literal["look", "ruling"]
_ROWS: dict[Kind, type[Look] | type[Ruling]] = {"look": Look, "ruling": Ruling}
_NESTED = ("headers", "claims", "exchange", "details")
_START = re.compile(rb'\{"n":([1-9]\d*),"previous":"([0-9a-f]{64})","kind":"(look|ruling)","entry":')
_BLOCK = 65536


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: line ``n`` with its ``hash``, which ends at byte ``end`` of the file."""

    n: int = 0
    hash: str = GENESIS
    end: int = 0


START = Head()
"""The head of a ledger without lines."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its number, the hash of the line before, what it records, and the head after it."""

    n: int
    previous: str
    kind: Kind
    record: Look | Ruling
    head: Head


class Ledger:
    """The ledger in the file ``path``, which is made with its first line."""

    def __init__(self, path: Path) -> None:
        """Look at ``path``; nothing is written."""
        self.path = path

    def length(self) -> int:
        """Return the size of the file in bytes, 0 where there is none."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, records: Sequence[Look | Ruling], after: Head = START) -> Head:
        """Write ``records``, each a line, and return the new head; on return all are on the disk.

        ``after`` is the last head that the caller knows of: the file is not touched where it has no such line any
        more. Raises DamagedRecordError, DiskFullError, ReadOnlyError, ValueError for a record that its line would not
        give back.
        """
        if not records:
            return self.head()
        with written_to(self.path):
            make(self.path.parent)
            new = not self.path.exists()
            with self.path.open("a+b", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                head = self._settled(file.fileno(), after)
                start, lines = head.end, bytearray()
                for record in records:
                    line, head = _written(record, head)
                    lines += line
                try:
                    _write(file.fileno(), lines)
                    os.fsync(file.fileno())
                except BaseException:
                    os.ftruncate(file.fileno(), start)  # not acknowledged: no half of it stays
                    raise
            if new:
                settle(self.path.parent)
        return head

    def settle(self, after: Head = START) -> None:
        """Cut off the torn last line, if there is one. Raises DamagedRecordError where the file does not hold
        ``after``, and leaves it as it is."""
        if not self.path.exists():
            if after.n:
                raise self._short(after)
            return
        with written_to(self.path), self.path.open("r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._settled(file.fileno(), after)

    def head(self) -> Head:
        """Return where the chain ends; a torn last line is left out. Raises DamagedRecordError."""
        try:
            with self.path.open("rb", buffering=0) as file:
                return self._tail(file.fileno())
        except FileNotFoundError:
            return START

    def lines(self, after: Head = START) -> Iterator[tuple[int, bytes]]:
        """Yield each line after ``after`` with its number, unread; a torn last line is left out."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(after.end)
            for n, line in enumerate(file, after.n + 1):
                if line.endswith(b"\n"):
                    yield n, line

    def entries(self, after: Head = START) -> Iterator[Entry]:
        """Yield the lines that follow ``after``, each held against the hash of the one before.

        Raises DamagedRecordError at the first that does not fit.
        """
        head = after
        for n, line in self.lines(after):
            try:
                entry = read(line, head)
            except ValueError as error:
                raise DamagedRecordError(self.path, n, str(error)) from error
            yield entry
            head = entry.head

    def _settled(self, handle: int, after: Head) -> Head:
        """Cut off what follows the last line's end, unless that were more than a kill can have torn."""
        head = self._tail(handle)
        if head.end < after.end:
            raise self._short(after, head.n)
        if head.n == after.n and head != after:
            raise DamagedRecordError(self.path, head.n, "is not the line that was written here")
        if head.end != os.fstat(handle).st_size:
            os.ftruncate(handle, head.end)
        return head

    def _tail(self, handle: int) -> Head:
        end = _last_end(handle, os.fstat(handle).st_size)
        if not end:
            return START
        start = _last_end(handle, end - 1)
        line = os.pread(handle, end - start, start)
        found = _START.match(line)
        if found is None:
            number = sum(1 for _ in self.lines())
            raise DamagedRecordError(self.path, number, "is not a line of a ledger")
        return Head(int(found[1]), hashlib.sha256(line).hexdigest(), end)

    def _short(self, after: Head, last: int = 0) -> DamagedRecordError:
        return DamagedRecordError(self.path, last + 1, f"records are missing that the database has, up to {after.n}")


def read(line: bytes, before: Head) -> Entry:
    """Return the entry of ``line``, which follows ``before``. Raises ValueError that says what does not fit."""
    found = _START.match(line)
    if found is None:
        raise ValueError("is not a line of a ledger")
    if int(found[1]) != before.n + 1:
        raise ValueError(f"says that it is number {int(found[1])}: a line was removed, put in or moved")
    kind = cast("Kind", found[3].decode())
    try:
        record = _record(cast("object", json.loads(line))["entry"], kind)  # pyright: ignore[reportIndexIssue, reportUnknownArgumentType]
        again, head = _written(record, before)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not a {kind} ({error})") from error
    previous = found[2].decode()
    if previous != before.hash:
        raise ValueError("does not hold the hash of the line before it: one of the two was changed")
    if again != line:
        raise ValueError("is written otherwise than this program writes")
    return Entry(before.n + 1, previous, kind, record, head)


def _written(record: Look | Ruling, before: Head) -> tuple[bytes, Head]:
    """Return the line of ``record`` after ``before``, in which columns of JSON are nested and not JSON in JSON."""
    kind: Kind = "look" if isinstance(record, Look) else "ruling"
    with suppress(ValueError):
        content = {key: _unnested(key, getattr(record, key)) for key in columns(type(record))}
        if _record(content, kind) == record:
            text = f'{{"n":{before.n + 1},"previous":"{before.hash}","kind":"{kind}","entry":{to_json(content)}}}\n'
            line = text.encode()
            return line, Head(before.n + 1, hashlib.sha256(line).hexdigest(), before.end + len(line))
    raise ValueError(f"{record} does not come back from its line as it was; make it with {type(record).__name__}.of")


def _record(content: object, kind: Kind) -> Look | Ruling:
    made = _ROWS[kind]
    if not isinstance(content, dict):
        raise ValueError("not an object")
    content = cast("dict[str, object]", content)
    if set(content) != set(columns(made)):
        raise ValueError("other fields than a record has")
    content = {key: to_json(value) if key in _NESTED else value for key, value in content.items()}
    if identifier({key: value for key, value in content.items() if key != "id"}) != content["id"]:
        raise ValueError("its id is not the hash of its content")
    return made(**content)  # pyright: ignore[reportArgumentType]  # the hash vouches for the values


def _unnested(key: str, value: object) -> object:
    return json.loads(cast("str", value)) if key in _NESTED else value


def _write(handle: int, data: bytes | bytearray) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def _last_end(handle: int, end: int) -> int:
    """Return where the last line that ends before byte ``end`` ends, 0 where none does."""
    while end:
        start = max(0, end - _BLOCK)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
