"""Who joins a dispute, and on which side: each side scored with the same weights, one effect shared by a dispute.

    u[i, s] = a + w' x[i, s] - log n                       score of third state i for side s                        (1)
    P(i joins s | b) = exp(u[i, s] + b) / (1 + exp(b) (exp u[i, A] + exp u[i, B]))                                  (2)
    b = tau z - tau^2 / 2,  z standard normal, the same for all third states of a dispute                           (3)

    symbol  in code     meaning                                                          unit       value
    x       design      terms of `features.py`, less their mean, over their spread        1
    w       weights     weights, prior normal(0, 1 / penalty)                             1          fitted
    a       intercept   level                                                             1          fitted
    n       count       third states in the dispute                                       states     given
    b       -           effect shared by a dispute, with mean exp(b) = 1                  1          integrated out
    tau     spread      its spread                                                        1          2
    penalty penalty     precision of a weight's prior                                     1          60

Joins cluster: without b, disputes with many joiners (23 in one war) would each count as 23 witnesses. tau and penalty
were chosen by forecasts at rolling origins (docs/history.md); a spread fitted by likelihood (2.8) forecasts the level
worse. b is integrated out on a grid, exact to rounding. Uncertainty of (a, w) is that of disputes, not of rows: the
posterior is normal about the mode with the covariance H^-1 (J + P) H^-1, where H is the curvature, J the
sum over disputes of squared scores and P the prior's precision, so that it holds where (1)-(3) only hold in part.

Limits:   b = 0 (spread 0): a multinomial logit. Swapping the sides swaps the probabilities, exactly.
Source:   form: our choice; data: militarized disputes and alliances (docs/history.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tertius.history.features import RawArrays, design, raw_of
from tertius.history.panel import JOINED_A, JOINED_B, Floats, Integers, Panel

SPREAD = 2.0
PENALTY = 60.0
_NODES_TO = 4.0
_PIECE = 16  # rows whose factors are multiplied before a logarithm is taken: fewer logarithms, no overflow


@dataclass(frozen=True)
class Joining:
    """Fitted weights; mean, scale and weights are (terms,)."""

    mean: Floats
    scale: Floats
    weights: Floats
    intercept: float
    spread: float

    def scores(self, raw: RawArrays) -> Floats:
        """Log intensity of each state for each side without the shared effect, shape (2, rows)."""
        terms = (design(raw) - self.mean) / self.scale
        scores: Floats = terms @ self.weights + self.intercept - np.log(raw.third_states)
        return scores

    def probabilities(self, raw: RawArrays) -> Floats:
        """Probability of joining each side while the dispute lasts, shape (2, rows)."""
        return marginal(self.scores(raw), self.spread)

    def with_row(self, row: Floats) -> Joining:
        """The same with a row of the posterior: intercept first, then weights."""
        return Joining(self.mean, self.scale, row[1:], float(row[0]), self.spread)


def grid(spread: float) -> tuple[Floats, Floats]:
    """Nodes of exp(b) and log weights of the shared effect; trapezoid rule, exact to rounding for a normal."""
    if spread <= 0:
        return np.ones(1), np.zeros(1)
    z = np.arange(-_NODES_TO, _NODES_TO + 1e-9, 0.25 if spread > 1 else 0.5)
    weights = -0.5 * z**2
    return np.exp(spread * z - 0.5 * spread**2), weights - np.log(np.exp(weights).sum())


def marginal(scores: Floats, spread: float) -> Floats:
    """Probability of joining each side with the shared effect integrated out; shape of `scores`, (2, ...)."""
    intensity = np.exp(scores)
    total = intensity.sum(axis=0)
    effects, weights = grid(spread)
    joins = np.zeros_like(total)
    for effect, weight in zip(effects, np.exp(weights), strict=True):
        joins += weight * effect / (1.0 + effect * total)
    return np.asarray(joins * intensity, dtype=np.float64)


def widening(chance: Floats, spread: float, starts: Integers) -> Floats:
    """Probability that anyone joins each dispute, (d,), where a shared effect lies under each state's chance, (rows,).

    `starts` are the first rows of the disputes.
    """
    total = _intensity(chance, spread)
    effects, weights = grid(spread)
    nobody = np.zeros(len(starts))
    for effect, weight in zip(effects, np.exp(weights), strict=True):
        nobody += weight * np.exp(-np.add.reduceat(np.log1p(effect * total), starts))
    return np.asarray(1.0 - nobody, dtype=np.float64)


def _intensity(chance: Floats, spread: float) -> Floats:
    """The intensity whose `marginal` is a chance, by interpolation between logarithms; (rows,)."""
    logs = np.linspace(-30.0, 30.0, 1201)
    chances = marginal(np.stack([logs, np.full_like(logs, -np.inf)]), spread)[0]
    return np.asarray(np.exp(np.interp(np.log(chance), np.log(chances), logs)), dtype=np.float64)


@dataclass(frozen=True)
class _Parts:
    """What value, gradient and curvature are made of.

    logs     log likelihood of each dispute, (d,)
    shares   posterior weight of each value of the shared effect, (nodes, d)
    joining  chance of a row's state to join either side given it, (nodes, rows)
    side     share of each side in that chance, (2, rows)
    """

    logs: Floats
    shares: Floats
    joining: Floats
    side: Floats


class Likelihood:
    """Penalised log likelihood of (intercept, weights) on a panel, with gradients by dispute."""

    def __init__(
        self, panel: Panel, spread: float = SPREAD, penalty: float = PENALTY, terms: Floats | None = None
    ) -> None:
        """Of the law's terms, or of others of the panel's rows, (2, rows, terms)."""
        if terms is None:
            terms = design(raw_of(panel))
        flat = terms.reshape(-1, terms.shape[2])
        self.mean = flat.mean(axis=0)
        spreads = flat.std(axis=0)
        self.scale = np.where(spreads > 1e-9, spreads, 1.0)
        # (2, rows, 1 + terms): a column of ones carries the intercept
        self.terms = np.concatenate([np.ones((*terms.shape[:2], 1)), (terms - self.mean) / self.scale], axis=2)
        self.outcome = panel.outcome
        self.offset = -np.log(panel.count)
        self.starts = panel.starts
        self.sizes = np.diff(np.r_[self.starts, len(panel.outcome)])
        pieces = [np.arange(start, start + size, _PIECE) for start, size in zip(self.starts, self.sizes, strict=True)]
        self.pieces = np.concatenate(pieces)
        self.piece_starts = np.searchsorted(self.pieces, self.starts)
        self.joins = np.add.reduceat(panel.joined.astype(np.float64), self.starts)
        self.effects, self.log_weights = grid(spread)
        self.spread = spread
        self.precision = np.r_[0.0, np.full(len(self.mean), penalty)]

    def _parts(self, point: Floats) -> _Parts:
        scores = self.terms @ point + self.offset
        chosen = np.select([self.outcome == JOINED_A, self.outcome == JOINED_B], [scores[0], scores[1]], 0.0)
        intensity = np.exp(np.minimum(scores, 30.0))
        total = intensity.sum(axis=0)
        base = np.add.reduceat(chosen, self.starts)
        logs = np.empty((len(self.effects), len(self.starts)))
        joining = np.empty((len(self.effects), len(total)))
        for node, effect in enumerate(self.effects):
            odds = effect * total
            np.divide(odds, 1.0 + odds, out=joining[node])
            stays = np.log(np.multiply.reduceat(1.0 + odds, self.pieces))
            logs[node] = base + self.joins * np.log(effect) - np.add.reduceat(stays, self.piece_starts)
        logs += self.log_weights[:, None]
        top = logs.max(axis=0)
        shares = np.exp(logs - top)
        sums = shares.sum(axis=0)
        return _Parts(top + np.log(sums), shares / sums, joining, intensity / total)

    def _mean(self, parts: _Parts, power: int = 1) -> Floats:
        """Mean over the shared effect of a power of each row's chance to join, (rows,)."""
        mean = np.zeros(parts.joining.shape[1])
        for node, chance in enumerate(parts.joining):
            mean += np.repeat(parts.shares[node], self.sizes) * chance**power
        return mean

    def _residuals(self, parts: _Parts) -> Floats:
        """Observed less expected joins of each side, (2, rows)."""
        observed = np.stack([self.outcome == JOINED_A, self.outcome == JOINED_B]).astype(np.float64)
        return np.asarray(observed - self._mean(parts) * parts.side, dtype=np.float64)

    def loss(self, point: Floats) -> tuple[float, Floats]:
        """Minus the penalised log likelihood, and its gradient (1 + terms,)."""
        parts = self._parts(point)
        residuals = self._residuals(parts)
        gradient = residuals[0] @ self.terms[0] + residuals[1] @ self.terms[1]
        penalty = self.precision * point
        return float(-parts.logs.sum() + 0.5 * penalty @ point), penalty - gradient

    def by_dispute(self, point: Floats) -> Floats:
        """Gradient of each dispute's log likelihood, (d, 1 + terms)."""
        residuals = self._residuals(self._parts(point))
        each = residuals[0][:, None] * self.terms[0] + residuals[1][:, None] * self.terms[1]
        return np.add.reduceat(each, self.starts, axis=0)

    def curvature(self, point: Floats) -> Floats:
        """Hessian of the loss, (1 + terms, 1 + terms): the mean over b of its own, less the spread of the gradient."""
        parts = self._parts(point)
        first, second = self._mean(parts), self._mean(parts, 2)
        centre = parts.side[0][:, None] * self.terms[0] + parts.side[1][:, None] * self.terms[1]
        hessian = np.diag(self.precision) - centre.T @ (second[:, None] * centre)
        for side in (0, 1):
            hessian += self.terms[side].T @ ((first * parts.side[side])[:, None] * self.terms[side])
        mean = np.zeros((len(self.starts), len(point)))
        for node, chance in enumerate(parts.joining):
            expected = np.add.reduceat(chance[:, None] * centre, self.starts, axis=0)
            hessian -= expected.T @ (parts.shares[node][:, None] * expected)
            mean += parts.shares[node][:, None] * expected
        return np.asarray(hessian + mean.T @ mean, dtype=np.float64)

    def mode(self) -> Floats:
        """The penalised maximum, (1 + terms,)."""
        from scipy.optimize import minimize
        from threadpoolctl import threadpool_limits

        start = np.r_[np.log(max(float(self.joins.mean()), 1e-3) / 4), np.zeros(len(self.mean))]
        with threadpool_limits(1):  # tall matrices: several threads of linear algebra only wait for each other
            found: Any = minimize(
                self.loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-6}
            )
            point: Floats = found.x
            for _ in range(2):  # Newton's steps, so that the digits do not hang on where the search stopped
                point = point - np.linalg.solve(self.curvature(point), self.loss(point)[1])
        return point

    def joining(self, point: Floats) -> Joining:
        """A point as the fitted model."""
        return Joining(self.mean, self.scale, point[1:], float(point[0]), self.spread)


def fit_joining(panel: Panel, spread: float = SPREAD, penalty: float = PENALTY) -> Joining:
    """The model at its penalised maximum."""
    likelihood = Likelihood(panel, spread, penalty)
    return likelihood.joining(likelihood.mode())


def covariance(likelihood: Likelihood, mode: Floats) -> Floats:
    """Covariance of (intercept, weights) by disputes: H^-1 (J + P) H^-1, (1 + terms, 1 + terms)."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        inverse = np.linalg.inv(likelihood.curvature(mode))
        each = likelihood.by_dispute(mode)
        middle = each.T @ each + np.diag(likelihood.precision)
        return np.asarray(inverse @ middle @ inverse, dtype=np.float64)


def posterior_rows(mode: Floats, spread: Floats, rows: int, seed: int) -> Floats:
    """Draws (rows, 1 + terms) of a normal about the mode; in pairs about it, so that their mean is the mode."""
    half = np.random.Generator(np.random.Philox(seed)).standard_normal(((rows + 1) // 2, len(mode)))
    draws = np.concatenate([half, -half])[:rows]
    factor = np.linalg.cholesky(spread)
    return np.asarray(mode + draws @ factor.T, dtype=np.float64)
