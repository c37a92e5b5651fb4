"""The words of performance forms, from ``performance.toml``, and the patterns made of them once."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import ascii_uppercase
from typing import Literal, cast

from tracker.folding import fold, narrow
from tracker.taxonomy.units_of_measure import UnitsOfMeasure
from tracker.taxonomy.units_of_measure import read as read_units

ColumnRole = Literal["budget", "actual", "completion", "target", "weight", "score", "note", "unit", "nature"]
FigureRole = Literal["budget", "actual", "completion", "target", "weight", "score"]

_BRACKETS = re.compile(r"\([^()]*\)")
_LETTERS = ascii_uppercase + "/"
_MARKS_BEFORE = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳*:、."
_MARKS_AFTER = ":*"


def plain(name: str) -> str:
    """Return the key of a tidy word: without brackets, marks and letters (``执行率（B/A）`` → 执行率)."""
    word = narrow(name)
    if "(" in word:
        word = _BRACKETS.sub("", word)
    return word.rstrip(_LETTERS).lstrip(_MARKS_BEFORE).rstrip(_MARKS_AFTER)


@dataclass(frozen=True, slots=True)
class FormColumn:
    """What stands below a column's head: its role, and the base of its figures where they have one."""

    role: ColumnRole
    base: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FormWords:
    """The words of performance forms; all keys as `plain` gives them. Compared and hashed by identity."""

    columns: Mapping[str, FormColumn]
    money: Mapping[str, FormColumn]
    indicator: frozenset[str]
    amounts: Mapping[str, FormColumn]
    total: frozenset[str]
    project: frozenset[str]
    organisation: frozenset[str]
    head: frozenset[str]
    group: frozenset[str]
    text: frozenset[str]
    note: frozenset[str]
    whole: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    first_levels: frozenset[str]
    second_levels: frozenset[str]
    level: re.Pattern[str]
    """A whole word of a level in folded text: 数量指标, 一级指标, 年度绩效目标1; group ``first`` where 一级."""
    variants: Mapping[str, tuple[str, ...]]
    """Every name of the file and where it was seen."""
    units: UnitsOfMeasure


def alternatives(names: Iterable[str]) -> str:
    """Return a pattern of ``names``, the longest first."""
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


@cache
def read() -> FormWords:
    """Read ``performance.toml``."""
    data = tomllib.loads(files("tracker.taxonomy").joinpath("performance.toml").read_text("utf-8"))
    variants: dict[str, tuple[str, ...]] = {}

    def names(table: object) -> list[str]:
        found = cast("dict[str, list[str]]", table)
        for name, seen in found.items():
            variants[name] = (*variants.get(name, ()), *(mark for mark in seen if mark not in variants.get(name, ())))
        return [plain(name) for name in found]

    def columns(rows: object) -> dict[str, FormColumn]:
        return {
            name: FormColumn(cast("ColumnRole", row["role"]), cast("str | None", row.get("base")))
            for row in cast("list[dict[str, object]]", rows)
            for name in names(row["names"])
        }

    words = cast("dict[str, object]", data["words"])
    around = cast("dict[str, dict[str, list[str]]]", data["around"])
    levels = cast("list[dict[str, object]]", data["level"])
    first = frozenset(name for row in levels if row["level"] == 1 for name in names(row["names"]))
    second = frozenset(name for row in levels if row["level"] == 2 for name in names(row["names"]))
    sets = {key: frozenset(names(value)) for key, value in words.items()}
    groups = alternatives(sets["group"])
    level = re.compile(
        rf"(?P<first>(?:{alternatives(first - second)})指标)|(?:{alternatives(first | second)})指标"
        rf"|[一二三]级指标|(?:{groups})\d{{0,2}}"
    )
    before, after = names(around["before"]), names(around["after"])
    return FormWords(
        columns=columns(data["column"]),
        money=columns(data["money"]),
        indicator=frozenset(names(cast("dict[str, object]", data["indicator"])["names"])),
        amounts=columns(data["amount"]),
        total=sets["total"],
        project=sets["project"],
        organisation=sets["organisation"],
        head=sets["head"],
        group=sets["group"],
        text=sets["text"],
        note=sets["note"],
        whole=tuple(sorted(sets["whole"])),
        before=tuple(sorted((fold(name) for name in before), key=lambda name: (-len(name), name))),
        after=tuple(sorted((fold(name) for name in after), key=lambda name: (-len(name), name))),
        first_levels=first,
        second_levels=second,
        level=level,
        variants=variants,
        units=read_units(),
    )
