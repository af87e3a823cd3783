"""Switching: the front's tempo wanders in quiet and active spells, whatever the balance of power (what stood before).

    u_t = u_t-1 + g_t s_w w_t,    change_t = u_t + g_t s_e e_t,    g_t = k in an active spell, else 1
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.linear import FIXED_LEVEL, NUISANCE, SPELLS, ahead, end_spells, filter_spells

STRUCTURE = Structure(
    name="switching",
    title="the front's tempo wanders in quiet and active spells",
    output="area",
    learns=("tempo_shock", "area_noise", *SPELLS),
    nuisance=NUISANCE,
    fixes={"persistence": 1.0, "long_run_tempo": 0.0} | FIXED_LEVEL,
    ends=("tempo", "activity"),
    filter=filter_spells,
    ending=end_spells,
    ahead=ahead,
)
