"""Files that a document's page hands out, and what they are called."""

from urllib.parse import quote

import pytest

from scrapers.finding.attachments import attachments
from scrapers.finding.links import links
from scrapers.finding.names import content_name
from tests.conftest import DISCLOSURES

BASE = "https://czj.example.gov.cn/zwgk/202409/t20240920_1.html"


def attached(article: str, around: str = "") -> list[tuple[str, str]]:
    page = f"<html><body><div class='nav'><a href='/a.html'>首页</a></div><div class='article'>{article}</div>{around}"
    return [(link.text, link.url) for link in attachments(links(page.encode(), BASE), BASE)]


@pytest.mark.parametrize(
    "suffix", ["pdf", "doc", "docx", "wps", "xls", "xlsx", "et", "zip", "rar", "ofd", "txt", "7z", "csv"]
)
def test_a_file_is_told_by_its_ending(suffix: str) -> None:
    url = f"https://czj.example.gov.cn/zwgk/202409/P02024.{suffix}"
    assert attached(f"<a href='./P02024.{suffix}'>决算公开表</a>") == [("决算公开表", url)]


@pytest.mark.parametrize(
    "link",
    [
        "<a href='/dl?id=1'>点击下载</a>",
        "<a href='/dl?id=1'>附件2</a>",
        "附件：<a href='/dl?id=1'>2023年度部门决算</a>",
        "<a href='/dl?id=1' title='决算表.xls'>决算表</a>",
        "<a href='/cms/show.do?f=a8'>【下载附件】</a>",
    ],
)
def test_a_link_that_promises_a_file_leads_to_one_whatever_its_address(link: str) -> None:
    assert len(attached(f"<p>{link}</p>")) == 1


@pytest.mark.parametrize(
    "link",
    [
        "附件：<a href='/zwgk/202409/t1.html'>有关通知</a>",
        "<a href='/xzzx/'>下载</a>",
        "<a href='/show?id=1'>2022年度部门决算</a>",
        "附件是说明。<a href='/show?id=1'>更多</a>",
    ],
)
def test_a_page_beside_the_word_is_no_file(link: str) -> None:
    assert attached(f"<p>{link}</p>") == []


@pytest.mark.parametrize(
    "href",
    [
        "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=17&wbfileid=1496",
        "/attach/0/a8f3c2",
        "/module/download/downfile.jsp?classid=0&filename=2409201.pdf",
        "/cms/fileDownload?id=8",
        "/UploadFile/show.aspx?id=9",
        "/gov/getFile.do?id=1",
    ],
)
def test_an_address_that_hands_out_a_file_is_one_without_an_ending(href: str) -> None:
    assert [url for _, url in attached(f"<p>附件1：<a href='{href}'>2023年度部门决算表</a></p>")] == [
        f"https://czj.example.gov.cn{href}"
    ]


def test_files_keep_their_order_and_the_names_the_page_gives_them() -> None:
    article = (
        "<p>附件【<a href='/download.jsp?wbfileid=2'>某某大学2023年度决算公开.pdf</a>】已下载3次</p>"
        "<p><a href='1.xls'>【附件2】</a></p><p><a href='3.doc' title='说明.doc'>附件3</a></p>"
    )
    assert [text for text, _ in attached(article)] == ["某某大学2023年度决算公开.pdf", "附件2", "说明.doc"]


@pytest.mark.parametrize(
    "article",
    [
        "<a href='/soft/AdbeRdr.exe'>Adobe Reader下载</a>",
        "<a href='/download/ofdreader.zip'>OFD阅读器下载</a>",
        "<a href='/xz/app.html'>客户端下载</a>",
        "<a href='/images/1.jpg'><img src='/images/1.jpg'></a>",
        "<a href='b.html'>某某局2022年度决算</a>",
        "<a href='javascript:window.print()'>打印</a>",
        "<a href='/download/'>下载中心</a>",
    ],
)
def test_programs_pictures_and_pages_are_no_attachments(article: str) -> None:
    assert attached(article) == []


def test_files_of_the_footer_and_the_navigation_are_no_attachments() -> None:
    footer = (
        "<div class='footer'><a href='/help.pdf'>使用帮助</a></div><div class='nav'><a href='/map.doc'>地图</a></div>"
    )
    assert attached("<p>正文</p>", footer) == []


def test_the_attachment_of_a_published_page_is_found() -> None:
    path = DISCLOSURES / "corpus" / "final-2023-swu-page.html"
    if not path.is_file():
        pytest.skip("the published documents are not here")
    base = "https://xxgk.swu.edu.cn/info/1118/4297.htm"
    (link,) = attachments(links(path.read_bytes(), base), base)
    assert link.text == "西南大学2023年度决算公开.pdf"
    assert link.url.endswith("download.jsp?urltype=news.DownloadAttachUrl&owner=1747819574&wbfileid=14960085")


NAME = "西南大学2023年度决算公开.pdf"
ESCAPED = quote(NAME)


@pytest.mark.parametrize(
    "header",
    [
        f"attachment; filename*=UTF-8''{ESCAPED}",
        f'attachment; filename="{NAME.encode("gb18030").decode("latin-1")}"',
        f"attachment;filename={NAME.encode().decode('latin-1')}",
        f"attachment; filename={ESCAPED}",
        'attachment; filename="%CE%F7%C4%CF%B4%F3%D1%A72023%C4%EA%B6%C8%BE%F6%CB%E3%B9%AB%BF%AA.pdf"',
        'attachment; filename="=?UTF-8?B?6KW/5Y2X5aSn5a2mMjAyM+W5tOW6puWGs+eul+WFrOW8gC5wZGY=?="',
        f'attachment; filename="C:\\\\files\\\\{NAME}"',
    ],
)
def test_the_name_that_a_server_gives_is_read_however_it_is_written(header: str) -> None:
    assert content_name({"content-disposition": header}, "https://x.example.cn/download.jsp?id=1", "附件1") == NAME


@pytest.mark.parametrize(
    ("text", "url", "header", "name"),
    [
        ("决算公开.pdf", "https://x.cn/a", "attachment; filename=1.pdf", "决算公开.pdf"),
        ("附件1：决算公开.pdf（点击下载）", "https://x.cn/a", "", "附件1：决算公开.pdf"),
        ("附件1", "https://x.cn/P0202.xlsx", "", "附件1.xlsx"),
        ("附件1", "https://x.cn/down.jsp?id=3", "attachment; filename=20240920.pdf", "附件1.pdf"),
        ("", "https://x.cn/%E5%86%B3%E7%AE%97.pdf", "", "决算.pdf"),
        ("", "https://x.cn/d.jsp?file=%E5%86%B3%E7%AE%97.doc", "", "决算.doc"),
        ("", "https://x.cn/", "", "x.cn"),
        ("决算/表", "https://x.cn/a", "", "决算 表"),
    ],
)
def test_a_name_comes_from_the_link_the_server_or_the_address(text: str, url: str, header: str, name: str) -> None:
    assert content_name({"content-disposition": header} if header else {}, url, text) == name
