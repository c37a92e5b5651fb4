"""Decoders: published bytes to blocks.

``decode`` looks at the bytes themselves; a file name or a declared charset is a hint that has to prove right.
"""

from scrapers.blocks import Decoded, UndecodableError
from scrapers.decode import encoding, text

__all__ = ["decode"]


def decode(data: bytes, *, name: str = "", declared_charset: str | None = None) -> Decoded:
    """Return the blocks of a published file.

    ``name`` is for the messages only, ``declared_charset`` what an HTTP header says. Raises UndecodableError with
    reason ``empty``, ``format`` (a known format that is not read here), ``binary`` or ``encoding``.
    """
    if not data.strip():
        raise UndecodableError("empty", f"{name or 'the file'} is empty")
    words, charset = encoding.decipher(data, declared_charset)
    return text.read(words, encoding=charset)
