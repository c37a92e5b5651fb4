"""Three budgets of one unit, as they were published: what two comparisons over the years show."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from scrapers.decode import decode
from tracker.compare import compare
from tracker.model import Change, Comparison, Disclosure
from tracker.normalize import normalize
from tracker.taxonomy import load

Compared = Callable[[int], Comparison]
PLAN = "budget:initial_budget"


@pytest.fixture(scope="module")
def year(disclosures: Path) -> Compared:
    def read(printed: int) -> Disclosure:
        path = disclosures / "corpus" / f"budget-{printed}-js-jianchayuan.pdf"
        return normalize(decode(path.read_bytes(), name=path.name), name=path.name, taxonomy=load())

    @cache
    def of(printed: int) -> Comparison:
        return compare(read(printed - 1), read(printed), "year", load())

    return of


def change(comparison: Comparison, key: str) -> Change:
    (found,) = [c for c in comparison.changes if c.subject == "figure" and f"{key}/{PLAN}" in (c.key, *c.places)]
    return found


@pytest.mark.parametrize(
    ("printed", "before", "after"), [(2018, "17996.68", "21955.35"), (2019, "21955.35", "24169.74")]
)
def test_the_headline_moves_as_the_text_says(printed: int, before: str, after: str, year: Compared) -> None:
    total = change(year(printed), "budget.01/收入.total/amount")

    assert (total.before, total.after) == (before, after)
    assert Decimal(total.delta or 0) == Decimal(after) - Decimal(before)


def test_four_lines_became_one_under_the_code_of_one_of_them(year: Compared) -> None:
    links = [link for link in year(2018).links if link.evidence == "implied" and link.statement == "budget.05"]

    assert [(set(link.before), link.after) for link in links] == [
        ({"2040404", "2040405", "2040406", "2040499"}, ("2040405",))
    ]
    merged = [c for c in year(2018).changes if c.kind == "merged"]
    assert [(c.before, c.after, c.delta) for c in merged] == [("2029.00", "1895.00", "-134.00")]
    # 150.00 of 公诉和审判监督 is not what 1,895.00 under its code is compared with.
    assert [
        c for c in year(2018).changes if c.subject == "figure" and c.code == "2040405" and c.before == "150.00"
    ] == []


def test_a_line_goes_on_under_another_code(year: Compared) -> None:
    links = [link for link in year(2019).links if link.evidence == "implied" and link.statement == "budget.05"]

    assert [(link.before, link.after) for link in links] == [(("2040405",), ("2040410",))]
    moved = change(year(2019), "budget.05/2040410/total")
    assert (moved.before, moved.after, moved.delta) == ("1895.00", "1185.60", "-709.40")
    assert (moved.reason or "").startswith("一是省纪委监委")


def test_economic_lines_renumbered_by_the_reform_of_2018_go_on(year: Compared) -> None:
    links = {(link.before, link.after) for link in year(2018).links if link.evidence == "renumbered"}

    assert links == {(("30104",), ("30112",)), (("30311",), ("30113",)), (("30307",), ("30114",))}
    housing = change(year(2018), "budget.06/30113/amount")
    assert (housing.kind, housing.before, housing.after) == ("changed", "784.22", "1073.77")


def test_classes_renamed_by_the_reform_of_2019_are_the_same_lines(year: Compared) -> None:
    renamed = {c.key for c in year(2019).changes if c.subject == "structure" and c.aspect == "wording"}

    assert {"budget.01/207", "budget.01/210", "budget.01/220"} <= renamed


@pytest.mark.parametrize("printed", [2018, 2019])
def test_no_figure_of_a_table_is_paired_with_another_lines(printed: int, year: Compared) -> None:
    linked = {(link.statement, b, a) for link in year(printed).links for b in link.before for a in link.after}
    pairs = [
        (c.statement, (c.key_before or "").split("/")[1], (c.key or "").split("/")[1])
        for c in year(printed).changes
        if c.subject == "figure" and c.statement is not None and c.before is not None and c.after is not None
    ]

    assert len(pairs) > 50
    assert [pair for pair in pairs if pair[1] != pair[2] and pair not in linked] == []


@pytest.mark.parametrize("printed", [2018, 2019])
def test_no_figure_of_the_words_is_paired_with_another_lines(printed: int, year: Compared) -> None:
    codes = {(b, a) for link in year(printed).links for b in link.before for a in link.after}
    pairs = [
        ((c.key_before or "").split("/")[1], (c.key or "").split("/")[1])
        for c in year(printed).changes
        if c.subject == "figure" and c.section is not None and c.aspect == "value" and c.before and c.after
    ]

    assert len(pairs) > 30
    known = [(b, a) for b, a in pairs if b != a and b.isascii() and a.isascii()]
    assert [pair for pair in known if pair not in codes] == []


def test_the_difference_of_a_line_is_compared_with_that_of_the_same_line(year: Compared) -> None:
    stated = {c.key: (c.before, c.after) for c in year(2019).changes if c.section == "overall" and c.role == "delta"}

    assert stated["overall/project/delta:prior"] == ("40", "-1237.7")
    assert stated["overall/reserve/delta:prior"] == ("2247.84", "1602.36")


@pytest.mark.parametrize(("printed", "before", "after"), [(2018, "6032.55", "2722.57"), (2019, "2722.57", "2391.92")])
def test_running_costs_are_one_fact_in_the_table_and_in_the_words(
    printed: int, before: str, after: str, year: Compared
) -> None:
    costs = change(year(printed), "operating/operating_cost")

    assert (costs.before, costs.after) == (before, after)
    assert costs.key == f"budget.x.operating/total/total/{PLAN}"
    assert costs.reason


@pytest.mark.parametrize("printed", [2018, 2019])
def test_the_number_of_a_table_and_the_department_above_it_are_told_once(printed: int, year: Compared) -> None:
    worded = [c for c in year(printed).changes if c.subject == "passage" and c.statement is not None]

    departments = [c for c in worded if "部门" in (c.text_before or "") and "江苏省人民检察院" in (c.text_before or "")]
    assert len(departments) == (printed == 2019)
    assert [c for c in worded if c.ops == (("-", c.text_before), ("+", c.text_after))] == []
