"""What a page is called: its address, by which it is known, and its title."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit, urlunsplit

from scrapers.finding.markup import Page, read

_PORTS = {"http": 80, "https": 443}
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_SESSION_QUERY = re.compile(r"(?:^|[&?])(?:jsessionid|phpsessid|aspsessionid\w*)=[^&]*", re.IGNORECASE)
# Most addresses are in that spelling already, and a listing may have a hundred thousand of them.
_NORMAL = re.compile(r"https?://[a-z0-9.-]+/[A-Za-z0-9\-._~!$&'()*+,=:@/]*(?:\?[A-Za-z0-9\-._~!$&'()*+,=:@/]+)?")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What RFC 3986 does not let stand in a path or a query, and browsers escape before they send it.
_UNSAFE = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%\[\]|]")
_CONTROLS = re.compile(r"[\t\r\n]+")
_SEPARATORS = re.compile(r"\s*[-_|—–·>»＞›丨｜]+\s*")
_HEADING = re.compile(r"h[1-3]")
_HEADING_NAME = re.compile(r"title|(?:^|[-_])(?:tit|bt|biaoti)(?:$|[-_])", re.IGNORECASE)
_LONGEST_TITLE = 300


def normalised(url: str) -> str:
    """Return the address as it is kept in slots: two spellings of one address are equal, and so are their requests.

    Host and scheme in lower case, without default port, fragment, ``..`` and session ids (``;jsessionid=``); what is
    not ASCII is escaped as UTF-8. The query keeps its order. What is no http(s) address comes back as it is.
    """
    if _NORMAL.fullmatch(url) and "/." not in url and _SESSION_QUERY.search(url) is None:
        return url
    url = _CONTROLS.sub("", url).strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return url
    netloc = _host(host)
    if port is not None and port != _PORTS[scheme]:
        netloc += f":{port}"
    user, at, _ = parts.netloc.rpartition("@")
    path = _plain(without_dots(_SESSION_PATH.sub("", parts.path.replace("\\", "/")))) or "/"
    query = _plain(_SESSION_QUERY.sub("", parts.query)).removeprefix("&")
    return urlunsplit(SplitResult(scheme, user + at + netloc, path if path.startswith("/") else f"/{path}", query, ""))


def page_title(body: bytes, declared_charset: str | None = None) -> str:
    """Return what a page calls its article: as declared in its head (``ArticleTitle``), else the part of ``<title>``
    that also stands as a heading, else ``<title>``, else its first heading. ``""`` where there is none."""
    return title_of(read(body, declared_charset))


def title_of(page: Page) -> str:
    """Return the title (see ``page_title``) of a page that is read already."""
    declared = page.meta.get("articletitle", "").strip()
    if declared:
        return " ".join(declared.split())[:_LONGEST_TITLE]
    headings = tuple(_headings(page))
    if not page.title:
        return headings[0] if headings else ""
    pieces = {piece for piece in _SEPARATORS.split(page.title) if len(piece) >= 4}
    shared = [words for words in headings if words in pieces or (len(words) >= 6 and words in page.title)]
    return max(shared, key=len) if shared else page.title[:_LONGEST_TITLE]


def _headings(page: Page) -> Iterable[str]:
    for element in page.elements:
        names = f"{element.get('class')} {element.get('id')}"
        if _HEADING.fullmatch(element.tag) or (len(names) > 1 and _HEADING_NAME.search(names)):
            words = page.words(element)
            if 0 < len(words) <= _LONGEST_TITLE:
                yield words


def without_dots(path: str) -> str:
    """Return ``path`` with ``.`` and ``..`` resolved (RFC 3986, 5.2.4); empty segments stay."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def _host(host: str) -> str:
    """Return a host name in lower case and ASCII, an IPv6 address in brackets."""
    host = host.lower()
    if ":" in host:
        return f"[{host}]"
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _plain(text: str) -> str:
    """Escape what has to be, in one spelling; what was escaped without need is not."""
    escaped = _UNSAFE.sub(_escaped, text)
    return _ESCAPE.sub(_spelled, escaped)


def _escaped(unsafe: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in unsafe[0].encode("utf-8", errors="replace"))


def _spelled(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else f"%{escape[1].upper()}"
