"""When sources are looked at, and which addresses then."""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storage.rows import Look
from tracker.moments import moment
from tracker.schedule import Timing, failures, interval, last_visit, next_due, plan, visits
from tracker.settings import Fetching

DAY = timedelta(days=1)
START = datetime(2024, 9, 2, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
OF_PAGE = {"patience": [3, 3], "page": "https://x.gov.cn/a.html", "link": "附件"}
TIMING = Timing(every=DAY, recheck=DAY, unconditional=7 * DAY)
PAGE, FILE = "https://x.gov.cn/a.html", "https://x.gov.cn/a.xls"
LIST = "https://x.gov.cn/list.html"


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def look(day: float, slot: str = PAGE, outcome: str = "captured", **more: object) -> Look:
    at = stamp(START + day * DAY)
    given: dict[str, object] = {"sha": "a" * 64} if outcome in ("captured", "listing") else {}
    given |= {} if "list" in slot else {"claims": {"patience": [3, 3]}}
    return Look.of(source="x", slot=slot, url=slot, at=at, visit=at, outcome=outcome, **{**given, **more})  # type: ignore[arg-type]


def hours(*texts: str) -> Timing:
    quiet = Fetching.model_validate({"quiet": list(texts)}).quiet
    return Timing(every=DAY, recheck=DAY, unconditional=7 * DAY, quiet=quiet)


def due(last: float | None, *, timing: Timing = TIMING, name: str = "x", now: float = 0, **more: object) -> datetime:
    last_one = None if last is None else START + last * DAY
    return next_due(name, timing, now=START + now * DAY, last_visit=last_one, **more)  # type: ignore[arg-type]


# --- when ------------------------------------------------------------------------------------------------------------


def test_a_new_source_is_due_at_once() -> None:
    assert due(None) == START


def test_a_source_is_due_a_day_after_its_last_visit_give_or_take_half_an_hour() -> None:
    moments = [due(0, name=f"source {n}") - START for n in range(300)]

    assert all(DAY - timedelta(minutes=30) <= each <= DAY + timedelta(minutes=30) for each in moments)
    assert max(moments) - min(moments) > timedelta(minutes=50), "sources of one day are spread"


def test_the_jitter_is_the_same_after_a_restart_and_another_on_another_day() -> None:
    assert due(0) == due(0)
    assert due(1, now=1) - due(0) != DAY


def test_visits_that_were_missed_are_made_up_for_by_one() -> None:
    assert due(0, now=10) == START + 10 * DAY
    assert due(10, now=10) > START + 10.9 * DAY


def test_failing_visits_double_the_distance_up_to_a_week() -> None:
    assert [interval(DAY, n).days for n in (0, 1, 2, 3, 4, 5, 60)] == [1, 1, 2, 4, 7, 7, 7]


def test_a_source_that_is_rarer_than_weekly_stays_as_it_is() -> None:
    assert interval(30 * DAY, 8) == 30 * DAY


def test_a_host_that_asked_to_wait_is_waited_for() -> None:
    until = START + timedelta(hours=3)

    assert due(None, wait=until) == until
    assert due(0, wait=until) > until


def test_hours_of_quiet_are_slept_through_past_midnight_in_shanghai() -> None:
    late = datetime(2024, 9, 2, 15, 30, 20, tzinfo=UTC)  # 23:30 there

    found = next_due("x", hours("22:00-06:00"), now=late, last_visit=None)

    assert found == datetime(2024, 9, 2, 22, 0, tzinfo=UTC)  # six in the morning


def test_an_overdue_source_does_not_break_into_the_quiet() -> None:
    now = datetime(2024, 9, 5, 16, 0, tzinfo=UTC)  # midnight there

    found = next_due("x", hours("20:00-01:00", "01:00-07:30"), now=now, last_visit=START)

    assert found == datetime(2024, 9, 5, 23, 30, tzinfo=UTC)


def test_quiet_that_leaves_nothing_of_the_day_does_not_hang() -> None:
    assert next_due("x", hours("00:00-12:00", "12:00-00:00"), now=START, last_visit=None) == START


def test_a_clock_that_was_set_back_does_not_silence_a_source() -> None:
    assert due(400) <= START + 1.1 * DAY


def test_failures_are_visits_without_any_answer() -> None:
    looks = [
        look(0),
        look(1, outcome="failed"),
        look(2, outcome="unavailable"),
        look(2, slot=FILE, outcome="challenge"),
        look(3, outcome="failed"),
        look(3, slot=FILE, outcome="blocked"),
    ]

    assert failures(looks) == 3
    assert failures([*looks, look(4, outcome="gone")]) == 0, "that nothing is there is an answer"
    assert failures([]) == 0
    assert last_visit(looks) == START + 3 * DAY


def test_looks_belong_to_visits_whatever_their_own_time() -> None:
    one = look(0)
    later = Look.of(source="x", slot=FILE, at=stamp(START + timedelta(minutes=9)), visit=one.visit, sha="b" * 64)

    assert [len(each) for each in visits([look(1), later, one])] == [2, 1]


# --- which -----------------------------------------------------------------------------------------------------------


def at(day: float, *looks: Look, timing: Timing = TIMING) -> list[str]:
    return list(plan(looks, timing, START + day * DAY).ripe)


def test_an_address_never_seen_is_wanted_and_asked_without_conditions() -> None:
    planned = plan([], TIMING, START)

    assert planned.due(PAGE)
    assert planned.ask(PAGE).etag is None
    assert not planned.planned_unconditional(PAGE)
    assert planned.ripe == ()


def test_a_document_is_asked_in_each_visit_also_when_no_page_links_it() -> None:
    assert at(1, look(0)) == [PAGE]
    assert at(0.6, look(0)) == [PAGE], "a visit that comes a little early counts"
    assert at(0.1, look(0)) == []


def test_documents_are_rechecked_as_seldom_as_the_source_says() -> None:
    timing = Timing(every=DAY, recheck=7 * DAY, unconditional=7 * DAY)

    asked = [day for day in range(1, 9) if at(day, look(0), timing=timing)]

    assert asked == [7, 8]
    assert not plan([look(0)], timing, START + 2 * DAY).due(PAGE)


def test_listings_are_not_among_the_documents() -> None:
    failed = look(0, "https://x.gov.cn/list_2.html", "failed")
    unmodified = look(0.5, LIST, "unmodified")

    assert at(1, look(0, LIST, "listing"), unmodified, look(0), failed) == [PAGE]


def test_a_page_and_its_attachments_are_asked_together_the_page_first() -> None:
    timing = Timing(every=DAY, recheck=3 * DAY, unconditional=7 * DAY)
    attachment = look(1, FILE, claims=OF_PAGE)

    assert at(3, look(0), attachment, timing=timing) == [PAGE, FILE]


def gone(days: int, *, begin: int = 1) -> Iterator[Look]:
    yield look(0)
    for day in range(begin, begin + days):
        yield look(day, outcome="gone")


def test_what_is_gone_is_asked_in_each_visit_until_it_is_withdrawn() -> None:
    timing = Timing(every=DAY, recheck=7 * DAY, unconditional=7 * DAY)

    assert at(8, *gone(1, begin=7), timing=timing) == [PAGE]


def test_what_was_withdrawn_is_asked_ever_less_often_and_never_never() -> None:
    looks = [look(0)]
    asked: list[int] = []
    for day in range(1, 200):
        if at(day, *looks):
            asked.append(day)
            looks.append(look(day, outcome="gone"))

    distances = [after - before for before, after in itertools.pairwise(asked)]
    assert distances[:3] == [1, 1, 1]
    assert distances[3:7] == [2, 4, 8, 16]
    assert set(distances[7:]) == {30}


def test_a_link_to_a_withdrawn_document_is_followed_at_once() -> None:
    planned = plan(gone(6), TIMING, START + 7 * DAY)

    assert PAGE not in planned.documents()
    assert planned.due(PAGE)


def test_a_withdrawn_attachment_rests_while_its_page_is_asked() -> None:
    files = [look(n, FILE, "captured" if n == 0 else "gone", claims=OF_PAGE) for n in range(7)]

    assert at(7, *(look(n) for n in range(7)), *files) == [PAGE]


def test_one_that_fails_while_the_rest_is_read_is_asked_less_often() -> None:
    looks = [look(0, FILE)]
    asked: list[int] = []
    for day in range(1, 60):
        looks.append(look(day, PAGE))
        if FILE in at(day, *looks[:-1]):
            asked.append(day)
            looks.append(look(day, FILE, "failed"))

    distances = [after - before for before, after in itertools.pairwise(asked)]
    assert distances[:6] == [1, 1, 2, 4, 7, 7]
    assert max(distances) == 7


def test_after_a_site_was_down_all_its_documents_are_asked_at_once() -> None:
    down = [look(day, slot, "failed") for day in range(1, 9) for slot in (PAGE, FILE)]

    assert at(9, look(0), look(0, FILE), *down) == sorted([PAGE, FILE])


# --- how -------------------------------------------------------------------------------------------------------------

TAGGED = {"etag": '"1"', "last-modified": "Mon, 02 Sep 2024 02:00:00 GMT"}


def ask(day: float, *looks: Look) -> tuple[str | None, str | None, bool]:
    planned = plan(looks, TIMING, START + day * DAY)
    asking = planned.ask(PAGE)
    return asking.etag, asking.modified, planned.planned_unconditional(PAGE)


def test_what_is_known_is_asked_for_on_the_condition_that_it_changed() -> None:
    first = look(0, headers=TAGGED)

    planned = plan([first], TIMING, START + DAY)

    assert (planned.ask(PAGE).etag, planned.ask(PAGE).modified) == ('"1"', TAGGED["last-modified"])
    assert planned.sha(PAGE) == first.sha
    assert not planned.planned_unconditional(PAGE)


def test_a_listing_is_asked_conditionally_too() -> None:
    asking = plan([look(0, LIST, "listing", headers=TAGGED)], TIMING, START + DAY).ask(LIST)

    assert asking.etag == '"1"'


def test_the_validators_of_an_error_page_are_never_sent() -> None:
    error = look(1, outcome="error_page", sha="e" * 64, headers={"etag": '"error"'})

    assert ask(2, look(0, headers=TAGGED), error)[0] == '"1"'
    assert ask(2, error) == (None, None, False)


def test_a_server_that_says_validators_anew_hears_the_new_ones() -> None:
    assert ask(2, look(0, headers=TAGGED), look(1, outcome="unmodified", headers={"etag": '"2"'}))[0] == '"2"'


def test_where_a_redirect_led_away_nothing_is_taken_for_unchanged() -> None:
    moved = look(0, headers=TAGGED, final_url=FILE, exchange={"hops": [[PAGE, 302, FILE, "redirect"]]})

    assert ask(1, moved) == (None, None, True)


def test_bytes_are_asked_for_again_when_the_server_was_believed_long_enough() -> None:
    unmodified = [look(day, outcome="unmodified") for day in range(1, 14)]
    looks = [look(0, headers=TAGGED), look(0.1, headers=TAGGED), *unmodified]

    planned = [day for day in range(1, 9) if ask(day, *looks[: day + 1])[2]]

    assert planned == [7, 8]


def test_pages_found_on_one_day_are_not_all_asked_for_again_on_one_day() -> None:
    slots = [f"https://x.gov.cn/{n}.html" for n in range(100)]
    looks = [look(0, slot, headers=TAGGED) for slot in slots]
    begin = {day: plan(looks, TIMING, START + day * DAY) for day in range(1, 8)}

    first = [next(day for day in begin if begin[day].planned_unconditional(slot)) for slot in slots]

    assert set(first) == {4, 5, 6, 7} or set(first) == {3, 4, 5, 6, 7}
    assert max(first.count(day) for day in set(first)) < 60


def test_a_server_without_validators_is_asked_plainly() -> None:
    assert ask(9, look(0)) == (None, None, False)


@given(order=some.permutations(range(9)), day=some.floats(0, 40))
def test_the_order_in_which_looks_are_given_decides_nothing(order: list[int], day: float) -> None:
    looks = [*gone(4), look(0, FILE, claims=OF_PAGE), look(1, FILE, "failed"), look(2, FILE, headers=TAGGED),
             look(0, LIST, "listing")]  # fmt: skip
    now = START + day * DAY

    shuffled = plan([looks[n % len(looks)] for n in order], TIMING, now)
    straight = plan([looks[n % len(looks)] for n in range(9)], TIMING, now)

    assert (shuffled.ripe, shuffled.known) == (straight.ripe, straight.known)
    assert [shuffled.ask(slot) for slot in (PAGE, FILE, LIST)] == [straight.ask(slot) for slot in (PAGE, FILE, LIST)]


@pytest.mark.parametrize("recheck", [1, 2, 5])
def test_an_address_is_never_forgotten_whatever_it_answers(recheck: int) -> None:
    timing = Timing(every=DAY, recheck=recheck * DAY, unconditional=7 * DAY)
    answers = ["captured", "gone", "failed", "unmodified", "gone", "gone", "gone", "gone", "challenge", "gone"]
    looks = [look(0)]
    last = 0
    for day in range(1, 400):
        if at(day, *looks, timing=timing):
            assert day - last <= 30
            looks.append(look(day, outcome=answers[len(looks) % len(answers)]))
            last = day

    assert last > 365


def test_what_was_claimed_of_a_document_is_kept_for_when_nothing_links_it() -> None:
    claims = {"patience": [3, 3], "link": "2023年度部门决算", "published_on": "2024-09-20"}
    looks = [look(0, claims=claims), look(0, FILE, claims=OF_PAGE), look(0.01, outcome="disallowed", claims={})]

    planned = plan(looks, TIMING, START + DAY)

    assert planned.documents() == {PAGE: claims}
    assert planned.attachments() == {FILE: OF_PAGE}


def test_what_need_not_rest_is_asked_whatever_came_of_it_just_now() -> None:
    hurried = Timing(every=DAY, recheck=timedelta(), unconditional=7 * DAY, patience=(3, 0))
    file = [look(n / 100, FILE, "captured" if n == 0 else "gone", claims=OF_PAGE) for n in range(7)]

    assert at(0.1, look(0.05), *file, timing=hurried) == [PAGE, FILE]


@pytest.mark.parametrize("seed", [1, 5, 9])
def test_a_server_that_always_says_unmodified_is_not_believed_for_longer_than_a_week(seed: int) -> None:
    """A year of visits at the times that the schedule gives, some of which fail."""
    chance = random.Random(seed)
    now, looks, brought = START, [look(0, headers=TAGGED)], [START]
    failed = 0
    while now < START + 365 * DAY:
        now = next_due("x", TIMING, now=now + timedelta(minutes=1), last_visit=now, failures=failed)
        planned = plan(looks, TIMING, now)
        day = (now - START) / DAY
        if chance.random() < 0.1:
            looks.append(look(day, outcome="failed"))
            failed += 1
            continue
        failed = 0
        if planned.planned_unconditional(PAGE):
            brought.append(now)
            looks.append(look(day, headers=TAGGED))
        else:
            looks.append(look(day, outcome="unmodified"))

    gaps = [after - before for before, after in itertools.pairwise(brought)]
    assert len(looks) > 300, "a visit a day, but for those after failures"
    assert min(gaps) > 3 * DAY
    failures_at = [moment(each.at) for each in looks if each.outcome == "failed"]
    longer = [at for at, gap in zip(brought, gaps, strict=False) if gap > 8 * DAY]
    assert all(any(at + 6 * DAY < each < at + 9 * DAY for each in failures_at) for at in longer), (
        "the planned one failed"
    )
    assert max(gaps) < 12 * DAY
