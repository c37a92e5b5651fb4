"""Looks that only see what stands cost a few rows, and come to what the whole derivation comes to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import queries
from storage.store import Store
from storage.verify import verify
from tests.gathered import Watcher, stamp
from tests.generator import layouts, ledger, render
from tracker import reading
from tracker.ingest import rebuild
from tracker.model import Disclosure

TEXT = render.render(layouts.document(ledger.make(7, 2023), "hubei"), "html")
LAST = render.render(layouts.document(ledger.make(7, 2022), "hubei"), "html")
A = "http://www.qinghe.example/art/2024/9/2/art_71.html"
B = "http://www.qinghe.example/art/2023/9/2/art_60.html"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Watcher]:
    with Store.open(tmp_path / "data") as store:
        yield Watcher(store)


@pytest.fixture
def normalized(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were normalized."""
    done: list[str] = []
    really = reading.read

    def counting(data: bytes, name: str, *rest: object, **more: object) -> Disclosure:
        done.append(name)
        return really(data, name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read", counting)
    return done


def visited(n: int) -> str:
    """The page, with bytes that are different at each visit and say the same."""
    return TEXT.replace("</body>", f"<!-- {n} --></body>")


def test_bytes_that_hold_the_same_words_are_not_normalized_again(site: Watcher, normalized: list[str]) -> None:
    site.look(0, A, visited(0))
    site.settle()
    normalized.clear()
    for day in range(1, 13):
        site.look(day, A, visited(day))
        site.settle()
    assert normalized == []
    assert site.states() == [("published", "2024-09-01", "2024-09-13")]


def test_not_modified_is_not_normalized_at_all(site: Watcher, normalized: list[str]) -> None:
    site.look(0, A, TEXT, headers={"etag": "1"})
    site.settle()
    normalized.clear()
    for day in range(1, 13):
        site.look(day, A, outcome="unmodified", status=304)
        site.look(day + 0.1, A, outcome="failed")
        site.settle()
    assert normalized == []
    assert site.states() == [("published", "2024-09-01", "2024-09-13")]


def test_the_same_bytes_are_not_normalized_again(site: Watcher, normalized: list[str]) -> None:
    site.look(0, A, TEXT)
    site.settle()
    normalized.clear()
    for day in range(1, 5):
        site.look(day, A, TEXT)
        site.settle()
    assert normalized == []


def test_what_stays_withdrawn_is_not_derived_again(site: Watcher, normalized: list[str]) -> None:
    site.look(0, A, TEXT)
    for day in range(1, 5):
        site.look(day, A, outcome="gone", status=404)
    site.settle()
    normalized.clear()
    for day in range(5, 15):
        site.look(day, A, outcome="gone", status=404)
        site.settle()
    assert normalized == []
    assert site.states()[-1] == ("withdrawn", "2024-09-02", "2024-09-15")


def test_a_witness_prolongs_what_other_years_are_compared_with(site: Watcher) -> None:
    site.look(0, B, LAST)
    site.look(1, A, TEXT)
    site.settle()
    site.look(3, B, outcome="unmodified")
    site.look(4, A, visited(4))
    site.settle()
    (comparison,) = queries.comparisons(site.store, axis="year")
    assert (comparison["seen_before"], comparison["seen_after"]) == (stamp(3), stamp(1))
    before = site.dump()
    assert list(verify(site.store)) == []
    rebuild(site.house)
    assert site.dump() == before


def test_a_new_claim_is_no_mere_sighting(site: Watcher) -> None:
    site.look(0, A, TEXT, claims={"expect": {"tables": 1}})
    site.settle()
    site.look(1, A, visited(1), claims={"expect": {"tables": 99}})
    site.settle()
    before = site.dump()
    rebuild(site.house)
    assert site.dump() == before


def test_a_file_that_cannot_be_read_yet_costs_nothing_when_it_is_seen_again(
    site: Watcher, normalized: list[str]
) -> None:
    link = {"title": "栖梧市北坞区农业技术推广中心2023年度单位决算公开"}
    site.look(0, A, TEXT, headers={"etag": "1"})
    site.look(0.1, B, b"%PDF-1.7 binary", claims=link, name="1.pdf")
    site.settle()
    normalized.clear()
    for day in range(1, 6):
        site.look(day, A, outcome="unmodified", status=304)
        site.look(day + 0.1, B, b"%PDF-1.7 binary", claims=link, name="1.pdf")
        site.settle()
    assert normalized == []
    assert site.states() == [("published", "2024-09-01", "2024-09-06"), ("held", "2024-09-01", "2024-09-06")]
    before = site.dump()
    assert list(verify(site.store)) == []
    rebuild(site.house)
    assert site.dump() == before


@pytest.mark.parametrize(("kind", "right"), [("text/html; charset=euc-kr", True), ("text/html", False)])
def test_the_charset_that_only_the_header_declares_is_believed_where_it_reads_well(
    site: Watcher, kind: str, right: bool
) -> None:
    # As in 延边: these bytes are well-formed GBK as well, of rare characters.
    words = "연변조선족자치주 결산 공개"
    look = site.look(0, A, f"<html><body><p>{words}</p></body></html>".encode("euc-kr"), headers={"content-type": kind})
    found = site.house.reader.of_look(look, ())
    assert (words.replace(" ", "") in "".join(p.text for p in found.passages).replace(" ", "")) == right


def test_the_same_bytes_under_another_charset_are_read_again(site: Watcher) -> None:
    for day, kind in enumerate(("text/html", "text/html; charset=gbk", "text/html")):
        site.look(day, A, TEXT, headers={"content-type": kind})
        site.settle()
    stood = site.dump()
    rebuild(site.house)
    assert site.dump() == stood
    assert site.states() == [("published", "2024-09-01", "2024-09-03")]
