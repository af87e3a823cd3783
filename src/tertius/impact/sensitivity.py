"""What the answer rests on: each uncertain quantity moved over its 10-90% range, and each law switched off.

One at a time, on the same futures with the same luck, all else as drawn. A quantity that moves no outcome, in either
arm, and no difference, by more than its materiality band is inert on this scenario.

Where a comparison of enough futures was run, only quantities that leave a trace in it are moved (see `screening`); the
others are told by name. And what it says of the difference is then read from all its futures: their mean where the
quantity lies in its lowest fifth and where it lies in its highest, which are centred on its 10% and 90% values. Where
rare turns of a war carry the difference, that has a fraction of the error of a few futures moved.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout, Options, Progress, draws_of, laws, sample
from tertius.engine.layout import Column
from tertius.impact.channels import BACKGROUND
from tertius.impact.comparison import Comparison, set_apart
from tertius.impact.screening import bound, traces, uncertain

FIFTH = 0.2
ENDS = (0.1, 0.9)


@dataclass(frozen=True)
class Movement:
    """How one quantity moves the differences at the last week.

    low, high    its 10% and 90% values
    at_low       mean difference of each outcome with the quantity at `low`, or in its lowest fifth, shape (outcome,)
    at_high      the same at `high`, or in its highest fifth; outcomes' units
    error        largest standard error of the two, shape (outcome,)
    gap_error    standard error of the difference of the two, shape (outcome,)
    reach        largest movement of any outcome (either arm, any week) or difference, in materiality bands; not a
                 number where no futures were moved to tell
    """

    path: str
    low: float
    high: float
    at_low: NDArray[np.float64]
    at_high: NDArray[np.float64]
    error: NDArray[np.float64]
    gap_error: NDArray[np.float64]
    reach: float

    @property
    def inert(self) -> bool:
        """Whether it moves nothing beyond its materiality band."""
        return self.reach <= 1.0

    def turns(self, outcome: int) -> bool:
        """Whether it turns the sign of an outcome's mean difference, by more than twice the error on both sides."""
        low, high, error = float(self.at_low[outcome]), float(self.at_high[outcome]), float(self.error[outcome])
        return low * high < 0 and min(abs(low), abs(high)) > 2 * error

    def span(self, outcome: int) -> float:
        """How far it moves the mean difference of an outcome, in the outcome's unit."""
        return float(abs(self.at_high[outcome] - self.at_low[outcome]))

    def clear(self, outcome: int) -> bool:
        """Whether that lies beyond twice its standard error."""
        return self.span(outcome) > 2 * float(self.gap_error[outcome])

    def net(self, outcome: int) -> float:
        """How far it moves it with chance's part taken out, in the outcome's unit: sqrt(span^2 - error^2), or 0."""
        span, error = self.span(outcome), float(self.gap_error[outcome])
        return float(np.sqrt(span**2 - error**2)) if span > error else 0.0


@dataclass(frozen=True)
class SwitchOff:
    """Mean difference of each outcome, shape (outcome,), at the last week with one law off in both arms."""

    law: str
    title: str
    mean: NDArray[np.float64]
    change: NDArray[np.float64]
    """Mean difference less that with every law on, on the same futures, shape (outcome,)."""
    error: NDArray[np.float64]
    """Standard error of the change, shape (outcome,)."""


@dataclass(frozen=True)
class Sensitivity:
    """Movements of uncertain quantities on `futures` futures, switch-offs of every law on `futures_off`.

    unmoved   paths of quantities that were not moved, since they leave no trace in the futures already run
    bound     rank correlation below which they stay with every outcome and difference; 0 where nothing was screened
    read      futures from which the movements of differences were read; 0 where they are those of the futures moved
    """

    outcomes: tuple[str, ...]
    futures: int
    futures_off: int
    mean: NDArray[np.float64]
    movements: tuple[Movement, ...]
    switch_offs: tuple[SwitchOff, ...]
    unmoved: tuple[str, ...] = ()
    bound: float = 0.0
    read: int = 0

    @property
    def inert(self) -> tuple[str, ...]:
        """Paths of quantities that move nothing material."""
        return tuple(movement.path for movement in self.movements if movement.inert)

    def ranked(self, outcome: str) -> list[Movement]:
        """Movements by how far they move one outcome's difference, the furthest first."""
        place = self.outcomes.index(outcome)
        return sorted(self.movements, key=lambda movement: (-movement.span(place), movement.path))


def sensitivity(
    base: Layout,
    other: Layout,
    options: Options,
    futures: int = 48,
    progress: Progress | None = None,
    seen: Comparison | None = None,
    whole: bool = True,
) -> Sensitivity:
    """Move uncertain quantities of `base` and switch off every law, in both arms.

    seen: a comparison of the two, by which quantities are screened; without it, all are moved.
    whole: else only what carries the differences, as a first page tells: where `seen` can be read, no futures are
    moved, so that nothing is told of what is inert, and laws of the background (`channels`) stay on.
    """
    limit = bound(seen) if seen is not None else None
    # Where differences are read from the comparison, the futures moved have only to tell what is inert.
    wanted = futures if limit is None else -(-futures // 2)
    few = replace(options, futures=min(wanted, options.futures), replicates=1, outputs=())
    many = _Both(base, other, replace(few, futures=_futures_off(futures, options)))
    on = many.difference({})
    found = traces(seen) if seen is not None and limit is not None else {}
    unmoved = {path for path, trace in found.items() if trace < (limit or 0.0)}
    moving = [base.by_path[path] for path in uncertain(base) if path not in unmoved]
    names = [law.name for law in laws() if law.off and (whole or law.name not in BACKGROUND)]
    tasks: list[Callable[[], Movement | SwitchOff]] = [partial(_switch, many, name, on) for name in names]
    if whole or limit is None:
        both, bands = _Both(base, other, few), [told.material.central for told in base.scenario.outcomes.values()]
        tasks = [*(partial(_move, both, column, np.maximum(bands, 1e-12)) for column in moving), *tasks]
    results = _in_parallel(tasks, options.workers, progress)
    movements = [result for result in results if isinstance(result, Movement)]
    if seen is not None and limit is not None:
        movements = _read(base, moving, {moved.path: moved.reach for moved in movements}, seen)
    return Sensitivity(
        outcomes=tuple(base.scenario.outcomes),
        futures=few.futures,
        futures_off=many.options.futures,
        mean=on.mean(axis=0),
        movements=tuple(movements),
        switch_offs=tuple(result for result in results if isinstance(result, SwitchOff)),
        unmoved=tuple(sorted(unmoved)),
        bound=limit or 0.0,
        read=len(seen.base.trajectories) if seen is not None and limit is not None else 0,
    )


def _futures_off(futures: int, options: Options) -> int:
    """On how many futures laws are switched off: six times those moved, but no more than an eighth of all of them."""
    return min(options.futures, max(min(6 * futures, options.futures // 8), min(futures, options.futures)))


class _Both:
    """Both worlds on the same futures, each with a draw of its own, with quantities preset in both."""

    def __init__(self, base: Layout, other: Layout, options: Options) -> None:
        self.base, self.other = base, other
        self.options = options
        self.apart = set_apart(base, other)
        self.drawn = draws_of(base, self.options), draws_of(other, self.options)

    def __call__(self, preset: Mapping[str, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Outcomes of either world, shape (trajectory, week + 1, outcome)."""
        # A quantity that the intervention sets stays as the intervention has it.
        free = {path: value for path, value in preset.items() if path not in self.apart}
        one, two = self.drawn
        return sample(self.base, self.options, dict(preset), one), sample(self.other, self.options, free, two)

    def difference(self, preset: Mapping[str, float]) -> NDArray[np.float64]:
        """What the first has more at the last week, shape (trajectory, outcome)."""
        one, two = self(preset)
        return (one - two)[:, -1]


def _move(both: _Both, column: Column, bands: NDArray[np.float64]) -> Movement:
    low, high = (float(x) for x in both.base.quantile(column, np.array(ENDS)))
    base_low, other_low = both({column.path: low})
    base_high, other_high = both({column.path: high})
    moved = [(base_high - base_low).mean(axis=0), (other_high - other_low).mean(axis=0)]
    moved.append(moved[0] - moved[1])
    reach = max(float((np.abs(change) / bands).max()) for change in moved)
    at_low, at_high = (base_low - other_low)[:, -1], (base_high - other_high)[:, -1]
    error = np.maximum(_error(at_low), _error(at_high))
    means = at_low.mean(axis=0), at_high.mean(axis=0)
    return Movement(column.path, low, high, *means, error, _error(at_high - at_low), reach)


def _switch(both: _Both, law: str, on: NDArray[np.float64]) -> SwitchOff:
    """One law off; `on` is the difference with all of them on, shape (trajectory, outcome)."""
    chosen = next(item for item in laws() if item.name == law)
    columns = both.base.columns
    preset = {column.path: value for column in columns for field, value in chosen.off if column.field is field}
    off = both.difference(preset)
    title = (sys.modules[chosen.module].__doc__ or law).split("\n\n")[0].replace("\n", " ").rstrip(".")
    return SwitchOff(law, title, off.mean(axis=0), (off - on).mean(axis=0), _error(off - on))


def _read(base: Layout, columns: Sequence[Column], reach: Mapping[str, float], seen: Comparison) -> list[Movement]:
    """Movements as the comparison's own futures tell of the differences at the last week; reach as given by path."""
    rows = seen.base.trajectories // seen.base.replicates
    _, first, group, counts = np.unique(rows, return_index=True, return_inverse=True, return_counts=True)
    apart = seen.base.samples[:, -1] - seen.other.samples[:, -1]
    means = np.stack([np.bincount(group, column) for column in apart.T], axis=1) / counts[:, np.newaxis]
    found = []
    for column in columns:
        drawn = np.asarray(seen.base.parameters[column.path])[first]
        edges = np.quantile(drawn, (FIFTH, 1.0 - FIFTH))
        parts = means[drawn <= edges[0]], means[drawn >= edges[1]]
        errors = _error(parts[0]), _error(parts[1])
        low, high = (float(x) for x in base.quantile(column, np.array(ENDS)))
        at_low, at_high = (part.mean(axis=0) for part in parts)
        error = np.maximum(*errors)
        told = reach.get(column.path, float("nan"))
        found.append(Movement(column.path, low, high, at_low, at_high, error, np.hypot(*errors), told))
    return found


def _error(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard error of the mean over trajectories, values of shape (trajectory, outcome)."""
    if len(values) < 2:
        return np.full(values.shape[1:], np.inf)
    return np.asarray(values.std(axis=0, ddof=1) / np.sqrt(len(values)))


def _in_parallel(
    tasks: Sequence[Callable[[], Movement | SwitchOff]], workers: int, progress: Progress | None
) -> list[Movement | SwitchOff]:
    results: list[Movement | SwitchOff] = []
    pool = ThreadPoolExecutor(workers)
    try:
        for result in pool.map(lambda task: task(), tasks):
            results.append(result)
            if progress is not None:
                progress(len(results), len(tasks))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return results
