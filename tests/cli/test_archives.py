"""Archives that are handed over, looked at before, and compared."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.generator import layouts, ledger, mutate, office, render

PAPER = layouts.document(ledger.make(7, 2023), "hubei")
PAGE = render.render(PAPER, "html")
WORDS = render.render(office.without_tables(PAPER), "html").encode()
OTHER = render.render(layouts.document(ledger.make(8, 2023), "hubei"), "html").encode()


def both() -> bytes:
    return office.zipped({"公开/说明.html": WORDS, "公开/表.xlsx": office.xlsx(PAPER)})


def test_an_archive_handed_over_is_taken_in_file_by_file(tracker: Run) -> None:
    Path("a.zip").write_bytes(both())
    Path("b.zip").write_bytes(office.zipped({"全.html": PAGE.encode()}))

    ran = tracker("ingest", "a.zip", "b.zip", "--json")

    assert ran.code == 0
    assert [(each["file"], each["outcome"]) for each in ran.json["files"]] == [
        ("a.zip", "archive"),
        ("a.zip!/公开/表.xlsx", "new"),
        ("a.zip!/公开/说明.html", "new"),
        ("b.zip", "archive"),
        ("b.zip!/全.html", "unchanged"),
    ]
    assert len(tracker("documents", "--json").json) == 1
    assert tracker("changes", "--json").json == []


def test_two_files_of_one_archive_that_say_otherwise_wait(tracker: Run) -> None:
    Path("a.zip").write_bytes(
        office.zipped({"a.html": PAGE.encode(), "b.html": mutate.mutate("sentence_reworded", PAGE, 1).text.encode()})
    )

    ran = tracker("ingest", "a.zip", "--json")

    assert [each["outcome"] for each in ran.json["files"]].count("held") == 1
    assert tracker("changes", "--json").json == []


def test_archives_are_compared_as_what_they_hold(tracker: Run) -> None:
    Path("a.zip").write_bytes(both())
    Path("b.html").write_text(PAGE)
    Path("two.zip").write_bytes(office.zipped({"a.html": PAGE.encode(), "b.html": OTHER}))

    assert tracker("diff", "a.zip", "b.html", "--json").json == []
    ran = tracker("--lang", "en", "diff", "two.zip", "b.html")
    assert (ran.code, "several documents" in ran.err) == (1, True)


def test_what_an_archive_would_be_taken_for_is_told_file_by_file(tracker: Run) -> None:
    Path("a.zip").write_bytes(both())

    ran = tracker("ingest", "--dry-run", "a.zip", "--json")

    assert [each["file"] for each in ran.json] == ["a.zip!/公开/说明.html", "a.zip!/公开/表.xlsx"]
