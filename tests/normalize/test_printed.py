"""The same document as a page and as a PDF, however it is typeset: the same content."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.decode import decode
from tests.generator.events import revision
from tests.generator.layouts import budgets, document
from tests.generator.ledger import make
from tests.generator.paper import Document
from tests.generator.plans import plan
from tests.generator.printed import Typesetting, printed
from tests.generator.render import render
from tests.generator.verdict import judge
from tracker.compare import compare
from tracker.model import Disclosure
from tracker.normalize import normalize
from tracker.normalize.content import digest
from tracker.sums import adds_up, sums
from tracker.taxonomy import load

SETTINGS = {
    "upright": Typesetting(),
    "wide, with larger letters": Typesetting(width=842, height=595, size=14, small=9, margin=50),
    "open at the sides": Typesetting(sides=False),
    "turned": Typesetting(turned=90, width=842, height=595),
    "turned the other way, stored in another order": Typesetting(turned=270, jumbled=True),
    "without repeated headings": Typesetting(repeat=False),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_ruled_pdf_has_the_content_of_the_page(name: str) -> None:
    taxonomy, setting = load(), SETTINGS[name]
    layout = "hubei" if setting.width < setting.height else "shanghai"
    paper = document(make(7), layout)
    page = normalize(decode(render(paper, "html").encode()), taxonomy)
    assert digest(normalize(decode(printed(paper, setting)), taxonomy)) == digest(page)


NARROW = Typesetting(ruled=False)
THREE = Typesetting(three=True)
OTHER = Typesetting(ruled=False, size=10.5, small=6.5, margin=45, width=612, height=792)
BROAD = Typesetting(ruled=False, width=842, height=595, size=14, small=9, margin=50, repeat=False)


def paper_of(layout: str, seed: int) -> Document:
    """Final accounts in a regional layout, or a budget in one of its own."""
    if layout.startswith("budget "):
        return budgets.LAYOUTS[layout.removeprefix("budget ")](plan(make(seed)))
    return document(make(seed), layout)


@pytest.mark.parametrize("setting", [NARROW, THREE], ids=["no rules", "three rules"])
@pytest.mark.parametrize("seed", [7, 8])
@pytest.mark.parametrize("layout", ["hubei", "shanghai", "budget central"])
def test_a_pdf_without_upright_rules_has_the_content_of_the_page(layout: str, seed: int, setting: Typesetting) -> None:
    taxonomy, paper = load(), paper_of(layout, seed)
    page = normalize(decode(render(paper, "html").encode()), taxonomy)
    assert digest(normalize(decode(printed(paper, setting)), taxonomy)) == digest(page)


def in_tables(disclosure: Disclosure) -> Counter[tuple[object, ...]]:
    return Counter((f.statement, f.key, f.code, f.value, f.unit) for f in disclosure.figures if f.statement)


@pytest.mark.parametrize("setting", [NARROW, OTHER, BROAD], ids=["narrow", "other letters", "broad"])
def test_the_figures_of_tables_without_rules_are_read(setting: Typesetting) -> None:
    taxonomy = load()
    missed = every = 0
    for layout in ("hubei", "shanghai", "budget central", "budget shanghai"):
        paper = paper_of(layout, 7)
        page = in_tables(normalize(decode(render(paper, "html").encode()), taxonomy))
        read = in_tables(normalize(decode(printed(paper, setting)), taxonomy))
        missed += (page - read).total() + (read - page).total()
        every += page.total()
    assert missed <= every // 100


@pytest.mark.parametrize("name", ["figure_everywhere", "percent_corrected", "line_disappears"])
@pytest.mark.parametrize("ruled", [True, False])
def test_one_revised_and_typeset_anew_differs_by_what_was_revised(name: str, ruled: bool) -> None:
    taxonomy = load()
    event = revision(name, 1, "hubei")
    again = Typesetting(ruled=ruled, size=11, small=7, margin=50, width=612, height=792)
    before = normalize(decode(printed(event.before)), taxonomy)
    after = normalize(decode(printed(event.after, again)), taxonomy)
    verdict = judge(event.expected, compare(before, after, "revision", taxonomy).changes)
    assert (verdict.missing, verdict.extra, verdict.misplaced) == ((), (), ())


def published(disclosures: Path, name: str) -> Disclosure:
    return normalize(decode((disclosures / "corpus" / name).read_bytes()), load(), name=name)


@pytest.mark.parametrize(
    ("name", "statements"),
    [
        ("final-2023-swu.pdf", ["final.01", "final.02", "final.03", "final.05"]),
        (
            "final-2024-putuo-shehuigongzuobu.pdf",
            [f"final.0{n}" for n in (1, 2, 3, 4, 5, 6, 9, 7, 8)],
        ),
    ],
)
def test_published_final_accounts_add_up_in_every_table(disclosures: Path, name: str, statements: list[str]) -> None:
    found = published(disclosures, name)
    forms = load().forms
    assert [s.id for s in found.statements] == statements
    assert not [p for p in found.problems if p.code.startswith("table.")]
    for statement in found.statements:
        assert adds_up(statement, found.figures, forms[statement.id]) == ()
    closing = [b for s in found.statements for b in sums(s, found.figures, forms[s.id]) if b.sum.verdict == "closes"]
    assert len(closing) > 90


def test_the_blank_template_has_every_table_and_no_figure_in_them(disclosures: Path) -> None:
    found = published(disclosures, "template-final-2024-shanghai.pdf")
    assert [s.state for s in found.statements] == ["empty"] * 9
    assert "document.template" in {p.code for p in found.problems}


def test_the_year_and_its_amounts_are_those_of_the_page(disclosures: Path) -> None:
    found = published(disclosures, "final-2023-swu.pdf")
    assert (found.identity.unit, found.identity.year, found.identity.kind) == ("西南大学", 2023, "final")
    totals = {f.value for f in found.figures if f.key == "final.02/total/total/actual"}
    assert {Decimal(value) for value in totals} == {Decimal("430725.03")}
