"""Loss walk: log losses follow a level that wanders; the source's counts scatter about them.

    l_t = l_t-1 + s_l u_t,    x_t = l_t + a (x_t-1 - l_t) + s_x w_t,    ln(count_t) = ln Y + x_t + r e_t

The law of losses with a level that never returns. The filter is exact.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.logs import ahead_logs, end_logs, filter_logs

STRUCTURE = Structure(
    name="loss-walk",
    title="losses follow a level that wanders",
    output="losses",
    learns=("loss_level", "loss_level_shock", "loss_persistence", "loss_shock"),
    nuisance=("count_noise",),
    fixes={"loss_level_persistence": 1.0},
    ends=("loss_deviation", "loss_level_deviation"),
    filter=filter_logs,
    ending=end_logs,
    ahead=ahead_logs,
)
