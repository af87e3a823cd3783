"""Baselines: the simple forecasters that a forecast of this war has to beat, each a row of the table.

Each takes what was known, weekly changes of a level or weekly flows with NaN for missing weeks, and draws weekly values
of the weeks to come. Flows are forecast on the log scale. They are meant as strong rivals: the Gaussian ones are fitted
by maximum likelihood on the last 60 known weeks (longer windows forecast worse on the series that we have).

    no change               land stays as it is; a flow stays at its last value
    last-13-week bootstrap  weeks drawn from the last 13
    last-52-week bootstrap  weeks drawn from the last 52
    AR(1)                   first-order autoregression about a mean
    local level             random walk seen through noise (exponential smoothing)
    damped local level      the same, returning to a mean
    equal-weight pool       as many paths from each of the five above that have a spread
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tertius.inference import filters

Array: TypeAlias = NDArray[np.float64]
WINDOW = 60
FEWEST = 8
FEWEST_PAIRS = 3


@dataclass(frozen=True)
class Task:
    """What a baseline is asked: known weekly values (week,), weeks ahead, paths, key of the random numbers."""

    known: Array
    weeks: int
    paths: int
    key: int

    @property
    def generator(self) -> np.random.Generator:
        """Fresh random numbers, the same for the same key."""
        return np.random.Generator(np.random.Philox(key=self.key))


def lately(known: Array, window: int = WINDOW) -> Array:
    """The last `window` weeks; after a long gap, as many as hold the last eight known ones."""
    held = np.flatnonzero(np.isfinite(known))[-FEWEST:]
    return known[min(max(0, len(known) - window), int(held[0]) if len(held) else 0) :]


Forecaster: TypeAlias = Callable[[Task], Array]


def no_change(task: Task) -> Array:
    """Zero everywhere (for a flow, on logs of its ratio to the last value): two equal paths."""
    return np.zeros((2, task.weeks))


def bootstrap(last: int) -> Forecaster:
    """Weeks drawn from the last known ones."""

    def draw(task: Task) -> Array:
        known = task.known[np.isfinite(task.known)][-last:]
        return task.generator.choice(known, (task.paths, task.weeks))

    return draw


def autoregression(task: Task) -> Array:
    """AR(1) by conditional least squares; a missing week breaks the chain."""
    y = lately(task.known)
    held = y[np.isfinite(y)]
    pairs = np.isfinite(y[1:]) & np.isfinite(y[:-1])
    before, after = y[:-1][pairs], y[1:][pairs]
    if len(before) < FEWEST_PAIRS:  # weeks that follow each other are too few to tell a slope: none
        return np.asarray(held.mean() + held.std() * task.generator.standard_normal((task.paths, task.weeks)))
    centred = before - before.mean()
    slope = float(np.clip((centred * after).sum() / max((centred**2).sum(), 1e-300), -0.999, 0.999))
    constant = float(after.mean() - slope * before.mean())
    spread = float(np.sqrt(np.sum((after - constant - slope * before) ** 2) / max(1, len(after) - 2)))
    generator = task.generator
    value = np.full(task.paths, held[-1])
    out = np.empty((task.paths, task.weeks))
    for week in range(task.weeks):
        value = constant + slope * value + spread * generator.standard_normal(task.paths)
        out[:, week] = value
    return out


def _maximum(task: Task, damped: bool) -> tuple[Array, Array, float, float]:
    """Maximum likelihood of a (damped) local level: theta (1, 9), readings (week, 2), start and its spread."""
    y = lately(task.known)
    readings = np.column_stack([y, np.full(len(y), np.nan)])
    held = y[np.isfinite(y)]
    scale = max(float(held.std()), 1e-6 * max(1.0, float(np.abs(held).max())))
    start, spread = float(held[:4].mean()), 3 * scale
    nothing = np.zeros((1, len(y)))

    def theta(x: Array) -> Array:
        row = np.zeros((1, filters.COLUMNS))
        row[0, filters.SHOCK], row[0, filters.NOISE] = scale * np.exp(x[0]), scale * np.exp(x[1])
        row[0, filters.PERSISTENCE], row[0, filters.SCALE], row[0, filters.NOISE2] = 1.0, 1.0, 1.0
        if damped:
            row[0, filters.PERSISTENCE] = 1 / (1 + np.exp(-x[2]))
            row[0, filters.LEVEL] = scale * x[3]
        return row

    def cost(x: Array) -> float:
        if np.any(np.abs(x) > 12):
            return 1e12
        return -float(filters.filter_level(theta(x), readings, nothing, start, spread)[0][0])

    mean = float(held.mean()) / scale
    starts = [[-1.0, -0.7, 2.5, mean], [-0.3, -1.5, 1.0, mean]] if damped else [[-1.0, -0.7], [-0.3, -1.5]]
    found = [minimize(cost, x, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4}) for x in starts]
    best = min(found, key=lambda result: float(result.fun))
    return theta(best.x), readings, start, spread


def level(damped: bool) -> Forecaster:
    """Local level, damped or not, at its maximum likelihood, with the level's own uncertainty."""

    def draw(task: Task) -> Array:
        theta, readings, start, spread = _maximum(task, damped)
        _, mean, variance = filters.filter_level(theta, readings, np.zeros((1, len(readings))), start, spread)
        generator = task.generator
        tempo = mean[0, 0] + np.sqrt(max(float(variance[0, 0]), 0.0)) * generator.standard_normal(task.paths)
        normals = np.zeros((task.paths, task.weeks, 3))
        normals[..., :2] = generator.standard_normal((task.paths, task.weeks, 2))
        rows, quiet = np.repeat(theta, task.paths, axis=0), np.zeros(task.paths)
        ones = np.ones((task.paths, task.weeks))
        return np.asarray(filters.draw_ahead(rows, tempo, rows[:, filters.LEVEL], quiet, normals, ones))

    return draw


POOL = "equal-weight pool"
BASELINES: dict[str, Forecaster] = {
    "no change": no_change,
    "last-13-week bootstrap": bootstrap(13),
    "last-52-week bootstrap": bootstrap(52),
    "AR(1)": autoregression,
    "local level": level(damped=False),
    "damped local level": level(damped=True),
}
LOCAL_LEVEL_FAMILY = ("local level", "damped local level", POOL)


def baseline_paths(known: Array, weeks: int, paths: int, key: int, kind: str) -> dict[str, Array]:
    """Draws of every baseline and their pool: name -> weekly values ahead, shape (path, week).

    known: weekly changes of a 'level' or values of a 'flow', shape (week,), at least eight of them known.
    """
    values = np.asarray(known, dtype=np.float64)
    last = values[np.isfinite(values)][-1]
    if kind == "flow":
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(values > 0, np.log(values), np.nan)
    found = {}
    for place, (name, forecaster) in enumerate(BASELINES.items()):
        drawn = forecaster(Task(values, weeks, paths, key + place))
        if kind == "flow":
            drawn = np.exp(np.clip(drawn + (np.log(max(last, 1e-9)) if name == "no change" else 0.0), -50, 50))
        found[name] = drawn
    members = [drawn for name, drawn in found.items() if name != "no change"]
    share = paths // len(members)
    found[POOL] = np.concatenate([drawn[:share] for drawn in members])
    return found
