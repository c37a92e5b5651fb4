"""Plain text to lines, grids and pages."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.blocks import Block, Grid, TextLine
from scrapers.decode import decode


def lines(text: str) -> list[str]:
    return [block.text for block in decode(text.encode()).blocks if isinstance(block, TextLine)]


def grids(text: str) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row] for row in block.rows]
        for block in decode(text.encode()).blocks
        if isinstance(block, Grid)
    ]


def published(blocks: tuple[Block, ...]) -> str:
    """The words of the blocks as the plain text prints them."""
    pieces: list[str] = []
    for block in blocks:
        if isinstance(block, TextLine):
            pieces.append(block.text)
        elif isinstance(block, Grid):
            pieces.extend("\t".join(cell.text for cell in row) for row in block.rows)
    return "\n".join(pieces)


def test_every_line_of_the_line_wrapped_seed_comes_back_as_it_was_published(gedian: Path) -> None:
    data = gedian.read_bytes()
    decoded = decode(data)
    expected = [line for line in data.decode().split("\n") if line.strip()]
    assert published(decoded.blocks).split("\n") == expected
    assert decoded.format == "text"
    assert decoded.encoding == "utf-8"
    assert decoded.pages == 46


def test_every_line_of_the_tabbed_seed_comes_back_but_for_its_residual_markup(wuhan: Path) -> None:
    text = wuhan.read_text(encoding="utf-8")
    text = text.replace('<input checked="" type="checkbox"/>', "☑").replace('<input type="checkbox"/>', "☐")
    text = text.replace("<p>", " ").replace("</p>", " ")
    expected = [line for line in text.split("\n") if line.strip()]
    assert published(decode(wuhan.read_bytes()).blocks).split("\n") == expected


def test_the_nine_tables_of_the_tabbed_seed_are_grids_with_their_trailing_empty_cells(wuhan: Path) -> None:
    found = [block for block in decode(wuhan.read_bytes()).blocks if isinstance(block, Grid)]
    shapes = [(len(grid.rows), {len(row) for row in grid.rows}) for grid in found[:9]]
    assert shapes == [(34, {6}), (21, {10}), (21, {9}), (36, {9}), (22, {6}), (31, {9}), (4, {10}), (4, {7}), (5, {12})]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u0085"])
def test_any_line_end_ends_a_line(end: str) -> None:
    assert lines(f"一、主要职责{end}二、机构设置{end}") == ["一、主要职责", "二、机构设置"]


def test_a_line_without_a_tab_and_a_blank_line_end_a_grid() -> None:
    text = "收入\t2,020.06\n合计\t2,020.06\n注：本表反映收支\n支出\t1.00\n\n项目\t2.00\n"
    assert grids(text) == [
        [["收入", "2,020.06"], ["合计", "2,020.06"]],
        [["支出", "1.00"]],
        [["项目", "2.00"]],
    ]
    assert lines(text) == ["注：本表反映收支"]


def test_tabs_that_indent_or_number_or_break_a_sentence_make_no_table() -> None:
    text = (
        "\t承担贯彻实施社会保险政策的职责。\n\n1.\t负责宣传贯彻执行。\n2.\t负责退休人员管理。\n\n"
        "2023年度收入总计\t2390.8\t万元。与上年相比增加。\n\n本段末尾有制表符。\t\n"
    )
    assert grids(text) == []
    assert len(lines(text)) == 5


def test_a_row_of_nothing_but_tabs_does_not_end_the_table() -> None:
    assert grids("项目\t金额\n\t\n合计\t1.00\n") == [[["项目", "金额"], ["合计", "1.00"]]]


def test_a_row_of_empty_cells_after_its_name_stays_a_row() -> None:
    assert grids("合计\t\t\t\n") == [[["合计", "", "", ""]]]


def test_the_entries_of_a_table_of_contents_are_lines() -> None:
    text = "目  录\n第一部分 概况\t3\n一、主要职责\t3\n二、机构设置\t4\n\n第二部分 决算表\t5\n"
    assert grids(text) == []
    assert lines(text)[1] == "第一部分 概况\t3"


def test_after_a_sentence_two_columns_are_a_table_again() -> None:
    text = "目录\n一、资产\n一、资产\n本单位共有车辆7辆。\n领导干部用车\t3\n其他用车\t4\n"
    assert grids(text) == [[["领导干部用车", "3"], ["其他用车", "4"]]]


def test_a_table_of_small_numbers_is_no_table_of_contents() -> None:
    assert grids("公务用车\t3\n领导干部用车\t4\n") == [[["公务用车", "3"], ["领导干部用车", "4"]]]


def test_rows_between_bars_are_a_grid_without_their_ruling() -> None:
    text = "| 项目 | 决算数 |\n|---|---:|\n| 基本支出 | 1,977.18 |\n│ 项目支出 │ 42.88 │\n"
    assert grids(text) == [[[" 项目 ", " 决算数 "], [" 基本支出 ", " 1,977.18 "], [" 项目支出 ", " 42.88 "]]]


def test_residual_markup_becomes_what_it_showed() -> None:
    text = (
        '项目类别\t1. 部门预算项目 <input checked="" type="checkbox"/>\t2. 财政专项资金 <input type="checkbox"/>\n\n'
        "备注：<p>1. 目标值&nbsp;$>X$，得分 $\\leq$ 权重；</p><br/>A&lt;B\n"
    )
    assert grids(text) == [[["项目类别", "1. 部门预算项目 ☑", "2. 财政专项资金 ☐"]]]
    assert "".join(lines(text)[0].split()) == "备注：1.目标值$>X$，得分$\\leq$权重；A<B"


def test_a_comparison_sign_is_no_markup() -> None:
    assert lines("当 A<B 且 C>D 时，得分=权重*B/A，以<50万元>为限。") == [
        "当 A<B 且 C>D 时，得分=权重*B/A，以<50万元>为限。"
    ]


def test_a_html_table_inside_a_text_is_a_grid_where_it_stands() -> None:
    text = "收入决算表\n<table><tr><td>科目</td><td>金额</td></tr><tr><td>合计</td><td>1.00</td></tr></table>\n注：无\n"
    blocks = decode(text.encode()).blocks
    assert [type(block) for block in blocks] == [TextLine, Grid, TextLine]
    assert grids(text) == [[["科目", "金额"], ["合计", "1.00"]]]


def test_a_form_feed_starts_a_page_and_marks_the_edges() -> None:
    decoded = decode("页眉\n标题\n正文一\n正文二\n\n1\n\f页眉\n标题二\n2\n".encode())
    marks = [(b.text, b.page, b.edge) for b in decoded.blocks if isinstance(b, TextLine)]
    assert decoded.pages == 2
    assert marks == [
        ("页眉", 1, "top"),
        ("标题", 1, "top"),
        ("正文一", 1, None),
        ("正文二", 1, "bottom"),
        ("1", 1, "bottom"),
        ("页眉", 2, "top"),
        ("标题二", 2, "top"),
        ("2", 2, "bottom"),
    ]


def test_three_empty_lines_start_a_page_only_where_no_form_feed_does() -> None:
    assert decode("甲\n\n\n\n乙\n".encode()).pages == 2
    assert decode("甲\n\n\n乙\n".encode()).pages == 1
    assert decode("甲\n\n\n\n乙\f丙\n".encode()).pages == 2
    assert decode("甲\n\n\n\n乙\n\f".encode()).pages == 2


def test_a_text_of_one_page_has_no_edges() -> None:
    assert {b.edge for b in decode("甲\n乙\n丙\n".encode()).blocks if isinstance(b, TextLine)} == {None}


def test_a_marked_heading_keeps_its_level_and_loses_its_marks() -> None:
    block = decode("## 第二部分 决算表\n".encode()).blocks[0]
    assert block == TextLine("第二部分 决算表", heading=2)


def test_control_characters_are_no_words() -> None:
    assert lines("一、主要\x0c职责\x07\n") == ["一、主要", "职责"]


def test_a_text_of_a_hundred_documents_takes_about_a_hundred_times_as_long(gedian: Path) -> None:
    data = gedian.read_bytes()
    decode(data)

    def cost(content: bytes, times: int) -> float:
        begin = time.process_time()
        for _ in range(times):
            decode(content)
        return (time.process_time() - begin) / times

    assert cost(data * 50, 1) < 120 * cost(data, 5)


def test_a_single_line_of_megabytes_is_read_whole() -> None:
    line = "收入合计2,020.06万元，" * 200_000
    begin = time.process_time()
    decoded = decode(line.encode())
    assert time.process_time() - begin < 3
    assert decoded.blocks == (TextLine(line),)


def test_line_ends_never_become_hard(wuhan: Path) -> None:
    assert not any(b.hard for b in decode(wuhan.read_bytes()).blocks if isinstance(b, TextLine))


def test_windows_line_ends_and_an_ending_form_feed_change_no_block(wuhan: Path) -> None:
    data = wuhan.read_bytes()
    assert decode(re.sub(rb"\n", b"\r\n", data)).blocks == decode(data).blocks
    assert decode(data + b"\f").blocks == decode(data).blocks


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="一合计、（1）2.0,万元。|│-目录\t\n\n \u3000\f#", min_size=1))
def test_no_character_of_a_text_is_lost_but_layout(text: str) -> None:
    text = "收" + text
    kept = "".join(published(decode(text.encode()).blocks).split())
    layout = str.maketrans("", "", "#|│-")
    assert kept.translate(layout) == "".join(text.split()).translate(layout)
