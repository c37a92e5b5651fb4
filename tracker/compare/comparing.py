"""The whole comparison, in the order in which it happens."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from tracker.amounts import FEN
from tracker.compare import figures, numbering, sections, tables
from tracker.compare.figures import Pair, Place
from tracker.compare.masks import View, mask
from tracker.compare.passages import Passages
from tracker.compare.planned import planned
from tracker.compare.reasons import explained
from tracker.compare.recognized import marked
from tracker.compare.restated import restated
from tracker.compare.runs import Run
from tracker.compare.still import NOTHING, Still, still
from tracker.compare.structure import Structure
from tracker.compare.words import Words
from tracker.model import Axis, Change, Comparison, Disclosure, Figure
from tracker.taxonomy import Taxonomy


def compare(before: Disclosure, after: Disclosure, axis: Axis, taxonomy: Taxonomy) -> Comparison:
    """Return what changed from ``before`` to ``after``, each difference once.

    Changes stand in document order on the axis of revisions, by size of movement on the others. Disclosures with
    equal digests are equal: nothing else is looked at.
    """
    if before.digest and before.digest == after.digest and before.identity == after.identity:
        return Comparison(axis=axis)
    if axis == "budget":
        found = planned(before, after)
        return Comparison(axis=axis, changes=_told(found, before, after, axis))
    ranks = _ranks(before, after)
    views = _view(before, after, axis), _view(after, before, axis)
    alike = still(before, after) if axis == "revision" and views[0] == views[1] else NOTHING
    structure = Structure(before, after, views, axis, taxonomy, ranks, alike.statements)
    passages, paired = _paired(before, after, views, structure.codes, alike, axis)
    runs, whole = sections.whole(paired, before, after, axis, ranks)
    words = Words(passages, views, axis, ranks)
    words.read(runs)
    pairs = [
        *_table_pairs(before, after, structure, ranks, alike.statements),
        *_spanless_pairs(before, after, ranks),
        *_alike(words.pairs, structure.apart),
    ]
    found = [
        *structure.changes,
        *sections.order(before, after, axis, ranks),
        *whole,
        *words.changes,
        *figures.changes(pairs, after.figures, axis),
        *(restated(before, after, structure.apart) if axis == "year" else []),
    ]
    return Comparison(
        axis=axis,
        changes=_told(found, before, after, axis),
        links=structure.links,
        outcome="too_large" if words.too_large else "compared",
    )


def _told(
    found: Sequence[tuple[Place, Change]], before: Disclosure, after: Disclosure, axis: Axis
) -> tuple[Change, ...]:
    """Return the changes in their order, with the reasons that the text gives, and with what they rest on."""
    return tuple(marked(explained(_ordered(found, axis), after, axis), before, after))


def _paired(
    before: Disclosure,
    after: Disclosure,
    views: tuple[View, View],
    codes: Mapping[str, str],
    alike: Still,
    axis: Axis,
) -> tuple[Passages, list[Run]]:
    """Pair the passages that do not stand still; where list numbers differ all are paired, since a number follows
    from those before it."""
    masked = mask(before, views[0], alike.before), mask(after, views[1], alike.after)
    passages = Passages(*masked, before, after, codes, years=axis == "year")
    runs = passages.pair()
    if alike.before and numbering.suspects(passages.before, passages.after, runs):
        return _paired(before, after, views, codes, NOTHING, axis)
    return passages, runs


def _view(own: Disclosure, other: Disclosure, axis: Axis) -> View:
    """Return how a document is seen beside the other: relative years on the axis of years, a renamed unit's name."""
    renamed = own.identity.unit != other.identity.unit and own.identity.unit and other.identity.unit
    units = {statement.id for statement in other.statements if statement.unit}
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


def _table_pairs(
    before: Disclosure,
    after: Disclosure,
    structure: Structure,
    ranks: Mapping[str, float],
    alike: Collection[str],
) -> list[Pair]:
    """Pair the figures of statements by their keys, lines under the ids that they have after."""
    one, two = tables.by_statement(before), tables.by_statement(after)
    lines_before, lines_after = tables.lines_of(before), tables.lines_of(after)
    found: list[Pair] = []
    for n, statement in enumerate(dict.fromkeys([*two, *one])):
        if statement in structure.uncompared or statement in alike:
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


def _spanless_pairs(before: Disclosure, after: Disclosure, ranks: Mapping[str, float]) -> list[Pair]:
    """Pair by their keys the figures of sections that stand in no passage."""
    one, two = _spanless(before), _spanless(after)
    found: list[Pair] = []
    for section in dict.fromkeys([*two, *one]):
        old, new = ([(f.key, f) for f in side.get(section, [])] for side in (one, two))
        found += tables.pairs(old, new, ranks.get(section, 0.0), 0)
    return found


def _spanless(disclosure: Disclosure) -> dict[str, list[Figure]]:
    spanned = {span.figure for passage in disclosure.passages for span in passage.spans}
    found: dict[str, list[Figure]] = {}
    for n, figure in enumerate(disclosure.figures):
        if figure.section is not None and n not in spanned:
            found.setdefault(figure.section, []).append(figure)
    return found


def _alike(pairs: Sequence[Pair], apart: set[str]) -> list[Pair]:
    """Leave out pairs of codes that do not mean the same on both sides: the change of the lines holds them."""
    if not apart:
        return list(pairs)
    return [p for p in pairs if not any(one is not None and one.code in apart for one in (p.before, p.after))]


def _ordered(found: Sequence[tuple[Place, Change]], axis: Axis) -> list[Change]:
    """Order revisions as the document runs; the other axes by size of movement, then key, then as it runs."""
    placed = sorted(found, key=lambda one: one[0])
    if axis == "revision":
        return [change for _, change in placed]
    return [change for _, change in sorted(placed, key=lambda one: (-_size(one[1]), one[1].key or ""))]


def _size(change: Change) -> Decimal:
    """Return the size of a movement in 分; 0 where it is no money, or the difference of two stated differences."""
    unit = change.unit_after or change.unit_before
    if change.delta is None or unit not in FEN or change.role in figures.MOVEMENTS:
        return Decimal(0)
    return abs(Decimal(change.delta) * FEN[unit])
