"""What an ensemble holds of those who decide: outputs and quantities by path, one row a future."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble

Floats = NDArray[np.float64]


class Recorded:
    """Outputs and quantities of the futures of which everything was kept, as 64-bit arrays.

    rows      number of the parameter row of each future, shape (trajectory,)
    by_luck   whether these are the futures as they were drawn, and not some chosen by what happens in them
    """

    def __init__(self, ensemble: Ensemble) -> None:
        self.ensemble = ensemble
        self.scenario = ensemble.layout.scenario
        self.count = len(ensemble.everything)
        self.rows = ensemble.trajectories[: self.count] // ensemble.replicates
        self.by_luck = not ensemble.chosen

    @cached_property
    def _fixed(self) -> dict[str, float]:
        drawn = self.ensemble.parameters
        columns = self.ensemble.layout.columns
        return {column.path: column.quantity.central for column in columns if column.path not in drawn}

    @cached_property
    def ending(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Futures in which the war ends, and the last week before it does, each of shape (ended,)."""
        ended = self.ensemble.path("world.ended")
        future, week = np.nonzero((ended[:, 1:] > 0) & (ended[:, :-1] == 0))
        return future, week

    def output(self, path: str, weeks: slice = slice(None)) -> Floats:
        """One state variable, shape (trajectory, week + 1), in its unit, or some weeks. Raises as `Ensemble.path`."""
        return self.ensemble.path(path)[:, weeks].astype(np.float64)

    def at(self, path: str, week: int) -> Floats:
        """The same at one week, shape (trajectory,)."""
        return self.ensemble.path(path)[:, week].astype(np.float64)

    def quantity(self, path: str, default: float = 0.0) -> Floats:
        """One quantity of each future, shape (trajectory,), in its unit; `default` where no record has it."""
        drawn = self.ensemble.parameters.get(path)
        if drawn is not None:
            return np.asarray(drawn[: self.count])
        return np.full(self.count, self._fixed.get(path, default))


def leads(ensemble: Ensemble) -> frozenset[str]:
    """Actors that lead a side: the belligerents themselves."""
    return frozenset(side.lead for side in ensemble.layout.scenario.sides.values())


def instruments(ensemble: Ensemble) -> tuple[str, ...]:
    """Ids of all instruments, an actor's together, in the order of the scenario's actors."""
    scenario = ensemble.layout.scenario
    order = list(scenario.actors)
    return tuple(sorted(scenario.instruments, key=lambda name: order.index(scenario.instruments[name].actor)))
