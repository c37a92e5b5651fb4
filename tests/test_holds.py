"""A later capture is held for what its predecessor had and it lost without explanation."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.decode import decode
from tracker.compare import compare
from tracker.holds import legible, lost_content
from tracker.model import Disclosure, Figure, Identity, Line, Passage, Problem, Statement
from tracker.normalize import normalize
from tracker.normalize.unread import PICTURE, UNREAD, pages, written
from tracker.taxonomy import load

# The tree of 住房保障支出 in WH's table 03, and 社会保障和就业支出 beside it.
WHOLE = {
    "208": "100.00",
    "20805": "100.00",
    "2080505": "100.00",
    "221": "110.35",
    "22102": "110.35",
    "2210201": "110.35",
}


def tree(amounts: Mapping[str, str]) -> Disclosure:
    figures = tuple(
        Figure(
            key=f"final.03/{code}/total/actual", statement="final.03", code=code, label=code, role="actual", value=value
        )
        for code, value in amounts.items()
    )
    lines = tuple(Line(id=code, label=code, code=code, figures=(n,)) for n, code in enumerate(amounts))
    table = Statement(id="final.03", title="支出决算表", lines=lines)
    return Disclosure(identity=Identity(), statements=(table,), figures=figures)


def without(*codes: str) -> Disclosure:
    return tree({code: value for code, value in WHOLE.items() if code not in codes})


def held(after: Disclosure) -> list[str]:
    return [problem.code for problem in lost_content(tree(WHOLE), after)]


def test_a_line_that_left_a_table_that_no_longer_adds_up_is_damage() -> None:
    assert held(without("20805", "2080505", "208")) == []
    assert held(tree({**{c: v for c, v in WHOLE.items() if c != "2210201"}, "2210202": "1.00"})) == [
        "content.line_lost"
    ]


def test_an_amount_that_lost_everything_that_added_up_to_it_is_damage() -> None:
    assert held(without("22102", "2210201")) == ["content.line_lost"]
    assert held(without("2210201")) == ["content.line_lost"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("十九、住房保障支出\t50", "十九、住房保障支岀\t50"),
        ("八、社会保障和就业支出\t39", "八、社会保障与就业支出\t39"),
        ("本年支出合计\t58", "本年支出总计\t58"),
    ],
)
def test_a_line_that_is_only_named_anew_is_not_lost(wuhan: Path, before: str, after: str) -> None:
    text = wuhan.read_text(encoding="utf-8")
    assert before in text
    one, two = (normalize(decode(each.encode()), load()) for each in (text, text.replace(before, after)))
    assert lost_content(one, two, load().forms) == ()


# --- pages that could not be read ---------------------------------------------------------------------------------


def paged(*pages: int, unread: Collection[int] = (), **changed: str) -> Disclosure:
    """A document with a statement and a section on each of ``pages``."""
    figures = tuple(
        Figure(
            key=f"final.{page:02}/total/total/actual", statement=f"final.{page:02}", code=None, label="合计",
            role="actual", value=changed.get(f"p{page}", "1.00"), page=page,
        )
        for page in pages
    )  # fmt: skip
    statements = tuple(
        Statement(
            id=f"final.{page:02}",
            title=f"{page:02}表",
            page=page,
            lines=(Line(id="total", label="合计", figures=(n,)),),
        )
        for n, page in enumerate(pages)
    )
    words = tuple(Passage(section=f"section{page}", heading="", text=f"第{page}节。", page=page) for page in pages)
    problems = (Problem(code=UNREAD, quote=written(unread), holds=True),) if unread else ()
    sections = tuple(f"section{page}" for page in pages)
    return Disclosure(
        identity=Identity(),
        statements=statements,
        figures=figures,
        passages=words,
        problems=problems,
        sections=sections,
    )


def compared(before: Disclosure, after: Disclosure) -> list[tuple[str, str | None]]:
    found = compare(*legible(before, after), "revision", load()).changes
    return [(change.subject, change.statement or change.section) for change in found]


def test_what_stands_on_pages_that_were_not_read_is_neither_new_nor_gone() -> None:
    part, whole = paged(1, 2, 3, 7, 8, unread=(4, 5, 6)), paged(1, 2, 3, 4, 5, 6, 7, 8)

    assert compared(part, whole) == []
    assert compared(whole, part) == []


def test_what_stands_elsewhere_is_compared_all_the_same() -> None:
    part, whole = paged(1, 2, 3, 7, 8, unread=(4, 5, 6)), paged(1, 2, 3, 4, 5, 6, 7, 8, p1="2.00", p3="2.00", p5="2.00")

    assert compared(part, whole) == [("figure", "final.01")], "the table of page 3 may go on on page 4"


def test_a_later_version_with_pages_that_were_not_read_is_held_once() -> None:
    part, whole = paged(1, 2, unread=(3,)), paged(1, 2, 3)

    assert [p.code for p in lost_content(whole, part)] == [UNREAD]
    assert lost_content(part, part) == ()
    assert lost_content(part, whole) == ()


def test_beside_a_picture_that_was_not_read_all_is_compared_but_what_only_the_other_has() -> None:
    whole, changed = paged(1, 2, 3), paged(1, 2, p1="2.00")
    part = replace(changed, problems=(Problem(code=PICTURE, quote="image1.png", holds=True),))

    assert compared(whole, part) == compared(part, whole) == [("figure", "final.01")]
    assert [p.code for p in lost_content(whole, part) if p.code == PICTURE] == [PICTURE]
    assert lost_content(part, part) == ()


def test_pages_are_written_in_runs() -> None:
    assert written((9, 3, 5, 6, 7)) == "3、5–7、9"
    assert pages(paged(unread=(9, 3, 5, 6, 7))) == {3, 5, 6, 7, 9}
