"""An archive holds files as a page links them: each is a look of its own, and together they are their documents."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import queries, rows
from storage.store import Store
from tests.gathered import Watcher
from tests.generator import layouts, ledger, mutate, office, render
from tracker.ingest import rebuild
from tracker.schedule import Timing, plan

BOOKS = ledger.make(7, 2023)
PAPER = layouts.document(BOOKS, "hubei")
PAGE = render.render(PAPER, "html")
WORDS = render.render(office.without_tables(PAPER), "html").encode()
TABLES = office.xlsx(PAPER)
OTHER = render.render(layouts.document(ledger.make(8, 2023), "hubei"), "html").encode()
SLOT = "http://www.qinghe.example/2023.zip"
LANDING = "http://www.qinghe.example/info/1089/5524.htm"
WORDS_AT, TABLES_AT = f"{SLOT}!/公开/说明.html", f"{SLOT}!/公开/表.xlsx"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Watcher]:
    with Store.open(tmp_path / "data") as store:
        yield Watcher(store)


def both(words: bytes = WORDS) -> bytes:
    return office.zipped({"公开/说明.html": words, "公开/表.xlsx": TABLES})


def archive(site: Watcher, day: float, data: bytes | None, outcome: str = "captured", **more: object) -> rows.Look:
    return site.look(day, SLOT, data, outcome, name="2023.zip", **more)  # type: ignore[arg-type]


def problems(site: Watcher) -> list[tuple[str, str]]:
    return sorted((each["code"], each["quote"]) for each in queries.problems(site.store))


def test_the_files_in_an_archive_are_pieces_of_one_document(site: Watcher) -> None:
    archive(site, 0, both())
    site.settle()

    (document,) = queries.documents(site.store)
    assert [(p["slot"], p["role"]) for p in document["pieces"]] == [(TABLES_AT, "first"), (WORDS_AT, "first")]
    assert (queries.undecided(site.store), queries.changes(site.store)) == ([], [])


def test_a_file_revised_in_the_archive_is_a_new_state(site: Watcher) -> None:
    archive(site, 0, both())
    archive(site, 1, both(mutate.mutate("sentence_reworded", WORDS.decode(), 1).text.encode()))
    site.settle()

    assert [outcome for outcome, *_ in site.states()] == ["published", "published"]
    assert {c["subject"] for c in queries.changes(site.store)} == {"passage"}


def test_a_file_that_the_archive_no_longer_has_is_one_piece_gone_at_once(site: Watcher) -> None:
    archive(site, 0, both())
    archive(site, 1, office.zipped({"公开/说明.html": WORDS}))
    site.settle()

    assert site.structure() == [("removed", "piece")]
    assert len(queries.changes(site.store)) == 1


def test_an_archive_that_did_not_change_or_is_gone_says_so_of_its_files(site: Watcher) -> None:
    archive(site, 0, both())
    archive(site, 1, None, "unmodified", status=304)
    for day in (2, 3, 5):
        archive(site, day, None, "gone", status=404)
    site.settle()

    assert site.states() == [("published", "2024-09-01", "2024-09-02"), ("withdrawn", "2024-09-03", "2024-09-06")]


def test_whenever_the_looks_arrive_the_same_follows(site: Watcher, tmp_path: Path) -> None:
    looks = [
        lambda each: archive(each, 0, both()),
        lambda each: archive(each, 1, office.zipped({"公开/说明.html": WORDS})),
        lambda each: archive(each, 2, None, "unmodified", status=304),
        lambda each: archive(each, 3, both()),
    ]
    with Store.open(tmp_path / "other") as store:
        other = Watcher(store)
        for one, two in zip(looks, reversed(looks), strict=True):
            for each, look in ((site, one), (other, two)):
                look(each)
                each.settle()
        assert site.dump() == other.dump()
    before = site.dump()
    rebuild(site.house)
    assert site.dump() == before


def test_the_page_that_links_the_archive_leads_to_the_document_inside(site: Watcher) -> None:
    landing = "<html><body><h1>决算公开</h1><p>详见附件。</p></body></html>"
    site.look(0, LANDING, landing, claims={"attachments": [SLOT]})
    archive(site, 0.01, both(), visit=0, claims={"page": LANDING})
    site.settle()

    (document,) = queries.documents(site.store)
    assert (LANDING, "page") in [(p["slot"], p["role"]) for p in document["pieces"]]
    assert queries.undecided(site.store) == []


def test_an_archive_of_several_units_is_several_documents(site: Watcher) -> None:
    archive(site, 0, office.zipped({"甲.html": PAGE.encode(), "乙/乙.zip": office.zipped({"决算.html": OTHER})}))
    site.settle()

    units = {each["unit"]: each["pieces"][0]["slot"] for each in queries.documents(site.store)}
    assert units == {BOOKS.unit: f"{SLOT}!/甲.html", ledger.make(8, 2023).unit: f"{SLOT}!/乙/乙.zip!/决算.html"}


def test_folders_and_the_archive_tell_what_a_file_does_not(site: Watcher) -> None:
    bare = "<html><body><p>“三公”经费支出决算为1,230.00万元。</p><p>名词解释：财政拨款收入，指…。</p></body></html>"
    site.look(0, SLOT, office.zipped({"青禾市档案馆/说明.html": bare.encode()}), name="2023年度单位决算.zip")
    site.settle()

    (look,) = (each for each in site.store.looks() if each.slot != SLOT)
    (reading,) = site.store.fetch(rows.Reading, look=look.id)
    assert (reading.year, reading.kind, reading.scope) == (2023, "final", "unit")


def test_what_leads_out_of_the_archive_is_named_and_the_others_are_read(site: Watcher) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as zipped:
        zipped.writestr("../../etc/passwd", "x")
        zipped.writestr("a.html", PAGE)
    archive(site, 0, stream.getvalue())
    site.settle()

    assert problems(site) == [("archive.path", "../../etc/passwd")]
    assert [each["unit"] for each in queries.documents(site.store)] == [BOOKS.unit]
    assert [each["name"] for each in queries.undecided(site.store)] == ["2023.zip"]


@pytest.mark.parametrize(("data", "code"), [(both()[:400], "file.damaged"), (office.zipped({}), "file.empty")])
def test_an_archive_that_cannot_be_opened_is_named_and_says_nothing_of_its_files(
    site: Watcher, data: bytes, code: str
) -> None:
    archive(site, 0, both())
    archive(site, 1, data)
    site.settle()

    assert {each for each, _ in problems(site)} == {code, "part.hidden"}
    assert [outcome for outcome, *_ in site.states()] == ["published"]
    assert queries.changes(site.store) == []


def test_only_the_archive_is_asked_for_again(site: Watcher) -> None:
    archive(site, 0, both(), claims={"patience": [3, 3]})
    site.settle()
    day = timedelta(days=1)

    made = plan(site.store.looks(), Timing(every=day, recheck=day, unconditional=day), datetime(2025, 1, 1, tzinfo=UTC))

    assert {*made.documents(), *made.attachments()} == {SLOT}
