"""Forecast from past dates on what was known then, and score it.

Ours stands beside simple forecasters, by proper scores. A fit that the scenario names is not used: each origin learns
from what was known on its day.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.options import (
    AsJson,
    Data,
    FirstOrigin,
    LastOrigin,
    Out,
    ScenarioName,
    Seed,
    Threads,
    Work,
    whole_numbers,
)
from tertius.defaults import SEED, THREADS


def backtest(
    scenario: ScenarioName,
    data: Data,
    first: FirstOrigin = None,
    last: LastOrigin = None,
    every: Annotated[int, typer.Option(help="Weeks between origins.")] = 1,
    horizons: Annotated[str, typer.Option(help="Weeks ahead, such as 1,4,13.")] = "1,4,13,26,52",
    paths: Annotated[int, typer.Option(help="Futures of a model at each origin.")] = 800,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    automatic: Annotated[
        bool, typer.Option("--automatic/--no-automatic", help="AutoARIMA and AutoETS too, where installed.")
    ] = True,
    work: Work = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.api.days import day_option
    from tertius.api.places import check_folder
    from tertius.cli.forecast_output import print_scores
    from tertius.cli.output import print_json, says_how_to_go_on, watching
    from tertius.forecasts.table import score_rows, weight_rows
    from tertius.report.scores import save_scores

    weeks = whole_numbers("--horizons", horizons, "whole weeks from 1 to 104 that rise")
    days = day_option("--from", first), day_option("--to", last)
    check_folder("--out", out)
    again = "the same command with --work FOLDER would go on" if work is None else "call it again to go on"
    with says_how_to_go_on(again), watching(quiet=as_json, laws=False) as watch:
        found = tertius.backtest(
            scenario,
            data,
            *days,
            every=every,
            horizons=weeks,
            paths=paths,
            automatic=automatic,
            seed=seed,
            threads=threads,
            work=work,
            progress=watch,
        )
    told = {"scores": score_rows(found), "weights": weight_rows(found), "notes": found.notes, "data": found.digests}
    written = save_scores(told, found, out) if out is not None else None
    if as_json:
        print_json(told)
        return
    print_scores(told)
    if written is not None:
        typer.echo(f"written: {written}")
