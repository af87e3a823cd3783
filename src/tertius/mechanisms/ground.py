"""Ground: the front keeps its recent tempo, and moves away from it only as the balance of power changes.

Power is not observed, and today's tempo already contains it; so only changes of the balance since the as-of date act.
For the holder of a theatre's area A (who may be either side), with B = log(P_holder / P_other),

    d <- phi d + s_d y,    m = M + d              level of the tempo: it moves, and returns  (1)
    u <- m + rho (u - m) + g s_w w                base tempo: it follows the level           (2)
    v  = u + b (B - B_0)                          expected gain this week                    (3)
    A <- A + v + g s_e e                          area; w, e, y standard normal              (4)

A theatre that closes at zero ends when its area reaches zero: it counts as closed, nobody fights there, and its
troops are free for others.

    symbol  in code            meaning                                        unit        range
    A       area               land held by the holder                        km2         [0, ceiling]
    u       tempo              gain at the as-of balance                      km2/week    any
    M       long_run_tempo     mean of the level                              km2/week    any
    d       level_deviation    the level less its mean                        km2/week    any
    phi     level_persistence  share of the level's deviation lasting a week  1           [0, 1]
    s_d     level_shock        weekly shock to the level                      km2/week    >= 0
    rho     persistence        share of a deviation that lasts a week         1           [0, 1]
    s_w     tempo_shock        weekly shock to the base tempo                 km2/week    >= 0
    s_e     area_noise         weekly noise of fighting and mapping           km2         >= 0
    g       shock_scale        scale of this week's shocks (law of activity)   1           >= 0
    b       power_response     gain per unit of log power ratio               km2/week    >= 0
            area_ceiling       land there is to hold                          km2         >= 0

Limits:   b = 0: the balance does not matter; s_d = d = 0: a damped local level about M; rho = 1: a local level, which
          knows no level at all; rho = 0: noise about the level; phi = 1: the level wanders; s_w = s_d = s_e = 0:
          deterministic.
Source:   (1), (2): the damped local trend of Gardner and McKenzie (1985), Management Science 31, written as a tempo
          that follows a moving level; (3) departs from a response that passes through rho: there a highly persistent
          tempo would answer to no power at all.
Evidence: M, phi, s_d, rho, s_w, s_e by likelihood on area series. b: prior only; no series at hand identifies it
          (ratios of equipment losses even have the wrong sign). Supply that falls with the distance gone is left out:
          over the oblasts to October 2024, next weeks' gain against the last half year's advance, the recent tempo
          given, is -.33 +-.49, -.36 +-.52, -.38 +-.39 for 4, 13, 26 weeks; against a year's +.42 +-.47, +.25 +-.80.
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
    LEVEL_DEVIATION,
    OPEN,
    POWER,
    REFERENCE_BALANCE,
    SHOCK_SCALE,
    parameter,
)

STREAM_TEMPO = 31
STREAM_AREA = 32
STREAM_LEVEL = 34
LONG_RUN = parameter("theatre", "long_run_tempo", "km2/week", "mean of the level to which the holder's tempo returns")
LEVEL_PERSISTENCE = parameter(
    "theatre",
    "level_persistence",
    "1",
    "share of the level's deviation that lasts a week",
    low=0,
    high=1,
    default=0.0,
)
LEVEL_SHOCK = parameter(
    "theatre", "level_shock", "km2/week", "weekly shock to the tempo's level, standard deviation", low=0, default=0.0
)
PERSISTENCE = parameter("theatre", "persistence", "1", "share of a tempo deviation that lasts a week", low=0, high=1)
TEMPO_SHOCK = parameter("theatre", "tempo_shock", "km2/week", "weekly shock to the tempo, standard deviation", low=0)
AREA_NOISE = parameter("theatre", "area_noise", "km2", "weekly noise of area, standard deviation", low=0)
RESPONSE = parameter("theatre", "power_response", "km2/week", "weekly gain per unit of log power ratio", low=0)
AREA_CEILING = parameter("theatre", "area_ceiling", "km2", "land there is to hold: the theatre's real area", low=0)


@mechanism(
    stage="ground",
    background="turns power into land; without it no land differs",
    reads=(
        POWER,
        HOLDER,
        CLOSES,
        LONG_RUN,
        LEVEL_PERSISTENCE,
        LEVEL_SHOCK,
        PERSISTENCE,
        TEMPO_SHOCK,
        AREA_NOISE,
        RESPONSE,
        AREA_CEILING,
        SHOCK_SCALE,
    ),
    writes=(BALANCE, REFERENCE_BALANCE, LEVEL_DEVIATION, BASE_TEMPO, GAIN, AREA, OPEN),
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
        moved = params.theatre[k, LEVEL_SHOCK] * normal(key, STREAM_LEVEL, name)
        deviation = params.theatre[k, LEVEL_PERSISTENCE] * state.theatre[k, LEVEL_DEVIATION] + moved
        level = params.theatre[k, LONG_RUN] + deviation
        scale = state.theatre[k, SHOCK_SCALE]
        shock = scale * params.theatre[k, TEMPO_SHOCK] * normal(key, STREAM_TEMPO, name)
        base = level + params.theatre[k, PERSISTENCE] * (state.theatre[k, BASE_TEMPO] - level) + shock
        change = state.theatre[k, BALANCE] - state.theatre[k, REFERENCE_BALANCE]
        gain = base + params.theatre[k, RESPONSE] * change
        noise = scale * params.theatre[k, AREA_NOISE] * normal(key, STREAM_AREA, name)
        area = state.theatre[k, AREA] + gain + noise
        state.theatre[k, LEVEL_DEVIATION] = deviation
        state.theatre[k, BASE_TEMPO] = base
        state.theatre[k, GAIN] = gain
        state.theatre[k, AREA] = min(max(area, 0.0), params.theatre[k, AREA_CEILING])
        if area <= 0.0 and params.theatre_links[k, CLOSES] == 1:
            state.theatre[k, OPEN] = 0.0
