"""The main job on the samples: the service gathers them from a small site, which revises two of them meanwhile, and
a reader is told what came of it: ``make demo``.

The site remembers what it showed last, so that a second run says that nothing changed.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from storage import queries
from storage.store import Store
from tracker.cli import leave, speaking
from tracker.cli.documents import gathered, percent, told
from tracker.cli.failures import guarded
from tracker.cli.session import Session, quoted
from tracker.cli.tables import table
from tracker.cli.wording import sentence
from tracker.demosite import DemoSite, serving
from tracker.outcomes import FAILED
from tracker.service import Entry, serve
from tracker.workspace import Workspace

ROOT = Path(__file__).parents[1]
_EACH = 3
"""Movements told of each unit."""

Found = Mapping[str, Any]


def main(root: Path = ROOT) -> int:
    """Gather the samples and tell what came of it; returns the exit code."""
    path = root / "config.toml"
    words = speaking(["--config", str(path)])
    return guarded(lambda: _gather(Session(words, path)), words)


def _gather(session: Session) -> int:
    workspace = session.workspace()
    source = workspace.config.web[0]
    site = DemoSite(workspace.config.root / "samples", workspace.config.data / "demo-site.txt")
    session.say("demo.site", address=source.url)
    try:
        with serving(site, urlsplit(source.url).port or 80):
            seen = asyncio.run(_watch(workspace, site))
    except OSError as error:
        session.warn("demo.port", address=source.url, why=error.strerror or error)
        return 1
    failed = [each for each in seen if each["outcome"] in FAILED]
    with workspace.asking() as store:
        if any(each["new_bytes"] for each in seen):
            _tell(session, store, seen)
        else:
            session.say("demo.nothing", addresses=len({each["url"] for each in seen}))
        _next(session, store)
        every = gathered(session, workspace, store, unit=None, year=None, kind=None, scope=None, state=None)
        unread = [
            (each["document"], problem["message"])
            for each in every
            for problem in each["problems"]
            if problem["code"].startswith("file.")
        ]
    for document, message in unread:
        session.tell(f"{document}: {message}")
    for each in failed:
        outcome = session.words.name("look", each["outcome"])
        session.warn("report.look", source=each["source"], outcome=outcome, file=each["url"], why=each["error"])
    return int(bool(failed or unread))


async def _watch(workspace: Workspace, site: DemoSite) -> list[Found]:
    """Run the service on the site, which publishes what it has left after the first visit; return what was seen."""
    stop = asyncio.Event()
    seen: list[Found] = []
    complete = False

    def log(entry: Entry) -> None:
        nonlocal complete
        if entry.event == "look":
            seen.append(entry.details)
        elif entry.event == "visited":
            complete = site.finished
            site.publish()
        elif entry.event == "derived" and complete and settled():
            stop.set()

    def settled() -> bool:
        # What was seen while the last looks were read is derived next.
        with workspace.asking() as store:
            return not store.pending()

    await serve(workspace, stop, log)
    return seen


def _tell(session: Session, store: Store, seen: Sequence[Found]) -> None:
    found = [told(session, each) for each in queries.documents(store)]
    units = {each["unit"] for each in found}
    session.say("demo.gathered", addresses=len({each["url"] for each in seen}), documents=len(found), units=len(units))
    _documents(session, found)
    revisions = queries.changes(store, axis="revision")
    if revisions:
        _heading(session, "demo.revisions", count=len(revisions))
        for document, changes in groupby(
            sorted(revisions, key=lambda each: each["document_after"]), key=lambda each: each["document_after"]
        ):
            _say(session, document, list(changes))
    else:
        session.print("", session.words("demo.no_revisions"))
    year = max((each["year"] for each in found), default=0)
    movements = _largest(queries.changes(store, axis="year", subject="figure", year=year))
    if movements:
        _heading(session, "demo.movements", year=year)
        for document, changes in groupby(movements, key=lambda each: each["document_after"]):
            _say(session, document, list(changes))
        count = queries.count_changes(store, axis="year") - len(movements)
        session.say("demo.more", count=count, command=f"{_program()} changes --axis year")
    problems = [(each["document"], problem["message"]) for each in found for problem in each["problems"]]
    if problems:
        _heading(session, "demo.problems", count=len(problems))
        for document, message in problems:
            session.print(f"  {document}: {message}")


def _documents(session: Session, found: Sequence[Found]) -> None:
    words = session.words
    heads: Any = [
        (words("head.document"), "left"),
        (words("head.state"), "left"),
        (words("head.versions"), "right"),
        (words("head.understood"), "right"),
    ]
    rows = [
        [each["document"], words.name("state", each["state"]), str(each["versions"]), percent(each["understood"])]
        for each in found
    ]
    session.print("", table(heads, rows, terminal=session.terminal))


def _largest(changes: Sequence[Found]) -> list[Found]:
    """Return the largest movements of each document that have a reason, each size once: a total stands in many
    places."""
    kept: dict[str, dict[str, Found]] = {}
    for each in changes:
        if each["role"] == "actual" and each["reason"] and each["delta"]:
            kept.setdefault(each["document_after"], {}).setdefault(each["delta"], each)
    return [each for sizes in kept.values() for each in list(sizes.values())[:_EACH]]


def _say(session: Session, document: str, changes: Sequence[Found]) -> None:
    session.print(f"  {document}")
    for each in changes:
        session.print(f"    · {sentence(session.words, each)}")


def _heading(session: Session, code: str, **details: object) -> None:
    from rich.text import Text

    text = session.words(code, **details)
    session.print("", Text(text, style="bold") if session.coloured else text)


def _next(session: Session, store: Store) -> None:
    documents = queries.documents(store)
    if not documents:
        return
    of = next((each for each in documents if each["versions"] > 1), documents[-1])
    name = quoted(of["document"])
    session.print("", session.words("demo.next"))
    for command in (
        f"changes --unit {quoted(of['unit'])} --axis revision",
        f"history {quoted(of['unit'])} 三公",
        f"show {name}",
        f"figures {name} --statement final.05",
        "changes --axis year --least-percent 20",
    ):
        session.print(f"  {_program()} {command}")


def _program() -> str:
    """Return how the program is called from here."""
    beside = Path(sys.executable).with_name("tracker")
    if beside.exists() and shutil.which("tracker") != str(beside):
        return os.path.relpath(beside)
    return "tracker"


if __name__ == "__main__":
    leave(main)
