"""Performance forms that are tables, however their cells have slipped."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from tracker.folding import narrow
from tracker.normalize.flow import Slot, Table
from tracker.normalize.performance import values
from tracker.normalize.performance.reading import Entry, Form
from tracker.taxonomy.performance import FigureRole, FormColumn, FormWords, alternatives, plain

Cell = tuple[int, str]
"""A column and the text of its slot."""

_WEIGHT = re.compile(r"\((?P<number>\d+(?:\.\d+)?)(?P<points>分?)\)$")
_TRAILING_ALL = re.compile(r"(?:\([^()]*\))+$")
_TRAILING = re.compile(r"\([^()]*\)$")
_MONEY = re.compile(r"\((亿元|万元|千元|元)\)|单位:(亿元|万元|千元|元)")
_YEAR = re.compile(r"^(?:19|20)\d{2}年度?")
_FIGURES: Mapping[str, FigureRole] = {
    "budget": "budget",
    "actual": "actual",
    "completion": "completion",
    "target": "target",
    "weight": "weight",
    "score": "score",
}
_SHIFTS = (0, 1, -1, 2, -2, 3, -3)
_MOST_CELLS = 40
_LONGEST_VALUE = 20


@dataclass(frozen=True, slots=True)
class Head:
    """The columns below which figures stand: ``kind`` says whether they are of money or of indicators."""

    kind: str
    columns: Mapping[int, tuple[FormColumn, str]]
    group: str = ""
    """The name of the rows below where they print none: 预算执行情况."""


@dataclass(slots=True)
class Sheets:
    """The forms of a portion's tables while they are read; a form may go on in the next table."""

    words: FormWords
    forms: list[Form] = field(default_factory=list[Form])
    head: Head | None = None
    texts: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])
    unread: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def form(self) -> Form:
        """The form that is being read."""
        return self.forms[-1]


def money_unit(text: str) -> str | None:
    """Return the unit of money that ``text`` names: ``预算执行情况（万元）``, ``单位：元``."""
    match = _MONEY.search(narrow(text))
    return (match[1] or match[2]) if match else None


def cells_of(row: Sequence[Slot]) -> list[Cell]:
    """Return the slots of a row that were printed and hold something."""
    return [(c, slot.text) for c, slot in enumerate(row) if slot.text and not slot.covered]


def head_of(cells: Sequence[Cell], words: FormWords) -> Head | None:
    """Tell whether a row names columns of a form, and which."""
    if len(cells) > _MOST_CELLS:
        return None
    names = [(c, text, _YEAR.sub("", plain(text))) for c, text in cells]
    columns = {c: (words.columns[name], text) for c, text, name in names if name in words.columns}
    roles = {column.role for column, _ in columns.values()}
    named = any(name in words.indicator for _, _, name in names)
    if (named and roles & {"target", "actual"}) or {"target", "actual"} <= roles:
        return Head("indicators", columns)
    money = {c: (words.money[name], text) for c, text, name in names if name in words.money}
    if len({column.role for column, _ in money.values()} & {"budget", "actual", "completion"}) >= 2:
        group = next((_TRAILING_ALL.sub("", narrow(text)) for c, text in cells if c not in money), "预算执行情况")
        return Head("money", money, group)
    return None


@cache
def _form_marks(words: FormWords) -> re.Pattern[str]:
    """Return the pattern of the words of which every form prints one."""
    return re.compile(alternatives(("指标", *words.group)))


def is_form(table: Table, words: FormWords) -> bool:
    """Tell whether a table is a performance form, or begins with one."""
    marks = _form_marks(words)
    if not any(marks.search(slot.text) for row in table.rows for slot in row if slot.text):
        return False
    project, group = False, False
    for row in table.rows:
        cells = cells_of(row)
        if not cells:
            continue
        head = head_of(cells, words)
        if head is not None and head.kind == "indicators":
            return True
        names = [plain(text) for _, text in cells[:3]]
        project = project or (names[0] in words.project and len(cells) == 2) or names[0] in words.organisation
        group = group or any(name in words.group for name in names)
        if project and group:
            return True
    return False


def is_note(text: str, words: FormWords) -> bool:
    """Tell whether a text is a note below a form, or its title: ``备注：``, ``<p>注：1. …``."""
    narrowed = narrow(text).removeprefix("<p>")
    return plain(text) in words.note or any(narrowed.startswith((f"{word}:", f"{word}1.")) for word in words.note)


def goes_on(table: Table, words: FormWords) -> bool:
    """Tell whether a table without a head is the rest of a form: rows of indicators, a total, closing words."""
    for row in table.rows:
        cells = cells_of(row)
        names = [plain(text) for _, text in cells[:2]]
        if names and (
            names[0] in words.total | words.text | words.note
            or any(words.level.fullmatch(name) for name in names)
            or is_note(cells[0][1], words)
        ):
            return True
    return False


def read(table: Table, item: int, sheets: Sheets) -> None:
    """Read a table into the forms of ``sheets``, beginning a form where its rows do."""
    for number, row in enumerate(table.rows):
        cells = cells_of(row)
        if cells:
            _row(cells, item, number, table.page, sheets)


def _row(cells: list[Cell], item: int, number: int, page: int | None, sheets: Sheets) -> None:
    words, first = sheets.words, plain(cells[0][1])
    opens = first in words.project or first in words.organisation
    if opens and len(cells) > 1:
        if sheets.form.entries:
            sheets.forms.append(Form(page=page))
            sheets.head = None
        if first in words.project:
            sheets.form.name = cells[1][1]
        else:
            sheets.form.organisation = cells[1][1]
    form = sheets.form
    form.page = form.page or page
    for _, text in cells:
        if len(text) < 40:
            form.money = form.money or money_unit(text)
            form.whole = form.whole or (not form.name and any(word in plain(text) for word in words.whole))
    head = head_of(cells, words)
    if head is not None:
        sheets.head = head
        _weights([cell for cell in cells if cell[0] not in head.columns], item, number, sheets)
        return
    if opens or first in words.head:
        return
    put = _Row(item, number, sheets)
    if first in words.total and (sheets.head is None or sheets.head.kind == "indicators"):
        put.total(cells)
        return
    note = is_note(cells[0][1], words)
    closing = note or (first in words.text and first not in words.group) or len(cells) == 1
    if not closing and sheets.head is not None and put.below(cells, sheets.head):
        return
    if put.amounts(cells):
        return
    if not note:
        sheets.texts.extend((item, number, c) for c, text in cells if len(text) > _LONGEST_VALUE)
    if closing:
        return
    sheets.unread.extend(
        (text, "".join(t for _, t in cells))
        for _, text in cells
        if len(text) <= _LONGEST_VALUE and values.cell(text, words) is not None
    )


def _weights(cells: Sequence[Cell], item: int, number: int, sheets: Sheets) -> None:
    put = _Row(item, number, sheets)
    for column, text in cells:
        put.weight(column, text, cells)


@dataclass(frozen=True, slots=True)
class _Row:
    """Where a row stands, and the form that its numbers go to."""

    item: int
    number: int
    sheets: Sheets

    def put(
        self,
        column: int,
        label: str,
        measure: str,
        what: FormColumn,
        value: values.Value,
        quote: str,
        *,
        money: bool = False,
    ) -> None:
        """Add one number to the form."""
        self.sheets.form.entries.append(
            Entry(
                item=self.item,
                start=value.start,
                end=value.end,
                row=self.number,
                column=column,
                label=label,
                measure=measure,
                role=_FIGURES[what.role],
                base=what.base,
                value=value.value,
                decimals=value.decimals,
                unit=value.unit,
                quote=quote,
                money=money,
            )
        )

    def weight(self, column: int, text: str, cells: Sequence[Cell], *, always: bool = False) -> str:
        """Record the weight that a name ends with (``扩面人次（10分）``); return the name alone."""
        narrowed = narrow(text)
        match = _WEIGHT.search(narrowed)
        if match is None or not (match["points"] or always):
            return text
        name = text[: match.start()]
        known = is_level(plain(name), self.sheets.words)
        if not (known or always):
            return text
        label = name
        while known and (bracket := _TRAILING.search(narrow(label))):
            label = label[: bracket.start()]
        value = values.points(text, match.start("number"))
        if value is not None:
            self.put(column, label, "分值", FormColumn("weight"), value, text)
        return name

    def total(self, cells: Sequence[Cell]) -> None:
        """Read ``总分 99.95分``, or ``总分 100 98.5`` with the sum of the weights before it."""
        found = [(c, value) for c, text in cells[1:] if (value := _points_cell(text)) is not None]
        roles = ("weight", "score")[-len(found) :] if len(found) <= 2 else ()
        label = cells[0][1].rstrip(":：")
        quote = "".join(text for _, text in cells)
        head = self.sheets.head
        scored = head is None or any(what.role == "score" for what, _ in head.columns.values())
        if len(found) == 1 and self.sheets.form.goal and not scored:
            roles = ("weight",)
        for (column, value), role in zip(found, roles, strict=False):
            self.put(column, label, "得分" if role == "score" else "分值", FormColumn(role), value, quote)

    def amounts(self, cells: Sequence[Cell]) -> bool:
        """Read amounts that stand beside their names: ``基本支出总额 1,977.18 项目支出总额 42.88``."""
        words, found = self.sheets.words, False
        for (_, name), (column, text) in pairwise(cells):
            what = words.amounts.get(_part(name))
            value = values.cell(text, words) if what is not None else None
            if what is None or value is None or value.unit not in (None, "元", "万元", "亿元", "千元"):
                continue
            if self.sheets.form.goal and what.role == "actual":
                what = FormColumn("budget", "全年预算")
            self.put(column, name.rstrip(":："), "金额", what, value, name + text, money=True)
            found = True
        if found:
            for column, text in cells:
                self.weight(column, text, cells)
        return found

    def below(self, cells: Sequence[Cell], head: Head) -> bool:
        """Read a row below ``head``; return whether it holds figures of those columns."""
        fit = self._fit(cells, head)
        if fit is None:
            return False
        shift, label_at = fit
        columns = {c + shift: column for c, column in head.columns.items()}
        texts = dict(cells)
        own_unit = next((texts[c] for c, (what, _) in columns.items() if what.role == "unit" and c in texts), None)
        start = cells.index(label_at) if label_at in cells else -1
        quote = "".join(text for _, text in cells[max(start, 0) :])
        for cell in cells[: max(start, 0)]:
            self.weight(cell[0], cell[1], cells)
        label = self.weight(label_at[0], label_at[1], cells, always=head.kind == "indicators").rstrip(":：")
        if values.blank(label):
            return False
        for column, text in cells[start + 1 :]:
            what, measure = columns[column]
            if what.role in ("note", "unit", "nature"):
                continue
            value = self._value(text, what, head, own_unit)
            if value is not None:
                money = head.kind == "money" and what.role in ("budget", "actual")
                self.put(column, label, measure, what, value, quote, money=money)
            elif len(text) <= _LONGEST_VALUE and not values.dated(text):
                self.sheets.unread.append((text, quote))
        return True

    def _value(self, text: str, what: FormColumn, head: Head, own_unit: str | None) -> values.Value | None:
        if what.role in ("weight", "score"):
            return _points_cell(text)
        value = values.cell(text, self.sheets.words)
        if value is None or value.unit is not None:
            return value
        if head.kind == "money":
            return _with(value, "%") if what.role == "completion" else value
        return _with(value, own_unit) if own_unit and what.role in ("target", "actual") else value

    def _fit(self, cells: Sequence[Cell], head: Head) -> tuple[int, Cell] | None:
        """Return how far the row has slipped against its head and the cell of its label, or None."""
        words = self.sheets.words
        best: tuple[tuple[bool, int, int], int, Cell] | None = None
        for shift in _SHIFTS:
            columns = {c + shift: column for c, column in head.columns.items()}
            first = min(columns)
            left = [cell for cell in cells if cell[0] < first]
            right = [cell for cell in cells if cell[0] >= first]
            if not right or any(c not in columns for c, _ in right) or not (left or head.group):
                continue
            label = left[-1] if left else (-1, head.group)
            if values.cell(label[1], words) is not None or values.blank(label[1]):
                continue
            if not all(self._may_be(text, columns[c][0], head) for c, text in right):
                continue
            if not any(values.start_of(text, words) >= 0 for c, text in right if columns[c][0].role in _FIGURES):
                continue
            rank = (not is_level(plain(label[1]), words), len(right), -abs(shift))
            if best is None or rank > best[0]:
                best = (rank, shift, label)
        return None if best is None else (best[1], best[2])

    def _may_be(self, text: str, what: FormColumn, head: Head) -> bool:
        if what.role not in _FIGURES or values.blank(text):
            return True
        if what.role in ("weight", "score"):
            return _points_cell(text) is not None
        return head.kind == "indicators" or values.cell(text, self.sheets.words) is not None


def is_level(name: str, words: FormWords) -> bool:
    """Tell whether a plain name is one of the levels above an indicator, or of a group of rows."""
    bare = name.rstrip("0123456789")
    return words.level.fullmatch(name) is not None or bare in words.group or bare in words.first_levels


def _points_cell(text: str) -> values.Value | None:
    value = values.points(text)
    return value if value is not None and value.end == len(text) else None


def _part(name: str) -> str:
    return plain(name).removeprefix("其中").lstrip(":")


def _with(value: values.Value, unit: str | None) -> values.Value:
    return values.Value(value.value, value.decimals, unit, value.start, value.end)
