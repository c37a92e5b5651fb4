# ruff: noqa: E501  Chinese counts double
"""Planted events: two documents and what must be recorded between them. See docs/events.md for the table.

``REVISIONS`` are two states of one document, ``YEARS`` the documents of two years. Each takes a seed and a layout and
returns an `Event`; the same arguments give the same event.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.generator.layouts import document
from tests.generator.ledger import Ledger, Project, evolve, make
from tests.generator.numbers import grouped, scaled
from tests.generator.paper import Block, Cell, Document, Mark, Paragraph, Run, Sheet, joined
from tests.generator.truth import Expected, differences, figures, place, reworded
from tests.generator.vocabulary import NAMES, NEXT_REASONS, OTHER_REASONS, REASONS_DOWN, REASONS_UP


@dataclass(frozen=True, slots=True)
class Event:
    """``held``: the second document is damaged and must be held, nothing recorded. ``codes`` says which code of the
    later document had which one in the earlier."""

    name: str
    axis: str
    before: Document
    after: Document
    expected: tuple[Expected, ...]
    held: bool = False
    codes: Mapping[str, str] | None = None


class NoRoomError(Exception):
    """This seed's document has no place for the event; `revision` and `year` then try the next seed."""


def revision(name: str, seed: int, layout: str) -> Event:
    """Plant the revision ``name`` into the document of ``seed``, or of the next seed that has room for it."""
    return _first(REVISIONS[name], seed, layout)


def year(name: str, seed: int, layout: str) -> Event:
    """Plant the event ``name`` between two years of the unit of ``seed``, or of the next seed that has room for it."""
    return _first(YEARS[name], seed, layout)


def _first(plant: Callable[[int, str], Event], seed: int, layout: str) -> Event:
    for attempt in range(60):
        try:
            return plant(seed + 1_000 * attempt, layout)
        except NoRoomError:
            continue
    raise NoRoomError(f"{plant.__name__}: no seed near {seed} has room")


# -- edits of a document ---------------------------------------------------------------------------------------------


def _replaced(doc: Document, at: int, block: Block) -> Document:
    return doc.with_blocks((*doc.blocks[:at], block, *doc.blocks[at + 1 :]))


def _remarked(doc: Document, old: Mark, new: Mark) -> Document:
    """Replace one mark, found by identity, at its place."""
    for at, block in enumerate(doc.blocks):
        if not any(mark is old for mark in block.marks):
            continue
        if isinstance(block, Paragraph):
            runs = tuple(new if run is old else run for run in block.runs)
            return _replaced(doc, at, replace(block, runs=runs))
        rows = tuple(
            tuple(Cell(new.printed, new, c.colspan, c.rowspan) if c.mark is old else c for c in r) for r in block.rows
        )
        return _replaced(doc, at, replace(block, rows=rows))
    raise ValueError("the mark stands nowhere in the document")


def _worded(doc: Document, paragraph: Paragraph, old: str, new: str) -> Document:
    runs: list[Run] = [run.replace(old, new) if isinstance(run, str) else run for run in paragraph.runs]
    at = doc.blocks.index(paragraph)
    return _replaced(doc, at, replace(paragraph, runs=joined(runs)))


def _digit(mark: Mark, rng: random.Random) -> Mark:
    """Another figure of the same length and decimals: one digit differs, never the first to 0."""
    digits = [i for i, c in enumerate(mark.text) if c.isdigit()]
    at = rng.choice(digits[:-1] or digits)
    choices = [c for c in "123456789" if c != mark.text[at]]
    text = mark.text[:at] + rng.choice(choices) + mark.text[at + 1 :]
    sign = "-" if mark.value.startswith("-") else ""
    return replace(mark, text=text, value=sign + text.replace(",", ""))


def _start(seed: int, layout: str) -> tuple[random.Random, Ledger, Document]:
    ledger = make(seed)
    return random.Random(f"event {seed}"), ledger, document(ledger, layout)


def _figure_change(doc: Document, old: Mark, new: Mark, aspect: str, *, stale: bool = True) -> Expected:
    same = [f for block, m in doc.marks() if m.fact == old.fact and m is not old for f in figures(_only(doc, block, m))]
    here = next(f for block, m in doc.marks() if m is old for f in figures(_only(doc, block, m)))
    return Expected(
        subject="figure",
        kind="changed",
        aspect=aspect,
        fact=old.fact,
        before=old.value,
        after=new.value,
        section=here.where,
        places=(place(here),),
        stale=tuple(place(f) for f in same) if stale else (),
        unit_before=old.unit,
        unit_after=new.unit,
        role=old.role,
    )


def _only(doc: Document, block: Block, mark: Mark) -> Document:
    """A document of nothing but one mark, to describe it."""
    if isinstance(block, Sheet):
        return doc.with_blocks((replace(block, rows=((Cell(mark.printed, mark),),)),))
    return doc.with_blocks((replace(block, runs=(mark,)),))


# -- revisions -------------------------------------------------------------------------------------------------------


def figure_everywhere(seed: int, layout: str) -> Event:
    """A quantity of the ledger is corrected and every figure that follows from it; the words stay."""
    rng, ledger, before = _start(seed, layout)
    leaves = sorted(k for k, v in ledger.leaves.items() if v > 100 and k.split(".")[0] in _REVISABLE)
    rng.shuffle(leaves)
    for leaf in leaves:
        value = ledger.leaves[leaf]
        changed = ledger.revised({leaf: value + max(1, value * rng.randint(1, 6) // 100)})
        after = document(changed, layout)
        expected = differences(before, after)
        if expected and all(e.subject == "figure" for e in expected):
            return Event("figure_everywhere", "revision", before, after, expected)
    raise NoRoomError


_REVISABLE = ("economic", "project", "procure", "visits", "work", "three", "initial", "fundspent", "cars")


def figure_in_one_place(seed: int, layout: str) -> Event:
    """A figure that stands in several places is corrected in one of them: the others are stale."""
    rng, _, before = _start(seed, layout)
    count: dict[str, int] = {}
    for _, mark in before.marks():
        count[mark.fact] = count.get(mark.fact, 0) + 1
    marks = [
        m
        for _, m in before.marks()
        if count[m.fact] > 1 and m.tail in ("万元", "") and m.unit == "万元" and len(m.text) > 3
    ]
    old = rng.choice(marks)
    new = _digit(old, rng)
    expected = _figure_change(before, old, new, "value")
    return Event("figure_in_one_place", "revision", before, _remarked(before, old, new), (expected,))


def percent_corrected(seed: int, layout: str) -> Event:
    """A percentage that stands once is corrected."""
    rng, _, before = _start(seed, layout)
    count: dict[str, int] = {}
    for _, mark in before.marks():
        count[mark.fact] = count.get(mark.fact, 0) + 1
    old = rng.choice(
        [m for b, m in before.marks() if m.tail == "%" and count[m.fact] == 1 and isinstance(b, Paragraph)]
    )
    new = _digit(old, rng)
    expected = _figure_change(before, old, new, "value")
    return Event("percent_corrected", "revision", before, _remarked(before, old, new), (expected,))


def reason_reworded(seed: int, layout: str) -> Event:
    """The reason given for a movement is exchanged; no figure changes."""
    rng, ledger, before = _start(seed, layout)
    topics = sorted(ledger.reasons)
    rng.shuffle(topics)
    for topic in topics:
        others = [r for r in (*REASONS_UP, *REASONS_DOWN, *OTHER_REASONS) if r not in ledger.reasons.values()]
        after = document(replace(ledger, reasons={**ledger.reasons, topic: rng.choice(others)}), layout)
        expected = differences(before, after)
        if len(expected) == 1:
            return Event("reason_reworded", "revision", before, after, expected)
    raise NoRoomError


_REWORDINGS = (
    ("组织从业人员培训", "组织基层骨干轮训"), ("系统建设、数据管理", "系统运维、数据治理"), ("受理、审核、登记", "受理、审查、登记"),
    ("办公室、业务科", "综合科、业务科"), ("日常任务", "日常工作"), ("含利息", "含存款利息"), ("更晚年度", "以后年度"),
    ("闭环管理机制", "闭环整改机制"), ("学员测评", "参训人员测评"), ("偏远村组", "边远村组"),
)  # fmt: skip


def sentence_reworded(seed: int, layout: str) -> Event:
    """Some words of one sentence are exchanged."""
    rng, _, before = _start(seed, layout)
    found = [(p, old, new) for p in before.paragraphs for old, new in _REWORDINGS if old in p.text]
    if not found:
        raise NoRoomError
    paragraph, old, new = rng.choice(found)
    after = _worded(before, paragraph, old, new)
    return Event("sentence_reworded", "revision", before, after, differences(before, after))


def date_corrected(seed: int, layout: str) -> Event:
    """A date is corrected: a day as of which something is counted, or the day of publication."""
    rng, ledger, before = _start(seed, layout)
    y = ledger.year
    dates = (
        (f"{y}年12月31日", f"{y}年11月30日"),
        (f"{y + 1}年9月28日", f"{y + 1}年10月8日"),
        (f"{y}年12月31日", f"{y - 1}年12月31日"),
    )
    found = [(p, old, new) for p in before.paragraphs for old, new in dates if old in p.text]
    paragraph, old, new = rng.choice(found)
    after = _worded(before, paragraph, old, new)
    expected = reworded(paragraph.text, paragraph.text.replace(old, new), paragraph.section)
    return Event("date_corrected", "revision", before, after, (expected,))


def _movable(doc: Document) -> list[list[Paragraph]]:
    """Paragraphs that may leave their place: duties, and works with their headings."""
    groups: dict[str, list[Paragraph]] = {}
    for p in doc.paragraphs:
        topic, _, name = p.key.partition("/")
        if (topic == "duties" and name.startswith("duty.")) or (
            topic == "work" and name.startswith(("work.", "heading."))
        ):
            groups.setdefault(f"{topic} {name.split('.')[-1]}", []).append(p)
    return list(groups.values())


def paragraph_moved(seed: int, layout: str) -> Event:
    """A paragraph, with its heading where it has one, stands in another place of its section."""
    rng, _, before = _start(seed, layout)
    groups = _movable(before)
    topic = rng.choice(("duties", "work"))
    peers = [g for g in groups if g[0].section == topic]
    if len(peers) < 3:
        raise NoRoomError
    # Far enough that it is this one that moved, not its neighbours around it.
    moved, others = peers[0], peers[1:]
    words = "".join(p.text for p in moved)
    blocks = [b for b in before.blocks if not any(b is p for p in moved)]
    at = next(i for i, b in enumerate(blocks) if b is others[-1][-1]) + 1
    after = before.with_blocks((*blocks[:at], *moved, *blocks[at:]))
    expected = Expected("passage", "moved", "wording", text_before=words, text_after=words, section=topic)
    return Event("paragraph_moved", "revision", before, after, (expected,))


def without(doc: Document, topic: str, *, last: bool = False) -> Document:
    """The document without the first (or last) movable paragraph of ``topic`` (duties, work), its heading included."""
    gone = [g for g in _movable(doc) if g[0].section == topic][-1 if last else 0]
    return doc.with_blocks(tuple(b for b in doc.blocks if not any(b is p for p in gone)))


def paragraph_deleted(seed: int, layout: str) -> Event:
    """One paragraph, or several that stand together, are gone; their figures are context."""
    rng, _, before = _start(seed, layout)
    gone = rng.choice(_movable(before))
    after = before.with_blocks(tuple(b for b in before.blocks if not any(b is p for p in gone)))
    return Event("paragraph_deleted", "revision", before, after, differences(before, after))


def paragraph_added(seed: int, layout: str) -> Event:
    """The reverse of a deletion."""
    event = paragraph_deleted(seed, layout)
    expected = differences(event.after, event.before)
    return Event("paragraph_added", "revision", event.after, event.before, expected)


def line_appears(seed: int, layout: str) -> Event:
    """A line enters the tables, its item enters the narrative; sums follow."""
    return _line(seed, layout, "line_appears", appears=True)


def line_disappears(seed: int, layout: str) -> Event:
    """A line leaves the tables, its item leaves the narrative; the tables still add up."""
    return _line(seed, layout, "line_disappears", appears=False)


def _line(seed: int, layout: str, name: str, *, appears: bool) -> Event:
    ledger = make(seed)
    if ledger.amount("line.223.spent") or "fundspent.2120803" in ledger.leaves:
        raise NoRoomError
    fuller = ledger.revised({"subsidy.2210203": 1_000 + seed % 700, "initial.2210203": 1_000 + seed % 700})
    a, b = document(ledger, layout), document(fuller, layout)
    before, after = (a, b) if appears else (b, a)
    return Event(name, "revision", before, after, differences(before, after))


def columns_reordered(seed: int, layout: str) -> Event:
    """The columns of a table stand in another order: nothing is recorded."""
    rng, _, before = _start(seed, layout)
    statement, n = rng.choice((("final.02", 7), ("final.03", 6)))
    at = next(i for i, b in enumerate(before.blocks) if isinstance(b, Sheet) and b.statement == statement)
    sheet = before.blocks[at]
    assert isinstance(sheet, Sheet)
    order = list(range(n))
    while order == sorted(order):
        rng.shuffle(order)
    rows: list[tuple[Cell, ...]] = []
    for i, row in enumerate(sheet.rows):
        if i == 1:  # the second row of the head holds the names of the code's columns only
            rows.append(row)
            continue
        lead, cells = row[:-n], row[-n:]
        rows.append((*lead, *(cells[j] for j in order)))
    after = _replaced(before, at, replace(sheet, rows=tuple(rows)))
    return Event("columns_reordered", "revision", before, after, ())


def unit_only(seed: int, layout: str) -> Event:
    """An amount of the narrative is printed in 元 instead of 万元: the same amount."""
    rng, _, before = _start(seed, layout)
    old = rng.choice([m for _, m in before.marks() if m.tail == "万元" and m.role == "actual" and m.value.strip("0.")])
    whole, _, fraction = old.value.partition(".")
    yuan = str(int(whole + fraction.ljust(4, "0")))
    text = grouped(yuan) if "," in old.text else yuan
    new = replace(old, text=text, tail="元", value=yuan, unit="元")
    expected = _figure_change(before, old, new, "unit", stale=False)
    return Event("unit_only", "revision", before, _remarked(before, old, new), (expected,))


def sign_flipped(seed: int, layout: str) -> Event:
    """An amount in a table that stands nowhere else turns negative."""
    rng, _, before = _start(seed, layout)
    count: dict[str, int] = {}
    for _, mark in before.marks():
        count[mark.fact] = count.get(mark.fact, 0) + 1
    marks = [
        m
        for b, m in before.marks()
        if isinstance(b, Sheet) and b.statement in ("final.06", "final.09") and count[m.fact] == 1
    ]
    if not marks:
        raise NoRoomError
    old = rng.choice(marks)
    new = replace(old, text="-" + old.text, value="-" + old.value)
    expected = _figure_change(before, old, new, "sign")
    return Event("sign_flipped", "revision", before, _remarked(before, old, new), (expected,))


def decimals_only(seed: int, layout: str) -> Event:
    """A figure is printed with other decimals: the same amount."""
    rng, _, before = _start(seed, layout)
    marks = [
        m
        for _, m in before.marks()
        if m.tail == "万元" and m.role == "actual" and (m.value.endswith("0") != ("." not in m.value))
    ]
    if not marks:
        raise NoRoomError
    old = rng.choice(marks)
    if "." in old.value:
        text, value = old.text.rstrip("0").rstrip("."), old.value.rstrip("0").rstrip(".")
    else:
        text, value = old.text + ".00", old.value + ".00"
    new = replace(old, text=text, value=value)
    expected = _figure_change(before, old, new, "decimals", stale=False)
    return Event("decimals_only", "revision", before, _remarked(before, old, new), (expected,))


def table_broken(seed: int, layout: str) -> Event:
    """A 款 with its 项 is missing from a table that no longer adds up: held, nothing recorded."""
    rng, _, before = _start(seed, layout)
    statement = rng.choice(("final.03", "final.05"))
    at = next(i for i, b in enumerate(before.blocks) if isinstance(b, Sheet) and b.statement == statement)
    sheet = before.blocks[at]
    assert isinstance(sheet, Sheet)
    rows = tuple(r for r in sheet.rows if not any(c.mark and (c.mark.code or "").startswith("22102") for c in r))
    return Event("table_broken", "revision", before, _replaced(before, at, replace(sheet, rows=rows)), (), held=True)


def table_gone(seed: int, layout: str) -> Event:
    """A table is missing while its heading stands: held, nothing recorded."""
    rng, _, before = _start(seed, layout)
    statement = rng.choice(("final.02", "final.03", "final.05", "final.06"))
    blocks = tuple(b for b in before.blocks if not (isinstance(b, Sheet) and b.statement == statement))
    return Event("table_gone", "revision", before, before.with_blocks(blocks), (), held=True)


REVISIONS: dict[str, Callable[[int, str], Event]] = {
    plant.__name__: plant
    for plant in (
        figure_everywhere, figure_in_one_place, percent_corrected, reason_reworded, sentence_reworded, date_corrected,
        paragraph_moved, paragraph_deleted, paragraph_added, line_appears, line_disappears, columns_reordered, unit_only,
        sign_flipped, decimals_only, table_broken, table_gone,
    )
}  # fmt: skip


# -- years -----------------------------------------------------------------------------------------------------------


def _years(seed: int) -> tuple[random.Random, Ledger, Ledger]:
    rng = random.Random(f"years {seed}")
    ledger = make(seed)
    return rng, ledger, evolve(ledger, seed + 7)


def _pair(
    name: str, ledger: Ledger, following: Ledger, layout: str, *, codes: Mapping[str, str] | None = None
) -> Event:
    before = document(ledger, layout, line_differences=True)
    after = document(following, layout, line_differences=True)
    return Event(name, "year", before, after, differences(before, after, codes=codes), codes=codes)


def next_year(seed: int, layout: str) -> Event:
    """The year after, nothing planted: every amount moves, the words stay."""
    _, ledger, following = _years(seed)
    return _pair("next_year", ledger, following, layout)


def reasons_exchanged(seed: int, layout: str) -> Event:
    """The year after gives other reasons."""
    rng, ledger, following = _years(seed)
    reasons = {topic: rng.choice(NEXT_REASONS) for topic in following.reasons}
    return _pair("reasons_exchanged", ledger, replace(following, reasons=reasons), layout)


def unit_renamed(seed: int, layout: str) -> Event:
    """The unit has another name, as its aliases say: the name is no wording of the sentences that say it."""
    _, ledger, following = _years(seed)
    name = (
        following.unit.replace("中心", "服务保障中心")
        if "中心" in following.unit
        else following.unit.removesuffix("馆") + "艺术发展中心"
    )
    plain = _pair("unit_renamed", ledger, following, layout)
    after = document(replace(following, unit=name), layout, line_differences=True)
    said = Expected("structure", "changed", "renamed", before=ledger.unit, after=name)
    return replace(plain, after=after, expected=(*plain.expected, said))


def line_new(seed: int, layout: str) -> Event:
    """A line that last year did not have."""
    _, ledger, following = _years(seed)
    if ledger.amount("line.223.spent"):
        raise NoRoomError
    amount = 900 + seed % 500
    return _pair("line_new", ledger, following.revised({"subsidy.2210203": amount, "initial.2210203": amount}), layout)


def line_gone(seed: int, layout: str) -> Event:
    """A line that this year no longer has."""
    ledger = make(seed)
    if ledger.amount("line.223.spent"):
        raise NoRoomError
    amount = 900 + seed % 500
    fuller = ledger.revised({"subsidy.2210203": amount, "initial.2210203": amount})
    following = evolve(fuller, seed + 7)
    return _pair("line_gone", fuller, following.revised({"subsidy.2210203": 0, "initial.2210203": 0}), layout)


def _recoded(ledger: Ledger, old: str, new: str, *, name: str) -> Ledger:
    leaves = {".".join(new if part == old else part for part in key.split(".")): v for key, v in ledger.leaves.items()}
    projects = tuple(Project(p.name, new if p.code == old else p.code) for p in ledger.projects)
    reasons = {new if key == old else key: reason for key, reason in ledger.reasons.items()}
    return replace(ledger, leaves=leaves, projects=projects, reasons=reasons, names={**ledger.names, new: name})


def line_renumbered(seed: int, layout: str) -> Event:
    """A line has another code and keeps its name: compared with last year's line, not gone and come."""
    _, ledger, following = _years(seed)
    old = following.projects[0].code
    used = {*following.items(), *NAMES}
    new = next((str(int(old) + k) for k in range(1, 5) if str(int(old) + k) not in used), None)
    between = new and any(old < code < new for code in following.items())
    if new is None or between:
        raise NoRoomError
    following = _recoded(following, old, new, name=NAMES[old])
    if following.before is not None:
        following = replace(following, before=_recoded(following.before, old, new, name=NAMES[old]))
    event = _pair("line_renumbered", ledger, following, layout, codes={new: old})
    said = Expected("structure", "changed", "renumbered", before=old, after=new)
    return replace(event, expected=(*event.expected, said))


def _merged(ledger: Ledger) -> Ledger:
    """The ledger with the second project's line put into the first's."""
    first, second = ledger.projects[0].code, ledger.projects[1].code
    leaves = dict(ledger.leaves)
    leaves[f"project.{first}"] += leaves.pop(f"project.{second}")
    leaves[f"initial.{first}"] += leaves.pop(f"initial.{second}", 0)
    leaves["planned.0"] += leaves.pop("planned.1", 0)
    leaves = {k: v for k, v in leaves.items() if not k.startswith("indicator.1.")}
    return replace(ledger, leaves=leaves, projects=ledger.projects[:1])


def lines_merged(seed: int, layout: str) -> Event:
    """Two lines of last year are one this year; the text's difference is to their sum (the implied prior fits)."""
    _, ledger, following = _years(seed)
    if len(ledger.projects) < 2:
        raise NoRoomError
    if len({ledger.sides.get(project.code) for project in ledger.projects}) > 1:
        raise NoRoomError  # else the words for larger and smaller change with the merger
    merged = replace(_merged(following), before=_merged(ledger))
    event = _pair("lines_merged", ledger, merged, layout)
    return replace(event, expected=_linked(event, "merged", ledger))


def lines_split(seed: int, layout: str) -> Event:
    """One line of last year is two this year; their differences are to its parts."""
    _, ledger, following = _years(seed)
    if len(ledger.projects) < 2:
        raise NoRoomError
    if len({ledger.sides.get(project.code) for project in ledger.projects}) > 1:
        raise NoRoomError
    event = _pair("lines_split", _merged(ledger), following, layout)
    return replace(event, expected=_linked(event, "split", ledger))


def _linked(event: Event, kind: str, ledger: Ledger) -> tuple[Expected, ...]:
    """Say the two lines' amounts as one change of structure, with the sum on the side where they are two."""
    lines = tuple(f"line.{project.code}." for project in ledger.projects[:2])

    def total(doc: Document) -> str:
        """The lines' expenditure from all sources."""
        tables = {"final.03": "本年支出合计", "budget.03": "合计"}
        found = [f for f in figures(doc) if f.statement in tables and f.measure == tables[f.statement]]
        return str(sum(Decimal(f.value) for f in found if f.fact in {f"{line}spent" for line in lines}))

    kept = tuple(e for e in event.expected if not (e.fact or "").startswith(lines))
    return (*kept, Expected("structure", kind, "line", before=total(event.before), after=total(event.after)))


def last_year_restated(seed: int, layout: str) -> Event:
    """This year compares with another last year than last year's document published: said once."""
    rng, ledger, following = _years(seed)
    leaf = f"project.{ledger.projects[0].code}"
    shift = max(11, ledger.leaves[leaf] // rng.randint(40, 90))
    restated = ledger.revised({leaf: ledger.leaves[leaf] - shift if ledger.growth else ledger.leaves[leaf] + shift})
    event = _pair("last_year_restated", ledger, replace(following, before=restated), layout)
    facts = [f for f in ("grand", "income", "expenditure", "fiscal.grand", "general.spent") if ledger.amount(f)]
    prior = [e for e in event.expected if e.fact in facts]
    said = Expected(
        subject="figure",
        kind="changed",
        aspect="restated",
        fact="general.spent",
        before=scaled(ledger.amount("general.spent"), 2),
        after=scaled(restated.amount("general.spent"), 2),
        places=tuple(p for e in prior for p in e.places),
        role="actual",
    )
    return replace(event, expected=(*event.expected, said))


def year_left_standing(seed: int, layout: str) -> Event:
    """A year of last year's document was not updated: on the year axis it shows."""
    rng, ledger, following = _years(seed)
    event = _pair("year_left_standing", ledger, following, layout)
    y = following.year
    found = [p for p in event.after.paragraphs if f"截至{y}年12月31日" in p.text]
    after = _worded(event.after, rng.choice(found), f"{y}年12月31日", f"{y - 1}年12月31日")
    return replace(event, after=after, expected=differences(event.before, after))


YEARS: dict[str, Callable[[int, str], Event]] = {
    plant.__name__: plant
    for plant in (
        next_year, reasons_exchanged, unit_renamed, line_new, line_gone, line_renumbered, lines_merged, lines_split,
        last_year_restated, year_left_standing,
    )
}  # fmt: skip

PLANNED = ("next_year", "unit_renamed", "line_new", "line_gone", "line_renumbered", "lines_merged", "lines_split")
"""The events between years that a budget has room for: it gives no reasons, no dates, and no last year but its plan."""
