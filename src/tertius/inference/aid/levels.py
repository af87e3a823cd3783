"""Levels of aid: what a donor allocated in the last six months, against its own usual half-year.

    level  name       allocated in the last six months                      what a reader of the news sees
    0      none       under a fiftieth of its usual half-year                nothing new for half a year
    1      token      a fiftieth to a half of it                             small packages, or one long ago
    2      sustained  half to twice of it                                    packages at its usual pace
    3      surge      twice of it or more                                    a package far above its custom

The usual half-year is the median of the donor's six-month sums that are not zero, among the months known. Sums over
six months are used because levels then persist: over three months two in three steps up were undone within three months
(a single package passes through the window), over six months one in seven. A step is the sign of a month's change of
level. A cut is mostly a package that leaves the window and is not replaced: it lapses, and nobody announces it.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]

WINDOW = 6  # months
EDGES = (0.02, 0.5, 2.0)  # in usual half-years
LEVELS = ("none", "token", "sustained", "surge")
STEPS = ("cut", "hold", "up")
CUT, HOLD, UP = range(3)


def window_sums(amounts: Array) -> Array:
    """Sums over the last six months, EUR, shape (..., month); NaN before there are six."""
    total = np.cumsum(amounts, axis=-1)
    found = np.full(amounts.shape, np.nan)
    found[..., WINDOW - 1 :] = total[..., WINDOW - 1 :]
    found[..., WINDOW:] -= total[..., :-WINDOW]
    # a difference of running totals leaves dust where a window is empty
    return np.where(found < 1e-9 * total, 0.0, found)


def usual_half_year(amounts: Array) -> Array:
    """Median of the half-years that are not zero, EUR, shape (row,); NaN for a row that has none."""
    sums = window_sums(amounts)
    return np.array([np.median(row[row > 0]) if (row > 0).any() else np.nan for row in sums])


def level_of(sums: Array, usual: Array) -> Whole:
    """Levels of six-month sums; `usual` is broadcast against `sums`. NaN gives level 0."""
    return np.asarray(np.digitize(np.nan_to_num(sums / usual), EDGES), dtype=np.int64)


def steps_of(levels: Whole) -> Whole:
    """CUT, HOLD or UP of each month but the first, shape (..., month - 1)."""
    return np.asarray(np.sign(np.diff(levels, axis=-1)) + 1, dtype=np.int64)
