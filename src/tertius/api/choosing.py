"""Which ways a war may go, and what steps would change it: storylines, options, and the inverse question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tertius.api.calls import Watch, front, stage
from tertius.api.war import Named, Names, Settings, chosen_of, compared, opened, options_of, other_world
from tertius.defaults import FUTURES, SEED, THREADS

if TYPE_CHECKING:
    from tertius.impact.inverse import Inverse
    from tertius.impact.options import Choices
    from tertius.impact.storylines import Storylines

AT = (0, 13)


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
    executor: str = "threads",
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
        executor: who works: 'threads', 'processes', 'dask' or 'dask:ADDRESS'. Changes no number.
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
    from tertius.engine.executors import How, pool_or_threads
    from tertius.impact.storylines import storylines as told_apart

    how, war = How.of(executor), other_world(opened(scenario, assume), without, mode, settings)
    options = options_of(war, futures, weeks, seed, threads)
    with pool_or_threads(how, options.workers) as pool:
        return told_apart(war.layout, options, box, stage(progress, "futures"), pool)


@front
def options(
    scenario: Named,
    actor: str,
    levers: Sequence[str] = (),
    at: Sequence[int] = AT,
    values: Sequence[str] = (),
    pairs: bool = True,
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    futures: int = 0,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Choices:
    """What one state could do: its steps, alone and in pairs, and what each would change. Nothing is recommended.

    Every option is run on the same futures with the same luck, with the entry and without it, and told against taking
    no step. Ctrl-C keeps the options that are done.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        actor: id of the state whose options they are.
        levers: some of its steps, each 'INSTRUMENT:up' or 'INSTRUMENT:down', with '@WEEK' where not at once; none: all
            that its levels leave room for.
        at: weeks from the as-of date at which these are taken; of `levers` each says its own.
        values: outcomes and events that options are compared on beside the actor's own stakes, such as 'war-ends' or an
            outcome's id; none: the headline outcomes and the end of the war.
        pairs: two steps in the same week too.
        without, settings, mode: the world without the entry, as of `compare`; else the scenario's own.
        assume: quantities set in every world, path -> value.
        futures: of each run; 0 is what two processors do in about 20 s over all options.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        For each option its worth to the actor, without the entry too, the worst tenth, regret, what it changes in each
        count, what it provokes from whom, and under which rival laws it holds.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such actor, instrument or outcome.
        OptionError: an actor without instruments, a step that cannot be taken, too few futures, too many options.
        Interrupted: stopped before the first option was done.

    Example:
        >>> whose = tertius.load("river-war").record.instruments["durian-shells"].actor
        >>> found = tertius.options("river-war", whose, ["durian-shells:up"], futures=200, weeks=8)
        >>> len(found.options)
        1
    """
    from tertius.impact.moves import plans_of
    from tertius.impact.options import choices, futures_of
    from tertius.impact.question import question_of

    war = compared(scenario, assume)
    run = options_of(war, futures or FUTURES, weeks, seed, threads)
    plans = plans_of(war.layout, actor, run.weeks, levers, at, pairs)
    chosen = chosen_of(war, without, mode, settings)
    asks = bool(chosen or settings or war.record.comparison)
    question = question_of(war.layout, chosen, settings) if asks else None
    run = replace(run, futures=futures or futures_of(len(plans), 2 if asks else 1))
    return choices(war.layout, run, actor, plans, values, question, stage(progress, "options"))


@front
def inverse(
    scenario: Named,
    event: str = "",
    above: float | None = None,
    below: float | None = None,
    actors: Names = (),
    assume: Settings | None = None,
    *,
    futures: int = 0,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    progress: Watch | None = None,
) -> Inverse:
    """What would have to change for an event to become likely, or no longer; and whose single step changes most.

    Small sets of steps of any state, taken at once, and of quantities moved to the 10% or 90% end of what is thought
    possible, are searched on the same futures with the same luck. What is found is run again on a fresh seed. Ctrl-C
    keeps what is done.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        event: 'war-ends', 'ceasefire', 'settlement', 'INSTRUMENT:up', 'LADDER.RUNG', 'THEATRE:closes', 'OUTCOME>NUMBER'
            or 'OUTCOME<NUMBER'; without it only single steps are compared.
        above: the chance that it is to reach; 0.5 where neither is given.
        below: the chance that it is to fall to, instead.
        actors: ids of those whose steps are tried; none: everyone's.
        assume: quantities set in every world, path -> value.
        futures: of each run of the search; 0 is 400.
        weeks: horizon in weeks; else as the scenario says.
        seed: same seed, same numbers, bit for bit.
        threads: how many work at it; 0 is one for each processor. Changes no number.
        progress: called with (stage, done, of how many).

    Returns:
        The smallest sets found of steps, of assumptions, and of both, with their chance on fresh futures and its
        interval; and every single step by how far it changes the picture.

    Raises:
        ScenarioError, LayoutError: the scenario cannot be used. UnknownName: no such event or actor.
        OptionError: a chance that is none, too few futures, or nobody who can move. Interrupted: nothing was done.

    Example:
        >>> found = tertius.inverse("river-war", futures=200, weeks=8)
        >>> found.shifts[0].size >= found.shifts[-1].size
        True
    """
    from tertius.impact.inverse import FUTURES as ENOUGH
    from tertius.impact.inverse import inverse as searched
    from tertius.impact.moves import unknown_actor

    war = opened(scenario, assume)
    named = [actors] if isinstance(actors, str) else list(actors)
    for actor in named:
        if actor not in war.record.actors:
            raise unknown_actor(actor, war.record)
    run = options_of(war, futures or ENOUGH, weeks, seed, threads)
    return searched(war.layout, run, event, above, below, named, lambda name: stage(progress, name))
