"""What gets through: the chance of a launched item to leak, which moves slowly, and weeks more uneven than chance.

    log odds z_t by (1) of `recursion`
    K_t ~ Binomial(L_t, P_t),  P_t ~ Beta(c p_t, c (1 - p_t)),  p_t = 1 / (1 + exp(-z_t))              (4)

so the leaked K_t of L_t launched are beta binomial. Two forms: the odds wander, or they return to a mean.

Limits:   c -> infinity: binomial. L_t = 0 says nothing.
Evidence: priors by judgement, wide; the same for every kind of arms.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, expit, gammaln

from tertius.inference.strikes.recursion import Array, Draws, Evidence, Structure, Unknown

CELLS = (-7.0, 7.0, 141)
START = (0.0, 2.0)
EVEN = Unknown("evenness", 12.0, 1.25, "log", 20, "weeks' shares nearly alike, or half of them all or nothing")
SHOCK = Unknown("shock", 0.15, 0.75, "log", 10, "log odds move by .05 to .4 a week")
PERSISTENCE = Unknown("persistence", 0.95, 1.4, "odds", 7, "a month to two years")
MEAN = Unknown("mean", 0.0, 1.5, "plain", 9, "a share of 13 to 87%")
LEAKING = (
    Structure("returning", (PERSISTENCE, SHOCK, MEAN), EVEN, CELLS, START),
    Structure("wandering", (SHOCK,), EVEN, CELLS, START),
)


def leak_evidence(launched: float, leaked: float) -> Evidence | None:
    """The likelihood of one week's leak by (4); None where it is not known or nothing was launched."""
    if not (np.isfinite(launched) and np.isfinite(leaked)) or launched < 1:
        return None
    got = min(max(leaked, 0.0), launched)

    def likelihood(levels: Array, even: Array) -> Array:
        p, c = expit(levels)[None, :], even[:, None]
        ways = gammaln(launched + 1) - gammaln(got + 1) - gammaln(launched - got + 1)
        return np.asarray(np.exp(ways + betaln(got + c * p, launched - got + c * (1 - p)) - betaln(c * p, c * (1 - p))))

    return likelihood


def leaks_ahead(draws: Draws, launched: Array, generator: np.random.Generator) -> Array:
    """Leaked of the launched of the weeks ahead, shape (row, week) as `launched`."""
    chance = np.clip(expit(draws.ahead(launched.shape[1], generator)), 1e-9, 1 - 1e-9)
    even = draws.named["evenness"][:, None]
    share = generator.beta(np.maximum(even * chance, 1e-9), np.maximum(even * (1 - chance), 1e-9))
    return generator.binomial(launched.astype(np.int64), share).astype(np.float64)
