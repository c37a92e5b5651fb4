"""What a name stands for (a document, a version or state of it, a capture, a file), and the changes between two."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from storage import queries, rows
from storage.store import Store
from tracker.compare import compare
from tracker.compare.corrections import correction
from tracker.folding import fold
from tracker.gathering import capture_name
from tracker.holds import holds_any, legible
from tracker.merging import merge
from tracker.model import Axis, Disclosure, Identity
from tracker.recording import comparison_rows, contents, understood, version_name
from tracker.revising import nothing_between
from tracker.taxonomy import Taxonomy, load
from tracker.taxonomy.naming import bare
from tracker.timeline import Observation, timeline
from tracker.workspace import Workspace

_CAPTURE = re.compile(r"capture:([0-9a-f]{4,64})\Z")
_PATH = re.compile(r"^[./~]|\.(?:txt|html?|pdf|docx?|xlsx?|ofd|wps|zip|rar)\Z", re.IGNORECASE)
_PARTS = re.compile(r"(?P<name>.*?)(?:@(?P<version>[0-9a-f]+)|#(?P<state>\d+))?\Z", re.DOTALL)
_JSON = ("path", "ops", "places", "stale_places", "columns", "formulas", "details")
_INNER = ("n", "mask", "size_fen", "percent_sort", "spans", "skeleton", "statement_n")


class UnknownNameError(Exception):
    """A document that is not there, or a name that several have; ``candidates`` fit or come near."""

    def __init__(self, name: str, candidates: Sequence[str] = (), *, what: str = "document") -> None:
        """Say which name, of what (document, version, state, capture), and what comes near."""
        super().__init__(f"{what} {name!r} is not known; near: {', '.join(candidates)}")
        self.name, self.candidates, self.what = name, tuple(candidates), what

    @property
    def several(self) -> bool:
        """Whether more than one document has the name as a part."""
        return len(self.candidates) > 1 and all(self.name.split("/")[0] in each for each in self.candidates)


class SeveralError(Exception):
    """An archive with several ``documents``, where one is meant."""

    def __init__(self, documents: Sequence[str]) -> None:
        """Say which."""
        super().__init__(", ".join(documents))
        self.documents = tuple(documents)


class UnlikeError(Exception):
    """Two documents that are not compared unless asked to: another ``unit``, ``scope``, or no ``axis`` between."""

    def __init__(self, aspect: str, before: str, after: str) -> None:
        """Say in what they differ."""
        super().__init__(f"{aspect}: {before} and {after}")
        self.aspect, self.before, self.after = aspect, before, after


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a name stands for. ``document`` is its name (``capture:…`` where it is not known); ``state`` is
    set where it stands in the database."""

    document: str
    version: str
    disclosure: Disclosure
    state: int | None = None
    sha: str | None = None
    file: str | None = None
    first_at: str | None = None
    last_at: str | None = None


def is_file(name: str) -> bool:
    """Tell whether a name is that of a file. Raises FileNotFoundError for what can only be meant as one."""
    if name.startswith("capture:"):
        return False
    if Path(name).is_file():
        return True
    if _PATH.search(name):
        raise FileNotFoundError(2, os.strerror(2), name)
    return False


def document_named(workspace: Workspace, store: Store, name: str) -> str:
    """Return the one document that ``name`` means, by part and by the units' other names. Raises UnknownNameError."""
    match = queries.find_document(store, name)
    if match.document is None:
        for other in _other_names(workspace, name):
            better = queries.find_document(store, other)
            if better.document is not None:
                return better.document
        raise UnknownNameError(name, match.candidates)
    return match.document


def units_named(workspace: Workspace, store: Store, name: str) -> list[str]:
    """Return the units that ``name`` means, by part and by their other names."""
    return queries.find_units(store, name) or [
        unit for other in _other_names(workspace, name) for unit in queries.find_units(store, other)
    ]


def unit_named(workspace: Workspace, name: str | None) -> str | None:
    """Return the name to look for where ``name`` is another name that the configuration declares."""
    return None if name is None else next(iter(_other_names(workspace, name)), name)


def _other_names(workspace: Workspace, name: str) -> list[str]:
    unit, slash, rest = name.partition("/")
    wanted = fold(unit)
    exact = [each.name for each in workspace.config.units if wanted in map(fold, each.names)]
    part = [each.name for each in workspace.config.units if any(wanted in fold(other) for other in each.names)]
    return [found + slash + rest for found in dict.fromkeys(exact or part)] if wanted else []


def named(workspace: Workspace, store: Store | None, name: str) -> Named:
    """Return what ``name`` stands for: a file's path, ``capture:…``, or ``UNIT/YEAR/KIND.SCOPE`` by part, with
    ``@version`` or ``#state`` behind it. Raises UnknownNameError, OSError."""
    if is_file(name):
        return _of_file(workspace, Path(name))
    if store is None:
        raise UnknownNameError(name)
    capture = _CAPTURE.match(name)
    if capture is not None:
        return _of_capture(workspace, store, sha_of(store, capture[1]))
    return _of_document(workspace, store, name)


def sha_of(store: Store, prefix: str) -> str:
    """Return the one capture whose hash begins with ``prefix``. Raises UnknownNameError."""
    found = queries.captures(store, prefix)
    if len(found) != 1:
        raise UnknownNameError(f"capture:{prefix}", [f"capture:{each[:16]}" for each in found[:5]], what="capture")
    return found[0]


def _of_file(workspace: Workspace, path: Path) -> Named:
    data = path.read_bytes()
    reader = workspace.reader()
    inside = [(member, each) for member, _, each in reader.of_archive(data, path.name, Identity())]
    disclosure = together(inside, reader.taxonomy) if inside else reader.of_bytes(data, path.name, Identity())
    sha = hashlib.sha256(data).hexdigest()
    return _unstored(disclosure, sha, str(path))


def together(inside: Sequence[tuple[str, Disclosure]], taxonomy: Taxonomy) -> Disclosure:
    """Return the document that the files of an archive are, as it would stand had they been taken in; files that
    disclose nothing are left aside. Raises SeveralError where they are several documents."""
    told = [(path, each) for path, each in inside if not any(holds_any(problem) for problem in each.problems)]
    documents = {each.identity.document for _, each in told}
    if len(documents) > 1:
        raise SeveralError(sorted(str(name) for name in documents))
    events = [
        Observation(look=path, at="", slot=path, sha=each.digest, disclosure=each) for path, each in told or inside
    ]
    states = timeline(events, taxonomy.forms, partial(nothing_between, taxonomy=taxonomy)).states
    return states[0].disclosure if states else inside[0][1]


def _of_capture(workspace: Workspace, store: Store, sha: str) -> Named:
    look = store.fetch(rows.Look, sha=sha)[-1]
    disclosure = workspace.reader(store.archive).of_look(look, store.rulings(subject=sha))
    return _unstored(disclosure, sha, look.name)


def _unstored(disclosure: Disclosure, sha: str, file: str | None) -> Named:
    return Named(
        document=disclosure.identity.document or capture_name(sha),
        version=version_name(disclosure),
        disclosure=disclosure,
        sha=sha,
        file=file,
    )


def standing(workspace: Workspace, store: Store, name: str) -> tuple[str, dict[str, Any]]:
    """Return the document that ``name`` means and the state of it: the one named by ``@version`` or ``#state``, else
    the one that is shown now. Raises UnknownNameError."""
    parts = _PARTS.match(name)
    assert parts is not None, "the pattern matches any text"
    document = document_named(workspace, store, parts["name"])
    version, number = parts["version"], parts["state"]
    states = queries.states(store, document)
    if number is not None:
        fitting = [each for each in states if each["n"] == int(number)]
    elif version is not None:
        fitting = [each for each in states if (each["version"] or "").startswith(version)]
    else:
        shown = queries.shown_version(store, document)
        fitting = [each for each in states if each["version"] == shown]
    if not fitting:
        sign, which = ("#", "state") if number is not None else ("@", "version")
        near = [f"{document}{sign}{each['n' if sign == '#' else 'version']}" for each in states]
        raise UnknownNameError(f"{document}{sign}{number or version}", near, what=which)
    return document, fitting[-1]


def _of_document(workspace: Workspace, store: Store, name: str) -> Named:
    document, state = standing(workspace, store, name)
    return Named(
        document=document,
        version=state["version"],
        disclosure=_disclosure(workspace, store, document, state["n"]),
        state=state["n"],
        first_at=state["first_at"],
        last_at=state["last_at"],
    )


def _disclosure(workspace: Workspace, store: Store, document: str, state: int) -> Disclosure:
    """Read a state's pieces again from the archive, as they were read when it was recorded."""
    reader = workspace.reader(store.archive)
    looks = {look.sha: look for look in store.looks(document=document)}
    pieces = [each for each in queries.pieces(store, document) if each["state"] == state]
    return merge(tuple(reader.of_look(looks[each["sha"]], store.rulings(subject=each["sha"])) for each in pieces))


# --- what is shown of a document that is not in the database ---------------------------------------------------------


def figures(of: Named) -> list[dict[str, Any]]:
    """Return the figures under the contract's names."""
    return [_plain(row) for row in contents(of.document, of.version, of.disclosure).figures]


def passages(of: Named) -> list[dict[str, Any]]:
    """Return the passages under the contract's names."""
    seen = {"first_seen": of.first_at, "last_seen": of.last_at}
    return [_plain(row) | seen for row in contents(of.document, of.version, of.disclosure).passages]


def statements(of: Named) -> list[dict[str, Any]]:
    """Return the statements with their lines, as ``queries.statements`` does."""
    made = contents(of.document, of.version, of.disclosure)
    known = [_plain(figure) for figure in made.figures]
    found: list[dict[str, Any]] = []
    for n, statement in enumerate(made.statements):
        lines: list[dict[str, Any]] = []
        for line in made.lines:
            if line.statement_n == n:
                shown = _plain(line)
                shown["figures"] = [known[index] for index in json.loads(line.figures)]
                for name in ("document", "version", "statement"):
                    del shown[name]
                lines.append(shown)
        found.append(_plain(statement) | {"lines": lines})
    return found


def unread(of: Named) -> list[dict[str, Any]]:
    """Return what looks like a figure and was not understood."""
    return [_plain(row) for row in contents(of.document, of.version, of.disclosure).unread]


def definitions(of: Named) -> list[dict[str, Any]]:
    """Return the terms of the glossary."""
    return [_plain(row) for row in contents(of.document, of.version, of.disclosure).definitions]


def problems(of: Named) -> list[dict[str, Any]]:
    """Return what could not be read or decided."""
    return [
        {
            "subject": of.document,
            "version": of.version,
            "code": each.code,
            "place": each.place,
            "quote": each.quote,
            "details": dict(each.details),
            "holds": each.holds,
        }
        for each in of.disclosure.problems
    ]


def overview(of: Named) -> dict[str, Any]:
    """Return a document that is not in the database under the contract's names."""
    identity = of.disclosure.identity
    held = any(holds_any(each) for each in of.disclosure.problems)
    return {
        "document": of.document,
        "unit": identity.unit,
        "year": identity.year,
        "kind": identity.kind,
        "scope": identity.scope,
        "title": identity.title,
        "published_on": identity.published_on,
        "versions": 1,
        "state": "held" if held else "current",
        "understood": understood(of.disclosure),
        "first_seen": of.first_at,
        "last_seen": of.last_at,
        "pieces": [{"state": None, "slot": of.file or "", "sha": of.sha, "role": "only", "look": None}],
        "problems": problems(of),
        "states": [],
        "evidence": [asdict(each) for each in identity.evidence],
        "sections": list(of.disclosure.sections),
    }


def _plain(row: rows.Row) -> dict[str, Any]:
    shown: dict[str, Any] = {each.name: getattr(row, each.name) for each in fields(row) if each.name not in _INNER}
    return {name: json.loads(value) if name in _JSON else value for name, value in shown.items()}


# --- two of them -----------------------------------------------------------------------------------------------------


def axis_of(before: Identity, after: Identity) -> Axis:
    """Return the axis between two documents: same year: revision; another year: year; budget and final: budget.

    What a text does not tell is taken to be the same. Raises UnlikeError where no axis lies between them.
    """
    same_year = before.year is None or after.year is None or before.year == after.year
    same_kind = before.kind is None or after.kind is None or before.kind == after.kind
    if same_kind:
        return "revision" if same_year else "year"
    if not same_year:
        raise UnlikeError("axis", f"{before.year} {before.kind}", f"{after.year} {after.kind}")
    return "budget"


def refuse_unlike(before: Identity, after: Identity) -> None:
    """Raise UnlikeError where unit or scope are told by both and differ."""
    for aspect, old, new in (("unit", before.unit, after.unit), ("scope", before.scope, after.scope)):
        if old is not None and new is not None and old != new:
            raise UnlikeError(aspect, old, new)


def diff(before: Named, after: Named, axis: Axis) -> list[dict[str, Any]]:
    """Return the changes between two documents, in the order given, under the contract's names."""
    taxonomy = load()
    found = compare(*legible(before.disclosure, after.disclosure), axis, taxonomy)
    explained = (
        correction(before.disclosure, after.disclosure, (), taxonomy.corrections) if axis == "revision" else None
    )
    if explained is not None:
        found = replace(found, changes=(explained, *found.changes))
    states = before.state or 0, after.state or 0
    comparison = rows.Comparison(
        id=rows.identifier(axis, before.document, before.version, states[0], after.document, after.version, states[1]),
        axis=axis,
        document_before=before.document,
        version_before=before.version,
        state_before=states[0],
        document_after=after.document,
        version_after=after.version,
        state_after=states[1],
        outcome=found.outcome,
        seen_before=before.last_at,
        seen_after=after.first_at,
    )
    made = comparison_rows(comparison, found, Counter()).changes or ()
    around: Mapping[str, Any] = {
        "document_before": before.document,
        "version_before": before.version,
        "document_after": after.document,
        "version_after": after.version,
        "seen_before": before.last_at,
        "seen_after": after.first_at,
        "detected_at": None,
        "superseded": False,
        "announce": False,
        "explained": explained is not None,
    }
    return [_plain(change) | around for change in sorted(made, key=_order)]


def _order(change: rows.Change) -> tuple[Any, ...]:
    """Structure first, then by size of movement, as ``queries.changes`` has it."""
    size, percent = change.size_fen, change.percent_sort
    return (change.subject != "structure", size is None, -(size or 0), percent is None, -abs(percent or 0), change.n)


def facts_meant(text: str, known: Sequence[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return those of the ``known`` facts that an asker means by a name: of each line called so, and of the parts of a
    total called so (三公 means its four items too)."""
    wanted = bare(text)
    ids = {line.id for line in taxonomy.lines.all if any(wanted in bare(name) for name, _ in line.names)}
    parts = tuple(id.removesuffix("total") for id in ids if id.endswith(".total"))
    return tuple(f for f in known if (id := f.partition(":")[0]) in ids or (parts and id.startswith(parts)))
