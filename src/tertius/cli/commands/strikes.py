"""Strikes: how many missiles and drones are launched, what share gets through, and the record of forecasting both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tertius.cli.options import AsJson, Data, FirstOrigin, LastOrigin, Out, Seed, whole_numbers
from tertius.defaults import SEED
from tertius.errors import OptionError

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)


@app.command()
def fit(
    data: Data,
    day: Annotated[str, typer.Option("--as-of", help="Last day whose weeks count, such as 2024-11-03.")],
    rows: Annotated[int, typer.Option(help="Posterior rows kept of each kind of arms.")] = 400,
    seed: Seed = SEED,
    out: Annotated[Path | None, typer.Option(help="File to write the JSON to.")] = None,
    scenario: Annotated[str, typer.Option(help="With --into: a scenario with observations of strikes.")] = "",
    into: Annotated[Path | None, typer.Option(help="Fit file of the scenario that gets the posteriors.")] = None,
    as_json: AsJson = False,
) -> None:
    """Learn launches and leaks of each kind of arms from the weeks up to a day."""
    if bool(scenario) != (into is not None):
        given, lacking = ("--scenario", "--into") if scenario else ("--into", "--scenario")
        raise OptionError(given, "given alone", "both or neither", f"add {lacking}")
    if into is not None:
        _into(scenario, data, day, into, rows, seed, as_json)
        return
    from tertius.api.calls import stage
    from tertius.api.days import day_option
    from tertius.api.places import write_whole
    from tertius.cli.output import print_json, watching
    from tertius.cli.strikes_output import print_strike_fit
    from tertius.engine import Options
    from tertius.forecasts.strikes_fitting import fit_strikes, strike_fit_text

    with watching(quiet=as_json, laws=False) as watch:
        told = fit_strikes(data, day_option("--as-of", day), rows, Options(seed=seed).seed, stage(watch, "kinds"))
    if out is not None:
        write_whole(out, strike_fit_text(told))
    if as_json:
        print_json(json.loads(strike_fit_text(told)))
        return
    print_strike_fit(told)
    if out is not None:
        typer.echo(f"written: {out}")


def _into(scenario: str, data: Path, day: str, into: Path, rows: int, seed: int, as_json: bool) -> None:
    """Add the posteriors to a scenario's fit."""
    import tertius
    from tertius.api.calls import stage
    from tertius.api.days import day_option
    from tertius.api.places import write_whole
    from tertius.cli.output import print_json, watching
    from tertius.engine import Layout, Options
    from tertius.forecasts.fitting import fit_text
    from tertius.forecasts.strikes_blocks import add_strikes, read_fit

    war = tertius.load(scenario)
    layout = Layout.of(war.record.without_fit(), war.settings)
    if day_option("--as-of", day) != war.record.as_of:
        raise OptionError("--as-of", day, f"the scenario's day, {war.record.as_of}", "give that")
    with watching(quiet=as_json, laws=False) as watch:
        told = add_strikes(read_fit(into), layout, data, rows, Options(seed=seed).seed, stage(watch, "kinds"))
    write_whole(into, fit_text(told))
    names = [block["observation"] for block in told["blocks"]]
    if as_json:
        print_json({"written": str(into), "blocks": names})
        return
    typer.echo(f"written: {into}, with blocks of {', '.join(names)}")


@app.command()
def score(
    data: Data,
    first: FirstOrigin = None,
    last: LastOrigin = None,
    every: Annotated[int, typer.Option(help="Weeks between origins.")] = 1,
    horizons: Annotated[str, typer.Option(help="Weeks ahead, such as 1,4,13.")] = "1,2,4,8,13,26",
    paths: Annotated[int, typer.Option(help="Futures of a model at each origin.")] = 400,
    automatic: Annotated[bool, typer.Option("--automatic/--no-automatic", help="AutoETS too, where installed.")] = True,
    seed: Seed = SEED,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Forecast launches and leaks from past Sundays on the weeks before; score what came, beside simple forecasters."""
    from tertius.api.calls import stage
    from tertius.api.days import day_option
    from tertius.api.places import check_folder, write_whole
    from tertius.cli.output import print_json, watching
    from tertius.cli.strikes_output import print_strike_scores
    from tertius.engine import Options
    from tertius.forecasts.strikes import StrikePlan, run_strike_backtest
    from tertius.forecasts.strikes_table import strike_rows

    plan = StrikePlan(
        first=day_option("--from", first),
        last=day_option("--to", last),
        every=every,
        horizons=whole_numbers("--horizons", horizons, "whole weeks from 1 to 104 that rise"),
        paths=paths,
        seed=Options(seed=seed).seed,
        automatic=automatic,
    )
    check_folder("--out", out)
    with watching(quiet=as_json, laws=False) as watch:
        found = run_strike_backtest(data, plan, stage(watch, "series"))
    told = {
        "origins": [origin.isoformat() for origin in found.origins],
        "scores": strike_rows(found),
        "weights": [{"what": what, "arms": arms, **held} for (what, arms), held in found.weights.items()],
        "notes": found.notes,
        "data": found.digest,
    }
    if out is not None:
        write_whole(out / "scores.json", json.dumps(told, indent=1) + "\n")
    if as_json:
        print_json(told)
        return
    print_strike_scores(told)
    if out is not None:
        typer.echo(f"written: {out / 'scores.json'}")
