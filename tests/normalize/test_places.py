"""A figure says where it is printed: on which page, in which rectangle, and how surely it was recognized there."""

from itertools import accumulate

import pytest

from scrapers.blocks import Block, Box, Cell, Decoded, Grid, TextLine
from tracker.model import Disclosure, Figure
from tracker.normalize import normalize
from tracker.taxonomy import load

TOP = 700.0


def line(text: str, *, page: int = 1, top: float = TOP, confidence: float | None = None) -> TextLine:
    """A line whose every character is ten points wide and high, from x = 100."""
    stops = tuple(accumulate((10.0 for _ in text), initial=100.0))[1:]
    return TextLine(text, page, box=Box(100.0, top, stops[-1], top + 10), stops=stops, confidence=confidence)


def read(*blocks: Block) -> Disclosure:
    cover = TextLine("青禾市图书馆2023年度单位决算", hard=True)
    head = TextLine("一、收入支出决算总体情况说明", hard=True)
    return normalize(Decoded((cover, head, *blocks), "pdf", "", 2), load())


def figure(disclosure: Disclosure, value: str) -> Figure:
    (found,) = (each for each in disclosure.figures if each.value == value)
    return found


def test_a_figure_of_a_sentence_has_the_box_of_its_own_characters() -> None:
    text = "2023年度收入总计1234.56万元。"
    found = figure(read(line(text)), "1234.56")
    start = 100.0 + 10 * text.index("1234.56")
    assert found.box == Box(start, TOP, start + 10 * len("1234.56万元"), TOP + 10)
    assert (found.page, found.origin, found.confidence) == (1, "text", None)


def test_characters_that_are_tidied_away_take_their_room() -> None:
    text = "2023 年度  收入总计　１２３４.56 万元。"
    found = figure(read(line(text)), "1234.56")
    assert found.box is not None
    assert found.box.left == 100.0 + 10 * text.index("１")
    assert found.box.right == 100.0 + 10 * (text.index("万元") + 2)


def test_a_figure_cut_by_the_end_of_a_line_has_a_box_around_both_parts() -> None:
    first, second = "2023年度收入总计1234.56", "万元。"
    found = figure(read(line(first, top=700), line(second, top=720)), "1234.56")
    assert found.box == Box(100.0, 700.0, 100.0 + 10 * len(first), 730.0)


def test_a_figure_cut_by_the_end_of_a_page_has_the_box_of_its_beginning() -> None:
    first, second = "2023年度收入总计1234.56", "万元。"
    found = figure(read(line(first, top=700), line(second, page=2, top=20)), "1234.56")
    assert found.page == 1
    assert found.box is not None
    assert (found.box.top, found.box.bottom) == (700.0, 710.0)


def test_a_line_of_which_only_the_whole_is_known_lends_its_box() -> None:
    whole = Box(100.0, TOP, 300.0, TOP + 10)
    found = figure(read(TextLine("2023年度收入总计1234.56万元。", 1, box=whole)), "1234.56")
    assert found.box == whole


@pytest.mark.parametrize("confidence", [None, 0.876])
def test_a_figure_of_a_table_has_the_box_the_page_and_the_confidence_of_its_cell(confidence: float | None) -> None:
    def cell(text: str, row: int, column: int) -> Cell:
        box = Box(100.0 * column, 20.0 * row, 100.0 * column + 60, 20.0 * row + 10)
        return Cell(text, box=box, confidence=confidence)

    words = [
        ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"],
        ["合计", "", "1300.00", "1200.00", "100.00"],
        ["2070104", "图书馆", "1300.00", "1200.00", "100.00"],
    ]
    first, second = (
        Grid(tuple(tuple(cell(text, r, c) for c, text in enumerate(words[r])) for r in rows), page)
        for rows, page in (((0, 1), 1), ((0, 2), 2))
    )
    found = read(TextLine("支出决算表"), TextLine("金额单位：万元"), first, second)
    basic = [each for each in found.figures if each.value == "1200.00"]
    assert [each.page for each in basic] == [1, 2]
    assert [each.box and each.box.left for each in basic] == [300.0, 300.0]
    assert {each.origin for each in basic} == {"text" if confidence is None else "ocr"}
    assert {each.confidence for each in basic} == {None if confidence is None else "0.88"}


def test_a_sentence_recognized_in_a_picture_lends_its_figures_the_least_confidence() -> None:
    sure, unsure = line("2023年度收入总计1234.56", confidence=0.99), line("万元。", top=720, confidence=0.5)
    found = figure(read(sure, unsure), "1234.56")
    assert (found.origin, found.confidence) == ("ocr", "0.50")


def test_where_it_stands_is_no_content() -> None:
    one = read(line("2023年度收入总计1234.56万元。"))
    other = read(line("2023年度收入总计1234.56万元。", page=2, top=20, confidence=0.9))
    assert one.digest == other.digest
