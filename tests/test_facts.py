"""Which figures say the same by definition."""

import pytest

from tracker.facts import fact
from tracker.model import Figure


def _figure(key: str, role: str = "actual", base: str | None = None) -> Figure:
    return Figure(key=key, label="", role=role, base=base, value="1", statement=key.split("/")[0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        (
            "expenditure.total",
            [
                "final.01/支出.expenditure.total/amount/actual",
                "final.03/total/total/actual",
                "expenditure/expenditure.total/actual",
            ],
        ),
        (
            "overall.total",
            ["final.01/收入.total/amount/actual", "final.01/支出.total/amount/actual", "overall/overall.total/actual"],
        ),
        ("expenditure.208", ["final.01/208/amount/actual", "final.03/208/total/actual"]),
        ("general.208", ["final.04/208/general/actual", "final.05/208/total/actual", "general.structure/208/actual"]),
        ("general.2080101", ["final.05/2080101/total/actual", "general.items/2080101/actual"]),
        ("general.basic", ["final.05/total/basic/actual", "general.items/basic/actual", "basic/basic/actual"]),
        ("basic.30217", ["final.06/30217/amount/actual", "basic/30217/actual"]),
        ("basic.public", ["final.06/public/amount/actual", "basic/public/actual"]),
        ("three_public.total", ["final.09/three_public.total/amount/actual", "three_public/three_public.total/actual"]),
    ],
)
def test_places_that_say_the_same_by_definition_share_a_fact(name: str, keys: list[str]) -> None:
    assert {fact(_figure(key)) for key in keys} == {name}


def test_a_budget_of_the_three_public_expenses_is_the_adjusted_one() -> None:
    table = _figure("final.09/three_public.total/amount/budget", "budget")
    words = _figure("three_public/three_public.total/budget:full_budget", "budget", "全年预算")
    initial = _figure("three_public/three_public.total/budget:initial_budget", "budget", "年初预算")

    assert fact(table) == fact(words) == "three_public.total:budget"
    assert fact(initial) == "three_public.total:budget:initial_budget"


def test_growth_is_a_fact_of_its_own_with_its_base() -> None:
    assert fact(_figure("overall/overall.total/percent:prior", "percent", "上年")) == "overall.total:percent:prior"


def test_spending_on_one_item_and_that_of_general_budget_money_are_two_facts() -> None:
    assert fact(_figure("final.03/2080101/total/actual")) != fact(_figure("final.05/2080101/total/actual"))


def test_what_stands_in_one_place_only_has_no_fact() -> None:
    assert fact(_figure("work/某事/actual")) is None
    assert fact(_figure("final.02/2080101/superior/actual")) is None
