"""Evidence on an ensemble: every future weighed by how well it agrees with the claims that count.

With t the truth of a claim in a future, from 0 to 1, and R its likelihood ratio,

    L = 1 + (R - 1) t           or, for a denial,  L = 1 + (R - 1) (1 - t)                (1)
    w = prod L over the claims, scaled to a mean of 1                                     (2)
    ESS = (sum w)^2 / sum w^2                                                             (3)

Truth of an act: whether the instrument has stood beyond its as-of level, or at the level told or beyond it, at the end
of a week up to the one told, or the contingent has been sent by then (1 or 0); with a number N of soldiers, where they
were sent,
k + (1 - k) exp(-z^2 / 2), z = log(sent / N) / s. Truth of a value: exp(-z^2 / 2), z = log(x / v) / s: a Gaussian on the
log scale beside a flat part, whose share 1 / R comes from the grade. Without claims all weights are exactly 1.

A claim's own movement of an outcome is the weighted mean with all claims less that with all others (leave one out). Its
standard error is by the delta method over the parameter rows, which futures share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tertius.calendar import week_index
from tertius.engine import Ensemble, Layout
from tertius.errors import OptionError
from tertius.evidence.claims.bearings import Act, Value, Weighable

Floats = NDArray[np.float64]

DETECTABLE: Final = 3.0
"""Standard errors; an article makes some hundred comparisons."""


def truth(ensemble: Ensemble, observed: Act | Value) -> Floats:
    """Truth of what was observed in each future, shape (trajectory,), from 0 to 1."""
    if isinstance(observed, Value):
        return truth_of_value(ensemble.layout, ensemble.parameters, len(ensemble.trajectories), observed)
    week = _week(ensemble, observed)
    is_true = np.zeros(len(ensemble.trajectories), dtype=bool)
    if observed.instrument is not None:
        level = ensemble.path(f"instruments.{observed.instrument}.level")[:, : week + 1]
        beyond = observed.direction * (level - level[:, :1]) > 0
        is_true |= (beyond if observed.level is None else level >= observed.level).any(axis=1)
    if observed.contingent is not None and observed.direction > 0:
        sent = ensemble.path(f"contingents.{observed.contingent}.sent").astype(np.float64)
        is_true |= sent[:, week] > sent[:, 0]
        if observed.soldiers is not None:
            near = _near(sent[:, week], observed.soldiers, observed.log_error)
            return is_true * (observed.without_number + (1.0 - observed.without_number) * near)
    return is_true.astype(np.float64)


def _week(ensemble: Ensemble, act: Act) -> int:
    """The last week whose end counts, on the run's axis of weeks, 0 being the as-of date."""
    if act.by is None:
        return ensemble.weeks
    week = max(0, week_index(ensemble.layout.scenario.as_of, act.by) + 1) + act.within_weeks
    return min(week, ensemble.weeks)


def _near(measured: Floats, told: float, error: float) -> Floats:
    with np.errstate(divide="ignore"):
        apart = np.log(measured) - np.log(told)
    return np.asarray(np.exp(-0.5 * (apart / error) ** 2))


def truth_of_value(layout: Layout, drawn: Mapping[str, Floats], count: int, observed: Value) -> Floats:
    """Truth of a value in `count` draws of the parameters, path -> shape (count,)."""

    def quantity(path: str) -> Floats:
        if path in drawn:
            return drawn[path]
        held = next(column for column in layout.columns if column.path == path)
        return np.full(count, held.quantity.central)

    measured = quantity(observed.path)
    if observed.per is not None:
        measured = measured / quantity(observed.per)
    return _near(measured, observed.value, observed.log_error)


def effective(weights: Floats) -> float:
    """Effective sample size of weights, shape (trajectory,), by (3)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


@dataclass(frozen=True)
class Moved:
    """A weighted mean without something, with it, and the standard error of the movement."""

    before: float
    after: float
    error: float

    @property
    def by(self) -> float:
        """How far it moved."""
        return self.after - self.before

    @property
    def detectable(self) -> bool:
        """Whether it moved by at least DETECTABLE times its error."""
        return abs(self.by) >= DETECTABLE * self.error > 0.0


@dataclass(frozen=True)
class Weighed:
    """Futures with the claims that count.

    claims    what was said of every claim, also of those that move nothing
    truths    truth of each claim that counts, shape (claim that counts, trajectory)
    factors   its likelihood in each future by (1), same shape
    rows      number of each future's row of parameters, shape (trajectory,)
    base      weights without any claim, of mean 1, shape (trajectory,): 1 where futures were run as they come
    """

    claims: tuple[Weighable, ...]
    truths: Floats
    factors: Floats
    rows: NDArray[np.int64]
    base: Floats

    @cached_property
    def counting(self) -> tuple[int, ...]:
        """Places in `claims` of those that count, in the order of `factors`."""
        return tuple(place for place, one in enumerate(self.claims) if one.counts)

    @cached_property
    def weights(self) -> Floats:
        """Weights with a mean of 1, shape (trajectory,)."""
        return self._product(self.factors)

    @property
    def moves(self) -> bool:
        """Whether the claims tell any two futures apart."""
        return bool((self.factors != self.factors[:, :1]).any())

    @property
    def size(self) -> float:
        """Effective sample size."""
        return effective(self.weights)

    def without(self, claim: int) -> Floats:
        """Weights with all claims but one, given by its place in `claims`."""
        return self._product(np.delete(self.factors, self.counting.index(claim), axis=0))

    def _product(self, factors: Floats) -> Floats:
        """By logarithms, so that many claims do not overflow; `base` itself where they do not tell futures apart."""
        if not (factors != factors[:, :1]).any():
            return self.base
        logs = np.log(factors).sum(axis=0)
        raw = self.base * np.exp(logs - logs.max())
        return np.asarray(raw / raw.mean())

    def moved(self, values: Floats, before: Floats, after: Floats) -> Moved:
        """How the mean of values, shape (trajectory,), moves from one set of weights (of mean 1) to another."""
        first, second = float((before * values).mean()), float((after * values).mean())
        return Moved(first, second, self._error(after * (values - second) - before * (values - first)))

    def moved_share(self, part: Floats, whole: Floats, before: Floats, after: Floats) -> Moved | None:
        """How a share, the mean of `part` over that of `whole`, moves; None where nothing of the whole is there."""
        sizes = float((before * whole).mean()), float((after * whole).mean())
        if min(sizes) <= 0.0:
            return None
        first, second = float((before * part).mean()) / sizes[0], float((after * part).mean()) / sizes[1]
        parts = after * (part - second * whole) / sizes[1] - before * (part - first * whole) / sizes[0]
        return Moved(first, second, self._error(parts))

    def _error(self, parts: Floats) -> float:
        """Standard error of a mean of parts that sum to zero, futures of one row of parameters taken together."""
        _, group = np.unique(self.rows, return_inverse=True)
        sums = np.bincount(group, parts)
        return float(np.sqrt((sums**2).sum())) / len(parts)


def weigh(ensemble: Ensemble, claims: Sequence[Weighable], base: Floats | None = None) -> Weighed:
    """Weigh the futures of an ensemble by claims; `base` are their weights without any, where these are not equal.

    Raises:
        OptionError: so many futures that not all state variables of all of them were kept.
    """
    kept, count = len(ensemble.everything), len(ensemble.trajectories)
    observed = [(one, one.observed) for one in claims if one.counts and one.observed is not None]
    if kept < count and observed:
        allowed = f"at most {kept:,} for {ensemble.weeks} weeks of this scenario, where claims are to be weighed"
        raise OptionError("futures", count, allowed, "ask for fewer futures or weeks")
    truths = np.array([truth(ensemble, what) for _, what in observed]).reshape(len(observed), count)
    factors = np.array([likelihood(one, truths[place]) for place, (one, _) in enumerate(observed)])
    rows = ensemble.trajectories // ensemble.replicates
    return Weighed(tuple(claims), truths, factors.reshape(truths.shape), rows, np.ones(count) if base is None else base)


def likelihood(one: Weighable, truths: Floats) -> Floats:
    """Likelihood of a claim by (1) where it is as true as given."""
    return np.asarray(1.0 + (one.ratio - 1.0) * (1.0 - truths if one.against else truths))


def quantiles(values: Floats, weights: Floats, levels: Sequence[float]) -> list[float]:
    """Weighted quantiles: the least value at which the running share of the weights reaches the level."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    places = np.searchsorted(share, np.asarray(levels) * (1.0 - 1e-12))
    return [float(values[order[min(place, len(values) - 1)]]) for place in places]
