"""Activity: a theatre has quiet and active spells; in an active one the front's shocks and noise are larger.

Whether a theatre is active, z (1) or not (0), is a Markov chain of two states, and all weekly chance at the front is
scaled by

    P(0 -> 1) = p_a,    P(1 -> 0) = p_q,    z switched before the week's fighting                 (1)
    g = 1 + (k - 1) z                                                                             (2)

    symbol  in code           meaning                                            unit      range
    z       activity          1 in an active spell, 0 in a quiet one             1         [0, 1]
    p_a     becoming_active   chance in a week that a quiet spell ends           1/week    [0, 1]
    p_q     becoming_quiet    chance in a week that an active spell ends         1/week    [0, 1]
    k       active_scale      shocks of an active week against a quiet one's     1         >= 1
    g       shock_scale       scale of this week's shocks and noise              1         >= 1

Limits:   k = 1: g = 1 whatever z; p_a = p_q = 0: the spell of the as-of date lasts; p_a = p_q = 1: spells alternate.
          A closed theatre does not switch. In the long run z = 1 in a share p_a / (p_a + p_q) of weeks.
Source:   Hamilton (1989), regime switching; here of the scale of shocks, since it is the size of weekly change that
          comes in spells.
Evidence: k, p_a, p_q by likelihood on area series (structure `switching` of a fit); others hold k at 1.
"""

from tertius.kernel import Key, Params, State, mechanism, uniform
from tertius.kernel.fields import ACTIVITY, OPEN, SHOCK_SCALE, parameter

STREAM = 33
ACTIVE_SCALE = parameter(
    "theatre", "active_scale", "1", "shocks of an active week against a quiet one's", low=1, default=1.0
)
TO_ACTIVE = parameter(
    "theatre", "becoming_active", "1/week", "chance that a quiet spell ends", low=0, high=1, default=0.0
)
TO_QUIET = parameter(
    "theatre", "becoming_quiet", "1/week", "chance that an active spell ends", low=0, high=1, default=0.0
)


@mechanism(
    stage="activity",
    background="chance at the front, the same in both worlds",
    reads=(ACTIVE_SCALE, TO_ACTIVE, TO_QUIET, OPEN),
    writes=(ACTIVITY, SHOCK_SCALE),
    off=((ACTIVE_SCALE, 1.0),),
    at_start=True,
    stream=STREAM,
)
def activity(state: State, params: Params, key: Key) -> None:
    for k in range(state.theatre.shape[0]):
        active = state.theatre[k, ACTIVITY] >= 0.5
        if key.week >= 0 and state.theatre[k, OPEN] > 0.0:
            leave = params.theatre[k, TO_QUIET] if active else params.theatre[k, TO_ACTIVE]
            if uniform(key, STREAM, key.theatre[k]) < leave:
                active = not active
        state.theatre[k, ACTIVITY] = 1.0 if active else 0.0
        state.theatre[k, SHOCK_SCALE] = params.theatre[k, ACTIVE_SCALE] if active else 1.0
