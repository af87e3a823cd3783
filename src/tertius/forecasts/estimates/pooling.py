"""Pooled estimates, with equal weights.

Chances are pooled by the geometric mean of odds: with p_i the n estimates,

    logit P = (1/n) sum_i logit p_i                                                               (1)

It treats a chance and its opposite alike, and minds estimates near 0 and 1, where an average of chances is too tame.
Quantities are pooled by averaging each quantile: Q(u) = (1/n) sum_i q_i(u). The average of distributions would be wider
the more the analysts disagree in place; averaged quantiles are as wide as the analysts are on average, and the
disagreement is told beside them.

Source: (1) Satopaa et al. 2014, "Combining multiple probability predictions using a simple logit model", International
        Journal of Forecasting 30, 344-356, without its extremising, which needs a record of the same analysts;
        quantiles: Lichtendahl, Grushka-Cockayne and Winkler 2013, "Is it better to average probabilities or
        quantiles?", Management Science 59, 1594-1611. Equal weights: no analyst has a record here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log
from typing import Literal

from tertius.forecasts.estimates.records import CHANCE, LEVELS, Question, Round
from tertius.world.priors import Lognormal, Normal, Prior

LEAST_CHANCE, LARGEST_CHANCE = 0.001, 0.999
"""Bounds of an estimated chance: of 0 or 1 the odds could not be averaged with any other's."""
_Z = 1.6448536269514722  # standard deviations from the median of a normal to its 95% quantile


@dataclass(frozen=True)
class Pool:
    """What the analysts say together of a question.

    question      its id
    analysts      how many estimated it
    values        pooled: a chance, or 5%, 50% and 95% quantiles
    lowest, highest   least and largest of the chances, or of the medians
    overlap       whether some value lies within everybody's 5% to 95%; true of chances by convention
    own           the program's number, in the same form
    outside       whether the program's chance, or median, lies outside what the analysts span
    """

    question: str
    analysts: int
    values: tuple[float, ...]
    lowest: float
    highest: float
    overlap: bool
    own: tuple[float, ...]
    outside: bool


def pooled(told: Round, which: Literal["first", "last"] = "last") -> tuple[Pool, ...]:
    """Every question that somebody estimated, by the first estimates or by those that count in the end."""
    pools = []
    for question in told.questions:
        given = [each.first if which == "first" else each.last for each in told.analysts]
        values = [found[question.id].values for found in given if question.id in found]
        if values:
            pools.append(_pool(question, values))
    return tuple(pools)


def _pool(question: Question, values: Sequence[tuple[float, ...]]) -> Pool:
    if question.kind == CHANCE:
        together = (mean_of_odds([each[0] for each in values]),)
        middles, own, overlap = [each[0] for each in values], question.own[0], True
    else:
        together = tuple(sum(level) / len(values) for level in zip(*values, strict=True))
        middles, own = [each[1] for each in values], question.own[1]
        overlap = max(each[0] for each in values) <= min(each[2] for each in values)
    low, high = min(middles), max(middles)
    return Pool(question.id, len(values), together, low, high, overlap, question.own, not low <= own <= high)


def mean_of_odds(chances: Sequence[float]) -> float:
    """The chance whose odds are the geometric mean of those of some chances, (1). All lie within 0 and 1."""
    mean = sum(log(p / (1.0 - p)) for p in chances) / len(chances)
    return 1.0 / (1.0 + exp(-mean))


def prior_of(quantiles: Sequence[float], low: float = -inf, high: float = inf) -> Prior:
    """A prior with 5%, 50% and 95% quantiles as near to those given as its form allows.

    A normal, cut at what the quantity may not pass; or a lognormal, where the quantity is positive without an upper
    bound and this comes nearer.
    """
    from scipy.optimize import least_squares

    five, half, most = quantiles
    width = most - five
    cut_low, cut_high = (None if abs(bound) == inf else bound for bound in (low, high))

    def exact(told: Sequence[float]) -> Normal:
        return Normal(mean=float(told[0]), sd=float(exp(told[1])), low=cut_low, high=cut_high)

    def normal(told: Sequence[float]) -> Normal:
        return Normal(mean=_short(told[0]), sd=_short(exp(told[1])), low=cut_low, high=cut_high)

    def misses(prior: Prior) -> list[float]:
        return [
            (float(prior.quantile(level)) - wanted) / width for level, wanted in zip(LEVELS, quantiles, strict=True)
        ]

    begin = [half, log(width / (2 * _Z))]
    narrow, wide = log(width / 20), log(width * 2)
    bounds = ([five - 3 * width, narrow], [most + 3 * width, wide])
    fit = least_squares(lambda told: misses(exact(told)), begin, bounds=bounds)
    found: Prior = normal(fit.x)
    if low >= 0 and high == inf and five > 0:
        other = Lognormal(median=_short(half), sigma=_short(max(1e-6, (log(most) - log(five)) / (2 * _Z))))
        if sum(each**2 for each in misses(other)) < sum(each**2 for each in misses(found)):
            found = other
    return found


def _short(value: float) -> float:
    """A number as a person would write it: five significant digits."""
    return float(f"{value:.5g}")
