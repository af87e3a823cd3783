"""What the commands print of a run in pieces."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.cli.output import print_json, says_how_to_go_on, watching
from tertius.cli.printing import difference_table, say_how_differences_are_told
from tertius.report.words import number
from tertius.units import unit_name
from tertius.visible import visible

if TYPE_CHECKING:
    from tertius.engine.keeping import State
    from tertius.impact.pieced import Pieced


def stream_and_print(scenario: str, out: Path | None, executor: str, as_json: bool, **asked: Any) -> None:
    """Run in pieces and print what comes of it."""
    import tertius

    assert out is not None  # see `in_pieces`
    again = f"what is done is kept: tertius resume {out} goes on"
    with says_how_to_go_on(again), watching(quiet=as_json, remaining=True) as watch:
        made = tertius.stream(scenario, out, executor=executor or "threads", progress=watch, say=_say, **asked)
    show_pieced(made, out, as_json)


def resume_and_print(folder: Path, as_json: bool, **asked: Any) -> None:
    """Go on with a run in pieces and print what comes of it."""
    import tertius

    again = f"what is done is kept: tertius resume {folder} goes on"
    with says_how_to_go_on(again), watching(quiet=as_json, remaining=True) as watch:
        made = tertius.resume(folder, progress=watch, say=_say, **asked)
    show_pieced(made, folder, as_json)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def show_pieced(made: Pieced, folder: Path, as_json: bool) -> None:
    """The numbers of a run in pieces, and where it lies."""
    if as_json:
        print_json(made.data())
        return
    print_pieced(made)
    arm = folder / "sample" / "base"
    typer.echo(f"written: {folder} (tertius runs show {folder}); whole futures: {arm} (tertius show {arm})")


def print_pieced(made: Pieced) -> None:
    """Levels of one world, or the differences of two."""
    console = Console()
    units = {level.outcome: level.unit for level in made.levels}
    if made.differences:
        less = "; ".join(made.told.get("question", ()))
        console.print(escape(f"{made.title}: as it stands, less {less}; {made.futures:,} pairs of futures"))
        for name, title in made.names.items():
            rows = [found for found in made.differences if found.outcome == name]
            console.print(difference_table(title, units[name], rows))
        say_how_differences_are_told(made.differences)
    else:
        console.print(_levels(made))
    console.print(
        "Quantiles within 0.2% of their size; means, shares and extremes are exact. "
        f"Digest, the same for the same run: {made.digest}."
    )


def _levels(made: Pieced) -> Table:
    """Each outcome at the last week."""
    table = Table(title=escape(f"{made.title}: {made.futures:,} futures to {made.end}"))
    for column in ("outcome", "unit", "as of", "10%", "median", "90%", "smallest (future)", "largest (future)"):
        table.add_column(column, justify="left" if column in ("outcome", "unit") else "right", overflow="fold")
    for level in made.levels:
        if level.low_at is None:
            continue
        cells = [number(value, 3) for value in (made.at_start[level.outcome], level.q10, level.q50, level.q90)]
        cells += [
            f"{number(value, 3)} ({at})" for value, at in ((level.low, level.low_at), (level.high, level.high_at))
        ]
        told = f"{escape(made.names[level.outcome])} ({level.outcome})"
        table.add_row(told, escape(unit_name(level.unit)), *cells)
    return table


def print_states(states: list[State], folder: Path) -> None:
    """The runs of a folder, a row for each."""
    if not states:
        typer.echo(f"no runs in {folder}; tertius run SCENARIO --out FOLDER writes one")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("run", "what", "scenario"):
        table.add_column(column, overflow="fold")
    for column in ("futures", "done", "begun", "MB"):
        table.add_column(column, justify="right", no_wrap=True)
    for state in states:
        share = "" if state.done is None or not state.futures else f"{state.done / state.futures:.0%}"
        told = state.state if state.state != "whole" else "100%"
        done = share if state.state == "whole" else f"{share} {told}".strip()
        futures = "" if state.futures is None else f"{state.futures:,}"
        cells = (state.folder.name, state.kind, state.scenario, futures, done, state.begun.partition("T")[0])
        table.add_row(*(escape(visible(cell)) for cell in cells), f"{state.size / 1e6:,.1f}")
    Console().print(table)
