"""``history``: a figure over years and states, revisions visible."""

from collections.abc import Sequence
from typing import Any

import pytest

from tracker.cli.history import print_history
from tracker.cli.session import Session
from tracker.messages import messages


def told(year: int, state: int, value: str, **more: Any) -> dict[str, Any]:
    return {
        "unit_name": "某某局",
        "kind": "final",
        "scope": "unit",
        "year": year,
        "state": state,
        "held": 0,
        "key": "three_public/three_public.total/actual",
        "fact": "three_public.total",
        "statement": None,
        "section": "three_public",
        "code": None,
        "label": "“三公”经费",
        "measure": None,
        "role": "actual",
        "base": None,
        "value": value,
        "unit": "万元",
        **more,
    }


def printed(capsys: pytest.CaptureFixture[str], *rows: dict[str, Any], links: Sequence[dict[str, Any]] = ()) -> str:
    print_history(Session(messages("zh")), rows, links)
    return capsys.readouterr().out


def test_a_revised_figure_shows_both_values_in_its_year(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, told(2022, 1, "5.01"), told(2023, 1, "4.69"), told(2023, 2, "4.96"))

    assert "5.01  4.69 → 4.96" in out


def test_a_state_that_kept_the_figure_is_no_revision(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, told(2023, 1, "4.69"), told(2023, 2, "4.69"), told(2023, 3, "4.69"))

    assert "→" not in out


def test_places_of_one_state_that_disagree_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, told(2023, 1, "4.69"), told(2023, 1, "4.96", section="overall"))

    assert "4.69 / 4.96" in out


def test_a_held_value_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, told(2023, 1, "4.69"), told(2023, 2, "4.96", held=1))

    assert "4.69 → 4.96（待裁定）" in out


def test_each_meaning_has_a_row_and_a_fact_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(
        capsys,
        told(2023, 1, "12", fact=None, key="three_public/接待批次/actual", label="接待批次", unit="批次"),
        told(2023, 1, "4.69"),
    )
    rows = out.splitlines()

    assert rows[1].split()[-1] == "4.69"
    assert rows[2].split()[-1] == "12批次"


def line(year: int, name: str, value: str, place: str = "05") -> dict[str, Any]:
    more = {"kind": "budget", "role": "budget", "code": "2040405", "label": name, "statement": f"budget.{place}"}
    key = f"budget.{place}/2040405/total/budget:initial_budget"
    return told(year, 1, value, key=key, fact=f"{place}.2040405", section=None, **more)


def test_one_amount_with_more_digits_in_one_place_does_not_disagree(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, told(2023, 1, "1895"), told(2023, 1, "1895.00", section="overall"))

    assert "1,895.00" in out
    assert " / " not in out


def test_a_code_that_took_in_other_lines_begins_a_row_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    # 江苏省人民检察院: 150.00 in 2017, 1,895.00 in 2018 (减少134.00: four lines had become one)
    lines = "2040404查办职务犯罪、2040405公诉→2040405检察监督支出"
    merged = {"aspect": "line", "kind": "merged", "label": lines, "document_after": "某某局/2018/budget.unit"}
    elsewhere = {**merged, "document_after": "某某局/2018/budget.department"}
    rows = line(2017, "公诉", "150.00"), line(2018, "检察监督支出", "1895.00"), line(2019, "检察监督支出", "1900.00")

    apart = printed(capsys, *rows, links=[merged]).splitlines()
    assert [each.split()[-1] for each in apart[1:3]] == ["150.00", "1,900.00"]
    assert apart[3] == f"2018 年合并：{lines}"
    # What happened in another scope's documents says nothing of these.
    assert "150.00  1,895.00  1,900.00" in printed(capsys, *rows, links=[elsewhere])


def test_rows_that_are_called_alike_say_where_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, line(2018, "检察监督", "1.00"), line(2018, "检察监督", "2.00", place="03"))

    assert "· 05 一般公共预算支出表  1.00" in out
    assert "· 03 支出总表" in out
