"""Changes of structure: the unit's name, statements, lines and columns that came, went, moved or were renamed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from tracker.compare import lines
from tracker.compare.figures import Place, amount
from tracker.compare.lines import Row
from tracker.compare.linking import Linking, Table, link_years
from tracker.compare.masks import View, mask_label
from tracker.model import Axis, Change, ChangeKind, Disclosure, LineLink, Statement
from tracker.taxonomy import Taxonomy

_Edit = tuple[str, str, str, str]


class Structure:
    """What the statements of two disclosures say of their difference.

    ``uncompared`` are statements whose figures another change holds; ``renamed`` gives, by statement, the id after of
    lines before; ``gone`` and ``come`` are lines whose figures a merger or a split holds; ``apart`` are codes that do
    not mean the same on both sides, ``codes`` the codes after of lines that go on under another one.
    """

    def __init__(
        self,
        before: Disclosure,
        after: Disclosure,
        views: tuple[View, View],
        axis: Axis,
        taxonomy: Taxonomy,
        ranks: Mapping[str, float],
        still: Collection[str] = (),
    ) -> None:
        """Compare the structure of both at once; statements that are ``still`` are alike."""
        self.still = still
        self.before, self.after = before, after
        self.axis: Axis = axis
        self.views = views
        self.taxonomy = taxonomy
        self.ranks = ranks
        self.labels: tuple[Callable[[str], str], Callable[[str], str]] = (
            lambda text: mask_label(text, views[0]),
            lambda text: mask_label(text, views[1]),
        )
        self.changes: list[tuple[Place, Change]] = []
        self.links: tuple[LineLink, ...] = ()
        self.uncompared: set[str] = set()
        self.renamed: dict[str, dict[str, str]] = {}
        self.gone: dict[str, frozenset[str]] = {}
        self.come: dict[str, frozenset[str]] = {}
        self.apart: set[str] = set()
        self.codes: dict[str, str] = {}
        self._identity()
        self._statements()

    def _add(self, at: Place, kind: ChangeKind, aspect: str, mask: str, **more: str | None) -> None:
        change = Change(axis=self.axis, subject="structure", kind=kind, aspect=aspect, mask=mask)
        self.changes.append((at, replace(change, **more)))

    def _identity(self) -> None:
        one, two = self.before.identity.unit, self.after.identity.unit
        if one and two and one != two:
            self._add((0.0, 0, 0), "changed", "renamed", "unit", before=one, after=two)

    def _statements(self) -> None:
        one = {statement.id: statement for statement in self.before.statements}
        two = {statement.id: statement for statement in self.after.statements}
        rank = self.ranks.get("tables", 0.0)
        common: list[tuple[Place, Statement, Statement]] = []
        for n, name in enumerate(dict.fromkeys([*two, *one])):
            old, new = one.get(name), two.get(name)
            at: Place = (rank, n, -1)
            if old is None or new is None:
                title = (old or new or two[name]).title
                kind: ChangeKind = "added" if old is None else "removed"
                self._add(at, kind, "statement", name, statement=name, label=title)
                self.uncompared.add(name)
            elif old.state != new.state:
                self._add(
                    at, "changed", "state", name, statement=name, label=new.title, before=old.state, after=new.state
                )
                self.uncompared.add(name)
            elif name not in self.still:
                common.append((at, old, new))
        labels: dict[_Edit, tuple[Place, str, list[str]]] = {}
        tables: list[Table] = []
        for at, old, new in common:
            self._unit(at, old, new)
            tables.append(Table(at, new.id, lines.rows(old, self.before), lines.rows(new, self.after)))
            self._columns(at, old, new)
            self._stub(at, old, new)
        if self.axis == "year":
            self._link(link_years(tables, self.before, self.after, self.views, self.taxonomy))
        for table in tables:
            self._lines(table, labels)
        for (kind_of, key, old_label, new_label), (at, name, own) in labels.items():
            self._add(
                at,
                "moved" if kind_of == "moved" else "changed",
                {"moved": "line", "recoded": "code"}.get(kind_of, "wording"),
                key,
                statement=name,
                label=new_label if kind_of != "recoded" else key,
                before=old_label,
                after=new_label,
            )
            self.changes[-1] = (at, replace(self.changes[-1][1], places=tuple(own), key=own[0]))

    def _unit(self, at: Place, old: Statement, new: Statement) -> None:
        """Record a statement's unit of money where all its amounts read the same (or the same digits) in the other."""
        if not old.unit or not new.unit or old.unit == new.unit or self.axis != "revision":
            return
        one = {f.key: f for f in self.before.figures if f.statement == old.id}
        two = {f.key: f for f in self.after.figures if f.statement == new.id}
        pairs = [(one[key], two[key]) for key in one if key in two]
        converted = all(a.unit == b.unit or amount(a).says(amount(b)) for a, b in pairs)
        if pairs and len(pairs) == len(one) == len(two) and (converted or all(a.value == b.value for a, b in pairs)):
            self._add(
                at,
                "changed",
                "unit",
                f"{new.id} unit",
                statement=new.id,
                label=new.title,
                before=old.unit,
                after=new.unit,
            )
            self.uncompared.add(new.id)

    def _columns(self, at: Place, old: Statement, new: Statement) -> None:
        # 预算数 and 决算数 of one measure differ in their role alone.
        after = {(column.id, column.role, column.base, column.side): column for column in new.columns}
        for column in old.columns:
            other = after.get((column.id, column.role, column.base, column.side))
            if other is not None and self.labels[0](column.measure) != self.labels[1](other.measure):
                self._add(
                    at,
                    "changed",
                    "wording",
                    f"{new.id} {column.id}",
                    statement=new.id,
                    measure=other.measure,
                    before=column.measure,
                    after=other.measure,
                )

    def _stub(self, at: Place, old: Statement, new: Statement) -> None:
        """Record words of a heading that name no amounts (科目名称), where a state of the document has others."""
        gone, come = ([text for text in a if text not in b] for a, b in ((old.stub, new.stub), (new.stub, old.stub)))
        if self.axis == "revision" and (gone or come):
            before, after = "、".join(gone) or None, "、".join(come) or None
            mask = f"{new.id} stub"
            self._add(at, "changed", "wording", mask, statement=new.id, label=new.title, before=before, after=after)

    def _link(self, linking: Linking) -> None:
        self.links = tuple(linking.links)
        self.changes += linking.changes
        self.renamed, self.gone, self.come = linking.renamed, linking.gone, linking.come
        self.apart, self.codes = linking.apart, linking.codes

    def _lines(self, table: Table, labels: dict[_Edit, tuple[Place, str, list[str]]]) -> None:
        """Find edited labels, parents and codes; one edit of one line over several statements is one change."""
        name, before, after = table.name, table.before, table.after
        by_id = {row.line.id: row for row in after}
        renamed = self.renamed.setdefault(name, {})
        gone, come = self.gone.get(name, frozenset()), self.come.get(name, frozenset())

        def note(kind: str, one: Row, two: Row, old: str, new: str) -> None:
            key = two.line.code or two.line.label if kind != "recoded" else two.line.label
            entry = labels.setdefault((kind, key, old, new), (table.at, name, []))
            entry[2].append(f"{name}/{two.line.id}")

        for row in before:
            other = by_id.get(row.line.id)
            if other is None or row.line.id in gone or row.line.id in renamed or row.line.code in self.apart:
                continue
            if self.labels[0](row.line.label) != self.labels[1](other.line.label):
                note("label", row, other, row.line.label, other.line.label)
        loose_before = [row for row in before if row.line.id not in gone and row.line.id not in renamed]
        taken = set(renamed.values()) | come
        loose_after = [row for row in after if row.line.id not in taken]
        for row, other, kind in lines.edited(loose_before, loose_after, self.labels, years=self.axis == "year"):
            if kind == "recoded" and self.axis != "revision":
                continue
            renamed[row.line.id] = other.line.id
            if kind == "moved":
                if not self._in_place(row, other):
                    note("moved", row, other, row.parent, other.parent)
            elif kind == "recoded":
                note("recoded", row, other, row.line.code or "", other.line.code or "")
            else:
                note("label", row, other, row.line.label, other.line.label)

    def _in_place(self, row: Row, other: Row) -> bool:
        """Say whether a line stands where it stood: only a name in it is another, the renamed unit's (02 表 has a row
        for each unit), and that is a change of its own."""
        one, two = (
            [label(name) for name in each.line.path] for label, each in zip(self.labels, (row, other), strict=True)
        )
        return one == two and row.line.side == other.line.side
