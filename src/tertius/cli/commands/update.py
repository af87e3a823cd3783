"""Move a case to a later date: what came in by then, its questions asked again and sealed, what changed and why.

The scenario stays as it is. --out, a folder, keeps the moved case, which extends it, and every number with its times;
the next update goes on from there.

With --every it replays a past stretch as if live: at each date from --from to --to the case is moved there with only
what was known by then. What it is asked is sealed as a backtest, settled and scored.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tertius.cli.options import (
    AsJson,
    Assume,
    FirstOrigin,
    Futures,
    LastOrigin,
    Ledger,
    QuestionFile,
    Records,
    ScenarioName,
    Seed,
    SeriesData,
    Threads,
    settings_of,
)
from tertius.defaults import FUTURES, SEED, THREADS
from tertius.errors import OptionError


def update(
    scenario: ScenarioName,
    file: QuestionFile = None,
    data: SeriesData = None,
    records: Records = None,
    as_of: Annotated[str, typer.Option(help="The new date, a Sunday, YYYY-MM-DD; else the last one known.")] = "",
    evidence: Annotated[str, typer.Option(help="Inbox whose accepted claims count: 'inbox' or an address.")] = "",
    baseline: Annotated[str, typer.Option(help="Day of an earlier update to compare with; else the first.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the updates; else in your data folder.")] = None,
    ledger: Ledger = "",
    unsealed: Annotated[bool, typer.Option("--no-seal", help="Seal nothing.")] = False,
    every: Annotated[str, typer.Option(help="Replay: week, month, or a number of weeks.")] = "",
    first: FirstOrigin = None,
    last: LastOrigin = None,
    assume: Assume = None,
    futures: Futures = FUTURES,
    seed: Seed = SEED,
    threads: Threads = THREADS,
    as_json: AsJson = False,
) -> None:
    import tertius
    from tertius.cli.output import print_json, watching
    from tertius.cli.update_output import print_replay, print_update, replay_data, update_data

    settings = settings_of(assume, "--assume")
    shared: dict[str, Any] = {
        "records": tuple(records or ()),
        "ledger": ledger,
        "futures": futures,
        "seed": seed,
        "threads": threads,
    }
    _check(every, data, first, last, {"--as-of": as_of, "--evidence": evidence, "--baseline": baseline, "FILE": file})
    if not every:
        told = tertius.update(
            scenario,
            data,
            as_of,
            settings,
            file=file,
            evidence=evidence,
            baseline=baseline,
            out=out,
            unsealed=unsealed,
            **shared,
        )
        print_json(update_data(told)) if as_json else print_update(told)
        return
    with watching(quiet=as_json) as watch:
        found = tertius.replay(
            scenario, data or "", first or "", last or "", settings, every=every, progress=watch, **shared
        )
    print_json(replay_data(found)) if as_json else print_replay(found)


def _check(every: str, data: Path | None, first: str | None, last: str | None, alone: dict[str, object]) -> None:
    """Options that belong to the other of the two uses. Raises OptionError."""
    if every:
        if data is None:
            raise OptionError("--data", "nothing", "a folder of data files, or a store", "give --data FOLDER")
        if first is None or last is None:
            raise OptionError("--from, --to", "a day too few", "the first and the last day", "give both")
        given = next((name for name, value in alone.items() if value), "")
        if given:
            raise OptionError(given, "with --every", "one of the two", f"leave {given} out: a replay asks at each date")
    elif first is not None or last is not None:
        raise OptionError("--from, --to", "without --every", "with --every", "add --every week, or leave them out")
