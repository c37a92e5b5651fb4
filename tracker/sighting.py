"""From looks to what they say of documents: which document each was read as, and the events of a document's timeline.

A document's looks are all looks at its slots, whatever came back: a slot is the document's once it was read there.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from storage import queries, rows
from storage.store import Store
from tracker.absence import Absence, Event, Observation, Role, Unclear, Unmodified
from tracker.holds import holds_any
from tracker.model import Disclosure, Identity, Kind, Problem, Scope
from tracker.normalize.content import digest
from tracker.reading import ARCHIVE, Claims, Decision, Reader, decision
from tracker.recording import reading_rows, rejected_rows

CAPTURED, UNMODIFIED, GONE = "captured", "unmodified", "gone"

TELLING = (CAPTURED, UNMODIFIED, GONE)
"""Outcomes of looks that say something of a document; all others (failed, blocked, an error page …) say nothing."""

_NO_DISCLOSURE = frozenset({"document.not_disclosure", "document.empty"})
_LEADS = re.compile(r"附件|\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)(?![a-z])", re.IGNORECASE)
"""What a page says that leads to a file."""
_ROLES: dict[str, Role] = {"page": "page", "notice": "notice"}
_DATE = re.compile(
    r"(?:发布|公开|发文|成文|更新)(?:时间|日期)[：:]?\s*20\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?\s*(?:\d{1,2}[：:]\d\d(?:[：:]\d\d)?)?"
)


@dataclass(frozen=True, slots=True)
class Read:
    """What a look was read as: its reading, and the ruling on what it brought."""

    look: rows.Look
    kept: rows.ReadingRows
    ruling: Decision | None = None

    @property
    def reading(self) -> rows.Reading:
        """The reading's own row."""
        return self.kept.reading


def brings(look: rows.Look, ruling: Decision | None) -> bool:
    """Tell whether what came back counts as a document's text: an error page does where a person accepted it."""
    return look.sha is not None and (look.outcome == CAPTURED or ruling == "accept")


def read(store: Store, reader: Reader, look: rows.Look) -> tuple[Read, Disclosure | None]:
    """Return what a look was read as, by what it brought alone, and the disclosure it brought, if any."""
    rulings = store.rulings(subject=look.sha) if look.sha is not None else ()
    ruling = decision(rulings)
    if not brings(look, ruling):
        outcome = "nothing" if look.outcome == CAPTURED else look.outcome
        row = rows.Reading(look=look.id, slot=look.slot, sha=look.sha, outcome=outcome)
        return Read(look, rows.ReadingRows(reading=row), ruling), None
    disclosure = reader.of_look(declared_as(store, reader, look), rulings)
    if disclosure.problems and disclosure.problems[0] == Problem(code=ARCHIVE, place=disclosure.problems[0].place):
        told = replace(disclosure, problems=disclosure.problems[1:])
        found = reading_rows(look, None, told, held=False)
        return Read(look, replace(found, reading=replace(found.reading, outcome="archive")), ruling), None
    if ruling == "reject":
        return Read(look, rejected_rows(look, disclosure), ruling), disclosure
    document = disclosure.identity.document
    none = ruling is None and any(p.code in _NO_DISCLOSURE for p in disclosure.problems)
    title = disclosure.identity.title or ""
    words = (*Claims.of(look).words, title, *(p.text for p in disclosure.passages[:1]))
    if none and of_accounts(disclosure.identity) and any(reader.taxonomy.corrections.notice.search(w) for w in words):
        # It waits until the document is known that it explains (`concerns`).
        found = reading_rows(look, None, disclosure, held=True)
        return Read(look, replace(found, reading=replace(found.reading, outcome="notice")), ruling), disclosure
    if none and Claims.of(look).attachments:
        return Read(look, _page(look, document, disclosure), ruling), disclosure
    if none and of_accounts(disclosure.identity) and any(_LEADS.search(p.text) for p in disclosure.passages):
        # A page handed over as a file, of which nobody says what it links: it waits for nothing, and is no piece.
        return Read(look, _page(look, None, disclosure), ruling), disclosure
    held = any(holds_any(problem) for problem in disclosure.problems) and ruling != "accept"
    held = held or document is None
    return Read(look, reading_rows(look, document, disclosure, held=held), ruling), disclosure


_DECLARED = ("unit", "year", "kind", "scope", "aliases")


def declarations(look: rows.Look) -> dict[str, object]:
    """Return what the source of a look declared of the identity of what it brought."""
    claims = cast("dict[str, Any]", json.loads(look.claims))
    return {name: claims[name] for name in _DECLARED if claims.get(name)}


def declared_as(store: Store, reader: Reader, look: rows.Look) -> rows.Look:
    """Return a look of a visit with what its source declares last of what stands there.

    Who corrects a declaration corrects it for what was seen before as well, or a document would seem to have taken the
    place of another. It holds for what tells the same of itself: another year's at that address is another document.
    """
    if look.visit is None or not look.slot:
        return look
    own: tuple[object, ...] | None = None
    repeated: rows.Look | None = None
    for name in queries.declarations(store, look.source, look.slot):
        (later,) = store.fetch(rows.Look, id=name)
        if later.sha is None:
            repeated = repeated or later  # “not modified”: what is declared then is declared of the bytes before
            continue
        told, repeated = repeated or later, None
        if later.id == look.id:
            return _declared(look, told)
        own = own or _of_itself(reader, look)
        if own == _of_itself(reader, later):
            return _declared(look, told)
    return look


def _declared(look: rows.Look, by: rows.Look) -> rows.Look:
    claims = cast("dict[str, Any]", json.loads(look.claims))
    kept = {name: value for name, value in claims.items() if name not in _DECLARED}
    return replace(look, claims=rows.to_json(kept | declarations(by)))


def _of_itself(reader: Reader, look: rows.Look) -> tuple[object, ...]:
    """Return what the text of a look tells of its identity; the words that led to it, where it does not tell all."""
    claims = cast("dict[str, Any]", json.loads(look.claims))
    bare = {name: value for name, value in claims.items() if name not in _DECLARED}
    identity = reader.of_look(replace(look, claims=rows.to_json(bare)), ()).identity
    told = (identity.unit, identity.year, identity.kind, identity.scope)
    return (*told, *(Claims.of(look).words if None in told else ()))


def _page(look: rows.Look, document: str | None, disclosure: Disclosure) -> rows.ReadingRows:
    """Return the reading of a page that discloses nothing itself: it waits for nothing."""
    found = reading_rows(look, document, disclosure, held=False)
    return rows.ReadingRows(reading=replace(found.reading, outcome="page"))


def leads_to(page: rows.Look, row: rows.Reading, linked: Mapping[str, Sequence[tuple[rows.Look, str]]]) -> str | None:
    """Return the document that a page leads to: the one that all the files it links are read as, else its own title's.

    ``linked`` has, by the slot of each file that it links or that is in an archive it links, the looks that were read
    as a document, by time. Of each file counts what was seen in the
    page's own visit, else last before, else first after.
    """
    found: set[str] = set()
    for reads in linked.values():
        same = [name for look, name in reads if page.visit is not None and look.visit == page.visit]
        before = [name for look, name in reads if (look.at, look.seq) <= (page.at, page.seq)]
        after = [name for _, name in reads]
        if after:
            found.add(same[-1] if same else before[-1] if before else after[0])
    if len(found) == 1:
        return found.pop()
    if row.unit is None or row.year is None or row.kind is None or row.scope is None:
        return None
    return f"{row.unit}/{row.year}/{row.kind}.{row.scope}"


def of_accounts(told: Identity | rows.Reading) -> bool:
    """Tell whether it is known whose accounts are meant, of which year and kind; a scope is rarely told."""
    return told.unit is not None and told.year is not None and told.kind is not None


def accounts(row: rows.Reading) -> tuple[str, str]:
    """Return the names that the documents of these accounts have: of the department, and of the unit alone."""
    return f"{row.unit}/{row.year}/{row.kind}.department", f"{row.unit}/{row.year}/{row.kind}.unit"


def concerns(row: rows.Reading, known: Collection[str]) -> str | None:
    """Return the document that a notice explains: of those ``known`` of its unit, year and kind the one whose scope it
    names, else the only one. A notice says 部门决算 of either."""
    found = [name for name in accounts(row) if name in known]
    named = [name for name in found if row.scope is not None and name.endswith(f".{row.scope}")]
    return named[0] if named else found[0] if len(found) == 1 else None


def address(look: rows.Look) -> str:
    """Return where the server wants what stands at the look's slot to be asked for."""
    exchange = cast("dict[str, Any]", json.loads(look.exchange))
    return str(exchange.get("moved") or look.slot)


@dataclass(frozen=True, slots=True)
class _Key:
    """What of a reading decides how it counts: looks that are alike in it are read once."""

    reading: rows.Reading
    ruling: Decision | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sights:
    """The looks at the slots of some documents, with what each was read as."""

    store: Store
    reader: Reader
    reads: Mapping[str, Read]

    def events(self, document: str, looks: Iterable[rows.Look]) -> list[Event]:
        """Return what ``looks`` (all at the document's slots) say of ``document``."""
        first: dict[_Key, Disclosure] = {}
        found: list[Event] = []
        for look in sorted(looks, key=lambda each: (each.at, each.seq, each.id)):
            event = self._event(document, look, first)
            if event is not None:
                found.append(event)
        return found

    def _event(self, document: str, look: rows.Look, first: dict[_Key, Disclosure]) -> Event | None:
        known = self.reads.get(look.id)
        visit = "" if look.visit is None else f"{look.source} {look.visit}"
        claims = Claims.of(look)
        ruling = known.ruling if known is not None else None
        if not brings(look, ruling):
            if look.outcome == UNMODIFIED:
                return Unmodified(
                    look=look.id, at=look.at, seq=look.seq, slot=look.slot, visit=visit, address=address(look)
                )
            if look.outcome == GONE:
                return Absence(
                    look=look.id, at=look.at, seq=look.seq, slot=look.slot, how=_gone(look), visit=visit,
                    patience=claims.patience,
                )  # fmt: skip
            return None
        if known is None:
            return None  # it will be read later, and these documents be derived again
        assert look.sha is not None
        headers = cast("dict[str, Any]", json.loads(look.headers))
        etag, modified = str(headers.get("etag") or ""), str(headers.get("last-modified") or "")
        row = known.reading
        if row.document == document:
            key = _Key(replace(row, look="", sha=None), known.ruling, claims.words)
            if key not in first:
                first[key] = self._disclosure(look, row, document)
            return Observation(
                look=look.id, at=look.at, seq=look.seq, slot=look.slot, sha=look.sha, disclosure=first[key],
                ruling=known.ruling, visit=visit, role=_ROLES.get(row.outcome, "content"), address=address(look),
                page=claims.page, archive=claims.archive or "", attachments=claims.attachments, expect=claims.expect,
                told=claims.words, etag=etag, modified=modified,
            )  # fmt: skip
        if row.document is not None and look.url is not None:
            return Absence(
                look=look.id, at=look.at, seq=look.seq, slot=look.slot, how="replaced", by=row.document, visit=visit,
                patience=claims.patience, sha=look.sha, etag=etag, modified=modified,
            )  # fmt: skip
        # A file of one's own that another took the place of says nothing of what is published.
        return Unclear(
            look=look.id, at=look.at, seq=look.seq, slot=look.slot, sha=look.sha, etag=etag, modified=modified
        )

    def _disclosure(self, look: rows.Look, row: rows.Reading, document: str) -> Disclosure:
        assert look.sha is not None
        declared = declared_as(self.store, self.reader, look)
        disclosure = self.reader.of_look(declared, self.store.rulings(subject=look.sha))
        return _led(disclosure, document) if row.outcome in _ROLES else disclosure


def _gone(look: rows.Look) -> str:
    """Return how the look found nothing: the status, or ``soft`` where a page with another status says so."""
    return str(look.status) if look.status in (404, 410) else "soft"


def _led(disclosure: Disclosure, document: str) -> Disclosure:
    """Return a page that leads to ``document`` as a piece of it: it holds nothing, and its date is a claim."""
    unit, year, rest = document.rsplit("/", 2)
    kind, scope = rest.split(".")
    identity = replace(
        disclosure.identity, unit=unit, year=int(year), kind=cast("Kind", kind), scope=cast("Scope", scope)
    )
    passages = tuple(
        replace(p, text=_DATE.sub("", p.text)) if not p.spans and _DATE.search(p.text) else p
        for p in disclosure.passages
    )
    led = replace(disclosure, identity=identity, passages=tuple(p for p in passages if p.text), problems=(), unread=())
    return replace(led, digest=digest(led))
