"""PDF to blocks: what is seen on the page decides, not the order in which the file stores it."""

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from scrapers.blocks import Cell, Decoded, Grid, Image, TextLine, UndecodableError
from scrapers.decode import decode
from scrapers.decode.limits import Limits

_FONT = "STSong-Light"
_SIZE = 10


def drawn(*pages: Callable[[Canvas], object], **settings: object) -> bytes:
    """A PDF of pages that are drawn by hand; y counts from the page's foot, in points."""
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1, **settings)  # type: ignore[arg-type]
    for page in pages:
        canvas.setFont(_FONT, _SIZE)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def words(*placed: tuple[float, float, str]) -> Callable[[Canvas], None]:
    """A page of words, each at its left end and base line; one that begins with → ends there."""

    def page(canvas: Canvas) -> None:
        for x, y, text in placed:
            (canvas.drawRightString if text.startswith("→") else canvas.drawString)(x, y, text.removeprefix("→"))

    return page


def boxes(xs: list[float], ys: list[float], texts: list[list[str]]) -> Callable[[Canvas], None]:
    """A page with one ruled table: rules at all xs and ys (from the top down), texts in its cells."""

    def page(canvas: Canvas) -> None:
        canvas.grid(xs, ys)
        for y, row in zip(ys[1:], texts, strict=True):
            for x, text in zip(xs, row, strict=False):
                canvas.drawString(x + 3, y + 5, text)

    return page


def grids(decoded: Decoded) -> list[list[list[str]]]:
    """The texts of the tables."""
    return [[[cell.text for cell in row] for row in b.rows] for b in decoded.blocks if isinstance(b, Grid)]


def _spans(cell: Cell) -> tuple[str, int, int]:
    return cell.text, cell.rowspan, cell.colspan


def lines(decoded: Decoded) -> list[str]:
    return [b.text for b in decoded.blocks if isinstance(b, TextLine)]


# Lines


def test_words_are_read_as_they_stand_not_as_they_are_stored() -> None:
    page = words((162, 700, "603.14万元，占20.51%；"), (72, 680, "其他收入无。"), (72, 700, "其中：财政拨款收入"))
    assert lines(decode(drawn(page))) == ["其中：财政拨款收入603.14万元，占20.51%；", "其他收入无。"]


def test_two_numbers_beside_each_other_stay_two() -> None:
    page = words((72, 700, "2016.24"), (120, 700, "30"))
    assert lines(decode(drawn(page))) == ["2016.24 30"]


def test_a_letter_printed_over_itself_is_bold_not_doubled() -> None:
    page = words((72, 700, "收入总表"), (72.3, 700, "收入总表"), (72, 700.2, "收入总表"))
    assert lines(decode(drawn(page))) == ["收入总表"]


def test_italics_are_content_and_a_watermark_is_not() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "增长")
        canvas.saveState()
        canvas.transform(1, 0, 0.33, 1, 92, 700)
        canvas.drawString(0, 0, "13.69")
        canvas.restoreState()
        canvas.drawString(120, 700, "%。")
        canvas.saveState()
        canvas.translate(200, 300)
        canvas.rotate(40)
        canvas.drawString(0, 0, "内部资料")
        canvas.restoreState()

    assert lines(decode(drawn(page))) == ["增长13.69%。"]


def test_a_single_letter_of_a_font_that_is_nowhere_is_not_lost() -> None:
    page = words((72, 700, "出"), (72, 680, "支出合计"))
    assert lines(decode(drawn(page))) == ["出", "支出合计"]


def test_edges_are_marked_on_each_page_of_several() -> None:
    sheet = words(*((72, 700 - 20 * n, f"第{n}行") for n in range(6)))
    decoded = decode(drawn(sheet, sheet))
    assert decoded.pages == 2
    edges = [b.edge for b in decoded.blocks if isinstance(b, TextLine) and b.page == 2]
    assert edges == ["top", "top", None, None, "bottom", "bottom"]


# Where things stand


def test_a_line_says_where_it_stands_and_where_each_of_its_characters_ends() -> None:
    (line,) = decode(drawn(words((72, 700, "收入"), (112, 700, "20.06"), (160, 700, "30")))).blocks
    assert isinstance(line, TextLine)
    assert line.box is not None
    assert (line.text, len(line.stops)) == ("收入 20.06 30", len("收入 20.06 30"))
    # Chinese letters are 10 points wide, digits 5, the point 2; a space reaches to the next letter.
    assert [round(x) for x in line.stops] == [82, 92, 112, 117, 122, 124, 129, 133, 160, 165, 170]
    assert (round(line.box.left), round(line.box.right)) == (72, 170)
    assert line.box.holds(75, 842 - 703)
    assert not line.box.holds(75, 842 - 720)


def test_a_cell_says_where_its_words_stand_and_an_empty_one_nothing() -> None:
    page = boxes([50, 150, 250], [700, 680, 660], [["名称", "12.30"], ["合计", ""]])
    (grid,) = [b for b in decode(drawn(page)).blocks if isinstance(b, Grid)]
    box = grid.rows[0][1].box
    assert box is not None
    assert (round(box.left), round(box.right)) == (153, 174)
    assert 842 - 700 < box.top < 842 - 685 < box.bottom < 842 - 680
    assert grid.rows[1][1].box is None


def test_a_cell_of_a_borderless_table_says_where_its_words_stand() -> None:
    rows = [(700 - 18 * n, f"{n + 1}01", f"→{n}2.50", f"→{n}7.00") for n in range(4)]
    page = words(*((60, y, c) for y, c, *_ in rows), *((x, r[0], r[i]) for r in rows for i, x in ((2, 200), (3, 300))))
    (grid,) = [b for b in decode(drawn(page)).blocks if isinstance(b, Grid)]
    box = grid.rows[2][1].box
    assert (grid.rows[2][1].text, box is not None and round(box.right)) == ("22.50", 200)


def test_a_picture_says_where_it_stands() -> None:
    from PIL import Image as Picture
    from reportlab.lib.utils import ImageReader

    scan = ImageReader(Picture.new("L", (20, 28), 230))
    (image,) = decode(drawn(lambda c: c.drawImage(scan, 95, 142, 400, 600))).blocks
    assert isinstance(image, Image)
    assert image.box is not None
    assert [round(x) for x in image.box] == [95, 100, 495, 700]


# Ruled tables


def test_cells_are_where_rules_meet_and_merged_where_one_is_missing() -> None:
    def page(canvas: Canvas) -> None:
        canvas.lines([(50, y, 350, y) for y in (700, 680, 660, 640)] + [(x, 640, x, 680) for x in (50, 150, 250, 350)])
        canvas.lines([(50, 680, 50, 700), (150, 680, 150, 700), (350, 680, 350, 700)])
        for x, y, text in ((60, 685, "项目"), (200, 685, "支出"), (160, 665, "基本支出"), (260, 665, "项目支出")):
            canvas.drawString(x, y, text)
        canvas.drawString(60, 645, "合计")
        canvas.drawRightString(245, 645, "1,178.72")

    (grid,) = [b for b in decode(drawn(page)).blocks if isinstance(b, Grid)]
    assert [_spans(cell) for cell in grid.rows[0]] == [("项目", 1, 1), ("支出", 1, 2)]
    assert [[c.text for c in row] for row in grid.rows[1:]] == [["", "基本支出", "项目支出"], ["合计", "1,178.72", ""]]


def test_rules_drawn_as_thin_boxes_and_in_pieces_are_rules() -> None:
    def page(canvas: Canvas) -> None:
        for y in (700, 680, 660):
            for x in range(50, 250, 50):
                canvas.rect(x, y, 49.5, 0.5, stroke=0, fill=1)
        for x in (50, 150, 250):
            canvas.rect(x, 660, 0.5, 19.5, stroke=0, fill=1)
            canvas.rect(x, 680, 0.5, 19.5, stroke=0, fill=1)
        for x, y, text in ((60, 685, "名称"), (160, 685, "金额"), (60, 665, "合计"), (160, 665, "3.00")):
            canvas.drawString(x, y, text)

    assert grids(decode(drawn(page))) == [[["名称", "金额"], ["合计", "3.00"]]]


def test_a_table_that_is_open_at_its_sides_keeps_its_outer_columns() -> None:
    def page(canvas: Canvas) -> None:
        canvas.lines([(50, y, 350, y) for y in (700, 680, 660)] + [(200, 660, 200, 700)])
        for x, y, text in ((60, 685, "名称"), (210, 685, "金额"), (60, 665, "合计"), (210, 665, "3.00")):
            canvas.drawString(x, y, text)

    assert grids(decode(drawn(page))) == [[["名称", "金额"], ["合计", "3.00"]]]


def test_codes_in_three_cells_stay_three_cells() -> None:
    page = boxes([50, 80, 110, 140, 300, 400], [700, 680, 660], [["208", "05", "05", "缴费支出", "6.18"], ["208"] * 5])
    assert grids(decode(drawn(page)))[0][0] == ["208", "05", "05", "缴费支出", "6.18"]


def test_words_that_run_over_an_empty_cell_stay_in_theirs() -> None:
    page = boxes([50, 100, 300, 400], [700, 680, 660], [["国有资本经营预算财政拨款", "", "1.00"], ["合计", "", "2.00"]])
    assert grids(decode(drawn(page)))[0][0] == ["国有资本经营预算财政拨款", "", "1.00"]


def test_an_amount_broken_to_fit_its_cell_is_one_amount() -> None:
    def page(canvas: Canvas) -> None:
        canvas.grid([50, 100, 150], [700, 660])
        canvas.drawString(52, 685, "171,915,1")
        canvas.drawString(52, 670, "69.00")
        canvas.drawString(110, 685, "12.00")
        canvas.drawString(110, 670, "34.00")

    assert grids(decode(drawn(page))) == [[["171,915,169.00", "12.00\n34.00"]]]


def test_a_boxed_paragraph_is_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(50, 600, 400, 100)
        canvas.drawString(60, 650, "本部门无相关收支项目。")

    decoded = decode(drawn(page))
    assert (grids(decoded), lines(decoded)) == ([], ["本部门无相关收支项目。"])


def test_a_row_broken_by_the_end_of_a_page_is_one_row() -> None:
    xs: list[float] = [50, 136, 200]
    first = boxes(xs, [100, 80, 60], [["十六、金融支出", "1.00"], ["十七、国土海洋气", ""]])
    second = boxes(xs, [800, 780, 760], [["象等支出", ""], ["十八、住房保障支", "2.00"]])
    assert grids(decode(drawn(first, second))) == [
        [["十六、金融支出", "1.00"], ["十七、国土海洋气\n象等支出", ""]],
        [["十八、住房保障支", "2.00"]],
    ]
    begun = next(b for b in decode(drawn(first, second)).blocks if isinstance(b, Grid)).rows[1][0]
    # Where it began: the rest stands on another page.
    assert begun.box is not None
    assert begun.box.height < 20


def test_a_row_of_its_own_is_not_joined_over_the_end_of_a_page() -> None:
    xs: list[float] = [50, 136, 200]
    first = boxes(xs, [100, 80, 60], [["十六、金融支出", "1.00"], ["十七、国土海洋气", ""]])
    second = boxes(xs, [800, 780, 760], [["十八、其他支出", ""], ["合计", "2.00"]])
    assert len(grids(decode(drawn(first, second)))[1]) == 2


def test_a_table_that_goes_on_with_fewer_rules_has_the_columns_it_began_with() -> None:
    first = boxes([50, 70, 90, 110, 250, 350], [100, 80, 60], [["类", "款", "项", "合计", "9.00"], ["205"] * 5])
    second = boxes([50, 110, 250, 350], [800, 780, 760], [["2060201", "机构运行", "8.28"], ["208", "就业支出", "1.00"]])
    below = [b for b in decode(drawn(first, second)).blocks if isinstance(b, Grid)][1]
    assert [_spans(cell) for cell in below.rows[0]] == [("2060201", 1, 3), ("机构运行", 1, 1), ("8.28", 1, 1)]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_stored_on_its_side_is_read_upright(turn: int) -> None:
    plain = drawn(boxes([50, 150, 250], [700, 680, 660], [["名称", "金额"], ["合计", "3.00"]]))
    document = pypdfium2.PdfDocument(plain)
    out = io.BytesIO()
    try:
        document[0].set_rotation(turn)
        document.save(out)
    finally:
        document.close()
    # The file says how to turn the page, its words say that it stands as it should.
    assert grids(decode(out.getvalue())) == [[["名称", "金额"], ["合计", "3.00"]]]


# Borderless tables


def test_amounts_below_each_other_are_columns() -> None:
    rows = [("201", "一般公共服务支出", "264.87", "62.63"), ("20139", "社会工作事务", "264.87", "62.63")]
    rows += [("2013901", "行政运行", "51.32", "51.32"), ("2013999", "其他社会工作事务支出", "202.24", "")]
    page = words(
        (60, 720, "科目编码"), (130, 720, "科目名称"), (300, 720, "合计"), (380, 720, "基本支出"),
        *((60, 700 - 18 * n, code) for n, (code, *_) in enumerate(rows)),
        *((120, 700 - 18 * n, name) for n, (_, name, *_) in enumerate(rows)),
        *((330, 700 - 18 * n, "→" + total) for n, (*_, total, _) in enumerate(rows)),
        *((420, 700 - 18 * n, "→" + basic) for n, (*_, basic) in enumerate(rows) if basic),
    )  # fmt: skip
    assert grids(decode(drawn(page))) == [[["科目编码", "科目名称", "合计", "基本支出"], *map(list, rows)]]


def test_sentences_with_amounts_are_no_table() -> None:
    page = words(
        *((72, 700 - 18 * n, "较上年减少部门支出") for n in range(5)),
        *((200, 700 - 18 * n, f"→1,65{n}.00") for n in range(5)),
        *((206, 700 - 18 * n, "万元，主要用于在职人员支出。") for n in range(5)),
    )
    assert grids(decode(drawn(page))) == []


def test_a_name_that_fills_its_column_goes_on_in_the_line_below() -> None:
    rows = ((700, "一、财政拨款收入", "10.00"), (676, "二、使用非财政拨款结余和", "20.00"), (663, "专用结余", ""))
    rows += ((639, "三、其他收入", "30.00"), (615, "四、利息", "1.00"))
    page = words(*((60, y, name) for y, name, _ in rows), *((260, y, "→" + amount) for y, _, amount in rows if amount))
    (table,) = grids(decode(drawn(page)))
    assert [row[0] for row in table] == [
        "一、财政拨款收入",
        "二、使用非财政拨款结余和\n专用结余",
        "三、其他收入",
        "四、利息",
    ]
    assert [row[1] for row in table] == ["10.00", "20.00", "30.00", "1.00"]


def test_a_cell_that_stands_between_rows_spans_them() -> None:
    rows = (
        (700, "服务对象数量", "5040"),
        (676, "编印材料数量", "850"),
        (652, "验收合格率", "100"),
        (628, "任务完成率", "98"),
    )
    page = words(
        *((160, y, name) for y, name, _ in rows), *((300, y, "→" + target) for y, _, target in rows),
        (60, 688, "数量指标"), (60, 652, "质量指标"), (60, 628, "时效指标"),
        *((360, y, "→" + target) for y, _, target in rows),
    )  # fmt: skip
    (grid,) = [b for b in decode(drawn(page)).blocks if isinstance(b, Grid)]
    assert _spans(grid.rows[0][0]) == ("数量指标", 2, 1)
    assert [cell.text for cell in grid.rows[1]] == ["编印材料数量", "850", "850"]
    assert [cell.text for cell in grid.rows[2]] == ["质量指标", "验收合格率", "100", "100"]


def test_a_table_without_amounts_is_a_table() -> None:
    page = words(
        *((x, 700, name) for x, name in ((60, "科目编码"), (160, "科目名称"), (300, "合计"), (400, "基本支出"))),
        (130, 680, "合计"),
        (60, 650, "注：本单位无国有资本经营预算财政拨款支出，故本表为空表。"),
    )
    decoded = decode(drawn(page))
    assert grids(decoded)[0][0] == ["科目编码", "科目名称", "合计", "基本支出"]
    assert lines(decoded) == ["注：本单位无国有资本经营预算财政拨款支出，故本表为空表。"]


def test_a_total_between_the_lines_of_a_heading_is_part_of_it() -> None:
    rows = [("一、财政拨款", "一、外交支出"), ("二、事业收入", "二、国防支出"), ("三、其他收入", "三、教育支出")]
    page = words(  # Nothing was spent: no amount tells the rows.
        (80, 706, "项目"), (190, 706, "项目"), (320, 700, "合计"),
        (380, 706, "一般公共预算"), (400, 694, "拨款"), (460, 706, "政府性基金预算"), (485, 694, "拨款"),
        *((60, 670 - 18 * n, left) for n, (left, _) in enumerate(rows)),
        *((170, 670 - 18 * n, right) for n, (_, right) in enumerate(rows)),
        *((325, 670 - 18 * n, "无") for n in range(len(rows))),
    )  # fmt: skip
    (table,) = grids(decode(drawn(page)))
    assert table[0] == ["项目", "项目", "合计", "一般公共预算\n拨款", "政府性基金预算\n拨款"]


def test_a_table_that_goes_on_has_the_columns_of_all_its_pages() -> None:
    def rows(count: int, *, filled: bool) -> list[tuple[float, float, str]]:
        found: list[tuple[float, float, str]] = []
        for n in range(count):
            y = 760 - 18 * n
            found += [(60, y, f"2080{n + 101}"), (140, y, "行政运行"), (330, y, f"→{n + 1}2.00")]
            found += [(420, y, f"→{n + 1}1.00")] if filled else [(510, y, f"→{n + 1}3.00")]
        return found

    first, second = grids(decode(drawn(words(*rows(38, filled=True)), words(*rows(4, filled=False)))))
    assert [len(row) for row in (*first, *second)] == [5] * 42
    assert second[0][2:] == ["12.00", "", "13.00"]


# Pages that cannot be read, files that are not


def test_a_page_of_a_picture_alone_is_an_image() -> None:
    from PIL import Image as Picture
    from reportlab.lib.utils import ImageReader

    scan = ImageReader(Picture.new("L", (200, 280), 230))
    decoded = decode(drawn(lambda c: c.drawImage(scan, 0, 0, 595, 842), words((72, 700, "第二页"))))
    assert [type(b) for b in decoded.blocks] == [Image, TextLine]
    assert decoded.blocks[0].page == 1
    assert [(t.code, t.page) for t in decoded.troubles] == [("page.unread", 1)]


def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UndecodableError) as caught:
        decode(data, name="决算.pdf", limits=limits or Limits())
    assert "决算.pdf" in str(caught.value)
    return caught.value.reason


def test_a_file_with_a_password_says_so() -> None:
    assert refused(drawn(words((72, 700, "密")), encrypt=StandardEncryption("secret", canPrint=0))) == "encrypted"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF", b"%PDF-1.5\n1 0 obj\n<<>>\nendobj"])
def test_a_file_that_holds_no_document_is_damaged(data: bytes) -> None:
    assert refused(data) in ("damaged", "empty")


def test_more_pages_than_the_limit_are_refused() -> None:
    sheet = words((72, 700, "页"))
    assert refused(drawn(*[sheet] * 4), Limits(pages=3)) == "limit"


def test_a_file_of_blank_pages_is_empty() -> None:
    assert refused(drawn(words())) == "empty"


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.8, 0.95])
def test_a_file_cut_off_is_read_as_far_as_it_goes_or_refused(cut: float) -> None:
    whole = drawn(*(boxes([50, 150, 250], [700, 680], [["合计", f"{n}.00"]]) for n in range(8)))
    told = ""
    rows: list[list[str]] = []
    try:
        rows = [row for grid in grids(decode(whole[: int(len(whole) * cut)])) for row in grid]
    except UndecodableError as error:
        told = error.reason
    assert told in ("damaged", "empty") or (rows and all(row[0] == "合计" for row in rows))


# Published documents


@pytest.fixture(scope="module")
def corpus(disclosures: Path) -> dict[str, Decoded]:
    return {path.stem: decode(path.read_bytes()) for path in sorted((disclosures / "corpus").glob("*.pdf"))}


def _on(decoded: Decoded, page: int) -> list[Grid]:
    return [b for b in decoded.blocks if isinstance(b, Grid) and b.page == page]


def _shape(grid: Grid) -> tuple[int, int]:
    return len(grid.rows), max(sum(cell.colspan for cell in row) for row in grid.rows)


def test_every_letter_of_every_published_document_is_kept_once(corpus: dict[str, Decoded], disclosures: Path) -> None:
    for name, decoded in corpus.items():
        document = pypdfium2.PdfDocument(disclosures / "corpus" / f"{name}.pdf")
        printed: Counter[str] = Counter()
        try:
            for page in document:
                text = page.get_textpage()
                printed.update("".join(text.get_text_range().split()))
                text.close()
                page.close()
        finally:
            document.close()
        read: Counter[str] = Counter()
        for block in decoded.blocks:
            if isinstance(block, TextLine):
                read.update("".join(block.text.split()))
            elif isinstance(block, Grid):
                read.update("".join("".join(cell.text.split()) for row in block.rows for cell in row))
        assert (printed - read, read - printed) == (Counter(), Counter()), name


@pytest.mark.parametrize(
    ("name", "page", "shapes"),
    [
        ("final-2023-swu", 8, [(18, 4)]),
        ("final-2023-swu", 10, [(13, 10)]),
        ("final-2023-swu", 15, [(11, 8)]),
        ("final-2024-putuo-shehuigongzuobu", 13, [(40, 6)]),
        ("final-2024-putuo-shehuigongzuobu", 14, [(5, 12)]),
        ("budget-2018-js-jianchayuan", 15, [(2, 5), (7, 4), (5, 3)]),
        ("budget-2018-js-weibangongting-tables", 3, [(26, 6)]),
        ("budget-2019-js-jianchayuan", 22, [(16, 6)]),
        ("budget-2025-putuo-shangwuwei-department", 10, [(17, 9)]),
    ],
)
def test_published_tables_have_the_rows_and_columns_that_are_seen(
    corpus: dict[str, Decoded], name: str, page: int, shapes: list[tuple[int, int]]
) -> None:
    assert [_shape(grid) for grid in _on(corpus[name], page)] == shapes


def test_published_sentences_are_not_taken_for_tables(corpus: dict[str, Decoded]) -> None:
    tables = {name: {b.page for b in d.blocks if isinstance(b, Grid)} for name, d in corpus.items()}
    assert tables["budget-2018-js-weibangongting-text"] == set()
    assert tables["budget-2018-js-jianchayuan"] == set(range(13, 23 + 1))
    assert tables["final-2023-swu"] == set(range(8, 16))


def test_a_published_row_broken_by_the_end_of_a_page_is_one_row(corpus: dict[str, Decoded]) -> None:
    (grid,) = _on(corpus["budget-2018-js-jianchayuan"], 13)
    assert grid.rows[-1][2].text == "十七、国土海洋气象等支\n出"


def test_percents_in_italics_are_read(corpus: dict[str, Decoded]) -> None:
    page = [b.text for b in corpus["budget-2017-js-jianchayuan"].blocks if isinstance(b, TextLine) and b.page == 19]
    assert any("增长13.69%" in text.replace(" ", "") for text in page)
