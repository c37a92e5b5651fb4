"""What a page of the web is to be declared as: looked at once, told from what stands on it, never guessed in silence.

``proposed`` is pure: an answer in, a proposal out, with remarks on what was seen; ``declaration`` writes it as TOML.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast
from urllib.parse import urljoin, urlsplit

from scrapers.answers import Answer
from scrapers.finding.attachments import attachments
from scrapers.finding.chrome import in_chrome
from scrapers.finding.entries import entries, sitemap
from scrapers.finding.links import Link, links_of
from scrapers.finding.listing import next_pages, select
from scrapers.finding.markup import Page, is_markup, read
from scrapers.finding.names import content_name
from scrapers.finding.pages import normalised, title_of
from scrapers.finding.places import place
from scrapers.judging import judge
from tracker import reading
from tracker.messages import Messages
from tracker.model import Identity
from tracker.normalize.identity import hinted
from tracker.settings import Follow
from tracker.taxonomy import Taxonomy

Place = Literal["page", "listing", "feed", "sitemap"]

DISCLOSURES = "决算|预算"
"""The pattern for links to disclosures that is proposed where it is needed."""

PAGES = 10
"""Pages of a listing that are looked at where its declaration does not say how many."""

_SHOWN = 3
_LEAST_FIGURES = 10
_COLUMN_NAME = 12
"""Characters of a column's name; what is longer is the headline of something."""
_COLUMN = re.compile(r"预\W*决算|决算|预算|财政(?:信息|资金|公开|数据)|财务公开|信息公开")
_YEARLY = re.compile(r"\A\W*20\d\d\s*年?度?\W*\Z")
_SECTION = re.compile(
    r"/(czxx|czyjs|yjsgk|yjsxx|yjs|ysjs|juesuan|yusuan|bmys|bmjs|czzj|cwgk|caiwu|caizheng)/", re.IGNORECASE
)
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
# Elements that one row of a list has to itself.
_ROW = frozenset(("a", "li", "span", "p", "td", "tr", "dd", "dt", "h2", "h3", "h4", "h5", "em", "b", "strong", "font"))
_SITE = re.compile(r"\s*[-_|｜—–>]+\s*")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was seen: the code of its message, and the details of it."""

    code: str
    details: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A source as it may be declared: where to look, under which name, with which ``follow``, over how many pages where
    there are more than are looked at unasked; ``remarks`` say why."""

    place: Place
    url: str
    name: str
    follow: tuple[Mapping[str, str], ...] = ()
    year: int | None = None
    kind: str | None = None
    most: int | None = None
    remarks: tuple[Remark, ...] = ()


class NothingFoundError(Exception):
    """A page on which nothing looks like disclosures; ``remarks`` say what there is."""

    def __init__(self, remarks: Sequence[Remark]) -> None:
        """Keep what was seen."""
        super().__init__(", ".join(remark.code for remark in remarks))
        self.remarks = tuple(remarks)


def proposed(answer: Answer, taxonomy: Taxonomy) -> Proposal:
    """Return how the page that came back is to be declared. Raises NothingFoundError."""
    judged = judge(answer)
    if judged.outcome != "captured" or not answer.body:
        raise NothingFoundError([Remark("outcome", {"outcome": judged.outcome, "why": judged.why or answer.detail})])
    moved = normalised(answer.permanent_url) != normalised(answer.ask.url)
    remarks = [Remark("moved", {"url": answer.permanent_url})] if moved else []
    url = answer.permanent_url if moved else answer.ask.url
    name = content_name(answer.headers, answer.final_url)
    looked = _Looked(url, answer.final_url, name, answer.body, answer.charset, taxonomy, remarks)
    return looked.feed() or looked.sitemap() or (looked.page() if is_markup(answer.body) else looked.file())


@dataclass(frozen=True, slots=True)
class _Endless:
    """Pages as they are found by themselves, however many there are."""

    text: None = None
    url: None = None
    first: int = 2
    most: int = 100_000


@dataclass(slots=True)
class _Looked:
    """One page that was looked at: ``url`` is the address to declare, ``base`` the one its links are relative to,
    ``name`` the file's."""

    url: str
    base: str
    name: str
    body: bytes
    charset: str | None
    taxonomy: Taxonomy
    remarks: list[Remark]

    # --- lists for programs ---

    def feed(self) -> Proposal | None:
        """Return the proposal for a feed, None where it is none."""
        found = entries(self.body, self.base, self.charset)
        if not found:
            return None
        chosen = select(found, Follow())
        self.remarks.append(Remark("feed", {"count": len(found), "chosen": len(chosen)}))
        if not chosen:
            raise NothingFoundError([*self.remarks, *_examples(found)])
        self._told(chosen)
        follow = ({"text": DISCLOSURES},) if len(chosen) < len(found) else ()
        return self._proposal("feed", follow, "")

    def sitemap(self) -> Proposal | None:
        """Return the proposal for a sitemap, None where it is none."""
        if read(self.body, self.charset).title:
            return None
        found, further = sitemap(self.body, self.base, self.charset)
        if not found and not further:
            return None
        self.remarks.append(Remark("sitemap", {"count": len(found), "further": len(further)}))
        sections = Counter(match[0] for link in found if (match := _SECTION.search(link.url)))
        if not sections:
            inside = [Remark("sitemap.inside", {"url": each}) for each in further[:_SHOWN]]
            raise NothingFoundError([*self.remarks, *inside, *([Remark("sitemap.choose")] if found else [])])
        section, count = sections.most_common(1)[0]
        self.remarks.append(Remark("section", {"section": section, "count": count}))
        return self._proposal("sitemap", ({"url": re.escape(section)},), "")

    # --- pages for people ---

    def page(self) -> Proposal:
        """Return the proposal for a page: of links, or of one document. Raises NothingFoundError."""
        page = read(self.body, self.charset)
        title = title_of(page)
        found = links_of(page, self.base)
        files = attachments(found, self.base)
        chosen = select(found, Follow())
        self.remarks.append(Remark("title", {"title": title or page.title or "—", "count": len(found)}))
        self.remarks += [Remark("alternate", {"url": urljoin(self.base, feed)}) for feed in _alternates(page)]
        told = hinted("", [title], self.taxonomy)
        others = {self._key(link.text or link.title) for link in chosen} - {self._key(title)}
        if told.year and told.kind and not _several(others):
            figures = 0 if files else self._figures(self.name)
            if files or figures >= _LEAST_FIGURES:
                return self._document(told, files, figures, _site(page))
        if chosen:
            return self._listing(chosen, page)
        return self._units(told, found, page) or self._years(found, page)

    def file(self) -> Proposal:
        """Return the proposal for a file that is no page. Raises NothingFoundError."""
        told = reading.read(self.body, self.name, self.taxonomy, Identity())
        if not told.figures:
            raise NothingFoundError([*self.remarks, Remark("file", {"name": self.name})])
        return self._document(told.identity, (), len(told.figures), "")

    def _figures(self, name: str) -> int:
        return len(reading.read(self.body, name, self.taxonomy, Identity()).figures)

    def _document(self, told: Identity, files: Sequence[Link], figures: int, site: str) -> Proposal:
        identity = {"unit": told.unit or "—", "year": told.year or "—", "kind": told.kind, "scope": told.scope}
        self.remarks.append(Remark("document", identity))
        if files:
            self.remarks += [Remark("attachments", {"count": len(files)}), *_examples(files)]
        else:
            self.remarks.append(Remark("figures", {"count": figures}))
        return self._proposal("page", (), told.unit or site)

    def _listing(self, chosen: Sequence[Link], page: Page) -> Proposal:
        self.remarks.append(Remark("listing", {"count": len(chosen)}))
        self.remarks += _examples(chosen)
        self._told(chosen)
        inside, strays = _place(chosen)
        follow: tuple[Mapping[str, str], ...] = ()
        if inside and strays:
            self.remarks.append(Remark("strays", {"count": len(strays), "place": inside}))
            self.remarks += _examples(strays)
            follow = ({"place": inside},)
        elif inside:
            self.remarks.append(Remark("place", {"place": inside}))
        pages = self._paged()
        return replace(self._proposal("listing", follow, _site(page)), most=pages if pages > PAGES else None)

    def _units(self, told: Identity, found: Sequence[Link], page: Page) -> Proposal | None:
        """Return the proposal for a page of one year (2023年度部门决算公开) whose links are names of units."""
        units = [link for link in found if not in_chrome(link.place) and self._is_unit(link.text)]
        if not told.year or not told.kind or len(units) <= _SHOWN:
            return None
        self.remarks += [
            Remark("units", {"count": len(units), "year": told.year, "kind": told.kind}),
            *_examples(units),
        ]
        ends = "".join(sorted({link.text[-1] for link in units}))
        inside, strays = _place(units)
        text = f"[{ends}]$" if len(ends) > 1 else f"{ends}$"
        level = {"text": text, "place": inside} if inside and not strays else {"text": text}
        pages = self._paged()
        proposal = self._proposal("listing", (level,), _site(page))
        return replace(proposal, year=told.year, kind=told.kind, most=pages if pages > PAGES else None)

    def _is_unit(self, words: str) -> bool:
        """Tell whether words are a unit's name and nothing else: whether they are read as one in a title."""
        return hinted("", [f"{words}2023年度部门决算"], self.taxonomy).unit == words

    def _years(self, found: Sequence[Link], page: Page) -> Proposal:
        """Return the proposal for a page whose links are years, each of which leads to a list."""
        years = [link for link in found if _YEARLY.match(link.text)]
        if len(years) > 1:
            self.remarks += [Remark("years", {"count": len(years)}), *_examples(years)]
            return self._proposal("listing", ({"text": r"^\W*20\d\d\s*年?度?\W*$"}, {}), _site(page))
        named = [link for link in found if _COLUMN.search(link.text) and len(link.text) <= _COLUMN_NAME]
        columns = [Remark("column", _shown(link)) for link in named if link.url != normalised(self.url)]
        raise NothingFoundError([*self.remarks, Remark("nothing"), *columns[:5]])

    def _paged(self) -> int:
        """Remark how the list goes on, and return how many pages it has as far as this one tells."""
        further = next_pages(self.body, self.base, _Endless(), declared_charset=self.charset)
        details = {"count": len(further), "first": further[0]} if further else {}
        self.remarks.append(Remark("pages" if further else "pages.none", details))
        return len(further) + 1

    # --- what links tell ---

    def _told(self, chosen: Sequence[Link]) -> None:
        """Remark which units, years and kinds the links name."""
        told = [hinted("", [link.text or link.title], self.taxonomy) for link in chosen]
        units = Counter(each.unit for each in told if each.unit)
        years = sorted({each.year for each in told if each.year})
        if years:
            self.remarks.append(Remark("told.years", {"first": years[0], "last": years[-1]}))
        for kind, count in sorted(Counter(each.kind for each in told if each.kind).items()):
            self.remarks.append(Remark("told.kind", {"kind": kind, "count": count}))
        if units:
            names = tuple(unit for unit, _ in units.most_common(_SHOWN))
            self.remarks.append(Remark("told.units", {"count": len(units), "names": names}))
        without = sum(1 for each in told if not each.unit)
        if without:
            self.remarks.append(Remark("told.none", {"count": without}))

    def _key(self, words: str) -> tuple[object, ...]:
        """Return which document words name, as far as they do."""
        told = hinted("", [words], self.taxonomy)
        return (told.unit, told.year, told.kind)

    def _proposal(self, kind: Place, follow: tuple[Mapping[str, str], ...], name: str) -> Proposal:
        host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        return Proposal(place=kind, url=self.url, name=name or host, follow=follow, remarks=tuple(self.remarks))


def _several(identities: set[tuple[object, ...]]) -> bool:
    """Tell whether links name documents of several units: a list, even where it is headed like one document."""
    return len({unit for unit, *_ in identities if unit}) > _SHOWN


def _shown(link: Link) -> dict[str, object]:
    return {"text": link.text or link.title or "—", "url": link.url}


def _examples(found: Sequence[Link]) -> Iterator[Remark]:
    for link in found[:_SHOWN]:
        yield Remark("example", _shown(link))


def _site(page: Page) -> str:
    """Return what a page's title calls its site: the last part that is a name, 预决算公开-武汉市财政局."""
    parts = [part.strip() for part in _SITE.split(page.title) if part.strip()]
    site = page.meta.get("sitename", "").strip() or (parts[-1] if len(parts) > 1 else "")
    return site if 2 <= len(site) <= 30 else ""


def _alternates(page: Page) -> Iterator[str]:
    """Yield the feeds that a page's head names."""
    for element in page.elements:
        if element.tag == "link" and element.get("type").lower() in _FEEDS and element.get("href"):
            yield element.get("href")


def _place(chosen: Sequence[Link]) -> tuple[str, list[Link]]:
    """Return a selector for where most of the links stand, and the links that stand elsewhere; ``""`` where no name
    sets that place apart."""
    main = [link for link in chosen if not in_chrome(link.place)] or list(chosen)
    around, count = Counter(_container(link.place) for link in main).most_common(1)[0]
    if 3 * count < 2 * len(chosen):
        return "", []
    for end in range(len(around), 0, -1):
        selector = _selector(around[end - 1])
        if selector:
            strays = [link for link in chosen if not place(selector).holds(link.place)]
            return (selector, strays) if 3 * len(strays) <= len(chosen) else ("", [])
    return "", []


def _container(path: str) -> tuple[str, ...]:
    """Return the elements around a link without those that its row has to itself."""
    elements = path.split()
    while elements and re.split(r"[#.]", elements[-1])[0] in _ROW:
        elements.pop()
    return tuple(elements)


def _selector(element: str) -> str:
    """Return a selector for one element by its id or class, unless that is numbered and so made by a program."""
    tag, *names = re.split(r"(?=[#.])", element)
    named = next((name for name in names if not re.search(r"\d{2}|\\", name)), "")
    return f"{tag}{named}" if named else ""


# --- as it is written -------------------------------------------------------------------------------------------------


def declaration(proposal: Proposal, words: Messages) -> str:
    """Return the proposal as it is written in ``config.toml``, with what was seen as comments."""
    lines = [*(f"# {remark(each, words)}" for each in proposal.remarks), "[[sources]]"]
    lines.append(f"name = {quoted(proposal.name)}")
    lines.append(f"{proposal.place} = {quoted(proposal.url)}")
    if proposal.year is not None:
        lines.append(f"year = {proposal.year}")
    if proposal.kind is not None:
        lines.append(f"kind = {quoted(proposal.kind)}")
    levels = [_inline(level) for level in proposal.follow]
    if len(levels) == 1:
        lines.append(f"follow = {levels[0]}")
    elif levels:
        lines.append(f"follow = [{', '.join(levels)}]")
    if proposal.most is not None:
        lines.append(f"pages = {{ most = {proposal.most} }}")
    return "\n".join(lines) + "\n"


def remark(of: Remark, words: Messages) -> str:
    """Return what was seen, in words."""
    told = dict(of.details)
    if of.code == "outcome":
        told["outcome"] = words.name("look", str(told["outcome"]))
    for group in ("kind", "scope"):
        if group in told:
            told[group] = words.name(group, str(told[group] or "")) or "—"
    if isinstance(names := told.get("names"), tuple):
        told["names"] = words("comma").join(str(each) for each in cast("tuple[object, ...]", names))
    text = words(f"propose.{of.code}", **told)
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def quoted(text: str) -> str:
    """Return a text as a TOML string; one with backslashes between single quotes, as patterns are read best."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inline(level: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {quoted(value)}" for key, value in level.items()) + " }" if level else "{}"
