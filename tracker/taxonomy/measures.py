"""Reads ``measures.toml``: what the heading of a column means."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Literal, NotRequired, TypedDict, cast

from tracker.folding import fold
from tracker.taxonomy.naming import bare

AmountRole = Literal["actual", "budget", "prior", "delta", "percent", "completion"]
StubKind = Literal["name", "code", "number", "side", "note", "manner"]

Names = dict[str, list[str]]


class _Measure(TypedDict):
    id: str
    names: Names
    places: NotRequired[list[str]]


class _Role(TypedDict):
    role: AmountRole
    names: Names
    base: NotRequired[str]


class _Stub(TypedDict):
    kind: StubKind
    names: Names


class _Plain(TypedDict):
    names: Names


class _File(TypedDict):
    measure: list[_Measure]
    total: list[_Plain]
    amount: list[_Plain]
    role: list[_Role]
    stub: list[_Stub]
    unit: list[_Plain]


@dataclass(frozen=True, slots=True)
class Variant:
    """One name of the data file: the table it stands in, what it means there, and where it was seen."""

    kind: Literal["measure", "total", "amount", "role", "stub", "unit"]
    name: str
    meaning: str
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds: ``id`` of the measure (None: the heading names none that we know), role and base."""

    id: str | None
    role: AmountRole
    base: str | None


@dataclass(frozen=True)
class Measures:
    """The look-up of a heading."""

    data: _File

    @cached_property
    def _measures(self) -> dict[tuple[str, str], str]:
        return {
            (place, heading(name)): row["id"]
            for row in self.data["measure"]
            for name in row["names"]
            for place in row.get("places", [""])
        }

    @cached_property
    def _anywhere(self) -> frozenset[str]:
        return frozenset(key for _, key in self._measures)

    @cached_property
    def _totals(self) -> frozenset[str]:
        return frozenset(heading(name) for row in self.data["total"] for name in row["names"])

    @cached_property
    def _amounts(self) -> frozenset[str]:
        return frozenset(heading(name) for row in self.data["amount"] for name in row["names"])

    @cached_property
    def _roles(self) -> dict[str, tuple[AmountRole, str | None]]:
        return {heading(name): (row["role"], row.get("base")) for row in self.data["role"] for name in row["names"]}

    @cached_property
    def _stubs(self) -> dict[str, StubKind]:
        return {heading(name): row["kind"] for row in self.data["stub"] for name in row["names"]}

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The money units, longest first."""
        return tuple(sorted((u for row in self.data["unit"] for u in row["names"]), key=lambda u: (-len(u), u)))

    def measure(self, text: str, statement: str) -> str | None:
        """Return the measure id of one heading cell in a statement, or None."""
        key = heading(text)
        return self._measures.get((statement, key)) or self._measures.get(("", key))

    def stub(self, text: str) -> StubKind | None:
        """Return what a column without amounts holds, by its heading, or None."""
        key = heading(text)
        known = self._stubs.get(key)
        # 主管部门代码: whatever a code is of, it is no amount.
        return "note" if known is None and key.endswith(("代码", "编码")) else known

    def total(self, text: str) -> bool:
        """Tell whether a heading cell says 合计 or 小计: the whole of what its group names."""
        return heading(text) in self._totals

    def amount(self, text: str) -> bool:
        """Tell whether a heading cell says 金额: the column of amounts, or the whole of what its group names."""
        return heading(text) in self._amounts

    def role(self, text: str) -> tuple[AmountRole, str | None] | None:
        """Return role and base of a heading cell such as 预算数, or None."""
        return self._roles.get(heading(text))

    def known(self, text: str, statement: str) -> bool:
        """Tell whether a cell is a word of headings at all."""
        key = heading(text)
        return (
            key in self._totals
            or key in self._amounts
            or key in self._roles
            or key in self._stubs
            or (statement, key) in self._measures
            or ("", key) in self._measures
            or key in self._anywhere
        )

    def variants(self) -> tuple[Variant, ...]:
        """Return every name of the file, for the test that each one is exercised."""
        found = [Variant("measure", n, m["id"], tuple(s)) for m in self.data["measure"] for n, s in m["names"].items()]
        found += [Variant("total", n, "total", tuple(s)) for t in self.data["total"] for n, s in t["names"].items()]
        found += [Variant("amount", n, "amount", tuple(s)) for t in self.data["amount"] for n, s in t["names"].items()]
        found += [Variant("role", n, r["role"], tuple(s)) for r in self.data["role"] for n, s in r["names"].items()]
        found += [Variant("stub", n, t["kind"], tuple(s)) for t in self.data["stub"] for n, s in t["names"].items()]
        found += [Variant("unit", n, n, tuple(s)) for u in self.data["unit"] for n, s in u["names"].items()]
        return tuple(found)


_UNIT = re.compile(r"\((?:单位:)?(?:万元|元|千元|亿元|百元|个|辆|人|人次|批次|次|台|%|套|台\(套\))\)$")


@lru_cache(maxsize=1 << 14)
def heading(text: str) -> str:
    """Return the key of a heading cell: bare, without the money unit in brackets at its end."""
    return _UNIT.sub("", bare(text))


@lru_cache(maxsize=1 << 14)
def unit(text: str) -> str | None:
    """Return the unit that a heading or label prints in brackets at its end (``金额（万元）``), or None."""
    match = _UNIT.search(fold(text))
    return None if match is None else match[0].strip("()").removeprefix("单位:").replace("(", "（").replace(")", "）")


def read() -> Measures:
    """Read the data file."""
    text = files("tracker.taxonomy").joinpath("measures.toml").read_text(encoding="utf-8")
    return Measures(cast(_File, cast(object, tomllib.loads(text))))
