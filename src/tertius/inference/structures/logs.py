"""What the structures of losses share: the filter on logs of weekly counts, its end, and draws ahead."""

from __future__ import annotations

import numpy as np

from tertius.inference import filters
from tertius.inference.structures.base import Array, Filtered, Measured, Named
from tertius.inference.structures.linear import drawn_state

COLUMN_OF = {
    "loss_level_persistence": filters.LEVEL_PERSISTENCE,
    "loss_level_shock": filters.LEVEL_SHOCK,
    "loss_persistence": filters.PERSISTENCE,
    "loss_shock": filters.SHOCK,
    "count_noise": filters.NOISE,
}
FIXED_LEVEL = {"loss_level_persistence": 0.0, "loss_level_shock": 0.0, "loss_level_deviation": 0.0}


def filter_logs(named: Named, measured: Measured) -> Filtered:
    """The exact filter on logs of a flow; counts of zero are missing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(measured.change > 0, np.log(measured.change), np.nan)
    theta = _table(named)
    nothing = np.zeros((len(theta), len(logs)))
    height, means, covariances = filters.filter_level(theta, logs, nothing, *measured.start)
    return Filtered(height, {"means": means, "covariances": covariances})


def _table(named: Named) -> Array:
    theta = np.zeros((len(named["loss_level"]), filters.COLUMNS))
    theta[:, filters.LEVEL] = np.log(named["loss_level"])
    theta[:, filters.SCALE] = theta[:, filters.NOISE2] = 1.0
    for name, column in COLUMN_OF.items():
        theta[:, column] = named[name]
    return theta


def end_logs(named: Named, filtered: Filtered, generator: np.random.Generator) -> Named:
    """Log deviations of losses and of their level in the last week, drawn from their filtered distribution."""
    logs, level = drawn_state(filtered.state["means"], filtered.state["covariances"], generator)
    mean = np.log(named["loss_level"])
    return {"loss_deviation": logs - mean, "loss_level_deviation": level - mean}


def ahead_logs(named: Named, end: Named, measured: Measured, weeks: int, generator: np.random.Generator) -> Array:
    """Counts of the weeks ahead, shape (point, week)."""
    theta = _table(named)
    points = len(theta)
    logs, level = (end[name] + theta[:, filters.LEVEL] for name in ("loss_deviation", "loss_level_deviation"))
    normals = generator.standard_normal((points, weeks, 3))
    drawn = filters.draw_ahead(theta, logs, level, np.zeros(points), normals, np.ones((points, weeks)))
    return np.asarray(np.exp(np.clip(drawn, -50.0, 50.0)))
