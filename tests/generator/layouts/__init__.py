"""Regional layouts of final accounts. `HELD_BACK` is never looked at while tuning a reader; it is reported apart."""

from tests.generator.layouts import hubei
from tests.generator.ledger import Ledger
from tests.generator.paper import Document

HELD_BACK = "sichuan"


def document(ledger: Ledger, layout: str, *, published: str | None = None, line_differences: bool = False) -> Document:
    """Write ``ledger`` in a layout: hubei, shanghai, sichuan."""
    return LAYOUTS[layout](ledger, published=published, line_differences=line_differences)


LAYOUTS = {"hubei": hubei.document}
