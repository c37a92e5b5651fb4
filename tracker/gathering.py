"""Handing texts over: files and folder sources become offers, and a report tells what became of each.

A file that can't be read or that claims another's moment does not stop the others.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from scrapers.folder import FolderError, walk
from storage import queries, rows
from storage.store import Store
from tracker.ingest import House, Offer, SameMomentError, Settled, ingest
from tracker.model import Disclosure, Identity
from tracker.opening import members, path_inside
from tracker.outcomes import FAILED, Outcome
from tracker.recording import VERSION_LENGTH
from tracker.settings import FolderSource
from tracker.sighting import of_accounts
from tracker.timeline import TEXT_SLOT
from tracker.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A file that was not kept: ``missing``, ``unreadable``, ``folder`` (a source's folder can't be listed),
    ``moment`` (another text of the same document claims the same moment, with no address to tell them apart), or
    ``crashed``: the visit to the source ``file`` met a mistake of ours and was given up."""

    code: Literal["missing", "unreadable", "folder", "moment", "crashed"]
    file: str
    why: str = ""
    document: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What became of one file, or of one address that was asked for (``file`` is either). ``document`` is its name,
    ``capture:…`` while that is undecided, None where nothing came; ``state`` the number of the state that began with
    it; ``why`` what the server or the network said, ``until`` when a host that wants to be left alone may be asked."""

    file: str
    at: str
    sha: str | None
    look: str | None
    document: str | None
    outcome: Outcome
    source: str | None = None
    why: str | None = None
    until: str | None = None
    state: int | None = None
    problems: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run brought: each file, the documents touched, how many changes were first recorded by it."""

    files: tuple[Gathered, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    documents: tuple[str, ...] = ()
    looks: int = 0
    changes: int = 0
    rebuilt: bool = False

    @property
    def failed(self) -> bool:
        """Whether a file was not kept, or could not be read at all, or a server let us see nothing."""
        return bool(self.troubles) or any(each.outcome in FAILED for each in self.files)

    def count(self, outcome: Outcome) -> int:
        """Return how many files came out so."""
        return sum(each.outcome == outcome for each in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a file would be taken for; nothing was written."""

    file: str
    sha: str
    disclosure: Disclosure


@dataclass(slots=True)
class _Offers:
    offers: list[Offer] = field(default_factory=list[Offer])
    files: list[str] = field(default_factory=list[str])
    troubles: list[Trouble] = field(default_factory=list[Trouble])

    def add(self, path: Path, **more: Any) -> None:
        """Add the file ``path``, or the trouble with it."""
        data = _bytes(path, self.troubles)
        if data is not None:
            self.offers.append(Offer(data=data, name=_plain(path.name), **more))
            self.files.append(_plain(str(path)))

    def settle_moments(self, store: Store) -> None:
        """Have only those offers checked for a claimed moment whose slot was seen then with other bytes."""
        self.offers = [replace(each, dated=each.dated and _claimed(store, each)) for each in self.offers]


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Return ``paths`` in order, with each folder's files (sorted, hidden ones left out) in its place."""
    return [file for path in paths for file in ([each.path for each in walk(path).found] if path.is_dir() else [path])]


def ingest_files(
    workspace: Workspace,
    house: House,
    paths: Sequence[Path],
    *,
    claims: Mapping[str, object] | None = None,
    url: str | None = None,
    at: str | None = None,
) -> Report:
    """Keep the files, in the order given, and derive what follows.

    ``at`` (UTC) is when they were seen; without it they were seen now, one after the other. ``url`` is their address.
    """
    moment = at or workspace.clock()
    first = 0 if at else _next(house.store, moment)
    gathered = _Offers()
    for path in files_of(paths):
        gathered.add(
            path,
            slot=url or TEXT_SLOT,
            url=url,
            at=moment,
            seq=0 if at else max(first, 1) + len(gathered.offers),
            dated=at is not None,
            claims=dict(claims or {}),
        )
    return _report(house, gathered)


def fetch(workspace: Workspace, house: House, sources: Sequence[FolderSource]) -> Report:
    """Look at the folders of ``sources`` and derive what follows."""
    moment = workspace.clock()
    seq = _next(house.store, moment)
    gathered = _Offers()
    for source in sources:
        try:
            listing = walk(workspace.config.folder(source), source.include, source.exclude)
        except FolderError as error:
            gathered.troubles.append(Trouble(code="folder", file=source.name, why=str(error.path)))
            continue
        for left in listing.skipped:
            if left.reason == "unreadable":
                gathered.troubles.append(Trouble(code="unreadable", file=_plain(str(left.path)), why=left.detail))
        for found in listing.found:
            slot = _plain(f"{source.name}/{found.slot}")
            gathered.add(
                found.path,
                source=source.name,
                slot=slot,
                at=found.moment or moment,
                seq=0 if found.moment else seq,
                claims=source.claims,
                dated=found.moment is not None,
            )
    gathered.settle_moments(house.store)
    return _report(house, gathered)


def foresee(workspace: Workspace, paths: Sequence[Path], claims: Identity) -> tuple[list[Foreseen], list[Trouble]]:
    """Tell which document each file would be taken for; writes nothing."""
    reader = workspace.reader()
    troubles: list[Trouble] = []
    found: list[Foreseen] = []
    for path in files_of(paths):
        data = _bytes(path, troubles)
        if data is not None:
            name = _plain(path.name)
            sha = hashlib.sha256(data).hexdigest()
            inside = reader.of_archive(data, name, claims)
            found += [
                Foreseen(file=f"{_plain(str(path))}!/{member}", sha=member_sha, disclosure=disclosure)
                for member, member_sha, disclosure in inside
            ]
            if not inside:
                disclosure = reader.of_bytes(data, PurePosixPath(name).name, claims)
                found.append(Foreseen(file=_plain(str(path)), sha=sha, disclosure=disclosure))
    return found, troubles


def _bytes(path: Path, troubles: list[Trouble]) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        troubles.append(Trouble(code="missing", file=_plain(str(path))))
    except OSError as error:
        troubles.append(Trouble(code="unreadable", file=_plain(str(path)), why=error.strerror or str(error)))
    return None


def _plain(name: str) -> str:
    """Return a file's name without bytes that are no text: what is recorded has to be."""
    return os.fsencode(name).decode("utf-8", "replace")


def _next(store: Store, moment: str) -> int:
    """Return the first free place among the looks of one second."""
    return max((look.seq + 1 for look in store.fetch(rows.Look, at=moment)), default=0)


def _claimed(store: Store, offer: Offer) -> bool:
    sha = hashlib.sha256(offer.data).hexdigest()
    return any(look.sha not in (None, sha) for look in store.fetch(rows.Look, slot=offer.slot, at=offer.at))


def _report(house: House, gathered: _Offers) -> Report:
    store = house.store
    with store.writing():
        before = queries.detections(store)
        known = frozenset(look.id for look in store.fetch(rows.Look))
        settled, kept = _ingest(house, gathered)
        files = tuple(
            each
            for look, file in zip(settled.looks, kept, strict=True)
            for each in with_members(store, file, store.fetch(rows.Look, id=look)[0], known)
        )
        changes = queries.count_detected(store, before)
    return Report(
        files=files,
        troubles=tuple(gathered.troubles),
        documents=settled.documents,
        looks=len(settled.looks),
        changes=changes,
        rebuilt=settled.rebuilt,
    )


def _ingest(house: House, gathered: _Offers) -> tuple[Settled, list[str]]:
    """Ingest all that can be; what claims another's moment is left out and told."""
    offers, files = list(gathered.offers), list(gathered.files)
    while True:
        kept = 0

        def count(stage: str, done: int, total: int) -> None:
            nonlocal kept
            kept = done if stage == "keep" else kept
            house.progress(stage, done, total or len(offers))

        try:
            return ingest(replace(house, progress=count), offers), files
        except SameMomentError as error:
            # Offers are kept in order: the refused one follows the last that was kept.
            del offers[kept]
            name = files.pop(kept)
            gathered.troubles.append(Trouble(code="moment", file=name, document=error.document, at=error.at))


def with_members(store: Store, file: str, record: rows.Look, known: Collection[str]) -> list[Gathered]:
    """Return what became of a look, and of the files inside where it brought an archive; ``known``: looks that stood
    before."""
    found = [became(store, file, record, known=record.id in known)]
    if found[0].document is None or found[0].outcome in ("held", "failed"):
        found += [
            became(store, f"{file}!/{path_inside(each)}", each, known=each.id in known)
            for each in members(store, record)
        ]
    return found


def became(store: Store, file: str, record: rows.Look, *, known: bool = False) -> Gathered:
    """Return what became of the look ``record`` that brought bytes, now that it is derived; ``known``: it stood before,
    and nothing is new of it."""
    reading = store.fetch(rows.Reading, look=record.id)[0]
    told = Gathered(
        file=file,
        at=record.at,
        sha=record.sha,
        look=record.id,
        document=reading.document,
        outcome="unchanged",
        source=record.source,
    )
    if reading.document is None:
        return _undecided(store, told, reading)
    outcome, state = _outcome(store, reading.document, record)
    if known and outcome in ("new", "changed"):
        outcome, state = "unchanged", None
    version = (reading.digest or "")[:VERSION_LENGTH]
    problems = [
        each
        for each in queries.problems(store, reading.document)
        if each["version"] == version or (outcome == "held" and not each["version"])
    ]
    if any(each["code"].startswith("file.") for each in problems):
        outcome = "failed"
    return replace(told, outcome=outcome, state=state, problems=tuple(problems))


def _undecided(store: Store, told: Gathered, reading: rows.Reading) -> Gathered:
    if reading.outcome == "page":
        accounts = f"{reading.unit}/{reading.year}/{reading.kind}" if of_accounts(reading) else None
        return replace(told, outcome="page", document=accounts)
    problems = queries.problems(store, reading.look)
    if reading.outcome == "archive" and not problems:
        return replace(told, outcome="archive")
    failed = any(each["code"].startswith("file.") for each in problems)
    outcome: Outcome = "rejected" if reading.outcome == "rejected" else "failed" if failed else "held"
    return replace(told, document=capture_name(reading.sha or ""), outcome=outcome, problems=tuple(problems))


def _outcome(store: Store, document: str, look: rows.Look) -> tuple[Outcome, int | None]:
    if look.visit is not None:
        return _of_visit(store, document, look)
    sha = look.sha or ""
    states = {each["n"]: each for each in queries.states(store, document)}
    pieces: dict[int, dict[str, str]] = {}
    for each in queries.pieces(store, document):
        pieces.setdefault(each["state"], {})[each["sha"]] = each["role"]
    begun = [n for n, state in sorted(states.items()) if state["first_at"] == look.at]
    if any(pieces[n].get(sha) == "held" for n in begun):
        return "held", None
    # Looks of one second follow each other by seq; each state of that second began with the first that brought it.
    waiting = [n for n in begun if not states[n]["held"]]
    moment = [each for each in store.looks(document=document) if each.at == look.at]
    for seq, together in groupby(moment, key=lambda each: each.seq):
        brought = {each.sha for each in together}
        if waiting and brought & pieces[waiting[0]].keys():
            state = waiting.pop(0)
            if seq == look.seq and sha in pieces[state]:
                first = min(n for n, each in states.items() if not each["held"])
                return ("new" if state == first else "changed"), state
    return "unchanged", None


def _of_visit(store: Store, document: str, look: rows.Look) -> tuple[Outcome, int | None]:
    """Return what a look of a visit means: all looks of one are one moment, and at most one state begins with it."""
    states = {each["n"]: each for each in queries.states(store, document)}
    here = {
        each["state"]
        for each in queries.pieces(store, document)
        if (each["slot"], each["sha"]) == (look.slot, look.sha)
    }
    begun = [n for n, state in states.items() if (look.visit or "") <= state["first_at"] <= look.at and n in here]
    if any(states[n]["held"] for n in begun):
        return "held", None
    published = [n for n in begun if not states[n]["held"]]
    if published and published[-1] - 1 not in here:
        state = published[-1]
        before = states.get(state - 1)
        if before is None:
            return "new", state
        if before["outcome"] == "withdrawn":
            return "restored", state
        return ("moved" if before["version"] == states[state]["version"] else "changed"), state
    earlier = any(each.sha == look.sha and each.at < look.at for each in store.looks(slot=look.slot))
    return ("unchanged" if earlier else "rewritten"), None


def capture_name(sha: str) -> str:
    """Return the name by which people call a capture whose document is not known."""
    return f"capture:{sha[:12]}"
