"""Write a scenario to start from, which passes check and runs: of a war that you name, or a made-up one to edit.

With --between, --entrant, --beside and --as-of it is a draft of that war: third states, relations, rates and priors
from data of the year before, and at most 15 numbers for you to look up. --from takes them from an article. Called bare
or with --from on a terminal, it asks.
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
        bool | None,
        typer.Option(
            "--present/--not-present",
            help="Its soldiers fight there already; the other world takes them out.",
            show_default=False,
        ),
    ] = None,
    article: Annotated[
        str,
        typer.Option(
            "--from", help="Article that proposes actors, day and numbers; - for standard input.", show_default=False
        ),
    ] = "",
    kind: Annotated[str, typer.Option(help="What is fought with: front, strikes or both.")] = "front",
    folder: Annotated[Path, typer.Option(help="Where to write it.")] = Path(),
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json

    on_terminal = sys.stdin.isatty()
    if name is None and not on_terminal:
        raise OptionError("NAME", "nothing", "a name for the scenario", "write it, such as tertius new my-war")
    if on_terminal and (name is None or article) and article != "-":
        try:
            name, between, entrant, beside, as_of, began, present = _asked(
                name, article, as_of, between, entrant, beside, began, present
            )
        except typer.Abort:
            typer.echo("\nnothing was written", err=True)
            raise typer.Exit(1) from None
    assert name is not None  # asked for
    is_draft = between is not None or bool(article)
    target = tertius.new(name, folder, between, entrant, beside, as_of, third or (), began, present, article, kind)
    if as_json:
        print_json({"written": str(target)})
        return
    if not is_draft:
        typer.echo(f"written: {target}. Next: tertius check {target}; tertius brief {target}")
        return
    for line in target.read_text(encoding="utf-8").split("\n\n", 1)[0].splitlines():
        typer.echo(line.removeprefix("# "))
    typer.echo(f"written: {target}. Next: tertius check {target} --next; tertius brief {target} --futures 400")


def _asked(
    name: str | None,
    article: str,
    day: str | None,
    between: tuple[str, str] | None,
    entrant: str,
    beside: str,
    began: str | None,
    present: bool | None,
) -> tuple[str, tuple[str, str], str, str, str, str | None, bool]:
    """A short dialogue for what was not given: what an article proposes is offered."""
    told = None
    if article:
        from tertius.api.starting import proposal_of

        told = proposal_of(article, day)
        for each in told.grounds:
            typer.echo(f'{each.option}: {each.value}. "{each.words}"')
    one, two = told.between if told is not None and told.between else (None, None)
    name = name or typer.prompt("Name of the scenario")
    if between is None:
        first = typer.prompt("Belligerent that began (code, name or group)", default=one)
        between = (first, typer.prompt("The other belligerent", default=two))
    entrant = entrant or typer.prompt("Who comes in", default=(told.entrant if told is not None else "") or None)
    offered = told.beside if told is not None else ""
    beside = beside or typer.prompt("Beside whom", default=offered or between[0])
    dated = told.as_of.isoformat() if told is not None and told.as_of is not None else None
    day = day or typer.prompt("As of which day (YYYY-MM-DD)", default=dated)
    if began is None:
        began = typer.prompt("First day of the war (empty if unknown)", default="", show_default=False)
    if present is None:
        already = told is not None and told.present
        present = typer.confirm(f"Do soldiers of {entrant} fight there already?", default=already)
    return name, between, entrant, beside, str(day), began or None, present
