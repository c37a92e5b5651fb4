"""Lines to the stream of words, grids to full matrices."""

from scrapers.blocks import Cell, Grid, Image, TextLine
from tracker.folding import tidy
from tracker.normalize.flow import Picture, Stretch, Table
from tracker.normalize.reflow import matrix, reflow


def grid(*rows: str, page: int = 1) -> Grid:
    return Grid(tuple(tuple(Cell(text) for text in row.split("|")) for row in rows), page)


def words(table: Table) -> list[list[str]]:
    return [[slot.text for slot in row] for row in table.rows]


def test_a_wrap_leaves_no_trace_but_between_digits_and_between_latin_letters() -> None:
    lines = ["　　2023 年度收、支总计  2390.8  万", "元。", "项目支出2016.24", "30万元，附件 A", "BC公司"]

    (stretch,) = reflow([TextLine(line) for line in lines])

    assert isinstance(stretch, Stretch)
    assert stretch.text == "2023年度收、支总计2390.8万元。项目支出2016.24 30万元，附件A BC公司"
    assert stretch.text == tidy("\n".join(lines))
    assert [stretch.text[start : start + 2] for start in stretch.starts] == ["20", "元。", "项目", "30", "BC"]


def test_what_the_format_says_of_paragraphs_headings_and_pages_stays_as_hints() -> None:
    (stretch,) = reflow(
        [
            TextLine("一、主要职责", hard=True, heading=2),
            TextLine("负责社会"),
            TextLine("保险。", page=2, hard=True),
            TextLine("无", page=2),
        ]
    )

    assert isinstance(stretch, Stretch)
    assert stretch.hard == (0, 6, 13)
    assert stretch.headings == ((0, 6),)
    assert (stretch.page(0), stretch.page(9), stretch.page(10), stretch.page(13)) == (1, 1, 2, 2)


def test_blank_lines_are_nothing_and_pictures_stand_between() -> None:
    first, picture, second = reflow([TextLine("甲"), TextLine("　"), Image(2, "收入 决算表"), TextLine("乙")])

    assert isinstance(first, Stretch)
    assert isinstance(second, Stretch)
    assert (first.text, picture, second.text) == ("甲", Picture(2, "收入决算表"), "乙")


def test_merged_cells_are_written_out_as_covered_slots() -> None:
    rows = matrix(
        Grid(
            (
                (Cell("项 目", rowspan=2), Cell("决算数", colspan=2)),
                (Cell("合计"), Cell("基本支出")),
                (Cell("行政运行"), Cell("1,386.92"), Cell("")),
            )
        )
    )

    assert [[slot.text for slot in row] for row in rows] == [
        ["项目", "决算数", ""],
        ["", "合计", "基本支出"],
        ["行政运行", "1,386.92", ""],
    ]
    assert [[slot.covered for slot in row] for row in rows[:2]] == [[False, False, True], [True, False, False]]


def test_a_broken_span_makes_no_giant_table() -> None:
    rows = matrix(Grid(((Cell("合计", rowspan=1_000_000, colspan=1_000_000), Cell("1")),)))

    assert len(rows) == 1
    assert len(rows[0]) < 1000


def test_a_table_that_a_page_or_a_blank_line_cuts_is_one_table() -> None:
    blocks = [
        grid("序号|重要事项|完成情况", "1|扩面|完成"),
        TextLine(" "),
        grid("2|收入|完成", "3|支出|完成", page=2),
    ]

    (table,) = reflow(blocks)

    assert isinstance(table, Table)
    assert words(table) == [
        ["序号", "重要事项", "完成情况"],
        ["1", "扩面", "完成"],
        ["2", "收入", "完成"],
        ["3", "支出", "完成"],
    ]


def test_the_header_repeated_on_the_next_page_is_dropped() -> None:
    header = ("项目||本年支出合计|基本支出", "科目编码|科目名称||")
    blocks = [
        grid(*header, "208|社会保障和就业支出|1,588.55|1,545.67"),
        grid(*header, "210|卫生健康支出|216.74|216.74"),
    ]

    (table,) = reflow(blocks)

    assert isinstance(table, Table)
    assert [row[0] for row in words(table)] == ["项目", "科目编码", "208", "210"]


def test_a_table_cut_inside_its_header_is_one_table() -> None:
    blocks = [
        grid("收入|||支出||"),
        TextLine(""),
        grid("项目|行次|金额|项目|行次|金额", "一、财政拨款|1|20.00|一、支出|32|20.00"),
    ]

    (table,) = reflow(blocks)

    assert isinstance(table, Table)
    assert [row[0] for row in words(table)] == ["收入", "项目", "一、财政拨款"]


def test_a_short_last_part_belongs_to_the_form_before_it() -> None:
    (table,) = reflow([grid("项目名称||社保经费|", "数量指标||扩面|10"), grid("总分|99.95分|")])

    assert isinstance(table, Table)
    assert words(table)[-1] == ["总分", "99.95分", "", ""]


def test_tables_that_open_with_a_header_of_their_own_stay_apart() -> None:
    income = grid("项目||本年收入合计|财政拨款收入", "208|社会保障|1.00|1.00")
    spending = grid("项目||本年支出合计|基本支出", "208|社会保障|1.00|1.00")
    forms = [grid("单位名称|某中心", "项目名称|甲"), grid("单位名称|某中心", "项目名称|乙")]

    assert len(reflow([income, spending])) == 2
    assert len(reflow([income, TextLine("2023年度支出决算表"), spending])) == 3
    assert len(reflow(forms)) == 2


def test_budget_and_final_in_turn_below_the_items_are_the_rest_of_a_header() -> None:
    # SH, 三公: the items, then 预算数 and 决算数 of each, cut by a page between them.
    (table,) = reflow(
        [
            grid("合计||因公出国（境）费||公务接待费|"),
            grid("预算数|决算数|预算数|决算数|预算数|决算数", "1.00|2.00||||"),
        ]
    )

    assert isinstance(table, Table)
    assert len(table.rows) == 3
