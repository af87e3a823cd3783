"""Launches of a kind of arms: an intensity in active and quiet spells, and salvos more uneven than chance.

    log intensity x_t by (1) of `recursion`
    L_t ~ Poisson(exp(x_t) G_t / r),  G_t ~ Gamma(r)        so that L_t is negative binomial          (3)

Three forms, named before any was scored: the intensity returns to a mean; it wanders; it wanders and grows.

Limits:   r -> infinity: Poisson counts. sigma -> 0: independent counts.
Evidence: priors by judgement, wide; the same for every kind of arms.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from tertius.inference.strikes.recursion import Array, Draws, Evidence, Structure, Unknown

CELLS = (-2.5, 10.0, 126)
START = (3.0, 2.0)
MOST = 1e6
"""Items a week above which no draw goes."""
BURST = Unknown("burst", 2.0, 1.25, "log", 24, "a week's salvo may be a tenth or twice its level, or close to it")
SHOCK = Unknown("shock", 0.2, 0.75, "log", 10, "7 to 50% a week")
PERSISTENCE = Unknown("persistence", 0.95, 1.4, "odds", 7, "spells of a month to two years")
MEAN = Unknown("mean", 3.5, 1.5, "plain", 9, "5 to 220 items a week")
GROWTH = Unknown("growth", 0.0, 0.015, "plain", 7, "up to 2% a week either way")
LAUNCHING = (
    Structure("returning", (PERSISTENCE, SHOCK, MEAN), BURST, CELLS, START),
    Structure("wandering", (SHOCK,), BURST, CELLS, START),
    Structure("growing", (SHOCK, GROWTH), BURST, CELLS, START),
)


def log_width(burst: Array) -> Array:
    """Standard deviation of the logs of a lognormal that has mean 1 and variance 1 / r, as G / r has in (3)."""
    return np.asarray(np.sqrt(np.log1p(1.0 / burst)))


def launch_evidence(count: float) -> Evidence | None:
    """The likelihood of one week's launches by (3); None where they are not known."""
    if not np.isfinite(count):
        return None

    def likelihood(levels: Array, bursts: Array) -> Array:
        r, mean = bursts[:, None], np.exp(levels)[None, :]
        height = gammaln(count + r) - gammaln(r) + r * np.log(r / (r + mean)) + count * np.log(mean / (r + mean))
        return np.asarray(np.exp(height - gammaln(count + 1)))

    return likelihood


def launches_ahead(draws: Draws, weeks: int, generator: np.random.Generator, is_engine: bool = False) -> Array:
    """Launches of the weeks ahead, one future a row, shape (row, week).

    is_engine: a week's unevenness is lognormal of the same mean and variance, as in the law of salvos.
    """
    burst = draws.named["burst"][:, None]
    intensity = np.exp(np.minimum(draws.ahead(weeks, generator), np.log(MOST)))
    if is_engine:
        width = np.broadcast_to(log_width(burst), intensity.shape)
        uneven = np.exp(width * generator.standard_normal(intensity.shape) - width**2 / 2)
    else:
        uneven = generator.gamma(np.broadcast_to(burst, intensity.shape)) / burst
    return generator.poisson(np.minimum(intensity * uneven, MOST)).astype(np.float64)
