"""``evidence``, ``warc``, ``ledger``: proving to others what was seen, and exchanging it."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.options import Options, first_sentence
from tracker.cli.session import FailedError, Session
from tracker.messages import Messages


def register(app: typer.Typer, words: Messages) -> None:
    """Add the commands of this group to ``app``."""
    option = Options(words)

    @option.command(app, "evidence", words("group.keep"))
    def evidence(
        context: typer.Context,
        document: Annotated[str, option.argument("DOC")],
        output: Annotated[Path | None, option("--output", "-o", metavar="FILE", text="option.evidence_output")] = None,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from tracker.between import document_named
        from tracker.evidence import evidence as made

        with session.asking() as (workspace, store):
            found = made(store, document_named(workspace, store, document))
        path = output or Path(found.document.replace("/", "_") + ".zip")
        _new(session, path, found.data)
        told = {"file": str(path), "document": found.document, "looks": found.looks, "captures": found.captures}
        if as_json:
            session.json({**told, "lines": found.head.n, "head": found.head.hash})
        else:
            session.say("proof.written", **told, lines=found.head.n, head=found.head.hash)

    warc = _group(app, words, "warc")

    @option.subcommand(warc, "warc", "export")
    def export(
        context: typer.Context,
        names: Annotated[list[str], option.argument("[DOC]... FILE", text="argument.warc_export")],
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from tracker.between import document_named
        from tracker.evidence import looks_of
        from tracker.warc import export as write

        *documents, file = names
        with session.asking() as (workspace, store):
            chosen = [document_named(workspace, store, name) for name in documents]
            looks = {look.id: look for name in chosen for look in looks_of(store, name)}
            try:
                made = write(store, looks.values() if documents else store.looks(), Path(file))
            except FileExistsError:
                session.warn("proof.exists", file=file)
                raise FailedError from None
        if as_json:
            session.json({"file": file, "documents": chosen, **asdict(made)})
        else:
            session.say("warc.exported", file=file, **asdict(made))

    @option.subcommand(warc, "warc", "import")
    def take_in(
        context: typer.Context,
        files: Annotated[list[Path], option.argument("FILE", text="argument.warc_import")],
        source: Annotated[str, option("--source", metavar="NAME", text="option.warc_source")] = "warc",
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from storage import queries
        from tracker import warc as archives
        from tracker.ingest import settle

        taken: list[tuple[Path, archives.Imported]] = []
        missing: list[str] = []
        with session.house() as (_, house):
            before = queries.detections(house.store)
            for file in files:
                try:
                    taken.append((file, archives.take_in(house.store, file, source=source)))
                except OSError as error:
                    missing.append(str(file))
                    session.warn("error.file", path=file, why=error.strerror or str(error))
            settled = settle(house)
            changes = queries.count_detected(house.store, before)
        broken = [
            {"file": str(file), "offset": each.offset, "why": each.why} for file, one in taken for each in one.broken
        ]
        told: dict[str, Any] = {
            "looks": sum(len(one.looks) for _, one in taken),
            "new": sum(len(one.new) for _, one in taken),
            "changes": changes,
        }
        if as_json:
            session.json({**told, "documents": list(settled.documents), "broken": broken, "missing": missing})
        else:
            session.say("warc.imported", **told, documents=len(settled.documents))
        for each in broken:
            session.warn("warc.broken", **each)
        if broken or missing:
            raise FailedError

    ledger = _group(app, words, "ledger")

    @option.subcommand(ledger, "ledger", "head")
    def head(context: typer.Context, as_json: Annotated[bool, option("--json")] = False) -> None:
        session: Session = context.obj
        with session.asking() as (_, store):
            found = store.archive.ledger.head()
        if as_json:
            session.json({"lines": found.n, "head": found.hash})
        else:
            session.say("ledger.head", lines=found.n, head=found.hash)

    @option.subcommand(ledger, "ledger", "stamp")
    def stamp(
        context: typer.Context,
        url: Annotated[str, option.argument("URL", text="argument.stamp")],
        root: Annotated[Path | None, option("--root", metavar="FILE", text="option.stamp_root")] = None,
        as_json: Annotated[bool, option("--json")] = False,
    ) -> None:
        session: Session = context.obj
        from tracker import stamps

        with session.asking() as (_, store):
            try:
                made = stamps.stamp(store, url, root=root)
            except stamps.StampError as error:
                session.warn(f"stamp.{error.code}", why=error.why)
                raise FailedError from None
        if as_json:
            session.json({"lines": made.n, "head": made.hash, "at": made.at, "file": str(made.path)})
        else:
            session.say("stamp.kept", lines=made.n, head=made.hash, at=made.at, file=made.path)


def _group(app: typer.Typer, words: Messages, name: str) -> typer.Typer:
    """Add the group of commands ``name`` to ``app``."""
    text = words(f"help.{name}")
    group = typer.Typer(
        context_settings={"help_option_names": ["--help", "-h"]}, no_args_is_help=True, rich_markup_mode="rich"
    )
    app.add_typer(group, name=name, help=text, short_help=first_sentence(text), rich_help_panel=words("group.keep"))
    return group


def _new(session: Session, path: Path, data: bytes) -> None:
    """Write ``data`` to a file that is not there yet."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        session.warn("proof.exists", file=path)
        raise FailedError from None
