"""Sums on published digits: every figure stands for an interval, never for a percentage of tolerance. Pure.

Printed formulas (``27 行 = (1+2+3) 行``), the built-in ones of the forms and the trees of codes are all the same: a
total and signed terms. A blank cell is no figure but counts as nothing in a sum.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tracker.amounts import half_ulp
from tracker.model import Figure, Formula, Statement
from tracker.taxonomy.statements import Form

Verdict = Literal["closes", "rounding", "open"]
Rule = Literal["formula", "tree", "form"]
Column = tuple[str, str, str | None]
"""A column of amounts as figures know it: measure id, role, base."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum: the printed ``total`` (None: blank) and its signed terms, decimal strings as published."""

    total: str | None
    terms: tuple[tuple[str, int], ...]

    @property
    def expected(self) -> Decimal:
        """What the terms add up to."""
        return sum((Decimal(value) * sign for value, sign in self.terms), Decimal(0))

    @property
    def difference(self) -> Decimal:
        """The printed total less what the terms add up to; exact."""
        return Decimal(self.total or "0") - self.expected

    @property
    def slack(self) -> Decimal:
        """How far the intervals of the published digits reach: half a unit of the last digit of each figure."""
        radii = sum((half_ulp(value) for value, _ in self.terms), Decimal(0))
        return radii + (half_ulp(self.total) if self.total is not None else Decimal(0))

    @property
    def verdict(self) -> Verdict:
        """``closes`` exactly, differs inside the intervals (``rounding``), or is ``open``."""
        if self.difference == 0:
            return "closes"
        return "rounding" if abs(self.difference) <= self.slack else "open"


@dataclass(frozen=True, slots=True)
class Breach:
    """A sum of a statement that is open: line and measure of its total, where the rule came from."""

    statement: str
    line: str
    measure: str
    rule: Rule
    sum: Sum


def adds_up(statement: Statement, figures: Sequence[Figure], form: Form | None = None) -> tuple[Breach, ...]:
    """Return the sums of a statement that are open; none: it adds up. ``form`` adds the built-in sums of the form."""
    return tuple(b for b in sums(statement, figures, form) if b.sum.verdict == "open")


def sums(statement: Statement, figures: Sequence[Figure], form: Form | None = None) -> Iterator[Breach]:
    """Yield every sum that a statement must keep, with its verdict: printed formulas, the tree of codes, the form's."""
    table = _Amounts(statement, figures)
    for formula in statement.formulas:
        yield from _over_rows(table, formula) if formula.over == "row" else _over_columns(table, formula)
    yield from _tree(table)
    if form is not None:
        yield from _built_in(table, form)


_RATES = ("percent", "share", "completion")
_COUNTS = ("quantity", "count")
"""Columns that nothing adds up in."""


class _Amounts:
    """The amounts of a statement by line and column."""

    def __init__(self, statement: Statement, figures: Sequence[Figure]) -> None:
        self.statement = statement
        self.lines = statement.lines
        self.at: dict[int, dict[Column, str]] = {}
        columns: dict[Column, None] = {}
        for index, line in enumerate(statement.lines):
            for f in line.figures:
                figure = figures[f]
                if figure.role in _RATES or _measure(figure) in _COUNTS:
                    continue
                column = (_measure(figure), figure.role, figure.base)
                self.at.setdefault(index, {}).setdefault(column, figure.value)
                columns[column] = None
        self.columns = tuple(columns)
        self.by_number: dict[str, list[int]] = {}
        self.by_id: dict[str, int] = {}
        for index, line in enumerate(statement.lines):
            if line.number is not None:
                self.by_number.setdefault(line.number, []).append(index)
            self.by_id.setdefault(line.id, index)

    def value(self, line: int | None, column: Column) -> str | None:
        """Return the printed amount, None where blank."""
        return None if line is None else self.at.get(line, {}).get(column)

    def add(
        self,
        total: int | None,
        terms: Sequence[tuple[int, int]],
        column: Column,
        rule: Rule,
    ) -> Iterator[Breach]:
        """Yield the sum of lines in one column, unless all of it is blank."""
        printed = self.value(total, column)
        parts = tuple((v, sign) for line, sign in terms if (v := self.value(line, column)) is not None)
        if total is not None and (printed is not None or parts):
            yield Breach(self.statement.id, self.lines[total].id, column[0], rule, Sum(printed, parts))


def _measure(figure: Figure) -> str:
    return figure.key.split("/")[-2]


def _over_rows(table: _Amounts, formula: Formula) -> Iterator[Breach]:
    totals = table.by_number.get(formula.total, ())
    terms = [(line, sign) for number, sign in formula.terms for line in table.by_number.get(number, ())]
    for total in totals:
        for column in table.columns:
            yield from table.add(total, terms, column, "formula")


def _over_columns(table: _Amounts, formula: Formula) -> Iterator[Breach]:
    statement = table.statement
    numbered = {column.number: column for column in statement.columns if column.number is not None}
    total = numbered.get(formula.total)
    if total is None or any(number not in numbered for number, _ in formula.terms):
        return
    wanted = [(numbered[number], sign) for number, sign in formula.terms]
    if all(column.id in table.by_id for column in (total, *(c for c, _ in wanted))):
        # The items are the columns (三公): each is a line of its own.
        column = ("amount", total.role, total.base)
        terms = [(table.by_id[c.id], sign) for c, sign in wanted]
        yield from table.add(table.by_id[total.id], terms, column, "formula")
        return
    for line in range(len(table.lines)):
        yield from _across(
            table,
            line,
            (total.id, total.role, total.base),
            [((c.id, c.role, c.base), sign) for c, sign in wanted],
            "formula",
        )


def _across(
    table: _Amounts,
    line: int,
    total: Column,
    terms: Sequence[tuple[Column, int]],
    rule: Rule,
) -> Iterator[Breach]:
    printed = table.value(line, total)
    parts = tuple((v, sign) for column, sign in terms if (v := table.value(line, column)) is not None)
    if printed is not None or parts:
        yield Breach(table.statement.id, table.lines[line].id, total[0], rule, Sum(printed, parts))


def _totals(table: _Amounts) -> tuple[str, ...]:
    """Return the lines that all 类 add up to: a budget may print no 本年支出合计 before its 支出总计."""
    known = ("total", "支出.expenditure.total")
    bare = table.statement.id.startswith("budget.") and not table.at.get(table.by_id.get("支出.carryover.closing", -1))
    return (*known, "支出.total") if bare else known


def _tree(table: _Amounts) -> Iterator[Breach]:
    """Yield 类 = Σ款, 款 = Σ项, and the total = Σ类 (in 06: 人员经费 + 公用经费 = Σ类)."""
    children: dict[str, list[int]] = {}
    known: set[str] = set()
    for index, line in enumerate(table.lines):
        if line.code is None or line.memo or line.code in known:
            continue
        known.add(line.code)
        children.setdefault(line.code[:-2] if len(line.code) > 3 else "", []).append(index)
    for code, below in children.items():
        if not code:
            continue
        total = table.by_id.get(code)
        for column in table.columns:
            yield from table.add(total, [(line, 1) for line in below], column, "tree")
    top = [(line, 1) for line in children.get("", ())]
    if not top:
        return
    total = next((table.by_id[id] for id in _totals(table) if id in table.by_id), None)
    parts = [table.by_id[id] for id in ("personnel", "public") if id in table.by_id]
    for column in table.columns:
        if total is not None and _held(table, total, column):
            yield from table.add(total, top, column, "tree")
        elif total is None and len(parts) == 2:
            yield from _foot(table, parts, top, column)


def _held(table: _Amounts, total: int, column: Column) -> bool:
    """Tell whether the column is one of the total's: the other side of a two-sided table has its own."""
    side = table.lines[total].side
    return side is None or any(
        line.side == side and column in table.at.get(index, {}) for index, line in enumerate(table.lines)
    )


def _foot(table: _Amounts, parts: Sequence[int], top: Sequence[tuple[int, int]], column: Column) -> Iterator[Breach]:
    values = [v for line in parts if (v := table.value(line, column)) is not None]
    terms: list[tuple[str, int]] = []
    for line, sign in top:
        value = table.value(line, column)
        if value is not None:
            terms.append((value, sign))
    if values and terms:
        total = str(sum((Decimal(v) for v in values), Decimal(0)))
        yield Breach(table.statement.id, table.lines[parts[0]].id, column[0], "tree", Sum(total, tuple(terms)))


def _built_in(table: _Amounts, form: Form) -> Iterator[Breach]:
    for rule in form.rows:
        if rule.total in table.by_id and not (rule.whole and rule.terms[0][0] not in table.by_id):
            terms = [(table.by_id[id], sign) for id, sign in rule.terms if id in table.by_id]
            for column in table.columns:
                if terms and _held(table, table.by_id[rule.total], column):
                    yield from table.add(table.by_id[rule.total], terms, column, "form")
    if form.kind == "budget" and form.layout == "sides":
        yield from _sources(table)
    if form.kind == "budget" and form.layout == "items":
        yield from _nested(table)
    ids = {column[0] for column in table.columns}
    for rule in form.sums:
        terms = [id for id, _ in rule.terms]
        if rule.total not in ids or ids.isdisjoint(terms) or (rule.whole and terms[0] not in ids):
            continue
        for line in range(len(table.lines)):
            yield from _across(
                table,
                line,
                (rule.total, form.role, form.base),
                [((id, form.role, form.base), sign) for id, sign in rule.terms],
                "form",
            )


def _sources(table: _Amounts) -> Iterator[Breach]:
    """Yield the income of a two-sided budget: 本年收入合计, else 收入总计, is the sum of the lines above it."""
    id = next((id for id in ("收入.income.total", "收入.total") if id in table.by_id), None)
    if id is None:
        return
    total = table.by_id[id]
    above = [(n, 1) for n, line in enumerate(table.lines[:total]) if line.side == "收入" and not line.memo]
    for column in table.columns:
        if _held(table, total, column) and any(table.value(n, column) is not None for n, _ in above):
            yield from table.add(total, above, column, "form")


def _nested(table: _Amounts) -> Iterator[Breach]:
    """Yield what a list of projects or purchases adds up to: each name is the sum of the lines next below it."""
    below: dict[int, list[tuple[int, int]]] = {}
    last: dict[str, int] = {}
    whole = next((n for n, line in enumerate(table.lines) if line.id in _WHOLES), None)
    for n, line in enumerate(table.lines):
        names = line.id.split(">")
        above = (last.get(">".join(names[:k])) for k in range(len(names) - 1, 0, -1))
        owner = next((found for found in above if found is not None), None)
        if owner is None and whole is not None and n != whole:
            owner = whole
        if owner is not None and not line.memo:
            below.setdefault(owner, []).append((n, 1))
        last[line.id] = n
    for owner, parts in below.items():
        for column in table.columns:
            if any(table.value(n, column) is not None for n, _ in parts):
                yield from table.add(owner, parts, column, "form")


_WHOLES = ("total", "procurement.total")
