"""What each column of amounts means in a statement: measure, role and base."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.model import Role
from tracker.normalize.statements.grid import Heading, Structure
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.measures import heading as heading_key
from tracker.taxonomy.measures import unit as heading_unit
from tracker.taxonomy.statements import Form

_YEAR = re.compile(r"(20\d\d)年度?")
_COMPARED = re.compile(r"(?:预算数?)?比(?:20\d\d年度?|上年度?)(?P<base>预算(?!执行)|(?:预算)?执行|决算)数?$")
"""A group of differences to last year: 2025年预算数比2024年执行数, above 增减额 and 增减%."""

_COMPARED_WITH = {"预算": "上年预算", "决算": "上年决算"}
_GROUP_ONLY = ("expenditure", "receipts")
_SOURCES_BELOW = (*_GROUP_ONLY, "income")
"""Groups whose columns say all themselves: 本年收入 of a budget holds its sources, and as 小计 their sum."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One column of amounts.

    ``id`` is the measure's part of the key, ``published`` its heading as printed and tidied. Where the items are the
    columns (三公), ``item`` is the line's id and ``label`` its name. ``certain`` is false where the heading does not
    say.
    """

    id: str
    published: str
    role: Role
    base: str | None = None
    unit: str | None = None
    number: str | None = None
    item: str | None = None
    label: str = ""
    path: tuple[str, ...] = ()
    certain: bool = True


def meanings(
    structure: Structure, form: Form, taxonomy: Taxonomy, *, items: bool, year: int | None = None
) -> dict[int, Meaning]:
    """Return the meaning of every column of amounts, by column; ``year`` is the fiscal year (2022年度决算数).

    Headings decide. Where they do not tell the columns apart (merged cells written out of place), the printed 栏次
    decide, if they count as many columns as the form has and the headings come in the form's order.
    """
    stubs = frozenset(c for group in structure.groups for c in (*group.stub, *group.number))
    values = [c for group in structure.groups for c in group.values]
    if items:
        return _items(structure, form, values, taxonomy, year)
    over_all = frozenset(values) if form.kind == "budget" and len(values) > 1 else None
    found = {c: _meaning(structure.columns[c], stubs, form, taxonomy, year, over_all) for c in values}
    if form.layout in ("sides", "economic"):
        # Each side has its own columns; what one side calls 决算数 may be what the other does.
        return {c: m for group in structure.groups for c, m in _doubtful({c: found[c] for c in group.values}).items()}
    if _told_apart(found):
        return found
    return _by_number(structure, form, found, taxonomy) or _doubtful(found)


def _told_apart(found: dict[int, Meaning]) -> bool:
    ids = [(m.id, m.role, m.base) for m in found.values()]
    return len(set(ids)) == len(ids) and all(m.certain for m in found.values())


def _doubtful(found: dict[int, Meaning]) -> dict[int, Meaning]:
    """Mark the columns that share a meaning with another: which is which is not known."""
    seen: dict[tuple[str, str, str | None], int] = {}
    for m in found.values():
        seen[m.id, m.role, m.base] = seen.get((m.id, m.role, m.base), 0) + 1
    return {
        c: m
        if m.certain and seen[m.id, m.role, m.base] == 1
        else Meaning(m.id, m.published, m.role, m.base, m.unit, m.number, certain=False)
        for c, m in found.items()
    }


def _undated(text: str, year: int | None) -> tuple[str, bool]:
    """Return a heading without the fiscal year or the year before it, and whether it was the year before."""
    match = _YEAR.match(text)
    if match is None or year is None or int(match[1]) not in (year, year - 1):
        return text, False
    return text[match.end() :], int(match[1]) == year - 1


def _rate(told: tuple[Role, str | None], text: str) -> tuple[Role, str | None]:
    """Return role and base of a heading; 比上年增减（%） is a rate."""
    return ("percent", told[1]) if told[0] == "delta" and heading_unit(text) == "%" else told


def _of_last_year(meaning: Meaning, form: Form, text: str) -> Meaning:
    """Return the meaning of a column that is headed with the year before: its amounts are last year's.

    A budget says whether it means what was planned or what was spent (2024年预算数, 2024年执行数).
    """
    if form.kind == "budget" and meaning.role in ("budget", "actual"):
        return replace(meaning, role="prior", base="上年预算执行数" if "执行" in text else "上年预算")
    return replace(meaning, role="prior", base="上年") if meaning.role == "actual" else meaning


def _own(told: tuple[Role, str | None], form: Form) -> tuple[Role, str | None]:
    """Return role and base of a heading in a form: 预算数 of a budget is what final accounts call 年初预算."""
    return (form.role, form.base) if form.kind == "budget" and told == ("budget", None) else told


def _meaning(
    column: Heading,
    stubs: frozenset[int],
    form: Form,
    taxonomy: Taxonomy,
    year: int | None,
    over_all: frozenset[int] | None,
) -> Meaning:
    """Return what a column holds; ``over_all`` are all columns of amounts: a group over all tells none apart."""
    measures = taxonomy.measures
    id: str | None = None
    role: Role = form.role
    base: str | None = form.base
    whole = False
    unknown = False
    group = ""
    unit: str | None = None
    groups = _SOURCES_BELOW if form.kind == "budget" else _GROUP_ONLY
    texts = [
        text
        for text, span in column.path
        if not span & stubs
        and not (over_all is not None and span >= over_all and not (measures.role(text) or heading_unit(text)))
    ]
    last = ""
    compared: str | None = None
    for published_text in texts:
        text, before = _undated(published_text, year)
        last = last or (published_text if before else "")
        if not text:
            continue
        if (match := _COMPARED.match(text)) is not None:
            compared = _COMPARED_WITH.get(match["base"], "上年预算执行数")
            continue
        unit = heading_unit(text) or unit
        told = measures.role(text)
        if told is not None:
            role, base = _own(_rate(told, text), form)
            continue
        if measures.stub(text) is not None:
            unknown = unknown or measures.stub(text) in ("name", "code")
            continue
        if measures.total(text):
            whole = True
            continue
        if measures.amount(text):
            continue
        known = measures.measure(text, form.id)
        unknown = unknown or known is None
        part = known or heading_key(text).replace("/", "")
        id = part if id is None or id in groups or id == part else f"{id}.{part}"
        group = published_text
    if compared is not None and role in ("delta", "percent"):
        base = compared
    if id in _GROUP_ONLY:
        id = "total"
    elif id is None:
        id = "total" if whole or form.layout == "tree" else "amount"
    leaf = texts[-1] if texts else ""
    grouped = group and group != leaf and id != "total" and (measures.total(leaf) or measures.amount(leaf))
    published = f"{group}{leaf}" if grouped else leaf
    # A heading that we do not know still names its column; only one without words leaves it untold.
    told = Meaning(id, published, role, base, unit, column.number, certain=bool(texts) and not (unknown and not id))
    return _of_last_year(told, form, last) if last else told


def _by_number(
    structure: Structure, form: Form, found: dict[int, Meaning], taxonomy: Taxonomy
) -> dict[int, Meaning] | None:
    columns = sorted(found)
    numbers = [structure.columns[c].number for c in columns]
    if any(n is None for n in numbers):
        return None
    printed = _printed_order(structure, form, taxonomy)
    for order in form.orders:
        if sorted(int(n or 0) for n in numbers) != list(range(1, len(order) + 1)):
            continue
        if tuple(id for id in printed if id in order) != order:
            continue
        names = dict(zip(printed, printed.values(), strict=True))
        return {
            c: Meaning(order[int(n or 0) - 1], names[order[int(n or 0) - 1]], form.role, form.base, number=n)
            for c, n in zip(columns, numbers, strict=True)
        }
    return None


def _printed_order(structure: Structure, form: Form, taxonomy: Taxonomy) -> dict[str, str]:
    """Return the measures that the heading names anywhere, left to right, with the words: id → text."""
    seen: dict[tuple[int, str], str] = {}
    for column in structure.columns:
        for text, span in column.path:
            id = taxonomy.measures.measure(text, form.id)
            if id in _GROUP_ONLY:
                continue
            if id is None and taxonomy.measures.total(text):
                id = "total"
            if id is not None:
                seen.setdefault((min(span), id), text)
    ordered: dict[str, str] = {}
    # A group's own columns stand below it, so the order of first columns is the order of 栏次.
    for (_, id), text in sorted(seen.items(), key=lambda entry: entry[0][0]):
        ordered.setdefault(id, text)
    if "closing" in ordered and form.orders:
        # 年末结转 closes every form that has it, wherever a misplaced part of the group before it was written.
        ordered["closing"] = ordered.pop("closing")
    return ordered


def _items(
    structure: Structure, form: Form, values: Sequence[int], taxonomy: Taxonomy, year: int | None
) -> dict[int, Meaning]:
    found: dict[int, Meaning] = {}
    totals = any(_totals_three(structure.columns[c].texts, form, taxonomy) for c in values)
    for c in values:
        column = structure.columns[c]
        item: str | None = None
        role: Role = form.role
        base: str | None = form.base
        measure = ""
        label = ""
        whole = ""
        names: list[str] = []
        unit: str | None = None
        last = ""
        for heading in column.texts:
            text, before = _undated(heading, year)
            last = last or (heading if before else "")
            if not text:
                continue
            unit = heading_unit(text) or unit
            told = taxonomy.measures.role(text)
            if told is not None:
                role, base = _own(_rate(told, text), form)
                measure = heading
                continue
            if taxonomy.measures.total(text) or taxonomy.measures.amount(text):
                whole = text
                continue
            id = _item(text, form, taxonomy)
            item = id or (f"{item}>{heading_key(text)}" if item else heading_key(text).replace("/", ""))
            if label:
                names.append(label)
            label = text
            whole = ""
        if item is None and whole:
            item = "three_public.all" if totals else "three_public.total"
            label = whole
        elif whole:
            label = whole if item == "three_public.total" else f"{label}{whole}"
        found[c] = Meaning(
            "amount", measure or label, role, base, unit, column.number, item, label, tuple(names), item is not None
        )
        if last:
            found[c] = _of_last_year(found[c], form, last)
    if not _told_apart_items(found):
        return {
            c: Meaning(m.id, m.published, m.role, m.base, m.unit, m.number, m.item, m.label, m.path, certain=False)
            for c, m in found.items()
        }
    return found


def _totals_three(headings: Sequence[str], form: Form, taxonomy: Taxonomy) -> bool:
    """Tell whether a column is the total of the three public expenses: they are the lowest that its headings name."""
    named = [text for text in headings if not taxonomy.measures.total(text) and not taxonomy.measures.amount(text)]
    return bool(named) and _item(named[-1], form, taxonomy) == "three_public.total"


def _item(text: str, form: Form, taxonomy: Taxonomy) -> str | None:
    """Return the line that a heading names as an item, in this form or among the 三公."""
    return taxonomy.lines.find(text, form.id) or taxonomy.lines.find(text, "final.09")


def _told_apart_items(found: dict[int, Meaning]) -> bool:
    keys = [(m.item, m.role, m.base) for m in found.values()]
    return len(set(keys)) == len(keys)
