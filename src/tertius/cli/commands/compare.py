"""Compare a scenario with another world, future by future.

Every difference is the scenario as it stands less the other world: without some events (--without), with other values
(--set), or a second scenario of the same war. With none given, the scenario's own comparison is made.

More than 50,000 pairs, or any with --executor, are run in pieces: --out keeps each as it comes, memory does not grow,
and tertius resume goes on after an interruption.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.completing import complete_scenario
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


def compare(
    scenario: ScenarioName,
    against: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO2",
            help="A second scenario of the same war, as the other world.",
            autocompletion=complete_scenario,
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
    executor: Executor = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.api.places import check_folder
    from tertius.api.standing import check_standing
    from tertius.cli.output import print_json, say_replaced, watching
    from tertius.cli.pieced_output import stream_and_print
    from tertius.cli.printing import print_comparison
    from tertius.impact.written import plain_data

    if in_pieces(futures, executor, out):
        asked = question(without, mode, settings, assume)
        numbers = {"futures": futures, "weeks": weeks, "seed": seed, "threads": threads}
        stream_and_print(scenario, out, executor, as_json, against=against, **asked, **numbers)
        return
    check_folder("--out", out)
    stood = check_standing("--out", out, "comparison")
    asked = question(without, mode, settings, assume)
    with watching(quiet=as_json) as watch:
        found = tertius.compare(
            scenario,
            **asked,
            against=against,
            futures=futures,
            weeks=weeks,
            seed=seed,
            threads=threads,
            progress=watch,
        )
    written = tertius.save(found, out) if out is not None else None
    say_replaced(stood)
    if as_json:
        print_json(plain_data(found.answer))
        return
    print_comparison(found.answer, found.scenario)
    if written is not None:
        typer.echo(f"written: {written} (tertius show {written})")
