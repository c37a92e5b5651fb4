"""Feeds and sitemaps: RSS 0.9 to 2.0, RDF, Atom, JSON Feed; sitemaps, their indices, also zipped or as plain text.

Read with a forgiving parser: feeds of real sites have bare ampersands, HTML entities, a wrong declared encoding.
"""

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Protocol, cast
from urllib.parse import urljoin

from lxml import etree  # pyright: ignore

from scrapers.finding.dates import printed
from scrapers.finding.links import FILE, Link, resolved
from scrapers.finding.markup import characters, plain

CHINA = timezone(timedelta(hours=8))
_LARGEST = 50_000_000
_LONGEST_TEXT = 500
_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]{0,2000}(?:\[[^\]]{0,100000}\]\s*)?>", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)(?:(\w{2,8});)?")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_ENTITIES: Mapping[str, str] = {
    "nbsp": "\u00a0",
    "middot": "·",
    "mdash": "—",
    "ndash": "–",
    "ldquo": "“",
    "rdquo": "”",
    "lsquo": "‘",
    "rsquo": "’",
    "hellip": "…",
    "copy": "©",
    "ensp": "\u2002",
    "emsp": "\u2003",
}
_DATES = ("pubdate", "published", "date", "issued", "created", "updated", "modified", "lastmod", "date_published")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_ADDRESS = re.compile(r"https?://\S+")


class _Node(Protocol):
    @property
    def tag(self) -> object: ...
    @property
    def text(self) -> str | None: ...
    @property
    def attrib(self) -> Mapping[str, str]: ...
    def iter(self) -> "Iterator[_Node]": ...
    def itertext(self) -> Iterator[str]: ...
    def getparent(self) -> "_Node | None": ...
    def __iter__(self) -> "Iterator[_Node]": ...


# lxml has no types of its own; this is all that is used of it.
_xml_parser = cast("Callable[..., object]", etree.XMLParser)  # pyright: ignore
_fromstring = cast("Callable[[bytes, object], _Node | None]", etree.fromstring)  # pyright: ignore
_XmlError = cast("type[Exception]", etree.LxmlError)  # pyright: ignore


def entries(body: bytes, base_url: str, declared_charset: str | None = None) -> tuple[Link, ...]:
    """Return the entries of a feed in its order; ``()`` where ``body`` is none.

    ``text`` is the entry's title, ``date`` the day on which it says it was published (in China, where it gives a time
    zone), ``place`` is ``entry``, or ``enclosure`` for the files it encloses.
    """
    text, charset = characters(body[:_LARGEST], declared_charset)
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        found = _of_json(text, base_url)
    else:
        root = _tree(text)
        if root is None or _name(root) not in ("rss", "rdf", "feed", "channel"):
            return ()
        found = _of_xml(root, base_url, charset)
    return _once(found)


def sitemap(
    body: bytes, base_url: str, declared_charset: str | None = None
) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """Return the pages that a sitemap lists and the addresses of the further sitemaps that an index lists.

    ``date`` is the day of ``lastmod``. Zipped ones are unpacked up to 50 MB; plain text has an address a line.
    """
    if body.startswith(b"\x1f\x8b"):
        body = _unzipped(body)
    text, charset = characters(body[:_LARGEST], declared_charset)
    if "<" not in text[:2000]:
        lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
        return _once((line, "", None, "url") for line in _addresses(lines, base_url, charset)), ()
    root = _tree(text)
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        return (), ()
    pages: list[tuple[str, str, str | None, str]] = []
    further: list[str] = []
    for node in root.iter():
        if _name(node) not in ("url", "sitemap"):
            continue
        address = _child(node, "loc")
        url = resolved(base_url, address, charset) if address else None
        if url is None:
            continue
        if _name(node) == "sitemap":
            further.append(url)
        else:
            title = next((plain(_words(inner)) for inner in node.iter() if _name(inner) == "title"), "")
            pages.append((url, title, _day(_child(node, "lastmod")), "url"))
    return _once(pages), tuple(dict.fromkeys(further))


def _of_xml(root: _Node, base_url: str, charset: str) -> Iterator[tuple[str, str, str | None, str]]:
    for node in root.iter():
        if _name(node) not in ("item", "entry"):
            continue
        base = _base(node, base_url)
        title = _text(_child(node, "title"))
        day = next((day for name in _DATES if (day := _day(_child(node, name)))), None)
        address = _address(node)
        url = resolved(base, address, charset) if address else None
        if url is not None:
            yield url, title, day, "entry"
        for inner in node:
            enclosed = _enclosed(inner)
            url = resolved(base, enclosed, charset) if enclosed else None
            if url is not None:
                yield url, title, day, "enclosure"


def _address(node: _Node) -> str:
    """Return the address of an entry: its (alternate) link, else a guid or id that is one."""
    links = [inner for inner in node if _name(inner) == "link"]
    for inner in links:
        if inner.attrib.get("href") and inner.attrib.get("rel", "alternate") == "alternate":
            return inner.attrib["href"]
    for inner in links:
        words = _words(inner).strip()
        if words:
            return words
    for inner in node:
        words = _words(inner).strip()
        permanent = inner.attrib.get("isPermaLink") != "false" and _ADDRESS.fullmatch(words) is not None
        if _name(inner) in ("guid", "id", "origlink") and permanent:
            return words
    return next((value for name, value in node.attrib.items() if name.endswith("}about")), "")


def _enclosed(node: _Node) -> str:
    if _name(node) == "enclosure":
        return node.attrib.get("url", "")
    if _name(node) == "link" and node.attrib.get("rel") == "enclosure":
        return node.attrib.get("href", "")
    return ""


def _of_json(text: str, base_url: str) -> Iterator[tuple[str, str, str | None, str]]:
    try:
        feed: object = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return
    for item in _items(feed):
        title, url = _string(item, "title"), None
        for key in ("url", "external_url", "id"):
            address = _string(item, key)
            if address and (key != "id" or _ADDRESS.fullmatch(address)):
                url = resolved(base_url, address)
                break
        day = _day(_string(item, "date_published") or _string(item, "date_modified"))
        if url is not None:
            yield url, _text(title), day, "entry"
        for attached in _dicts(item.get("attachments")):
            url = resolved(base_url, _string(attached, "url"))
            if url is not None:
                yield url, _text(_string(attached, "title")) or _text(title), day, "enclosure"


def _items(feed: object) -> list[Mapping[str, object]]:
    """Return the items of a JSON Feed; other JSON is none."""
    if not isinstance(feed, dict):
        return []
    known = cast("Mapping[str, object]", feed)
    return _dicts(known.get("items")) if "jsonfeed.org" in str(known.get("version", "")) else []


def _dicts(value: object) -> list[Mapping[str, object]]:
    if not isinstance(value, list):
        return []
    return [cast("Mapping[str, object]", item) for item in cast("list[object]", value) if isinstance(item, dict)]


def _string(item: Mapping[str, object], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def _once(found: Iterable[tuple[str, str, str | None, str]]) -> tuple[Link, ...]:
    links: dict[str, Link] = {}
    for url, title, day, place in found:
        if url not in links:
            download = place == "enclosure" or FILE.search(url) is not None
            links[url] = Link(url, title[:_LONGEST_TEXT], "", place, day, len(links), download)
    return tuple(links.values())


def _tree(text: str) -> _Node | None:
    """Return the root of an XML text, mended where it is broken; None where nothing comes of it."""
    text = _CONTROLS.sub("", _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)).strip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return None
    parts = _CDATA.split(text)
    mended = "".join(part if part.startswith("<![CDATA[") else _BARE.sub(_mended, part) for part in parts)
    parser = _xml_parser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        return _fromstring(mended.encode("utf-8", errors="replace"), parser)
    except _XmlError:
        return None


def _mended(ampersand: re.Match[str]) -> str:
    name = ampersand[1]
    if name is None:
        return "&amp;"
    return _ENTITIES.get(name, f"&amp;{name};")


def _name(node: _Node) -> str:
    return node.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(node.tag, str) else ""


def _child(node: _Node, name: str) -> str:
    return next((_words(inner).strip() for inner in node if _name(inner) == name), "")


def _words(node: _Node) -> str:
    return "".join(node.itertext()) if isinstance(node.tag, str) else ""


def _text(title: str) -> str:
    """Return a title as plain words: feeds put markup into them, escaped."""
    return plain(_TAG.sub("", unescape(title)) if "<" in title or "&" in title else title)


def _base(node: _Node, base_url: str) -> str:
    """Return the address that relative links of ``node`` start from (``xml:base``)."""
    bases: list[str] = []
    above: _Node | None = node
    while above is not None:
        bases += [value for name, value in above.attrib.items() if name.endswith("}base")]
        above = above.getparent()
    for base in reversed(bases):
        try:
            base_url = urljoin(base_url, base.strip())
        except ValueError:
            continue
    return base_url


def _day(text: str) -> str | None:
    """Return the day that a feed's date means, in China where it has a time zone."""
    text = text.strip()
    if not text:
        return None
    for reading in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = reading(text)
        except (ValueError, IndexError, TypeError):
            continue
        if moment.tzinfo is None:
            return moment.date().isoformat()
        try:
            return moment.astimezone(UTC).astimezone(CHINA).date().isoformat()
        except OverflowError:
            return None
    return next((iso for date in printed(text) if (iso := date.iso())), None)


def _unzipped(body: bytes) -> bytes:
    """Return what a zipped sitemap holds, as far as it unpacks, at most 50 MB."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        return unpacker.decompress(body, _LARGEST)
    except zlib.error:
        return b""


def _addresses(lines: Iterable[str], base_url: str, charset: str) -> Iterator[str]:
    for line in lines:
        if line.startswith(("http://", "https://")):
            url = resolved(base_url, line, charset)
            if url is not None:
                yield url
