"""Reads ``facts.toml``: which places say the same by definition."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import NotRequired, TypedDict, cast


class _Row(TypedDict):
    id: str
    places: list[str]
    alone: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """``places`` maps a place (statement/line/measure or section/line, codes as {code}…) to the fact's name.

    ``alone`` maps facts of 财政拨款 to those of 一般公共预算: where a document prints the table of the one in place of
    the other (`Form.stands_for`), its words on 财政拨款 say what that table says.
    """

    places: Mapping[str, str]
    alone: Mapping[str, str]

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

    def instead(self, known: str) -> str:
        """Return the fact that stands for ``known`` (with its role) where 财政拨款 is all of 一般公共预算."""
        name, mark, role = known.partition(":")
        own = self.alone.get(name)
        if own is None:
            stem, _, code = name.rpartition(".")
            own = self.alone.get(f"{stem}.{{code}}", name).replace("{code}", code) if code.isdigit() else name
        return own + mark + role


def read() -> Facts:
    """Read the data file. Raises ValueError where two facts claim one place."""
    text = files("tracker.taxonomy").joinpath("facts.toml").read_text(encoding="utf-8")
    places: dict[str, str] = {}
    alone: dict[str, str] = {}
    for row in cast(list[_Row], tomllib.loads(text)["fact"]):
        if "alone" in row:
            alone[row["alone"]] = row["id"]
        for place in row["places"]:
            if place in places:
                raise ValueError(f"facts.toml: {place} is claimed by {places[place]} and {row['id']}: leave it in one")
            places[place] = row["id"]
    return Facts(MappingProxyType(places), MappingProxyType(alone))
