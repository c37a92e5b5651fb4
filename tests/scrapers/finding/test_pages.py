"""Addresses in one spelling, titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.finding.pages import normalised, page_title
from tests.conftest import DISCLOSURES


@pytest.mark.parametrize(
    ("url", "slot"),
    [
        ("HTTP://WWW.Example.GOV.cn:80/A/b.html#top", "http://www.example.gov.cn/A/b.html"),
        ("https://example.gov.cn:443", "https://example.gov.cn/"),
        ("https://example.gov.cn:8443/a", "https://example.gov.cn:8443/a"),
        ("https://example.gov.cn/a/./b/../c.html", "https://example.gov.cn/a/c.html"),
        ("https://example.gov.cn/../../c.html", "https://example.gov.cn/c.html"),
        ("https://example.gov.cn/a.jsp;jsessionid=0A1B?x=1", "https://example.gov.cn/a.jsp?x=1"),
        ("https://example.gov.cn/a.php?b=2&PHPSESSID=x&a=1", "https://example.gov.cn/a.php?b=2&a=1"),
        ("https://example.gov.cn/a.php?PHPSESSID=x&a=1", "https://example.gov.cn/a.php?a=1"),
        ("https://example.gov.cn/决算 公开.pdf", "https://example.gov.cn/%E5%86%B3%E7%AE%97%20%E5%85%AC%E5%BC%80.pdf"),
        ("https://example.gov.cn/%e5%86%b3%7ea", "https://example.gov.cn/%E5%86%B3~a"),
        ("https://example.gov.cn/s?k=%be%f6", "https://example.gov.cn/s?k=%BE%F6"),
        ("https://example.gov.cn/a\\b.html", "https://example.gov.cn/a/b.html"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("http://www.中国/", "http://www.xn--fiqs8s/"),
        (" https://example.gov.cn/a\n.html ", "https://example.gov.cn/a.html"),
    ],
)
def test_an_address_has_one_spelling(url: str, slot: str) -> None:
    assert normalised(url) == slot


@pytest.mark.parametrize("url", ["mailto:a@b.cn", "http://[x", "http://h:99999/", "", "决算.pdf"])
def test_what_is_no_address_stays_as_it_is(url: str) -> None:
    assert normalised(url) == url


@given(st.text(max_size=40), st.text(max_size=20))
def test_the_spelling_of_a_spelling_is_itself(path: str, query: str) -> None:
    once = normalised(f"http://Example.gov.cn/{path}?{query}")
    assert normalised(once) == once


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (
            "<title>某某局2023年度部门决算_部门决算_某某市政府</title><h1>某某局2023年度部门决算</h1>",
            "某某局2023年度部门决算",
        ),
        (
            "<title>某某市财政局</title><meta name=ArticleTitle content='某某局2023年度部门决算'>",
            "某某局2023年度部门决算",
        ),
        ("<title>某某局2023年度部门决算</title>", "某某局2023年度部门决算"),
        ("<body><h2>某某局2023年度部门决算</h2></body>", "某某局2023年度部门决算"),
        ("<p>正文</p>", ""),
    ],
)
def test_a_page_is_called_what_its_article_is_called(page: str, title: str) -> None:
    assert page_title(page.encode()) == title


def test_the_title_of_a_published_page_loses_the_name_of_its_site() -> None:
    path = DISCLOSURES / "corpus" / "final-2023-swu-page.html"
    if not path.is_file():
        pytest.skip("the published documents are not here")
    assert page_title(path.read_bytes()) == "西南大学2023年度决算公开"
