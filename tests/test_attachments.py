"""A page and its attachments are one document, whichever comes first and whoever is late."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import queries, rows
from storage.store import Store
from tests.gathered import Watcher, stamp
from tests.generator import layouts, ledger, mutate, render
from tracker.ingest import rebuild

BOOKS = ledger.make(7, 2023)
TEXT = render.render(layouts.document(BOOKS, "hubei"), "html")
REVISED = mutate.mutate("sentence_reworded", TEXT, 1).text
NEXT = render.render(layouts.document(ledger.evolve(BOOKS, 3), "hubei"), "html")
_CUT = TEXT.index("<h2>第六部分 附件</h2>")
WORDS = TEXT[:_CUT] + "</div></body></html>"
FORMS = "<html><body><div>" + TEXT[_CUT:]
TITLE = "栖梧市北坞区农业技术推广中心2023年度单位决算公开"
PAGE = "http://www.qinghe.example/info/1089/5524.htm"
FILE = "http://www.qinghe.example/system/_content/download.jsp?wbfileid=3388"
OTHER = "http://www.qinghe.example/system/_content/download.jsp?wbfileid=4012"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Watcher]:
    with Store.open(tmp_path / "data") as store:
        yield Watcher(store)


def landing(title: str = "决算公开", note: str = "详见附件。", date: str = "2024-09-01 09:44:03") -> str:
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div>发布时间：{date}</div><p>{note}</p>"
        "<p>附件：<a href='x'>决算公开</a></p></body></html>"
    )


def page(site: Watcher, day: float, text: str, *files: str, visit: float | None = None, **claims: object) -> rows.Look:
    return site.look(day, PAGE, text, visit=visit, claims={"attachments": list(files or (FILE,)), **claims})


def file(
    site: Watcher, day: float, text: str | bytes, slot: str = FILE, *, visit: float | None = None, **more: object
) -> rows.Look:
    name = str(more.pop("name", "公开.html"))
    return site.look(day, slot, text, visit=visit, claims={"page": PAGE, **more}, name=name)


def roles(site: Watcher) -> list[tuple[int, str, str]]:
    (document,) = queries.documents(site.store)
    return [(p["state"], p["slot"], p["role"]) for p in document["pieces"]]


def test_a_page_that_only_links_its_file_is_a_piece_of_the_files_document(site: Watcher) -> None:
    page(site, 0, landing())
    file(site, 0.01, TEXT, visit=0)
    site.settle()
    assert roles(site) == [(1, PAGE, "page"), (1, FILE, "only")]
    assert queries.undecided(site.store) == []
    assert site.states() == [("published", "2024-09-01", "2024-09-01")]


@pytest.mark.parametrize("first", ["page", "file"])
def test_whichever_comes_first_the_same_follows(site: Watcher, tmp_path: Path, first: str) -> None:
    with Store.open(tmp_path / "other") as store:
        other = Watcher(store)
        for each, order in ((site, ("page", "file")), (other, ("file", "page"))):
            for which in order if first == "page" else order[::-1]:
                page(each, 0, landing()) if which == "page" else file(each, 0.01, TEXT, visit=0)
                each.settle()
        assert site.dump() == other.dump()


def both(site: Watcher, day: float, *, forms: str = FORMS) -> None:
    page(site, day, landing(TITLE), FILE, OTHER)
    file(site, day + 0.01, WORDS, FILE, visit=day, title=TITLE)
    file(site, day + 0.02, forms, OTHER, visit=day, title=TITLE)


def test_two_files_and_their_page_are_one_document_in_one_state(site: Watcher) -> None:
    both(site, 0)
    site.settle()
    assert roles(site) == [(1, PAGE, "page"), (1, FILE, "first"), (1, OTHER, "later")]
    assert site.states() == [("published", "2024-09-01", "2024-09-01")]


def test_a_file_that_we_came_late_for_completes_the_state(site: Watcher) -> None:
    page(site, 0, landing(TITLE), FILE, OTHER)
    file(site, 0.01, WORDS, FILE, visit=0, title=TITLE)
    site.look(0.02, OTHER, outcome="failed", visit=0, claims={"page": PAGE})
    site.settle()
    both(site, 1)
    site.settle()
    assert queries.changes(site.store) == []
    assert site.states() == [("published", "2024-09-01", "2024-09-02")]


@pytest.mark.parametrize("before", ["not linked", "gone"])
def test_a_file_that_was_not_there_before_is_one_late_piece(site: Watcher, before: str) -> None:
    page(site, 0, landing(TITLE), *((FILE, OTHER) if before == "gone" else (FILE,)))
    file(site, 0.01, WORDS, FILE, visit=0, title=TITLE)
    if before == "gone":
        site.look(0.02, OTHER, outcome="gone", status=404, visit=0)
    both(site, 1)
    site.settle()
    (change,) = queries.changes(site.store)
    assert (change["kind"], change["aspect"], change["after"]) == ("added", "piece", OTHER)


def test_a_file_that_is_taken_away_is_one_change_and_no_hundred_removals(site: Watcher) -> None:
    both(site, 0)
    for day in (1, 2, 3, 4):
        page(site, day, landing(TITLE), FILE)
        file(site, day + 0.01, WORDS, FILE, visit=day, title=TITLE)
        site.look(day + 0.02, OTHER, outcome="gone", status=404, visit=day)
    site.settle()
    (change,) = queries.changes(site.store)
    assert (change["kind"], change["aspect"], change["before"], change["label"]) == ("removed", "piece", OTHER, "404")
    assert site.states() == [("published", "2024-09-01", "2024-09-01"), ("published", "2024-09-02", "2024-09-05")]


def test_a_page_that_is_gone_while_its_files_stand_is_a_piece_and_no_withdrawal(site: Watcher) -> None:
    both(site, 0)
    for day in (1, 2, 3, 4):
        site.look(day, PAGE, outcome="gone", status=404)
        file(site, day + 0.01, WORDS, FILE, visit=day, title=TITLE)
        file(site, day + 0.02, FORMS, OTHER, visit=day, title=TITLE)
    site.settle()
    assert site.structure() == [("removed", "piece")]
    assert [d["state"] for d in queries.documents(site.store)] == ["current"]


def test_files_that_are_all_gone_are_a_withdrawal_though_their_page_stands(site: Watcher) -> None:
    both(site, 0)
    for day in (1, 2, 3, 4):
        page(site, day, landing(TITLE), FILE, OTHER)
        site.look(day + 0.01, FILE, outcome="gone", status=404, visit=day)
        site.look(day + 0.02, OTHER, outcome="gone", status=404, visit=day)
    both(site, 5)
    site.settle()
    assert [s[0] for s in site.states()] == ["published", "withdrawn", "published"]
    assert site.structure() == [("removed", "withdrawn"), ("added", "restored")]
    assert len(queries.changes(site.store)) == 2


def test_a_changed_date_on_the_page_is_no_change(site: Watcher) -> None:
    page(site, 0, landing())
    file(site, 0.01, TEXT, visit=0)
    page(site, 1, landing(date="2024-10-11 10:00:00"))
    file(site, 1.01, TEXT, visit=1)
    site.settle()
    assert queries.changes(site.store) == []
    assert site.states() == [("published", "2024-09-01", "2024-09-02")]


def test_a_correction_that_the_page_explains_is_told_from_a_silent_one(site: Watcher) -> None:
    page(site, 0, landing())
    file(site, 0.01, TEXT, visit=0)
    note = "因工作人员疏忽，原公开的决算有误，现予更正。"
    page(site, 1, landing(note=note))
    file(site, 1.01, REVISED, visit=1)
    site.settle()
    (comparison,) = queries.comparisons(site.store)
    assert comparison["explained"]
    (told,) = [c for c in queries.changes(site.store) if c["aspect"] == "correction"]
    assert (told["subject"], told["kind"]) == ("structure", "added")
    assert note in told["text_after"]


def test_a_revision_without_a_word_is_not_explained(site: Watcher) -> None:
    page(site, 0, landing())
    file(site, 0.01, TEXT, visit=0)
    page(site, 1, landing())
    file(site, 1.01, REVISED, visit=1)
    site.settle()
    assert [c["explained"] for c in queries.comparisons(site.store)] == [False]


def test_the_words_of_a_link_explain_too(site: Watcher) -> None:
    site.look(0, FILE, TEXT, claims={"link": "2023年度单位决算公开"})
    site.look(1, FILE, REVISED, claims={"link": "2023年度单位决算公开（更正公告）"})
    site.settle()
    assert [c["explained"] for c in queries.comparisons(site.store)] == [True]


def test_a_file_uploaded_anew_takes_the_place_of_the_one_that_the_page_linked_before(site: Watcher) -> None:
    page(site, 0, landing(), FILE)
    file(site, 0.01, TEXT, visit=0)
    page(site, 1, landing(), OTHER)
    file(site, 1.01, REVISED, OTHER, visit=1)
    file(site, 1.02, TEXT, FILE, visit=1)  # it lies about on the server, but nothing leads there
    page(site, 2, landing(), OTHER)
    file(site, 2.01, REVISED, OTHER, visit=2)
    file(site, 2.02, TEXT, FILE, visit=2)
    site.settle()
    assert site.structure() == [("changed", "address")]
    assert [c["subject"] for c in queries.changes(site.store)].count("passage") == 1
    assert [s[0] for s in site.states()] == ["published", "published"]


def test_a_file_that_tells_nothing_of_itself_is_named_by_its_link(site: Watcher) -> None:
    title = "青禾市图书馆2023年度单位决算公开"
    site.look(0, FILE, b"%PDF-1.7 binary", claims={"page": PAGE, "title": title, "link": "附件1"}, name="附件1.pdf")
    site.settle()
    (document,) = queries.documents(site.store)
    assert document["document"] == "青禾市图书馆/2023/final.unit"
    assert document["state"] == "held"
    assert [p["code"] for p in document["problems"]] == ["file.damaged"]


def test_a_link_never_overrides_what_the_text_says(site: Watcher) -> None:
    site.look(0, FILE, TEXT, claims={"link": "青禾市图书馆2019年度部门预算公开"})
    site.settle()
    (document,) = queries.documents(site.store)
    assert (document["year"], document["kind"]) == (2023, "final")
    assert "图书馆" not in document["unit"]


def test_a_notice_of_a_correction_belongs_to_the_document_that_it_corrects(site: Watcher) -> None:
    site.look(0, FILE, TEXT)
    site.settle()
    (document,) = queries.documents(site.store)
    unit, scope = document["unit"], {"unit": "单位", "department": "部门"}[document["scope"]]
    title = f"关于{unit}2023年度{scope}决算的更正说明"
    site.look(1, PAGE, landing(title, "“三公”经费数据有误，现予更正。"))
    site.look(1.1, FILE, REVISED)
    site.settle()
    assert len(queries.documents(site.store)) == 1
    assert "notice" in {role for _, _, role in roles(site)}
    assert any(c["aspect"] == "correction" for c in queries.changes(site.store))


@pytest.mark.parametrize("named", ["", "部门", "单位"])
@pytest.mark.parametrize("first", ["notice", "document", "together"])
def test_a_notice_finds_its_document_whatever_scope_it_names_and_whichever_comes_first(
    site: Watcher, named: str, first: str
) -> None:
    title = f"{TITLE.partition('2023')[0]}2023年度{named}决算公开的更正说明"
    for each in ("notice", "document") if first == "notice" else ("document", "notice"):
        if each == "notice":
            site.look(1, PAGE, landing(title, "“三公”经费数据有误，现予更正。"))
        else:
            site.look(0, FILE, TEXT)
            site.look(1.1, FILE, REVISED)
        if first != "together":
            site.settle()
    site.settle()

    (document,) = queries.documents(site.store)
    assert document["state"] == "current"
    assert "notice" in {role for _, _, role in roles(site)}
    assert document["states"][0]["first_at"] == stamp(0)
    assert ("added", "correction") in site.structure()
    stood = site.dump()
    rebuild(site.house)
    assert site.dump() == stood


def test_a_notice_that_was_seen_before_the_document_does_not_publish_it(site: Watcher) -> None:
    site.look(0, PAGE, landing(f"{TITLE}的更正说明", "“三公”经费数据有误，现予更正。"))
    site.look(5, FILE, TEXT)
    site.settle()

    assert site.states() == [("published", "2024-09-06", "2024-09-06")]


def test_a_notice_on_a_document_that_nobody_saw_is_no_document_and_waits(site: Watcher) -> None:
    site.look(0, PAGE, landing("青禾市图书馆2023年度单位决算公开的更正说明", "“三公”经费数据有误，现予更正。"))
    site.settle()

    assert queries.documents(site.store) == []
    assert [each["outcome"] for each in queries.undecided(site.store)] == ["notice"]


def test_the_same_unreadable_file_seen_daily_is_held_once(site: Watcher) -> None:
    claims = {"title": "青禾市图书馆2023年度单位决算公开"}
    for day in range(5):
        site.look(day, FILE, b"%PDF-1.7 binary", claims=claims, name="附件1.pdf")
        site.settle()
    assert site.states() == [("held", "2024-09-01", "2024-09-05")]


def test_a_day_printed_beside_the_link_is_kept_as_a_claim(site: Watcher) -> None:
    plain = TEXT
    site.look(0, FILE, plain, claims={"published_on": "2024-08-30"})
    site.settle()
    (document,) = queries.documents(site.store)
    assert document["published_on"] is not None
    assert document["states"][0]["published_on"] == document["published_on"]


@pytest.mark.parametrize(
    ("expect", "code"),
    [
        ({"tables": 99}, "expect.tables"),
        ({"figures": 99_999}, "expect.figures"),
        ({"text": "不存在的话"}, "expect.text"),
    ],
)
def test_a_capture_that_has_not_what_its_source_says_is_held(
    site: Watcher, expect: dict[str, object], code: str
) -> None:
    site.look(0, FILE, TEXT, claims={"expect": expect})
    site.settle()
    (document,) = queries.documents(site.store)
    assert (document["state"], [p["code"] for p in document["problems"] if p["holds"]]) == ("held", [code])
    assert queries.changes(site.store) == []


def test_a_capture_that_has_it_all_is_not_held(site: Watcher) -> None:
    site.look(0, FILE, TEXT, claims={"expect": {"tables": 1, "figures": 5, "text": "决算"}})
    site.settle()
    assert [d["state"] for d in queries.documents(site.store)] == ["current"]


def test_another_name_of_a_unit_that_its_source_declares_is_used(site: Watcher) -> None:
    site.look(0, FILE, TEXT)
    site.settle()
    (first,) = queries.documents(site.store)
    site.look(1, OTHER, NEXT, claims={"aliases": {first["unit"]: "青禾市总馆"}})
    site.settle()
    assert "青禾市总馆" in {d["unit"] for d in queries.documents(site.store)}


def test_a_file_that_could_never_be_read_is_withdrawn_all_the_same(site: Watcher) -> None:
    claims = {"title": "青禾市图书馆2023年度单位决算公开"}
    site.look(0, FILE, b"%PDF-1.7 binary", claims=claims, name="附件1.pdf")
    for day in (1, 2, 3, 4, 5):
        site.look(day, FILE, outcome="gone", status=404)
        site.settle()
    assert [d["state"] for d in queries.documents(site.store)] == ["withdrawn"]
    assert site.states() == [("withdrawn", "2024-09-02", "2024-09-06"), ("held", "2024-09-01", "2024-09-01")]
    site.look(9, FILE, b"%PDF-1.7 binary", claims=claims, name="附件1.pdf")
    site.settle()
    assert [d["state"] for d in queries.documents(site.store)] == ["held"]
