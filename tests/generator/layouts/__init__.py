"""Regional layouts of final accounts. `HELD_BACK` is never looked at while tuning a reader; it is reported apart.

``budget`` is the plan of the same year in the central form, its words stating differences to last year's plan.
"""

from tests.generator.layouts import budgets, hubei, shanghai, sichuan
from tests.generator.ledger import Ledger
from tests.generator.paper import Document
from tests.generator.plans import plan_after_plan

HELD_BACK = "sichuan"
LAYOUTS = {"hubei": hubei.document, "shanghai": shanghai.document, "sichuan": sichuan.document}


def document(ledger: Ledger, layout: str, *, published: str | None = None, line_differences: bool = False) -> Document:
    """Write ``ledger`` in a layout: hubei, shanghai, the one held back, or as a budget.

    ``published`` is the printed date, ``line_differences`` lets each 项 state its difference to last year (the implied
    prior).
    """
    if layout == "budget":
        return budgets.central(plan_after_plan(ledger), differences=line_differences)
    return LAYOUTS[layout](ledger, published=published, line_differences=line_differences)
