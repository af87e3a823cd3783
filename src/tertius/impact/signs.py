"""Signs for a brief: watch lists of its headline events, read from the futures that were run for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tertius.engine import Ensemble
from tertius.impact.observables import CLOSES, WAR_ENDS, outputs_read, rungs
from tertius.impact.summary import Chance
from tertius.impact.watching import FEWEST, LARGEST, LEAST, Watchlist, lists_of, quarters

FUTURES = 2000
"""Futures that are read: enough for the rates, and less than a processor second."""
MOST_EACH = 2  # rules for an event


def signs_of(ensemble: Ensemble, outcome: str, chances: Sequence[Chance]) -> tuple[Watchlist, ...]:
    """Watch lists of a headline outcome's outer quarters and of headline chances that are neither sure nor ruled out.

    Empty with fewer futures than halves need, or where the run kept too little. The most telling first.
    """
    if not set(outputs_read(ensemble.layout.scenario)) <= set(ensemble.kept):
        return ()
    few = ensemble.first(min(FUTURES, len(ensemble.everything))) or ensemble
    if len(few.everything) < FEWEST:
        return ()
    targets = tuple(dict.fromkeys((*quarters(few, outcome), *_named(ensemble, chances))))
    found = [one for one in lists_of(few, targets, most=MOST_EACH) if one.rules and LEAST <= one.chance <= LARGEST]
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
