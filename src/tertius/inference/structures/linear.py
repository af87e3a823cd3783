"""What the structures of ground share: from named quantities to the filters' columns, and draws ahead."""

from __future__ import annotations

import numpy as np

from tertius.inference import filters
from tertius.inference.structures.base import Array, Filtered, Measured, Named

COLUMN_OF = {
    "long_run_tempo": filters.LEVEL,
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
SPELLS = ("active_scale", "becoming_active", "becoming_quiet")
QUIET = {"active_scale": 1.0, "becoming_active": 0.0, "becoming_quiet": 0.0, "activity": 0.0}


def table(named: Named) -> Array:
    """Columns of the filters, shape (point, 9); what is not named is 0 (and 1 for the second source's noise)."""
    points = len(next(iter(named.values())))
    theta = np.zeros((points, filters.COLUMNS))
    theta[:, filters.NOISE2] = 1.0
    theta[:, filters.SCALE] = 1.0
    for name, column in COLUMN_OF.items():
        if name in named:
            theta[:, column] = named[name]
    return theta


def inputs(named: Named, measured: Measured) -> Array:
    """What the balance of power adds to the tempo each week, shape (point, week): response x elasticity x change."""
    points, weeks = len(next(iter(named.values()))), len(measured.change)
    if measured.balance is None or "power_response" not in named or "balance_elasticity" not in named:
        return np.zeros((points, weeks))
    change = np.diff(measured.balance, prepend=measured.balance[:1])
    return (named["power_response"] * named["balance_elasticity"])[:, None] * change[None, :]


def filter_plain(named: Named, measured: Measured) -> Filtered:
    """The exact filter without regimes."""
    height, mean, variance = filters.filter_level(
        table(named), measured.change, inputs(named, measured), *measured.start
    )
    return Filtered(height, {"mean": mean, "variance": variance})


def end_plain(named: Named, filtered: Filtered, generator: np.random.Generator) -> Named:
    """Tempo in the last week, drawn from its filtered distribution."""
    spread = np.sqrt(np.maximum(filtered.state["variance"], 0.0))
    return {"tempo": filtered.state["mean"] + spread * generator.standard_normal(len(spread))}


def filter_spells(named: Named, measured: Measured) -> Filtered:
    """The near-exact filter with quiet and active spells."""
    found = filters.filter_switching(table(named), measured.change, inputs(named, measured), *measured.start)
    height, means, variances, active = found
    return Filtered(height, {"means": means, "variances": variances, "active": active})


def end_spells(named: Named, filtered: Filtered, generator: np.random.Generator) -> Named:
    """Spell and tempo in the last week, drawn together from their filtered distribution."""
    active = generator.random(len(filtered.height)) < filtered.state["active"]
    at = np.arange(len(active)), active.astype(np.int64)
    spread = np.sqrt(np.maximum(filtered.state["variances"][at], 0.0))
    tempo = filtered.state["means"][at] + spread * generator.standard_normal(len(active))
    return {"tempo": tempo, "activity": active.astype(np.float64)}


def ahead(named: Named, end: Named, measured: Measured, weeks: int, generator: np.random.Generator) -> Array:
    """Weekly changes ahead, shape (point, week); the balance of power stays as it is."""
    points = len(end["tempo"])
    active = end.get("activity", np.zeros(points))
    normals = generator.standard_normal((points, weeks, 2))
    uniforms = generator.random((points, weeks))
    nothing = np.zeros((points, weeks))
    return np.asarray(filters.draw_ahead(table(named), end["tempo"], active, nothing, normals, uniforms))
