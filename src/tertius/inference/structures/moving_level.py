"""Moving level: the front's tempo follows a level that moves slowly and returns, in quiet and active spells.

    d_t = phi d_t-1 + s_d v_t,    u_t = M + d_t + rho (u_t-1 - M - d_t) + g_t s_w w_t,    change_t = u_t + g_t s_e e_t

The laws of ground and activity, g_t = k in an active spell, else 1. The filter collapses four paths to two normals a
week (Kim 1994), which is near-exact.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.linear import LEVELS, NUISANCE, SPELLS, ahead, end_spells, filter_spells

STRUCTURE = Structure(
    name="moving-level",
    title="the front's tempo follows a level that moves slowly and returns",
    output="area",
    learns=(*LEVELS, "persistence", "tempo_shock", "area_noise", *SPELLS),
    nuisance=NUISANCE,
    fixes={},
    ends=("tempo", "level_deviation", "activity"),
    filter=filter_spells,
    ending=end_spells,
    ahead=ahead,
)
