"""What can stand at an address: pages and files with or without validators, and everything that is none.

A place is called with a request and answers it. Faults are places too: they stand over a whole host for a while.
"""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Literal
from urllib.parse import quote

from tests.site.skins import Skin
from tests.site.wire import PLAIN, Asked, Cut, Drip, Endless, Garbage, Hang, Header, Lying, Manner, Reply, Reset

Place = Callable[[Asked], Reply]
Validators = Literal["none", "etag", "weak", "modified", "both"]


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Bytes at an address. ``body`` is made anew for every request (a counter may turn in it); ``modified`` tells since
    when they stand. ``lies``: the validators never change, and who asks with any is told that nothing changed."""

    body: Callable[[Asked], bytes]
    kind: str
    modified: Callable[[], datetime]
    validators: Validators = "none"
    lies: bool = False
    headers: tuple[Header, ...] = ()
    manner: Manner = PLAIN

    def __call__(self, asked: Asked) -> Reply:
        body = self.body(asked)
        tags = self._tags(body)
        if self._matches(asked, dict(tags)):
            return Reply(status=304, headers=tuple(tags))
        headers = (("Content-Type", self.kind), *tags, *self.headers)
        return Reply(headers=headers, body=body, manner=self.manner)

    def _tags(self, body: bytes) -> list[tuple[str, str]]:
        told: list[tuple[str, str]] = []
        if self.validators in ("etag", "weak", "both"):
            tag = '"5f1e-60a1"' if self.lies else f'"{sha256(body).hexdigest()[:16]}"'
            told.append(("ETag", f"W/{tag}" if self.validators == "weak" else tag))
        if self.validators in ("modified", "both"):
            moment = datetime(2020, 1, 1, tzinfo=UTC) if self.lies else self.modified()
            told.append(("Last-Modified", http_date(moment)))
        return told

    def _matches(self, asked: Asked, tags: dict[str, str]) -> bool:
        if self.lies:
            return asked.conditional
        tag, since = asked.headers.get("if-none-match"), asked.headers.get("if-modified-since")
        if tag is not None and "ETag" in tags:  # it goes before the date, RFC 9110 §13.2.2
            return tags["ETag"].removeprefix("W/") in [t.strip().removeprefix("W/") for t in tag.split(",")]
        return since is not None and since == tags.get("Last-Modified")


def says(status: int, body: bytes = b"", kind: str = "text/html; charset=utf-8", *headers: Header) -> Place:
    """Return a place that always answers the same."""
    reply = Reply(status=status, headers=(("Content-Type", kind), *headers), body=body)
    return lambda asked: reply


def page(skin: Skin, title: str, body: str, status: int = 200, *headers: Header) -> Place:
    """Return a page of the site's own frame."""
    kind = f"text/html; charset={skin.charset}"
    return says(status, skin.encode(skin.frame(title, body)), kind, *headers)


# -- what is not there -------------------------------------------------------------------------------------------------

SOFT = (
    ("404 页面不存在", '<div class="error"><p>您访问的页面不存在或已删除！</p><a href="/">返回首页</a></div>'),
    ("提示信息", '<div class="tip">对不起，该信息已被删除或下线。<br>系统将在5秒后返回首页</div>'),
    ("出错了", "<div><h2>抱歉，您要查看的页面找不到了</h2><p>请检查您输入的网址是否正确</p></div>"),
)
"""Titles and words of pages that say “not there” with status 200."""
ERRORS = (
    ("系统错误", "<div><h1>系统错误</h1><p>服务器忙，请稍后再试。错误代码：JSP-500</p></div>"),
    ("数据库连接失败", "<div>数据库连接失败，请与管理员联系</div>"),
    ("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>"),
)


def not_found(skin: Skin) -> Place:
    return page(skin, "404 Not Found", "<h1>404</h1><p>您访问的页面不存在</p>", 404)


def gone(skin: Skin) -> Place:
    return page(skin, "410 Gone", "<p>该页面已删除</p>", 410)


def soft_not_found(skin: Skin, kind: int = 0) -> Place:
    """Return a page that says with status 200 that nothing is there, in one of the ways of `SOFT`."""
    return page(skin, *SOFT[kind % len(SOFT)])


def error_page(skin: Skin, kind: int = 0) -> Place:
    """Return a page that says with status 200 that something broke, in one of the ways of `ERRORS`."""
    return page(skin, *ERRORS[kind % len(ERRORS)])


# -- not now, not you --------------------------------------------------------------------------------------------------


def forbidden(skin: Skin) -> Place:
    return page(skin, "403 Forbidden", "<h1>403 Forbidden</h1>", 403)


def login(skin: Skin) -> Place:
    form = '<form action="/cas/login" method="post"><label>用户名<input name="username"></label>'
    return page(skin, "统一身份认证", f'{form}<label>密码<input type="password" name="password"></label>登录</form>')


def challenge(status: int = 412) -> Place:
    """Return what stands before a page for those who do not run its script: 412 and 521 as seen, or a 202."""
    if status == 521:
        script = "document.cookie='__jsl_clearance='+_+';path=/;';location.href=location.pathname+location.search"
        body = f"<script>var _='1700000000.123|0|'+('_').length;{script}</script>"
        return says(521, body.encode(), "text/html", ("Set-Cookie", "__jsluid_h=2f1d; max-age=31536000; path=/"))
    body = (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="9DhefwqGPrzGxEp9hPaoag" content="Zc8Iv" r="m">'
        '<script type="text/javascript" charset="utf-8">$_ts=window["$_ts"];if(!$_ts)$_ts={};$_ts.nsd=51267;</script>'
        '<script type="text/javascript" charset="utf-8" src="/TXfUp5Fx/c1.dcdf.js"></script></head><body></body></html>'
    )
    return says(status, body.encode(), "text/html; charset=utf-8", ("Set-Cookie", "FSSBBIl1UgzbN7N80S=60; path=/"))


def too_many(wait: int | datetime | None = 120) -> Place:
    """Return a 429 that says how many seconds to wait, or until when (a date), or nothing."""
    after = None if wait is None else str(wait) if isinstance(wait, int) else http_date(wait)
    headers: tuple[Header, ...] = () if after is None else (("Retry-After", after),)
    return says(429, "访问过于频繁".encode(), "text/plain; charset=utf-8", *headers)


def unavailable(status: int = 503, wait: int | None = None) -> Place:
    headers: tuple[Header, ...] = () if wait is None else (("Retry-After", str(wait)),)
    return says(status, f"<h1>{status}</h1>".encode(), "text/html", *headers)


# -- elsewhere ---------------------------------------------------------------------------------------------------------


def redirect(to: str, status: int = 302, *headers: Header) -> Place:
    return says(status, b"", "text/html", ("Location", to), *headers)


def refresh(to: str, seconds: int = 0, *, script: bool = False) -> Place:
    """Return a page that sends a browser elsewhere by a meta element, or by a script of one line."""
    way = f'<script>location.href="{to}";</script>'
    if not script:
        way = f'<meta http-equiv="refresh" content="{seconds};url={to}">'
    return says(200, f"<html><head>{way}</head><body></body></html>".encode(), "text/html")


# -- on the way --------------------------------------------------------------------------------------------------------


def carried(body: bytes, manner: Manner, kind: str = "text/html; charset=utf-8", *headers: Header) -> Place:
    """Return a place whose answer travels in an odd manner."""
    reply = Reply(headers=(("Content-Type", kind), *headers), body=body, manner=manner)
    return lambda asked: reply


def bomb(size: int, packing: Literal["gzip", "deflate", "double"] = "gzip") -> Place:
    """Return a body that unpacks to ``size`` zeros, a thousandth of it on the way (a millionth, packed twice)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31 if packing != "deflate" else 15)
    piece = bytes(1 << 20)
    packed = b"".join(packer.compress(piece[: min(1 << 20, size - at)]) for at in range(0, size, 1 << 20))
    packed += packer.flush()
    encoding: str = packing
    if packing == "double":
        packed, encoding = gzip.compress(packed, mtime=0), "gzip, gzip"
    return says(200, packed, "text/html", ("Content-Encoding", encoding))


def mispacked(body: bytes) -> Place:
    """Return bytes that a header says are packed, and are not."""
    return says(200, body, "text/html", ("Content-Encoding", "gzip"))


def hanging(*, headers: bool = False) -> Place:
    return carried(b"", Hang(headers))


def torn() -> Place:
    return carried(b"", Reset())


def garbage() -> Place:
    return carried(b"", Garbage())


MANNERS: dict[str, Manner] = {
    "drip": Drip(1, 0.05),
    "hang": Hang(),
    "hang behind the headers": Hang(headers=True),
    "cut": Cut(200),
    "cut chunks": Cut(200, chunked=True),
    "longer promised": Lying(1_000),
    "shorter promised": Lying(-50),
    "endless": Endless(),
    "endless chunks": Endless(chunked=True),
    "reset": Reset(),
    "garbage": Garbage(),
}
"""The ways in which an answer does not arrive, by name."""


def disposition(name: str, how: Literal["gbk", "utf8", "starred", "percent"] = "gbk") -> Header:
    """Return the name of a download as sites send it: raw GBK or UTF-8 bytes, RFC 6266, or percent-encoded."""
    if how == "gbk":
        return "Content-Disposition", b'attachment; filename="' + name.encode("gb18030") + b'"'
    if how == "utf8":
        return "Content-Disposition", b'attachment; filename="' + name.encode() + b'"'
    if how == "starred":
        return "Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}"
    return "Content-Disposition", f"attachment;filename={quote(name)}"
