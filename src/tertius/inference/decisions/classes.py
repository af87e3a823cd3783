"""Rates of steps, pooled within classes of instruments: partial pooling of counts over exposures.

Instrument i of class c took n steps in T years, at a rate l of its own about its class's:

    n ~ Poisson(l T),    l ~ Gamma(a, a / mu_c),    log mu_c ~ Normal(m, s^2)                          (1)

so that given mu_c the rate is Gamma(a + n, a / mu_c + T). Steps up and down are fitted apart; a record holds few steps
down, since a step up is news and its lapse is not, so these classes are held nearer together by their prior (s_0).

    symbol  meaning                                              unit     prior
    m       log of the rate of a typical class                   log/year Normal(log 0.4, 1)
    s       spread of classes                                    1        lognormal about 0.8 (up), 0.3 (down)
    a       how alike instruments of a class are                 1        lognormal about 1

The mode of (1) with its curvature gives log mu_c as a normal; its spread widens the gamma of a new instrument:
1 / a' = 1 / a + exp(var) - 1.

Source:   Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 5 (partial pooling); mode and curvature by BFGS and
          differences. Priors: judgement, wide; they matter where a class has no record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from tertius.engine import WEEKS_A_YEAR
from tertius.inference.decisions.panel import Floats, Panel
from tertius.reference import ClassRates, Pool

DIRECTIONS: Final = ("up", "down")
SPREAD: Final = {"up": 0.8, "down": 0.3}
TYPICAL: Final = 0.4  # steps a year


def fit_classes(panel: Panel) -> ClassRates:
    """Fit (1) to a record, steps up and down apart."""
    up, down = (
        _fit(direction, panel.kinds, taken.sum(axis=0), room.sum(axis=0) / WEEKS_A_YEAR)
        for direction, taken, room in (("up", panel.up, panel.open_up), ("down", panel.down, panel.open_down))
    )
    return ClassRates(up, down)


def _fit(direction: str, kinds: Sequence[str], steps: Floats, years: Floats) -> Pool:
    classes = sorted(set(kinds))
    place = np.array([classes.index(kind) for kind in kinds])

    def loss(point: Floats) -> float:
        typical, log_spread, log_alike, *means = point
        alike, spread = np.exp(log_alike), np.exp(log_spread)
        mean = np.exp(np.asarray(means)[place]) * years
        with np.errstate(divide="ignore", invalid="ignore"):
            likelihood = (
                gammaln(alike + steps) - gammaln(alike) + alike * np.log(alike / (alike + mean))
                + np.where(steps > 0, steps * np.log(mean / (alike + mean)), 0.0)
            )  # fmt: skip
        prior = ((typical - np.log(TYPICAL)) ** 2 + (log_spread - np.log(SPREAD[direction])) ** 2 / 0.4**2) / 2
        prior += log_alike**2 / 0.5**2 / 2
        prior += ((np.asarray(means) - typical) ** 2).sum() / spread**2 / 2 + len(means) * log_spread
        return float(prior - likelihood.sum())

    start = np.r_[np.log(TYPICAL), np.log(SPREAD[direction]), 0.0, np.full(len(classes), np.log(TYPICAL))]
    found = minimize(loss, start, method="BFGS", options={"gtol": 1e-6})
    error = np.sqrt(np.diag(np.linalg.inv(_curvature(loss, found.x))))
    typical, log_spread, log_alike, *means = (round(float(value), 4) for value in found.x)
    told = {kind: (means[row], round(float(error[3 + row]), 4)) for row, kind in enumerate(classes)}
    counts = {kind: float(steps[place == row].sum()) for row, kind in enumerate(classes)}
    spans = {kind: round(float(years[place == row].sum()), 2) for row, kind in enumerate(classes)}
    alike, spread = round(float(np.exp(log_alike)), 4), round(float(np.exp(log_spread)), 4)
    return Pool(alike, typical, round(float(error[0]), 4), spread, told, counts, spans)


def _curvature(loss: object, point: Floats, step: float = 1e-3) -> Floats:
    """Second derivatives of a loss at a point by central differences, shape (number, number)."""
    assert callable(loss)
    size = len(point)
    found = np.zeros((size, size))
    shifts = np.eye(size) * step
    for i in range(size):
        for j in range(i + 1):
            value = (
                loss(point + shifts[i] + shifts[j]) - loss(point + shifts[i] - shifts[j])
                - loss(point - shifts[i] + shifts[j]) + loss(point - shifts[i] - shifts[j])
            )  # fmt: skip
            found[i, j] = found[j, i] = value / (4 * step**2)
    return found
