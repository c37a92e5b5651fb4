"""Documents as PDF, typeset by ourselves: every word stands where we put it, so that what was read can be judged.

The same document in another `Typesetting` has other fonts' sizes, column widths, line and page breaks, and the same
content.
"""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.generator.paper import Cell, Document, Sheet
from tests.generator.render import wrap

_FONT = "STSong-Light"
_LEADING = 1.35
_CLOSING = "，。；：、）)”%％》"


@dataclass(frozen=True, slots=True)
class Typesetting:
    """How a document is printed. Lengths in points.

    ``ruled`` draws the rules of tables, ``sides`` also the outermost upright ones. ``three`` draws three rules over a
    table's whole width instead: above and below of its heading and at its end, on each of its pages. ``repeat`` prints
    a table's heading on each of its pages. ``turned`` stores the pages on their side and says by
    how much they are to be turned; ``jumbled`` stores the words in another order than they are read in. ``centred`` is
    for amounts; ``numbers`` prints page numbers.
    """

    ruled: bool = True
    sides: bool = True
    three: bool = False
    repeat: bool = True
    turned: int = 0
    jumbled: bool = False
    centred: bool = False
    numbers: bool = True
    width: float = 595
    height: float = 842
    margin: float = 60
    size: float = 12
    small: float = 8
    padding: float = 3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    x: float
    y: float
    size: float


def printed(document: Document, setting: Typesetting | None = None) -> bytes:
    """Return ``document`` as a PDF."""
    setting = setting or Typesetting()
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    press = _Press(setting)
    for block in document.blocks:
        if isinstance(block, Sheet):
            press.sheet(block)
        elif block.kind == "title":
            press.title(block.text)
        else:
            press.paragraph(block.text, indent=block.kind == "body", right=block.text.startswith("单位："))
    return press.finished()


def _wide(text: str, size: float) -> float:
    return pdfmetrics.stringWidth(text, _FONT, size)


def _lines(text: str, room: float, size: float) -> list[str]:
    """Break a cell's text to its column's width: Chinese words anywhere, numbers nowhere."""
    found = [""]
    for token in wrap(text, 1) or [""]:
        if found[-1] and _wide(found[-1] + token, size) > room and token[0] not in _CLOSING:
            found.append("")
        found[-1] += token
    return found


class _Press:
    """Puts words and rules on pages."""

    def __init__(self, setting: Typesetting) -> None:
        self.s = setting
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pageCompression=1, invariant=1)
        self.words: list[_Word] = []
        self.rules: list[tuple[float, float, float, float]] = []
        self.y = setting.margin
        self.page = 1
        self.rng = random.Random(setting.seed)

    @property
    def floor(self) -> float:
        return self.s.height - self.s.margin

    @property
    def room(self) -> float:
        return self.s.width - 2 * self.s.margin

    def finished(self) -> bytes:
        self._end_page()
        self.canvas.save()
        return self.out.getvalue()

    def title(self, text: str) -> None:
        for line in _lines(text, self.room, self.s.size * 1.4):
            self._advance(self.s.size * 1.4)
            self.words.append(
                _Word(line, (self.s.width - _wide(line, self.s.size * 1.4)) / 2, self.y, self.s.size * 1.4)
            )

    def paragraph(self, text: str, *, indent: bool, right: bool) -> None:
        columns = int(self.room / self.s.size) * 2
        for line in wrap(text, columns, "    " if indent else ""):
            self._advance(self.s.size)
            left = self.s.margin + (2 * self.s.size if line.startswith("    ") else 0)
            if right:
                left = self.s.width - self.s.margin - _wide(line.strip(), self.s.size)
            self.words.append(_Word(line.strip(), left, self.y, self.s.size))

    def sheet(self, sheet: Sheet) -> None:
        table = _Table(sheet, self.s, self.room)
        self.y += self.s.small
        drawn_from = 0
        head = table.heights[: sheet.head]
        start = self.y
        if self.y + sum(head) + table.heights[min(sheet.head, len(table.heights) - 1)] > self.floor:
            self._end_page()
            start = self.y
        for row in range(len(table.heights)):
            if self.y + table.heights[row] > self.floor and row > drawn_from:
                self._draw(table, drawn_from, row, start)
                self._end_page()
                drawn_from, start = row, self.y
                if self.s.repeat and row >= sheet.head:
                    self._draw(table, 0, sheet.head, start)
                    self.y = start = start + sum(head)
            self.y += table.heights[row]
        self._draw(table, drawn_from, len(table.heights), start)
        self.y += self.s.small

    def _draw(self, table: "_Table", start: int, end: int, top: float) -> None:
        offset = top - sum(table.heights[:start])
        if self.s.three:
            self._three(table, start, end, top)
        for place in table.places:
            if not start <= place.row < end:
                continue
            left, right = table.xs[place.column], table.xs[place.column + place.cell.colspan]
            above = offset + sum(table.heights[: place.row])
            below = offset + sum(table.heights[: min(place.row + place.cell.rowspan, end)])
            if self.s.ruled and not self.s.three:
                self.rules += [(left, above, right, above), (left, below, right, below)]
                self.rules += [
                    (x, above, x, below) for x in (left, right) if self.s.sides or table.xs[0] < x < table.xs[-1]
                ]
            high = len(place.lines) * self.s.small * _LEADING
            y = (above + below - high) / 2 + self.s.small
            for line in place.lines:
                wide = _wide(line, self.s.small)
                x = left + self.s.padding
                if place.head or (place.amount and self.s.centred):
                    x = (left + right - wide) / 2
                elif place.amount:
                    x = right - self.s.padding - wide
                self.words.append(_Word(line, x, y, self.s.small))
                y += self.s.small * _LEADING

    def _three(self, table: "_Table", start: int, end: int, top: float) -> None:
        rows = {start, end, min(max(table.head, start), end)}
        for row in sorted(rows):
            y = top + sum(table.heights[start:row])
            self.rules.append((table.xs[0], y, table.xs[-1], y))

    def _advance(self, size: float) -> None:
        if self.y + size * _LEADING > self.floor:
            self._end_page()
        self.y += size * _LEADING

    def _end_page(self) -> None:
        if self.s.numbers:
            text = str(self.page)
            self.words.append(_Word(text, (self.s.width - _wide(text, 9)) / 2, self.s.height - 30, 9))
        canvas, s = self.canvas, self.s
        canvas.setPageSize((s.width, s.height))
        canvas.setPageRotation(s.turned)
        match s.turned:
            case 90:
                canvas.transform(0, 1, -1, 0, s.height, 0)
            case 180:
                canvas.transform(-1, 0, 0, -1, s.width, s.height)
            case 270:
                canvas.transform(0, -1, 1, 0, 0, s.width)
            case _:
                pass
        if s.jumbled:
            self.rng.shuffle(self.words)
        for word in self.words:
            canvas.setFont(_FONT, word.size)
            canvas.drawString(word.x, s.height - word.y, word.text)
        canvas.setLineWidth(0.5)
        for x0, y0, x1, y1 in self.rules:
            canvas.line(x0, s.height - y0, x1, s.height - y1)
        canvas.showPage()
        self.words.clear()
        self.rules.clear()
        self.page += 1
        self.y = s.margin


@dataclass(frozen=True, slots=True)
class _Place:
    cell: Cell
    row: int
    column: int
    head: bool
    amount: bool
    lines: tuple[str, ...]


class _Table:
    """A sheet laid out: the sides of its columns, the heights of its rows, the lines of its cells."""

    def __init__(self, sheet: Sheet, setting: Typesetting, room: float) -> None:
        placed = [*_placed(sheet)]
        size, padding = setting.small, setting.padding
        count = max(column + cell.colspan for _, column, cell in placed)
        amounts = [0.0] * count
        words = [0.0] * count
        for row, column, cell in placed:
            if cell.colspan == 1:
                wide = _wide(cell.text, size) + 2 * padding + 1
                if _amount(cell.text):
                    amounts[column] = max(amounts[column], wide)
                elif row >= sheet.head:
                    words[column] = max(words[column], wide)
                else:
                    words[column] = max(words[column], min(wide, 4 * size + 2 * padding))
        least = [max(a, min(w, 4 * size + 2 * padding + 1), size * 2) for a, w in zip(amounts, words, strict=True)]
        wanted = [max(w - a, 0.0) for w, a in zip(words, least, strict=True)]
        spare = max(room - sum(least), 0.0)
        share = min(spare / sum(wanted), 1.0) if sum(wanted) else 0.0
        widths = [a + w * share for a, w in zip(least, wanted, strict=True)]
        loose = max(room - sum(widths), 0.0) / count
        self.xs = [setting.margin]
        for width in widths:
            self.xs.append(self.xs[-1] + width + loose)
        self.head = sheet.head
        self.places: list[_Place] = []
        self.heights = [0.0] * len(sheet.rows)
        for row, column, cell in placed:
            inner = self.xs[column + cell.colspan] - self.xs[column] - 2 * padding
            place = _Place(cell, row, column, row < sheet.head, _amount(cell.text), (*_lines(cell.text, inner, size),))
            self.places.append(place)
            if cell.rowspan == 1:
                self.heights[row] = max(self.heights[row], len(place.lines) * size * _LEADING + 2 * padding)
        for place in self.places:
            rows = range(place.row, place.row + place.cell.rowspan)
            missing = len(place.lines) * size * _LEADING + 2 * padding - sum(self.heights[r] for r in rows)
            if missing > 0:
                for r in rows:
                    self.heights[r] += missing / len(rows)


def _placed(sheet: Sheet) -> Iterator[tuple[int, int, Cell]]:
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(sheet.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            taken.update((y + dy, x + dx) for dy in range(cell.rowspan) for dx in range(cell.colspan))
            yield y, x, cell
            x += cell.colspan


def _amount(text: str) -> bool:
    return bool(text) and text.replace(",", "").replace(".", "").removeprefix("-").isdigit() and "." in text
