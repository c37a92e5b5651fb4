"""Office files that no careful publisher sends: each is refused with its reason, within its limits."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest
import xlwt

from scrapers.blocks import Decoded, UndecodableError
from scrapers.decode import decode, xls
from scrapers.decode.limits import Limits
from tests.generator.containers import S, W, book, compound, package, word
from tests.generator.fixed import packed

PARAGRAPH = "<w:p><w:r><w:t>决算</w:t></w:r></w:p>"
CELL = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
TEXT = '<ofd:TextObject Boundary="20 20 50 5" Size="4"><ofd:TextCode X="0" Y="4">决算</ofd:TextCode></ofd:TextObject>'
ENTITIES = '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


def old() -> bytes:
    paper = xlwt.Workbook()
    sheet = paper.add_sheet("表")
    for row in range(200):
        sheet.write(row, 0, f"项目{row}")
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()


WHOLE: dict[str, Callable[[], bytes]] = {
    "docx": lambda: word(PARAGRAPH * 2000),
    "xlsx": lambda: book({"表": CELL}),
    "ofd": lambda: packed([TEXT], 210, 297),
    "xls": old,
}


def outcome(data: bytes, limits: Limits | None = None) -> Decoded | UndecodableError:
    try:
        return decode(data, limits=limits or Limits())
    except UndecodableError as error:
        return error


def reason(data: bytes, limits: Limits | None = None) -> str:
    found = outcome(data, limits)
    assert isinstance(found, UndecodableError), found
    return found.reason


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.98])
def test_a_file_that_breaks_off_is_damaged(kind: str, share: float) -> None:
    data = WHOLE[kind]()

    assert reason(data[: int(len(data) * share)]) in ("damaged", "format", "archive")


@pytest.mark.parametrize("kind", WHOLE)
def test_any_byte_may_be_wrong_and_nothing_but_a_refusal_comes_of_it(kind: str) -> None:
    data = WHOLE[kind]()
    for place in range(0, len(data), max(1, len(data) // 70)):
        harmed = bytearray(data)
        harmed[place] ^= 0xFF
        found = outcome(bytes(harmed))
        assert isinstance(found, (Decoded, UndecodableError))


@pytest.mark.parametrize(
    "data",
    [
        package({"[Content_Types].xml": "x", "word/document.xml": f"{ENTITIES}<w:document {W}>&b;&c;</w:document>"}),
        package(
            {"[Content_Types].xml": "x", "xl/workbook.xml": f"{ENTITIES}<workbook {S}><sheets>&c;</sheets></workbook>"}
        ),
        package({"OFD.xml": f"{ENTITIES}<OFD>&c;</OFD>"}),
        package({"[Content_Types].xml": "x", "word/document.xml": (ENTITIES + "<x>&c;</x>").encode("utf-16")}),
    ],
)
def test_entities_are_refused_and_never_resolved(data: bytes) -> None:
    begin = time.process_time()

    found = outcome(data)

    assert isinstance(found, UndecodableError)
    assert found.reason == "damaged"
    assert "root:" not in str(found)
    assert time.process_time() - begin < 1


@pytest.mark.parametrize("part", ["word/document.xml", "xl/workbook.xml", "OFD.xml"])
def test_a_bomb_in_a_container_is_refused_before_it_is_whole(part: str) -> None:
    data = package({"[Content_Types].xml": "x", part: "<x>" + " " * 60_000_000 + "</x>"})

    assert len(data) < 200_000
    assert reason(data, Limits(unpacked=20_000_000)) == "limit"


def test_a_bomb_of_cells_is_refused() -> None:
    far = CELL.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    merged = CELL + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    stretched = far + '<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells>'
    many = (
        "<sheetData>" + "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 3000)) + "</sheetData>"
    )

    begin = time.process_time()
    assert isinstance(outcome(book({"表": far})), Decoded)
    assert isinstance(outcome(book({"表": merged})), Decoded)
    assert reason(book({"表": stretched})) == "limit"
    assert reason(book({"表": many}), Limits(cells=2000)) == "limit"
    assert time.process_time() - begin < 5


def test_deep_nesting_is_refused() -> None:
    assert reason(word("<w:sdt><w:sdtContent>" * 5000 + PARAGRAPH)) == "damaged"


def test_office_files_behind_a_password_say_so() -> None:
    locked_word = bytearray(1024)
    locked_word[10:12] = (0x0100).to_bytes(2, "little")
    bof = bytes.fromhex("0908100000060500bb0dcc07c100010006040000")
    locked_book = bof + bytes.fromhex("2f000600010001000100") + bytes.fromhex("0a000000")

    assert reason(compound({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"x"})) == "encrypted"
    assert reason(compound({"WordDocument": bytes(locked_word)})) == "encrypted"
    assert reason(compound({"Workbook": locked_book})) == "encrypted"


def test_a_loop_in_an_ole_file_ends() -> None:
    data = bytearray(compound({"Workbook": b"x" * 9000}))
    # The table of sectors stands in the first sector: every sector follows itself.
    for n in range(2, 30):
        data[512 + 4 * n : 516 + 4 * n] = n.to_bytes(4, "little")

    assert reason(bytes(data)) == "damaged"


def test_a_workbook_with_links_and_macros_opens_nothing() -> None:
    sheets = book({"表": CELL})
    with_more = io.BytesIO(sheets)
    with zipfile.ZipFile(with_more, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0" * 100)
        archive.writestr("xl/externalLinks/externalLink1.xml", "<x>file:///etc/passwd</x>")

    found = outcome(with_more.getvalue())

    assert isinstance(found, Decoded)
    assert found.blocks == decode(sheets).blocks


def test_words_that_are_kept_once_and_shown_everywhere_are_refused() -> None:
    cells = '<sheetData><row r="1">' + '<c t="s"><v>0</v></c>' * 3000 + "</row></sheetData>"
    note = '<w:p><w:r><w:t>注</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
    notes = f'<w:footnote w:id="1">{note}</w:footnote>'

    assert reason(book({"表": cells}, strings=f"<si><t>{'决' * 100_000}</t></si>")) == "limit"
    assert len(decode(word(note * 3, footnotes=notes)).blocks) == 4


def test_a_workbook_whose_cells_stand_outside_of_its_sheets_is_damaged() -> None:
    data = old()
    place = data.index(bytes.fromhex("fd000a000000"))
    harmed = data[: place + 6] + b"\xff\xff" + data[place + 8 :]

    assert reason(harmed) == "damaged"


class PanicException(BaseException):
    """As the reader of old workbooks names its own collapse."""


def test_a_collapse_of_the_workbook_reader_is_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class Reader:
        @staticmethod
        def from_filelike(stream: object) -> object:
            raise PanicException("range end index 49666 out of range for slice of length 236")

    data = old()
    monkeypatch.setattr(xls, "CalamineWorkbook", Reader)

    assert reason(data) == "damaged"
