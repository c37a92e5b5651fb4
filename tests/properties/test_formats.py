"""One disclosure, whatever it comes in: its content is the same, and nothing is recorded between two formats."""

from collections.abc import Callable
from functools import cache

import pytest

from scrapers.decode import decode, unpack
from tests.generator import office
from tests.generator.fixed import ofd
from tests.generator.layouts import LAYOUTS, document
from tests.generator.ledger import make
from tests.generator.paper import Document
from tests.generator.printed import Typesetting
from tests.generator.render import render
from tracker.compare import compare
from tracker.merging import merge
from tracker.model import Disclosure
from tracker.normalize import normalize
from tracker.taxonomy import Taxonomy, load

FORMATS: dict[str, Callable[[Document], bytes]] = {
    "docx": office.docx,
    "ofd": ofd,
    "ofd typeset otherwise": lambda paper: ofd(paper, Typesetting(width=500, size=10.5, small=7.5, seed=4)),
}
WHOLE = [(layout, seed) for layout in LAYOUTS for seed in (3, 8)]


@cache
def taxonomy() -> Taxonomy:
    return load()


@cache
def paper(layout: str, seed: int) -> Document:
    return document(make(seed), layout)


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


@pytest.mark.parametrize(("layout", "seed"), WHOLE)
@pytest.mark.parametrize("numbers", [True, False])
def test_tables_in_a_workbook_beside_the_page_say_the_same_as_one_page(layout: str, seed: int, numbers: bool) -> None:
    whole = paper(layout, seed)
    text = read(render(office.without_tables(whole), "html").encode())
    tables = read(office.xlsx(whole, numbers=numbers), like=text)

    assert merge([text, tables]).digest == page(layout, seed).digest


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_file_of_an_archive_says_what_it_says_alone(layout: str) -> None:
    whole = paper(layout, 3)
    files = {"公开/部门决算.docx": office.docx(whole), "公开/部门决算.ofd": ofd(whole)}

    found = unpack(office.zipped(files))

    assert {member.path: read(member.data).digest for member in found.members} == dict.fromkeys(
        files, page(layout, 3).digest
    )
