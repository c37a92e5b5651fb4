"""Which standard tables a table can be, by what it holds: the evidence beside its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.model import Kind
from tracker.normalize.flow import Table
from tracker.normalize.statements import cells
from tracker.normalize.statements.grid import Structure
from tracker.taxonomy import Taxonomy
from tracker.taxonomy.naming import bare

_INCOME = frozenset({"superior", "operations", "business", "subsidiary", "other", "appropriation"})
_SPENDING = ("superior", "business", "subsidiary")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table shows of itself. ``candidates`` are the ids of the standard tables it can be, in order."""

    candidates: tuple[str, ...]
    items_in_columns: int = 0
    items_in_rows: int = 0
    numeric: int = 0
    codes: bool = False
    headed: bool = False


def shape(table: Table, structure: Structure, taxonomy: Taxonomy, kind: Kind) -> Shape:
    """Look at headings, codes and labels. No candidates: it is none of the standard tables of this ``kind``."""
    heads = {text for column in structure.columns for text in column.texts}
    values = [c for group in structure.groups for c in group.values]
    stubs = [c for group in structure.groups for c in group.stub]
    labels = [table.rows[r][c].text for r in structure.body for c in stubs if cells.words(table.rows[r][c].text)]
    printed = (cells.code(table.rows[r][c].text) for r in structure.body for c in stubs)
    # A number of three digits in a form of performance is no code: the 类 must be one of the classification.
    codes = [code for code in printed if code is not None and _classified(code, taxonomy)]
    economic = sum(1 for code in codes if code[0] == "3" and len(code) <= 5)
    across = len(_items(heads, taxonomy))
    down = len(_items(labels, taxonomy))
    amounts = (table.rows[r][c] for r in structure.body for c in values)
    numeric = sum(1 for slot in amounts if not slot.covered and cells.amount(slot.text) is not None)
    headed = any(taxonomy.measures.stub(text) in ("name", "code") for text in heads)
    find = _planned if kind == "budget" else _candidates
    candidates = find(structure, heads, labels, codes, economic, max(across, down), taxonomy)
    return Shape(candidates, across, down, numeric, bool(codes), headed)


def _classified(code: str, taxonomy: Taxonomy) -> bool:
    return taxonomy.functional.name(code[:3]) is not None or taxonomy.economic.name(code[:3]) is not None


def _items(texts: Sequence[str] | set[str], taxonomy: Taxonomy) -> set[str]:
    found = (taxonomy.lines.find(t, "final.09") for t in texts if not taxonomy.measures.total(t))
    return {id for id in found if id is not None and id.startswith("three_public.")}


def _candidates(
    structure: Structure,
    heads: set[str],
    labels: Sequence[str],
    codes: Sequence[str],
    economic: int,
    items: int,
    taxonomy: Taxonomy,
) -> tuple[str, ...]:
    measures = taxonomy.measures
    if items >= 3 and not codes:
        return ("final.09", "final.x.fund_three_public")
    if economic and economic * 2 >= len(codes):
        return ("final.06", "final.x.basic_detail", "final.x.operating")
    if len(structure.groups) > 1 and not codes and (structure.sides or _both_sides(labels, taxonomy)):
        return _two_sided(labels, heads, taxonomy)
    income = {m for h in heads if (m := measures.measure(h, "final.02")) in _INCOME}
    if len(income) >= 3 or ("appropriation" in income and len(income) >= 2):
        return ("final.02",)
    spending = {m for h in heads if (m := measures.measure(h, "final.03")) in _SPENDING}
    if spending:
        return ("final.03",)
    held = {measures.measure(h, "final.07") for h in heads}
    if {"opening", "closing"} & held:
        return ("final.07", "final.08", "final.05")
    named = codes or any(measures.stub(h) == "code" for h in heads) or any(measures.total(label) for label in labels)
    if {"basic", "project"} <= held and named:
        return _by_codes(codes)
    if codes and structure.groups and any(measures.stub(h) == "code" for h in heads):
        return ("final.05", "final.08", "final.07", "final.03", "final.02")
    return ()


def _by_codes(codes: Sequence[str]) -> tuple[str, ...]:
    if codes and all(code.startswith("223") for code in codes):
        return ("final.08", "final.05", "final.03")
    if codes and all(code.startswith(("212", "229", "234", "208", "213", "214", "215")) for code in codes):
        return ("final.07", "final.05", "final.03", "final.08") if any(code[:5] in _FUND for code in codes) else _TREES
    return _TREES


_TREES = ("final.05", "final.03", "final.08", "final.07")
_FUND = frozenset({"21208", "22960", "21213", "21210", "20822", "21214"})


def _both_sides(labels: Sequence[str], taxonomy: Taxonomy) -> bool:
    """Tell whether labels name the totals of both sides, where no heading says 收入 and 支出."""
    found = {taxonomy.lines.find(label, "final.01") for label in labels}
    return {"income.total", "expenditure.total"} <= found


def _two_sided(labels: Sequence[str], heads: set[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    of_funds = {taxonomy.measures.measure(h, "final.04") for h in heads} & {"general", "fund", "state_capital"}
    sources = {taxonomy.lines.find(label, "final.01", side="收入") for label in labels} & {
        "income.operations",
        "income.other",
        "income.superior",
        "income.business",
    }
    if of_funds and not sources:
        return ("final.04",)
    if sources:
        return ("final.01",)
    return ("final.04", "final.01")


def _planned(
    structure: Structure,
    heads: set[str],
    labels: Sequence[str],
    codes: Sequence[str],
    economic: int,
    items: int,
    taxonomy: Taxonomy,
) -> tuple[str, ...]:
    """Return the tables of a budget that a table can be, by what it holds."""
    measures = taxonomy.measures
    if items >= 3 and not codes:
        return ("budget.07",)
    if economic and economic * 2 >= len(codes):
        return ("budget.06", "budget.x.appropriation_basic", "budget.x.operating")
    lines = {id for label in labels if (id := taxonomy.lines.find(label, "budget.01")) is not None}
    if len(structure.groups) > 1 and not codes and (structure.sides or _closed(labels, taxonomy)):
        of_funds = {measures.measure(h, "budget.04") for h in heads} & {"general", "fund", "state_capital"}
        own = lines & {"income.appropriation", "income.special_account", *_OWN_INCOME}
        return ("budget.04",) if of_funds and not own else ("budget.01",) if own else ("budget.04", "budget.01")
    income = {m for h in heads if (m := measures.measure(h, "budget.02")) in _INCOME_PLANNED}
    if len(income) >= 2 or (len(structure.groups) == 1 and not codes and len(lines & _SOURCES) >= 3):
        return ("budget.02",)
    held = {measures.measure(h, "budget.03") for h in heads}
    if held & {*_SPENDING, "reserve", "carried"}:
        return ("budget.03",)
    coded = any(measures.stub(h) == "code" for h in heads)
    if {"basic", "project"} <= held and (codes or coded or any(measures.total(label) for label in labels)):
        return _planned_by_codes(codes)
    return _PLANNED_TREES if codes and coded and structure.groups else ()


def _closed(labels: Sequence[str], taxonomy: Taxonomy) -> bool:
    """Tell whether labels close both sides: 收入总计 and 支出总计, where no heading says 收入 and 支出."""
    said = {bare(label)[:2] for label in labels if taxonomy.lines.find(label, "budget.01") in _CLOSING}
    return {"收入", "支出"} <= said


def _planned_by_codes(codes: Sequence[str]) -> tuple[str, ...]:
    if codes and all(code.startswith("223") for code in codes):
        return ("budget.09", *(id for id in _PLANNED_TREES if id != "budget.09"))
    if codes and all(code[:3] in ("212", "229", "234") for code in codes) and any(code[:5] in _FUND for code in codes):
        return ("budget.08", *(id for id in _PLANNED_TREES if id != "budget.08"))
    return _PLANNED_TREES


_PLANNED_TREES = ("budget.05", "budget.03", "budget.x.appropriation", "budget.08", "budget.09", "budget.02")
_OWN_INCOME = ("income.operations", "income.other", "income.superior", "income.business", "income.others")
_INCOME_PLANNED = frozenset({*_INCOME, "special_account", "carryover"})
_SOURCES = frozenset({*_OWN_INCOME, "income.general", "income.fund", "income.special_account", "carryover.opening"})
_CLOSING = ("total", "income.total", "expenditure.total")
