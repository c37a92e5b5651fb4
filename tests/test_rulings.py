"""A person's word on a capture: everything follows it, and it can be taken back."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from storage import queries, rows
from storage.dump import dump
from storage.store import Store
from tests.generator.layouts import document
from tests.generator.ledger import evolve, make
from tests.generator.render import render
from tracker.cli import run
from tracker.ingest import House, Offer, ingest, rebuild, settle
from tracker.naming import Names
from tracker.reading import Reader
from tracker.taxonomy import load

LEDGER = make(3, 2022)
GOOD = render(document(LEDGER, "hubei"), "tsv")
NEXT = render(document(evolve(LEDGER, 3), "hubei"), "tsv")
REVISED = GOOD.replace("主要原因是", "主要原因为", 1)
NAME = f"{LEDGER.unit}/2022/final.department"
FOLLOWING = f"{LEDGER.unit}/2023/final.department"


class Desk:
    """A house that is handed texts and rulings, one day after the other."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder)
        reader = Reader(self.store.archive, load(), Names({}))
        self.house = House(self.store, reader, lambda: "2026-01-01T00:00:00Z")
        self.day = 0

    def give(self, content: str, *, slot: str = "", claims: Mapping[str, object] | None = None) -> None:
        self.day += 1
        at = f"2024-10-{self.day:02}T00:00:00Z"
        ingest(self.house, [Offer(data=content.encode(), name="a.txt", slot=slot, at=at, claims=claims or {})])

    def rule(self, content: str, decision: str, **identity: object) -> None:
        self.day += 1
        sha = hashlib.sha256(content.encode()).hexdigest()
        at = f"2025-01-{self.day:02}T00:00:00Z"
        self.store.put_ruling(rows.Ruling.of(subject=sha, decision=decision, at=at, details=identity))
        settle(self.house)

    @property
    def documents(self) -> dict[str, str]:
        return {each["document"]: each["state"] for each in queries.documents(self.store)}

    @property
    def held(self) -> set[str]:
        return {each["code"] for each in queries.problems(self.store) if each["holds"]}

    def changes(self, axis: str) -> list[dict[str, Any]]:
        return queries.changes(self.store, axis=axis)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "data")
    yield made
    # Whatever was ruled: a rebuild from the archive gives the same, and the captures are all there.
    before = "\n".join(dump(made.store))
    rebuild(made.house)
    assert "\n".join(dump(made.store)) == before
    made.store.close()


def half(text: str) -> str:
    """The text without the second half of its fifth table."""
    start, end = [match.span() for match in re.finditer(r"(?:[^\n]*\t[^\n]*\n)+", text)][4]
    rows = text[start:end].splitlines(keepends=True)
    return text[:start] + "".join(rows[: len(rows) // 2]) + text[end:]


def test_damage_that_is_accepted_is_compared_and_rejected_again_is_not(desk: Desk) -> None:
    desk.give(GOOD)
    desk.give(half(GOOD))
    assert desk.changes("revision") == []

    desk.rule(half(GOOD), "accept")
    recorded = desk.changes("revision")
    assert {change["statement"] for change in recorded} == {"final.05"}

    desk.rule(half(GOOD), "reject")
    assert (desk.changes("revision"), desk.held) == ([], set())

    desk.rule(half(GOOD), "accept")
    assert [each["id"] for each in desk.changes("revision")] == [each["id"] for each in recorded]


def test_a_year_in_conflict_is_ruled_and_the_document_moves(desk: Desk) -> None:
    wrong = NEXT.replace(f"2023年度{LEDGER.unit}", f"2022年度{LEDGER.unit}", 1)
    desk.give(GOOD)
    desk.give(wrong)
    assert desk.held == {"identity.conflict"}
    assert desk.documents == {NAME: "current"}

    desk.rule(wrong, "identity", year=2023)

    assert desk.documents == {NAME: "current", FOLLOWING: "current"}
    assert desk.changes("year") != []
    assert desk.changes("revision") == []


def test_a_document_under_the_wrong_year_is_ruled_right_and_its_comparison_goes(desk: Desk) -> None:
    desk.give(GOOD)
    desk.give(NEXT)
    assert desk.changes("year") != []

    desk.rule(NEXT, "identity", year=2019)
    assert desk.documents == {NAME: "current", FOLLOWING.replace("2023", "2019"): "current"}
    assert desk.changes("year") == []

    desk.rule(NEXT, "identity", year=2023)
    assert desk.documents == {NAME: "current", FOLLOWING: "current"}
    assert desk.changes("year") != []


def test_a_unit_is_ruled_and_its_document_joins_the_others(desk: Desk) -> None:
    renamed = NEXT.replace(LEDGER.unit, "青禾市方志馆")
    desk.give(GOOD)
    desk.give(renamed)
    assert desk.changes("year") == []

    desk.rule(renamed, "identity", unit=LEDGER.unit)

    assert desk.documents == {NAME: "current", FOLLOWING: "current"}
    assert desk.changes("year") != []


def test_a_declared_mistake_is_overruled(desk: Desk) -> None:
    desk.give(GOOD, claims={"scope": "unit"})
    assert list(desk.documents) == [NAME.replace("department", "unit")]

    desk.rule(GOOD, "identity", scope="department")

    assert desk.documents == {NAME: "current"}


def test_another_address_that_is_accepted_follows_as_a_revision(desk: Desk) -> None:
    desk.give(GOOD, slot="https://a.example/")
    desk.give(REVISED, slot="https://b.example/")
    assert desk.held == {"identity.overlap"}

    desk.rule(REVISED, "accept")

    assert [(c["subject"], c["kind"]) for c in desk.changes("revision")] == [("passage", "changed")]
    pieces = queries.pieces(desk.store, NAME)
    assert [(piece["state"], piece["slot"]) for piece in pieces] == [
        (1, "https://a.example/"),
        (2, "https://b.example/"),
    ]


def test_a_document_whose_only_capture_is_rejected_is_none_until_it_is_accepted(desk: Desk) -> None:
    desk.give(GOOD)
    desk.give(NEXT)

    desk.rule(NEXT, "reject")
    assert desk.documents == {NAME: "current"}
    assert [each["outcome"] for each in queries.undecided(desk.store)] == ["rejected"]
    assert desk.changes("year") == []

    desk.rule(NEXT, "accept")
    assert desk.documents == {NAME: "current", FOLLOWING: "current"}
    assert desk.changes("year") != []


def test_a_unit_without_a_document_is_no_longer_one(desk: Desk) -> None:
    desk.give(GOOD)

    desk.rule(GOOD, "reject")

    assert desk.store.fetch(rows.Unit) == ()


def test_a_rejected_first_version_leaves_the_second_as_the_first(desk: Desk) -> None:
    desk.give(GOOD)
    desk.give(REVISED)
    assert len(desk.changes("revision")) == 1

    desk.rule(GOOD, "reject")

    assert desk.documents == {NAME: "current"}
    assert desk.changes("revision") == []


def test_half_a_table_of_a_first_version_is_compared_with_last_year_once_it_is_accepted(desk: Desk) -> None:
    desk.give(GOOD)
    desk.give(half(NEXT))
    assert {c["statement"] for c in desk.changes("year")}.isdisjoint({"final.05"})

    desk.rule(half(NEXT), "accept")

    assert "final.05" in {c["statement"] for c in desk.changes("year")}


def test_what_cannot_be_read_is_never_accepted_as_an_empty_document(desk: Desk) -> None:
    pdf = "%PDF-1.7 1 0 obj"
    pins = {"unit": LEDGER.unit, "year": 2022, "kind": "final", "scope": "department"}
    desk.give(GOOD)
    desk.give(pdf, claims=pins)

    desk.rule(pdf, "accept")

    assert desk.documents == {NAME: "current"}
    assert "file.damaged" in desk.held
    assert desk.changes("revision") == []


def test_no_disclosure_counts_only_when_it_is_accepted(desk: Desk) -> None:
    form = "某市档案馆2023年度单位决算\n一、收入支出决算总体情况说明\n2023年度收入支出总计    万元，增长    %。"
    desk.give(form)
    assert desk.documents == {"某市档案馆/2023/final.unit": "held"}

    desk.rule(form, "accept")

    assert desk.documents == {"某市档案馆/2023/final.unit": "current"}


def test_the_command_line_rules_and_tells_what_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = NEXT.replace(f"2023年度{LEDGER.unit}", f"2022年度{LEDGER.unit}", 1)
    Path("a.txt").write_text(GOOD, encoding="utf-8")
    Path("b.txt").write_text(wrong, encoding="utf-8")
    run(["--lang", "zh", "ingest", "a.txt", "b.txt"])
    capsys.readouterr()

    assert run(["--lang", "zh", "rule", "b.txt", "--year", "2023"]) == 0

    assert FOLLOWING in capsys.readouterr().out
    assert run(["documents", "--json"]) == 0
    assert {each["document"] for each in json.loads(capsys.readouterr().out)} == {NAME, FOLLOWING}
    assert run(["changes", "--axis", "year", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) != []
