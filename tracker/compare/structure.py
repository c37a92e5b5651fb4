"""Changes of structure: statements, lines, columns and sections that came, went, moved or were renamed."""

from collections.abc import Sequence

from tracker.compare.figures import Place
from tracker.compare.masks import View
from tracker.compare.passages import Run
from tracker.model import Axis, Change, Disclosure, LineLink
from tracker.taxonomy import Taxonomy


class Structure:
    """What the statements and sections of two disclosures say of their difference."""

    def __init__(
        self,
        before: Disclosure,
        after: Disclosure,
        views: tuple[View, View],
        axis: Axis,
        taxonomy: Taxonomy,
        ranks: dict[str, float],
    ) -> None:
        """Compare the structure of both at once."""
        self.changes: list[tuple[Place, Change]] = []
        self.links: tuple[LineLink, ...] = ()
        self.uncompared: set[str] = set()
        self.renamed: dict[str, dict[str, str]] = {}
        self.gone: dict[str, frozenset[str]] = {}
        self.come: dict[str, frozenset[str]] = {}

    def whole_sections(self, runs: Sequence[Run]) -> Sequence[Run]:
        """Return the runs that no change of structure holds already."""
        return runs
