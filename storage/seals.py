"""Seals: what the rows of a table were when they were written, so that ``verify`` can name one that was edited since.

A seal belongs to the rows that are replaced together: those of one table that share an owner (a document, a
comparison, a look, a unit) and a version. It holds 16 hexadecimal digits a row, in the order of ``ORDER``: the start
of the SHA-256 of the row's JSON. A row of history carries its own seal, for such rows are only ever added; how many
there are stands in ``seals`` too.

Seals tell of accidents and of a hand in the database. Who edits a row and its seal is found by ``tracker rebuild``,
which makes both anew from the archive.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from operator import attrgetter

from storage.rows import (
    Announced,
    Change,
    Comparison,
    Definition,
    Detected,
    Document,
    Figure,
    Line,
    LineLink,
    Passage,
    Piece,
    Problem,
    Reading,
    Row,
    Seal,
    State,
    Statement,
    Unit,
    UnitName,
    Unread,
    Version,
    values,
)

WIDTH = 16
"""Hexadecimal digits a row."""

GENERATION = "generation"
"""The part under which the table of that name is sealed."""

OWNER: dict[type[Row], tuple[str, str | None]] = {
    Unit: ("unit", None),
    UnitName: ("unit", None),
    Reading: ("look", None),
    Document: ("document", None),
    State: ("document", None),
    Piece: ("document", None),
    Version: ("document", "version"),
    Passage: ("document", "version"),
    Statement: ("document", "version"),
    Line: ("document", "version"),
    Figure: ("document", "version"),
    Definition: ("document", "version"),
    Problem: ("subject", "version"),
    Unread: ("document", "version"),
    Comparison: ("id", None),
    Change: ("comparison", None),
    LineLink: ("comparison", None),
}
"""The columns by which the rows of a table are sealed together: the owner, and the version where there are several."""

ORDER: dict[type[Row], tuple[str, ...]] = {
    UnitName: ("name", "from_year"),
    State: ("n",),
    Piece: ("state", "slot", "sha"),
    Passage: ("n",),
    Statement: ("n",),
    Line: ("statement_n", "n"),
    Figure: ("n",),
    Definition: ("n",),
    Problem: ("n",),
    Unread: ("n",),
    Change: ("n",),
    LineLink: ("n",),
}
"""The columns that order the rows of one seal; tables that are not here have one row a seal."""

HISTORY: tuple[type[Row], ...] = (Detected, Announced)
"""The tables whose rows carry their own seals."""

_encode: Callable[[object], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def digest(content: Iterable[object]) -> str:
    """Return the digits for a row of these values."""
    return hashlib.sha256(_encode(list(content)).encode()).hexdigest()[:WIDTH]


def digest_of(row: Row) -> str:
    """Return the digits for ``row``, whether a ruling came after a reading aside: that changes with the ruling."""
    if isinstance(row, Reading) and row.stale == 1:
        row = replace(row, stale=0)
    return digest(values(type(row))(row))


def own(row: Detected | Announced) -> str:
    """Return the seal that a row of history carries: of all but itself."""
    return digest(values(type(row))(replace(row, seal="")))


def sealed(rows: Iterable[Row]) -> Iterator[Seal]:
    """Yield the seals of ``rows``, which are whole groups."""
    groups: defaultdict[tuple[type[Row], str, str], list[Row]] = defaultdict(list)
    for row in rows:
        owner, version = OWNER[type(row)]
        groups[type(row), getattr(row, owner), getattr(row, version) if version else ""].append(row)
    for (kind, owner, version), members in groups.items():
        if kind in ORDER:
            members.sort(key=attrgetter(*ORDER[kind]))
        yield Seal(part=kind.TABLE, owner=owner, version=version, rows="".join(map(digest_of, members)))
