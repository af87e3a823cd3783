"""How wars end by age: some are of a kind that ends soon, the others last; old wars have a rate of their own.

    S(t) = w exp(-a t) + (1 - w) exp(-b t)              that a war of two kinds lasts t days            (1)
    hazard(t) = (w a exp(-a t) + (1 - w) b exp(-b t)) / S(t)     before two years of age                (2)
              = f before four, g from then on                                                           (3)

    symbol  in code        meaning                                    unit    prior
    b       log_slow       log rate of those that last                1/day   normal(-7, 1.5)
    a - b   log_more       log of how much faster the others end      1/day   normal(-5, 1.5)
    w       logit_share    log odds of a war to be of those           1       normal(0, 1.5)
    f       log_old        log rate at ages of two and three years    1/day   normal(log b, 0.7)
    g       log_very_old   log rate from four years on                1/day   normal(log b, 0.7)

Fitted by likelihood to the wars' durations, war by war; the first and last day count. The two kinds are fitted to whole
lives as if (1) went on for ever, then f and g to the days past two years, pooled towards the b found: a joint fit would
let the few old wars take b from those that end in their second year. `per_month` is the chance to end within a month,
given that it has not.

Limits:   w = 0 and f = g = b: a constant hazard.
Source:   mixture of exponentials (unobserved heterogeneity, Heckman and Singer 1984), which fits these wars by 1.2 in
          log likelihood better than a power of age with as many parameters; piecewise exponential from two years on.
          Durations of COW inter-state wars.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tertius.errors import OptionError
from tertius.history.ageing import mode_and_covariance
from tertius.history.panel import Floats

NAMES = ("log_slow", "log_more", "logit_share", "log_old", "log_very_old")
YEAR = 365.25  # days
MONTH = YEAR / 12
OLD, VERY_OLD = 2 * YEAR, 4 * YEAR
_CENTRE = np.array([-7.0, -5.0, 0.0])
_SPREAD = np.array([1.5, 1.5, 1.5])
_POOLED = 0.7  # spread of the logs of f and g about that of b


@dataclass(frozen=True)
class Ending:
    """A point (5,) or rows (draws, 5) of `NAMES`."""

    row: Floats

    @property
    def slow(self) -> Floats:
        """Rate per day of wars that last, before they are old."""
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

    @property
    def old(self) -> Floats:
        """Rate per day of wars two and three years old."""
        rate: Floats = np.exp(self.row[..., 3])
        return rate

    @property
    def very_old(self) -> Floats:
        """Rate per day of wars four years old or older."""
        rate: Floats = np.exp(self.row[..., 4])
        return rate

    def _of_kinds(self, days: Floats) -> Floats:
        """-log S of (1): what the two kinds alone gather by an age."""
        quick = np.log(self.quick_share) - self.quick * days
        slow = np.log1p(-self.quick_share) - self.slow * days
        gathered: Floats = -np.logaddexp(quick, slow)
        return gathered

    def gathered(self, age: Floats | float) -> Floats:
        """Hazard gathered from the first day to an age in days."""
        days = np.asarray(age, dtype=np.float64)
        old, very_old = np.clip(days - OLD, 0.0, VERY_OLD - OLD), np.maximum(days - VERY_OLD, 0.0)
        hazard: Floats = self._of_kinds(np.minimum(days, OLD)) + self.old * old + self.very_old * very_old
        return hazard

    def lasting(self, age: Floats | float) -> Floats:
        """Probability that a war lasts to an age in days."""
        share: Floats = np.exp(-self.gathered(age))
        return share

    def hazard(self, age: Floats | float) -> Floats:
        """Per day at an age in days."""
        days = np.asarray(age, dtype=np.float64)
        # the quick ones' part relative to the slow ones': no underflow at great ages
        odds = self.quick_share / (1.0 - self.quick_share) * np.exp(-(self.quick - self.slow) * days)
        young = (odds * self.quick + self.slow) / (1.0 + odds)
        rate: Floats = np.where(days < OLD, young, np.where(days < VERY_OLD, self.old, self.very_old))
        return rate

    def within(self, age: Floats | float, days: Floats | float) -> Floats:
        """Probability that a war of an age ends within so many days more."""
        start = np.asarray(age, dtype=np.float64)
        share: Floats = -np.expm1(self.gathered(start) - self.gathered(start + days))
        return share

    def per_month(self, age: Floats | float) -> Floats:
        """Probability of ending within a month at an age in days."""
        return self.within(age, MONTH)


def fit_ending(days: Floats) -> tuple[Floats, Floats]:
    """Mode (5,) and covariance (5, 5) from the days that wars lasted, (wars,). Raises OptionError."""
    if len(days) < 10 or not np.isfinite(days).all() or (days < 1).any():
        given = f"{len(days)} durations, the shortest {np.min(days, initial=np.inf):g} days"
        raise OptionError("durations", given, "at least ten wars, each of a day or more", "give more wars")

    def of_kinds(point: Floats) -> Floats:
        return _kinds(point, days)

    def of_old(point: Floats) -> Floats:
        before = np.clip(days - OLD, 0.0, VERY_OLD - OLD), np.maximum(days - VERY_OLD, 0.0)
        ended = (days > OLD) & (days <= VERY_OLD), days > VERY_OLD
        each: Floats = np.zeros(len(days))
        for log, risk, over in zip(point, before, ended, strict=True):
            each = each + over * log - np.exp(log) * risk
        return each

    kinds, kinds_spread = mode_and_covariance(of_kinds, _CENTRE, _SPREAD, _CENTRE)
    centre = np.full(2, kinds[0])
    old, old_spread = mode_and_covariance(of_old, centre, np.full(2, _POOLED), centre)
    spread = np.zeros((len(NAMES), len(NAMES)))
    spread[:3, :3], spread[3:, 3:] = kinds_spread, old_spread
    return np.concatenate([kinds, old]), spread


def _kinds(point: Floats, days: Floats) -> Floats:
    """Log likelihood of each war under (1) alone, (wars,)."""
    slow, share = np.exp(point[0]), 1.0 / (1.0 + np.exp(-point[2]))
    quick = slow + np.exp(point[1])
    soon = np.log(share) + np.log(quick) - quick * days
    late = np.log1p(-share) + np.log(slow) - slow * days
    each: Floats = np.logaddexp(soon, late)
    return each


def observed(days: Floats, edges: tuple[float, ...]) -> list[tuple[int, int, float]]:
    """For each stretch of ages between edges in days: wars at its start, ends, days at risk."""
    rows = []
    for start, end in pairwise(edges):
        risk = float(np.clip(days - start, 0, end - start).sum())
        rows.append((int((days > start).sum()), int(((days > start) & (days <= end)).sum()), risk))
    return rows
