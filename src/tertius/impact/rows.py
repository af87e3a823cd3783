"""Futures by the row of parameters that they share, and quantiles of a sample: what every difference is told from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def groups_of(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number of each future's group, from 0 in the order of the rows, shape (trajectory,), and how many each has.

    rows: number of the row of each future, shape (trajectory,); that they rise, as a run has them, saves sorting.
    """
    steps = rows[1:] != rows[:-1]
    if (rows[1:] >= rows[:-1]).all():
        group = np.zeros(len(rows), dtype=np.int64)
        np.cumsum(steps, out=group[1:])
    else:
        group = np.unique(rows, return_inverse=True)[1]
    return group, np.bincount(group)


def classes_of(places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The same of small numbers from 0 on, shape (trajectory,), in any order: as a rule each is some future's."""
    counts = np.bincount(places)
    if counts.all():
        return places, counts
    return (np.cumsum(counts > 0) - 1)[places], counts[counts > 0]


def quantiles(values: NDArray[np.float64], levels: Sequence[float]) -> tuple[float, ...]:
    """Quantiles of a sample, shape (trajectory,), between its values as `numpy.quantile` takes them, to the bit."""
    place = (len(values) - 1) * np.array(levels)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, len(values) - 1)
    ordered = np.partition(values, np.concatenate([low, high]))
    below, above, part = ordered[low], ordered[high], place - low
    gap = above - below
    return tuple(np.where(part >= 0.5, above - gap * (1.0 - part), below + gap * part).tolist())
