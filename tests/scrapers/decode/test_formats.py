"""What is no text is named, with what to do."""

import io
import zipfile
from pathlib import Path

import pytest

from scrapers.blocks import UndecodableError
from scrapers.decode import decode, formats


def refusal(data: bytes, name: str = "") -> UndecodableError:
    with pytest.raises(UndecodableError) as caught:
        decode(data, name=name)
    return caught.value


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", "\u3000\u00a0\n".encode(), b"\xef\xbb\xbf", b"\0\0\0"])
def test_nothing_but_white_space_is_empty(data: bytes) -> None:
    assert refusal(data, "wuhan.txt").reason == "empty"
    assert "wuhan.txt" in str(refusal(data, "wuhan.txt"))


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<html><script>render('2023年度决算')</script></html>"])
def test_a_page_without_words_is_empty(page: str) -> None:
    assert refusal(page.encode()).reason == "empty"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04\x14\0\x06\0ppt/presentation.xml", "PPTX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "OLE (DOC, XLS or WPS)"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7z"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"{\\rtf1\\ansi\\ansicpg936 \\'b2\\'bf", "RTF"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n", "MHTML"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook>', "Office XML"),
    ],
)
def test_a_known_format_is_named_with_a_remedy(data: bytes, what: str) -> None:
    error = refusal(data, "budget.pdf")
    assert (error.reason, error.what) == ("format", what)
    assert f"budget.pdf is {what}" in str(error)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"\r\n%PDF-1.4\n", "PDF"),
        (b"PK\x03\x04\x14\0\x06\0word/document.xml", "DOCX"),
        (b"PK\x03\x04\x14\0\x06\0xl/workbook.xml", "XLSX"),
        (b"PK\x03\x04\x14\0\x06\0OFD.xml", "OFD"),
        (b"PK\x03\x04\x14\0\x06\0tables.pdf", "ZIP"),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "DOC"),
    ],
)
def test_a_format_is_told_by_its_bytes_even_where_they_break_off(data: bytes, told: str) -> None:
    assert formats.kind(data) == told


def test_an_archive_of_office_files_is_an_archive() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/部门决算.docx", b"PK\x03\x04 [Content_Types].xml word/document.xml")
        archive.writestr("xl/部门决算表.xlsx", b"PK\x03\x04 [Content_Types].xml xl/workbook.xml")

    assert formats.kind(stream.getvalue()) == "ZIP"
    assert refusal(stream.getvalue()).reason == "archive"


def test_the_real_files_are_told_by_their_bytes(disclosures: Path) -> None:
    corpus = disclosures / "corpus"

    told = {path.suffix: formats.kind(path.read_bytes()) for path in corpus.iterdir()}

    assert told == {".pdf": "PDF", ".xls": "XLS", ".xlsx": "XLSX", ".html": "", ".json": "", ".md": ""}


def test_bytes_with_nul_in_no_known_format_are_binary() -> None:
    assert refusal(b"\x7fELF\x02\x01\x01\0\0\0").reason == "binary"


def test_words_about_a_format_are_words() -> None:
    assert decode("附件：2023年度决算.pdf（%PDF-1.4 格式）".encode()).format == "text"
