"""Where the borderless tables of a page are: which lines are their headings, which their rows.

A table is where amounts end at the same place in three lines, where one line holds three of them, or where two lines
have three columns. Sentences hold amounts as well: they are followed by their unit.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from scrapers.decode.pdf.lines import Line
from scrapers.decode.pdf.pieces import AMOUNT, CODE, Piece, Row, counts

_UNIT = re.compile(r"[亿万千百]?元|[%％]|[年月日号个人次批辆台套项家名户件本条]|[，。；、：）)]")
_CAPTION = re.compile(r"单位[:：]|部门[:：]|金额单位|^公开\s*\d+\s*表|表[一二三四五六七八九十\d]*[)）]?$|[:：]")
_NOTE = re.compile(r"[（(]?(?:注|说明|备注)[:：]|.*[。；]$|\d[.、．]")
_OPENS = re.compile(
    r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．)）]|其中|\d{3,7}$|(?:本年|上年|年[初末]|总计|合计|小计|结余|使用)"
)
_SENTENCE = re.compile(r"[，。；]|\.{4}|…")
_ROW_BEGINS = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[、.．)）]")
_PAGE = re.compile(r"[-—–\s]*\d{1,4}[-—–\s]*|第?\s*\d{1,4}\s*页?(?:\s*共\s*\d{1,4}\s*页)?")
_TOTAL = re.compile(r"[合总小]\s*计")
_MONEY_AMOUNT = re.compile(r"-?[\d,，]+[.．]\d{1,2}")
_MONEY = re.compile(r"单位[:：]\s*(?:人民币)?[亿万千百]?元")
# In parts of a letter's size.
_CLOSE = 1.0
_LOOSE = 3.2
_BLANK = 4.5
_APART = 0.5
_OTHER_SIZE = 0.12
# Points.
_ALIGNED = 2.0
_ROWS = 3
_AMOUNTS = 3
_COLUMNS = 3
_HEAD_LINES = 9
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of one table: its heading from ``head`` to before ``start``, its rows to before ``end``."""

    head: int
    start: int
    end: int


def regions(lines: Sequence[Line], pieces: Sequence[Row], *, goes_on: bool = False) -> list[Region]:
    """Return the tables among the lines of a page; ``goes_on`` if one ended the page before and may go on here."""
    body = _bodies(pieces)
    rest = _rest(lines, pieces) if goes_on else set[int]()
    for at in rest:
        body[at] = True
    found: list[Region] = []
    last = -1
    for start, end in _runs(lines, pieces, body):
        if start not in rest and not _is_table(lines[start:end], pieces[start:end]):
            continue
        start = _top(lines, pieces, start, last)
        head = _head(lines, pieces, start, last)
        # A heading has a line of several columns; without one the lines above are words.
        if not (goes_on and head == 0) and not any(len(pieces[at]) > 1 for at in range(head, start)):
            head = start
        if _are_rows(pieces[head:start], pieces[start:end]):
            start = head
        found.append(Region(head, start, end))
        last = end - 1
    return sorted([*found, *_empty(lines, pieces, found)], key=lambda one: one.start)


def _is_amount(pieces: Row, index: int) -> bool:
    """Tell an amount of a table from one of a sentence, which its unit follows."""
    piece = pieces[index]
    if AMOUNT.fullmatch(piece.text) is None:
        return False
    if index + 1 == len(pieces):
        return True
    following = pieces[index + 1]
    return following.left - piece.right > _CLOSE * piece.words.size or _UNIT.match(following.text) is None


def _bodies(pieces: Sequence[Row]) -> list[bool]:
    """Say of each line whether it may be a row: it holds three amounts, or one that ends where two others do."""
    amounts = [[] if counts(row) else [p for i, p in enumerate(row) if _is_amount(row, i)] for row in pieces]
    ends = sorted((p.right, at) for at, row in enumerate(pieces) if len(row) > 1 for p in amounts[at])
    found = [len(row) >= _AMOUNTS for row in amounts]
    start = 0
    for at in range(1, len(ends) + 1):
        if at == len(ends) or ends[at][0] - ends[at - 1][0] > _ALIGNED:
            group = {line for _, line in ends[start:at]}
            if len(group) >= _ROWS:
                for line in group:
                    found[line] = True
            start = at
    return found


def _is_near(x: float, others: Sequence[float]) -> bool:
    return any(abs(x - other) <= _ALIGNED * 2 for other in others)


def _parts(row: Row) -> int:
    """Count the gaps of a line that have the room that parts columns."""
    return sum(b.left - a.right > _APART * max(a.words.size, b.words.size) for a, b in pairwise(row))


def _columned(line: Line, row: Row) -> bool:
    """Say whether a line has words in as many columns as only a table has."""
    return _parts(row) + 1 >= _COLUMNS and _SENTENCE.search(line.text) is None and _MONEY.search(line.text) is None


def _rest(lines: Sequence[Line], pieces: Sequence[Row]) -> set[int]:
    """Return the lines with which a table goes on from the page before: few rows, too few to align by themselves."""
    found: set[int] = set()
    for at, row in enumerate(pieces):
        if at and not _near(lines[at - 1], lines[at]):
            break
        if _SENTENCE.search(lines[at].text) or _MONEY.search(lines[at].text) or _NOTE.match(lines[at].text):
            break
        if len(row) > 1 and any(_MONEY_AMOUNT.fullmatch(p.text) for p in row):
            found.add(at)
    return found


def _is_table(lines: Sequence[Line], pieces: Sequence[Row]) -> bool:
    """Tell the rows of a table from sentences in which amounts happen to stand below each other."""
    if sum(_SENTENCE.search(line.text) is not None for line in lines) * 10 > len(lines):
        return False
    return any(_bodies(pieces))


def _runs(lines: Sequence[Line], pieces: Sequence[Row], body: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the ranges of lines that are the rows of one table each."""
    found: list[tuple[int, int]] = []
    start = None
    last = 0
    for at in range(len(lines)):
        if body[at]:
            if start is not None and not _goes_on(lines, pieces, last, at):
                found.append((start, _foot(lines, pieces, start, last)))
                start = None
            start = at if start is None else start
            last = at
    if start is not None:
        found.append((start, _foot(lines, pieces, start, last)))
    return found


def _goes_on(lines: Sequence[Line], pieces: Sequence[Row], before: int, after: int) -> bool:
    """Say whether what stands between two rows are rows too: names without an amount."""
    between = range(before + 1, after)
    if any(_NOTE.match(lines[at].text) and not _OPENS.match(lines[at].text) for at in between):
        return False
    if any(_MONEY.search(lines[at].text) or _is_other(lines[at], pieces[at], lines[before]) for at in between):
        return False
    # A row may be blank.
    return all(
        _near(lines[a], lines[b], _BLANK if b == after else _LOOSE) for a, b in pairwise(range(before, after + 1))
    )


def _is_other(line: Line, row: Row, table: Line) -> bool:
    """Tell words above and below a table by the size of their letters."""
    return len(row) < _COLUMNS and abs(line.size - table.size) > _OTHER_SIZE * table.size


def _near(above: Line, below: Line, most: float = _LOOSE) -> bool:
    return below.box.bottom - above.box.bottom <= most * max(above.size, below.size)


def _foot(lines: Sequence[Line], pieces: Sequence[Row], start: int, last: int) -> int:
    """Return where a table ends: rows of names alone may follow its last amount."""
    lefts = [p.left for at in range(start, last + 1) for p in pieces[at]]
    at = last + 1
    while at < len(lines):
        line = lines[at]
        if not _near(lines[at - 1], line) or (_NOTE.match(line.text) and not _OPENS.match(line.text)):
            break
        if _CAPTION.search(line.text) or _is_other(line, pieces[at], lines[last]):
            break
        if at == len(lines) - 1 and _PAGE.fullmatch(line.text):
            break
        aligned = [_TOTAL.fullmatch(p.text) or _is_near(p.left, lefts) for p in pieces[at]]
        if not _columned(line, pieces[at]) and not all(aligned) and not (_parts(pieces[at]) and any(aligned)):
            break
        lefts += [p.left for p in pieces[at]]
        at += 1
    return at


def _top(lines: Sequence[Line], pieces: Sequence[Row], start: int, used: int) -> int:
    """Return the first row of a table: rows whose amounts stand by themselves may come before those that align."""
    top = at = start
    while at > used + 1:
        line = lines[at - 1]
        if not _near(line, lines[at]) or _MONEY.search(line.text) or _SENTENCE.search(line.text):
            break
        if _is_other(line, pieces[at - 1], lines[start]):
            break
        at -= 1
        row = pieces[at]
        if len(row) > 1 and any(_ROW_BEGINS.match(p.text) or _MONEY_AMOUNT.fullmatch(p.text) for p in row):
            top = at
    return top


def _head(lines: Sequence[Line], pieces: Sequence[Row], start: int, used: int) -> int:
    """Return where the heading of a table begins: below its caption. The line at ``start`` may be part of it."""
    at = start
    while at > used + 1 and start - at < _HEAD_LINES:
        line = lines[at - 1]
        if not _near(line, lines[at]) or _CAPTION.search(line.text.replace("其中：", "")) or _NOTE.match(line.text):
            break
        if _is_other(line, pieces[at - 1], lines[start]) or (at == 1 and _PAGE.fullmatch(line.text)):
            break
        at -= 1
    return at


def _are_rows(above: Sequence[Row], rows: Sequence[Row]) -> bool:
    """Tell rows without amounts at the top of a form from a heading: they begin where others do."""
    lefts = [p.left for row in rows for p in row if not p.is_amount]
    aligned = [_is_near(p.left, lefts) for row in above for p in row]
    return sum(aligned) >= _MOSTLY * len(aligned)


def _empty(lines: Sequence[Line], pieces: Sequence[Row], found: Sequence[Region]) -> list[Region]:
    """Return the tables without amounts: a heading of several columns, and what it says below."""
    used = {at for one in found for at in range(one.head, one.end)}
    columned = [at not in used and _columned(line, pieces[at]) for at, line in enumerate(lines)]
    tables: list[Region] = []
    last = -1
    for start, end in _runs(lines, pieces, columned):
        totals = any(len(row) == 1 and _TOTAL.fullmatch(row[0].text) for row in pieces[start:end])
        if used & set(range(start, end)) or sum(columned[start:end]) + totals < 2:
            continue
        last = max([last, *(at for at in used if at < start)])
        head = _head(lines, pieces, start, last)
        tables.append(Region(head, _body(pieces, head, end), end))
        last = end - 1
    return tables


def _body(pieces: Sequence[Row], head: int, end: int) -> int:
    """Return where the rows of a table without amounts begin."""
    numbered = [at for at in range(head, end) if counts(pieces[at])]
    if numbered:
        return min(numbered[-1] + 1, end)
    opening = (
        at
        for at in range(head, end)
        if any(CODE.fullmatch(p.text) or _ROW_BEGINS.match(p.text) for p in pieces[at][:1])
        or (len(pieces[at]) == 1 and _TOTAL.fullmatch(pieces[at][0].text) and not _is_beside(pieces, at))
    )
    return next(opening, end)


def _is_beside(pieces: Sequence[Row], at: int) -> bool:
    """Tell a line that stands between the lines of cells beside it, as 合计 does in a heading, from a row."""
    near = pieces[max(at - 1, 0) : at + 2]
    return any(b[0].base - a[0].base < min(a[0].words.size, b[0].words.size) for a, b in pairwise(near))


def usual_size(row: Sequence[Piece]) -> float:
    """Return the size of most letters of some words."""
    return median(p.words.size for p in row)
