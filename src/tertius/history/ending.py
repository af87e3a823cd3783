"""How wars end by age: some are of a kind that ends soon, the others last, so the older a war the likelier it lasts.

    S(t) = w exp(-a t) + (1 - w) exp(-b t)              that a war lasts t days                        (1)
    hazard(t) = (w a exp(-a t) + (1 - w) b exp(-b t)) / S(t)                                           (2)

    symbol  in code        meaning                                    unit    prior
    b       log_slow       log rate of those that last                1/day   normal(-7, 1.5)
    a - b   log_more       log of how much faster the others end      1/day   normal(-5, 1.5)
    w       logit_share    log odds of a war to be of those           1       normal(0, 1.5)

Fitted by likelihood to the wars' durations, war by war; the first and last day count. `per_month` is the chance to end
within a month, given that it has not.

Limits:   w = 0 or 1: a constant hazard.
Source:   mixture of exponentials (unobserved heterogeneity, Heckman and Singer 1984), which fits these wars by 1.2 in
          log likelihood better than a power of age with as many parameters; durations of COW inter-state wars.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tertius.errors import OptionError
from tertius.history.ageing import mode_and_covariance
from tertius.history.panel import Floats

NAMES = ("log_slow", "log_more", "logit_share")
MONTH = 365.25 / 12  # days
_CENTRE = np.array([-7.0, -5.0, 0.0])
_SPREAD = np.array([1.5, 1.5, 1.5])


@dataclass(frozen=True)
class Ending:
    """A point (3,) or rows (draws, 3) of `NAMES`."""

    row: Floats

    @property
    def slow(self) -> Floats:
        """Rate per day of wars that last."""
        rate: Floats = np.exp(self.row[..., 0])
        return rate

    @property
    def quick(self) -> Floats:
        """Rate per day of the others."""
        rate: Floats = self.slow + np.exp(self.row[..., 1])
        return rate

    @property
    def quick_share(self) -> Floats:
        """Share of the others among all wars as they begin."""
        share: Floats = 1.0 / (1.0 + np.exp(-self.row[..., 2]))
        return share

    def lasting(self, age: Floats | float) -> Floats:
        """Probability that a war lasts to an age in days."""
        days = np.asarray(age, dtype=np.float64)
        quick, slow = np.exp(-self.quick * days), np.exp(-self.slow * days)
        share: Floats = self.quick_share * quick + (1.0 - self.quick_share) * slow
        return share

    def hazard(self, age: Floats | float) -> Floats:
        """Per day at an age in days."""
        days = np.asarray(age, dtype=np.float64)
        # the quick ones' part relative to the slow ones': no underflow at great ages
        odds = self.quick_share / (1.0 - self.quick_share) * np.exp(-(self.quick - self.slow) * days)
        rate: Floats = (odds * self.quick + self.slow) / (1.0 + odds)
        return rate

    def within(self, age: Floats | float, days: Floats | float) -> Floats:
        """Probability that a war of an age ends within so many days more."""
        start = np.asarray(age, dtype=np.float64)
        odds = self.quick_share / (1.0 - self.quick_share) * np.exp(-(self.quick - self.slow) * start)
        left = (odds * np.exp(-self.quick * days) + np.exp(-self.slow * days)) / (1.0 + odds)
        share: Floats = 1.0 - left
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
        each: Floats = np.log(law.hazard(days)) + np.log(law.lasting(days))
        return each

    return mode_and_covariance(logs, _CENTRE, _SPREAD, _CENTRE)


def observed(days: Floats, edges: tuple[float, ...]) -> list[tuple[int, int, float]]:
    """For each stretch of ages between edges in days: wars at its start, ends, days at risk."""
    rows = []
    for start, end in pairwise(edges):
        risk = float(np.clip(days - start, 0, end - start).sum())
        rows.append((int((days > start).sum()), int(((days > start) & (days <= end)).sum()), risk))
    return rows
