"""Signs for a brief: watch lists of its headline events, read from the futures that were run for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tertius.engine import Ensemble
from tertius.impact.indicators import Signal
from tertius.impact.observables import CLOSES, WAR_ENDS, each_signal, outputs_read, rungs
from tertius.impact.summary import Chance
from tertius.impact.watching import FEWEST, LARGEST, LEAST, Watchlist, lists_of, quarters

FUTURES = 2000
"""Futures that are read: enough for the rates, and less than a processor second."""
MOST_EACH = 2  # rules for an event


@dataclass(frozen=True)
class Sought:
    """What is sought before the headline chances are known.

    futures  those that are read
    every    all that can be seen of them
    lists    watch lists of a headline outcome's outer quarters
    """

    futures: Ensemble
    every: tuple[Signal, ...]
    lists: tuple[Watchlist, ...]


def sought(ensemble: Ensemble, outcome: str) -> Sought | None:
    """What of signs can be read at once; None with fewer futures than halves need, or where the run kept too little."""
    if not set(outputs_read(ensemble.layout.scenario)) <= set(ensemble.kept):
        return None
    few = ensemble.first(min(FUTURES, len(ensemble.everything))) or ensemble
    if len(few.everything) < FEWEST:
        return None
    # Truths take an eighth of the memory of numbers.
    every = tuple(one if one.weeks else replace(one, values=one.values > 0.0) for one in each_signal(few))
    return Sought(few, every, lists_of(few, tuple(quarters(few, outcome)), most=MOST_EACH, every=every))


def signs_of(known: Sought | None, chances: Sequence[Chance]) -> tuple[Watchlist, ...]:
    """Watch lists of a headline outcome's outer quarters and of headline chances that are neither sure nor ruled out.

    Empty where nothing could be sought. The most telling first.
    """
    if known is None:
        return ()
    few = known.futures
    named = tuple(dict.fromkeys(_named(few, chances)))
    lists = lists_of(few, named, most=MOST_EACH, every=known.every) if named else ()
    found = [one for one in (*known.lists, *lists) if one.rules and LEAST <= one.chance <= LARGEST]
    return tuple(sorted(found, key=lambda one: -one.rules[0].bits))


def _named(ensemble: Ensemble, chances: Sequence[Chance]) -> Iterator[str]:
    """Targets of the headline chances."""
    scenario = ensemble.layout.scenario
    by_path = {path: name for name, path in rungs(scenario).items()}
    closing = {name for name, told in scenario.theatres.items() if told.closes_at_zero}
    for one in chances:
        kind, _, rest = one.what.partition(":")
        if kind == "end":
            yield WAR_ENDS
        elif kind == "step":
            yield rest
        elif kind == "rung" and rest in by_path:
            yield by_path[rest]
        elif kind == "none" and rest in closing:
            yield f"{rest}:{CLOSES}"
