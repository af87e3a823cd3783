"""Power-driven: the front's tempo has no level of its own; it moves with the balance of power, and by shocks in spells.

    u_t = u_t-1 + b lambda (x_t - x_t-1) + g_t s_w w_t,    change_t = u_t + g_t s_e e_t

x is the series that the scenario names to stand for the log balance of power (material received, say), lambda how far
the balance moves per unit of x, b the response of the law of ground; g_t = k in an active spell, else 1 (law of
activity). The laws with rho = 1. Ahead the balance stays as it is. With b = 0, or no series, a local level in spells.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.linear import NUISANCE, SPELLS, ahead, end_spells, filter_spells

STRUCTURE = Structure(
    name="power-driven",
    title="the front's tempo changes only as the balance of power and chance move it",
    output="area",
    learns=("tempo_shock", "area_noise", *SPELLS, "power_response"),
    nuisance=(*NUISANCE, "balance_elasticity"),
    fixes={"persistence": 1.0},
    ends=("tempo", "activity"),
    filter=filter_spells,
    ending=end_spells,
    ahead=ahead,
    balance_moves=True,
)
