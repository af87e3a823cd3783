"""Power-driven: the front's tempo has no level of its own; it moves with the balance of power, and by shocks.

    u_t = u_t-1 + b lambda (x_t - x_t-1) + s_w w_t,    change_t = u_t + s_e e_t

x is the series that the scenario names to stand for the log balance of power (material received, say), lambda how far
the balance moves per unit of x, b the response of the law of ground. The law of ground with rho = 1 and no regimes.
Ahead the balance stays as it is. With b = 0, or no series, a local level. The filter is exact.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.linear import NUISANCE, QUIET, ahead, end_plain, filter_plain

STRUCTURE = Structure(
    name="power-driven",
    title="the front's tempo changes only as the balance of power and chance move it",
    output="area",
    learns=("tempo_shock", "area_noise", "power_response"),
    nuisance=(*NUISANCE, "balance_elasticity"),
    fixes={**QUIET, "persistence": 1.0},
    ends=("tempo",),
    filter=filter_plain,
    ending=end_plain,
    ahead=ahead,
    balance_moves=True,
)
