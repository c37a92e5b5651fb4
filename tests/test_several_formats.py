"""One document published in several formats at several addresses: witnesses of each other, no change, no clash."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import queries
from storage.store import Store
from tests.gathered import Watcher
from tests.generator import layouts, ledger, mutate, office, render
from tests.generator.printed import printed
from tests.test_timeline import seen, text
from tracker.model import Identity
from tracker.naming import Names
from tracker.timeline import timeline

PAPER = layouts.document(ledger.make(3), "hubei")
PAGE = render.render(PAPER, "html")
REVISED = mutate.mutate("sentence_reworded", PAGE, 1).text
PDF, DOCX = "http://www.qinghe.example/a/1.pdf", "http://www.qinghe.example/a/1.docx"
HTML, BOOK = "http://www.qinghe.example/a/1.html", "http://www.qinghe.example/a/1.xlsx"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Watcher]:
    with Store.open(tmp_path / "data") as store:
        yield Watcher(store)


def recorded(site: Watcher) -> int:
    return len(queries.changes(site.store))


def held(site: Watcher) -> set[str]:
    return {problem["code"] for problem in queries.problems(site.store) if problem["holds"]}


@pytest.mark.parametrize("together", [True, False])
def test_two_formats_of_one_document_are_two_witnesses(site: Watcher, together: bool) -> None:
    for n, (slot, data) in enumerate(((PDF, printed(PAPER)), (DOCX, office.docx(PAPER)), (HTML, PAGE.encode()))):
        site.look(n / 100, slot, data, visit=0 if together else None, name=slot[-6:])
        site.settle()

    assert site.states() == [("published", "2024-09-01", "2024-09-01")]
    assert (recorded(site), held(site)) == (0, set())


def test_a_workbook_of_the_tables_beside_the_whole_is_a_witness_of_them(site: Watcher) -> None:
    site.look(0, HTML, PAGE)
    site.look(1, BOOK, office.xlsx(PAPER), name="1.xlsx", claims={"title": f"{ledger.make(3).unit}2023年度部门决算"})
    site.settle()

    assert len(site.states()) == 1
    assert (recorded(site), held(site)) == (0, set())


def test_what_is_revised_in_one_format_and_then_in_the_other_is_one_change(site: Watcher) -> None:
    site.look(0, HTML, PAGE)
    site.look(0.01, PDF, printed(PAPER), visit=0, name="1.pdf")
    site.look(1, HTML, REVISED)
    site.settle()
    before = recorded(site)
    site.look(1.01, "http://www.qinghe.example/a/2.html", REVISED.replace("<h1>", "<h1> "), visit=1)
    site.settle()

    assert before > 0
    assert recorded(site) == before
    assert len(site.states()) == 2


def test_another_format_of_other_content_waits(site: Watcher) -> None:
    site.look(0, PDF, printed(PAPER), name="1.pdf")
    site.look(1, HTML, REVISED)
    site.settle()

    assert len(site.states()) == 2 or held(site) == {"identity.overlap"}
    assert recorded(site) == 0


def test_the_second_format_stands_for_the_first_when_that_is_gone(site: Watcher) -> None:
    for day in (0, 1, 2, 3, 4, 5):
        if day > 1:
            site.look(day, DOCX, None, "gone", status=404)
        else:
            site.look(day, DOCX, office.docx(PAPER), name="1.docx")
        site.look(day + 0.01, PDF, printed(PAPER), visit=day, name="1.pdf")
    site.settle()

    assert [outcome for outcome, *_ in site.states()] == ["published", "published"]
    assert site.structure() == [("changed", "address")]


def test_what_would_record_nothing_is_a_witness_whatever_its_digest() -> None:
    events = [seen(1, text("甲"), "a"), seen(2, text("乙"), "b"), seen(3, text("丙"))]

    alike = timeline(events, same=lambda one, other: True)

    assert (len(alike.states), alike.held) == (1, ())
    assert len(timeline(events, same=lambda one, other: False).held) == 2


def test_what_is_handed_over_in_another_format_is_no_new_state() -> None:
    events = [seen(1, text("甲")), seen(2, text("乙"))]

    assert len(timeline(events, same=lambda one, other: True).states) == 1
    assert len(timeline(events, same=lambda one, other: False).states) == 2


@pytest.mark.parametrize(
    ("published", "kept"),
    [
        ("江苏省委办公厅", "中共江苏省委办公厅"),
        ("中共江苏省委办公厅", "中共江苏省委办公厅"),
        ("上海市普陀区委社会工作部", "中共上海市普陀区委社会工作部"),
        ("上海市普陀区商务委员会", "上海市普陀区商务委员会"),
        ("江苏省人民检察院", "江苏省人民检察院"),
    ],
)
def test_an_office_of_the_party_has_one_name_with_and_without_its_first_words(published: str, kept: str) -> None:
    assert Names({}).resolve(Identity(unit=published)).unit == kept
