"""How three families of content management lay out their pages: articles, columns, downloads.

`TRS` is laid out as TRS/WCM sites are (``t20240920_123.html``, ``createPageHTML``), `VSB` as Visual SiteBuilder sites
are (``info/1118/4297.htm``, ``download.jsp?…wbfileid=``, pages numbered downwards), `JCMS` as JCMS sites are
(``art/2024/9/20/art_12_345.html``, ``downfile.jsp``). The words are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

Family = Literal["trs", "vsb", "jcms"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of a column: ``title`` whole; printed cut where ``cut``, as narrow columns do."""

    href: str
    title: str
    date: str
    cut: bool = False

    @property
    def shown(self) -> str:
        return f"{self.title[:14]}…" if self.cut and len(self.title) > 15 else self.title


@dataclass(frozen=True, slots=True)
class Numbers:
    """Pages of a column: this one of how many, from 0; ``folder`` is where the column stands, from / to /."""

    folder: str
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Skin:
    """One family, for one site of it: ``name`` of the site, ``charset`` as its pages declare it."""

    family: Family
    name: str
    charset: str = "utf-8"

    def encode(self, page: str) -> bytes:
        """Return the bytes of a page: what declares gb2312 holds gb18030, as it does in the wild."""
        return page.encode("gb18030" if self.charset in ("gb2312", "gbk") else self.charset)

    def frame(self, title: str, body: str, *, where: str = "", head: str = "") -> str:
        """Return a whole page around ``body``."""
        return _FRAME.format(
            charset=self.charset,
            title=escape(title),
            name=escape(self.name),
            body=body,
            where=where,
            head=head,
            generator=_GENERATORS[self.family],
        )

    def article(self, title: str, body: str, *, date: str, foot: str = "", views: int | None = None) -> str:
        """Return the page of one document; ``foot`` has its attachments, ``views`` how often it was read."""
        head = f'<meta name="ArticleTitle" content="{escape(title)}">\n<meta name="PubDate" content="{date} 09:30">\n'
        seen = "" if views is None else f'<span class="views">浏览次数：<b id="hits">{views}</b></span>'
        body = _ARTICLES[self.family].format(title=escape(title), body=body, date=date, foot=foot, seen=seen)
        where = '<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 财政预决算 &gt; 正文'
        return self.frame(f"{title}-{self.name}", body, where=where, head=head)

    def attachment(self, href: str, name: str, number: int) -> str:
        """Return a link to a file as it stands below (or in) an article."""
        if self.family == "vsb":
            counter = f'<script language="javascript">getClickTimes({number},1747819574,"wbnewsfile","attach")</script>'
            link = f'<a href="{escape(href)}" target="_blank">{escape(name)}</a>'
            return f'<li>附件【{link}】已下载<span id="nattach{number}">{counter}</span>次</li>'
        if self.family == "jcms":
            return f'<p><img src="/module/jslib/icons/file.png"><a href="{escape(href)}">{escape(name)}</a></p>'
        return f'<p class="insertfileTag"><a href="{escape(href)}" appendix="true" title="">{escape(name)}</a></p>'

    def address(self, number: int, date: str) -> str:
        """Return where an article of ``date`` (ISO) stands, below its column's folder for TRS, absolute elsewhere."""
        year, month, day = (int(part) for part in date.split("-"))
        if self.family == "trs":
            return f"{year}{month:02}/t{year}{month:02}{day:02}_{20_000 + number}.html"
        if self.family == "vsb":
            return f"/info/1118/{4_000 + number}.htm"
        return f"/art/{year}/{month}/{day}/art_1229_{580_000 + number}.html"

    def download(self, number: int, extension: str, date: str) -> str:
        """Return where a file stands; TRS puts it beside its page (relative), the others behind a script."""
        year, month, day = date.split("-")
        if self.family == "trs":
            return f"P0{year}{month}{day}{number:06}.{extension}"
        if self.family == "vsb":
            kept = f"owner=1747819574&wbfileid={14_960_000 + number}"
            return f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&{kept}"
        return f"/module/download/downfile.jsp?classid=0&filename={number:08x}{number * 7_919:08x}.{extension}"

    def column(self, title: str, links: Sequence[Anchor], numbers: Numbers, *, lead: str = "") -> str:
        """Return one page of a column; ``lead`` goes before its links (columns below it)."""
        item, around = _LISTS[self.family]
        rows = "\n".join(
            item.format(href=escape(a.href), title=escape(a.title), shown=escape(a.shown), date=a.date) for a in links
        )
        body = around.format(rows=rows, pages=self.pagination(numbers), lead=lead, title=escape(title))
        return self.frame(f"{title}-{self.name}", body, where=f'<a href="/">首页</a> &gt; {escape(title)}')

    def page_address(self, numbers: Numbers) -> str:
        """Return where one page of a column stands."""
        folder, page = numbers.folder, numbers.page
        if self.family == "trs":
            return f"{folder}index_{page}.html" if page else folder
        if self.family == "vsb":
            return f"{folder}{numbers.pages - page}.htm" if page else f"{folder.rstrip('/')}.htm"
        return f"{folder}index.html?uid=4462&pageNum={page + 1}" if page else f"{folder}index.html"

    def pagination(self, numbers: Numbers) -> str:
        """Return how a reader gets to the other pages: a script that writes the links, or links."""
        page, pages = numbers.page, numbers.pages
        if self.family == "trs":
            return f'<div class="page"><script>createPageHTML({pages}, {page}, "index", "html");</script></div>'
        if pages == 1:
            return ""
        if self.family == "vsb":
            name = numbers.folder.rstrip("/").rpartition("/")[2]
            below, above = ("", f"../{name}.htm") if page else (f"{name}/", "")
            links = [f'<span class="p_no_d">{page + 1}</span>']
            if page > 0:
                links.insert(0, f'<span class="p_first"><a href="{above}">首页</a></span>')
            if page + 1 < pages:
                links.append(f'<span class="p_next"><a href="{below}{pages - page - 1}.htm">下页</a></span>')
                links.append(f'<span class="p_last"><a href="{below}1.htm">尾页</a></span>')
            return f'<div class="pb_sys_common">{"".join(links)}</div>'
        links = [f'<a href="index.html?uid=4462&amp;pageNum={n + 1}">{n + 1}</a>' for n in range(pages) if n != page]
        if page + 1 < pages:
            links.append(f'<a class="next" href="index.html?uid=4462&amp;pageNum={page + 2}">下一页</a>')
        return f'<div class="page_box">{" ".join(links)}</div>'


_GENERATORS = {
    "trs": "<!-- published by WCM -->",
    "vsb": "<!--Announced by Visual SiteBuilder 9-->",
    "jcms": '<meta name="generator" content="jcms">',
}

_FRAME = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{title}</title>
{generator}
{head}<link rel="stylesheet" href="/static/main.css">
<script>var site = "{name}"; function go() {{ return false; }}</script>
</head>
<body>
<!--token--><div class="header"><div class="logo">{name}</div><span id="today"></span>\
<ul class="nav"><li><a href="/">首页</a></li>\
<li><a href="/zwgk/">政务公开</a></li><li><a href="/zwgk/yjsgk/">财政预决算</a></li>\
<li><a href="/bsfw/">办事服务</a></li><li><a href="javascript:void(0)" onclick="return go()">无障碍</a></li></ul></div>
<div class="position">您现在的位置：{where}</div>
{body}
<div class="footer"><p>版权所有：{name} 责任编辑：朱镕</p>\
<p><a href="/wzdt/">网站地图</a> | <a href="mailto:site@town.example">联系我们</a> | \
网站标识码：0000000000 <span id="total"></span></p>\
<p><a href="/app/reader.exe">PDF阅读器下载</a></p></div>
</body>
</html>
"""

_ARTICLES = {
    "trs": """<div class="content">
<h1>{title}</h1>
<div class="info">发布时间：{date} 来源：本单位 {seen} <a href="javascript:window.print()">打印</a></div>
<div class="TRS_Editor">
{body}
</div>
<div class="fj">{foot}</div>
</div>""",
    "vsb": """<div class="content col-left"><form name="_newscontent_fromname">
<h3 class="title">{title}</h3>
<div class="ct-info">发布日期：{date}&nbsp;&nbsp;{seen}</div>
<div id="vsb_content"><div class="v_news_content">
{body}
</div></div><div id="div_vote_id"></div>
<ul style="list-style-type:none;">{foot}</ul>
</form></div>""",
    "jcms": """<div class="main"><table id="article"><tr><td class="title">{title}</td></tr>
<tr><td>发布日期：{date} 信息来源：本单位 {seen}</td></tr>
<tr><td class="bt_content"><div id="zoom">
{body}
{foot}
</div></td></tr></table></div>""",
}

_LISTS = {
    "trs": (
        '<li><span>{date}</span><a href="{href}" target="_blank" title="{title}">{shown}</a></li>',
        '<div class="right"><h2>{title}</h2>{lead}\n<ul class="xxgk_list">\n{rows}\n</ul>\n{pages}</div>',
    ),
    "vsb": (
        '<li id="line_u6"><a href="{href}" title="{title}">{shown}</a><span class="time">[{date}]</span></li>',
        '<div class="list-con"><h2>{title}</h2>{lead}\n<ul class="list">\n{rows}\n</ul>\n{pages}</div>',
    ),
    "jcms": (
        '<tr><td class="bt_link"><a href="{href}" title="{title}">{shown}</a></td><td class="bt_time">{date}</td></tr>',
        '<div class="bt_list"><b>{title}</b>{lead}\n<table>\n{rows}\n</table>\n{pages}</div>',
    ),
}
