"""Recall against the hand-verified lists of both seeds."""

import re
from pathlib import Path

import pytest

from scrapers.decode import decode
from tests.truth.matching import DEPTHS, Depth, Row, in_narrative, in_tables, listed, recorded, score
from tracker import taxonomy
from tracker.folding import tidy
from tracker.normalize import normalize

GEDIAN = Path(__file__).parent / "truth" / "gedian_2023.json"


def read(path: Path) -> list[Row]:
    """Return the figures that are recorded of a document."""
    disclosure = normalize(decode(path.read_bytes(), name=path.name), name=path.name, taxonomy=taxonomy.load())
    return recorded(disclosure.figures)


@pytest.fixture(scope="module")
def wuhan_figures(wuhan: Path) -> list[Row]:
    return read(wuhan)


@pytest.fixture(scope="module")
def gedian_figures(gedian: Path) -> list[Row]:
    return read(gedian)


@pytest.fixture(scope="module")
def wuhan_truth(disclosures: Path) -> list[Row]:
    return listed(disclosures / "truth" / "figures_000_wuhan.json")


@pytest.mark.parametrize("depth", DEPTHS)
def test_every_figure_of_wuhans_tables_is_recorded(
    wuhan_figures: list[Row], wuhan_truth: list[Row], depth: Depth
) -> None:
    result = score(in_tables(wuhan_truth), in_tables(wuhan_figures), depth)
    assert result.recall == 1.0, result.missed


def test_nothing_is_recorded_of_wuhans_tables_that_is_not_there(
    wuhan_figures: list[Row], wuhan_truth: list[Row]
) -> None:
    result = score(in_tables(wuhan_truth), in_tables(wuhan_figures), "meaning")
    assert result.beyond == ()


@pytest.mark.parametrize("depth", DEPTHS)
def test_wuhans_narrative_is_recorded(wuhan_figures: list[Row], wuhan_truth: list[Row], depth: Depth) -> None:
    result = score(in_narrative(wuhan_truth), in_narrative(wuhan_figures), depth)
    assert result.recall >= 0.97, result.missed


@pytest.mark.parametrize("depth", DEPTHS)
def test_gedians_narrative_is_recorded(gedian_figures: list[Row], depth: Depth) -> None:
    result = score(listed(GEDIAN), in_narrative(gedian_figures), depth)
    assert result.recall >= 0.95, result.missed


@pytest.mark.parametrize("depth", DEPTHS)
def test_gedians_flattened_forms_are_recorded_whole(gedian_figures: list[Row], depth: Depth) -> None:
    forms = [row for row in listed(GEDIAN) if str(row["section"]).startswith("附件2-")]
    result = score(forms, in_narrative(gedian_figures), depth)
    assert result.missed == ()


def test_no_figure_of_gedian_is_invented(gedian_figures: list[Row]) -> None:
    result = score(listed(GEDIAN), gedian_figures, "value")
    assert result.beyond == ()


def test_the_list_quotes_the_document(gedian: Path) -> None:
    document = re.sub(r"[ \f]", "", tidy(gedian.read_text("utf-8")))
    for row in listed(GEDIAN):
        quote = tidy(str(row["quote"])).replace(" ", "")
        assert quote in document, row["id"]
        assert str(row["value"]) in quote.replace(",", ""), row["id"]
