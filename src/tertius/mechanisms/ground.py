"""Ground: the front keeps its recent tempo, and moves away from it only as the balance of power changes.

Power is not observed, and today's tempo already contains it; so only changes of the balance since the as-of date act.
For the holder of a theatre's area A (who may be either side), with B = log(P_holder / P_other),

    u <- m + rho (u - m) + g s_w w                base tempo: a damped local level           (1)
    v  = u + b (B - B_0)                          expected gain this week                    (2)
    A <- A + v + g s_e e                          area; w, e standard normal                 (3)

A theatre that closes at zero ends when its area reaches zero: it counts as closed, nobody fights there, and its
troops are free for others.

    symbol  in code            meaning                                        unit        range
    A       area               land held by the holder                        km2         [0, ceiling]
    u       tempo              gain at the as-of balance                      km2/week    any
    m       long_run_tempo     level to which the base tempo is damped        km2/week    any
    rho     persistence        share of a deviation that lasts a week         1           [0, 1]
    s_w     tempo_shock        weekly shock to the base tempo                 km2/week    >= 0
    s_e     area_noise         weekly noise of fighting and mapping           km2         >= 0
    g       shock_scale        scale of this week's shocks (law of activity)   1           >= 0
    b       power_response     gain per unit of log power ratio               km2/week    >= 0
            area_ceiling       land there is to hold                          km2         >= 0

Limits:   b = 0: the balance does not matter; B = B_0: plain damped local level; rho = 1: local level, rho = 0: noise
          about m; rho = 1 with b > 0 is the power-driven structure, whose tempo has no level of its own; s_w = s_e = 0:
          deterministic.
Source:   (1): the damped local level was the best of the simple forecasters tried on weekly area change. (2) departs
          from a response that passes through rho: there a highly persistent tempo would answer to no power at all.
Evidence: m, rho, s_w, s_e by likelihood on area series. b: prior only; no series at hand identifies it (ratios of
          equipment losses even have the wrong sign).
"""

import math

from tertius.kernel import Key, Params, State, mechanism, normal
from tertius.kernel.fields import (
    AREA,
    BALANCE,
    BASE_TEMPO,
    CLOSES,
    GAIN,
    HOLDER,
    OPEN,
    POWER,
    REFERENCE_BALANCE,
    SHOCK_SCALE,
    parameter,
)

STREAM_TEMPO = 31
STREAM_AREA = 32
LONG_RUN = parameter("theatre", "long_run_tempo", "km2/week", "level to which the holder's tempo is damped")
PERSISTENCE = parameter("theatre", "persistence", "1", "share of a tempo deviation that lasts a week", low=0, high=1)
TEMPO_SHOCK = parameter("theatre", "tempo_shock", "km2/week", "weekly shock to the tempo, standard deviation", low=0)
AREA_NOISE = parameter("theatre", "area_noise", "km2", "weekly noise of area, standard deviation", low=0)
RESPONSE = parameter("theatre", "power_response", "km2/week", "weekly gain per unit of log power ratio", low=0)
AREA_CEILING = parameter("theatre", "area_ceiling", "km2", "land there is to hold", low=0, default=1e9)


@mechanism(
    stage="ground",
    background="turns power into land; without it no land differs",
    reads=(
        POWER,
        HOLDER,
        CLOSES,
        LONG_RUN,
        PERSISTENCE,
        TEMPO_SHOCK,
        AREA_NOISE,
        RESPONSE,
        AREA_CEILING,
        SHOCK_SCALE,
    ),
    writes=(BALANCE, REFERENCE_BALANCE, BASE_TEMPO, GAIN, AREA, OPEN),
    off=((RESPONSE, 0.0),),
    at_start=True,
    stream=STREAM_TEMPO,
)
def ground(state: State, params: Params, key: Key) -> None:
    for k in range(state.theatre.shape[0]):
        holder = params.theatre_links[k, HOLDER]
        ours = max(state.force[2 * k + holder, POWER], 1e-12)
        theirs = max(state.force[2 * k + 1 - holder, POWER], 1e-12)
        state.theatre[k, BALANCE] = math.log(ours / theirs)
        if key.week < 0:
            state.theatre[k, REFERENCE_BALANCE] = state.theatre[k, BALANCE]
            state.theatre[k, GAIN] = state.theatre[k, BASE_TEMPO]
            continue
        if state.theatre[k, OPEN] == 0.0:
            state.theatre[k, GAIN] = 0.0
            continue
        name = key.theatre[k]
        level = params.theatre[k, LONG_RUN]
        scale = state.theatre[k, SHOCK_SCALE]
        shock = scale * params.theatre[k, TEMPO_SHOCK] * normal(key, STREAM_TEMPO, name)
        base = level + params.theatre[k, PERSISTENCE] * (state.theatre[k, BASE_TEMPO] - level) + shock
        change = state.theatre[k, BALANCE] - state.theatre[k, REFERENCE_BALANCE]
        gain = base + params.theatre[k, RESPONSE] * change
        noise = scale * params.theatre[k, AREA_NOISE] * normal(key, STREAM_AREA, name)
        area = state.theatre[k, AREA] + gain + noise
        state.theatre[k, BASE_TEMPO] = base
        state.theatre[k, GAIN] = gain
        state.theatre[k, AREA] = min(max(area, 0.0), params.theatre[k, AREA_CEILING])
        if area <= 0.0 and params.theatre_links[k, CLOSES] == 1:
            state.theatre[k, OPEN] = 0.0
