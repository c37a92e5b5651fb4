"""The taxonomy: what differs by region or year, as data (the ``.toml`` files beside this module).

Every variant of a name says where it was seen; a test fails on one that nothing exercises.
"""

from dataclasses import dataclass
from functools import cache

from tracker.taxonomy import lines as _lines
from tracker.taxonomy.lines import Lines


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All the data files, one field each, read once by `load`."""

    lines: Lines


@cache
def load() -> Taxonomy:
    """Read the data files that stand beside this module."""
    return Taxonomy(lines=_lines.read())
