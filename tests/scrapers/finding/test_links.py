"""Links as sites of governments print them."""

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.finding.links import Link, links, resolved
from scrapers.finding.pages import normalised

BASE = "https://czj.example.gov.cn/zwgk/yjs/index.html"


def only(markup: str, base: str = BASE) -> Link:
    (link,) = links(markup.encode(), base)
    return link


def listed(*rows: str) -> tuple[Link, ...]:
    return links(f"<html><body><ul class='list'>{''.join(rows)}</ul></body></html>".encode(), BASE)


def test_a_relative_address_is_resolved_against_the_page() -> None:
    link = only('<a href="./202409/t20240920_123.html">某某局2023年度部门决算</a>')
    assert link.url == "https://czj.example.gov.cn/zwgk/yjs/202409/t20240920_123.html"


def test_the_base_of_a_page_moves_its_relative_addresses() -> None:
    assert only('<base href="/x/y/"><a href="a.html">决算</a>').url == "https://czj.example.gov.cn/x/y/a.html"


@pytest.mark.parametrize(
    "text", ["某某市司法局2023年度部门决…", "某某市司法局2023年度部门决...", "某某市司法局2023", ""]
)
def test_a_text_that_was_cut_is_whole_again_by_its_title(text: str) -> None:
    assert (
        only(f'<a href="a.html" title="某某市司法局2023年度部门决算">{text}</a>').text == "某某市司法局2023年度部门决算"
    )


def test_a_title_that_says_something_else_does_not_replace_the_text() -> None:
    link = only('<a href="a.html" title="点击查看">某某市司法局2023年度部门决算</a>')
    assert (link.text, link.title) == ("某某市司法局2023年度部门决算", "点击查看")


def test_a_title_that_lists_author_and_hits_gives_its_title_only() -> None:
    link = only(
        '<a href="a.html" title="标题：某某局2023年度部门决算&#10;作者：办公室&#10;点击数：12">某某局2023年…</a>'
    )
    assert link.text == "某某局2023年度部门决算"


def test_a_picture_that_links_is_called_what_it_shows() -> None:
    assert only('<a href="a.html"><img src="a.png" alt="部门决算公开"></a>').text == "部门决算公开"


@pytest.mark.parametrize(
    "anchor",
    [
        """<a href="#" onclick="window.open('./202409/a.html')">决算</a>""",
        """<a href="javascript:void(0)" onclick="location.href='./202409/a.html'">决算</a>""",
        """<a href="javascript:window.open('./202409/a.html','_blank')">决算</a>""",
        """<a href="javascript:;" onclick='showDetail("./202409/a.html")'>决算</a>""",
        """<a href="javascript:location.replace('./202409/a.html')">决算</a>""",
        """<a data-href="./202409/a.html">决算</a>""",
        """<tr onclick="window.open('./202409/a.html')"><td>决算</td></tr>""",
        """<iframe src="./202409/a.html" title="决算"></iframe>""",
        """<map><area href="./202409/a.html" alt="决算"></map>""",
    ],
)
def test_an_address_that_a_click_or_a_frame_opens_is_a_link(anchor: str) -> None:
    markup = f"<table>{anchor}</table>" if anchor.startswith("<tr") else anchor
    link = only(markup)
    assert (link.url, link.text) == ("https://czj.example.gov.cn/zwgk/yjs/202409/a.html", "决算")


@pytest.mark.parametrize(
    "href",
    ["mailto:a@b.cn", "tel:010", "javascript:void(0)", "javascript:history.back()", "#top", "", "http://[x", "data:,x"],
)
def test_what_leads_nowhere_is_no_link(href: str) -> None:
    assert links(f'<a href="{href}">决算</a>'.encode(), BASE) == ()


def test_an_address_stands_once_with_the_first_words_that_say_something() -> None:
    link = only("<div id=a><a href='a.html'><img src='x.png'></a></div><p><a href='a.html'>某某局2023年度决算</a></p>")
    assert link.text == "某某局2023年度决算"
    assert link.place.endswith("p a")
    assert any("div#a" in place for place in link.elsewhere)


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href='a.html'>某某局2023年度决算</a><span>2024-09-20</span></li>",
        "<li><span>[2024-09-20]</span><a href='a.html'>某某局2023年度决算</a></li>",
        "<li><a href='a.html'>某某局2023年度决算</a> 2024/9/20</li>",
        "<li><a href='a.html'>某某局2023年度决算</a><em>2024年9月20日</em></li>",
        "<li><a href='a.html'><span>某某局2023年度决算</span><em>2024.09.20</em></a></li>",
        "<li><a href='t20240920_1.html'>某某局2023年度决算</a>[09-20]</li>",
        "<li><div class='date'><b>20</b><i>2024-09</i></div><h4><a href='a.html'>某某局2023年度决算</a></h4></li>",
        "<li><a href='/more/'>[决算]</a><a href='a.html'>某某局2023年度决算</a><span>2024-09-20 10:11:12</span></li>",
    ],
)
def test_the_date_beside_a_link_is_told(row: str) -> None:
    other = "<li><a href='b.html'>某某局2022年度决算</a><span>2023-09-21</span></li>"
    found = {link.text: link.date for link in listed(row, other)}
    assert found["某某局2023年度决算"] == "2024-09-20"
    assert found["某某局2022年度决算"] == "2023-09-21"


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href='a.html'>某某局2023年度决算</a>[09-20]</li>",
        "<li><a href='t20230115_1.html'>某某局2023年度决算</a>[09-20]</li>",
        "<li><a href='a.html'>某某局2023年度决算</a> 2024-13-40</li>",
        "<li><a href='a.html'>关于2024年9月20日会议的决算</a></li>",
    ],
)
def test_no_date_is_told_where_its_year_is_not_known_or_it_is_part_of_the_title(row: str) -> None:
    assert listed(row)[0].date is None


def test_dates_of_a_list_without_rows_belong_to_their_links_in_order() -> None:
    page = "<td><a href='a.html'>甲局决算</a> 2024-09-20<br><a href='b.html'>乙局决算</a> 2024-09-21<br></td>"
    assert [link.date for link in links(f"<table><tr>{page}</tr></table>".encode(), BASE)] == [
        "2024-09-20",
        "2024-09-21",
    ]


def test_the_date_of_publication_of_a_page_is_not_the_date_of_its_attachment() -> None:
    attached = "<ul><li>附件【<a href='/d.jsp?id=1'>决算.pdf</a>】</li></ul>"
    link = only(f"<div class=a><p>发布时间：2024-08-16</p><p>正文</p>{attached}</div>")
    assert (link.date, link.beside, link.download) == (None, "附件【", True)


def test_a_page_that_declares_gb2312_and_holds_more_is_read_whole() -> None:
    page = (
        "<meta charset=gb2312><a href='/s?k=决算'>朱镕基故里管理处2023年度决算公开说明</a><a href=b.html>乙局预算</a>"
    )
    first, second = links(page.encode("gb18030"), BASE)
    assert first.text == "朱镕基故里管理处2023年度决算公开说明"
    assert first.url == "https://czj.example.gov.cn/s?k=%BE%F6%CB%E3"
    assert second.text == "乙局预算"


def test_lists_that_a_script_shows_are_read_from_their_data() -> None:
    page = (
        "<div id='list'><script type='text/xml'><datastore><recordset><record><![CDATA[<li>"
        "<a href='/art/2024/9/20/a.html'>某某局2023年度部门决算</a><span>2024-09-20</span></li>]]></record>"
        "</recordset></datastore></script></div>"
    )
    assert [(link.text, link.date) for link in links(page.encode(), BASE)] == [("某某局2023年度部门决算", "2024-09-20")]


@pytest.mark.parametrize(
    "markup",
    [
        """<script>showVsbpdfIframe("/__local/0/A/决算.pdf","100%","600","0","","某某大学2023年度决算.pdf")</script>""",
        """<iframe src="/pdfjs/web/viewer.html?file=%2F__local%2F0%2FA%2F%E5%86%B3%E7%AE%97.pdf"></iframe>""",
        """<embed src="/__local/0/A/决算.pdf">""",
    ],
)
def test_a_file_that_is_shown_in_the_page_is_a_link(markup: str) -> None:
    assert only(markup).url == "https://czj.example.gov.cn/__local/0/A/%E5%86%B3%E7%AE%97.pdf"


def test_parameters_that_look_like_entities_stay() -> None:
    link = only('<a href="/d.jsp?urltype=news&owner=17&copy=2&wbfileid=3">决算</a>')
    assert link.url.endswith("/d.jsp?urltype=news&owner=17&copy=2&wbfileid=3")


@pytest.mark.parametrize(
    "body", [b"", b"\0\0\0\0", b"%PDF-1.7 <a href=x>", b"PK\x03\x04", b"plain words", b"\xff\xfe", b"{}"]
)
def test_bytes_that_are_no_page_have_no_links(body: bytes) -> None:
    assert links(body, BASE) == ()


@given(st.binary(max_size=300))
def test_no_bytes_raise(body: bytes) -> None:
    for link in links(b"<a href='x'>" + body, BASE):
        assert link.url.startswith("http")


@pytest.mark.parametrize("opening", ["<div>", "<div><a href='/x.html'>", "<font><ul><li>", "<table><tr><td>"])
def test_depth_costs_no_links(opening: str) -> None:
    page = opening * 5000 + "<a href='/last.html'>某某局2023年度决算</a>"
    assert links(page.encode(), BASE)[-1].url == "https://czj.example.gov.cn/last.html"


def test_addresses_of_other_schemes_are_none() -> None:
    assert resolved(BASE, "ftp://example.gov.cn/a") is None
    assert resolved(BASE, " http://example.gov.cn/a\n/b ") == "http://example.gov.cn/a/b"


@pytest.mark.parametrize(
    "base", [BASE, "https://Example.gov.cn", "http://example.gov.cn:80/a/../b/c?x=1/2#f", "http://[::1]/x"]
)
@given(address=st.from_regex(r"[./a-zA-Z0-9_-]{1,12}", fullmatch=True))
def test_simple_addresses_are_resolved_like_all_others(base: str, address: str) -> None:
    assert resolved(base, address) == normalised(urljoin(base, address))


def test_twenty_thousand_links_are_all_found() -> None:
    rows = "".join(f"<li><a href='./t{n}.html'>某某局{n}年度决算</a><b>2024-09-20</b></li>" for n in range(20_000))
    found = links(f"<html><body><ul>{rows}</ul>".encode(), BASE)
    assert len(found) == 20_000
    assert {link.date for link in found} == {"2024-09-20"}
