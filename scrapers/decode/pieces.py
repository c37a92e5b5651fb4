"""The words of a DOC, in the order of the file and without their layout: what a program that reads it has to give.

After the published specification [MS-DOC] 2.4.1: the text stands in pieces, each in one or two bytes a character.
"""

import re
import struct
from collections.abc import Iterator

from scrapers.blocks import UndecodableError
from scrapers.decode.compound import UNKNOWN, Compound

_FLAGS, _MAIN, _CLX = 0x0A, 0x4C, 0x01A2
_SECOND_TABLE = 0x0200
_NARROW = 0x40000000
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
"""An instruction, which is not printed, and its result."""


def text_of(compound: Compound) -> str:
    """Return the text of the document's body; cells and rows end with ``\\x07``, paragraphs with ``\\r``.

    Raises UndecodableError("damaged") where the pieces lie outside of the file.
    """
    words = compound.read("WordDocument")
    if len(words) < _CLX + 8:
        raise _broken()
    (flags,) = struct.unpack_from("<H", words, _FLAGS)
    (length,) = struct.unpack_from("<I", words, _MAIN)
    begin, size = struct.unpack_from("<II", words, _CLX)
    table = compound.read("1Table" if flags & _SECOND_TABLE else "0Table")
    pieces = "".join(_pieces(words, _placed(table[begin : begin + size])))
    return _printed(pieces[:length])


def _placed(clx: bytes) -> bytes:
    """Return the table of pieces, which stands behind the formats that they share."""
    at = 0
    while at + 5 <= len(clx) and clx[at] == 1:
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    if at + 5 > len(clx) or clx[at] != 2:
        raise _broken()
    size = int.from_bytes(clx[at + 1 : at + 5], "little")
    return clx[at + 5 : at + 5 + size]


def _pieces(words: bytes, table: bytes) -> Iterator[str]:
    count = (len(table) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table) if count > 0 else ()
    for n in range(count):
        length = places[n + 1] - places[n]
        (place,) = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * n + 2)
        narrow = bool(place & _NARROW)
        begin = (place & ~_NARROW) // 2 if narrow else place
        size = length if narrow else 2 * length
        if length < 0 or begin + size > len(words):
            raise _broken()
        yield words[begin : begin + size].decode("cp1252" if narrow else "utf-16-le", "replace")


def _printed(text: str) -> str:
    """Return the text without the instructions of its fields, the innermost first."""
    while (shorter := _FIELD.sub(lambda field: field[1] or "", text)) != text:
        text = shorter
    return text


def _broken() -> UndecodableError:
    return UndecodableError("damaged", "the file is damaged (its pieces lie outside): get it again", UNKNOWN)
