"""Say what to watch: which observables tell early whether an event comes, and how often they cry wolf.

TARGET: war-ends, INSTRUMENT, INSTRUMENT:up, INSTRUMENT:down, LADDER.RUNG, THEATRE:closes, OUTCOME>NUMBER,
OUTCOME<NUMBER; none: what can be told apart. With --hypotheses: what speaks for each variant of the scenario, or for
those named.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.options import AsJson, Assume, Futures, ScenarioName, Seed, Threads, Weeks, Workers, settings_of
from tertius.defaults import FUTURES, SEED, THREADS


def indicators(
    scenario: ScenarioName,
    targets: Annotated[list[str] | None, typer.Argument(metavar="[TARGET]...", help="events to watch for")] = None,
    hypotheses: Annotated[
        bool, typer.Option("--hypotheses", help="What tells the scenario's rival hypotheses apart.")
    ] = False,
    assume: Assume = None,
    futures: Futures = FUTURES,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    executor: Workers = "threads",
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.indicator_output import print_telling, print_watchlists
    from tertius.cli.output import print_json, watching
    from tertius.impact.written import plain_data

    with watching(quiet=as_json) as watch:
        assumed = settings_of(assume, "--assume")
        asked = tertius.hypotheses if hypotheses else tertius.indicators
        found = asked(
            scenario, targets or (), assumed, futures=futures, weeks=weeks, seed=seed, threads=threads,
            executor=executor, progress=watch,
        )  # fmt: skip
    if as_json:
        print_json([plain_data(one) for one in found])
        return
    record = tertius.load(scenario).layout.scenario
    print_telling(found, record) if hypotheses else print_watchlists(found, record)
