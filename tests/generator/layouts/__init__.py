"""Regional layouts of final accounts. `HELD_BACK` is never looked at while tuning a reader; it is reported apart."""

from tests.generator.layouts import hubei, shanghai, sichuan
from tests.generator.ledger import Ledger
from tests.generator.paper import Document

HELD_BACK = "sichuan"
LAYOUTS = {"hubei": hubei.document, "shanghai": shanghai.document, "sichuan": sichuan.document}


def document(ledger: Ledger, layout: str, *, published: str | None = None, line_differences: bool = False) -> Document:
    """Write ``ledger`` in a layout: hubei, shanghai, or the one held back. ``published`` is the printed date,
    ``line_differences`` lets each 项 state its difference to last year (the implied prior)."""
    return LAYOUTS[layout](ledger, published=published, line_differences=line_differences)
