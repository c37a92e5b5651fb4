"""One disclosure, whatever it comes in: its content is the same, and nothing is recorded between two formats."""

from collections.abc import Callable
from functools import cache, partial

import pytest

from scrapers.decode import decode, unpack
from tests.generator import office
from tests.generator.fixed import ofd
from tests.generator.layouts import LAYOUTS, budgets, document
from tests.generator.ledger import Ledger, make
from tests.generator.paper import Document
from tests.generator.printed import Typesetting, printed
from tests.generator.render import render
from tracker.compare import compare
from tracker.merging import merge
from tracker.model import Disclosure
from tracker.normalize import normalize
from tracker.taxonomy import Taxonomy, load

BUDGETS: dict[str, Callable[[Ledger], Document]] = {f"{name}, budget": made for name, made in budgets.LAYOUTS.items()}
FORMATS: dict[str, Callable[[Document], bytes]] = {
    "text": lambda paper: render(paper, "tsv").encode(),
    "docx": office.docx,
    "pdf": printed,
    "pdf typeset otherwise": lambda paper: printed(paper, Typesetting(width=500, size=10.5, small=7.5, seed=4)),
    "ofd": ofd,
    "ofd typeset otherwise": lambda paper: ofd(paper, Typesetting(width=500, size=10.5, small=7.5, seed=4)),
}
PAPERS = {**{name: partial(document, layout=name) for name in LAYOUTS}, **BUDGETS}
WHOLE = [*((layout, seed) for layout in LAYOUTS for seed in (3, 8)), *((layout, 3) for layout in BUDGETS)]


@cache
def taxonomy() -> Taxonomy:
    return load()


@cache
def paper(layout: str, seed: int) -> Document:
    return PAPERS[layout](make(seed))


@cache
def page(layout: str, seed: int) -> Disclosure:
    return read(render(paper(layout, seed), "html").encode())


def read(data: bytes, like: Disclosure | None = None) -> Disclosure:
    if like is None:
        return normalize(decode(data), taxonomy())
    return normalize(decode(data), taxonomy(), declared=like.identity)


def recorded(before: Disclosure, after: Disclosure) -> list[tuple[object, ...]]:
    changes = compare(before, after, "revision", taxonomy()).changes
    return [(change.subject, change.kind, change.key, change.before, change.after) for change in changes]


@pytest.mark.parametrize(("layout", "seed"), WHOLE)
@pytest.mark.parametrize("kind", FORMATS)
def test_another_format_says_the_same_as_the_page(kind: str, layout: str, seed: int) -> None:
    other = read(FORMATS[kind](paper(layout, seed)))

    assert recorded(page(layout, seed), other) == []
    assert other.digest == page(layout, seed).digest


@pytest.mark.parametrize("layout", ["hubei", *BUDGETS])
def test_tables_without_rules_record_no_change_beside_the_page(layout: str) -> None:
    assert recorded(page(layout, 3), read(printed(paper(layout, 3), Typesetting(ruled=False)))) == []


_TOO_NARROW = pytest.mark.xfail(
    strict=True, reason="the heading over six columns of budget.07 is taken for that of two"
)


@pytest.mark.parametrize(
    "layout", ["hubei", *(pytest.param(each, marks=_TOO_NARROW) if "shanghai" in each else each for each in BUDGETS)]
)
def test_tables_without_rules_have_the_content_of_the_page(layout: str) -> None:
    assert read(printed(paper(layout, 3), Typesetting(ruled=False))).digest == page(layout, 3).digest


@pytest.mark.parametrize(("layout", "seed"), WHOLE)
@pytest.mark.parametrize("numbers", [True, False])
def test_tables_in_a_workbook_beside_the_page_say_the_same_as_one_page(layout: str, seed: int, numbers: bool) -> None:
    whole = paper(layout, seed)
    text = read(render(office.without_tables(whole), "html").encode())
    tables = read(office.xlsx(whole, numbers=numbers), like=text)

    assert merge([text, tables]).digest == page(layout, seed).digest


@pytest.mark.parametrize("layout", PAPERS)
def test_each_file_of_an_archive_says_what_it_says_alone(layout: str) -> None:
    whole = paper(layout, 3)
    files = {f"公开/{kind}": FORMATS[kind](whole) for kind in ("docx", "ofd", "pdf", "text")}

    found = unpack(office.zipped(files))

    assert {member.path: read(member.data).digest for member in found.members} == dict.fromkeys(
        files, page(layout, 3).digest
    )
