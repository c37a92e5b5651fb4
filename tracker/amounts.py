"""Published numbers, exactly: decimal strings, units of money, integers of 分.

A figure has a precision: ``2,020.06万元`` stands for anything within half a unit of its last digit (±50元).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

FEN: dict[str, int] = {
    "分": 1,
    "角": 10,
    "元": 100,
    "百元": 100_00,
    "千元": 1_000_00,
    "万元": 10_000_00,
    "百万元": 1_000_000_00,
    "千万元": 10_000_000_00,
    "亿元": 100_000_000_00,
    "人民币元": 100,
}
"""Money units and how many 分 each is."""

NUMBER = r"[-－−]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:[.．]\d+)?"
"""A printed number after `folding.forms`: separators of thousands or none, an optional fraction and sign."""

_NUMBER = re.compile(rf"({NUMBER})$")


@dataclass(frozen=True, slots=True)
class Number:
    """A published number: ``value`` is its exact decimal string without separators, ``decimals`` its printed digits
    after the point."""

    value: str
    decimals: int

    @property
    def decimal(self) -> Decimal:
        """The exact value."""
        return Decimal(self.value)


def parse(text: str) -> Number | None:
    """Read a whole cell or token as one number, or return None: ``2,020.06`` → ``2020.06`` with 2 decimals.

    Accepts one sign (also as brackets, the accountants' way: ``(12.00)`` → ``-12.00``); refuses anything else.
    """
    token = text.strip()
    if len(token) > 2 and token[0] in "(（" and token[-1] in ")）":
        inner = parse(token[1:-1])
        return None if inner is None or inner.value.startswith("-") else Number("-" + inner.value, inner.decimals)
    match = _NUMBER.match(token)
    if match is None:
        return None
    value = re.sub(r"[,，]", "", match[1]).replace("．", ".").replace("－", "-").replace("−", "-")
    return Number(value, len(value.partition(".")[2]))


def fen(value: str, unit: str | None) -> int | None:
    """Return the amount in 分, or None where ``unit`` is no money unit or the amount is no whole number of 分."""
    if unit is None or unit not in FEN:
        return None
    amount = Decimal(value) * FEN[unit]
    return int(amount) if amount == amount.to_integral_value() else None


def half_ulp(value: str) -> Decimal:
    """Return half a unit of the last published digit: the radius of the interval that ``value`` stands for."""
    exponent = -len(value.partition(".")[2])
    return Decimal(5).scaleb(exponent - 1)
