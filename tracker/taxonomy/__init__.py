"""The taxonomy: what differs by region or year, as data (the ``.toml`` files beside this module).

Every variant of a name says where it was seen; a test fails on one that nothing exercises.
"""

from dataclasses import dataclass
from functools import cache

from tracker.taxonomy import bases as _bases
from tracker.taxonomy import classification as _classification
from tracker.taxonomy import corrections as _corrections
from tracker.taxonomy import documents as _documents
from tracker.taxonomy import facts as _facts
from tracker.taxonomy import lines as _lines
from tracker.taxonomy import measures as _measures
from tracker.taxonomy import performance as _performance
from tracker.taxonomy import prose as _prose
from tracker.taxonomy import sections as _sections
from tracker.taxonomy import statements as _statements
from tracker.taxonomy import units_of_measure as _units_of_measure
from tracker.taxonomy.bases import Bases
from tracker.taxonomy.classification import Classification
from tracker.taxonomy.corrections import Corrections
from tracker.taxonomy.documents import Documents
from tracker.taxonomy.facts import Facts
from tracker.taxonomy.lines import Lines
from tracker.taxonomy.measures import Measures
from tracker.taxonomy.performance import FormWords
from tracker.taxonomy.prose import Prose
from tracker.taxonomy.sections import Sections
from tracker.taxonomy.statements import Forms
from tracker.taxonomy.units_of_measure import UnitsOfMeasure


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All the data files, one field each, read once by `load`."""

    forms: Forms
    measures: Measures
    functional: Classification
    economic: Classification
    lines: Lines
    facts: Facts
    bases: Bases
    documents: Documents
    prose: Prose
    sections: Sections
    units_of_measure: UnitsOfMeasure
    performance: FormWords
    corrections: Corrections


@cache
def load() -> Taxonomy:
    """Read the data files that stand beside this module."""
    return Taxonomy(
        forms=_statements.read(),
        measures=_measures.read(),
        functional=_classification.read("functional"),
        economic=_classification.read("economic"),
        lines=_lines.read(),
        facts=_facts.read(),
        bases=_bases.read(),
        documents=_documents.read(),
        prose=_prose.read(),
        sections=_sections.read(),
        units_of_measure=_units_of_measure.read(),
        performance=_performance.read(),
        corrections=_corrections.read(),
    )
