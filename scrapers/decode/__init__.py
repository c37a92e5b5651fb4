"""Decoders: published bytes to blocks.

``decode`` looks at the bytes themselves; a file name or a declared charset is a hint that has to prove right.
"""

from scrapers.blocks import Decoded, UndecodableError
from scrapers.decode import encoding, formats, html, text

__all__ = ["decode"]


def decode(data: bytes, *, name: str = "", declared_charset: str | None = None) -> Decoded:
    """Return the blocks of a published file.

    ``name`` is for the messages only, ``declared_charset`` what an HTTP header says. Raises UndecodableError with
    reason ``empty``, ``format`` (a known format that is not read here), ``binary`` or ``encoding``.
    """
    called = name or "the file"
    if not data.strip(b" \t\r\n\f\v\0"):
        raise UndecodableError("empty", f"{called} is empty: get it again from its publisher")
    formats.refuse(data, name)
    words, charset = _words(data, called, declared_charset)
    if html.is_html(words):
        decoded = html.read(text.without_controls(words), encoding=charset)
    else:
        decoded = text.read(words, encoding=charset, tables=html.tables)
    if not decoded.blocks:
        raise UndecodableError("empty", f"{called} holds no words: if it is a page filled by scripts, save it complete")
    return decoded


def _words(data: bytes, called: str, declared_charset: str | None) -> tuple[str, str]:
    if b"\0" in data and not encoding.is_marked(data):
        wide = encoding.wide(data)
        if wide is None:
            raise UndecodableError("binary", f"{called} is binary, in no format known here: the bytes are kept")
        return wide
    return encoding.decipher(data, declared_charset)
