"""A page as a flat list of elements with the words inside each: what links, titles and refreshes are told by.

The list has no depth, so nothing recurses; the words stand once, in page order, and an element is a range of them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from scrapers.blocks import UndecodableError
from scrapers.decode import encoding
from scrapers.decode.markup import BLOCKS, feed

EDGE = "\x1f"
"""What stands in the words of a page where an inline element begins or ends (a block: a line end)."""

_VOID_NAMES = "area base br col embed frame hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
_SILENT = frozenset(("style", "template", "svg", "option", "textarea", "object"))
_MARKUP = re.compile(rb"<\s*(?:!doctype|!--|\?xml|/?[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
# Lists that a script would show: data islands with markup inside of CDATA.
_ISLAND = re.compile(r"<script\b[^<>]{0,300}\btype\s*=\s*[\"']?text/xml[^<>]{0,300}>", re.IGNORECASE)
_ISLAND_END = re.compile(r"</script\s*>", re.IGNORECASE)
_CDATA = "<![CDATA["
_CDATA_END = "]]>"
_KEPT_NAMES = "href src data class id title alt onclick onload content name http-equiv data-href data-url type style"
_KEPT = frozenset(_KEPT_NAMES.split())
_LONGEST_ATTRIBUTE = 8000
_OUTER = _INNER = 32
_HIGHEST = 64
_LONGEST_WORDS = 1000
_PLACED = frozenset(["a", "area", "iframe", "frame", "embed", "object", "script"])
_REMEMBERED = 500_000


@dataclass(slots=True)
class Element:
    """One element: its number in the page's list and that of its parent (-1: none), its attributes (those that matter
    here), and the range of the page's words that it has inside."""

    number: int
    tag: str
    attributes: Mapping[str, str]
    parent: int
    start: int
    end: int = -1

    def get(self, name: str) -> str:
        """Return an attribute, ``""`` where it is not set."""
        return self.attributes.get(name, "")


@dataclass(slots=True)
class Page:
    """A page that was read: its elements in the order in which they begin, its words, what its head declares (names in
    lower case), its scripts with the element each stands in."""

    elements: list[Element] = field(default_factory=list[Element])
    text: str = ""
    title: str = ""
    base: str = ""
    encoding: str = "utf-8"
    meta: dict[str, str] = field(default_factory=dict[str, str])
    scripts: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    places: dict[int, str] = field(default_factory=dict[int, str])

    def words(self, element: Element) -> str:
        """Return the words inside an element, white space collapsed; the first 1,000 characters of them are enough."""
        return plain(self.raw(element))

    def raw(self, element: Element) -> str:
        """Return the words inside an element (the first 1,000 characters) as the page has them, with their edges."""
        return self.text[element.start : min(element.end, element.start + _LONGEST_WORDS)]

    def above(self, element: Element) -> Iterator[Element]:
        """Yield what an element stands in, from the inside out, as far as that says anything about it."""
        for _ in range(_HIGHEST):
            if element.parent < 0:
                return
            element = self.elements[element.parent]
            yield element

    def place(self, element: Element) -> str:
        """Return where an element stands, as CSS would name it: ``html body div#main ul.list li``, itself included.

        Of very deep ones the outermost and the innermost 32; known of what may be a link only, ``""`` of others.
        """
        return self.places.get(element.number, "")


def plain(text: str) -> str:
    """Return words of a page without its inner edges, white space collapsed."""
    return " ".join(text.replace(EDGE, "").split())


def characters(body: bytes, declared_charset: str | None = None) -> tuple[str, str]:
    """Return the text of a page and its encoding; a broken character is no reason to know nothing of a page."""
    try:
        return encoding.decipher(body, declared_charset)
    except UndecodableError:
        return body.decode("utf-8", errors="replace"), "utf-8"


def read(body: bytes, declared_charset: str | None = None) -> Page:
    """Return the page that ``body`` is; bytes that are no markup give one without elements. The value may be shared: it
    is not to be changed."""
    if not is_markup(body):
        return Page()
    return _remembered(body, declared_charset) if len(body) <= _REMEMBERED else _read(body, declared_charset)


def _read(body: bytes, declared_charset: str | None) -> Page:
    text, charset = characters(body, declared_charset)
    return parse(text, charset)


# One page is asked for its links, its title and the pages after it, one after the other.
_remembered = lru_cache(maxsize=4)(_read)


def is_markup(body: bytes) -> bool:
    """Say whether there is any markup in the beginning of ``body``: PDF and the like have none worth reading."""
    head = body[:65536]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return head[:5] != b"%PDF-" and head[:2] != b"PK" and b"\0\0\0" not in head and _MARKUP.search(head) is not None


def parse(markup: str, charset: str = "utf-8") -> Page:
    """Return the page that ``markup`` is; what the parser gave up on ends it there."""
    if "text/xml" in markup:
        markup = _with_islands(markup)
    if _CDATA in markup:
        markup = markup.replace(_CDATA, " ").replace(_CDATA_END, " ")
    reader = _Reader(charset)
    try:
        feed(markup.replace(EDGE, " "), reader)
    except UndecodableError:
        # What came before is as good as ever; the links of a page that is broken further down are still links.
        return reader.page()
    return reader.page()


def _with_islands(markup: str) -> str:
    """Return ``markup`` with the content of its data islands where the islands were."""
    pieces: list[str] = []
    at = 0
    while (island := _ISLAND.search(markup, at)) is not None:
        end = _ISLAND_END.search(markup, island.end())
        if end is None:
            break
        pieces += (markup[at : island.start()], markup[island.end() : end.start()])
        at = end.end()
    return "".join((*pieces, markup[at:]))


def _name(element: Element) -> str:
    attributes = element.attributes
    if not attributes:
        return element.tag
    return _named(element.tag, attributes.get("id", ""), attributes.get("class", ""))


@lru_cache(maxsize=4096)
def _named(tag: str, name: str, classes: str) -> str:
    return "".join((tag, *(f"#{part}" for part in name.split()[:1]), *(f".{word}" for word in classes.split()[:8])))[
        :200
    ]


class _Reader:
    """Parser target: takes the parser's events, makes the flat list."""

    def __init__(self, charset: str) -> None:
        self._page = Page(encoding=charset)
        self._open: list[int] = []
        self._texts: list[str] = []
        self._at = 0
        self._inside: dict[int, str] = {}
        self._silent = 0
        self._title: list[str] | None = None
        self._script: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        tag = tag.lower()
        kept = {name: value[:_LONGEST_ATTRIBUTE] for name, value in attributes.items() if value and name in _KEPT}
        self._put("\n" if tag in BLOCKS or tag == "br" else EDGE)
        elements = self._page.elements
        element = Element(len(elements), tag, kept, self._open[-1] if self._open else -1, self._at)
        elements.append(element)
        if tag in _PLACED or "onclick" in kept:
            self._page.places[element.number] = self._place(element)
        if tag == "base" and not self._page.base:
            self._page.base = element.get("href")
        if tag == "meta" and element.get("name"):
            self._page.meta.setdefault(element.get("name").lower(), element.get("content"))
        if tag in _VOID:
            element.end = self._at
            return
        self._open.append(element.number)
        if tag == "title" and not self._page.title:
            self._title = []
        if tag == "script":
            self._script = []
        self._silent += tag in _SILENT

    def end(self, tag: str) -> None:
        """End an element; the parser balances them."""
        tag = tag.lower()
        if tag in _VOID or not self._open or self._page.elements[self._open[-1]].tag != tag:
            return
        number = self._open.pop()
        self._page.elements[number].end = self._at
        self._put("\n" if tag in BLOCKS else EDGE)
        self._silent -= tag in _SILENT
        if tag == "title" and self._title is not None:
            self._page.title = plain("".join(self._title))
            self._title = None
        if tag == "script" and self._script is not None:
            self._page.scripts.append((number, "".join(self._script)))
            self._script = None

    def data(self, text: str) -> None:
        """Take words."""
        if self._script is not None:
            self._script.append(text)
        elif self._title is not None:
            self._title.append(text)
        elif not self._silent:
            self._put(text)

    def comment(self, text: str) -> None:
        """Leave a comment aside."""

    def close(self) -> None:
        """End the page."""

    def page(self) -> Page:
        """Return what was read."""
        while self._open:
            self._page.elements[self._open.pop()].end = self._at
        self._page.text = "".join(self._texts)
        return self._page

    def _place(self, element: Element) -> str:
        inside = self._inside.get(element.parent)
        if inside is None:
            above = self._open
            if len(above) > _OUTER + _INNER:
                above = above[:_OUTER] + above[-_INNER:]
            inside = " ".join(_name(self._page.elements[number]) for number in above)
            self._inside[element.parent] = inside
        return f"{inside} {_name(element)}" if inside else _name(element)

    def _put(self, text: str) -> None:
        self._texts.append(text)
        self._at += len(text)
