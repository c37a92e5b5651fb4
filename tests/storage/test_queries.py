"""Questions and their answers: names of the contract, the filters of a watchdog, the order of what is shown."""

import json
from dataclasses import replace
from typing import Any

import pytest

from storage import queries
from storage.rows import ComparisonRows
from storage.store import Store
from storage.words import match, plain, spaced
from tests.storage.conftest import AFTER
from tests.storage.samples import (
    D2022,
    D2023,
    FIRST,
    NOW,
    SECOND,
    UNIT,
    comparison,
    contents,
    document,
    look,
    reading,
)

CONTRACT = {
    "figure": "document, version, key, fact, statement, section, heading, code, label, path, side, measure, role,"
    " base, period, value, unit, decimals, amount_fen, quote, page, reason, reason_base, origin, box, confidence",
    "passage": "document, version, section, heading, text, page, first_seen, last_seen",
    "change": "id, axis, comparison, subject, kind, aspect, key, key_before, fact, section, statement, code, label,"
    " measure, role, before, after, unit_before, unit_after, delta, percent, text_before, text_after, ops, reason,"
    " reason_base, places, stale_places, document_before, version_before, document_after, version_after, seen_before,"
    " seen_after, detected_at, superseded",
    "document": "document, unit, year, kind, scope, title, published_on, versions, state, pieces, problems,"
    " understood, first_seen, last_seen",
}


def names(of: str) -> set[str]:
    return {name.strip() for name in CONTRACT[of].split(",")}


def test_answers_have_the_names_of_the_contract(store: Store) -> None:
    assert names("figure") == set(queries.figures(store, D2023)[0])
    assert names("passage") <= set(queries.passages(store, D2023)[0])
    assert names("change") <= set(queries.changes(store)[0])
    assert names("document") <= set(queries.documents(store)[0])


def test_answers_are_json_with_lists_as_lists(store: Store) -> None:
    figure = queries.figures(store, D2023)[0]
    assert figure["path"] == ["社会保障和就业支出"]
    wording = queries.changes(store, subject="passage")[0]
    assert wording["ops"] == [["=", "较上年"], ["-", "略有节约"], ["+", "严控支出"]]
    assert queries.changes(store, subject="figure")[0]["places"] == ["final.09/三公经费/actual"]
    assert json.loads(json.dumps(queries.documents(store)))[1]["pieces"][0]["slot"] == "https://qs.example/2023.html"


def test_nothing_found_is_an_empty_list(store: Store) -> None:
    for found in (
        queries.documents(store, unit="没有"),
        queries.figures(store, "没有/2023/final.unit"),
        queries.changes(store, code="999"),
        queries.history(store, units=[UNIT], text="没有"),
        queries.search(store, "没有"),
        queries.search(store, "，"),
        queries.search(store, ""),
    ):
        assert found == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [D2022, D2023]),
        ({"unit": "水务"}, [D2022, D2023]),
        ({"unit": "水利局"}, [D2022, D2023]),  # a name it had before
        ({"unit": "%"}, []),
        ({"year": 2023}, [D2023]),
        ({"kind": "budget"}, []),
        ({"scope": "unit", "state": "current"}, [D2022, D2023]),
    ],
)
def test_documents_are_found_by_what_is_known_of_them(
    store: Store, filters: dict[str, Any], expected: list[str]
) -> None:
    assert [each["document"] for each in queries.documents(store, **filters)] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (D2023, D2023),
        (f"{UNIT}/2023/final", D2023),
        (f"{UNIT}/2023", D2023),
        ("水务局/2022", D2022),
        ("青山市水利局/2022/final.unit", D2022),
        ("水务局/2023/unit", D2023),
    ],
)
def test_a_document_is_found_by_part_and_by_its_units_other_names(store: Store, name: str, expected: str) -> None:
    assert queries.find_document(store, name) == queries.Match(expected)


def test_a_name_that_several_fit_lists_them_and_one_that_none_fits_those_near(store: Store) -> None:
    assert queries.find_document(store, "水务局") == queries.Match(None, (D2022, D2023))
    near = queries.find_document(store, "青山市水务局/2024/final.unit")
    assert near.document is None
    assert set(near.candidates) == {D2022, D2023}
    assert queries.find_document(store, "完全不同") == queries.Match(None, ())


def test_the_whole_name_of_a_unit_wins_over_a_part_of_another(store: Store) -> None:
    longer = f"{UNIT}机关/2023/final.unit"
    data = "机关".encode()
    store.record(data, look(data, slot="z"))
    rows = document(longer, {"ffff": contents(longer, "ffff")}, [look(data, slot="z")])
    store.replace(at=NOW, readings=[reading(look(data, slot="z"), longer)], documents={longer: rows})
    assert queries.find_document(store, f"{UNIT}/2023").document == D2023
    assert queries.find_units(store, UNIT) == [UNIT]
    assert queries.find_units(store, "水务") == [UNIT, f"{UNIT}机关"]


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({"statement": "final.05"}, ["final.05/2080505/basic/actual"]),
        ({"section": "three_public"}, ["three_public/three_public/actual"]),
        ({"code": "208"}, ["final.05/2080505/basic/actual"]),
        ({"code": "2080505"}, ["final.05/2080505/basic/actual"]),
        ({"code": "20805051"}, []),
        ({"fact": "three_public.total"}, ["three_public/three_public/actual"]),
        ({"text": "养老保险"}, ["final.05/2080505/basic/actual"]),
        ({"role": "budget"}, []),
        ({"year": 2022}, []),
    ],
)
def test_figures_are_found_by_place_code_meaning_and_words(
    store: Store, filters: dict[str, Any], keys: list[str]
) -> None:
    assert [each["key"] for each in queries.figures(store, D2023, **filters)] == keys


def test_figures_of_a_document_are_those_of_the_version_shown_now(store: Store) -> None:
    looks = [look(AFTER, at=SECOND), look("更正".encode(), at=NOW)]
    store.record("更正".encode(), looks[1])
    both = {"bbbb": contents(D2023, "bbbb"), "cccc": contents(D2023, "cccc", "13.00")}
    rows = document(D2023, both, looks)
    store.replace(at=NOW, readings=[reading(each) for each in looks], documents={D2023: rows}, covering=())
    assert [each["value"] for each in queries.figures(store, D2023, section="three_public")] == ["13.00"]
    old = queries.figures(store, D2023, section="three_public", version="bbbb")
    assert [each["value"] for each in old] == ["12.50"]
    passage = queries.passages(store, D2023, section="three_public")[0]
    assert (passage["first_seen"], passage["last_seen"]) == (SECOND, NOW), "the same words stood in both versions"

    over_time = queries.history(store, units=[UNIT], text="三公")
    assert [(each["year"], each["state"], each["value"]) for each in over_time] == [
        (2022, 1, "10.00"),
        (2023, 1, "12.50"),
        (2023, 2, "13.00"),
    ]
    assert len(queries.history(store, units=[UNIT], text="2080505")) == 3
    assert len(queries.history(store, units=[UNIT], text="“三公”经费支出")) == 3
    assert len(queries.history(store, units=[UNIT], text="公款", facts=["three_public.total"])) == 3
    assert queries.history(store, units=[UNIT], text="三公", roles=["budget"]) == []


def test_a_held_state_is_not_what_a_document_shows_while_it_has_another(store: Store) -> None:
    store.connection.execute("UPDATE states SET held = 1 WHERE document = ?", (D2023,))
    assert queries.shown_version(store, D2023) == "bbbb", "held figures are shown where there are no others"
    store.connection.execute(
        "INSERT INTO states SELECT document, 2, NULL, ?, ?, 0, 'withdrawn', NULL FROM documents", (NOW, NOW)
    )
    assert queries.shown_version(store, D2023) == "bbbb"


def test_statements_have_their_lines_and_lines_their_figures(store: Store) -> None:
    (statement,) = queries.statements(store, D2023)
    assert (statement["id"], statement["unit"], statement["columns"]) == ("final.05", "万元", [])
    line = statement["lines"][1]
    assert (line["code"], line["parent"], line["path"]) == ("2080505", 0, ["社会保障和就业支出"])
    assert [each["value"] for each in line["figures"]] == ["30.00"]
    assert set(line["figures"][0]) == names("figure")


@pytest.mark.parametrize("text", ["三公", "社保", "“三公”经费", "三公 支出决算", "2,020.06", "2020.06万元", "基本养老"])
def test_search_finds_words_of_two_characters_and_figures(store: Store, text: str) -> None:
    assert queries.search(store, text), text
    assert queries.search(store, text, unit="水利局", limit=1), text
    assert queries.search(store, text, unit="别处") == []


def test_search_finds_passages_labels_and_changes(store: Store) -> None:
    found = queries.search(store, "社保")
    assert [(each["what"], each["document"], each["section"]) for each in found] == [
        ("passage", D2023, "glossary"),
        ("passage", D2022, "glossary"),
    ]
    assert {each["what"] for each in queries.search(store, "养老保险缴费")} == {"line"}
    assert [each["change"] for each in queries.search(store, "严控")] == [
        each["id"] for each in queries.changes(store, subject="passage")
    ]


def test_search_takes_what_is_typed_for_words_and_not_for_an_expression(store: Store) -> None:
    for text in (
        '"',
        "三公 OR",
        "NEAR(三公)",
        "三公*",
        "text: 三公",
        "三公 AND NOT",
        "(",
        "-三公",
        "'; DROP TABLE search",
    ):
        queries.search(store, text)
    assert queries.search(store, "公三") == [], "characters in another order are another word"
    assert queries.search(store, "公经费支出决算为12.50万元。机关") == [], (
        "a word does not run on into the next passage"
    )


def test_words_are_indexed_character_by_character() -> None:
    assert spaced("“三公”ABC经费2,020.06\n万 元") == "“ 三 公 ”abc 经 费 2020.06 万 元"
    assert match("三公 ， 经费") == '"三 公" AND "经 费"'
    assert match("，。") is None
    assert plain("1,234,567.00元，1,2") == "1234567.00元，1,2"


# --- changes ---


def _revision(**given: Any) -> ComparisonRows:
    return comparison(D2023, D2023, "revision", states=(1, 2), versions=("bbbb", "cccc"), **given)


def test_changes_show_revisions_first_then_the_year_by_size_of_movement(store: Store) -> None:
    year = comparison(sizes=(100, None, 900_000_000_000_000, 5_000))
    store.replace(at=NOW, comparisons=[year, _revision(sizes=(None, 1))], covering={D2023})
    found = queries.changes(store)
    assert [each["axis"] for each in found] == ["revision"] * 2 + ["year"] * 4
    sizes = [
        store.connection.execute("SELECT size_fen FROM changes WHERE id = ?", (each["id"],)).fetchone()[0]
        for each in found
    ]
    assert sizes == [1, None, 900_000_000_000_000, 5_000, 100, None]
    assert queries.changes(store, limit=3) == found[:3]
    assert queries.count_changes(store) == 6


def test_changes_of_structure_come_before_movements_of_the_year(store: Store) -> None:
    year = comparison(sizes=(900, 800))
    assert year.changes is not None
    structure = replace(year.changes[1], subject="structure", size_fen=None)
    given = ComparisonRows(comparison=year.comparison, changes=(year.changes[0], structure), links=())
    store.replace(at=NOW, comparisons=[given, _revision(sizes=(1,))], covering={D2023})
    shown = [(each["axis"], each["subject"]) for each in queries.changes(store)]
    assert shown == [("revision", "figure"), ("year", "structure"), ("year", "figure")]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"unit": "水务"}, 5),
        ({"unit": "别处"}, 0),
        ({"year": 2023, "kind": "final"}, 5),
        ({"axis": "year"}, 3),
        ({"axis": "revision", "subject": "figure"}, 1),
        ({"section": "three_public"}, 5),
        ({"statement": "final.05"}, 0),
        ({"code": "208"}, 3),
        ({"code": "209"}, 0),
        ({"least_amount_fen": 2_500_000}, 2),
        ({"least_amount_fen": 2_500_001}, 1),
        ({"least_percent": "25"}, 3),
        ({"least_percent": "25.0001"}, 0),
        ({"since": SECOND}, 5),
        ({"since": NOW}, 0),
        ({"text": "严控"}, 2),
        ({"text": "公务用车"}, 3),
        ({"document": D2022}, 3),
        ({"document": D2023}, 5),
        ({"comparison": comparison().comparison.id}, 3),
        ({"ids": [(comparison().changes or ())[0].id]}, 1),
        ({"ids": []}, 0),
    ],
)
def test_changes_are_filtered_by_what_a_watchdog_asks(store: Store, filters: dict[str, Any], count: int) -> None:
    year = comparison(sizes=(2_500_000, None, 2_499_999))
    store.replace(at=NOW, comparisons=[year, _revision(sizes=(9_999_999, None))], covering={D2023})
    assert len(queries.changes(store, **filters)) == queries.count_changes(store, **filters) == count


def test_superseded_changes_are_shown_on_request(store: Store) -> None:
    store.replace(at=NOW, comparisons=[comparison(superseded=1), _revision()], covering={D2023})
    assert {each["axis"] for each in queries.changes(store)} == {"revision"}
    assert {each["superseded"] for each in queries.changes(store, superseded=True)} == {True, False}
    assert [each["axis"] for each in queries.comparisons(store)] == ["revision"]


def test_comparisons_are_newest_first_with_their_counts(store: Store) -> None:
    newest = _revision(sizes=(1, 2, None), seen=(SECOND, NOW))
    store.replace(at=NOW, comparisons=[comparison(), newest], covering={D2023})
    found = queries.comparisons(store)
    assert [(each["axis"], each["changes"], each["figures"], each["passages"]) for each in found] == [
        ("revision", 3, 2, 1),
        ("year", 2, 1, 1),
    ]
    assert found[0]["detected_at"] == NOW
    assert queries.comparisons(store, axis="year", limit=1) == found[1:]
    assert queries.links(store, comparison().comparison.id)[0]["before"] == ["208"]


def test_what_is_not_to_be_announced_can_be_left_out(store: Store) -> None:
    store.connection.execute("UPDATE detected SET announce = 0")
    assert queries.changes(store)
    assert queries.changes(store, announced_only=True) == []
    assert queries.comparisons(store, announced_only=True) == []


def test_problems_say_which_file_they_are_of(store: Store) -> None:
    data = b"?"
    store.record(data, look(data, slot="upload", at=FIRST))
    store.replace(at=NOW, readings=[reading(look(data, slot="upload"), None)])
    assert {each["code"] for each in queries.problems(store)} == {"identity.year", "table.unknown"}
    (file,) = queries.undecided(store)
    assert (file["name"], file["slot"], file["problems"][0]["place"]) == ("2023.txt", "upload", "cover")
    assert [each["name"] for each in queries.looks(store, D2023)] == ["2023.txt"]
