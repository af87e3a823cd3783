"""Screening: which uncertain quantities leave a trace in the futures that were run already.

A scenario may hold hundreds of them, and most of those of deciding states act on the war through rare steps, if at all.
A quantity leaves a trace when the rank correlation, over the parameter rows, of what was drawn for it with the row's
mean of any outcome, in either world, or of any difference, at any of the comparison's horizons passes BOUND standard
errors, 1 / sqrt(rows - 1). One that bends an outcome both ways at once, or moves it by little of what all others do,
leaves none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout

if TYPE_CHECKING:
    from tertius.impact.comparison import Comparison

BOUND = 3.5  # by chance one in twenty of the quantities that do nothing passes it in some of 120 comparisons
LEAST_ROWS = 100


def bound(comparison: Comparison) -> float | None:
    """The rank correlation that counts as a trace; None where the rows are too few to screen by."""
    rows = len(np.unique(comparison.base.trajectories // comparison.base.replicates))
    return BOUND / float(np.sqrt(rows - 1)) if rows >= LEAST_ROWS else None


def uncertain(layout: Layout) -> list[str]:
    """Paths of the quantities that have a prior or were fitted."""
    return [column.path for column in layout.columns if column.quantity.prior is not None or layout.fitted(column.path)]


def traces(comparison: Comparison) -> dict[str, float]:
    """Largest rank correlation of each uncertain quantity with an outcome or a difference: path -> [0, 1]."""
    paths = uncertain(comparison.base.layout)
    rows = comparison.base.trajectories // comparison.base.replicates
    _, first, group = np.unique(rows, return_index=True, return_inverse=True)
    counts = np.bincount(group)
    ends = np.concatenate(
        [part for week in comparison.horizons for part in _worlds(comparison, week)], axis=1
    )  # (trajectory, 3 x outcome x horizon)
    means = np.stack([np.bincount(group, column) / counts for column in ends.T], axis=1)
    drawn = comparison.base.parameters
    values = np.array([drawn[path][first] for path in paths]).reshape(len(paths), len(first)).T
    correlation = _standard(ranks(values)).T @ _standard(ranks(means)) / len(first)
    return dict(zip(paths, np.abs(correlation).max(axis=1, initial=0.0).tolist(), strict=True))


def _worlds(comparison: Comparison, week: int) -> tuple[NDArray[np.float64], ...]:
    """Outcomes after a week with, without, and their difference, each of shape (trajectory, outcome)."""
    one, two = comparison.base.samples[:, week], comparison.other.samples[:, week]
    return one, two, one - two


def ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1 within each column, shape of `values` (row, column); equal numbers share the mean of theirs."""
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    places = np.arange(len(values))[:, np.newaxis]
    edge = np.ones((1, values.shape[1]), dtype=bool)
    apart = ordered[1:] != ordered[:-1]
    first = np.maximum.accumulate(np.where(np.concatenate([edge, apart]), places, 0), axis=0)
    last = np.where(np.concatenate([apart, edge]), places, len(values))
    last = np.minimum.accumulate(last[::-1], axis=0)[::-1]
    found = np.empty(values.shape)
    np.put_along_axis(found, order, (first + last) / 2 + 1, axis=0)
    return found


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns less their mean over their spread; 0 where a column does not vary."""
    spread = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0))
