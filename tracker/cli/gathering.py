"""``init``, ``ingest``, ``fetch``: where texts come from."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from tracker.cli.addresses import readable
from tracker.cli.moments import NoMomentError, local, utc
from tracker.cli.options import KINDS, SCOPES, Options
from tracker.cli.session import FailedError, Session
from tracker.messages import Messages

if TYPE_CHECKING:
    from tracker.gathering import Foreseen, Gathered, Report, Trouble


def register(app: typer.Typer, words: Messages) -> None:
    """Add the commands of this group to ``app``."""
    option = Options(words)
    group = words("group.gather")

    @option.command(app, "init", group)
    def init(context: typer.Context) -> None:
        session: Session = context.obj
        path = session.path or Path("config.toml")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(words("init.config"))
        except FileExistsError:
            session.warn("init.exists", path=path)
            raise FailedError from None
        session.say("init.done", path=path)

    @option.command(app, "ingest", group)
    def ingest(
        context: typer.Context,
        files: Annotated[list[Path], option.argument("FILES")],
        unit: Annotated[str | None, option("--unit", metavar="NAME", text="option.declare_unit")] = None,
        year: Annotated[int | None, option.year()] = None,
        kind: Annotated[str | None, option.choice("--kind", among=KINDS, text="option.declare_kind")] = None,
        scope: Annotated[str | None, option.choice("--scope", among=SCOPES, text="option.declare_scope")] = None,
        url: Annotated[str | None, option("--url", metavar="URL")] = None,
        at: Annotated[str | None, option("--at", metavar="TIME")] = None,
        dry_run: Annotated[bool, option("--dry-run")] = False,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        claims = declared(unit, year, kind, scope)
        moment = None if at is None else moment_of(words, at, "--at")
        if dry_run:
            _foresee(session, files, claims, as_json=as_json)
            return
        from tracker.gathering import ingest_files

        with session.house() as (workspace, house):
            report = ingest_files(workspace, house, files, claims=claims, url=url, at=moment)
        _finish(session, report, as_json=as_json)

    @option.command(app, "fetch", group)
    def fetch(
        context: typer.Context,
        sources: Annotated[list[str] | None, option.argument("SOURCE")] = None,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from tracker.passes import look

        known = {source.name: source for source in session.workspace().config.sources}
        unknown = [name for name in sources or () if name not in known]
        if unknown:
            session.warn("fetch.unknown", name=unknown[0], known=words("comma").join(known) or "—")
            raise FailedError
        chosen = [known[name] for name in dict.fromkeys(sources or known)]
        if not chosen:
            session.warn("fetch.none")
            raise FailedError
        with session.progress() as hear:
            report = look(session.workspace(), chosen, progress=hear)
        _finish(session, report, as_json=as_json)


def declared(unit: str | None, year: int | None, kind: str | None, scope: str | None) -> dict[str, object]:
    """Return what was declared of an identity."""
    told: dict[str, object | None] = {"unit": unit or None, "year": year, "kind": kind, "scope": scope}
    return {name: value for name, value in told.items() if value is not None}


def moment_of(words: Messages, text: str, name: str) -> str:
    """Return the moment that an option says. Raises BadParameter."""
    try:
        return utc(text)
    except NoMomentError:
        raise typer.BadParameter(words("usage.moment", given=text), param_hint=name) from None


def _foresee(session: Session, files: list[Path], claims: dict[str, object], *, as_json: bool) -> None:
    from storage.rows import to_json
    from tracker.gathering import foresee
    from tracker.recording import declared as identity_of

    found, troubles = foresee(session.workspace(), files, identity_of(to_json(claims)))
    if as_json:
        session.json([_foreseen(session, each) for each in found])
    else:
        for each in found:
            _print_foreseen(session, each)
    for trouble in troubles:
        session.tell(trouble_text(session, trouble))
    if troubles:
        raise FailedError


def _foreseen(session: Session, of: "Foreseen") -> dict[str, Any]:
    from tracker.gathering import capture_name
    from tracker.recording import understood

    identity = of.disclosure.identity
    name = identity.document or capture_name(of.sha or "")
    problems = [
        {"subject": name, "version": "", **asdict(each), "details": dict(each.details)}
        for each in of.disclosure.problems
    ]
    return {
        "file": of.file,
        "sha": of.sha,
        "document": name,
        "unit": identity.unit,
        "year": identity.year,
        "kind": identity.kind,
        "scope": identity.scope,
        "title": identity.title,
        "published_on": identity.published_on,
        "understood": understood(of.disclosure),
        "evidence": [asdict(each) for each in identity.evidence],
        "problems": [each | {"message": session.problem(each, capture_name(of.sha or ""))} for each in problems],
    }


def _print_foreseen(session: Session, of: "Foreseen") -> None:
    words = session.words
    told = _foreseen(session, of)
    session.print(f"{of.file} → {told['document']}")
    for each in told["evidence"]:
        session.print("  " + evidence_text(words, each))
    for each in told["problems"]:
        session.print("  ! " + each["message"])


def evidence_text(words: Messages, evidence: Any) -> str:
    """Return one piece of evidence in words."""
    aspect, value = evidence["aspect"], evidence["value"]
    shown = words.name(aspect, value) if aspect in ("kind", "scope") else value
    return words(
        "evidence.line",
        aspect=words.name("aspect", aspect),
        value=shown,
        source=words.name("evidence", evidence["source"]),
        quote=evidence["quote"],
    )


def trouble_text(session: Session, trouble: "Trouble") -> str:
    """Return why a file was not kept, in words."""
    return session.words(
        f"trouble.{trouble.code}",
        file=trouble.file,
        why=trouble.why,
        document=trouble.document or "",
        at=local(trouble.at),
    )


def report_json(session: Session, report: "Report") -> dict[str, Any]:
    """Return a report under the contract's names, problems and troubles with their words."""
    told = asdict(report)
    told["troubles"] = [asdict(each) | {"message": trouble_text(session, each)} for each in report.troubles]
    told["files"] = [
        asdict(each) | {"problems": [_problem(session, each, problem) for problem in each.problems]}
        for each in report.files
    ]
    return told


def _problem(session: Session, of: "Gathered", problem: Any) -> dict[str, Any]:
    from tracker.gathering import capture_name

    names = ("subject", "version", "code", "place", "quote", "details", "holds")
    shown = {name: problem[name] for name in names}
    shown["holds"] = bool(problem["holds"]) and of.outcome in ("held", "failed")
    return shown | {"message": session.problem(problem, capture_name(of.sha or ""))}


def _finish(session: Session, report: "Report", *, as_json: bool) -> None:
    if as_json:
        session.json(report_json(session, report))
    else:
        print_report(session, report)
    tell_report(session, report)
    if report.failed:
        raise FailedError


_QUIET = frozenset({"unchanged", "unmodified", "rewritten", "listing", "page", "archive"})
"""What nobody has to be told of one by one: nothing new was seen."""


def print_report(session: Session, report: "Report") -> None:
    """Print what became of each file that brought something, and the sums."""
    from tracker.cli.tables import table
    from tracker.outcomes import Outcome

    words = session.words
    told = [each for each in report.files if each.outcome not in _QUIET]
    if told:
        heads = [(words(f"head.{name}"), "left") for name in ("outcome", "document", "file")]
        rows = [[words.name("outcome", each.outcome), each.document or "", readable(each.file)] for each in told]
        session.print(table(heads, rows, terminal=session.terminal), "")  # pyright: ignore[reportArgumentType]
    counts = [
        words("report.count", outcome=words.name("outcome", outcome), count=report.count(outcome))
        for outcome in get_args(Outcome)
        if report.count(outcome)
    ]
    session.say(
        "report.sums",
        files=len(report.files),
        counts=words("comma").join(counts) or "—",
        changes=report.changes,
    )
    if report.rebuilt:
        session.say("report.rebuilt")


def tell_report(session: Session, report: "Report") -> None:
    """Say on stderr what was held, could not be read or was not kept, each with its remedy."""
    from tracker.gathering import capture_name

    for each in report.files:
        for problem in each.problems if each.outcome in ("held", "failed") else ():
            if problem["holds"]:
                text = session.problem(problem, capture_name(each.sha or ""))
                session.warn("report.problem", file=each.file, document=each.document, text=text)
        if each.outcome == "waiting":
            why = session.words.name("waiting", each.why)
            session.warn("report.waiting", source=each.source, host=each.file, why=why, until=local(each.until))
        elif each.why and each.outcome not in _QUIET:
            outcome = session.words.name("outcome", each.outcome)
            session.warn("report.look", source=each.source, outcome=outcome, file=readable(each.file), why=each.why)
    for trouble in report.troubles:
        session.tell(trouble_text(session, trouble))
