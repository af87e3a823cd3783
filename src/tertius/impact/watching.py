"""Watch lists: for each event its chance, and the rules that tell early whether it comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from tertius.engine import Ensemble, Layout, Options, Progress
from tertius.engine.spread import run_by
from tertius.errors import OptionError
from tertius.impact.indicators import MOST, Indicator, Signal, find, grid
from tertius.impact.observables import (
    WAR_ENDS,
    Target,
    chances_read,
    comes,
    every_signal,
    news,
    others,
    outputs_read,
    rungs,
    target_of,
)
from tertius.world import Scenario

FEWEST = 400  # futures from which on halves hold enough of either kind
LEAST, LARGEST = 0.05, 0.95  # chances between which an event is sought unasked
MOST_UNASKED = 8
MOST_EACH = 2  # rules for an event that was not asked about


@dataclass(frozen=True)
class Watchlist:
    """What to watch for one event.

    target   the event
    week     the last week of the run
    futures  futures whose paths were kept: all but of very large runs
    chance   share of futures in which it comes by then
    rules    indicators, the most telling first; none where nothing that can be seen parts the futures
    """

    target: Target
    week: int
    futures: int
    chance: float
    rules: tuple[Indicator, ...]


def watchlists(
    layout: Layout,
    options: Options,
    targets: tuple[str, ...] = (),
    progress: Progress | None = None,
    pool: Executor | None = None,
) -> tuple[Watchlist, ...]:
    """Watch lists of the targets; unasked, of events that are neither sure nor nearly ruled out, two rules each.

    pool: workers (`worker_pool`); without them threads. They change no number.
    Raises UnknownName and OptionError as `target_of` does, and OptionError for too few futures.
    """
    return lists_of(futures_of(layout, options, targets, progress=progress, pool=pool), targets)


def futures_of(
    layout: Layout,
    options: Options,
    targets: Sequence[str] = (),
    outputs: Sequence[str] = (),
    progress: Progress | None = None,
    pool: Executor | None = None,
) -> Ensemble:
    """The futures in which signs are sought, with what signals and targets read, and more outputs.

    pool: as of `watchlists`.
    Raises UnknownName and OptionError as `target_of` does, and OptionError for too few futures.
    """
    scenario = layout.scenario
    asked = [target_of(text, scenario) for text in targets] or _third(scenario)
    if options.futures < FEWEST:
        raise OptionError("--futures", options.futures, f"{FEWEST} or more", "ask for more futures")
    chances = (path for target in asked for path in chances_read(layout, target))
    read = tuple(dict.fromkeys((*outputs_read(scenario), *outputs, *chances)))
    return run_by(pool, layout, replace(options, outputs=read), progress)


def lists_of(
    ensemble: Ensemble,
    targets: Sequence[str] = (),
    each: Sequence[int] = (),
    most: int = MOST,
    every: tuple[Signal, ...] | None = None,
) -> tuple[Watchlist, ...]:
    """Watch lists from futures that were run.

    each  weeks, of each of which the best rules are sought alone; none: the best of all weeks together
    most  rules at most for a target; unasked MOST_EACH
    every  all that can be seen of them (`every_signal`), where it is at hand
    Raises UnknownName and OptionError as `target_of` does.
    """
    asked = [target_of(text, ensemble.layout.scenario) for text in targets]
    draws = ensemble.trajectories[: len(ensemble.everything)] // ensemble.replicates  # those whose paths were kept
    on = ensemble.path("world.ended") == 0
    weeks = tuple(grid(ensemble.weeks))
    days = tuple((week,) for week in each) or (weeks,)
    found, every = [], every_signal(ensemble) if every is None else every
    told_of = most if asked else MOST_EACH
    for target in asked or _unasked(ensemble):
        first = comes(ensemble, target)
        chance = float(np.isfinite(first).mean())
        if asked or LEAST <= chance <= LARGEST:
            held, by_chance = others(every, target), news(ensemble, target)
            rules = [rule for among in days for rule in find(held, first, on, among, draws, told_of, by_chance)]
            rules.sort(key=lambda rule: -rule.bits)
            found.append(Watchlist(target, ensemble.weeks, len(first), chance, tuple(rules)))
    if asked:
        return tuple(found)
    told = [one for one in found if one.rules]
    return tuple(sorted(told, key=lambda one: -one.rules[0].bits)[:MOST_UNASKED])


def _unasked(ensemble: Ensemble) -> list[Target]:
    """Headlines past their outer quarters, the end of the war, every rung, steps up of those who lead neither side."""
    scenario = ensemble.layout.scenario
    far = [text for name, told in scenario.outcomes.items() if told.headline for text in quarters(ensemble, name)]
    return [*(target_of(text, scenario) for text in (*far, WAR_ENDS)), *_third(scenario)]


def _third(scenario: Scenario) -> list[Target]:
    """Every rung, and steps up of those who lead neither side."""
    leads = {side.lead for side in scenario.sides.values()}
    steps = (f"{name}:up" for name, told in scenario.instruments.items() if told.actor not in leads)
    return [target_of(text, scenario) for text in (*rungs(scenario), *steps)]


def quarters(ensemble: Ensemble, outcome: str) -> Iterator[str]:
    """An outcome above its upper and below its lower quarter at the last week, at round numbers."""
    low, high = np.quantile(ensemble.of(outcome)[:, -1], (0.25, 0.75))
    yield from (f"{outcome}{sign}{float(f'{value:.2g}'):g}" for sign, value in ((">", high), ("<", low)))
