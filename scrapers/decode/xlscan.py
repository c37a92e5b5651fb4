"""The cells of a sheet taken from its XML by pattern, where it is written as every program writes it.

A sheet is long and its cells are all alike: a pattern finds them in a tenth of the time that a tree of elements takes.
What is not exactly of that form (other attributes, rich text, comments, another encoding, tags that are not closed) is
left to the reader of XML: `scanned` returns None.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scrapers.decode.xml import Element, parse

_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="([a-zA-Z]{1,9})")?>'
    r"(<f>[^<>]*</f>|<f [^<>]*>[^<>]*</f>|<f [^<>]*/>|)"
    r'(?:<v>([^<>]+)</v>|<v></v>|<v/>|<is><t(?: xml:space="preserve")?>([^<>]*)</t></is>|)</c>'
)
_ROW = re.compile(r"<row(?: ([^<>]*))?>")
_NUMBER = re.compile(r' r="([0-9]{1,7})"')
_HIDDEN = re.compile(r' (?:hidden="(?:1|true|on)"|ht="0")')
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_MARK = re.compile(rb"encoding=[\"']([^\"']*)", re.IGNORECASE)
_MERGES = re.compile(rb'<mergeCells[^<>/]*>((?:<mergeCell ref="[A-Z0-9:]{1,24}"/>)*)</mergeCells>')
_MERGE = re.compile(r'"([A-Z0-9:]+)"')
_BETWEEN = "\ue000"
"""Stands between texts: a character for private use."""

Found = tuple[str, str, str, str, str, str, str]
"""Column, row, style, kind, formula, value, inline string, as in the XML; an empty one where there is none."""


@dataclass(slots=True)
class Cells:
    """What was found: the cells that hold anything, the merged ranges, and the sheet ``around`` them. Rows count from
    0. ``texts`` has the words for texts with references to characters."""

    cells: Sequence[Found]
    hidden_rows: set[int]
    merges: Sequence[str]
    around: Element
    texts: Mapping[str, str]


def scanned(data: bytes, called: str, texts: dict[str, str] | None = None) -> Cells | None:
    """Return the cells of a sheet, None if it is to be read as XML. Raises UndecodableError("damaged").

    ``texts`` remembers the texts with references to characters from one sheet of a workbook to the next.
    """
    begin, end = data.find(_BEGIN), data.rfind(_END)
    if begin < 0 or end < 0 or not _is_plain(data[:200]):
        return None
    begin += len(_BEGIN)
    # A template may declare its rows to the sheet's end.
    filled = max(begin, data.rfind(b"</row>", begin, end) + len(b"</row>"))
    if filled < end and (data.count(b"<row", filled, end) != data.count(b"/>", filled, end) or data[end - 1] != _CLOSE):
        return None
    inner = _text(data[begin:filled])
    if inner is None:
        return None
    cells: list[Found] = _CELL.findall(inner)
    if len(cells) != inner.count("</c>") or not _is_balanced(inner) or "<c>" in inner:
        return None
    hidden = _hidden(inner)
    if hidden is None:
        return None
    known = {} if texts is None else texts
    if "&" in inner:
        _read_references(cells, known, called)
    before, after = data[: begin - len(_BEGIN)], data[end + len(_END) :]
    merged = _MERGES.search(after)
    merges: Sequence[str] = ()
    if merged is not None:
        merges = _MERGE.findall(merged[1].decode())
        after = after[: merged.start()] + after[merged.end() :]
    return Cells(cells, hidden, merges, parse(before + after, called), known)


_CLOSE = ord(">")


def _text(raw: bytes) -> str | None:
    """Return XML in UTF-8 with its line ends as XML has them, None if it is in something else."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _hidden(inner: str) -> set[int] | None:
    """Return the rows that are hidden, None where one does not say which it is."""
    hidden: set[int] = set()
    if ' hidden="' in inner or ' ht="0"' in inner:
        for told in _ROW.findall(inner):
            if _HIDDEN.search(" " + told) is not None and not told.endswith("/"):
                at = _NUMBER.search(" " + told)
                if at is None:
                    return None
                hidden.add(int(at[1]) - 1)
    return hidden


def _read_references(cells: Sequence[Found], known: dict[str, str], called: str) -> None:
    """Read all texts that hold references to characters and are not ``known`` yet, at once."""
    held = {cell[6] for cell in cells}
    held.update([cell[5] for cell in cells])
    raw = [text for text in held if "&" in text and text not in known]
    if not raw:
        return
    told = (parse(f"<x>{_BETWEEN.join(raw)}</x>".encode(), called).text or "").split(_BETWEEN)
    if len(told) != len(raw):
        # The character between them stands in one of them too.
        told = [each.text or "" for each in parse(f"<x><t>{'</t><t>'.join(raw)}</t></x>".encode(), called)]
    known.update(zip(raw, told, strict=True))


def _is_plain(head: bytes) -> bool:
    """Tell whether a text is in UTF-8 and says nothing else."""
    told = _MARK.search(head[: head.find(b">") + 1])
    return b"\0" not in head and (told is None or told[1].lower() in (b"utf-8", b"us-ascii"))


def _is_balanced(inner: str) -> bool:
    """Tell whether there are as many tags that close as there are that open, and no comments or the like."""
    opened = inner.count("<")
    return opened == inner.count(">") and opened == 2 * inner.count("</") + inner.count("/>")
