"""Move a case to a later date, or replay a past stretch as if live.

With --every: at each date from --from to --to the case is moved there, with only what was known by then. What it is
asked is sealed as a backtest, settled and scored.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tertius.cli.options import (
    AsJson,
    Assume,
    FirstOrigin,
    LastOrigin,
    Ledger,
    Records,
    ScenarioName,
    Seed,
    SeriesData,
    Threads,
    settings_of,
)
from tertius.defaults import SEED, THREADS
from tertius.errors import OptionError


def update(
    scenario: ScenarioName,
    data: SeriesData = None,
    records: Records = None,
    every: Annotated[str, typer.Option(help="Replay: week, month, or a number of weeks.")] = "",
    first: FirstOrigin = None,
    last: LastOrigin = None,
    ledger: Ledger = "",
    assume: Assume = None,
    futures: Annotated[int, typer.Option(help="Simulated courses of the war at each date.")] = 1000,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json, watching
    from tertius.cli.update_output import print_replay, replay_data

    settings = settings_of(assume, "--assume")
    if data is None:
        raise OptionError("--data", "nothing", "a folder of data files, or a store", "give --data FOLDER")
    if first is None or last is None:
        raise OptionError("--from, --to", "a day too few", "the first and the last day", "give both")
    with watching(quiet=as_json) as watch:
        told = tertius.replay(
            scenario,
            data,
            first,
            last,
            settings,
            every=every,
            records=tuple(records or ()),
            ledger=ledger,
            futures=futures,
            seed=seed,
            threads=threads,
            progress=watch,
        )
    print_json(replay_data(told)) if as_json else print_replay(told)
