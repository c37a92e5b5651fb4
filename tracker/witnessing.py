"""Looks that change nothing, told at once: most looks of most days. What follows from them is a time of sighting.

Whatever might be more is left to the whole derivation (`tracker.ingest`), which comes to the same for these: a look
that saw what stands, after all that is known of its document, prolongs the state and nothing else.
"""

from collections.abc import Collection
from dataclasses import replace

from storage import rows
from storage.store import Store
from tracker.holds import holds_any
from tracker.reading import Claims, Reader, charset, decision
from tracker.sighting import CAPTURED, GONE, TELLING, address, brings, declarations, read


def witnessed(store: Store, reader: Reader, look: rows.Look, busy: Collection[str]) -> bool:
    """Record ``look`` where it changes nothing, and tell whether it was so. To be called within a transaction.

    ``busy`` are slots and documents at which looks before it still have to be derived.
    """
    if store.fetch(rows.Reading, look=look.id):
        return False
    rulings = store.rulings(subject=look.sha) if look.sha is not None else ()
    if not brings(look, decision(rulings)) and look.outcome not in TELLING:
        store.witness([read(store, reader, look)[0].kept])
        return True
    if rulings or not look.slot or look.slot in busy:
        return False
    documents = store.read_at(look.slot)
    if len(documents) != 1 or not documents.isdisjoint(busy):
        return False  # what one of them shows is the absence of another
    if look.outcome == GONE:
        return _still_gone(store, reader, look, min(documents))
    return _sighted(store, reader, look)


def _still_gone(store: Store, reader: Reader, look: rows.Look, document: str) -> bool:
    """Record that what was withdrawn is still gone."""
    states = [each for each in store.fetch(rows.State, document=document) if not each.held]
    last = store.last_read(look.slot, TELLING)
    if len(states) < 2 or states[-1].outcome != "withdrawn" or last is None or _order(last[0]) >= _order(look):
        return False
    withdrawn, before = states[-1], states[-2]
    stood = store.fetch(rows.Piece, document=document, state=before.n, slot=look.slot)
    later = store.fetch(rows.Document, document=document)[0].last_seen > withdrawn.first_at
    if last[0].outcome != GONE or not stood or later or not _after(look, withdrawn.first_at):
        return False
    store.witness([read(store, reader, look)[0].kept], document, withdrawn.n, look.at)
    return True


def _after(look: rows.Look, moment: str) -> bool:
    """Tell whether the look, with its whole visit, came after a moment."""
    return look.at > moment and (look.visit is None or look.visit > moment)


def _sighted(store: Store, reader: Reader, look: rows.Look) -> bool:
    last = store.last_read(look.slot, TELLING)
    brought = store.last_read(look.slot, (CAPTURED,))
    if last is None or brought is None or last[0].outcome == GONE or _order(last[0]) >= _order(look):
        return False
    before, known = brought
    if known.document is None or store.rulings(subject=before.sha):
        return False
    if address(look) != address(last[0]) or declarations(look) != declarations(last[0]):
        return False
    row = rows.ReadingRows(reading=rows.Reading(look=look.id, slot=look.slot, sha=look.sha, outcome=look.outcome))
    if look.outcome == CAPTURED:
        if _claimed(look) != _claimed(before) or charset(look) != charset(before):
            return False
        if look.name == before.name and (look.sha == before.sha or _same_words(reader, look, before, known)):
            row = rows.ReadingRows(reading=replace(known, look=look.id, sha=look.sha))
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


def _same_words(reader: Reader, look: rows.Look, before: rows.Look, known: rows.Reading) -> bool:
    """Tell whether the bytes hold, counters and the like aside, the very words of those before: to read them again
    would come to the same, and takes ten times as long."""
    if known.held or look.sha is None or before.sha is None:
        return False
    words = reader.decoded(look)
    return words is not None and words == reader.decoded(before)


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
    if not _after(look, last.first_at if last is not None else ""):
        return None  # of the moment in which that state began
    held = [each for each in states if each.held]
    waiting = {"", *(each.version for each in held if each.version)} if held else set[str]()
    for problem in store.fetch(rows.Problem, subject=document, version=waiting, holds=1):
        if not problem.code.startswith("file."):
            return None  # what waits for another reason than that it can't be read is judged again
    for state in (*reversed(held), *([last] if last is not None else [])):
        slot = {"slot": look.slot} if state.held else {}
        pieces = store.fetch(rows.Piece, document=document, state=state.n, **slot)
        shas = {piece.sha for piece in pieces}
        if store.fetch(rows.Reading, document=document, sha=shas, digest=known.digest):
            return state.n
        if state.held and pieces:
            break
    return None
