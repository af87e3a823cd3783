"""Loss level: log losses return to a level of their own; the source's counts scatter about them.

    x_t = a x_t-1 + s_x w_t,    ln(count_t) = ln Y + x_t + r e_t

The law of losses, whose weekly counts a source reports with noise r. The filter is exact.
"""

import numpy as np

from tertius.inference import filters
from tertius.inference.structures.base import Array, Filtered, Measured, Named, Structure


def filter_logs(named: Named, measured: Measured) -> Filtered:
    """The exact filter on logs of a flow; counts of zero are missing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(measured.change > 0, np.log(measured.change), np.nan)
    theta = _table(named)
    nothing = np.zeros((len(theta), len(logs)))
    height, means, covariances = filters.filter_level(theta, logs, nothing, *measured.start)
    return Filtered(height, {"mean": means[:, 0], "variance": covariances[:, 0]})


def _table(named: Named) -> Array:
    theta = np.zeros((len(named["loss_level"]), filters.COLUMNS))
    theta[:, filters.LEVEL] = np.log(named["loss_level"])
    theta[:, filters.PERSISTENCE] = named["loss_persistence"]
    theta[:, filters.SHOCK] = named["loss_shock"]
    theta[:, filters.NOISE] = named["count_noise"]
    theta[:, filters.SCALE] = theta[:, filters.NOISE2] = 1.0
    return theta


def end_logs(named: Named, filtered: Filtered, generator: np.random.Generator) -> Named:
    """Log deviation of losses in the last week, drawn from its filtered distribution."""
    spread = np.sqrt(np.maximum(filtered.state["variance"], 0.0))
    logs = filtered.state["mean"] + spread * generator.standard_normal(len(spread))
    return {"loss_deviation": logs - np.log(named["loss_level"])}


def ahead_logs(named: Named, end: Named, measured: Measured, weeks: int, generator: np.random.Generator) -> Array:
    """Counts of the weeks ahead, shape (point, week)."""
    theta = _table(named)
    points = len(theta)
    logs = end["loss_deviation"] + theta[:, filters.LEVEL]
    normals = generator.standard_normal((points, weeks, 3))
    quiet, level = np.zeros(points), theta[:, filters.LEVEL]
    drawn = filters.draw_ahead(theta, logs, level, quiet, normals, np.ones((points, weeks)))
    return np.asarray(np.exp(np.clip(drawn, -50.0, 50.0)))


STRUCTURE = Structure(
    name="loss-level",
    title="losses return to a level of their own",
    output="losses",
    learns=("loss_level", "loss_persistence", "loss_shock"),
    nuisance=("count_noise",),
    fixes={},
    ends=("loss_deviation",),
    filter=filter_logs,
    ending=end_logs,
    ahead=ahead_logs,
)
