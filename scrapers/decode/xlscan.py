"""The cells of a sheet taken from its XML by pattern, where it is written as every program writes it.

A sheet is long and its cells are all alike: a pattern finds them in a tenth of the time that a tree of elements takes.
What is not exactly of that form (other attributes, rich text, comments, another encoding, tags that are not closed) is
left to the reader of XML: `scanned` returns None.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from scrapers.decode.xml import Element, parse

_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{1,6})")?(?: t="([a-zA-Z]{1,9})")?>'
    rb"(<f>[^<>]*</f>|<f [^<>]*>[^<>]*</f>|<f [^<>]*/>|)"
    rb'(?:<v>([^<>]+)</v>|<v></v>|<v/>|<is><t(?: xml:space="preserve")?>([^<>]*)</t></is>|)</c>'
)
_ROW = re.compile(rb"<row(?: ([^<>]*))?>")
_NUMBER = re.compile(rb' r="(\d{1,7})"')
_HIDDEN = re.compile(rb' (?:hidden="(?:1|true|on)"|ht="0")')
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_MARK = re.compile(rb"encoding=[\"']([^\"']*)", re.IGNORECASE)

Found = tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes]
"""Column, row, style, kind, formula, value, inline string; an empty one where there is none."""


@dataclass(slots=True)
class Cells:
    """What was found: the cells that hold anything, and the sheet ``around`` them. Rows count from 0."""

    cells: Sequence[Found]
    hidden_rows: set[int]
    around: Element
    _texts: dict[bytes, str] = field(default_factory=dict[bytes, str])

    def text(self, raw: bytes) -> str:
        """Return the words that stand in the XML as ``raw``."""
        known = self._texts.get(raw)
        return raw.decode() if known is None else known

    def read_references(self, called: str) -> None:
        """Read all texts that hold references to characters, at once."""
        raw = list({each[6] for each in self.cells if b"&" in each[6]} | {c[5] for c in self.cells if b"&" in c[5]})
        if raw:
            told = parse(b"<x><t>" + b"</t><t>".join(raw) + b"</t></x>", called)
            self._texts = {text: each.text or "" for text, each in zip(raw, told, strict=True)}


def scanned(data: bytes, called: str) -> Cells | None:
    """Return the cells of a sheet, None if it is to be read as XML. Raises UndecodableError("damaged")."""
    begin, end = data.find(_BEGIN), data.rfind(_END)
    if begin < 0 or end < 0 or not _is_plain(data[:200]):
        return None
    inner = data[begin + len(_BEGIN) : end]
    # A template may declare its rows to the sheet's end.
    filled = inner.rfind(b"</row>") + len(b"</row>")
    empty, inner = inner[filled:], inner[:filled]
    if empty.count(b"<row") != empty.count(b"/>") or (empty and not empty.endswith(b">")):
        return None
    cells: list[Found] = _CELL.findall(inner)
    if len(cells) != inner.count(b"</c>") or not _is_balanced(inner) or b"<c>" in inner:
        return None
    hidden: set[int] = set()
    if b' hidden="' in inner or b' ht="0"' in inner:
        for told in _ROW.findall(inner):
            if _HIDDEN.search(b" " + told) is not None and not told.endswith(b"/"):
                at = _NUMBER.search(b" " + told)
                if at is None:
                    return None
                hidden.add(int(at[1]) - 1)
    if not _is_utf_8(inner):
        return None
    found = Cells(cells, hidden, parse(data[:begin] + data[end + len(_END) :], called))
    if b"&" in inner:
        found.read_references(called)
    return found


def _is_plain(head: bytes) -> bool:
    """Tell whether a text is in UTF-8 and says nothing else."""
    told = _MARK.search(head[: head.find(b">") + 1])
    return b"\0" not in head and (told is None or told[1].lower() in (b"utf-8", b"us-ascii"))


def _is_utf_8(data: bytes) -> bool:
    try:
        return data.isascii() or bool(str(data, "utf-8"))
    except UnicodeDecodeError:
        return False


def _is_balanced(inner: bytes) -> bool:
    """Tell whether there are as many tags that close as there are that open, and no comments or the like."""
    opened = inner.count(b"<")
    return opened == inner.count(b">") and opened == 2 * inner.count(b"</") + inner.count(b"/>")
