"""Occasions: how many times as often those who take part step near what is on the calendar.

In week w instrument i steps up at the rate a_i exp(E) and down at the rate b_i exp(-E),

    E = sum over kinds k of c_k (z_k - its mean over the record),    c_k = c + delta_k                    (1)

z_k being the occasions of kind k in the week before, of or after w in which the instrument's actor takes part.

    symbol  meaning                                   unit   prior
    c       pull of a typical kind                    1      Normal(0, 0.5)
    delta   how a kind departs from it                1      Normal(0, 0.25)
    a, b    the instrument's own rates                1/week by its class's, as in `classes`

Fitted as the law of excitation is. Kinds without a record have the typical pull, the spread of kinds added.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import numpy as np

from tertius.calendar import week_index
from tertius.inference.decisions.panel import Floats, Panel
from tertius.inference.decisions.poisson import poisson_mode, rows_of, usual
from tertius.reference import ClassRates, Pulls
from tertius.reference.decisions import SPREAD_OF_CLASSES
from tertius.world import Occasion, Scenario

SPREAD_OF_PULL: Final = 0.5
NEAR: Final = 1  # weeks on either side, as in the law


def fit_occasions(panel: Panel, rates: ClassRates, scenario: Scenario) -> Pulls:
    """Fit (1) to a record whose class rates are known, by the occasions of its calendar up to the record's end."""
    there = [one for one in scenario.calendar.values() if one.date is not None and one.date <= panel.until]
    kinds: tuple[str, ...] = tuple(sorted({one.kind for one in there}))
    weeks = np.arange(-panel.weeks, 0)
    counts = near(there, kinds, panel.actors, panel.until, weeks)
    means = usual(panel, counts)
    centred = counts - means[:, None, :]
    covariates = np.concatenate([centred.sum(axis=0, keepdims=True), centred])
    design, taken, mean, sd = rows_of(panel, rates, covariates)
    spread = np.r_[SPREAD_OF_PULL, np.full(len(kinds), SPREAD_OF_CLASSES)]
    point, covariance = poisson_mode(design, taken, np.r_[np.zeros(len(spread)), mean], np.r_[spread, sd])

    def pull(columns: list[int]) -> tuple[float, float]:
        error = np.sqrt(covariance[np.ix_(columns, columns)].sum())
        return round(float(point[columns].sum()), 4), round(float(error), 4)

    told: dict[str, tuple[float, float]] = {kind: pull([0, 1 + row]) for row, kind in enumerate(kinds)}
    before = {
        name: {kind: round(float(means[row, place]), 4) for row, kind in enumerate(kinds) if means[row, place] > 0.0}
        for place, name in enumerate(panel.names)
    }
    return Pulls(told, pull([0]), before)


def near(
    occasions: Iterable[Occasion], kinds: tuple[str, ...], actors: tuple[str, ...], until: date, weeks: np.ndarray
) -> Floats:
    """Occasions near each week in which each actor takes part, by kind: shape (kind, week, actor).

    weeks: after `until`, 0 the first; below 0 before it.
    """
    counts = np.zeros((len(kinds), len(weeks), len(actors)))
    for one in occasions:
        if one.kind in kinds and one.date is not None:
            close = np.abs(weeks - week_index(until, one.date)) <= NEAR
            taking_part = np.array([actor in one.who for actor in actors])
            counts[kinds.index(one.kind)] += close[:, None] & taking_part[None, :]
    return counts
