"""What should be public, what is, and how late."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storage.rows import Look
from storage.store import Store
from tests.cli.conftest import text
from tests.generator.ledger import make
from tracker import config, watching
from tracker.coverage import Bringing, Covered, Published, coverage
from tracker.deadlines import deadline, lateness, printed_approval
from tracker.ingest import settle
from tracker.naming import Names
from tracker.settings import Unit
from tracker.workspace import Workspace

UNIT = "武汉市社会保险中心"
TODAY = date(2024, 11, 23)

# --- deadlines -------------------------------------------------------------------------------------------------------


def test_what_was_approved_is_due_twenty_days_later() -> None:
    # 包头: 批复 2023-09-08, 公开 09-26 is in time.
    due = deadline("final", 2022, "department", approved=date(2023, 9, 8), declared="06-30")

    assert (due.day, due.rule, due.confirmed) == (date(2023, 9, 28), "approval", True)


def test_the_rule_for_subordinate_units_is_told_apart_as_not_read() -> None:
    due = deadline("final", 2022, "unit", approved=date(2023, 9, 8))

    assert (due.rule, due.confirmed) == ("approval_unit", False)


def test_final_accounts_without_a_known_approval_are_due_by_the_end_of_october_of_the_next_year() -> None:
    due = deadline("final", 2023, None)

    assert (due.day, due.rule) == (date(2024, 10, 31), "october")


def test_a_declared_day_is_of_the_next_year_for_final_accounts_and_of_the_same_for_budgets() -> None:
    assert deadline("final", 2023, None, declared="08-25").day == date(2024, 8, 25)
    assert deadline("budget", 2023, None, declared="02-28").day == date(2023, 2, 28)


def test_a_budget_without_any_rule_has_no_deadline() -> None:
    due = deadline("budget", 2023, None)

    assert (due.day, due.rule) == (None, "none")


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("2023年9月8日，市财政局批复我单位2022年度部门决算。", date(2023, 9, 8)),
        ("2022年度部门决算批复时间：2023-09-08", date(2023, 9, 8)),
        ("本单位2022年度决算于2023年9月8日经包头市财政局批复。", date(2023, 9, 8)),
        ("决算批复日期为2023年9月8日，公开日期为2023年9月26日。", date(2023, 9, 8)),
        ("2019年3月20日，国家发展改革委批复该项目可行性研究报告。", None),
        ("2021年9月8日，市财政局批复我单位2020年度部门决算。", None),
        ("根据市财政局关于批复2022年度部门决算的通知，现予公开。", None),
        ("2023年9月38日财政局批复2022年度决算。", None),
    ],
)
def test_a_printed_approval_counts_where_it_can_be_the_one_meant(sentence: str, day: date | None) -> None:
    found = printed_approval(["一、部门概况", sentence], "final", 2022)

    assert (found[0] if found else None) == day
    assert found is None or found[1] in sentence


def test_two_printed_approvals_are_none() -> None:
    sentences = ["2023年9月8日财政局批复我局决算。", "2023年9月18日批复所属单位决算。"]

    assert printed_approval(sentences, "final", 2022) is None


# --- how late --------------------------------------------------------------------------------------------------------

DUE = date(2024, 10, 31)


def late(before: str | None, after: str, stated: date | None = None) -> tuple[str, int | None, int | None, bool]:
    found = lateness(
        DUE,
        seen_before=before and f"{before}T04:00:00Z",
        seen_after=f"{after}T04:00:00Z",
        stated=stated,
    )
    return found.verdict, found.at_least, found.at_most, found.contradicted


def test_what_we_saw_in_time_is_in_time_whatever_it_says() -> None:
    assert late("2024-10-29", "2024-10-30", date(2024, 11, 5)) == ("in_time", -2, -1, True)
    assert late("2024-10-29", "2024-10-30", date(2024, 10, 30)) == ("in_time", -2, -1, False)
    assert late(None, "2024-10-31") == ("in_time", None, 0, False)


def test_what_was_not_there_after_the_deadline_is_late_by_what_we_saw() -> None:
    assert late("2024-11-05", "2024-11-08") == ("late", 5, 8, False)


def test_a_stated_date_before_a_look_that_did_not_find_it_is_contradicted() -> None:
    assert late("2024-11-05", "2024-11-08", date(2024, 10, 20)) == ("late", 5, 8, True)
    assert late("2024-10-30", "2024-11-08", date(2024, 10, 20)) == ("unknown", -1, 8, True)


def test_where_our_looks_leave_it_open_the_stated_date_is_told_as_a_claim() -> None:
    assert late("2024-10-20", "2024-11-08", date(2024, 10, 25))[0] == "in_time_stated"
    assert late(None, "2024-11-08", date(2024, 11, 2))[0] == "late_stated"
    assert late(None, "2024-11-08")[0] == "unknown"


def test_a_day_is_one_of_shanghai() -> None:
    found = lateness(DUE, seen_before=None, seen_after="2024-10-31T16:30:00Z", stated=None)

    assert (found.verdict, found.at_most) == ("unknown", 1), "half past midnight of the first of November there"


# --- coverage --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    units: tuple[str, ...] = (UNIT,)
    kinds: tuple[Any, ...] = ("final",)
    scope: Any = None
    years: tuple[int, ...] = (2023,)
    since: int | None = None
    approved: dict[str, date] = field(default_factory=dict[str, date])
    deadline: str | None = None


def published(year: int = 2023, **more: Any) -> Published:
    given = {"unit": UNIT, "kind": "final", "scope": "department", "state": "current", **more}
    name = f"{given['unit']}/{year}/{given['kind']}.{given['scope']}"
    return Published(document=name, year=year, **{"seen_after": "2024-10-12T04:00:00Z", **given})


def covered(*documents: Published, want: Wanted | None = None, sources: Any = (), **more: Any) -> list[Covered]:
    names = Names.of([Unit(name=UNIT, aliases=("武汉社保中心",))])
    given = {"kept": names.units, "today": TODAY, **more}
    return list(coverage([want or Wanted()], documents, sources, **given))


READ = Bringing(name="y", state="ok", read=True, unit=UNIT)


def test_what_is_there_is_published() -> None:
    (one,) = covered(published(published_on="2024-10-10"))

    assert (one.state, one.scope, one.overdue) == ("published", "department", None)
    assert one.late is not None
    assert one.late.verdict == "in_time"
    assert one.published_on == "2024-10-10"


def test_what_is_not_there_is_missing_and_overdue_by_the_rule() -> None:
    (one,) = covered(sources=[READ])

    assert (one.state, one.overdue, one.due.rule) == ("missing", 23, "october")


def test_what_is_not_due_yet_is_missing_with_days_to_go() -> None:
    (one,) = covered(want=Wanted(deadline="12-01"), sources=[READ])

    assert (one.state, one.overdue) == ("missing", -8)


def test_a_unit_is_known_by_its_other_names() -> None:
    (one,) = covered(published(), want=Wanted(units=("武汉社保中心",)))

    assert (one.state, one.unit) == ("published", UNIT)


def test_a_withdrawn_document_says_since_when() -> None:
    (one,) = covered(
        published(state="withdrawn", gone_before="2024-11-01T04:00:00Z", gone_since="2024-11-02T04:00:00Z")
    )

    assert (one.state, one.gone_since) == ("withdrawn", "2024-11-02T04:00:00Z")


def test_what_waits_for_a_ruling_is_held() -> None:
    assert covered(published(state="held"))[0].state == "held"


def test_what_a_failing_source_could_bring_is_not_called_missing() -> None:
    failing = Bringing(name="x", state="failing", read=True, unit=UNIT)
    well = Bringing(name="y", state="ok", read=True, unit="武汉社保中心")
    other = Bringing(name="z", state="blocked", read=True, unit="葛店")

    assert covered(sources=[failing, other])[0].state == "failing"
    assert covered(sources=[well, failing])[0].state == "failing", "one of two could have it"
    (one,) = covered(sources=[well, other])
    assert (one.state, one.sources) == ("missing", (("y", "ok"),))


def test_what_no_source_was_ever_asked_for_is_not_called_missing() -> None:
    assert covered(sources=[Bringing(name="x", state="new", read=False, unit=UNIT)])[0].state == "unlooked"
    assert covered(sources=[Bringing(name="x", state="failing", read=False)])[0].state == "unlooked"


def test_what_no_source_could_bring_is_not_called_missing() -> None:
    another = Bringing(name="x", state="ok", read=True, units=frozenset({"葛店经济技术开发区"}))

    assert covered()[0].state == "unlooked"
    assert covered(sources=[another])[0].state == "unlooked", "that is the other unit's own site"


def test_a_platform_of_several_units_could_bring_any() -> None:
    platform = Bringing(name="x", state="ok", read=True, units=frozenset({"葛店经济技术开发区", "孝感市某局"}))

    (one,) = covered(sources=[platform])

    assert (one.state, one.sources) == ("missing", (("x", "ok"),))


def test_a_source_pinned_to_another_year_or_kind_could_not_bring_it() -> None:
    pinned = [
        Bringing(name="x", state="failing", read=True, unit=UNIT, year=2022),
        Bringing(name="y", state="failing", read=True, unit=UNIT, kind="budget"),
        Bringing(name="z", state="ok", read=True, units=frozenset({UNIT})),
    ]

    (one,) = covered(sources=pinned)

    assert (one.state, one.sources) == ("missing", (("z", "ok"),))


def test_years_are_counted_from_since_to_the_last_one_to_come_this_year() -> None:
    found = covered(want=Wanted(years=(), since=2022, kinds=("final", "budget")))

    assert [(one.year, one.kind) for one in found] == [
        (2022, "budget"), (2022, "final"), (2023, "budget"), (2023, "final"), (2024, "budget"),
    ]  # fmt: skip


def test_a_declared_approval_is_of_the_kind_for_which_it_can_be_one() -> None:
    want = Wanted(kinds=("final", "budget"), approved={"2023": date(2024, 9, 10)})

    budget, final = covered(want=want)

    assert (final.due.day, final.due.rule) == (date(2024, 9, 30), "approval")
    assert budget.due.rule == "none"


def test_a_printed_approval_counts_where_none_is_declared() -> None:
    document = published(approved=date(2024, 9, 1), quote="2024年9月1日批复")

    (printed,) = covered(document)
    (declared,) = covered(document, want=Wanted(approved={"2023": date(2024, 10, 1)}))

    assert (printed.due.day, printed.quote) == (date(2024, 9, 21), "2024年9月1日批复")
    assert (declared.due.day, declared.quote) == (date(2024, 10, 21), None)


def test_both_scopes_are_told_where_any_will_do() -> None:
    found = covered(published(), published(scope="unit"))

    assert [one.scope for one in found] == ["department", "unit"]
    assert covered(published(), want=Wanted(scope="unit"), sources=[READ])[0].state == "missing"


def test_what_two_watches_name_is_told_once() -> None:
    names = Names.of([]).units
    found = coverage([Wanted(), Wanted(years=(2022, 2023))], [], [], kept=names, today=TODAY)

    assert [one.year for one in found] == [2022, 2023]


@given(order=some.permutations(range(6)))
def test_the_order_of_documents_decides_nothing(order: list[int]) -> None:
    documents = [published(year, scope=scope) for year in (2021, 2022, 2023) for scope in ("department", "unit")]
    want = Wanted(years=(2021, 2022, 2023))

    assert covered(*(documents[n] for n in order), want=want) == covered(*documents, want=want)


# --- from looks ------------------------------------------------------------------------------------------------------

LIST, PAGE = "https://x.gov.cn/list.html", "https://x.gov.cn/2023.html"


def at(day: int) -> str:
    return f"2024-11-{day:02}T04:00:00Z"


def record(store: Store, day: int, slot: str, outcome: str, data: bytes | None = None, **claims: Any) -> None:
    sha = None if data is None else hashlib.sha256(data).hexdigest()
    look = Look.of(
        source="x", slot=slot, at=at(day), visit=at(day), outcome=outcome, sha=sha, claims=claims, name="a.txt"
    )
    store.record(data, look)


WATCHED = f"""
    [fetching]
    contact = "mailto:watch@example.org"
    [[sources]]
    name = "x"
    listing = "{LIST}"
    [[watch]]
    units = ["{make(3, 2022).unit}"]
    years = [2021, 2023]
"""
OF_A_DOCUMENT = {"listed_at": LIST, "patience": [3, 3]}


def test_the_window_of_publication_is_between_two_looks(tmp_path: Path) -> None:
    workspace = Workspace(config.parse(WATCHED, tmp_path / "config.toml"), lambda: at(20))
    with workspace.house() as house:
        store = house.store
        record(store, 1, LIST, "listing", b"<html>nothing</html>", links=0)
        record(store, 3, LIST, "unmodified", links=0)
        record(store, 4, LIST, "failed")
        record(store, 5, LIST, "listing", b"<html>one</html>", links=1)
        record(store, 5, PAGE, "failed", **OF_A_DOCUMENT)
        record(store, 6, LIST, "unmodified", links=1)
        record(store, 6, PAGE, "captured", text(2023).encode(), **OF_A_DOCUMENT)
        settle(house)

        before, one = watching.covered(workspace, store)

    assert (one.state, one.seen_before, one.seen_after) == ("published", at(3), at(6))
    assert one.late is not None
    assert (one.late.verdict, one.late.at_least, one.late.at_most) == ("late", 3, 6)
    assert (before.state, before.sources) == ("missing", (("x", "stale"),))


def test_what_was_taken_down_is_withdrawn_since_the_first_look_without_it(tmp_path: Path) -> None:
    workspace = Workspace(config.parse(WATCHED, tmp_path / "config.toml"), lambda: at(12))
    with workspace.house() as house:
        record(house.store, 6, PAGE, "captured", text(2023).encode(), **OF_A_DOCUMENT)
        for day in (7, 8, 9, 10):
            record(house.store, day, LIST, "listing", b"<html>none</html>", links=1)
            record(house.store, day, PAGE, "gone", **OF_A_DOCUMENT)
        settle(house)

        _, one = watching.covered(workspace, house.store)

    assert (one.state, one.gone_before, one.gone_since) == ("withdrawn", at(6), at(7))
    assert one.seen_before is None


def test_an_attachment_was_not_there_where_its_page_was_not_listed(tmp_path: Path) -> None:
    workspace = Workspace(config.parse(WATCHED, tmp_path / "config.toml"), lambda: at(12))
    with workspace.house() as house:
        record(house.store, 2, LIST, "listing", b"<html>none</html>", links=0)
        record(house.store, 3, LIST, "listing", b"<html>one</html>", links=1)
        page = "https://x.gov.cn/p.html"
        record(house.store, 3, page, "captured", b"<html><a href=2023.html></a></html>", **OF_A_DOCUMENT)
        record(house.store, 3, PAGE, "captured", text(2023).encode(), page=page, patience=[3, 3], link="2023")
        settle(house)

        _, one = watching.covered(workspace, house.store)

    assert (one.state, one.seen_before, one.seen_after) == ("published", at(2), at(3))
