"""The formulas printed below tables."""

from tracker.normalize.statements.formulas import formulas


def _parsed(text: str) -> list[tuple[str, str, list[int]]]:
    return [(f.over, f.total, [int(n) * sign for n, sign in f.terms]) for _, _, f in formulas(text)]


def test_rows_are_summed_one_by_one() -> None:
    text = "27行=(1+2+3+4+5+6+7+8)行；31行=(27+28+29)行；"

    assert _parsed(text) == [("row", "27", [1, 2, 3, 4, 5, 6, 7, 8]), ("row", "31", [27, 28, 29])]


def test_an_ellipsis_stands_for_all_rows_between() -> None:
    assert _parsed("58行=(32+33+...+57)行；")[0] == ("row", "58", list(range(32, 58)))
    assert _parsed("59行=（33+34+…+58）行")[0] == ("row", "59", list(range(33, 59)))


def test_columns_may_be_subtracted() -> None:
    assert _parsed("6栏各行=(1+2-3)栏各行；3栏各行=(4+5)栏各行。") == [
        ("column", "6", [1, 2, -3]),
        ("column", "3", [4, 5]),
    ]


def test_the_quote_is_the_printed_formula() -> None:
    ((start, end, formula),) = formulas("注：本表。1栏=(2+3+6)栏；")

    assert formula.quote == "1栏=(2+3+6)栏"
    assert (start, end) == (5, 16)


def test_an_amount_in_a_sentence_is_no_formula() -> None:
    assert formulas("本年收入2,020.06万元，比上年增加3行业") == ()
