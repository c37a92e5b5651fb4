"""The options that several commands share, with help in the language chosen."""

import re
from dataclasses import dataclass
from typing import Any

import typer

from tracker.messages import Messages


@dataclass(frozen=True, slots=True)
class Options:
    """Makes options and arguments whose help is a message."""

    words: Messages

    def __call__(self, *names: str, metavar: str | None = None, text: str | None = None) -> Any:
        """Return the option ``names`` with the help ``option.<name>`` (or ``text``)."""
        key = text or f"option.{names[0].lstrip('-').replace('-', '_')}"
        return typer.Option(*names, help=self.words(key), metavar=metavar, show_default=False)

    def year(self) -> Any:
        """Return the option that declares a fiscal year: one in which there were disclosures to come, or to have."""
        return typer.Option(
            "--year", help=self.words("option.declare_year"), metavar="YEAR", show_default=False, min=1990, max=2100
        )

    def choice(self, *names: str, among: tuple[str, ...], text: str | None = None) -> Any:
        """Return an option that takes one of some words."""
        key = text or f"option.{names[0].lstrip('-').replace('-', '_')}"
        return typer.Option(
            *names,
            help=self.words(key),
            metavar="|".join(among),
            show_default=False,
            callback=_one_of(self.words, among),
            autocompletion=_completing(among),
        )

    def command(self, app: typer.Typer, name: str, group: str) -> Any:
        """Return the decorator of a command with the help ``help.<name>``, whose first sentence stands in the list."""
        text = self.words(f"help.{name}")
        return app.command(name, help=text, short_help=first_sentence(text), rich_help_panel=group)

    def subcommand(self, group: typer.Typer, of: str, name: str) -> Any:
        """Return the decorator of a command of the group ``of``, with the help ``help.<of>_<name>``."""
        text = self.words(f"help.{of}_{name}")
        return group.command(name, help=text, short_help=first_sentence(text))

    def argument(self, name: str, *, text: str | None = None) -> Any:
        """Return the argument ``name`` with the help ``argument.<name>``."""
        return typer.Argument(metavar=name, help=self.words(text or f"argument.{name.lower()}"), show_default=False)


def first_sentence(text: str) -> str:
    """Return the first sentence of a help text, which stands in lists of commands."""
    return re.split(r"(?<=。)|(?<=\.)\s", text, maxsplit=1)[0]


def _one_of(words: Messages, among: tuple[str, ...]) -> Any:
    def check(value: str | None) -> str | None:
        if value is not None and value not in among:
            raise typer.BadParameter(words("usage.choice", given=value, choices=", ".join(among)))
        return value

    return check


def _completing(among: tuple[str, ...]) -> Any:
    def complete(incomplete: str) -> list[str]:
        return [each for each in among if each.startswith(incomplete)]

    return complete


KINDS = ("final", "budget")
SCOPES = ("department", "unit")
AXES = ("revision", "year", "budget")
SUBJECTS = ("figure", "passage", "structure")
STATES = ("current", "held", "withdrawn")
ROLES = ("actual", "budget", "prior", "delta", "percent", "share", "completion", "target", "weight", "score")
