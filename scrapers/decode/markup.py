"""HTML to a small tree of our own: only what carries words, with the counts by which page chrome is told.

libxml2 gives up on a tree deeper than 256 and on a text of 10 MB, and drops the rest of the page. Fed to a parser
target it keeps no tree, so depth costs nothing; long texts are cut for it beforehand. Inline elements leave no node.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from lxml import etree  # pyright: ignore

from scrapers.blocks import UndecodableError

_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noframes noscript ol p pre section summary "
    "table tbody td tfoot th thead tr ul xmp listing"
)
_WORDLESS_NAMES = (
    "script style template xml svg object applet iframe select option button textarea head canvas audio video map "
    "datalist"
)
_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
BLOCKS = frozenset(_BLOCK_NAMES.split())
_WORDLESS = frozenset(_WORDLESS_NAMES.split())
_VOID = frozenset(_VOID_NAMES.split())
_LEAVES = frozenset(("br", "img"))
_HIDDEN = re.compile(r"display\s*:\s*none|mso-element\s*:\s*(?:header|footer)\b|mso-hide\s*:\s*all", re.IGNORECASE)
_NONE: Mapping[str, str] = {}
_DEEPEST = 200
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]{0,2000}(?:\[[^\]]{0,100000}\]\s*)?>", re.IGNORECASE)
_DATA_ADDRESS = re.compile(r"""(["'])data:[^"'<>]{200,}\1""")
_LONG_TEXT = re.compile(r">[^<]{1000000,}")
_LONGEST = 1_000_000
_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)\b|download", re.IGNORECASE)
_NUMBER = re.compile(r"\s*-?[\d,，.]+%?\s*\Z")


class _Complaint(Protocol):
    level_name: str


class _Parser(Protocol):
    error_log: Iterable[_Complaint]

    def feed(self, data: bytes) -> None: ...
    def close(self) -> object: ...


# lxml has no types of its own; this is all that is used of it.
_html_parser = cast("Callable[..., _Parser]", etree.HTMLParser)  # pyright: ignore


@dataclass(slots=True)
class Node:
    """A block element, ``br`` or ``img``: its children in order, and counts over everything inside it.

    ``words`` are characters that are not white space, ``linked`` those of links to other pages, ``links`` such links,
    ``sentences`` full stops, ``figures`` table cells that hold just a number, ``tables`` tables, ``paragraphs`` p, li
    and headings, ``files`` links to attachments.
    """

    tag: str
    attributes: Mapping[str, str]
    children: "list[Node | str]" = field(default_factory=list["Node | str"])
    words: int = 0
    linked: int = 0
    links: int = 0
    sentences: int = 0
    figures: int = 0
    tables: int = 0
    paragraphs: int = 0
    files: int = 0

    def get(self, name: str) -> str:
        """Return an attribute, "" where it is not set."""
        return self.attributes.get(name, "")

    def inner(self, *tags: str) -> "Iterator[Node]":
        """Yield the nearest descendants with one of ``tags``, not those inside of them."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag in tags:
                    yield child
                else:
                    yield from child.inner(*tags)

    def strings(self) -> Iterator[str]:
        """Yield every text inside."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child.strings()


@dataclass(slots=True)
class Page:
    """A parsed page: its body, and what its head declares (names in lower case)."""

    body: Node
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict[str, str])
    held: Mapping[str, str] = field(default_factory=dict[str, str])
    """The long data addresses of its markup, by what stands in its attributes instead."""


def parse(markup: str) -> Page:
    """Return the tree of a page or fragment; raises UndecodableError("format") where the parser gave up."""
    builder = _Builder()
    held: dict[str, str] = {}

    def aside(address: re.Match[str]) -> str:
        mark = f"data:{len(held) + 1}"
        held[mark] = address[0][1:-1]
        return f'"{mark}"'

    feed(_DATA_ADDRESS.sub(aside, markup), builder)
    page = builder.page()
    page.held = held
    return page


def feed(markup: str, target: object) -> None:
    """Send the events of the parser (``start``, ``end``, ``data`` …, as in lxml) for ``markup`` to ``target``.

    Raises UndecodableError("format") where the parser gave up; ``target`` has what came before.
    """
    markup = _DATA_ADDRESS.sub('""', _DOCTYPE.sub("", markup, count=1))
    if len(markup) > _LONGEST:
        markup = _LONG_TEXT.sub(_cut, markup)
    parser = _html_parser(target=target, encoding="utf-8", no_network=True, huge_tree=False)
    parser.feed(markup.encode("utf-8", errors="replace"))
    parser.close()
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise UndecodableError("format", "this HTML is too large or too broken to be read to its end; split it")


def _cut(text: re.Match[str]) -> str:
    long = text[0]
    return "<!---->".join(long[at : at + _LONGEST] for at in range(0, len(long), _LONGEST))


class _Builder:
    """Parser target: takes the parser's events, makes nodes of block elements."""

    def __init__(self) -> None:
        root = Node("body", {})
        self._root = root
        self._open: list[tuple[str, Node]] = [("", root)]
        self._nodes: list[Node] = [root]
        self._dropped: list[str] = []
        self._link: str | None = None
        self._in_title = False
        self._title: list[str] = []
        self._meta: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open an element."""
        tag = tag.lower()
        if tag == "meta":
            self._meta.setdefault((attributes.get("name") or "").lower(), attributes.get("content") or "")
        if tag == "title" and not self._title:
            self._in_title = True
        if tag in _VOID and (self._dropped or tag not in ("br", "img", "input", "hr")):
            return
        # A head that the page never closes must not swallow the body.
        if self._dropped == ["head"] and tag in BLOCKS:
            self._dropped.clear()
        if self._dropped or tag in _WORDLESS or _is_hidden(attributes):
            if tag not in _VOID:
                self._dropped.append(tag)
            return
        here = self._nodes[-1]
        if tag == "input":
            if (attributes.get("type") or "").lower() in ("checkbox", "radio"):
                self.data("☑" if attributes.get("checked", "false").lower() != "false" else "☐")
            return
        if tag == "a":
            self._link = attributes.get("href") or ""
            if _leads_away(self._link):
                here.links += 1
            here.files += _ATTACHMENT.search(self._link) is not None
        if tag in _LEAVES:
            here.children.append(Node(tag, dict(attributes)))
        elif tag in BLOCKS:
            self._nest(tag, attributes)

    def _nest(self, tag: str, attributes: Mapping[str, str]) -> None:
        here = self._nodes[-1]
        if len(self._nodes) >= _DEEPEST:
            here.children.append(Node("br", {}))
            self._open.append((tag, here))
            return
        node = Node(tag, dict(attributes) if attributes else _NONE)
        here.children.append(node)
        self._open.append((tag, node))
        self._nodes.append(node)

    def end(self, tag: str) -> None:
        """Close an element; the parser balances them."""
        tag = tag.lower()
        if tag == "title":
            self._in_title = False
        if tag in _VOID:
            return
        if self._dropped:
            if self._dropped[-1] == tag:
                self._dropped.pop()
            return
        if tag == "a":
            self._link = None
        if tag not in BLOCKS or len(self._open) == 1 or self._open[-1][0] != tag:
            return
        _, node = self._open.pop()
        if node is self._nodes[-1] and (not self._open or self._open[-1][1] is not node):
            self._nodes.pop()
            self._count(node, self._nodes[-1])
        else:
            node.children.append(Node("br", {}))

    def data(self, text: str) -> None:
        """Take words."""
        if self._in_title:
            self._title.append(text)
        if self._dropped or self._in_title:
            return
        here = self._nodes[-1]
        words = len("".join(text.split()))
        here.words += words
        here.sentences += text.count("。")
        if self._link is not None and _leads_away(self._link):
            here.linked += words
        if here.children and isinstance(here.children[-1], str) and len(here.children[-1]) < 200:
            here.children[-1] += text
        else:
            here.children.append(text)

    def comment(self, text: str) -> None:
        """Leave a comment aside."""

    def close(self) -> None:
        """End the page."""

    def page(self) -> Page:
        """Return what was read."""
        while len(self._nodes) > 1:
            node = self._nodes.pop()
            self._count(node, self._nodes[-1])
        return Page(self._root, " ".join("".join(self._title).split()), self._meta)

    @staticmethod
    def _count(node: Node, above: Node) -> None:
        if node.tag in ("td", "th") and 0 < node.words < 24 and _NUMBER.match("".join(node.strings())):
            node.figures += 1
        node.tables += node.tag == "table"
        node.paragraphs += node.tag in ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6")
        above.words += node.words
        above.linked += node.linked
        above.links += node.links
        above.sentences += node.sentences
        above.figures += node.figures
        above.tables += node.tables
        above.paragraphs += node.paragraphs
        above.files += node.files


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return bool(attributes) and ("hidden" in attributes or _HIDDEN.search(attributes.get("style") or "") is not None)


def _leads_away(address: str) -> bool:
    """Say whether a link leaves the page for another page (not an anchor, not an attachment)."""
    return address != "" and not address.startswith("#") and _ATTACHMENT.search(address) is None
