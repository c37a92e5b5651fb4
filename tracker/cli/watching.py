"""``coverage``, ``sources``, ``sources alarms``: what should be public, and how the sources are that bring it."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.moments import local
from tracker.cli.options import KINDS, Options, first_sentence
from tracker.cli.session import Session
from tracker.messages import Messages

if TYPE_CHECKING:
    from storage.operations import Alarm
    from storage.store import Store
    from tracker.coverage import Covered
    from tracker.health import Health
    from tracker.workspace import Workspace

Found = dict[str, Any]

HEALTHS = ("ok", "new", "failing", "blocked", "disallowed", "gone", "empty", "stale", "waiting")


def register(app: typer.Typer, words: Messages) -> None:
    """Add ``coverage`` to ``app``."""
    option = Options(words)

    @option.command(app, "coverage", words("group.ask"))
    def coverage(
        context: typer.Context,
        unit: Annotated[str | None, option("--unit", metavar="NAME")] = None,
        year: Annotated[int | None, option("--year", metavar="YEAR")] = None,
        kind: Annotated[str | None, option.choice("--kind", among=KINDS)] = None,
        missing: Annotated[bool, option("--missing")] = False,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from tracker.between import unit_named
        from tracker.config import NAME
        from tracker.folding import fold
        from tracker.mistakes import placed
        from tracker.watching import covered

        with _gathered(session) as (workspace, store):
            wanted = unit_named(workspace, unit)
            watched = bool(workspace.config.watch)
            found = [told(words, each) for each in covered(workspace, store)]
        for mistake in workspace.config.warnings:
            session.tell(placed(session.path or Path(NAME), mistake, words.lang))
        found = [
            each
            for each in found
            if (wanted is None or fold(wanted) in fold(each["unit"]))
            and (year is None or each["year"] == year)
            and (kind is None or each["kind"] == kind)
            and (not missing or each["state"] != "published")
        ]
        if as_json:
            session.json(found)
        elif not found:
            session.say("coverage.none" if watched else "coverage.unwatched")
        else:
            _print_coverage(session, found)


def sources(app: typer.Typer, words: Messages) -> typer.Typer:
    """Add the group ``sources`` to ``app``, and return it for further commands."""
    made = typer.Typer(context_settings={"help_option_names": ["--help", "-h"]}, rich_markup_mode="rich")
    health(made, words)
    text = words("help.sources")
    app.add_typer(
        made, name="sources", help=text, short_help=first_sentence(text), rich_help_panel=words("group.gather")
    )
    return made


def health(group: typer.Typer, words: Messages) -> None:
    """Add to the group ``sources`` what it shows when no command of it is named, and ``alarms``."""
    option = Options(words)

    @group.callback(invoke_without_command=True)
    def surveyed(
        context: typer.Context,
        state: Annotated[str | None, option.choice("--state", among=HEALTHS, text="option.health")] = None,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        if context.invoked_subcommand is not None:
            return
        session: Session = context.obj
        from dataclasses import asdict

        found = [each for each in _surveyed(session) if state in (None, each.state)]
        if as_json:
            session.json([asdict(each) for each in found])
        else:
            _print_health(session, found, filtered=state is not None)

    @option.subcommand(group, "sources", "alarms")
    def alarms(
        context: typer.Context,
        source: Annotated[str | None, option.argument("SOURCE", text="argument.one_source")] = None,
        limit: Annotated[int | None, option("--limit", metavar="N")] = None,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from dataclasses import asdict

        from storage import operations

        with session.asking() as (_, store):
            found = operations.alarms(store, source, limit=limit)
        if as_json:
            session.json([asdict(each) for each in found])
        else:
            _print_alarms(session, found)


@contextmanager
def _gathered(session: Session) -> "Generator[tuple[Workspace, Store | None]]":
    """Open what is kept for asking; the store is None where nothing was gathered yet."""
    from storage.errors import MissingDatabaseError

    workspace = session.workspace()
    try:
        store = workspace.asking()
    except MissingDatabaseError:
        yield workspace, None
        return
    with store:
        yield workspace, store


# --- coverage --------------------------------------------------------------------------------------------------------


def told(words: Messages, one: "Covered") -> Found:
    """Return what is covered as the object of the contract, with words on the deadline and on how late it was."""
    late = one.late
    found: Found = {
        "unit": one.unit,
        "year": one.year,
        "kind": one.kind,
        "scope": one.scope,
        "state": one.state,
        "document": one.document,
        "published_on": one.published_on,
        "seen_before": one.seen_before,
        "seen_after": one.seen_after,
        "due": None if one.due.day is None else one.due.day.isoformat(),
        "rule": one.due.rule,
        "rule_confirmed": one.due.confirmed,
        "approved_on": None if one.due.approved is None else one.due.approved.isoformat(),
        "approved_quote": one.quote,
        "verdict": late.verdict if late else None,
        "late_stated": late.stated if late else None,
        "late_at_least": late.at_least if late else None,
        "late_at_most": late.at_most if late else None,
        "contradicted": late.contradicted if late else False,
        "overdue": one.overdue,
        "gone_before": one.gone_before,
        "gone_since": one.gone_since,
        "sources": [{"source": name, "state": state} for name, state in one.sources],
    }
    said = [lateness(words, found), contradiction(words, found)]
    return {**found, "message": words("comma").join([deadline(words, found), *(each for each in said if each)])}


def deadline(words: Messages, found: Found) -> str:
    """Return by when it has to be public, and by which rule, in words."""
    rule = words(f"deadline.{found['rule']}", approved=found["approved_on"])
    if not found["rule_confirmed"]:
        rule += words("deadline.unconfirmed")
    if found["approved_quote"]:
        rule += words("deadline.printed", quote=found["approved_quote"])
    return words("deadline.of", day=found["due"], rule=rule) if found["due"] else rule


def lateness(words: Messages, found: Found) -> str:
    """Return how late it was or is, in words."""
    if found["state"] in ("missing", "failing", "unlooked"):
        days = found["overdue"]
        if days is None:
            return words("overdue.unknown")
        if days == 0:
            return words("overdue.today")
        if days < 0:
            return words("overdue.left", days=-days)
        # Where nobody could look, only the day is past.
        return words("overdue.days" if found["state"] == "missing" else "overdue.past", days=days)
    if found["verdict"] is None:
        return ""
    least, most = found["late_at_least"], found["late_at_most"]
    told_days = str(most) if least == most else f"{least}–{most}"
    return words(f"verdict.{found['verdict']}", days=told_days, stated=abs(found["late_stated"] or 0), most=most)


def contradiction(words: Messages, found: Found) -> str:
    """Return in words that the stated date is not what we saw."""
    if not found["contradicted"]:
        return ""
    early = found["published_on"] > local(found["seen_after"])[:10]
    return words("coverage.there_before" if early else "coverage.not_there_after")


def _print_coverage(session: Session, found: Sequence[Found]) -> None:
    from tracker.cli.tables import table

    words = session.words
    if session.terminal:
        heads, rows = _grid(words, found)
        session.print(table(heads, rows, terminal=True), "")
        for line in dict.fromkeys(_rule(words, each) for each in found):
            session.print(line)
        return
    names = ("watched_unit", "fiscal_year", "watched_kind", "watched_scope", "state", "stated", "window", "late")
    heads: Any = [(words(f"head.{name}"), "left") for name in (*names, "deadline", "sources")]
    rows = [
        [
            each["unit"],
            str(each["year"]),
            words.name("kind", each["kind"]),
            words.name("scope", each["scope"]),
            words.name("covered", each["state"]),
            each["published_on"] or "",
            window(words, each),
            words("comma").join(part for part in (lateness(words, each), contradiction(words, each)) if part),
            deadline(words, each),
            _sources(words, each),
        ]
        for each in found
    ]
    session.print(table(heads, rows, terminal=False))


def _grid(words: Messages, found: Sequence[Found]) -> tuple[Any, list[list[str]]]:
    """Return heads and rows of a table that has a row a unit and kind, a column a year."""
    years = sorted({each["year"] for each in found})
    heads = [(words("head.watched_unit"), "left"), (words("head.watched_kind"), "left")]
    heads += [(str(year), "left") for year in years]
    lines: dict[tuple[str, str, str | None], dict[int, str]] = {}
    for each in found:
        lines.setdefault((each["unit"], each["kind"], each["scope"]), {})[each["year"]] = cell(words, each)
    # What is not there in any scope stands beside what is there in one.
    for (unit, kind, scope), cells in list(lines.items()):
        others = [key for key in lines if key[:2] == (unit, kind) and key[2] is not None]
        if scope is None and others:
            for key in others:
                lines[key] = {**cells, **lines[key]}
            del lines[unit, kind, scope]
    rows: list[list[str]] = []
    last = ""
    for (unit, kind, scope), cells in lines.items():
        several = sum(key[:2] == (unit, kind) for key in lines) > 1
        name = words.name("kind", kind) + (f" · {words.name('scope', scope)}" if several else "")
        rows.append(["" if unit == last else unit, name, *(cells.get(year, "") for year in years)])
        last = unit
    return heads, rows


def cell(words: Messages, found: Found) -> str:
    """Return what a table says of one thing: its state, when, and how late."""
    state = words.name("covered", found["state"])
    if found["state"] == "published":
        state = words("coverage.stated", day=found["published_on"]) if found["published_on"] else state
    parts = [state]
    if found["state"] == "published":
        parts.append(words("coverage.seen", window=window(words, found)))
    if found["state"] == "withdrawn":
        parts.append(words("coverage.gone", since=local(found["gone_since"])))
    if found["state"] == "failing":
        parts.append(_sources(words, found))
    parts += [lateness(words, found), contradiction(words, found)]
    return "\n".join(part for part in parts if part)


def window(words: Messages, found: Found) -> str:
    """Return between which looks it was published."""
    if not found["seen_after"]:
        return ""
    after = local(found["seen_after"])[:10]
    if not found["seen_before"]:
        return words("coverage.by", after=after)
    return words("coverage.between", before=local(found["seen_before"])[:10], after=after)


def _rule(words: Messages, found: Found) -> str:
    return words(
        "coverage.rule", kind=words.name("kind", found["kind"]), year=found["year"], deadline=deadline(words, found)
    )


def _sources(words: Messages, found: Found) -> str:
    return words("comma").join(
        words("coverage.source", name=each["source"], state=words.name("health", each["state"]))
        for each in found["sources"]
    )


# --- health ----------------------------------------------------------------------------------------------------------


def _surveyed(session: Session) -> "Sequence[Health]":
    from tracker.watching import survey, unseen

    with _gathered(session) as (workspace, store):
        return unseen(workspace) if store is None else survey(workspace, store)


def _print_health(session: Session, found: "Sequence[Health]", *, filtered: bool) -> None:
    from tracker.cli.tables import table

    words = session.words
    if not found:
        session.say("health_table.filtered" if filtered else "fetch.none")
        return
    lefts = ("source", "health", "since", "last_success")
    heads: Any = [(words(f"head.{name}"), "left") for name in lefts]
    heads += [(words("head.failures"), "right"), (words("head.error"), "left"), (words("head.next_look"), "left")]
    heads += [(words("head.held_documents"), "right"), (words("head.captures"), "right")]
    heads += [(words("head.last_change"), "left")]
    rows = [
        [
            each.source,
            words.name("health", each.state),
            local(each.since),
            local(each.last_success),
            str(each.failures or ""),
            met(words, each.outcome, each.status, each.error) if each.failures else "",
            local(each.next_look),
            str(each.documents or ""),
            str(each.captures or ""),
            local(each.last_change),
        ]
        for each in found
    ]
    session.print(table(heads, rows, terminal=session.terminal))
    counts: Mapping[str, int] = {state: sum(each.state == state for each in found) for state in HEALTHS}
    said = words("comma").join(f"{words.name('health', state)} {count}" for state, count in counts.items() if count)
    session.print("")
    session.say("health_table.sums", sources=len(found), counts=said)


def met(words: Messages, outcome: str | None, status: int | None, error: str | None) -> str:
    """Return what was met at a source, in words."""
    said = [words.name("outcome", outcome), "" if status is None else str(status), error or ""]
    return " ".join(each for each in said if each)


def _print_alarms(session: Session, found: "Sequence[Alarm]") -> None:
    from tracker.cli.tables import table

    words = session.words
    if not found:
        session.say("health_table.no_alarms")
        return
    heads: Any = [(words(f"head.{name}"), "left") for name in ("at", "source", "was", "is", "error")]
    rows = [
        [
            local(each.at),
            each.source,
            words.name("health", each.before),
            words.name("health", each.after),
            each.reason,
        ]
        for each in found
    ]
    session.print(table(heads, rows, terminal=session.terminal))
