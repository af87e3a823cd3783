"""Loss level: log losses return to a level of their own; the source's counts scatter about them.

    x_t = a x_t-1 + s_x w_t,    ln(count_t) = ln Y + x_t + r e_t

The law of losses with a fixed level, whose weekly counts a source reports with noise r. The filter is exact.
"""

from tertius.inference.structures.base import Structure
from tertius.inference.structures.logs import FIXED_LEVEL, ahead_logs, end_logs, filter_logs

STRUCTURE = Structure(
    name="loss-level",
    title="losses return to a level that stays where it is",
    output="losses",
    learns=("loss_level", "loss_persistence", "loss_shock"),
    nuisance=("count_noise",),
    fixes=FIXED_LEVEL,
    ends=("loss_deviation",),
    filter=filter_logs,
    ending=end_logs,
    ahead=ahead_logs,
)
