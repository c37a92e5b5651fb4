"""A DOCX reads as it prints."""

import pytest

from scrapers.blocks import Block, Cell, Grid, Image, TextLine
from scrapers.decode import decode
from scrapers.decode.numbering import spelled
from tests.generator.containers import word


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def read(body: str, **parts: str) -> tuple[Block, ...]:
    return decode(word(body, **parts)).blocks


def texts(body: str, **parts: str) -> list[str]:
    return [block.text for block in read(body, **parts) if isinstance(block, TextLine)]


def level(depth: int, form: str, pattern: str) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
    )


LISTS = (
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCountingThousand", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
    + '</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
)


def item(depth: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="3"/></w:numPr>'


def test_numbers_that_a_list_prints_are_words_of_the_paragraph() -> None:
    body = (
        p("收入支出决算总体情况说明", item(0))
        + p("一般公共预算", item(1))
        + p("基本工资", item(2))
        + p("津贴补贴", item(2))
        + p("政府性基金", item(1))
        + p("公务接待费", item(2))
        + p("收入决算情况说明", item(0))
        + p("事业收入", item(1))
    )

    assert texts(body, numbering=LISTS) == [
        "一、收入支出决算总体情况说明",
        "（一）一般公共预算",
        "1.基本工资",
        "2.津贴补贴",
        "（二）政府性基金",
        "1.公务接待费",
        "二、收入决算情况说明",
        "（一）事业收入",
    ]


@pytest.mark.parametrize(
    ("count", "form", "shown"),
    [
        (10, "chineseCounting", "十"),
        (21, "chineseCounting", "二十一"),
        (110, "chineseCounting", "一百一十"),
        (1003, "chineseCounting", "一千零三"),
        (3, "chineseLegalSimplified", "叁"),
        (20, "decimalEnclosedCircle", "⑳"),
        (28, "lowerLetter", "bb"),
        (14, "upperRoman", "XIV"),
        (2, "ideographTraditional", "乙"),
        (7, "nothing that is known", "7"),
    ],
)
def test_a_number_is_spelled_as_its_format_says(count: int, form: str, shown: str) -> None:
    assert spelled(count, form) == shown


def test_styles_say_what_is_a_heading_and_what_is_numbered() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/>'
        + item(0)
        + '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="x"><w:name w:val="部分"/>'
        '<w:basedOn w:val="1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="t"><w:name w:val="Title"/></w:style>'
    )
    body = p("决算公开", '<w:pStyle w:val="t"/>') + p("总体情况", '<w:pStyle w:val="x"/>') + p("正文")

    lines = read(body, styles=styles, numbering=LISTS)

    assert [(b.text, b.heading) for b in lines if isinstance(b, TextLine)] == [
        ("决算公开", 1),
        ("一、总体情况", 1),
        ("正文", 0),
    ]


def test_a_merged_cell_stands_once_with_its_spans() -> None:
    body = tbl(
        tr(tc(p("项目"), '<w:vMerge w:val="restart"/>'), tc(p("决算数"), '<w:gridSpan w:val="2"/>')),
        tr(tc(p(""), "<w:vMerge/>"), tc(p("基本支出")), tc(p("项目支出"))),
        tr(tc(p("合计")), tc(p("2,020.06")), tc(p("1,010.00"))),
    )

    assert read(body) == (
        Grid(
            (
                (Cell("项目", rowspan=2), Cell("决算数", colspan=2)),
                (Cell("基本支出"), Cell("项目支出")),
                (Cell("合计"), Cell("2,020.06"), Cell("1,010.00")),
            )
        ),
    )


def test_cells_that_a_row_leaves_out_at_its_ends_keep_the_columns_in_place() -> None:
    body = tbl(
        tr(tc(p("类")), tc(p("款")), tc(p("金额"))),
        tr(tc(p("01")), tc(p("12.00")), properties='<w:gridBefore w:val="1"/>'),
    )

    assert read(body) == (Grid(((Cell("类"), Cell("款"), Cell("金额")), (Cell(""), Cell("01"), Cell("12.00")))),)


def test_what_is_not_printed_is_not_read() -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDETEXT "/etc/passwd"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>3</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )

    assert texts(body) == ["新3"]


def test_boxes_of_a_form_are_read_as_they_are_drawn() -> None:
    body = (
        '<w:p><w:r><w:sym w:font="Wingdings 2" w:char="F052"/><w:t>是</w:t>'
        '<w:sym w:font="Wingdings" w:char="F0A8"/><w:t>否</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"><w:ffData>'
        "<w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r></w:p>"
    )

    assert texts(body) == ["☑是☐否☑"]


def test_text_boxes_and_notes_follow_their_paragraph_once() -> None:
    box = "<w:txbxContent>" + p("框内") + "</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>收入合计</w:t><w:footnoteReference w:id='2'/></w:r><w:r><mc:AlternateContent "
        f"xmlns:mc='m'><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict>"
        f"</mc:Fallback></mc:AlternateContent></w:r></w:p>{p('下文')}"
    )
    notes = f'<w:footnote w:id="2">{p("不含结转")}</w:footnote><w:footnote w:id="3">{p("没有用到")}</w:footnote>'

    assert texts(body, footnotes=notes) == ["收入合计", "框内", "不含结转", "下文"]


def test_pages_are_counted_by_their_breaks() -> None:
    br = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    body = p("一") + br + br + p("二") + p("三", "<w:pageBreakBefore/>")
    decoded = decode(word(body))

    assert [(b.text, b.page) for b in decoded.blocks if isinstance(b, TextLine)] == [("一", 1), ("二", 2), ("三", 3)]
    assert decoded.pages == 3


def test_a_frame_around_prose_is_no_table_and_a_table_in_a_cell_follows() -> None:
    frame = tbl(tr(tc(p("第一段") + p("第二段"))))
    nested = tbl(tr(tc(p("甲")), tc(tbl(tr(tc(p("内")), tc(p("1.00")))) + p("乙"))))

    assert texts(frame) == ["第一段", "第二段"]
    assert read(nested) == (Grid(((Cell("甲"), Cell("乙")),)), Grid(((Cell("内"), Cell("1.00")),)))


def test_content_controls_hide_nothing() -> None:
    body = f"<w:sdt><w:sdtContent>{p('目录')}</w:sdtContent></w:sdt>" + tbl(
        f"<w:sdt><w:sdtContent>{tr(tc(p('甲')), '<w:sdt><w:sdtContent>' + tc(p('1.00')) + '</w:sdtContent></w:sdt>')}"
        "</w:sdtContent></w:sdt>"
    )

    assert read(body) == (TextLine("目录", hard=True), Grid(((Cell("甲"), Cell("1.00")),)))


def test_a_linked_picture_is_a_picture_and_nothing_is_fetched() -> None:
    body = (
        "<w:p><w:r><w:drawing><wp:docPr xmlns:wp='x' descr='收支总图'/><a:blip xmlns:a='y' r:link='rId9' "
        "xmlns:r='z'/></w:drawing></w:r></w:p>" + p("正文")
    )

    assert read(body) == (Image(alt="收支总图"), TextLine("正文", hard=True))


def test_a_line_break_ends_a_line_softly() -> None:
    body = "<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>"

    assert read(body) == (TextLine("甲"), TextLine("乙", hard=True))
