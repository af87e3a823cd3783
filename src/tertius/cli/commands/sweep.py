"""Set quantities to a grid of values and see what becomes of the answer.

Each point of the grid is run in both worlds, on the same futures with the same luck. Differences are the scenario as it
stands less the other world. Ctrl-C keeps the points that are done.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.completing import complete_path
from tertius.cli.options import (
    AsJson,
    Assume,
    Futures,
    Mode,
    ScenarioName,
    Seed,
    Settings,
    Threads,
    Weeks,
    Without,
    Workers,
    question,
)
from tertius.defaults import FUTURES, SEED, THREADS


def sweep(
    scenario: ScenarioName,
    over: Annotated[
        list[str] | None,
        typer.Option(
            help="PATH=LOW:HIGH:N: N values from LOW to HIGH, in both worlds. Repeatable: every combination is run.",
            autocompletion=complete_path,
        ),
    ] = None,
    without: Without = None,
    mode: Mode = "",
    settings: Settings = None,
    assume: Assume = None,
    futures: Futures = FUTURES,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    executor: Workers = "threads",
    out: Annotated[Path | None, typer.Option(help="File for the table: .csv, .parquet or .json.")] = None,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.api.keeping import check_table, sweep_data
    from tertius.cli.output import print_json, watching
    from tertius.cli.printing import print_sweep

    if out is not None:
        check_table("--out", out)
    asked = question(without, mode, settings, assume)
    with watching(quiet=as_json) as watch:
        made = tertius.sweep(
            scenario, over or (), **asked, futures=futures, weeks=weeks, seed=seed, threads=threads,
            executor=executor, progress=watch,
        )  # fmt: skip
    written = tertius.save(made, out) if out is not None else None
    if as_json:
        print_json(sweep_data(made))
        return
    print_sweep(made)
    if written is not None:
        typer.echo(f"written: {written}")
