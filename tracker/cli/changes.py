"""``changes``, ``diff``, ``history``, ``search``, ``feed``: what changed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.gathering import moment_of
from tracker.cli.moments import local
from tracker.cli.options import AXES, KINDS, ROLES, SCOPES, SUBJECTS, Options
from tracker.cli.session import FailedError, Session, flagged, lines
from tracker.messages import Messages

Found = Mapping[str, Any]

_ROWS = 50
"""Changes that a terminal is shown unless told otherwise."""


_UNREAD = "archive binary damaged empty encoding encrypted failed format killed limit memory timeout"
NOTHING_TO_COMPARE = frozenset(("document.empty", *(f"file.{reason}" for reason in _UNREAD.split())))
"""Problems of a file that was not read: comparing it would call all of the other one added."""


class ChoiceError(Exception):
    """A wrong use that only shows after looking at what was named; the exit code is 2."""


def register(app: typer.Typer, words: Messages) -> None:
    """Add the commands of this group to ``app``."""
    option = Options(words)
    group = words("group.changed")

    @option.command(app, "changes", group)
    def changes(
        context: typer.Context,
        unit: Annotated[str | None, option("--unit", metavar="NAME")] = None,
        year: Annotated[int | None, option("--year", metavar="YEAR")] = None,
        kind: Annotated[str | None, option.choice("--kind", among=KINDS)] = None,
        axis: Annotated[str | None, option.choice("--axis", among=AXES)] = None,
        subject: Annotated[str | None, option.choice("--subject", among=SUBJECTS)] = None,
        section: Annotated[str | None, option("--section", metavar="ID")] = None,
        statement: Annotated[str | None, option("--statement", metavar="ID")] = None,
        code: Annotated[str | None, option("--code", metavar="CODE")] = None,
        least_amount: Annotated[str | None, option("--least-amount", metavar="AMOUNT")] = None,
        least_percent: Annotated[str | None, option("--least-percent", metavar="PERCENT")] = None,
        since: Annotated[str | None, option("--since", metavar="TIME")] = None,
        text: Annotated[str | None, option("--text", metavar="TEXT")] = None,
        document: Annotated[str | None, option("--document", metavar="DOC")] = None,
        ids: Annotated[list[str] | None, option("--id", metavar="ID")] = None,
        superseded: Annotated[bool, option("--superseded")] = False,
        limit: Annotated[int | None, option("--limit", metavar="N")] = None,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from storage import queries
        from tracker.between import document_named, unit_named

        filters: dict[str, Any] = {
            "year": year,
            "kind": kind,
            "axis": axis,
            "subject": subject,
            "section": section,
            "statement": statement,
            "code": code,
            "least_amount_fen": _least_amount(words, least_amount),
            "least_percent": _least_percent(words, least_percent),
            "since": None if since is None else moment_of(words, since, "--since"),
            "text": text,
            "ids": ids or None,
            "superseded": superseded or bool(ids),
        }
        with session.asking() as (workspace, store):
            filters["unit"] = unit_named(workspace, unit)
            filters["document"] = None if document is None else document_named(workspace, store, document)
            if as_json:
                session.json(queries.changes(store, limit=limit, **filters))
                return
            most = limit if limit is not None else _ROWS if session.terminal else None
            found = queries.changes(store, limit=most, **filters)
            count = queries.count_changes(store, **filters)
        print_changes(session, found)
        if count > len(found):
            session.warn("changes.more", shown=len(found), count=count, more=count - len(found))

    @option.command(app, "diff", group)
    def diff(
        context: typer.Context,
        before: Annotated[str, option.argument("A")],
        after: Annotated[str, option.argument("B")],
        axis: Annotated[str | None, option.choice("--axis", among=AXES, text="option.diff_axis")] = None,
        force: Annotated[bool, option("--force")] = False,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from tracker import between

        if between.is_file(before) and between.is_file(after):
            workspace = session.workspace()
            pair = between.named(workspace, None, before), between.named(workspace, None, after)
        else:
            with session.asking() as (workspace, store):
                pair = between.named(workspace, store, before), between.named(workspace, store, after)
        identities = [each.disclosure.identity for each in pair]
        try:
            if not force:
                between.refuse_unlike(*identities)
            chosen: Any = axis or between.axis_of(*identities)
        except between.UnlikeError as error:
            if not force or error.aspect == "axis":
                told = {name: words.name(error.aspect, getattr(error, name)) for name in ("before", "after")}
                raise ChoiceError(words(f"unlike.{error.aspect}", **told)) from None
            raise
        for each, name in zip(pair, (before, after), strict=True):
            for problem in each.disclosure.problems:
                if problem.holds:
                    told = {"code": problem.code, "place": problem.place, "quote": problem.quote}
                    text = session.problem({**told, "details": dict(problem.details)}, name)
                    session.warn("diff.problem", name=name, text=text)
        if any(problem.code in NOTHING_TO_COMPARE for each in pair for problem in each.disclosure.problems):
            raise typer.Exit(1)
        found = between.diff(*pair, chosen)
        if as_json:
            session.json(found)
            return
        session.say("diff.head", before=_title(pair[0]), after=_title(pair[1]), axis=words.name("axis", chosen))
        print_changes(session, found, documents=False)

    @option.command(app, "history", group)
    def history(
        context: typer.Context,
        unit: Annotated[str, option.argument("UNIT")],
        text: Annotated[str, option.argument("TEXT", text="argument.history_text")],
        kind: Annotated[str | None, option.choice("--kind", among=KINDS)] = None,
        scope: Annotated[str | None, option.choice("--scope", among=SCOPES)] = None,
        role: Annotated[str | None, option.choice("--role", among=ROLES)] = None,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from storage import queries
        from tracker.between import UnknownNameError, facts_meant, units_named
        from tracker.taxonomy import load

        with session.asking() as (workspace, store):
            units = units_named(workspace, store, unit)
            if not units:
                import difflib

                known = sorted({each["unit"] for each in queries.documents(store)})
                raise UnknownNameError(unit, difflib.get_close_matches(unit, known, 5, 0.3), what="unit")
            meant = facts_meant(text, queries.known_facts(store, units), load())
            roles = [role] if role else []
            found = queries.history(store, units=units, text=text, kind=kind, scope=scope, roles=roles, facts=meant)
            edits = [each for name in units for each in _line_changes(store, name)]
        if as_json:
            session.json(flagged(found, "held"))
        else:
            from tracker.cli.history import print_history

            print_history(session, found, edits)

    @option.command(app, "search", group)
    def search(
        context: typer.Context,
        text: Annotated[list[str], option.argument("TEXT", text="argument.search_text")],
        unit: Annotated[str | None, option("--unit", metavar="NAME")] = None,
        limit: Annotated[int | None, option("--limit", metavar="N")] = None,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from storage import queries
        from tracker.between import unit_named

        with session.asking() as (workspace, store):
            most = limit if limit is not None or as_json or not session.terminal else _ROWS
            found = queries.search(store, " ".join(text), unit=unit_named(workspace, unit), limit=most)
        if as_json:
            session.json(found)
            return
        _print_hits(session, found, " ".join(text))
        if most is not None and len(found) == most:
            session.warn("search.more", count=most)

    @option.command(app, "feed", group)
    def feed(
        context: typer.Context,
        form: Annotated[str, option.choice("--format", among=("atom", "json"))] = "atom",
        unit: Annotated[str | None, option("--unit", metavar="NAME")] = None,
        axis: Annotated[str | None, option.choice("--axis", among=AXES)] = None,
        limit: Annotated[int, option("--limit", metavar="N", text="option.feed_limit")] = 100,
        base_url: Annotated[str, option("--base-url", metavar="URL")] = "",
        output: Annotated[Path | None, option("--output", metavar="FILE")] = None,
    ) -> None:
        session: Session = context.obj
        import json

        from tracker import feeds
        from tracker.between import unit_named
        from tracker.cli.wording import sentence

        if base_url and not base_url.startswith(("http://", "https://")):
            raise typer.BadParameter(words("usage.url", given=base_url), param_hint="--base-url")
        with session.asking() as (workspace, store):
            gathered = feeds.gather(
                store,
                words,
                lambda change: sentence(words, change),
                unit=unit_named(workspace, unit),
                axis=axis,
                limit=limit,
                base_url=base_url,
            )
        if form == "atom":
            data = feeds.atom(gathered, words)
        else:
            data = (json.dumps(feeds.json_feed(gathered, words), ensure_ascii=False, indent=2) + "\n").encode()
        if output is None:
            session.write(data)
            return
        try:
            output.write_bytes(data)
        except OSError as error:
            session.warn("error.write", path=output, why=error.strerror or error)
            raise FailedError from None
        session.tell(words("feed.written", path=output, count=len(gathered.entries)))


def _line_changes(store: Any, unit: str) -> list[Found]:
    """Return the changes of two years that tell that lines of a unit went on as others."""
    from storage import queries
    from tracker.cli.history import relinked

    return [each for each in queries.changes(store, unit=unit, axis="year", subject="structure") if relinked(each)]


def _least_amount(words: Messages, text: str | None) -> int | None:
    from tracker.cli.amounts import NoAmountError, least_fen

    if text is None:
        return None
    try:
        return least_fen(text)
    except NoAmountError:
        raise typer.BadParameter(words("usage.amount", given=text), param_hint="--least-amount") from None


def _least_percent(words: Messages, text: str | None) -> str | None:
    import re

    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[%％]?", text.strip())
    if match is None:
        raise typer.BadParameter(words("usage.percent", given=text), param_hint="--least-percent")
    return match[1]


def _title(of: Any) -> str:
    name = of.file or (f"{of.document}#{of.state}" if of.state else of.document)
    return f"{name}（{of.document}）" if of.file and not of.document.startswith("capture:") else name


# --- changes ---------------------------------------------------------------------------------------------------------


def print_changes(session: Session, found: Sequence[Found], *, documents: bool = True) -> None:
    """Print changes: revisions before the other axes; of each, structure, figures, then words."""
    words = session.words
    if not found:
        session.say("changes.none")
        return
    for axis in ("revision", "year", "budget"):
        of_axis = [each for each in found if each["axis"] == axis]
        if not of_axis:
            continue
        by_subject = {name: [each for each in of_axis if each["subject"] == name] for name in SUBJECTS}
        if documents:
            session.print(_heading(session, words("changes.axis", axis=words.name("axis", axis), count=len(of_axis))))
        if by_subject["structure"]:
            _print_structure(session, by_subject["structure"], documents=documents)
        if by_subject["figure"]:
            _print_figures(session, by_subject["figure"], documents=documents)
        if by_subject["passage"]:
            _print_passages(session, by_subject["passage"], documents=documents)


def _heading(session: Session, text: str) -> Any:
    from rich.text import Text

    return Text(text, style="bold") if session.coloured else text


def _document(session: Session, change: Found) -> str:
    """Return which document changed; on the year axis both years stand in it."""
    words = session.words
    parts = str(change["document_after"]).split("/")
    if len(parts) != 3:
        return str(change["document_after"])
    unit, year, rest = parts
    kind = words.name("kind", rest.split(".")[0])
    if change["axis"] == "year":
        earlier = str(change["document_before"]).split("/")
        year = f"{earlier[1]}→{year}" if len(earlier) == 3 else year
    return f"{unit} {year} {kind}"


def _print_structure(session: Session, found: Sequence[Found], *, documents: bool) -> None:
    from tracker.cli.tables import table
    from tracker.cli.wording import kind, reason, stale, structure

    words = session.words
    rows: list[list[Any]] = []
    for each in found:
        told = structure(words, each, brief=session.terminal)
        detail = lines([*told, reason(words, each), stale(words, each)])
        rows.append([*([_document(session, each)] if documents else []), kind(words, each), detail])
    heads: Any = [(words("head.kind"), "left"), (words("head.structure"), "left")]
    if documents:
        heads = [(words("head.document"), "left"), *heads]
    session.print(table(heads, rows, terminal=session.terminal), "")


def _print_figures(session: Session, found: Sequence[Found], *, documents: bool) -> None:
    from rich.text import Text

    from tracker.cli.alike import folded
    from tracker.cli.tables import table
    from tracker.cli.wording import also, item, kind, place, reason, stale, unit_of, values

    words = session.words
    unit = unit_of(found)
    rows: list[list[Any]] = []
    for each, others in folded(found):
        aspects = kind(words, each)
        about = Text(item(words, each))
        where = place(words, each)
        if session.terminal:
            about.append("\n" + where, style="dim")
            told = (also(words, others), reason(words, each))
            for extra in (*told, "" if aspects == words.name("kind", "changed") else aspects):
                if extra:
                    about.append("\n" + extra, style="dim")
            if each["stale_places"]:
                about.append("\n" + stale(words, each), style="yellow")
            cells: list[Any] = [about, *values(words, each, unit)]
        else:
            cells = [
                about,
                where,
                *values(words, each, unit),
                aspects,
                lines([also(words, others), reason(words, each), stale(words, each)]),
            ]
        rows.append([*([_document(session, each)] if documents else []), *cells])
    figures = [
        (words("head.before", unit=unit), "right"),
        (words("head.after", unit=unit), "right"),
        (words("head.delta"), "right"),
        ("%", "right"),
    ]
    heads: Any = [(words("head.item"), "left"), *figures]
    if not session.terminal:
        heads = [heads[0], (words("head.place"), "left"), *figures, (words("head.kind"), "left")]
        heads.append((words("head.reason"), "left"))
    if documents:
        heads = [(words("head.document"), "left"), *heads]
    session.print(table(heads, rows, terminal=session.terminal), "")


def _print_passages(session: Session, found: Sequence[Found], *, documents: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from tracker.cli.wording import kind, operations, place

    words = session.words
    last = None
    for each in found:
        name = _document(session, each)
        head = " · ".join(part for part in (kind(words, each), place(words, each), each["label"] or "") if part)
        said = operations(each, coloured=session.coloured, brief=session.terminal)
        if not session.terminal:
            session.print("  ".join([*([name] if documents else []), head, said.plain.replace("\n", " ")]))
            continue
        if documents and name != last:
            session.print(name)
            last = name
        session.print(Padding(Text(head, style="dim"), (0, 0, 0, 2)), Padding(said, (0, 0, 0, 4)))
    session.print("")


def _print_hits(session: Session, found: Sequence[Found], text: str) -> None:
    from tracker.cli.tables import table
    from tracker.cli.wording import place

    words = session.words
    if not found:
        session.say("search.none", text=text)
        return
    rows = [
        [words.name("what", each["what"]), each["document"], place(words, each), _around(each["text"], text, session)]
        for each in found
    ]
    heads: Any = [(words(f"head.{name}"), "left") for name in ("what", "document", "place", "text")]
    session.print(table(heads, rows, terminal=session.terminal))


def _around(text: str, wanted: str, session: Session) -> Any:
    from rich.text import Text

    shown = Text(text.replace("\n", " "))
    if session.terminal:
        first = wanted.split()[0]
        at = text.find(first)
        if at > 30 and len(text) > 90:
            shown = Text("…" + text[at - 20 : at + 60] + ("…" if at + 60 < len(text) else ""))
        elif len(text) > 90:
            shown = Text(text[:80] + "…")
        if session.coloured:
            shown.highlight_words(wanted.split(), style="bold")
    return shown


__all__ = ["ChoiceError", "local", "print_changes", "register"]
