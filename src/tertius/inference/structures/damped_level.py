"""Damped level: the front's tempo returns to a level that stays where it is, in quiet and active spells.

    u_t = M + rho (u_t-1 - M) + g_t s_w w_t,    change_t = u_t + g_t s_e e_t,    g_t = k in an active spell, else 1

The laws of ground and activity with a fixed level. The filter is near-exact.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.linear import FIXED_LEVEL, NUISANCE, SPELLS, ahead, end_spells, filter_spells

STRUCTURE = Structure(
    name="damped-level",
    title="the front's tempo returns to a level that stays where it is",
    output="area",
    learns=("long_run_tempo", "persistence", "tempo_shock", "area_noise", *SPELLS),
    nuisance=NUISANCE,
    fixes=FIXED_LEVEL,
    ends=("tempo", "activity"),
    filter=filter_spells,
    ending=end_spells,
    ahead=ahead,
)
