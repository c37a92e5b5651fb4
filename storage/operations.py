"""What a running service remembers of its work: when sources are due, which hosts wait, which alarms were raised.

These tables are neither recorded nor derived: the archive has none of them, and losing them loses no evidence. Due
times follow from the looks again; a host that asked to wait is asked once too early; an alarm is raised again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from storage.rows import Look, columns

if TYPE_CHECKING:
    from storage.store import Store

TABLES = (
    """CREATE TABLE schedule (
        source TEXT NOT NULL,
        next_due TEXT NOT NULL,
        last_visit TEXT,
        failures INTEGER NOT NULL,
        PRIMARY KEY (source)
    ) STRICT""",
    """CREATE TABLE waits (
        host TEXT NOT NULL,
        until TEXT NOT NULL,
        why TEXT NOT NULL,
        failures INTEGER NOT NULL,
        PRIMARY KEY (host)
    ) STRICT""",
    """CREATE TABLE alarms (
        n INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        source TEXT NOT NULL,
        "before" TEXT NOT NULL,
        "after" TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX alarms_of_a_source ON alarms (source, n)",
    "CREATE INDEX looks_of_a_visit ON looks (source, coalesce(visit, at))",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """When ``source`` is due, when its last visit began, and how many failed in a row. Times are kept as in looks."""

    TABLE: ClassVar[str] = "schedule"
    source: str
    next_due: str
    last_visit: str | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """That ``host`` is not to be asked before ``until``, after ``failures`` in a row; ``why``: a closed list of the
    fetcher's."""

    TABLE: ClassVar[str] = "waits"
    host: str
    until: str
    why: str = ""
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """That the state of ``source`` went from ``before`` to ``after``; ``reason`` says what was met there."""

    TABLE: ClassVar[str] = "alarms"
    at: str
    source: str
    before: str
    after: str
    reason: str = ""


def schedule(store: "Store") -> dict[str, Scheduled]:
    """Return when each source is due, as it was last written."""
    found = store.connection.execute("SELECT source, next_due, last_visit, failures FROM schedule ORDER BY source")
    rows = cast("list[tuple[str, str, str | None, int]]", found.fetchall())
    return {
        source: Scheduled(source=source, next_due=due, last_visit=visit, failures=failures)
        for source, due, visit, failures in rows
    }


def put_schedule(store: "Store", *scheduled: Scheduled) -> None:
    """Keep when sources are due, instead of what was kept of them."""
    with store.transaction():
        store.connection.executemany(
            "INSERT OR REPLACE INTO schedule (source, next_due, last_visit, failures) VALUES (?, ?, ?, ?)",
            [(each.source, each.next_due, each.last_visit, each.failures) for each in scheduled],
        )


def forget_schedule(store: "Store", keep: Iterable[str]) -> None:
    """Forget the due times of all sources but ``keep``: those that are configured no more."""
    gone = sorted(set(schedule(store)) - set(keep))
    if gone:
        with store.transaction():
            store.connection.executemany("DELETE FROM schedule WHERE source = ?", [(each,) for each in gone])


def waits(store: "Store") -> dict[str, Waited]:
    """Return the hosts that were to be left alone when this was last written."""
    found = store.connection.execute('SELECT host, "until", why, failures FROM waits ORDER BY host')
    rows = cast("list[tuple[str, str, str, int]]", found.fetchall())
    return {host: Waited(host=host, until=until, why=why, failures=failures) for host, until, why, failures in rows}


def put_waits(store: "Store", waited: Iterable[Waited]) -> None:
    """Keep which hosts are to be left alone; these are all."""
    with store.transaction():
        store.connection.execute("DELETE FROM waits")
        store.connection.executemany(
            'INSERT INTO waits (host, "until", why, failures) VALUES (?, ?, ?, ?)',
            [(each.host, each.until, each.why, each.failures) for each in waited],
        )


def add_alarms(store: "Store", alarms: Iterable[Alarm]) -> None:
    """Keep alarms, in the order given."""
    rows = [(each.at, each.source, each.before, each.after, each.reason) for each in alarms]
    if rows:
        with store.transaction():
            store.connection.executemany(
                'INSERT INTO alarms (at, source, "before", "after", reason) VALUES (?, ?, ?, ?, ?)', rows
            )


def alarms(store: "Store", source: str | None = None, *, limit: int | None = None) -> tuple[Alarm, ...]:
    """Return the alarms (of ``source``, or all) that were raised, the newest first."""
    found = store.connection.execute(
        'SELECT at, source, "before", "after", reason FROM alarms'
        " WHERE ? IS NULL OR source = ? ORDER BY n DESC LIMIT ?",
        (source, source, -1 if limit is None else limit),
    )
    rows = cast("list[tuple[str, str, str, str, str]]", found.fetchall())
    return tuple(
        Alarm(at=at, source=name, before=before, after=after, reason=reason) for at, name, before, after, reason in rows
    )


def standing(store: "Store") -> dict[str, str]:
    """Return the state that each source was last said to be in by an alarm."""
    found = store.connection.execute(
        'SELECT source, "after" FROM alarms WHERE n IN (SELECT max(n) FROM alarms GROUP BY source) ORDER BY source'
    )
    return dict(cast("list[tuple[str, str]]", found.fetchall()))


# --- what was looked at, and what it brought --------------------------------------------------------------------------


def last_looks(store: "Store", source: str, entry: str | None, *, last: int = 2, most: int = 30) -> tuple[Look, ...]:
    """Return the looks of the ``last`` visits to ``source``, and of as many as ``most`` visits those at ``entry``, the
    address it begins at."""
    names = ", ".join(f'"{column}"' for column in columns(Look))
    began = "SELECT DISTINCT coalesce(visit, at) FROM looks WHERE source = ? ORDER BY coalesce(visit, at) DESC LIMIT ?"
    sql = (
        f"SELECT {names} FROM looks WHERE source = ? AND coalesce(visit, at) IN ({began}) UNION"
        f" SELECT * FROM (SELECT {names} FROM looks WHERE source = ? AND slot = ? ORDER BY at DESC, seq DESC LIMIT ?)"
        " ORDER BY at, seq, slot, id"
    )
    found = store.connection.execute(sql, (source, source, last, source, entry, most)).fetchall()
    return tuple(Look(**dict(zip(columns(Look), each, strict=True))) for each in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What the looks of ``source`` brought: ``documents`` by name, how many ``captures`` that differ, and when a
    change in one of its documents was last detected."""

    source: str
    documents: tuple[str, ...] = ()
    captures: int = 0
    last_change: str | None = None


def brought(store: "Store") -> dict[str, Brought]:
    """Return what each source that was ever looked at brought."""
    run = store.connection.execute
    counts = cast(
        "list[tuple[str, int]]",
        run("SELECT source, count(DISTINCT CASE outcome WHEN 'captured' THEN sha END) FROM looks GROUP BY source")
        .fetchall(),
    )  # fmt: skip
    pairs = cast(
        "list[tuple[str, str]]",
        run(
            "SELECT DISTINCT looks.source, readings.document FROM readings JOIN looks ON looks.id = readings.look"
            " WHERE readings.document IS NOT NULL ORDER BY 1, 2"
        ).fetchall(),
    )
    changed = dict(
        cast(
            "list[tuple[str, str]]",
            run(
                "SELECT document_after, max(detected.at) FROM comparisons"
                " JOIN changes ON changes.comparison = comparisons.id JOIN detected ON detected.change = changes.id"
                " WHERE comparisons.axis = 'revision' GROUP BY document_after"
            ).fetchall(),
        )
    )
    documents: dict[str, list[str]] = {source: [] for source, _ in counts}
    for source, document in pairs:
        documents[source].append(document)
    return {
        source: Brought(
            source=source,
            documents=tuple(documents[source]),
            captures=count,
            last_change=max((changed[each] for each in documents[source] if each in changed), default=None),
        )
        for source, count in sorted(counts)
    }
