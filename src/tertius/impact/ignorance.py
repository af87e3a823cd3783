"""What is not known: how much of an answer's spread is chance, how much is ignorance, and what would narrow it.

Several futures share a row of quantities, so a one-way analysis of variance parts the spread of a future: within rows
it is chance, which no study removes; between rows it is what is not known of the quantities. Which quantity would
narrow it: the part of the variance between rows that its value alone explains (first-order Sobol index of the expected
answer, estimated from given data by bins of equal size and epsilon squared: Plischke, Borgonovo and Smith 2013, Global
sensitivity measures from given data, European Journal of Operational Research 226). Quantities that were fitted
together share some of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from tertius.impact.comparison import Comparison
from tertius.impact.dissent import correlation_ratio
from tertius.impact.rows import classes_of, quantiles
from tertius.impact.screening import uncertain

BINS = 10
EDGES = np.linspace(0.0, 1.0, BINS + 1)[1:-1].tolist()  # shares of the values below each edge between two bins
LEVEL = 0.05  # of a false alarm in one outcome, over all quantities
FEWEST_ROWS = 200  # below these nothing is told apart


@dataclass(frozen=True)
class Parted:
    """The spread of an outcome over futures, parted.

    unknown  share of the variance that lies between rows of quantities, in [0, 1]; the rest is chance
    chance   the rest: the share that is chance, which no study removes
    error    standard error of `unknown` (Fisher's, for an intraclass correlation)
    """

    unknown: float
    chance: float
    error: float


@dataclass(frozen=True)
class Narrowing:
    """What knowing one quantity would remove.

    path   dotted path of the quantity
    share  share of what is not known of an outcome that knowing it would remove on average, in [0, 1]
    """

    path: str
    share: float


@dataclass(frozen=True)
class Ignorance:
    """What is not known of one outcome with the entry.

    outcome  id of the outcome
    week     weeks after the as-of date
    spread   how much of its spread is chance and how much is not known
    by       quantities that would narrow it, beyond the bound of chance, most first
    tried    quantities that were looked at
    """

    outcome: str
    week: int
    spread: Parted
    by: tuple[Narrowing, ...]
    tried: int


def ignorance(comparison: Comparison, outcomes: tuple[str, ...]) -> tuple[Ignorance, ...]:
    """Chance, ignorance and what would narrow it, for each outcome at the last week.

    Empty where futures do not share rows, or rows are fewer than 200. Raises UnknownName for an unknown outcome.
    """
    base = comparison.base
    rows = base.trajectories // base.replicates
    _, first, group, counts = np.unique(rows, return_index=True, return_inverse=True, return_counts=True)
    if len(counts) < FEWEST_ROWS or counts.max() < 2:
        return ()
    drawn = base.parameters
    bins = {path: binned(np.asarray(drawn[path])[first]) for path in uncertain(base.layout)}
    found = []
    for name in outcomes:
        ends = base.of(name)[:, base.weeks]
        means = np.bincount(group, ends) / counts
        spread = parted(ends, rows)
        by = _narrowing(bins, means, spread, float(ends.var())) if spread.unknown > 2 * spread.error else ()
        found.append(Ignorance(name, base.weeks, spread, by, len(bins)))
    return tuple(found)


def parted(values: NDArray[np.float64], rows: NDArray[np.int64]) -> Parted:
    """Part the variance of values, shape (trajectory,), by their rows, shape (trajectory,)."""
    _, group, counts = np.unique(rows, return_inverse=True, return_counts=True)
    groups, number = len(counts), len(values)
    left = number - groups
    if groups < 2 or left < 1 or not np.ptp(values):
        return Parted(0.0, 1.0, 0.0)
    means = np.bincount(group, values) / counts
    within = float(((values - means[group]) ** 2).sum() / left)
    size = (number - float((counts**2).sum()) / number) / (groups - 1)
    across = float((counts * (means - values.mean()) ** 2).sum() / (groups - 1))
    between = max(0.0, (across - within) / size)
    share = between / (between + within) if between + within > 0 else 0.0
    r = number / groups
    error = np.sqrt(2.0 / (r * (r - 1.0) * (groups - 1.0))) * (1.0 - share) * (1.0 + (r - 1.0) * share)
    return Parted(share, 1.0 - share, float(error))


def _narrowing(
    bins: dict[str, NDArray[np.int64]], means: NDArray[np.float64], spread: Parted, whole: float
) -> tuple[Narrowing, ...]:
    """Quantities whose bins explain more of the rows' means than chance does, as shares of what is not known."""
    scale = float(means.var()) / (spread.unknown * whole)
    found = []
    for path, places in bins.items():
        ratio = correlation_ratio(means, places)
        if ratio > 0.0 and _clear(means, places, LEVEL / len(bins)):
            found.append(Narrowing(path, min(1.0, ratio * scale)))
    return tuple(sorted(found, key=lambda one: (-one.share, one.path)))


def binned(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Bin of each value, shape of `values`: BINS of equal size; equal values share one."""
    edges = np.unique(quantiles(values, EDGES))
    return np.searchsorted(edges, values, side="right").astype(np.int64)


def _clear(means: NDArray[np.float64], bins: NDArray[np.int64], level: float) -> bool:
    """Whether an F test tells the bins' means apart at that level."""
    group, counts = classes_of(bins)
    left = len(means) - len(counts)
    if len(counts) < 2 or left < 1:
        return False
    centres = np.bincount(group, means) / counts
    within = float(((means - centres[group]) ** 2).sum()) / left
    across = float((counts * (centres - means.mean()) ** 2).sum()) / (len(counts) - 1)
    return within == 0.0 or bool(fdtrc(len(counts) - 1, left, across / within) < level)
