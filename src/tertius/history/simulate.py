"""Simulated joining: third states enter one after the other while a dispute lasts.

From the fitted law (`timing.py`): the next join comes when the gathered rate reaches an exponential draw; its side and
state are drawn in proportion to their rates; it then leaves the states outside and pulls on the rest. The draws hang on
(seed, future, dispute) alone, so that other disputes or fewer futures change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tertius.errors import OptionError
from tertius.history.features import raw_of
from tertius.history.joining import Joining
from tertius.history.panel import JOINED_A, JOINED_B, Floats, Integers, Panel
from tertius.history.timing import Durations, Timing


@dataclass(frozen=True)
class Joins:
    """Simulated joins of one future: row of the panel, side (1 A, 2 B), age in days; (joins,) each."""

    row: Integers
    side: Integers
    age: Floats


def simulate_joins(
    panel: Panel,
    lasting: Durations,
    joining: Joining,
    timing: Timing,
    seed: int,
    future: int,
    level: float = 1.0,
) -> Joins:
    """One future of every dispute of a panel.

    Args:
        panel: r rows.
        lasting: how long its disputes last, and which are wars.
        joining: weights, at the mode or at a row of the posterior.
        timing: a point of the law, row (6,).
        seed: of the draws.
        future: which future, from 0.
        level: factor on every rate, for a drift of the base rate.

    Raises OptionError for a timing with many rows.
    """
    if timing.row.ndim != 1:
        raise OptionError("timing", f"{timing.row.shape[0]} rows", "one point", "take one row")
    probabilities = joining.probabilities(raw_of(panel)) * level
    rows: list[int] = []
    sides: list[int] = []
    ages: list[float] = []
    starts = np.r_[panel.starts, len(panel.outcome)]
    for dispute, name in enumerate(panel.ids):
        generator = np.random.Generator(np.random.Philox(key=[seed, int(name)], counter=[0, 0, 0, future]))
        first, last = int(starts[dispute]), int(starts[dispute + 1])
        found = _one(
            probabilities[:, first:last].copy(),
            float(lasting.days[dispute]),
            float(lasting.war[dispute]),
            timing,
            generator,
        )
        for row, side, age in found:
            rows.append(first + row)
            sides.append(side)
            ages.append(age)
    return Joins(np.array(rows, dtype=np.int64), np.array(sides, dtype=np.int64), np.array(ages))


def _one(
    outside: Floats, days: float, war: float, timing: Timing, generator: np.random.Generator
) -> list[tuple[int, int, float]]:
    """Joins of one dispute as (row within it, side, age)."""
    found: list[tuple[int, int, float]] = []
    joined = np.zeros(2)
    clock, end = 0.0, float(timing.days(0.0, days))  # in days as at age 0
    while True:
        levels = [float(timing.level(joined[s], joined[1 - s], war)) for s in (0, 1)]
        rates = outside * np.array(levels)[:, None]
        total = rates.sum()
        clock += generator.exponential() / max(total, 1e-300)
        if clock >= end:
            return found
        pick = int(np.searchsorted(np.cumsum(rates.ravel()), generator.random() * total, side="right"))
        side, row = divmod(min(pick, rates.size - 1), outside.shape[1])
        outside[:, row] = 0.0
        joined[side] += 1
        found.append((row, JOINED_A if side == 0 else JOINED_B, timing.age_at(clock)))
