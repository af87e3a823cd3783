"""Power-driven: the front's tempo follows a moving level, and the balance of power moves it besides.

    d_t = phi d_t-1 + s_d v_t,    u_t = M + d_t + rho (u_t-1 - M - d_t) + g_t s_w w_t
    change_t = u_t + b lambda (x_t - x_T) + g_t s_e e_t

x is the series that the scenario names to stand for the log balance of power (material received, say), x_T its value in
the last week, lambda how far the balance moves per unit of x, b the response of the law of ground. Ahead the balance
stays as it is. With b = 0, or no series, a moving level.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.linear import LEVELS, NUISANCE, SPELLS, ahead, end_spells, filter_spells

STRUCTURE = Structure(
    name="power-driven",
    title="the front's tempo follows a moving level and the balance of power",
    output="area",
    learns=(*LEVELS, "persistence", "tempo_shock", "area_noise", *SPELLS, "power_response"),
    nuisance=(*NUISANCE, "balance_elasticity"),
    fixes={},
    ends=("tempo", "level_deviation", "activity"),
    filter=filter_spells,
    ending=end_spells,
    ahead=ahead,
    balance_moves=True,
)
