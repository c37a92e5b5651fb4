"""A folder as a source."""

import os
from datetime import date
from pathlib import Path

import pytest

from scrapers.folder import FolderError, walk


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("2023年度单位决算", encoding="utf-8")


def test_dated_folders_are_looks_and_no_part_of_the_slot(tmp_path: Path) -> None:
    put(tmp_path, "2024-11-03/wuhan.txt", "2024-10-12/wuhan.txt", "2024-10-12/2023/gedian.txt", "plain/a.txt")
    found = walk(tmp_path).found
    assert [(entry.at, entry.slot) for entry in found] == [
        (date(2024, 10, 12), "2023/gedian.txt"),
        (date(2024, 10, 12), "wuhan.txt"),
        (date(2024, 11, 3), "wuhan.txt"),
        (None, "plain/a.txt"),
    ]
    assert found[1].path == tmp_path / "2024-10-12" / "wuhan.txt"


def test_a_look_begins_its_day_in_shanghai(tmp_path: Path) -> None:
    put(tmp_path, "2024-10-12/wuhan.txt", "now.txt")
    assert [entry.moment for entry in walk(tmp_path).found] == ["2024-10-11T16:00:00Z", None]


def test_a_dated_folder_below_another_counts_and_a_day_that_never_was_does_not(tmp_path: Path) -> None:
    put(tmp_path, "武汉/2024-10-12/a.txt", "2024-13-45/b.txt", "2024-10-12.txt")
    assert [(entry.at, entry.slot) for entry in walk(tmp_path).found] == [
        (date(2024, 10, 12), "武汉/a.txt"),
        (None, "2024-10-12.txt"),
        (None, "2024-13-45/b.txt"),
    ]


def test_patterns_choose_by_name_or_by_path(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "b.html", "README.md", "old/a.txt", "old/deep/c.txt", "2024-10-12/old/d.txt")
    assert [e.slot for e in walk(tmp_path, ["*.txt"]).found] == ["old/d.txt", "a.txt", "old/a.txt", "old/deep/c.txt"]
    assert [e.slot for e in walk(tmp_path, ["old/*.txt"]).found] == ["old/d.txt", "old/a.txt"]
    assert [e.slot for e in walk(tmp_path, ["old/**/*.txt"]).found] == ["old/d.txt", "old/a.txt", "old/deep/c.txt"]
    assert [e.slot for e in walk(tmp_path, (), ["README*", "**/old/**", "old/**"]).found] == ["a.txt", "b.html"]


def test_what_is_left_aside_is_said(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", ".hidden.txt", "~$a.docx", ".git/config", "Thumbs.db")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "again").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    listing = walk(tmp_path)
    assert [entry.slot for entry in listing.found] == ["a.txt"]
    assert [(left.path.name, left.reason) for left in listing.skipped] == [
        (".git", "hidden"),
        (".hidden.txt", "hidden"),
        ("Thumbs.db", "hidden"),
        ("again", "link"),
        ("gone.txt", "link"),
        ("pipe", "special"),
        ("~$a.docx", "hidden"),
    ]


def test_what_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.txt", "locked.txt")
    # Tests may run as root, who may read everything.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "locked.txt")
    listing = walk(tmp_path)
    assert [entry.slot for entry in listing.found] == ["a.txt"]
    assert [(left.path.name, left.reason) for left in listing.skipped] == [("locked.txt", "unreadable")]


def test_one_name_in_both_unicode_forms_is_one_slot(tmp_path: Path) -> None:
    put(tmp_path, "cafe\u0301.txt")
    assert walk(tmp_path, ["caf\u00e9.*"]).found[0].slot == "caf\u00e9.txt"


@pytest.mark.parametrize("name", ["nowhere", "file.txt"])
def test_a_folder_that_is_not_there_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    put(tmp_path, "file.txt")
    with pytest.raises(FolderError, match=name):
        walk(tmp_path / name)
