"""Published numbers, exactly."""

from decimal import Decimal

import pytest

from tracker.amounts import Number, fen, half_ulp, parse


@pytest.mark.parametrize(
    ("printed", "value", "decimals"),
    [
        ("2,020.06", "2020.06", 2),
        ("2390.8", "2390.8", 1),
        ("42", "42", 0),
        ("(12.00)", "-12.00", 2),
        ("-0.5", "-0.5", 1),
    ],
)
def test_a_printed_number_is_read_exactly(printed: str, value: str, decimals: int) -> None:
    assert parse(printed) == Number(value, decimals)


@pytest.mark.parametrize("printed", ["", "-", "—", "2080101x", "1.2.3", "12,34", "约5"])
def test_what_is_no_number_is_not_read(printed: str) -> None:
    assert parse(printed) is None


def test_amounts_are_whole_fen_whatever_the_unit() -> None:
    assert fen("2020.06", "万元") == fen("20200600", "元") == fen("0.202006", "亿元") == 2_020_060_000


def test_what_is_no_money_has_no_fen() -> None:
    assert fen("16", "人次") is None
    assert fen("16", None) is None


def test_a_figure_stands_for_half_a_unit_of_its_last_digit_either_way() -> None:
    assert half_ulp("2020.06") == Decimal("0.005")
    assert half_ulp("17192") == Decimal("0.5")
