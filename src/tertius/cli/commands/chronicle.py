"""Tell one simulated future in dated lines.

Who does what and why, who comes and goes, land and losses. Where something is undone (--without) or set (--set), a
future of the other world is told.
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
    question,
)
from tertius.defaults import FUTURES, SEED, THREADS


def chronicle(
    scenario: ScenarioName,
    future: Annotated[int | None, typer.Option(help="Number of the future, from 0; else a typical one.")] = None,
    without: Without = None,
    mode: Mode = "",
    settings: Settings = None,
    assume: Assume = None,
    futures: Futures = FUTURES,
    weeks: Weeks = None,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json, watching
    from tertius.cli.printing import print_markdown
    from tertius.report.chronicle import chronicle_data, chronicle_text

    asked = question(without, mode, settings, assume)
    with watching(quiet=as_json) as watch:
        told = tertius.chronicle(
            scenario, future, **asked, futures=futures, weeks=weeks, seed=seed, threads=threads, progress=watch
        )
    if as_json:
        print_json(chronicle_data(told))
        return
    print_markdown(chronicle_text(told))
