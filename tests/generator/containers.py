"""Containers built part by part, for files that no program would save: DOCX and XLSX from XML, OLE from streams."""

import io
import struct
import zipfile
from collections.abc import Mapping

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_SECTOR = 512


def package(parts: Mapping[str, str | bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def word(body: str, **parts: str) -> bytes:
    """A DOCX with this body; ``parts`` are further files of its folder: ``numbering="<w:abstractNum…"``."""
    roots = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes"}
    files = {f"word/{name}.xml": f"<w:{roots[name]} {W}>{content}</w:{roots[name]}>" for name, content in parts.items()}
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return package({"[Content_Types].xml": _TYPES, "word/document.xml": document, **files})


def book(
    sheets: Mapping[str, str], *, formats: tuple[str, ...] = (), hidden: tuple[str, ...] = (), strings: str = ""
) -> bytes:
    """An XLSX whose sheets hold this XML; style ``n`` is the n-th of ``formats``, counted from 1, and 0 General."""
    listed = "".join(
        f"<sheet name='{name}' sheetId='{n}' r:id='rId{n}' state='{'hidden' if name in hidden else 'visible'}'/>"
        for n, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="x/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    own = "".join(f'<numFmt numFmtId="{163 + n}" formatCode="{code}"/>' for n, code in enumerate(formats, 1))
    styled = "".join(f'<xf numFmtId="{163 + n}"/>' for n in range(1, len(formats) + 1))
    cells = f'<cellXfs><xf numFmtId="0"/>{styled}</cellXfs>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "xl/workbook.xml": f"<workbook {S} {R}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
        "xl/styles.xml": f"<styleSheet {S}><numFmts>{own}</numFmts>{cells}</styleSheet>",
        "xl/sharedStrings.xml": f"<sst {S}>{strings}</sst>",
    }
    for n, xml in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = f"<worksheet {S}>{xml}</worksheet>"
    return package(parts)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE file; every stream is filled up to a length that is kept in whole sectors."""
    names = ["Root Entry", *streams]
    directory_sectors = (len(names) + 3) // 4
    table = [0xFFFFFFFD, *range(2, directory_sectors + 1), 0xFFFFFFFE]
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1 if streams else 0xFFFFFFFF)]
    body = b""
    for n, (name, content) in enumerate(streams.items(), 1):
        filled = content.ljust(4096, b"\0")
        sectors = (len(filled) + _SECTOR - 1) // _SECTOR
        start = len(table)
        table += [*range(start + 1, start + sectors), 0xFFFFFFFE]
        body += filled.ljust(sectors * _SECTOR, b"\0")
        right = n + 1 if n < len(streams) else 0xFFFFFFFF
        entries.append(_entry(name, 2, start, len(filled), right=right))
    assert len(table) <= _SECTOR // 4
    header = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
                         0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)  # fmt: skip
    places = struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    return header + places + fat + b"".join(entries).ljust(directory_sectors * _SECTOR, b"\0") + body


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII36xII4x", letters, len(letters), kind, 1, 0xFFFFFFFF, right, child, start, size)


def locked(archive: bytes) -> bytes:
    """The same ZIP with every entry marked as encrypted."""
    data = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)
