"""Pictures between the words of a document: tables and pages among them are read, or named where nobody can."""

import base64
import io
import zipfile
from collections.abc import Callable
from functools import cache
from typing import cast

import pypdfium2  # pyright: ignore
import pytest
from docx import Document as Word
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.drawing.image import Image as Placed
from PIL import Image as Picture
from PIL import ImageDraw

from scrapers.blocks import Block, Decoded, Grid, Image, TextLine
from scrapers.decode import decode
from scrapers.decode.isolation import Workers
from scrapers.decode.limits import LIMITS, Limits
from scrapers.decode.ocr import recognizer
from tests.generator.paper import Cell, Document, Paragraph, Sheet
from tests.generator.printed import Typesetting, printed

recognizing = pytest.mark.skipif(
    not recognizer.is_installed(), reason="NO RECOGNITION: install the extra ocr to test it"
)
ROWS = (
    ("科目编码", "科目名称", "本年支出合计", "基本支出"),
    ("", "合计", "2,393.92", "1,774.51"),
    ("208", "社会保障和就业支出", "79.39", "79.39"),
    ("213", "农林水支出", "-2,139.67", "1,520.26"),
)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "is_installed", lambda: False)


@cache
def table(form: str = "PNG") -> bytes:
    """A picture of a table of 420 × 260 points."""
    sheet = Sheet("05", "tables", "final.05", tuple(tuple(Cell(text) for text in row) for row in ROWS), 1)
    blocks = (Paragraph("t", "tables", ("一般公共预算财政拨款支出决算表",), "title"), sheet)
    setting = Typesetting(width=420, height=260, margin=36, size=11)
    return filed(drawn(printed(Document("某单位", 2023, "unit", "hubei", "决算", blocks), setting)), form)


@cache
def prose() -> bytes:
    """A picture of a page of words without a table."""
    words = tuple(f"本单位二〇二三年度收入支出总体情况说明第{n}段，与上年相比有所增加。" for n in range(1, 20))
    paper = Document("某单位", 2023, "unit", "hubei", "决算", (Paragraph("t", "text", words, "text"),))
    return filed(drawn(printed(paper, Typesetting(size=12))), "PNG")


def drawn(paper: bytes) -> Picture.Image:
    document = pypdfium2.PdfDocument(paper)
    bitmap = document[0].render(scale=150 / 72)  # pyright: ignore
    picture = cast("Picture.Image", bitmap.to_pil()).convert("RGB")  # pyright: ignore
    document.close()
    return picture


def photograph() -> bytes:
    """Shades without any paper, as large as a page."""
    across = Picture.linear_gradient("L").resize((1000, 1200))
    down = Picture.linear_gradient("L").transpose(Picture.Transpose.ROTATE_90).resize(across.size)
    return filed(Picture.merge("RGB", (across, down, across)))


def chart() -> bytes:
    """Bars in a frame."""
    picture = Picture.new("RGB", (700, 420), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((4, 4, 695, 415), outline="black", width=2)
    pen.line((60, 360, 660, 360), fill="black", width=2)
    for n, high in enumerate((120, 260, 190)):
        pen.rectangle((120 + n * 180, 360 - high, 220 + n * 180, 360), fill="steelblue")
    return filed(picture)


def filed(picture: Picture.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def word(picture: bytes, width: float = 420.0) -> bytes:
    document = Word()
    document.add_paragraph("上文")
    document.add_picture(io.BytesIO(picture), width=Pt(width))
    document.add_paragraph("下文")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def web(picture: bytes, size: str = "") -> bytes:
    packed = base64.b64encode(picture).decode()
    page = f"<html><body><p>上文</p><p><img {size} src='data:image/png;base64,{packed}'></p><p>下文</p></body></html>"
    return page.encode()


def book(picture: bytes, *cells: str) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for cell in cells:
        sheet.append([cell])
    sheet.add_image(Placed(io.BytesIO(picture)), "A1")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rows(decoded: Decoded) -> tuple[tuple[str, ...], ...]:
    (grid,) = (block for block in decoded.blocks if isinstance(block, Grid))
    return tuple(tuple(cell.text.replace("\n", "") for cell in row) for row in grid.rows)


def kinds(decoded: Decoded) -> list[type]:
    return [type(block) for block in decoded.blocks]


@recognizing
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: word(table()), id="word"),
        pytest.param(lambda: word(table("JPEG"), 300), id="word-smaller"),
        pytest.param(lambda: web(table()), id="page"),
        pytest.param(lambda: web(table(), "width=560 height=347px"), id="page-sized"),
    ],
)
def test_a_table_that_is_a_picture_stands_between_the_words_of_its_document(data: Callable[[], bytes]) -> None:
    decoded = decode(data())

    assert rows(decoded) == ROWS
    lines = [block for block in decoded.blocks if isinstance(block, TextLine)]
    assert [line.text for line in lines if line.confidence is None] == ["上文", "下文"]
    assert lines[1].text == "一般公共预算财政拨款支出决算表"
    assert (decoded.blocks[0], decoded.blocks[-1]) == (lines[0], lines[-1])
    assert not any(isinstance(block, Image) for block in decoded.blocks)
    assert decoded.troubles == ()


@recognizing
def test_what_is_read_in_a_picture_between_words_says_how_sure_it_is_and_has_no_place() -> None:
    decoded = decode(word(table()))

    (grid,) = (block for block in decoded.blocks if isinstance(block, Grid))
    cells = [cell for row in grid.rows for cell in row if cell.text]
    assert all(cell.confidence is not None and 0.5 < cell.confidence <= 1 for cell in cells)
    assert all(cell.box is None for cell in cells)
    assert all(block.box is None and not block.stops for block in decoded.blocks if isinstance(block, TextLine))


@recognizing
def test_a_page_of_words_that_is_a_picture_is_read() -> None:
    decoded = decode(word(prose(), 430))

    read = "".join(block.text for block in decoded.blocks if isinstance(block, TextLine))
    assert "收入支出总体情况说明第7段" in read
    assert Image not in kinds(decoded)


@recognizing
@pytest.mark.parametrize("picture", [photograph, chart])
def test_what_is_neither_table_nor_page_stays_a_picture(picture: Callable[[], bytes]) -> None:
    for data in (word(picture()), web(picture())):
        assert (kinds(decode(data)), decode(data).troubles) == ([TextLine, Image, TextLine], ())


@recognizing
def test_a_workbook_without_cells_is_read_from_the_pictures_on_its_sheets() -> None:
    assert rows(decode(book(table()))) == ROWS
    assert [block.text for block in decode(book(table(), "说明")).blocks if isinstance(block, TextLine)] == ["说明"]


@recognizing
def test_what_a_document_cuts_off_of_a_picture_is_not_read() -> None:
    whole, cut = word(table()), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(cut, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<a:stretch>", b'<a:srcRect t="30000"/><a:stretch>'))

    title = [any(is_title(block) for block in decode(data).blocks) for data in (whole, cut.getvalue())]
    assert title == [True, False]
    assert rows(decode(cut.getvalue()))[-1] == ROWS[-1]


def is_title(block: Block) -> bool:
    return isinstance(block, TextLine) and "决算表" in block.text


@recognizing
def test_a_worker_reads_the_pictures_of_a_document_as_anybody() -> None:
    with Workers() as workers:
        assert [workers.decode(data) == decode(data) for data in (word(table()), web(table()))] == [True, True]


@recognizing
def test_pictures_beyond_those_that_may_be_recognized_are_named() -> None:
    decoded = decode(web(table()), limits=Limits(recognized=0))

    assert [(trouble.code, trouble.what) for trouble in decoded.troubles] == [("picture.unread", "1.png")]
    assert kinds(decoded) == [TextLine, Image, TextLine]


@pytest.mark.usefixtures("without")
def test_without_the_extra_a_picture_that_may_hold_a_table_is_named() -> None:
    told = [decode(data) for data in (word(table()), web(table()), word(prose(), 430), book(table()))]

    assert [[(t.code, t.what) for t in decoded.troubles] for decoded in told] == [
        [("picture.unread", "image1.png")],
        [("picture.unread", "1.png")],
        [("picture.unread", "image1.png")],
        [("picture.unread", "image1.png")],
    ]
    assert all(Image in kinds(decoded) for decoded in told)


@pytest.mark.usefixtures("without")
def test_without_the_extra_ornaments_photographs_and_charts_cause_nothing() -> None:
    small = (word(table(), 120), web(table(), "width=160 height=100"))
    others = [made(picture()) for made in (word, web) for picture in (photograph, chart)]

    assert [decode(data).troubles for data in (*small, *others)] == [()] * 6


@pytest.mark.parametrize("installed", [pytest.param(True, marks=recognizing), False])
def test_a_picture_that_would_fill_all_memory_is_named_and_not_unpacked(
    monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    monkeypatch.setattr(recognizer, "is_installed", lambda: installed)
    few = Limits(pixels=876 * 542 - 1)

    assert few.pixels < LIMITS.pixels
    for data in (word(table()), web(table())):
        assert [trouble.code for trouble in decode(data, limits=few).troubles] == ["picture.unread"]


def test_a_picture_that_is_broken_costs_its_document_nothing() -> None:
    decoded = decode(web(table()[:5000]))

    assert kinds(decoded) == [TextLine, Image, TextLine]
    assert decoded.troubles == ()
