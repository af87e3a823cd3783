"""A rate that falls with age, and the normal posterior of a few parameters.

h(t) = c (1 + t / s)^-g                 rate per day at age t                                     (1)
H(t) = c s ((1 + t / s)^(1 - g) - 1) / (1 - g),   c s log(1 + t / s) at g = 1                     (2)

symbol  in code   meaning                  unit     range
t       age       age                      day      >= 0
c       -         rate at age 0            1/day    > 0; callers put it in front
s       scale     age at which it bends    day      > 0
g       power     how fast it falls        1        any; 0: a constant rate
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tertius.history.panel import Floats


def relative(age: Floats | float, scale: Floats | float, power: Floats | float) -> Floats:
    """Rate relative to that at age 0; arguments broadcast."""
    rate: Floats = (1.0 + np.asarray(age, dtype=np.float64) / scale) ** -np.asarray(power, dtype=np.float64)
    return rate


def gathered(age: Floats | float, scale: Floats | float, power: Floats | float) -> Floats:
    """`relative` integrated from 0 to `age`, in days; arguments broadcast."""
    grown = np.log1p(np.asarray(age, dtype=np.float64) / scale)
    rest = 1.0 - np.asarray(power, dtype=np.float64)
    near_one = np.abs(rest) < 1e-8
    safe = np.where(near_one, 1.0, rest)
    days: Floats = scale * np.where(near_one, grown, np.expm1(safe * grown) / safe)
    return days


def ungathered(days: float, scale: float, power: float) -> float:
    """The age at which `gathered` reaches `days`; infinite where it never does."""
    part, rest = days / scale, 1.0 - power
    if abs(rest) < 1e-8:
        return scale * float(np.expm1(part))
    if rest * part <= -1.0:
        return float("inf")
    return scale * float(np.expm1(np.log1p(rest * part) / rest))


def mode_and_covariance(
    logs: Callable[[Floats], Floats], centre: Floats, spread: Floats, start: Floats
) -> tuple[Floats, Floats]:
    """Mode and covariance of a few parameters with independent normal priors.

    Args:
        logs: log likelihood of each independent unit (a war, a dispute), (units,), at a point.
        centre: means of the priors.
        spread: their standard deviations.
        start: where to begin.

    Returns:
        The mode, and H^-1 (J + P) H^-1 by units as in `joining.py`.
    """
    from scipy.optimize import minimize

    def loss(point: Floats) -> float:
        return float(-logs(point).sum() + 0.5 * (((point - centre) / spread) ** 2).sum())

    found: Any = minimize(loss, start, method="BFGS", options={"gtol": 1e-6, "maxiter": 2000})
    mode: Floats = found.x
    step, size = 1e-4, len(mode)
    shifts = np.eye(size) * step
    each = np.stack([(logs(mode + shift) - logs(mode - shift)) / (2 * step) for shift in shifts], axis=1)
    precision = np.diag(spread**-2.0)
    step = 1e-3
    shifts = np.eye(size) * step
    hessian = np.empty((size, size))
    for row in range(size):
        for column in range(size):
            corners = [
                loss(mode + a * shifts[row] + b * shifts[column]) * a * b for a in (1.0, -1.0) for b in (1.0, -1.0)
            ]
            hessian[row, column] = sum(corners) / (4 * step**2)
    inverse = np.linalg.inv((hessian + hessian.T) / 2)
    return mode, inverse @ (each.T @ each + precision) @ inverse
