"""What the data said: prior against posterior of each parameter, and whether the law makes such data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tertius.inference.fit import Fitted, prior_points
from tertius.inference.structures import Array

LEVELS = (0.1, 0.5, 0.9)
LEARNT = 0.8  # a posterior 10-90% range below this share of the prior's, or a moved median, says something
MOVED = 0.25  # of the prior's mass between the two medians


def describe_parameters(fitted: Fitted) -> list[dict[str, Any]]:
    """A row for each unknown: prior and posterior quantiles, shrinkage, R-hat, and whether the data say anything."""
    rows = []
    wanted = fitted.model.wanted(fitted.measured)
    for name, rhat in fitted.rhat.items():
        prior = [float(q) for q in wanted[name].quantile(np.array(LEVELS))]
        posterior = [float(q) for q in np.quantile(fitted.named[name], LEVELS)]
        shares = prior_points(fitted.named[name], wanted[name])
        width = float(np.subtract(*np.quantile(shares, [0.9, 0.1]))) / 0.8
        moved = abs(float(np.median(shares)) - 0.5)
        rows.append(
            {
                "structure": fitted.model.structure.name,
                "parameter": name,
                "unit": wanted[name].unit,
                "prior": [float(f"{q:.4g}") for q in prior],
                "posterior": [float(f"{q:.4g}") for q in posterior],
                "width_left": round(width, 3),
                "rhat": round(rhat, 4),
                "updated": bool(width < LEARNT or moved > MOVED),
            }
        )
    return rows


def predictive_checks(fitted: Fitted, seed: int) -> list[dict[str, Any]]:
    """Statistics of the readings beside those of as many weeks simulated from the posterior.

    Simulated weeks start from the filtered state, so the mean is not compared; shares near 0 or 1 say that the law
    does not make such data.
    """
    weeks = len(fitted.measured.change)
    generator = np.random.Generator(np.random.Philox(key=[fitted.key, seed + 3]))
    structure = fitted.model.structure
    drawn = structure.ahead(fitted.named, fitted.end, fitted.measured, weeks, generator)
    logs = structure.output != "area"
    observed = fitted.measured.change[:, 0]
    missing = ~np.isfinite(observed)
    with np.errstate(divide="ignore", invalid="ignore"):
        given = np.log(observed) if logs else observed
        made = np.log(drawn) if logs else drawn
    made = np.where(missing[None, :], np.nan, made)
    rows = []
    for name, statistic in _STATISTICS.items():
        value = float(statistic(given[None, :])[0])
        values = statistic(made)
        rows.append(
            {
                "structure": structure.name,
                "statistic": name,
                "observed": float(f"{value:.4g}"),
                "simulated": [float(f"{q:.4g}") for q in np.quantile(values, LEVELS)],
                "share_below": round(float((values < value).mean()), 3),
            }
        )
    return rows


def _steps(values: Array) -> Array:
    return np.asarray(np.diff(values, axis=1))


def _turning(values: Array) -> Array:
    """Lag-1 correlation of weekly differences, shape (row,)."""
    steps = np.nan_to_num(_steps(values))
    return np.asarray((steps[:, 1:] * steps[:, :-1]).sum(axis=1) / np.maximum((steps**2).sum(axis=1), 1e-300))


_STATISTICS: dict[str, Callable[[Array], Array]] = {
    "sd of weekly differences": lambda values: np.nanstd(_steps(values), axis=1),
    "lag-1 correlation of weekly differences": _turning,
    "largest weekly difference over their sd": lambda values: (
        np.nanmax(np.abs(_steps(values)), axis=1) / np.maximum(np.nanstd(_steps(values), axis=1), 1e-300)
    ),
}
