"""What a figure is compared with: the closed list of ``bases.toml``."""

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import cast

_COMPARED = "(?:与|较|比|同|和|跟|于)"
_YEAR = r"(?:19|20)\d{2}年度?"


@dataclass(frozen=True, slots=True)
class Base:
    """One base: ``id`` its part of a key (ASCII), ``name`` as recorded, ``pattern`` finds its phrases in a clause."""

    id: str
    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Bases:
    """The bases, the most specific first."""

    entries: tuple[Base, ...]
    anywhere: re.Pattern[str]
    """Any phrase of any base; the group's name is the base's id."""

    def slug(self, name: str) -> str | None:
        """Return the key part of the base called ``name``, or None where it is not of the closed list."""
        return next((entry.id for entry in self.entries if entry.name == name), None)

    def last(self, clause: str) -> tuple[Base, int, int] | None:
        """Return the base whose phrase stands last in ``clause``, with where the phrase begins and ends."""
        matches = [*self.anywhere.finditer(clause)]
        if not matches:
            return None
        found = matches[-1]
        entry = next(entry for entry in self.entries if entry.id == found.lastgroup)
        return entry, found.start(), found.end()


def read() -> Bases:
    """Read ``bases.toml``."""
    data = tomllib.loads(files("tracker.taxonomy").joinpath("bases.toml").read_text("utf-8"))
    entries: list[Base] = []
    for row in cast("list[dict[str, object]]", data["base"]):
        phrases = [str(phrase["text"]) for phrase in cast("list[dict[str, object]]", row["phrases"])]
        inner = "|".join(phrase.replace("{year}", _YEAR) for phrase in phrases)
        source = f"{_COMPARED}?(?:{inner})(?:相比|比较|相较|对比)?"
        entries.append(Base(str(row["id"]), str(row["name"]), re.compile(source)))
    anywhere = "|".join(f"(?P<{entry.id}>{entry.pattern.pattern})" for entry in entries)
    return Bases(tuple(entries), re.compile(anywhere))
