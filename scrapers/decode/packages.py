"""ZIP containers read part by part, within limits and only from memory: DOCX, XLSX, OFD and archives stand on this."""

import io
import lzma
import posixpath
import zipfile
import zlib

from scrapers.blocks import UndecodableError
from scrapers.decode.limits import Limits
from scrapers.decode.xml import Element, children, parse

_FREE = 1 << 20
_CHUNK = 1 << 16
_ENCRYPTED = 0x1
# Where names carry no mark of UTF-8 they come back byte by byte, for `archives` to decipher.
_BYTES = "latin-1"


class Package:
    """A ZIP in memory. Parts come out one by one; together they are bounded by ``limits``."""

    def __init__(self, data: bytes, what: str, limits: Limits) -> None:
        """Open ``data``; ``what`` names the file in messages. Raises UndecodableError ``damaged`` or ``limit``."""
        self.what = what
        self._limits = limits
        self._left = limits.unpacked
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data), metadata_encoding=_BYTES)
        except (zipfile.BadZipFile, UnicodeDecodeError, ValueError, OSError, NotImplementedError) as error:
            raise damaged(what, error) from error
        self.entries = self._zip.infolist()
        if len(self.entries) > limits.members:
            raise UndecodableError("limit", f"{what} holds {len(self.entries)} parts, over {limits.members}", "members")
        self._named = {entry.filename.lower().lstrip("/"): entry for entry in self.entries}

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a part of this name, in whatever case (Windows tools differ)."""
        return name.lower() in self._named

    @property
    def names(self) -> list[str]:
        """The names of the parts, in order."""
        return [entry.filename for entry in self.entries]

    def read(self, name: str) -> bytes:
        """Return a part. Raises UndecodableError ``damaged`` (also if it is not there), ``encrypted``, ``limit``."""
        entry = self._named.get(name.lower().lstrip("/"))
        if entry is None:
            raise UndecodableError("damaged", f"{self.what} has no part {name}", name)
        return self.take(entry)

    def take(self, entry: zipfile.ZipInfo) -> bytes:
        """Return the bytes of an entry, counted as they come: what the directory says of sizes is no evidence."""
        if entry.flag_bits & _ENCRYPTED:
            raise UndecodableError("encrypted", f"{self.what}: {entry.filename} needs a password", entry.filename)
        most = min(self._left, max(_FREE, entry.compress_size * self._limits.ratio))
        pieces: list[bytes] = []
        size = 0
        try:
            with self._zip.open(entry) as stream:
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    if size > most:
                        raise UndecodableError(
                            "limit", f"{self.what}: {entry.filename} unpacks to over {most} bytes", "unpacked"
                        )
                    pieces.append(piece)
        except (
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
            EOFError,
            OSError,
            NotImplementedError,
            ValueError,
        ) as error:
            raise damaged(f"{self.what}: {entry.filename}", error) from error
        except RuntimeError as error:
            raise UndecodableError("encrypted", f"{self.what}: {entry.filename}: {error}", entry.filename) from error
        self._left -= size
        return b"".join(pieces)

    def xml(self, name: str) -> Element:
        """Return the root of a part that is XML."""
        return parse(self.read(name), f"{self.what}: {name}")

    def related(self, part: str, kind: str) -> dict[str, str]:
        """Return the parts that one is related to as ``kind`` (``image``), by the relations' ids; never one outside."""
        folder, _, file = part.rpartition("/")
        found: dict[str, str] = {}
        for relation in children(self.xml_if_there(f"{folder}/_rels/{file}.rels".lstrip("/")), "Relationship"):
            if relation.get("TargetMode") != "External" and (relation.get("Type") or "").endswith(f"/{kind}"):
                path = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/")
                if path in self:
                    found[relation.get("Id") or ""] = path
        return found

    def xml_if_there(self, name: str) -> Element | None:
        """Return the root of a part that need not be there."""
        return self.xml(name) if name in self else None


def damaged(what: str, why: object) -> UndecodableError:
    """Return the refusal of a file that is cut off or malformed."""
    return UndecodableError("damaged", f"{what} is damaged ({why}): get it again from its publisher", what)
