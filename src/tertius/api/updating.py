"""A case carried on: moved to a later date, or a past stretch replayed as if live."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tertius.api.calls import Watch, front, stage
from tertius.api.war import Named, Settings, opened
from tertius.defaults import SEED, THREADS

if TYPE_CHECKING:
    from tertius.forecasts.updating.replay import Replayed

OFTEN = {"week": 1, "month": 4}


def weeks_of(every: str) -> int:
    """`week`, `month` (four weeks) or a whole number of weeks. Raises OptionError."""
    from tertius.errors import OptionError

    if every in OFTEN:
        return OFTEN[every]
    if every.isdecimal() and 1 <= int(every) <= 52:
        return int(every)
    raise OptionError("--every", every, "week, month, or weeks from 1 to 52", "write --every week")


@front
def replay(
    scenario: Named,
    data: str | Path,
    first: str,
    last: str,
    assume: Settings | None = None,
    *,
    every: str = "week",
    records: Sequence[str | Path] = (),
    ledger: str = "",
    futures: int = 1000,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Replayed:
    """Replay a past stretch as if live: at each date move the case, carry its posterior on, ask, seal as a backtest.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        data: folder of data files or a store; of each date only what was out by then is used.
        first: first day, YYYY-MM-DD. last: the last one.
        assume: quantities set in every world, path -> value.
        every: week, month or a number of weeks.
        records: records of states' steps, as of `resolve`; the scenario's own counts too.
        ledger: address of the database; else the user's own. It is made where it is missing.
        futures: how many at each date. seed: same seed, same numbers. threads: how many work at it.
        progress: called with (stage, done, of how many).

    Returns:
        `weeks` with what was asked and the seconds of processors that each took, what was `resolved`, the `score` of
        these forecasts beside base rate and persistence, and the same `by_kind` of question.

    Raises:
        OptionError: no Sunday in the stretch, or before the war. DataError: no data, or a ledger that refuses.

    Example:
        tertius.replay("my-war.yaml", "my-data", "2023-10-01", "2024-10-06", every="month").score
    """
    from contextlib import closing

    from tertius.api.days import day_option
    from tertius.errors import OptionError
    from tertius.forecasts.ledger.database import Ledger
    from tertius.forecasts.questions.settling import read_steps
    from tertius.forecasts.updating.replay import Stretch
    from tertius.forecasts.updating.replay import replay as replayed

    begin, end = day_option("--from", first), day_option("--to", last)
    if begin is None or end is None:
        raise OptionError("--from, --to", "a day too few", "the first and the last day", "give both")
    stretch = Stretch(begin, end, weeks_of(every), futures, seed, threads)
    steps = [read_steps(each) for each in records]
    layout = opened(scenario, assume).layout
    with closing(Ledger(ledger, create=True)) as held:
        return replayed(layout, Path(data), steps, stretch, held, stage(progress, "dates"))
