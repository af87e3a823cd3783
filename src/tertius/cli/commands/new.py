"""Write a scenario to start from, which passes check and runs: of a war that you name, or a made-up one to edit.

With --between, --entrant, --beside and --as-of it is a draft of that war: third states, relations, rates and priors
from data of the year before, and at most 15 numbers for you to look up. Called bare on a terminal, it asks.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson
from tertius.errors import OptionError


def new(
    name: Annotated[str | None, typer.Argument(help="Name of the scenario; NAME.yaml is written.")] = None,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(
            help="The belligerents, the one that began first: code, name, a known group such as M23, or GROUP@CODE.",
            metavar="A B",
        ),
    ] = None,
    entrant: Annotated[str, typer.Option(help="The new partner.", show_default=False)] = "",
    beside: Annotated[str, typer.Option(help="The belligerent that it joins.", show_default=False)] = "",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day, YYYY-MM-DD; nothing later is used.", show_default=False)
    ] = None,
    third: Annotated[list[str] | None, typer.Option(help="A third state that must be in it. Repeatable.")] = None,
    began: Annotated[str | None, typer.Option(help="First day of the war, YYYY-MM-DD.", show_default=False)] = None,
    present: Annotated[
        bool,
        typer.Option("--present", help="Its soldiers fight there already; the other world takes them out."),
    ] = False,
    folder: Annotated[Path, typer.Option(help="Where to write it.")] = Path(),
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json

    if name is None:
        if not sys.stdin.isatty():
            raise OptionError("NAME", "nothing", "a name for the scenario", "write it, such as tertius new my-war")
        name, between, entrant, beside, as_of, began, present = _asked()
    target = tertius.new(name, folder, between, entrant, beside, as_of, third or (), began, present)
    if as_json:
        print_json({"written": str(target)})
        return
    if between is None:
        typer.echo(f"written: {target}. Next: tertius check {target}; tertius brief {target}")
        return
    for line in target.read_text(encoding="utf-8").split("\n\n", 1)[0].splitlines():
        typer.echo(line.removeprefix("# "))
    typer.echo(f"written: {target}. Next: tertius check {target} --next; tertius brief {target} --futures 400")


def _asked() -> tuple[str, tuple[str, str], str, str, str, str | None, bool]:
    """A short dialogue: name, belligerents, entrant, side, day."""
    name = typer.prompt("Name of the scenario")
    first = typer.prompt("Belligerent that began (code, name or group)")
    second = typer.prompt("The other belligerent")
    entrant = typer.prompt("Who comes in")
    beside = typer.prompt("Beside whom", default=first)
    as_of = typer.prompt("As of which day (YYYY-MM-DD)")
    began = typer.prompt("First day of the war (empty if unknown)", default="", show_default=False)
    present = typer.confirm(f"Do soldiers of {entrant} fight there already?", default=False)
    return name, (first, second), entrant, beside, as_of, began or None, present
