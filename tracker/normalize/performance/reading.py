"""What reading performance forms yields, and how the figures of one form become a statement."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from tracker.amounts import fen
from tracker.folding import fold
from tracker.model import Column, Figure, Line, Statement, Unread
from tracker.taxonomy.bases import Bases
from tracker.taxonomy.naming import bare
from tracker.taxonomy.performance import FigureRole

_ORDINAL = re.compile(r"^指标\d{1,2}[:、.]?")
_YEAR = re.compile(r"^(?:19|20)\d{2}年度?(?=.)")


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure and where its numeral and unit stand: ``start:end`` of the item's text, or of the slot's."""

    item: int
    start: int
    end: int
    figure: Figure
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class PerformanceReading:
    """The forms of a portion.

    ``placed`` are the figures in printed order; ``Line.figures`` of ``statements`` are indexes into it.
    ``tables`` are the items that are forms. ``ranges`` are (item, start, end) of stretches that are forms or their
    notes: other readers leave them alone. ``texts`` are (item, row, column) of slots that hold sentences.
    """

    statements: tuple[Statement, ...] = ()
    placed: tuple[Placed, ...] = ()
    tables: frozenset[int] = frozenset()
    ranges: tuple[tuple[int, int, int], ...] = ()
    texts: tuple[tuple[int, int, int], ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def figures_in_stretches(self) -> tuple[tuple[int, int, int, Figure], ...]:
        """(item, start, end, figure) of the forms printed cell by cell."""
        return tuple((p.item, p.start, p.end, p.figure) for p in self.placed if p.row is None)

    @property
    def figures_in_tables(self) -> tuple[tuple[int, int, int, int, int, Figure], ...]:
        """(item, row, column, start, end, figure) of the forms printed as tables."""
        return tuple(
            (p.item, p.row, p.column, p.start, p.end, p.figure)
            for p in self.placed
            if p.row is not None and p.column is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A number of a form as read, before it is known which form it belongs to."""

    item: int
    start: int
    end: int
    row: int | None = None
    column: int | None = None
    label: str
    measure: str
    role: FigureRole
    base: str | None = None
    value: str
    decimals: int
    unit: str | None
    quote: str
    money: bool = False
    """An amount: where it has no unit of its own it takes the form's, which may stand further down."""


@dataclass(slots=True)
class Form:
    """One form while it is read: of the project ``name``, or (``whole``) of the unit as a whole."""

    name: str = ""
    whole: bool = False
    goal: bool = False
    organisation: str | None = None
    money: str | None = None
    page: int | None = None
    entries: list[Entry] = field(default_factory=list[Entry])

    @property
    def id(self) -> str:
        """``performance.overall`` or ``performance.<folded project name>``."""
        if self.name:
            return f"performance.{project(self.name)}"
        return "performance.overall" if self.whole else "performance.unnamed"


def project(name: str) -> str:
    """Return the part of an id that a project's name gives: folded, without year, dots, slashes and list number."""
    return _YEAR.sub("", bare(name)).replace(".", "·").replace("/", "·")


def finish(
    forms: Iterable[Form], *, heading: str, year: int | None, bases: Bases
) -> tuple[list[Statement], list[Placed]]:
    """Give the entries of ``forms`` their statements, keys and columns."""
    statements: list[Statement] = []
    placed: list[Placed] = []
    for form in forms:
        identity = form.id
        lines: list[Line] = []
        columns: dict[str, Column] = {}
        for label, group in groupby(form.entries, key=lambda entry: entry.label):
            line = bare(_ORDINAL.sub("", fold(label))) or fold(label)
            indexes: list[int] = []
            for entry in group:
                slug = bases.slug(entry.base) if entry.base else None
                column = f"{entry.role}:{slug or fold(entry.base)}" if entry.base else entry.role
                columns.setdefault(column, Column(id=column, measure=entry.measure, role=entry.role, base=entry.base))
                indexes.append(len(placed))
                placed.append(_placed(entry, identity, f"{line}/{column}", form, heading, year))
            lines.append(Line(id=line, label=label, figures=tuple(indexes)))
        title = form.name or "整体"
        statements.append(
            Statement(
                id=identity,
                title=f"{title}{'绩效目标表' if form.goal else '绩效自评表'}",
                organisation=form.organisation,
                unit=form.money,
                state="present" if lines else "empty",
                columns=tuple(columns.values()),
                lines=tuple(lines),
                page=form.page,
            )
        )
    return statements, placed


def _placed(entry: Entry, statement: str, key: str, form: Form, heading: str, year: int | None) -> Placed:
    unit = entry.unit if entry.unit or not entry.money else form.money
    figure = Figure(
        key=f"{statement}/{key}",
        statement=statement,
        heading=heading,
        label=entry.label,
        measure=entry.measure,
        role=entry.role,
        base=entry.base,
        period=year,
        value=entry.value,
        unit=unit,
        decimals=entry.decimals,
        amount_fen=fen(entry.value, unit),
        quote=entry.quote,
    )
    return Placed(entry.item, entry.start, entry.end, figure, entry.row, entry.column)
