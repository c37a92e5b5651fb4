"""The nine tables of 武汉市社会保险中心 2023 against the list made by hand."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.decode import decode
from tests.normalize.tables import figure
from tracker.normalize import furniture, outline, reflow
from tracker.normalize.statements import NINE, StatementsReading, read
from tracker.sums import adds_up, sums
from tracker.taxonomy import load


@pytest.fixture(scope="module")
def found(wuhan: Path) -> StatementsReading:
    taxonomy = load()
    flow = reflow.reflow(furniture.strip(decode(wuhan.read_bytes()).blocks))
    return read(outline.outline(flow, taxonomy), year=2023, kind="final", taxonomy=taxonomy)


def _said(label: str) -> str:
    return label.replace(" ", "").replace("(", "（").replace(")", "）")


def test_every_figure_of_the_nine_tables_is_read_and_no_other(found: StatementsReading, disclosures: Path) -> None:
    listed = json.loads((disclosures / "truth" / "figures_000_wuhan.json").read_text("utf-8"))["figures"]
    true = [f for f in listed if f.get("statement")]

    def meaning(statement: str, label: str, measure: str, role: str, value: str, unit: str) -> tuple[str, ...]:
        # The list names the item of 09 as its measure; its measures are 预算数 and 决算数.
        told = measure if statement != "final.09" else ""
        return (statement, _said(label), told, role, str(Decimal(value)), unit)

    expected = Counter(
        meaning(f["statement"], f["label"], f["measure"], f["role"], f["value"], f["unit"]) for f in true
    )
    recorded = Counter(
        meaning(f.statement or "", f.label, f.measure or "", f.role, f.value, f.unit or "") for f in found.figures
    )
    assert recorded == expected
    assert not found.problems


def test_codes_and_sides_are_those_of_the_list(found: StatementsReading, disclosures: Path) -> None:
    listed = json.loads((disclosures / "truth" / "figures_000_wuhan.json").read_text("utf-8"))["figures"]
    true = [f for f in listed if f.get("statement") and (f.get("code") or f.get("side"))]

    recorded = {(f.statement, _said(f.label), f.side, f.value) for f in found.figures}
    codes = {(f.statement, f.code, f.value) for f in found.figures}

    for f in true:
        if f.get("side"):
            assert (f["statement"], _said(f["label"]), f["side"], f["value"]) in recorded
        if f.get("code"):
            assert (f["statement"], str(f["code"]), f["value"]) in codes


def test_all_nine_statements_are_there_with_number_organisation_and_unit(found: StatementsReading) -> None:
    assert tuple(s.id for s in found.statements) == NINE
    assert [s.state for s in found.statements] == ["present"] * 6 + ["empty"] * 2 + ["present"]
    assert {s.organisation for s in found.statements} == {"武汉市社会保险中心"}
    assert {s.unit for s in found.statements} == {"万元"}
    assert [s.number for s in found.statements] == [f"公开0{n}表" for n in range(1, 10)]


def test_printed_formulas_and_trees_close(found: StatementsReading) -> None:
    forms = load().forms
    for statement in found.statements:
        assert adds_up(statement, found.figures, forms[statement.id]) == ()
    verdicts = Counter(b.rule for s in found.statements for b in sums(s, found.figures, forms[s.id]))
    assert verdicts["formula"] >= 60
    assert verdicts["tree"] >= 60


def test_keys_are_unique(found: StatementsReading) -> None:
    keys = Counter(f.key for f in found.figures)

    assert [key for key, n in keys.items() if n > 1] == []


def test_the_same_line_has_the_same_key_part_in_every_table(found: StatementsReading) -> None:
    assert figure(found, "final.01/208/amount/actual").value == figure(found, "final.03/208/total/actual").value
    assert figure(found, "final.05/208/total/actual").value == figure(found, "final.04/208/general/actual").value


def test_the_second_seed_has_nine_headings_and_no_table(gedian: Path) -> None:
    taxonomy = load()
    flow = reflow.reflow(furniture.strip(decode(gedian.read_bytes()).blocks))

    found = read(outline.outline(flow, taxonomy), year=2023, kind="final", taxonomy=taxonomy)

    assert [(s.id, s.state) for s in found.statements] == [(id, "missing") for id in NINE]
    assert found.figures == ()
    assert found.tables == ()
