"""Reads ``functional.toml`` and ``economic.toml``: the classification of expenditure, its codes and names by year."""

import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import NotRequired, TypedDict, cast

from tracker.taxonomy.naming import bare

_Former = TypedDict(
    "_Former",
    {"code": int, "name": str, "from": NotRequired[int], "until": NotRequired[int], "seen": list[str]},
)
_Renumbered = TypedDict("_Renumbered", {"from": list[str], "to": list[str], "year": int, "note": NotRequired[str]})


class _File(TypedDict):
    codes: dict[str, str]
    former: list[_Former]
    renumbered: NotRequired[list[_Renumbered]]
    personnel: NotRequired[list[str]]
    public: NotRequired[list[str]]


@dataclass(frozen=True, slots=True)
class Former:
    """A name that a code had in other years (``since`` to ``until``, fiscal years, inclusive; None is open)."""

    code: str
    name: str
    since: int | None
    until: int | None
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Lines that went on under other codes from fiscal year ``year``: lists, for a merger or a split."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    year: int


@dataclass(frozen=True)
class Classification:
    """One classification (功能分类 or 经济分类): the name of a code, the code of a name."""

    names: tuple[tuple[str, str], ...]
    former: tuple[Former, ...] = ()
    renumbered: tuple[Renumbered, ...] = ()
    personnel: tuple[str, ...] = field(default=())
    public: tuple[str, ...] = field(default=())

    @cached_property
    def _by_code(self) -> dict[str, str]:
        return dict(self.names)

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for code, name in self.names:
            key = short(name)
            found[key] = (*found.get(key, ()), code)
        return found

    @cached_property
    def _formerly(self) -> dict[str, tuple[Former, ...]]:
        found: dict[str, tuple[Former, ...]] = {}
        for former in self.former:
            key = short(former.name)
            found[key] = (*found.get(key, ()), former)
        return found

    def name(self, code: str) -> str | None:
        """Return today's name of ``code``, or None where it is not listed."""
        return self._by_code.get(code)

    def code(
        self, name: str, year: int | None = None, *, level: int | None = None, under: str | None = None
    ) -> str | None:
        """Return the code that ``name`` has in the fiscal ``year``, or None where none or several have it.

        ``level`` is the number of digits wanted (3, 5 or 7), ``under`` a code that the answer must begin with. A name
        of another year is still found where no code has it in ``year``: texts keep old names long after.
        """
        key = short(name)
        # A 类 may be printed with or without 支出; its other forms mean the same code.
        current = self._fitting(self._by_name.get(key, ()), level, under)
        former = self._formerly.get(key, ())
        valid = [
            f.code
            for f in former
            if year is not None and (f.since or 0) <= year <= (f.until if f.until is not None else 9999)
        ]
        for codes in (self._fitting(tuple(valid), level, under), current):
            if len(codes) == 1:
                return codes[0]
            if codes:
                return None
        others = self._fitting(tuple(f.code for f in former), level, under)
        return others[0] if len(others) == 1 else None

    @staticmethod
    def _fitting(codes: tuple[str, ...], level: int | None, under: str | None) -> tuple[str, ...]:
        fitting = (c for c in codes if (level is None or len(c) == level) and (under is None or c.startswith(under)))
        return tuple(dict.fromkeys(fitting))


def short(name: str) -> str:
    """Return the key of a name in the classification: bare, without the 支出 or the (类) that come and go."""
    key = bare(name)
    for level in ("(类)", "(款)", "(项)"):
        key = key.removesuffix(level)
    return key.removesuffix("支出") if len(key) > len("其他支出") else key


def read(name: str) -> Classification:
    """Read ``functional`` or ``economic``."""
    text = files("tracker.taxonomy").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    data = cast(_File, cast(object, tomllib.loads(text)))
    return Classification(
        tuple(data["codes"].items()),
        tuple(
            Former(str(f["code"]), f["name"], f.get("from"), f.get("until"), tuple(f["seen"])) for f in data["former"]
        ),
        tuple(Renumbered(tuple(r["from"]), tuple(r["to"]), r["year"]) for r in data.get("renumbered", ())),
        tuple(data.get("personnel", ())),
        tuple(data.get("public", ())),
    )
