"""The lines of two years: links with their evidence, and the mergers, splits and renumberings they show."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tracker.compare import lines
from tracker.compare.figures import Place, amount, movement, multiple, places, plain
from tracker.compare.lines import Link, Row
from tracker.compare.masks import View, mask_label
from tracker.compare.priors import implied
from tracker.model import Change, ChangeKind, Disclosure, Figure, LineLink
from tracker.taxonomy import Taxonomy

Codes = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one statement on both sides; ``at`` is its place in the document."""

    at: Place
    name: str
    before: tuple[Row, ...]
    after: tuple[Row, ...]


@dataclass(slots=True)
class Linking:
    """What the links of two years come to.

    ``renamed`` gives, by statement, the id after of lines before (one that is nobody's: the code means another thing
    now); ``gone`` and ``come`` are lines whose figures a merger or a split holds; ``apart`` are codes that do not mean
    the same on both sides, ``codes`` the codes after of lines that go on under another one.
    """

    links: list[LineLink] = field(default_factory=list[LineLink])
    changes: list[tuple[Place, Change]] = field(default_factory=list[tuple[Place, Change]])
    renamed: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    gone: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    come: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    apart: set[str] = field(default_factory=set[str])
    codes: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class _Entry:
    """A link in one statement, with the rows it joins."""

    table: Table
    link: Link
    before: tuple[Row, ...]
    after: tuple[Row, ...]


def link_years(
    tables: Sequence[Table], before: Disclosure, after: Disclosure, views: tuple[View, View], taxonomy: Taxonomy
) -> Linking:
    """Link the lines of two years; what the text proves of codes in one statement holds for all."""
    priors = implied(after)
    declared = _declared(before, after, taxonomy)

    def same(one: Row, two: Row) -> bool:
        return _same_concept(one, two, (before, after), views, taxonomy)

    found = [lines.across_years(table.before, table.after, priors, declared, same) for table in tables]
    proved = {(k.before, k.after): k for links in found for k in links if k.evidence == "implied"}
    linking = Linking()
    entries: defaultdict[Codes, list[_Entry]] = defaultdict(list)
    for table, links in zip(tables, found, strict=True):
        consistent = _consistent(links, list(proved.values()), table)
        linking.links += lines.evident(table.name, table.before, table.after, consistent)
        one = {row.line.id: row for row in table.before}
        two = {row.line.id: row for row in table.after}
        for link in consistent:
            _follow(link, table.name, link.after[0] in one if link.after else False, linking)
            if link.after:
                rows_before, rows_after = (
                    tuple(one[line] for line in link.before),
                    tuple(two[line] for line in link.after),
                )
                entries[link.before, link.after].append(_Entry(table, link, rows_before, rows_after))
    linking.changes += [_linked(own) for own in entries.values()]
    return linking


def _follow(link: Link, name: str, taken: bool, linking: Linking) -> None:
    """Note what a link means for the figures of its lines; ``taken``: the id after meant another line before."""
    renamed = linking.renamed.setdefault(name, {})
    if not link.after:
        linking.apart.update(link.before)
        renamed.update({line: f"{line}~" for line in link.before})
    elif len(link.before) == len(link.after) == 1:
        renamed[link.before[0]] = linking.codes[link.before[0]] = link.after[0]
        if taken:
            renamed.setdefault(link.after[0], f"{link.after[0]}~")
    else:
        linking.gone[name] = linking.gone.get(name, frozenset()) | set(link.before)
        linking.come[name] = linking.come.get(name, frozenset()) | set(link.after)
        linking.apart.update(link.before, link.after)


def _consistent(links: Sequence[Link], proved: Sequence[Link], table: Table) -> list[Link]:
    """Apply to a statement what the text proved about the same codes in another one."""
    one = {row.line.id for row in table.before if row.total is not None}
    two = {row.line.id for row in table.after if row.total is not None}
    kept: list[Link] = []
    used: set[str] = set()
    for link in [*proved, *links]:
        own = (*link.before, *link.after)
        if one.issuperset(link.before) and two.issuperset(link.after) and used.isdisjoint(own):
            kept.append(link)
            used.update(own)
    return kept


def _declared(before: Disclosure, after: Disclosure, taxonomy: Taxonomy) -> list[Codes]:
    first, last = before.identity.year, after.identity.year
    if first is None or last is None:
        return []
    known = (*taxonomy.functional.renumbered, *taxonomy.economic.renumbered)
    return [(r.before, r.after) for r in known if first < r.year <= last]


def _same_concept(
    one: Row,
    two: Row,
    disclosures: tuple[Disclosure, Disclosure],
    views: tuple[View, View],
    taxonomy: Taxonomy,
) -> bool:
    """Say whether two lines of one code mean the same: alike by name, or the classification knows both names."""
    if lines.alike(mask_label(one.line.label, views[0]), mask_label(two.line.label, views[1])):
        return True
    code = two.line.code
    if code is None:
        return True
    known = taxonomy.functional if code[0] == "2" else taxonomy.economic
    return all(
        known.code(row.line.label, disclosure.identity.year, level=len(code)) == code
        for row, disclosure in zip((one, two), disclosures, strict=True)
    )


def _linked(entries: Sequence[_Entry]) -> tuple[Place, Change]:
    """Return lines that go on as others as one change over all statements."""
    entry = entries[0]
    link, name = entry.link, entry.table.name
    first_before, first_after = next(iter(link.before)), next(iter(link.after))
    kind: ChangeKind = "merged" if len(link.before) > 1 else "split" if len(link.after) > 1 else "changed"
    change = Change(
        axis="year",
        subject="structure",
        kind=kind,
        aspect="renumbered" if kind == "changed" else "line",
        mask=f"{'+'.join(link.before)}→{'+'.join(link.after)}",
        key=f"{name}/{first_after}",
        key_before=f"{name}/{first_before}",
        statement=name,
        code=entry.after[0].line.code,
        label=f"{_names(entry.before)}→{_names(entry.after)}",
        text_after=link.quote or None,
        places=places([row.total for one in entries for row in one.after if row.total is not None]),
    )
    before, after = _sum(entry.before), _sum(entry.after)
    if kind == "changed":
        return entry.table.at, replace(change, before=first_before, after=first_after)
    if before is None or after is None:
        return entry.table.at, change
    delta, growth = movement(before, after)
    return entry.table.at, replace(
        change,
        measure=after.measure,
        role=after.role,
        before=before.value,
        after=after.value,
        unit_before=before.unit,
        unit_after=after.unit,
        delta=delta,
        percent=growth,
    )


def _names(rows: Sequence[Row]) -> str:
    return "、".join(f"{row.line.code or ''}{row.line.label}" for row in rows)


def _sum(rows: Sequence[Row]) -> Figure | None:
    """Return the first total with the sum of all totals as its value, in its unit."""
    figures = [row.total for row in rows if row.total is not None]
    if not figures:
        return None
    factor, _ = multiple(figures[0].unit)
    value = sum((amount(figure).value for figure in figures[1:]), start=amount(figures[0]).value)
    return replace(figures[0], value=plain(value / factor))
