"""``coverage`` and ``sources``: what is public, and how the sources are."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import operations
from storage.operations import Alarm, Scheduled
from storage.rows import Look
from storage.store import Store
from tests.cli.conforming import breaches
from tests.cli.conftest import Run, text
from tests.cli.test_use import in_a_terminal
from tests.generator.ledger import make
from tracker import schema
from tracker.cli.watching import _grid, cell  # pyright: ignore[reportPrivateUsage]
from tracker.messages import messages

LIST = "https://x.gov.cn/list.html"
UNIT = make(3, 2022).unit

CONFIG = f"""
lang = "zh"

[fetching]
contact = "mailto:watch@example.org"

[[sources]]
name = "listing"
listing = "{LIST}"

[[sources]]
name = "files"
folder = "source"
unit = "孝感市某局"

[[watch]]
units = ["{UNIT}", "孝感市某局"]
years = [2022, 2023]
deadline = "08-31"
"""


def look(day: int, slot: str, outcome: str, data: bytes | None = None, **more: Any) -> tuple[bytes | None, Look]:
    at = f"2023-09-{day:02}T02:00:00Z"
    sha = None if data is None else hashlib.sha256(data).hexdigest()
    return data, Look.of(source="listing", slot=slot, at=at, visit=at, outcome=outcome, sha=sha, **more)


@pytest.fixture
def watched(tracker: Run) -> Run:
    """A folder with one document of 2022 that a listing brought, and a listing that fails since."""
    Path("config.toml").write_text(CONFIG, encoding="utf-8")
    claims = {"listed_at": LIST, "patience": [3, 3]}
    with Store.open(Path("data")) as store:
        for data, each in (
            look(1, LIST, "listing", b"<html>", claims={"links": 0}),
            look(4, LIST, "listing", b"<html><a>", claims={"links": 1}),
            look(4, "https://x.gov.cn/1.html", "captured", text(2022).encode(), claims=claims, name="1.txt"),
            look(5, LIST, "challenge", status=412),
            look(6, LIST, "challenge", status=412),
        ):
            store.record(data, each)
        operations.put_schedule(store, Scheduled(source="listing", next_due="2023-09-08T02:00:00Z", failures=2))
        alarm = Alarm(at="2023-09-05T02:00:10Z", source="listing", before="ok", after="blocked", reason="challenge 412")
        operations.add_alarms(store, [alarm])
    assert tracker("rebuild").code == 0
    return tracker


def conforming(ran: Any, name: str) -> Iterator[str]:
    return breaches(ran.json, schema.schema(name))


# --- coverage --------------------------------------------------------------------------------------------------------


def test_coverage_tells_each_unit_by_year(watched: Run) -> None:
    ran = watched("coverage", "--json")

    assert ran.code == 0
    assert list(conforming(ran, "coverage")) == []
    assert [(each["unit"], each["year"], each["state"]) for each in ran.json] == [
        (UNIT, 2022, "published"),
        (UNIT, 2023, "failing"),
        ("孝感市某局", 2022, "unlooked"),
        ("孝感市某局", 2023, "unlooked"),
    ]


def test_coverage_tells_the_window_beside_the_rule_that_was_applied(watched: Run) -> None:
    (one,) = watched("coverage", "--unit", UNIT[:4], "--year", "2022", "--json").json

    assert (one["due"], one["rule"]) == ("2023-08-31", "declared")
    assert (one["seen_before"], one["seen_after"]) == ("2023-09-01T02:00:00Z", "2023-09-04T02:00:00Z")
    assert (one["verdict"], one["late_at_least"], one["late_at_most"]) == ("late", 1, 4)


def test_coverage_reads_well_in_both_languages(watched: Run) -> None:
    chinese = watched("coverage", "--unit", UNIT)
    english = watched("coverage", "--unit", UNIT, "--lang", "en")

    assert "2023-09-01 未见，2023-09-04 见到" in chinese.out
    assert "迟 1–4 天" in chinese.out
    assert "2023-08-31（配置里写明的期限）" in chinese.out
    assert "listing（被拒）" in chinese.out
    assert "not on 2023-09-01, there on 2023-09-04" in english.out
    assert "late by 1–4 days" in english.out


def test_only_what_is_not_public_can_be_asked_for(watched: Run) -> None:
    found = watched("coverage", "--missing", "--json").json

    assert {each["state"] for each in found} == {"failing", "unlooked"}
    assert all(each["overdue"] > 0 for each in found)


def test_a_kind_that_nobody_watches_is_said_so(watched: Run) -> None:
    assert "没有符合条件" in watched("coverage", "--kind", "budget").out
    assert watched("coverage", "--kind", "budget").code == 0


def test_a_configuration_that_watches_nothing_is_told_what_to_write(watched: Run) -> None:
    Path("config.toml").write_text(CONFIG.partition("[[watch]]")[0], encoding="utf-8")

    ran = watched("coverage")

    assert ran.code == 0
    assert "[[watch]]" in ran.out


def test_a_terminal_shows_a_row_a_unit_and_a_column_a_year(watched: Run) -> None:
    shown = in_a_terminal(Path(), "coverage", columns=120)

    head = next(line for line in shown.splitlines() if "2022" in line and "2023" in line)
    assert head.index("2022") < head.index("2023")
    assert "配置里写明的期限" in shown
    assert shown.count(UNIT) == 1


def test_coverage_is_told_before_anything_was_gathered(tracker: Run) -> None:
    Path("config.toml").write_text(CONFIG, encoding="utf-8")

    ran = tracker("coverage", "--json")

    assert ran.code == 0
    assert {each["state"] for each in ran.json} == {"unlooked"}


# --- sources ---------------------------------------------------------------------------------------------------------


def test_sources_tell_how_each_is(watched: Run) -> None:
    ran = watched("sources", "--json")

    assert ran.code == 0
    assert list(conforming(ran, "sources")) == []
    listing, files = ran.json
    assert (listing["state"], listing["failures"], listing["status"]) == ("blocked", 2, 412)
    assert listing["last_success"] == "2023-09-04T02:00:00Z"
    assert (listing["documents"], listing["captures"]) == (1, 1)
    assert listing["next_look"] == "2023-09-08T02:00:00Z"
    assert (files["place"], files["state"]) == ("folder", "new")


def test_sources_are_a_table_for_people(watched: Run) -> None:
    chinese, english = watched("sources"), watched("sources", "--lang", "en")

    assert "被拒" in chinese.out
    assert "共 2 个来源：尚未查看 1、被拒 1。" in chinese.out
    assert "2 sources: new 1, blocked 1." in english.out


def test_sources_can_be_asked_for_by_state(watched: Run) -> None:
    assert [each["source"] for each in watched("sources", "--state", "new", "--json").json] == ["files"]
    assert watched("sources", "--state", "gone", "--json").json == []
    assert watched("sources", "--state", "broken").code == 2


def test_sources_are_told_before_anything_was_gathered(tracker: Run) -> None:
    Path("config.toml").write_text(CONFIG, encoding="utf-8")

    ran = tracker("sources", "--json")

    assert ran.code == 0
    assert {each["state"] for each in ran.json} == {"new"}


def test_alarms_are_listed_newest_first(watched: Run) -> None:
    ran = watched("sources", "alarms", "--json")

    assert ran.code == 0
    assert list(conforming(ran, "sources alarms")) == []
    assert [(each["source"], each["after"]) for each in ran.json] == [("listing", "blocked")]
    assert "challenge 412" in watched("sources", "alarms").out
    assert watched("sources", "alarms", "files", "--json").json == []


def test_the_group_has_help_in_both_languages(tracker: Run) -> None:
    assert "alarms" in tracker("sources", "--help").out
    assert "警报" in tracker("sources", "alarms", "--help").out
    assert messages("en")("option.help") in tracker("sources", "alarms", "--help", "--lang", "en").out


def test_what_the_service_remembers_is_no_breach_of_what_is_kept(watched: Run) -> None:
    assert watched("verify").code == 0


# --- the table -------------------------------------------------------------------------------------------------------


def shown(year: int, scope: str | None, state: str = "published", **more: Any) -> dict[str, Any]:
    given = {"unit": UNIT, "kind": "final", "year": year, "scope": scope, "state": state, "published_on": None}
    given |= {
        "seen_before": None,
        "seen_after": "2024-10-12T04:00:00Z",
        "verdict": None,
        "overdue": 5,
        "contradicted": False,
    }
    return {**given, "sources": [], **more}


def test_a_year_in_which_nothing_came_stands_in_the_row_of_the_other_years() -> None:
    found = [shown(2022, None, "missing"), shown(2023, "department")]

    heads, rows = _grid(messages("en"), found)

    assert [head for head, _ in heads] == ["unit", "kind", "2022", "2023"]
    assert rows == [
        [UNIT, "final", "not seen\noverdue by 5 days", "published\nseen: there at the first look, 2024-10-12"]
    ]


def test_scopes_are_told_apart_where_both_came() -> None:
    found = [shown(2022, None, "missing"), shown(2023, "department"), shown(2023, "unit", "held")]

    _, rows = _grid(messages("zh"), found)

    assert [row[:2] for row in rows] == [[UNIT, "决算 · 部门"], ["", "决算 · 单位"]]
    assert [row[2] for row in rows] == ["未见公开\n逾期 5 天"] * 2
    assert [row[3] for row in rows] == ["已公开\n看到：2024-10-12 初次查看时已在", "待裁定"]


def test_a_stated_date_that_is_not_what_was_seen_is_said_so() -> None:
    late = {"verdict": "unknown", "late_at_least": None, "late_at_most": 8, "late_stated": -11, "contradicted": True}
    before = shown(2023, "unit", published_on="2024-10-20", seen_after="2024-11-08T04:00:00Z", **late)
    after = {**before, "published_on": "2024-11-20"}

    assert "自称日期之后查看时仍未见" in cell(messages("zh"), before)
    assert "自称日期之前已经见到" in cell(messages("zh"), after)


def test_a_watched_unit_that_is_nearly_a_declared_one_is_told_beside_the_coverage(tracker: Run) -> None:
    units = '[[units]]\nname = "武汉市社会保险中心"\n[[watch]]\nunits = ["武汉社会保险中心"]\nsince = 2022\n'
    Path("config.toml").write_text(units, encoding="utf-8")

    ran = tracker("coverage", "--json")

    assert ran.code == 0
    assert {each["unit"] for each in ran.json} == {"武汉社会保险中心"}
    assert (
        ran.err == "config.toml:4：watch #1：“武汉社会保险中心”不是已声明单位的名称（是不是“武汉市社会保险中心”？）\n"
    )
