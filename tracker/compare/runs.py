"""What passages came to, in the words that the other modules share."""

from dataclasses import dataclass
from typing import Literal

Relation = Literal["same", "moved", "changed", "rewritten", "added", "removed"]
Group = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Run:
    """Passages that belong together, by their indexes on both sides. ``at`` is its place in ``group``, counted in
    passages of the document after."""

    relation: Relation
    group: Group
    at: int
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
