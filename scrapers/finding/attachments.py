"""The files that a document's page hands out with it: its tables, its text as PDF, with the names it gives them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from scrapers.finding.chrome import in_chrome, in_foot
from scrapers.finding.links import FILE, Link

_HANDED_OUT = re.compile(
    r"wbfileid=|download|getfile|fileid=|/attach|attach(?:ment)?id|uploadfile|down\.(?:jsp|asp|php|do)|/file/",
    re.IGNORECASE,
)
_NAMED = re.compile(r"附\s*件|附\s*表|点击(?:下载|查看)|下\s*载|查看(?:全文|原文|附件)")
# Words that promise a file whatever its address looks like: 附件2, 点击下载; or 附件： just before the link.
_PROMISED = re.compile(
    r"[【\[（(\s]*(?:附\s*[件表]\s*[\d一二三四五六七八九十]*|(?:点击|立即|附件|全文|文件)?下\s*载(?:附件|全文|文件)?)[】\]）)\s:：]*"
)
_INTRODUCED = re.compile(r"附\s*[件表]\s*[\d一二三四五六七八九十]*\s*[:：]?\s*[【\[]?\s*\Z")
_A_PAGE = re.compile(r"(?:/|\.s?html?)\Z", re.IGNORECASE)
_SAVED_PAGE = re.compile(r"\.(?:s?html?|mht(?:ml)?)(?![A-Za-z0-9_/-]|\.\w)", re.IGNORECASE)
# Programs that a site recommends to its readers, and its own app.
_PROGRAM = re.compile(
    r"客户端|浏览器|阅读器|播放器|控件|插件|驱动|\bapp\b|安卓|android|ios|小程序|adobe|acrobat|reader|foxit|福昕|wps\s*office"
    r"|数科|书生|caj|安装包|(?:ofd|pdf|ceb)\s*(?:软件|查看|阅读|工具|下载器)|flash",
    re.IGNORECASE,
)
_NOT_A_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|svg|webp|ico|css|js|apk|exe|msi|dmg|ipa|mp[34]|flv|avi|wmv|swf)$", re.I
)
_BRACKETED = re.compile(r"\A[【\[]\s*(?P<name>[^】\]]+?)\s*[】\]]\Z")
_LISTED = re.compile(
    r"download(?:s|list|center|area)?/?(?:index\.\w+)?$|/(?:xzzx|xiazai)/?(?:index\.\w+)?$", re.IGNORECASE
)


def attachments(links: Iterable[Link], page_url: str) -> tuple[Link, ...]:
    """Return those of a page's ``links`` that are files belonging to its document, in page order.

    By the ending of the name or the address, or by an address that hands out files from inside the article; ``text`` is
    then the file's name as the page gives it, which may lack an ending (see ``names.content_name``). Not programs to
    read files with, nothing of the page's footer or navigation, no pictures.
    """
    return tuple(
        replace(link, text=_called(link), download=True)
        for link in links
        if link.url != page_url and not _is_program(link) and _is_attachment(link)
    )


def _is_attachment(link: Link) -> bool:
    parts = urlsplit(link.url)
    path = parts.path
    if _NOT_A_FILE.search(path) or in_foot(link.place):
        return False
    named = _NAMED.search(link.beside) is not None or _NAMED.search(link.text) is not None
    if FILE.search(link.url) or FILE.search(link.text) or FILE.search(link.title):
        return named or not in_chrome(link.place)
    if _SAVED_PAGE.search(link.text):
        return True
    if in_chrome(link.place) and not named:
        return False
    if (_PROMISED.fullmatch(link.text) and not in_chrome(link.place)) or _INTRODUCED.search(link.beside):
        return not (_A_PAGE.search(path) and not parts.query)
    return _HANDED_OUT.search(link.url) is not None and (parts.query != "" or not _LISTED.search(path))


def _is_program(link: Link) -> bool:
    words = f"{link.text} {link.title}"
    if re.search(r"决算|预算", words):
        return False
    return _PROGRAM.search(words) is not None or _PROGRAM.search(urlsplit(link.url).path.rpartition("/")[2]) is not None


def _called(link: Link) -> str:
    """Return the file's name as the page gives it; a title that has an ending is better than words that have none."""
    text = link.text
    bracketed = _BRACKETED.match(text)
    if bracketed is not None:
        text = bracketed["name"]
    if not FILE.search(text) and FILE.search(link.title):
        return link.title
    return text
