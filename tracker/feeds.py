"""Feeds of what changed: an entry a comparison, with its largest movements and a link to each change.

Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). An entry's id is made of its axis, documents
and the bytes on both sides: neither a time nor the generation of the program is in it, so it never changes.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree import ElementTree

from storage import queries
from storage.rows import identifier
from storage.store import Store
from tracker.messages import Messages

_TAG = "tag:disclosure-tracker,2026:"
_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = "1970-01-01T00:00:00Z"
LARGEST = 10
"""Changes that an entry tells."""

Telling = Callable[[Mapping[str, Any]], str]
"""Says one change in one line of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an entry: a change in words, with its address."""

    id: str
    link: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One comparison: ``published`` is when the new was first seen, ``updated`` when the changes were recorded."""

    id: str
    link: str
    title: str
    summary: str
    axis: str
    published: str
    updated: str
    items: tuple[Item, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed; ``home`` is the address at which people read more, ``itself`` that of the feed, both empty if unknown."""

    id: str
    title: str
    author: str
    lang: str
    home: str = ""
    itself: str = ""
    entries: tuple[Entry, ...] = ()

    @property
    def updated(self) -> str:
        """When the newest entry was recorded."""
        return max((entry.updated for entry in self.entries), default=_EPOCH)


def gather(
    store: Store,
    words: Messages,
    tell: Telling,
    *,
    unit: str | None = None,
    axis: str | None = None,
    limit: int = 100,
    base_url: str = "",
) -> Feed:
    """Return the feed of the newest comparisons that have changes to announce."""
    base = base_url.rstrip("/")
    found = queries.comparisons(store, unit=unit, axis=axis, changed_only=True, announced_only=True)
    found.sort(key=lambda each: (each["detected_at"] or "", each["seen_after"] or "", each["id"]), reverse=True)
    ids = _ids(store, found)
    entries = tuple(_entry(store, words, tell, each, ids[each["id"]], base) for each in found[:limit])
    return Feed(
        id=f"{_TAG}feed/{identifier(unit or '', axis or '')}",
        title=words("feed.title_of", unit=unit) if unit else words("feed.title"),
        author=words("feed.author"),
        lang="zh-CN" if words.lang == "zh" else "en",
        home=f"{base}/" if base else "",
        itself=f"{base}/feed" if base else "",
        entries=entries,
    )


def _ids(store: Store, comparisons: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return an id for each comparison: of the captures on both sides, and how many equal ones came earlier."""
    captures: dict[tuple[str, str | None], list[str]] = {}
    for document in sorted({each[f"document_{side}"] for each in comparisons for side in ("before", "after")}):
        pieces = queries.pieces(store, document)
        for state in queries.states(store, document):
            shas = sorted(piece["sha"] for piece in pieces if piece["state"] == state["n"])
            captures.setdefault((document, state["version"]), shas)
    earlier: Counter[str] = Counter()
    ids: dict[str, str] = {}
    for each in sorted(comparisons, key=lambda one: (one["state_after"], one["state_before"], one["id"])):
        documents = [(each[f"document_{side}"], each[f"version_{side}"]) for side in ("before", "after")]
        sides = [(document, captures.get((document, version), [])) for document, version in documents]
        name = identifier(each["axis"], sides)
        earlier[name] += 1
        ids[each["id"]] = identifier(name, earlier[name])
    return ids


def _entry(store: Store, words: Messages, tell: Telling, comparison: Mapping[str, Any], name: str, base: str) -> Entry:
    changes = queries.changes(store, comparison=comparison["id"], superseded=True, announced_only=True, limit=LARGEST)
    items = tuple(Item(id=each["id"], link=_link(base, "changes", each["id"]), text=tell(each)) for each in changes)
    counted = words(
        "feed.counted",
        figures=comparison["figures"],
        passages=comparison["passages"],
        structure=comparison["structure"],
    )
    return Entry(
        id=f"{_TAG}comparison/{name}",
        link=_link(base, "comparisons", comparison["id"]),
        title=words(
            f"feed.entry.{_sort(comparison)}",
            document=comparison["document_after"],
            before=comparison["document_before"],
            count=comparison["changes"],
        ),
        summary=counted,
        axis=comparison["axis"],
        published=comparison["seen_after"] or comparison["detected_at"],
        updated=comparison["detected_at"],
        items=items,
        more=comparison["announced"] - len(items),
    )


def _sort(comparison: Mapping[str, Any]) -> str:
    """Return what sort of news a comparison is: a withdrawal, one that rests on pictures alone, a correction with an
    explanation, else its axis."""
    if comparison["axis"] == "revision" and comparison["version_after"] is None:
        return "withdrawn"
    if comparison["recognized"] and comparison["recognized"] == comparison["changes"]:
        return "recognized"
    return "explained" if comparison["explained"] else str(comparison["axis"])


def _link(base: str, kind: str, name: str) -> str:
    return f"{base}/{kind}/{name}" if base else f"{_TAG}{kind.removesuffix('s')}/{name}"


def _html(entry: Entry, words: Messages) -> str:
    lines = "".join(f'<li><a href="{escape(item.link)}">{escape(item.text)}</a></li>' for item in entry.items)
    more = f"<p>{escape(words('feed.more', count=entry.more))}</p>" if entry.more > 0 else ""
    return f"<p>{escape(entry.summary)}</p><ul>{lines}</ul>{more}"


def atom(feed: Feed, words: Messages) -> bytes:
    """Return the feed as Atom, UTF-8."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.lang})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", feed.updated)
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "generator", "disclosure-tracker")
    if feed.itself:
        _add(root, "link", rel="self", type="application/atom+xml", href=feed.itself)
        _add(root, "link", rel="alternate", type="text/html", href=feed.home)
    for entry in feed.entries:
        element = _add(root, "entry")
        _add(element, "id", entry.id)
        _add(element, "title", entry.title)
        _add(element, "link", rel="alternate", href=entry.link)
        for item in entry.items:
            _add(element, "link", rel="related", href=item.link, title=item.text)
        _add(element, "published", entry.published)
        _add(element, "updated", entry.updated)
        _add(element, "category", term=entry.axis)
        _add(element, "summary", entry.summary)
        _add(element, "content", _html(entry, words), type="html")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, {key: _allowed(value) for key, value in attributes.items()})
    if text is not None:
        element.text = _allowed(text)
    return element


def _allowed(text: str) -> str:
    """Return ``text`` without the characters that XML 1.0 has no place for."""
    return "".join(
        each
        for each in text
        if each in "\t\n\r" or " " <= each <= "\ud7ff" or "\ue000" <= each <= "\ufffd" or each >= "\U00010000"
    )


def json_feed(feed: Feed, words: Messages) -> dict[str, Any]:
    """Return the feed as JSON Feed 1.1."""
    found: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "title": feed.title}
    if feed.home:
        found |= {"home_page_url": feed.home, "feed_url": feed.itself}
    found |= {"language": feed.lang, "authors": [{"name": feed.author}], "items": []}
    for entry in feed.entries:
        item: dict[str, Any] = {"id": entry.id}
        if feed.home:
            item["url"] = entry.link
        item |= {
            "title": entry.title,
            "summary": entry.summary,
            "content_html": _html(entry, words),
            "date_published": entry.published,
            "date_modified": entry.updated,
            "tags": [entry.axis],
            "_tracker": {"changes": [{"id": each.id, "url": each.link, "text": each.text} for each in entry.items]},
        }
        found["items"].append(item)
    return found
