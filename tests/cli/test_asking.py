"""``documents``, ``show``, ``figures``, ``changes``, ``diff``, ``history``, ``search``: what is asked is answered."""

import re
from pathlib import Path

import pytest

from tests.cli.conforming import breaches
from tests.cli.conftest import Kept, Run, revised, text
from tracker.schema import OUTPUTS, schema


@pytest.mark.parametrize(
    "arguments",
    [
        ("documents",),
        ("show", "{year}"),
        ("show", "{year}#1"),
        ("figures", "{year}"),
        ("changes",),
        ("changes", "--superseded"),
        ("diff", "{before}", "{year}"),
        ("diff", "{year}#1", "{year}#2"),
        ("history", "{unit}", "支出合计"),
        ("search", "经费"),
        ("verify",),
    ],
    ids=" ".join,
)
def test_json_is_what_the_schema_says(asking: Run, kept: Kept, arguments: tuple[str, ...]) -> None:
    filled = [each.format(year=kept.year, before=kept.before, unit=kept.unit) for each in arguments]

    ran = asking(*filled, "--json")

    assert ran.code == 0
    assert ran.err == ""
    assert list(breaches(ran.json, schema(arguments[0])))[:5] == []
    assert ran.json != [] or arguments[0] == "verify"


def test_every_command_that_prints_json_has_a_schema(asking: Run) -> None:
    listed = asking("schema").json

    assert set(listed["commands"]) == set(OUTPUTS)
    for name in OUTPUTS:
        assert asking("schema", name).json["$schema"].startswith("https://json-schema.org/")


def test_nothing_found_is_an_empty_list(asking: Run, kept: Kept) -> None:
    for arguments in (
        ("documents", "--year", "1999"),
        ("figures", kept.year, "--text", "不会有的字"),
        ("changes", "--text", "不会有的字"),
        ("history", kept.unit, "不会有的字"),
        ("search", "不会有的字"),
    ):
        ran = asking(*arguments, "--json")

        assert (ran.code, ran.json) == (0, []), arguments


def test_documents_tell_state_versions_and_how_much_was_understood(asking: Run, kept: Kept) -> None:
    ran = asking("documents", "--json")

    assert [(each["unit"], each["year"], each["versions"], each["state"]) for each in ran.json] == [
        (kept.unit, 2022, 1, "current"),
        (kept.unit, 2023, 2, "current"),
    ]
    assert f"{kept.unit}/2023" in asking("documents").out


def test_documents_are_narrowed_down(asking: Run, kept: Kept) -> None:
    assert [each["year"] for each in asking("documents", "--year", "2022", "--json").json] == [2022]
    assert asking("documents", "--kind", "budget", "--json").json == []
    assert len(asking("documents", "--unit", kept.unit[:4], "--json").json) == 2
    assert asking("documents", "--state", "held", "--json").json == []


def test_show_tells_identity_with_evidence_states_and_totals(asking: Run, kept: Kept) -> None:
    ran = asking("show", kept.year)

    assert ran.code == 0
    for expected in (kept.unit, "身份的依据", "#2", "01 收入支出决算总表", "2024-11-20", "三公经费"):
        assert expected in ran.out, expected


def test_a_document_is_found_by_part(asking: Run, kept: Kept) -> None:
    whole = asking("figures", f"{kept.unit}/2023/final", "--json").json

    assert asking("figures", f"{kept.unit[:5]}/2023", "--json").json == whole


def test_an_ambiguous_name_lists_the_candidates_on_stderr(asking: Run, kept: Kept) -> None:
    ran = asking("show", kept.unit)

    assert ran.code == 1
    assert ran.out == ""
    assert f"{kept.unit}/2022/final" in ran.err
    assert f"{kept.unit}/2023/final" in ran.err


def test_an_unknown_name_lists_near_ones_on_stderr(asking: Run, kept: Kept) -> None:
    ran = asking("show", f"{kept.unit}/2021/final.unit", "--json")

    assert ran.code == 1
    assert ran.out == ""
    assert f"{kept.unit}/2022" in ran.err


def test_figures_are_filtered_and_stay_in_document_order(asking: Run, kept: Kept) -> None:
    every = asking("figures", kept.year, "--json").json

    def of(*arguments: str) -> list[object]:
        return asking("figures", kept.year, *arguments, "--json").json

    assert of("--statement", "final.05") == [each for each in every if each["statement"] == "final.05"]
    assert of("--section", "three_public") == [each for each in every if each["section"] == "three_public"]
    assert of("--role", "percent") == [each for each in every if each["role"] == "percent"]
    assert of("--code", "201") == [each for each in every if (each["code"] or "").startswith("201")]
    assert of("--key", every[0]["key"]) == [each for each in every if each["key"] == every[0]["key"]]


def test_figures_of_an_earlier_version_can_be_asked_for(asking: Run, kept: Kept) -> None:
    versions = {asking("figures", kept.year, "--version", n, "--json").json[0]["version"] for n in ("1", "2")}

    assert len(versions) == 2


def test_a_table_of_figures_shows_values_whole_and_in_one_unit(asking: Run, kept: Kept) -> None:
    ran = asking("figures", kept.year, "--statement", "final.01")
    rows = [line for line in ran.out.splitlines() if "final.01/" in line]
    figures = asking("figures", kept.year, "--statement", "final.01", "--json").json

    assert "数值（万元）" in ran.out
    assert len(rows) == len(figures)
    for row, figure in zip(rows, figures, strict=True):
        assert figure["key"] in row
        assert figure["value"] in row.replace(",", "")


def test_files_are_read_without_a_database(tracker: Run) -> None:
    Path("a.txt").write_text(text(), encoding="utf-8")

    assert len(tracker("figures", "a.txt", "--json").json) > 100
    assert list(breaches(tracker("show", "a.txt", "--json").json, schema("show"))) == []
    assert not Path("data").exists()


def test_a_revision_is_told_with_the_words_that_came(asking: Run) -> None:
    ran = asking("changes", "--axis", "revision")
    (change,) = asking("changes", "--axis", "revision", "--json").json

    assert "{+" in ran.out
    assert "经复核后更正" in ran.out
    assert "".join(part for sign, part in change["ops"] if sign != "-") == change["text_after"]
    assert "".join(part for sign, part in change["ops"] if sign != "+") == change["text_before"]


def test_revisions_come_before_the_years_and_those_by_size(asking: Run) -> None:
    changes = asking("changes", "--json").json
    axes = [change["axis"] for change in changes]

    assert axes[0] == "revision"
    assert axes == sorted(axes, key=["revision", "year"].index)


def test_changes_are_narrowed_down(asking: Run, kept: Kept) -> None:
    every = asking("changes", "--axis", "year", "--subject", "figure", "--json").json
    large = asking("changes", "--axis", "year", "--subject", "figure", "--least-amount", "100", "--json").json
    steep = asking("changes", "--axis", "year", "--least-percent", "10%", "--json").json

    assert 0 < len(large) < len(every)
    assert large == every[: len(large)], "the largest come first"
    assert steep
    assert all(abs(float(each["percent"])) >= 10 for each in steep)
    assert asking("changes", "--since", "2030-01-01", "--json").json == []
    assert asking("changes", "--document", kept.before, "--axis", "revision", "--json").json == []
    assert len(asking("changes", "--limit", "3", "--json").json) == 3
    assert [each["id"] for each in asking("changes", "--id", every[0]["id"], "--json").json] == [every[0]["id"]]


def test_more_changes_than_shown_are_told(asking: Run) -> None:
    ran = asking("changes", "--limit", "2")

    assert "显示 2 处" in ran.err


def test_diff_of_two_files_needs_no_database(tracker: Run) -> None:
    Path("a.txt").write_text(text(), encoding="utf-8")
    Path("b.txt").write_text(revised(text()), encoding="utf-8")

    (change,) = tracker("diff", "a.txt", "b.txt", "--json").json

    assert (change["axis"], change["subject"], change["kind"]) == ("revision", "passage", "changed")
    assert not Path("data").exists()


def test_diff_keeps_the_order_given(tracker: Run) -> None:
    Path("a.txt").write_text(text(), encoding="utf-8")
    Path("b.txt").write_text(revised(text()), encoding="utf-8")

    (there,) = tracker("diff", "a.txt", "b.txt", "--json").json
    (back,) = tracker("diff", "b.txt", "a.txt", "--json").json

    assert (there["text_before"], there["text_after"]) == (back["text_after"], back["text_before"])


def test_diff_tells_the_axis_from_the_years(asking: Run, kept: Kept) -> None:
    changes = asking("diff", kept.before, kept.year, "--json").json

    assert {each["axis"] for each in changes} == {"year"}
    assert changes[0]["document_before"].startswith(kept.before)


def test_diff_of_two_states_finds_what_was_recorded(asking: Run, kept: Kept) -> None:
    recorded = asking("changes", "--axis", "revision", "--json").json

    found = asking("diff", f"{kept.year}#1", f"{kept.year}#2", "--json").json

    assert [each["id"] for each in found] == [each["id"] for each in recorded]


def test_diff_refuses_another_unit_unless_forced(tracker: Run) -> None:
    Path("a.txt").write_text(text(seed=3), encoding="utf-8")
    Path("b.txt").write_text(text(seed=7), encoding="utf-8")

    refused = tracker("diff", "a.txt", "b.txt", "--json")
    forced = tracker("diff", "a.txt", "b.txt", "--force", "--json")

    assert (refused.code, refused.out) == (2, "")
    assert "--force" in refused.err
    assert forced.code == 0
    assert forced.json


def test_history_shows_a_figure_a_year_a_column(asking: Run, kept: Kept) -> None:
    ran = asking("history", kept.unit, "三公")
    rows = asking("history", kept.unit, "三公", "--json").json

    assert re.search(r"2022\s+2023", ran.out)
    assert {row["year"] for row in rows} == {2022, 2023}
    for row in rows:
        assert row["value"].lstrip("-") in ran.out.replace(",", "")


def test_history_of_an_unknown_unit_is_told(asking: Run) -> None:
    ran = asking("history", "不会有的单位", "三公")

    assert ran.code == 1
    assert "不会有的单位" in ran.err


def test_two_characters_are_enough_to_search(asking: Run) -> None:
    found = asking("search", "三公", "--json").json

    assert {each["what"] for each in found} >= {"passage"}
    assert all("三公" in each["text"] or each["what"] == "change" for each in found)


def test_asking_before_anything_was_gathered_says_how_to_begin(tracker: Run) -> None:
    ran = tracker("documents", "--json")

    assert ran.code == 1
    assert ran.out == ""
    assert "tracker ingest" in ran.err


@pytest.mark.parametrize(("form", "begins"), [("atom", "<?xml"), ("json", "{")])
def test_a_feed_is_written_to_a_file_or_stdout(asking: Run, tmp_path: Path, form: str, begins: str) -> None:
    path = tmp_path / "feed"

    written = asking("feed", "--format", form, "--output", str(path))
    shown = asking("feed", "--format", form)

    assert written.code == shown.code == 0
    assert written.out == ""
    assert path.read_text(encoding="utf-8") == shown.out
    assert shown.out.startswith(begins)


def test_a_unit_is_found_by_the_other_names_that_the_configuration_declares(
    tracker: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.txt").write_text(text(), encoding="utf-8")
    unit = tracker("ingest", "a.txt", "--json").json["files"][0]["document"].split("/")[0]
    Path("config.toml").write_text(f'[[units]]\nname = "{unit}"\naliases = ["老文化馆"]\n', encoding="utf-8")

    assert tracker("figures", "老文化馆/2023", "--json").json
    assert tracker("history", "老文化馆", "三公", "--json").json
    assert len(tracker("documents", "--unit", "老文化馆", "--json").json) == 1


def test_a_capture_whose_document_is_not_known_can_be_shown(tracker: Run) -> None:
    Path("news.txt").write_text("今天天气很好，适合出游。", encoding="utf-8")
    name = tracker("ingest", "news.txt", "--json").json["files"][0]["document"]

    ran = tracker("show", name, "--json")

    assert name.startswith("capture:")
    assert list(breaches(ran.json, schema("show"))) == []
    assert ran.json["state"] == "held"
    (listed,) = tracker("documents", "--json").json
    assert list(breaches([listed], schema("documents"))) == []
    assert (listed["document"], listed["state"]) == (name, "held")
    assert f"tracker rule {name}" in listed["problems"][0]["message"]


def test_a_file_that_is_not_there_is_no_document_of_that_name(tracker: Run) -> None:
    ran = tracker("diff", "old.txt", "new.txt")

    assert ran.code == 1
    assert "old.txt：没有这个文件" in ran.err


def test_a_ruling_that_lets_a_problem_pass_is_seen_in_the_list(tracker: Run) -> None:
    words = "某某市某某局2023年度部门决算\n名词解释\n" + "财政拨款收入：指财政拨付的资金。" * 5
    Path("odd.txt").write_text(words, encoding="utf-8")
    declared = ("--unit", "某某局", "--year", "2023", "--kind", "final", "--scope", "unit")
    (before,) = tracker("ingest", "odd.txt", *declared, "--json").json["files"]

    tracker("rule", "odd.txt", "accept")

    (after,) = tracker("documents", "--json").json
    assert before["document"] == after["document"] == "某某局/2023/final.unit"
    assert after["state"] == "current"
    assert not any(problem["holds"] for problem in after["problems"])


def test_a_file_that_can_not_be_read_is_compared_with_nothing(asking: Run, tmp_path: Path) -> None:
    empty, good = tmp_path / "empty.txt", tmp_path / "good.txt"
    empty.write_bytes(b"")
    good.write_text(text(), encoding="utf-8")

    ran = asking("diff", str(empty), str(good), "--json")

    assert ran.code == 1
    assert ran.out == ""
    assert "empty.txt" in ran.err


def test_a_year_without_disclosures_is_a_slip(asking: Run, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text(text(), encoding="utf-8")

    assert asking("ingest", str(good), "--year", "3").code == 2
