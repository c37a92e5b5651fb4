"""What a column offers to machines: RSS, Atom, JSON Feed, and a sitemap of the host."""

import gzip
import json
from collections.abc import Callable, Sequence
from typing import Literal
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from tests.site.publishing import Column
from tests.site.site import Site
from tests.site.skins import Anchor
from tests.site.wire import Asked

Form = Literal["rss", "atom", "json"]
_KINDS = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
_NAMES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}


def feed(column: Column, form: Form, *, most: int = 20) -> str:
    """Let a feed of the newest ``most`` entries stand beside a column and return its URL."""
    target = column.folder + _NAMES[form]
    write = {"rss": _rss, "atom": _atom, "json": _json}[form]

    def made(asked: Asked) -> bytes:
        return write(column, column.anchors()[:most])

    return column.site.file(column.host, target, made, _KINDS[form])


def sitemap(site: Site, host: str, targets: Callable[[], Sequence[str]], *, index: bool = False) -> str:
    """Let a sitemap stand at the root of a host (``index``: one that names a packed one) and return its URL."""

    def made(_: Asked) -> bytes:
        rows = "".join(f"<url><loc>{escape(site.url(host, target))}</loc></url>\n" for target in targets())
        return f"{_XML}<urlset xmlns={_SITEMAPS}>\n{rows}</urlset>\n".encode()

    def named(_: Asked) -> bytes:
        row = f"<sitemap><loc>{site.url(host, '/sitemap_1.xml.gz')}</loc></sitemap>"
        return f"{_XML}<sitemapindex xmlns={_SITEMAPS}>\n{row}\n</sitemapindex>\n".encode()

    if not index:
        return site.file(host, "/sitemap.xml", made, "text/xml")
    site.file(host, "/sitemap_1.xml.gz", lambda asked: gzip.compress(made(asked), mtime=0), "application/gzip")
    return site.file(host, "/sitemap.xml", named, "text/xml")


_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = '"http://www.sitemaps.org/schemas/sitemap/0.9"'


def _address(column: Column, anchor: Anchor) -> str:
    return urljoin(column.url, anchor.href)


def _rss(column: Column, anchors: Sequence[Anchor]) -> bytes:
    """RSS 2.0; the title with markup in it, as some of them have."""
    rows = "\n".join(
        f"<item><title><![CDATA[{a.title}]]></title><link>{escape(_address(column, a))}</link>"
        f"<guid>{escape(_address(column, a))}</guid><pubDate>{a.date} 09:30:00</pubDate></item>"
        for a in anchors
    )
    head = f"<title>{column.title}</title><link>{escape(column.url)}</link>"
    return f'{_XML}<rss version="2.0"><channel>{head}\n{rows}\n</channel></rss>\n'.encode()


def _atom(column: Column, anchors: Sequence[Anchor]) -> bytes:
    rows = "\n".join(
        f'<entry><id>{escape(_address(column, a))}</id><title type="text">{escape(a.title)}</title>'
        f'<link rel="alternate" href="{escape(a.href)}"/><published>{a.date}T09:30:00+08:00</published>'
        f"<updated>{a.date}T09:30:00+08:00</updated></entry>"
        for a in anchors
    )
    head = f'<id>{escape(column.url)}</id><title>{column.title}</title><link rel="self" href="atom.xml"/>'
    return f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom">{head}\n{rows}\n</feed>\n'.encode()


def _json(column: Column, anchors: Sequence[Anchor]) -> bytes:
    items = [
        {"id": a.href, "url": _address(column, a), "title": a.title, "date_published": f"{a.date}T09:30:00+08:00"}
        for a in anchors
    ]
    told = {"version": "https://jsonfeed.org/version/1.1", "title": column.title, "items": items}
    return json.dumps(told, ensure_ascii=False).encode()
