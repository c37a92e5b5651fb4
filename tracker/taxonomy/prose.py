"""Words of the narrative that carry meaning beside a figure, from ``prose.toml``."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import cast


@dataclass(frozen=True, slots=True)
class Prose:
    """``directions``: word to sign; ``wholes``: section to what an unmarked share there is a share of."""

    directions: dict[str, int]
    wholes: dict[str, str]
    functional: frozenset[str]
    economic: frozenset[str]


def read() -> Prose:
    """Read ``prose.toml``."""
    data = tomllib.loads(files("tracker.taxonomy").joinpath("prose.toml").read_text("utf-8"))
    directions: dict[str, int] = {}
    for row in cast("list[dict[str, object]]", data["direction"]):
        for word in cast("list[str]", row["words"]):
            directions[word] = cast("int", row["sign"])
    wholes = {str(row["section"]): str(row["name"]) for row in cast("list[dict[str, object]]", data["whole"])}
    classified = cast("dict[str, list[str]]", data["classified"])
    return Prose(directions, wholes, frozenset(classified["functional"]), frozenset(classified["economic"]))
