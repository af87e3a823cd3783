"""Commands that fit and score: `tertius fit`, `tertius backtest`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tertius.cli.days import day_option
from tertius.cli.places import check_folder, write_whole
from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.engine import Layout

Scenario = Annotated[str, typer.Argument(help="A shipped scenario's name or a YAML file, with observations.")]
Data = Annotated[Path, typer.Option("--data", help="Folder of data files, or a store of `tertius data`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Seed = Annotated[int, typer.Option(help="Same seed, same numbers, bit for bit.")]
Threads = Annotated[int, typer.Option(help="Processes at work; 0: one per processor. Changes no number.")]


def backtest(
    scenario: Scenario,
    data: Data,
    first: Annotated[str | None, typer.Option("--from", help="First origin, YYYY-MM-DD.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last origin, YYYY-MM-DD.")] = None,
    every: Annotated[int, typer.Option(help="Weeks between origins.")] = 1,
    horizons: Annotated[str, typer.Option(help="Weeks ahead, such as 1,4,13.")] = "1,4,13,26,52",
    paths: Annotated[int, typer.Option(help="Futures a model at each origin.")] = 800,
    seed: Seed = 1,
    threads: Threads = 0,
    automatic: Annotated[
        bool, typer.Option("--automatic/--no-automatic", help="AutoARIMA and AutoETS too, where installed.")
    ] = True,
    work: Annotated[Path | None, typer.Option(help="Folder for pieces; go on there after an interruption.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for scores.json and figures.")] = None,
    as_json: AsJson = False,
) -> None:
    """Forecast from past dates on what was known then, and score what came: ours beside simple forecasters."""
    from tertius.cli.forecast_output import print_scores
    from tertius.cli.output import progress_bars
    from tertius.engine import Options
    from tertius.forecasts.backtest import run_backtest
    from tertius.forecasts.plan import Plan
    from tertius.forecasts.table import score_rows, weight_rows
    from tertius.forecasts.workers import worker_processes
    from tertius.report.scores import save_scores

    plan = Plan(
        first=day_option("--from", first),
        last=day_option("--to", last),
        every=every,
        horizons=_weeks(horizons),
        paths=paths,
        seed=Options(seed=seed).seed,
        automatic=automatic,
    )
    workers = Options(threads=threads).workers
    check_folder("--out", out)
    check_folder("--work", work)
    layout = _layout(scenario)
    again = "the same command with --work FOLDER would go on" if work is None else "call it again to go on"
    with (
        _says_how_to_go_on(again),
        progress_bars(["origins"], quiet=as_json, laws=False) as (bar,),
        worker_processes(workers) as pool,
    ):
        found = run_backtest(layout, data, plan, work=work, progress=bar, executor=pool)
    told = {"scores": score_rows(found), "weights": weight_rows(found), "notes": found.notes, "data": found.digests}
    written = save_scores(told, found, out) if out is not None else None
    if as_json:
        _print_json(told)
        return
    print_scores(told)
    if written is not None:
        typer.echo(f"written: {written}")


def fit(
    scenario: Scenario,
    data: Data,
    out: Annotated[Path | None, typer.Option(help="File to write; by default NAME.fit.json here.")] = None,
    rows: Annotated[int, typer.Option(help="Posterior rows kept of each structure.")] = 400,
    every: Annotated[int, typer.Option(help="Weeks between the origins whose scores give the weights.")] = 1,
    seed: Seed = 1,
    threads: Threads = 0,
    work: Annotated[Path | None, typer.Option(help="Folder for pieces; by default beside the file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Learn the laws' parameters from data up to the scenario's date; write the file that the scenario names as `fit`.

    An interrupted fit goes on where it stopped when it is called again.
    """
    import json

    from tertius.cli.forecast_output import print_fit
    from tertius.cli.output import progress_bars
    from tertius.engine import Options
    from tertius.forecasts.fitting import fit_scenario, fit_text
    from tertius.forecasts.plan import Plan
    from tertius.forecasts.workers import worker_processes

    options = Options(seed=seed, threads=threads)
    layout = _layout(scenario)
    target = out or Path(f"{layout.scenario.name}.fit.json")
    if target.is_dir() or not target.name.endswith(".fit.json"):
        raise OptionError("--out", str(target), "a file that ends in .fit.json", "name one, such as my-war.fit.json")
    check_folder("--out", target.parent, own=False)
    check_folder("--work", work)
    pieces = work or target.with_name(f".{target.name}.pieces")
    with (
        _says_how_to_go_on("call it again to go on"),
        progress_bars(["past origins"], quiet=as_json, laws=False) as (bar,),
        worker_processes(options.workers) as pool,
    ):
        told = fit_scenario(
            layout, data, options.seed, rows, plan=Plan(every=every), work=pieces, progress=bar, executor=pool
        )
    write_whole(target, fit_text(told), ", the pieces are kept")
    if work is None:
        from tertius.forecasts.pieces import Pieces

        Pieces(pieces, "").clear()
    if as_json:
        _print_json({"written": str(target), **{key: told[key] for key in told if key != "blocks"}})
        return
    print_fit(json.loads(json.dumps(told)))
    typer.echo(f"written: {target}. A scenario beside it uses it with the line: fit: {target.name}")


@contextmanager
def _says_how_to_go_on(how: str) -> Iterator[None]:
    """On Ctrl-C say what to do next, then stop as usual."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"stopped before the end; {how}", err=True)
        raise


def _layout(name: str) -> Layout:
    """The scenario without the fit that it may name: a backtest or another fit starts from the priors."""
    from tertius.engine import Layout
    from tertius.world import load_scenario

    return Layout.of(load_scenario(name).without_fit())


def _weeks(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise OptionError(
            "--horizons",
            text if len(text) <= 60 else f"{text[:57]}...",
            "whole weeks from 1 to 104 that rise",
            "write 1,4,13, say",
        ) from None


def _print_json(data: Any) -> None:
    import json

    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))
