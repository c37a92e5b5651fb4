"""Dates as pages print them beside their links, and as addresses hold them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scrapers.finding.markup import EDGE

_GAP = rf"[\s{EDGE}]{{0,12}}"
_YEAR = r"(?P<{0}y>(?:19|20)\d\d)"
_MONTH = r"(?P<{0}m>0?[1-9]|1[0-2])"
_DAY = r"(?P<{0}d>0?[1-9]|[12]\d|3[01])"


def _part(pattern: str, name: str) -> str:
    return pattern.replace("{0}", name)


# 2024-09-20, 2024/9/20, 2024.09.20, 2024年9月20日; 09-20 with the year below; 20 with 2024-09 below; [09-20].
_PRINTED = re.compile(
    rf"(?<![\d./-])(?:"
    rf"{_part(_YEAR, 'a')}{_GAP}(?:(?P<sep>[-/.]){_GAP}{_part(_MONTH, 'a')}{_GAP}(?P=sep){_GAP}{_part(_DAY, 'a')}"
    rf"|年{_GAP}{_part(_MONTH, 'b')}{_GAP}月{_GAP}{_part(_DAY, 'b')}(?={_GAP}日))"
    rf"|{_part(_MONTH, 'c')}[-/.]{_part(_DAY, 'c')}[\s{EDGE}]{{1,12}}{_part(_YEAR, 'c')}(?![-/.年]?\d)(?!年)"
    rf"|{_part(_DAY, 'e')}[\s{EDGE}]{{1,12}}{_part(_YEAR, 'e')}(?:[-/.]{_part(_MONTH, 'e')}|年{_part(_MONTH, 'f')}月)"
    rf"(?![-/.]\d)"
    rf"|(?:{_part(_MONTH, 'g')}[-/]{_part(_DAY, 'g')}|{_part(_MONTH, 'h')}月{_part(_DAY, 'h')}日)"
    rf")(?!\d)"
)
_IN_ADDRESS = (
    re.compile(r"[/_]t?((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[_/.]|\d{4,10}[_./])"),
    re.compile(r"/((?:19|20)\d\d)[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01])(?=[/_])"),
    re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_])"),
)
_MONTHS_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])(?=/)")


@dataclass(frozen=True, slots=True)
class Printed:
    """A date that stands on a page, at ``start`` up to ``end`` of its words; without a year where none is printed."""

    start: int
    end: int
    year: int | None
    month: int
    day: int

    def iso(self, url: str = "") -> str | None:
        """Return it as ``2024-09-20``. Where no year is printed it is the one of a date in ``url`` that agrees, and
        without such a one there is None: nothing is guessed."""
        year = self.year if self.year is not None else self._year_of(url)
        if year is None:
            return None
        try:
            return date(year, self.month, self.day).isoformat()
        except ValueError:
            return None

    def _year_of(self, url: str) -> int | None:
        for pattern in _IN_ADDRESS:
            for found in pattern.finditer(url):
                if (int(found[2]), int(found[3])) == (self.month, self.day):
                    return int(found[1])
        for found in _MONTHS_IN_ADDRESS.finditer(url):
            if int(found[2]) == self.month:
                return int(found[1])
        return None


def printed(text: str) -> Iterator[Printed]:
    """Yield the dates that ``text`` (words of a page, with their edges) prints, in order."""
    for found in _PRINTED.finditer(text):
        parts = {name: value for name, value in found.groupdict().items() if value is not None and name != "sep"}
        numbers = {name[-1]: int(value) for name, value in parts.items()}
        yield Printed(found.start(), found.end(), numbers.get("y"), numbers["m"], numbers["d"])
