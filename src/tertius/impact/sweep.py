"""A sweep: quantities set to a grid of values, and what comes of it, on the same futures with the same luck.

In each cell of the grid the quantities are set in both worlds. What is reported of an outcome at the last week is its
mean as the scenario stands and in the other world, and their difference (as it stands less the other world), each with
its Monte Carlo standard error. Cells share seed and futures, so that they differ by what the quantities do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tertius.engine import Ensemble, Intervention, Layout, Options, Progress, run_arms
from tertius.engine.layout import Overrides
from tertius.engine.workers import Shared, answers
from tertius.errors import Interrupted, OptionError
from tertius.impact.comparison import Comparison, effect
from tertius.impact.question import Question, other_of, question_of

if TYPE_CHECKING:
    import pandas as pd

MOST_CELLS = 10_000


@dataclass(frozen=True)
class Axis:
    """A quantity and the values that it is set to, in its unit."""

    path: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Cell:
    """One outcome where the quantities of the grid have `values`; numbers in `unit`, None where there is none.

    values        of the axes, in their order
    outcome       id of the outcome
    week          after how many weeks
    mean          its mean as the scenario stands
    error         Monte Carlo standard error of that
    other         its mean in the other world; None where there is no other world
    difference    mean as the scenario stands less mean in the other world
    difference_error   Monte Carlo standard error of that
    low, high     80% interval of the difference to be expected, over what is not known
    """

    values: tuple[float, ...]
    outcome: str
    unit: str
    week: int
    mean: float
    error: float | None
    other: float | None
    difference: float | None
    difference_error: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Sweep:
    """The cells of a grid that were run, in the order of the grid, the last axis fastest.

    question   what the other world changes, in words; empty where there is none
    asked      how many points the grid has
    done       at how many of them all futures were run; fewer after an interruption
    """

    scenario: str
    axes: tuple[Axis, ...]
    question: tuple[str, ...]
    futures: int
    seed: int
    weeks: int
    asked: int
    done: int
    cells: tuple[Cell, ...]

    @property
    def complete(self) -> bool:
        """Whether every point of the grid was run."""
        return self.done == self.asked

    def rows(self) -> list[dict[str, Any]]:
        """One row a cell: the path of each axis with its value, then the cell's numbers under their names."""
        names = [axis.path for axis in self.axes]
        told = [name for name in Cell.__dataclass_fields__ if name != "values"]
        return [
            {**dict(zip(names, cell.values, strict=True)), **{name: getattr(cell, name) for name in told}}
            for cell in self.cells
        ]

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas.DataFrame. Raises MissingExtra where pandas is not installed."""
        from tertius.engine.ensemble import needs

        return needs("pandas").DataFrame(self.rows())

    def __repr__(self) -> str:
        grid = " x ".join(f"{axis.path} ({len(axis.values)})" for axis in self.axes)
        return f"Sweep({self.scenario!r}, {grid}, {self.done} of {self.asked} points, {self.futures:,} futures)"


def sweep(
    layout: Layout,
    axes: Sequence[Axis],
    options: Options,
    without: Sequence[Intervention] = (),
    settings: Overrides | None = None,
    progress: Progress | None = None,
    pool: Executor | None = None,
) -> Sweep:
    """Run every point of the grid; after Ctrl-C the points that are done are kept.

    pool: workers that take a point each (`worker_pool`); without them threads share the futures of one point at a time.
    They change no number.

    With nothing undone or set, the scenario's own comparison is made in each; where it has none, the scenario alone is
    run. Raises OptionError for a grid that cannot be run, UnknownName and LayoutError for a path or value that the
    scenario refuses (before anything is run), Interrupted where no point was done.
    """
    points = _points(axes)
    asks = bool(without or settings or layout.scenario.comparison)
    question = question_of(layout, without, settings) if asks else None
    for axis in axes:
        for value in (min(axis.values), max(axis.values)):
            _worlds(layout, {axis.path: value}, question)  # refuses a wrong path or value before anything is run
    asked = _Asked(layout, tuple(axis.path for axis in axes), question, replace(options, outputs=()))
    cells: list[Cell] = []
    done = 0
    try:
        for found in _found(asked, points, progress, pool):
            cells += found
            done += 1
    except (KeyboardInterrupt, Interrupted):
        if not done:
            raise Interrupted("stopped before the first point of the grid was done; nothing to save") from None
    if not done:
        raise Interrupted("stopped before the first point of the grid was done; nothing to save")
    return Sweep(
        scenario=layout.scenario.name,
        axes=tuple(axes),
        question=question.labels if question is not None else (),
        futures=options.futures,
        seed=options.seed,
        weeks=options.weeks,
        asked=len(points),
        done=done,
        cells=tuple(cells),
    )


@dataclass(frozen=True)
class _Asked:
    """What all points have in common."""

    layout: Layout
    paths: tuple[str, ...]
    question: Question | None
    options: Options


def _found(
    asked: _Asked, points: Sequence[tuple[float, ...]], progress: Progress | None, pool: Executor | None
) -> Iterator[list[Cell]]:
    """The cells of each point, in order, up to the first whose futures are not all there."""
    futures = asked.options.futures
    total = len(points) * futures
    if pool is None:
        for place, point in enumerate(points):
            cells = _cells(asked, point, _shifted(progress, place * futures, total))
            if not cells:
                return
            yield cells
        return
    alone = Shared(replace(asked, options=replace(asked.options, threads=1)))
    for place, cells in enumerate(answers(pool, partial(_answer, alone), points), 1):
        yield cells
        if progress is not None:
            progress(place * futures, total)


def _answer(asked: Shared[_Asked], point: tuple[float, ...]) -> list[Cell]:
    return _cells(asked.held, point)


def _cells(asked: _Asked, point: tuple[float, ...], progress: Progress | None = None) -> list[Cell]:
    """Every outcome at a point; none where it was interrupted."""
    worlds = _worlds(asked.layout, dict(zip(asked.paths, point, strict=True)), asked.question)
    made = run_arms(worlds, asked.options, progress)
    return [_cell(point, made, outcome, asked.question) for outcome in made[0].outcomes] if made[0].complete else []


def _points(axes: Sequence[Axis]) -> list[tuple[float, ...]]:
    paths = [axis.path for axis in axes]
    if not axes:
        raise OptionError("--over", "nothing", "PATH=LOW:HIGH:N", "write for example --over world.pace=1:3:5")
    if len(set(paths)) < len(paths):
        raise OptionError("--over", ", ".join(paths), "each path once", "remove one of the two")
    count = int(np.prod([float(len(axis.values)) for axis in axes]))
    if count > MOST_CELLS:
        raise OptionError("--over", f"{count:,} points", f"at most {MOST_CELLS:,}", "ask for fewer values of each")
    return list(itertools.product(*(axis.values for axis in axes)))


def _worlds(layout: Layout, point: dict[str, float], question: Question | None) -> list[Layout]:
    """The worlds of one point: as the scenario stands there and, where there is a question, the other."""
    base = Layout.of(layout.scenario, {**layout.overrides, **point})
    return [base] if question is None else [base, other_of(base, question)]


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    return None if progress is None else lambda done, _: progress(before + done, total)


def _cell(point: tuple[float, ...], made: Sequence[Ensemble], outcome: str, question: Question | None) -> Cell:
    base = made[0]
    unit = base.layout.scenario.outcomes[outcome].unit
    level, error, _ = effect(base.of(outcome)[:, -1], base.trajectories // base.replicates)
    told = point, outcome, unit, base.weeks, level, _finite(error)
    if question is None:
        return Cell(*told, None, None, None, None, None)
    found = Comparison(base, made[1], question, ()).at(outcome, base.weeks)
    other = float(made[1].of(outcome)[:, -1].mean())
    return Cell(*told, other, found.mean, found.error, *found.interval)


def _finite(value: float) -> float | None:
    return None if np.isnan(value) else value
