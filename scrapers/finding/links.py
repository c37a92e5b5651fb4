"""The links of a page: where they lead, what they are called, where they stand, and the date printed beside them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from scrapers.finding.dates import Printed, printed
from scrapers.finding.markup import EDGE, Element, Page, plain, read
from scrapers.finding.pages import normalised

FILE = re.compile(
    r"\.(?:pdf|docx?|wps|rtf|xlsx?|et|csv|pptx?|dps|zip|rar|7z|tar|gz|ofd|ceb|txt)(?![A-Za-z0-9_/-]|\.\w)",
    re.IGNORECASE,
)
"""The end of a name that is a file's."""
_DOWNLOAD = re.compile(
    r"download|wbfileid=|attach(?:ment)?s?(?:[/_.?=]|id\b)|uploadfile|fileid=|/file/|getfile|down\.(?:jsp|asp|php|do)"
    r"|/down/|xiazai",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:…+|\.{2,}|。{3,}|···+)\s*\Z")
_LABELLED = re.compile(r"\A(?:标\s*题|文章标题|名\s*称)\s*[:：]\s*([^\n]+)")
_SCRIPTED = (
    re.compile(r"\bopen\s*\(\s*[\"']([^\"']+)[\"']"),
    re.compile(r"\blocation(?:\s*\.\s*href)?\s*=\s*[\"']([^\"']+)[\"']"),
    re.compile(r"\blocation\s*\.\s*(?:replace|assign)\s*\(\s*[\"']([^\"']+)[\"']"),
    re.compile(
        r"\b\w+\s*\(\s*(?:this\s*,\s*)?[\"']((?:https?://|\.{0,2}/)[^\"']+"
        r"|[^\"'\s()]+\.(?:s?html?|jspx?|aspx?|php|do|action|pdf|docx?|xlsx?|zip|rar)(?:\?[^\"']*)?)[\"']"
    ),
)
_VIEWER = re.compile(
    r"\w*pdf\w*\s*\(\s*[\"']([^\"']+?\.(?:pdf|docx?|xlsx?|pptx?)(?:\?[^\"']*)?)[\"']([^)]{0,300})", re.IGNORECASE
)
_VIEWED = re.compile(r"[?&]file=([^&#]+)", re.IGNORECASE)
_NAMED_FILE = re.compile(r"[\"']([^\"']+\.(?:pdf|docx?|xlsx?|pptx?))[\"']", re.IGNORECASE)
_FRAMES = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
# The addresses of most links: nothing to resolve and nothing to escape.
_SIMPLE = re.compile(r"(?:\./|/)?[A-Za-z0-9_][A-Za-z0-9_./-]*")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")
_ROWS = frozenset(("li", "tr", "dd", "dl", "p", "td"))
_MOST_IN_ROW = 200
_LONGEST_ROW = 600
_LONGEST_TEXT = 500
_BESIDE = 24


@dataclass(frozen=True, slots=True)
class Link:
    """One address that a page leads to.

    ``url`` is normalised; ``text`` what is shown, whole where the page cut it and has it in its ``title``;
    ``place`` the elements it stands in, as CSS names them (``html body div#main ul.list li a``), ``elsewhere`` those of
    further links to it; ``date`` the one printed beside it (ISO; None where there is none, or none with a year);
    ``position`` counts from 0; ``download`` says that it looks like a file's; ``beside`` are the words just before it.
    """

    url: str
    text: str
    title: str = ""
    place: str = ""
    date: str | None = None
    position: int = 0
    download: bool = False
    beside: str = ""
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Anchor:
    """An element with an address, before it is known what is beside it."""

    element: Element
    url: str
    text: str
    title: str


def links(body: bytes, base_url: str, declared_charset: str | None = None) -> tuple[Link, ...]:
    """Return every address that a page links, each once, in page order; bytes that are no markup have none.

    Also areas, frames, embedded files, addresses that a click's script opens, and lists in data islands. Raises
    nothing: what can't be read as an address is no link.
    """
    return links_of(read(body, declared_charset), base_url)


def links_of(page: Page, base_url: str) -> tuple[Link, ...]:
    """Return the links (see ``links``) of a page that is read already."""
    anchors = [anchor for element in page.elements for anchor in _anchors(page, element, base_url)]
    anchors += _viewers(page, base_url)
    anchors.sort(key=lambda anchor: anchor.element.start)
    dates = list(printed(page.text))
    surroundings = _Surroundings(page, anchors, dates)
    found: dict[str, Link] = {}
    for anchor in anchors:
        place = page.place(anchor.element)
        known = found.get(anchor.url)
        if known is not None and not _says_more(anchor.text, known.text):
            date = known.date or surroundings.date(anchor)
            elsewhere = known.elsewhere if len(known.elsewhere) >= 8 else (*known.elsewhere, place)
            found[anchor.url] = replace(known, date=date, elsewhere=elsewhere, title=known.title or anchor.title)
            continue
        link = Link(
            anchor.url,
            anchor.text,
            anchor.title,
            place,
            surroundings.date(anchor),
            len(found),
            FILE.search(anchor.url) is not None
            or FILE.search(anchor.text) is not None
            or _DOWNLOAD.search(anchor.url) is not None,
            surroundings.beside(anchor),
        )
        if known is not None:
            link = replace(link, date=link.date or known.date, elsewhere=(known.place, *known.elsewhere))
            link = replace(link, position=known.position)
        found[anchor.url] = link
    return tuple(found.values())


def resolved(base_url: str, address: str, encoding: str = "utf-8") -> str | None:
    """Return the normalised address that ``address`` means on a page, None if it is none of http(s).

    A query that is not ASCII is escaped in the page's encoding, as browsers do.
    """
    address = "".join(address.split()) if "\n" in address or "\t" in address else address.strip()
    if not address or address.startswith("#"):
        return None
    if _SIMPLE.fullmatch(address) and "/." not in address and "//" not in address:
        origin, folder = _folder(base_url)
        if origin:
            return origin + (address if address.startswith("/") else folder + address.removeprefix("./"))
    scheme = _SCHEME.match(address)
    if scheme is not None and scheme[0].lower() not in ("http:", "https:"):
        return None
    before, mark, query = address.partition("?")
    if query and not query.isascii():
        query, hash_mark, fragment = query.partition("#")
        query = _escaped(query, encoding) + hash_mark + fragment
    try:
        url = normalised(urljoin(base_url, before.replace("\\", "/") + mark + query))
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


@lru_cache(maxsize=64)
def _folder(base_url: str) -> tuple[str, str]:
    """Return the origin and the folder that simple relative addresses start from, in their one spelling."""
    base = normalised(base_url)
    if not base.startswith(("http://", "https://")):
        return "", ""
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}", parts.path.rpartition("/")[0] + "/"


def _escaped(query: str, encoding: str) -> str:
    try:
        raw = query.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        raw = query.encode("utf-8", errors="replace")
    return quote_from_bytes(raw, safe="!$&'()*+,;=:@/?%[]|-._~\"<>^`{}\\")


def _says_more(text: str, known: str) -> bool:
    """Say whether a link's words tell more than those by which its address is known: it had none, or was cut."""
    return bool(text) and (not known or (len(text) > len(known) and text.startswith(_CUT.sub("", known))))


def _anchors(page: Page, element: Element, base_url: str) -> Iterator[_Anchor]:
    if element.tag in ("a", "area"):
        for address in _addresses(element):
            url = resolved(_base(page, base_url), address, page.encoding)
            if url is not None:
                yield _Anchor(element, url, _text(page, element), plain(element.get("title")))
                return
    elif element.tag in _FRAMES:
        address = element.get(_FRAMES[element.tag])
        viewed = _VIEWED.search(address)
        if viewed is not None and FILE.search(viewed[1]):
            address = _unquoted(viewed[1])
        url = resolved(_base(page, base_url), address, page.encoding)
        if url is not None and (element.tag in ("iframe", "frame") or FILE.search(url)):
            yield _Anchor(element, url, plain(element.get("title") or element.get("name")), "")
    elif element.get("onclick") and element.tag not in ("input", "button", "form", "body"):
        # Rows and cells that open something when they are clicked; a link inside of them says it better.
        found = _scripted(element.get("onclick"))
        url = resolved(_base(page, base_url), found, page.encoding) if found else None
        if url is not None:
            yield _Anchor(element, url, _text(page, element), plain(element.get("title")))


def _viewers(page: Page, base_url: str) -> Iterator[_Anchor]:
    """Yield the files that scripts show in the page (``showVsbpdfIframe("/__local/…/A.pdf", …)``)."""
    for number, script in page.scripts:
        for call in _VIEWER.finditer(script):
            url = resolved(_base(page, base_url), call[1], page.encoding)
            if url is not None:
                name = _NAMED_FILE.search(call[2])
                yield _Anchor(page.elements[number], url, name[1] if name else "", "")


def _base(page: Page, base_url: str) -> str:
    if not page.base:
        return base_url
    try:
        return urljoin(base_url, page.base.strip())
    except ValueError:
        return base_url


def _addresses(element: Element) -> Iterator[str]:
    """Yield what may be the address of a link: its own, unless that only calls a script, then what is clicked."""
    href = element.get("href").strip()
    if href and not href.startswith("#") and not href.lower().startswith("javascript:"):
        yield href
    for script in (href if href.lower().startswith("javascript:") else "", element.get("onclick")):
        found = _scripted(script) if script else None
        if found:
            yield found
    yield element.get("data-href")
    yield element.get("data-url")


def _scripted(script: str) -> str | None:
    """Return the address that a click's script opens."""
    for pattern in _SCRIPTED:
        found = pattern.search(script)
        if found is not None and found[1].strip() not in ("", "about:blank", "#"):
            return found[1]
    return None


def _unquoted(address: str) -> str:
    return re.sub(r"%(2[Ff]|3[AaFf])", lambda escape: chr(int(escape[1], 16)), address)


def _text(page: Page, element: Element) -> str:
    """Return a link's words, without the date that stands in it; those of its title where they were cut."""
    words = plain(_without_dates(page.raw(element)))
    title = _titled(element.get("title"))
    if not words:
        words = title or _alternative(page, element)
    elif title:
        stem = _CUT.sub("", words).strip()
        if len(title) > len(stem) and (title.startswith(stem) or (stem != words and stem in title)):
            words = title
    return words[:_LONGEST_TEXT]


def _titled(title: str) -> str:
    """Return what a title attribute calls the link: some list author and hits below."""
    labelled = _LABELLED.match(title.strip())
    return plain(labelled[1] if labelled else title)


def _alternative(page: Page, element: Element) -> str:
    """Return what the pictures inside a link show."""
    if element.tag == "area":
        return plain(element.get("alt"))
    number = element.number
    for inside in page.elements[number + 1 : number + 40]:
        if inside.start > element.end or inside.parent < number:
            break
        if inside.tag == "img" and (inside.get("alt") or inside.get("title")):
            return plain(inside.get("alt") or inside.get("title"))
    return ""


def _without_dates(raw: str) -> str:
    """Return the words of a link without a date that is an element of its own, or stands in brackets at an end."""
    if _DIGITS.search(raw) is None:
        return raw
    for found in reversed(list(printed(raw))):
        before, after = raw[: found.start], raw[found.end :].removeprefix("日")
        opened, closed = before[-1:], after[:1]
        if opened in "[【(（" and closed in "]】)）" and opened and closed:
            if not plain(before[:-1]) or not plain(after[1:]):
                raw = before[:-1] + after[1:]
        elif (opened in ("", EDGE, "\n") and (closed in ("", EDGE, "\n") or _clock(after))) and plain(before + after):
            raw = before + _TIME.sub("", after, count=1)
    return raw


# Two numbers with what stands between the parts of a date: most titles have no such thing.
_DIGITS = re.compile(rf"\d[\s{EDGE}]{{0,9}}[-/.年月\s{EDGE}][\s{EDGE}]{{0,9}}\d")
_TIME = re.compile(r"\A\s*\d{1,2}:\d{2}(?::\d{2})?(?=[\s\x1f]|\Z)")


def _clock(after: str) -> bool:
    return _TIME.match(after) is not None


class _Surroundings:
    """What stands beside links, told by the smallest element around each that says something."""

    def __init__(self, page: Page, anchors: Sequence[_Anchor], dates: Sequence[Printed]) -> None:
        self._page = page
        self._anchors = anchors
        self._starts = [anchor.element.start for anchor in anchors]
        self._dates = [date for date in dates if not self._within_title(date)]
        self._dated = [date.start for date in self._dates]

    def _within_title(self, date: Printed) -> bool:
        """Say whether a date is a part of what a link is called (…2024年9月20日会议…), not printed beside it."""
        at = bisect_right(self._starts, date.start) - 1
        if at < 0 or date.start >= self._anchors[at].element.end:
            return False
        words = plain(self._page.text[date.start : date.end])
        return words in plain(_without_dates(self._page.raw(self._anchors[at].element)))

    def date(self, anchor: _Anchor) -> str | None:
        """Return the date printed beside a link: in the smallest element around it that has one, if it has no more
        links than dates, or is a row."""
        for around in (anchor.element, *self._page.above(anchor.element)):
            if around.tag in ("body", "html"):
                return None
            first, last = bisect_left(self._dated, around.start), bisect_left(self._dated, around.end)
            begin, end = (
                bisect_left(self._starts, around.start),
                bisect_left(self._starts, max(around.end, around.start + 1)),
            )
            if end - begin > _MOST_IN_ROW or (end - begin == 1 and around.end - around.start > _LONGEST_ROW):
                return None
            if first == last:
                if around.tag in ("li", "tr", "dd") or around.end - around.start > _LONGEST_ROW:
                    return None
                continue
            return self._of(anchor, around, self._dates[first:last], self._anchors[begin:end])
        return None

    def _of(self, anchor: _Anchor, around: Element, dates: Sequence[Printed], anchors: Sequence[_Anchor]) -> str | None:
        addresses = list(dict.fromkeys(other.url for other in anchors))
        if len(addresses) <= 1 or (len(dates) == 1 and around.tag in _ROWS and len(addresses) <= 6):
            return next((iso for date in dates if (iso := date.iso(anchor.url))), None)
        if len(dates) == len(addresses):
            return dates[addresses.index(anchor.url)].iso(anchor.url)
        return None

    def beside(self, anchor: _Anchor) -> str:
        """Return the words just before a link, back to the last line end or link."""
        start = anchor.element.start
        at = bisect_left(self._starts, start) - 1
        floor = max(start - 120, self._anchors[at].element.end if at >= 0 else 0)
        before = self._page.text[floor:start] if floor < start else ""
        return plain(before.rstrip(f" {EDGE}\t\xa0").rpartition("\n")[2])[-_BESIDE:]
