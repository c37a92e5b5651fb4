"""The program's commands in one language: typer asks for help texts at the start, so an application is built for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli import changes, documents, gathering, keeping, proof, running, sources, watching
from tracker.cli.options import Options
from tracker.cli.session import Session
from tracker.messages import Messages
from tracker.version import version as program

_HELP = ("--help", "-h")


def application(words: Messages) -> typer.Typer:
    """Return the program with its help in the language of ``words``."""
    app = typer.Typer(
        name="tracker",
        help=words("help.tracker"),
        epilog=words("help.epilog"),
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        add_completion=True,
        context_settings={"help_option_names": list(_HELP)},
    )
    option = Options(words)

    def version(wanted: bool) -> None:
        if wanted:
            typer.echo(f"tracker {program()}")
            raise typer.Exit

    @app.callback()
    def start(
        context: typer.Context,
        config: Annotated[Path | None, option("--config", metavar="PATH")] = None,
        lang: Annotated[str | None, option.choice("--lang", among=("zh", "en"))] = None,
        show_version: Annotated[
            bool | None,
            typer.Option(
                "--version", help=words("option.version"), callback=version, is_eager=True, show_default=False
            ),
        ] = None,
    ) -> None:
        del lang, show_version  # the language was chosen before this was built; the version is printed and done
        context.obj = Session(words, config)

    gathering.register(app, words)
    running.register(app, words)
    documents.register(app, words)
    changes.register(app, words)
    watching.register(app, words)
    sources.register(watching.sources(app, words), words)
    keeping.register(app, words)
    proof.register(app, words)
    return app


def command(words: Messages) -> Callable[..., object]:
    """Return the application as one command, with typer's own words in the language too."""
    from typer import rich_utils

    rich_utils.OPTIONS_PANEL_TITLE = words("help.options")
    rich_utils.ARGUMENTS_PANEL_TITLE = words("help.arguments")
    rich_utils.COMMANDS_PANEL_TITLE = words("help.commands")
    made: Any = typer.main.get_command(application(words))
    groups = [each for each in made.commands.values() if hasattr(each, "commands")]
    for each in (made, *made.commands.values(), *(inner for group in groups for inner in group.commands.values())):
        each.get_help_option(typer.Context(each, help_option_names=list(_HELP))).help = words("option.help")
        for parameter in each.params:
            if parameter.name in ("install_completion", "show_completion"):
                parameter.help = words(f"option.{parameter.name}")
    return made
