"""The matching itself: one to one, three depths."""

from tests.truth.matching import Row, score


def row(**given: object) -> Row:
    return {"label": "基本支出", "role": "actual", "value": "1.50", "unit": "万元", "statement": None, **given}


def test_a_recorded_figure_answers_one_true_figure_only() -> None:
    result = score([row(), row()], [row()], "meaning")
    assert (len(result.missed), result.recall) == (1, 0.5)


def test_a_general_match_makes_room_for_a_particular_one() -> None:
    true = [row(label="支出", loose=True), row(label="基本支出")]
    found = [row(label="基本支出"), row(label="项目支出")]
    assert score(true, found, "meaning").missed == ()
    assert score(list(reversed(true)), found, "meaning").missed == ()


def test_depths_ask_for_more_and_more() -> None:
    true = [row()]
    found = [row(label="项目支出", role="budget")]
    recalls = [score(true, found, depth).recall for depth in ("value", "line")]
    assert recalls == [1.0, 0.0]
    assert score(true, [row(role="budget")], "line").recall == 1.0
    assert score(true, [row(role="budget")], "meaning").recall == 0.0


def test_another_unit_or_table_is_another_figure() -> None:
    assert score([row()], [row(unit="元")], "value").recall == 0.0
    assert score([row(statement="final.01")], [row(statement="final.02")], "value").recall == 0.0
    assert score([row()], [row(statement="performance.overall")], "value").recall == 1.0


def test_codes_decide_the_line_where_both_have_one() -> None:
    assert score([row(code="208", label="甲")], [row(code="208", label="乙")], "line").recall == 1.0
    assert score([row(code="208")], [row(code="210")], "line").recall == 0.0


def test_columns_are_compared_in_tables_of_several() -> None:
    true = [row(statement="final.03", measure="基本支出")]
    assert score(true, [row(statement="final.03", measure="项目支出")], "meaning").recall == 0.0
    assert score(true, [row(statement="final.03", measure="基本支出")], "meaning").recall == 1.0


def test_what_answers_nothing_is_said() -> None:
    assert score([row()], [row(), row(value="9")], "meaning").beyond == (row(value="9"),)
