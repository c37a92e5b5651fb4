"""Looks that change nothing, told at once: most looks of most days. What follows from them is a time of sighting.

Whatever might be more is left to the whole derivation (`tracker.ingest`), which comes to the same for these: a look
that saw what stands, after all that is known of its document, prolongs the state and nothing else.
"""

from collections.abc import Collection
from dataclasses import replace

from storage import rows
from storage.store import Store
from tracker.holds import holds_any
from tracker.reading import Claims, Reader, decision
from tracker.sighting import CAPTURED, GONE, TELLING, UNMODIFIED, address, brings, read


def witnessed(store: Store, reader: Reader, look: rows.Look, busy: Collection[str]) -> bool:
    """Record ``look`` where it changes nothing, and tell whether it was so. To be called within a transaction.

    ``busy`` are slots and documents at which looks before it still have to be derived.
    """
    if store.fetch(rows.Reading, look=look.id) or look.slot in busy:
        return False
    rulings = store.rulings(subject=look.sha) if look.sha is not None else ()
    if not brings(look, decision(rulings)) and look.outcome not in TELLING:
        store.witness([read(store, reader, look)[0].kept])
        return True
    if rulings or not look.slot or look.outcome not in (CAPTURED, UNMODIFIED):
        return False
    return _sighted(store, reader, look, busy)


def _sighted(store: Store, reader: Reader, look: rows.Look, busy: Collection[str]) -> bool:
    last = store.last_read(look.slot, TELLING)
    brought = store.last_read(look.slot, (CAPTURED,))
    if last is None or brought is None or last[0].outcome == GONE or _order(last[0]) >= _order(look):
        return False
    before, known = brought
    if known.document is None or known.document in busy or store.rulings(subject=before.sha):
        return False
    if address(look) != address(last[0]):
        return False
    row = rows.ReadingRows(reading=rows.Reading(look=look.id, slot=look.slot, sha=look.sha, outcome=look.outcome))
    if look.outcome == CAPTURED:
        if _claimed(look) != _claimed(before):
            return False
        if look.sha == before.sha and look.name == before.name:
            row = rows.ReadingRows(reading=replace(known, look=look.id))
        else:
            found = _same_content(store, reader, look, known)
            if found is None:
                return False
            row = found
    n = _state(store, look, known)
    if n is None:
        return False
    store.witness([row], known.document, n, look.at)
    return True


def _order(look: rows.Look) -> tuple[str, int, str]:
    return look.at, look.seq, look.id


def _claimed(look: rows.Look) -> Claims:
    """Return what of the claims decides anything about a sighting."""
    return replace(Claims.of(look), patience=(0, 0))


def _same_content(store: Store, reader: Reader, look: rows.Look, known: rows.Reading) -> rows.ReadingRows | None:
    """Return the reading of other bytes that hold the same content, None where they do not."""
    now, disclosure = read(store, reader, look)
    row = now.reading
    if disclosure is None or known.held or row.held or row.digest != known.digest or row.outcome != known.outcome:
        return None
    if row.outcome == "page":
        row = replace(row, document=known.document)
    elif row.document != known.document or any(holds_any(problem) for problem in disclosure.problems):
        return None
    return replace(now.kept, reading=row)


def _state(store: Store, look: rows.Look, known: rows.Reading) -> int | None:
    """Return the number of the state that the look prolongs, None where that takes a closer look."""
    document = known.document
    states = store.fetch(rows.State, document=document)
    (row,) = store.fetch(rows.Document, document=document)
    standing = [each for each in states if not each.held]
    last = standing[-1] if standing else None
    if row.last_seen > look.at or (last is not None and last.version is None):
        return None
    since = last.first_at if last is not None else ""
    if look.at <= since or (look.visit is not None and look.visit <= since):
        return None  # of the moment in which that state began
    if last is not None and not any(each.held for each in states):
        shas = {piece.sha for piece in store.fetch(rows.Piece, document=document, state=last.n)}
        same = store.fetch(rows.Reading, document=document, sha=shas, digest=known.digest)
        return last.n if same else None
    return None
