"""The application: every command's module is imported when the command is called, none before."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tertius.cli.overview import commands, overview


class Commands(TyperGroup):
    """The commands of the folder `commands/`, each imported when it is called.

    A command is a function of its module's name, with the module's docstring as its help; a group of commands is an
    `app` there.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = dict.fromkeys(commands())  # type: ignore[assignment]  # names alone, for suggestions

    def list_commands(self, ctx: Any) -> list[str]:
        return list(commands())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return loaded(cmd_name) if cmd_name in commands() else None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(overview() + "\n")


def loaded(name: str) -> Any:
    """A command or group, imported."""
    module = import_module(f"tertius.cli.commands.{name.replace('-', '_')}")
    held = getattr(module, "app", None)
    if held is None:
        held = typer.Typer(add_completion=False, rich_markup_mode=None)
        held.command(name, help=module.__doc__)(getattr(module, name.replace("-", "_")))
    command = typer.main.get_command(held)
    command.name = name
    return command


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """What it changes when a new partner enters a war."""
    if version:
        from tertius import __version__

        typer.echo(__version__)
        raise typer.Exit
