"""The whole comparison, in the order in which it happens."""

from collections.abc import Sequence

from tracker.compare import figures, tables
from tracker.compare.figures import Pair, Place
from tracker.compare.masks import View, mask
from tracker.compare.passages import Passages
from tracker.compare.structure import Structure
from tracker.compare.words import Words
from tracker.model import Axis, Change, Comparison, Disclosure
from tracker.taxonomy import Taxonomy


def compare(before: Disclosure, after: Disclosure, axis: Axis, taxonomy: Taxonomy) -> Comparison:
    """Return what changed from ``before`` to ``after``, each difference once.

    Changes stand in document order on the axis of revisions, by size of movement on the others. Disclosures with
    equal digests are equal: nothing else is looked at.
    """
    if before.digest and before.digest == after.digest and before.identity == after.identity:
        return Comparison(axis=axis)
    ranks = _ranks(before, after)
    views = _view(before, after, axis), _view(after, before, axis)
    structure = Structure(before, after, views, axis, taxonomy, ranks)
    words = Words(
        Passages(mask(before, views[0]), mask(after, views[1]), before, after), views, axis, lambda s: ranks.get(s, 0.0)
    )
    words.read(structure.whole_sections(words.passages.pair()))
    pairs = [*_table_pairs(before, after, structure, ranks), *words.pairs]
    found = [*structure.changes, *words.changes, *figures.changes(pairs, after.figures, axis)]
    return Comparison(
        axis=axis,
        changes=tuple(_ordered(found, axis)),
        links=structure.links,
        outcome="too_large" if words.too_large else "compared",
    )


def _view(own: Disclosure, other: Disclosure, axis: Axis) -> View:
    """Return how a document is seen beside the other: relative years on the axis of years, a renamed unit's name."""
    renamed = own.identity.unit != other.identity.unit and own.identity.unit and other.identity.unit
    units = {statement.id: statement.unit for statement in other.statements if statement.unit}
    money = {s.id: s.unit for s in own.statements if s.unit and s.id in units}
    return View(
        year=own.identity.year if axis == "year" else None, unit=own.identity.unit if renamed else None, money=money
    )


def _ranks(before: Disclosure, after: Disclosure) -> dict[str, float]:
    """Return the place of every section in the document after; one that is gone stands after what it followed."""
    ranks: dict[str, float] = {}
    for source in (after, before):
        last = 0.0
        for n, section in enumerate(dict.fromkeys([*source.sections, *(p.section for p in source.passages)])):
            if section not in ranks:
                ranks[section] = float(n + 1) if source is after else last + 0.5
            last = ranks[section]
    return ranks


def _table_pairs(before: Disclosure, after: Disclosure, structure: Structure, ranks: dict[str, float]) -> list[Pair]:
    one, two = tables.by_statement(before), tables.by_statement(after)
    lines_before, lines_after = tables.lines_of(before), tables.lines_of(after)
    found: list[Pair] = []
    for n, statement in enumerate(dict.fromkeys([*two, *one])):
        if statement in structure.uncompared:
            continue
        renamed = structure.renamed.get(statement, {})
        gone = structure.gone.get(statement, frozenset())
        come = structure.come.get(statement, frozenset())
        old = [
            (tables.address(before.figures[i], lines_before.get(i), renamed), before.figures[i])
            for i in one.get(statement, [])
            if lines_before.get(i) not in gone
        ]
        new = [
            (after.figures[j].key, after.figures[j]) for j in two.get(statement, []) if lines_after.get(j) not in come
        ]
        found += tables.pairs(old, new, ranks.get("tables", 0.0), n)
    return found


def _ordered(found: Sequence[tuple[Place, Change]], axis: Axis) -> list[Change]:
    if axis == "revision":
        return [change for _, change in sorted(found, key=lambda one: one[0])]
    return [change for _, change in sorted(found, key=lambda one: one[0])]
