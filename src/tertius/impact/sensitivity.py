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
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, partial
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout, Mechanism, Options, Progress, Sampled, draws_of, laws
from tertius.engine.layout import Column
from tertius.engine.workers import Shared, answers, worker_threads
from tertius.impact.comparison import SURE, Comparison, set_apart
from tertius.impact.screening import bound, traces, uncertain

FIFTH = 0.2
ENDS = (0.1, 0.9)
CHANCE = 0.05  # that the largest of many changes stands out where there is none
RUN_PER_OFF = 8  # futures of a run for each on which laws are switched off


def stands_out(change: float, error: float | None, among: int) -> bool:
    """Whether the largest of so many changes is more than chance makes: two-sided, 5% over all of them (Bonferroni)."""
    if error is None or among < 1:
        return False
    return abs(change) > max(SURE, NormalDist().inv_cdf(1.0 - CHANCE / (2 * among))) * error > 0


@dataclass(frozen=True)
class Moved:
    """How one quantity moves one outcome's mean difference at the last week, in the outcome's unit.

    at_low     mean difference with the quantity at its 10% value, or in its lowest fifth
    at_high    the same at its 90% value, or in its highest fifth
    error      largest standard error of the two; None with a single future
    gap_error  standard error of the difference of the two; None with a single future
    """

    at_low: float
    at_high: float
    error: float | None
    gap_error: float | None

    @property
    def turns(self) -> bool:
        """Whether it turns the sign of the mean difference, by more than twice the error on both sides."""
        if self.error is None:
            return False
        return self.at_low * self.at_high < 0 and min(abs(self.at_low), abs(self.at_high)) > SURE * self.error

    @property
    def span(self) -> float:
        """How far it moves the mean difference."""
        return abs(self.at_high - self.at_low)

    @property
    def clear(self) -> bool:
        """Whether that lies beyond twice its standard error."""
        return self.gap_error is not None and self.span > SURE * self.gap_error

    @property
    def net(self) -> float:
        """How far it moves it with chance's part taken out: sqrt(span^2 - error^2), or 0."""
        if self.gap_error is None or self.span <= self.gap_error:
            return 0.0
        return float(np.sqrt(self.span**2 - self.gap_error**2))


@dataclass(frozen=True)
class Movement:
    """How one quantity moves the differences at the last week.

    path      dotted path of the quantity
    low       its 10% value
    high      its 90% value
    outcomes  id of an outcome -> how its difference moves
    reach     largest movement of any outcome (either arm, any week) or difference, in materiality bands; None where no
              futures were moved to tell
    """

    path: str
    low: float
    high: float
    outcomes: dict[str, Moved]
    reach: float | None

    @property
    def inert(self) -> bool:
        """Whether it moves nothing beyond its materiality band."""
        return self.reach is not None and self.reach <= 1.0


@dataclass(frozen=True)
class Switched:
    """One outcome's mean difference at the last week with one law off in both arms, in the outcome's unit.

    mean    mean difference with the law off
    change  that less the mean difference with every law on, on the same futures
    error   standard error of the change; None with a single future
    """

    mean: float
    change: float
    error: float | None

    @property
    def clear(self) -> bool:
        """Whether the change lies beyond twice its error, and something is left of the difference."""
        return self.mean != 0 and self.error is not None and abs(self.change) > SURE * self.error > 0


@dataclass(frozen=True)
class SwitchOff:
    """One law off in both arms.

    law       id of the law
    title     what it says, in a sentence
    outcomes  id of an outcome -> its difference without the law
    """

    law: str
    title: str
    outcomes: dict[str, Switched]


@dataclass(frozen=True)
class Sensitivity:
    """Movements of uncertain quantities, and switch-offs of every law.

    futures      futures on which quantities were moved
    futures_off  futures on which laws were switched off
    mean         mean difference of each outcome at the last week, on the futures of the switch-offs
    over         mean difference of each outcome at the last week, on the futures of the movements' means
    movements    what each quantity moves
    switch_offs  what is left without each law
    unmoved      paths of quantities that were not moved, since they leave no trace in the futures already run
    bound        rank correlation below which they stay with every outcome and difference; 0 where none was screened
    read         futures from which the movements of differences were read; 0 where they are those of the futures moved
    """

    futures: int
    futures_off: int
    mean: dict[str, float]
    over: dict[str, float]
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
        return sorted(self.movements, key=lambda movement: (-movement.outcomes[outcome].span, movement.path))


_Found: TypeAlias = Movement | list[SwitchOff]


def sensitivity(
    base: Layout,
    other: Layout,
    options: Options,
    futures: int = 48,
    progress: Progress | None = None,
    seen: Comparison | None = None,
    whole: bool = True,
    pool: Executor | None = None,
) -> Sensitivity:
    """Move uncertain quantities of `base` and switch off every law, in both arms.

    seen: a comparison of the two, by which quantities are screened; without it, all are moved.
    whole: else only what moves the differences, as a first page tells: no law is switched off and, where `seen` can be
    read, no futures are moved, so that nothing is told of what is inert.
    pool: workers (`worker_pool`); without them threads. They change no number.
    """
    limit = bound(seen) if seen is not None else None
    # Where differences are read from the comparison, the futures moved have only to tell what is inert.
    wanted = futures if limit is None else -(-futures // 2)
    few = replace(options, futures=min(wanted, options.futures), replicates=1, outputs=())
    laws_off = _futures_off(futures, options.futures) if whole else 0
    mean = None if seen is None else {name: seen.at(name, seen.base.weeks).mean for name in base.scenario.outcomes}
    found = traces(seen) if seen is not None and limit is not None else {}
    unmoved = {path for path, trace in found.items() if trace < (limit or 0.0)}
    moving = [base.by_path[path] for path in uncertain(base) if path not in unmoved]
    chosen = [law for law in laws() if law.off and whole]
    tasks: list[Callable[[], _Found]] = []
    if whole or limit is None:
        both = Shared(_Both(base, other, few))
        tasks += [partial(_move, both, column.path) for column in moving]
    over = mean if limit is not None else None
    if whole or mean is None:
        many = _Both(base, other, replace(few, futures=laws_off or few.futures))
        on = many.difference({})
        mean = dict(zip(base.scenario.outcomes, on.mean(axis=0).tolist(), strict=True))
        off_and_on = Shared((many, on))
        tasks += [partial(_switch, off_and_on, same) for same in _alike(many, chosen)]
    results = _in_parallel(tasks, options.workers, progress, pool)
    movements = [result for result in results if isinstance(result, Movement)]
    off = {each.law: each for result in results if isinstance(result, list) for each in result}
    if seen is not None and limit is not None:
        movements = _read(base, moving, {moved.path: moved.reach for moved in movements}, seen)
    return Sensitivity(
        futures=few.futures,
        futures_off=laws_off,
        mean=mean,
        over=over or mean,
        movements=tuple(movements),
        switch_offs=tuple(off[law.name] for law in chosen),
        unmoved=tuple(sorted(unmoved)),
        bound=limit or 0.0,
        read=len(seen.base.trajectories) if seen is not None and limit is not None else 0,
    )


def movements(
    base: Layout, other: Layout, options: Options, paths: Sequence[str], progress: Progress | None = None
) -> list[Movement]:
    """What some quantities move, each set to its 10% and its 90% value in both worlds on the same futures."""
    both = Shared(_Both(base, other, replace(options, replicates=1, outputs=())))
    tasks: list[Callable[[], _Found]] = [partial(_move, both, path) for path in paths]
    return [moved for moved in _in_parallel(tasks, options.workers, progress) if isinstance(moved, Movement)]


def differences(base: Layout, other: Layout, options: Options) -> NDArray[np.float64]:
    """What the first world has more of each outcome at the last week, shape (trajectory, outcome)."""
    return _Both(base, other, replace(options, replicates=1, outputs=())).difference({})


def _futures_off(moved: int, run: int) -> int:
    """On how many futures laws are switched off: six times those moved, but not much beside those of a short run."""
    return min(run, max(moved, min(6 * moved, run // RUN_PER_OFF)))


class _Both:
    """Both worlds on the same futures, each with a draw of its own, with quantities preset in both."""

    def __init__(self, base: Layout, other: Layout, options: Options) -> None:
        self.base, self.other, self.options = base, other, options
        self.apart = set_apart(base, other)
        drawn = draws_of(base, options)
        beside = draws_of(other, options, (base, drawn))
        self.arms = Sampled(base, options, drawn), Sampled(other, options, beside)

    def __reduce__(self) -> tuple[type[_Both], tuple[Layout, Layout, Options]]:
        return _Both, (self.base, self.other, self.options)  # drawn anew where it is read: that is less to send

    def __call__(self, preset: Mapping[str, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Outcomes of either world, shape (trajectory, week + 1, outcome)."""
        # A quantity that the intervention sets stays as the intervention has it.
        free = {path: value for path, value in preset.items() if path not in self.apart}
        one, two = self.arms
        return one.outcomes(preset), two.outcomes(free)

    def off(self, law: Mechanism) -> dict[str, float]:
        """What switching a law off presets: path -> value."""
        off = {(field.kind, field.path): value for field, value in law.off}
        return {path: off[key] for path, key in self._keys if key in off}

    @cached_property
    def _keys(self) -> list[tuple[str, tuple[str, str]]]:
        """Every quantity with its field, told by name and not by identity: layouts come from elsewhere."""
        return [(column.path, (column.field.kind, column.field.path)) for column in self.base.columns]

    def holds(self, path: str, value: float) -> bool:
        """Whether a quantity has that value anyway, in every future of both worlds."""
        return all(
            bool(np.all(arm.drawn.get(path, arm.layout.by_path[path].quantity.central) == value)) for arm in self.arms
        )

    def difference(self, preset: Mapping[str, float]) -> NDArray[np.float64]:
        """What the first has more at the last week, shape (trajectory, outcome)."""
        one, two = self(preset)
        return (one - two)[:, -1]


def _move(shared: Shared[_Both], path: str) -> Movement:
    both = shared.held
    column = both.base.by_path[path]
    bands = np.maximum([told.material.central for told in both.base.scenario.outcomes.values()], 1e-12)
    low, high = (float(x) for x in both.base.quantile(column, np.array(ENDS)))
    base_low, other_low = both({column.path: low})
    base_high, other_high = both({column.path: high})
    moved = [(base_high - base_low).mean(axis=0), (other_high - other_low).mean(axis=0)]
    moved.append(moved[0] - moved[1])
    reach = max(float((np.abs(change) / bands).max()) for change in moved)
    at_low, at_high = (base_low - other_low)[:, -1], (base_high - other_high)[:, -1]
    error = np.maximum(_error(at_low), _error(at_high))
    found = _moved(both.base, at_low.mean(axis=0), at_high.mean(axis=0), error, _error(at_high - at_low))
    return Movement(column.path, low, high, found, reach)


def _moved(base: Layout, *rows: NDArray[np.float64]) -> dict[str, Moved]:
    """At low, at high, error and error of the gap, each of shape (outcome,), as records by outcome."""
    low, high, *errors = (row.tolist() for row in rows)
    told = zip(low, high, *(map(_finite, row) for row in errors), strict=True)
    return {name: Moved(*row) for name, row in zip(base.scenario.outcomes, told, strict=True)}


def _finite(error: float) -> float | None:
    return error if np.isfinite(error) else None


def _alike(both: _Both, chosen: Sequence[Mechanism]) -> list[list[str]]:
    """Names of laws whose switching off sets the same otherwise than it is drawn, together: one run tells all."""
    found: dict[frozenset[tuple[str, float]], list[str]] = {}
    for law in chosen:
        preset = both.off(law)
        sets = {path: value for path, value in preset.items() if not both.holds(path, value)}
        found.setdefault(frozenset(sets.items()), []).append(law.name)
    return list(found.values())


def _switch(shared: Shared[tuple[_Both, NDArray[np.float64]]], names: Sequence[str]) -> list[SwitchOff]:
    """Each of some laws off that make the same; beside both worlds their difference with all on."""
    both, on = shared.held
    alike = [law for law in laws() if law.name in names]
    off = both.difference(both.off(alike[0]))
    rows = zip(off.mean(axis=0).tolist(), (off - on).mean(axis=0).tolist(), _error(off - on).tolist(), strict=True)
    found = [Switched(mean, change, _finite(error)) for mean, change, error in rows]
    outcomes = dict(zip(both.base.scenario.outcomes, found, strict=True))
    return [SwitchOff(law.name, _title(law), outcomes) for law in alike]


def _title(law: Mechanism) -> str:
    said = sys.modules[law.module].__doc__ or law.name
    return said.split("\n\n")[0].replace("\n", " ").rstrip(".")


def _read(
    base: Layout, columns: Sequence[Column], reach: Mapping[str, float | None], seen: Comparison
) -> list[Movement]:
    """Movements as the comparison's own futures tell of the differences at the last week; reach as given by path."""
    rows = seen.base.trajectories // seen.base.replicates
    _, first, group, counts = np.unique(rows, return_index=True, return_inverse=True, return_counts=True)
    apart = seen.base.samples[:, -1] - seen.other.samples[:, -1]
    means = np.stack([np.bincount(group, column) for column in apart.T], axis=1) / counts[:, np.newaxis]
    found = []
    for column in columns:
        drawn = np.asarray(seen.base.parameters[column.path])[first]
        edges = np.quantile(drawn, (FIFTH, 1.0 - FIFTH))
        low, high = means[drawn <= edges[0]], means[drawn >= edges[1]]
        errors = _error(low), _error(high)
        ends = low.mean(axis=0), high.mean(axis=0)
        moved = _moved(base, *ends, np.maximum(*errors), np.hypot(*errors))
        ten, ninety = (float(x) for x in base.quantile(column, np.array(ENDS)))
        found.append(Movement(column.path, ten, ninety, moved, reach.get(column.path)))
    return found


def _error(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard error of the mean over trajectories, values of shape (trajectory, outcome)."""
    if len(values) < 2:
        return np.full(values.shape[1:], np.inf)
    return np.asarray(values.std(axis=0, ddof=1) / np.sqrt(len(values)))


def _in_parallel(
    tasks: Sequence[Callable[[], _Found]], workers: int, progress: Progress | None, pool: Executor | None = None
) -> list[_Found]:
    results: list[_Found] = []
    with worker_threads(workers) if pool is None else nullcontext(pool) as working:
        for result in answers(working, _done, tasks):
            results.append(result)
            if progress is not None:
                progress(len(results), len(tasks))
    return results


def _done(task: Callable[[], _Found]) -> _Found:
    return task()
