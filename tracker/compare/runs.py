"""What passages came to, in the words that the other modules share."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tracker.model import Disclosure

Relation = Literal["same", "moved", "changed", "rewritten", "added", "removed"]
Group = tuple[str, str | None]
"""A section, and the statement whose words these are, if any: what is compared with what."""


def grouped(indexes: Iterable[int], disclosure: Disclosure) -> dict[Group, list[int]]:
    """Return passages, by their indexes, in the groups that they belong to."""
    groups: defaultdict[Group, list[int]] = defaultdict(list)
    for index in indexes:
        passage = disclosure.passages[index]
        groups[passage.section, passage.statement].append(index)
    return dict(groups)


@dataclass(frozen=True, slots=True)
class Run:
    """Passages that belong together, by their indexes on both sides. ``at`` is its place in ``group``, counted in
    passages of the document after."""

    relation: Relation
    group: Group
    at: int
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
