"""What a rival structure is: which quantities it learns, which it fixes, its filter and its draws ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Named: TypeAlias = dict[str, Array]


@dataclass(frozen=True)
class Measured:
    """Weekly readings of one observation, up to one day.

    change   weekly change of a level, or a flow, by source: shape (week, 2), NaN where missing or masked
    balance  what stands for the log balance of power of the holder, shape (week,); None without such a series
    start    mean and standard deviation of the tempo before the first week
    level    what is held at the end of the last week (levels only)
    """

    change: Array
    start: tuple[float, float]
    balance: Array | None = None
    level: float | None = None

    @property
    def known(self) -> int:
        """Weeks with a first reading."""
        return int(np.isfinite(self.change[:, 0]).sum())


@dataclass(frozen=True)
class Filtered:
    """Log likelihood of each point and the state in the last week: name -> shape (point,) or (point, regime)."""

    height: Array
    state: Named = field(default_factory=dict)


Filter: TypeAlias = Callable[[Named, Measured], Filtered]
Ending: TypeAlias = Callable[[Named, Filtered, np.random.Generator], Named]
Ahead: TypeAlias = Callable[[Named, Named, Measured, int, np.random.Generator], Array]


@dataclass(frozen=True)
class Structure:
    """A rival law with all that a fit needs of it.

    name      for weights and tables
    title     one sentence for readers
    output    name of the state variable whose series it explains ('area', 'losses')
    learns    quantities of the record that it learns
    nuisance  quantities of the observation that it needs
    fixes     quantities of the record that it holds at a value, which is what makes it this structure
    ends      state quantities of the record that the filter gives for the as-of date
    filter    likelihood and last state of points: name -> shape (point,) for all of learns, nuisance and fixes
    ending    draws of the `ends` quantities, one a point
    ahead     draws of weekly changes (or flows) for weeks to come, shape (point, week)
    """

    name: str
    title: str
    output: str
    learns: tuple[str, ...]
    nuisance: tuple[str, ...]
    fixes: Mapping[str, float]
    ends: tuple[str, ...]
    filter: Filter
    ending: Ending
    ahead: Ahead
    balance_moves: bool = False
    """Whether the series that stands for the balance of power acts in it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The record's quantities that a row of the posterior holds."""
        return (*self.learns, *self.fixes, *(name for name in self.ends if name not in self.learns))
