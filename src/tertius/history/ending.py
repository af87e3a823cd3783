"""How wars end by age: a hazard that falls as a war gets older.

    hazard(t) = exp(a) (1 + t / s)^-g                   per day at age t in days                       (1)

    symbol  in code      meaning                               unit    prior
    a       log_rate     log hazard on the first day           1/day   normal(-5, 2)
    s       log_scale    age at which it bends (a log)         day     normal(5, 1.5)
    g       power        how fast it falls                     1       normal(0.7, 0.7)

Fitted by likelihood to the wars' durations, war by war; the first and last day count. `per_month` is the chance to end
within a month, given that it has not.

Limits:   g = 0: a constant hazard.
Source:   durations of COW inter-state wars (docs/history.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tertius.errors import OptionError
from tertius.history.ageing import gathered, mode_and_covariance, relative
from tertius.history.panel import Floats

NAMES = ("log_rate", "log_scale", "power")
MONTH = 365.25 / 12  # days
_CENTRE = np.array([-5.0, 5.0, 0.7])
_SPREAD = np.array([2.0, 1.5, 0.7])


@dataclass(frozen=True)
class Ending:
    """A point (3,) or rows (draws, 3) of `NAMES`."""

    row: Floats

    def hazard(self, age: Floats | float) -> Floats:
        """Per day at an age in days."""
        rate: Floats = np.exp(self.row[..., 0]) * relative(age, np.exp(self.row[..., 1]), self.row[..., 2])
        return rate

    def within(self, age: Floats | float, days: Floats | float) -> Floats:
        """Probability that a war of an age ends within so many days more."""
        scale, power = np.exp(self.row[..., 1]), self.row[..., 2]
        span = gathered(np.asarray(age) + days, scale, power) - gathered(age, scale, power)
        share: Floats = -np.expm1(-np.exp(self.row[..., 0]) * span)
        return share

    def per_month(self, age: Floats | float) -> Floats:
        """Probability of ending within a month at an age in days."""
        return self.within(age, MONTH)


def fit_ending(days: Floats) -> tuple[Floats, Floats]:
    """Mode (3,) and covariance (3, 3) from the days that wars lasted, (wars,). Raises OptionError."""
    if len(days) < 10 or not np.isfinite(days).all() or (days < 1).any():
        given = f"{len(days)} durations, the shortest {np.min(days, initial=np.inf):g} days"
        raise OptionError("durations", given, "at least ten wars, each of a day or more", "give more wars")

    def logs(point: Floats) -> Floats:
        law = Ending(point)
        lasted = np.exp(point[0]) * gathered(days, np.exp(point[1]), point[2])
        each: Floats = np.log(law.hazard(days)) - lasted
        return each

    return mode_and_covariance(logs, _CENTRE, _SPREAD, _CENTRE)


def observed(days: Floats, edges: tuple[float, ...]) -> list[tuple[int, int, float]]:
    """For each stretch of ages between edges in days: wars at its start, ends, days at risk."""
    rows = []
    for start, end in pairwise(edges):
        risk = float(np.clip(days - start, 0, end - start).sum())
        rows.append((int((days > start).sum()), int(((days > start) & (days <= end)).sum()), risk))
    return rows
