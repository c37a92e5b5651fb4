"""A visit: one pass over one source on the web.

    listing, feed, sitemap ──▶ documents ──▶ attachments

Every request is a look, and every look is durable before the next is sent: a kill loses at most the answer it was
waiting for. What the looks mean for the documents is derived from them later, never here.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, Protocol, cast

from scrapers.answers import Answer, Ask, Hop
from scrapers.finding.attachments import attachments
from scrapers.finding.entries import entries, sitemap
from scrapers.finding.links import Link, links
from scrapers.finding.listing import next_pages, select
from scrapers.finding.names import content_name
from scrapers.finding.pages import normalised, page_title
from scrapers.judging import judge
from scrapers.net.failures import NoAnswerError
from scrapers.net.fetcher import Disallowed, Waiting
from scrapers.net.targets import target
from storage.rows import Look
from tracker.moments import stamp
from tracker.schedule import Plan
from tracker.settings import (
    Correction,
    FeedSource,
    Follow,
    ListingSource,
    PageSource,
    Patience,
    SitemapSource,
    WebSource,
)

Role = Literal["listing", "document", "attachment"]

_PAGES = 10
"""Pages of a listing that are looked at where the source does not say how many."""

_SITEMAPS = 200
"""Sitemaps that an index may lead to."""

_SOUND = ("captured", "listing", "unmodified")
"""Outcomes of which nothing went wrong that could be told."""

_HEADER = 2_000
"""Characters of a header's value that are kept."""

_TEXT = 500
"""Characters of a link's text or a page's title that are kept."""


class Fetching(Protocol):
    """Asks for an address when its host may be asked."""

    async def get(self, ask: Ask) -> Answer | Waiting | Disallowed:
        """Return what came back, or why nothing was sent."""
        ...


class Keeping(Protocol):
    """Records looks, and reads what was kept before."""

    async def record(self, data: bytes | None, look: Look, /) -> bool:
        """Keep a look and the bytes that it brought."""
        ...

    async def bytes(self, sha: str, /) -> bytes:
        """Return the bytes of a capture."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look of a visit: what it was for, and whether it brought bytes that were never seen before."""

    look: Look
    role: Role
    fresh: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A visit that ended. ``waiting`` is set where a host wants to be left alone: what was still to be asked there
    was left for later (``left`` addresses)."""

    source: str
    began: str
    seen: tuple[Seen, ...] = ()
    waiting: Waiting | None = None
    left: int = 0


Hear = Callable[[Seen], None]
"""Hears of each look when it is durable."""


@dataclass(frozen=True, slots=True)
class Found:
    """A link that leads to a document, and the page where it stood."""

    link: Link
    listed_at: str | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of links: its slot, bytes, address and charset (as the server says it), and the links to follow."""

    slot: str
    body: bytes
    base: str
    charset: str | None
    links: Sequence[Link]


_Reading = Callable[[bytes, str, str | None], list[Link]]
"""Reads the links to follow from a page's bytes, its address and its charset."""


@dataclass(slots=True)
class Visit:
    """One visit: ``source`` by its ``plan`` (what is due, and what to ask for conditionally). ``clock`` tells UTC."""

    source: WebSource
    plan: Plan
    fetcher: Fetching
    keeper: Keeping
    clock: Callable[[], datetime]
    patience: Patience = field(default_factory=Patience)
    hear: Hear = lambda seen: None
    began: str = ""
    seen: list[Seen] = field(default_factory=list[Seen])
    waiting: Waiting | None = None
    left: int = 0
    _asked: dict[str, Ask] = field(default_factory=dict[str, Ask])

    async def make(self) -> Visited:
        """Ask for everything that is due, and return what came of it."""
        for found in await self.listed():
            await self._document(found)
        # What is no longer linked may be there all the same: only asking tells.
        for slot, claims in self.plan.documents().items():
            await self._document(Found(_remembered(slot, claims), cast("str | None", claims.get("listed_at"))))
        for slot, claims in self.plan.attachments().items():
            await self._attachment(_remembered(slot, claims), claims)
        return Visited(
            source=self.source.name, began=self.began, seen=tuple(self.seen), waiting=self.waiting, left=self.left
        )

    # --- where documents are named ---

    async def listed(self) -> list[Found]:
        """Begin the visit: go through the source's listings, and return the documents that they lead to."""
        self.began = stamp(self.clock())
        match self.source:
            case PageSource():
                return [Found(Link(self.source.page, ""))]
            case ListingSource():
                return await self._of_listing(self.source)
            case FeedSource():
                return await self._of_feed(self.source)
            case SitemapSource():
                return await self._of_sitemap(self.source)

    async def _of_listing(self, source: ListingSource) -> list[Found]:
        pages = [source.listing]
        found: dict[str, Found] = {}
        for level, rule in enumerate(source.follow):
            last = level == len(source.follow) - 1
            found = {}
            for page in pages:
                for each in await self._level(source, page, rule, document=last):
                    found.setdefault(normalised(each.link.url), each)
            pages = [each.link.url for each in found.values()]
        return list(found.values())

    async def _level(self, source: ListingSource, first: str, rule: Follow, *, document: bool) -> list[Found]:
        """Return what one listing, over all its pages, leads to."""

        def read(body: bytes, base: str, charset: str | None) -> list[Link]:
            return list(select(links(body, base, charset), rule, source.ignore, document=document))

        def further(page: _Page, known: Collection[str]) -> Sequence[str]:
            return next_pages(page.body, page.base, source.pages, known, page.charset)

        most = source.pages.most if source.pages is not None else _PAGES
        return await self._through(first, most, read, further)

    async def _of_feed(self, source: FeedSource) -> list[Found]:
        def read(body: bytes, base: str, charset: str | None) -> list[Link]:
            return self._wanted(entries(body, base, charset), source.follow)

        page = await self._listing_page(source.feed, read)
        return [Found(link, page.slot) for link in page.links] if page else []

    async def _of_sitemap(self, source: SitemapSource) -> list[Found]:
        def read(body: bytes, base: str, charset: str | None) -> list[Link]:
            return self._wanted(sitemap(body, base, charset)[0], source.follow)

        def further(page: _Page, known: Collection[str]) -> Sequence[str]:
            return [url for url in sitemap(page.body, page.base, page.charset)[1] if normalised(url) not in known]

        return await self._through(source.sitemap, _SITEMAPS, read, further)

    async def _through(
        self, first: str, most: int, read: _Reading, further: Callable[[_Page, Collection[str]], Sequence[str]]
    ) -> list[Found]:
        """Go through pages of links from ``first`` on, ``most`` of them, each to where it goes on (``further``)."""
        queue, known = [first], {normalised(first)}
        found: list[Found] = []
        for n in range(most):
            if n >= len(queue):
                break
            page = await self._listing_page(queue[n], read)
            if page is None:
                continue
            found += [Found(link, page.slot) for link in page.links]
            for url in further(page, known):
                known.add(normalised(url))
                queue.append(url)
        return found

    def _wanted(self, found: Iterable[Link], rule: Follow) -> list[Link]:
        return [link for link in found if _matches(rule.text, rule.url, link) and not self._ignored(link)]

    @property
    def _ignoring(self) -> list[str]:
        return [pattern.pattern for pattern in self.source.ignore]

    def _ignored(self, link: Link) -> bool:
        return any(pattern.search(link.text) or pattern.search(link.url) for pattern in self.source.ignore)

    async def _listing_page(self, url: str, read: _Reading) -> _Page | None:
        """Look at a page of links, and return it with what it leads to; None where there is none."""
        answer = await self._ask(url, "listing")
        if answer is None:
            return None
        outcome, why = self._judged(answer)
        body = await self._bytes(answer, outcome)
        base, charset = answer.final_url, answer.charset
        here = [] if body is None else read(body, base, charset)
        if outcome == "captured":
            outcome = "listing"
        claims: dict[str, object] = {} if body is None else {"links": len(here)}
        await self._record(answer, "listing", outcome, why, claims=claims)
        return None if body is None else _Page(normalised(url), body, base, charset, here)

    # --- documents and their attachments ---

    async def _document(self, found: Found) -> None:
        link, slot = found.link, normalised(found.link.url)
        if slot in self._asked or not self.plan.due(slot):
            return
        answer = await self._ask(link.url, "document")
        if answer is None:
            return
        claims = self.claims(link) | _present(listed_at=found.listed_at)
        outcome, why = self._judged(answer)
        further: Sequence[tuple[Link, str]] = ()
        if self.source.attachments and outcome in ("captured", "unmodified"):
            further = await self._attached(answer, outcome)
            claims["attachments"] = [normalised(each.url) for each, _ in further]
            claims |= _present(ignored=self._ignoring)
        await self._record(answer, "document", outcome, why, claims=claims, name=_name(answer, link))
        for each, title in further:
            told = self.claims(each, of=claims)
            await self._attachment(each, told | _present(page=slot, title=title[:_TEXT] or link.text[:_TEXT]))

    async def _attached(self, answer: Answer, outcome: str) -> Sequence[tuple[Link, str]]:
        """Return the attachments of the page that came back, each with the page's title."""
        slot = normalised(answer.ask.url)
        before = self._same(answer, outcome)
        claimed = {} if before is None else _claims_of([before])
        slots = cast("list[str] | None", claimed.get("attachments"))
        ignored = claimed.get("ignored", [])
        if slots is not None and ignored == self._ignoring and all(each in self.plan.known for each in slots):
            # A page that stands as it stood is not read once more, unless other links are to be followed now.
            told = [(each, _claims_of(self.plan.known[each])) for each in slots]
            found = [(_remembered(each, claims), str(claims.get("title") or "")) for each, claims in told]
        else:
            body = await self._bytes(answer, outcome)
            if body is None:
                return ()
            base, charset = answer.final_url, answer.charset
            title = page_title(body, charset)
            found = [(each, title) for each in attachments(links(body, base, charset), base)]
        return [(each, title) for each, title in found if normalised(each.url) != slot and not self._ignored(each)]

    def _same(self, answer: Answer, outcome: str) -> Look | None:
        """Return the look that brought what the answer says stands there still, None where it is something else."""
        slot = normalised(answer.ask.url)
        sha = self.plan.sha(slot)
        if sha is None or outcome not in ("captured", "unmodified"):
            return None
        if outcome == "captured" and (answer.body is None or _sha(answer.body) != sha):
            return None
        brought = [each for each in self.plan.known.get(slot, ()) if each.sha == sha and each.outcome == "captured"]
        return brought[-1] if brought else None

    async def _attachment(self, link: Link, claims: Mapping[str, object]) -> None:
        slot = normalised(link.url)
        if slot in self._asked or not self.plan.due(slot):
            return
        answer = await self._ask(link.url, "attachment", referer=cast("str | None", claims.get("page")))
        if answer is not None:
            outcome, why = self._judged(answer)
            await self._record(answer, "attachment", outcome, why, claims=claims, name=_name(answer, link))

    def claims(self, link: Link, of: Mapping[str, object] | None = None) -> dict[str, object]:
        """Return what is declared and printed of what ``link`` leads to; ``of``: the claims of the page it stands on,
        whose corrections hold for it too, but for the scope: a page may have a department's file and a unit's."""
        inherited = {key: value for key, value in (of or {}).items() if key in ("unit", "year", "kind")}
        corrected = {
            key: value
            for each in self.source.corrections
            if _matches(each.text, each.url, link)
            for key, value in _pins(each).items()
        }
        expect = {} if self.source.expect is None else self.source.expect.model_dump(exclude_none=True)
        return {
            **inherited,
            **self.source.claims,
            **corrected,
            **_present(
                link=link.text[:_TEXT],
                title=link.title[:_TEXT],
                published_on=link.date,
                expect=expect,
                aliases=dict(self.source.aliases),
            ),
            "patience": [self.patience.looks, self.patience.days],
        }

    # --- one look ---

    async def _ask(self, url: str, role: Role, referer: str | None = None) -> Answer | None:
        """Ask for ``url``; None where nothing was sent."""
        slot = normalised(url)
        if self.waiting is not None and self.waiting.host == _host(url):
            self.left += 1
            return None
        ask = self._asked[slot] = replace(self.plan.ask(url), referer=referer)
        answer = await self.fetcher.get(ask)
        if isinstance(answer, Waiting):
            self.waiting = answer
            self.left += 1
            if answer.hops:  # something was sent, up to the host that wants to be left alone
                await self._unasked(ask, role, "unavailable", f"{answer.why}: {answer.host}", answer.hops)
            return None
        if isinstance(answer, Disallowed):
            await self._unasked(ask, role, "disallowed", f"robots: {answer.rule}", answer.hops)
            return None
        return answer

    async def _unasked(self, ask: Ask, role: Role, outcome: str, why: str, hops: tuple[Hop, ...]) -> None:
        """Record that an address was not asked for, or only up to a host that may not be asked."""
        slot = normalised(ask.url)
        look = Look.of(
            source=self.source.name,
            slot=slot,
            url=ask.url,
            at=stamp(self.clock()),
            outcome=outcome,
            error=why,
            claims=self._claims_at(slot, role),
            exchange=self._sent(ask, slot) | {"hops": _steps(hops)} if hops else {},
            visit=self.began,
        )
        await self._keep(look, None, role, why)

    def _claims_at(self, slot: str, role: Role) -> dict[str, object]:
        """Return the claims of an address that was not asked: those of the last look."""
        looks = self.plan.known.get(slot, ())
        return _claims_of(looks) if looks else {}

    def _judged(self, answer: Answer) -> tuple[str, str]:
        """Return what the answer is, and why."""
        plain = answer.status == 200 and not answer.hops and answer.failure is None
        before = self._same(answer, "captured") if plain else None
        if before is not None and before.status == 200 and before.final_url is None:
            return "captured", ""  # judged when it was new
        judged = judge(answer)
        if judged.outcome == "unmodified" and not answer.ask.conditional:
            return "failed", "304 where nothing was asked conditionally"
        return judged.outcome, judged.why

    async def _bytes(self, answer: Answer, outcome: str) -> bytes | None:
        """Return the bytes that the answer stands for: for “not modified” those that we have."""
        if outcome == "captured":
            return answer.body
        sha = self.plan.sha(normalised(answer.ask.url))
        if outcome == "unmodified" and sha is not None:
            return await self.keeper.bytes(sha)
        return None

    async def _record(
        self,
        answer: Answer,
        role: Role,
        outcome: str,
        why: str,
        *,
        claims: Mapping[str, object],
        name: str | None = None,
    ) -> None:
        slot = normalised(answer.ask.url)
        body = answer.body or None  # of an empty one there is nothing to keep
        error = None if outcome in _SOUND else why or None
        if answer.failure is not None:
            error = f"{answer.failure}: {answer.detail}" if answer.detail else answer.failure
        look = Look.of(
            source=self.source.name,
            slot=slot,
            url=answer.ask.url,
            final_url=answer.final_url if answer.final_url != answer.ask.url else None,
            at=stamp(self.clock()),
            outcome=outcome,
            status=answer.status,
            sha=None if body is None else _sha(body),
            headers={name: value[:_HEADER] for name, value in answer.headers.items()},
            claims=claims,
            exchange=self._exchange(answer, slot),
            error=error,
            name=name,
            visit=self.began,
        )
        await self._keep(look, body, role, why)

    async def _keep(self, look: Look, body: bytes | None, role: Role, why: str) -> None:
        fresh = look.sha is not None and look.sha not in {each.sha for each in self.plan.known.get(look.slot, ())}
        await self.keeper.record(body, look)
        seen = Seen(look=look, role=role, fresh=fresh, why=why)
        self.seen.append(seen)
        self.hear(seen)

    def _exchange(self, answer: Answer, slot: str) -> dict[str, object]:
        moved = answer.permanent_url if answer.hops and answer.permanent_url != answer.ask.url else None
        return self._sent(answer.ask, slot) | _present(
            hops=_steps(answer.hops), moved=moved, peer=answer.peer, old_tls=answer.old_tls
        )

    def _sent(self, ask: Ask, slot: str) -> dict[str, object]:
        """Return how an address was asked for."""
        return _present(conditional=ask.conditional, unconditional=self.plan.planned_unconditional(slot))


def _matches(text: Any, url: Any, link: Link) -> bool:
    return (text is None or text.search(link.text) is not None) and (url is None or url.search(link.url) is not None)


def _pins(correction: Correction) -> dict[str, object]:
    return correction.model_dump(include={"unit", "year", "kind", "scope"}, exclude_none=True)


def _steps(hops: tuple[Hop, ...]) -> list[list[object]]:
    return [[hop.url, hop.status, hop.to, hop.how] for hop in hops]


def _present(**values: object) -> dict[str, object]:
    """Return the values that say something."""
    return {name: value for name, value in values.items() if value}


def _claims_of(looks: Sequence[Look]) -> dict[str, object]:
    """Return what was last said of an address."""
    return cast("dict[str, object]", json.loads(looks[-1].claims))


def _remembered(slot: str, claims: Mapping[str, object]) -> Link:
    """Return the link that led to a slot when it was last looked at."""
    told = {name: str(claims.get(name) or "") for name in ("link", "title", "published_on")}
    return Link(url=slot, text=told["link"], title=told["title"], date=told["published_on"] or None)


def _name(answer: Answer, link: Link) -> str:
    return content_name(answer.headers, answer.final_url, link.text)


def _host(url: str) -> str:
    """Return the host of an address as waiting for it names it; "" for an address that is none."""
    try:
        return target(url).name
    except NoAnswerError:
        return ""


def _sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
