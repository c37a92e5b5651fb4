"""Feeds and sitemaps, as sites print them and as they should not."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.finding.entries import entries, sitemap

BASE = "https://czj.example.gov.cn/rss/yjs.xml"
URL = "https://czj.example.gov.cn/rss/a.html"

RSS = """<?xml version="1.0" encoding="{0}"?>
<rss version="2.0"><channel>
<title>预决算公开</title><link>https://czj.example.gov.cn/</link>
<item><title>某某局2023年度部门决算</title><link>a.html</link>
<pubDate>Fri, 20 Sep 2024 01:30:00 GMT</pubDate></item>
<item><title><![CDATA[乙局<b>2023</b>年度部门决算 & 说明]]></title>
<link>b.html?x=1&y=2</link><pubDate>2024-09-21</pubDate>
<enclosure url="b.pdf" type="application/pdf"/></item></channel></rss>"""


def told(body: str | bytes) -> list[tuple[str, str, str | None, str]]:
    found = entries(body.encode() if isinstance(body, str) else body, BASE)
    return [(link.url.rpartition("/")[2], link.text, link.date, link.place) for link in found]


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
def test_an_rss_feed_is_read_in_its_encoding(encoding: str) -> None:
    body = RSS.format(encoding).encode("gb18030" if encoding == "gb2312" else encoding)
    assert told(body) == [
        ("a.html", "某某局2023年度部门决算", "2024-09-20", "entry"),
        ("b.html?x=1&y=2", "乙局2023年度部门决算 & 说明", "2024-09-21", "entry"),
        ("b.pdf", "乙局2023年度部门决算 & 说明", "2024-09-21", "enclosure"),
    ]


def test_a_declared_encoding_that_is_wrong_is_not_believed() -> None:
    assert told(RSS.format("gb2312").encode("utf-8"))[0][1] == "某某局2023年度部门决算"


@pytest.mark.parametrize(
    "feed",
    [
        """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>决算</title><link rel="self" href="x"/>
        <link href="a.html"/><published>2024-09-20T01:00:00+08:00</published></entry></feed>""",
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/">
        <item rdf:about="https://czj.example.gov.cn/rss/a.html"><title>决算</title>
        <dc:date>2024-09-19T17:00:00Z</dc:date></item></rdf:RDF>""",
        """<rss version="0.91"><channel><item><title>决算&nbsp;</title><link> a.html </link>
        <pubDate>2024年9月20日</pubDate></item>""",
        """<rss><channel><item><title>决算</title><guid>https://czj.example.gov.cn/rss/a.html</guid>
        <pubDate>2024-09-20 10:00:00</pubDate></item></channel></rss>""",
        """<feed xml:base="https://czj.example.gov.cn/"><entry xml:base="rss/">
        <title type="html">&lt;b&gt;决算&lt;/b&gt;</title>
        <link href="a.html"/><updated>2024-09-20</updated></entry></feed>""",
        """\ufeff  <?xml version="1.0"?><rss xmlns:unknown><channel><item><title>决算</title><foo:bar>x</foo:bar>\x0b
        <link>a.html</link><pubDate>Fri, 20 Sep 2024 09:00:00 +0800</pubDate></item></channel></rss>""",
    ],
)
def test_every_kind_of_feed_tells_address_title_and_day(feed: str) -> None:
    (link,) = entries(feed.encode(), BASE)
    assert (link.url, link.text, link.date) == (URL, "决算", "2024-09-20")


def test_a_json_feed_is_read() -> None:
    items = [
        {"id": "1", "url": "a.html", "title": "决算", "date_published": "2024-09-20T01:00:00+08:00"},
        {"id": "2", "title": "无地址"},
        {"id": URL + "x", "title": "乙", "attachments": [{"url": "b.pdf"}, "broken"]},
        "broken",
    ]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    assert told(body) == [
        ("a.html", "决算", "2024-09-20", "entry"),
        ("a.htmlx", "乙", None, "entry"),
        ("b.pdf", "乙", None, "enclosure"),
    ]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"<html><body><a href=x>x</a>", b"%PDF", b"words", b"{" * 9999, b"<rss"]
)
def test_what_is_no_feed_has_no_entries(body: bytes) -> None:
    assert entries(body, BASE) == ()


def test_entities_are_not_expanded_and_nothing_outside_is_read() -> None:
    feed = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
    <!ENTITY f SYSTEM "file:///etc/hostname">]><rss><channel><item><title>&b;&f;</title><link>a.html</link></item></channel></rss>"""
    assert told(feed) == [("a.html", "&b;&f;", None, "entry")]


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://czj.example.gov.cn/rss/a.html?x=1&amp;y=2</loc><lastmod>2024-09-20</lastmod></url>
<url><loc>mailto:x@y.cn</loc></url><url><loc>
https://czj.example.gov.cn/b.html </loc></url></urlset>"""


@pytest.mark.parametrize("body", [SITEMAP.encode(), gzip.compress(SITEMAP.encode(), mtime=0)], ids=["plain", "gzip"])
def test_a_sitemap_lists_pages(body: bytes) -> None:
    pages, further = sitemap(body, BASE)
    assert [(page.url, page.date) for page in pages] == [
        ("https://czj.example.gov.cn/rss/a.html?x=1&y=2", "2024-09-20"),
        ("https://czj.example.gov.cn/b.html", None),
    ]
    assert further == ()


def test_an_index_of_sitemaps_lists_further_ones() -> None:
    body = b"<sitemapindex><sitemap><loc>/s1.xml.gz</loc></sitemap><sitemap><loc>/s2.xml</loc></sitemap></sitemapindex>"
    assert sitemap(body, BASE) == ((), ("https://czj.example.gov.cn/s1.xml.gz", "https://czj.example.gov.cn/s2.xml"))


def test_a_plain_sitemap_has_an_address_a_line() -> None:
    pages, _ = sitemap(
        b"\xef\xbb\xbfhttps://czj.example.gov.cn/a.html\r\nwords\nhttps://czj.example.gov.cn/a.html\n", BASE
    )
    assert [page.url for page in pages] == ["https://czj.example.gov.cn/a.html"]


@pytest.mark.parametrize("body", [b"", b"\x1f\x8bbroken", b"<html></html>", b"%PDF-1.7", b"{}"])
def test_what_is_no_sitemap_lists_nothing(body: bytes) -> None:
    assert sitemap(body, BASE) == ((), ())


@given(st.binary(max_size=200))
def test_no_bytes_raise(tail: bytes) -> None:
    for head in (b"", b"<rss><channel><item><link>", b"<urlset><url><loc>", b"\x1f\x8b\x08"):
        assert all(link.url.startswith("http") for link in entries(head + tail, BASE))
        assert all(link.url.startswith("http") for link in sitemap(head + tail, BASE)[0])
