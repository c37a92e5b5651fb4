"""Figures read in pictures: what arithmetic finds among them, and what it leaves alone."""

from dataclasses import replace

import pytest

from scrapers.blocks import Cell, Decoded, Grid
from scrapers.decode import decode
from tests.generator.layouts import document
from tests.generator.ledger import make
from tests.generator.printed import printed
from tracker.model import Disclosure
from tracker.normalize import normalize
from tracker.taxonomy import load

TABLE = "final.03"


@pytest.fixture(scope="module")
def page() -> Decoded:
    return decode(printed(document(make(7), "hubei")))


def recognized(page: Decoded, *misread: tuple[str, str, str], confidence: float | None = 0.98) -> Disclosure:
    """Read a document as if from pictures; ``misread``: the row's code, the amount, and what was read instead."""
    blocks = tuple(
        replace(block, rows=tuple(row_of(row, misread, confidence) for row in block.rows))
        if isinstance(block, Grid)
        else block
        for block in page.blocks
    )
    return normalize(replace(page, blocks=blocks), load())


def row_of(row: tuple[Cell, ...], misread: tuple[tuple[str, str, str], ...], sure: float | None) -> tuple[Cell, ...]:
    found = [replace(cell, confidence=sure if cell.text else None) for cell in row]
    for code, amount, instead in misread:
        if row[0].text == code and len(row) == 8:
            # 03 prints the total, basic and project expenditure of a line.
            at = next((n for n, cell in enumerate(row) if n > 1 and cell.text == amount), None)
            if at is not None:
                found[at] = replace(found[at], text=instead, confidence=None if sure is None else 0.61)
    return tuple(found)


def doubts(disclosure: Disclosure) -> list[tuple[str, str, str, str | None]]:
    return [
        (problem.place, dict(problem.details)["key"], dict(problem.details)["value"], dict(problem.details).get("fits"))
        for problem in disclosure.problems
        if problem.code == "ocr.doubtful"
    ]


def test_a_document_that_adds_up_has_no_doubtful_figure(page: Decoded) -> None:
    read = recognized(page)
    assert {figure.origin for figure in read.figures if figure.statement == TABLE} == {"ocr"}
    assert doubts(read) == []


def test_text_is_never_doubted(page: Decoded) -> None:
    assert doubts(recognized(page, ("2210201", "27.05", "21.05"), confidence=None)) == []


@pytest.mark.parametrize(
    ("code", "amount", "instead", "key"),
    [
        ("2210201", "27.05", "21.05", "final.03/2210201/total/actual"),
        ("208", "79.39", "79.89", "final.03/208/total/actual"),
        ("", "2,402.74", "2,402.14", "final.03/total/total/actual"),
        ("2130106", "409.87", "469.87", "final.03/2130106/total/actual"),
    ],
)
def test_a_misread_digit_is_found_with_the_value_that_closes_every_sum(
    page: Decoded, code: str, amount: str, instead: str, key: str
) -> None:
    read = recognized(page, (code, amount, instead))

    plain, wrong = amount.replace(",", ""), instead.replace(",", "")
    assert doubts(read) == [(TABLE, key, wrong, plain)]
    # It is said, and not done.
    assert [figure.value for figure in read.figures if figure.key == key] == [wrong]
    (problem,) = (problem for problem in read.problems if problem.code == "ocr.doubtful")
    assert instead in problem.quote
    assert dict(problem.details)["confidence"] == "0.61"
    assert not problem.holds


def test_two_misread_figures_of_one_table_are_both_found(page: Decoded) -> None:
    read = recognized(page, ("2210201", "27.05", "21.05"), ("208", "79.39", "79.89"))
    assert sorted((key, fits) for _, key, _, fits in doubts(read)) == [
        ("final.03/208/total/actual", "79.39"),
        ("final.03/2210201/total/actual", "27.05"),
    ]


def test_a_sum_that_no_single_digit_closes_names_the_figure_that_was_read_least_surely(page: Decoded) -> None:
    read = recognized(page, ("2210201", "27.05", "93.16"))
    assert doubts(read) == [(TABLE, "final.03/2210201/total/actual", "93.16", None)]
