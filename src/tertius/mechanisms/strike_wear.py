"""Strike wear: damage to what a side lives by wears down what it can still bear.

    e <- max(0, e - sum over its targets of y (D - D_0))                                     (1)

D_0 is the damage at the as-of date: what that costs is in the drain of the law of endurance.

    symbol  in code      meaning                                             unit      range
    e       endurance    what the side can still bear, as a share            1         >= 0
    y       wear         wear while all of the target is out of work         1/week    >= 0
    D       damage       share of the target out of work                     1         [0, 1]

Limits:   y = 0 or D = D_0: nothing; damage repaired below D_0 gives back.
Source:   our choice, as of the law of endurance.
Evidence: judgement (scenario).
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import DAMAGE, ENDURANCE, REFERENCE_DAMAGE, TARGET_SIDE, parameter

STRIKE_WEAR = parameter(
    "target", "wear", "1/week", "wear of its side while all of it is out of work", low=0, default=0.0, most=1.0
)


@mechanism(
    stage="endurance",
    channel="strikes",
    reads=(STRIKE_WEAR, DAMAGE, REFERENCE_DAMAGE, TARGET_SIDE),
    writes=(ENDURANCE,),
    off=((STRIKE_WEAR, 0.0),),
)
def strike_wear(state: State, params: Params, key: Key) -> None:
    for j in range(state.target.shape[0]):
        side = params.target_links[j, TARGET_SIDE]
        more = state.target[j, DAMAGE] - state.target[j, REFERENCE_DAMAGE]
        state.side[side, ENDURANCE] = max(0.0, state.side[side, ENDURANCE] - params.target[j, STRIKE_WEAR] * more)
