"""Files made to do harm: each is refused or read within its limits, and its worker reads the next one.

Nothing here is decoded in the process of the tests.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from scrapers.blocks import Decoded, Grid, TextLine, UndecodableError
from scrapers.decode.isolation import Workers
from scrapers.decode.limits import Limits
from tests.generator.containers import R, W, book, package, word
from tests.generator.fixed import packed
from tests.generator.office import zipped

MIB = 1 << 20
LIMITS = Limits(seconds=8, memory=1024 * MIB, pages=800, unpacked=64 * MIB, output=16 * MIB)
PARAGRAPH = "<w:p><w:r><w:t>决算</w:t></w:r></w:p>"
WORDS = b"BT /F1 12 Tf 72 700 Td (2023 budget 12.50) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(LIMITS) as started:
        yield started


def outcome(workers: Workers, data: bytes) -> Decoded | UndecodableError:
    """What becomes of a file; the worker has to read a good one after it."""
    try:
        found: Decoded | UndecodableError = workers.decode(data, name="a")
    except UndecodableError as error:
        found = error
    assert workers.decode("决算".encode()).blocks == (TextLine("决算"),)
    return found


def reason(workers: Workers, data: bytes) -> str:
    found = outcome(workers, data)
    return found.reason if isinstance(found, UndecodableError) else "read"


def pdf(objects: Mapping[int, bytes]) -> bytes:
    """A PDF of these objects; the first is its catalog."""
    data = b"%PDF-1.7\n"
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = max(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(size))
    return data + b"xref\n0 %d\n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        len(data),
    )


def stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(content), content)


def drawn(content: bytes, resources: bytes = b"", **objects: bytes) -> bytes:
    """A PDF with one page that draws ``content``; ``objects`` are further ones, ``o9=…``."""
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>%s>>>>" % resources,
            4: content,
            5: FONT,
            **{int(name[1:]): body for name, body in objects.items()},
        }
    )


GOOD = drawn(stream(WORDS))


def test_a_good_file_is_read(workers: Workers) -> None:
    found = outcome(workers, GOOD)

    assert isinstance(found, Decoded)
    assert [block.text for block in found.blocks if isinstance(block, TextLine)] == ["2023 budget 12.50"]


# --- PDF ---


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95])
def test_a_pdf_that_breaks_off_is_damaged_or_read_as_far_as_it_goes(workers: Workers, share: float) -> None:
    assert reason(workers, GOOD[: int(len(GOOD) * share)]) in ("damaged", "empty", "read")


def test_a_pdf_behind_a_password_says_so(workers: Workers) -> None:
    from reportlab.pdfgen.canvas import Canvas

    made = io.BytesIO()
    canvas = Canvas(made, encrypt="secret")
    canvas.drawString(72, 700, "2023")
    canvas.save()

    assert reason(workers, made.getvalue()) == "encrypted"


def test_a_pdf_without_pages_is_refused(workers: Workers) -> None:
    data = pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})

    assert reason(workers, data) in ("empty", "damaged")


def test_a_pdf_of_a_thousand_pages_is_refused(workers: Workers) -> None:
    kids = b" ".join(b"%d 0 R" % n for n in range(10, 1010))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Count 1000/Kids[%s]>>" % kids,
        4: stream(WORDS),
        5: FONT,
        **dict.fromkeys(range(10, 1010), page),
    }

    assert reason(workers, pdf(objects)) == "limit"


def test_a_pdf_that_claims_a_billion_pages_is_refused(workers: Workers) -> None:
    data = GOOD.replace(b"/Count 1>>", b"/Count 1999999999>>")

    assert reason(workers, data) in ("limit", "damaged", "read")


LOOPS = {
    "pages that are their own parent": pdf(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>"}
    ),
    "pages of pages in a circle": pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 9>>",
            3: b"<</Type/Pages/Kids[2 0 R]/Count 9/Parent 2 0 R>>",
        }
    ),
    "a catalog that is its own pages": pdf({1: b"<</Type/Catalog/Pages 1 0 R>>"}),
    "a form that draws itself": drawn(
        stream(b"/X Do"),
        b"/XObject<</X 6 0 R>>",
        o6=stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
    ),
    "forms that double one another": drawn(
        stream(b"/X Do"),
        b"/XObject<</X 6 0 R>>",
        **{
            f"o{n}": stream(
                b"/X Do " * 10,
                b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (n + 1),
            )
            for n in range(6, 30)
        },
    ),
    "a length that is its own stream": drawn(b"<</Length 4 0 R>>\nstream\n" + WORDS + b"\nendstream"),
    "a font that descends from itself": drawn(
        stream(WORDS),
        b"",
        o5=b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[5 0 R]/ToUnicode 5 0 R>>",
    ),
    "a table of places that precedes itself": GOOD.replace(
        b"trailer\n<<", b"trailer\n<</Prev %d" % GOOD.rindex(b"xref\n0")
    ),
    "an outline in a circle": drawn(stream(WORDS)).replace(
        b"/Type/Catalog", b"/Outlines<</First 1 0 R/Last 1 0 R>>/Type/Catalog"
    ),
}


@pytest.mark.parametrize("kind", LOOPS)
def test_a_pdf_that_leads_in_circles_ends(workers: Workers, kind: str) -> None:
    assert reason(workers, LOOPS[kind]) in ("read", "empty", "damaged", "limit", "timeout", "killed", "memory")


DEEP = b"[" * 200_000 + b"]" * 200_000
LARGE = {
    "nested arrays": drawn(stream(WORDS), b"/X " + DEEP),
    "nested arrays in what is drawn": drawn(stream(DEEP + b" TJ " + WORDS)),
    "states saved and never given back": drawn(stream(b"q " * 2_000_000 + WORDS)),
    "a stream of zeros": drawn(stream(zlib.compress(bytes(300 * MIB), 9), b"/Filter/FlateDecode")),
    "a stream packed ten times": drawn(
        stream(
            zlib.compress(zlib.compress(zlib.compress(bytes(200 * MIB), 9), 9), 9),
            b"/Filter[/FlateDecode/FlateDecode/FlateDecode]",
        )
    ),
    "two hundred thousand words": drawn(
        stream(zlib.compress(b"BT /F1 1 Tf " + b"(9) Tj 1 0 Td " * 200_000 + b"ET", 9), b"/Filter/FlateDecode")
    ),
    "two hundred thousand rules": drawn(
        stream(zlib.compress(b"0 0 m 9 9 l S 1 0 0 1 0 .1 cm " * 200_000 + WORDS, 9), b"/Filter/FlateDecode")
    ),
}


@pytest.mark.parametrize("kind", LARGE)
def test_a_pdf_larger_than_it_looks_is_read_or_refused_within_the_limits(workers: Workers, kind: str) -> None:
    assert len(LARGE[kind]) < 8 * MIB
    assert reason(workers, LARGE[kind]) in ("read", "empty", "damaged", "limit", "timeout", "memory", "killed")


@pytest.mark.parametrize(
    "action",
    [
        b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:9/'\\))>>",
        b"/OpenAction<</S/Launch/F(/bin/sh)>>",
        b"/OpenAction<</S/URI/URI(http://127.0.0.1:9/)>>",
        b"/OpenAction<</S/GoToR/F(/etc/passwd)/D[0/Fit]>>",
    ],
)
def test_what_a_pdf_would_do_is_not_done(workers: Workers, action: bytes) -> None:
    found = outcome(workers, drawn(stream(WORDS)).replace(b"/Type/Catalog", action + b"/Type/Catalog"))

    assert isinstance(found, Decoded)
    assert [block.text for block in found.blocks if isinstance(block, TextLine)] == ["2023 budget 12.50"]


def test_a_stream_that_stands_in_another_file_is_not_read(workers: Workers) -> None:
    data = drawn(b"<</F(/etc/passwd)/Length 0>>\nstream\n\nendstream")

    assert reason(workers, data) == "empty"


# --- containers ---


@pytest.mark.parametrize(
    ("part", "rest"),
    [
        ("word/document.xml", {"[Content_Types].xml": "x"}),
        (
            "word/styles.xml",
            {"[Content_Types].xml": "x", "word/document.xml": f"<w:document {W}><w:body/></w:document>"},
        ),
        ("xl/workbook.xml", {"[Content_Types].xml": "x"}),
        ("OFD.xml", {}),
    ],
)
def test_a_part_that_unpacks_to_more_than_any_document_is_refused(
    workers: Workers, part: str, rest: dict[str, str]
) -> None:
    data = package({**rest, part: b"<x>" + bytes(80 * MIB)})

    assert len(data) < MIB
    assert reason(workers, data) == "limit"


def test_a_size_that_is_a_lie_is_not_believed(workers: Workers) -> None:
    made = bytearray(package({"[Content_Types].xml": "x", "word/document.xml": bytes(80 * MIB)}))
    entry = made.rindex(b"PK\x01\x02")
    made[entry + 24 : entry + 28] = struct.pack("<I", 100)

    assert reason(workers, bytes(made)) in ("limit", "damaged")


def test_an_archive_in_an_archive_in_an_archive_ends(workers: Workers) -> None:
    data = zipped({"a.txt": b"1"})
    for _ in range(12):
        data = zipped({"a.zip": data, "b.zip": data})

    with pytest.raises(UndecodableError) as caught:
        workers.unpack(data, name="a.zip")
    assert caught.value.reason == "limit"


def test_ten_thousand_members_are_refused(workers: Workers) -> None:
    with pytest.raises(UndecodableError) as caught:
        workers.unpack(zipped({f"{n}.txt": b"1" for n in range(10_000)}), name="a.zip")
    assert caught.value.reason == "limit"


def test_members_that_share_their_bytes_are_counted_each(workers: Workers) -> None:
    """A directory may name one packed member many times over."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bin", bytes(10 * MIB))
    whole = made.getvalue()
    at, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    entry = whole[at:end]
    entries = b"".join(entry[:46] + b"%05d" % n + entry[51:] for n in range(200))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 200, 200, len(entries), at, 0)

    with pytest.raises(UndecodableError) as caught:
        workers.unpack(whole[:at] + entries + tail, name="a.zip")
    assert caught.value.reason in ("limit", "damaged")


def test_names_that_lead_out_of_an_archive_are_left_aside(workers: Workers, tmp_path: Path) -> None:
    names = ("../../x.txt", "/etc/x.txt", "C:\\x.txt", "a/../../x.txt", "公开/表.txt")

    found = workers.unpack(zipped(dict.fromkeys(names, b"1")), name="a.zip")

    assert [member.path for member in found.members] == ["公开/表.txt"]
    assert [trouble.code for trouble in found.troubles] == ["path"] * 4


@pytest.mark.parametrize("drawing", ["g 999999999 1 ", "g 10000 1 " * 2000])
def test_letters_that_an_ofd_repeats_are_counted(workers: Workers, drawing: str) -> None:
    code = f'<ofd:TextCode X="0" Y="4" DeltaX="{drawing}">决算</ofd:TextCode>'
    text = f'<ofd:TextObject Boundary="0 0 9 9" Size="4">{code}</ofd:TextObject>'

    assert reason(workers, packed([text * 50], 210, 297)) in ("read", "limit")


# --- office files ---


def test_links_fields_and_embedded_objects_of_a_document_are_not_followed(workers: Workers) -> None:
    linked = (
        '<Relationships><Relationship Id="r1" TargetMode="External" Type="x/attachedTemplate" Target="file:///etc/passwd"/>'
        '<Relationship Id="r2" TargetMode="External" Type="x/image" Target="http://127.0.0.1:9/a.png"/></Relationships>'
    )
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    instruction = '<w:r><w:instrText>INCLUDETEXT "/etc/passwd"</w:instrText></w:r>'
    result = "<w:r><w:t>12.50</w:t></w:r>"
    field = f"<w:p>{mark.format('begin')}{instruction}{mark.format('separate')}{result}{mark.format('end')}</w:p>"
    made = io.BytesIO(word(PARAGRAPH + field + f'<w:altChunk {R} r:id="r1"/>'))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("word/_rels/document.xml.rels", linked)
        archive.writestr("word/embeddings/oleObject1.bin", b"MZ")
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")

    found = outcome(workers, made.getvalue())

    assert isinstance(found, Decoded)
    assert [block.text for block in found.blocks if isinstance(block, TextLine)] == ["决算", "12.50"]


def test_formulas_that_would_fetch_or_run_something_print_what_is_stored(workers: Workers) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><f>{formula}</f><v>已存{n}</v></c><c r="B{n}"><v>{n}</v></c></row>'
        for n, formula in enumerate(
            ('WEBSERVICE("http://127.0.0.1:9/")', "cmd|' /C calc'!A0", "[1]外!A1", 'HYPERLINK("file:///etc/passwd")'), 1
        )
    )

    found = outcome(workers, book({"表": f"<sheetData>{rows}</sheetData>"}))

    assert isinstance(found, Decoded)
    assert [row[0].text for block in found.blocks if isinstance(block, Grid) for row in block.rows] == [
        f"已存{n}" for n in range(1, 5)
    ]


def test_a_picture_of_thirty_thousand_by_thirty_thousand_is_refused_or_kept_aside(workers: Workers) -> None:
    row = b"\0" + bytes(30_000 // 8)
    packer = zlib.compressobj(9)
    packed_rows = b"".join(packer.compress(row) for _ in range(30_000)) + packer.flush()

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    picture = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed_rows) + chunk(b"IEND", b"")
    raw = zlib.compress(b"\xff" * (30_000 * 30_000 // 8), 9)
    inside = drawn(
        stream(b"595 0 0 842 0 0 cm /I Do"),
        b"/XObject<</I 6 0 R>>",
        o6=stream(
            raw,
            b"/Type/XObject/Subtype/Image/Width 30000/Height 30000"
            b"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/FlateDecode",
        ),
    )

    assert len(picture) < MIB
    assert reason(workers, picture) in ("format", "limit", "empty")
    found = outcome(workers, inside)
    assert isinstance(found, UndecodableError) or found.troubles
