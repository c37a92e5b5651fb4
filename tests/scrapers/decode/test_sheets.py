"""A spreadsheet reads as its sheets print."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt

from scrapers.blocks import Cell, Grid, TextLine, Trouble, UndecodableError
from scrapers.decode import decode, xlsx
from scrapers.decode.printing import printed
from scrapers.decode.xlscan import scanned
from tests.generator import office
from tests.generator.containers import S, book
from tests.generator.layouts import LAYOUTS, document
from tests.generator.ledger import make

ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("raw", "code", "shown"),
    [
        ("2020.6", "#,##0.00", "2,020.60"),
        ("2020.0599999999999", "0.00_ ", "2020.06"),
        ("2020.0599999999999", "General", "2020.06"),
        ("0.30000000000000004", "General", "0.3"),
        ("-5.5", ACCOUNTING, "-5.50"),
        ("0", ACCOUNTING, "-"),
        ("0", "0.00;-0.00;;@", ""),
        ("-12.5", "#,##0.00_);(#,##0.00)", "(12.50)"),
        ("0.1234", "0.00%", "12.34%"),
        ("5", "00", "05"),
        ("2.675", "0.00", "2.68"),
        ("-0.001", "0.00", "0.00"),
        ("1234.5", "#,##0.##", "1,234.5"),
        ("1234567", "#,##0,", "1,235"),
        ("12345678", '0!.0,"万"', "1234.6万"),
        ("171915169", "#,##0", "171,915,169"),
        ("2080505", "@", "2080505"),
        ("1e3", "General", "1000"),
        ("45292", 'yyyy"年"m"月"d"日"', "2024年1月1日"),
        ("45292.5", "yyyy-mm-dd hh:mm:ss", "2024-01-01 12:00:00"),
        ("1234.567", "[$¥-804]#,##0.00", "¥1,234.57"),
        ("nonsense", "0.00", "nonsense"),
        ("1e999", "0.00", "1e999"),
    ],
)
def test_a_number_prints_as_its_format_says(raw: str, code: str, shown: str) -> None:
    assert printed(raw, code) == shown


def row(n: int, *cells: str, hidden: bool = False) -> str:
    return f'<row r="{n}"{" hidden=" + chr(34) + "1" + chr(34) if hidden else ""}>{"".join(cells)}</row>'


def text(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def number(place: str, value: str, style: int = 0) -> str:
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def data(*rows: str, merged: tuple[str, ...] = (), before: str = "") -> str:
    ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merged)
    return f"{before}<sheetData>{''.join(rows)}</sheetData><mergeCells>{ranges}</mergeCells>"


TABLE = data(
    row(1, text("A1", "收入决算表")),
    row(2, text("A2", "项目"), text("B2", "决算数")),
    row(3, text("B3", "本年"), text("C3", "上年")),
    row(4, text("A4", "合计"), number("B4", "2020.6", 1), number("C4", "12", 1)),
    row(5, text("A5", "注：尾数误差。")),
    merged=("A1:C1", "A2:A3", "B2:C2"),
)


def test_a_title_and_a_note_are_lines_and_merged_ranges_are_cells() -> None:
    blocks = decode(book({"Sheet1": TABLE}, formats=("#,##0.00",))).blocks

    assert blocks == (
        TextLine("收入决算表", hard=True),
        Grid(
            (
                (Cell("项目", rowspan=2), Cell("决算数", colspan=2)),
                (Cell("本年"), Cell("上年")),
                (Cell("合计"), Cell("2,020.60"), Cell("12.00")),
            )
        ),
        TextLine("注：尾数误差。", hard=True),
    )


def test_a_sheet_is_a_page_and_a_hidden_one_is_left_out_and_told() -> None:
    plain = data(row(1, text("A1", "甲"), number("B1", "1")), row(2, text("A2", "乙"), number("B2", "2")))

    decoded = decode(book({"收入表": plain, "底稿": plain, "支出表": plain}, hidden=("底稿",)))

    assert [(b.text, b.page) for b in decoded.blocks if isinstance(b, TextLine)] == [("收入表", 1), ("支出表", 2)]
    assert decoded.pages == 2
    assert decoded.troubles == (Trouble("sheet.hidden", "底稿", 1),)


def test_hidden_rows_and_columns_are_left_out_and_told() -> None:
    xml = data(
        row(1, text("A1", "项目"), text("B1", "核对"), text("C1", "金额")),
        row(2, text("A2", "底数"), text("B2", "x"), number("C2", "9"), hidden=True),
        row(3, text("A3", "合计"), text("B3", "y"), number("C3", "7")),
        before='<cols><col min="2" max="2" hidden="1"/></cols>',
    )

    decoded = decode(book({"Sheet1": xml}))

    assert decoded.blocks == (Grid(((Cell("项目"), Cell("金额")), (Cell("合计"), Cell("7")))),)
    assert [trouble.code for trouble in decoded.troubles] == ["row.hidden", "column.hidden"]


def test_a_formula_prints_its_stored_result_and_one_without_is_told() -> None:
    xml = data(
        row(1, text("A1", "甲"), '<c r="B1" s="1"><f>SUM(B2:B9)</f><v>12.5</v></c>'),
        row(2, text("A2", "乙"), '<c r="B2"><f>[1]外!A1</f></c>'),
        row(3, text("A3", "丙"), '<c r="B3" t="e"><f>B1/0</f><v>#DIV/0!</v></c>'),
    )

    decoded = decode(book({"Sheet1": xml}, formats=("0.00",)))

    assert decoded.blocks == (
        Grid(((Cell("甲"), Cell("12.50")), (Cell("乙"), Cell("")), (Cell("丙"), Cell("#DIV/0!")))),
    )
    assert decoded.troubles == (
        Trouble("formula.uncached", "Sheet1!B2"),
        Trouble("cell.error", "Sheet1!B3 #DIV/0!"),
    )


def test_numbers_stored_as_text_keep_their_digits_and_codes_their_zeros() -> None:
    strings = "<si><t>2,020.60</t></si><si><r><t>教育</t></r><r><t>支出</t></r><rPh><t>jiaoyu</t></rPh></si>"
    xml = data(
        row(1, text("A1", "205"), text("B1", "02"), '<c r="C1" t="s"><v>1</v></c>', '<c r="D1" t="s"><v>0</v></c>')
    )

    (grid,) = decode(book({"Sheet1": xml}, strings=strings)).blocks

    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.rows[0]] == ["205", "02", "教育支出", "2,020.60"]


def test_a_total_without_amounts_stays_a_row() -> None:
    xml = data(
        row(1, text("A1", "政府性基金收支表")),
        row(2, text("A2", "项目"), text("B2", "本年收入"), text("C2", "本年支出")),
        row(3, text("A3", "合计")),
        row(4, text("A4", "本单位2023年无此项收支。")),
        merged=("A1:C1",),
    )

    blocks = decode(book({"Sheet1": xml})).blocks

    assert [type(block) for block in blocks] == [TextLine, Grid, TextLine]
    assert isinstance(blocks[1], Grid)
    assert len(blocks[1].rows) == 2


def test_a_sheet_of_prose_is_lines() -> None:
    xml = data(row(1, text("A1", "单位主要职能")), row(3, text("A3", "一、起草预算。&#10;二、公开决算。")))

    blocks = decode(book({"职能": xml})).blocks

    assert [block.text for block in blocks if isinstance(block, TextLine)] == [
        "单位主要职能",
        "一、起草预算。",
        "二、公开决算。",
    ]


def test_an_old_workbook_prints_the_same() -> None:
    paper = xlwt.Workbook()
    sheet = paper.add_sheet("Sheet1")
    style = xlwt.easyxf(num_format_str="#,##0.00")
    sheet.write_merge(0, 0, 0, 2, "收入决算表")
    sheet.write_merge(1, 2, 0, 0, "项目")
    sheet.write_merge(1, 1, 1, 2, "决算数")
    sheet.write(2, 1, "本年")
    sheet.write(2, 2, "上年")
    sheet.write(3, 0, "合计")
    sheet.write(3, 1, 2020.6, style)
    sheet.write(3, 2, 12, style)
    sheet.write(4, 0, "注：尾数误差。")
    hidden = paper.add_sheet("底稿")
    hidden.write(0, 0, "x")
    hidden.visibility = 1
    stream = io.BytesIO()
    paper.save(stream)

    decoded = decode(stream.getvalue())

    assert decoded.blocks == decode(book({"Sheet1": TABLE}, formats=("#,##0.00",))).blocks
    assert decoded.format == "xls"
    assert decoded.troubles == (Trouble("sheet.hidden", "底稿", 1),)


def test_one_template_as_xls_and_as_xlsx_reads_the_same(disclosures: Path) -> None:
    corpus = disclosures / "corpus"
    new = decode((corpus / "template-budget-2026-shanghai-unit.xlsx").read_bytes())
    old = decode((corpus / "template-budget-2026-shanghai.xls").read_bytes())

    assert new.blocks == old.blocks
    assert new.pages == old.pages == 16
    titles = {block.text for block in new.blocks if isinstance(block, TextLine)}
    assert "2026年预算单位财务收支预算总表" in titles


PLAIN = (
    '<row r="2" spans="1:3"><c r="A2" s="1" t="s"><v>0</v></c><c r="B2" s="1"/>'
    '<c r="C2"><f>B2+1</f><v>1.5</v></c></row>'
    '<row r="3"/><row r="5" hidden="1"><c r="A5" t="str"><f>A1</f><v>甲&amp;乙</v></c><c r="B5"><f>A9</f></c></row>'
    '<row r="6" ht="0"><c r="A6" t="b"><v>1</v></c><c r="B6" t="e"><v>#N/A</v></c></row><row r="7" ht="20"/>'
)


def sheet_of(rows: str, before: str = "") -> str:
    return f"{before}<sheetData>{rows}</sheetData>"


def read_as_xml(data: bytes, monkeypatch: pytest.MonkeyPatch) -> object:
    with monkeypatch.context() as patch:
        patch.setattr(xlsx, "scanned", lambda data, called, texts: None)
        return decode(data)


def outcome(data: bytes, read: Callable[[bytes], object] = decode) -> object:
    try:
        return read(data)
    except UndecodableError as error:
        return error.reason


def is_scanned(rows: str) -> bool:
    return scanned(f"<worksheet {S}>{sheet_of(rows)}</worksheet>".encode(), "a.xlsx") is not None


@pytest.mark.parametrize(
    "rows",
    [
        PLAIN,
        PLAIN + PLAIN.replace("2", "8"),
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>_x7532_&#20057;</t></is></c><c r="B1"><v>1&#50;</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>甲\r\n乙</t></is></c><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&lt;\ue000</v></c><c r="B1" t="str"><v>&amp;</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c><c r="B0"><v>2</v></c></row>',
    ],
)
def test_cells_taken_by_pattern_are_those_of_the_xml(rows: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = book({"表": sheet_of(rows)}, formats=("0.00",), strings="<si><t>项目</t></si>")

    assert is_scanned(rows)
    assert outcome(data) == outcome(data, read=lambda each: read_as_xml(each, monkeypatch))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("numbers", [True, False])
def test_a_saved_workbook_reads_the_same_either_way(
    layout: str, numbers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = office.xlsx(document(make(4), layout), numbers=numbers)

    assert decode(data) == read_as_xml(data, monkeypatch)


def test_a_published_workbook_reads_the_same_either_way(disclosures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (disclosures / "corpus" / "template-budget-2026-shanghai-unit.xlsx").read_bytes()

    assert decode(data) == read_as_xml(data, monkeypatch)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>教育</t></r><r><t>支出</t></r></is></c></row>',
        '<row r="1"><c t="n" r="A1"><v>1</v></c></row>',
        '<row><c><v>1</v></c><c r="C1"><v>2</v></c></row>',
        '<row r="1"><!-- <c r="A1"><v>1</v></c> --><c r="B1"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v><![CDATA[甲]]></v></c></row>',
        '<row hidden="1"><c r="A1"><v>1</v></c></row>',
    ],
)
def test_a_sheet_of_another_form_is_read_as_xml(rows: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = book({"表": sheet_of(rows)})

    assert not is_scanned(rows)
    assert outcome(data) == outcome(data, read=lambda each: read_as_xml(each, monkeypatch))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2">',
        '<row r="1"><c r="A1" t="str"><v>&nothing;</v></c></row>',
    ],
)
def test_a_sheet_that_is_malformed_is_damaged(rows: str) -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(book({"表": sheet_of(rows)}))

    assert caught.value.reason == "damaged"
