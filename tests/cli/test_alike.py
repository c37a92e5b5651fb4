"""Movements that are one for a reader are one row."""

from typing import Any

from tracker.cli.alike import folded
from tracker.cli.wording import also, item
from tracker.messages import messages


def movement(label: str, before: str | None, after: str | None, **more: Any) -> dict[str, Any]:
    return {
        "axis": "year",
        "subject": "figure",
        "aspect": "value",
        "role": "budget",
        "key": "budget.05/221/total/budget:initial_budget",
        "code": None,
        "label": label,
        "measure": "金额",
        "section": None,
        "statement": "budget.05",
        "before": before,
        "after": after,
        "unit_before": "万元",
        "unit_after": "万元",
        "reason": None,
        "document_before": "江苏省人民检察院/2018/budget.department",
        "document_after": "江苏省人民检察院/2019/budget.department",
        **more,
    }


def rows(*changes: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["label"], [other["label"] for other in others]) for one, others in folded(changes)]


def test_one_movement_in_several_places_is_one_row_and_the_one_with_a_reason_speaks() -> None:
    here = movement("二、项目支出", "5573.00", "4335.30")
    there = movement("项目支出", "5573", "4335.3", reason="压减一般性支出")
    other = movement("退休费", "623.28", "1064.45")

    assert rows(here, other, there) == [("项目支出", ["二、项目支出"]), ("退休费", [])]


def test_what_came_is_the_same_only_under_one_name_and_nothing_is_folded_in_a_revision() -> None:
    came = [movement(label, None, "70.00") for label in ("培训费", "软件开发服务", "培训费")]
    revised = [movement(label, "1.00", "2.00", axis="revision") for label in ("甲", "乙")]

    assert rows(*came) == [("培训费", ["培训费"]), ("软件开发服务", [])]
    assert rows(*revised) == [("甲", []), ("乙", [])]


def test_stated_differences_and_other_years_are_no_part_of_it() -> None:
    stated = movement("行政运行", "5573.00", "4335.30", role="delta")
    earlier = movement("行政运行", "5573.00", "4335.30", document_after="江苏省人民检察院/2018/budget.department")

    assert len(rows(movement("行政运行", "5573.00", "4335.30"), stated, earlier)) == 3


def test_the_other_places_are_named_up_to_a_few() -> None:
    words = messages("zh")
    places = [movement(f"第{n}处", "1.00", "2.00") for n in range(5)]

    assert also(words, places[:1]) == "同额：第0处（05 一般公共预算支出表）"
    assert also(words, places).endswith("第2处（05 一般公共预算支出表），另 2 处")
    assert also(words, []) == ""


def test_a_planned_amount_of_a_budget_needs_no_word_and_that_of_final_accounts_does() -> None:
    words = messages("zh")
    planned = movement("行政运行", "1.00", "2.00", code="2040401")
    quoted = movement("行政运行", "1.00", "2.00", code="2040401", document_after="某中心/2023/final.unit")

    assert item(words, planned) == "2040401 行政运行"
    assert item(words, quoted) == "2040401 行政运行（预算数：年初预算）"


def test_a_column_that_is_named_like_its_line_is_named_once() -> None:
    words = messages("zh")
    travel = movement("公务接待费", "1.00", "2.00", measure="公务接待费", role="actual")

    assert item(words, travel) == "公务接待费"
    assert item(words, {**travel, "measure": "总计"}) == "公务接待费（总计）"
