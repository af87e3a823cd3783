"""Switching: the front's tempo wanders in quiet and active spells, whatever the balance of power.

    u_t = u_t-1 + g_t s_w w_t,    change_t = u_t + g_t s_e e_t,    g_t = k in an active spell, else 1

The laws of ground and activity with rho = 1. The filter collapses four paths to two normals a week (Kim 1994), which is
near-exact. With a level of its own as well it forecast 13 weeks ahead worse (205 against 177 km2).
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.linear import NUISANCE, SPELLS, ahead, end_spells, filter_spells

STRUCTURE = Structure(
    name="switching",
    title="the front's tempo wanders in quiet and active spells",
    output="area",
    learns=("tempo_shock", "area_noise", *SPELLS),
    nuisance=NUISANCE,
    fixes={"persistence": 1.0},
    ends=("tempo", "activity"),
    filter=filter_spells,
    ending=end_spells,
    ahead=ahead,
)
