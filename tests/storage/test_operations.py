"""What the service remembers of its work."""

from pathlib import Path

import pytest

from storage.operations import (
    Alarm,
    Scheduled,
    Waited,
    add_alarms,
    alarms,
    brought,
    forget_schedule,
    put_schedule,
    put_waits,
    schedule,
    standing,
    waits,
)
from storage.rows import Look
from storage.store import Store

AT = "2024-09-02T02:00:00Z"
LATER = "2024-09-03T02:00:00Z"


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path) as opened:
        yield opened


def test_due_times_survive_a_restart(store: Store, tmp_path: Path) -> None:
    put_schedule(store, Scheduled(source="武汉", next_due=AT), Scheduled(source="葛店", next_due=AT))
    put_schedule(store, Scheduled(source="武汉", next_due=LATER, last_visit=AT, failures=2))

    with Store.open(tmp_path, read_only=True) as other:
        found = schedule(other)

    assert found["武汉"] == Scheduled(source="武汉", next_due=LATER, last_visit=AT, failures=2)
    assert sorted(found) == ["武汉", "葛店"]


def test_a_source_configured_no_more_is_forgotten(store: Store) -> None:
    put_schedule(store, Scheduled(source="武汉", next_due=AT), Scheduled(source="葛店", next_due=AT))

    forget_schedule(store, ["葛店", "新的"])

    assert list(schedule(store)) == ["葛店"]


def test_hosts_that_wait_are_kept_all_at_once(store: Store) -> None:
    put_waits(store, [Waited(host="a.gov.cn", until=AT, why="retry-after")])
    put_waits(store, [Waited(host="b.gov.cn", until=LATER, why="back-off", failures=3)])

    assert waits(store) == {"b.gov.cn": Waited(host="b.gov.cn", until=LATER, why="back-off", failures=3)}


def test_alarms_are_told_newest_first_and_the_last_one_stands(store: Store) -> None:
    first = Alarm(at=AT, source="武汉", before="ok", after="failing", reason="timeout")
    second = Alarm(at=LATER, source="武汉", before="failing", after="ok")
    other = Alarm(at=AT, source="葛店", before="ok", after="blocked", reason="403")
    add_alarms(store, [first, other])
    add_alarms(store, [second])

    assert alarms(store) == (second, other, first)
    assert alarms(store, "武汉", limit=1) == (second,)
    assert standing(store) == {"武汉": "ok", "葛店": "blocked"}


def test_a_source_brought_what_its_looks_brought(store: Store) -> None:
    for at, outcome, data in ((AT, "captured", b"a"), (LATER, "captured", b"a"), (LATER, "error_page", b"b")):
        store.record(data, Look.of(source="武汉", slot="s", at=at, outcome=outcome, sha=_sha(data)))
    store.record(None, Look.of(source="葛店", slot="t", at=AT, outcome="failed"))

    found = brought(store)

    assert found["武汉"].captures == 1
    assert found["葛店"].captures == 0
    assert found["葛店"].documents == ()


def _sha(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()
