"""A later capture is held for what its predecessor had and it lost without explanation."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from scrapers.decode import decode
from tracker.holds import lost_content
from tracker.model import Disclosure, Figure, Identity, Line, Statement
from tracker.normalize import normalize
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
