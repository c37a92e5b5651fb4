"""Amounts and moments as people give and read them."""

import pytest

from tracker.cli.amounts import NoAmountError, converted, grouped, least_fen, shown, signed, table_unit
from tracker.cli.moments import NoMomentError, local, utc


def test_thousands_are_set_apart_and_digits_stay() -> None:
    assert grouped("2020.06") == "2,020.06"
    assert grouped("-1234567") == "-1,234,567"
    assert grouped("0.10") == "0.10"


def test_a_table_of_yuan_stays_in_yuan_and_any_other_is_in_ten_thousands() -> None:
    assert table_unit(["元", None, "元"]) == "元"
    assert table_unit(["元", "万元"]) == "万元"
    assert table_unit(["%", None]) == "万元"


def test_an_amount_is_converted_exactly() -> None:
    assert converted("171915169", "元", "万元") == "17191.5169"
    assert converted("1.5", "亿元", "万元") == "15000.00"
    assert converted("20200600.00", "元", "万元") == "2020.06"
    assert converted("2.5", "万元", "元") == "25000"


def test_what_is_no_money_keeps_its_unit() -> None:
    assert shown("98.2", "%", "万元") == "98.2%"
    assert shown("12", "辆", "万元") == "12辆"
    assert shown(None, "万元", "万元") == ""


def test_a_price_too_small_for_the_unit_of_its_table_keeps_its_own() -> None:
    assert shown("19.35", "元", "万元") == "19.35元"


def test_a_difference_has_its_sign() -> None:
    assert [signed(each) for each in ("10.00", "-3", "0", "0.00", None)] == ["+10.00", "-3", "0", "0.00", ""]


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("100", 100_0000_00),
        ("100万元", 100_0000_00),
        ("5000元", 5000_00),
        ("1亿元", 1_0000_0000_00),
        ("1.5万", 1_5000_00),
    ],
)
def test_a_least_amount_is_in_ten_thousands_unless_it_says(text: str, fen: int) -> None:
    assert least_fen(text) == fen


@pytest.mark.parametrize("text", ["", "many", "-5", "NaN", "元", "1e999999"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(NoAmountError):
        least_fen(text)


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2024-10-12", "2024-10-11T16:00:00Z"),
        ("2024年10月2日", "2024-10-01T16:00:00Z"),
        ("2024/1/2 08:30", "2024-01-02T00:30:00Z"),
        ("2024-10-12T08:30:15", "2024-10-12T00:30:15Z"),
        ("2024-10-12T08:30:15Z", "2024-10-12T08:30:15Z"),
        ("2024-10-12T08:30+01:00", "2024-10-12T07:30:00Z"),
    ],
)
def test_a_time_without_a_zone_is_that_of_shanghai(text: str, stamp: str) -> None:
    assert utc(text) == stamp


@pytest.mark.parametrize("text", ["", "soon", "2024", "2024-13-01", "2024-02-30", "0001-01-01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(NoMomentError):
        utc(text)


def test_a_kept_moment_is_shown_local() -> None:
    assert local("2024-10-11T16:00:00Z") == "2024-10-12"
    assert local("2024-10-12T00:30:00Z") == "2024-10-12 08:30"
    assert local(None) == ""
