"""What went wrong, in one clear line of the language chosen; never a traceback."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, cast

import typer

from tracker.cli.changes import ChoiceError
from tracker.cli.session import FailedError, StoppedError
from tracker.messages import Messages

_UsageError = cast("type[Exception]", typer.BadParameter.__mro__[1])
"""The base of typer's errors of use."""

DEBUG = "TRACKER_DEBUG"
"""Set in the environment, tracebacks are printed after the message."""


class _Line(logging.Formatter):
    """Log records as one line; with ``TRACKER_DEBUG`` their traceback too."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  (the name is logging's)
        return super().formatException(ei) if os.environ.get(DEBUG) else ""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).rstrip()


def guarded(work: Callable[[], int], words: Messages) -> int:
    """Do the work and return its exit code: every error becomes a message and a code."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line("%(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        return _done(work, words)
    finally:
        root.removeHandler(handler)


def _done(work: Callable[[], int], words: Messages) -> int:
    try:
        return work()
    except FailedError:
        return 1
    except ChoiceError as error:
        return _say(str(error), 2)
    except typer.Exit as error:
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _say(words("error.interrupted"), 130)
    except (BrokenPipeError, StoppedError):
        raise
    except _UsageError as error:
        return _usage(error, words)
    except Exception as error:
        if os.environ.get(DEBUG):
            logging.getLogger(__name__).exception("%s", type(error).__name__)
        return _failure(error, words)


def _say(text: str, code: int) -> int:
    sys.stderr.write(text + "\n")
    return code


def _usage(error: Exception, words: Messages) -> int:
    """Say what is wrong with the use of which command."""
    given: Any = error
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":  # the help was printed
        return 2
    name = _parameter(given)
    if kind == "NoSuchOption":
        near = words("comma").join(given.possibilities or ())
        text = words("usage.option", name=given.option_name) + (words("usage.near", near=near) if near else "")
    elif kind == "MissingParameter":
        text = words("usage.missing", name=name)
    elif kind == "BadParameter":
        text = words("usage.bad", name=name, why=given.message)
    elif "No such command" in given.message:
        wrong = given.message.split("'")[1]
        text = words("usage.command", name=wrong)
    else:
        text = words("usage.other", why=given.format_message())
    context = getattr(given, "ctx", None)
    return _say(text + "\n" + words("usage.help", command=context.command_path if context else "tracker"), 2)


def _parameter(given: Any) -> str:
    """Return the option or argument that an error is about, as it is typed."""
    hint, parameter = getattr(given, "param_hint", None), getattr(given, "param", None)
    if hint:
        return hint.strip("'\"") if isinstance(hint, str) else " ".join(cast("Sequence[str]", hint))
    if parameter is None:
        return ""
    options = [each for each in parameter.opts if each.startswith("--")]
    return options[0] if options else str(parameter.metavar or parameter.name)


def _failure(error: Exception, words: Messages) -> int:
    from storage.errors import StorageError
    from tracker.alone import LookingError
    from tracker.between import SeveralError, UnknownNameError
    from tracker.config import ConfigError
    from tracker.ingest import SameMomentError

    if isinstance(error, ConfigError):
        return _say("\n".join(error.messages(words.lang)), 2)
    if isinstance(error, UnknownNameError):
        text = words("unknown.several" if error.several else f"unknown.{error.what}", name=error.name)
        return _say("\n".join([text, *(f"  {each}" for each in error.candidates)]), 1)
    if isinstance(error, SeveralError):
        return _say("\n".join([words("unknown.inside"), *(f"  {each}" for each in error.documents)]), 1)
    if isinstance(error, SameMomentError):
        from tracker.cli.moments import local

        return _say(words("trouble.moment", file=error.name, document=error.document, at=local(error.at)), 1)
    if isinstance(error, LookingError):
        return _say(words("run.busy", number=error.holder.removeprefix("process ")), 1)
    if isinstance(error, StorageError):
        return _say(_storage(error, words), 1)
    if isinstance(error, FileNotFoundError):
        return _say(words("trouble.missing", file=error.filename or ""), 1)
    if isinstance(error, OSError):
        return _say(words("error.file", path=error.filename or "", why=error.strerror or str(error)), 1)
    return _say(words("error.unexpected", what=f"{type(error).__name__}: {error}", variable=DEBUG), 1)


def _storage(error: Any, words: Messages) -> str:
    code = f"storage.{type(error).__name__.removesuffix('Error')}"
    details = {name: getattr(error, name, "") for name in ("holder", "sha", "line")}
    details["names"] = words("comma").join(getattr(error, "names", ()))
    if not words.has(code):
        return str(error)
    return words(code, path=error.path, **details)
