"""What a document says of last year: its amounts less the differences it states.

Only differences give a prior; a growth in percent is far too coarse to accuse anybody with.
"""

from dataclasses import dataclass
from decimal import Decimal

from tracker.compare.figures import Amount, amount
from tracker.model import Disclosure, Figure

BASES = {"final": frozenset({"上年", "上年决算"}), "budget": frozenset({"上年", "上年预算"})}
"""The bases that mean last year's document of the same kind."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Last year's amount as ``stated`` this year implies it: ``amount``'s radius is that of its interval."""

    actual: Figure
    amount: Amount
    quote: str

    def allows(self, published: Amount) -> bool:
        """Say whether a published amount lies within what is implied, both at their precisions."""
        if published.dimension != self.amount.dimension:
            return False
        return abs(published.value - self.amount.value) <= self.amount.radius + published.radius


def subject(figure: Figure) -> str:
    """Return what a figure is about: its key without measure and role for the narrative, without role for tables."""
    return figure.key.rsplit("/", 1)[0]


def bases(disclosure: Disclosure) -> frozenset[str]:
    """Return the bases by which a document means last year's document of its kind."""
    return BASES["budget" if disclosure.identity.kind == "budget" else "final"]


def implied(disclosure: Disclosure) -> tuple[Prior, ...]:
    """Return every amount of last year that a document implies or prints, in document order."""
    meant = bases(disclosure)
    actuals: dict[tuple[str, str], Figure] = {}
    main = "budget" if disclosure.identity.kind == "budget" else "actual"
    for figure in disclosure.figures:
        if figure.role == main or (figure.role == "actual" and figure.base is None):
            actuals.setdefault((subject(figure), figure.heading), figure)
            actuals.setdefault((subject(figure), ""), figure)
    found: list[Prior] = []
    for figure in disclosure.figures:
        if figure.role not in ("delta", "prior") or figure.base not in meant:
            continue
        actual = actuals.get((subject(figure), figure.heading)) or actuals.get((subject(figure), ""))
        if actual is None:
            continue
        here, stated = amount(actual), amount(figure)
        if here.dimension != stated.dimension:
            continue
        value = stated.value if figure.role == "prior" else here.value - stated.value
        radius = stated.radius + (Decimal(0) if figure.role == "prior" else here.radius)
        found.append(Prior(actual, Amount(value, radius, here.dimension), figure.quote))
    return tuple(found)
