"""Paired comparison: the same futures, with the same luck, with and without an intervention.

What is reported of an outcome at a horizon, d being the paired difference (base less alternative):

    mean        mean of d: the difference of the two marginal means, which no coupling can change
    error       Monte Carlo standard error of the mean, by parameter rows
    interval    80% interval of the effect to be expected, over what we do not know (the parameters): means of d over
                the futures that share a row of parameters, drawn in towards their mean by the share of their variance
                that is chance (Vb / (Vb + Vw / r), one-way analysis of variance), and widened by the error of the
                mean; no coupling can change this either. Where an F test (5%) cannot tell the variance between rows
                from chance, it is mostly of chance, may be too narrow, and is not `resolved`
    base, other quantiles of the two marginal distributions
    shares      of futures in which d is above, below or within the materiality band; these depend on how the two
                worlds are coupled (here: every random number is the same), and the report says so
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from tertius.engine import Ensemble, Intervention, Layout, Options, Progress, run_arms
from tertius.engine.layout import Overrides
from tertius.errors import OptionError
from tertius.impact.question import Question, other_of, question_of
from tertius.impact.rows import groups_of, quantiles

QUANTILES = (0.1, 0.5, 0.9)
RESOLVED = 0.05  # chance of an F test's statistic, below which rows are said to differ


SURE = 2.0  # standard errors beyond which a difference is said to be more than chance
NONE, WITHIN, BEYOND, UNTOLD = "none", "within", "beyond", "untold"
UP, DOWN, UNSEEN, UNKNOWN = "up", "down", "unseen", "unknown"


@dataclass(frozen=True)
class Difference:
    """One outcome at one horizon; numbers in the outcome's unit, shares in [0, 1].

    outcome    id of the outcome
    week       weeks after the as-of date
    band       materiality band: differences within it do not matter
    mean       mean with the entry less mean without
    error      Monte Carlo standard error of the mean; None with a single row of parameters
    interval   80% interval of the effect to be expected over what we do not know
    base       10%, 50% and 90% quantile with the entry
    other      the same without
    paired     the same of the paired difference
    larger     share of futures in which the difference lies above the band
    smaller    share in which it lies below
    immaterial  share in which it lies within
    same       whether no future differs at all, nor the chances in it where these are known
    resolved   whether what is not known can be told from chance, so that the interval is of both
    trimmed    the mean without the hundredth of the futures that differ most; None for chances and in fewer than 100
    """

    outcome: str
    week: int
    band: float
    mean: float
    error: float | None
    interval: tuple[float, float]
    base: tuple[float, float, float]
    other: tuple[float, float, float]
    paired: tuple[float, float, float]
    larger: float
    smaller: float
    immaterial: float
    same: bool
    resolved: bool = True
    trimmed: float | None = None

    @property
    def turned(self) -> Difference:
        """The same the other way round: the other world less the one with the entry."""
        low, middle, high = self.paired
        return replace(
            self,
            mean=-self.mean,
            interval=(-self.interval[1], -self.interval[0]),
            base=self.other,
            other=self.base,
            paired=(-high, -middle, -low),
            larger=self.smaller,
            smaller=self.larger,
            trimmed=None if self.trimmed is None else -self.trimmed,
        )

    @property
    def directed(self) -> bool:
        """Whether the interval of the expected effect lies on one side of zero."""
        return self.error is not None and not self.interval[0] < 0 < self.interval[1]

    @property
    def rests_on_few(self) -> bool:
        """Whether the hundredth of the futures that differ most carries more than half of the mean."""
        if self.same or self.trimmed is None:
            return False
        return bool(self.trimmed * np.sign(self.mean) < abs(self.mean) / 2)

    @property
    def material(self) -> bool:
        """Whether the mean difference lies beyond the materiality band."""
        return abs(self.mean) > self.band

    @property
    def clear(self) -> bool:
        """Whether the mean difference is at least twice its Monte Carlo error: more than chance makes."""
        return self.error is not None and not self.same and abs(self.mean) >= SURE * self.error

    @property
    def detectable(self) -> bool:
        """Whether it has moved: beyond the band, beyond chance, and in a direction that what we know settles."""
        return self.material and self.clear and self.directed

    @property
    def verdict(self) -> str:
        """What can be said of the mean against the band, twice its error allowed for.

        NONE where no future differs, BEYOND and WITHIN the band, else UNTOLD: more futures would tell. Runs of few
        futures and of many so differ in what they leave untold, and not in what they say.
        """
        if self.same:
            return NONE
        if self.error is None:
            return UNTOLD
        near, far = abs(self.mean) - SURE * self.error, abs(self.mean) + SURE * self.error
        return BEYOND if near > self.band else WITHIN if far <= self.band else UNTOLD

    @property
    def direction(self) -> str:
        """UP or DOWN where both chance and what we do not know leave no doubt; UNSEEN within chance; else UNKNOWN."""
        if self.same:
            return NONE
        if not self.clear:
            return UNSEEN
        return (UP if self.mean > 0 else DOWN) if self.directed else UNKNOWN


@dataclass(frozen=True)
class Comparison:
    """Two ensembles on the same trajectories; `base` as the scenario says, `other` as the question has it."""

    base: Ensemble
    other: Ensemble
    question: Question
    horizons: tuple[int, ...]

    @property
    def interventions(self) -> tuple[str, ...]:
        """What the other world changes, in words."""
        return self.question.labels

    @property
    def kept(self) -> Comparison:
        """The same of the futures whose states were kept: all but of very large runs."""
        count = min(len(arm.everything) for arm in (self.base, self.other))
        if count == len(self.base.trajectories):
            return self
        return replace(self, base=self.base.part(count), other=self.other.part(count))

    @property
    def rows(self) -> NDArray[np.int64]:
        """Number of the parameter row of each future, shape (trajectory,)."""
        return np.asarray(self.base.trajectories // self.base.replicates)

    def at(self, outcome: str, week: int) -> Difference:
        """The difference of one outcome after `week` weeks. Raises UnknownName, OptionError."""
        if not 0 <= week <= self.base.weeks:
            raise OptionError("week", week, f"0 to {self.base.weeks}", "choose a week within the run")
        with_it, without = self.base.of(outcome)[:, week], self.other.of(outcome)[:, week]
        band = self.base.layout.scenario.outcomes[outcome].material.central
        return difference(outcome, week, band, with_it, without, self.rows)

    def any_material(self, outcomes: Sequence[str], week: int) -> float:
        """Share of futures in which any of the outcomes differs by more than its materiality band, either way."""
        moved = np.zeros(len(self.base.trajectories), dtype=bool)
        for name in outcomes:
            band = self.base.layout.scenario.outcomes[name].material.central
            moved |= np.abs(self.base.of(name)[:, week] - self.other.of(name)[:, week]) > band
        return float(moved.mean())

    def table(self) -> list[Difference]:
        """Every outcome at every horizon."""
        return [self.at(outcome, week) for outcome in self.base.outcomes for week in self.horizons]


def difference(
    outcome: str,
    week: int,
    band: float,
    base: NDArray[np.float64],
    other: NDArray[np.float64],
    rows: NDArray[np.int64],
    cleared: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
) -> Difference:
    """Summarise two paired samples, shape (trajectory,), whose parameters are those of `rows`, shape (trajectory,).

    cleared: the two with chance taken out (`impact.chances`), by which mean, error and interval are taken.
    """
    paired = base - other
    told = paired if cleared is None else cleared[0] - cleared[1]
    mean, error, (low, high) = effect(told, rows)
    larger, smaller = float((paired > band).mean()), float((paired < -band).mean())
    return Difference(
        outcome=outcome,
        week=week,
        band=band,
        mean=mean,
        error=None if np.isnan(error) else error,
        interval=(low, high),
        base=_three(base),
        other=_three(other),
        paired=_three(paired),
        larger=larger,
        smaller=smaller,
        immaterial=max(0.0, 1.0 - larger - smaller),
        same=not paired.any() and mean == 0.0,
        resolved=told_from_chance(told, rows),
        trimmed=_trimmed(paired) if cleared is None else None,
    )


def told_from_chance(paired: NDArray[np.float64], rows: NDArray[np.int64]) -> bool:
    """Whether means of rows differ by more than chance makes (F test, 5%); True where there is no chance at all."""
    group, counts = groups_of(rows)
    means = np.bincount(group, paired) / counts
    within = float(((paired - means[group]) ** 2).sum())
    between = float((counts * (means - paired.mean()) ** 2).sum())
    return differs(between, within, len(counts), len(paired))


def differs(between: float, within: float, groups: int, count: int) -> bool:
    """The same from sums of squares between and within so many groups of so many futures."""
    chance = count - groups
    if groups < 2 or chance <= 0:
        return False
    if within == 0.0:
        return True
    return bool(fdtrc(groups - 1, chance, (between / (groups - 1)) / (within / chance)) < RESOLVED)


def _trimmed(paired: NDArray[np.float64]) -> float | None:
    count = len(paired) // 100
    if count == 0:
        return None
    away = np.abs(paired - np.median(paired))
    return float(np.delete(paired, np.argpartition(away, -count)[-count:]).mean())


def effect(
    paired: NDArray[np.float64], rows: NDArray[np.int64], groups: NDArray[np.int64] | None = None
) -> tuple[float, float, tuple[float, float]]:
    """Mean of a paired sample, its Monte Carlo standard error, and the 80% interval of the effect to be expected.

    paired, rows, groups have shape (trajectory,). groups: sets of trajectories that chance keeps apart, by which the
    error is taken; rows where it is not given.
    """
    mean = float(paired.mean())
    means, error = _expected(paired, rows)
    if groups is not None:
        error = _grouped_error(paired, groups)
    low, high = quantiles(means, (0.1, 0.9))
    return mean, error, widened(low, high, mean, error)


def expected_by_row(paired: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Expected difference of each parameter row with chance taken out, shape (row,)."""
    return _expected(paired, rows)[0]


def _grouped_error(paired: NDArray[np.float64], groups: NDArray[np.int64]) -> float:
    """Standard error of the mean over independent groups of any sizes."""
    group, _ = groups_of(groups)
    sums = np.bincount(group, paired - paired.mean())
    count = len(sums)
    return float(np.sqrt((sums**2).sum() * count / (count - 1)) / len(paired)) if count > 1 else float("nan")


def widened(low: float, high: float, mean: float, error: float) -> tuple[float, float]:
    """An 80% interval widened by the Monte Carlo error of the mean in quadrature; it always holds the mean."""
    chance = 0.0 if np.isnan(error) else 1.2816 * error
    return mean - float(np.hypot(max(0.0, mean - low), chance)), mean + float(np.hypot(max(0.0, high - mean), chance))


def _three(values: NDArray[np.float64]) -> tuple[float, float, float]:
    low, middle, high = quantiles(values, QUANTILES)
    return low, middle, high


def _expected(paired: NDArray[np.float64], rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
    """Expected difference of each parameter row with chance taken out, shape (row,), and the mean's standard error."""
    group, counts = groups_of(rows)
    means = np.bincount(group, paired) / counts
    if len(means) < 2:
        return means, float("nan")
    within = float(((paired - means[group]) ** 2).sum())
    kept, error = expected(float(means.var(ddof=1)), within, len(paired), len(means), float((1.0 / counts).mean()))
    return (means if kept == 1.0 else np.asarray(paired.mean() + kept * (means - paired.mean()))), error


def expected(between: float, within: float, count: int, groups: int, uneven: float) -> tuple[float, float]:
    """What of the spread of rows' means is not chance, as a share of their deviation, and the mean's standard error.

    between  variance of the means of rows; within: sum of squared distances of the futures from their row's mean
    uneven   mean over rows of 1 / futures of the row
    """
    if groups < 2:
        return 1.0, float("nan")
    error = float(np.sqrt(between / groups))
    chance = count - groups
    if chance <= 0 or between == 0.0:
        return 1.0, error
    noise = within / chance * uneven
    return float(np.sqrt(max(0.0, between - noise) / between)), error


def compare(
    layout: Layout,
    options: Options,
    without: Sequence[Intervention] = (),
    settings: Overrides | None = None,
    horizons: Sequence[int] = (),
    progress: Progress | None = None,
    rows: NDArray[np.int64] | None = None,
) -> Comparison:
    """Run the layout, and beside it the same with all interventions and settings at once.

    `settings` are quantities set in the alternative alone, path -> value. With neither, the scenario's own
    comparison is made. `rows` are parameter rows to run in place of the first ones, as of `run_arms`. Raises
    OptionError where there is nothing to compare, UnknownName for unknown events or paths.
    """
    return pair(layout, question_of(layout, without, settings), options, horizons, progress, rows)


def pair(
    layout: Layout,
    question: Question,
    options: Options,
    horizons: Sequence[int] = (),
    progress: Progress | None = None,
    rows: NDArray[np.int64] | None = None,
) -> Comparison:
    """Run both worlds of a question; arguments and errors as of `compare`."""
    layouts = [layout, other_of(layout, question)]
    base, changed = run_arms(layouts, options, progress, names=("base", "; ".join(question.labels)), rows=rows)
    return Comparison(base, changed, question, weeks_of(layout, options, horizons))


def set_apart(base: Layout, other: Layout) -> set[str]:
    """Paths of the quantities that are set in one of two layouts, or otherwise than in the other."""
    one, two = base.overrides, other.overrides
    return {path for path in {*one, *two} if one.get(path) != two.get(path)}


def weeks_of(layout: Layout, options: Options, horizons: Sequence[int] = ()) -> tuple[int, ...]:
    """Horizons within the run: those given, else the scenario's, and the last week."""
    return weeks_between(layout, options.weeks, horizons)


def weeks_between(layout: Layout, last: int, horizons: Sequence[int] = ()) -> tuple[int, ...]:
    """The same for a run of `last` weeks."""
    comparison = layout.scenario.comparison
    wanted = tuple(horizons) or (comparison.horizons if comparison else (4, 13, 26, 52))
    return tuple(sorted({week for week in wanted if week <= last} | {last}))
