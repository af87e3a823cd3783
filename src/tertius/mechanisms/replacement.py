"""Replacement: recruits replace what a side loses for good, add to it, and come faster while a mobilisation lasts.

    n_sk <- n_sk + max(0, (R_s + q p Y exp(x + h m)) (e_s + q d t)^z + r_s) w_sk              (1)

w_sk being the theatre's share of the side's own soldiers at the as-of date, among theatres still open; p Y exp(x + h m)
what is lost for good at the war's intensity (law of losses), however strong the side and whoever bears it; e + d t what
the side could bear without the steady wear of t weeks, in which a side that is said to replace its losses has kept up.
h m is bounded at 3 in size: nobody replaces losses twenty times the usual, and a front in flight must not raise armies.

    symbol  in code       meaning                                     unit           range
    R       recruitment   recruits beyond those who replace losses    persons/week   any
    q       loss_replacement   share of permanent losses replaced     1              [0, 1]
    p       permanent_share    share of losses that does not return   1              [0, 1]
    Y       loss_level    long-run mean of counted losses             persons/week   >= 0
    x       loss_deviation     log deviation of losses                1              any
    h       loss_tempo    rise of log losses with movement            week/km2       any
    m       movement      movement, less that at the as-of date       km2/week       any
    d       drain         steady wear of endurance                    1/week         >= 0
    r       mobilised     extra recruits while a mobilisation lasts   persons/week   any
    e       endurance     what the side can still bear, as a share    1              >= 0
    z       recruitment_endurance   elasticity of recruitment on it   1              >= 0

Limits:   R = q = r = 0 change nothing; q = 0: a rate of its own, whatever is lost; q = 1: R is the net growth of the
          side, which neither the level of losses nor the share that returns can move; z = 0: endurance is no matter;
          with q = 1 only wear beyond the steady one takes from recruits.
Source:   accounting.
Evidence: statements of ministries and services (scenario).
"""

import math

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import (
    ENDURANCE,
    LOSS_DEVIATION,
    MOBILISED,
    NATIVES,
    OPEN,
    PERMANENT_SHARE,
    REFERENCE_SHARE,
    parameter,
)
from tertius.mechanisms.carrying_out import LEVER_RECRUITS
from tertius.mechanisms.endurance import DRAIN
from tertius.mechanisms.event_calendar import RECRUITS
from tertius.mechanisms.losses import LOSS_LEVEL, LOSS_TEMPO, MOVEMENT, REFERENCE_MOVEMENT

LARGEST_LOG = 3.0
LARGEST_SUM = 20.0  # far beyond any war; keeps what is absurd finite
RECRUITMENT = parameter("side", "recruitment", "persons/week", "recruits beyond those who replace permanent losses")
LOSS_REPLACEMENT = parameter(
    "side", "loss_replacement", "1", "share of permanent losses that recruits replace", low=0, high=1, default=0.0
)
RECRUITMENT_ENDURANCE = parameter(
    "side", "recruitment_endurance", "1", "elasticity of recruitment on endurance", low=0, default=0.0, most=10.0
)


@mechanism(
    stage="replacement",
    channel="losses",
    by=(RECRUITMENT,),
    reads=(
        RECRUITMENT,
        LOSS_REPLACEMENT,
        LOSS_LEVEL,
        LOSS_DEVIATION,
        LOSS_TEMPO,
        MOVEMENT,
        REFERENCE_MOVEMENT,
        PERMANENT_SHARE,
        DRAIN,
        RECRUITMENT_ENDURANCE,
        ENDURANCE,
        MOBILISED,
        REFERENCE_SHARE,
        OPEN,
    ),
    writes=(NATIVES,),
    off=((RECRUITMENT, 0.0), (LOSS_REPLACEMENT, 0.0), (RECRUITS, 0.0), (LEVER_RECRUITS, 0.0)),
)
def replacement(state: State, params: Params, key: Key) -> None:
    for s in range(2):
        share = params.side[s, LOSS_REPLACEMENT]
        borne = state.side[s, ENDURANCE] + share * params.side[s, DRAIN] * max(0, key.week)
        moved = params.side[s, LOSS_TEMPO] * (state.side[s, MOVEMENT] - state.side[s, REFERENCE_MOVEMENT])
        moved = min(max(moved, -LARGEST_LOG), LARGEST_LOG)
        gone = params.side[s, LOSS_LEVEL] * math.exp(min(state.side[s, LOSS_DEVIATION] + moved, LARGEST_SUM))
        called = params.side[s, RECRUITMENT] + share * params.side[s, PERMANENT_SHARE] * gone
        borne **= params.side[s, RECRUITMENT_ENDURANCE]
        recruits = max(0.0, called * borne + state.side[s, MOBILISED])
        open_share = 0.0
        for k in range(state.theatre.shape[0]):
            if state.theatre[k, OPEN] > 0.0:
                open_share += state.force[2 * k + s, REFERENCE_SHARE]
        if open_share <= 0.0:
            continue
        for k in range(state.theatre.shape[0]):
            if state.theatre[k, OPEN] > 0.0:
                state.force[2 * k + s, NATIVES] += recruits * state.force[2 * k + s, REFERENCE_SHARE] / open_share
