"""Archives: what a look at one says of each file inside, which is a look of its own at ``ARCHIVE!/path``.

What is recorded follows from the looks at the archive alone, whatever their order of arrival, and adds up: to open an
archive again records nothing twice (docs/decisions/0021-members-of-archives.md).
"""

import json
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any, cast

from scrapers.blocks import UndecodableError, Unpacked
from scrapers.decode import is_archive
from storage import rows
from storage.store import Store
from tracker.reading import Claims, Reader, names_inside

_INHERITED = (
    *("unit", "year", "kind", "scope", "aliases", "link", "title", "page", "published_on", "expect", "patience"),
)
"""Claims of an archive that hold for what is inside."""

_AT_ONCE = [1, 0]
"""Patience with a file that its archive no longer has: it was looked for in the whole, and is not there."""

_VALIDATORS = ("etag", "last-modified")


def open_archives(store: Store, reader: Reader, looks: Iterable[rows.Look], *, anew: bool = False) -> None:
    """Record what ``looks`` say of the files inside archives. ``anew``: all are looked into, whatever they were before;
    else those only whose bytes nobody has read yet."""
    waiting = {look.id: look for look in looks if not Claims.of(look).archive}
    while waiting:
        look = min(waiting.values(), key=_order)
        del waiting[look.id]
        fresh = store.record_all(_inside(store, reader, look, anew=anew))
        if any(fresh) and look.slot:
            # What came late into its place in time says something of what was seen after it.
            waiting |= {each.id: each for each in store.looks(slot=look.slot) if _order(each) > _order(look)}


def members(store: Store, look: rows.Look) -> tuple[rows.Look, ...]:
    """Return the looks that came of a look at an archive and brought a file, in the archive's order."""
    found = [each for each in store.fetch(rows.Look, at=look.at) if Claims.of(each).part_of == look.id]
    return tuple(sorted((each for each in found if each.sha is not None), key=lambda each: (each.name or "", each.id)))


def path_inside(look: rows.Look) -> str:
    """Return where in its archive a file stands, "" for what is in none."""
    return look.name or "" if Claims.of(look).archive is not None else ""


def _inside(store: Store, reader: Reader, look: rows.Look, *, anew: bool) -> list[tuple[bytes | None, rows.Look]]:
    if look.outcome == "captured" and look.sha is not None:
        known = _known(store, look)
        if not _is_archive(store, reader, look.sha, anew=anew):
            return [(None, _member(look, slot, path, "gone", status=404)) for slot, path in sorted(known.items())]
        try:
            opened = reader.unpacked(look.sha, look.name or "")
        except UndecodableError:
            return []  # nothing is known of what is inside; the reading of the archive itself says why
        return _brought(look, opened, known)
    if look.outcome in ("unmodified", "gone"):
        known = _known(store, look)
        return [
            (None, _member(look, slot, path, look.outcome, status=look.status)) for slot, path in sorted(known.items())
        ]
    return []


def _brought(look: rows.Look, opened: Unpacked, known: Mapping[str, str]) -> list[tuple[bytes | None, rows.Look]]:
    found: list[tuple[bytes | None, rows.Look]] = []
    there: set[str] = set()
    for member in opened.members:
        slot = _slot(look, member.path)
        there.add(slot)
        sha = sha256(member.data).hexdigest()
        found.append((member.data, _member(look, slot, member.path, "captured", status=look.status, sha=sha)))
    unclear = [_slot(look, trouble.what) for trouble in opened.troubles]
    for slot, path in sorted(known.items()):
        if slot not in there and not any(slot == each or slot.startswith(f"{each}!/") for each in unclear):
            found.append((None, _member(look, slot, path, "gone", status=404, patience=_AT_ONCE)))
    return found


def _is_archive(store: Store, reader: Reader, sha: str, *, anew: bool) -> bool:
    read = [] if anew else [row.outcome for row in store.fetch(rows.Reading, sha=sha)]
    return "archive" in read if read else is_archive(reader.archive.get(sha))


def _known(store: Store, look: rows.Look) -> dict[str, str]:
    """Return the slots of files that were in the archive before, with their paths; where texts stand at no address, one
    says nothing of another."""
    if not look.slot:
        return {}
    before = (each for each in store.inside(look.slot) if each.sha is not None and _order(each) < _order(look))
    return {each.slot: each.name or "" for each in before}


def _order(look: rows.Look) -> tuple[str, int, str]:
    return look.at, look.seq, ""


def _slot(look: rows.Look, path: str) -> str:
    return f"{look.slot}!/{path}" if look.slot else ""


def _member(
    look: rows.Look,
    slot: str,
    path: str,
    outcome: str,
    *,
    status: int | None,
    sha: str | None = None,
    patience: Collection[int] | None = None,
) -> rows.Look:
    claims = cast("dict[str, Any]", json.loads(look.claims))
    told: dict[str, object] = {name: claims[name] for name in _INHERITED if claims.get(name)}
    told |= {"archive": look.slot, "part_of": look.id, "inside": names_inside(path, look.name or look.slot)}
    if patience is not None:
        told["patience"] = list(patience)
    headers = cast("dict[str, Any]", json.loads(look.headers))
    moved = cast("dict[str, Any]", json.loads(look.exchange)).get("moved")
    return rows.Look.of(
        source=look.source,
        slot=slot,
        url=None if look.url is None else f"{look.url}!/{path}",
        at=look.at,
        seq=look.seq,
        outcome=outcome,
        status=status if look.url is not None else None,
        sha=sha,
        headers={name: headers[name] for name in _VALIDATORS if headers.get(name)},
        claims=told,
        exchange={"moved": f"{moved}!/{path}"} if moved else {},
        name=path,
        visit=look.visit,
    )
