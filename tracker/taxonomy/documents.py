"""Which document it is: `documents.toml` as values, compiled once."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tracker.model import Kind, Scope

_DATA = Path(__file__).with_suffix(".toml")
_KINDS: dict[str, Kind] = {"final": "final", "budget": "budget"}
_SCOPES: dict[str, Scope] = {"department": "department", "unit": "unit"}


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A document of this field that is no disclosure: ``code`` of the problem, ``where`` the pattern is looked for."""

    code: str
    where: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Documents:
    """Words of kind and scope (as published → canonical), labels before names and dates, look-alikes."""

    kinds: tuple[tuple[str, Kind], ...]
    scopes: tuple[tuple[str, Scope], ...]
    labels: tuple[tuple[str, Scope | None], ...]
    not_a_unit: re.Pattern[str]
    unit_ending: re.Pattern[str]
    date_labels: tuple[str, ...]
    look_alikes: tuple[LookAlike, ...]
    placeholder: re.Pattern[str]


def read(path: Path = _DATA) -> Documents:
    """Read `documents.toml`. Raises ValueError where an entry does not say where it was seen."""
    data = cast("dict[str, list[dict[str, Any]]]", tomllib.loads(path.read_text(encoding="utf-8")))
    for table, entries in data.items():
        for entry in entries:
            if not entry.get("seen"):
                raise ValueError(f"{path.name}: [[{table}]] {entry!r}: needs a seen")
    return Documents(
        kinds=tuple((str(e["words"]), _KINDS[e["id"]]) for e in data["kind"]),
        scopes=tuple((str(e["words"]), _SCOPES[e["id"]]) for e in data["scope"]),
        labels=tuple((str(e["words"]), _SCOPES.get(e.get("scope", ""))) for e in data["label"]),
        not_a_unit=_any(data["not_a_unit"]),
        unit_ending=_any(data["unit_ending"]),
        date_labels=tuple(str(e["words"]) for e in data["date_label"]),
        look_alikes=tuple(LookAlike(e["code"], e["where"], re.compile(e["pattern"])) for e in data["look_alike"]),
        placeholder=_any(data["placeholder"]),
    )


def _any(entries: list[dict[str, Any]]) -> re.Pattern[str]:
    return re.compile("|".join(str(entry["pattern"]) for entry in entries))
