"""Excitation: how the rate of a step answers to what its actor, its partners and its rivals have lately done.

In week w instrument i steps up at the rate a_i exp(E) and down at the rate b_i exp(-E),

    E = sum over r of beta_rc (z_r - its mean over the record),    beta_rc = beta_r + delta_rc             (1)

z_r being the fading sums of steps of the panel: own, partners', rivals'. Signs are free; classes c are held near the
common beta_r.

    symbol  meaning                                   unit   prior
    beta    answer of a typical class to one step     1      Normal(0, 0.5)
    delta   how a class departs from it               1      Normal(0, 0.25)
    a, b    the instrument's own rates                1/week by its class's, as in `classes`

Fitted by the mode with its curvature. The steps of a week are Poisson given what came before it, so the likelihood is
that of a point process in weekly steps (Hawkes 1971, Biometrika 58, 83-90, with a log-linear answer so that it may
inhibit too).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tertius.engine import WEEKS_A_YEAR
from tertius.inference.decisions.panel import Floats, Panel
from tertius.reference import TERMS, ClassRates, Excitation
from tertius.reference.decisions import SPREAD_OF_CLASSES

SPREAD_OF_BETA: Final = 0.5


def fit_excitation(panel: Panel, rates: ClassRates) -> Excitation:
    """Fit (1) to a record whose class rates are known. Newton's method: the loss is convex."""
    classes = sorted(set(panel.kinds))
    place = np.array([classes.index(kind) for kind in panel.kinds])
    recent = panel.recent[:, :-1] - _mean(panel)[:, None, :]
    design, taken, prior_mean, prior_sd = _design(panel, rates, recent, place, len(classes))
    point = prior_mean.copy()
    for _ in range(60):
        rate = np.exp(np.clip(design @ point, -20.0, 20.0))
        slope = design.T @ (taken - rate) - (point - prior_mean) / prior_sd**2
        curve = (design.T * rate) @ design + np.diag(prior_sd**-2.0)
        step = np.linalg.solve(curve, slope)
        point += step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    covariance: Floats = np.asarray(np.linalg.inv(curve), dtype=np.float64)
    return _told(panel, classes, point, covariance)


def _mean(panel: Panel) -> Floats:
    """Mean of each term over the weeks in which the instrument was on record: shape (term, instrument)."""
    there = np.maximum(panel.open_up, panel.open_down)
    held: Floats = (panel.recent[:, :-1] * there).sum(axis=1) / np.maximum(there.sum(axis=0), 1.0)
    return held


def _design(
    panel: Panel, rates: ClassRates, recent: Floats, place: np.ndarray, classes: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Rows of weeks in which a step was open; columns beta, delta by class, log rates up and down by instrument."""
    count, size = len(panel.names), len(TERMS)
    first = size * (1 + classes)
    rows, taken = [], []
    for sign, room, steps, offset in ((1.0, panel.open_up, panel.up, 0), (-1.0, panel.open_down, panel.down, count)):
        week, instrument = np.nonzero(room)
        block = np.zeros((len(week), first + 2 * count))
        for term in range(size):
            value = sign * recent[term, week, instrument]
            block[:, term] = value
            block[np.arange(len(week)), size * (1 + place[instrument]) + term] = value
        block[np.arange(len(week)), first + offset + instrument] = 1.0
        rows.append(block)
        taken.append(steps[week, instrument])
    mean, spread = (
        np.zeros(first + 2 * count),
        np.r_[np.full(size, SPREAD_OF_BETA), np.full(size * classes, SPREAD_OF_CLASSES)],
    )
    own = []
    for offset, direction in ((0, "up"), (count, "down")):
        for row, kind in enumerate(panel.kinds):
            shape, years = rates.pool(direction).gamma(kind)
            mean[first + offset + row] = np.log(shape / years / WEEKS_A_YEAR)
            own.append(shape**-0.5)
    design = np.vstack(rows)
    return design, np.concatenate(taken), mean, np.r_[spread, own]


def _told(panel: Panel, classes: list[str], point: Floats, covariance: Floats) -> Excitation:
    size = len(TERMS)

    def answer(columns: list[int]) -> tuple[float, float]:
        error = np.sqrt(covariance[np.ix_(columns, columns)].sum())
        return round(float(point[columns].sum()), 4), round(float(error), 4)

    betas = {
        kind: tuple(answer([term, size * (1 + row) + term]) for term in range(size)) for row, kind in enumerate(classes)
    }
    usual = _mean(panel)
    means = {name: tuple(round(float(v), 4) for v in usual[:, place]) for place, name in enumerate(panel.names)}
    return Excitation(betas, tuple(answer([term]) for term in range(size)), means)
