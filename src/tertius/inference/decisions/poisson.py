"""Mode and curvature of steps by the week, Poisson given what is known before, with normal priors."""

from __future__ import annotations

import numpy as np

from tertius.engine import WEEKS_A_YEAR
from tertius.inference.decisions.panel import Floats, Panel
from tertius.reference import ClassRates


def poisson_mode(design: Floats, taken: Floats, mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Mode, shape (column,), and covariance of log rates `design` @ point; Newton's method: the loss is convex.

    design: shape (row, column); taken: steps of each row; mean, sd: of the columns' normal priors.
    """
    point = mean.copy()
    for _ in range(60):
        rate = np.exp(np.clip(design @ point, -20.0, 20.0))
        slope = design.T @ (taken - rate) - (point - mean) / sd**2
        curve = (design.T * rate) @ design + np.diag(sd**-2.0)
        step = np.linalg.solve(curve, slope)
        point += step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    covariance: Floats = np.asarray(np.linalg.inv(curve), dtype=np.float64)
    return point, covariance


def rows_of(panel: Panel, rates: ClassRates, covariates: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Design, steps, and prior mean and sd of the instruments' own log rates a week, up then down.

    covariates: shape (covariate, week, instrument), with the sign of a step up; a step down has the other sign. A row
    for each week and direction in which a step was open; the covariates' columns come first.
    """
    count, first = len(panel.names), len(covariates)
    rows, taken = [], []
    for sign, room, steps, offset in ((1.0, panel.open_up, panel.up, 0), (-1.0, panel.open_down, panel.down, count)):
        week, instrument = np.nonzero(room)
        block = np.zeros((len(week), first + 2 * count))
        block[:, :first] = sign * covariates[:, week, instrument].T
        block[np.arange(len(week)), first + offset + instrument] = 1.0
        rows.append(block)
        taken.append(steps[week, instrument])
    mean, sd = np.zeros(2 * count), np.zeros(2 * count)
    for offset, direction in ((0, "up"), (count, "down")):
        for row, kind in enumerate(panel.kinds):
            shape, years = rates.pool(direction).gamma(kind)
            mean[offset + row] = np.log(shape / years / WEEKS_A_YEAR)
            sd[offset + row] = shape**-0.5
    return np.vstack(rows), np.concatenate(taken), mean, sd


def usual(panel: Panel, values: Floats) -> Floats:
    """Mean of each covariate over the weeks in which the instrument was on record: shape (covariate, instrument).

    values: shape (covariate, week, instrument).
    """
    there = np.maximum(panel.open_up, panel.open_down)
    held: Floats = (values * there).sum(axis=1) / np.maximum(there.sum(axis=0), 1.0)
    return held
