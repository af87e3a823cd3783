"""Reliability by isotonic regression (CORP), with consistency bands, and the parts of the Brier score.

The share that came, made monotone in the chance given, is the recalibrated chance. Brier = miscalibration less
discrimination plus uncertainty. The band is where 90% of such curves lie if every chance were right: outcomes are drawn
by the chances given, and the curve is made anew. Forecasts of one thing share luck as far as their windows overlap:

    u = Phi(sum of e_w over the window's weeks / sqrt(weeks)),   e_w ~ N(0, 1) for each thing and week             (1)

and a threshold is met where u < chance. Different things (another series, another instrument) are drawn apart.

Source: Dimitriadis, Gneiting and Jordan (2021), PNAS 118, e2016191118.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.special import ndtr

from tertius.calendar import DAYS

Floats: TypeAlias = NDArray[np.float64]
DRAWS = 400
EDGES = (0.05, 0.95)


@dataclass(frozen=True)
class Bin:
    """Chances that are recalibrated to one share.

    chance, share, forecasts   mean chance given, share that came, how many
    low, high                  the 90% band of the share if every chance were right
    """

    chance: float
    share: float
    forecasts: int
    low: float
    high: float

    @property
    def is_inside(self) -> bool:
        """Whether the share lies in its band."""
        return self.low <= self.share <= self.high


@dataclass(frozen=True)
class Reliability:
    """How chances compare with how often things came.

    bins                                        in rising order of chance
    miscalibration, discrimination, uncertainty  parts of the Brier score
    inside                                      share of the forecasts whose bin lies in its band
    """

    bins: tuple[Bin, ...]
    miscalibration: float
    discrimination: float
    uncertainty: float
    inside: float


@dataclass(frozen=True)
class Luck:
    """What forecasts share, each of shape (forecast,).

    thing       number of what is asked about
    begin, end  first day and last day of the window, as ordinals; a window holds whole weeks, one at least
    """

    thing: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def apart(cls, count: int) -> Luck:
        """Of forecasts that share none."""
        return cls(np.arange(count), np.zeros(count, dtype=np.int64), np.full(count, DAYS))

    def of(self, order: NDArray[np.intp]) -> Luck:
        """In another order."""
        return Luck(self.thing[order], self.begin[order], self.end[order])

    def drawn(self, generator: np.random.Generator, count: int) -> Floats:
        """Uniform numbers by (1), shape (count, forecast)."""
        found = np.empty((count, len(self.thing)))
        for thing in np.unique(self.thing):
            mine = np.flatnonzero(self.thing == thing)
            first = (self.begin[mine] - self.begin[mine].min()) // DAYS
            weeks = np.maximum((self.end[mine] - self.begin[mine]) // DAYS, 1)
            total = np.zeros((count, int((first + weeks).max()) + 1))
            total[:, 1:] = np.cumsum(generator.standard_normal((count, total.shape[1] - 1)), axis=1)
            found[:, mine] = ndtr((total[:, first + weeks] - total[:, first]) / np.sqrt(weeks))
        return found


def reliability(chance: Floats, came: Floats, luck: Luck, seed: int = 1) -> Reliability | None:
    """CORP reliability of chances; None without forecasts. chance, came: shape (forecast,)."""
    if not len(chance):
        return None
    order = np.argsort(chance, kind="stable")
    p, y = chance[order], came[order]
    level = _curve(p, y)
    generator = np.random.Generator(np.random.Philox(key=seed))
    curves = np.array([_curve(p, (drawn < p).astype(np.float64)) for drawn in luck.of(order).drawn(generator, DRAWS)])
    low, high = np.quantile(curves, EDGES, axis=0)
    bins = []
    for value in np.unique(level):
        here = level == value
        edges = float(low[here].mean()), float(high[here].mean())
        bins.append(Bin(float(p[here].mean()), float(value), int(here.sum()), *edges))
    brier = float(((p - y) ** 2).mean())
    recalibrated = float(((level - y) ** 2).mean())
    base = float(((y.mean() - y) ** 2).mean())
    inside = sum(each.forecasts for each in bins if each.is_inside) / len(p)
    return Reliability(tuple(bins), brier - recalibrated, base - recalibrated, base, inside)


def _curve(p: Floats, y: Floats) -> Floats:
    """The share that came, monotone in the chance, shape of `p`, which rises; equal chances have one share."""
    starts = np.flatnonzero(np.diff(p, prepend=-1.0))
    counts = np.diff(np.append(starts, len(p)))
    means = np.add.reduceat(y, starts) / counts
    return np.repeat(np.asarray(isotonic_regression(means, weights=counts).x), counts)
