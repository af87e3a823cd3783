"""Forecast from past dates on what was known then, and score it.

Ours stands beside simple forecasters, by proper scores. A fit that the scenario names is not used: each origin learns
from what was known on its day.

With --decisions: the chance of each state's step within 4, 13 and 26 weeks, from the scenario's record of steps.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import (
    AsJson,
    DecisionsOnly,
    FirstOrigin,
    LastOrigin,
    Ledger,
    MaybeData,
    Out,
    ScenarioName,
    Seed,
    Threads,
    Work,
    Workers,
    whole_numbers,
)
from tertius.defaults import SEED, THREADS
from tertius.errors import OptionError


def backtest(
    scenario: ScenarioName,
    data: MaybeData = None,
    decisions: DecisionsOnly = False,
    first: FirstOrigin = None,
    last: LastOrigin = None,
    every: Annotated[int, typer.Option(help="Weeks between origins.")] = 1,
    horizons: Annotated[str, typer.Option(help="Weeks ahead, such as 1,4,13.")] = "1,4,13,26,52",
    paths: Annotated[int, typer.Option(help="Futures of a model at each origin.")] = 800,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    executor: Workers = "processes",
    automatic: Annotated[
        bool, typer.Option("--automatic/--no-automatic", help="AutoARIMA and AutoETS too, where installed.")
    ] = True,
    work: Work = None,
    out: Out = None,
    seal: Annotated[
        bool, typer.Option("--seal", help="Seal the forecasts as a backtest, in --ledger or your own.")
    ] = False,
    ledger: Ledger = "",
    as_json: AsJson = False,
) -> None:
    seal = seal or bool(ledger)
    if decisions:
        _of_decisions(scenario, data, seed, out, as_json, ledger if seal else None)
        return

    import tertius
    from tertius.api.days import day_option
    from tertius.api.places import check_folder
    from tertius.cli.forecast_output import print_scores
    from tertius.cli.output import print_json, says_how_to_go_on, watching
    from tertius.forecasts.table import score_rows, weight_rows
    from tertius.report.scores import save_scores

    if data is None:
        raise OptionError("--data", "nothing", "a folder of data files, or --decisions", "give one of the two")
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
            executor=executor,
            work=work,
            progress=watch,
        )
    told = {"scores": score_rows(found), "weights": weight_rows(found), "notes": found.notes, "data": found.digests}
    written = save_scores(told, found, out) if out is not None else None
    sealed = tertius.seal_backtest(found, ledger=ledger) if seal else None
    if as_json:
        print_json(told)
        return
    print_scores(told)
    if written is not None:
        typer.echo(f"written: {written}")
    if sealed is not None:
        typer.echo(f"sealed {sealed} forecasts as a backtest; tertius ledger resolve --data {data} settles them")


def _of_decisions(
    scenario: str, data: Path | None, seed: int, out: Path | None, as_json: bool, ledger: str | None
) -> None:
    import json

    import tertius
    from tertius.api.places import check_folder, write_whole
    from tertius.cli.decision_output import print_decision_scores
    from tertius.cli.output import print_json, says_how_to_go_on, watching
    from tertius.report.decision_scores import decision_scores_data, reliability_svg

    if data is not None:
        raise OptionError("--data", str(data), "no --data with --decisions", "leave out one of the two")
    check_folder("--out", out)
    with says_how_to_go_on("the same command starts anew"), watching(quiet=as_json, laws=False) as watch:
        found = tertius.backtest_decisions(scenario, seed=seed, ledger=ledger, progress=watch)
    told = decision_scores_data(found)
    if out is not None:
        write_whole(out / "scores.json", json.dumps(told, indent=1) + "\n")
        write_whole(out / "reliability.svg", reliability_svg(found))
    if as_json:
        print_json(told)
        return
    print_decision_scores(found)
    if ledger is not None:
        typer.echo("sealed and settled as a backtest of decisions; tertius ledger score shows them")
    if out is not None:
        typer.echo(f"written: {out}")
