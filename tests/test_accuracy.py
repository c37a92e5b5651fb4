"""The account of accuracy counts what is printed without asking the normalizer, and sees what is misread."""

from dataclasses import replace
from decimal import Decimal

from benchmarks.accuracy import account, expectation, held, nowhere, sheets
from scrapers.blocks import Cell, Decoded, Grid, TextLine
from tracker.normalize import normalize
from tracker.taxonomy import load

_HEAD = (("科目编码", "科目名称", "合计", "基本支出", "项目支出"),)
_ROWS = (
    ("204", "公共安全支出", "16,444.36", "10,883.36", "5,561.00"),
    ("20404", "检察", "16,444.36", "10,883.36", "5,561.00"),
    ("2040401", "行政运行", "10,883.36", "10,883.36", ""),
    ("2040402", "一般行政管理事务", "5,561.00", "", "5,561.00"),
    ("", "合计", "16,444.36", "10,883.36", "5,561.00"),
)


def printed(*rows: tuple[str, ...]) -> Decoded:
    lines = ("青禾市档案局2023年度部门决算", "第二部分 2023年度部门决算表", "支出决算表", "单位：万元")
    grid = Grid(tuple(tuple(Cell(text) for text in row) for row in (*_HEAD, *rows)))
    return Decoded((*(TextLine(line) for line in lines), grid), "pdf", "")


def test_codes_are_no_amounts_and_every_amount_is_counted() -> None:
    (sheet,) = sheets(printed(*_ROWS).blocks)

    assert sheet.title == "支出决算表"
    assert len(sheet.cells) == 13
    assert sheet.cells[0].value == Decimal("16444.36")
    assert (sheet.cells[0].row, sheet.cells[0].head) == ("公共安全支出", "合计")


def test_row_numbers_and_column_numbers_are_no_amounts() -> None:
    rows = (
        ("项目", "行次", "金额"),
        ("栏次", "", "1"),
        ("一、财政拨款", "1", "20"),
        ("二、事业收入", "2", "5"),
        ("合计", "3", "25"),
    )
    blocks = (TextLine("收入支出决算总表"), Grid(tuple(tuple(Cell(text) for text in row) for row in rows)))

    (sheet,) = sheets(blocks)

    assert [cell.text for cell in sheet.cells] == ["20", "5", "25"]


def test_a_form_of_performance_is_no_statement() -> None:
    rows = (("一级指标", "分值"), ("产出指标", "40"))
    blocks = (TextLine("2023年度项目支出绩效自评表"), Grid(tuple(tuple(Cell(text) for text in row) for row in rows)))

    assert sheets(blocks) == []


def test_a_figure_on_another_line_is_not_read() -> None:
    decoded = printed(*_ROWS)
    (sheet,) = sheets(decoded.blocks)
    disclosure = normalize(decoded, load())
    (statement,) = disclosure.statements
    moved = tuple(
        replace(figure, label="检察", value="10883.36") if figure.code == "2040401" else figure
        for figure in disclosure.figures
    )

    right = held(statement, sheet, disclosure.figures, load())
    wrong = held(statement, sheet, moved, load())

    assert (right.printed, right.read, right.enough) == (13, 13, True)
    assert wrong.read == 11
    assert not wrong.enough


def test_a_sum_that_does_not_close_is_a_fault_unless_a_finding_tells_of_it() -> None:
    decoded = printed(*_ROWS[:-1], ("", "合计", "16,444.38", "10,883.36", "5,561.00"))

    told = account(decoded, "a.pdf", (), {}, ())
    explained = account(decoded, "a.pdf", (), {}, ("合计 16444.38 is not the sum of its lines",))

    assert any("16444.38 ≠ 16444.36" in fault for fault in told.faults())
    assert not any("≠" in fault for fault in explained.faults())


def test_the_key_says_template_page_and_scope() -> None:
    assert expectation({"kind": "单位预算模板", "fiscal_year": "2026"})["what"] == "template"
    page = expectation({"kind": "部门决算落地页", "fiscal_year": "2023", "unit": "西南大学"})
    assert (page["what"], "scope" in page) == ("page", False)
    assert expectation({"kind": "单位预算", "fiscal_year": "2025", "unit": "普陀区商务委员会"})["scope"] == "unit"


def test_another_identity_than_the_keys_is_a_fault() -> None:
    key = {"unit": "青禾市档案局", "year": 2024, "kind": "final", "scope": "department", "what": "disclosure"}

    told = account(printed(*_ROWS), "a.pdf", (), key, ())

    assert "identity: year is 2023, not 2024" in told.faults()


def test_a_number_of_the_pages_that_is_no_figure_is_named() -> None:
    disclosure = normalize(printed(*_ROWS), load())

    assert nowhere(["公共安全支出 16,444.36 另有 7.25 万元，截至2023.12"], disclosure.figures) == ["7.25"]
