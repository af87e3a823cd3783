"""The sided logit: each side scored with the same weights on every column, rows as if independent.

    P(i joins s) = exp(u[i, s]) / (1 + exp u[i, A] + exp u[i, B]),   u[i, s] = a + w' x[i, s] - log n

x are the columns of `columns.py`, less their mean and over their spread; the prior of a weight is normal(0, 1). It is
the law of `joining.py` without the shared effect, on more columns and hardly penalised.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tertius.history.joining import Likelihood
from tertius.history.panel import Floats, Panel

PENALTY = 1.0


@dataclass(frozen=True)
class Sided:
    """Fitted weights; mean, scale and weights are (columns,)."""

    mean: Floats
    scale: Floats
    weights: Floats
    intercept: float

    def probabilities(self, seen: Floats, third_states: Floats) -> Floats:
        """Probability of joining each side, (2, rows); `seen` as of `columns.by_side`."""
        scores = (seen - self.mean) / self.scale @ self.weights + self.intercept - np.log(third_states)
        odds = np.exp(np.minimum(scores, 30.0))
        return np.asarray(odds / (1.0 + odds.sum(axis=0)), dtype=np.float64)


def fit_sided(panel: Panel, seen: Floats) -> Sided:
    """The penalised maximum on a panel whose columns are `seen`, (2, rows, columns)."""
    likelihood = Likelihood(panel, 0.0, PENALTY, seen)
    mode = likelihood.mode()
    return Sided(likelihood.mean, likelihood.scale, mode[1:], float(mode[0]))
