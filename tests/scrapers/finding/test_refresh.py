"""Pages that only send their reader on."""

import pytest

from scrapers.finding.refresh import refresh

BASE = "https://czj.example.gov.cn/a/index.html"


@pytest.mark.parametrize(
    "page",
    [
        "<meta http-equiv='refresh' content='0;url=b.html'>",
        "<META HTTP-EQUIV=Refresh CONTENT=\"0; URL='b.html'\">",
        "<meta http-equiv=refresh content='5 , url = b.html'>",
        "<script>window.location.href='b.html';</script>",
        "<title>x</title><body><script language=javascript>\n// 跳转\nlocation = 'b.html'</script></body>",
        "<script>top.location.replace('b.html')</script>",
        "<script>setTimeout(function(){window.location.href='b.html'}, 3000);</script>",
        "<body onload=\"window.location='b.html'\">正在跳转…</body>",
    ],
)
def test_a_page_that_sends_on_says_where(page: str) -> None:
    assert refresh(page.encode(), BASE, "text/html") == "https://czj.example.gov.cn/a/b.html"


@pytest.mark.parametrize(
    "page",
    [
        "<meta http-equiv=refresh content='300'>",
        "<meta http-equiv=refresh content='600;url=b.html'>",
        "<meta http-equiv=refresh content='0;url=index.html'>",
        "<noscript><meta http-equiv=refresh content='0;url=nojs.html'></noscript>",
        "<!--[if lt IE 9]><meta http-equiv=refresh content='0;url=old.html'><![endif]-->",
        "<script>if(/Android/.test(navigator.userAgent)) location.href='/m/';</script>",
        "<script>document.cookie='a=1';location.href='b.html';</script>",
        "<script>location.href='b.html'</script><p>" + "正文。" * 100 + "</p>",
        "<script>location.href='javascript:x()'</script>",
        "<meta http-equiv=refresh content='0;url=mailto:a@b.cn'>",
        "<p>正文</p>",
    ],
)
def test_a_page_that_stays_or_decides_by_anything_sends_nobody_on(page: str) -> None:
    assert refresh(page.encode(), BASE, "text/html; charset=utf-8") is None


def test_other_content_sends_nobody_on() -> None:
    page = b"<meta http-equiv='refresh' content='0;url=b.html'>"
    assert refresh(page, BASE, "application/pdf") is None
    assert refresh(b"%PDF-1.7" + page, BASE, "") is None
    assert refresh(page, BASE, "") == "https://czj.example.gov.cn/a/b.html"
