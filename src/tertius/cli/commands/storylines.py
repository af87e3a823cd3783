"""Sort the futures into three to five storylines; with --box, say what leads to an outcome.

Each has its share, what sets it apart, turning points, early signs and a typical path.
"""

from __future__ import annotations

from typing import Annotated

import typer

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


def storylines(
    scenario: ScenarioName,
    box: Annotated[
        str,
        typer.Option(
            help="An outcome: tell what leads to it. war-ends, INSTRUMENT:up, LADDER.RUNG, THEATRE:closes, OUTCOME>N.",
            show_default=False,
        ),
    ] = "",
    without: Without = None,
    mode: Mode = "",
    settings: Settings = None,
    assume: Assume = None,
    futures: Futures = FUTURES,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    executor: Workers = "threads",
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json, watching
    from tertius.cli.printing import print_markdown
    from tertius.impact.written import plain_data
    from tertius.report.storylines import storylines_text

    asked = question(without, mode, settings, assume)
    war = tertius.load(scenario)
    with watching(quiet=as_json) as watch:
        found = tertius.storylines(
            war, box, **asked, futures=futures, weeks=weeks, seed=seed, threads=threads, executor=executor,
            progress=watch,
        )  # fmt: skip
    if as_json:
        print_json(plain_data(found))
        return
    print_markdown(storylines_text(found, war.record))
