"""Whatever a site did and in whatever order we hear of it, the same is derived: at once, look by look, or anew."""

import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from storage import queries, rows
from storage.dump import dump
from storage.store import Store
from storage.verify import verify
from tests.gathered import Watcher
from tests.generator import layouts, ledger, mutate, render
from tracker.ingest import rebuild

BOOKS = ledger.make(11, 2023)
FIRST = render.render(layouts.document(BOOKS, "hubei"), "html")
SECOND = mutate.mutate("sentence_reworded", FIRST, 2).text
NEXT = render.render(layouts.document(ledger.evolve(BOOKS, 4), "hubei"), "html")
TEXTS = {
    "first": FIRST,
    "second": SECOND,
    "next": NEXT,
    "news": "<html><body><p>今天天气很好。</p></body></html>",
    "scan": "%PDF-1.7 </body>",
}
SLOTS = ("http://s.example/1.html", "http://s.example/2.html", "http://s.example/3.html")
TITLE = re.sub(r"-.*", "", FIRST.partition("<title>")[2].partition("</title>")[0])
PAGE = "http://s.example/index.html"


def counted(text: str, n: int) -> str:
    """The same page with another number of visitors: other bytes, the same content."""
    return text.replace("</body>", f"<!-- {n} --></body>")


def history(site: Watcher, seed: int, days: int = 24) -> None:
    """Record what was seen of three addresses and a page that links them, over some weeks."""
    draw = random.Random(seed)
    stands = {slot: draw.choice(["first", "first", "next", "scan", None]) for slot in SLOTS}
    linked = SLOTS[: draw.choice([1, 2, 3])]
    for day in range(days):
        for slot in SLOTS:
            if draw.random() < 0.12:
                stands[slot] = draw.choice(["first", "second", "next", "news", "scan", None, None, None])
        if draw.random() < 0.1:
            linked = SLOTS[: draw.choice([1, 2, 3])]
        visit = day + draw.random() / 4
        if draw.random() < 0.8:
            text = counted("<html><body><h1>决算公开</h1><p>详见附件。</p></body></html>", draw.randrange(3))
            site.look(visit, PAGE, text, visit=visit, claims={"attachments": list(linked)})
        for n, slot in enumerate(SLOTS):
            at = visit + 0.01 * (n + 1)
            chance = draw.random()
            what = stands[slot]
            claims = {"page": PAGE} if slot in linked else {}
            claims |= {"title": TITLE} if what == "scan" else {}
            if chance < 0.15:
                site.look(at, slot, outcome=draw.choice(["failed", "unavailable", "blocked"]), visit=visit)
            elif what is None:
                site.look(at, slot, outcome="gone", status=draw.choice([404, 410]), visit=visit)
            elif chance < 0.45 and day:
                site.look(at, slot, outcome="unmodified", status=304, visit=visit)
            else:
                text = counted(TEXTS[what], draw.randrange(2))
                tag = draw.choice([what, "stuck"])
                site.look(at, slot, text, visit=visit, claims=claims, headers={"etag": tag})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Watcher]:
    with Store.open(tmp_path / "data") as store:
        yield Watcher(store)


def again(site: Watcher, folder: Path, order: list[rows.Look], at_once: int) -> list[str]:
    """Record the looks of ``site`` in another order, derive after every few, and return the dump."""
    with Store.open(folder) as store:
        other = Watcher(store)
        for n, look in enumerate(order, 1):
            store.record(None if look.sha is None else site.store.archive.get(look.sha), look)
            if n % at_once == 0:
                other.settle()
        other.settle()
        assert list(verify(store)) == []
        return list(dump(store))


def differing(one: list[str], two: list[str]) -> list[str]:
    """The rows that stand in one dump only, without their longest texts."""
    return sorted(row[:300] for row in set(one) ^ set(two))[:8]


@pytest.mark.parametrize("seed", range(4))
def test_order_and_batches_decide_nothing(site: Watcher, tmp_path: Path, seed: int) -> None:
    history(site, seed)
    site.settle()
    whole = site.dump()
    looks = list(site.store.looks())
    shuffled = random.Random(seed).sample(looks, len(looks))
    assert differing(again(site, tmp_path / "by one", looks, 1), whole) == []
    assert differing(again(site, tmp_path / "shuffled", shuffled, 5), whole) == []
    rebuild(site.house)
    assert differing(site.dump(), whole) == []


@pytest.mark.parametrize("seed", range(4))
def test_states_follow_each_other_and_every_step_between_is_told(site: Watcher, seed: int) -> None:
    history(site, seed + 100)
    site.settle()
    for document in queries.documents(site.store):
        states = [state for state in document["states"] if not state["held"]]
        for old, new in pairwise(states):
            assert old["first_at"] <= old["last_at"] < new["first_at"] <= new["last_at"], (old, new)
            (comparison,) = [
                c
                for c in site.store.fetch(rows.Comparison, document_before=document["document"], axis="revision")
                if (c.state_before, c.state_after) == (old["n"], new["n"])
            ]
            assert site.store.fetch(rows.Change, comparison=comparison.id), (old, new)
            assert (new["version"] is None) == (new["outcome"] == "withdrawn")
            assert not (old["version"] is None and new["version"] is None), "withdrawn once"
