"""The archive: captured bytes by their hash, and the ledger of looks and rulings.

    archive/captures/ab/<sha256>.zst    the bytes, compressed, under their SHA-256
    archive/ledger.jsonl                a look or a ruling a line, in one chain of hashes

Everything else can be made again from here, so what is written here is on the disk (fsync) before the call returns.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import zstandard

from storage.durable import make, settle, written_to
from storage.errors import DamagedCaptureError
from storage.ledger import NAME, START, Head, Ledger
from storage.rows import Look, Ruling

_SHA = re.compile(r"[0-9a-f]{64}")
_LEVEL = 9  # a document of 50 KB takes 2 ms; higher levels save 3 % at five times the time


class Archive:
    """The archive in ``folder``, which is made when something is first put there."""

    def __init__(self, folder: Path) -> None:
        """Look at ``folder``; nothing is written."""
        self.folder = folder
        self.ledger = Ledger(folder / NAME)

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
            make(path.parent)
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
            settle(path.parent)
        return sha

    def get(self, sha: str) -> bytes:
        """Return the bytes of the capture ``sha``. Raises DamagedCaptureError where they are missing or others."""
        path = self.path(sha)
        packed = self._packed(sha)
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

    def stored(self, sha: str) -> tuple[int, str]:
        """Return how many bytes the capture ``sha`` has, by the header of its file and not verified, and the SHA-256
        of the file itself. Some bits of a zstd frame can be flipped and it unpacks to the same: only this tells."""
        path = self.path(sha)
        packed = self._packed(sha)
        try:
            size = zstandard.frame_content_size(packed[:18])
        except zstandard.ZstdError as error:
            raise DamagedCaptureError(path, sha, f"cannot be unpacked ({error})") from error
        return size if size >= 0 else len(self.get(sha)), hashlib.sha256(packed).hexdigest()

    def _packed(self, sha: str) -> bytes:
        path = self.path(sha)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise DamagedCaptureError(path, sha, "is missing") from None

    def shas(self) -> Iterator[str]:
        """Yield the hashes of all captures, sorted. A file that a kill left half-written is none."""
        for folder in sorted((self.folder / "captures").glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.glob("*.zst")):
                if _SHA.fullmatch(path.stem):
                    yield path.stem

    # --- records ---

    def append(self, *records: Look | Ruling, after: Head = START) -> Head:
        """Write ``records`` into the ledger and return its new head; what ``Ledger.append`` says."""
        return self.ledger.append(records, after)

    def looks(self) -> Iterator[Look]:
        """Yield all looks in the order written. Raises DamagedRecordError."""
        for entry in self.ledger.entries():
            if isinstance(entry.record, Look):
                yield entry.record

    def rulings(self) -> Iterator[Ruling]:
        """Yield all rulings in the order written. Raises DamagedRecordError."""
        for entry in self.ledger.entries():
            if isinstance(entry.record, Ruling):
                yield entry.record
