"""Aid by donor: rates of stepping it up, holding and cutting it, and their record."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson, Data, FirstOrigin, LastOrigin, ScenarioName, Seed, whole_numbers
from tertius.defaults import SEED

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)

Measure = Annotated[str, typer.Option(help="all, or military.")]
Lag = Annotated[int, typer.Option(help="Days until a month is known; -1: as the source's observation model says.")]


@app.command()
def fit(
    scenario: ScenarioName,
    data: Data,
    measure: Measure = "all",
    day: Annotated[str | None, typer.Option("--as-of", help="Day whose knowledge counts; else the scenario's.")] = None,
    lag: Lag = -1,
    draws: Annotated[int, typer.Option(help="Draws from the posterior.")] = 400,
    seed: Seed = SEED,
    out: Annotated[Path | None, typer.Option(help="File to write the JSON to.")] = None,
    as_json: AsJson = False,
) -> None:
    """Rates by donor and actor a month and a week, with momentum and clustering, from what was known on a day."""
    from tertius.api.days import day_option
    from tertius.api.places import write_whole
    from tertius.cli.aid_output import print_rates
    from tertius.cli.output import print_json
    from tertius.engine import Options
    from tertius.forecasts.aid import fit_as_of
    from tertius.world import load_scenario

    loaded = load_scenario(scenario)
    as_of: date = day_option("--as-of", day) or loaded.as_of
    told = fit_as_of(loaded, data, as_of, measure, None if lag == -1 else lag, draws, Options(seed=seed).seed)
    if out is not None:
        write_whole(out, json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    if as_json:
        print_json(told)
        return
    print_rates(told)
    if out is not None:
        typer.echo(f"written: {out}")


@app.command()
def score(
    scenario: ScenarioName,
    data: Data,
    first: FirstOrigin = None,
    last: LastOrigin = None,
    horizons: Annotated[str, typer.Option(help="Months ahead, such as 1,3,6.")] = "1,2,3,4,5,6",
    measure: Measure = "all",
    lag: Lag = -1,
    paths: Annotated[int, typer.Option(help="Futures a model at each origin.")] = 400,
    seed: Seed = SEED,
    as_json: AsJson = False,
) -> None:
    """Forecast aid from past month ends on what was known then; score what came, beside simple forecasters."""
    from tertius.api.calls import stage
    from tertius.api.days import day_option
    from tertius.cli.aid_output import print_aid_scores
    from tertius.cli.output import print_json, watching
    from tertius.engine import Options
    from tertius.forecasts.aid import AidPlan, run_aid_backtest
    from tertius.forecasts.aid_table import aid_rows
    from tertius.world import load_scenario

    months = whole_numbers("--horizons", horizons, "whole months from 1 to 24 that rise")
    plan = AidPlan(
        first=day_option("--from", first),
        last=day_option("--to", last),
        horizons=months,
        measure=measure,
        lag_days=None if lag == -1 else lag,
        paths=paths,
        seed=Options(seed=seed).seed,
    )
    loaded = load_scenario(scenario)
    with watching(quiet=as_json, laws=False) as watch:
        found = run_aid_backtest(loaded, data, plan, stage(watch, "origins"))
    told = {
        "measure": measure,
        "lag_days": plan.lag,
        "origins": [origin.isoformat() for origin in found.origins],
        "scores": aid_rows(found),
        "notes": found.notes,
    }
    if as_json:
        print_json(told)
        return
    print_aid_scores(told)
