"""Watch lists: for each event its chance, and the rules that tell early whether it comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tertius.engine import Ensemble, Layout, Options, Progress, run
from tertius.errors import OptionError
from tertius.impact.indicators import MOST, Indicator, find, grid
from tertius.impact.observables import WAR_ENDS, Target, comes, outputs_read, rungs, signals, target_of

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
    layout: Layout, options: Options, targets: tuple[str, ...] = (), progress: Progress | None = None
) -> tuple[Watchlist, ...]:
    """Watch lists of the targets; unasked, of events that are neither sure nor nearly ruled out, two rules each.

    Raises UnknownName and OptionError as `target_of` does, and OptionError for too few futures.
    """
    scenario = layout.scenario
    asked = [target_of(text, scenario) for text in targets]
    if options.futures < FEWEST:
        raise OptionError("--futures", options.futures, f"{FEWEST} or more", "ask for more futures")
    ensemble = run(layout, replace(options, outputs=outputs_read(scenario)), progress)
    draws = ensemble.trajectories[: len(ensemble.everything)] // ensemble.replicates  # those whose paths were kept
    on = ensemble.path("world.ended") == 0
    weeks = tuple(grid(ensemble.weeks))
    found = []
    for target in asked or _unasked(ensemble):
        first = comes(ensemble, target)
        chance = float(np.isfinite(first).mean())
        if asked or LEAST <= chance <= LARGEST:
            most = MOST if asked else MOST_EACH
            rules = find(signals(ensemble, target), first, on, weeks, draws, most)
            found.append(Watchlist(target, ensemble.weeks, len(first), chance, rules))
    if asked:
        return tuple(found)
    told = [one for one in found if one.rules]
    return tuple(sorted(told, key=lambda one: -one.rules[0].bits)[:MOST_UNASKED])


def _unasked(ensemble: Ensemble) -> list[Target]:
    """Headlines past their outer quarters, the end of the war, every rung, steps up of those who lead neither side."""
    scenario = ensemble.layout.scenario
    leads = {side.lead for side in scenario.sides.values()}
    third = [name for name, told in scenario.instruments.items() if told.actor not in leads]
    far = [text for name, told in scenario.outcomes.items() if told.headline for text in _quarters(ensemble, name)]
    texts = [*far, WAR_ENDS, *rungs(scenario), *(f"{name}:up" for name in third)]
    return [target_of(text, scenario) for text in texts]


def _quarters(ensemble: Ensemble, outcome: str) -> Iterator[str]:
    """An outcome above its upper and below its lower quarter at the last week, at round numbers."""
    low, high = np.quantile(ensemble.of(outcome)[:, -1], (0.25, 0.75))
    yield from (f"{outcome}{sign}{float(f'{value:.2g}'):g}" for sign, value in ((">", high), ("<", low)))
