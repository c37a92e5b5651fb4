"""The benchmark harness works on small texts; no time is judged here."""

import json
from pathlib import Path

import pytest

from benchmarks import comparing, fetching, sites
from benchmarks.aims import BLOCKS, LINES, Aim, aims_of_published
from benchmarks.cases import repeated, silent_revision, single_line, wrapped, year_before
from benchmarks.measuring import Effort, measure
from benchmarks.texts import Text
from benchmarks.worth import figures_cut, marked
from tracker.taxonomy import load

TINY = """青禾市档案馆2023年度单位决算
第一部分 青禾市档案馆概况
一、主要职责
负责档案的收集、整理、保管和利用。负责全市档案工作的监督指导。负责档案信息化建设和数字资源管理等各项工作。
第二部分 2023年度单位决算情况说明
一、收入支出决算总体情况说明
2023年度收、支总计均为2,020.06万元。与2022年度相比，收、支总计各增加134.50万元，增长7.1%，主要原因是档案数字化项目增加。
七、“三公”经费支出决算情况说明
公务用车运行维护费支出决算为5.30万元，完成年初预算的88.3%，比上年减少0.70万元。
"""


def test_an_edge_inside_a_number_cuts_a_figure_and_an_edge_beside_it_does_not() -> None:
    inside = [("=", "共2,0"), ("-", "20"), ("+", "30"), ("=", ".06万元")]
    beside = [("=", "共"), ("-", "2,020.06"), ("+", "2,030.06"), ("=", "万元")]

    assert figures_cut(inside) == 2
    assert figures_cut(beside) == 0
    assert marked(beside) == 16


def test_white_space_is_not_counted_as_marked() -> None:
    assert marked([("-", "本年\n"), ("+", "本 年"), ("=", "收入")]) == 4


def test_a_year_before_has_no_figure_and_no_year_of_the_text() -> None:
    before = year_before(TINY)

    assert "2,020.06" not in before
    assert "134.50" not in before
    assert "2022年度单位决算" in before
    assert before == year_before(TINY)


def test_a_silent_revision_differs_and_is_the_same_each_time() -> None:
    assert silent_revision(TINY) != TINY
    assert silent_revision(TINY) == silent_revision(TINY)


def test_the_wrapped_twin_of_a_single_line_differs_in_line_ends_alone() -> None:
    assert "\n" not in single_line(TINY)
    assert wrapped(TINY).replace("\n", "") == single_line(TINY)


def test_a_long_text_repeats_and_is_revised_at_both_ends() -> None:
    case = repeated(Text("tiny", TINY), 5)

    assert case.before.count("主要职责") == case.after.count("主要职责") == 5
    assert len(case.before) == 5 * len(TINY) + 4
    assert case.before[:300] != case.after[:300]


def test_what_takes_too_long_is_stopped_and_said() -> None:
    def endless() -> object:
        while True:
            pass

    assert measure(endless, lambda found: found, Effort(limit=0.2)).seconds is None


def test_an_error_in_what_is_measured_is_raised() -> None:
    def broken() -> object:
        raise ValueError("no such case")

    with pytest.raises(ValueError, match="no such case"):
        measure(broken, lambda found: found, Effort())


def test_an_aim_is_met_from_its_bound_on() -> None:
    assert Aim("faster", 10, 10.0).met
    assert not Aim("faster", 10, 9.9).met
    assert Aim("linear", 120, 119.0, least=False).met
    assert Aim("peer not installed", 1, None).verdict == "not measured"


def test_published_year_pairs_are_those_of_one_unit_a_year_apart(disclosures: Path) -> None:
    pairs = {pair.name: pair for pair in comparing.year_pairs(disclosures)}

    assert {f"江苏省人民检察院 {year - 1}→{year}" for year in (2018, 2019)} <= set(pairs)
    assert not any("商务委" in name for name in pairs), "a department and its unit are no year pair"
    found = comparing.blocks_to_changes(pairs["江苏省人民检察院 2017→2018"], load())
    assert len(found.changes) > 100
    assert "财政拨款收支预算总" in pairs["江苏省人民检察院 2017→2018"].before.text


def test_without_published_disclosures_there_are_no_year_pairs_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert comparing.year_pairs(tmp_path) == ()
    assert "NO PUBLISHED YEAR PAIRS" in capsys.readouterr().err


def test_a_published_pair_has_its_aim_also_where_the_peer_was_stopped() -> None:
    measured = {BLOCKS: 0.1, LINES: 1.5}

    def seconds(case: str, of: str, system: str) -> float | None:
        return measured.get(system)

    (met,) = aims_of_published(["甲 2017→2018"], seconds, 15)
    del measured[LINES]
    (stopped,) = aims_of_published(["甲 2017→2018"], seconds, 15)

    assert (met.met, met.ratio, met.bounded) == (True, 15.0, False)
    assert (stopped.met, stopped.ratio, stopped.bounded) == (True, 150.0, True)


def test_a_run_reports_every_case_every_peer_and_every_aim(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("redlines", reason="the peers are installed by `make bench` (requirements/bench.txt)")
    from benchmarks.__main__ import main

    sources = (Text("one", TINY), Text("two", wrapped(TINY, 30)))
    assert main(["--quick", "--json"], sources) == 0

    told = json.loads(capsys.readouterr().out)
    cases = {(each["case"], each["text"]) for each in told["measured"]}
    assert {(case, text) for case in ("silent revision", "re-wrapped", "year pair", "identical", "3-fold")
            for text in ("one", "two")} == cases  # fmt: skip
    systems = {each["system"] for each in told["measured"]}
    assert {"text to changes", "comparison alone", "dmp line mode", "difflib lines", "lxml htmldiff"} <= systems
    ours = [each for each in told["measured"] if each["system"] == "comparison alone"]
    assert all(each["result"]["cut"] == 0 for each in ours)
    assert all(each["result"]["changes"] == 0 for each in ours if each["case"] == "identical")
    assert all(each["result"]["changes"] > 0 for each in ours if each["case"] == "year pair")
    assert told["ingest"]["documents"] == 6
    assert told["rows"]["rows"] > 0
    assert told["fetching"]["outcomes"]["unmodified"] == told["fetching"]["outcomes"]["unchanged"] * 2
    systems = {(each["file"].rpartition(".")[2], each["system"]) for each in told["formats"]}
    assert systems == {
        *((kind, "this project") for kind in ("pdf", "docx", "xlsx")),
        *(("pdf", name) for name in ("pdfplumber text and tables", "pypdfium2 text")),
        ("docx", "python-docx"),
        ("xlsx", "python-calamine"),
    }
    assert all(each["pages"] >= 25 for each in told["formats"] if each["file"].endswith(".pdf"))
    assert len(told["aims"]) == 25


def test_a_pass_is_measured_by_what_the_hosts_saw() -> None:
    found = fetching.measured(fetching.Scale(hosts=2, pages=4, pace=0.2, timeout=1))

    assert found.requests == 2 * (4 + 1), "the pages and robots.txt"
    assert found.bare_requests == 2 * 4
    looks = dict(found.spent.outcomes or {})
    assert (looks["unmodified"], looks["unchanged"], looks["rewritten"]) == (4, 2, 2)
    assert all(seen.least_gap >= 0.2 for seen in found.hosts.values())
    assert all(len(seen.unmodified) == 2 for seen in found.hosts.values())
    assert found.ideal == pytest.approx(0.8)
    assert found.slowest >= found.ideal


def test_pages_of_a_host_differ_by_unit_and_some_count_their_readers() -> None:
    assert sites.page(2, 0) == sites.page(2, 0) != sites.page(6, 0)
    assert sites.page(3, 1) != sites.page(3, 2)
