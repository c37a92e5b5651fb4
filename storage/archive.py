"""The archive: captured bytes by their hash, and the append-only records of looks and rulings.

    archive/captures/ab/<sha256>.zst    the bytes, compressed, under their SHA-256
    archive/looks.jsonl                 a look a line
    archive/rulings.jsonl               a ruling a line

Everything else can be made again from here, so what is written here is on the disk (fsync) before the call returns.
A line that a kill left torn was never acknowledged: it is cut off before the next is written. Anything else that does
not fit is an error that names the file and the line.
"""

import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from errno import EACCES, EDQUOT, EFBIG, ENOSPC, EPERM, EROFS
from pathlib import Path
from typing import Literal, cast

import zstandard

from storage.errors import DamagedCaptureError, DamagedRecordError, DiskFullError, ReadOnlyError
from storage.rows import Look, Ruling, columns, identifier, to_json

Kind = Literal["looks", "rulings"]
_ROWS: dict[Kind, type[Look] | type[Ruling]] = {"looks": Look, "rulings": Ruling}
_NESTED = ("headers", "claims", "exchange", "details")
_SHA = re.compile(r"[0-9a-f]{64}")
_LEVEL = 9  # a document of 50 KB takes 2 ms; higher levels save 3 % at five times the time


@contextmanager
def written_to(path: Path) -> Generator[None, None, None]:
    """Turn errors of writing ``path`` that a user can act upon into DiskFullError and ReadOnlyError."""
    try:
        yield
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT, EFBIG):
            raise DiskFullError(path) from error
        if error.errno in (EACCES, EPERM, EROFS):
            raise ReadOnlyError(path) from error
        raise


class Archive:
    """The archive in ``folder``, which is made when something is first put there."""

    def __init__(self, folder: Path) -> None:
        """Look at ``folder``; nothing is written."""
        self.folder = folder

    # --- captures ---

    def path(self, sha: str) -> Path:
        """Return where the capture ``sha`` is kept."""
        return self.folder / "captures" / sha[:2] / f"{sha}.zst"

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its SHA-256; on return it is on the disk. What is there already is checked.

        Raises DamagedCaptureError, DiskFullError, ReadOnlyError.
        """
        sha = hashlib.sha256(data).hexdigest()
        path = self.path(sha)
        if path.exists():
            self.get(sha)
            return sha
        with written_to(path):
            _make(path.parent)
            handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(data))
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).chmod(0o644)
                Path(name).replace(path)
            except BaseException:
                with suppress(FileNotFoundError):
                    Path(name).unlink()
                raise
            _settle(path.parent)
        return sha

    def get(self, sha: str) -> bytes:
        """Return the bytes of the capture ``sha``. Raises DamagedCaptureError where they are missing or others."""
        path = self.path(sha)
        try:
            packed = path.read_bytes()
        except FileNotFoundError:
            raise DamagedCaptureError(path, sha, "is missing") from None
        try:
            # The size in the frame's header is not trusted: a damaged one could ask for all the memory there is.
            unpacking = zstandard.ZstdDecompressor().decompressobj()
            data = unpacking.decompress(packed)
        except zstandard.ZstdError as error:
            raise DamagedCaptureError(path, sha, f"cannot be unpacked ({error})") from error
        if not unpacking.eof or unpacking.unused_data:
            raise DamagedCaptureError(path, sha, "is cut short or followed by something else")
        if hashlib.sha256(data).hexdigest() != sha:
            raise DamagedCaptureError(path, sha, "holds other bytes than its name says")
        return data

    def size(self, sha: str) -> int:
        """Return how many bytes the capture ``sha`` has, from the header of its file, not verified."""
        path = self.path(sha)
        try:
            with path.open("rb") as file:
                size = zstandard.frame_content_size(file.read(18))
        except FileNotFoundError:
            raise DamagedCaptureError(path, sha, "is missing") from None
        except zstandard.ZstdError as error:
            raise DamagedCaptureError(path, sha, f"cannot be unpacked ({error})") from error
        return size if size >= 0 else len(self.get(sha))

    def shas(self) -> Iterator[str]:
        """Yield the hashes of all captures, sorted. A file that a kill left half-written is none."""
        for folder in sorted((self.folder / "captures").glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.glob("*.zst")):
                if _SHA.fullmatch(path.stem):
                    yield path.stem

    # --- records ---

    def file(self, kind: Kind) -> Path:
        """Return the file of the records of ``kind``."""
        return self.folder / f"{kind}.jsonl"

    def length(self, kind: Kind) -> int:
        """Return the size in bytes of the file of ``kind``, 0 where there is none."""
        try:
            return self.file(kind).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, record: Look | Ruling) -> int:
        """Write ``record`` and return where it ends in its file, in bytes; on return it is on the disk.

        Raises DiskFullError, ReadOnlyError.
        """
        kind: Kind = "looks" if isinstance(record, Look) else "rulings"
        path = self.file(kind)
        line = _line(record, kind, path)
        with written_to(path):
            _make(path.parent)
            new = not path.exists()
            with path.open("a+b", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                start = _cut_torn(file.fileno())
                try:
                    _write(file.fileno(), line)
                    os.fsync(file.fileno())
                except BaseException:
                    os.ftruncate(file.fileno(), start)  # not acknowledged: no half of it stays
                    raise
            if new:
                _settle(path.parent)
        return start + len(line)

    def settle(self, kind: Kind) -> None:
        """Cut off the torn last line of the file of ``kind``, if there is one."""
        path = self.file(kind)
        if not path.exists():
            return
        with written_to(path), path.open("r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _cut_torn(file.fileno())

    def looks(self) -> Iterator[Look]:
        """Yield all looks in the order written. Raises DamagedRecordError."""
        for record, _ in self.records("looks"):
            yield cast("Look", record)

    def rulings(self) -> Iterator[Ruling]:
        """Yield all rulings in the order written. Raises DamagedRecordError."""
        for record, _ in self.records("rulings"):
            yield cast("Ruling", record)

    def records(self, kind: Kind, start: int = 0) -> Iterator[tuple[Look | Ruling, int]]:
        """Yield the records of ``kind`` from byte ``start`` on, each with the byte where it ends; a torn last line is
        left out. Raises DamagedRecordError."""
        path = self.file(kind)
        if not path.exists():
            return
        with path.open("rb") as file:
            file.seek(start)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                yield _record(line, kind, path, start), start + len(line)
                start += len(line)


def _line(record: Look | Ruling, kind: Kind, path: Path) -> bytes:
    """Return ``record`` as its line, in which columns of JSON are nested and not JSON in JSON."""
    content = {key: json.loads(value) if key in _NESTED else value for key, value in asdict(record).items()}
    line = (to_json(content) + "\n").encode()
    if _record(line, kind, path, 0) != record:
        raise ValueError(
            f"{record} does not come back from its line as it was; make it with {type(record).__name__}.of"
        )
    return line


def _record(line: bytes, kind: Kind, path: Path, start: int) -> Look | Ruling:
    made = _ROWS[kind]
    try:
        content = cast("object", json.loads(line))
        if not isinstance(content, dict):
            raise ValueError("not an object")
        content = cast("dict[str, object]", content)
        if set(content) != set(columns(made)):
            raise ValueError("other fields than a record has")
        content = {key: to_json(value) if key in _NESTED else value for key, value in content.items()}
        body = {key: value for key, value in content.items() if key != "id"}
        if identifier(body) != content["id"]:
            raise ValueError("its id is not the hash of its content")
        return made(**content)  # pyright: ignore[reportArgumentType]  # the hash vouches for the values
    except ValueError as error:
        with path.open("rb") as file:
            number = file.read(start).count(b"\n") + 1
        raise DamagedRecordError(path, number, f"is not a record of {kind} ({error})") from error


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _cut_torn(handle: int) -> int:
    """Cut off what follows the last line's end, and return the file's size."""
    size = end = os.fstat(handle).st_size
    while end:
        start = max(0, end - 65536)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            end = start + found + 1
            break
        end = start
    if end != size:
        os.ftruncate(handle, end)
    return end


def _make(folder: Path) -> None:
    """Make ``folder`` and those above it, each on the disk."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    _settle(folder.parent)


def _settle(folder: Path) -> None:
    """Bring the names in ``folder`` to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
