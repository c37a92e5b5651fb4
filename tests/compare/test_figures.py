"""One change a fact, with its places; what kind of difference it is."""

from decimal import Decimal

import pytest

from tests.compare.building import Builder, figure, revision, said
from tracker.compare.figures import amount, percent, plain

TOTAL = "final.03/total/total/actual"


def expenditure(table: str, *texts: str, unit: str = "万元") -> Builder:
    made = Builder().table(
        "final.03", [("total", "合计", {"total/actual": table})], unit=unit, facts={TOTAL: "expenditure"}
    )
    for text in texts:
        made.section("expenditure", f"2023年度支出合计{{{text}|actual|expenditure/total/actual|fact=expenditure}}。")
    return made


def test_a_fact_that_changed_in_table_and_text_is_one_change_with_both_places() -> None:
    (change,) = revision(expenditure("1728.50", "1,728.5万元"), expenditure("1730.50", "1,730.5万元"))

    assert (change.subject, change.kind, change.aspect, change.fact) == ("figure", "changed", "value", "expenditure")
    assert (change.before, change.after, change.delta, change.percent) == ("1728.50", "1730.50", "2.00", "0.12")
    assert (change.statement, change.section, change.role) == ("final.03", None, "actual")
    assert change.places == (TOTAL, "expenditure/total/actual")
    assert change.stale_places == ()


def test_a_place_that_was_forgotten_is_stale() -> None:
    (change,) = revision(expenditure("1728.50", "1,728.5万元"), expenditure("1730.50", "1,728.5万元"))

    assert change.places == (TOTAL,)
    assert change.stale_places == ("expenditure/total/actual",)


def test_a_text_that_rounds_the_new_amount_is_not_stale() -> None:
    (change,) = revision(
        expenditure("17285014", "1,728.50万元", unit="元"), expenditure("17285041", "1,728.50万元", unit="元")
    )

    assert change.places == (TOTAL,)
    assert change.stale_places == ()


def test_a_table_in_yuan_and_a_text_in_ten_thousands_change_as_one() -> None:
    (change,) = revision(
        expenditure("17285014", "1,728.50万元", unit="元"), expenditure("18285014", "1,828.50万元", unit="元")
    )

    assert (change.before, change.unit_before, change.delta) == ("17285014", "元", "1000000")
    assert len(change.places) == 2


def test_places_that_disagree_are_one_change_for_each_movement() -> None:
    changes = revision(expenditure("10.00", "10.00万元"), expenditure("11.00", "12.00万元"))

    assert [(c.before, c.after, c.places) for c in changes] == [
        ("10.00", "11.00", (TOTAL,)),
        ("10.00", "12.00", ("expenditure/total/actual",)),
    ]


@pytest.mark.parametrize(
    ("before", "after", "aspect", "delta", "growth"),
    [
        ("1万元", "10,000元", "unit", "0", "0.00"),
        ("1.00万元", "1.00元", "unit", "-9999.00", "-99.99"),
        ("1,728.5万元", "1,728.50万元", "decimals", "0.00", "0.00"),
        ("-18.09万元", "18.09万元", "sign", "36.18", "-200.00"),
        ("0万元", "3.00万元", "value", "3.00", None),
        ("8辆", "8台", "unit", None, None),
        ("3.00万人次", "30,500人次", "value", "500.00", "1.67"),
    ],
)
def test_it_is_said_when_only_unit_sign_or_decimals_changed(
    before: str, after: str, aspect: str, delta: str | None, growth: str | None
) -> None:
    one, two = (
        Builder().section("operating", f"运行经费{{{x}|actual|operating/cost/actual}}。") for x in (before, after)
    )

    (change,) = revision(one, two)

    assert (change.subject, change.aspect, change.delta, change.percent) == ("figure", aspect, delta, growth)


def test_a_flipped_direction_is_a_sign_and_a_wording() -> None:
    one = Builder().section("income", "收入合计减少{112.01万元|delta|income/total/delta:prior|sign=-}。")
    two = Builder().section("income", "收入合计增加{112.01万元|delta|income/total/delta:prior}。")

    changes = revision(one, two)

    assert said(changes) == [("passage", "changed", "wording"), ("figure", "changed", "sign")]


def test_cells_that_came_or_went_are_added_and_removed() -> None:
    one = Builder().table("final.03", [("2080101", "行政运行", {"total/actual": "5.00", "basic/actual": "5.00"})])
    two = Builder().table("final.03", [("2080101", "行政运行", {"total/actual": "5.00", "project/actual": "5.00"})])

    changes = revision(one, two)

    assert [(c.kind, c.key, c.before, c.after, c.delta) for c in changes] == [
        ("removed", "final.03/2080101/basic/actual", "5.00", None, "-5.00"),
        ("added", "final.03/2080101/project/actual", None, "5.00", "5.00"),
    ]


def test_equal_keys_are_paired_by_their_sentences() -> None:
    def cars(first: str, second: str) -> Builder:
        return Builder().section(
            "assets",
            f"其他用车{{{first}|actual|assets/cars/actual}}，用于外出检查。",
            f"另有其他用车{{{second}|actual|assets/cars/actual}}，用于接送。",
        )

    (change,) = revision(cars("3辆", "5辆"), cars("3辆", "6辆"))

    assert (change.before, change.after) == ("5", "6")


def test_equal_keys_of_a_table_of_which_one_went_keep_their_partners() -> None:
    def table(*cells: str) -> Builder:
        return Builder().table("final.x.list", [("a", "甲", {"total/actual": cell}) for cell in cells])

    (change,) = revision(table("1.00", "2.00", "3.00"), table("1.00", "3.00"))

    assert (change.kind, change.before) == ("removed", "2.00")


def test_amounts_agree_at_the_coarser_precision_only() -> None:
    def value(printed: str) -> bool:
        return amount(figure(printed, "actual", "a/b/actual")).says(
            amount(figure("248.69万元", "actual", "a/b/actual"))
        )

    assert value("2,486,900元")
    assert value("248.7万元")
    assert not value("248.68万元")
    assert not value("249台")


def test_percent_rounds_half_up_and_has_none_on_zero() -> None:
    assert percent(Decimal("0.125"), Decimal(100)) == "0.13"
    assert percent(Decimal("-0.125"), Decimal(100)) == "-0.13"
    assert percent(Decimal(1), Decimal(0)) is None
    assert plain(Decimal("1E+3")) == "1000"
