"""Formats told by their first bytes that are not text: what to say about each."""

from scrapers.blocks import UndecodableError

_CONVERT = "save it as text or HTML and ingest that; the bytes are kept"
_RECOGNIZE = "it is a picture and holds no text; ingest the text of a recognition instead"
_UNPACK = "unpack it and ingest the files inside"

# (offset, bytes, name, what to do)
_MAGIC = (
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE (DOC, XLS or WPS)", _CONVERT),
    (0, b"{\\rtf", "RTF", _CONVERT),
    (0, b"\xff\xd8\xff", "JPEG", _RECOGNIZE),
    (0, b"\x89PNG\r\n\x1a\n", "PNG", _RECOGNIZE),
    (0, b"GIF87a", "GIF", _RECOGNIZE),
    (0, b"GIF89a", "GIF", _RECOGNIZE),
    (0, b"II*\0", "TIFF", _RECOGNIZE),
    (0, b"MM\0*", "TIFF", _RECOGNIZE),
    (8, b"WEBP", "WebP", _RECOGNIZE),
    (0, b"Rar!\x1a\x07", "RAR", _UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "7z", _UNPACK),
    (0, b"\x1f\x8b\x08", "gzip", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard", _UNPACK),
)
# Which kind of ZIP: a name that the archive holds near its beginning or its end.
_PACKAGES = (
    (b"word/", "DOCX", _CONVERT),
    (b"xl/", "XLSX", _CONVERT),
    (b"ppt/", "PPTX", _CONVERT),
    (b"OFD.xml", "OFD", _CONVERT),
    (b"application/epub", "EPUB", _CONVERT),
)
_REACH = 1024


def refuse(data: bytes, name: str) -> None:
    """Raise UndecodableError("format") if ``data`` is in a known format that is not read here."""
    found = _known(data)
    if found is not None:
        kind, remedy = found
        raise UndecodableError("format", f"{name or 'the file'} is {kind}, which is not read: {remedy}", kind)


def _known(data: bytes) -> tuple[str, str] | None:
    head = data[:_REACH]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        directory = data[:65536] + data[-65536:]
        return next(((kind, remedy) for mark, kind, remedy in _PACKAGES if mark in directory), ("ZIP", _UNPACK))
    # Some servers print an empty line or a byte order mark before the PDF.
    if head.lstrip(b" \t\r\n\0\xef\xbb\xbf").startswith(b"%PDF-"):
        return "PDF", _CONVERT
    for offset, magic, kind, remedy in _MAGIC:
        if head.startswith(magic, offset):
            return kind, remedy
    if head.startswith(b"BM") and data[2:6] == len(data).to_bytes(4, "little"):
        return "BMP", _RECOGNIZE
    if b"mso-application" in head or (b"urn:schemas-microsoft-com:office:spreadsheet" in head and b"<html" not in head):
        return "Office XML", _CONVERT
    if head.lstrip()[:13].lower() == b"mime-version:" or b"\nContent-Type: multipart/related" in head:
        return "MHTML", _CONVERT
    return None
