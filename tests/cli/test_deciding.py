"""``rule``, ``verify``, ``rebuild``: a person decides, and everything follows."""

from pathlib import Path

import pytest

from tests.cli.conforming import breaches
from tests.cli.conftest import Run, revised, text
from tracker.schema import schema


def write(path: str, content: str) -> str:
    Path(path).write_text(content, encoding="utf-8")
    return path


def test_a_document_of_the_wrong_year_is_ruled_right_and_everything_follows(tracker: Run) -> None:
    tracker("ingest", write("a.txt", text(2022)), "--at", "2023-10-12")
    wrong = tracker("ingest", write("b.txt", text(2023)), "--year", "2019", "--at", "2024-10-12", "--json")
    document = wrong.json["files"][0]["document"]
    assert tracker("changes", "--json").json == []

    ran = tracker("rule", document, "--year", "2023", "--note", "年度填错", "--json")

    assert ran.code == 0
    assert list(breaches(ran.json, schema("rule"))) == []
    assert [each["year"] for each in ran.json["documents"]] == [2023]
    assert [each["year"] for each in tracker("documents", "--json").json] == [2022, 2023]
    assert tracker("changes", "--axis", "year", "--json").json


def test_a_rejected_capture_no_longer_counts(tracker: Run) -> None:
    tracker("ingest", write("a.txt", text()), write("b.txt", revised(text())))
    assert len(tracker("changes", "--json").json) == 1

    tracker("rule", "b.txt", "reject")

    assert tracker("changes", "--json").json == []
    assert [each["versions"] for each in tracker("documents", "--json").json] == [1]


def test_the_last_of_two_rulings_of_one_second_counts(tracker: Run) -> None:
    tracker("ingest", write("a.txt", text()), write("b.txt", revised(text())))

    for decision in ("reject", "accept", "reject", "accept"):
        assert tracker("rule", "b.txt", decision).code == 0

    assert len(tracker("changes", "--json").json) == 1


def test_a_second_address_with_other_content_is_held_until_ruled_on(tracker: Run) -> None:
    tracker("ingest", write("a.txt", text()), "--url", "https://a.example/", "--at", "2024-10-12")
    held = tracker("ingest", write("b.txt", revised(text())), "--url", "https://b.example/", "--at", "2024-10-13")
    assert "待裁定" in held.out
    (document,) = tracker("documents", "--json").json
    message = next(each["message"] for each in document["problems"] if each["holds"])
    subject = message.split("tracker rule ")[1].split()[0]
    assert tracker("changes", "--json").json == []

    ran = tracker("rule", subject, "reject")

    assert ran.code == 0
    (document,) = tracker("documents", "--json").json
    assert [each for each in document["problems"] if each["holds"]] == []
    again = tracker("ingest", "b.txt", "--url", "https://b.example/", "--at", "2024-10-14", "--json")
    assert [file["outcome"] for file in again.json["files"]] == ["rejected"], "a ruling stands"


def test_a_ruling_needs_a_decision_or_an_identity(tracker: Run) -> None:
    tracker("ingest", write("a.txt", text()))

    assert tracker("rule", "a.txt").code == 2
    assert tracker("rule", "a.txt", "perhaps").code == 2


@pytest.mark.parametrize("subject", ["capture:00000000", "某某局/2020"])
def test_a_ruling_on_what_is_not_there_fails(tracker: Run, subject: str) -> None:
    tracker("ingest", write("a.txt", text()))

    ran = tracker("rule", subject, "accept")

    assert ran.code == 1
    assert subject in ran.err


def test_rebuild_gives_the_same_answers(tracker: Run) -> None:
    tracker("ingest", write("a.txt", text(2022)), write("b.txt", text(2023)), write("c.txt", revised(text(2023))))
    before = tracker("changes", "--json").json

    ran = tracker("rebuild", "--json")

    assert ran.code == 0
    assert list(breaches(ran.json, schema("rebuild"))) == []
    assert tracker("changes", "--json").json == before


def test_verify_finds_a_damaged_capture(tracker: Run) -> None:
    tracker("ingest", write("a.txt", text()))
    assert tracker("verify").code == 0
    capture = next(Path("data/archive/captures").rglob("*.zst"))
    capture.write_bytes(capture.read_bytes()[:-8] + b"damaged!")

    ran = tracker("verify", "--json")

    assert ran.code == 1
    assert list(breaches(ran.json, schema("verify"))) == []
    assert {each["code"] for each in ran.json} == {"capture.damaged"}
