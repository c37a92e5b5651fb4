"""Formats told by their first bytes that are not text: which it is, and what to say where it is not read."""

import io
import zipfile

from scrapers.blocks import UndecodableError
from scrapers.decode import compound

_CONVERT = "save it as text or HTML and ingest that; the bytes are kept"
_RECOGNIZE = "install the recognition (pip install 'disclosure-tracker[ocr]'), or ingest its words as text"
_UNPACK = "unpack it and ingest the files inside"

# (offset, bytes, name, what to do)
_MAGIC = (
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
# Which kind of ZIP: how the name of a part begins.
_PACKAGES = (
    ("word/", "DOCX", _CONVERT),
    ("xl/", "XLSX", _CONVERT),
    ("ppt/", "PPTX", _CONVERT),
    ("ofd.xml", "OFD", _CONVERT),
    ("meta-inf/container.xml", "EPUB", _CONVERT),
    ("content.xml", "OpenDocument", _CONVERT),
)
_FOREMOST = ("[content_types].xml", "ofd.xml", "mimetype")
_MOST_PARTS = 20_000
_REACH = 1024
_UNLOCK = "ask its publisher for one without, or save it without and ingest that; the bytes are kept"


def kind(data: bytes) -> str:
    """Return the name of the format (``PDF``, ``DOCX``, ``XLS`` …), "" for text and what is not known."""
    found = _known(data)
    return "" if found is None else found[0]


def refuse(data: bytes, name: str) -> None:
    """Raise UndecodableError ``format`` if ``data`` is in a known format that is not read here, ``encrypted`` if
    it is an office file behind a password."""
    found = _known(data)
    if found is not None:
        told, remedy = found
        called = name or "the file"
        if told == compound.LOCKED:
            raise UndecodableError("encrypted", f"{called} needs a password: {remedy}", told)
        raise UndecodableError("format", f"{called} is {told}, which is not read: {remedy}", told)


def _known(data: bytes) -> tuple[str, str] | None:
    head = data[:_REACH]
    if head.startswith(compound.MAGIC):
        inside = compound.kind(data)
        return inside, _UNLOCK if inside == compound.LOCKED else _CONVERT
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(data)
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


def _package(data: bytes) -> tuple[str, str]:
    """Tell which kind of ZIP by the names of its parts; one that breaks off by the names that are left."""
    names = [name.lower().lstrip("/") for name in _parts(data)]
    if names and not any(name in _FOREMOST for name in names):
        return "ZIP", _UNPACK
    whole = any(names)
    directory = data[:65536].lower()
    for mark, told, remedy in _PACKAGES:
        if any(name.startswith(mark) for name in names) or (not whole and mark.encode() in directory):
            return told, remedy
    return "ZIP", _UNPACK


def _parts(data: bytes) -> list[str]:
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if end < 0 or len(data) < end + 22 or int.from_bytes(data[end + 10 : end + 12], "little") > _MOST_PARTS:
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(data), metadata_encoding="latin-1") as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, UnicodeDecodeError, ValueError, OSError, NotImplementedError):
        return []
