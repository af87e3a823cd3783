"""What the answer rests on: each uncertain quantity moved over its 10-90% range, and each law switched off.

One at a time, on the same futures with the same luck, all else as drawn: so the movement is the quantity's own, with
little chance in it. A quantity that moves no outcome, in either arm, and no difference, by more than its materiality
band is inert on this scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout, Options, Progress, laws, sample
from tertius.engine.layout import Column


@dataclass(frozen=True)
class Movement:
    """How one quantity moves the differences at the last week.

    low, high    its 10% and 90% values
    at_low       mean difference of each outcome with the quantity at `low`, shape (outcome,), outcomes' units
    at_high      the same at `high`
    reach        largest movement of any outcome (either arm, any week) or difference, in materiality bands
    """

    path: str
    low: float
    high: float
    at_low: NDArray[np.float64]
    at_high: NDArray[np.float64]
    reach: float

    @property
    def inert(self) -> bool:
        """Whether it moves nothing beyond its materiality band."""
        return self.reach <= 1.0

    def span(self, outcome: int) -> float:
        """How far it moves the mean difference of an outcome, in the outcome's unit."""
        return float(abs(self.at_high[outcome] - self.at_low[outcome]))


@dataclass(frozen=True)
class SwitchOff:
    """Mean difference of each outcome, shape (outcome,), at the last week with one law off in both arms."""

    law: str
    title: str
    mean: NDArray[np.float64]


@dataclass(frozen=True)
class Sensitivity:
    """Movements of every uncertain quantity and switch-offs of every law, on `futures` futures each."""

    outcomes: tuple[str, ...]
    futures: int
    mean: NDArray[np.float64]
    movements: tuple[Movement, ...]
    switch_offs: tuple[SwitchOff, ...]

    @property
    def inert(self) -> tuple[str, ...]:
        """Paths of quantities that move nothing material."""
        return tuple(movement.path for movement in self.movements if movement.inert)

    def ranked(self, outcome: str) -> list[Movement]:
        """Movements by how far they move one outcome's difference, the furthest first."""
        place = self.outcomes.index(outcome)
        return sorted(self.movements, key=lambda movement: (-movement.span(place), movement.path))


def sensitivity(
    base: Layout, other: Layout, options: Options, futures: int = 120, progress: Progress | None = None
) -> Sensitivity:
    """Move every uncertain quantity of `base` and switch off every law, in both arms."""
    few = replace(options, futures=min(futures, options.futures), replicates=1, everything=False)
    outcomes = list(base.scenario.outcomes.values())
    bands = np.array([max(outcome.material.central, 1e-12) for outcome in outcomes])

    def both(preset: dict[str, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        # A quantity that the intervention sets stays as the intervention has it.
        free = {path: value for path, value in preset.items() if path not in other.overrides}
        return sample(base, few, preset).mean(axis=0), sample(other, few, free).mean(axis=0)

    def move(column: Column) -> Movement:
        low, high = (float(x) for x in column.quantity.quantile(np.array([0.1, 0.9])))
        base_low, other_low = both({column.path: low})
        base_high, other_high = both({column.path: high})
        moved = [base_high - base_low, other_high - other_low]
        moved.append(moved[0] - moved[1])
        reach = max(float((np.abs(change) / bands).max()) for change in moved)
        return Movement(column.path, low, high, (base_low - other_low)[-1], (base_high - other_high)[-1], reach)

    def switch(law: str) -> SwitchOff:
        chosen = next(item for item in laws() if item.name == law)
        preset = {column.path: value for column in base.columns for field, value in chosen.off if column.field is field}
        base_off, other_off = both(preset)
        return SwitchOff(law, law.replace("_", " "), (base_off - other_off)[-1])

    uncertain = [column for column in base.columns if column.quantity.prior is not None]
    names = [law.name for law in laws() if law.off]
    tasks: list[Callable[[], Movement | SwitchOff]] = [
        *(lambda column=column: move(column) for column in uncertain),
        *(lambda name=name: switch(name) for name in names),
    ]
    results = _in_parallel(tasks, options.workers, progress)
    base_mean, other_mean = both({})
    return Sensitivity(
        outcomes=tuple(base.scenario.outcomes),
        futures=few.futures,
        mean=(base_mean - other_mean)[-1],
        movements=tuple(result for result in results if isinstance(result, Movement)),
        switch_offs=tuple(result for result in results if isinstance(result, SwitchOff)),
    )


def _in_parallel(
    tasks: Sequence[Callable[[], Movement | SwitchOff]], workers: int, progress: Progress | None
) -> list[Movement | SwitchOff]:
    results: list[Movement | SwitchOff] = []
    with ThreadPoolExecutor(workers) as pool:
        for result in pool.map(lambda task: task(), tasks):
            results.append(result)
            if progress is not None:
                progress(len(results), len(tasks))
    return results
