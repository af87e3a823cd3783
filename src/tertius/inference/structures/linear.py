"""What the structures of ground share: from named quantities to the filters' columns, a filter's end, draws ahead."""

from __future__ import annotations

import numpy as np

from tertius.inference import filters
from tertius.inference.structures.base import Array, Filtered, Measured, Named

COLUMN_OF = {
    "long_run_tempo": filters.LEVEL,
    "level_persistence": filters.LEVEL_PERSISTENCE,
    "level_shock": filters.LEVEL_SHOCK,
    "persistence": filters.PERSISTENCE,
    "tempo_shock": filters.SHOCK,
    "area_noise": filters.NOISE,
    "active_scale": filters.SCALE,
    "becoming_active": filters.TO_ACTIVE,
    "becoming_quiet": filters.TO_QUIET,
    "beside_bias": filters.BIAS2,
    "beside_noise": filters.NOISE2,
}
NUISANCE = ("beside_bias", "beside_noise")
LEVELS = ("long_run_tempo", "level_persistence", "level_shock")
SPELLS = ("active_scale", "becoming_active", "becoming_quiet")


def table(named: Named) -> Array:
    """Columns of the filters, shape (point, 11); what is not named is 0 (and 1 for the second source's noise)."""
    points = len(next(iter(named.values())))
    theta = np.zeros((points, filters.COLUMNS))
    theta[:, filters.NOISE2] = 1.0
    theta[:, filters.SCALE] = 1.0
    for name, column in COLUMN_OF.items():
        if name in named:
            theta[:, column] = named[name]
    return theta


def offsets(named: Named, measured: Measured) -> Array:
    """What the balance of power adds to a week's change against the last week's, shape (point, week)."""
    points, weeks = len(next(iter(named.values()))), len(measured.change)
    if measured.balance is None or "power_response" not in named or "balance_elasticity" not in named:
        return np.zeros((points, weeks))
    since = measured.balance - measured.balance[-1]
    return (named["power_response"] * named["balance_elasticity"])[:, None] * since[None, :]


def filter_spells(named: Named, measured: Measured) -> Filtered:
    """The near-exact filter with quiet and active spells."""
    found = filters.filter_switching(table(named), measured.change, offsets(named, measured), *measured.start)
    height, means, covariances, active = found
    return Filtered(height, {"means": means, "covariances": covariances, "active": active})


def end_spells(named: Named, filtered: Filtered, generator: np.random.Generator) -> Named:
    """Spell, tempo and level in the last week, drawn together from their filtered distribution."""
    active = generator.random(len(filtered.height)) < filtered.state["active"]
    at = np.arange(len(active)), active.astype(np.int64)
    mean, covariance = filtered.state["means"][at], filtered.state["covariances"][at]
    normals = generator.standard_normal((len(mean), 2))
    own = np.maximum(covariance[:, 0], 1e-300)
    tempo = mean[:, 0] + np.sqrt(own) * normals[:, 0]
    rest = np.sqrt(np.maximum(covariance[:, 2] - covariance[:, 1] ** 2 / own, 0.0))
    level = mean[:, 1] + covariance[:, 1] / own * (tempo - mean[:, 0]) + rest * normals[:, 1]
    deviation = level - named["long_run_tempo"]
    return {"tempo": tempo, "level_deviation": deviation, "activity": active.astype(np.float64)}


def ahead(named: Named, end: Named, measured: Measured, weeks: int, generator: np.random.Generator) -> Array:
    """Weekly changes ahead, shape (point, week); the balance of power stays as it is."""
    points = len(end["tempo"])
    normals = generator.standard_normal((points, weeks, 3))
    uniforms = generator.random((points, weeks))
    level = named["long_run_tempo"] + end["level_deviation"]
    return np.asarray(filters.draw_ahead(table(named), end["tempo"], level, end["activity"], normals, uniforms))
