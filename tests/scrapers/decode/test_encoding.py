"""Bytes to characters: nothing lost, whatever is declared."""

import codecs
from pathlib import Path

import pytest

from scrapers.blocks import TextLine, UndecodableError
from scrapers.decode import decode

SENTENCE = "2023年度收、支总计均为2,020.06万元，与2022年度相比，收、支总计各增加98.67万元，主要原因是人员经费增加。"
# 㐂 and 𠮷 take four bytes in gb18030, 镕 is in gbk and not in gb2312.
BEYOND = "朱镕基、㐂、𠮷野"
TRADITIONAL = "本部門年度決算收入總計，職業年金支出預算，與上年相比增加，主要原因是財政撥款增加。"


def words(data: bytes, charset: str | None = None) -> str:
    return "\n".join(b.text for b in decode(data, declared_charset=charset).blocks if isinstance(b, TextLine))


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (b"\x84\x31\x95\x33", "gb18030"),
        (b"", "utf-8"),
        (b"", "gb18030"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_a_sentence_survives_every_encoding(mark: bytes, encoding: str) -> None:
    decoded = decode(mark + (SENTENCE + BEYOND).encode(encoding))
    assert decoded.blocks == (TextLine(SENTENCE + BEYOND),)
    assert decoded.encoding == encoding


@pytest.mark.parametrize(
    "declared", ["gb2312", "GBK", "gb18030", "utf-8", "iso-8859-1", "big5", "no-such-charset", None]
)
def test_what_a_header_says_wrongly_costs_no_character(declared: str | None) -> None:
    assert words((SENTENCE + BEYOND).encode("gb18030"), declared) == SENTENCE + BEYOND
    assert words((SENTENCE + BEYOND).encode(), declared) == SENTENCE + BEYOND


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "iso-8859-1", "utf-16"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_what_a_page_says_of_itself_wrongly_costs_no_character(declared: str, encoding: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{BEYOND}</p><p>{SENTENCE}</p></body></html>'
    assert words(page.encode(encoding)) == f"{BEYOND}\n{SENTENCE}"


def test_traditional_characters_are_read_in_big5_and_in_gb18030() -> None:
    assert words(TRADITIONAL.encode("big5")) == TRADITIONAL
    assert words(TRADITIONAL.encode("big5"), "big5") == TRADITIONAL
    assert words(TRADITIONAL.encode("gb18030")) == TRADITIONAL


def test_a_few_characters_are_enough() -> None:
    assert words("武汉市".encode("gb18030")) == "武汉市"


def test_both_seeds_read_the_same_in_gb18030(wuhan: Path, gedian: Path) -> None:
    for path in (wuhan, gedian):
        data = path.read_bytes()
        again = decode(data.decode().encode("gb18030"))
        assert again.encoding == "gb18030"
        assert again.blocks == decode(data).blocks


def test_a_file_cut_inside_a_character_keeps_the_rest() -> None:
    text = words((SENTENCE * 3).encode()[:-1])
    assert text[:-1] == (SENTENCE * 3)[:-1]
    assert text[-1] == "\ufffd"


def test_a_page_with_a_foot_in_another_encoding_keeps_its_article() -> None:
    text = words((SENTENCE * 40).encode("gb18030") + "\n版权".encode())
    assert text.startswith(SENTENCE * 40)


@pytest.mark.parametrize(
    "lost",
    [
        (SENTENCE * 5).encode().decode("gb18030", errors="replace"),
        (SENTENCE * 5).encode("gb18030").decode("utf-8", errors="replace"),
        (SENTENCE * 5).encode().decode("latin-1"),
        "锟斤拷" * 100,
    ],
)
def test_characters_lost_before_the_file_was_saved_are_said(lost: str) -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(lost.encode())
    assert caught.value.reason == "encoding"
    assert "publisher" in str(caught.value)


def test_a_single_lost_character_does_not_condemn_a_document() -> None:
    text = SENTENCE.replace("原因", "原\ufffd") + SENTENCE * 5
    assert words(text.encode()) == text


def test_noise_is_in_no_encoding() -> None:
    noise = bytes((i * 37 + i * i * 11) % 255 + 1 for i in range(4000))
    with pytest.raises(UndecodableError) as caught:
        decode(noise)
    assert caught.value.reason == "encoding"
