"""Several at work on one folder at once: what each derives stands on all that is there."""

import threading
from pathlib import Path
from typing import Any

import pytest

import tracker.ingest
from storage import rows
from storage.dump import dump
from storage.store import Store
from tests.generator import events
from tests.generator.render import render
from tests.properties.house import house
from tracker.ingest import Offer, ingest, rebuild, settle

EVENT = events.revision("figure_in_one_place", 4, "hubei")
SLOT = "http://www.qingshui.example/t1.html"


def offer(text: str, at: str) -> Offer:
    return Offer(data=text.encode(), name="t1.txt", slot=SLOT, url=SLOT, at=at)


def recorded(store: Store, text: str, at: str) -> None:
    """Keep a look without deriving anything from it."""
    look = rows.Look.of(source="s", slot=SLOT, url=SLOT, at=at, sha=store.archive.put(text.encode()), name="t1.txt")
    store.record(text.encode(), look)


def test_what_another_derives_meanwhile_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = render(EVENT.before, "tsv"), render(EVENT.after, "tsv")
    with Store.open(tmp_path) as store:
        recorded(store, first, "2024-10-01T00:00:00Z")
    timeline = tracker.ingest.timeline
    others: list[threading.Thread] = []

    def ingesting() -> None:
        with Store.open(tmp_path) as store:
            ingest(house(store), [offer(second, "2024-11-01T00:00:00Z")])

    def interrupted(*given: Any) -> Any:
        found = timeline(*given)
        if not others:
            others.append(threading.Thread(target=ingesting))
            others[0].start()
            others[0].join(0.7)  # it is done by then, or waits for us
        return found

    monkeypatch.setattr(tracker.ingest, "timeline", interrupted)
    with Store.open(tmp_path) as store:
        settle(house(store))
    others[0].join(30)

    with Store.open(tmp_path) as store:
        assert [state.n for state in store.fetch(rows.State)] == [1, 2]
        assert store.pending() == ()
        derived = list(dump(store))
        rebuild(house(store))
        assert list(dump(store)) == derived
