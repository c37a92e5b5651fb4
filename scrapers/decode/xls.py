"""XLS (Excel 97-2003, ET) to blocks: values by the workbook reader, number formats and what is hidden by its records.

The reader gives a number without its format; how many decimals a sheet prints stands in the records of the stream
(published specification [MS-XLS]). Nothing is computed, no link or macro is looked at.
"""

import io
import re
import struct
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from scrapers.blocks import Block, Decoded, Trouble, UndecodableError
from scrapers.decode.compound import Compound
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.packages import damaged
from scrapers.decode.printing import BUILTIN, GENERAL, printed
from scrapers.decode.sheets import Once, Place, Rows, Sheet, blocks_of

_BOF, _EOF, _FILEPASS, _SHEET, _DATEMODE = 0x0809, 0x000A, 0x002F, 0x0085, 0x0022
_FORMAT, _XF, _ROW, _COLUMNS = 0x041E, 0x00E0, 0x0208, 0x007D
_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_DIMENSIONS, _STRING, _LABEL, _RICH = 0x0200, 0x00FD, 0x0204, 0x00D6
_ROWS, _WIDTH = 65_536, 256
_MOST = 4 * _ROWS * _WIDTH
"""The workbook reader lays every sheet out in full, from its first cell to its last."""
_READ = frozenset((_FILEPASS, _SHEET, _DATEMODE, _FORMAT, _XF))
_CELLS = frozenset((_STRING, _LABEL, _RICH, _NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR))
_HEAD = struct.Struct("<HH")
_CELL = struct.Struct("<HHH")


def _passed_over() -> re.Pattern[bytes]:
    """Return the pattern of records that hold nothing to be read: rows that are not hidden, cells without a value and
    the index of a block of rows. A template has them by the ten thousand."""
    row = rb"\x08\x02\x10\x00" + b"." * 12 + rb"[\x00-\x1f\x40-\x5f\x80-\x9f\xc0-\xdf]..."
    index = [rb"\xd7\x00%s\x00.{%d}" % (re.escape(bytes([size])), size) for size in range(68, 2, -2)]
    blanks = [rb"\xbe\x00%s\x00.{%d}" % (re.escape(bytes([size])), size) for size in range(8, 256, 2)]
    # Rows without cells stand in blocks of 32: written out they are passed over in half the time.
    block = row * 32 + index[0]
    return re.compile(b"(?:" + b"|".join((block, row, rb"\x01\x02\x06\x00.{6}", *index, *blanks)) + b")++", re.DOTALL)


_PASSED = _passed_over()
_PASSED_CODES = frozenset((_ROW, 0x00D7, 0x0201, 0x00BE))
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}

Value = int | float | str | bool | time | date | datetime | timedelta


@dataclass(slots=True)
class _Records:
    """What the records of one sheet say: the style of each number, what is hidden, which results are errors."""

    styles: dict[Place, int] = field(default_factory=dict[Place, int])
    hidden_rows: set[int] = field(default_factory=set[int])
    hidden_columns: set[int] = field(default_factory=set[int])
    errors: dict[Place, str] = field(default_factory=dict[Place, str])
    raw: dict[Place, float] = field(default_factory=dict[Place, float])
    rows: int = 0
    columns: int = 0


def read(data: bytes, name: str = "", limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of an XLS. Raises UndecodableError ``damaged``, ``encrypted`` or ``limit``."""
    called = name or "the file"
    stream = _stream(data)
    book = _Book(stream, called)
    book.check(called)
    with _opening(called):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        told = workbook.sheets_metadata
    blocks: list[Block] = []
    troubles: list[Trouble] = []
    once = Once()
    page = 0
    for each in told:
        if each.visible != SheetVisibleEnum.Visible:
            troubles.append(Trouble("sheet.hidden", each.name, max(page, 1)))
            continue
        if each.typ != SheetTypeEnum.WorkSheet:
            continue
        page += 1
        records = book.sheet(each.name)
        with _opening(called):
            sheet = workbook.get_sheet_by_name(each.name)
            left = sheet.start[1] if sheet.start is not None else 0
            # Rows come from the first on, columns from the first that is used.
            cells = book.printed(sheet.iter_rows(), left, records, limits)
            merges = sheet.merged_cell_ranges or []
        laid_out = Sheet(
            each.name,
            cells,
            [(*first, *last) for first, last in merges],
            frozenset(records.hidden_rows),
            frozenset(records.hidden_columns),
        )
        troubles += _hidden(laid_out, page)
        troubles += [
            Trouble("cell.error", f"{each.name}!{_letters(column)}{row + 1} {error}", page)
            for (row, column), error in sorted(records.errors.items())
        ]
        blocks += blocks_of(laid_out, page, limits, once)
    return Decoded(tuple(blocks), "xls", "", max(page, 1), troubles=tuple(troubles))


@contextmanager
def _opening(called: str) -> Generator[None, None, None]:
    """Make a refusal of what the workbook reader says of a file that it can't read, its own collapse among it."""
    try:
        yield
    except PasswordError as error:
        raise UndecodableError("encrypted", f"{called} needs a password", "XLS") from error
    except (CalamineError, OSError) as error:
        raise damaged(called, error) from error
    except BaseException as error:
        # A panic of the reader is an exception outside of Exception, of a type that has no public name.
        if type(error).__name__ == "PanicException":
            raise damaged(called, error) from None
        raise


def _stream(data: bytes) -> bytes:
    compound = Compound(data)
    compound.check()
    return compound.read("Workbook" if "Workbook" in compound else "Book")


def _hidden(sheet: Sheet, page: int) -> Iterator[Trouble]:
    if sheet.hides_rows:
        yield Trouble("row.hidden", sheet.name, page)
    if sheet.hides_columns:
        yield Trouble("column.hidden", sheet.name, page)


class _Book:
    """The records of a workbook stream."""

    def __init__(self, stream: bytes, called: str) -> None:
        self._stream = stream
        self._formats: dict[int, str] = {}
        self._styles: list[int] = []
        self._places: dict[str, int] = {}
        self._from_1904 = False
        self._known: dict[tuple[float, int], str] = {}
        # Excel 5 writes its styles otherwise: numbers of such a book print as General.
        self._modern = stream[4:6] == b"\x00\x06"
        for code, body in _records(stream, 0):
            if code == _FILEPASS:
                raise UndecodableError("encrypted", f"{called} needs a password", "XLS")
            if code == _DATEMODE and len(body) >= 2:
                self._from_1904 = body[0] == 1
            elif not self._modern:
                continue
            elif code == _FORMAT and len(body) >= 5:
                (number,) = struct.unpack_from("<H", body)
                self._formats[number] = _words(body, 2, 2)
            elif code == _XF and len(body) >= 4:
                self._styles.append(struct.unpack_from("<H", body, 2)[0])
            elif code == _SHEET and len(body) >= 8:
                self._places[_words(body, 6, 1)] = struct.unpack_from("<I", body)[0]

        self._sheets = {name: _read_sheet(stream, place) for name, place in self._places.items()}

    def sheet(self, name: str) -> _Records:
        """Return what the records of a sheet say, nothing for one that can't be found."""
        return self._sheets.get(name) or _Records()

    def check(self, called: str) -> None:
        """Refuse a workbook whose cells stand where no sheet has any, or too far apart to be laid out."""
        extents = [(found.rows, found.columns) for found in self._sheets.values()]
        if any(rows > _ROWS or columns > _WIDTH for rows, columns in extents):
            raise damaged(called, "it has cells outside of its sheets")
        if sum(rows * columns for rows, columns in extents) > _MOST:
            raise UndecodableError("limit", f"{called}: its sheets are too large to lay out", "cells")

    def printed(self, rows: Iterable[Sequence[Value]], left: int, records: _Records, limits: Limits) -> Rows:
        """Return what the cells of a sheet print; a sheet may be mostly empty and very large."""
        found: dict[int, dict[int, str]] = {}
        for (row, column), error in records.errors.items():
            found.setdefault(row, {})[column] = error
        size = count = 0
        for y, row in enumerate(rows):
            if row.count("") == len(row):
                continue
            cells = found.setdefault(y, {})
            for x, value in enumerate(row, left):
                if value != "" and x not in cells:
                    shown = value if type(value) is str else self._shown(value, (y, x), records)
                    if shown:
                        size += len(shown)
                        cells[x] = shown
            count += len(cells)
            if not cells:
                del found[y]
            if size > limits.output or count > limits.cells:
                raise UndecodableError("limit", f"a sheet has over {limits.cells} cells or too many words", "cells")
        return found

    def _shown(self, value: Value, place: Place, records: _Records) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        style = records.styles.get(place, -1)
        stored = records.raw.get(place, value)
        if not isinstance(stored, (int, float)):
            return str(stored)
        known = self._known.get((stored, style))
        if known is None:
            number = self._styles[style] if 0 <= style < len(self._styles) else 0
            code = self._formats.get(number) or BUILTIN.get(number, GENERAL)
            known = self._known[stored, style] = printed(repr(stored), code, from_1904=self._from_1904)
        return known


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of the workbook's own part of the stream, from its BOF to its EOF."""
    depth = 0
    last = len(stream) - 4
    read = _HEAD.unpack_from
    while 0 <= at <= last:
        code, length = read(stream, at)
        begin = at + 4
        at = begin + length
        if code in _READ:
            if depth == 1:
                yield code, stream[begin:at]
        elif code == _BOF:
            depth += 1
        elif code == _EOF:
            depth -= 1
            if depth <= 0:
                return


def _read_sheet(stream: bytes, at: int) -> _Records:
    """Return what the records of a sheet say, from its BOF to its EOF; charts inside are passed over."""
    found = _Records()
    depth = 0
    last = len(stream) - 4
    read, cell = _HEAD.unpack_from, _CELL.unpack_from
    rows = columns = 0
    while 0 <= at <= last:
        code, length = read(stream, at)
        begin = at + 4
        if code in _PASSED_CODES and (passed := _PASSED.match(stream, at)) is not None:
            at = passed.end()
            continue
        at = begin + length
        if code in _CELLS and length >= 6 and at <= last:
            row, column, _ = cell(stream, begin)
            if depth != 1:
                continue
            if code == _MULRK:
                column += max(0, (length - 6) // 6 - 1)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if code not in (_STRING, _LABEL, _RICH):
                _note_number(code, stream[begin:at], found)
        elif code == _BOF:
            depth += 1
        elif code == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1:
            _note_shape(code, stream[begin:at], found)
    found.rows, found.columns = max(found.rows, rows), max(found.columns, columns)
    return found


def _note_number(code: int, body: bytes, found: _Records) -> None:
    """Note the style and the value of a number, or what an error prints."""
    row, column, style = _CELL.unpack_from(body)
    if code == _MULRK:
        for n in range((len(body) - 6) // 6):
            style, value = struct.unpack_from("<HI", body, 4 + 6 * n)
            found.styles[row, column + n] = style
            found.raw[row, column + n] = _rk(value)
        return
    found.styles[row, column] = style
    if code == _NUMBER and len(body) >= 14:
        found.raw[row, column] = struct.unpack_from("<d", body, 6)[0]
    elif code == _RK and len(body) >= 10:
        found.raw[row, column] = _rk(struct.unpack_from("<I", body, 6)[0])
    elif code == _FORMULA and len(body) >= 14:
        if body[12:14] != b"\xff\xff":
            found.raw[row, column] = struct.unpack_from("<d", body, 6)[0]
        elif body[6] == 2:
            found.errors[row, column] = _ERRORS.get(body[8], "#N/A")
    elif code == _BOOLERR and len(body) >= 8 and body[7] == 1:
        found.errors[row, column] = _ERRORS.get(body[6], "#N/A")


def _note_shape(code: int, body: bytes, found: _Records) -> None:
    """Note how far a sheet reaches, and what of it is hidden."""
    if code == _DIMENSIONS and len(body) >= 12:
        _, rows, _, columns = struct.unpack_from("<IIHH", body)
        found.rows, found.columns = max(found.rows, rows), max(found.columns, columns)
    elif code == _ROW and len(body) >= 16:
        if body[12] & 0x20:
            found.hidden_rows.add(struct.unpack_from("<H", body)[0])
    elif code == _COLUMNS and len(body) >= 10:
        first, last, _, _, flags = struct.unpack_from("<HHHHH", body)
        if flags & 1:
            found.hidden_columns.update(range(first, min(last, 255) + 1))


def _rk(value: int) -> float:
    """Return the number that is packed into four bytes: 30 bits of an integer or of a float, perhaps a hundredfold."""
    if value & 2:
        number = float((value >> 2) - (1 << 30) if value & 0x80000000 else value >> 2)
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))
    return number / 100 if value & 1 else number


def _words(body: bytes, at: int, size: int) -> str:
    """Return a string of the file: its length in ``size`` bytes, a flag, its characters in one or two bytes each."""
    length = int.from_bytes(body[at : at + size], "little")
    wide = body[at + size] & 1 if len(body) > at + size else 0
    begin = at + size + 1
    if wide:
        return body[begin : begin + 2 * length].decode("utf-16-le", "replace")
    return body[begin : begin + length].decode("latin-1")


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
