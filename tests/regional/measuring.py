"""What is read of a regional document, against its truth."""

from collections import Counter
from dataclasses import dataclass
from typing import cast

from scrapers.decode import decode
from tests.regional.marked import Document, load, truth
from tests.truth.matching import DEPTHS, Depth, Row, Score, in_narrative, in_tables, recorded, score
from tracker import taxonomy
from tracker.model import Disclosure
from tracker.normalize import normalize


@dataclass(frozen=True)
class Measure:
    """A reading beside the truth."""

    document: Document
    disclosure: Disclosure
    tables: dict[Depth, Score]
    narrative: dict[Depth, Score]
    everything: Score

    @property
    def precision(self) -> float:
        """The share of the recorded figures that answer one of the list, by value."""
        return 1 - len(self.everything.beyond) / max(1, len(self.disclosure.figures))

    @property
    def identity(self) -> dict[str, tuple[object, object]]:
        """What of the identity is not as it should be: the truth, and what was read."""
        true = cast("dict[str, object]", self.document.truth["identity"])
        read = {name: getattr(self.disclosure.identity, name) for name in true}
        return {name: (true[name], read[name]) for name in true if true[name] != read[name]}

    @property
    def sections(self) -> list[str]:
        """The sections that are not found."""
        return [name for name in truth(self.document, "sections") if name not in self.disclosure.sections]

    @property
    def statements(self) -> dict[str, tuple[str, str | None]]:
        """The statements whose state is another: the truth, and what was read."""
        true = cast("dict[str, str]", self.document.truth["statements"])
        read = {statement.id: statement.state for statement in self.disclosure.statements}
        return {name: (state, read.get(name)) for name, state in true.items() if read.get(name) != state}

    @property
    def grabbed(self) -> list[Row]:
        """Recorded figures that are a date, a document number, a threshold or the like."""
        never = truth(self.document, "never")
        return [row for row in recorded(self.disclosure.figures) if row["value"] in never]

    @property
    def repeated(self) -> list[str]:
        """Keys of table figures that stand more than once."""
        keys = Counter(figure.key for figure in self.disclosure.figures if figure.statement)
        return [key for key, count in keys.items() if count > 1]


def measure(name: str) -> Measure:
    """Read the document ``name`` and hold it against its truth."""
    document = load(name)
    decoded = decode(document.text.encode("utf-8"), name=document.file)
    disclosure = normalize(decoded, name=document.file, taxonomy=taxonomy.load())
    found = recorded(disclosure.figures)
    true = document.figures
    return Measure(
        document,
        disclosure,
        {depth: score(in_tables(true), in_tables(found), depth) for depth in DEPTHS},
        {depth: score(in_narrative(true), in_narrative(found), depth) for depth in DEPTHS},
        score(true, found, "value"),
    )
