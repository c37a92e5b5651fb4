"""When a document was first seen where it stands, and the last look there that did not have it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from storage.store import Store

_BEGAN = "coalesce(visit, at)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The first look that brought ``document`` (``after``), by which ``source``; ``before``: the last one that was
    read where it should have stood, and that did not have it. None: it was there at the first one."""

    document: str
    source: str
    after: str
    before: str | None = None


def sightings(store: "Store") -> dict[str, Sighting]:
    """Return the first sighting of each document.

    Not having it were: a listing, feed or sitemap that was read and did not link it, or an answer that there is no
    such page. A look that failed says neither.
    """
    # SQLite takes the other columns from the row that has the minimum.
    found = _all(
        store,
        "SELECT document, min(coalesce(looks.visit, looks.at)), looks.source, looks.slot, looks.claims FROM readings"
        " JOIN looks ON looks.id = readings.look WHERE document IS NOT NULL AND looks.outcome = 'captured'"
        " GROUP BY document ORDER BY document",
    )
    return {
        document: Sighting(
            document=document, source=source, after=after, before=_before(store, source, slot, claims, after)
        )
        for document, after, source, slot, claims in found
    }


def _before(store: "Store", source: str, slot: str, claims: str, after: str) -> str | None:
    page = cast("dict[str, Any]", json.loads(claims)).get("page") or slot
    trace, listed = after, cast("dict[str, Any]", json.loads(claims)).get("listed_at")
    for began, of_page in _all(
        store,
        f"SELECT {_BEGAN}, claims FROM looks WHERE source = ? AND slot = ? AND outcome != 'gone' ORDER BY 1 LIMIT 1",
        (source, page),
    ):
        # It was linked before it could be read.
        trace = min(trace, began)
        listed = cast("dict[str, Any]", json.loads(of_page)).get("listed_at") or listed
    without = _all(
        store,
        f"SELECT max({_BEGAN}) FROM looks WHERE source = ? AND slot = ? AND outcome IN ('listing', 'unmodified')"
        f" AND {_BEGAN} < ? UNION ALL"
        f" SELECT max({_BEGAN}) FROM looks WHERE source = ? AND slot = ? AND outcome = 'gone' AND {_BEGAN} < ?",
        (source, listed, trace, source, page, trace),
    )
    return max((began for (began,) in without if began is not None), default=None)


def _all(store: "Store", sql: str, given: Sequence[object] = ()) -> list[Any]:
    return store.connection.execute(sql, given).fetchall()


def withdrawals(store: "Store") -> dict[str, tuple[str | None, str]]:
    """Return of each document that is withdrawn the last look with it and the first without."""
    found = _all(
        store,
        "SELECT document, n, first_at, last_at, outcome FROM states WHERE document IN"
        " (SELECT document FROM documents WHERE state = 'withdrawn') ORDER BY document, n",
    )
    gone: dict[str, tuple[str | None, str]] = {}
    last_with: dict[str, str] = {}
    for document, _, first_at, last_at, outcome in found:
        if outcome == "withdrawn":
            gone[document] = (last_with.get(document), first_at)
        else:
            last_with[document] = last_at
    return gone


def approvals(store: "Store", document: str) -> tuple[str, ...]:
    """Return the sentences of the last version of ``document`` that speak of an approval (批复)."""
    found = _all(
        store,
        "SELECT text FROM passages WHERE document = ? AND text LIKE '%批复%' AND version ="
        " (SELECT version FROM states WHERE document = ? AND version IS NOT NULL ORDER BY n DESC LIMIT 1) ORDER BY n",
        (document, document),
    )
    return tuple(text for (text,) in found)
