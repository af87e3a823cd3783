"""Scores of forecasts of joining, with intervals by drawing disputes anew.

Rows of one dispute are not independent, so whole disputes are drawn with replacement; a draw is a weight for each
dispute (how often it was drawn), and every measure takes weights. Ties are shared fairly: half a pair in the area
under the curve, the expected share among the five best, half a hit for a side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.errors import OptionError
from tertius.history.panel import JOINED_A, Floats, Integers, Panel

SMALLEST = 1e-12  # probabilities are kept this far from 0 and 1 in the log loss
BEST = 5
MEASURES = (
    "log_loss",
    "skill",
    "brier",
    "auc",
    "auc_pr",
    "calibration_slope",
    "observed_over_expected",
    "side_accuracy",
    "side_auc",
    "hits_in_best_five",
)
_BINS = 400  # of the log odds, for the calibration slope


@dataclass(frozen=True)
class Ranking:
    """Rows sorted from the likeliest down; `group` numbers ties from 0."""

    order: Integers
    group: Integers
    ends: Integers

    @classmethod
    def of(cls, values: Floats) -> Ranking:
        """Rank values, (r,)."""
        order = np.argsort(-values, kind="stable")
        fresh = np.r_[True, np.diff(values[order]) != 0]
        ends = np.r_[np.flatnonzero(fresh)[1:], len(values)] - 1
        return cls(order, np.cumsum(fresh) - 1, ends)

    def sums(self, hits: NDArray[np.bool_], weights: Floats) -> tuple[Floats, Floats]:
        """Weights of hits and of misses down to each tie's end, (ties,) each."""
        sorted_weights = weights[self.order]
        sorted_hits = hits[self.order]
        up = np.cumsum(np.where(sorted_hits, sorted_weights, 0.0))[self.ends]
        down = np.cumsum(np.where(sorted_hits, 0.0, sorted_weights))[self.ends]
        return up, down


def auc(ranking: Ranking, hits: NDArray[np.bool_], weights: Floats) -> float:
    """Area under the receiver's curve: chance that a hit ranks above a miss, ties half. nan without both."""
    up, down = ranking.sums(hits, weights)
    if up[-1] <= 0 or down[-1] <= 0:
        return float("nan")
    own_up, own_down = np.diff(np.r_[0.0, up]), np.diff(np.r_[0.0, down])
    return float((own_up * (down[-1] - down + own_down / 2)).sum() / (up[-1] * down[-1]))


def average_precision(ranking: Ranking, hits: NDArray[np.bool_], weights: Floats) -> float:
    """Area under precision against recall: precision at each tie's end, weighted by the hits in it."""
    up, down = ranking.sums(hits, weights)
    if up[-1] <= 0:
        return float("nan")
    gained = np.diff(np.r_[0.0, up])
    return float((gained * up / np.maximum(up + down, 1e-300)).sum() / up[-1])


class Scorer:
    """Scores one model's probabilities on a panel; what does not depend on the weights is made once.

    Args:
        panel: r rows.
        sides: probability of joining each side, (2, r).
        base: the base rate that skill refers to, (r,).
    """

    def __init__(self, panel: Panel, sides: Floats, base: Floats) -> None:
        chance = sides.sum(axis=0)
        if sides.shape != (2, len(panel.outcome)) or not np.isfinite(sides).all() or (sides < 0).any():
            given = f"shape {sides.shape}, {int((~np.isfinite(sides)).sum())} not finite, {int((sides < 0).sum())} < 0"
            raise OptionError("probabilities", given, "(2, rows), each from 0 to 1", "check the model")
        self.hits = panel.joined
        self.chance = np.clip(chance, SMALLEST, 1 - SMALLEST)
        self.loss = -np.where(self.hits, np.log(self.chance), np.log1p(-self.chance))
        clipped = np.clip(base, SMALLEST, 1 - SMALLEST)
        self.base_loss = -np.where(self.hits, np.log(clipped), np.log1p(-clipped))
        self.square = (chance - self.hits) ** 2
        self.ranking = Ranking.of(chance)
        self.joiners = np.flatnonzero(self.hits)
        own = sides[:, self.joiners]
        self.joined_a = panel.outcome[self.joiners] == JOINED_A
        lean = np.sign(own[0] - own[1])
        self.side_right = np.where(lean == 0, 0.5, (lean > 0) == self.joined_a)
        self.side_ranking = Ranking.of(np.log(np.maximum(own[0], 1e-300)) - np.log(np.maximum(own[1], 1e-300)))
        self.in_best = _in_best(panel, chance, self.joiners)
        odds = np.log(self.chance) - np.log1p(-self.chance)
        self.bin = np.minimum((np.argsort(np.argsort(odds, kind="stable")) * _BINS) // len(odds), _BINS - 1)
        counts = np.bincount(self.bin, minlength=_BINS)
        self.bin_odds = np.bincount(self.bin, odds, _BINS) / np.maximum(counts, 1)

    def measures(self, weights: Floats) -> dict[str, float]:
        """Every measure of `MEASURES` with weights of the rows, (r,)."""
        total, joins = weights.sum(), weights[self.joiners]
        expected = float(weights @ self.chance)
        every = max(float(joins.sum()), 1e-300)
        return {
            "log_loss": float(weights @ self.loss / total),
            "skill": float(1 - (weights @ self.loss) / (weights @ self.base_loss)),
            "brier": float(weights @ self.square / total),
            "auc": auc(self.ranking, self.hits, weights),
            "auc_pr": average_precision(self.ranking, self.hits, weights),
            "calibration_slope": self._slope(weights),
            "observed_over_expected": float(joins.sum()) / expected,
            "side_accuracy": float(joins @ self.side_right) / every,
            "side_auc": auc(self.side_ranking, self.joined_a, joins),
            "hits_in_best_five": float(joins @ self.in_best) / every,
        }

    def _slope(self, weights: Floats) -> float:
        """Slope of a logistic regression on the log odds, in bins; 1 for a calibrated spread, nan for a constant."""
        size = np.bincount(self.bin, weights, _BINS)
        joins = np.bincount(self.bin[self.joiners], weights[self.joiners], _BINS)
        x = self.bin_odds
        if np.ptp(x) < 1e-9 or joins.sum() <= 0:
            return float("nan")
        centre = float(size @ x / size.sum())
        point = np.array([np.log(joins.sum() / (size.sum() - joins.sum())), 1.0])
        design = np.stack([np.ones(_BINS), x - centre])
        for _ in range(50):
            chance = 1 / (1 + np.exp(-np.clip(point @ design, -40, 40)))
            gradient = design @ (joins - size * chance)
            hessian = (design * (size * chance * (1 - chance))) @ design.T + 1e-9 * np.eye(2)
            step = np.linalg.solve(hessian, gradient)
            point = point + np.clip(step, -1, 1)
            if np.abs(step).max() < 1e-9:
                break
        return float(point[1])


def _in_best(panel: Panel, chance: Floats, joiners: Integers) -> Floats:
    """Whether each joiner is among the five likeliest of its dispute; ties at the edge by their share."""
    starts = np.r_[panel.starts, len(chance)]
    found = np.empty(len(joiners))
    for place, row in enumerate(joiners):
        dispute = panel.dispute[row]
        own = chance[starts[dispute] : starts[dispute + 1]]
        above, tied = int((own > chance[row]).sum()), int((own == chance[row]).sum())
        found[place] = np.clip((BEST - above) / tied, 0.0, 1.0)
    return found


def resampled(disputes: int, draws: int, seed: int) -> Floats:
    """How often each dispute is drawn, (draws, disputes)."""
    generator = np.random.Generator(np.random.Philox(seed))
    return np.stack(
        [np.bincount(generator.integers(0, disputes, disputes), minlength=disputes) for _ in range(draws)]
    ).astype(np.float64)
