"""What an answer is: a document, or one of the many ways in which servers say that there is none.

Sites answer 200 with a page that says 404, with a login, with a script that has to be run first. Such a page is short
and says nothing but that; what holds figures, attachments or a text of its own is a document, whatever words it uses.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from scrapers.answers import Answer
from scrapers.finding.attachments import attachments
from scrapers.finding.links import links_of
from scrapers.finding.markup import EDGE, Page, characters, is_markup, plain, read

Outcome = Literal[
    "captured", "unmodified", "gone", "error_page", "login", "challenge", "blocked", "unavailable", "failed"
]


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer was taken for, and by what: a status, the words of the page, where it led."""

    outcome: Outcome
    why: str = ""


_CHALLENGES = frozenset((412, 521))
_REFUSALS = frozenset((401, 403, 451))
_LARGEST = 1_000_000
_LONGEST_LINE = 120
_MOST_WORDS = 300
_MOST_UNDER_TITLE = 1500
_FEW_LINKS = 40
_A_LIST = 3

_THING = (
    r"(?:页面|网页|页|文章|信息|内容|文件|资源|附件|新闻|稿件|栏目|链接|网址|地址|记录|数据|文档|目录|频道|站点|网站)"
)
_NO_MORE = (
    r"(?:不存在|未找到|没有找到|没找到|找不到|不见了|丢失|走丢|已经?(?:被)?(?:删除|移除|下线|撤销|撤下|撤回|屏蔽|关闭|失效"
    r"|过期|移走|转移)|被(?:删除|移除|撤下|屏蔽)|已不可用|未(?:通过)?审核|未发布|尚未发布|审核中)"
)
_GONE = re.compile(
    rf"(?:访问|查看|浏览|请求|打开|查找|查询|寻找|输入)的?{_THING}.{{0,16}}?{_NO_MORE}"
    rf"|(?:该|此|本|这个?|这篇|当前|指定|相关|所需){_THING}.{{0,8}}?{_NO_MORE}"
    rf"|{_THING}(?:可能)?{_NO_MORE}"
    rf"|(?:找不到|未找到|没有找到|没找到|无法找到|未能找到)(?:服务器上的)?.{{0,14}}?{_THING}"
    r"|\b404\b\s*[-–—:：,，.]*\s*(?:not\s*found|错误|error|页面|file|提示|$)|\b410\b\s*gone|http\s*(?:status|错误|error)?\s*[-–:]?\s*404\b"
    r"|(?:page|file|object|resource|document|url|article)\b.{0,60}?\b(?:not\s+(?:be\s+)?found|cannot\s+be\s+found|no\s+longer"
    r"|does(?:n.t|\s+not)\s+exist|has\s+been\s+(?:removed|deleted))|requested\s+url\b.{0,100}?\bnot\s+found|\Anot\s+found\W*\Z",
    re.IGNORECASE,
)
_GONE_TITLE = re.compile(
    r"(?:\A|[\s\-_|—–:：【\[(（])(?:404|410)(?=\Z|[\s\-_|—–:：,，】\])）!！]|错误|页面|找不到|未找到|出错|提示|error|page)",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    r"(?:访问|请求|操作|ip)(?:地址)?.{0,12}?(?:被|已被|遭到?)(?:.{0,8}?)(?:拦截|阻断|禁止|拒绝|限制|封禁|屏蔽|封锁)"
    r"|(?:拒绝|禁止|无权|没有权限|没有.{0,4}权限)(?:访问|查看|浏览)|(?:访问|查看|浏览)权限不足|(?:没有|无)(?:访问|查看|浏览)权限"
    r"|(?:存在|含有|包含|具有).{0,8}(?:威胁|攻击性|不合法|恶意|危险)|(?:网站|应用|web)\S{0,4}防火墙|\b403\b\W*(?:forbidden|禁止|错误|\Z)"
    r"|\bforbidden\b|access\s+(?:is\s+)?denied|request\s+(?:was\s+|is\s+)?(?:blocked|rejected)|you\s+have\s+been\s+blocked|黑名单",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"系统(?:发生)?(?:错误|异常|繁忙|忙|出错|维护|升级|故障)|服务器?(?:发生|内部|遇到|处理)?(?:错误|异常|忙|繁忙|出错|维护|故障|问题|不可用|无响应)"
    r"|(?:网站|本站|站点)(?:正在|系统|暂时|临时|因)?.{0,6}(?:维护|升级|建设中|改版|关闭|暂停)|(?:正在|系统)(?:维护|升级|建设)中"
    r"|参数(?:错误|有误|不正确|非法|异常|不合法|无效)|非法(?:参数|访问|请求|操作|字符)|无效的?(?:参数|请求|地址|链接)"
    r"|数据库\S{0,6}(?:错误|失败|出错|异常)|(?:操作|请求|加载|访问|读取|下载)(?:失败|出错|异常|超时)|出错(?:了|啦)|发生(?:了)?(?:错误|异常)|程序(?:错误|异常)"
    r"|(?:无法|不能)(?:正常)?(?:显示|访问|打开)|稍[后候]再?[重]?试|bad\s+gateway|gateway\s+time-?\s*out|internal\s+server\s+error"
    r"|service\s+(?:temporarily\s+)?unavailable|http\s+status\s+5\d\d|runtime\s+error|server\s+error|bad\s+request|java\.lang\.|exception\b"
    r"|stack\s*trace|ora-\d{5}|sqlstate|\b50[0234]\b\s*(?:error|错误|\Z)",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:请|需要?|必须|您?(?:还|尚)?未|没有)先?登[录陆]|登[录陆](?:后|才能|超时|已?过期|失效)|会话(?:已)?(?:过期|超时|失效)|统一身份认证|单点登[录陆]|用户登[录陆]"
    r"|please\s+(?:log|sign)\s*in|session\s+(?:has\s+)?expired|central\s+authentication",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(r"登[录陆]|身份认证|\blog\s*in\b|\blogin\b|\bsign\s*in\b|\bsso\b|\bcas\b", re.IGNORECASE)
_LOGIN_PATH = re.compile(r"/(?:\w*login\w*|sso|cas|signin|passport|authserver)(?:[/.?]|$)", re.IGNORECASE)
_CHALLENGE_SCRIPT = re.compile(
    r"\$_ts\b|acw_sc__v2|__jsl_clearance|jsl_clearance|wzws_?(?:template|cid|waf|sessionid|challenge)|_cf_chl|cf-chl|challenge-platform"
    r"|safeline|tencentcaptcha|geetest|initGeetest|aliyunCaptcha|verify_(?:url|token|code|challenge)|yunsuo_session|_waf_|__tst_status"
    r"|EO_Bot|probe\.js|hm_challenge",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"创宇盾|加速乐|安全验证|人机(?:验证|识别|校验)|滑动.{0,6}验证|拖动.{0,8}(?:滑块|验证)|(?:请|需要?)(?:先)?(?:完成|进行|通过|输入|填写|点击).{0,8}验证码?"
    r"|(?:请|需要?|必须)(?:您)?(?:先)?(?:开启|启用|打开|允许)(?:浏览器的?)?\s*(?:java\s*script|js|cookie)|(?:正在|浏览器).{0,8}(?:安全检查|安全检测|环境检测|进行验证)"
    r"|(?:检查|验证|检测)(?:您|你)的?浏览器|just\s+a\s+moment|checking\s+your\s+browser|verify(?:ing)?\s+you\s+are\s+(?:a\s+)?human"
    r"|enable\s+javascript\s+and\s+cookies|ddos\s+protection|attention\s+required",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"document\s*\.\s*cookie|\beval\s*\(|_0x[0-9a-f]{4}|String\.fromCharCode", re.IGNORECASE)
_ONWARD = re.compile(r"\blocation\b|\.reload\s*\(|\.submit\s*\(|\beval\s*\(", re.IGNORECASE)
_ALERT = re.compile(r"\balert\s*\(\s*[\"']([^\"']{2,200})[\"']")
_BACKWARD = re.compile(r"history\s*\.\s*(?:back|go)|window\s*\.\s*close|\blocation\b", re.IGNORECASE)
_FAILED_JSON = re.compile(
    r"\"(?:success|status|result|ok)\"\s*:\s*(?:false|\"(?:error|fail(?:ed|ure)?)\")|\"(?:code|status|errcode|resultCode)\"\s*:\s*\"?[45]\d\d\b"
    r"|\"error\"\s*:",
    re.IGNORECASE,
)

_FOOT = re.compile(
    r"ICP备|公网安备|网站标识码|版权所有|copyright|©|主办|承办|技术支持|地\s*址\s*[:：]|邮\s*编|电\s*话|传\s*真|联系我们|网站地图|您?的?(?:当前|所在)位置"
    r"|扫一扫|设为首页|加入收藏|无障碍|今天是|欢迎|建议使用|分辨率",
    re.IGNORECASE,
)
_MATTER = re.compile(r"决\s*算|预\s*算|“?三公”?\s*经费|万元|收入支出")
_LISTED = re.compile(r"\d{4}.*?(?:决算|预算)|(?:决算|预算).*?\d{4}")
# Not a date, a version, an address of a machine, or how long a page took.
_FIGURE = re.compile(
    r"(?<![\d./])\d[\d,，]*\.\d\d(?![\d.]|\s*(?:s\b|秒|ms\b|second|[KM]B))|\d(?:\.\d+)?\s*(?:万元|亿元)", re.IGNORECASE
)
_FRONT = re.compile(
    r"/*(?:(?:index|default|home|main)(?:\.(?:s?html?|jspx?|aspx?|php|do|action))?/?)?\Z", re.IGNORECASE
)
_ERROR_PATH = re.compile(
    r"/(?:[\w-]*40[34][\w-]*|[\w-]*error[\w-]*|not-?found|err|nopage|no_?exist)(?:\.\w+|/index\.\w+|/)?\Z",
    re.IGNORECASE,
)
_ASKED_FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|pptx?|zip|rar|7z|ofd|ceb)\Z", re.IGNORECASE)
_MAGIC = (
    *(b"%PDF", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf"),
    *(b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\x28\xb5\x2f\xfd"),
)
_SAID: tuple[tuple[Outcome, re.Pattern[str]], ...] = (
    ("gone", _GONE),
    ("login", _LOGIN),
    ("blocked", _BLOCKED),
    ("error_page", _ERROR),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_PASSWORD = re.compile(rb"<input\b[^>]{0,400}\btype\s*=\s*[\"']?password", re.IGNORECASE)


def judge(answer: Answer) -> Judged:
    """Return what ``answer`` is, and why: by its failure, its status, where it led, and what its page says.

    Pure: the same answer is judged alike for ever. A document has ``captured``, and anything undecided as well: what it
    holds is then judged by content.
    """
    status, body = answer.status, answer.body or b""
    if answer.failure is not None:
        return Judged("failed", f"{answer.failure}: {answer.detail}" if answer.detail else answer.failure)
    if status is None:
        return Judged("failed", "no answer")
    if status == 304:
        return (
            Judged("unmodified", "304") if answer.ask.conditional else Judged("failed", "304 to an unconditional ask")
        )
    if status in _CHALLENGES:
        return Judged("challenge", f"{status}")
    if status in (404, 410):
        return Judged("gone", f"{status}")
    if not 200 <= status < 300:
        return _refused(status, body, answer)
    if status == 206:
        return Judged("failed", "206: a part of the content that was not asked for")
    return _answered(answer, body, status)


def _refused(status: int, body: bytes, answer: Answer) -> Judged:
    """Judge an answer that says itself that it is none."""
    if status < 400:
        return Judged("failed", f"{status}: leads nowhere")
    page = _Seen.of(body, answer) if _is_page(body) else None
    if page is not None and (why := page.challenge()):
        return Judged("challenge", f"{status}: {why}")
    if status in _REFUSALS:
        return Judged("blocked", f"{status}")
    if status in (408, 425, 429) or status >= 500:
        return Judged("unavailable", f"{status}")
    if page is not None and (found := page.says(_BLOCKED)):
        return Judged("blocked", f"{status}: {found}")
    return Judged("error_page", f"{status}")


def _answered(answer: Answer, body: bytes, status: int) -> Judged:
    """Judge an answer that says that it is one."""
    if not body.strip(b" \t\r\n\f\v\0\xef\xbb\xbf"):
        return Judged("error_page", f"{status}: empty")
    led = _led(answer)
    if led is not None:
        return led
    if not _is_page(body):
        return Judged("captured", "")
    page = _Seen.of(body, answer)
    verdict = page.verdict()
    if verdict is None and status == 202 and page.is_script_only():
        verdict = Judged("challenge", "202: nothing but a script")
    if verdict is not None:
        return verdict
    asked = _ASKED_FILE.search(urlsplit(answer.ask.url).path)
    if asked is not None and is_markup(body) and not page.has_matter():
        return Judged("error_page", f"html instead of a file: {page.summary()}")
    return Judged("captured", "")


def _led(answer: Answer) -> Judged | None:
    """Judge by where redirects led: from a document's address to the front page, an error page or a login."""
    if not answer.hops:
        return None
    asked, final = urlsplit(answer.ask.url), urlsplit(answer.final_url)
    if (asked.netloc, asked.path, asked.query) == (final.netloc, final.path, final.query):
        return None
    if _LOGIN_PATH.search(final.path) and not _LOGIN_PATH.search(asked.path):
        return Judged("login", f"redirected to {answer.final_url}")
    if _ERROR_PATH.search(final.path) and not _ERROR_PATH.search(asked.path):
        return Judged("gone", f"redirected to {answer.final_url}")
    deep = _FRONT.match(asked.path) is None or asked.query != ""
    if deep and _FRONT.match(final.path) is not None and not final.query:
        return Judged("gone", f"redirected to the front page {answer.final_url}")
    return None


def _is_page(body: bytes) -> bool:
    """Say whether ``body`` is text small enough to be an error page; everything else is content."""
    return 0 < len(body) <= _LARGEST and not body.startswith(_MAGIC) and b"\0\0" not in body[:4096]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a reader sees of a page: its title, its lines outside of links, what else stands on it."""

    title: str
    lines: Sequence[str]
    scripts: str
    links: int
    disclosures: int
    files: bool
    password: bool

    @classmethod
    def of(cls, body: bytes, answer: Answer) -> "_Seen":
        """Look at the page that ``body`` is, or at the plain text."""
        declared = _CHARSET.search(answer.headers.get("content-type", ""))
        charset = declared[1] if declared else None
        if not is_markup(body):
            text = characters(body, charset)[0]
            return cls("", [line for part in text.splitlines() if (line := plain(part))], "", 0, 0, False, False)
        page = read(body, charset)
        found = links_of(page, answer.final_url)
        scripts = "\n".join(text for _, text in page.scripts)
        files = bool(attachments(found, answer.final_url))
        lines = list(_lines(page))
        listed = sum(_LISTED.search(link.text) is not None for link in found)
        return cls(page.title, lines, scripts, len(found), listed, files, _PASSWORD.search(body) is not None)

    def verdict(self) -> Judged | None:
        """Return what else than a document the page is; None where nothing says so."""
        if self.files or self.disclosures >= _A_LIST or any(_FIGURE.search(line) for line in self.lines):
            return None
        alert = self._alert()
        if alert is not None:
            return alert
        why = self.challenge()
        if why:
            return Judged("challenge", why)
        if self.title and self._rest() <= _MOST_UNDER_TITLE and not self._tells_matter():
            gone = _GONE_TITLE.search(self.title) or _GONE.search(self.title)
            if gone is not None:
                return Judged("gone", self.title[:_LONGEST_LINE])
            if self._rest() <= _MOST_WORDS:
                for outcome, pattern in _SAID[2:]:
                    if pattern.search(self.title) and not _MATTER.search(self.title):
                        return Judged(outcome, self.title[:_LONGEST_LINE])
        if self._is_login():
            return Judged("login", self.title[:_LONGEST_LINE] or "asks for a password")
        for outcome, pattern in _SAID:
            line = self.says(pattern)
            if line:
                return Judged(outcome, line)
        return self._json()

    def says(self, pattern: re.Pattern[str]) -> str:
        """Return the line that says so, if the page says nothing else; ``""`` if not."""
        for line in self.lines:
            if len(line) <= _LONGEST_LINE and _FOOT.search(line) is None and pattern.search(line):
                if self._rest(line) <= _MOST_WORDS and not self._tells_matter(line):
                    return line
                return ""
        return ""

    def challenge(self) -> str:
        """Return by what the page is a test of its reader, ``""`` if it is none."""
        if self._rest() > _MOST_WORDS or self.links > _FEW_LINKS or self._tells_matter():
            return ""
        known = _CHALLENGE_SCRIPT.search(self.scripts)
        if known is not None and self._rest() <= 150:
            return known[0]
        for line in (self.title, *self.lines):
            if len(line) <= _LONGEST_LINE and _CHALLENGE.search(line):
                return line
        if self.is_script_only() and _COOKIE.search(self.scripts) and _ONWARD.search(self.scripts):
            return "nothing but a script that sets a cookie and asks again"
        return ""

    def is_script_only(self) -> bool:
        """Say whether there is nothing to read on the page, only to be run."""
        return bool(self.scripts.strip()) and sum(map(len, self.lines)) <= 20 and self.links <= 1

    def has_matter(self) -> bool:
        """Say whether the page holds what a disclosure holds: a table saved as HTML with a file's ending."""
        return any(_MATTER.search(line) or _FIGURE.search(line) for line in self.lines)

    def summary(self) -> str:
        """Return the page's title or the beginning of its words."""
        return (self.title or " ".join(self.lines))[:_LONGEST_LINE]

    def _rest(self, without: str = "") -> int:
        """Return how many characters the page has besides a line, its title, and what stands in every footer."""
        return sum(len(line) for line in self._others(without))

    def _others(self, without: str) -> Iterator[str]:
        return (
            line
            for line in self.lines
            if line != without and line not in self.title and _FOOT.search(line[:_LONGEST_LINE]) is None
        )

    def _tells_matter(self, without: str = "") -> bool:
        return any(_MATTER.search(line) for line in self._others(without))

    def _is_login(self) -> bool:
        if not self.password or self.disclosures or _MATTER.search(self.title) or self._tells_matter():
            return False
        if self._rest() > _MOST_WORDS * 2:
            return False
        return _LOGIN_TITLE.search(self.title) is not None or (self.links <= 15 and self._rest() <= _MOST_WORDS)

    def _alert(self) -> Judged | None:
        """Judge a page that only opens a box with words and goes back."""
        if sum(map(len, self.lines)) > 50 or self.links > 3:
            return None
        alert = _ALERT.search(self.scripts)
        if alert is None or _BACKWARD.search(self.scripts) is None:
            return None
        words = plain(alert[1])
        if _GONE.search(words):
            return Judged("gone", words)
        if _LOGIN.search(words):
            return Judged("login", words)
        return Judged("blocked" if _BLOCKED.search(words) else "error_page", words)

    def _json(self) -> Judged | None:
        """Judge data that only says that a request failed."""
        text = " ".join(self.lines)
        if len(text) > 2000 or not text.startswith("{") or not text.endswith("}"):
            return None
        return Judged("error_page", text[:_LONGEST_LINE]) if _FAILED_JSON.search(text) else None


def _lines(page: Page) -> Iterator[str]:
    """Yield the lines of a page without the words of its links, and without what only readers without scripts see."""
    pieces: list[str] = []
    at = 0
    for element in page.elements:
        if element.tag in ("a", "noscript") and element.start >= at:
            pieces.append(page.text[at : element.start])
            pieces.append(EDGE)
            at = max(at, element.end)
    pieces.append(page.text[at:])
    for part in "".join(pieces).split("\n"):
        line = plain(part)
        if line:
            yield line
