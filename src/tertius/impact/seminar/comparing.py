"""Where the course that was played lies among the futures of the program, up to the week that has been played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tertius.engine import Ensemble, Layout, Options, Sampled
from tertius.engine.ensemble import measure
from tertius.impact.seminar.playing import FUTURES, SEED

LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Course:
    """One outcome, week by week from the as-of date up to the week that has been played, in its unit.

    played              in the future that is played
    low, median, high   10%, 50% and 90% of futures in which nobody is played
    below               share of these futures that end the last week played below it
    """

    outcome: str
    name: str
    unit: str
    played: tuple[float, ...]
    low: tuple[float, ...]
    median: tuple[float, ...]
    high: tuple[float, ...]
    below: float


def courses(layout: Layout, past: Ensemble, week: int) -> tuple[Course, ...]:
    """Every outcome; none before a week has been played. Equal futures count as half below."""
    if week == 0:
        return ()
    outcomes = layout.scenario.outcomes
    found = Sampled(layout, Options(FUTURES, week, SEED, replicates=1)).outcomes({})
    lived = np.stack([past.path(told.output)[:, : week + 1].astype(np.float64) for told in outcomes.values()], axis=2)
    lived = measure(lived, list(outcomes.values()))[0]
    courses = []
    for place, (name, told) in enumerate(outcomes.items()):
        low, median, high = (_floats(band) for band in np.quantile(found[:, :, place], LEVELS, axis=0))
        last = found[:, -1, place].astype(np.float32).astype(np.float64)
        mine = float(np.float32(lived[-1, place]))
        below = float((last < mine).mean() + 0.5 * (last == mine).mean())
        courses.append(Course(name, told.name, told.unit, _floats(lived[:, place]), low, median, high, below))
    return tuple(courses)


def _floats(values: Sequence[float] | np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
