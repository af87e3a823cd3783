"""What `tertius watch` does instead of a watch: what to collect, and how past rules did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tertius.cli.output import print_json, watching
from tertius.cli.watch_output import print_priorities
from tertius.errors import OptionError
from tertius.impact.written import plain_data
from tertius.report.words import number

if TYPE_CHECKING:
    from tertius.api.scenario import Scenario
    from tertius.api.war import Settings
    from tertius.forecasts.watch.replay import Replay


def print_collected(
    war: Scenario,
    targets: Sequence[str],
    assumed: Settings,
    futures: int,
    weeks: int | None,
    seed: int,
    threads: int,
    as_json: bool,
) -> None:
    """What would be worth knowing. Raises as `tertius.collect`."""
    import tertius

    with watching(quiet=as_json) as progress:
        found = tertius.collect(
            war, targets, assumed, futures=futures, weeks=weeks, seed=seed, threads=threads, progress=progress
        )
    if as_json:
        print_json([plain_data(one) for one in found])
    else:
        print_priorities(found, war.record)


def print_replayed(
    war: Scenario, data: Path | None, first: date | None, last: date | None, seed: int, as_json: bool
) -> None:
    """How rules learnt at past origins did. Raises as `tertius.replay_watch`, and OptionError without data."""
    import tertius

    if data is None:
        raise OptionError("--data", "nothing", "a folder of data files, or a store", "give one with --replay")
    with watching(quiet=as_json, laws=False) as progress:
        found = tertius.replay_watch(war, data, first, last, seed=seed, progress=progress)
    if as_json:
        print_json(plain_data(found))
    else:
        _print_replay(found)


def _print_replay(found: Replay) -> None:
    console = Console()
    table = Table("rules", "forecasts", "origins", "Brier", "unread", "better by", "log", "unread", box=None)
    for one in found.scores:
        table.add_row(
            one.about, str(one.forecasts), str(one.origins), number(one.brier), number(one.plain),
            f"{number(one.better, sign=True)} ±{number(one.error)}", number(one.log), number(one.plain_log),
        )  # fmt: skip
    console.print(table)
    missed = sum(one.came and not one.tripped for one in found.forecasts)
    vain = sum(one.tripped and not one.came for one in found.forecasts)
    console.print(f"{missed} readings that did not trip before the event; {vain} that tripped in vain.")
    for note in found.notes:
        console.print(note, markup=False)
    console.print(
        "Smaller scores are better. unread: the chance before any reading. better by: Brier, ± one standard error by "
        "origins, whose weeks overlap. Events: the sum of 26 weeks above the upper or below the lower quarter of what "
        "was forecast, read after 8 and 13 weeks."
    )
