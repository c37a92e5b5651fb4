"""The formulas printed below a table: ``27 行 = (1+2+3) 行``, ``6 栏各行 = (1+2-3) 栏各行``."""

import re

from tracker.folding import fold
from tracker.model import Formula

_FORMULA = re.compile(
    r"(?P<total>\d{1,3})(?P<over>行|栏)(?:各[行栏])?[=≡]"
    r"(?P<terms>\(?\d{1,3}(?:[+\-]\(?(?:\d{1,3}|[.…]{1,6})\)?)*\)?)(?:行|栏)?(?:各[行栏])?"
)
_TERM = re.compile(r"([+\-]?)(\d{1,3}|[.…]{1,6})")


def formulas(text: str) -> tuple[tuple[int, int, Formula], ...]:
    """Return (start, end, formula) of every formula printed in ``text``, which is tidy.

    An ellipsis stands for every number between its neighbours, both included. 行 is a row (行次), 栏 a column.
    """
    found: list[tuple[int, int, Formula]] = []
    # Folding keeps the length here: no thousands separator can stand between the digits of a formula.
    plain = text.translate(_WIDTHS)
    for match in _FORMULA.finditer(plain):
        terms = _terms(match["terms"])
        if terms is None:
            continue
        over = "row" if match["over"] == "行" else "column"
        found.append(
            (match.start(), match.end(), Formula(over, match["total"], terms, text[match.start() : match.end()]))
        )
    return tuple(found)


_WIDTHS = str.maketrans({"（": "(", "）": ")", "＋": "+", "－": "-", "＝": "=", "—": "-", "–": "-", "−": "-"})


def _terms(text: str) -> tuple[tuple[str, int], ...] | None:
    terms: list[tuple[str, int]] = []
    open_from: int | None = None
    for sign, token in _TERM.findall(fold(text)):
        if not token.isdigit():
            if not terms:
                return None
            open_from = int(terms[-1][0])
            continue
        number = int(token)
        if open_from is not None:
            if number <= open_from:
                return None
            terms.extend((str(n), 1) for n in range(open_from + 1, number))
            open_from = None
        terms.append((str(number), -1 if sign == "-" else 1))
    return None if open_from is not None or not terms else tuple(terms)
