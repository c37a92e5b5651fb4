"""Asking: the command line. Data goes to stdout, everything else to stderr.

Exit codes: 0 done; 1 something failed or an unknown document was named; 2 wrong use or configuration.
"""

import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from tracker.messages import Messages, language, messages

_HOISTED = ("--lang", "--config")
"""Options of the whole program; they are taken wherever they stand."""


def main() -> NoReturn:
    """Run the program with the arguments it was called with, and leave with its exit code."""
    leave(lambda: run(sys.argv[1:]))


def leave(work: Callable[[], int]) -> NoReturn:
    """Do the work and leave with its exit code, whatever reads the output or stops reading it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    from tracker.cli.session import StoppedError

    try:
        code = work()
        sys.stdout.flush()
    except (BrokenPipeError, StoppedError):
        # What reads us has had enough (`tracker changes | head`): that is no failure, and no one is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code."""
    from tracker.cli.failures import guarded

    ordered = _hoisted(arguments)
    words = speaking(ordered)

    def work() -> int:
        from tracker.cli.application import command

        result = command(words)(ordered, standalone_mode=False, prog_name="tracker")
        return result if isinstance(result, int) else 0

    return guarded(work, words)


def speaking(arguments: Sequence[str]) -> Messages:
    """Return the messages in the language that the arguments, the configuration or the locale ask for."""
    given = _given(arguments, "--lang")
    if given in ("zh", "en"):
        return messages(given)
    return messages(language(_configured(_given(arguments, "--config"))))


def _configured(path: str | None) -> str:
    """Return the language that the configuration asks for; what is wrong with the file is said when it is used."""
    import tomllib

    file = Path(path or "config.toml")
    try:
        text = (file / "config.toml" if file.is_dir() else file).read_text(encoding="utf-8-sig")
        return str(tomllib.loads(text).get("lang", "auto"))
    except (OSError, ValueError):
        return "auto"


def _given(arguments: Sequence[str], name: str) -> str | None:
    for at, argument in enumerate(arguments):
        if argument == name and at + 1 < len(arguments):
            return arguments[at + 1]
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
    return None


def _hoisted(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the options of the whole program first."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    first: list[str] = []
    rest: list[str] = []
    at = 0
    while at < end:
        argument = arguments[at]
        if argument in _HOISTED and at + 1 < end:
            first += arguments[at : at + 2]
            at += 2
            continue
        (first if argument.startswith(tuple(f"{name}=" for name in _HOISTED)) else rest).append(argument)
        at += 1
    return [*first, *rest, *arguments[end:]]
