"""``rule``, ``verify``, ``rebuild``, ``schema``: deciding, and keeping what is kept sound."""

from typing import Annotated, Any

import typer

from tracker.cli.gathering import declared
from tracker.cli.options import KINDS, SCOPES, Options
from tracker.cli.session import FailedError, Session
from tracker.messages import Messages


def register(app: typer.Typer, words: Messages) -> None:
    """Add the commands of this group to ``app``."""
    option = Options(words)
    group = words("group.keep")

    @option.command(app, "rule", group)
    def rule(
        context: typer.Context,
        subject: Annotated[str, option.argument("SUBJECT")],
        decision: Annotated[str | None, option.argument("DECISION")] = None,
        unit: Annotated[str | None, option("--unit", metavar="NAME", text="option.declare_unit")] = None,
        year: Annotated[int | None, option.year()] = None,
        kind: Annotated[str | None, option.choice("--kind", among=KINDS, text="option.declare_kind")] = None,
        scope: Annotated[str | None, option.choice("--scope", among=SCOPES, text="option.declare_scope")] = None,
        note: Annotated[str, option("--note", metavar="TEXT")] = "",
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        identity = declared(unit, year, kind, scope)
        if decision not in (None, "accept", "reject"):
            raise typer.BadParameter(words("usage.choice", given=decision, choices="accept, reject"))
        if decision is None and not identity:
            raise typer.BadParameter(words("usage.decision"))
        from storage import queries
        from tracker import deciding

        with session.house() as (workspace, house):
            before = queries.detections(house.store)
            captures = deciding.captures_of(workspace, house.store, subject)
            decided = deciding.rule(house, captures, decision=decision, identity=identity, note=note)
            followed = _followed(session, house.store, decided)
            changes = queries.count_detected(house.store, before)
        if as_json:
            session.json({**followed, "changes": changes, "rebuilt": decided.settled.rebuilt})
            return
        session.say("rule.done", captures=words("comma").join(f"capture:{each[:12]}" for each in captures))
        for each in followed["documents"]:
            told = {"document": each["document"], "state": words.name("state", each["state"])}
            session.say("rule.document", versions=each["versions"], **told)
        for name in followed["undecided"]:
            session.say("rule.undecided", capture=name)
        for name in sorted(set(decided.documents) - {each["document"] for each in followed["documents"]}):
            session.say("rule.gone", document=name)
        session.say("rule.changes", count=changes)

    @option.command(app, "verify", group)
    def verify(context: typer.Context, as_json: Annotated[bool, option("--json")] = False) -> None:
        session: Session = context.obj
        from storage.verify import verify as check
        from tracker.stamps import check as check_stamps

        with session.asking() as (_, store):
            found = [
                {
                    "code": each.code,
                    "place": each.place,
                    "details": each.details,
                    "message": words("verify.finding", what=words(f"verify.{each.code}"), place=each.place),
                }
                for each in (*check(store), *check_stamps(store))
            ]
        unchecked = [each for each in found if each["code"] == "stamp.unchecked"]
        found = [each for each in found if each["code"] != "stamp.unchecked"]
        for each in unchecked:
            session.tell(f"{each['message']}  ({each['details']})")
        if as_json:
            session.json(found)
        else:
            for each in found:
                session.print(f"{each['message']}  ({each['details']})")
            if not found:
                session.say("verify.sound")
        if found:
            raise FailedError

    @option.command(app, "rebuild", group)
    def rebuild(context: typer.Context, as_json: Annotated[bool, option("--json")] = False) -> None:
        session: Session = context.obj
        from storage import rows
        from tracker.ingest import rebuild as anew

        with session.house() as (_, house):
            settled = anew(house)
            looks = len(house.store.fetch(rows.Reading))
        if as_json:
            names = ("documents", "held", "failed")
            session.json({"looks": looks, **{name: list(getattr(settled, name)) for name in names}})
        else:
            session.say("rebuild.done", looks=looks, documents=len(settled.documents), held=len(settled.held))
        if settled.failed:
            session.warn("rebuild.failed", count=len(settled.failed))
            raise FailedError

    @option.command(app, "schema", group)
    def schema(
        context: typer.Context,
        name: Annotated[str | None, option.argument("NAME", text="argument.schema_name")] = None,
        as_json: Annotated[bool, option("--json")] = False,  # always JSON; taken so that every command takes it
    ) -> None:
        session: Session = context.obj
        from tracker import schema as schemas
        from tracker.between import UnknownNameError

        if name is None:
            session.json(schemas.every())
            return
        try:
            session.json(schemas.schema(name))
        except KeyError:
            raise UnknownNameError(name, [*schemas.NAMES, *schemas.OUTPUTS], what="schema") from None


def _followed(session: Session, store: Any, decided: Any) -> dict[str, Any]:
    from storage import queries, rows
    from tracker.cli.documents import told

    documents = [told(session, each) for name in decided.documents for each in queries.documents(store, document=name)]
    undecided = [
        f"capture:{reading.sha[:12]}"
        for reading in store.fetch(rows.Reading, sha=decided.captures)
        if reading.document is None and reading.outcome == "read"
    ]
    return {
        "captures": list(decided.captures),
        "documents": documents,
        "undecided": list(dict.fromkeys(undecided)),
    }
