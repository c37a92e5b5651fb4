"""Nine regional forms, written before the reader was asked: what is read of each, whole."""

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import cast

import pytest

from tests.regional.marked import NAMES
from tests.regional.measuring import Measure, measure
from tests.truth.matching import DEPTHS, Depth

Read = Callable[[str], Measure]


@pytest.fixture(scope="module")
def read() -> Read:
    return cache(measure)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_the_tables_is_recorded(name: str, depth: Depth, read: Read) -> None:
    assert read(name).tables[depth].missed == ()


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_the_narrative_is_recorded(name: str, depth: Depth, read: Read) -> None:
    found = read(name).narrative[depth]

    assert found.recall >= 0.99, found.missed


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_is_invented(name: str, read: Read) -> None:
    assert read(name).everything.beyond == ()


@pytest.mark.parametrize("name", NAMES)
def test_dates_thresholds_and_numbers_of_documents_are_no_figures(name: str, read: Read) -> None:
    assert read(name).grabbed == []


@pytest.mark.parametrize("name", NAMES)
def test_unit_year_kind_scope_title_and_date_are_told(name: str, read: Read) -> None:
    assert read(name).identity == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_section_is_found(name: str, read: Read) -> None:
    assert read(name).sections == []


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_has_its_state(name: str, read: Read) -> None:
    assert read(name).statements == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_understood_is_said_and_nothing_else(name: str, read: Read) -> None:
    problems = Counter(problem.code for problem in read(name).disclosure.problems)
    # The university's cover says neither 部门 nor 单位.
    expected = {"identity.scope": 1} if name == "university" else {}

    assert problems == Counter(expected)


@pytest.mark.parametrize("name", NAMES)
def test_codes_are_read_in_every_form(name: str, read: Read) -> None:
    document = read(name)
    true = {
        (row["statement"], row["code"]) for row in document.document.figures if "statement" in row and "code" in row
    }
    found = {(figure.statement, figure.code) for figure in document.disclosure.figures if figure.statement}
    standard = {(statement, code) for statement, code in true if not statement.endswith(".x")}

    assert standard <= found


def test_the_truth_is_broad_and_what_it_denies_is_printed(read: Read) -> None:
    documents = [read(name) for name in NAMES]

    assert sum(len(document.document.figures) for document in documents) >= 1200
    for document in documents:
        never = cast("list[str]", document.document.truth["never"])
        assert all(number in document.document.text for number in never), document.document.name
