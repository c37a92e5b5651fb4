"""Decoders: published bytes to blocks.

``decode`` looks at the bytes themselves; a file name or a declared charset is a hint that has to prove right.
"""

from importlib import import_module
from typing import Protocol, cast

from scrapers.blocks import Decoded, UndecodableError, Unpacked
from scrapers.decode import encoding, formats, html, text
from scrapers.decode.limits import LIMITS, Limits

__all__ = ["decode", "unpack"]

# By the name that `formats` gives: loaded when the first file of its kind comes, since some take their time.
_READERS = {
    "PDF": "scrapers.decode.pdf",
    "DOCX": "scrapers.decode.docx",
    "XLSX": "scrapers.decode.xlsx",
    "XLS": "scrapers.decode.xls",
    "OFD": "scrapers.decode.ofd",
    "DOC": "scrapers.decode.external",
    **dict.fromkeys(("PNG", "JPEG", "TIFF", "GIF", "BMP", "WebP"), "scrapers.decode.ocr.files"),
}
_ARCHIVES = frozenset(("ZIP", "RAR"))
_FLOWING = frozenset(("text", "html"))
"""Their pages are a guess from blank lines."""


class _Reader(Protocol):
    def read(self, data: bytes, name: str, limits: Limits) -> Decoded: ...


def decode(data: bytes, *, name: str = "", declared_charset: str | None = None, limits: Limits = LIMITS) -> Decoded:
    """Return the blocks of a published file.

    ``name`` is for the messages only, ``declared_charset`` what an HTTP header says. Raises UndecodableError with
    its reasons; ``archive`` for one that has to go through `unpack`. It may take long or much memory for a file made
    to: `scrapers.decode.isolation` bounds both.
    """
    called = name or "the file"
    if not data.strip(b" \t\r\n\f\v\0"):
        raise UndecodableError("empty", f"{called} is empty: get it again from its publisher")
    kind = formats.kind(data)
    if kind in _ARCHIVES:
        raise UndecodableError("archive", f"{called} is {kind}: its files are read one by one", kind)
    if kind in _READERS:
        decoded = cast("_Reader", import_module(_READERS[kind])).read(data, name, limits)
    else:
        formats.refuse(data, name)
        decoded = _of_words(data, called, declared_charset, limits)
    if decoded.pages > limits.pages and decoded.format not in _FLOWING:
        raise UndecodableError("limit", f"{called} has {decoded.pages} pages, over {limits.pages}", "pages")
    if not decoded.blocks:
        raise UndecodableError("empty", f"{called} holds no words: if it is a page filled by scripts, save it complete")
    return decoded


def unpack(data: bytes, *, name: str = "", limits: Limits = LIMITS) -> Unpacked:
    """Return the files of an archive, those of archives inside among them. Raises UndecodableError ``damaged``,
    ``encrypted``, ``limit``, ``empty``, or ``format`` where it is no archive or no program for it is there."""
    return import_module("scrapers.decode.archives").unpack(data, name, limits)


def is_archive(data: bytes) -> bool:
    """Tell whether `unpack` is what reads these bytes."""
    return formats.kind(data) in _ARCHIVES


def _of_words(data: bytes, called: str, declared_charset: str | None, limits: Limits) -> Decoded:
    words, charset = _words(data, called, declared_charset)
    if html.is_html(words):
        return html.read(text.without_controls(words), encoding=charset, limits=limits)
    return text.read(words, encoding=charset, tables=html.tables)


def _words(data: bytes, called: str, declared_charset: str | None) -> tuple[str, str]:
    if b"\0" in data and not encoding.is_marked(data):
        wide = encoding.wide(data)
        if wide is None:
            raise UndecodableError("binary", f"{called} is binary, in no format known here: the bytes are kept")
        return wide
    return encoding.decipher(data, declared_charset)
