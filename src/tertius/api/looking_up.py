"""What of a scenario is yet to be looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tertius.api.calls import Watch, front, stage
from tertius.api.war import Named, compared, options_of
from tertius.defaults import SEED, THREADS

if TYPE_CHECKING:
    from tertius.impact.lookups import Lookup

FUTURES = 400
"""Enough to order a dozen numbers by what they move."""


@front
def missing(
    scenario: Named,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> tuple[Lookup, ...]:
    """What of a scenario is yet to be looked up, the number that would move the answer furthest first.

    These are the quantities whose source is `missing`, as `new` writes them. Each is set to either end of its range in
    both worlds of the scenario's own comparison, on the same futures with the same luck.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        futures, weeks, seed, threads, progress: as of `compare`.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. OptionError: it has no comparison of its own.

    Example:
        >>> tertius.missing("river-war", futures=40, weeks=4)
        ()
    """
    from tertius.impact.lookups import lookups
    from tertius.impact.question import question_of

    war = compared(scenario)
    layout = war.layout
    options = options_of(war, futures, weeks, seed, threads)
    return lookups(layout, question_of(layout), options, stage(progress, "numbers"))
