"""The rows of one statement: lines with their identity, and the figures on them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tracker.amounts import fen
from tracker.model import Figure, Line, Role, Side
from tracker.normalize.flow import Slot, Table
from tracker.normalize.statements import cells
from tracker.normalize.statements.columns import Meaning
from tracker.normalize.statements.grid import Group, Structure
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.measures import heading
from tracker.taxonomy.measures import unit as printed_unit
from tracker.taxonomy.naming import bare, of_which
from tracker.taxonomy.statements import Form

_QUOTE = 160
_CHINESE = re.compile(r"[一二三四五六七八九十]{1,3}[、.．]")
_ARABIC = re.compile(r"\d{1,2}[、.．](?!\d)|[（(]\d{1,2}[)）]")


@dataclass(slots=True)
class Body:
    """What was read of a table: ``lines`` index into ``figures``; ``odd`` quotes cells that fit no heading.

    ``doubtful`` counts the amounts left out because the heading does not say what their column holds.
    """

    lines: list[Line] = field(default_factory=list[Line])
    figures: list[Figure] = field(default_factory=list[Figure])
    odd: list[str] = field(default_factory=list[str])
    placeholders: int = 0
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """What the readers of rows must know: the statement, its year and money unit, the side names, the taxonomy."""

    form: Form
    year: int | None
    unit: str | None
    taxonomy: Taxonomy
    page: int | None = None
    whole: bool = False
    """Whether the “三公” have a line of their own, so that 合计 holds meetings and training as well."""


@dataclass(slots=True)
class _Current:
    """One line of a row while its cells are read."""

    group: int
    label: str = ""
    label_column: int = 0
    code: str | None = None
    number: str | None = None
    values: list[tuple[int, Meaning, cells.Amount]] = field(default_factory=list[tuple[int, Meaning, cells.Amount]])
    above: tuple[str, ...] = ()
    closing: bool = False


def read_lines(table: Table, structure: Structure, columns: dict[int, Meaning], place: Place) -> Body:
    """Read tables whose rows are lines: two-sided, trees by code, economic groups, items a row."""
    body = Body()
    codes: dict[str, str] = {}
    numbered: dict[int, Line] = {}
    last: dict[int, Line] = {}
    openers: dict[int, Line | None] = {}
    positions: dict[int, int] = {}
    where: dict[str, int] = {}
    pending: dict[int, list[str]] = {}
    levels = _levels(table, structure, place)
    standing: dict[int, str] = {}
    place = replace(place, whole=_whole(table, structure, place))
    closing = next((r for r in reversed(structure.body) if any(slot.text for slot in table.rows[r])), None)
    for r in structure.body:
        for current in _row(table, r, structure, columns, body, pending, place):
            current.closing = r == closing
            if levels:
                _nest(current, table.rows[r], levels, structure.groups[0], standing, place.taxonomy)
            side = _side(structure, current.group, place.form)
            line = _line(current, side, last.get(current.group), openers, codes, numbered, structure, place)
            figures: list[int] = []
            for column, meaning, amount in current.values:
                figures.append(len(body.figures))
                body.figures.append(_figure(line, meaning, amount, table, r, current.label_column, column, place))
            parent = _parent(line, where, positions.get(current.group))
            positions[current.group] = len(body.lines)
            where[line.id] = len(body.lines)
            placed = Line(
                id=line.id,
                label=line.label,
                code=line.code,
                side=line.side,
                path=line.path,
                parent=parent,
                number=line.number,
                memo=line.memo,
                figures=tuple(figures),
            )
            body.lines.append(placed)
            if side is not None and _CHINESE.match(placed.label):
                numbered[current.group] = placed
            elif side is not None and not placed.memo:
                numbered.pop(current.group, None)
            last[current.group] = placed
    return body


def _whole(table: Table, structure: Structure, place: Place) -> bool:
    if place.form.layout != "items":
        return False
    find, total = place.taxonomy.lines.find, place.taxonomy.measures.total
    labels = (table.rows[r][c].text for r in structure.body for group in structure.groups for c in group.stub)
    return any(find(label, place.form.id) == "three_public.total" and not total(label) for label in labels if label)


def _row(
    table: Table,
    r: int,
    structure: Structure,
    columns: dict[int, Meaning],
    body: Body,
    pending: dict[int, list[str]],
    place: Place,
) -> Iterator[_Current]:
    row = table.rows[r]
    found: list[_Current] = []
    open_line: _Current | None = None
    for g, group in enumerate(structure.groups):
        current = _stub(row, g, group, pending, place.taxonomy)
        values: list[tuple[int, Meaning, cells.Amount]] = []
        for c in group.values:
            text = row[c].text if c < len(row) and not row[c].covered else ""
            if not text or cells.dash(text):
                continue
            amount = cells.amount(text)
            if amount is not None and not columns[c].certain:
                body.doubtful += 1
            elif amount is not None:
                values.append((c, columns[c], amount))
            elif cells.placeholder(text):
                body.placeholders += 1
            else:
                body.odd.append(_row_quote(row))
        if current is None and values and not group.stub and place.form.kind == "budget":
            # 支出预算总表 of Jiangsu: 合计, 基本支出, 项目支出 … are the columns of one row without a name.
            current = _Current(g, "合计", group.values[0])
        if current is None and values:
            # 公用经费合计 stands in one group and its amount in the next.
            if open_line is not None and not open_line.values:
                open_line.values = values
                continue
            body.odd.append(_row_quote(row))
            continue
        if current is not None:
            current.values = values
            found.append(current)
            open_line = current
    for c in range(len(row)):
        if structure.kinds[c] == "void" and row[c].text and cells.amount(row[c].text) is not None:
            body.odd.append(_row_quote(row))
            break
    yield from found


def _row_quote(row: Sequence[object]) -> str:
    return " ".join(text for slot in row if (text := getattr(slot, "text", "")))[:_QUOTE]


def _stub(
    row: Sequence[object], g: int, group: Group, pending: dict[int, list[str]], taxonomy: Taxonomy
) -> _Current | None:
    current = _Current(g)
    parts: list[str] = []
    whole: str | None = None
    for c in group.stub:
        text = str(getattr(row[c], "text", "")) if c < len(row) else ""
        if not text or cells.dash(text) or taxonomy.measures.stub(text) in ("code", "number"):
            continue
        code = cells.code(text)
        if cells.words(text):
            leading = _leading_code(text)
            if leading is not None and whole is None:
                whole, text = leading
            if not current.label:
                current.label = text
                current.label_column = c
            else:
                current.label += text
        elif code is not None and (len(code) > 3 or not parts):
            if len(code) == 3:
                parts = [code]
            else:
                whole = code
        elif text.isdigit() and len(text) <= 2:
            if not parts and pending.get(g):
                parts = pending[g][: 1 if _position(group, c) <= 1 else 2]
            parts.append(text.zfill(2))
    if parts and whole is None:
        whole = "".join(parts)
        pending[g] = parts
    elif whole is not None:
        pending[g] = [whole[:3], *([whole[3:5]] if len(whole) > 3 else [])]
    for c in group.number:
        text = str(getattr(row[c], "text", "")) if c < len(row) else ""
        if cells.ordinal(text) is not None:
            current.number = text
    if not current.label and whole is None:
        return None
    current.code = whole
    return current


def _levels(table: Table, structure: Structure, place: Place) -> frozenset[int]:
    """Return the columns whose names stand below one another: a source, its parts; a project, its purchases.

    A column is such a level where a row begins with it; one that never does goes with the name before it, and so
    does always what says how a line is bought (采购组织形式).
    """
    form = place.form
    several = len(structure.groups) == 1 and len(structure.groups[0].stub) > 1
    if not several or form.kind != "budget" or form.layout not in ("tree", "items") or structure.has_codes:
        return frozenset()
    stub = [c for c in structure.groups[0].stub if not _manner(structure, c, place.taxonomy)]
    return frozenset(
        filled[0] for r in structure.body if (filled := [c for c in stub if cells.words(table.rows[r][c].text)])
    )


def _manner(structure: Structure, column: int, taxonomy: Taxonomy) -> bool:
    return any(taxonomy.measures.stub(text) == "manner" for text in structure.columns[column].texts)


def _nest(
    current: _Current,
    row: Sequence[Slot],
    levels: frozenset[int],
    group: Group,
    standing: dict[int, str],
    taxonomy: Taxonomy,
) -> None:
    """Put a line below the names to its left, in its row or above; 小计 means the name to its left itself.

    A row that only says how it is bought is another purchase of the thing above.
    """
    filled = [(c, row[c].text) for c in group.stub if cells.words(row[c].text)]
    if not filled:
        return
    first = filled[0][0]
    if first > max(levels, default=first):
        last = max(standing, default=first)
        current.above = tuple(text for c, text in sorted(standing.items()) if c < last)
        current.label = standing.get(last, "") + "".join(text for _, text in filled)
        return
    for c in [c for c in standing if c >= first]:
        del standing[c]
    names = [(c, text) for c, text in filled if not taxonomy.measures.total(text)]
    last = max((c for c, _ in names if c in levels), default=first)
    standing.update((c, text) for c, text in names if c < last)
    current.above = tuple(text for _, text in sorted(standing.items()))
    if names:
        current.label = "".join(text for c, text in names if c >= last)
        standing[last] = "".join(text for c, text in names if c == last)


def _position(group: Group, column: int) -> int:
    return group.stub.index(column)


def _leading_code(text: str) -> tuple[str, str] | None:
    """Split a cell that prints code and name together: ``2080505机关事业单位…``."""
    digits = 0
    while digits < len(text) and text[digits].isdigit():
        digits += 1
    code = cells.code(text[:digits])
    return (code, text[digits:].lstrip(" -")) if code is not None and digits < len(text) else None


def _side(structure: Structure, group: int, form: Form) -> Side | None:
    if form.layout != "sides":
        return None
    top = bare(structure.groups[group].top)
    if top.startswith("收入"):
        return "收入"
    if top.startswith("支出"):
        return "支出"
    return "收入" if group == 0 else "支出"


def fold_id(label: str) -> str:
    """Return the part of a key that a label makes where nothing else names its line."""
    return heading(label).replace("/", "").replace(">", "")


def _line(
    current: _Current,
    side: Side | None,
    last: Line | None,
    openers: dict[int, Line | None],
    codes: dict[str, str],
    numbered: dict[int, Line],
    structure: Structure,
    place: Place,
) -> Line:
    taxonomy, form = place.taxonomy, place.form
    label, code = current.label, current.code
    scheme = taxonomy.economic if form.layout == "economic" else taxonomy.functional
    if code is not None:
        label = label or scheme.name(code) or code
        codes[code] = label
        openers[current.group] = None
        path = tuple(codes.get(code[:n]) or scheme.name(code[:n]) or code[:n] for n in (3, 5) if n < len(code))
        return Line(id=code, label=label, code=code, side=side, path=path, number=current.number)
    if current.above:
        return _part(current, place)
    opener = openers.get(current.group)
    above = numbered.get(current.group)
    if side is not None and _CHINESE.match(label):
        above = None
    part = of_which(label)
    under = opener.id.removeprefix(f"{side}.") if opener is not None else None
    name = taxonomy.lines.find(label, form.id, side=side, under=under)
    if name == "three_public.total" and place.whole and taxonomy.measures.total(label):
        name = "three_public.all"
    if part and name is not None and name.startswith("three_public.") and side is None:
        # 其中：公务用车购置费 is the same line as 公务用车购置费 of another form.
        return Line(id=name, label=label, number=current.number, memo=name.count(".") > 1)
    if part and last is not None:
        own = name if name is not None else fold_id(label)
        base = last.id.rpartition(">")[0] if last.memo and ">" in last.id else last.id
        return Line(
            id=f"{base}>{own}",
            label=label,
            side=side,
            path=last.path if last.memo and ">" in last.id else (*last.path, last.label),
            number=current.number,
            memo=True,
        )
    if current.closing and form.kind == "budget" and bare(label) in _LAST and name in _LAST.values():
        # 收入合计 is 本年收入合计 where 收入总计 follows, and the total where the table ends with it.
        name = "total"
    if name is not None:
        prefix = f"{side}." if side is not None else ""
        if opener is not None and under is not None and name in taxonomy.lines.opens(under):
            return Line(
                id=f"{opener.id}>{name}",
                label=label,
                side=side,
                path=(opener.label,),
                number=current.number,
                memo=True,
            )
        line = Line(id=f"{prefix}{name}", label=label, side=side, number=current.number)
        if above is not None and _ARABIC.match(label):
            return replace(line, path=(above.label,), memo=True)
        openers[current.group] = line if taxonomy.lines.opens(name) else None
        return line
    if side == "支出" or (form.layout in ("tree", "economic") and not structure.has_codes):
        found = scheme.code(label, place.year, level=3 if side == "支出" else None)
        if found is None and side == "支出":
            found = taxonomy.economic.code(label, place.year, level=3)
        if found is None and side is None and last is not None and last.code is not None:
            found = next(
                (
                    c
                    for n in (5, 3)
                    if len(last.code) >= n and (c := scheme.code(label, place.year, under=last.code[:n])) is not None
                ),
                None,
            )
        if found is not None:
            openers[current.group] = None
            path = tuple(codes.get(found[:n]) or scheme.name(found[:n]) or found[:n] for n in (3, 5) if n < len(found))
            codes[found] = label
            return Line(id=found, label=label, code=found, side=side, path=path, number=current.number)
    if above is not None and _ARABIC.match(label):
        return Line(
            id=f"{above.id}>{fold_id(label)}",
            label=label,
            side=side,
            path=(above.label,),
            number=current.number,
            memo=True,
        )
    prefix = f"{side}." if side is not None else ""
    return Line(id=f"{prefix}{fold_id(label)}", label=label, side=side, number=current.number)


_LAST = {"收入合计": "income.total", "支出合计": "expenditure.total"}


def _part(current: _Current, place: Place) -> Line:
    """Return a line below names that stand in columns to its left."""
    ids = [place.taxonomy.lines.find(name, place.form.id) or fold_id(name) for name in (*current.above, current.label)]
    return Line(
        id=">".join(ids),
        label=current.label,
        path=current.above,
        number=current.number,
        memo=of_which(current.label),
    )


def _parent(line: Line, where: dict[str, int], position: int | None) -> int | None:
    if line.code is not None:
        above = (where.get(line.code[:n]) for n in (5, 3) if n < len(line.code))
        return next((i for i in above if i is not None), None)
    if ">" in line.id:
        return where.get(line.id.rpartition(">")[0], position)
    return None


def _figure(
    line: Line,
    meaning: Meaning,
    amount: cells.Amount,
    table: Table,
    r: int,
    label_column: int,
    column: int,
    place: Place,
) -> Figure:
    unit = amount.unit or meaning.unit or printed_unit(line.label) or _default_unit(meaning, place.unit)
    spot = table.spot(table.rows[r][column])
    return Figure(
        key=key(place.form.id, line.id, meaning.id, meaning.role, meaning.base, place.taxonomy),
        statement=place.form.id,
        code=line.code,
        label=line.label,
        path=line.path,
        side=line.side,
        measure=meaning.published or None,
        role=meaning.role,
        base=meaning.base,
        period=place.year - 1 if place.year is not None and meaning.role == "prior" else place.year,
        value=amount.value,
        unit=unit,
        decimals=amount.decimals,
        amount_fen=fen(amount.value, unit),
        quote=_quote(table, r, label_column, column),
        page=spot.page,
        box=spot.box,
        origin=spot.origin,
        confidence=spot.sureness,
    )


def _default_unit(meaning: Meaning, unit: str | None) -> str | None:
    if meaning.id == "quantity":
        return None
    return "%" if meaning.role in ("percent", "completion", "share") else unit


def key(statement: str, line: str, measure: str, role: Role, base: str | None, taxonomy: Taxonomy) -> str:
    """Return a figure's key: ``statement/line/measure/role[:base]``."""
    tail = f":{taxonomy.bases.slug(base) or base}" if base is not None else ""
    return f"{statement}/{line}/{measure}/{role}{tail}"


def _quote(table: Table, r: int, label_column: int, column: int) -> str:
    """Return the row from the label to the amount, as it stands in the document but for white space."""
    row = table.rows[r]
    low, high = min(label_column, column), max(label_column, column)
    texts = [slot.text for slot in row[low : high + 1] if slot.text]
    quote = " ".join(texts)
    return quote if len(quote) <= _QUOTE else row[column].text


def read_items(table: Table, structure: Structure, columns: dict[int, Meaning], place: Place) -> Body:
    """Read a table whose columns are the items and whose rows hold the amounts (三公: one row, twelve columns)."""
    body = Body()
    order = [m for _, m in sorted(columns.items())]
    for r in structure.body:
        row = table.rows[r]
        owner = "".join(row[c].text for g in structure.groups for c in g.stub if row[c].text)
        nested = bool(owner) and not place.taxonomy.measures.total(owner)
        gathered: dict[str, list[int]] = {}
        for c, meaning in sorted(columns.items()):
            text = row[c].text if not row[c].covered else ""
            if not text or cells.dash(text):
                continue
            amount = cells.amount(text)
            if amount is None:
                if cells.placeholder(text):
                    body.placeholders += 1
                else:
                    body.odd.append(_row_quote(row))
                continue
            if not meaning.certain or meaning.item is None:
                body.odd.append(_row_quote(row))
                continue
            id = f"{fold_id(owner)}>{meaning.item}" if nested else meaning.item
            line = Line(id=id, label=meaning.label, path=(owner, *meaning.path) if nested else meaning.path)
            gathered.setdefault(id, []).append(len(body.figures))
            body.figures.append(_figure(line, meaning, amount, table, r, c, c, place))
        _item_lines(body, order, gathered, owner if nested else "")
    if not structure.body:
        _item_lines(body, order, {}, "")
    return body


def _item_lines(body: Body, order: Sequence[Meaning], gathered: dict[str, list[int]], owner: str) -> None:
    seen: set[str] = set()
    for meaning in order:
        if meaning.item is None:
            continue
        id = f"{fold_id(owner)}>{meaning.item}" if owner else meaning.item
        if id in seen:
            continue
        seen.add(id)
        path = (owner, *meaning.path) if owner else meaning.path
        body.lines.append(
            Line(id=id, label=meaning.label, path=path, memo=bool(owner), figures=tuple(gathered.get(id, ())))
        )
