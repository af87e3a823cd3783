"""Which ways a war may go, and what steps would change it: storylines, options, and the inverse question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tertius.api.calls import Watch, front, stage
from tertius.api.war import Named, Names, Settings, opened, options_of, other_world
from tertius.defaults import FUTURES, SEED, THREADS

if TYPE_CHECKING:
    from tertius.impact.storylines import Storylines


@front
def storylines(
    scenario: Named,
    box: str = "",
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Storylines:
    """The three to five kinds of path that the futures take; and what leads to a chosen outcome.

    Futures are sorted by their headline outcomes, losses, rungs, the war's length and third states' steps. How many
    kinds there are follows a stated rule, and is checked on two fresh seeds.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        box: an outcome of which to tell what conditions lead to it: 'war-ends', 'INSTRUMENT:up', 'LADDER.RUNG',
            'THEATRE:closes', 'OUTCOME>NUMBER' or 'OUTCOME<NUMBER'.
        without, settings, mode: the other world, as of `compare`; where any is given, its futures are sorted.
        assume: quantities set in every world, path -> value.
        futures: how many; at least 400.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        Each storyline with its share, what sets it apart, turning points, early signs, and a typical future as a
        chronicle; `box` holds the conditions, with coverage and density measured on futures that had no say.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such outcome.
        OptionError: an outcome of no known form, too few futures, or a value out of range. Interrupted: stopped early.

    Example:
        >>> found = tertius.storylines("river-war", futures=400, weeks=8)
        >>> 3 <= len(found.storylines) <= 5
        True
    """
    from tertius.impact.storylines import storylines as told_apart

    war = other_world(opened(scenario, assume), without, mode, settings)
    options = options_of(war, futures, weeks, seed, threads)
    return told_apart(war.layout, options, box, stage(progress, "futures"))
