"""From printed lines to the stream of words: wraps joined, grids written out as full matrices.

What a line break means is decided by the two characters beside it and by nothing else, so that the same words in
another wrap give the same stream: between two digits or two Latin letters one space stays, elsewhere nothing.
"""

import re
from collections.abc import Sequence

from scrapers.blocks import Block, Cell, Grid, Image, TextLine
from tracker.folding import tidy
from tracker.normalize.flow import Item, Picture, Slot, Spot, Stretch, Table

_WIDEST = 200
"""More columns than any standard table has: a span beyond it is a broken attribute, not a table."""

_OPENERS = re.compile(
    r"(?:项目(?:名称|类别|编码)?|收入|支出|序号|功能分类(?:科目)?(?:编码)?|科目(?:编码|代码|名称)|单位(?:名称|编码)|部门(?:名称|编码)"
    r"|预算数|决算数|人员经费|年度|栏次|类|编码|名称)(?:（.*）)?$"
)
_TITLE = re.compile(r"(?:表|表[）)])$")
_DIGIT = re.compile(r"\d")
_VALUE = re.compile(r"\d\.\d|^\d{3,}")
_FORM = re.compile(r"(?:项目|单位|部门)名称|收入$|支出$|预算数$|人员经费$")

Rows = tuple[tuple[Slot, ...], ...]

_BLANK = Slot("")
_BREAK = "\x01"
"""Stands between lines that are tidied together: a character that no text has and that is no white space."""


def reflow(blocks: Sequence[Block]) -> tuple[Item, ...]:
    """Join lines to stretches and grids to tables, in printed order. Linear in the number of characters."""
    items: list[Item] = []
    lines: list[tuple[str, TextLine]] = []
    tables: list[tuple[Rows, int]] = []

    def end_lines() -> None:
        if lines:
            items.append(_stretch(lines))
            lines.clear()

    def end_tables() -> None:
        items.extend(Table(rows, page) for rows, page in _joined(tables))
        tables.clear()

    printed = iter(_tidied([block.text for block in blocks if isinstance(block, TextLine)]))
    for block in blocks:
        match block:
            case TextLine():
                words = next(printed)
                if words:
                    if tables:
                        end_tables()
                    lines.append((words, block))
            case Grid():
                end_lines()
                rows = matrix(block)
                if rows:
                    tables.append((rows, block.page))
            case Image():
                end_lines()
                end_tables()
                items.append(Picture(block.page, tidy(block.alt)))
    end_lines()
    end_tables()
    return tuple(items)


def _tidied(texts: Sequence[str]) -> list[str]:
    """Return each line tidy: all at once, since a call a line costs more than the work."""
    at_once = tidy(_BREAK.join(texts)).split(_BREAK)
    return at_once if len(at_once) == len(texts) else [tidy(text) for text in texts]


def matrix(grid: Grid) -> Rows:
    """Return the rows of a grid as a full matrix: every row equally long, merged cells written out as covered slots."""
    rows: list[list[Slot]] = []
    hanging: dict[int, int] = {}
    page = Spot(grid.page)
    for cells in grid.rows:
        if not hanging and all(cell.colspan == cell.rowspan == 1 for cell in cells):
            rows.append([Slot(tidy(cell.text), spot=_spot(cell, page)) if cell.text else _BLANK for cell in cells])
            continue
        row: list[Slot] = []

        def cover(row: list[Slot] = row) -> None:
            while hanging.get(len(row), 0) > 0:
                hanging[len(row)] -= 1
                row.append(Slot("", covered=True))

        for cell in cells:
            cover()
            words = tidy(cell.text) if cell.text else ""
            for column in range(max(1, min(cell.colspan, _WIDEST))):
                if cell.rowspan > 1:
                    hanging[len(row)] = cell.rowspan - 1
                row.append(Slot("", covered=True) if column else Slot(words, spot=_spot(cell, page)))
        cover()
        rows.append(row)
    width = max((_extent(row) for row in rows), default=0)
    filled = (row for row in rows if any(slot.text for slot in row))
    return tuple(tuple((*row, *[_BLANK] * (width - len(row)))[:width]) for row in filled)


def _spot(cell: Cell, page: Spot) -> Spot:
    """Return where a cell stands; ``page`` is shared by all of a grid of which nothing more is known."""
    return page if cell.box is None and cell.confidence is None else Spot(page.page, cell.box, cell.confidence)


def _extent(row: Sequence[Slot]) -> int:
    """Return the length of a row without the empty slots at its end (a covered slot counts)."""
    for length in range(len(row), 0, -1):
        if row[length - 1].text or row[length - 1].covered:
            return length
    return 0


def _stretch(lines: Sequence[tuple[str, TextLine]]) -> Stretch:
    parts: list[str] = []
    starts: list[int] = []
    hard: list[int] = []
    pages: list[tuple[int, int]] = []
    headings: list[tuple[int, int]] = []
    standing: list[tuple[int, str, TextLine]] = []
    length = 0
    last = ""
    ended = True
    for words, line in lines:
        if last and _apart(last, words[0]):
            parts.append(" ")
            length += 1
        starts.append(length)
        if ended:
            hard.append(length)
        if not pages or pages[-1][1] != line.page:
            pages.append((length, line.page))
        if line.heading:
            headings.append((length, length + len(words)))
        if line.box is not None or line.confidence is not None:
            standing.append((length, words, line))
        parts.append(words)
        length += len(words)
        last = words[-1]
        ended = line.hard
    return Stretch(
        "".join(parts),
        tuple(starts),
        tuple(hard) if any(line.hard for _, line in lines) else (),
        tuple(pages),
        tuple(headings),
        tuple(standing),
    )


def _apart(before: str, after: str) -> bool:
    """Tell whether a space stays between two characters on either side of a line break, as `folding.tidy` has it."""
    if not (before.isascii() and after.isascii()):
        return False
    return (before.isdigit() and after.isdigit()) or (before.isalpha() and after.isalpha())


def _joined(tables: Sequence[tuple[Rows, int]]) -> list[tuple[Rows, int]]:
    """Join grids that only blank lines or a page's end part: what does not open a table of its own continues one."""
    joined: list[tuple[list[tuple[Slot, ...]], int]] = []
    for rows, page in tables:
        if joined:
            repeated = _repeated_header(joined[-1][0], rows)
            if repeated or _continues(joined[-1][0], rows):
                joined[-1][0].extend(rows[repeated:])
                continue
        joined.append((list(rows), page))
    return [(_even(rows), page) for rows, page in joined]


def _even(rows: Sequence[tuple[Slot, ...]]) -> Rows:
    width = max((len(row) for row in rows), default=0)
    return tuple(row + (Slot(""),) * (width - len(row)) for row in rows)


def _repeated_header(before: Sequence[tuple[Slot, ...]], after: Rows) -> int:
    """Return how many first rows of ``after`` repeat the first rows of ``before`` (a header printed on every page)."""
    count = 0
    for old, new in zip(before[:6], after[:6], strict=False):
        if _words(old) != _words(new):
            break
        count += 1
    # One row of a label and its value (单位名称：X) opens every form of a unit: that alone is no repeated header.
    return count if _opens(after[0]) and (count > 1 or len(_words(after[0])) > 2) else 0


def _words(row: Sequence[Slot]) -> tuple[str, ...]:
    return tuple(slot.text for slot in row if slot.text)


def _opens(row: Sequence[Slot]) -> bool:
    words = _words(row)
    return bool(words) and (_OPENERS.match(words[0]) is not None or (len(words) == 1 and bool(_TITLE.search(words[0]))))


def _continues(before: Sequence[tuple[Slot, ...]], after: Rows) -> bool:
    # A page that ends inside a header leaves a grid of header rows alone, without one amount or code.
    headless = len(before) <= 3 and not any(_VALUE.search(slot.text) for row in before for slot in row)
    first = _words(after[0])
    # 预算数 and 决算数 in turn stand below the items of 三公; once each they open a table.
    below = len(first) > 2 and set(first) == {"预算数", "决算数"}
    opens = _FORM.match(next(iter(first), "")) and not below
    if headless and len(_words(before[0])) > 1 and not opens:
        return True
    if _opens(after[0]):
        return False
    # Empty columns at the right end of a part are not seen: a part may be narrower than the whole.
    if len(after[0]) <= len(before[-1]):
        return True
    # Wider, and a first row of three or more words without a figure: a header of another table.
    words = _words(after[0])
    return len(words) < 3 or any(_DIGIT.search(word) for word in words)
