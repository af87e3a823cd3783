"""Loss walk: log losses wander without a level; the source's counts scatter about them.

    x_t = x_t-1 + s_x w_t,    ln(count_t) = ln Y + x_t + r e_t

The law of losses with a = 1. The filter is exact.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.loss_level import ahead_logs, end_logs, filter_logs

STRUCTURE = Structure(
    name="loss-walk",
    title="losses wander without a level of their own",
    output="losses",
    learns=("loss_level", "loss_shock"),
    nuisance=("count_noise",),
    fixes={"loss_persistence": 1.0},
    ends=("loss_deviation",),
    filter=filter_logs,
    ending=end_logs,
    ahead=ahead_logs,
)
