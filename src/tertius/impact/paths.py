"""Paths: every future of both worlds, read from what was saved; one week of them, and a few of them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tertius.engine.archive import WORLDS, read_manifest
from tertius.engine.columns import read_numbers
from tertius.engine.folders import plain_reason
from tertius.errors import ArchiveError, OptionError, UnknownName
from tertius.impact.comparison import effect

BINS = 40
LEVELS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
POINTS = 100
"""Parts of the futures whose bounds draw a distribution."""
INNER, OUTER = (0.25, 0.75), (0.1, 0.9)
EDGE = 0.005  # share of futures on either side that the first and last bin gather


@dataclass(frozen=True, eq=False)
class Paths:
    """Every future of both worlds.

    outcomes  ids of the outcomes
    futures   numbers of the futures, shape (trajectory,)
    values    shape (world, trajectory, week + 1, outcome): with the entry, then without it; each in its unit
    """

    outcomes: tuple[str, ...]
    futures: NDArray[np.int64]
    values: NDArray[np.float32]

    @property
    def weeks(self) -> int:
        """The last week."""
        return int(self.values.shape[2] - 1)

    def of(self, outcome: str) -> NDArray[np.float32]:
        """One outcome, shape (world, trajectory, week + 1). Raises UnknownName."""
        if outcome not in self.outcomes:
            raise UnknownName("outcome", outcome, self.outcomes)
        held: NDArray[np.float32] = self.values[..., self.outcomes.index(outcome)]
        return held


@dataclass(frozen=True)
class World:
    """Where the futures of one world lie in a week.

    shares  share of futures in each bin
    middle  median
    inner   25% and 75% quantile
    outer   10% and 90% quantile
    """

    shares: tuple[float, ...]
    middle: float
    inner: tuple[float, float]
    outer: tuple[float, float]


@dataclass(frozen=True)
class Week:
    """One outcome in one week, in both worlds, in its unit.

    outcome     its id
    week        weeks after the as-of date
    futures     how many futures
    edges       edges of the bins; the outermost ones gather what lies beyond them
    with_it     with the entry
    without     without it
    band        differences within it do not matter
    larger      share of futures in which the paired difference lies above the band
    smaller     share in which it lies below
    immaterial  share in which it lies within
    """

    outcome: str
    week: int
    futures: int
    edges: tuple[float, ...]
    with_it: World
    without: World
    band: float
    larger: float
    smaller: float
    immaterial: float


@dataclass(frozen=True)
class Single:
    """One future of an outcome, a number a week from the as-of date on, in its unit.

    future   its number
    with_it  with the entry
    without  without it
    """

    future: int
    with_it: tuple[float, ...]
    without: tuple[float, ...]


@dataclass(frozen=True)
class Spread:
    """How an outcome is distributed in one week, in both worlds, in its unit.

    outcome    its id
    week       weeks after the as-of date
    with_it    value that each share of LEVELS lies below, with the entry
    without    the same without it
    curves     for both worlds, as many shares as POINTS apart: value that 0.5%, 1.5% ... of the futures lie below
    """

    outcome: str
    week: int
    with_it: tuple[float, ...]
    without: tuple[float, ...]
    curves: tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True)
class Above:
    """The chance that an outcome lies above a value in one week.

    value     in the unit of the outcome
    with_it   chance with the entry
    without   chance without it
    change    what the entry adds
    error     Monte Carlo error of the change; None where there are too few futures to say
    interval  80% interval of the expected change
    """

    value: float
    with_it: float
    without: float
    change: float
    error: float | None
    interval: tuple[float, float]


def read_paths(folder: Path, outcomes: Sequence[str]) -> Paths:
    """The paths of a saved comparison; outcomes: those of its scenario, in their order. Raises ArchiveError."""
    from pyarrow import ArrowException

    weeks = read_manifest(folder, check=False)["weeks"]
    shape = (-1, weeks + 1, len(outcomes))
    held, numbers = [], []
    try:
        for world in WORLDS:
            future, value = read_numbers(folder / world / "samples.parquet", ["trajectory", "value"])
            held.append(value.reshape(shape))
            numbers.append(future[:: (weeks + 1) * len(outcomes)].astype(np.int64))
        if not np.array_equal(numbers[0], numbers[1]):
            raise ValueError("its two worlds do not hold the same futures")
    except (OSError, ValueError, KeyError, ArrowException) as error:
        told = f"{folder} is damaged or of another version: {plain_reason(error)}; run the command again"
        raise ArchiveError(told) from error
    return Paths(tuple(outcomes), numbers[0], np.stack(held))


def at_week(paths: Paths, outcome: str, week: int, band: float) -> Week:
    """One week of an outcome. Raises UnknownName, OptionError."""
    with_it, without = _in_week(paths, outcome, week)
    edges = _edges(with_it, without)
    apart = with_it - without
    larger, smaller = float((apart > band).mean()), float((apart < -band).mean())
    return Week(
        outcome=outcome,
        week=week,
        futures=len(apart),
        edges=tuple(edges.tolist()),
        with_it=_world(with_it, edges),
        without=_world(without, edges),
        band=band,
        larger=larger,
        smaller=smaller,
        immaterial=max(0.0, 1.0 - larger - smaller),
    )


def curve_levels() -> NDArray[np.float64]:
    """The shares at which a distribution is drawn, shape (POINTS,)."""
    levels: NDArray[np.float64] = (np.arange(POINTS) + 0.5) / POINTS
    return levels


def distribution(paths: Paths, outcome: str, week: int) -> Spread:
    """How one outcome is distributed in one week. Raises UnknownName, OptionError."""
    worlds = _in_week(paths, outcome, week)
    levels = [tuple(np.quantile(world, LEVELS).tolist()) for world in worlds]
    curves = [tuple(np.quantile(world, curve_levels()).tolist()) for world in worlds]
    return Spread(outcome, week, levels[0], levels[1], (curves[0], curves[1]))


def above(paths: Paths, outcome: str, week: int, value: float, replicates: int) -> Above:
    """The chance that one outcome lies above a value in one week.

    replicates: futures that share one draw of the parameters. Raises UnknownName, OptionError.
    """
    with_it, without = (world > value for world in _in_week(paths, outcome, week))
    change, error, interval = effect(with_it.astype(float) - without, paths.futures // replicates)
    return Above(value, float(with_it.mean()), float(without.mean()), change, _told(error), interval)


def _told(error: float) -> float | None:
    return None if np.isnan(error) else error


def _in_week(paths: Paths, outcome: str, week: int) -> NDArray[np.float64]:
    """One outcome in one week, shape (world, trajectory). Raises UnknownName, OptionError."""
    if not 0 <= week <= paths.weeks:
        raise OptionError("week", week, f"0 to {paths.weeks}", "choose a week of the run")
    return paths.of(outcome)[:, :, week].astype(np.float64)


def singles(paths: Paths, outcome: str, count: int = 40, future: int | None = None) -> tuple[Single, ...]:
    """Some futures, evenly spread over their numbers; `future` is among them. Raises as `of`, OptionError."""
    held = paths.of(outcome)
    places = np.unique(np.linspace(0, len(paths.futures) - 1, min(count, len(paths.futures))).round().astype(int))
    chosen = places.tolist()
    if future is not None:
        (found,) = np.nonzero(paths.futures == future)
        if not len(found):
            allowed = f"a future of this result, {paths.futures[0]} to {paths.futures[-1]}"
            raise OptionError("future", future, allowed, "choose one of them")
        chosen = sorted({*chosen, int(found[0])})
    return tuple(
        Single(int(paths.futures[place]), tuple(held[0, place].tolist()), tuple(held[1, place].tolist()))
        for place in chosen
    )


def _edges(with_it: NDArray[np.float64], without: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges of bins of one width over both worlds, shape (bin + 1,)."""
    both = np.concatenate([with_it, without])
    low, high = np.quantile(both, (EDGE, 1 - EDGE))
    if high - low <= 1e-9 * max(1.0, abs(low)):  # nearly all futures agree
        low, high = both.min(), both.max()
    if high <= low:
        low, high = low - 0.5, low + 0.5
    return np.linspace(low, high, BINS + 1)


def _world(values: NDArray[np.float64], edges: NDArray[np.float64]) -> World:
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    low, near, middle, far, high = np.quantile(values, (OUTER[0], INNER[0], 0.5, INNER[1], OUTER[1])).tolist()
    return World(tuple((counts / len(values)).tolist()), middle, (near, far), (low, high))
