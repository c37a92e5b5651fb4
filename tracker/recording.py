"""The one place that maps between the model and the rows of storage."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from typing import Any, cast

from storage import rows
from storage.rows import to_json
from tracker.amounts import fen
from tracker.compare.figures import MOVEMENTS
from tracker.model import Change, Comparison, Definition, Disclosure, Figure, Identity, LineLink, Problem, Statement
from tracker.normalize.content import masked
from tracker.timeline import Held, State, Timeline

VERSION_LENGTH = 12
"""Hexadecimal digits of the content's hash that name a version inside its document."""


def version_name(disclosure: Disclosure) -> str:
    """Return the name of a disclosure's version: its content's hash, shortened."""
    return disclosure.digest[:VERSION_LENGTH]


def understood(disclosure: Disclosure) -> str:
    """Return the share of the numbers that were understood, from ``0.000`` to ``1.000``: nothing of a file that can't
    be read."""
    if any(problem.code.startswith("file.") for problem in disclosure.problems):
        return "0.000"
    known, unread = len(disclosure.figures), len(disclosure.unread)
    share = Decimal(known) / (known + unread) if known + unread else Decimal(1)
    return str(share.quantize(Decimal("0.001")))


def document_rows(document: str, line: Timeline, generation: str) -> rows.DocumentRows:
    """Return everything derived of one document.

    Held captures are shown as states of their own, never compared; their numbers follow those of the states, which
    comparisons refer to.
    """
    standing: tuple[State | Held, ...] = (*line.states, *line.held)
    last = line.states[-1] if line.states else None
    current = last.disclosure if last is not None else line.held[-1].disclosure
    states: list[rows.State] = []
    pieces: list[rows.Piece] = []
    versions: dict[str, tuple[Disclosure, str]] = {}
    problems: dict[tuple[object, ...], Problem] = {}
    for n, each in enumerate(standing, 1):
        disclosure = each.disclosure
        name = version_name(disclosure)
        held = isinstance(each, Held)
        if not held and each.withdrawn is not None:
            states.append(
                rows.State(
                    document=document,
                    n=n,
                    version=None,
                    first_at=each.first_at,
                    last_at=each.last_at,
                    outcome="withdrawn",
                )
            )
            continue
        slots = [(each.slot, each.sha, "held")] if held else [(p.slot, p.sha, p.role) for p in each.pieces]
        basis = basis_of([sha for _, sha, _ in slots], disclosure, generation)
        versions.setdefault(name, (disclosure, basis))
        states.append(
            rows.State(
                document=document,
                n=n,
                version=name,
                first_at=each.at if held else each.first_at,
                last_at=each.last_at,
                held=int(held),
                outcome="held" if held else "published",
                published_on=disclosure.identity.published_on,
            )
        )
        pieces += [rows.Piece(document=document, state=n, slot=slot, sha=sha, role=role) for slot, sha, role in slots]
        if held:
            own = {_problem_key(problem) for problem in disclosure.problems}
            problems |= {_problem_key(p): p for p in each.problems if _problem_key(p) not in own}
    identity = current.identity
    year, kind, scope = document.rsplit("/", 2)[1], *document.rsplit("/", 1)[1].split(".")
    row = rows.Document(
        document=document,
        unit=document.rsplit("/", 2)[0],
        year=int(year),
        kind=kind,
        scope=scope,
        title=identity.title,
        published_on=identity.published_on,
        state="held" if last is None else "current" if last.withdrawn is None else "withdrawn",
        versions=len({version_name(s.disclosure) for s in line.states if s.withdrawn is None}),
        pieces=len(last.pieces) if last is not None else 0,
        problems=len(problems) + len(current.problems),
        understood=understood(current),
        first_seen=min(each.at if isinstance(each, Held) else each.first_at for each in standing),
        last_seen=line.last_at,
    )
    return rows.DocumentRows(
        document=row,
        states=tuple(states),
        pieces=tuple(pieces),
        versions=tuple(_version(document, name, d, basis) for name, (d, basis) in versions.items()),
        contents=_Contents(document, {name: disclosure for name, (disclosure, _) in versions.items()}),
        problems=tuple(problem_rows(document, "", problems.values())),
    )


@dataclass(frozen=True, slots=True)
class _Contents(Mapping[str, rows.Contents]):
    """The rows of each version of a document, made when they are asked for: most versions stand in the store."""

    document: str
    versions: Mapping[str, Disclosure]

    def __getitem__(self, version: str) -> rows.Contents:
        return contents(self.document, version, self.versions[version])

    def __iter__(self) -> Iterator[str]:
        return iter(self.versions)

    def __len__(self) -> int:
        return len(self.versions)


def basis_of(shas: Iterable[str], disclosure: Disclosure, generation: str) -> str:
    """Return what a version's rows are derived from: its pieces, its identity, its problems (of which a ruling lifts
    the holds) and the generation, as one hash."""
    problems = to_json([asdict(problem) for problem in disclosure.problems])
    parts = (sorted(shas), disclosure.digest, to_json(asdict(disclosure.identity)), problems, generation)
    return hashlib.sha256(to_json(parts).encode()).hexdigest()[:32]


def state_version(state: State) -> str | None:
    """Return the name of the version that stood in a state, None where the document was gone."""
    return None if state.withdrawn is not None else version_name(state.disclosure)


def basis_of_state(state: State, generation: str) -> str:
    """Return what a comparison takes from a state, as one hash: its content, and how it differs from the one before."""
    step = state.step
    how = None
    if step is not None:
        how = (step.before.digest, step.after.digest, step.joined, step.left, step.moved, step.told, step.returned)
    where = [(piece.slot, piece.role) for piece in state.pieces]
    shas = [piece.sha for piece in state.pieces]
    return rows.identifier(basis_of(shas, state.disclosure, generation), where, state.withdrawn, how)


def _version(document: str, name: str, disclosure: Disclosure, basis: str) -> rows.Version:
    return rows.Version(
        document=document,
        version=name,
        digest=disclosure.digest,
        basis=basis,
        sections=to_json(disclosure.sections),
        identity=to_json(asdict(disclosure.identity)),
        understood=understood(disclosure),
        figures=len(disclosure.figures),
        unread=len(disclosure.unread),
        problems=len(disclosure.problems),
    )


def contents(document: str, version: str, disclosure: Disclosure) -> rows.Contents:
    """Return the rows of one version."""
    marks = ["\x01"] * len(disclosure.figures)
    where: dict[str, Any] = {"document": document, "version": version}
    return rows.Contents(
        passages=tuple(
            rows.Passage(
                **where,
                n=n,
                section=passage.section,
                heading=passage.heading,
                statement=passage.statement,
                text=passage.text,
                spans=to_json([(s.start, s.end, s.figure) for s in passage.spans]),
                skeleton=hashlib.sha256(masked(passage, marks).encode()).hexdigest()[:16],
                page=passage.page,
                origin=passage.origin,
            )
            for n, passage in enumerate(disclosure.passages)
        ),
        statements=tuple(_statement(where, n, s) for n, s in enumerate(disclosure.statements)),
        lines=tuple(
            rows.Line(
                **where,
                statement_n=n,
                n=at,
                statement=statement.id,
                id=line.id,
                code=line.code,
                label=line.label,
                side=line.side,
                path=to_json(line.path),
                parent=line.parent,
                number=line.number,
                memo=int(line.memo),
                figures=to_json(line.figures),
            )
            for n, statement in enumerate(disclosure.statements)
            for at, line in enumerate(statement.lines)
        ),
        figures=tuple(_figure(where, n, figure) for n, figure in enumerate(disclosure.figures)),
        definitions=tuple(_definition(where, n, definition) for n, definition in enumerate(disclosure.definitions)),
        problems=tuple(problem_rows(document, version, disclosure.problems)),
        unread=tuple(
            rows.Unread(**where, n=n, section=u.section, number=u.number, quote=u.quote)
            for n, u in enumerate(disclosure.unread)
        ),
    )


def _statement(where: dict[str, Any], n: int, statement: Statement) -> rows.Statement:
    return rows.Statement(
        **where,
        n=n,
        id=statement.id,
        title=statement.title,
        number=statement.number,
        organisation=statement.organisation,
        unit=statement.unit,
        state=statement.state,
        page=statement.page,
        columns=to_json([asdict(column) for column in statement.columns]),
        formulas=to_json([asdict(formula) for formula in statement.formulas]),
    )


_FIGURE_FIELDS = tuple(f.name for f in fields(Figure) if f.name not in ("path", "box"))


def _figure(where: dict[str, Any], n: int, figure: Figure) -> rows.Figure:
    values = {name: getattr(figure, name) for name in _FIGURE_FIELDS}
    box = None if figure.box is None else to_json([round(side, 1) for side in figure.box])
    return rows.Figure(**where, n=n, path=to_json(figure.path), box=box, **values)


def _definition(where: dict[str, Any], n: int, definition: Definition) -> rows.Definition:
    return rows.Definition(**where, n=n, term=definition.term, text=definition.text, code=definition.code)


def problem_rows(subject: str, version: str, problems: Iterable[Problem]) -> list[rows.Problem]:
    """Return problems as rows of ``subject`` (a document's name, or a look's id while its document is not known)."""
    return [
        rows.Problem(
            subject=subject,
            version=version,
            n=n,
            code=p.code,
            place=p.place,
            quote=p.quote,
            details=to_json(p.details),
            holds=int(p.holds),
        )
        for n, p in enumerate(problems)
    ]


def _problem_key(problem: Problem) -> tuple[object, ...]:
    return (problem.code, problem.place, problem.quote, problem.details)


def reading_rows(look: rows.Look, document: str | None, disclosure: Disclosure, *, held: bool) -> rows.ReadingRows:
    """Return the reading of one look; the problems of a look go with it only while its document is not known."""
    identity = disclosure.identity
    return rows.ReadingRows(
        reading=rows.Reading(
            look=look.id,
            slot=look.slot,
            sha=look.sha,
            document=document,
            unit=identity.unit,
            year=identity.year,
            kind=identity.kind,
            scope=identity.scope,
            title=identity.title,
            published_on=identity.published_on,
            evidence=to_json([asdict(e) for e in identity.evidence]),
            digest=disclosure.digest,
            held=int(held),
        ),
        problems=() if document else tuple(problem_rows(look.id, "", disclosure.problems)),
    )


def rejected_rows(look: rows.Look, disclosure: Disclosure) -> rows.ReadingRows:
    """Return the reading of a look whose capture a person rejected: it belongs to no document and waits for nothing."""
    read = reading_rows(look, None, disclosure, held=False)
    return rows.ReadingRows(reading=replace(read.reading, outcome="rejected"))


def unit_rows(units: Iterable[str], aliases: Mapping[str, Sequence[str]]) -> list[rows.UnitRows]:
    """Return the units that documents are kept by or that were declared, with their declared names."""
    return [
        rows.UnitRows(
            unit=rows.Unit(unit=unit),
            names=tuple(
                rows.UnitName(unit=unit, name=name, evidence="declared") for name in sorted(aliases.get(unit, ()))
            ),
        )
        for unit in sorted({*units, *aliases})
    ]


def comparison_rows(comparison: rows.Comparison, found: Comparison, earlier: Counter[str]) -> rows.ComparisonRows:
    """Return a comparison with its changes. ``earlier`` counts the equal changes of the document that came before in
    time, and is counted on: the same change made twice is two changes with ids of their own."""
    changes = tuple(_change(comparison, n, change, earlier) for n, change in enumerate(found.changes))
    links = tuple(_link(comparison.id, n, link) for n, link in enumerate(found.links))
    return rows.ComparisonRows(comparison=comparison, changes=changes, links=links)


def without(comparison: rows.ComparisonRows, known: set[str]) -> rows.ComparisonRows:
    """Return a superseded comparison without the changes that the ones after it still record (``known`` ids)."""
    changes = tuple(change for change in comparison.changes or () if change.id not in known)
    return replace(comparison, changes=changes)


_CHANGE_FIELDS = tuple(f.name for f in fields(Change) if f.name not in {"ops", "places", "stale_places", "axis"})


def count_changes(comparison: rows.Comparison, changes: Iterable[rows.Change], earlier: Counter[str]) -> None:
    """Count recorded changes among those that came ``earlier``, as `comparison_rows` does when it makes them."""
    for change in changes:
        earlier[_fingerprint(comparison, change)] += 1


def _fingerprint(comparison: rows.Comparison, change: Change | rows.Change) -> str:
    """Return what an id is made of but for how many equal changes came before."""
    return rows.identifier(
        change.axis,
        comparison.document_before if change.axis == "revision" else comparison.document_after,
        change.subject,
        change.kind,
        change.aspect,
        change.mask,
        change.before if change.before is not None else change.text_before,
        change.after if change.after is not None else change.text_after,
    )


def _change(comparison: rows.Comparison, n: int, change: Change, earlier: Counter[str]) -> rows.Change:
    fingerprint = _fingerprint(comparison, change)
    earlier[fingerprint] += 1
    values: dict[str, Any] = {name: getattr(change, name) for name in _CHANGE_FIELDS}
    return rows.Change(
        id=rows.identifier(fingerprint, earlier[fingerprint]),
        comparison=comparison.id,
        n=n,
        axis=change.axis,
        ops=to_json(change.ops),
        places=to_json(change.places),
        stale_places=to_json(change.stale_places),
        size_fen=_size(change),
        percent_sort=_percent_sort(change),
        **values,
    )


def _size(change: Change) -> int | None:
    """Return the size of a movement in 分: of the difference, or of the amount that came or went.

    A stated difference that changed is no movement: how far two differences are apart tells nobody anything.
    """
    if change.role in MOVEMENTS:
        return None
    unit = change.unit_after or change.unit_before
    amount = change.delta or (
        change.after if change.kind == "added" else change.before if change.kind == "removed" else None
    )
    size = fen(amount, unit) if amount else None
    return None if size is None else abs(size)


def _percent_sort(change: Change) -> int | None:
    return None if change.percent is None else int(Decimal(change.percent) * 10_000)


def _link(comparison: str, n: int, link: LineLink) -> rows.LineLink:
    return rows.LineLink(
        comparison=comparison,
        n=n,
        statement=link.statement,
        before=to_json(link.before),
        after=to_json(link.after),
        evidence=link.evidence,
        quote=link.quote,
    )


def declared(claims: str) -> Identity:
    """Return the identity that a look's claims or a ruling's details (JSON) declare."""
    told = cast("dict[str, Any]", json.loads(claims))
    year = told.get("year")
    return Identity(
        unit=told.get("unit"),
        year=int(year) if year is not None else None,
        kind=told.get("kind"),
        scope=told.get("scope"),
    )
