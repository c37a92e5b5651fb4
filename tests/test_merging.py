"""Several files, one document: it says what one file of the same content says, in whatever order they come."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from scrapers.decode import decode
from tests.generator import office
from tests.generator.layouts import LAYOUTS, document
from tests.generator.ledger import make
from tests.generator.paper import Document
from tests.generator.printed import printed
from tests.generator.render import render
from tracker.compare import compare
from tracker.merging import merge
from tracker.model import Disclosure, Identity, Passage
from tracker.normalize import normalize
from tracker.taxonomy import Taxonomy, load

FORMATS: dict[str, Callable[[Document], bytes]] = {
    "page": lambda paper: render(paper, "html").encode(),
    "text": lambda paper: render(paper, "tsv").encode(),
    "PDF": printed,
}


@cache
def taxonomy() -> Taxonomy:
    return load()


def read(data: bytes, like: Disclosure | None = None) -> Disclosure:
    return normalize(decode(data), taxonomy(), declared=like.identity if like else Identity())


def recorded(before: Disclosure, after: Disclosure) -> list[tuple[object, ...]]:
    changes = compare(before, after, "revision", taxonomy()).changes
    return [(c.subject, c.kind, c.section, c.statement, c.text_before, c.text_after) for c in changes]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("how", FORMATS)
def test_a_text_and_its_tables_in_two_files_say_what_one_file_says(how: str, layout: str) -> None:
    paper = document(make(3), layout)
    words = office.without_tables(paper)
    apart = paper.with_blocks(tuple(block for block in paper.blocks if block not in words.blocks))
    whole, text = read(FORMATS["page"](paper)), read(FORMATS[how](words))
    tables = read(FORMATS[how](apart), like=text)

    assert recorded(whole, merge([text, tables])) == []
    assert recorded(merge([tables, text]), whole) == []


def test_what_stands_on_two_covers_stands_once() -> None:
    def file(*cover: str) -> Disclosure:
        words = tuple(Passage(section="cover", heading="", text=text) for text in cover)
        return Disclosure(identity=Identity(), passages=words, sections=("cover",))

    small, full = file("2023年度部门决算公开"), file("2023年度部门决算公开二〇二四年九月")

    for pieces in ([small, full], [full, small], [full, full]):
        assert [p.text for p in merge(pieces).passages] == ["2023年度部门决算公开二〇二四年九月"]


def test_notes_behind_the_last_of_a_file_of_tables_are_notes(disclosures: Path) -> None:
    data = (disclosures / "corpus" / "budget-2018-js-weibangongting-tables.pdf").read_bytes()

    noted = [p.text for p in read(data).passages if p.statement == "budget.x.procurement"]

    assert noted[-1].startswith("2.采购品目名称根据《政府采购品目分类目录》")
