"""Which events of the scenario occur in a future: the draw that the event calendar makes, made again outside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.engine.ensemble import Ensemble
from tertius.engine.parameters import fill
from tertius.kernel.draws import uniforms_once
from tertius.mechanisms.event_calendar import EVENT_WEEK, PROBABILITY, STREAM


def occurrences(ensemble: Ensemble) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    """Each event: whether it occurs in each future, and its week in the kernel; each of shape (trajectory,).

    The week w acts between the entries w and w + 1 of the week axis of what is recorded; one below 0 is in the past.
    """
    rows, place = np.unique(ensemble.trajectories // ensemble.replicates, return_inverse=True)
    _, params = fill(ensemble.layout, ensemble.seed, rows)
    numbers = ensemble.trajectories.astype(np.uint64)
    found = {}
    for slot, path in enumerate(ensemble.layout.slots["event"]):
        drawn = uniforms_once(ensemble.seed, numbers, STREAM, ensemble.layout.names["event"][slot])
        week = np.floor(params.event[place, slot, EVENT_WEEK]).astype(np.int64)
        found[path.rpartition(".")[2]] = (drawn < params.event[place, slot, PROBABILITY], week)
    return found
