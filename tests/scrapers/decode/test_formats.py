"""What is no text is named, with what to do."""

from pathlib import Path

import pytest

from scrapers.blocks import UndecodableError
from scrapers.decode import decode


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
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"\r\n%PDF-1.4\n", "PDF"),
        (b"PK\x03\x04\x14\0\x06\0word/document.xml", "DOCX"),
        (b"PK\x03\x04\x14\0\x06\0xl/workbook.xml", "XLSX"),
        (b"PK\x03\x04\x14\0\x06\0OFD.xml", "OFD"),
        (b"PK\x03\x04\x14\0\x06\0tables.pdf", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "OLE (DOC, XLS or WPS)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
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


def test_the_real_files_are_told_by_their_bytes(disclosures: Path) -> None:
    corpus = disclosures / "corpus"
    told = {
        path.suffix: refusal(path.read_bytes()).what for path in corpus.iterdir() if path.suffix in (".pdf", ".xls")
    }
    assert told == {".pdf": "PDF", ".xls": "OLE (DOC, XLS or WPS)"}
    assert refusal((corpus / "template-budget-2026-shanghai-unit.xlsx").read_bytes()).what == "XLSX"


def test_bytes_with_nul_in_no_known_format_are_binary() -> None:
    assert refusal(b"\x7fELF\x02\x01\x01\0\0\0").reason == "binary"


def test_words_about_a_format_are_words() -> None:
    assert decode("附件：2023年度决算.pdf（%PDF-1.4 格式）".encode()).format == "text"
