"""Amounts as people read them: one money unit a table, thousands set apart, no digit lost."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tracker.amounts import FEN, fen

_SMALL = frozenset({"元", "角", "分", "百元", "人民币元"})


def table_unit(units: Iterable[str | None]) -> str:
    """Return the unit for a table whose amounts were published in ``units``: 元 where all are small, else 万元."""
    money = [unit for unit in units if unit in FEN]
    return "元" if money and all(unit in _SMALL for unit in money) else "万元"


def shown(value: str | None, unit: str | None, wanted: str) -> str:
    """Return a published value: money in ``wanted`` with at least the digits that were published, the rest with its
    own unit behind it."""
    if value is None:
        return ""
    if unit not in FEN or _tiny(value, unit, wanted):
        return grouped(value) + (unit or "")
    return grouped(value if unit == wanted else converted(value, unit or "", wanted))


def _tiny(value: str, unit: str, wanted: str) -> bool:
    """Tell whether an amount is too small to be read in ``wanted``: a price of 19.35元 among 万元."""
    return unit != wanted and abs(Decimal(value)) * FEN[unit] * 100 < FEN[wanted] and Decimal(value) != 0


def converted(value: str, unit: str, wanted: str) -> str:
    """Return ``value`` of money unit ``unit`` in ``wanted``, exactly, without an exponent."""
    amount = Decimal(value) * FEN[unit] / FEN[wanted]
    text = f"{amount:f}"
    whole, _, part = text.partition(".")
    digits = part.rstrip("0")
    return f"{whole}.{digits:0<2}" if wanted != "元" or digits else whole


def grouped(value: str) -> str:
    """Return a decimal string with thousands set apart: ``-2020.06`` → ``-2,020.06``."""
    sign = value[:1] if value[:1] in "+-" else ""
    whole, point, part = value[len(sign) :].partition(".")
    return f"{sign}{int(whole):,}{point}{part}" if whole.isdigit() else value


def signed(value: str | None) -> str:
    """Return a difference with its sign: ``10.00`` → ``+10.00``."""
    if value is None:
        return ""
    return grouped(value if value.startswith(("-", "+")) or not value.strip("0.") else f"+{value}")


def difference(change: Mapping[str, Any], wanted: str, points: str) -> str:
    """Return a change's ``delta``, which is in the unit of the new value (or the old); ``points`` is the word for
    percentage points."""
    delta = change["delta"]
    unit = change["unit_after"] or change["unit_before"]
    if delta is None:
        return ""
    if unit in FEN and not _tiny(change["after"] or change["before"], unit, wanted):
        return signed(delta if unit == wanted else converted(delta, unit, wanted))
    return signed(delta) + ("" if unit is None else points if unit == "%" else unit)


class NoAmountError(ValueError):
    """A text that says no amount of money."""


_LEAST = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*(亿|百万|万|千|百)?元?")


def least_fen(text: str) -> int:
    """Return the amount that ``text`` says in 分: ``100`` (万元), ``100万元``, ``5000元``, ``1亿元``.

    Raises NoAmountError.
    """
    bare = text.strip().replace(",", "").replace("，", "")
    match = _LEAST.fullmatch(bare)
    if match is None:
        raise NoAmountError(text)
    unit = f"{match[2] or ''}元" if match[2] or bare.endswith("元") else "万元"
    amount = fen(match[1], unit)
    if amount is None:
        raise NoAmountError(text)
    return amount
