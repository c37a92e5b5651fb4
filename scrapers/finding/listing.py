"""A page of links: which lead to documents, and where the list goes on."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from scrapers.finding.attachments import attachments
from scrapers.finding.chrome import in_chrome, in_trail
from scrapers.finding.links import Link, links_of, resolved
from scrapers.finding.markup import Page, read
from scrapers.finding.pages import normalised
from scrapers.finding.places import place

__all__ = ["attachments", "next_pages", "select"]

_DISCLOSURE = re.compile(r"决\s*算|预\s*算|收支总表|“?三公”?经费")
# A column of the site, not a document: nothing but what all of them are called.
_COLUMN = re.compile(
    r"(?:省|市|区|县|州|旗|乡|镇|街道|本|级|各|政府|财政|部门|单位|直属|所属|机关|学校|预算|决算|预决算|三公|经费|公开|信息|专栏|专题"
    r"|平台|目录|栏目|统一|报告|报表|情况|数据|资金|绩效|收支|执行|草案|使用|管理|更多|年度|及|和|与|其他|其它|预(?=\W*决)"
    r"|[\s、/|“”\"'·>＞»（）()\[\]【】+…:：-])+\Z"
)
_YEAR = re.compile(r"(?:19|20)\d\d|[二〇零○]{1}[〇零○一二三四五六七八九]{3}")
_OTHER = re.compile(
    r"解读|培训|条例|管理办法|实施办法|预算执行|座谈|工作会|部署|评审|招标|中标|成交|询价|竞争性|工程预算|预算编制工作|监督检查"
)
_NEXT = re.compile(
    r"[\s\[【(（<«]*(?:下\s*一?\s*页|后\s*一?\s*页|next(?:\s*page)?|[>＞›»]{1,2}|下页\s*[>＞›»]*)[\s\]】)）>＞›»]*\Z",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\s\[【(（第]*(\d{1,4})[\s\]】)）页]*\Z")
_PAGER = re.compile(r"pag(?:e|er|ing|ination)|fenye|fanye|(?:^|[-_.#])fy(?:$|[-_\s])|p_(?:no|next|fun)", re.IGNORECASE)
_CALL = re.compile(r"(?<!function )\bcreatePage\w*\s*\(([^()]{3,200})\)", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:countPage|_?nPageCount|totalPage|pageCount)\s*=\s*[\"']?(\d{1,5})\b", re.IGNORECASE)
_BUILT = re.compile(
    r"[\"'](?P<name>[\w./-]*?)_[\"']\s*\+[^;]{1,80}?\+\s*[\"'](?P<dot>\.?)(?P<suffix>s?html?|jsp|aspx?)[\"']"
)
_VARIABLE = re.compile(r"\bvar\s+(\w+)\s*=\s*[\"']?([\w./-]+)[\"']?\s*[;\n]")
_SCRIPTED = re.compile(r"(?P<name>.*?)(?:_(?P<number>\d+))?\.(?P<suffix>\w+)\Z")
_SUFFIX = re.compile(r"s?html?|jsp|aspx?|php", re.IGNORECASE)
MOST = 50
"""Pages of one listing that are looked at where nothing else is configured."""


class Wanted(Protocol):
    """Which links are followed: those whose words, address and place match (None: any)."""

    @property
    def text(self) -> re.Pattern[str] | None: ...
    @property
    def url(self) -> re.Pattern[str] | None: ...
    @property
    def place(self) -> str | None: ...


class Paging(Protocol):
    """How a listing goes on: a link with this text, or addresses with numbers from ``first`` on; at most ``most``
    pages."""

    @property
    def text(self) -> re.Pattern[str] | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def first(self) -> int: ...
    @property
    def most(self) -> int: ...


def select(
    links: Sequence[Link], follow: Wanted, ignore: Sequence[re.Pattern[str]] = (), *, document: bool = True
) -> tuple[Link, ...]:
    """Return the links to follow, in page order.

    Where ``follow`` has no pattern and they lead to documents, those that name a budget or final accounts and are no
    column of the site; where they lead to further lists (``document`` is not set), all in its place. A link whose words
    or address match one of ``ignore`` is left. Raises places.PlaceError for a place that can't be read.
    """
    where = place(follow.place) if follow.place is not None else None
    default = follow.text is None and follow.url is None
    return tuple(
        link
        for link in links
        if (where is None or any(where.holds(path) for path in (link.place, *link.elsewhere)))
        and (follow.text is None or any(follow.text.search(words) for words in (link.text, link.title)))
        and (follow.url is None or follow.url.search(link.url))
        and not any(pattern.search(words) for pattern in ignore for words in (link.text, link.title, link.url))
        and (not default or (names_disclosure(link) if document else where is not None or not in_chrome(link.place)))
    )


def names_disclosure(link: Link) -> bool:
    """Say whether a link's words name a budget or final accounts: the document, not the column it is filed in."""
    words = link.text or link.title
    if _DISCLOSURE.search(words) is None or _OTHER.search(words):
        return False
    paths = (link.place, *link.elsewhere)
    if all(in_trail(path) for path in paths):
        return False
    if _YEAR.search(words) is not None:
        return True
    if all(in_chrome(path) for path in paths):
        return False
    return _COLUMN.match(words) is None or link.date is not None


def next_pages(
    body: bytes,
    base_url: str,
    pages: Paging | None = None,
    seen: Collection[str] = (),
    declared_charset: str | None = None,
) -> tuple[str, ...]:
    """Return the addresses at which a listing goes on, none of them ``seen`` (normalised), in order.

    As ``pages`` configures it; without it, or where it has neither text nor address: the numbers of which a script
    makes links (``createPageHTML(5, 0, "index", "htm")``), else a link 下一页, else links that are numbers of pages.
    With an address of numbers it is the next one only: whether it exists is known when it was asked for.
    """
    most = pages.most if pages is not None else MOST
    known = {normalised(base_url), *seen}
    room = most - len(known)
    if room <= 0:
        return ()
    if pages is not None and pages.url is not None:
        candidates = _numbered(pages.url, base_url, pages.first, most)
        return tuple(url for url in candidates if url not in known)[:1]
    page = read(body, declared_charset)
    found = links_of(page, base_url)
    host = urlsplit(normalised(base_url)).netloc
    if pages is not None and pages.text is not None:
        candidates = (link.url for link in found if pages.text.search(link.text) or pages.text.search(link.title))
    else:
        candidates = _default(page, found, base_url, host)
    return tuple(url for url in dict.fromkeys(candidates) if url not in known)[:room]


def _numbered(template: str, base_url: str, first: int, most: int) -> Iterator[str]:
    for number in range(first, first + most):
        url = resolved(base_url, template.replace("{n}", str(number)))
        if url is not None:
            yield url


def _default(page: Page, links: Sequence[Link], base_url: str, host: str) -> Iterator[str]:
    made = list(_scripted(page, base_url))
    if made:
        yield from made
        return
    following = [
        link.url for link in links if _NEXT.match(link.text or link.title) and urlsplit(link.url).netloc == host
    ]
    if following:
        yield following[0]
        return
    for link in links:
        number = _NUMBER.match(link.text)
        paged = any(_PAGER.search(path) for path in (link.place, *link.elsewhere)) or "dataproxy" in link.url
        if number is not None and int(number[1]) > 1 and paged and urlsplit(link.url).netloc == host:
            yield link.url


def _scripted(page: Page, base_url: str) -> Iterator[str]:
    """Yield the pages that a script makes links of. TRS counts from 0 (index.htm, index_1.htm …); a relative of it
    counts from 1 (index.htm, index_2.htm …): told by the number that it gives the page it stands on."""
    for _, script in page.scripts:
        for call in _CALL.finditer(script):
            yield from _called(call[1], script, base_url)
        count, built = _COUNT.search(script), _BUILT.search(script)
        if count is not None and built is not None:
            name = built["name"].rpartition("/")[2] or "index"
            yield from _named(base_url, name, built["suffix"], 1, int(count[1]) - 1)


def _called(arguments: str, script: str, base_url: str) -> Iterator[str]:
    variables = dict(_VARIABLE.findall(script))
    values = [variables.get(value, value) for value in (part.strip().strip("\"'") for part in arguments.split(","))]
    if values and not values[0].isdecimal():
        values = values[1:]
    if len(values) < 4 or not (values[0].isdecimal() and values[1].isdecimal()) or not _SUFFIX.fullmatch(values[3]):
        return
    count, current, name, suffix = int(values[0]), int(values[1]), values[2], values[3]
    here = _SCRIPTED.match(urlsplit(base_url).path.rpartition("/")[2])
    suffixed = here is not None and here["number"] is not None and here["name"] == name
    from_one = current == 1 and not suffixed
    yield from _named(base_url, name, suffix, 2 if from_one else 1, count if from_one else count - 1)


def _named(base_url: str, name: str, suffix: str, first: int, last: int) -> Iterator[str]:
    for number in range(first, min(last, first + 1000) + 1):
        yield normalised(urljoin(base_url, f"{name}_{number}.{suffix}"))
