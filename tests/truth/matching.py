"""How a reading is scored against a list: each true figure answered by at most one recorded figure.

The rules are those of the published scorer (three depths: value, line, meaning), written anew on a flow network of
unit capacities, so that a slip in one of the two shows as a difference between them.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast

from tracker.model import Figure

Depth = Literal["value", "line", "meaning"]
DEPTHS: tuple[Depth, ...] = ("value", "line", "meaning")
Row = Mapping[str, object]

_NOISE = re.compile(r"[\s\-—“”\"'（）()、，：:．.]")
_COUNTED = re.compile(r"^[一二三四五六七八九十]+")
_STANDARD = re.compile(r"(?:final|budget)\.\d\d")
_ONE_COLUMN = frozenset({"narrative", "final.01", "final.06", "final.09"})


@dataclass(frozen=True, slots=True)
class Score:
    """What of a list was found at one depth, and what was not; ``beyond`` are recorded figures that answer nothing."""

    total: int
    missed: tuple[Row, ...]
    beyond: tuple[Row, ...]

    @property
    def recall(self) -> float:
        """The share of the list that was found."""
        return 1 - len(self.missed) / self.total if self.total else 1.0


def listed(path: Path) -> list[Row]:
    """Read a list of true figures."""
    return cast("list[Row]", json.loads(path.read_text("utf-8"))["figures"])


def recorded(figures: Iterable[Figure]) -> list[Row]:
    """Return figures as rows of the contract."""
    return [asdict(figure) for figure in figures]


def place(row: Row) -> str:
    """Return the standard table a figure stands in; everything else is narrative."""
    statement = str(row.get("statement") or "")
    return statement if _STANDARD.fullmatch(statement) else "narrative"


def in_tables(rows: Iterable[Row]) -> list[Row]:
    """Return the figures of the standard tables."""
    return [row for row in rows if place(row) != "narrative"]


def in_narrative(rows: Iterable[Row]) -> list[Row]:
    """Return the figures of the narrative and of the performance forms."""
    return [row for row in rows if place(row) == "narrative"]


def score(true: Sequence[Row], found: Sequence[Row], depth: Depth) -> Score:
    """Answer as many true figures as possible, one to one; the order of the lists does not matter."""
    by_value: dict[tuple[str, Decimal], list[int]] = {}
    for index, row in enumerate(found):
        by_value.setdefault((place(row), _number(row)), []).append(index)
    edges = [
        [index for index in by_value.get((place(row), _number(row)), ()) if answers(row, found[index], depth)]
        for row in true
    ]
    holder: dict[int, int] = {}
    missed = [row for index, row in enumerate(true) if not _assign(index, edges, holder)]
    return Score(len(true), tuple(missed), tuple(row for index, row in enumerate(found) if index not in holder))


def answers(true: Row, found: Row, depth: Depth) -> bool:
    """Tell whether a recorded figure of the same place and value is the true one at ``depth``."""
    if true.get("unit") and true["unit"] != (found.get("unit") or ""):
        return False
    if depth == "value":
        return True
    return _same_line(true, found) and (depth == "line" or _same_meaning(true, found))


def _same_line(true: Row, found: Row) -> bool:
    if true.get("loose"):
        return True
    if true.get("code") and found.get("code"):
        return str(true["code"]) == str(found["code"])
    return _within(true.get("label"), found.get("label"))


def _same_meaning(true: Row, found: Row) -> bool:
    changes = ("delta", "percent")
    if true.get("loose") and true.get("unit") == "%" and true["role"] not in changes:
        return found["role"] not in changes
    if true["role"] != found["role"]:
        return False
    return place(true) in _ONE_COLUMN or _within(true.get("measure"), found.get("measure"))


def _within(one: object, other: object) -> bool:
    """Tell whether one name holds the other, but for spaces, brackets and list numbers."""
    a, b = (_COUNTED.sub("", _NOISE.sub("", str(name or ""))) for name in (one, other))
    return bool(a and b) and (a in b or b in a)


def _number(row: Row) -> Decimal:
    return Decimal(str(row["value"]).replace(",", "")).normalize()


def _assign(index: int, edges: Sequence[Sequence[int]], holder: dict[int, int]) -> bool:
    """Give a true figure a recorded one, moving others along an alternating path where all of its are taken."""
    parent: dict[int, int] = {}
    frontier = [index]
    while frontier:
        following: list[int] = []
        for here in frontier:
            for target in edges[here]:
                if target in parent:
                    continue
                parent[target] = here
                if target not in holder:
                    _shift(target, index, parent, holder)
                    return True
                following.append(holder[target])
        frontier = following
    return False


def _shift(target: int, start: int, parent: Mapping[int, int], holder: dict[int, int]) -> None:
    held = {owner: taken for taken, owner in holder.items()}
    while True:
        owner = parent[target]
        before = held.get(owner)
        holder[target] = owner
        if owner == start or before is None:
            return
        target = before
