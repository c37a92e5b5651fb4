"""By when a disclosure has to be public, and how late it was. Pure.

Rules, with what they rest on:

- ``approval``: 20 days after the finance department's approval (批复) of a department's (部门) budget or final
  accounts. 预算法 art. 14; the 20 days are confirmed by the inspection reports of the Ministry of Finance, the number
  of the article is general knowledge of the field and was not read in the text.
- ``approval_unit``: a subordinate unit's (单位), 20 days after its department's approval. 预算法实施条例 art. 6 says
  that units publish too (read); the 20 days are general knowledge of the field and were not read in the text.
- ``declared``: the day that the configuration gives (``deadline = "MM-DD"``), of the year after the fiscal year for
  final accounts, of the fiscal year for budgets.
- ``october``: final accounts of localities where no approval is known, by 31 October of the year after the fiscal
  year: what inspectors check (及时性, inspection reports of the Ministry of Finance and of 新疆).
- ``none``: budgets without an approval or a declared day: they follow a people's congress, which sets no one date.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tracker.model import Kind, Scope
from tracker.moments import moment
from tracker.schedule import SHANGHAI

Rule = Literal["approval", "approval_unit", "declared", "october", "none"]

Verdict = Literal["in_time", "late", "in_time_stated", "late_stated", "unknown", "undated"]
"""``in_time`` and ``late`` are what we saw ourselves; ``…_stated`` what the publisher's own date says, where what we
saw leaves both open; ``unknown``: neither tells; ``undated``: no rule gives a day."""

_AFTER_APPROVAL = timedelta(days=20)
_CONFIRMED: Mapping[Rule, bool] = {"approval": True, "approval_unit": False, "declared": True, "october": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The last day on which a disclosure is in time, by ``rule``; None where no rule gives one. ``confirmed`` is not
    set where the rule was not read in a public text."""

    day: date | None
    rule: Rule
    approved: date | None = None

    @property
    def confirmed(self) -> bool:
        """Whether what the rule rests on was read."""
        return _CONFIRMED.get(self.rule, True)


def deadline(
    kind: Kind, year: int, scope: Scope | None, *, approved: date | None = None, declared: str | None = None
) -> Deadline:
    """Return by when the disclosure of fiscal year ``year`` has to be public. ``declared``: ``MM-DD``."""
    if approved is not None:
        rule: Rule = "approval_unit" if scope == "unit" else "approval"
        return Deadline(day=approved + _AFTER_APPROVAL, rule=rule, approved=approved)
    due_year = year + 1 if kind == "final" else year
    if declared is not None:
        month, day = declared.split("-")
        return Deadline(day=date(due_year, int(month), int(day)), rule="declared")
    if kind == "final":
        return Deadline(day=date(due_year, 10, 31), rule="october")
    return Deadline(day=None, rule="none")


def approval_fits(kind: Kind, year: int, day: date) -> bool:
    """Tell whether a budget or final accounts of fiscal year ``year`` can have been approved on ``day``: budgets from
    December before it to the middle of it, final accounts in the year after it."""
    if kind == "final":
        return date(year + 1, 1, 1) <= day <= date(year + 2, 3, 31)
    return date(year - 1, 12, 1) <= day <= date(year, 7, 31)


# --- printed approvals -----------------------------------------------------------------------------------------------

_DAY = r"(?P<{0}year>20\d\d)\s*[年.\-/]\s*(?P<{0}month>\d{{1,2}})\s*[月.\-/]\s*(?P<{0}day>\d{{1,2}})\s*日?"
_PRINTED = re.compile(
    rf"{_DAY.format('a')}[^。；;\n]{{0,30}}?批复|批复[^。；;\n\d]{{0,15}}?[:：为于是]?\s*{_DAY.format('b')}"
)
_OF_KIND: Mapping[Kind, str] = {"final": "决算", "budget": "预算"}


def printed_approval(texts: Iterable[str], kind: Kind, year: int) -> tuple[date, str] | None:
    """Return the day on which ``texts`` (sentences of a disclosure) say that it was approved, and the words that say
    so; None where none does, or where they say several.

    Only a sentence that names what was approved (决算 or 预算) counts, and only a day on which that can have been.
    """
    found: dict[date, str] = {}
    for text in texts:
        if "批复" not in text or _OF_KIND[kind] not in text:
            continue
        for match in _PRINTED.finditer(text):
            day = _day({name[1:]: int(value) for name, value in match.groupdict().items() if value})
            if day is not None and approval_fits(kind, year, day):
                found.setdefault(day, match[0])
    return next(iter(found.items())) if len(found) == 1 else None


def _day(parts: Mapping[str, int]) -> date | None:
    try:
        return date(parts["year"], parts["month"], parts["day"])
    except ValueError:
        return None


# --- how late --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How late a disclosure was, in days: ``stated`` by its own date (negative: early), ``at_least`` and ``at_most`` by
    what we saw. ``contradicted``: we looked after its stated date, and it was not there, or before it, and it was."""

    verdict: Verdict
    stated: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    contradicted: bool = False


def lateness(due: date | None, *, seen_before: str | None, seen_after: str, stated: date | None) -> Lateness:
    """Return how late a disclosure was that was not there at the look ``seen_before`` (None: there was none) and was at
    ``seen_after``; its page says ``stated``. Days are those of Asia/Shanghai."""
    last_without = None if seen_before is None else local_day(seen_before)
    first_with = local_day(seen_after)
    contradicted = stated is not None and (stated > first_with or (last_without is not None and stated < last_without))
    if due is None:
        return Lateness(verdict="undated", contradicted=contradicted)
    at_most = (first_with - due).days
    at_least = None if last_without is None else (last_without - due).days
    claimed = None if stated is None else (stated - due).days
    if at_most <= 0:
        verdict: Verdict = "in_time"
    elif at_least is not None and at_least > 0:
        verdict = "late"
    elif claimed is None or contradicted:
        verdict = "unknown"
    else:
        verdict = "late_stated" if claimed > 0 else "in_time_stated"
    return Lateness(verdict=verdict, stated=claimed, at_least=at_least, at_most=at_most, contradicted=contradicted)


def local_day(stamp: str) -> date:
    """Return the day of a kept moment in Asia/Shanghai."""
    return moment(stamp).astimezone(SHANGHAI).date()


def stated_day(text: str | None) -> date | None:
    """Return a stated date (``2024-09-20``) as a day, None where it is none."""
    try:
        return None if text is None else datetime.strptime(text[:10], "%Y-%m-%d").date()  # noqa: DTZ007  (a day only)
    except ValueError:
        return None
