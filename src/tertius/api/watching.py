"""What to watch: which observables tell early whether an event comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tertius.api.calls import Watch, front, stage
from tertius.api.war import Named, Settings, opened, options_of
from tertius.defaults import FUTURES, SEED, THREADS

if TYPE_CHECKING:
    from tertius.impact.watching import Watchlist


@front
def indicators(
    scenario: Named,
    targets: Sequence[str] = (),
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> tuple[Watchlist, ...]:
    """What to watch for an event: observables, thresholds, how early they warn and how often in vain.

    One world is run, as it stands. Rules are chosen on half of its draws and measured on the other half.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        targets: events, each 'war-ends', 'INSTRUMENT', 'INSTRUMENT:up', 'INSTRUMENT:down', 'LADDER.RUNG',
            'THEATRE:closes', 'OUTCOME>NUMBER' or 'OUTCOME<NUMBER'; none: those neither sure nor nearly ruled out.
        assume: quantities set, path -> value.
        futures: how many; at least 400.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        For each event its chance and the rules to watch by, the most telling first, with the rates of hits and false
        alarms and the lead in weeks.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such event.
        OptionError: a target of no known form, too few futures, or a value out of range. Interrupted: stopped early.

    Example:
        >>> found = tertius.indicators("river-war", ["war-ends"], futures=400, weeks=8)
        >>> found[0].target.kind
        'war'
    """
    from tertius.impact.watching import watchlists

    war = opened(scenario, assume)
    options = options_of(war, futures, weeks, seed, threads)
    return watchlists(war.layout, options, tuple(targets), stage(progress, "futures"))
