"""Looks as visits record them, for tests of what is derived from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from storage import queries, rows
from storage.dump import dump
from storage.store import Store
from tracker.ingest import House, Settled, settle
from tracker.naming import Names
from tracker.reading import Reader
from tracker.taxonomy import load

NOW = "2026-01-01T00:00:00Z"
START = datetime(2024, 9, 1, 1, 0, tzinfo=UTC)


def stamp(day: float) -> str:
    """Return the time that many days after the start."""
    return (START + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Watcher:
    """A store whose looks are made by hand."""

    store: Store
    names: Names = field(default_factory=lambda: Names({}))
    source: str = "site"

    @property
    def house(self) -> House:
        """The house that derives."""
        return House(self.store, Reader(self.store.archive, load(), self.names), lambda: NOW)

    def look(
        self,
        day: float,
        slot: str,
        text: str | bytes | None = None,
        outcome: str = "captured",
        *,
        status: int | None = None,
        visit: float | None = None,
        claims: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        moved: str | None = None,
        name: str = "公开.html",
    ) -> rows.Look:
        """Record one look; ``visit`` is the day at which its visit began (default: a look of its own visit)."""
        data = text.encode() if isinstance(text, str) else text
        look = rows.Look.of(
            source=self.source,
            slot=slot,
            url=slot,
            at=stamp(day),
            outcome=outcome,
            status=status,
            sha=None if data is None else sha256(data).hexdigest(),
            headers=headers or {},
            claims=claims or {},
            exchange={"moved": moved} if moved else {},
            name=name,
            visit=stamp(day if visit is None else visit),
        )
        self.store.record(data, look)
        return look

    def settle(self) -> Settled:
        """Derive what follows."""
        return settle(self.house)

    def states(self, document: str | None = None) -> list[tuple[str, str, str]]:
        """Return outcome, first and last day of each state."""
        found = [s for d in queries.documents(self.store) if document in (None, d["document"]) for s in d["states"]]
        return [(s["outcome"], s["first_at"][:10], s["last_at"][:10]) for s in found]

    def structure(self) -> list[tuple[str, str]]:
        """Return kind and aspect of the changes of structure between states, oldest first."""
        found = [c for c in queries.changes(self.store, axis="revision") if c["subject"] == "structure"]
        return [(c["kind"], c["aspect"]) for c in sorted(found, key=lambda c: (c["seen_after"], c["aspect"]))]

    def dump(self) -> list[str]:
        """Return the derived tables as text."""
        return list(dump(self.store))
