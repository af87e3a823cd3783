"""What leads to a chosen outcome: a box of limits on what is not known and on what is seen early.

Dimensions of the box are every quantity that has a prior or was fitted, and what can be seen to happen within the
first quarter of the weeks, as 0 or 1. The strongest thirty enter the search (`boxes`). Both are chosen on half of the
draws, and measured on the other half. A future in which the outcome has come, or the war has ended, by the end of the
quarter is left out: what happens early would be no condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble
from tertius.impact.boxes import Limits, Trade, best_box, nearest_box, strongest, trade
from tertius.impact.comparison import SURE
from tertius.impact.observables import Target, comes, signals

Floats = NDArray[np.float64]
MOST_SOUGHT = 30
FEWEST_EVENTS = 40  # futures of either kind, in either half, below which no box is sought


@dataclass(frozen=True)
class Limit:
    """One condition.

    kind     quantity, or event
    name     path of the quantity, or the event: INSTRUMENT:up or :down, LADDER.RUNG, BARGAIN:ends, THEATRE:closes,
             OCCASION:TURN
    unit     its unit; empty for an event
    low      at least this; null where there is no such limit
    high     at most this; null where there is no such limit
    happens  of an event, whether it happens; null for a quantity
    holds    share of all futures in which it holds
    """

    kind: str
    name: str
    unit: str
    low: float | None
    high: float | None
    happens: bool | None
    holds: float


@dataclass(frozen=True)
class Conditions:
    """A box that leads to an outcome.

    scenario   its name
    target     the outcome
    week       the last week of the run
    early      week by whose end what happens counts as a condition
    futures    futures in which the war goes on and the outcome has not come by then
    chance     share of them in which it comes afterwards
    limits     the conditions, all of which hold inside the box; of the nearest box where nothing is found beyond chance
    sure       whether the box is beyond chance
    learnt     the box in the futures in which it was found; null where too few futures have the outcome, or lack it
    measured   the same in the other half, which had no say; null where there is none
    base       chance in that other half, inside and outside the box
    """

    scenario: str
    target: Target
    week: int
    early: int
    futures: int
    chance: float
    limits: tuple[Limit, ...]
    sure: bool
    learnt: Trade | None
    measured: Trade | None
    base: float


@dataclass(frozen=True)
class _Dimension:
    kind: str
    name: str
    unit: str
    values: Floats


def conditions(ensemble: Ensemble, target: Target) -> Conditions:
    """The box of an outcome. The ensemble keeps what `observables.outputs_read` names."""
    first = comes(ensemble, target)
    early = max(1, ensemble.weeks // 4)
    there = (ensemble.path("world.ended")[:, early] == 0) & (first > early)
    event = np.isfinite(first)[there]
    draws = (ensemble.trajectories[: len(there)] // ensemble.replicates)[there]
    held = list(_dimensions(ensemble, target, early, there))
    values = np.stack([one.values for one in held], axis=1)
    learning = np.unique(draws, return_inverse=True)[1] % 2 == 0
    chance, base = (float(part.mean()) if part.size else 0.0 for part in (event, event[~learning]))
    name, count = ensemble.layout.scenario.name, int(there.sum())
    told = Conditions(name, target, ensemble.weeks, early, count, chance, (), False, None, None, base)
    halves = [event[half] for half in (learning, ~learning)]
    if min(min(half.sum(), (~half).sum()) for half in halves) < FEWEST_EVENTS:
        return told
    places = strongest(values[learning], event[learning], MOST_SOUGHT)
    few = values[:, places]
    best = best_box(few[learning], event[learning])
    box = best or nearest_box(few[learning], event[learning])
    if box is None:
        return told
    measured = trade(box, few[~learning], event[~learning], draws[~learning])
    sure = best is not None and measured.density - told.base > SURE * measured.error
    limits = tuple(_limit(held[places[place]], box, place) for place in box.limited())
    learnt = trade(box, few[learning], event[learning], draws[learning])
    return replace(told, limits=limits, sure=sure, learnt=learnt, measured=measured)


def _dimensions(ensemble: Ensemble, target: Target, early: int, there: NDArray[np.bool_]) -> Iterator[_Dimension]:
    drawn = ensemble.parameters
    for column in ensemble.layout.columns:
        if column.path in drawn:
            values = np.asarray(drawn[column.path][: len(there)][there], dtype=np.float64)
            if np.ptp(values) > 0:
                yield _Dimension("quantity", column.path, column.quantity.unit, values)
    for signal in signals(ensemble, target):
        values = np.asarray(signal.values[there, early])
        if signal.weeks == 0 and np.ptp(values) > 0:
            yield _Dimension("event", signal.id, "", values)


def _limit(one: _Dimension, box: Limits, place: int) -> Limit:
    low, high = float(box.low[place]), float(box.high[place])
    holds = float(((one.values >= low) & (one.values <= high)).mean())
    if one.kind == "event":
        return Limit(one.kind, one.name, "", None, None, np.isfinite(low), holds)
    return Limit(
        one.kind,
        one.name,
        one.unit,
        low if np.isfinite(low) else None,
        high if np.isfinite(high) else None,
        None,
        holds,
    )
