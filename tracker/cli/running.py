"""``run``: the service, with a log for people or for programs."""

import asyncio
import json
import signal
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli.addresses import readable
from tracker.cli.moments import local
from tracker.cli.options import Options
from tracker.cli.session import FailedError, Session, StoppedError
from tracker.messages import Messages

if TYPE_CHECKING:
    from tracker.service import Entry
    from tracker.workspace import Workspace


def register(app: typer.Typer, words: Messages) -> None:
    """Add the commands of this group to ``app``."""
    option = Options(words)
    group = words("group.gather")

    @option.command(app, "run", group)
    def run(context: typer.Context, as_json: Annotated[bool, option("--json", text="option.log_json")] = False) -> None:
        session: Session = context.obj
        workspace = session.workspace()
        if not any(source.place != "warc" for source in workspace.config.sources):
            session.warn("run.none")
            raise FailedError
        asyncio.run(_run(session, workspace, as_json=as_json))


async def _run(session: Session, workspace: "Workspace", *, as_json: bool) -> None:
    from tracker.service import serve

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)

    unheard: list[Exception] = []

    def log(entry: "Entry") -> None:
        try:
            if as_json:
                session.write((json.dumps(line(entry), ensure_ascii=False) + "\n").encode())
            elif entry.event != "derived" or entry.details["documents"]:
                sys.stderr.write(text(session, entry) + "\n")
                sys.stderr.flush()
        except (OSError, StoppedError) as error:  # nobody reads the log any more
            unheard.append(error)
            stop.set()

    await serve(workspace, stop, log)
    for error in unheard[:1]:
        raise error


def line(entry: "Entry") -> dict[str, Any]:
    """Return an entry as the object that a program reads."""
    return {"at": entry.at, "event": entry.event, **entry.details}


def text(session: Session, entry: "Entry") -> str:
    """Return an entry as the line that people read."""
    words, told = session.words, entry.details
    match entry.event:
        case "look":
            outcome = words.name("look", told["outcome"])
            why = told["error"] or told["status"] or ""
            said = words("run.look", source=told["source"], outcome=outcome, url=readable(told["url"]), why=why)
        case "visited":
            said = words("run.visited", **told | {"next_due": local(told["next_due"])})
            if told["waiting"]:
                wait = told["waiting"]
                why = words.name("waiting", wait["why"])
                left = {"host": wait["host"], "until": local(wait["until"]), "why": why, "left": told["left"]}
                said += words("run.waiting", **left)
        case "folders":
            said = words("run.folders", files=told["files"], changes=told["changes"])
            said += "".join(f"\n  {each}" for each in told["troubles"])
        case "derived":
            names = words("comma").join(told["documents"])
            said = words("run.derived", documents=names, changes=told["changes"], held=len(told["held"]))
        case "alarm":
            states = {side: words.name("health", told[side]) for side in ("before", "after")}
            said = words("run.alarm", **told | states)
        case "crashed":
            kind = "crashed_visit" if told["source"] else "crashed_deriving"
            said = words(f"run.{kind}", **told)
        case "busy":
            said = words("run.writing", holder=told["holder"])
        case _:
            said = words(f"run.{entry.event}", **told)
    return f"{local(entry.at)}  {said}".rstrip()
