"""Borderless tables to grids: amounts that stand below each other are columns, the room between them parts cells.

A table is where amounts end at the same place in three lines, or where one line holds three of them. Its columns are
the stretches of x that any of its rows prints in; the heading adds the columns that are empty. Sentences hold amounts
as well: they are followed by their unit.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scrapers.decode.pdf.lattice import Lattice, Place
from scrapers.decode.pdf.lines import Line, line_of
from scrapers.decode.pdf.ruled import Filled

_AMOUNT = re.compile(r"[-－]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:[.．]\d+)?[%％]?|[-－—–]{1,2}")
_UNIT = re.compile(r"[亿万千百]?元|[%％]|[年月日号个人次批辆台套项家名户件本条]|[，。；、：）)]")
_CAPTION = re.compile(r"单位[:：]|部门[:：]|金额单位|^公开\s*\d+\s*表|表[一二三四五六七八九十\d]*[)）]?$|[:：]")
_NOTE = re.compile(r"[（(]?(?:注|说明|备注)[:：]|.*[。；]$|\d[.、．]")
_OPENS = re.compile(
    r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．)）]|其中|\d{3,7}$|(?:本年|上年|年[初末]|总计|合计|小计|结余|使用)"
)
_CODE = re.compile(r"\d{3}|\d{5}|\d{7}")
_NUMBER = re.compile(r"\d{1,2}|栏次")
_SENTENCE = re.compile(r"[，。；]")
_ROW_BEGINS = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[、.．)）]")
_MONEY_AMOUNT = re.compile(r"-?[\d,，]+[.．]\d{1,2}")
_MONEY = re.compile(r"单位[:：]\s*(?:人民币)?[亿万千百]?元")
# In parts of a letter's size.
_GAP = 0.25
_CLOSE = 1.0
_FULL = 1.3
_LOOSE = 3.2
_BLANK = 4.5
_ROW = 0.9
# Points.
_ALIGNED = 2.0
_GUTTER = 1.5
# One row in so many may print over two columns.
_SPARED = 8
_ROWS = 3
_AMOUNTS = 3
_HEAD_LINES = 9
_MOST_COLUMNS = 40


_Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Letters of a line that stand close together, and which line of the page that is."""

    line: int
    words: Line

    @property
    def left(self) -> float:
        return self.words.box.left

    @property
    def right(self) -> float:
        return self.words.box.right

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def tables(lines: Sequence[Line], known: Sequence[float] = ()) -> tuple[list[Filled], list[Line]]:
    """Return the borderless tables among the lines of a page, and the lines that belong to none.

    ``known`` are the sides of the columns of a table that ended the page before and may go on here.
    """
    pieces = [_pieces(at, line) for at, line in enumerate(lines)]
    body = _bodies(pieces)
    rest = _rest(lines, pieces, known)
    found: list[Filled] = []
    used: set[int] = set()
    for at in rest:
        body[at] = True
    for start, end in _regions(lines, pieces, body):
        if start not in rest and not _is_table(lines[start:end], pieces[start:end]):
            continue
        last = max(used, default=-1)
        start = _top(lines, pieces, start, last)
        head = _head(lines, pieces, start, last)
        rows = [pieces[at] for at in range(start, end)]
        sides = _sides(rows, [pieces[at] for at in range(head, start)], known if head == start == 0 else ())
        if sides is None:
            continue
        found.append(_filled(sides, [pieces[at] for at in range(head, start)], rows))
        used.update(range(head, end))
    return found, [line for at, line in enumerate(lines) if at not in used]


def _pieces(at: int, line: Line) -> list[_Piece]:
    groups = [[line.letters[0]]]
    for before, letter in pairwise(line.letters):
        if letter.left - before.right > _GAP * max(before.size, letter.size):
            groups.append([])
        groups[-1].append(letter)
    return [_Piece(at, words) for group in groups if (words := line_of(group)) is not None]


def _is_amount(pieces: Sequence[_Piece], index: int) -> bool:
    """Tell an amount of a table from one of a sentence, which its unit follows."""
    piece = pieces[index]
    if _AMOUNT.fullmatch(piece.words.text) is None:
        return False
    if index + 1 == len(pieces):
        return True
    following = pieces[index + 1]
    return following.left - piece.right > _CLOSE * piece.words.size or _UNIT.match(following.words.text) is None


def _bodies(pieces: Sequence[Sequence[_Piece]]) -> list[bool]:
    """Say of each line whether it may be a row: it holds three amounts, or one that ends where two others do."""
    amounts = [[] if _counts(row) else [p for i, p in enumerate(row) if _is_amount(row, i)] for row in pieces]
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


def _counts(pieces: Sequence[_Piece]) -> bool:
    """Tell the line of a heading that numbers the columns (栏次 1 2 3) from amounts."""
    numbers = [int(p.words.text) for p in pieces if _NUMBER.fullmatch(p.words.text) and p.words.text.isdigit()]
    return len(numbers) > 1 and all(b - a == 1 for a, b in pairwise(numbers)) and numbers[0] == 1


def _rest(lines: Sequence[Line], pieces: Sequence[Sequence[_Piece]], known: Sequence[float]) -> set[int]:
    """Return the lines with which a table goes on from the page before: few rows, too few to align by themselves."""
    found: set[int] = set()
    for at, row in enumerate(pieces if known else ()):
        if at and not _near(lines[at - 1], lines[at]):
            break
        if _SENTENCE.search(lines[at].text) or _MONEY.search(lines[at].text) or _NOTE.match(lines[at].text):
            break
        inside = not any(_crossing([row], x) for x in known[1:-1])
        if len(row) > 1 and inside and any(_MONEY_AMOUNT.fullmatch(p.words.text) for p in row):
            found.add(at)
    return found


def _is_table(lines: Sequence[Line], pieces: Sequence[Sequence[_Piece]]) -> bool:
    """Tell the rows of a table from sentences in which amounts happen to stand below each other."""
    if sum(_SENTENCE.search(line.text) is not None for line in lines) * 10 > len(lines):
        return False
    return any(_bodies(pieces))


def _regions(lines: Sequence[Line], pieces: Sequence[Sequence[_Piece]], body: Sequence[bool]) -> list[tuple[int, int]]:
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


def _goes_on(lines: Sequence[Line], pieces: Sequence[Sequence[_Piece]], before: int, after: int) -> bool:
    """Say whether what stands between two rows are rows too: names without an amount."""
    between = range(before + 1, after)
    if any(_NOTE.match(lines[at].text) and not _OPENS.match(lines[at].text) for at in between):
        return False
    if any(_MONEY.search(lines[at].text) for at in between):
        return False
    # A row may be blank.
    return all(
        _near(lines[a], lines[b], _BLANK if b == after else _LOOSE) for a, b in pairwise(range(before, after + 1))
    )


def _near(above: Line, below: Line, most: float = _LOOSE) -> bool:
    return below.box.bottom - above.box.bottom <= most * max(above.size, below.size)


def _foot(lines: Sequence[Line], pieces: Sequence[Sequence[_Piece]], start: int, last: int) -> int:
    """Return where a table ends: rows of names alone may follow its last amount."""
    lefts = [p.left for at in range(start, last + 1) for p in pieces[at]]
    at = last + 1
    while at < len(lines):
        line = lines[at]
        if not _near(lines[at - 1], line) or (_NOTE.match(line.text) and not _OPENS.match(line.text)):
            break
        if _CAPTION.search(line.text) or not all(
            any(abs(p.left - left) <= _ALIGNED * 2 for left in lefts) for p in pieces[at]
        ):
            break
        at += 1
    return at


def _top(lines: Sequence[Line], pieces: Sequence[Sequence[_Piece]], start: int, used: int) -> int:
    """Return the first row of a table: rows whose amounts stand by themselves may come before those that align."""
    top = at = start
    while at > used + 1:
        line = lines[at - 1]
        if not _near(line, lines[at]) or _MONEY.search(line.text) or _SENTENCE.search(line.text):
            break
        at -= 1
        row = pieces[at]
        if len(row) > 1 and any(_ROW_BEGINS.match(p.words.text) or _MONEY_AMOUNT.fullmatch(p.words.text) for p in row):
            top = at
    return top


def _head(lines: Sequence[Line], pieces: Sequence[Sequence[_Piece]], start: int, used: int) -> int:
    """Return where the heading of a table begins: below its caption."""
    at = start
    while at > used + 1 and start - at < _HEAD_LINES:
        line = lines[at - 1]
        if not _near(line, lines[at]) or _CAPTION.search(line.text.replace("其中：", "")) or _NOTE.match(line.text):
            break
        at -= 1
    # A heading has a line of several columns; without one the lines above are words.
    while at < start and not any(len(pieces[n]) > 1 for n in range(at, start)):
        at = start
    return at


def _sides(
    rows: Sequence[Sequence[_Piece]], head: Sequence[Sequence[_Piece]], known: Sequence[float]
) -> list[float] | None:
    """Return the sides of a table's columns, from left to right; None if it has but one."""
    body = _stretches([p for row in rows for p in row], len(rows) // _SPARED)
    if known and all(_crossing(rows, x) <= len(rows) // _SPARED for x in known[1:-1]):
        return list(known)
    columns = body
    bands = [[piece for stack in band for piece in stack] for band in _bands(_stacks(head))]
    for stack in sorted(_stacks(head), key=_height, reverse=True):
        left, right = min(p.left for p in stack), max(p.right for p in stack)
        if not any(a - _GUTTER < right and left < b + _GUTTER for a, b in columns):
            columns = sorted([*columns, (left, right)])
    columns = _parted(_centred(columns, body, [*bands, *rows]), head)
    if not 1 < len(columns) <= _MOST_COLUMNS:
        return None
    return [
        columns[0][0] - 1,
        *((a[1] + b[0]) / 2 for a, b in pairwise(columns)),
        columns[-1][1] + 1,
    ]


def _crossing(rows: Sequence[Sequence[_Piece]], x: float) -> int:
    """Count the pieces that stand across ``x``; a code may, where its heading parts it: 类 款 项."""
    return sum(p.left + 1 < x < p.right - 1 and _CODE.fullmatch(p.words.text) is None for row in rows for p in row)


def _touched(piece: _Piece, columns: Sequence[_Stretch]) -> list[int]:
    return [c for c, (a, b) in enumerate(columns) if a - _GUTTER < piece.right and piece.left < b + _GUTTER]


def _parted(columns: Sequence[_Stretch], head: Sequence[Sequence[_Piece]]) -> list[_Stretch]:
    """Part a column over which the heading has several words in one line: 类 款 项 above a code of seven digits."""
    found = list(columns)
    for line in head:
        for at in range(len(found) - 1, -1, -1):
            above = [p for p in line if _touched(p, found) == [at]]
            if len(above) > 1:
                left, right = found[at]
                parts = [(p.left, p.right) for p in above]
                parts[0] = (min(left, parts[0][0]), parts[0][1])
                parts[-1] = (parts[-1][0], max(right, parts[-1][1]))
                found[at : at + 1] = parts
    return found


def _centred(
    columns: Sequence[_Stretch], body: Sequence[_Stretch], lines: Sequence[Sequence[_Piece]]
) -> list[_Stretch]:
    """Bring a heading to the column of which it is the middle: no line has words in both of them."""
    found = list(columns)
    at = 0
    while at < len(found):
        heading = not any(a < found[at][1] and found[at][0] < b for a, b in body)
        taken = [{t[0] for p in line if len(t := _touched(p, found)) == 1} for line in lines] if heading else []
        beside = sorted(
            (n for n in (at - 1, at + 1) if heading and 0 <= n < len(found)),
            key=lambda n: max(found[n][0] - found[at][1], found[at][0] - found[n][1]),
        )
        other = next((n for n in beside if not any({at, n} <= line for line in taken)), None)
        if other is None:
            at += 1
            continue
        first = min(at, other)
        found[first : first + 2] = [(found[first][0], found[first + 1][1])]
        at = 0
    return found


def _stretches(pieces: Iterable[_Piece], spared: int) -> list[_Stretch]:
    """Return the stretches that pieces cover together; a narrow gap between them is none.

    A gap may be crossed by words of as many rows as ``spared``: those of a last row may stand over two columns.
    """
    edges: list[tuple[float, int]] = []
    for piece in pieces:
        weight = spared + 1 if _AMOUNT.fullmatch(piece.words.text) else 1
        edges += [(piece.left, weight), (piece.right, -weight)]
    edges.sort()
    found: list[_Stretch] = []
    depth = 0
    start = 0.0
    for x, step in edges:
        before, depth = depth, depth + step
        if before <= spared < depth:
            start = x
        elif depth <= spared < before:
            if found and start - found[-1][1] < _GUTTER:
                found[-1] = (found[-1][0], x)
            else:
                found.append((start, x))
    return found


@dataclass(frozen=True, slots=True)
class _Title:
    """A cell of a heading: its words and the columns from ``first`` to before ``after``."""

    first: int
    after: int
    pieces: tuple[_Piece, ...]
    band: int


def _filled(sides: Sequence[float], head: Sequence[Sequence[_Piece]], body: Sequence[Sequence[_Piece]]) -> Filled:
    """Return the table as if it had rules at ``sides`` and between its rows."""
    titles = _titles(sides, head)
    depth = max((level + 1 for level, _ in titles), default=0)
    rows = _rows(sides, body)
    width = len(sides) - 1
    owners = [[-1] * width for _ in range(depth + len(rows))]
    places: list[Place] = []
    lines: list[tuple[Line, ...]] = []

    def put(place: Place, words: Sequence[Line]) -> None:
        for r in range(place.row, place.row + place.rowspan):
            for c in range(place.column, place.column + place.colspan):
                owners[r][c] = len(places)
        places.append(place)
        lines.append(tuple(words))

    for level, title in titles:
        lowest = all(other.after <= title.first or title.after <= other.first or at <= level for at, other in titles)
        span = depth - level if lowest else 1
        put(Place(level, title.first, span, title.after - title.first), _cell(title.pieces))
    for r, row in enumerate(rows, depth):
        for c in range(width):
            put(Place(r, c), _cell([p for p in row if _column(sides, p) == c]))
    for r in range(depth):
        for c in range(width):
            if owners[r][c] < 0:
                put(Place(r, c), ())
    tops = [min(p.words.box.top for p in row) for row in rows]
    bottom = max(p.words.box.bottom for p in rows[-1])
    above = [min((p.words.box.top for row in head for p in row), default=tops[0])] * depth
    return Filled(
        Lattice(tuple(sides), (*above, *tops, bottom), tuple(places), tuple(tuple(row) for row in owners)),
        tuple(lines),
    )


def _column(sides: Sequence[float], piece: _Piece) -> int:
    """Return the column of a piece: words begin in theirs, amounts end in theirs."""
    ends = _AMOUNT.fullmatch(piece.words.text) and not _CODE.fullmatch(piece.words.text)
    at = piece.right - 1 if ends else piece.left + 1
    return min(max(bisect_right(sides, at) - 1, 0), len(sides) - 2)


def _cell(pieces: Sequence[_Piece]) -> list[Line]:
    """Return the lines of one cell, pieces of one line together."""
    by_line: dict[int, list[_Piece]] = {}
    for piece in pieces:
        by_line.setdefault(piece.line, []).append(piece)
    found = (line_of([letter for p in group for letter in p.words.letters]) for _, group in sorted(by_line.items()))
    return [line for line in found if line is not None]


def _rows(sides: Sequence[float], body: Sequence[Sequence[_Piece]]) -> list[list[_Piece]]:
    """Join the lines of a body to its rows: names that fill their column go on in the line below."""
    rows: list[list[_Piece]] = []
    for line in body:
        if rows and line[0].words.box.bottom - max(p.words.box.bottom for p in rows[-1]) < _ROW * line[0].words.size:
            rows[-1].extend(line)
        else:
            rows.append(list(line))
    ends: dict[int, float] = {}
    for row in rows:
        for p in row:
            c = _column(sides, p)
            ends[c] = max(ends.get(c, 0.0), p.right)
    usual = _spacing(rows)
    joined: list[list[_Piece]] = []
    for row in rows:
        if joined and _is_rest(sides, ends, joined[-1], row, usual):
            joined[-1].extend(row)
        else:
            joined.append(row)
    return joined


def _spacing(rows: Sequence[Sequence[_Piece]]) -> float:
    """Return how far rows with amounts usually stand apart, 0.0 if that cannot be said."""
    gaps = sorted(
        _bottom(below) - _bottom(above) for above, below in pairwise(rows) if _amounts(above) and _amounts(below)
    )
    return gaps[len(gaps) // 2] if len(gaps) >= _ROWS else 0.0


def _bottom(row: Sequence[_Piece]) -> float:
    return max(p.words.box.bottom for p in row)


def _amounts(row: Sequence[_Piece]) -> bool:
    return any(_AMOUNT.fullmatch(p.words.text) for p in row)


def _is_rest(
    sides: Sequence[float],
    ends: dict[int, float],
    above: Sequence[_Piece],
    row: Sequence[_Piece],
    usual: float,
) -> bool:
    if _amounts(above) and _amounts(row):
        return False
    if usual and min(p.words.box.bottom for p in row) - _bottom(above) > 0.97 * usual:
        return False
    if any(_OPENS.match(p.words.text) for p in row):
        return False
    last = {_column(sides, p): p for p in above}
    names = [p for p in row if _AMOUNT.fullmatch(p.words.text) is None]
    return bool(names) and all(
        (c := _column(sides, p)) in last and ends[c] - last[c].right < _FULL * p.words.size for p in names
    )


def _titles(sides: Sequence[float], head: Sequence[Sequence[_Piece]]) -> list[tuple[int, _Title]]:
    """Return the cells of a heading with the level at which each stands, the topmost 0."""
    cells: list[_Title] = []
    below: dict[int, float] = {}
    bands = _bands(_stacks(head))
    for band in reversed(bands):
        taken = _covered(sides, band)
        halves = _halves(sides, band) if band is bands[0] and len(below) == len(sides) - 1 else None
        for stack, (first, after) in zip(band, taken, strict=True):
            others = {c for span in taken if span != (first, after) for c in range(*span)}
            if halves is not None:
                first, after = halves[band.index(stack)]
            else:
                first, after = _span(sides, stack, first, after, {c: y for c, y in below.items() if c not in others})
            same = next(
                (i for i, t in enumerate(cells) if (t.first, t.after, t.band) == (first, after, id(band))), None
            )
            if same is not None:
                cells[same] = replace(cells[same], pieces=(*cells[same].pieces, *stack))
            else:
                cells.append(_Title(first, after, tuple(stack), id(band)))
        for stack, (first, after) in zip(band, taken, strict=True):
            if _NUMBER.fullmatch(stack[0].words.text) is None:
                below.update(dict.fromkeys(range(first, after), _height(stack)))
    # From the top: a band stands one level below the lowest cell above any of its own.
    levels: list[tuple[int, _Title]] = []
    for band in dict.fromkeys(title.band for title in reversed(cells)):
        own = [title for title in cells if title.band == band]
        above = [lv for lv, other in levels for t in own if other.first < t.after and t.first < other.after]
        levels.extend((max(above, default=-1) + 1, title) for title in own)
    return levels


_Stack = list[_Piece]
"""The lines of one cell of a heading, from top to bottom."""


def _stacks(head: Sequence[Sequence[_Piece]]) -> list[_Stack]:
    """Put the lines of each cell together: those that are centred below each other."""
    found: list[_Stack] = []
    for line in head:
        for piece in line:
            above = next((s for s in found if _stacked(s[-1], piece)), None)
            if above is not None:
                above.append(piece)
            else:
                found.append([piece])
    return found


def _stacked(above: _Piece, below: _Piece) -> bool:
    size = below.words.size
    return (
        0.5 * size < below.words.box.bottom - above.words.box.bottom < 1.6 * size
        and abs(above.middle - below.middle) <= 0.8 * size
        and _NUMBER.fullmatch(below.words.text) is None
    )


def _bands(stacks: Sequence[_Stack]) -> list[list[_Stack]]:
    """Return the cells that stand beside each other, from top to bottom."""
    bands: list[list[_Stack]] = []
    for stack in sorted(stacks, key=_height):
        if bands and _height(stack) - _height(bands[-1][0]) < 0.5 * stack[0].words.size:
            bands[-1].append(stack)
        else:
            bands.append([stack])
    return bands


def _height(stack: _Stack) -> float:
    return (stack[0].words.box.bottom + stack[-1].words.box.bottom) / 2


def _halves(sides: Sequence[float], band: Sequence[_Stack]) -> list[tuple[int, int]] | None:
    """Return the columns of two cells that stand over the whole of a table: 收入 and 支出, each in the middle of some.

    None where there are not two, or where no side between columns leaves both in the middle.
    """
    if len(band) != 2:
        return None
    left, right = sorted((s[0].left + s[0].right) / 2 for s in band)
    last = len(sides) - 1

    def off(at: int) -> float:
        return abs((sides[0] + sides[at]) / 2 - left) + abs((sides[at] + sides[last]) / 2 - right)

    best = min(range(1, last), key=off, default=0)
    if not best or off(best) > 0.12 * (sides[last] - sides[0]):
        return None
    halves = [(0, best), (best, last)]
    return halves if band[0][0].left < band[1][0].left else halves[::-1]


def _covered(sides: Sequence[float], band: Sequence[_Stack]) -> list[tuple[int, int]]:
    """Return for each cell of a band the columns, from the first to before the last, that it lies over for a good part.

    A column belongs to the cell that lies over most of it.
    """
    shares = [[_over(sides, stack, c) for c in range(len(sides) - 1)] for stack in band]
    spans: list[tuple[int, int]] = []
    for own in shares:
        first = max(range(len(own)), key=lambda c: own[c])
        after = first + 1
        while first > 0 and own[first - 1] > 0 and own[first - 1] >= max(other[first - 1] for other in shares):
            first -= 1
        while after < len(own) and own[after] > 0 and own[after] >= max(other[after] for other in shares):
            after += 1
        spans.append((first, after))
    return spans


def _over(sides: Sequence[float], stack: _Stack, column: int) -> float:
    """Return how much of a column a cell lies over, in points; 0.0 for little of it."""
    left, right = min(p.left for p in stack), max(p.right for p in stack)
    share = min(sides[column + 1], right) - max(sides[column], left)
    inside = sides[column] <= (left + right) / 2 < sides[column + 1]
    return share if inside or share > min(0.5 * (sides[column + 1] - sides[column]), stack[0].words.size) else 0.0


def _span(sides: Sequence[float], stack: _Stack, first: int, after: int, below: Mapping[int, float]) -> tuple[int, int]:
    """Return the columns that a cell of the heading spans: the widest run around it of which it is the middle.

    ``below`` tells of columns how high the next heading below stands. One that stands between this cell and the next
    below it belongs to a cell beside this one, which is two lines high.
    """
    best = (first, after)
    size = stack[0].words.size
    own = max((below[c] for c in range(first, after) if c in below), default=0.0)
    free = {c for c, y in below.items() if y > own - 0.4 * size}
    for a in range(first, -1, -1):
        for b in range(after, len(sides)):
            if b - a > best[1] - best[0] and all(c in free for c in range(a, b)) and _is_middle(sides, stack[0], a, b):
                best = (a, b)
    return best


def _is_middle(sides: Sequence[float], piece: _Piece, first: int, after: int) -> bool:
    off = abs((sides[first] + sides[after]) / 2 - piece.middle)
    return off <= 1.5 * piece.words.size + 0.04 * (sides[after] - sides[first])
