"""``sources add``: proposing how a page is declared as a source; ``sources test``: what a source would be asked for."""

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli.addresses import readable
from tracker.cli.moments import local
from tracker.cli.options import Options
from tracker.cli.session import FailedError, Session
from tracker.messages import Messages

if TYPE_CHECKING:
    from datetime import datetime

    from scrapers.answers import Answer
    from tracker.config import Config
    from tracker.declaring import Written
    from tracker.rehearsing import Rehearsed


def register(group: typer.Typer, words: Messages) -> None:
    """Add ``add`` and ``test`` to the group ``sources``."""
    option = Options(words)

    @option.subcommand(group, "sources", "add")
    def add(
        context: typer.Context,
        url: Annotated[str, option.argument("URL")],
        name: Annotated[str | None, option("--name", metavar="NAME", text="option.source_name")] = None,
        write: Annotated[bool, option("--write", text="option.write")] = False,
    ) -> None:
        session: Session = context.obj
        from dataclasses import replace

        from tracker.declaring import ChangedError, Written, admissible, free_name, known
        from tracker.proposing import NothingFoundError, declaration, proposed, remark
        from tracker.taxonomy import load

        written = Written.read(session.path)
        admissible(written, url, name)
        _refuse_known(session, known(written.config, url))
        answer = _asked(session, written, url)
        try:
            proposal = proposed(answer, load())
        except NothingFoundError as error:
            for each in error.remarks:
                session.tell(remark(each, words))
            raise FailedError from None
        _refuse_known(session, known(written.config, proposal.url))
        proposal = replace(proposal, name=name or free_name(proposal.name, written.config))
        declared = declaration(proposal, words)
        written.with_(declared)
        session.write(declared.encode())
        if not write:
            session.warn("propose.hint")
            return
        try:
            written.add(declared)
        except ChangedError as error:
            session.warn("propose.changed", path=error.path)
            raise FailedError from None
        session.warn("propose.written", path=written.path, name=proposal.name)

    @option.subcommand(group, "sources", "test")
    def test(
        context: typer.Context,
        name: Annotated[str, option.argument("NAME", text="argument.tested_source")],
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from tracker.rehearsing import rehearse
        from tracker.settings import on_the_web

        workspace = session.workspace()
        known = {source.name: source for source in workspace.config.sources}
        source = known.get(name)
        if source is None:
            session.warn("fetch.unknown", name=name, known=words("comma").join(known) or "—")
            raise FailedError
        if not on_the_web(source):
            session.warn("rehearse.local", name=name)
            raise FailedError
        rehearsed = rehearse(workspace, source)
        if as_json:
            session.json(_told(rehearsed))
        else:
            _print_rehearsed(session, rehearsed)
        if rehearsed.waiting or not rehearsed.documents:
            raise FailedError


def _told(rehearsed: "Rehearsed") -> dict[str, object]:
    return {
        "listings": [
            {"url": each.look.url, "outcome": each.look.outcome, "status": each.look.status, "error": each.look.error}
            for each in rehearsed.listings
        ],
        "documents": [
            {
                "url": each.url,
                "link": each.link,
                "listed_at": each.listed_at,
                "why": each.why,
                "unit": each.identity.unit,
                "year": each.identity.year,
                "kind": each.identity.kind,
                "scope": each.identity.scope,
            }
            for each in rehearsed.documents
        ],
        "waiting": rehearsed.waiting,
    }


def _print_rehearsed(session: Session, rehearsed: "Rehearsed") -> None:
    from tracker.cli.tables import table

    words = session.words
    for each in rehearsed.listings:
        outcome = words.name("look", each.look.outcome)
        why = each.look.error or each.look.status or ""
        session.say("rehearse.listing", url=readable(each.look.url or ""), outcome=outcome, why=why)
    if rehearsed.waiting:
        session.warn("rehearse.waiting", host=rehearsed.waiting)
    if not rehearsed.documents:
        session.warn("rehearse.nothing")
        return
    names = ("why", "unit", "fiscal_year", "watched_kind", "link", "address")
    heads = [(words(f"head.{name}"), "left") for name in names]
    rows = [
        [
            words.name("rehearse", each.why),
            each.identity.unit or "",
            str(each.identity.year or ""),
            words.name("kind", each.identity.kind),
            each.link,
            readable(each.url),
        ]
        for each in rehearsed.documents
    ]
    session.print(table(heads, rows, terminal=session.terminal))  # pyright: ignore[reportArgumentType]
    session.say("rehearse.sums", count=len(rows))


def _refuse_known(session: Session, name: str | None) -> None:
    if name is not None:
        session.warn("propose.known", name=name)
        raise FailedError


def _asked(session: Session, written: "Written", url: str) -> "Answer":
    """Return what came back from ``url``. Raises LookingError where another run is asking the same host, FailedError
    where nothing was sent."""
    from scrapers.net.fetcher import Disallowed, Waiting
    from tracker.alone import LookingError, alone
    from tracker.declaring import asked, asked_anyway
    from tracker.looking import agent
    from tracker.moments import stamp

    config = written.config
    with ExitStack() as held:
        if config.data.exists():
            try:
                held.enter_context(alone(config.data))
            except LookingError:
                if asked_anyway(config, url):
                    raise
        came = asyncio.run(asked(config, url, agent(config), waits=_waits(config)))
    if isinstance(came, Waiting):
        session.warn("propose.waiting", host=came.host, until=local(stamp(came.until)))
        raise FailedError
    if isinstance(came, Disallowed):
        session.warn("propose.disallowed", url=came.url, rule=came.rule)
        raise FailedError
    return came


def _waits(config: "Config") -> "dict[str, datetime]":
    """Return until when hosts asked to be left alone, as earlier runs were told."""
    from storage import operations
    from storage.errors import MissingDatabaseError
    from storage.store import Store
    from tracker.moments import moment

    try:
        with Store.open(config.data, read_only=True) as store:
            return {host: moment(kept.until) for host, kept in operations.waits(store).items()}
    except MissingDatabaseError:
        return {}
