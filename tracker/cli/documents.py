"""``documents``, ``show``, ``figures``: what is kept, and what stands in it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.moments import local
from tracker.cli.options import KINDS, ROLES, SCOPES, STATES, Options
from tracker.cli.session import Session, flagged
from tracker.messages import Messages

if TYPE_CHECKING:
    from storage.store import Store
    from tracker.between import Named
    from tracker.workspace import Workspace

Found = dict[str, Any]


def register(app: typer.Typer, words: Messages) -> None:
    """Add the commands of this group to ``app``."""
    option = Options(words)
    group = words("group.ask")

    @option.command(app, "documents", group)
    def documents(
        context: typer.Context,
        unit: Annotated[str | None, option("--unit", metavar="NAME")] = None,
        year: Annotated[int | None, option("--year", metavar="YEAR")] = None,
        kind: Annotated[str | None, option.choice("--kind", among=KINDS)] = None,
        scope: Annotated[str | None, option.choice("--scope", among=SCOPES)] = None,
        state: Annotated[str | None, option.choice("--state", among=STATES)] = None,
        only_problems: Annotated[bool, option("--problems")] = False,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        with session.asking() as (workspace, store):
            found = gathered(session, workspace, store, unit=unit, year=year, kind=kind, scope=scope, state=state)
        if only_problems:
            found = [each for each in found if each["problems"]]
        if as_json:
            session.json(found)
        else:
            _print_documents(session, found, every=only_problems)

    @option.command(app, "show", group)
    def show(
        context: typer.Context,
        document: Annotated[str, option.argument("DOC")],
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        shown = _shown(session, document)
        if as_json:
            session.json(shown)
        else:
            _print_shown(session, shown)

    @option.command(app, "figures", group)
    def figures(
        context: typer.Context,
        document: Annotated[str, option.argument("DOC")],
        statement: Annotated[str | None, option("--statement", metavar="ID")] = None,
        section: Annotated[str | None, option("--section", metavar="ID")] = None,
        code: Annotated[str | None, option("--code", metavar="CODE")] = None,
        role: Annotated[str | None, option.choice("--role", among=ROLES)] = None,
        key: Annotated[str | None, option("--key", metavar="KEY")] = None,
        text: Annotated[str | None, option("--text", metavar="TEXT")] = None,
        version: Annotated[str | None, option("--version", metavar="N", text="option.of_version")] = None,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        found = _figures(session, f"{document}{_suffix(version)}")
        wanted = {"statement": statement, "section": section, "role": role, "key": key}
        found = [
            each
            for each in found
            if all(value is None or each[name] == value for name, value in wanted.items())
            and (code is None or (each["code"] or "").startswith(code))
            and (text is None or any(text in each[name] for name in ("label", "heading", "quote")))
        ]
        if as_json:
            session.json(found)
        else:
            _print_figures(session, found)


def _suffix(version: str | None) -> str:
    """Return what stands behind a name for a version: its hash, or the number of a state."""
    if version is None:
        return ""
    return f"#{version}" if version.isdigit() and len(version) < 6 else f"@{version}"


# --- documents -------------------------------------------------------------------------------------------------------


def gathered(session: Session, workspace: "Workspace", store: "Store", **filters: Any) -> list[Found]:
    """Return documents by the filters, and after them captures whose document is not known."""
    from storage import queries
    from tracker.between import unit_named

    unit = unit_named(workspace, filters.pop("unit"))
    found = queries.documents(store, unit=unit, **filters)
    shown = [told(session, each) for each in found]
    undecided = [_undecided(session, each) for each in queries.undecided(store) if each["outcome"] != "rejected"]
    state = filters.pop("state")
    seen: set[str] = set()
    for each in undecided:
        fits = all(value is None or each[name] == value for name, value in filters.items())
        named = unit is None or unit in (each["unit"] or each["title"] or "")
        if fits and named and state in (None, "held") and each["document"] not in seen:
            seen.add(each["document"])
            shown.append(each)
    return shown


def told(session: Session, document: Mapping[str, Any]) -> Found:
    """Return a document of the database with its problems in words, those that hold it first."""
    from tracker.gathering import capture_name

    held = {each["state"]: each["sha"] for each in document["pieces"] if each["role"] == "held"}
    version = {each["version"]: each["n"] for each in document["states"]}

    def subject(problem: Mapping[str, Any]) -> str:
        state = version.get(problem["version"])
        if state in held:
            return capture_name(held[state])
        fitting = [
            each["sha"] for each in document["pieces"] if each["role"] == "held" and each["slot"] == problem["place"]
        ]
        if not problem["version"] and (fitting or held):
            return capture_name((fitting or list(held.values()))[-1])
        return document["document"]

    def holding(problem: Mapping[str, Any]) -> bool:
        # What would hold a capture holds nothing once a person let it pass, or where nothing came before it.
        of = version.get(problem["version"])
        return bool(problem["holds"]) and bool(held) and (of in held or not problem["version"])

    problems = [_problem(session, {**each, "holds": holding(each)}, subject(each)) for each in document["problems"]]
    return {
        **document,
        "problems": sorted(problems, key=lambda each: not each["holds"]),
        "states": flagged(document["states"], "held"),
    }


def _problem(session: Session, problem: Mapping[str, Any], subject: str) -> Found:
    names = ("subject", "version", "code", "place", "quote", "details", "holds")
    shown = {name: problem[name] for name in names} | {"holds": bool(problem["holds"])}
    return shown | {"message": session.problem(problem, subject)}


def _undecided(session: Session, reading: Mapping[str, Any]) -> Found:
    from tracker.gathering import capture_name

    name = capture_name(reading["sha"])
    piece = {"state": None, "slot": reading["slot"] or reading["name"] or "", "sha": reading["sha"], "role": "held"}
    return {
        "document": name,
        "unit": reading["unit"],
        "year": reading["year"],
        "kind": reading["kind"],
        "scope": reading["scope"],
        "title": reading["title"] or reading["name"],
        "published_on": None,
        "versions": 0,
        "state": "held",
        "understood": None,
        "first_seen": reading["at"],
        "last_seen": reading["at"],
        "pieces": [piece | {"look": reading["look"]}],
        "problems": [_problem(session, each, name) for each in reading["problems"]],
        "states": [],
    }


def _print_documents(session: Session, found: Sequence[Found], *, every: bool) -> None:
    from tracker.cli.tables import table

    words = session.words
    if not found:
        session.say("documents.none")
        return
    heads = [
        (words("head.document"), "left"),
        (words("head.state"), "left"),
        (words("head.versions"), "right"),
        (words("head.understood"), "right"),
        (words("head.problems"), "right"),
        (words("head.first_seen"), "left"),
        (words("head.last_seen"), "left"),
    ]
    rows = [
        [
            each["document"] if each["versions"] or each["states"] else f"{each['document']}  {each['title'] or ''}",
            words.name("state", each["state"]),
            str(each["versions"]),
            percent(each["understood"]),
            str(len(each["problems"]) or ""),
            local(each["first_seen"]),
            local(each["last_seen"]),
        ]
        for each in found
    ]
    session.print(table(heads, rows, terminal=session.terminal))  # pyright: ignore[reportArgumentType]
    held = [each for each in found if any(problem["holds"] for problem in each["problems"])]
    rest = [each for each in found if each["problems"] and each not in held]
    for each in [*held, *(rest if every else ())]:
        session.print(f"\n{each['document']}")
        for problem in each["problems"]:
            if problem["holds"] or every:
                session.print(f"  {'!' if problem['holds'] else '·'} {problem['message']}")
    if rest and not every:
        session.print("")
        session.say("documents.more", count=len(rest))


def percent(share: str | None) -> str:
    """Return a share from 0 to 1 as people read it: ``0.982`` → ``98.2%``."""
    if share is None:
        return ""
    from decimal import Decimal

    return f"{Decimal(share) * 100:.1f}%"


# --- show ------------------------------------------------------------------------------------------------------------


def _shown(session: Session, name: str) -> Found:
    from storage import queries
    from tracker import between

    if between.is_file(name):
        return _made(session, between.named(session.workspace(), None, name))
    with session.asking() as (workspace, store):
        if name.startswith("capture:"):
            return _made(session, between.named(workspace, store, name))
        document, state = between.standing(workspace, store, name)
        version = state["version"]
        found = told(session, queries.documents(store, document=document)[0])
        kept = _version(store, document, version)
        return {
            **found,
            "version": version,
            "evidence": kept["identity"].get("evidence", []),
            "sections": kept["sections"],
            "statements": queries.statements(store, document, version=version),
            "passages": queries.passages(store, document, version=version),
            "definitions": queries.definitions(store, document, version=version),
            "unread": queries.unread(store, document, version=version),
        }


def _version(store: "Store", document: str, version: str | None) -> Found:
    import json

    from storage import rows

    row = store.fetch(rows.Version, document=document, version=version)[0]
    return {"sections": json.loads(row.sections), "identity": json.loads(row.identity)}


def _made(session: Session, of: "Named") -> Found:
    from tracker import between
    from tracker.gathering import capture_name

    found = between.overview(of)
    subject = capture_name(of.sha) if of.sha else of.document
    return {
        **found,
        "problems": [_problem(session, each, subject) for each in found["problems"]],
        "version": of.version,
        "statements": between.statements(of),
        "passages": between.passages(of),
        "definitions": between.definitions(of),
        "unread": between.unread(of),
    }


def _print_shown(session: Session, shown: Found) -> None:
    from tracker.cli.gathering import evidence_text
    from tracker.cli.tables import table
    from tracker.cli.wording import statement

    words = session.words
    left: Any = "left"
    right: Any = "right"
    session.print(shown["document"], shown["title"] or "")
    session.say(
        "show.state",
        state=words.name("state", shown["state"]),
        versions=shown["versions"],
        understood=percent(shown["understood"]),
        version=shown["version"],
    )
    session.print("", words("show.evidence"))
    for each in shown["evidence"]:
        session.print("  " + evidence_text(words, each))
    if shown["states"]:
        heads = [(words(f"head.{name}"), left) for name in ("number", "version", "first_seen", "last_seen", "pieces")]
        rows: list[list[str]] = []
        for each in shown["states"]:
            pieces = [piece["slot"] or words("piece.text") for piece in shown["pieces"] if piece["state"] == each["n"]]
            mark = f" {words('state.held')}" if each["held"] else ""
            rows.append(
                [
                    f"#{each['n']}{mark}",
                    each["version"] or words.name("state", each["outcome"]),
                    local(each["first_at"]),
                    local(each["last_at"]),
                    words("comma").join(pieces),
                ]
            )
        session.print("", table(heads, rows, terminal=session.terminal))
    if shown["statements"]:
        heads = [
            (words("head.statement"), left),
            (words("head.id"), left),
            (words("head.lines"), right),
            (words("head.total"), right),
            (words("head.unit"), left),
        ]
        rows = [
            [
                statement(words, each["id"]),
                each["id"],
                str(len(each["lines"])) if each["state"] == "present" else words.name("statement_state", each["state"]),
                _total(each),
                each["unit"] or "",
            ]
            for each in shown["statements"]
        ]
        session.print("", table(heads, rows, terminal=session.terminal))
    counts: dict[str, int] = {}
    for each in shown["passages"]:
        counts[each["section"]] = counts.get(each["section"], 0) + 1
    told_sections = [f"{words.name('section', each)} {counts.get(each, 0)}" for each in shown["sections"]]
    session.print("", words("show.sections", sections=words("comma").join(told_sections) or "—"))
    if shown["unread"]:
        session.print("", words("show.unread", count=len(shown["unread"])))
        for each in shown["unread"][: None if not session.terminal else 10]:
            session.print(f"  {each['number']}  {words.name('section', each['section'])}  {each['quote']}")
    if shown["problems"]:
        session.print("", words("show.problems"))
        for each in shown["problems"]:
            session.print(f"  {'!' if each['holds'] else '·'} {each['message']}")


def _total(statement: Mapping[str, Any]) -> str:
    """Return the largest total that a statement prints, as the one figure by which people know it."""
    from tracker.cli.amounts import grouped

    totals = [
        figure
        for line in statement["lines"]
        if line["id"].rpartition(".")[2] == "total" or line["id"] == "total"
        for figure in line["figures"]
        if figure["amount_fen"] is not None
    ]
    if not totals:
        return ""
    return grouped(max(totals, key=lambda each: each["amount_fen"])["value"])


# --- figures ---------------------------------------------------------------------------------------------------------


def _figures(session: Session, name: str) -> list[Found]:
    from storage import queries
    from tracker import between

    if between.is_file(name):
        return between.figures(between.named(session.workspace(), None, name))
    with session.asking() as (workspace, store):
        if name.startswith("capture:"):
            return between.figures(between.named(workspace, store, name))
        document, state = between.standing(workspace, store, name)
        return queries.figures(store, document, version=state["version"])


def _print_figures(session: Session, found: Sequence[Found]) -> None:
    from tracker.cli.amounts import shown, table_unit
    from tracker.cli.tables import table
    from tracker.cli.wording import item, place

    words = session.words
    if not found:
        session.say("figures.none")
        return
    groups: dict[str, list[Found]] = {}
    for each in found:
        groups.setdefault(place(words, each), []).append(each)
    for title, figures in groups.items():
        unit = table_unit([each["unit"] for each in figures])
        heads: Any = [
            (words("head.item"), "left"),
            (words("head.value", unit=unit), "right"),
            (words("head.key"), "left"),
        ]
        rows = [[item(words, each), shown(each["value"], each["unit"], unit), each["key"]] for each in figures]
        if not session.terminal:
            heads = [(words("head.place"), "left"), *heads]
            rows = [[title, *row] for row in rows]
        session.print(table(heads, rows, terminal=session.terminal, title=title if session.terminal else ""), "")
    session.tell(words("figures.count", count=len(found)))
