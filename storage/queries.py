"""Questions that people ask, answered as plain dicts with the contract's JSON names.

Lists are in document order, changes in the order in which they are shown: revisions first, structure before figures,
then the other axes by size of movement. Names are matched by part; ``%`` and ``_`` in them are themselves.
"""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from storage.rows import Change, Figure, Line, Look, Passage, Problem, Row, Statement, columns
from storage.schema import said_plainly
from storage.store import Store
from storage.words import match, plain, terms

Result = dict[str, Any]

_JSON = {
    "path",
    "box",
    "ops",
    "places",
    "stale_places",
    "details",
    "headers",
    "claims",
    "exchange",
    "evidence",
    "columns",
    "formulas",
}
_INNER = {"n", "mask", "size_fen", "percent_sort", "spans", "skeleton", "statement_n"}


@dataclass(frozen=True, slots=True)
class Match:
    """What a name stands for: one ``document``, or None and the ``candidates`` (several fit, or only come near)."""

    document: str | None
    candidates: tuple[str, ...] = ()


class _Filter:
    """Conditions that all hold, with what is given for their places."""

    def __init__(self) -> None:
        self.tests: list[str] = []
        self.given: list[object] = []

    def add(self, test: str, *given: object) -> None:
        self.tests.append(test)
        self.given.extend(given)

    def equal(self, column: str, value: object | None) -> None:
        if value is not None:
            self.add(f"{column} = ?", value)

    def part(self, text: str | None, *of: str) -> None:
        if text is not None:
            self.add(f"({' OR '.join(f'instr({each}, ?)' for each in of)})", *[text] * len(of))

    def unit(self, name: str | None, *of: str) -> None:
        """Some column of ``of`` is a unit whose name, or another of its names, has the part ``name``."""
        if name is None:
            return
        units = (
            "(SELECT unit FROM documents WHERE instr(unit, ?)"
            " UNION SELECT unit FROM unit_names WHERE instr(name, ?) OR instr(unit, ?))"
        )
        self.add(f"({' OR '.join(f'{each} IN {units}' for each in of)})", *[name] * 3 * len(of))

    @property
    def where(self) -> str:
        return f" WHERE {' AND '.join(self.tests)}" if self.tests else ""


def _rows(store: Store, sql: str, given: Sequence[object] = ()) -> list[Result]:
    with said_plainly(store.path):
        cursor = store.connection.execute(sql, given)
        names = [each[0] for each in cursor.description]
        found = cast("list[tuple[object, ...]]", cursor.fetchall())
    return [_decoded(dict(zip(names, each, strict=True))) for each in found]


def _decoded(row: Result) -> Result:
    for name in _JSON & row.keys():
        row[name] = None if row[name] is None else json.loads(row[name])
    if isinstance(row.get("details"), list):
        # A problem's details are pairs in the order in which they are told (before, after).
        row["details"] = dict(row["details"])
    return row


def _shown(row: type[Row], prefix: str) -> str:
    return ", ".join(f'{prefix}."{name}"' for name in columns(row) if name not in _INNER)


# --- documents -------------------------------------------------------------------------------------------------------


def documents(
    store: Store,
    *,
    unit: str | None = None,
    year: int | None = None,
    kind: str | None = None,
    scope: str | None = None,
    state: str | None = None,
    document: str | None = None,
) -> list[Result]:
    """Return documents by unit, year, kind and scope; ``pieces`` and ``problems`` are lists of objects."""
    where = _Filter()
    where.unit(unit, "unit")
    where.equal("year", year)
    where.equal("kind", kind)
    where.equal("scope", scope)
    where.equal("state", state)
    where.equal("document", document)
    sql = (
        "SELECT document, unit, year, kind, scope, title, published_on, versions, state, understood, first_seen,"
        f" last_seen FROM documents{where.where} ORDER BY unit, year, kind, scope"
    )
    found = _rows(store, sql, where.given)
    for each in found:
        each["pieces"] = pieces(store, each["document"])
        each["problems"] = problems(store, each["document"])
        each["states"] = states(store, each["document"])
    return found


def pieces(store: Store, document: str) -> list[Result]:
    """Return the pieces of every state of ``document``."""
    sql = "SELECT state, slot, sha, role, look FROM pieces WHERE document = ? ORDER BY state, slot, sha"
    return _rows(store, sql, (document,))


def states(store: Store, document: str) -> list[Result]:
    """Return the states of ``document``, in time."""
    sql = "SELECT n, version, first_at, last_at, held, outcome, published_on FROM states WHERE document = ? ORDER BY n"
    return _rows(store, sql, (document,))


def problems(store: Store, document: str | None = None) -> list[Result]:
    """Return the problems of ``document``, or of all documents and of looks whose document is not known; those have
    the look's slot and file name beside them."""
    where = _Filter()
    where.equal("subject", document)
    shown = ", ".join(f"problems.{name}" for name in columns(Problem) if name != "n")
    sql = (
        f"SELECT {shown}, looks.slot, looks.name, looks.at FROM problems LEFT JOIN looks ON looks.id = subject"
        f"{where.where} ORDER BY subject, version, problems.n"
    )
    return _rows(store, sql, where.given)


def undecided(store: Store) -> list[Result]:
    """Return the readings of captures that belong to no document, by time, with their problems. Pages that only lead
    to files, archives that were opened whole, and looks that brought nothing of a document, are none."""
    sql = (
        "SELECT look, looks.slot, looks.name, looks.at, readings.sha, unit, year, kind, scope, title, evidence,"
        " readings.outcome FROM readings JOIN looks ON looks.id = look WHERE document IS NULL"
        " AND (readings.outcome IN ('read', 'rejected', 'notice') OR (readings.outcome = 'archive'"
        " AND EXISTS (SELECT 1 FROM problems WHERE subject = look))) ORDER BY looks.at, looks.seq, look"
    )
    found = _rows(store, sql)
    for each in found:
        each["problems"] = problems(store, each["look"])
    return found


def notices(store: Store, unit: str, year: int, kind: str) -> list[str]:
    """Return the looks that were read as a notice on the accounts of a unit and year, by their ids."""
    sql = "SELECT look FROM readings WHERE outcome = 'notice' AND unit = ? AND year = ? AND kind = ? ORDER BY look"
    return [each["look"] for each in _rows(store, sql, (unit, year, kind))]


def declarations(store: Store, source: str, slot: str) -> list[str]:
    """Return the ids of the looks of visits that saw something at ``slot``, newest first; none where what the source
    declares of its identity was always the same."""
    declared = ("unit", "year", "kind", "scope", "aliases")
    declares = " || char(0) || ".join(f"coalesce(json_extract(claims, '$.{name}'), '')" for name in declared)
    of_visits = "source = ? AND slot = ? AND outcome IN ('captured', 'unmodified') AND visit IS NOT NULL"
    (found,) = _rows(store, f"SELECT count(DISTINCT {declares}) AS n FROM looks WHERE {of_visits}", (source, slot))
    if found["n"] < 2:
        return []
    sql = f"SELECT id FROM looks WHERE {of_visits} ORDER BY at DESC, seq DESC, id DESC"
    return [each["id"] for each in _rows(store, sql, (source, slot))]


def looks(store: Store, document: str) -> list[Result]:
    """Return the looks at ``document``, by time: those that were read as it, and all others at its addresses, with
    what they met (``outcome``)."""
    shown = ", ".join(f"looks.{name}" for name in columns(Look))
    sql = (
        f"SELECT {shown} FROM looks WHERE id IN (SELECT look FROM readings WHERE document = ?) OR slot != ''"
        " AND slot IN (SELECT slot FROM readings WHERE document = ?) ORDER BY looks.at, looks.seq, looks.id"
    )
    return _rows(store, sql, (document, document))


def captures(store: Store, prefix: str) -> list[str]:
    """Return the captures whose SHA-256 begins with ``prefix``, in order."""
    sql = "SELECT sha FROM captures WHERE substr(sha, 1, ?) = ? ORDER BY sha"
    return [cast("str", each["sha"]) for each in _rows(store, sql, (len(prefix), prefix))]


def find_document(store: Store, name: str) -> Match:
    """Return the document that people mean by ``name``.

    ``UNIT/YEAR/KIND.SCOPE``, of which UNIT may be a part or another name, and SCOPE or KIND.SCOPE may be left out.
    """
    every = [cast("str", each["document"]) for each in _rows(store, "SELECT document FROM documents ORDER BY document")]
    if name in every:
        return Match(name)
    unit, year, rest = (*name.split("/", 2), "", "")[:3]
    others: dict[str, list[str]] = {}
    for each in _rows(store, "SELECT unit, name FROM unit_names"):
        others.setdefault(each["unit"], []).append(each["name"])
    fit = [each for each in every if _fits(each, unit, year, rest, others)]
    exact = [each for each in fit if unit in (each.split("/")[0], *others.get(each.split("/")[0], ()))]
    fit = exact or fit
    if len(fit) == 1:
        return Match(fit[0])
    return Match(None, tuple(fit) or tuple(difflib.get_close_matches(name, every, n=5, cutoff=0.5)))


def _fits(document: str, unit: str, year: str, rest: str, others: Mapping[str, Sequence[str]]) -> bool:
    of, of_year, of_rest = document.split("/")
    return (
        any(unit in each for each in (of, *others.get(of, ())))
        and (not year or year == of_year)
        and (not rest or rest == of_rest or rest in of_rest.split("."))
    )


def find_units(store: Store, name: str) -> list[str]:
    """Return the units that have the part ``name`` in one of their names; only the one if it is a whole name."""
    sql = (
        "SELECT unit, unit AS name FROM documents UNION SELECT unit, unit FROM units"
        " UNION SELECT unit, name FROM unit_names"
    )
    names = [(cast("str", each["unit"]), cast("str", each["name"])) for each in _rows(store, sql)]
    whole = sorted({unit for unit, each in names if each == name})
    return whole or sorted({unit for unit, each in names if name in each})


def shown_version(store: Store, document: str) -> str | None:
    """Return the version of the last state of ``document`` that has one and is not held, else of the last held."""
    sql = "SELECT version FROM states WHERE document = ? AND version IS NOT NULL ORDER BY held, n DESC LIMIT 1"
    found = _rows(store, sql, (document,))
    return found[0]["version"] if found else None


# --- the content of a document ---------------------------------------------------------------------------------------


def figures(
    store: Store,
    document: str | None = None,
    *,
    version: str | None = None,
    unit: str | None = None,
    year: int | None = None,
    kind: str | None = None,
    statement: str | None = None,
    section: str | None = None,
    code: str | None = None,
    role: str | None = None,
    key: str | None = None,
    fact: str | None = None,
    text: str | None = None,
) -> list[Result]:
    """Return figures in document order; ``version`` None: of the version that each document shows now.

    ``code`` takes the lines below it too (208 finds 2080501); ``text`` is a part of label, heading or quote.
    """
    where = _Filter()
    where.equal("figures.document", document)
    _versions(where, "figures", version)
    where.unit(unit, "documents.unit")
    where.equal("documents.year", year)
    where.equal("documents.kind", kind)
    where.equal("figures.statement", statement)
    where.equal("figures.section", section)
    _code(where, "figures.code", code)
    where.equal("figures.role", role)
    where.equal("figures.key", key)
    where.equal("figures.fact", fact)
    where.part(text, "figures.label", "figures.heading", "figures.quote")
    sql = (
        f"SELECT {_shown(Figure, 'figures')} FROM figures JOIN documents USING (document){where.where}"
        " ORDER BY documents.unit, documents.year, documents.kind, documents.scope, figures.version, figures.n"
    )
    return _rows(store, sql, where.given)


def _versions(where: _Filter, table: str, version: str | None) -> None:
    if version is not None:
        where.equal(f"{table}.version", version)
        return
    where.add(
        f"{table}.version = (SELECT version FROM states WHERE states.document = {table}.document"
        " AND version IS NOT NULL ORDER BY held, n DESC LIMIT 1)"
    )


def _code(where: _Filter, column: str, code: str | None) -> None:
    if code is not None:  # codes are digits: below 208 is what sorts from 208 up to 208:
        where.add(f"{column} >= ? AND {column} < ?", code, code + ":")


def passages(
    store: Store,
    document: str,
    *,
    version: str | None = None,
    section: str | None = None,
    text: str | None = None,
) -> list[Result]:
    """Return passages in document order, with the first and the last look that saw them in the document."""
    where = _Filter()
    where.equal("passages.document", document)
    _versions(where, "passages", version)
    where.equal("passages.section", section)
    where.part(text, "passages.text")
    # The same words may stand in several versions; they were first and last seen with the first and last of these.
    seen = (
        "SELECT {} FROM passages AS same JOIN states ON states.document = same.document AND states.version ="
        " same.version WHERE same.document = passages.document AND same.section = passages.section"
        " AND same.text = passages.text"
    )
    several = len(states(store, document)) > 1
    if not several:
        seen = "SELECT {} FROM states WHERE states.document = passages.document"
    sql = (
        f"SELECT {_shown(Passage, 'passages')}, ({seen.format('min(first_at)')}) AS first_seen,"
        f" ({seen.format('max(last_at)')}) AS last_seen FROM passages{where.where} ORDER BY passages.n"
    )
    return _rows(store, sql, where.given)


def statements(
    store: Store, document: str, *, version: str | None = None, statement: str | None = None
) -> list[Result]:
    """Return statements in document order, each with its ``lines``; a line's ``figures`` are whole figures."""
    where = _Filter()
    where.equal("statements.document", document)
    _versions(where, "statements", version)
    where.equal("statements.id", statement)
    names = ", ".join(f'"{name}"' for name in columns(Statement))
    found = _rows(store, f"SELECT {names} FROM statements{where.where} ORDER BY n", where.given)
    numbers: dict[int, Result] = {}
    for each in found[:1]:
        sql = f"SELECT {', '.join(columns(Figure))} FROM figures WHERE document = ? AND version = ?"
        for figure in _rows(store, sql.replace("key", '"key"'), (document, each["version"])):
            numbers[figure["n"]] = {name: value for name, value in figure.items() if name not in _INNER}
    for each in found:
        sql = (
            f"SELECT {', '.join(columns(Line))} FROM lines WHERE document = ? AND version = ? AND statement_n = ?"
            " ORDER BY n"
        )
        lines = _rows(store, sql, (document, each["version"], each.pop("n")))
        for line in lines:
            indexes = cast("list[int]", json.loads(line["figures"]))
            line["figures"] = [numbers[index] for index in indexes if index in numbers]
            for name in ("document", "version", "statement", "statement_n", "n"):
                del line[name]
        each["lines"] = lines
    return found


def unread(store: Store, document: str, *, version: str | None = None) -> list[Result]:
    """Return what looks like a figure and was not understood."""
    where = _Filter()
    where.equal("unread.document", document)
    _versions(where, "unread", version)
    return _rows(
        store, f"SELECT document, version, section, number, quote FROM unread{where.where} ORDER BY n", where.given
    )


def definitions(store: Store, document: str, *, version: str | None = None) -> list[Result]:
    """Return the terms of the glossary."""
    where = _Filter()
    where.equal("definitions.document", document)
    _versions(where, "definitions", version)
    sql = f"SELECT document, version, term, text, code FROM definitions{where.where} ORDER BY n"
    return _rows(store, sql, where.given)


# --- changes ---------------------------------------------------------------------------------------------------------

_SHOWN_OF_COMPARISON = (
    "comparisons.document_before, comparisons.version_before, comparisons.document_after, comparisons.version_after,"
    " comparisons.seen_before, comparisons.seen_after, detected.at AS detected_at, comparisons.superseded,"
    " comparisons.explained, detected.announce"
)
_FROM_CHANGES = (
    " FROM changes JOIN comparisons ON comparisons.id = changes.comparison"
    " JOIN detected ON detected.change = changes.id"
    " LEFT JOIN documents AS after_ ON after_.document = comparisons.document_after"
    " LEFT JOIN documents AS before_ ON before_.document = comparisons.document_before"
)
# Revisions and structure first, then by size of movement; the rest only makes the order a whole one.
_ORDER_OF_CHANGES = (
    " ORDER BY CASE WHEN changes.axis = 'revision' THEN 0 WHEN changes.subject = 'structure' THEN 1 ELSE 2 END,"
    " CASE changes.subject WHEN 'structure' THEN 0 ELSE 1 END,"
    " changes.size_fen IS NULL, changes.size_fen DESC, abs(changes.percent_sort) DESC,"
    " comparisons.seen_after DESC, comparisons.document_after, changes.comparison, changes.n"
)


def _changes(
    *,
    ids: Iterable[str] | None = None,
    comparison: str | None = None,
    unit: str | None = None,
    year: int | None = None,
    kind: str | None = None,
    axis: str | None = None,
    subject: str | None = None,
    section: str | None = None,
    statement: str | None = None,
    code: str | None = None,
    least_amount_fen: int | None = None,
    least_percent: str | None = None,
    since: str | None = None,
    text: str | None = None,
    document: str | None = None,
    superseded: bool = False,
    announced_only: bool = False,
) -> _Filter:
    where = _Filter()
    if ids is not None:
        given = list(ids)
        where.add(f"changes.id IN ({', '.join('?' * len(given))})", *given)
    where.equal("changes.comparison", comparison)
    where.unit(unit, "after_.unit", "before_.unit")
    where.equal("after_.year", year)
    where.equal("after_.kind", kind)
    where.equal("changes.axis", axis)
    where.equal("changes.subject", subject)
    where.equal("changes.section", section)
    where.equal("changes.statement", statement)
    _code(where, "changes.code", code)
    if least_amount_fen is not None:
        where.add("changes.size_fen >= ?", least_amount_fen)
    if least_percent is not None:
        where.add("abs(changes.percent_sort) >= ?", ten_thousandths(least_percent))
    if since is not None:
        where.add("comparisons.seen_after >= ?", since)
    where.part(
        text,
        *(f"coalesce(changes.{each}, '')" for each in ("label", "text_before", "text_after", "reason", "key")),
    )
    if document is not None:
        where.add("(comparisons.document_after = ? OR comparisons.document_before = ?)", document, document)
    if not superseded:
        where.add("comparisons.superseded = 0")
    if announced_only:
        where.add("detected.announce = 1")
    return where


def changes(store: Store, *, limit: int | None = None, **filters: Any) -> list[Result]:
    """Return changes in the order in which they are shown.

    Filters: ``ids, comparison, unit`` (part of a name), ``year, kind`` (of the later document), ``axis, subject,
    section, statement, code`` (with those below it), ``least_amount_fen, least_percent`` (a decimal string), ``since``
    (UTC; when the new was first seen), ``text, document`` (either side), ``superseded`` (default: left out),
    ``announced_only`` (leaves out what only a new generation sees).
    """
    where = _changes(**filters)
    sql = (
        f"SELECT {_shown(Change, 'changes')}, {_SHOWN_OF_COMPARISON}{_FROM_CHANGES}{where.where}{_ORDER_OF_CHANGES}"
        f"{'' if limit is None else ' LIMIT ?'}"
    )
    found = _rows(store, sql, where.given if limit is None else [*where.given, limit])
    for each in found:
        each["superseded"] = bool(each["superseded"])
        each["explained"] = bool(each["explained"])
        each["announce"] = bool(each["announce"])
    return found


def count_changes(store: Store, **filters: Any) -> int:
    """Return how many changes ``changes`` finds without a limit."""
    where = _changes(**filters)
    return _rows(store, f"SELECT count(*) AS n{_FROM_CHANGES}{where.where}", where.given)[0]["n"]


def detections(store: Store) -> int:
    """Return a mark that grows with every change detected; none is ever taken back."""
    return _rows(store, "SELECT coalesce(max(rowid), 0) AS mark FROM detected")[0]["mark"]


def count_detected(store: Store, mark: int) -> int:
    """Return how many changes that stand now were first detected after ``detections`` was ``mark``; those of superseded
    comparisons are not counted."""
    sql = (
        "SELECT count(*) AS n FROM detected JOIN changes ON changes.id = detected.change"
        " JOIN comparisons ON comparisons.id = changes.comparison WHERE detected.rowid > ? AND superseded = 0"
    )
    return _rows(store, sql, (mark,))[0]["n"]


def ten_thousandths(percent: str) -> int:
    """Return the decimal string ``percent`` in ten-thousandths of a percent, the scale of ``percent_sort``; digits
    beyond are cut off."""
    sign = -1 if percent.startswith("-") else 1
    whole, _, part = percent.lstrip("+-").partition(".")
    return sign * (int(whole or "0") * 10_000 + int((part + "0000")[:4]))


def comparisons(
    store: Store,
    *,
    ids: Iterable[str] | None = None,
    axis: str | None = None,
    unit: str | None = None,
    document: str | None = None,
    since: str | None = None,
    superseded: bool = False,
    changed_only: bool = False,
    announced_only: bool = False,
    limit: int | None = None,
) -> list[Result]:
    """Return comparisons, newest first, each with how many changes it has of each subject (``changes, figures,
    passages, structure``), how many rest on pictures (``recognized``), and when the first of them was detected."""
    where = _Filter()
    if ids is not None:
        given = list(ids)
        where.add(f"comparisons.id IN ({', '.join('?' * len(given))})", *given)
    where.equal("comparisons.axis", axis)
    where.unit(unit, "after_.unit", "before_.unit")
    if document is not None:
        where.add("(document_after = ? OR document_before = ?)", document, document)
    if since is not None:
        where.add("seen_after >= ?", since)
    if not superseded:
        where.add("superseded = 0")
    if changed_only:
        where.add("EXISTS (SELECT 1 FROM changes WHERE changes.comparison = comparisons.id)")
    if announced_only:
        where.add(
            "EXISTS (SELECT 1 FROM changes JOIN detected ON detected.change = changes.id"
            " WHERE changes.comparison = comparisons.id AND detected.announce = 1)"
        )
    order = "ORDER BY seen_after DESC, document_after"
    # The few that are shown are chosen first, and only their changes counted.
    sql = (
        "SELECT chosen.*, count(changes.id) AS changes, coalesce(sum(changes.subject = 'figure'), 0) AS figures,"
        " coalesce(sum(changes.subject = 'passage'), 0) AS passages,"
        " coalesce(sum(changes.subject = 'structure'), 0) AS structure,"
        " coalesce(sum(changes.origin = 'ocr'), 0) AS recognized, min(detected.at) AS detected_at,"
        " coalesce(sum(detected.announce), 0) AS announced FROM"
        " (SELECT comparisons.id, comparisons.axis, document_before, version_before, state_before, document_after,"
        " version_after, state_after, outcome, superseded, explained, seen_before, seen_after FROM comparisons"
        " LEFT JOIN documents AS after_ ON after_.document = document_after"
        " LEFT JOIN documents AS before_ ON before_.document = document_before"
        f"{where.where} {order}, comparisons.id{'' if limit is None else ' LIMIT ?'}) AS chosen"
        " LEFT JOIN changes ON changes.comparison = chosen.id LEFT JOIN detected ON detected.change = changes.id"
        f" GROUP BY chosen.id {order}, chosen.id"
    )
    found = _rows(store, sql, where.given if limit is None else [*where.given, limit])
    for each in found:
        each["superseded"] = bool(each["superseded"])
        each["explained"] = bool(each["explained"])
    return found


def links(store: Store, comparison: str) -> list[Result]:
    """Return the line links of ``comparison``; ``before`` and ``after`` are lists of line ids."""
    sql = 'SELECT statement, "before", "after", evidence, quote FROM line_links WHERE comparison = ? ORDER BY n'
    with said_plainly(store.path):
        found = cast("list[tuple[str, str, str, str, str]]", store.connection.execute(sql, (comparison,)).fetchall())
    return [
        {
            "statement": statement,
            "before": json.loads(before),
            "after": json.loads(after),
            "evidence": evidence,
            "quote": quote,
        }
        for statement, before, after, evidence, quote in found
    ]


# --- over time and by word -------------------------------------------------------------------------------------------


def known_facts(store: Store, units: Sequence[str]) -> tuple[str, ...]:
    """Return every fact that a document of ``units`` states, sorted."""
    where = _Filter()
    where.add(f"documents.unit IN ({', '.join('?' * len(units))})", *units)
    where.add("figures.fact IS NOT NULL")
    sql = f"SELECT DISTINCT fact FROM figures JOIN documents USING (document){where.where} ORDER BY fact"
    return tuple(cast("str", each["fact"]) for each in _rows(store, sql, where.given))


def history(
    store: Store,
    *,
    units: Sequence[str],
    text: str,
    kind: str | None = None,
    scope: str | None = None,
    roles: Sequence[str] = (),
    facts: Sequence[str] = (),
) -> list[Result]:
    """Return the figures that ``text`` means, over the years and states of ``units``: each figure with ``unit_name``,
    ``year, kind, scope, state, held, first_at, last_at``.

    ``text`` is a code, a fact or key (whole), else a part of the label; quotation marks in labels do not matter.
    ``facts`` are further facts that the asker means by it.
    """
    where = _Filter()
    where.add(f"documents.unit IN ({', '.join('?' * len(units))})", *units)
    where.equal("documents.kind", kind)
    where.equal("documents.scope", scope)
    if roles:
        where.add(f"figures.role IN ({', '.join('?' * len(roles))})", *roles)
    where.add(
        f"(figures.code = ? OR figures.key = ? OR figures.fact IN ({', '.join('?' * (len(facts) + 1))})"
        " OR instr(replace(replace(replace(figures.label, '“', ''), '”', ''), '\"', ''), ?))",
        *(text, text, text, *facts),
        text.translate({ord(mark): None for mark in '“”"'}),
    )
    sql = (
        f"SELECT {_shown(Figure, 'figures')}, documents.unit AS unit_name, documents.year, documents.kind,"
        " documents.scope, states.n AS state, states.held, states.first_at, states.last_at"
        " FROM documents JOIN states USING (document) JOIN figures ON figures.document = states.document"
        f" AND figures.version = states.version{where.where}"
        " ORDER BY documents.unit, documents.kind, documents.scope, documents.year, states.n, figures.n"
    )
    return _rows(store, sql, where.given)


def search(
    store: Store, text: str, *, unit: str | None = None, every_version: bool = False, limit: int | None = None
) -> list[Result]:
    """Return the passages, line labels and changes that hold every term of ``text`` (terms are set apart by spaces;
    two Chinese characters are enough), the newest year first.

    ``what`` is passage, line or change; the other names are ``document, version, section, statement, heading, text,
    page, comparison, change``. Of the versions of a document the one shown now, unless ``every_version``.
    """
    expression = match(text)
    if expression is None:
        return []
    wanted = terms(text)
    where = _Filter()
    where.add("search MATCH ?", expression)
    where.unit(unit, "documents.unit")
    sql = (
        "SELECT searched.kind AS what, searched.owner, searched.version, comparisons.document_after FROM search"
        " JOIN searched ON searched.id = search.rowid"
        " LEFT JOIN comparisons ON comparisons.id = searched.owner"
        " JOIN documents ON documents.document = coalesce(comparisons.document_after, searched.owner)"
        f"{where.where} ORDER BY documents.year DESC, documents.unit, documents.document, what DESC, searched.owner,"
        " searched.version"
    )
    found: list[Result] = []
    for each in _rows(store, sql, where.given):
        if each["what"] == "comparison":
            hits = _found_changes(store, each["owner"], wanted)
        elif every_version or each["version"] == shown_version(store, each["owner"]):
            hits = _found_content(store, each["owner"], each["version"], wanted)
        else:
            continue
        found.extend(hits)
        if limit is not None and len(found) >= limit:
            return found[:limit]
    return found


def _holds(wanted: Sequence[str], text: str) -> bool:
    return all(term in text for term in wanted)


def _found_content(store: Store, document: str, version: str, wanted: Sequence[str]) -> Iterator[Result]:
    blank = {"comparison": None, "change": None}
    sql = "SELECT section, heading, statement, text, page FROM passages WHERE document = ? AND version = ? ORDER BY n"
    for each in _rows(store, sql, (document, version)):
        if _holds(wanted, plain(each["text"])):
            yield {"what": "passage", "document": document, "version": version, **each, **blank}
    sql = (
        "SELECT NULL AS section, '' AS heading, statement, label AS text, NULL AS page FROM lines"
        " WHERE document = ? AND version = ? ORDER BY statement_n, n"
    )
    for each in _rows(store, sql, (document, version)):
        if _holds(wanted, plain(each["text"])):
            yield {"what": "line", "document": document, "version": version, **each, **blank}


def _found_changes(store: Store, comparison: str, wanted: Sequence[str]) -> Iterator[Result]:
    for each in changes(store, comparison=comparison, superseded=True):
        texts = [each[name] for name in ("label", "text_after", "text_before", "reason") if each[name]]
        if _holds(wanted, plain("\n".join(texts))):
            yield {
                "what": "change",
                "document": each["document_after"],
                "version": each["version_after"],
                "section": each["section"],
                "statement": each["statement"],
                "heading": "",
                "text": next(text for text in texts if any(term in plain(text) for term in wanted)),
                "page": None,
                "comparison": comparison,
                "change": each["id"],
            }


_RECENT = 40
"""Looks of a slot that decide what is asked of it next; of those before, only the last that brought bytes."""


def recent_looks(store: Store, source: str) -> tuple[Look, ...]:
    """Return of each slot of ``source`` the newest looks, and the newest that brought what stands there, by time."""
    names = ", ".join(f'"{column}"' for column in columns(Look))
    newest = f"SELECT {names}, row_number() OVER (PARTITION BY slot ORDER BY at DESC, seq DESC, id) AS n FROM looks"
    sql = (
        f"SELECT {names} FROM ({newest} WHERE source = ?) WHERE n <= {_RECENT} UNION"
        f" SELECT {names} FROM ({newest} WHERE source = ? AND sha IS NOT NULL AND outcome IN ('captured', 'listing'))"
        " WHERE n = 1 ORDER BY at, seq, slot, id"
    )
    found = store.connection.execute(sql, (source, source)).fetchall()
    return tuple(Look(**dict(zip(columns(Look), each, strict=True))) for each in found)


def documents_at(store: Store, slot: str) -> list[str]:
    """Return the documents of which a piece stands, or stood, at ``slot``."""
    sql = "SELECT DISTINCT document FROM pieces WHERE slot = ? ORDER BY document"
    return [name for (name,) in store.connection.execute(sql, (slot,))]
