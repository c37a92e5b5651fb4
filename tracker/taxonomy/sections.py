"""The titles of parts and sections: `sections.toml` as values.

Which section a heading opens is told by its words, never by its number: publishers number and order them freely
(the tables come second in Hubei, last in Sichuan and Inner Mongolia).
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

Tail = Literal["explained", "plain", "part", "inner"]
_TAILS: dict[str, Tail] = {"explained": "explained", "plain": "plain", "part": "part", "inner": "inner"}
_DATA = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Title:
    """A title as published, without number, year and unit; ``tail`` as explained in `sections.toml`. ``below`` is the
    section that an inner title stands in."""

    section: str
    words: str
    tail: Tail
    seen: tuple[str, ...]
    below: str = ""


@dataclass(frozen=True, slots=True)
class Sections:
    """The closed list of section ids in canonical order, which of them are closed, and every title."""

    ids: tuple[str, ...] = ()
    closed: frozenset[str] = frozenset()
    titles: tuple[Title, ...] = ()


def read(path: Path = _DATA) -> Sections:
    """Read `sections.toml`. Raises ValueError where an entry does not say its tail or where it was seen."""
    ids: list[str] = []
    closed: set[str] = set()
    titles: list[Title] = []
    for entry in cast("list[dict[str, Any]]", tomllib.loads(path.read_text(encoding="utf-8"))["section"]):
        section = str(entry["id"])
        ids.append(section)
        if entry.get("closed"):
            closed.add(section)
        for title in cast("list[dict[str, Any]]", entry.get("titles", [])):
            tail = _TAILS.get(str(title.get("tail")))
            if tail is None or not title.get("seen"):
                raise ValueError(
                    f"{path.name}: section {section!r}, title {title!r}: needs a tail {[*_TAILS]} and a seen"
                )
            below = str(title.get("below", ""))
            if (tail == "inner") != bool(below):
                raise ValueError(
                    f"{path.name}: section {section!r}, title {title!r}: an inner title says what it is below"
                )
            titles.append(Title(section, str(title["title"]), tail, tuple(title["seen"]), below))
    return Sections(tuple(ids), frozenset(closed), tuple(titles))
