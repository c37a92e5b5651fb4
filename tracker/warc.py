"""WARC files as a way in and a way out: looks and captures as other web archives exchange them.

What we write holds, beside each answer, a metadata record with the look itself, so that an empty workspace that reads
the file has the same documents and states. A file of others has only addresses, times and answers: each answer becomes
a look, judged as one of our own would be. Rulings of people are in no WARC file.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from scrapers.answers import Answer, Ask
from scrapers.finding.attachments import attachments
from scrapers.finding.links import Link, links
from scrapers.finding.names import content_name
from scrapers.finding.pages import normalised, page_title
from scrapers.judging import judge
from scrapers.warc import Broken, Record, Writer, digest_of, records
from storage import rows
from storage.store import Store
from tracker.version import NAME, version

PLACE = "urn:disclosure-tracker:slot:"
"""How the address of what has none (a file from a folder) begins in a WARC file; its slot follows, escaped."""

_BATCH = 64
_NEVER = "1970-01-01T00:00:00Z"
_VISIT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LAYOUT = re.compile(r"(?:image|font|audio|video)/|text/css|(?:text|application)/(?:x-)?(?:java|ecma)script", re.I)
_HTML = re.compile(r"(?:text/html|application/xhtml\+xml)\b", re.I)
_TEXT = 500
_HEADER = 2_000


# --- in --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a WARC file brought: its looks, those of them that were new, and what could not be read."""

    looks: tuple[rows.Look, ...] = ()
    new: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()


def take_in(
    store: Store,
    path: Path,
    *,
    source: str,
    claims: Mapping[str, object] | None = None,
    include: Sequence[re.Pattern[str]] = (),
) -> Imported:
    """Record what the WARC file ``path`` tells, under the name ``source``; nothing is derived.

    ``claims`` are declared of every document in it; ``include`` are patterns of the addresses wanted, none for all.
    Taking in a file twice records nothing new. Raises OSError where the file can't be opened.
    """
    pinned = dict(claims or {})
    looks: list[rows.Look] = []
    new: list[str] = []
    broken: list[Broken] = []
    waiting: list[tuple[bytes | None, rows.Look]] = []

    def keep() -> None:
        fresh = store.record_all(waiting)
        new.extend(look.id for (_, look), is_new in zip(waiting, fresh, strict=True) if is_new)
        waiting.clear()

    with store.writing():
        for found in looks_in(path, source=source, claims=pinned, include=include):
            if isinstance(found, Broken):
                broken.append(found)
                continue
            waiting.append(found)
            looks.append(found[1])
            if len(waiting) == _BATCH:
                keep()
        keep()
    return Imported(looks=tuple(looks), new=tuple(new), broken=tuple(broken))


@dataclass(slots=True)
class _Bodies:
    """What bodies the records of a file so far had, by their digest and by address and time."""

    by_digest: dict[str, str] = field(default_factory=dict[str, str])
    by_place: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def keep(self, record: Record, body: bytes, sha: str) -> None:
        self.by_place[normalised(record.url), record.at] = sha
        for digest in (record.digest, digest_of(body)):
            if digest is not None:
                self.by_digest[digest] = sha

    def of(self, record: Record) -> str | None:
        """Return the hash of the body that a revisit stands for."""
        place = record.refers_to and self.by_place.get((normalised(record.refers_to[0]), record.refers_to[1]))
        return place or self.by_digest.get(record.digest or "")


def looks_in(
    path: Path, *, source: str, claims: Mapping[str, object], include: Sequence[re.Pattern[str]] = ()
) -> Iterator[tuple[bytes | None, rows.Look] | Broken]:
    """Yield each look that a WARC file tells, with the bytes it brought (None: they came before), and what is
    broken."""
    pages = _pages(path)
    bodies = _Bodies()
    for found in records(path):
        if isinstance(found, Broken):
            yield found
            continue
        sha = None
        if found.body is not None:
            sha = hashlib.sha256(found.body).hexdigest()
            bodies.keep(found, found.body, sha)
        elif found.kind == "revisit" and found.status != 304:
            sha = bodies.of(found)
            if sha is None:
                yield Broken(found.offset, f"{found.url}: its bytes are in no record before it")
                continue
        if include and not any(pattern.search(found.url) for pattern in include):
            continue
        try:
            look = _look(found, source, claims, sha, pages)
        except (KeyError, TypeError, ValueError) as error:
            yield Broken(found.offset, f"{found.url}: what is told of the request does not fit ({error})")
            continue
        if look is not None:
            yield (found.body if look.sha is not None else None), look


def _look(
    record: Record, source: str, claims: Mapping[str, object], sha: str | None, pages: Mapping[str, "_Attached"]
) -> rows.Look | None:
    if record.details is not None:
        return _ours(record, record.details, source, claims, sha)
    onward = record.kind == "response" and record.status in (301, 302, 303, 307, 308)
    if record.kind == "metadata" or onward:  # what it leads to has a record of its own
        return None
    if _LAYOUT.match(record.headers.get("content-type", "")):
        return None
    return _theirs(record, source, claims, sha, pages)


def _ours(
    record: Record, told: Mapping[str, Any], source: str, claims: Mapping[str, object], sha: str | None
) -> rows.Look:
    """Return the look that one of our own files tells."""
    visit = told.get("visit")
    if visit is not None and not (isinstance(visit, str) and _VISIT.fullmatch(visit)):
        raise ValueError(f"visit {visit!r}")
    if told["sha"] not in (None, sha):
        raise ValueError("it names other bytes than it brings")
    return rows.Look.of(
        source=source,
        slot=_text(told["slot"]),
        url=_text_or_none(told["url"]),
        final_url=_text_or_none(told["final_url"]),
        at=record.at,
        seq=int(told["seq"]),
        outcome=_text(told["outcome"]),
        status=None if told["status"] is None else int(told["status"]),
        sha=_text_or_none(told["sha"]),
        headers=_object(told["headers"]),
        claims={**_object(told["claims"]), **claims},
        exchange=_object(told["exchange"]),
        error=_text_or_none(told["error"]),
        name=_text_or_none(told["name"]),
        visit=visit,
    )


def _theirs(
    record: Record, source: str, claims: Mapping[str, object], sha: str | None, pages: Mapping[str, "_Attached"]
) -> rows.Look:
    """Return the look that a record of others tells: what it means is judged as of an answer of our own."""
    slot = normalised(record.url)
    status = 200 if record.kind == "resource" else record.status
    outcome, why = _judged(record, status)
    attached = pages.get(slot)
    told: dict[str, object] = dict(attached.claims) if attached is not None else {}
    linked = [each.slot for each in pages.values() if each.claims.get("page") == slot]
    if linked:
        told["attachments"] = sorted(linked)
    return rows.Look.of(
        source=source,
        slot=slot,
        url=record.url,
        at=record.at,
        outcome=outcome,
        status=record.status,
        sha=sha if outcome != "unmodified" else None,
        headers={name: _plain(value)[:_HEADER] for name, value in record.headers.items()},
        claims={**told, **claims},
        exchange={"peer": record.peer} if record.peer else {},
        error=why or None,
        name=content_name(record.headers, record.url, attached.text if attached else ""),
    )


def _judged(record: Record, status: int | None) -> tuple[str, str]:
    if record.truncated:
        return "failed", f"truncated: {record.truncated}"
    if record.kind == "revisit":
        return ("unmodified", "") if status == 304 else ("captured", "")
    answer = Answer(
        ask=Ask(record.url), final_url=record.url, status=status, headers=record.headers, body=record.body or b""
    )
    judged = judge(answer)
    return judged.outcome, judged.why


@dataclass(frozen=True, slots=True)
class _Attached:
    """A file that a page of the same WARC file links as an attachment."""

    slot: str
    text: str
    claims: Mapping[str, object]


def _pages(path: Path) -> dict[str, _Attached]:
    """Return the attachments in a file of others, by their slots, as the pages in it link them."""
    there: set[str] = set()
    linked: dict[str, _Attached] = {}
    for found in records(path):
        if isinstance(found, Broken) or found.details is not None or found.kind == "metadata":
            continue
        slot = normalised(found.url)
        there.add(slot)
        if found.status == 200 and found.body and _HTML.match(found.headers.get("content-type", "")):
            title = page_title(found.body)[:_TEXT]
            for link in attachments(links(found.body, found.url), found.url):
                target = normalised(link.url)
                linked.setdefault(target, _Attached(target, link.text, _claims(link, title, slot)))
    return {slot: each for slot, each in linked.items() if slot in there}


def _claims(link: Link, title: str, page: str) -> dict[str, object]:
    told: dict[str, object] = {"link": link.text[:_TEXT], "title": title, "page": page}
    return {name: value for name, value in told.items() if value}


def _plain(text: str) -> str:
    """Return ``text`` without what is no text: what is recorded has to be."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return _plain(value)


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no object")
    return cast("dict[str, object]", value)


# --- out -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written: how many looks, and how many of them with their bytes (others refer to those)."""

    looks: int = 0
    captures: int = 0


def export(store: Store, looks: Iterable[rows.Look], path: Path) -> Exported:
    """Write ``looks`` and what they brought to the WARC file ``path``, compressed record by record.

    The same looks give the same file. Raises FileExistsError, DamagedCaptureError.
    """
    ordered = sorted(looks, key=lambda look: (look.at, look.seq, look.id))
    try:
        with path.open("xb") as file:
            writer = Writer(file, software=f"{NAME}/{version()}", at=ordered[-1].at if ordered else _NEVER)
            return _written(store, ordered, writer)
    except FileExistsError:
        raise
    except BaseException:
        path.unlink(missing_ok=True)  # half a file is none
        raise


def _written(store: Store, ordered: Sequence[rows.Look], writer: Writer) -> Exported:
    written: dict[str, tuple[str, str, str]] = {}  # by its hash, which record has a body: its address, time, id
    digests: dict[str, str] = {}
    last: dict[str, str] = {}
    for look in ordered:
        url = _address(look)
        sha = look.sha or (last.get(look.slot) if look.status == 304 else None)
        if sha is None and (look.status is None or look.outcome == "failed"):
            writer.lone_details(url, look.id, look.at, _details(look))
            continue
        writer.details(url, look.id, look.at, _details(look))
        headers = {name: str(value) for name, value in json.loads(look.headers).items()}
        peer = json.loads(look.exchange).get("peer")
        told: dict[str, Any] = {"status": look.status, "headers": headers, "peer": peer}
        if sha is not None and sha in written:
            writer.revisit(url, look.id, look.at, digest=digests[sha], refers_to=written[sha], **told)
        else:
            body = b"" if look.sha is None else store.archive.get(look.sha)
            if look.status is None:
                digest = writer.resource(url, look.id, look.at, body=body)
            else:
                digest = writer.response(url, look.id, look.at, body=body, **told)
            if look.sha is not None:
                written[look.sha], digests[look.sha] = (url, look.at, look.id), digest
        if look.sha is not None:
            last[look.slot] = look.sha
    return Exported(looks=len(ordered), captures=len(written))


def _address(look: rows.Look) -> str:
    """Return the address that a record has: what was asked for, or a name made of the slot."""
    return look.url or PLACE + quote(f"{look.source}/{look.slot}")


def _details(look: rows.Look) -> dict[str, object]:
    names = ("id", "source", "slot", "url", "final_url", "seq", "outcome", "status", "sha", "error", "name", "visit")
    nested = {name: json.loads(getattr(look, name)) for name in ("headers", "claims", "exchange")}
    return {**{name: getattr(look, name) for name in names}, **nested}
