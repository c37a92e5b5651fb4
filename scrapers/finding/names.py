"""What a fetched file is called, which says its format and often whose it is."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote, unquote_to_bytes, urlsplit

from scrapers.finding.links import FILE
from scrapers.finding.pages import without_dots

_EXTENDED = re.compile(r"filename\*\s*=\s*[\"']?([\w-]*)'[^']*'([^;\"']+)", re.IGNORECASE)
_QUOTED = re.compile(r"filename\s*=\s*\"((?:\\.|[^\"\\])*)\"", re.IGNORECASE)
_BARE = re.compile(r"filename\s*=\s*([^;\"]+)", re.IGNORECASE)
_WORD = re.compile(r"=\?([\w-]+)\?([bBqQ])\?([^?]*)\?=")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]+")
_LETTERS = re.compile("[\u3400-\u9fff]")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")
_LONGEST = 200


def content_name(headers: Mapping[str, str], url: str, text: str = "") -> str:
    """Return what a file is called: by its link where that has a file's ending, else by ``Content-Disposition``, else
    by its link's words with the ending that the server or the address knows, else by the address.

    ``headers`` have names in lower case. Names in GBK, UTF-8, escaped, or read in a wrong encoding are mended.
    """
    words = tidied(text)
    if FILE.search(words):
        return _whole(words)
    given = _disposed(headers.get("content-disposition", ""))
    if given and (_LETTERS.search(given) or not words):
        return given
    known = given or _last(url)
    suffix = _SUFFIX.search(known) if FILE.search(known) else None
    if words:
        return words + (suffix[0] if suffix else "")
    return known


def tidied(name: str) -> str:
    """Return a name without path, quotes and what may not stand in a file's name."""
    name = re.split(r"[/\\](?=[^/\\]*\.\w{1,5}\Z)", name.strip())[-1]
    return _FORBIDDEN.sub(" ", name).strip(" .\u3000")[:_LONGEST]


def _whole(words: str) -> str:
    """Return the file's name in the words of its link (``附件1：A.pdf（点击下载）``)."""
    found = FILE.search(words)
    return words[: found.end()].strip() if found else words


def _disposed(header: str) -> str:
    for name in _candidates(header):
        mended = tidied(_mended(name))
        if mended:
            return mended
    return ""


def _candidates(header: str) -> Iterator[str]:
    extended = _EXTENDED.search(header)
    if extended is not None:
        raw = unquote_to_bytes(extended[2].strip())
        yield _read(raw, extended[1])
    for pattern in (_QUOTED, _BARE):
        found = pattern.search(header)
        if found is not None:
            yield re.sub(r"\\(.)", r"\1", found[1].strip())


def _mended(name: str) -> str:
    """Return a name whose characters are what they were meant to be."""
    word = _WORD.search(name)
    if word is not None:
        return _encoded_words(name)
    if "%" in name and re.search(r"%[0-9A-Fa-f]{2}", name):
        return _read(unquote_to_bytes(name), "utf-8")
    # Bytes of a header come as Latin-1 characters, whatever they were; some were wrapped twice.
    try:
        return _read(name.encode("latin-1"), "utf-8")
    except UnicodeEncodeError:
        pass
    try:
        raw = name.encode("cp1252")
    except UnicodeEncodeError:
        return name
    return _read(raw, "utf-8")


def _encoded_words(name: str) -> str:
    from email.header import decode_header

    try:
        parts = decode_header(name)
    except (ValueError, LookupError):
        return name
    return "".join(part if isinstance(part, str) else _read(part, charset or "utf-8") for part, charset in parts)


def _read(raw: bytes, charset: str) -> str:
    for encoding in dict.fromkeys((charset or "utf-8", "utf-8", "gb18030")):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("latin-1")


def _last(url: str) -> str:
    """Return the file's name that an address has: in its query where that names one, else its last part."""
    parts = urlsplit(url)
    for _, value in parse_qsl(parts.query, errors="replace"):
        if FILE.search(value) and len(value) < _LONGEST:
            return tidied(value)
    return tidied(_read(unquote_to_bytes(without_dots(parts.path).rpartition("/")[2]), "utf-8")) or tidied(
        unquote(parts.hostname or "")
    )
