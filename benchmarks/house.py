"""The whole of ``ingest``, by stage, and the rows that the store commits beside sqlite-utils' bulk insert."""

import contextlib
import functools
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest import mock

from sqlite_utils import Database

import tracker.ingest
import tracker.reading
from benchmarks.cases import ingested
from benchmarks.texts import Text
from storage import rows
from storage.schema import connect, migrate
from storage.store import Store
from storage.words import spaced
from tracker.ingest import House, Offer, Reader, ingest
from tracker.naming import Names
from tracker.taxonomy import Taxonomy

_AT = "2026-01-01T00:00:00Z"
_STAGES: Sequence[tuple[str, object, str]] = (
    ("keep", Store, "record"),
    ("decode", tracker.reading, "decode"),
    ("normalize", tracker.reading, "normalize"),
    ("compare", tracker.ingest, "compare"),
    ("store", Store, "replace"),
)


def offers(texts: Sequence[Text], units: int) -> list[Offer]:
    """Three documents a unit and text, each unit with a declared name of its own."""
    return [
        Offer(data=each.encode(), name=f"{unit}.txt", at=at, claims={"unit": f"{unit}{text.name}"})
        for text in texts
        for unit, at, each in ingested(text, units)
    ]


@contextlib.contextmanager
def _folder() -> Generator[Path, None, None]:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _house(store: Store, taxonomy: Taxonomy) -> House:
    return House(store, Reader(store.archive, taxonomy, Names({})), lambda: _AT)


def ingest_stages(offered: Sequence[Offer], taxonomy: Taxonomy, runs: int) -> Mapping[str, float]:
    """Seconds of each stage of one ``ingest`` of everything offered, and ``total``: medians of ``runs``."""
    samples = [_stages(offered, taxonomy) for _ in range(runs)]
    return {name: statistics.median(sample[name] for sample in samples) for name in samples[0]}


def _stages(offered: Sequence[Offer], taxonomy: Taxonomy) -> Mapping[str, float]:
    spent: Counter[str] = Counter()
    with _folder() as folder, Store.open(folder) as store, contextlib.ExitStack() as patches:
        for stage, owner, name in _STAGES:
            patches.enter_context(mock.patch.object(owner, name, _timed(getattr(owner, name), spent, stage)))
        start = time.perf_counter()
        settled = ingest(_house(store, taxonomy), offered)
        total = time.perf_counter() - start
    assert len(settled.new_looks) == len(offered)
    assert not settled.failed
    return {**{stage: spent[stage] for stage, _, _ in _STAGES}, "rest": total - sum(spent.values()), "total": total}


def _timed(function: Callable[..., Any], spent: Counter[str], stage: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[stage] += time.perf_counter() - start  # pyright: ignore[reportArgumentType]

    return timed


def rows_committed(offered: Sequence[Offer], taxonomy: Taxonomy, runs: int) -> Mapping[str, float]:
    """Rows, and how many a second ``Store.replace`` and sqlite-utils' ``insert_all`` commit of the same, into the same
    schema on the same settings, the index of words included; medians of ``runs``."""
    asked = _recorded(offered, taxonomy)
    tables = _tables(asked)
    count = sum(len(each) for each in tables.values())
    ours = statistics.median(_replace(asked, offered) for _ in range(runs))
    theirs = statistics.median(_insert_all(tables, offered) for _ in range(runs))
    return {"rows": count, "ours": count / ours, "sqlite-utils": count / theirs}


def _recorded(offered: Sequence[Offer], taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """What ``ingest`` hands to ``Store.replace``, call by call, with everything in it made."""
    asked: list[dict[str, Any]] = []
    real = Store.replace

    def replace(store: Store, **given: Any) -> None:
        for name, document in (given.get("documents") or {}).items():
            contents = {each.version: document.contents.get(each.version) for each in document.versions}
            given["documents"][name] = rows.DocumentRows(
                document=document.document,
                states=document.states,
                pieces=document.pieces,
                versions=document.versions,
                contents=contents,
                problems=document.problems,
            )
        asked.append(given)
        real(store, **given)

    with _folder() as folder, Store.open(folder) as store, mock.patch.object(Store, "replace", replace):
        ingest(_house(store, taxonomy), offered)
    return asked


def _tables(asked: Sequence[Mapping[str, Any]]) -> dict[str, list[rows.Row]]:
    """The same rows by table, parents first."""
    every: dict[str, list[rows.Row]] = {row.TABLE: [] for row in rows.DERIVED}

    def add(found: Sequence[rows.Row]) -> None:
        for row in found:
            every[row.TABLE].append(row)

    for given in asked:
        for reading in given["readings"]:
            add((reading.reading, *reading.problems))
        for document in given["documents"].values():
            add((document.document, *document.versions, *document.states, *document.pieces, *document.problems))
            for c in document.contents.values():
                add((*c.passages, *c.statements, *c.lines, *c.figures, *c.definitions, *c.problems, *c.unread))
        for comparison in given["comparisons"]:
            add((comparison.comparison, *comparison.links, *comparison.changes))
    return {table: found for table, found in every.items() if found}


def _record_all(store: Store, offered: Sequence[Offer]) -> None:
    with store.writing():
        for offer in offered:
            store.record(offer.data, tracker.ingest._look(offer))  # the looks that the readings belong to


def _replace(asked: Sequence[Mapping[str, Any]], offered: Sequence[Offer]) -> float:
    with _folder() as folder, Store.open(folder) as store:
        _record_all(store, offered)
        start = time.perf_counter()
        for given in asked:
            store.replace(**given)
        return time.perf_counter() - start


def _insert_all(tables: Mapping[str, Sequence[rows.Row]], offered: Sequence[Offer]) -> float:
    with _folder() as folder:
        with Store.open(folder) as store:
            _record_all(store, offered)
            path = store.path
        connection = connect(path)
        try:
            database = Database(connection, execute_plugins=False)
            migrate(database, path)
            start = time.perf_counter()
            with database.atomic():
                for table, found in tables.items():
                    database.table(table).insert_all(asdict(row) for row in found)
                _index(database, tables)
                changes = ({"change": row.id, "at": _AT} for row in tables.get("changes", ()))
                database.table("detected").insert_all(changes, ignore=True)
            return time.perf_counter() - start
        finally:
            connection.close()


def _index(database: Database, tables: Mapping[str, Sequence[Any]]) -> None:
    """The words of each version, and of each comparison that has changes, as the store indexes them."""
    words: dict[tuple[str, str, str], list[str]] = {}
    for passage in tables["passages"]:
        words.setdefault(("version", passage.document, passage.version), []).append(passage.text)
    for line in tables.get("lines", ()):
        labels = words.setdefault(("version", line.document, line.version), [])
        labels += [] if line.label in labels else [line.label]
    for change in tables.get("changes", ()):
        texts = (change.label, change.text_before, change.text_after, change.reason)
        words.setdefault(("comparison", change.comparison, ""), []).extend(text for text in texts if text)
    owners = [{"id": n, "kind": k, "owner": o, "version": v} for n, (k, o, v) in enumerate(words, 1)]
    database.table("searched").insert_all(owners)
    found = [{"rowid": n, "words": spaced("\n".join(each))} for n, each in enumerate(words.values(), 1)]
    database.table("search").insert_all(found)
