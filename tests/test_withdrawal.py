"""What is taken down, comes back or moves, from the looks of visits: nothing is missed, nothing is invented."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import queries
from storage.store import Store
from tests.gathered import Watcher, stamp
from tests.generator import layouts, ledger, mutate, render
from tracker.ingest import rebuild

BOOKS = ledger.make(7, 2023)
TEXT = render.render(layouts.document(BOOKS, "hubei"), "html")
REVISED = mutate.mutate("sentence_reworded", TEXT, 1).text
NEXT = render.render(layouts.document(ledger.evolve(BOOKS, 3), "hubei"), "html")
A = "http://www.qinghe.example/art/2024/9/2/art_71.html"
UNIT = "栖梧市北坞区农业技术推广中心"
B = "http://www.qinghe.example/zwgk/czxx/202409/t20240902_71.html"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Watcher]:
    with Store.open(tmp_path / "data") as store:
        yield Watcher(store)


def test_a_document_that_is_gone_over_looks_and_days_is_withdrawn_once(site: Watcher) -> None:
    site.look(0, A, TEXT)
    for day in (1, 2, 3, 4, 5):
        site.look(day, A, outcome="gone", status=404)
    site.settle()
    assert site.states() == [("published", "2024-09-01", "2024-09-01"), ("withdrawn", "2024-09-02", "2024-09-06")]
    (change,) = queries.changes(site.store)
    assert (change["subject"], change["kind"], change["aspect"]) == ("structure", "removed", "withdrawn")
    assert (change["seen_before"], change["seen_after"]) == (stamp(0), stamp(1))
    assert (change["version_after"], change["label"]) == (None, "404")
    assert queries.documents(site.store)[0]["state"] == "withdrawn"


@pytest.mark.parametrize("days", [(1, 2), (1, 1.1, 1.2, 1.3), (1, 5)])
def test_too_few_looks_or_days_withdraw_nothing(site: Watcher, days: tuple[float, ...]) -> None:
    site.look(0, A, TEXT)
    for day in days:
        site.look(day, A, outcome="gone", status=404)
    site.settle()
    assert site.states() == [("published", "2024-09-01", "2024-09-01")]
    assert queries.changes(site.store) == []


def test_the_source_says_how_patient_to_be(site: Watcher) -> None:
    site.look(0, A, TEXT)
    for day in (1, 2):
        site.look(day, A, outcome="gone", status=410, claims={"patience": [2, 1]})
    site.settle()
    assert site.structure() == [("removed", "withdrawn")]


@pytest.mark.parametrize(
    "outcome", ["failed", "unavailable", "blocked", "challenge", "login", "error_page", "disallowed", "listing"]
)
def test_looks_that_met_trouble_say_nothing(site: Watcher, outcome: str) -> None:
    site.look(0, A, TEXT)
    for day in range(1, 9):
        site.look(day, A, "<html>系统维护</html>" if outcome in ("error_page", "listing") else None, outcome)
    site.settle()
    assert site.states() == [("published", "2024-09-01", "2024-09-01")]
    assert queries.undecided(site.store) == []


def test_trouble_between_absences_neither_counts_nor_ends_their_run(site: Watcher) -> None:
    site.look(0, A, TEXT)
    site.look(1, A, outcome="gone", status=404)
    site.look(2, A, outcome="unavailable", status=503)
    site.look(3, A, outcome="gone", status=404)
    site.settle()
    assert site.structure() == []
    site.look(4, A, outcome="gone", status=404)
    site.settle()
    assert site.structure() == [("removed", "withdrawn")]


def test_a_sighting_between_absences_begins_the_count_anew(site: Watcher) -> None:
    site.look(0, A, TEXT, headers={"etag": "1"})
    for day, outcome in ((1, "gone"), (2, "gone"), (3, "unmodified"), (4, "gone"), (5, "gone")):
        site.look(day, A, outcome=outcome)
    site.settle()
    assert site.states() == [("published", "2024-09-01", "2024-09-04")]


def test_what_comes_back_the_same_is_a_third_state_of_one_version(site: Watcher) -> None:
    site.look(0, A, TEXT)
    for day in (1, 2, 4):
        site.look(day, A, outcome="gone", status=404)
    site.settle()
    site.look(9, A, TEXT)
    site.settle()
    assert [s[0] for s in site.states()] == ["published", "withdrawn", "published"]
    assert site.structure() == [("removed", "withdrawn"), ("added", "restored")]
    (document,) = queries.documents(site.store)
    assert (document["versions"], document["state"]) == (1, "current")
    assert len(queries.changes(site.store)) == 2


def test_what_comes_back_otherwise_is_compared_with_what_was_taken_down(site: Watcher) -> None:
    site.look(0, A, TEXT)
    for day in (1, 2, 4):
        site.look(day, A, outcome="gone", status=404)
    site.look(9, A, REVISED)
    site.settle()
    assert site.structure() == [("removed", "withdrawn"), ("added", "restored")]
    words = [c for c in queries.changes(site.store) if c["subject"] == "passage"]
    assert len(words) == 1
    assert words[0]["seen_before"] == stamp(4)


def test_a_place_that_another_years_document_took_is_a_withdrawal(site: Watcher) -> None:
    site.look(0, A, TEXT)
    site.look(1, A, NEXT, headers={"etag": "n"})
    for day in (2, 3, 4):
        site.look(day, A, outcome="unmodified")
    site.settle()
    (change,) = [c for c in queries.changes(site.store, axis="revision") if c["aspect"] == "withdrawn"]
    by = next(d["document"] for d in queries.documents(site.store) if d["state"] == "current")
    assert change["label"] == f"replaced: {by}"
    assert (change["seen_before"], change["seen_after"]) == (stamp(0), stamp(1))
    assert change["document_after"] != by


def test_a_304_prolongs_what_it_repeats(site: Watcher) -> None:
    site.look(0, A, TEXT, headers={"etag": '"1"'})
    site.look(3, A, outcome="unmodified", status=304)
    site.look(5, A, REVISED, headers={"etag": '"2"'})
    site.settle()
    (comparison,) = queries.comparisons(site.store)
    assert (comparison["seen_before"], comparison["seen_after"]) == (stamp(3), stamp(5))


@pytest.mark.parametrize("header", ["etag", "last-modified"])
def test_a_304_that_lied_is_no_evidence(site: Watcher, header: str) -> None:
    site.look(0, A, TEXT, headers={header: "same"})
    for day in (1, 2, 3):
        site.look(day, A, outcome="unmodified", status=304)
    site.settle()
    assert site.states() == [("published", "2024-09-01", "2024-09-04")]
    site.look(4, A, REVISED, headers={header: "same"})
    site.settle()
    (comparison,) = queries.comparisons(site.store)
    assert (comparison["seen_before"], comparison["seen_after"]) == (stamp(0), stamp(4))
    assert site.states()[0] == ("published", "2024-09-01", "2024-09-01")


def test_a_document_that_moved_is_not_withdrawn(site: Watcher) -> None:
    site.look(0, A, TEXT)
    site.look(1, B, TEXT)
    for day in (1, 2, 3, 4):
        site.look(day, A, outcome="gone", status=404)
        site.look(day + 0.1, B, TEXT)
    site.settle()
    (change,) = queries.changes(site.store)
    assert (change["kind"], change["aspect"], change["before"], change["after"]) == ("changed", "address", A, B)
    assert (change["seen_before"], change["seen_after"]) == (stamp(0), stamp(1))
    assert queries.documents(site.store)[0]["state"] == "current"


def test_a_second_address_stays_a_witness_while_the_first_stands(site: Watcher) -> None:
    for day in (0, 1, 2, 3, 4):
        site.look(day, A, TEXT)
        site.look(day + 0.1, B, TEXT)
    site.settle()
    assert site.states() == [("published", "2024-09-01", "2024-09-05")]
    assert site.structure() == []


def test_another_content_elsewhere_waits_until_the_first_address_is_certain_to_be_gone(site: Watcher) -> None:
    site.look(0, A, TEXT)
    site.look(0.1, B, REVISED)
    site.settle()
    assert [s[0] for s in site.states()] == ["published", "held"]
    for day in (1, 2, 3, 4):
        site.look(day, A, outcome="gone", status=404)
        site.look(day + 0.1, B, REVISED)
    site.settle()
    assert [s[0] for s in site.states()] == ["published", "published"]
    assert site.structure() == [("changed", "address")]
    assert [c["subject"] for c in queries.changes(site.store)].count("passage") == 1


def test_a_permanent_redirect_is_a_new_address_of_the_same_version(site: Watcher) -> None:
    site.look(0, A, TEXT)
    site.look(1, A, TEXT, moved=B)
    site.look(2, A, TEXT, moved=B)
    site.settle()
    (change,) = queries.changes(site.store)
    assert (change["aspect"], change["before"], change["after"]) == ("address", A, B)
    assert [s[1:] for s in site.states()] == [("2024-09-01", "2024-09-01"), ("2024-09-02", "2024-09-03")]


def test_another_scheme_is_no_new_address(site: Watcher) -> None:
    site.look(0, A, TEXT)
    site.look(1, A, TEXT, moved=A.replace("http://", "https://"))
    site.settle()
    assert queries.changes(site.store) == []


def test_looks_are_shown_with_what_they_met(site: Watcher) -> None:
    site.look(0, A, TEXT)
    site.look(1, A, outcome="failed")
    site.look(2, A, outcome="gone", status=404)
    site.settle()
    (document,) = queries.documents(site.store)
    assert [look["outcome"] for look in queries.looks(site.store, document["document"])] == [
        "captured",
        "failed",
        "gone",
    ]


def test_a_rebuild_finds_the_same(site: Watcher) -> None:
    site.look(0, A, TEXT)
    for day in (1, 2, 4):
        site.look(day, A, outcome="gone", status=404)
        site.settle()
    site.look(9, A, REVISED)
    site.settle()
    before = site.dump()
    rebuild(site.house)
    assert site.dump() == before


@pytest.mark.parametrize("first", [A, B])
def test_an_address_and_the_one_it_redirects_to_are_one_place(site: Watcher, first: str) -> None:
    site.look(0, A, TEXT)
    for day, text in ((1, TEXT), (2, REVISED), (3, REVISED)):
        for n, slot in enumerate((first, A if first == B else B)):
            site.look(day + n / 10, slot, text, moved=B if slot == A else None)
    site.settle()
    assert [s[0] for s in site.states()] == ["published", "published", "published"]
    assert site.structure() == [("changed", "address")]
    assert [c["subject"] for c in queries.changes(site.store)].count("passage") == 1


def test_a_mirror_that_lags_waits_only_until_it_has_caught_up(site: Watcher) -> None:
    for day, (one, two) in enumerate([(TEXT, TEXT), (REVISED, TEXT), (REVISED, REVISED)]):
        site.look(day, A, one)
        site.look(day + 0.1, B, two)
        site.settle()
    assert [s[0] for s in site.states()] == ["published", "published"]


def test_a_mirror_that_is_ahead_waits_only_until_the_other_follows(site: Watcher) -> None:
    for day, (one, two) in enumerate([(TEXT, TEXT), (TEXT, REVISED), (REVISED, REVISED)]):
        site.look(day, A, one)
        site.look(day + 0.1, B, two)
        site.settle()
    assert [s[0] for s in site.states()] == ["published", "published"]


def test_another_scheme_of_one_address_is_one_place(site: Watcher) -> None:
    secure = A.replace("http://", "https://")
    site.look(0, A, TEXT)
    site.look(1, secure, TEXT)
    site.look(2, secure, REVISED)
    site.settle()
    assert [s[0] for s in site.states()] == ["published", "published"]
    assert site.structure() == []


def test_what_a_source_declares_last_holds_for_what_was_seen_before(site: Watcher) -> None:
    for day in (0, 1, 2, 3, 4, 5):
        pin = {} if day < 2 else {"unit": "某某市科创中心"} if day < 4 else {"aliases": {UNIT: "科创所"}}
        site.look(day, A, f"{TEXT}<!-- {day} -->", claims=pin)
        site.settle()
        (document,) = queries.documents(site.store)
        assert document["unit"] == (UNIT if day < 2 else "某某市科创中心" if day < 4 else "科创所")
        assert site.states() == [("published", "2024-09-01", f"2024-09-0{day + 1}")]
    stood = site.dump()
    rebuild(site.house)
    assert site.dump() == stood


def test_what_is_declared_when_nothing_was_modified_holds_too(site: Watcher) -> None:
    site.look(0, A, TEXT)
    site.settle()
    for day in (1, 2):
        site.look(day, A, outcome="unmodified", status=304, claims={"unit": "某某市科创中心"})
        site.settle()
        (document,) = queries.documents(site.store)
        assert document["unit"] == "某某市科创中心"
    assert site.states() == [("published", "2024-09-01", "2024-09-03")]
    stood = site.dump()
    rebuild(site.house)
    assert site.dump() == stood


def test_what_is_declared_of_another_year_s_text_does_not_hold_for_what_it_replaced(site: Watcher) -> None:
    site.look(0, A, TEXT, claims={"unit": UNIT})
    for day in (1, 2, 3, 4):
        site.look(day, A, NEXT, claims={"unit": "某某市科创中心"})
    site.settle()
    assert {d["document"]: d["state"] for d in queries.documents(site.store)} == {
        f"{UNIT}/2023/final.unit": "withdrawn",
        "某某市科创中心/2024/final.unit": "current",
    }


def test_declarations_that_change_come_to_the_same_in_any_order(site: Watcher, tmp_path: Path) -> None:
    with Store.open(tmp_path / "other") as store:
        other = Watcher(store)
        days: list[tuple[int, dict[str, object]]] = [(0, {}), (1, {}), (2, {"unit": "某某市科创中心"}), (3, {})]
        for each, order in ((site, days), (other, days[::-1])):
            for day, pin in order:
                each.look(day, A, f"{TEXT}<!-- {day} -->", claims=pin)
                each.settle()
        assert site.dump() == other.dump()
