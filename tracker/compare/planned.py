"""A budget beside the final accounts of its year: what was planned, and what came of it.

Facts are paired, never words. Three things are told: how far what was spent or received is from the plan; an item that
was planned and is not in the final accounts, or the other way round; and a plan that the final accounts quote
(年初预算) with another amount than was published. 全年预算 is the plan after adjustment: it is compared with nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from tracker.compare import figures
from tracker.compare.figures import Pair, Place, amount
from tracker.model import Change, Disclosure, Figure, Role

_INITIAL = "年初预算"
_ITEM = 7
"""Digits of the code of a 项, the deepest that a table prints: what stands above it is the sum of its items."""


def planned(before: Disclosure, after: Disclosure) -> list[tuple[Place, Change]]:
    """Return the changes between a budget and the final accounts of its year, in the order given."""
    turned = before.identity.kind == "final" and after.identity.kind == "budget"
    budget, final = (after, before) if turned else (before, after)
    plans = _plans(budget)
    pairs: list[Pair] = []
    quoted: list[Pair] = []
    for n, figure in enumerate(final.figures):
        plan = plans.get(_fact(figure))
        if plan is None:
            continue
        if figure.role == "actual":
            pairs.append(_pair(plan, figure, n, turned))
        elif figure.role == "budget" and figure.base == _INITIAL:
            quoted.append(_pair(plan, figure, n, turned))
    pairs += [_pair(*sides, len(final.figures) + n, turned) for n, sides in enumerate(_alone(budget, final))]
    found = figures.changes(pairs, after.figures, "budget")
    return found + [
        (at, replace(change, aspect="restated")) for at, change in figures.changes(quoted, after.figures, "budget")
    ]


def _pair(plan: Figure | None, figure: Figure | None, n: int, turned: bool) -> Pair:
    return Pair(figure, plan, (0.0, n, 0)) if turned else Pair(plan, figure, (0.0, n, 0))


def _fact(figure: Figure) -> str:
    """Return what a figure says whatever its role: ``general.total:budget:initial_budget`` is of ``general.total``."""
    return (figure.fact or "").partition(":")[0]


def _plans(budget: Disclosure) -> dict[str, Figure]:
    """Return the planned amount of every fact: from a table, in its finest print, where it stands first."""
    found: dict[str, Figure] = {}
    for figure in budget.figures:
        fact = _fact(figure)
        if not fact or figure.role != "budget" or figure.base != _INITIAL:
            continue
        known = found.get(fact)
        if known is None or _rank(figure) < _rank(known):
            found[fact] = figure
    return found


def _rank(figure: Figure) -> tuple[bool, object]:
    return figure.statement is None, amount(figure).radius


def _alone(budget: Disclosure, final: Disclosure) -> list[tuple[Figure | None, Figure | None]]:
    """Return the items of 一般公共预算 that only one of the two prints, where both print the table."""
    plan, spent = _items(budget, "budget.05", "budget"), _items(final, "final.05", "actual")
    if plan is None or spent is None:
        return []
    gone = [(figure, None) for fact, figure in plan.items() if fact not in spent]
    come = [(None, figure) for fact, figure in spent.items() if fact not in plan]
    return [*gone, *come]


def _items(disclosure: Disclosure, statement: str, role: Role) -> dict[str, Figure] | None:
    """Return the totals of the 项 of a table by their facts, None where the table is not there to be asked."""
    if not any(each.id == statement and each.state != "missing" for each in disclosure.statements):
        return None
    return _by_fact([f for f in disclosure.figures if f.statement == statement and f.role == role])


def _by_fact(own: Sequence[Figure]) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for figure in own:
        if figure.fact is not None and _fact(figure) == f"general.{figure.code}" and len(figure.code or "") == _ITEM:
            found.setdefault(_fact(figure), figure)
    return found
