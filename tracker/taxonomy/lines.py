"""Reads ``lines.toml``: the lines without a code, and in which places a name means which of them."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Literal, NotRequired, TypedDict, cast

from tracker.taxonomy.naming import bare

Side = Literal["收入", "支出"]


class _Row(TypedDict):
    id: str
    names: dict[str, list[str]]
    places: NotRequired[list[str]]
    side: NotRequired[Side]
    under: NotRequired[list[str]]
    opens: NotRequired[list[str]]


@dataclass(frozen=True, slots=True)
class NamedLine:
    """One line: its ``id``, its ``names`` (as published, with where each was seen) and where they mean it.

    ``places`` are section and statement ids (a section covers its subsections, none means everywhere), ``side``
    narrows to one side of a two-sided statement, ``under`` to lines below one of these ids, ``opens`` names the
    ids of the lines that may follow as its parts.
    """

    id: str
    names: tuple[tuple[str, tuple[str, ...]], ...]
    places: tuple[str, ...] = ()
    side: Side | None = None
    under: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endings:
    """Names of three characters and more, by their lengths, the longest first."""

    lengths: tuple[int, ...]
    names: frozenset[str]

    @classmethod
    def made(cls, names: Iterable[str]) -> "Endings":
        """Return the endings that these names are."""
        kept = frozenset(name for name in names if len(name) > 2)
        return cls(tuple(sorted({len(name) for name in kept}, reverse=True)), kept)

    def of(self, text: str) -> str | None:
        """Return the longest name that ``text`` ends with, or None."""
        ends = (text[-length:] for length in self.lengths if length <= len(text))
        return next((end for end in ends if end in self.names), None)


@dataclass(frozen=True)
class Lines:
    """All named lines, and the look-up of one by its name and place."""

    all: tuple[NamedLine, ...] = field(default=())

    @cached_property
    def _index(self) -> dict[tuple[str, str], tuple[NamedLine, ...]]:
        index: dict[tuple[str, str], tuple[NamedLine, ...]] = {}
        for line in self.all:
            for name, _ in line.names:
                for place in line.places or ("",):
                    key = (place, bare(name))
                    known = index.get(key, ())
                    # What only means a line below another is asked first, so that it is not taken for the other one.
                    index[key] = (line, *known) if line.under else (*known, line)
        return index

    @cached_property
    def _by_id(self) -> dict[str, tuple[NamedLine, ...]]:
        found: dict[str, tuple[NamedLine, ...]] = {}
        for line in self.all:
            found[line.id] = (*found.get(line.id, ()), line)
        return found

    def find(self, name: str, place: str, *, side: Side | None = None, under: str | None = None) -> str | None:
        """Return the id of the line that ``name`` means in ``place`` (a section or statement id), or None.

        ``under`` is the id of the line that it is printed below: a line that only exists below another is found
        only there.
        """
        wanted = bare(name)
        if not wanted:
            return None
        where = place
        while True:
            for line in self._index.get((where, wanted), ()):
                if line.side is not None and side is not None and line.side != side:
                    continue
                if line.under and under not in line.under:
                    continue
                return line.id
            if not where:
                return None
            where = where.rpartition(".")[0]

    def opens(self, id: str) -> tuple[str, ...]:
        """Return the ids of the lines that may stand below this one as its parts."""
        return tuple(part for line in self._by_id.get(id, ()) for part in line.opens)

    @cached_property
    def _endings(self) -> dict[str, Endings]:
        return {}

    def endings(self, place: str) -> Endings:
        """Return the names of the lines that have one in ``place``, to be found at the end of other words.

        For the reader of prose, which looks for these names in a sentence.
        """
        known = self._endings.get(place)
        if known is None:
            known = self._endings[place] = Endings.made(name for name, _ in self.names(place))
        return known

    def names(self, place: str) -> tuple[tuple[str, str], ...]:
        """Return (name as published, id) of every line that has a name in ``place``, longest name first."""
        where: list[str] = [place]
        while where[-1]:
            where.append(where[-1].rpartition(".")[0])
        found = {
            name: line.id
            for line in reversed(self.all)
            if not line.under and any(w in (line.places or ("",)) for w in where)
            for name, _ in line.names
        }
        return tuple(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))


def read() -> Lines:
    """Read the data file."""
    text = files("tracker.taxonomy").joinpath("lines.toml").read_text(encoding="utf-8")
    rows = cast(list[_Row], tomllib.loads(text)["line"])
    return Lines(
        tuple(
            NamedLine(
                row["id"],
                tuple((name, tuple(seen)) for name, seen in row["names"].items()),
                tuple(row.get("places", ())),
                row.get("side"),
                tuple(row.get("under", ())),
                tuple(row.get("opens", ())),
            )
            for row in rows
        )
    )
