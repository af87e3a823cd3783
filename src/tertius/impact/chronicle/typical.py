"""A typical future: the one nearest to all others in the headline outcomes (a medoid).

Each headline outcome at each horizon is scaled by the standard deviation over futures; the distance of two futures is
Euclidean; the one with the least mean distance to all others is chosen, the first of equals. Where the scenario asks
what an event changes, the choice is among the futures in which that event comes, or does not, whichever most do. It is
typical in where the war goes, not in what states do: of rare steps it has what happens to be in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble, occurrences
from tertius.impact.comparison import weeks_between

BLOCK = 256


@dataclass(frozen=True)
class Choice:
    """Which future was chosen, and how near it is to the others.

    distance, usual   its mean distance to the others, and the median of that over all futures, in standard deviations
    below             share of futures below it in each headline outcome at the last week: id -> [0, 1]
    event, comes      the event that the scenario asks about, and the share of futures in which it comes; None without
    """

    number: int
    futures: int
    outcomes: tuple[str, ...]
    weeks: tuple[int, ...]
    distance: float
    usual: float
    below: Mapping[str, float]
    event: str | None = None
    comes: float | None = None


def typical(ensemble: Ensemble) -> Choice:
    """The medoid of an ensemble by its headline outcomes."""
    names = ensemble.layout.scenario.headlines
    weeks = weeks_between(ensemble.layout, ensemble.weeks)
    values = np.concatenate([ensemble.of(name)[:, list(weeks)] for name in names], axis=1)
    spread = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    mean = mean_distances(scaled)
    event, usual, comes = _usual(ensemble)
    place = int(np.argmin(np.where(usual, mean, np.inf)))
    below = {name: float((ensemble.of(name)[:, -1] < ensemble.of(name)[place, -1]).mean()) for name in names}
    number = int(ensemble.trajectories[place])
    return Choice(number, len(values), names, weeks, float(mean[place]), float(np.median(mean)), below, event, comes)


def _usual(ensemble: Ensemble) -> tuple[str | None, NDArray[np.bool_], float | None]:
    """The event asked about, the futures that agree with most on whether it comes, and the share in which it does."""
    comparison = ensemble.layout.scenario.comparison
    if comparison is None:
        return None, np.ones(len(ensemble.trajectories), dtype=bool), None
    comes, week = occurrences(ensemble)[comparison.without]
    comes = comes & (week >= 0) & (week < ensemble.weeks)
    share = float(comes.mean())
    return comparison.without, comes == (share >= 0.5), share


def mean_distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean Euclidean distance of each point to the others, shape (point,); points of shape (point, coordinate)."""
    total = np.zeros(len(points))
    for first in range(0, len(points), BLOCK):
        block = points[first : first + BLOCK]
        squares = (block**2).sum(axis=1)[:, None] + (points**2).sum(axis=1)[None] - 2 * block @ points.T
        total[first : first + BLOCK] = np.sqrt(np.maximum(squares, 0.0)).sum(axis=1)
    return total / max(1, len(points) - 1)
