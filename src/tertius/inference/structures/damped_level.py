"""Damped level: the front keeps its tempo for a while and returns to a level of its own.

    u_t = m + rho (u_t-1 - m) + s_w w_t,    change_t = u_t + s_e e_t

The law of ground with rho below one and no regimes. The filter is exact.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.linear import NUISANCE, QUIET, ahead, end_plain, filter_plain

STRUCTURE = Structure(
    name="damped-level",
    title="the front's tempo returns to a level of its own",
    output="area",
    learns=("long_run_tempo", "persistence", "tempo_shock", "area_noise"),
    nuisance=NUISANCE,
    fixes=QUIET,
    ends=("tempo",),
    filter=filter_plain,
    ending=end_plain,
    ahead=ahead,
)
