"""Switching: the front has quiet and active spells; shocks and noise are k times as large in an active one.

    u_t = u_t-1 + g_t s_w w_t,    change_t = u_t + g_t s_e e_t,    g_t = k in an active spell, else 1

The laws of ground and activity with rho = 1. The filter collapses four paths to two normals a week (Kim 1994).
"""

import numpy as np

from tertius.inference import filters
from tertius.inference.structures.base import Filtered, Measured, Named, Structure
from tertius.inference.structures.linear import NUISANCE, ahead, inputs, table


def _filter(named: Named, measured: Measured) -> Filtered:
    found = filters.filter_switching(table(named), measured.change, inputs(named, measured), *measured.start)
    height, means, variances, active = found
    return Filtered(height, {"means": means, "variances": variances, "active": active})


def _ending(named: Named, filtered: Filtered, generator: np.random.Generator) -> Named:
    active = generator.random(len(filtered.height)) < filtered.state["active"]
    at = np.arange(len(active)), active.astype(np.int64)
    spread = np.sqrt(np.maximum(filtered.state["variances"][at], 0.0))
    tempo = filtered.state["means"][at] + spread * generator.standard_normal(len(active))
    return {"tempo": tempo, "activity": active.astype(np.float64)}


STRUCTURE = Structure(
    name="switching",
    title="the front has quiet and active spells",
    output="area",
    learns=("tempo_shock", "area_noise", "active_scale", "becoming_active", "becoming_quiet"),
    nuisance=NUISANCE,
    fixes={"persistence": 1.0},
    ends=("tempo", "activity"),
    filter=_filter,
    ending=_ending,
    ahead=ahead,
)
