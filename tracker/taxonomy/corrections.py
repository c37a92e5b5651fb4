"""How publishers say that they corrected what they had published: `corrections.toml` as values, compiled once."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

_DATA = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Corrections:
    """Words that ``explains`` a correction wherever they stand, those in the title of a ``notice`` of one, and those
    that a corrected document is ``named`` with."""

    explains: re.Pattern[str]
    notice: re.Pattern[str]
    named: re.Pattern[str]


def read(path: Path = _DATA) -> Corrections:
    """Read `corrections.toml`. Raises ValueError where an entry does not say where it was seen."""
    data = cast("dict[str, list[dict[str, Any]]]", tomllib.loads(path.read_text(encoding="utf-8")))
    for table, entries in data.items():
        for entry in entries:
            if not entry.get("seen"):
                raise ValueError(f"{path.name}: [[{table}]] {entry!r}: needs a seen")
    return Corrections(explains=_any(data["explains"]), notice=_any(data["notice"]), named=_any(data["named"]))


def _any(entries: list[dict[str, Any]]) -> re.Pattern[str]:
    return re.compile("|".join(str(entry["pattern"]) for entry in entries))
