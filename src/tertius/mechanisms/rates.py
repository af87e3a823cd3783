"""Rates: in a share of futures states decide by base rates alone, whatever others do.

Several laws of decision stand side by side, each in a share of the futures that is set by its weight, as past scores
say (`tertius backtest --decisions`). One is drawn for each future, the same in all its worlds: laws claim it in turn,
the n-th with the chance

    w_n / (w_1 + ... + w_n)                                                                        (1)

of taking it from those before, so that each holds it in the end with a chance in proportion to its weight.

    symbol  in code        meaning                                     unit      range
    w       rates_weight   weight of this law                          1         >= 0

Limits:   weight 0: no future goes by it; all other weights 0: every future does.
Source:   (1) weighted reservoir sampling with one place (Chao 1982, Biometrika 69, 653-656).
Evidence: the weight, from the backtest of decisions on the scenario's record.
"""

import numpy as np

from tertius.kernel import Key, Params, State, mechanism, uniform_once
from tertius.kernel.fields import DECISION_LAW, LAWS_WEIGHT, parameter

STREAM = 70
RATES_WEIGHT = parameter(
    "world", "rates_weight", "1", "weight of the law that states decide by base rates alone", low=0, default=0.0
)


@mechanism(
    stage="urging",
    channel="decisions",
    by=(),
    reads=(RATES_WEIGHT, LAWS_WEIGHT),
    writes=(DECISION_LAW, LAWS_WEIGHT),
    off=((RATES_WEIGHT, 0.0),),
    at_start=True,
    stream=STREAM,
)
def rates(state: State, params: Params, key: Key) -> None:
    if key.week < 0 and params.world[0, RATES_WEIGHT] > 0.0:
        state.world[0, LAWS_WEIGHT] += params.world[0, RATES_WEIGHT]
        if uniform_once(key, STREAM, np.uint64(0)) * state.world[0, LAWS_WEIGHT] < params.world[0, RATES_WEIGHT]:
            state.world[0, DECISION_LAW] = STREAM
