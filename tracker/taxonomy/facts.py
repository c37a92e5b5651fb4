"""Reads ``facts.toml``: which places say the same by definition."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import TypedDict, cast


class _Row(TypedDict):
    id: str
    places: list[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """``places`` maps a place (statement/line/measure or section/line, codes as {code}…) to the fact's name."""

    places: Mapping[str, str]

    def of(self, place: str, line: str) -> str | None:
        """Return the fact at ``place``, which is a key without role; ``line`` is the part of it that names the line."""
        exact = self.places.get(place)
        if exact is not None:
            return exact
        if not line.isdigit():
            return None
        slots = ("{economic}",) if line.startswith("3") else ("{class}", "{code}") if len(line) == 3 else ("{code}",)
        parts = place.split("/")
        for slot in slots:
            found = self.places.get("/".join((parts[0], slot, *parts[2:])))
            if found is not None:
                return found.replace("{code}", line)
        return None


def read() -> Facts:
    """Read the data file. Raises ValueError where two facts claim one place."""
    text = files("tracker.taxonomy").joinpath("facts.toml").read_text(encoding="utf-8")
    places: dict[str, str] = {}
    for row in cast(list[_Row], tomllib.loads(text)["fact"]):
        for place in row["places"]:
            if place in places:
                raise ValueError(f"facts.toml: {place} is claimed by {places[place]} and {row['id']}: leave it in one")
            places[place] = row["id"]
    return Facts(MappingProxyType(places))
