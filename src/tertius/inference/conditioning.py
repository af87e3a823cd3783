"""Evidence on an ensemble: every future weighed by how well it agrees with the claims that count.

With t the truth of a claim in a future, from 0 to 1, and R its likelihood ratio,

    L = 1 + (R - 1) t           or, for a denial,  L = 1 + (R - 1) (1 - t)                (1)
    w = prod L over the claims, scaled to a mean of 1                                     (2)
    ESS = (sum w)^2 / sum w^2                                                             (3)

Truth of an act: whether the instrument has stood beyond its as-of level at the end of a week up to the one told, or
the contingent has been sent by then (1 or 0); with a number N of soldiers, where they were sent,
k + (1 - k) exp(-z^2 / 2), z = log(sent / N) / s. Truth of a value: exp(-z^2 / 2), z = log(x / v) / s: a Gaussian on the
log scale beside a flat part, whose share 1 / R comes from the grade. Without claims all weights are exactly 1.

A claim's own movement of an outcome is the weighted mean with all claims less that with all others (leave one out). Its
standard error is by the delta method over the parameter rows, which futures share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tertius.calendar import week_index
from tertius.engine import Ensemble, Options
from tertius.errors import OptionError
from tertius.evidence.reading.bearings import Act, Value, Weighable

Floats = NDArray[np.float64]
LEAST_SHARE: Final = 0.25
"""Effective futures, as a share of those asked for, below which more are run."""
MOST_TIMES: Final = 8
"""Times as many futures as were asked for, at most."""

DETECTABLE: Final = 3.0
"""Standard errors; an article makes some hundred comparisons."""


def truth(ensemble: Ensemble, observed: Act | Value) -> Floats:
    """Truth of what was observed in each future, shape (trajectory,), from 0 to 1."""
    if isinstance(observed, Value):
        measured = _quantity(ensemble, observed.path)
        if observed.per is not None:
            measured = measured / _quantity(ensemble, observed.per)
        return _near(measured, observed.value, observed.log_error)
    week = _week(ensemble, observed)
    is_true = np.zeros(len(ensemble.trajectories), dtype=bool)
    if observed.instrument is not None:
        level = ensemble.path(f"instruments.{observed.instrument}.level")[:, : week + 1]
        is_true |= (observed.direction * (level - level[:, :1]) > 0).any(axis=1)
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


def _quantity(ensemble: Ensemble, path: str) -> Floats:
    drawn = ensemble.parameters.get(path)
    if drawn is not None:
        return np.asarray(drawn)
    held = next(column for column in ensemble.layout.columns if column.path == path)
    return np.full(len(ensemble.trajectories), held.quantity.central)


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
    """

    claims: tuple[Weighable, ...]
    truths: Floats
    factors: Floats
    rows: NDArray[np.int64]

    @cached_property
    def counting(self) -> tuple[int, ...]:
        """Places in `claims` of those that count, in the order of `factors`."""
        return tuple(place for place, one in enumerate(self.claims) if one.counts)

    @cached_property
    def weights(self) -> Floats:
        """Weights with a mean of 1, shape (trajectory,)."""
        return self._product(self.factors)

    @property
    def uniform(self) -> Floats:
        """Weights without any claim."""
        return np.ones(len(self.rows))

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
        """By logarithms, so that many claims do not overflow; exactly 1 where the claims do not tell futures apart."""
        if not (factors != factors[:, :1]).any():
            return self.uniform
        logs = np.log(factors).sum(axis=0)
        raw = np.exp(logs - logs.max())
        return np.asarray(raw / raw.mean())

    def moved(self, values: Floats, before: Floats, after: Floats) -> Moved:
        """How the mean of values, shape (trajectory,), moves from one set of weights (of mean 1) to another."""
        first, second = float((before * values).mean()), float((after * values).mean())
        parts = after * (values - second) - before * (values - first)
        _, group = np.unique(self.rows, return_inverse=True)
        sums = np.bincount(group, parts)
        error = float(np.sqrt((sums**2).sum())) / len(values)
        return Moved(first, second, error)


def weigh(ensemble: Ensemble, claims: Sequence[Weighable]) -> Weighed:
    """Weigh the futures of an ensemble by claims.

    Raises:
        OptionError: so many futures that not all state variables of all of them were kept.
    """
    kept, count = len(ensemble.everything), len(ensemble.trajectories)
    observed = [(one, one.observed) for one in claims if one.counts and one.observed is not None]
    if kept < count and observed:
        allowed = f"at most {kept:,} for {ensemble.weeks} weeks of this scenario, where claims are to be weighed"
        raise OptionError("futures", count, allowed, "ask for fewer futures or weeks")
    truths = np.array([truth(ensemble, what) for _, what in observed]).reshape(len(observed), count)
    factors = np.ones_like(truths)
    for place, (one, _) in enumerate(observed):
        factors[place] += (one.ratio - 1.0) * (1.0 - truths[place] if one.against else truths[place])
    return Weighed(tuple(claims), truths, factors, ensemble.trajectories // ensemble.replicates)


@dataclass(frozen=True)
class Attempt:
    """A run that was weighed: futures and the effective number of them."""

    futures: int
    size: float


def run_until_enough(
    run: Callable[[Options], Sequence[Ensemble]], options: Options, claims: Sequence[Weighable]
) -> tuple[Sequence[Ensemble], Weighed, tuple[Attempt, ...]]:
    """Run, weigh the first ensemble, and run more futures until enough of them count.

    The larger run begins with the same futures, so that the outcome depends on the seed alone. Enough is LEAST_SHARE of
    the futures asked for; more than MOST_TIMES as many are not run.
    """
    attempts: list[Attempt] = []
    futures = options.futures
    while True:
        found = run(replace(options, futures=futures))
        weighed = weigh(found[0], claims)
        attempts.append(Attempt(len(found[0].trajectories), weighed.size))
        enough = LEAST_SHARE * options.futures
        most = min(MOST_TIMES * options.futures, _most_kept(found[0]))
        if weighed.size >= enough or futures >= most or not found[0].complete:
            return found, weighed, tuple(attempts)
        wanted = ceil(futures * max(2.0, 1.2 * enough / weighed.size))
        futures = min(most, wanted)


def _most_kept(ensemble: Ensemble) -> int:
    """Futures of which every state variable would be kept."""
    from tertius.engine.run import EVERYTHING_BYTES

    _, steps, outputs = ensemble.everything.shape
    return max(len(ensemble.trajectories), EVERYTHING_BYTES // (4 * steps * max(1, outputs)))


def quantiles(values: Floats, weights: Floats, levels: Sequence[float]) -> list[float]:
    """Weighted quantiles: the least value at which the running share of the weights reaches the level."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    places = np.searchsorted(share, np.asarray(levels) * (1.0 - 1e-12))
    return [float(values[order[min(place, len(values) - 1)]]) for place in places]


def drawn_by(weights: Floats, count: int) -> NDArray[np.int64]:
    """Places of `count` futures drawn in proportion to their weights, evenly spaced over their running sum.

    Equal weights draw every future once, in order, where `count` is their number.
    """
    total = np.cumsum(weights)
    marks = (np.arange(count) + 0.5) / count * total[-1]
    return np.asarray(np.minimum(np.searchsorted(total, marks, side="right"), len(weights) - 1), dtype=np.int64)


def resampled(ensemble: Ensemble, places: NDArray[np.int64]) -> Ensemble:
    """The futures at the places given, some more than once, as an ensemble of its own."""
    return replace(
        ensemble,
        asked=len(places) if ensemble.complete else max(len(places) + 1, ensemble.asked),
        trajectories=ensemble.trajectories[places],
        samples=ensemble.samples[places],
        everything=ensemble.everything[places],
    )
