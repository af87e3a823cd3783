"""Perceived threat: how much of what an actor cares for has moved against it, as far as it knows.

    T_a = sum over stakes x of w_ax max(0, - d_ax p_x)                                     (1)

    symbol  in code      meaning                                                      unit   range
    w       weight       weight of the stake for the actor; here its share            1      >= 0
    d       wants        1 for more of the stake, -1 for less                         1      -1, 0, 1
    p       perceived    what is known of the stake's change since the as-of date     1      any
    T       threat       weighted harm to its stakes since the as-of date             1      >= 0

Limits:   nothing known to have changed: 0; gains do not make up for harm.
Source:   threat as harm to interests, after Walt 1987 (balance of threat); the sum is our choice.
Evidence: weights are judgement (scenario).
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import PERCEIVED, THREAT
from tertius.mechanisms.deliberation import INTEREST_SHARE, WANTS, WEIGHT


@mechanism(
    stage="threat",
    channel="decisions",
    by=(),
    reads=(INTEREST_SHARE, WANTS, PERCEIVED),
    writes=(THREAT,),
    off=((WEIGHT, 0.0),),
)
def perceived_threat(state: State, params: Params, key: Key) -> None:
    stakes = state.stake.shape[0]
    for a in range(state.actor.shape[0]):
        threat = 0.0
        for x in range(stakes):
            harm = -params.interest_links[a * stakes + x, WANTS] * state.stake[x, PERCEIVED]
            if harm > 0.0:
                threat += state.interest[a * stakes + x, INTEREST_SHARE] * harm
        state.actor[a, THREAT] = threat
