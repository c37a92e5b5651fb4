"""``history``: a figure over years and states, revisions visible."""

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


def printed(capsys: pytest.CaptureFixture[str], *rows: dict[str, Any]) -> str:
    print_history(Session(messages("zh")), rows)
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
