"""Sums on published digits."""

import pytest

from tests.normalize.tables import reading, table
from tracker.sums import Sum, adds_up
from tracker.taxonomy import load

CAPTION = "一般公共预算财政拨款支出决算表单位：万元"
HEAD = "科目编码|科目名称|合计|基本支出|项目支出\n"


@pytest.mark.parametrize(
    ("total", "terms", "verdict"),
    [
        ("2020.06", ["1588.55", "216.74", "214.77"], "closes"),
        ("1977.19", ["1728.50", "248.68"], "rounding"),
        ("1977.20", ["1728.50", "248.68"], "open"),
        ("1729", ["1480.5", "248.68"], "rounding"),
        ("100", ["58.3", "41.6"], "rounding"),
        ("10.00", ["5.00", "4.90"], "open"),
    ],
)
def test_a_difference_inside_the_intervals_is_rounding(total: str, terms: list[str], verdict: str) -> None:
    assert Sum(total, tuple((term, 1) for term in terms)).verdict == verdict


def test_a_blank_total_over_amounts_is_open_and_terms_may_be_subtracted() -> None:
    assert Sum(None, (("1.00", 1),)).verdict == "open"
    assert Sum("0.50", (("1.00", 1), ("2.00", 1), ("2.50", -1))).verdict == "closes"


def test_a_tree_that_lost_a_line_no_longer_adds_up() -> None:
    whole = HEAD + "|合计|10.00|6.00|4.00\n208|社会保障和就业支出|6.00|6.00|\n210|卫生健康支出|4.00||4.00"
    before = reading(CAPTION, table(whole))
    after = reading(CAPTION, table(whole.rpartition("\n")[0]))

    assert adds_up(before.statements[0], before.figures) == ()
    assert {(b.line, b.measure) for b in adds_up(after.statements[0], after.figures)} == {
        ("total", "total"),
        ("total", "project"),
    }


def test_a_line_gone_together_with_its_amount_in_the_totals_still_adds_up() -> None:
    found = reading(CAPTION, table(HEAD + "|合计|6.00|6.00|\n208|社会保障和就业支出|6.00|6.00|"))

    assert adds_up(found.statements[0], found.figures) == ()


def test_printed_formulas_are_executed_over_rows_and_columns() -> None:
    rows = (
        "收入|||支出||\n项目|行次|金额|项目|行次|金额\n五、事业收入|1|3.00|一、一般公共服务支出|32|2.00\n"
        "八、其他收入|2|1.00|二、外交支出|33|\n本年收入合计|27|4.50|本年支出合计|58|2.00\n总计|31|4.50|总计|62|4.50"
    )
    found = reading("收入支出决算总表单位：万元", table(rows), "27行=(1+2)行；58行=(32+33)行。")

    (breach,) = adds_up(found.statements[0], found.figures)
    assert (breach.rule, breach.line, str(breach.sum.expected)) == ("formula", "收入.income.total", "4.00")


def test_the_items_of_the_three_public_expenses_are_summed_across_their_columns() -> None:
    printed = (
        "预算数||||||决算数|||||\n合计|因公出国(境)费|公务用车购置及运行维护费|||公务接待费"
        "|合计|因公出国(境)费|公务用车购置及运行维护费|||公务接待费\n||小计|公务用车购置费|公务用车运行维护费||"
        "||小计|公务用车购置费|公务用车运行维护费|\n1|2|3|4|5|6|7|8|9|10|11|12\n7.00||4.00||4.00|3.00|5.50||3.00||3.00|2.00"
    )
    found = reading(
        "财政拨款“三公”经费支出决算表单位：万元",
        table(printed),
        "1栏=(2+3+6)栏；3栏=(4+5)栏；7栏=(8+9+12)栏；9栏=(10+11)栏。",
    )

    (breach,) = adds_up(found.statements[0], found.figures)
    assert (breach.line, breach.sum.total, str(breach.sum.expected)) == ("three_public.total", "5.50", "5.00")


def test_forms_that_print_no_formula_have_them_built_in() -> None:
    found = reading(CAPTION, table(HEAD + "|合计|9.00|6.00|4.00\n208|社会保障和就业支出|9.00|6.00|4.00"))
    (statement,) = found.statements

    assert adds_up(statement, found.figures) == ()
    assert {b.line for b in adds_up(statement, found.figures, load().forms["final.05"])} == {"total", "208"}


def test_rows_that_are_parts_of_another_are_never_added() -> None:
    rows = (
        "收入||支出|\n项目|决算数|项目|决算数\n一、财政拨款收入|5.00|五、教育支出|5.00\n其中：政府性基金预算财政拨款|2.00||\n"
        "本年收入合计|5.00|本年支出合计|5.00\n总计|5.00|总计|5.00"
    )
    found = reading("收入支出决算总表单位：万元", table(rows))

    assert adds_up(found.statements[0], found.figures, load().forms["final.01"]) == ()
