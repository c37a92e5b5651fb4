"""What one cell of a table says: an amount, a code, a name, a dash, a placeholder."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tracker.folding import fold

_AMOUNT = re.compile(
    r"(?P<number>[-+]?(?:\d{1,3}(?:(?:,+|[ ])\d{3})+|\d+)(?:\.\d+)?|\((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\))"
    r"(?P<unit>%|万元|千元|亿元|百元|元|个|辆|台\(套\)|台|套|人次|批次|人|次|批)?$"
)
_DASH = re.compile(r"^(?:[-/\\*…·.、]+|无|空)$")
_PLACEHOLDER = re.compile(r"^[-+]?(?:[Xx×ⅹ○〇]{1,}[,.]?)+(?:[%元万]+)?$")
_CODE = re.compile(r"^\d{3}(?:\d{2}){0,2}$")
_SPLIT_CODE = re.compile(r"^(\d{3})[ .\-](\d{1,2})(?:[ .\-](\d{1,2}))?$")
_KEPT = 1 << 14
"""Cells repeat (amounts in several tables, blanks, names); a pure answer is kept rather than made again."""
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A printed number: ``value`` without separators, ``decimals`` printed, ``unit`` where the cell prints one."""

    value: str
    decimals: int
    unit: str | None = None


@lru_cache(maxsize=_KEPT)
def amount(text: str) -> Amount | None:
    """Read a whole cell as one number, or return None.

    Separators of thousands may be missing, doubled or a space (``2,,020.06``, ``2 020.06``); a number in brackets
    is negative. A cell that holds two numbers, or a separator where no thousands end, is no number.
    """
    match = _AMOUNT.match(fold(text))
    if match is None:
        return None
    digits = re.sub(r"[, +()]", "", match["number"])
    if match["number"].startswith("("):
        digits = "-" + digits
    unit = match["unit"]
    return Amount(digits, len(digits.partition(".")[2]), "台（套）" if unit == "台(套)" else unit)


@lru_cache(maxsize=_KEPT)
def dash(text: str) -> bool:
    """Tell whether a cell prints a sign for nothing (``-``, ``——``, ``/``, ``*``): no figure."""
    return _DASH.match(fold(text)) is not None


@lru_cache(maxsize=_KEPT)
def placeholder(text: str) -> bool:
    """Tell whether a cell is an unfilled place of a template (``XX``, ``××``)."""
    return _PLACEHOLDER.match(fold(text)) is not None


@lru_cache(maxsize=_KEPT)
def code(text: str) -> str | None:
    """Return the code of 3, 5 or 7 digits that a cell holds, also where spaces or points part it (``208 05 05``)."""
    token = fold(text)
    if _CODE.match(token):
        return token
    match = _SPLIT_CODE.match(token)
    return None if match is None else "".join((match[1], *(part.zfill(2) for part in match.groups()[1:] if part)))


def words(text: str) -> bool:
    """Tell whether a cell holds Chinese words."""
    return _CJK.search(text) is not None


@lru_cache(maxsize=_KEPT)
def ordinal(text: str) -> int | None:
    """Return a whole number of at most three digits, such as a 行次, or None."""
    token = fold(text).strip("()")
    return int(token) if token.isdecimal() and len(token) <= 3 else None
