"""Reads ``statements.toml`` and ``budgets.toml``: the standard tables, their names, columns and built-in formulas."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Literal, NotRequired, TypedDict, cast

from tracker.model import Kind, Role

Layout = Literal["sides", "tree", "economic", "items"]


class _Sum(TypedDict):
    total: str
    terms: list[str]
    all: NotRequired[bool]


class _Row(TypedDict):
    id: str
    layout: Layout
    columns: list[str]
    columns_any: NotRequired[list[list[str]]]
    names: dict[str, list[str]]
    sums: NotRequired[list[_Sum]]
    rows: NotRequired[list[_Sum]]
    stands_for: NotRequired[str]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A sum that the form implies: ``total`` equals the signed ``terms`` (measure or line ids).

    ``whole``: it only holds where the first term stands in the table (收入总计 of 本年收入合计 and what was carried
    over; a table that prints no 本年收入合计 prints its sources instead).
    """

    total: str
    terms: tuple[tuple[str, int], ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One standard table.

    ``names`` are as published with where each was seen, the central one first. ``orders`` are the measures (for
    ``items``: the items) in the order of 栏次, one tuple for each known form. ``sums`` run over columns, ``rows``
    over lines. ``stands_for`` is the table of the nine that this one is where a document prints no such table.
    """

    id: str
    layout: Layout
    names: tuple[tuple[str, tuple[str, ...]], ...]
    orders: tuple[tuple[str, ...], ...]
    sums: tuple[BuiltIn, ...] = ()
    rows: tuple[BuiltIn, ...] = ()
    stands_for: str | None = None

    @property
    def kind(self) -> Kind:
        """The kind of document that prints it."""
        return "budget" if self.id.startswith("budget.") else "final"

    @property
    def standard(self) -> bool:
        """Tell whether it is one of the nine, not one that some regions add."""
        return ".x." not in self.id

    @property
    def role(self) -> Role:
        """What its amounts are where no heading says another: spent and received, or planned."""
        return "budget" if self.kind == "budget" else "actual"

    @property
    def base(self) -> str | None:
        """What its planned amounts are called when final accounts quote them."""
        return "年初预算" if self.kind == "budget" else None


@dataclass(frozen=True)
class Forms:
    """All standard tables and the search for their names in a text."""

    all: tuple[Form, ...]

    @cached_property
    def _by_id(self) -> dict[str, Form]:
        return {form.id: form for form in self.all}

    @cached_property
    def _by_name(self) -> dict[tuple[Kind, str], Form]:
        return {(form.kind, _key(name)): form for form in self.all for name, _ in form.names}

    @cached_property
    def _patterns(self) -> dict[Kind, re.Pattern[str]]:
        return {kind: self._pattern(kind) for kind in ("final", "budget")}

    def _pattern(self, kind: Kind) -> re.Pattern[str]:
        own = {name for form in self.all if form.kind == kind for name, _ in form.names}
        return re.compile("|".join(_loose(name) for name in sorted(own, key=lambda n: (-len(n), n))))

    def __getitem__(self, id: str) -> Form:
        """Return the form with this id; KeyError if there is none."""
        return self._by_id[id]

    def get(self, id: str) -> Form | None:
        """Return the form with this id, or None."""
        return self._by_id.get(id)

    def titles(self, text: str, start: int = 0, *, kind: Kind = "final") -> list[tuple[int, int, Form]]:
        """Return (start, end, form) of every name of a table of ``kind`` in ``text`` from ``start`` on.

        Longest names win, in order. A budget and final accounts call other tables by one name (收入总表).
        """
        found: list[tuple[int, int, Form]] = []
        for match in self._patterns[kind].finditer(text, start):
            found.append((match.start(), match.end(), self._by_name[kind, _key(match[0])]))
        return found


_DROPPED = re.compile(r"[\s\"'“”‘’「」（）()、,，]|部门|单位(?!）|\))")


def _key(name: str) -> str:
    return _DROPPED.sub("", name)


def _loose(name: str) -> str:
    """Return a pattern for a name, whatever its quotes and brackets; 部门 or 单位 may stand before its first word."""
    parts: list[str] = []
    for character in name:
        if character in "“”":
            parts.append("[\"'“”‘’「」]?")
        elif character in "()":
            parts.append("[（(]" if character == "(" else "[)）]")
        elif character == "、":
            parts.append("[、,，]?")
        else:
            parts.append(re.escape(character))
    return "".join(parts)


def read() -> Forms:
    """Read the data files."""
    rows: list[_Row] = []
    for name in ("statements.toml", "budgets.toml"):
        text = files("tracker.taxonomy").joinpath(name).read_text(encoding="utf-8")
        rows += cast(list[_Row], tomllib.loads(text)["statement"])
    return Forms(
        tuple(
            Form(
                row["id"],
                row["layout"],
                tuple((name, tuple(seen)) for name, seen in row["names"].items()),
                (tuple(row["columns"]), *(tuple(order) for order in row.get("columns_any", ()))),
                _sums(row.get("sums", ())),
                _sums(row.get("rows", ())),
                row.get("stands_for"),
            )
            for row in rows
        )
    )


def _sums(rows: list[_Sum] | tuple[()]) -> tuple[BuiltIn, ...]:
    return tuple(
        BuiltIn(
            row["total"],
            tuple((t.removeprefix("-"), -1 if t.startswith("-") else 1) for t in row["terms"]),
            row.get("all", False),
        )
        for row in rows
    )
