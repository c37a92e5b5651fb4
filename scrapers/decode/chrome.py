"""Page chrome: what a web page prints around its article. When in doubt it is content.

A block is left aside when its shape (nothing but links, a footer's words) or its name (class, id, role) says chrome
and nothing in it says content: sentences, figures, attachments, a heading, the words 决算 or 预算 outside links.
"""

import re
from collections.abc import Iterator

from scrapers.decode.markup import Node

_NAMES = (
    "nav navbar navigation menu footer foot copyright breadcrumb breadcrumbs crumb crumbs share bdsharebuttonbox "
    "sidebar aside search pagination pager related friendlink friendlinks toolbar contentinfo banner topbar login dqwz"
)
_NAMED = frozenset(_NAMES.split())
# The head of a page says who publishes it and what day it is, around its menu; a sign above it says the former alone.
_HEADS = frozenset(("header", "head", "top", "topbar"))
_SIGNS = frozenset(("logo", "sitename", "slogan"))
_SHORT = 60
# Without a name or a link these are judged by their lines alone; a page has thousands of them.
_PLAIN = frozenset(("p", "li", "td"))
_PARTS = frozenset(("nav", "footer", "aside"))
_TRAIL = frozenset(("breadcrumb", "breadcrumbs", "crumb", "crumbs", "dqwz"))
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_CONTAINER_NAMES = (
    "div ul ol dl nav header footer aside section table td p center form menu dir address li main article"
)
_CONTAINERS = frozenset(_CONTAINER_NAMES.split())
_MATTER = re.compile(r"决\s*算|预\s*算|发布(?:时间|日期)|公开(?:时间|日期)|附\s*件")
_FOOTER = re.compile(
    r"版权所有|ICP备|公网安备|网站标识码|技术支持[:：]|友情链接|网站地图|位访问者|Copyright", re.IGNORECASE
)
_CONTACT = re.compile(r"主办|承办|地\s*址[:：]|电\s*话[:：]|邮\s*编[:：]|传\s*真[:：]|©|登录|注册")
_FOOTER_LINE = re.compile(r"版权所有|ICP备\s*\d|公网安备\s*\d|网站标识码|政府网站找错", re.IGNORECASE)
_CONTROLS = re.compile(
    r"(?:打印(?:本页|此页|文章)?|关闭(?:窗口|本页|页面)?|分享(?:到|至)?[:：]?|返回(?:顶部|首页|上一页|列表|目录)?"
    r"|收藏(?:本页)?|微信|微博|新浪微博|QQ空间|朋友圈|扫一扫.{0,20}|纠错|无障碍浏览|字[体号](?:大小)?[:：]?|大|中|小"
    r"|我要(?:纠错|打印|分享)|责任编辑[:：]?|相关(?:文章|链接|阅读|附件下载)|热点(?:新闻|推荐)|首页|登录|注册|设为首页|加入收藏|[+＋|｜/])+\Z"
)
_NEIGHBOUR = re.compile(r"\s*[【\[]?[上下]一[篇条][】\]]?\s*(?:[:：].{0,80})?\Z")
_PLACE = re.compile(
    r"\s*(?:[您你]?(?:当前|现在|所在)的?(?:位置|在)?(?:是)?\s*[:：]|首\s*页\s*[>»＞›/]).{0,120}\Z", re.DOTALL
)
_BRACKETS = re.compile(r"[\s【】\[\]（）()｜|]+")
_OPEN, _CLOSED = r"[\[【(（]?\s*", r"\s*[\]】)）]?"
_COUNT = rf"{_OPEN}\d[\d,]*(?![\d.,]|\s*[万亿]){_CLOSED}"
_WHICH = r"(?:(?:总|今日|今天|昨日|本页|本站|本文|累计|文章|网站)\s*)"
_VISITED = (
    rf"(?:浏览|点击|阅读|访问)(?:总?次数|总?量|人数|人次|率|数)?\s*[:：]\s*(?:{_COUNT}|(?!\s*[\d\[【(（]))\s*(?:人?次)?"
)
_COUNTER = re.compile(rf"(?:(?:已下载|下载次数)[:：]?\s*(?:{_COUNT})?\s*次?|{_WHICH}*{_VISITED})\s*")
# Without a colon a count is one only beside a date or an origin, without either only if nothing else is said.
_BARE_COUNTER = re.compile(
    rf"{_WHICH}*(?:浏览|点击|阅读|访问|查看)(?:总?次数|总?量|人数|数)?\s*{_COUNT}\s*人?次\s*"
    rf"|{_OPEN}\d[\d,]*\s*人?次(?:浏览|点击|阅读|访问){_CLOSED}\s*|(?:查看次数|人气)\s*[:：]\s*{_COUNT}\s*次?\s*"
)
_ALONE = (
    rf"(?:{_WHICH}+{_VISITED}|(?:当前)?在线人数\s*[:：]\s*{_COUNT}\s*人?"
    r"|您是\s*(?:本站|本页)?的?第?\s*\d[\d,]*\s*位(?:访问者|访客|浏览者|来访者|游客|用户))"
)
_ONLY_COUNTERS = re.compile(rf"[\s|｜]*{_ALONE}(?:[\s|｜,，;；]*{_ALONE})*[\s|｜]*")
_DATED = re.compile(r"(?:发布|发表|更新)(?:时间|日期)|日期|来源|作者")
_TODAY = re.compile(
    r"(?:(?:今天|今日|现在)是|(?:当前|系统|现在|北京)(?:时间|日期))\s*[:：,，]?\s*(?:(?:北京时间|公元)\s*[:：]?\s*)?"
    r"\d{2,4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?(?:[\s,，]*(?:星期|周)[一二三四五六日天])?"
    r"(?:[\s,，]*农历[\u4e00-\u9fff]{2,12})?(?:[\s,，]*\d{1,2}\s*[:：]\s*\d{2}(?:\s*[:：]\s*\d{2})?)?\s*"
)
_BYLINE = re.compile(r"发布(?:时间|日期)|来源|作者|信息来源|字[体号]|附件|浏览|点击|阅读次数")
_LONGEST = 400


def is_chrome(node: Node) -> bool:
    """Say whether a block and all that is in it belongs to the page and not to the article."""
    if node.tag not in _CONTAINERS or node.words == 0:
        return False
    if node.sentences > 1 or node.figures > 5 or node.files:
        return False
    if node.links == 0 and not node.attributes and node.tag in _PLAIN:
        return False
    names = frozenset(_names(node))
    if names & _TRAIL:
        return node.words < 200
    # A name alone proves nothing: a note under a table may be called its footer.
    named = bool(names & _NAMED) and (node.links > 0 or node.tag in _PARTS or _says(_CONTACT, node))
    if not (named or _is_links(node) or _is_footer(node) or _is_head(node, names)):
        return False
    return not _has_matter(node)


def is_chrome_line(line: str) -> bool:
    """Say whether a printed line of a page is a control, a trail or a footer's line."""
    if len(line) > 160 or not line.strip():
        return False
    bare = _BRACKETS.sub("", line)
    return (
        _CONTROLS.match(bare) is not None
        or _NEIGHBOUR.match(line) is not None
        or _PLACE.match(line) is not None
        or (_FOOTER_LINE.search(line) is not None and "。" not in line)
    )


def without_counters(line: str) -> str:
    """Return a byline, an attachment line or a header without what changes with every look: counts of visits and
    today's date (浏览次数：123, 您是第123位访客, 今天是2024年10月9日 星期三)."""
    if len(line) > 300 or "。" in line:
        return line
    kept = _TODAY.sub("", line)
    if _BYLINE.search(kept) is not None:
        kept = _COUNTER.sub("", kept)
        if _DATED.search(kept) is not None:
            kept = _BARE_COUNTER.sub("", kept)
    if _ONLY_COUNTERS.fullmatch(kept) is not None:
        return ""
    return line if kept == line else kept.rstrip(" ")


def _names(node: Node) -> Iterator[str]:
    yield node.tag
    for name in ("class", "id", "role"):
        for part in _PART.finditer(node.get(name)):
            yield part[0].lower()
        yield from node.get(name).lower().split()


def _is_links(node: Node) -> bool:
    """A menu: at least three links to other pages and hardly a word outside of them."""
    outside = node.words - node.linked
    return node.links >= 3 and node.sentences == 0 and outside <= 40 and outside <= 0.4 * node.words


def _is_head(node: Node, names: frozenset[str]) -> bool:
    """A menu with the site's name and the day beside it, or the site's name or a few links alone, where their names say
    so."""
    outside = node.words - node.linked
    if outside > _SHORT or node.sentences or node.tables:
        return False
    if names & _SIGNS or (names & _HEADS and node.links >= 3):
        return True
    return bool(names & _HEADS) and outside == 0 and not _says(_MATTER, node)


def _is_footer(node: Node) -> bool:
    return node.tables == 0 and _says(_FOOTER, node)


def _says(words: re.Pattern[str], node: Node) -> bool:
    return node.words < _LONGEST and words.search("".join(node.strings())) is not None


def _has_matter(node: Node) -> bool:
    """Say whether the words outside links name a budget, final accounts or a date of publication."""
    if any(heading.words > heading.linked for heading in node.inner("h1", "h2")):
        return True
    if node.words == node.linked:
        return False
    return node.linked * 2 < node.words and _MATTER.search("".join(node.strings())) is not None
