"""List the runs of a folder, show one, or remove one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
Run = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]


@app.command("list")
def list_(
    folder: Annotated[Path, typer.Argument(help="Folder that holds runs.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """List the runs of a folder: what each is, and how far it is."""
    from tertius.cli.output import print_json
    from tertius.cli.pieced_output import print_states
    from tertius.engine.keeping import states

    found = states(folder)
    print_json([state.data() for state in found]) if as_json else print_states(found, folder)


@app.command()
def show(run: Run, as_json: AsJson = False) -> None:
    """Show a run: its numbers where it is whole, else how far it is. Nothing is run."""
    from tertius.cli.output import print_json
    from tertius.cli.pieced_output import print_pieced, print_states
    from tertius.engine.keeping import FOREIGN, state_of
    from tertius.engine.runs import PLAN, planned
    from tertius.impact.pieced import Pieced

    state = state_of(run)
    whole = (run / PLAN).is_file() and state.state == "whole"
    made = Pieced.read(planned(run)) if whole else None
    if as_json:
        print_json({**state.data(), "summary": None if made is None else made.data()})
        return
    print_states([state], run)
    if state.weeks is not None:
        typer.echo(f"{state.weeks} weeks, seed {state.seed}, begun {state.begun}")
    if made is not None:
        print_pieced(made)
    elif state.state == "damaged":
        typer.echo(f"what was run cannot be read; tertius runs rm {run} removes it, and a new run takes its place")
    elif state.state == "running":
        typer.echo("a process is working on it")
    elif state.state == FOREIGN:
        typer.echo(f"another version of Tertius, or of its code, began it, and that one goes on: tertius resume {run}")
    elif state.kind.endswith("in pieces"):
        typer.echo(f"tertius resume {run} goes on")
    else:
        typer.echo(f"tertius show {run} tells it")


@app.command()
def rm(run: Run) -> None:
    """Remove a run. Files of others in its folder stay, and one that is being worked on is refused."""
    from tertius.engine.keeping import remove

    left = remove(run)
    typer.echo(f"removed: {run}" + (f"; files of others stay there: {', '.join(left[:5])}" if left else ""))
