"""OLE compound files, the container of DOC, XLS and WPS: what is inside, and its streams.

After the published specification [MS-CFB]. Every chain of sectors is bounded by the number of sectors, so that a loop
ends; nothing is believed that lies outside of the bytes.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scrapers.blocks import UndecodableError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "an encrypted office file"
UNKNOWN = "OLE (DOC, XLS or WPS)"

_END = 0xFFFFFFFA
"""Sector numbers from here on are marks: free, end of chain, table."""
_ENTRY = 128
_HEADER = 512
_ROOT, _STREAM = 5, 2
_MOST = 4096


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class Compound:
    """The streams of one compound file. Raises UndecodableError("damaged") where the directory can't be read."""

    def __init__(self, data: bytes) -> None:
        """Read header, tables and directory."""
        if len(data) < _HEADER or not data.startswith(MAGIC):
            raise _damaged("it is cut off")
        self._data = data
        shift, small = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small != 6:
            raise _damaged("its header is malformed")
        self._sector, self._small = 1 << shift, 1 << small
        (directory,) = struct.unpack_from("<I", data, 48)
        self._cutoff, first_small, _, first_more, more = struct.unpack_from("<IIIII", data, 56)
        self._table = self._allocation(first_more, more)
        entries = list(self._entries(directory))
        if not entries or entries[0].kind != _ROOT:
            raise _damaged("it has no directory")
        self._small_table = _numbers(self._chain(first_small))
        self._small_data = self._chain(entries[0].start)[: entries[0].size]
        self._streams: Mapping[str, _Entry] = {e.name.lower(): e for e in entries[1:] if e.kind == _STREAM}
        self._taken: dict[str, bytes] = {}
        self.names = frozenset(entry.name for entry in entries[1:])

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a stream of this name."""
        return name.lower() in self._streams

    def read(self, name: str) -> bytes:
        """Return a stream. Raises UndecodableError("damaged") where it breaks off."""
        taken = self._taken.get(name.lower())
        if taken is not None:
            return taken
        entry = self._streams.get(name.lower())
        if entry is None:
            raise _damaged(f"it has no stream {name}")
        large = entry.size >= self._cutoff
        stream = self._chain(entry.start, entry.size) if large else self._small_chain(entry.start)
        if len(stream) < entry.size:
            raise _damaged(f"{name} breaks off after {len(stream)} of {entry.size} bytes")
        self._taken[name.lower()] = stream = stream[: entry.size]
        return stream

    def check(self) -> None:
        """Follow every stream to its end, for a reader after this one that would not notice a circle."""
        for entry in self._streams.values():
            self.read(entry.name)

    def _allocation(self, first_more: int, more: int) -> list[int]:
        places = list(struct.unpack_from("<109I", self._data, 76))
        per = self._sector // 4 - 1
        for _ in range(min(more, len(self._data) // self._sector + 1)):
            if first_more >= _END:
                break
            numbers = _numbers(self._at(first_more))
            if len(numbers) <= per:
                break
            places += numbers[:per]
            first_more = numbers[per]
        table: list[int] = []
        for place in places:
            if place < _END:
                table += _numbers(self._at(place))
        return table

    def _entries(self, directory: int) -> Iterator[_Entry]:
        sectors = self._chain(directory)
        for at in range(0, min(len(sectors), _MOST * _ENTRY) - _ENTRY + 1, _ENTRY):
            (length,) = struct.unpack_from("<H", sectors, at + 64)
            name = sectors[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", sectors, at + 116)
            yield _Entry(name, sectors[at + 66], start, size)

    def _at(self, number: int) -> bytes:
        begin = (number + 1) * self._sector
        return self._data[begin : begin + self._sector]

    def _chain(self, number: int, most_bytes: int | None = None) -> bytes:
        """Return the bytes of a chain, whose end is looked for, up to ``most_bytes``: a large stream is copied once."""
        table, size = self._table, self._sector
        left = most = len(table)
        pieces: list[bytes] = []
        wanted = len(self._data) if most_bytes is None else most_bytes
        while number < most and left > 0:
            # Most sectors follow one another: they are taken as one piece.
            first = number
            number = table[number]
            left -= 1
            end = first + 1
            while number == end and number < most and left > 0:
                number = table[number]
                left -= 1
                end += 1
            begin = (first + 1) * size
            pieces.append(self._data[begin : min((end + 1) * size, begin + wanted)])
            wanted -= len(pieces[-1])
        if number < most:
            raise _damaged("its sectors go round in circles")
        return b"".join(pieces)

    def _small_chain(self, number: int) -> bytes:
        pieces: list[bytes] = []
        for _ in range(len(self._small_table)):
            if number >= len(self._small_table):
                break
            pieces.append(self._small_data[number * self._small : (number + 1) * self._small])
            number = self._small_table[number]
        return b"".join(pieces)


def kind(data: bytes) -> str:
    """Return ``DOC`` (WPS's documents too), ``XLS`` (ET's too), ``PPT``, `LOCKED`, or `UNKNOWN`."""
    try:
        compound = Compound(data)
    except UndecodableError:
        return _by_words(data)
    if "EncryptedPackage" in compound.names:
        return LOCKED
    for name, told in (("WordDocument", "DOC"), ("Workbook", "XLS"), ("Book", "XLS"), ("PowerPoint Document", "PPT")):
        if name in compound:
            return told
    return UNKNOWN


def _by_words(data: bytes) -> str:
    """Tell a file that breaks off before its directory's end by the names that are left of it."""
    for name, told in (("WordDocument", "DOC"), ("Workbook", "XLS"), ("EncryptedPackage", LOCKED)):
        if name.encode("utf-16-le") in data:
            return told
    return UNKNOWN


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack_from(f"<{len(data) // 4}I", data))


def _damaged(why: str) -> UndecodableError:
    return UndecodableError("damaged", f"the file is damaged ({why}): get it again from its publisher", UNKNOWN)
