"""Standard tables to statements, lines and figures, whatever their layout, name or place.

``read`` finds them among the tables of all portions: by the words before them, checked against what they hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tracker.folding import fold
from tracker.model import Column, Figure, Kind, Problem, Statement
from tracker.normalize.flow import Portion, Slot, Stretch, Table
from tracker.normalize.statements import cells
from tracker.normalize.statements.body import Body, Place, read_items, read_lines
from tracker.normalize.statements.captions import Caption, caption, notes_end, says_empty
from tracker.normalize.statements.columns import Meaning, meanings
from tracker.normalize.statements.counts import parted, read_counts
from tracker.normalize.statements.formulas import formulas
from tracker.normalize.statements.grid import Row, Structure, note, structure
from tracker.normalize.statements.shape import Shape, shape
from tracker.sums import adds_up, sums
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.statements import Form

NINE = tuple(f"final.{n:02}" for n in range(1, 10))
"""The nine tables of final accounts."""

PLANNED = tuple(f"budget.{n:02}" for n in range(1, 10))
"""The nine tables of a budget."""

_TABLE_SECTIONS = ("tables",)


@dataclass(frozen=True, slots=True)
class Words:
    """Characters ``start:end`` of a stretch: item ``item`` of portion ``portion``."""

    portion: int
    item: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StatementWords:
    """Where a statement's words stand: its caption, its notes and formulas, and (inside the caption) its money unit.

    ``inside`` are the notes that the format puts into rows of the table itself.
    """

    statement: str
    caption: tuple[Words, ...] = ()
    notes: tuple[Words, ...] = ()
    money: Words | None = None
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementsReading:
    """What the tables of a document say.

    ``Line.figures`` index into ``figures``. ``tables`` are the (portion, item) of the tables that were read,
    ``unknown`` those that a problem ``table.unknown`` tells of, ``positions`` where each of the first statements
    begins (those that are missing come after, without a table), ``stands`` those of the nine that another table
    stands for (`_stand_in`),
    ``captions`` where the words around each statement stand. ``numeric`` counts the cells that print an amount in
    tables that look like statements, ``placeholders`` those that print XX: a blank template has none of the former.
    """

    statements: tuple[Statement, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[tuple[int, int], ...] = ()
    captions: tuple[StatementWords, ...] = ()
    problems: tuple[Problem, ...] = ()
    numeric: int = 0
    placeholders: int = 0
    positions: tuple[tuple[int, int], ...] = ()
    unknown: tuple[tuple[int, int], ...] = ()
    stands: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Found:
    """One table with the words around it, before it is read."""

    at: tuple[int, int]
    table: Table
    caption: Caption
    section: str = ""
    form: Form | None = None
    shape: Shape | None = None
    structure: Structure | None = None
    before: list[Words] = field(default_factory=list[Words])
    after: list[Words] = field(default_factory=list[Words])
    money: Words | None = None
    notes: str = ""
    rows: list[Row] = field(default_factory=list[Row])
    more: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    unknown: bool = False
    stands: bool = False
    counts: list[Table] = field(default_factory=list[Table])


def read(portions: Sequence[Portion], *, year: int | None, kind: Kind | None, taxonomy: Taxonomy) -> StatementsReading:
    """Read the standard tables of a document. Pure; linear in the size of the document.

    ``year`` is the fiscal year (the names of the classification, the period of figures), ``kind`` decides whose
    tables they are: a budget and final accounts print other ones under the same names. Unknown means final accounts.
    """
    kind = kind or "final"
    found = _gather(portions, taxonomy, kind)
    problems: list[Problem] = []
    chosen = _choose(found, problems, taxonomy)
    statements: list[Statement] = []
    figures: list[Figure] = []
    words: list[StatementWords] = []
    tables: list[tuple[int, int]] = []
    positions: list[tuple[int, int]] = []
    numeric = placeholders = 0
    for one in chosen:
        if one.form is None or one.structure is None or one.shape is None:
            continue
        statement, body, issues = _statement(one, one.form, one.structure, one.shape, year, taxonomy)
        numeric += one.shape.numeric
        placeholders += body.placeholders
        offset = len(figures)
        figures.extend(body.figures)
        lines = tuple(replace(line, figures=tuple(f + offset for f in line.figures)) for line in statement.lines)
        statements.append(replace(statement, lines=lines))
        words.append(StatementWords(one.form.id, tuple(one.before), tuple(one.after), one.money, _inside(one)))
        tables.extend((one.at, *one.more))
        positions.append(one.at)
        problems.extend(issues)
    _missing(portions, statements, words, taxonomy, kind)
    problems.extend(_repeated(statements))
    return StatementsReading(
        tuple(statements),
        tuple(figures),
        tuple(tables),
        tuple(words),
        tuple(problems),
        numeric,
        placeholders,
        tuple(positions),
        tuple(at for one in found if one.unknown for at in (one.at, *one.more)),
        frozenset(one.form.id for one in chosen if one.form is not None and one.stands),
    )


def _gather(portions: Sequence[Portion], taxonomy: Taxonomy, kind: Kind) -> list[_Found]:
    """Pair every table with the words before and after it; join a table that goes on after a page."""
    found: list[_Found] = []
    waiting: list[tuple[int, int, Stretch]] = []
    for p, portion in enumerate(portions):
        for i, item in enumerate(portion.items):
            if isinstance(item, Stretch):
                waiting.append((p, i, item))
                continue
            if not isinstance(item, Table):
                continue
            whole, counts = parted(item.rows)
            if found and counts and not whole:
                found[-1].counts.append(replace(item, rows=counts))
                found[-1].more.append((p, i))
                waiting.clear()
                continue
            table, inner = _titled(replace(item, rows=whole), taxonomy, kind)
            told, at = _told(waiting, taxonomy, kind)
            told = _merged(told, inner)
            one = _Found((p, i), table, told, portion.section, counts=[replace(item, rows=counts)])
            one.structure = structure(table.rows, taxonomy)
            one.shape = shape(table, one.structure, taxonomy, kind)
            previous = found[-1] if found else None
            aligned = _aligned(one, previous) if previous is not None else None
            if previous is not None and aligned is not None and _goes_on(previous, one, waiting):
                previous.rows.extend(aligned)
                previous.more.append((p, i))
                waiting.clear()
                continue
            if previous is not None:
                _add_notes(previous, waiting, at, portions)
            _add_caption(one, waiting, at)
            found.append(one)
            waiting.clear()
    if found:
        _add_notes(found[-1], waiting, None, portions)
    for one in found:
        if one.rows:
            one.table = Table((*one.table.rows, *one.rows), one.table.page)
            one.structure = structure(one.table.rows, taxonomy)
            one.shape = shape(one.table, one.structure, taxonomy, kind)
    return found


def _told(
    waiting: Sequence[tuple[int, int, Stretch]], taxonomy: Taxonomy, kind: Kind
) -> tuple[Caption, tuple[int, int] | None]:
    """Return what the words before a table say, and in which waiting stretch (index, offset) its name begins."""
    first = Caption()
    for back in range(len(waiting) - 1, max(-1, len(waiting) - 4), -1):
        stretch = waiting[back][2]
        told = caption(stretch.text, taxonomy, hints=stretch.starts, kind=kind)
        if told.form is not None:
            merged = _merged(told, first) if back < len(waiting) - 1 else told
            return replace(merged, money=told.money), (back, told.start or 0)
        if back == len(waiting) - 1:
            first = told
        if len(stretch.text) > 200:
            break
    return first, None


def _merged(outer: Caption, inner: Caption) -> Caption:
    return Caption(
        inner.form or outer.form,
        inner.title if inner.form is not None else outer.title,
        outer.start,
        outer.number or inner.number,
        outer.organisation or inner.organisation,
        inner.unit or outer.unit,
        outer.money,
        outer.continued or inner.continued,
        outer.looks or inner.looks,
    )


def _titled(table: Table, taxonomy: Taxonomy, kind: Kind) -> tuple[Table, Caption]:
    """Take the rows off a table that are its caption (a name across all columns, ``部门：…  单位：万元``)."""
    told = Caption()
    skip = 0
    for row in table.rows[:6]:
        texts = [slot.text for slot in row if slot.text]
        joined = "".join(texts)
        if not texts or len(texts) > 3 or any(cells.amount(text) for text in texts):
            break
        said = caption(joined, taxonomy, kind=kind)
        numbered = said.number is not None and len(joined) < 20
        organised = said.organisation is not None and len(texts) <= 2
        if said.form is None and said.unit is None and not numbered and not organised:
            break
        if said.form is not None and len(texts) == 1 and taxonomy.measures.known(joined, said.form.id):
            break
        told = _merged(told, said)
        skip += 1
    return (Table(table.rows[skip:], table.page), told) if skip else (table, told)


def _aligned(one: _Found, previous: _Found) -> tuple[Row, ...] | None:
    """Return the rows of a table's second part in the columns of its first, or None where they do not fit.

    A part that was cut off without its heading may have fewer columns for names and codes, never for amounts.
    """
    before, after, rows = previous.structure, one.structure, one.table.rows
    if before is None or after is None or not previous.table.rows or not rows:
        return None
    width = len(previous.table.rows[0])
    used = max((c + 1 for row in rows for c, slot in enumerate(row) if slot.text), default=0)
    given = len(rows[0])
    if given == width or (used <= width < given):
        return tuple(row[:width] + (Slot(""),) * (width - len(row)) for row in rows)
    if len(before.groups) != 1 or after.heading:
        return (
            tuple(row + (Slot(""),) * (width - len(row)) for row in rows) if given < width and after.heading else None
        )
    stubs = [c for c, kind in enumerate(after.kinds) if kind == "stub"]
    values = before.groups[0].values
    if given < width and tuple(stubs) == before.groups[0].stub:
        # Names and codes stand where they stood: the columns at the end were empty, and not printed.
        return tuple(row + (Slot(""),) * (width - len(row)) for row in rows)
    if not stubs or not values or given - (max(stubs) + 1) != len(values) or len(stubs) > len(before.groups[0].stub):
        return None
    moved = [*before.groups[0].stub[: len(stubs) - 1], before.groups[0].stub[-1]]
    places = dict(zip((*stubs, *range(max(stubs) + 1, given)), (*moved, *values), strict=True))
    aligned: list[Row] = []
    for row in rows:
        slots = [Slot("")] * width
        for c, place in places.items():
            slots[place] = row[c]
        aligned.append(tuple(slots))
    return tuple(aligned)


def _goes_on(previous: _Found, one: _Found, waiting: Sequence[tuple[int, int, Stretch]]) -> bool:
    """Tell whether a table continues the one before: nothing but page furniture between, and the same columns."""
    before, after = previous.structure, one.structure
    if before is None or after is None or not previous.table.rows or not one.table.rows:
        return False
    same_name = (
        one.caption.form is not None
        and previous.caption.form is one.caption.form
        and (one.caption.continued or not after.heading or not _closed(previous))
    )
    if one.caption.form is not None and not same_name:
        return False
    between = "".join(stretch.text for _, _, stretch in waiting)
    if one.caption.form is None and len(between) > 40 and not one.caption.continued:
        return False
    if not after.heading:
        return bool(after.body) and not _new_total(previous, one)
    repeated = {tuple(fold(s.text) for s in previous.table.rows[r] if s.text) for r in before.heading}
    return all(tuple(fold(s.text) for s in one.table.rows[r] if s.text) in repeated for r in after.heading) and (
        not between or one.caption.continued or same_name
    )


def _closed(found: _Found) -> bool:
    """Tell whether a two-sided table has its last row, 总计."""
    rows = (*found.table.rows[-2:], *found.rows[-2:])
    return any(fold(slot.text) in ("总计", "合计") for row in rows for slot in row)


def _new_total(previous: _Found, one: _Found) -> bool:
    return previous.caption.form is None and one.caption.looks


def _add_caption(one: _Found, waiting: Sequence[tuple[int, int, Stretch]], at: tuple[int, int] | None) -> None:
    if at is not None:
        back, start = at
        for k in range(back, len(waiting)):
            p, i, stretch = waiting[k]
            one.before.append(Words(p, i, start if k == back else 0, len(stretch.text)))
        if one.caption.money is not None:
            p, i, _ = waiting[back]
            one.money = Words(p, i, *one.caption.money)
    elif waiting and one.caption.money is not None:
        p, i, stretch = waiting[-1]
        one.before.append(Words(p, i, one.caption.money[0], len(stretch.text)))
        one.money = Words(p, i, *one.caption.money)


def _add_notes(
    previous: _Found,
    waiting: Sequence[tuple[int, int, Stretch]],
    until: tuple[int, int] | None,
    portions: Sequence[Portion],
) -> None:
    texts: list[str] = []
    for k, (p, i, stretch) in enumerate(waiting):
        if p != previous.at[0] and p not in {q for q, _ in previous.more}:
            break
        if until is not None and k > until[0]:
            break
        # A file of tables alone has no heading of their part; behind a table there is no cover any more.
        within = portions[p].section in (*_TABLE_SECTIONS, "cover")
        end = notes_end(stretch.text, within=within)
        if until is not None and k == until[0]:
            end = min(end, until[1])
        if end > 0:
            previous.after.append(Words(p, i, 0, end))
            texts.append(stretch.text[:end])
        if end < len(stretch.text):
            break
    previous.notes = "".join(texts)


def _choose(found: Sequence[_Found], problems: list[Problem], taxonomy: Taxonomy) -> list[_Found]:
    """Decide which statement each table is: its name where what it holds agrees, else what it holds."""
    taken: set[str] = {one.caption.form.id for one in found if one.caption.form is not None}
    chosen: list[_Found] = []
    for one in found:
        if one.shape is None or one.structure is None:
            continue
        named, candidates = one.caption.form, one.shape.candidates
        if named is not None and (named.id in candidates or not named.standard or not candidates):
            if not candidates and named.standard and not _blank(one):
                problems.append(_problem("table.header_mismatch", one, named.id, holds=True))
            one.form = named
        elif named is not None and candidates:
            fitting = [id for id in candidates if id not in taken] or list(candidates)
            one.form = taxonomy.forms[fitting[0]] if len(candidates) == 1 else named
            if len(candidates) > 1:
                problems.append(_problem("table.header_mismatch", one, named.id, holds=True))
        elif candidates and (one.shape.numeric or one.shape.codes):
            fitting = [id for id in candidates if id not in taken and taxonomy.forms[id].standard]
            if len(candidates) == 1 or (fitting and _sure(candidates)):
                one.form = taxonomy.forms[fitting[0] if fitting else candidates[0]]
            elif _among_tables(one, taxonomy):
                one.unknown = True
                problems.append(_problem("table.unknown", one, "", holds=True))
        elif one.caption.looks and one.shape.numeric >= 3 and one.shape.headed and _among_tables(one, taxonomy):
            one.unknown = True
            problems.append(_problem("table.unknown", one, "", holds=False))
        if one.form is not None:
            taken.add(one.form.id)
            chosen.append(one)
    _stand_in(chosen, taxonomy)
    return chosen


def _stand_in(chosen: Sequence[_Found], taxonomy: Taxonomy) -> None:
    """Take a table for the one of the nine that it is where the document prints no such table."""
    have = {one.form.id for one in chosen if one.form is not None}
    for one in chosen:
        if one.form is not None and one.form.stands_for is not None and one.form.stands_for not in have:
            have.add(one.form.stands_for)
            one.form = taxonomy.forms[one.form.stands_for]
            one.stands = True


def _among_tables(one: _Found, taxonomy: Taxonomy) -> bool:
    """Tell whether a table stands among the statements or has a column of codes: forms of performance do neither."""
    heads = one.structure.columns if one.structure is not None else ()
    coded = any(taxonomy.measures.stub(text) == "code" for column in heads for text in column.texts)
    return coded or one.section in _TABLE_SECTIONS


def _sure(candidates: Sequence[str]) -> bool:
    return candidates[0] in _SURE


_SURE = frozenset(
    (
        *("final.01", "final.02", "final.03", "final.04", "final.06", "final.09"),
        *("budget.01", "budget.02", "budget.03", "budget.04", "budget.06", "budget.07"),
    )
)


def _blank(one: _Found) -> bool:
    return one.shape is None or not one.shape.numeric


def _problem(code: str, one: _Found, statement: str, *, holds: bool, quote: str = "") -> Problem:
    said = quote or one.caption.title or " ".join(slot.text for row in one.table.rows[:2] for slot in row if slot.text)
    details = (("page", str(one.table.page)),) if one.table.page is not None else ()
    return Problem(code=code, place=statement or "tables", quote=said[:160], details=details, holds=holds)


def _statement(
    one: _Found, form: Form, parts: Structure, form_shape: Shape, year: int | None, taxonomy: Taxonomy
) -> tuple[Statement, Body, list[Problem]]:
    items = form.layout == "items" and form_shape.items_in_columns > form_shape.items_in_rows
    columns = meanings(parts, form, taxonomy, items=items, year=year)
    place = Place(form, year, one.caption.unit, taxonomy, one.table.page)
    body = read_items(one.table, parts, columns, place) if items else read_lines(one.table, parts, columns, place)
    read_counts(one.counts, body, place)
    problems: list[Problem] = []
    if body.doubtful:
        problems.append(_problem("table.header_mismatch", one, form.id, holds=True))
    elif body.odd:
        problems.append(_problem("table.header_mismatch", one, form.id, holds=True, quote=body.odd[0]))
    notes = _printed_notes(one)
    empty = not body.figures and not body.doubtful and not body.odd
    statement = Statement(
        id=form.id,
        title=one.caption.title,
        number=one.caption.number,
        organisation=one.caption.organisation,
        unit=one.caption.unit,
        state="empty" if empty else "present",
        columns=_columns(columns, form),
        lines=tuple(body.lines),
        formulas=tuple(formula for _, _, formula in formulas(notes)),
        page=one.table.page,
    )
    statement = replace(statement, stub=_stub(one, parts, statement))
    if body.figures and (_half(statement, form) or _cut(statement, body.figures)):
        problems.append(_problem("table.half", one, form.id, holds=True))
    elif not problems and _shifted(statement, body.figures, form):
        problems.append(_problem("table.header_mismatch", one, form.id, holds=True))
    return statement, body, problems


def _inside(one: _Found) -> tuple[str, ...]:
    return tuple(words for row in one.table.rows if (words := note(row)) is not None)


def _stub(one: _Found, parts: Structure, statement: Statement) -> tuple[str, ...]:
    """Return the words of a table's heading that name no column of amounts, each once, sorted."""
    measures = {fold(column.measure) for column in statement.columns}
    printed = {fold(slot.text) for row in parts.heading for slot in one.table.rows[row] if slot.text}
    return tuple(sorted(text for text in printed - measures if not text.isdigit()))


def _printed_notes(one: _Found) -> str:
    """Return the notes after a table, and those that the format puts into its own rows."""
    return "".join((*_inside(one), one.notes))


def _columns(columns: dict[int, Meaning], form: Form) -> tuple[Column, ...]:
    return tuple(
        Column(
            id=m.item if m.item is not None else m.id,
            measure=m.published if m.item is None else (m.label or m.published),
            role=m.role,
            base=m.base,
            number=m.number,
            side=None,
        )
        for _, m in sorted(columns.items())
    )


def _half(statement: Statement, form: Form) -> bool:
    """Tell whether a table ends before its total: cut short."""
    ids = {line.id for line in statement.lines}
    if form.layout == "sides":
        return not any(id.endswith(".total") and id.count(".") == 1 for id in ids)
    if form.layout == "tree" and form.standard:
        return "total" not in ids and any(line.code for line in statement.lines)
    if form.layout == "economic" and form.standard:
        return not ids & {"total", "personnel", "public"}
    return False


def _cut(statement: Statement, figures: Sequence[Figure]) -> bool:
    """Tell whether a tree ends in a 类 or 款 whose own lines are gone, and its total says that more is missing."""
    coded = [line for line in statement.lines if line.code is not None and not line.memo]
    if not coded or coded[-1].figures == () or len(coded[-1].code or "") == 7 or statement.lines[-1].id == "total":
        return False
    parents = {line.parent for line in coded if line.parent is not None}
    last = statement.lines.index(coded[-1])
    alike = [i for i, line in enumerate(statement.lines) if len(line.code or "") == len(coded[-1].code or "")]
    if last in parents or len(alike) < 2 or not all(i in parents for i in alike if i != last):
        return False
    return any(b.line == "total" and b.sum.difference > 0 for b in adds_up(statement, figures))


def _shifted(statement: Statement, figures: Sequence[Figure], form: Form) -> bool:
    """Tell whether rows do not fit their heading: the sums across columns are open in most of the rows that have one.

    One wrong figure opens one row; a heading over the wrong columns opens nearly all.
    """
    if form.layout not in ("tree", "sides") or not form.sums:
        return False
    across = [b for b in sums(statement, figures, form) if b.rule == "form" and b.measure == form.sums[0].total]
    rows = {b.line for b in across if len(b.sum.terms) > 0}
    opened = {b.line for b in across if b.sum.verdict == "open"}
    return len(opened) >= 3 and 2 * len(opened) > len(rows)


def _missing(
    portions: Sequence[Portion],
    statements: list[Statement],
    words: list[StatementWords],
    taxonomy: Taxonomy,
    kind: Kind,
) -> None:
    """Add the statements whose heading stands among the tables while no table does: a picture, or lost."""
    have = {statement.id for statement in statements}
    named = [
        (p, i, item, [t for t in taxonomy.forms.titles(item.text, kind=kind) if t[2].standard or t[2].stands_for])
        for p, portion in enumerate(portions)
        if portion.section in _TABLE_SECTIONS
        for i, item in enumerate(portion.items)
        if isinstance(item, Stretch)
    ]
    printed = {form.id for *_, titles in named for _, _, form in titles}
    for p, i, item, titles in named:
        for k, (start, end, form) in enumerate(titles):
            id = form.stands_for if form.stands_for is not None and form.stands_for not in printed else form.id
            if id in have or item.text[end : end + 2] == "说明":
                continue
            until = titles[k + 1][0] if k + 1 < len(titles) else len(item.text)
            state = "empty" if says_empty(item.text[end:until]) else "missing"
            have.add(id)
            statements.append(Statement(id=id, title=item.text[start:end], state=state, page=item.page(start)))
            words.append(StatementWords(id, (Words(p, i, start, end),)))


def _repeated(statements: Sequence[Statement]) -> list[Problem]:
    seen: set[str] = set()
    found: list[Problem] = []
    for statement in statements:
        if statement.id in seen:
            found.append(Problem(code="table.repeated", place=statement.id, quote=statement.title))
        seen.add(statement.id)
    return found
