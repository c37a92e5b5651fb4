"""What every command works with: the language, the workspace, and two consoles: data goes out, the rest to stderr."""

import io
import json
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tracker.messages import Messages

if TYPE_CHECKING:
    from rich.console import RenderableType

    from storage.store import Store
    from tracker.ingest import House
    from tracker.workspace import Workspace

_WIDE = 100_000
"""Columns of output that no terminal shows: nothing is wrapped or cut for it."""


class FailedError(Exception):
    """Something failed, and was told; the exit code is 1."""


class StoppedError(Exception):
    """What reads stdout has had enough (``tracker changes | head``); nothing failed."""


@contextmanager
def _stopping() -> Generator[None]:
    try:
        yield
    except BrokenPipeError as error:  # typer would take it for a failure
        raise StoppedError from error


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the program: ``words`` in the language chosen, ``path`` of the configuration if one was named."""

    words: Messages
    path: Path | None = None

    def workspace(self) -> "Workspace":
        """Return the workspace. Raises ConfigError."""
        from tracker.workspace import Workspace

        return Workspace.find(self.path)

    @contextmanager
    def asking(self) -> "Generator[tuple[Workspace, Store]]":
        """Open what is kept for asking."""
        workspace = self.workspace()
        with workspace.asking() as store:
            yield workspace, store

    @contextmanager
    def house(self) -> "Generator[tuple[Workspace, House]]":
        """Open what is kept for deriving, with progress on stderr while it is a terminal."""
        workspace = self.workspace()
        with self.progress() as hear, workspace.house(hear) as house:
            yield workspace, house

    @contextmanager
    def progress(self) -> Generator[Any]:
        """Hear how far work is, and show it on stderr while that is a terminal."""
        if not sys.stderr.isatty():
            yield lambda stage, done, total: None  # pyright: ignore[reportUnknownLambdaType]
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        shown = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        tasks: dict[str, Any] = {}
        with shown:

            def hear(stage: str, done: int, total: int) -> None:
                if stage not in tasks:
                    tasks[stage] = shown.add_task(self.words.name("stage", stage), total=total or None)
                shown.update(tasks[stage], completed=done, total=total or None)

            yield hear

    # --- out ---

    def json(self, value: object) -> None:
        """Print one JSON document, always in UTF-8."""
        text = json.dumps(value, ensure_ascii=False, indent=2, default=_jsonable)
        self.write((text + "\n").encode("utf-8", "replace"))

    def write(self, data: bytes) -> None:
        """Write bytes to stdout."""
        with _stopping():
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def print(self, *things: "RenderableType") -> None:
        """Print for people: as wide as the terminal, or whole where there is none."""
        from rich.console import Console

        if self.terminal:
            console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
            with _stopping():
                for thing in things:
                    console.print(thing)
            return
        for thing in things:
            held = io.StringIO()
            # No colours, no cut, no blanks at the end: what reads a pipe wants the values.
            console = Console(
                file=held, width=_WIDE, no_color=True, force_terminal=False, highlight=False, markup=False
            )
            console.print(thing)
            with _stopping():
                sys.stdout.write("".join(f"{line.rstrip()}\n" for line in held.getvalue().splitlines()))

    def say(self, code: str, /, **details: object) -> None:
        """Print a message on stdout."""
        self.print(self.words(code, **details))

    def tell(self, text: str) -> None:
        """Print a line on stderr."""
        sys.stderr.write(text + "\n")

    def warn(self, code: str, /, **details: object) -> None:
        """Print a message on stderr."""
        self.tell(self.words(code, **details))

    @property
    def terminal(self) -> bool:
        """Whether stdout is looked at by a person."""
        return sys.stdout.isatty()

    @property
    def coloured(self) -> bool:
        """Whether stdout shows colours."""
        import os

        return self.terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def problem(self, problem: Mapping[str, Any], subject: str) -> str:
        """Return a problem in words, with its remedy; ``subject`` is what `tracker rule` is to be given."""
        words = self.words
        code = f"problem.{problem['code']}"
        details = cast("Mapping[str, Any]", problem["details"] or {})
        told = words("comma").join(
            words("detail", name=words.name("detail_name", name), value=words.name("problem_name", str(value)))
            for name, value in details.items()
        )
        place = str(problem["place"])
        for group in ("statement", "section", "aspect"):
            place = words.name(group, place)
        given = {"place": place, "quote": problem["quote"], "details": told, "subject": quoted(subject)}
        if not words.has(code):
            return words("problem.other", code=problem["code"], **given)
        return words(code, **given)


def quoted(name: str) -> str:
    """Return a name as it is typed in a shell."""
    import shlex

    return shlex.quote(name) if any(each in name for each in " \t()（）'\"&;|<>*?$`\\#~") else name


def _jsonable(value: object) -> object:
    if hasattr(value, "__dataclass_fields__"):
        return asdict(value)  # pyright: ignore[reportArgumentType]
    raise TypeError(f"{type(value).__name__} has no JSON")


def flagged(found: Iterable[Mapping[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Return rows whose 0 and 1 under ``names`` are false and true."""
    return [{**each, **{name: bool(each[name]) for name in names if name in each}} for each in found]


def lines(texts: Sequence[str]) -> str:
    """Return the texts that are not empty, one a line."""
    return "\n".join(text for text in texts if text)
