"""Events planted between the budgets of two years: exactly they are found.

A budget prints one amount under many names (as income, by function, by purpose), and the generator names them otherwise
than the forms do. So movements are held against each other by what they say, each line and amount, not by fact;
words and structure are judged as everywhere.
"""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from tests.generator.render import RENDERS
from tests.generator.truth import Expected
from tests.generator.verdict import judge
from tests.properties.laws import breaches
from tests.properties.planted import Pair, follow, planned_years
from tracker.model import Change

Movement = tuple[str, str | None, Decimal | None, Decimal | None]


def movements(found: Iterable[Expected | Change]) -> set[Movement]:
    return {(each.kind, each.role, _size(each.before), _size(each.after)) for each in found if each.subject == "figure"}


def _size(value: str | None) -> Decimal | None:
    """Words say the sign of a stated difference."""
    return None if value is None else abs(Decimal(value))


def problems(pair: Pair) -> list[str]:
    outcome = follow(pair)
    words = judge(
        [want for want in pair.expected if want.subject != "figure"],
        [change for change in outcome.changes if change.subject != "figure"],
    )
    wanted, found = movements(pair.expected), movements(outcome.changes)
    return [
        *(["held"] if outcome.held else []),
        *(f"{pair.name}: missing {each}" for each in (*words.missing, *sorted(wanted - found, key=str))),
        *(f"{pair.name}: extra {each}" for each in (*words.extra, *sorted(found - wanted, key=str))),
        *(f"{pair.name}: {told}" for change in outcome.changes for told in breaches(change)),
        *(f"{pair.name}: {change.key_before} is no {change.key}" for change in outcome.changes if _crossed(change)),
    ]


def _crossed(change: Change) -> bool:
    """Say whether a figure was paired with another line's though nothing links the two."""
    if change.subject != "figure" or not change.key or not change.key_before or change.aspect == "restated":
        return False
    line, before = change.key.split("/")[1], change.key_before.split("/")[1]
    return line != before and not (line.isdigit() and before.isdigit()) and "中心" not in before and "馆" not in before


@pytest.mark.parametrize("how", ["tsv", "html"])
def test_exactly_what_was_planted_between_two_budgets_is_found(how: str) -> None:
    pairs = [*planned_years(how, range(2))]

    assert len(pairs) == 14
    assert [told for pair in pairs for told in problems(pair)] == []


@pytest.mark.soak
@pytest.mark.parametrize("how", RENDERS)
def test_exactly_what_was_planted_between_many_budgets_is_found(how: str) -> None:
    assert [told for pair in planned_years(how, range(100, 112)) for told in problems(pair)] == []
