"""The budget of a year beside its final accounts, through the whole house."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest

from storage import queries
from storage.dump import dump
from storage.store import Store
from tests.generator import layouts, ledger, render
from tests.generator.layouts.budgets import LAYOUTS
from tests.generator.plans import plan
from tracker.ingest import House, Offer, ingest
from tracker.naming import Names
from tracker.reading import Reader
from tracker.taxonomy import load

BOOKS = ledger.make(7, 2023)
FINAL = render.render(layouts.document(BOOKS, "hubei"), "tsv")
BUDGETS = {name: render.render(write(plan(BOOKS)), "tsv") for name, write in LAYOUTS.items()}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


def house(store: Store) -> House:
    return House(store, Reader(store.archive, load(), Names({})), lambda: "2026-01-01T00:00:00Z")


def offer(text: str, day: str) -> Offer:
    return Offer(data=text.encode(), name="公开.txt", at=f"{day}T00:00:00Z")


@pytest.mark.parametrize("layout", sorted(BUDGETS))
def test_each_item_moves_from_what_was_planned_to_what_was_spent(layout: str, store: Store) -> None:
    ingest(house(store), [offer(BUDGETS[layout], "2023-02-10"), offer(FINAL, "2024-09-20")])

    changes = queries.changes(store, axis="budget")
    moved = {c["code"]: c for c in changes if (c["fact"] or "").startswith("general.2") and len(c["code"] or "") == 7}
    expected = {
        code: Decimal(BOOKS.amount(f"line.{code}.general") - BOOKS.leaves[f"initial.{code}"]) / 100
        for code in BOOKS.items()
        if BOOKS.amount(f"line.{code}.general") != BOOKS.leaves.get(f"initial.{code}", 0)
    }
    assert {code: Decimal(c["delta"]) for code, c in moved.items()} == expected != {}
    assert {c["kind"] for c in moved.values()} == {"changed"}


def test_a_plan_that_is_quoted_as_it_was_published_is_not_restated(store: Store) -> None:
    ingest(house(store), [offer(BUDGETS["shanghai"], "2023-02-10"), offer(FINAL, "2024-09-20")])

    changes = queries.changes(store, axis="budget")
    assert changes
    assert [c["key"] for c in changes if c["aspect"] == "restated"] == []


def test_a_plan_that_is_quoted_otherwise_is_restated(store: Store) -> None:
    code = next(c for c in BOOKS.items() if BOOKS.leaves.get(f"initial.{c}"))
    printed = layouts.document(BOOKS.revised({f"initial.{code}": BOOKS.leaves[f"initial.{code}"] + 100}), "hubei")
    ingest(house(store), [offer(BUDGETS["central"], "2023-02-10"), offer(render.render(printed, "tsv"), "2024-09-20")])

    restated = [c for c in queries.changes(store, axis="budget") if c["aspect"] == "restated"]

    assert {c["code"] for c in restated if c["code"]} == {code}
    assert {Decimal(c["delta"]) for c in restated} == {Decimal("1.00")}


def test_the_order_in_which_they_arrive_decides_nothing(tmp_path: Path) -> None:
    offers = [
        offer(BUDGETS["central"], "2023-02-10"),
        offer(BUDGETS["central"].replace("业务科", "综合科"), "2023-05-10"),
        offer(FINAL, "2024-09-20"),
    ]
    dumps: set[str] = set()
    for n, order in enumerate(permutations(offers)):
        with Store.open(tmp_path / str(n)) as store:
            for one in order:
                ingest(house(store), [one])
            dumps.add("\n".join(dump(store)))
            axes = sorted(c["axis"] for c in queries.comparisons(store))
            assert axes == ["budget", "revision"]

    assert len(dumps) == 1


def test_a_budget_and_final_accounts_are_two_documents(store: Store) -> None:
    ingest(house(store), [offer(BUDGETS["central"], "2023-02-10"), offer(FINAL, "2024-09-20")])

    names = {d["document"] for d in queries.documents(store)}

    assert names == {f"{BOOKS.unit}/2023/{kind}.{BOOKS.scope}" for kind in ("budget", "final")}
