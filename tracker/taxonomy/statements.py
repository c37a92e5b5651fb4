"""Reads ``statements.toml``: the standard tables, their names, columns and built-in formulas."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Literal, NotRequired, TypedDict, cast

Layout = Literal["sides", "tree", "economic", "items"]


class _Sum(TypedDict):
    total: str
    terms: list[str]


class _Row(TypedDict):
    id: str
    layout: Layout
    columns: list[str]
    columns_any: NotRequired[list[list[str]]]
    names: dict[str, list[str]]
    sums: NotRequired[list[_Sum]]
    rows: NotRequired[list[_Sum]]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A sum that the form implies: ``total`` equals the signed ``terms`` (measure or line ids)."""

    total: str
    terms: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One standard table.

    ``names`` are as published with where each was seen, the central one first. ``orders`` are the measures (for
    ``items``: the items) in the order of 栏次, one tuple for each known form. ``sums`` run over columns, ``rows``
    over lines.
    """

    id: str
    layout: Layout
    names: tuple[tuple[str, tuple[str, ...]], ...]
    orders: tuple[tuple[str, ...], ...]
    sums: tuple[BuiltIn, ...] = ()
    rows: tuple[BuiltIn, ...] = ()


@dataclass(frozen=True)
class Forms:
    """All standard tables and the search for their names in a text."""

    all: tuple[Form, ...]

    @cached_property
    def _by_id(self) -> dict[str, Form]:
        return {form.id: form for form in self.all}

    @cached_property
    def _by_name(self) -> dict[str, Form]:
        return {_key(name): form for form in self.all for name, _ in form.names}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = sorted({name for form in self.all for name, _ in form.names}, key=lambda n: (-len(n), n))
        return re.compile("|".join(_loose(name) for name in names))

    def __getitem__(self, id: str) -> Form:
        """Return the form with this id; KeyError if there is none."""
        return self._by_id[id]

    def get(self, id: str) -> Form | None:
        """Return the form with this id, or None."""
        return self._by_id.get(id)

    def titles(self, text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int, Form]]:
        """Return (start, end, form) of every name of a table in ``text[start:end]``; longest names win, in order."""
        found: list[tuple[int, int, Form]] = []
        for match in self._pattern.finditer(text, start, len(text) if end is None else end):
            found.append((match.start(), match.end(), self._by_name[_key(match[0])]))
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
    """Read the data file."""
    text = files("tracker.taxonomy").joinpath("statements.toml").read_text(encoding="utf-8")
    rows = cast(list[_Row], tomllib.loads(text)["statement"])
    return Forms(
        tuple(
            Form(
                row["id"],
                row["layout"],
                tuple((name, tuple(seen)) for name, seen in row["names"].items()),
                (tuple(row["columns"]), *(tuple(order) for order in row.get("columns_any", ()))),
                _sums(row.get("sums", ())),
                _sums(row.get("rows", ())),
            )
            for row in rows
        )
    )


def _sums(rows: list[_Sum] | tuple[()]) -> tuple[BuiltIn, ...]:
    return tuple(
        BuiltIn(row["total"], tuple((t.removeprefix("-"), -1 if t.startswith("-") else 1) for t in row["terms"]))
        for row in rows
    )
