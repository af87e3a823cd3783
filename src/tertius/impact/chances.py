"""Probabilities with chance taken out of them: an event less the weekly chances that the run gave it.

A run computes how likely an event is in each week before it draws whether it happens. With i whether it has happened by
a week, and c the sum of its chances in the weeks up to then in which it could still happen, i - c is 0 on average
whatever the parameters (a martingale). Of a difference d of i between two worlds,

    d - b (m_1 - m_2),    m = i - c,    b the least-squares slope of d on m_1 - m_2 among futures that share a row   (1)

has the same mean and, where chances tell more than draws, a fraction of the variance. So a difference of a percentage
point can be seen in fewer futures, and the means of rows, each of few futures, are no longer counts of 0 to 4.

Source:   control variates (Owen, Monte Carlo theory, methods and examples, 2013, section 8.9).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.impact.recorded import Floats, Recorded
from tertius.impact.rows import groups_of

FEWEST = 50  # futures beyond one a row, from which on a slope can be estimated


def surprise(happened: NDArray[np.bool_], chance: Floats) -> Floats:
    """Whether it has happened since the as-of date, less the sum of its chances while it could; mean 0 in each week.

    happened, chance and what is returned: shape (trajectory, week + 1); chance: of happening in the week up to then.
    """
    found = np.zeros(chance.shape)
    np.multiply(chance[:, 1:], ~happened[:, :-1], out=found[:, 1:])
    return _less(happened, happened[:, :1], found)


def _less(happened: NDArray[np.bool_], before: NDArray[np.bool_], found: Floats) -> Floats:
    """What has happened and had not before, less the running sum of what is found; in place of that."""
    np.cumsum(found, axis=1, out=found)
    np.subtract(np.subtract(happened, before, dtype=np.float64), found, out=found)
    return found


def of_step(recorded: Recorded, name: str, direction: str) -> Floats | None:
    """The surprise of an instrument's stepping off the level of the as-of date; None where it is forced to step.

    None too where its chance was not kept: that level leaves no room for the step (`needed`).
    """
    if _forced(recorded, name) or f"instruments.{name}.steps.{direction}.chance" not in recorded.ensemble.kept:
        return None
    level = recorded.ensemble.path(f"instruments.{name}.level")
    start, weeks = level[:, :1], np.arange(level.shape[1], dtype=np.int16)
    beyond = level > start if direction == "up" else level < start
    first = np.where(beyond.any(axis=1), beyond.argmax(axis=1), len(weeks)).astype(np.int16)
    happened = weeks >= first[:, np.newaxis]
    could = (level[:, :-1] == start) & ~happened[:, :-1]  # in the week after
    chance = recorded.ensemble.path(f"instruments.{name}.steps.{direction}.chance")
    steps = np.zeros(level.shape)
    np.multiply(chance[:, 1:], could, out=steps[:, 1:], dtype=np.float64)
    row, week = recorded.ending
    steps[row, week + 1] = chance[row, week] * could[row, week]  # as in `_chances`
    return _less(happened, happened[:, :1], steps)


def of_level(recorded: Recorded, name: str, threshold: float, reached: Floats) -> Floats | None:
    """The surprise of what is reached a week after an instrument's level has come to a threshold; None as above."""
    if _forced(recorded, name):
        return None
    level = recorded.ensemble.path(f"instruments.{name}.level")
    steps = np.zeros(level.shape)
    steps[:, 2:] = recorded.output(f"instruments.{name}.steps.up.chance")[:, 1:-1]
    steps[:, 2:] *= level[:, :-2] == np.ceil(threshold) - 1.0
    return surprise(reached > 0, steps)


def of_event(recorded: Recorded, happened: Floats, chance: str) -> Floats:
    """The surprise of an event whose chance in a week is an output of that week."""
    return surprise(happened > 0, _chances(recorded, chance))


def _forced(recorded: Recorded, name: str) -> bool:
    forced = recorded.quantity(f"instruments.{name}.forced_week", np.inf)
    return bool(forced.min() < recorded.ensemble.weeks)


def _chances(recorded: Recorded, path: str) -> Floats:
    """Weekly chances. As the war ends, its flows are set to 0 after all was drawn: the week before stands in for it."""
    each = recorded.output(path)
    row, week = recorded.ending
    each[row, week + 1] = each[row, week]
    return each


def cleared(
    one: Floats, two: Floats, chance: tuple[Floats | None, Floats | None], rows: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Both worlds' events at a week less the part that is chance, (1): same means, shape (trajectory,) each.

    chance: the surprises at that week; None for an event whose chances are not known, or which is drawn otherwise.
    """
    if chance[0] is None or chance[1] is None:
        return one, two
    group, counts = groups_of(rows)
    if len(one) - len(counts) < FEWEST:
        return one, two

    def within(values: Floats) -> Floats:
        return np.asarray(values - (np.bincount(group, values) / counts)[group])

    # Of the difference where there is one, else of the event itself.
    told, news = (one - two, chance[0] - chance[1]) if (one != two).any() else (one, chance[0])
    varied = within(news)
    power = float(varied @ varied)
    slope = min(max(float(within(told) @ varied) / power, 0.0), 1.0) if power > 0.0 else 0.0
    return one - slope * chance[0], two - slope * chance[1]


def probability(values: Floats) -> float:
    """The mean of a cleared sample, within [0, 1]."""
    return min(max(float(values.mean()), 0.0), 1.0)
