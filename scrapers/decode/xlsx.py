"""XLSX to blocks: what each visible sheet prints, with its merged ranges, in the order of the sheets.

After ECMA-376 part 1, 18. Values are taken as the digits that stand in the file, never through a float. Nothing is
computed: a formula prints its stored result, and one without is told. Links to other books, connections and macros are
never looked at. Of a workbook without cells the pictures on its sheets are read, with the extra ``ocr``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from scrapers.blocks import Block, Decoded, Image, Trouble, UndecodableError
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.ocr.inside import UNSIZED, Pictures
from scrapers.decode.packages import Package, damaged
from scrapers.decode.printing import BUILTIN, GENERAL, printed
from scrapers.decode.sheets import Merge, Once, Place, Sheet, blocks_of
from scrapers.decode.xlscan import Cells, scanned
from scrapers.decode.xml import Element, attribute, child, children, number, parse
from scrapers.decode.xml import name as tag

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})\Z")
_PLAIN_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\Z")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROWS, _COLUMNS = 1_048_576, 16_384


def read(data: bytes, name: str = "", limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of an XLSX. Raises UndecodableError ``damaged``, ``limit`` or ``encrypted``."""
    package = Package(data, name or "the file", limits)
    main = _main(package)
    book = package.xml(main)
    folder = main.rpartition("/")[0]
    targets = _targets(package, main)
    declared = list(children(child(book, "sheets"), "sheet"))
    if not declared:
        raise damaged(name or "the file", "it has no sheets")
    strings = _strings(package.xml_if_there(targets.get("sharedStrings", f"{folder}/sharedStrings.xml")))
    formats = _formats(package.xml_if_there(targets.get("styles", f"{folder}/styles.xml")))
    properties = child(book, "workbookPr")
    from_1904 = properties is not None and attribute(properties, "date1904") in ("1", "true")
    blocks: list[Block] = []
    troubles: list[Trouble] = []
    once = Once()
    numbers: dict[tuple[str, str], str] = {}
    texts: dict[str, str] = {}
    shown: list[str] = []
    for each in declared:
        title = attribute(each, "name") or ""
        if (attribute(each, "state") or "visible") != "visible":
            troubles.append(Trouble("sheet.hidden", title, max(len(shown), 1)))
            continue
        target = targets.get(each.get(_RELATION) or attribute(each, "id") or "", "")
        if "/worksheets/" not in f"/{target}" or target not in package:
            continue
        shown.append(target)
        page = len(shown)
        sheet = _Reading(title, page, strings, formats, from_1904, limits, numbers, texts)
        laid_out = sheet.read(package.read(target), f"{package.what}: {target}")
        blocks += blocks_of(laid_out, page, limits, once)
        troubles += sheet.troubles
    if not blocks:
        pictures = Pictures(limits)
        blocks = [block for page, target in enumerate(shown, 1) for block in _drawn(package, target, pictures, page)]
        troubles += pictures.troubles
    return Decoded(tuple(blocks), "xlsx", "", max(len(shown), 1), troubles=tuple(troubles))


def _drawn(package: Package, sheet: str, pictures: Pictures, page: int) -> Iterator[Block]:
    """Yield what the pictures on a sheet say; those that may hold a table and could not be read are pictures."""
    for drawing in package.related(sheet, "drawing").values():
        for part in package.related(drawing, "image").values():
            name = part.rpartition("/")[2]
            said = pictures.blocks(name, partial(package.read, part), UNSIZED, page)
            yield from said
            if any(trouble.what == name for trouble in pictures.troubles):
                yield Image(page)


_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _main(package: Package) -> str:
    for relation in children(package.xml_if_there("_rels/.rels"), "Relationship"):
        target = (relation.get("Target") or "").lstrip("/")
        if (relation.get("Type") or "").endswith("/officeDocument") and target in package:
            return target
    return "xl/workbook.xml"


def _targets(package: Package, main: str) -> Mapping[str, str]:
    """Return the parts that the workbook relates to, by the relation's id and by its kind; never one outside."""
    folder, _, book = main.rpartition("/")
    targets: dict[str, str] = {}
    for relation in children(package.xml_if_there(f"{folder}/_rels/{book}.rels"), "Relationship"):
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target") or ""
        path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
        targets[relation.get("Id") or ""] = path
        targets.setdefault((relation.get("Type") or "").rpartition("/")[2], path)
    return targets


def _strings(root: Element | None) -> Sequence[str]:
    return [_string(each) for each in children(root, "si")]


def _string(holder: Element) -> str:
    """Return the words of a string of plain or rich runs, without the readings that are printed above characters."""
    return _unescaped("".join(_runs(holder)))


def _unescaped(words: str) -> str:
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), words) if "_x" in words else words


def _runs(holder: Element) -> Iterator[str]:
    for each in holder:
        told = tag(each)
        if told == "t":
            yield each.text or ""
        elif told == "r":
            yield from _runs(each)


def _formats(root: Element | None) -> Sequence[str]:
    """Return the number format of each cell style."""
    own = {
        number(attribute(each, "numFmtId")): attribute(each, "formatCode") or GENERAL
        for each in children(child(root, "numFmts"), "numFmt")
    }
    return [
        own.get(used) or BUILTIN.get(used, GENERAL)
        for each in children(child(root, "cellXfs"), "xf")
        for used in (number(attribute(each, "numFmtId")),)
    ]


@dataclass(slots=True)
class _Reading:
    """One sheet being read."""

    title: str
    page: int
    strings: Sequence[str]
    formats: Sequence[str]
    from_1904: bool
    limits: Limits
    numbers: dict[tuple[str, str], str]
    """What numbers print, by how they are stored and by their styles: the same for all sheets of a workbook."""
    texts: dict[str, str]
    """The words for texts with references to characters, likewise."""
    troubles: list[Trouble] = field(default_factory=list[Trouble])
    _size: int = 0

    def read(self, data: bytes, called: str) -> Sheet:
        """Return the sheet, and note what could not be read of it."""
        found = scanned(data, called, self.texts)
        rows: dict[int, dict[int, str]] = {}
        if found is None:
            root = parse(data, called)
            hidden_rows = self._elements(root, rows)
        else:
            root, hidden_rows = found.around, found.hidden_rows
            self._scanned(found, rows)
        merged = found.merges if found is not None else ()
        merged = merged or [each.get("ref") or "" for each in children(child(root, "mergeCells"), "mergeCell")]
        merges = [merge for each in merged if (merge := _range(each)) is not None]
        sheet = Sheet(self.title, rows, merges, frozenset(hidden_rows), frozenset(_hidden_columns(root)))
        for code, hidden in (("row.hidden", sheet.hides_rows), ("column.hidden", sheet.hides_columns)):
            if hidden:
                self.troubles.append(Trouble(code, self.title, self.page))
        return sheet

    def _scanned(self, found: Cells, rows: dict[int, dict[int, str]]) -> None:
        """Put the cells that were taken by pattern into their rows."""
        strings, most, texts, numbers = self.strings, len(self.strings), found.texts, self.numbers
        row: dict[int, str] = {}
        last, size = "", 0
        for letters, at, style, kind, formula, value, inline in found.cells:
            if at != last:
                row = rows.setdefault(max(min(int(at), _ROWS), 1) - 1, {})
                last = at
            if inline:
                words = _unescaped(texts.get(inline, inline))
            elif not value and not formula:
                continue
            elif kind == "s" and value:
                index = int(value) if value.isdigit() and value.isascii() else most
                words = strings[index] if index < most else ""
            elif value and (not kind or kind == "n"):
                known = numbers.get((value, style))
                if known is None:
                    known = numbers[value, style] = self._printed(texts.get(value, value), int(style or 0))
                words = known
            else:
                text = texts.get(value, value) if value else None
                words = self._other(kind, text, bool(formula), int(style or 0), letters + at)
            if words:
                row[_column(letters)] = words
                size += len(words)
        self._size += size
        for at in [at for at, cells in rows.items() if not cells]:
            del rows[at]
        self._bound(len(found.cells))

    def _printed(self, value: str, style: int) -> str:
        code = self.formats[style] if 0 <= style < len(self.formats) else GENERAL
        return printed(value, code, from_1904=self.from_1904)

    def _bound(self, cells: int) -> None:
        if cells > self.limits.cells:
            raise UndecodableError("limit", f"the sheet {self.title} has over {self.limits.cells} cells", "cells")
        # One shared string may stand in every cell.
        if self._size > self.limits.output:
            raise UndecodableError("limit", f"the sheet {self.title} prints too many words", "output")

    def _elements(self, root: Element, rows: dict[int, dict[int, str]]) -> set[int]:
        """Put the cells of an XML tree into their rows; return those that are hidden."""
        hidden: set[int] = set()
        before = count = 0
        last: str | None = None
        # A template may declare its rows to the sheet's end: those without a cell are only counted.
        data = child(root, "sheetData")
        for row in () if data is None else data:
            stated = row.get("r")
            if not len(row):
                last, before = (stated, 0) if stated is not None else (last, before + 1)
                continue
            at = number(last) + before if stated is None else number(stated, 1) - 1
            at = min(max(at, 0), _ROWS)
            last, before = str(at + 1), 0
            if _is_true(row.get("hidden")) or row.get("ht") == "0":
                hidden.add(at)
            cells = rows.setdefault(at, {})
            self._row(row, cells)
            count += len(cells)
            if not cells:
                del rows[at]
            self._bound(count)
        return hidden

    def _row(self, row: Element, cells: dict[int, str]) -> None:
        column = -1
        for cell in row:
            reference = cell.get("r")
            place = None if reference is None else _place(reference)
            column = column + 1 if place is None else place[1]
            words = self._cell(cell, reference or "")
            if words:
                cells[column] = words
                self._size += len(words)
                if self._size > self.limits.output:
                    self._bound(0)

    def _cell(self, cell: Element, reference: str) -> str:
        value: str | None = None
        formula = False
        for inner in cell:
            told = tag(inner)
            if told == "v":
                value = inner.text
            elif told == "is":
                return _string(inner)
            elif told == "f":
                formula = True
        return self._other(cell.get("t") or "n", value, formula, number(cell.get("s")), reference)

    def _other(self, kind: str, value: str | None, formula: bool, style: int, reference: str) -> str:
        """Return what a cell prints that holds ``value`` of a ``kind`` (18.18.11 there)."""
        if value is None:
            if formula and kind != "str":
                self.troubles.append(Trouble("formula.uncached", f"{self.title}!{reference}", self.page))
            return ""
        if kind == "s":
            index = number(value, -1)
            return self.strings[index] if 0 <= index < len(self.strings) else ""
        if kind == "str":
            return _unescaped(value)
        if kind == "e":
            self.troubles.append(Trouble("cell.error", f"{self.title}!{reference} {value}", self.page))
            return value
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        return self._printed(value, style)


@cache
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return min(column, _COLUMNS) - 1


def _hidden_columns(root: Element) -> set[int]:
    hidden: set[int] = set()
    for column in children(child(root, "cols"), "col"):
        if _is_true(column.get("hidden")) or column.get("width") == "0":
            last = min(number(column.get("max")), _COLUMNS)
            hidden.update(range(max(number(column.get("min")), 1) - 1, last))
    return hidden


def _is_true(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _place(reference: str) -> Place | None:
    found = _REFERENCE.match(reference)
    return None if found is None else (int(found[2]) - 1, _column(found[1]))


def _range(reference: str) -> Merge | None:
    plain = _PLAIN_RANGE.match(reference)
    if plain is not None:
        left, top, right, bottom = plain.groups()
        begin, end = (int(top) - 1, _column(left)), (int(bottom) - 1, _column(right))
    else:
        first, _, last = reference.partition(":")
        begin, end = _place(first), _place(last or first)
    if begin is None or end is None or end[0] < begin[0] or end[1] < begin[1]:
        return None
    return (*begin, *end)
