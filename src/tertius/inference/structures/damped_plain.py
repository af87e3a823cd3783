"""Damped level without spells: the front's tempo returns to a level that stays where it is.

    u_t = M + rho (u_t-1 - M) + s_w w_t,    change_t = u_t + s_e e_t

The law of ground with a fixed level and no regimes. The filter is exact.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.linear import FIXED_LEVEL, NUISANCE, QUIET, ahead, end_spells, filter_spells

STRUCTURE = Structure(
    name="damped-plain",
    title="the front's tempo returns to a level that stays where it is, with no spells",
    output="area",
    learns=("long_run_tempo", "persistence", "tempo_shock", "area_noise"),
    nuisance=NUISANCE,
    fixes=FIXED_LEVEL | QUIET,
    ends=("tempo",),
    filter=filter_spells,
    ending=end_spells,
    ahead=ahead,
)
