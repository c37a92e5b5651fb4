"""A page that only leads to a file, handed over as a file, is told as that: it waits for nothing and is no document."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, text
from tests.generator.ledger import evolve, make

UNIT = evolve(make(3, 2022), 3).unit


def landing(title: str) -> str:
    return (
        f"<html><head><title>{title}-{UNIT}</title></head><body><h1>{title}</h1><p>发布时间：2024-09-20</p>"
        f"<p>{title}（详见附件）</p><p>附件【<a href='d.jsp?id=1'>{title}.pdf</a>】</p></body></html>"
    )


@pytest.mark.parametrize("scope", ["", "部门", "单位"])
@pytest.mark.parametrize("first", ["page", "document"])
def test_a_page_that_leads_to_a_file_is_no_document_whichever_comes_first(
    tracker: Run, tmp_path: Path, first: str, scope: str
) -> None:
    (tmp_path / "page.html").write_text(landing(f"{UNIT}2023年度{scope}决算公开"), encoding="utf-8")
    (tmp_path / "document.txt").write_text(text(2023), encoding="utf-8")
    names = ["page.html", "document.txt"] if first == "page" else ["document.txt", "page.html"]

    told = tracker("ingest", *names, "--json")

    assert told.code == 0
    files = {each["file"]: each for each in told.json["files"]}
    assert (files["page.html"]["outcome"], files["page.html"]["document"]) == ("page", f"{UNIT}/2023/final")
    assert files["document.txt"]["outcome"] == "new"
    (document,) = tracker("documents", "--json").json
    assert (document["state"], document["versions"], len(document["pieces"])) == ("current", 1, 1)
    assert tracker("changes", "--json").json == []
    before = tracker("documents", "--json").json
    assert tracker("rebuild").code == 0
    assert tracker("documents", "--json").json == before
    assert tracker("verify").code == 0


def test_a_page_without_content_that_leads_nowhere_waits_for_a_person(tracker: Run, tmp_path: Path) -> None:
    title = f"{UNIT}2023年度部门决算公开"
    (tmp_path / "page.html").write_text(f"<title>{title}</title><h1>{title}</h1><p>正在整理。</p>", encoding="utf-8")

    (file,) = tracker("ingest", "page.html", "--json").json["files"]

    assert file["outcome"] == "held"
    assert [each["code"] for each in file["problems"]] == ["document.not_disclosure"]
