"""Run one world of a scenario, many futures of it.

The scenario as it stands is run or, where something is undone (--without) or set (--set), the other world. With --out
the samples, quantiles and parameters are written.

More than 50,000 futures, or any with --executor, are run in pieces: --out keeps each as it comes, memory does not grow,
and tertius resume goes on after an interruption.
"""

from __future__ import annotations

import typer

from tertius.cli.options import (
    AsJson,
    Assume,
    Executor,
    Futures,
    Mode,
    Out,
    ScenarioName,
    Seed,
    Settings,
    Threads,
    Weeks,
    Without,
    in_pieces,
    question,
)
from tertius.defaults import FUTURES, SEED, THREADS


def run(
    scenario: ScenarioName,
    without: Without = None,
    mode: Mode = "",
    settings: Settings = None,
    assume: Assume = None,
    futures: Futures = FUTURES,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    executor: Executor = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.api.places import check_folder
    from tertius.api.standing import check_standing
    from tertius.cli.output import print_json, say_replaced, watching
    from tertius.cli.pieced_output import stream_and_print
    from tertius.cli.printing import print_run, run_data

    if in_pieces(futures, executor, out):
        asked = question(without, mode, settings, assume)
        numbers = {"futures": futures, "weeks": weeks, "seed": seed, "threads": threads}
        stream_and_print(scenario, out, executor, as_json, paired=False, **asked, **numbers)
        return
    check_folder("--out", out)
    stood = check_standing("--out", out, "run")
    asked = question(without, mode, settings, assume)
    with watching(quiet=as_json) as watch:
        made = tertius.run(scenario, **asked, futures=futures, weeks=weeks, seed=seed, threads=threads, progress=watch)
    written = tertius.save(made, out) if out is not None else None
    say_replaced(stood)
    if as_json:
        print_json(run_data(made))
        return
    print_run(made)
    if written is not None:
        typer.echo(f"written: {written} (tertius show {written})")
