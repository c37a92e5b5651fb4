"""How sources are, and when an operator is alarmed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import operations
from storage.operations import Alarm, Brought, Scheduled, Waited
from storage.rows import Look
from storage.store import Store
from tracker import config, watching
from tracker.health import Health, Source, health, raised
from tracker.moments import stamp
from tracker.workspace import Workspace

DAY = timedelta(days=1)
START = datetime(2024, 9, 2, 2, 0, tzinfo=UTC)
ENTRY, PAGE = "https://x.gov.cn/list.html", "https://x.gov.cn/a.html"
LISTING = Source(name="x", place="listing", address=ENTRY, entry=ENTRY, every=DAY)


def look(day: float, outcome: str = "listing", slot: str = ENTRY, **more: object) -> Look:
    at = stamp(START + day * DAY)
    claims = {"links": 3} if slot == ENTRY else {"patience": [3, 3]}
    return Look.of(source="x", slot=slot, at=at, visit=at, outcome=outcome, **{"claims": claims, **more})  # type: ignore[arg-type]


def of(*looks: Look, day: float | None = None, **more: object) -> Health:
    last = max((look.at for look in looks), default=stamp(START))
    now = START + day * DAY if day is not None else datetime.strptime(last, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return health(LISTING, looks, now=now, **more)  # type: ignore[arg-type]


def test_a_source_never_looked_at_is_new() -> None:
    found = of()

    assert found.state == "new"
    assert found.last_visit is None


def test_a_listing_that_is_read_is_well() -> None:
    found = of(look(0), look(1, "unmodified"), look(1, "unmodified", PAGE))

    assert (found.state, found.failures) == ("ok", 0)
    assert found.since == stamp(START)
    assert found.last_success == stamp(START + DAY)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("failed", "failing"),
        ("unavailable", "failing"),
        ("error_page", "failing"),
        ("challenge", "blocked"),
        ("login", "blocked"),
        ("blocked", "blocked"),
        ("disallowed", "disallowed"),
        ("gone", "gone"),
    ],
)
def test_a_source_is_as_its_first_address_answers(outcome: str, state: str) -> None:
    found = of(look(0), look(1, outcome, status=500, error="timeout: 120 s"), look(2, outcome, error="timeout"))

    assert (found.state, found.failures) == (state, 2)
    assert found.since == stamp(START + DAY)
    assert found.last_success == stamp(START)
    assert found.error == "timeout"


def test_where_the_listing_is_read_and_none_of_its_documents_is_the_source_fails() -> None:
    docs = [look(1, "challenge", PAGE), look(1, "challenge", PAGE + "?2", status=412)]

    found = of(look(0), look(0, "captured", PAGE), look(1), *docs)

    assert (found.state, found.outcome, found.status) == ("blocked", "challenge", 412)


def test_one_document_that_fails_is_not_its_source_failing() -> None:
    assert of(look(1), look(1, "failed", PAGE), look(1, "gone", PAGE + "?2")).state == "ok"


def test_a_listing_that_leads_to_nothing_any_more_is_empty() -> None:
    found = of(look(0), look(1, claims={"links": 0}))

    assert (found.state, found.failures) == ("empty", 0)
    assert of(look(0), look(1, "unmodified", claims={"links": 0})).state == "empty"


def test_a_source_that_nobody_looked_at_for_days_is_stale() -> None:
    assert of(look(0), day=2.9).state == "ok"
    assert of(look(0), day=3.1).state == "stale"


def test_a_source_that_is_looked_at_seldom_since_it_failed_is_not_stale() -> None:
    scheduled = Scheduled(source="x", next_due=stamp(START + 7 * DAY), last_visit=stamp(START), failures=5)

    assert of(look(0, "failed"), day=6, scheduled=scheduled).state == "failing"


def test_a_source_that_is_due_and_whose_host_asked_to_wait_waits() -> None:
    until = Waited(host="x.gov.cn", until=stamp(START + 1.2 * DAY), why="retry-after")

    held_up = of(look(0), day=1, waited=until, scheduled=Scheduled(source="x", next_due=stamp(START + 1.2 * DAY)))
    in_time = of(look(0), day=1, waited=until, scheduled=Scheduled(source="x", next_due=stamp(START + 2 * DAY)))
    over = of(look(0), day=1.3, waited=until)

    assert (held_up.state, held_up.waits_until) == ("waiting", until.until)
    assert in_time.state == "ok"
    assert (over.state, over.waits_until) == ("ok", None)


def test_a_folder_is_never_stale() -> None:
    folder = Source(name="x", place="folder", address="source")

    found = health(folder, [look(0, "captured", "2023.txt")], now=START + 400 * DAY)

    assert found.state == "ok"


def test_what_a_source_brought_is_counted() -> None:
    found = of(look(0), brought=Brought(source="x", documents=("a", "b"), captures=5, last_change=stamp(START)))

    assert (found.documents, found.captures, found.last_change) == (2, 5, stamp(START))


def test_the_order_of_looks_decides_nothing() -> None:
    looks = [look(0), look(1, "failed"), look(1, "captured", PAGE), look(2, "gone")]

    assert of(*looks) == of(*reversed(looks))


# --- alarms ----------------------------------------------------------------------------------------------------------

AT = stamp(START)


def test_an_alarm_is_raised_when_the_state_changes_and_not_again() -> None:
    failing = of(look(0), look(1, "blocked", status=403))

    assert raised({}, [failing], AT) == (Alarm(at=AT, source="x", before="ok", after="blocked", reason="blocked 403"),)
    assert raised({"x": "blocked"}, [failing], AT) == ()


def test_a_source_that_is_well_again_is_told_of() -> None:
    well = of(look(0))

    assert raised({"x": "failing"}, [well], AT) == (Alarm(at=AT, source="x", before="failing", after="ok"),)
    assert raised({}, [well], AT) == ()


def test_not_having_looked_is_no_alarm() -> None:
    assert raised({"x": "failing"}, [of(), of(look(0), day=9)], AT) == ()


# --- with a store ----------------------------------------------------------------------------------------------------


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    text = """
        [fetching]
        contact = "mailto:watch@example.org"
        [[sources]]
        name = "x"
        listing = "https://x.gov.cn/list.html"
        [[sources]]
        name = "files"
        folder = "source"
    """
    return Workspace(config.parse(text, tmp_path / "config.toml"), lambda: stamp(START + 2 * DAY))


def test_a_survey_has_every_configured_source_in_order(workspace: Workspace) -> None:
    with Store.open(workspace.config.data) as store:
        store.record(None, look(1, "failed", error="dns: no such name"))
        store.record(None, look(0, "failed", PAGE))
        operations.put_schedule(store, Scheduled(source="x", next_due=stamp(START + 3 * DAY), failures=1))

        found = watching.survey(workspace, store)

    assert [(each.source, each.place, each.state) for each in found] == [
        ("x", "listing", "failing"),
        ("files", "folder", "new"),
    ]
    assert found[0].next_look == stamp(START + 3 * DAY)
    assert found[0].address == ENTRY


def test_alarms_are_kept_and_raised_once(workspace: Workspace) -> None:
    with Store.open(workspace.config.data) as store:
        store.record(None, look(1, "failed", error="dns: no such name"))

        first, second = watching.alarm(workspace, store), watching.alarm(workspace, store)

        assert [(each.source, each.after, each.reason) for each in first] == [
            ("x", "failing", "failed dns: no such name")
        ]
        assert second == ()
        assert operations.alarms(store) == first


def test_failures_are_counted_over_all_visits_and_not_only_the_last_ones(workspace: Workspace) -> None:
    with Store.open(workspace.config.data) as store:
        for day in range(12):
            store.record(None, look(day, "failed", error="timeout"))

        assert watching.survey(workspace, store)[0].failures == 12
