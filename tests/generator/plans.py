"""The budget of a ledger: what was planned for the year whose final accounts the ledger is.

Each 项 of 一般公共预算 has the amount that the final accounts quote as 年初预算; money of other kinds is planned as it
came. The plan is a ledger of its own and adds up like one.
"""

from collections.abc import Callable
from dataclasses import replace

from tests.generator.ledger import THREE, Ledger

_ITEM = {"abroad": "30212", "running": "30231", "reception": "30217"}
_SUPPORT = {"2080501": "30302", "2080505": "30108", "2080506": "30109", "2101101": "30110", "2101103": "30111",
            "2210201": "30113"}  # fmt: skip


def plan(ledger: Ledger) -> Ledger:
    """Return the plan of the ledger's year."""
    changes: dict[str, int] = {}
    for part in THREE:
        if part in _ITEM and ledger.leaves.get(f"economic.{_ITEM[part]}"):
            changes[f"economic.{_ITEM[part]}"] = ledger.amount(f"three.budget.{part}")
    for code in ledger.items():
        planned = ledger.leaves.get(f"initial.{code}", 0)
        if code in _SUPPORT:
            changes[f"economic.{_SUPPORT[code]}"] = planned
        elif f"subsidy.{code}" in ledger.leaves:
            changes[f"subsidy.{code}"] = planned
        elif f"project.{code}" in ledger.leaves:
            changes[f"project.{code}"] = planned
    planned = ledger.revised(changes)
    running = ledger.leaves[f"initial.{ledger.running}"] - planned.amount(f"line.{ledger.running}.general")
    return planned.revised(_spread(planned, running))


def plan_after_plan(ledger: Ledger) -> Ledger:
    """Return the plan of the ledger's year, beside the plan of the year before where there was one."""
    return replace(plan(ledger), before=plan(ledger.before) if ledger.before is not None else None)


def _spread(ledger: Ledger, difference: int) -> dict[str, int]:
    """Return the pay that makes 行政运行 cost ``difference`` more; no item falls below its tenth."""
    changes: dict[str, int] = {}
    pay = [key for key in ledger.leaves if key == "allowance" or key.startswith("economic.301")]
    own = sorted((key for key in pay if key.removeprefix("economic.") not in _SUPPORT.values()), key=_size(ledger))
    for key in own:
        value = ledger.leaves[key]
        step = max(difference, value // 10 - value)
        changes[key] = value + step
        difference -= step
    assert difference == 0
    return changes


def _size(ledger: Ledger) -> Callable[[str], tuple[int, str]]:
    return lambda key: (-ledger.leaves[key], key)
