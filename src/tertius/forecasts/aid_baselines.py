"""Simple forecasters of aid, on the same months as ours. A point forecast is two equal paths.

same as last month      each month ahead is the last known one; the level stays, the step is a hold
last 3 months' mean     each month ahead is the mean of the last three known
last year's mean        each month ahead is the mean of the last twelve known, or of as many as there are
last year's months      months ahead are drawn from the last twelve
own frequency           months ahead are drawn from all known; levels and steps as often as they were, the pool's
                        frequency counting as three months more
transitions by level    steps as often as all donors took them from the level, month after month; no amounts
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tertius.inference.aid.levels import HOLD, WINDOW, Array, Whole, level_of, steps_of
from tertius.inference.aid.panel import Panel
from tertius.inference.aid.steps import history

YEAR = 12
COUNT_OF_LEVELS, COUNT_OF_STEPS = 4, 3
BORROWED = 3.0


@dataclass(frozen=True)
class Forecast:
    """A forecast of the months after a panel's last.

    amounts  EUR, shape (path, row, month); None where it says nothing of amounts
    level    chances of the levels, shape (row, month, 4)
    step     chances of CUT, HOLD, UP, shape (row, month, 3); None for a point forecast
    """

    amounts: Array | None
    level: Array
    step: Array | None


@dataclass(frozen=True)
class Ask:
    """A panel, how many months after it, how many paths, the key of the random numbers."""

    panel: Panel
    months: int
    paths: int
    key: int

    def levels_of(self, amounts: Array) -> Whole:
        """Levels of (path, row, month) amounts that follow the panel, with the last known month's level before."""
        usual, _, _ = history(self.panel)
        known = self.panel.amounts[:, -WINDOW:]
        whole = np.concatenate([np.broadcast_to(known, (len(amounts), *known.shape)), amounts], axis=2)
        total = np.cumsum(np.pad(whole, ((0, 0), (0, 0), (1, 0))), axis=2)
        return level_of(total[..., WINDOW:] - total[..., :-WINDOW], usual[:, None])


def shares(values: Whole, count: int, borrowed: float = 0.0) -> Array:
    """Shares of 0..count-1 over the first axis, shape (..., count), as if `borrowed` more were evenly spread."""
    found = np.stack([(values == each).sum(axis=0) for each in range(count)], axis=-1).astype(np.float64)
    return np.asarray((found + borrowed / count) / (len(values) + borrowed))


def _point(ask: Ask, months: int) -> Forecast:
    """The mean of the last known months."""
    mean = ask.panel.amounts[:, -months:].mean(axis=1)
    amounts = np.broadcast_to(mean[None, :, None], (2, len(mean), ask.months)).copy()
    return Forecast(amounts, shares(ask.levels_of(amounts)[..., 1:], COUNT_OF_LEVELS), None)


def same(ask: Ask) -> Forecast:
    """Same as last month."""
    _, levels, _ = history(ask.panel)
    held = _point(ask, 1).amounts
    level = np.eye(COUNT_OF_LEVELS)[levels[:, -1]]
    return Forecast(held, np.repeat(level[:, None], ask.months, axis=1), None)


def _drawn(ask: Ask, months: int) -> Array:
    generator = np.random.Generator(np.random.Philox(key=ask.key))
    known = ask.panel.amounts[:, -months:]
    # one draw of a month for all donors, so that sums over donors keep their spread
    chosen = generator.integers(0, known.shape[1], (ask.paths, ask.months))
    return np.asarray(known[:, chosen].transpose(1, 0, 2))


def last_year_drawn(ask: Ask) -> Forecast:
    """Months drawn from the last twelve known."""
    amounts = _drawn(ask, YEAR)
    levels = ask.levels_of(amounts)
    step = shares(steps_of(levels), COUNT_OF_STEPS, BORROWED)
    return Forecast(amounts, shares(levels[..., 1:], COUNT_OF_LEVELS), step)


def own_frequency(ask: Ask) -> Forecast:
    """Months, levels and steps as often as the donor's own, a little of the pool's added."""
    usual, levels, steps = history(ask.panel)
    known = np.isfinite(usual)
    own_levels, own_steps = levels[:, WINDOW - 1 :].T, steps[:, WINDOW:].T
    level, step = _lent(own_levels, known, COUNT_OF_LEVELS), _lent(own_steps, known, COUNT_OF_STEPS)
    return Forecast(_drawn(ask, len(ask.panel.months)), _repeated(level, ask.months), _repeated(step, ask.months))


def _lent(own: Whole, known: np.ndarray, count: int) -> Array:
    pool = shares(own[:, known].reshape(-1, 1), count, 1.0)[0]
    return np.asarray((shares(own, count) * len(own) + BORROWED * pool) / (len(own) + BORROWED))


def _repeated(chance: Array, months: int) -> Array:
    return np.repeat(chance[:, None], months, axis=1)


def transitions(ask: Ask) -> Forecast:
    """A chain on levels, the same for all donors."""
    usual, levels, _ = history(ask.panel)
    seen = levels[np.isfinite(usual), WINDOW - 1 :]
    count = np.full((COUNT_OF_LEVELS, COUNT_OF_LEVELS), BORROWED / COUNT_OF_LEVELS)
    np.add.at(count, (seen[:, :-1].ravel(), seen[:, 1:].ravel()), 1.0)
    move = count / count.sum(axis=1, keepdims=True)
    way = np.sign(np.arange(COUNT_OF_LEVELS)[None, :] - np.arange(COUNT_OF_LEVELS)[:, None]) + HOLD
    moved = np.stack([np.where(way == step, move, 0).sum(axis=1) for step in range(COUNT_OF_STEPS)], axis=-1)
    now = np.eye(COUNT_OF_LEVELS)[levels[:, -1]]
    level, step = np.empty((len(now), ask.months, COUNT_OF_LEVELS)), np.empty((len(now), ask.months, COUNT_OF_STEPS))
    for month in range(ask.months):
        step[:, month] = now @ moved
        now = now @ move
        level[:, month] = now
    return Forecast(None, level, step)


AID_BASELINES: dict[str, Callable[[Ask], Forecast]] = {
    "same as last month": same,
    "last 3 months' mean": lambda ask: _point(ask, 3),
    "last year's mean": lambda ask: _point(ask, YEAR),
    "last year's months": last_year_drawn,
    "own frequency": own_frequency,
    "transitions by level": transitions,
}
Baselines: TypeAlias = dict[str, Callable[[Ask], Forecast]]
