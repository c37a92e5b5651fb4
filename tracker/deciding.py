"""A person's decision on a capture: it counts after all, it does not, or it is another document than was read."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from storage import queries, rows
from storage.store import Store
from tracker.between import UnknownNameError, document_named, is_file, sha_of
from tracker.ingest import House, Settled, settle
from tracker.moments import moment, stamp
from tracker.reading import Decision
from tracker.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was ruled (the captures' hashes), and the documents that followed."""

    captures: tuple[str, ...]
    settled: Settled
    documents: tuple[str, ...]


def captures_of(workspace: Workspace, store: Store, subject: str) -> list[str]:
    """Return the captures that ``subject`` means: ``capture:…``, a file's path, or a document: those of it that are
    held, else the last one. Raises UnknownNameError, OSError."""
    if subject.startswith("capture:"):
        return [sha_of(store, subject.removeprefix("capture:"))]
    if is_file(subject):
        sha = hashlib.sha256(Path(subject).read_bytes()).hexdigest()
        return [sha_of(store, sha)]
    document = document_named(workspace, store, subject)
    pieces = queries.pieces(store, document)
    held = [each["sha"] for each in pieces if each["role"] == "held"]
    if held:
        return list(dict.fromkeys(held))
    if not pieces:
        raise UnknownNameError(subject)
    return list(dict.fromkeys(each["sha"] for each in pieces))


def rule(
    house: House,
    captures: Sequence[str],
    *,
    decision: Decision | None = None,
    identity: Mapping[str, object] | None = None,
    note: str = "",
) -> Decided:
    """Record the decision on each capture, then derive what follows from it.

    ``identity`` holds any of ``unit, year, kind, scope``. Each ruling is later than any before it on its capture, so
    that the last word is the last.
    """
    store = house.store
    with store.writing():
        before = _documents(store, captures)
        for sha in captures:
            if identity:
                ruling = ("identity", identity)
                store.put_ruling(_ruling(store, sha, *ruling, house.clock(), note))
            if decision:
                store.put_ruling(_ruling(store, sha, decision, {}, house.clock(), note))
        settled = settle(house)
        after = _documents(store, captures)
    return Decided(captures=tuple(captures), settled=settled, documents=tuple(sorted(before | after)))


def _ruling(store: Store, sha: str, decision: str, details: Mapping[str, object], at: str, note: str) -> rows.Ruling:
    latest = max((ruling.at for ruling in store.rulings(subject=sha)), default="")
    if latest >= at:
        at = stamp(moment(latest) + timedelta(seconds=1))
    return rows.Ruling.of(subject=sha, decision=decision, at=at, details=details, note=note)


def _documents(store: Store, captures: Sequence[str]) -> set[str]:
    readings = store.fetch(rows.Reading, sha=tuple(captures))
    return {reading.document for reading in readings if reading.document is not None}
