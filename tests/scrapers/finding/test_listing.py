"""Which links of a listing lead to documents, and where the listing goes on."""

import re
from dataclasses import dataclass

import pytest

from scrapers.finding.links import links
from scrapers.finding.listing import next_pages, select
from scrapers.finding.places import PlaceError, place

BASE = "https://czj.example.gov.cn/zwgk/yjs/index.html"
HERE = "https://czj.example.gov.cn/zwgk/yjs/"
PAGE = """<html><body>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/yjs/">财政预决算</a></li>
<li><a href="/zwgk/bmys/">部门预算</a></li></ul></div>
<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/yjsgk/">预决算公开</a></div>
<div id="main"><ul class="list">
<li><a href="./202409/t20240920_1.html" title="某某市司法局2023年度部门决算">某某市司法…</a>
<span>2024-09-20</span></li>
<li><a href="./202409/t20240920_2.html">某某市司法局2023年“三公”经费决算公开</a><span>2024-09-20</span></li>
<li><a href="./202402/t20240220_3.html">某某市司法局2024年单位预算</a><span>2024-02-20</span></li>
<li><a href="./202402/t20240220_4.html">预算公开</a><span>2024-02-20</span></li>
<li><a href="./202402/t20240220_5.html">关于2023年预算执行情况的解读</a><span>2024-02-20</span></li>
<li><a href="./202402/t20240220_6.html">某某市司法局工作动态</a><span>2024-02-20</span></li>
</ul></div><div class="footer"><a href="/about.html">关于我们</a></div></body></html>"""


@dataclass(frozen=True)
class Follow:
    text: re.Pattern[str] | None = None
    url: re.Pattern[str] | None = None
    place: str | None = None


@dataclass(frozen=True)
class Pages:
    text: re.Pattern[str] | None = None
    url: str | None = None
    first: int = 2
    most: int = 50


def chosen(follow: Follow, *ignore: str, document: bool = True) -> list[str]:
    found = links(PAGE.encode(), BASE)
    picked = select(found, follow, [re.compile(pattern) for pattern in ignore], document=document)
    return [link.url.rpartition("/")[2] or link.url for link in picked]


def test_without_a_pattern_the_links_that_name_budgets_and_accounts_are_followed_but_no_columns() -> None:
    assert chosen(Follow()) == ["t20240920_1.html", "t20240920_2.html", "t20240220_3.html", "t20240220_4.html"]


def test_patterns_replace_what_is_followed_by_default() -> None:
    assert chosen(Follow(text=re.compile("动态"))) == ["t20240220_6.html"]
    assert chosen(Follow(text=re.compile("部门决算"))) == ["t20240920_1.html"]
    assert chosen(Follow(url=re.compile(r"/202402/.*_[56]\."))) == ["t20240220_5.html", "t20240220_6.html"]


def test_what_is_to_be_ignored_is_left() -> None:
    assert chosen(Follow(), "三公", "预算公开") == ["t20240920_1.html", "t20240220_3.html"]


def test_a_place_limits_what_is_followed() -> None:
    assert chosen(Follow(text=re.compile("预算"), place=".nav")) == ["https://czj.example.gov.cn/zwgk/bmys/"]
    assert len(chosen(Follow(place="#main ul.list"))) == 4


def test_a_level_of_lists_follows_everything_in_its_place() -> None:
    assert len(chosen(Follow(place="#main"), document=False)) == 6


@pytest.mark.parametrize(
    ("selector", "holds"),
    [
        ("#main", True),
        ("div#main", True),
        (".list", True),
        ("#main .list a", True),
        ("body #main > ul > li", True),
        ("#main > li", False),
        ("ul#main", False),
        (".nav, #main", True),
        (".nav", False),
        ("div div div", False),
        ("#main *", True),
        ("UL.list", True),
        (".list #main", False),
    ],
)
def test_a_place_is_told_by_a_selector(selector: str, holds: bool) -> None:
    assert place(selector).holds("html body div#main ul.list.news li a") is holds


@pytest.mark.parametrize(
    "selector", ["", "a:hover", "a[href]", "> a", "a >", "a > > b", "a,,b", "#a#b", "ul li:nth-child(2)"]
)
def test_a_selector_that_is_not_understood_is_refused(selector: str) -> None:
    with pytest.raises(PlaceError):
        place(selector)


@pytest.mark.parametrize("words", ["下一页", "下页", "后一页", " 下一页 &gt;", "&gt;", "›", "»", "[下一页]", "Next"])
def test_a_link_to_the_next_page_is_found_by_its_words(words: str) -> None:
    page = f"<a href='index_1.html'>上一页</a><a href='index_2.html'>{words}</a><a href='index_9.html'>尾页</a>"
    assert next_pages(page.encode(), BASE) == (f"{HERE}index_2.html",)


def test_the_pages_of_a_script_are_counted_from_0() -> None:
    page = '<script>createPageHTML(4, 0, "index", "html");</script>'
    assert next_pages(page.encode(), BASE) == tuple(f"{HERE}index_{n}.html" for n in (1, 2, 3))


def test_the_pages_of_a_script_are_counted_from_1_where_it_says_so() -> None:
    page = "<script>createPageHTML('page-div',3,1,'index','shtml',61);</script>"
    assert next_pages(page.encode(), f"{HERE}index.shtml") == (f"{HERE}index_2.shtml", f"{HERE}index_3.shtml")


def test_the_pages_of_a_script_on_a_further_page_are_the_same() -> None:
    page = '<script>createPageHTML(4, 1, "index", "html");</script>'
    seen = {f"{HERE}index.html", f"{HERE}index_1.html"}
    assert next_pages(page.encode(), f"{HERE}index_1.html", seen=seen) == (f"{HERE}index_2.html", f"{HERE}index_3.html")


@pytest.mark.parametrize(
    "script",
    [
        'var countPage = 3; var currentPage = 0; createPageHTML(countPage, currentPage, "index", "html");',
        "var countPage = 3 //共多少页\nfor(;;) document.write('<a href=\"index_' + i + '.html\">');",
        'var countPage = 3;\nvar next = "index" + "_" + nextPage + "." + "html"; createPage(3, 0, "index", "html")',
    ],
)
def test_numbers_that_a_script_keeps_in_variables_are_read(script: str) -> None:
    page = f"<script>function createPageHTML(_nPageCount, _nCurrIndex, _name, _ext){{}}\n{script}</script>"
    assert next_pages(page.encode(), BASE) == (f"{HERE}index_1.html", f"{HERE}index_2.html")


def test_one_page_has_no_next() -> None:
    assert next_pages(b'<script>createPageHTML(1, 0, "index", "html");</script>', BASE) == ()
    assert next_pages("<a href='javascript:void(0)'>下一页</a>".encode(), BASE) == ()
    assert next_pages("<a href='index.html'>下一页</a>".encode(), BASE) == ()


def test_pages_that_count_down_are_followed_by_their_links() -> None:
    page = "<div class='p_pages'><span class='p_next p_fun'><a href='index/12.htm'>下页</a></span></div>"
    assert next_pages(page.encode(), "https://x.example.edu.cn/xxgk/index.htm") == (
        "https://x.example.edu.cn/xxgk/index/12.htm",
    )


def test_numbers_are_pages_only_where_pages_are_listed() -> None:
    pager = "<div class='pagination'><a href='?page=1'>1</a><a href='?page=2'>2</a><a href='?page=3'>3</a></div>"
    assert next_pages(pager.encode(), f"{HERE}?page=1") == (f"{HERE}?page=2", f"{HERE}?page=3")
    assert next_pages(b"<p>See <a href='note.html'>2</a></p>", BASE) == ()


def test_pages_that_were_seen_are_not_named_again_and_their_number_is_bounded() -> None:
    page = '<script>createPageHTML(400, 0, "index", "html");</script>'
    assert len(next_pages(page.encode(), BASE)) == 49
    assert next_pages(page.encode(), BASE, Pages(most=3)) == (f"{HERE}index_1.html", f"{HERE}index_2.html")
    assert next_pages(page.encode(), BASE, Pages(most=2), seen={f"{HERE}index_1.html", BASE}) == ()


def test_configured_pages_come_one_by_one() -> None:
    pages = Pages(url="index_{n}.html", first=1, most=3)
    assert next_pages(b"", BASE, pages) == (f"{HERE}index_1.html",)
    seen = {BASE, f"{HERE}index_1.html"}
    assert next_pages(b"", f"{HERE}index_2.html", pages, seen) == ()
    assert next_pages(b"", f"{HERE}?page=1", Pages(url="?page={n}")) == (f"{HERE}?page=2",)


def test_a_configured_text_says_which_link_goes_on() -> None:
    page = "<a href='index_1.html'>更多</a><a href='index_2.html'>下一页</a>"
    assert next_pages(page.encode(), BASE, Pages(text=re.compile("更多"))) == (f"{HERE}index_1.html",)


def test_another_site_is_no_further_page() -> None:
    assert next_pages("<a href='https://other.example.cn/2.html'>下一页</a>".encode(), BASE) == ()
