"""Pictures of pages to the words and tables that they show, each letter with how sure it is."""

import io
import os
import zlib
from collections.abc import Callable
from functools import cache

import pytest

from scrapers.blocks import Decoded, Grid, Image, TextLine, UndecodableError
from scrapers.decode import decode
from scrapers.decode.isolation import Workers
from scrapers.decode.limits import Limits
from scrapers.decode.ocr import recognizer
from tests.generator.paper import Cell, Document, Paragraph, Sheet
from tests.generator.printed import Typesetting, printed

if not recognizer.is_installed():
    pytest.skip("NO RECOGNITION: install the extra ocr to test it", allow_module_level=True)

from PIL import Image as Picture
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.generator.scanned import KINDS, pages, scanned

ROWS = (
    ("科目编码", "科目名称", "本年支出合计", "基本支出"),
    ("", "合计", "2,393.92", "1,774.51"),
    ("208", "社会保障和就业支出", "79.39", "79.39"),
    ("2080505", "机关事业单位基本养老保险缴费支出", "73.93", "73.93"),
    ("213", "农林水支出", "-2,139.67", "1,520.26"),
)
SMALL = Typesetting(width=420, height=260, margin=36, size=11)


@cache
def paper(ruled: bool = True) -> bytes:
    sheet = Sheet("05", "tables", "final.05", tuple(tuple(Cell(text) for text in row) for row in ROWS), 1)
    blocks = (Paragraph("t", "tables", ("一般公共预算财政拨款支出决算表",), "title"), sheet)
    setting = SMALL if ruled else Typesetting(width=420, height=260, margin=36, size=11, ruled=False)
    return printed(Document("某单位", 2023, "unit", "hubei", "决算", blocks), setting)


def table(decoded: Decoded) -> tuple[tuple[str, ...], ...]:
    (grid,) = (block for block in decoded.blocks if isinstance(block, Grid))
    return tuple(tuple(cell.text.replace("\n", "") for cell in row) for row in grid.rows)


def said(decoded: Decoded) -> list[str]:
    return [block.text for block in decoded.blocks if isinstance(block, TextLine)]


def drawn(*steps: Callable[[Canvas], object]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for step in steps:
        step(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "worn"])
def test_a_table_is_read_from_its_picture_however_it_was_scanned(kind: str) -> None:
    decoded = decode(scanned(paper(), kind))

    assert table(decoded) == ROWS
    assert "一般公共预算财政拨款支出决算表" in said(decoded)
    assert decoded.troubles == ()


def test_a_table_without_rules_is_read_from_its_picture() -> None:
    assert table(decode(scanned(paper(ruled=False), "clean"))) == ROWS


def test_what_is_recognized_says_how_sure_it_is_and_where_it_stands() -> None:
    text, picture = decode(paper()), decode(scanned(paper(), "clean"))

    (before,) = (block for block in text.blocks if isinstance(block, Grid))
    (grid,) = (block for block in picture.blocks if isinstance(block, Grid))
    for old, new in zip(before.rows[1], grid.rows[1], strict=True):
        assert old.confidence is None
        if not new.text:
            continue
        assert new.confidence is not None
        assert 0.5 < new.confidence <= 1
        assert old.box is not None
        assert new.box is not None
        assert max(abs(a - b) for a, b in zip(old.box, new.box, strict=True)) < 4
    line = next(block for block in picture.blocks if isinstance(block, TextLine))
    assert line.confidence is not None
    assert len(line.stops) == len(line.text)


def test_a_page_that_lay_askew_is_read_level_and_told_as_it_lay() -> None:
    """The cells of the last row, on a page turned by two degrees, stand that much higher from column to column."""
    (level,) = (block for block in decode(scanned(paper(), "clean")).blocks if isinstance(block, Grid))
    (skewed,) = (block for block in decode(scanned(paper(), "skewed")).blocks if isinstance(block, Grid))

    rises: list[float] = []
    for grid in (level, skewed):
        first, last = grid.rows[-1][0].box, grid.rows[-1][-1].box
        assert first is not None
        assert last is not None
        rises.append((first.bottom - last.bottom) / (last.left - first.left))
    assert abs(rises[0]) < 0.01
    assert 0.025 < rises[1] < 0.045


def test_the_same_picture_says_the_same_each_time() -> None:
    data = scanned(paper(), "worn")
    assert decode(data) == decode(data)


def test_a_page_on_its_side_is_read_upright() -> None:
    (page,) = pages(paper(), "clean")
    turns = (Picture.Transpose.ROTATE_90, Picture.Transpose.ROTATE_270, Picture.Transpose.ROTATE_180)
    assert [table(decode(filed(page.transpose(turn), "PNG"))) for turn in turns] == [ROWS] * 3


def filed(page: Picture.Image, form: str, *more: Picture.Image) -> bytes:
    out = io.BytesIO()
    if more:
        page.save(out, form, dpi=(150, 150), save_all=True, append_images=more)
    else:
        page.save(out, form, dpi=(150, 150))
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_a_picture_file_is_a_page(form: str) -> None:
    (page,) = pages(paper(), "clean")
    decoded = decode(filed(page, form))

    assert (decoded.format, decoded.pages) == ("picture", 1)
    assert table(decoded) == ROWS


def test_a_picture_file_of_several_pages_is_read_page_by_page() -> None:
    (page,) = pages(paper(), "clean")
    decoded = decode(filed(page, "TIFF", Picture.new("RGB", page.size, "white"), page))

    assert [block.page for block in decoded.blocks if isinstance(block, Grid)] == [1, 3]
    assert [(trouble.code, trouble.page) for trouble in decoded.troubles] == [("page.unread", 2)]


def test_scanned_pages_among_pages_of_text_are_read_in_their_place() -> None:
    (page,) = pages(paper(), "clean")
    decoded = decode(
        drawn(
            lambda c: c.drawString(72, 700, "First page of text 2023"),
            lambda c: c.drawImage(ImageReader(page), 40, 400, 420, 260),
            lambda c: c.drawString(72, 700, "Last page of text 2023"),
        )
    )

    assert table(decoded) == ROWS
    lines = [block for block in decoded.blocks if isinstance(block, TextLine)]
    assert [line.page for line in lines if line.confidence is None] == [1, 3]
    assert {line.page for line in lines if line.confidence is not None} == {2}


def test_a_table_published_as_a_picture_stands_between_the_words_of_its_page() -> None:
    (page,) = pages(paper(), "clean")

    def mixed(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "What stands above 12.34")
        canvas.drawImage(ImageReader(page), 72, 400, 420, 260)
        canvas.drawString(72, 300, "What stands below 56.78")

    decoded = decode(drawn(mixed))

    assert table(decoded) == ROWS
    assert said(decoded)[0] == "What stands above 12.34"
    assert said(decoded)[-1] == "What stands below 56.78"
    assert not [block for block in decoded.blocks if isinstance(block, Image)]


def test_a_picture_that_shows_no_table_stays_a_picture() -> None:
    def mixed(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "What stands above")
        canvas.drawImage(ImageReader(Picture.linear_gradient("L")), 72, 400, 420, 260)

    assert [type(block) for block in decode(drawn(mixed)).blocks] == [TextLine, Image]


def test_without_the_extra_scanned_pages_are_named_and_picture_files_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "is_installed", lambda: False)

    decoded = decode(scanned(paper(), "clean"))
    assert [type(block) for block in decoded.blocks] == [Image]
    assert [(trouble.code, trouble.page) for trouble in decoded.troubles] == [("page.unread", 1)]

    (page,) = pages(paper(), "clean")
    with pytest.raises(UndecodableError, match="disclosure-tracker\\[ocr\\]") as caught:
        decode(filed(page, "PNG"), name="表.png")
    assert (caught.value.reason, caught.value.what) == ("format", "PNG")


def test_each_recognized_page_has_its_own_time_in_the_worker() -> None:
    data = scanned(paper(), "clean")
    with Workers(Limits(seconds=1, page_seconds=60)) as workers:
        assert workers.decode(data) == decode(data)


def test_recognition_that_takes_longer_than_its_time_is_stopped() -> None:
    (page,) = pages(paper(), "worn")
    with Workers(Limits(seconds=1, page_seconds=0)) as workers, pytest.raises(UndecodableError) as caught:
        workers.decode(filed(page, "TIFF", *[page] * 9))
    assert caught.value.reason == "timeout"


def test_no_more_pages_are_recognized_than_the_limit() -> None:
    (page,) = pages(paper(), "clean")
    decoded = decode(filed(page, "TIFF", page), limits=Limits(recognized=1))

    assert [block.page for block in decoded.blocks if isinstance(block, Grid)] == [1]
    assert [(trouble.code, trouble.page) for trouble in decoded.troubles] == [("page.unread", 2)]


def png(wide: int, high: int) -> bytes:
    """A picture that says that it is large, and packs as little as it can."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = wide.to_bytes(4, "big") + high.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    body = zlib.compress(bytes(wide * 3 + 1) * 64)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(30_000, 30_000), (9_000, 9_000)])
def test_a_picture_file_too_large_to_be_unpacked_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(png(*size), name="表.png")
    assert (caught.value.reason, caught.value.what) == ("limit", "pixels")


def test_a_page_with_a_picture_too_large_to_be_unpacked_is_named_as_unread() -> None:
    packed = zlib.compress(bytes(1 << 20), 9)
    stream = f"/Width 30000 /Height 30000 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length {len(packed)}"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length 31 >>\nstream\nq 9 0 0 9 0 0 cm /I Do Q     \nendstream",
        b"<< /Type /XObject /Subtype /Image /Filter /FlateDecode "
        + stream.encode()
        + b" >>\nstream\n"
        + packed
        + b"\nendstream",
    ]
    data = b"%PDF-1.5\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, part) for n, part in enumerate(parts, 1))
    data += b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF"

    assert [(t.code, t.page) for t in decode(data).troubles] == [("page.unread", 1)]


@pytest.mark.parametrize("cut", [60, 400, 2_000])
def test_a_broken_picture_file_is_refused(cut: int) -> None:
    (page,) = pages(paper(), "clean")
    for form in ("PNG", "JPEG", "TIFF"):
        with pytest.raises(UndecodableError) as caught:
            decode(filed(page, form)[:cut])
        assert caught.value.reason == "damaged"


def test_the_models_are_found_in_the_package_and_rapidocr_itself_is_not_loaded() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from scrapers.decode.ocr import models; models.load(); "
        "assert 'rapidocr' not in sys.modules and 'requests' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
