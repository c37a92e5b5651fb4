"""A change that rests on what was recognized in a picture says so; what a text says is never mixed with it."""

from dataclasses import replace

import pytest

from tests.compare.building import Builder
from tracker.cli.wording import kind, sentence
from tracker.compare import compare
from tracker.messages import messages
from tracker.model import Change, Disclosure, Origin
from tracker.taxonomy import load

TABLE = "final.03/total/total/actual"
WORDS = "expenditure/total/actual"


def document(table: str, said: str = "", *, scanned: str = "", closing: str = "") -> Disclosure:
    """``scanned`` names what was a picture: table, words or both."""
    made = Builder().table("final.03", [("total", "合计", {"total/actual": table})], facts={TABLE: "expenditure"})
    if said:
        made.section("expenditure", f"2023年度支出合计{{{said}万元|actual|{WORDS}|fact=expenditure}}。")
    if closing:
        made.section("work", closing)
    disclosure = made.build()
    figures = tuple(
        replace(f, origin="ocr", confidence="0.90")
        if (f.statement and "table" in scanned) or (f.section and "words" in scanned)
        else f
        for f in disclosure.figures
    )
    passages = tuple(replace(p, origin="ocr") if "words" in scanned else p for p in disclosure.passages)
    return replace(disclosure, figures=figures, passages=passages)


def changes(before: Disclosure, after: Disclosure) -> tuple[Change, ...]:
    return compare(before, after, "revision", load()).changes


@pytest.mark.parametrize("scanned", [("table", ""), ("", "table"), ("table", "table")])
def test_a_figure_recognized_on_either_side_makes_a_change_that_says_so(scanned: tuple[str, str]) -> None:
    (change,) = changes(document("1728.50", scanned=scanned[0]), document("1730.50", scanned=scanned[1]))
    assert change.origin == "ocr"


def test_a_change_between_texts_rests_on_text_though_another_table_is_a_picture() -> None:
    (change,) = changes(
        document("1728.50", closing="完成。"), document("1728.50", closing="全部完成。", scanned="table")
    )
    assert (change.subject, change.origin) == ("passage", "text")


def test_a_figure_that_the_text_prints_too_rests_on_the_text() -> None:
    before = document("1728.50", "1728.50", scanned="table")
    after = document("1730.50", "1730.50", scanned="table")
    (change,) = changes(before, after)
    assert (change.origin, len(change.places)) == ("text", 2)


def test_words_recognized_on_either_side_make_a_change_that_says_so() -> None:
    before, after = document("1.00", closing="工作完成。"), document("1.00", closing="工作全部完成。", scanned="words")
    (change,) = changes(before, after)
    assert (change.subject, change.origin) == ("passage", "ocr")


def test_a_section_of_recognized_words_that_moved_or_went_says_so() -> None:
    def made(*sections: str, origin: Origin) -> Disclosure:
        builder = Builder()
        for section in sections:
            builder.section(
                section, f"{section}部分有一个完整的句子，说明这一年的情况。", f"{section}部分还有第二句话。"
            )
        whole = builder.build()
        return replace(whole, passages=tuple(replace(p, origin=origin) for p in whole.passages))

    gone = changes(made("duties", "work", origin="ocr"), made("duties", origin="text"))
    moved = changes(made("duties", "work", origin="ocr"), made("work", "duties", origin="text"))

    assert gone
    assert moved
    assert {change.origin for change in (*gone, *moved)} == {"ocr"}


def test_the_origin_is_no_difference() -> None:
    assert changes(document("1.00", "1.00"), document("1.00", "1.00", scanned="table words")) == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_people_are_told_what_was_read_from_a_picture(lang: str) -> None:
    words = messages(lang)
    (change,) = changes(document("1728.50"), document("1730.50", scanned="table"))
    shown = {**{name: getattr(change, name) for name in change.__slots__}, "document_after": "", "id": ""}
    assert words("item.recognized") in kind(words, shown)
    assert words("item.recognized") in sentence(words, shown)
    assert words("item.recognized") not in kind(words, {**shown, "origin": "text"})
