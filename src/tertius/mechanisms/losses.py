"""Losses: an autoregression of their own, weakly tied to the tempo; a contingent bears them by exposure.

For side s, in persons a week as the scenario's source counts them,

    x <- a x + s_x w                                                                       (1)
    y  = Y exp(x + h sum over its theatres of (|v| - |v_0|)) (W / W_0)^z                   (2)

v being the expected gain of a theatre, and W the exposed strength, own soldiers weighted by the theatre's intensity
and foreign ones also by their exposure and want of integration:

    W = sum_k i_k n_sk + sum_c i_k e_c n_c (1 + r (1 - I_c))                               (3)

k counts open theatres; one that has no contact at its bounds (`contact_at_bounds: false`) counts only while some of its
land is held and some is not: where a side has been driven out, nobody is there to lose or to kill.

A contingent's losses are its part of W, at most those who are there. A share p of counted losses does not return
within weeks and leaves the force; interpreters and lent officers fall at the rate of the troops they serve. A side's
own permanent losses leave its theatres by their part of W.

    symbol  in code             meaning                                                unit            range
    Y       loss_level          long-run mean of counted losses                        persons/week    >= 0
    a       loss_persistence    share of a deviation that lasts a week                 1               [0, 1]
    s_x     loss_shock          weekly shock to log losses                             1               >= 0
    x       loss_deviation      log deviation at the as-of date                        1               any
    h       loss_tempo          rise of log losses per km2/week of movement            week/km2        any
    z       loss_mass           elasticity of losses on exposed strength: 0, foreigners
                                die in the place of natives; 1, in addition to them    1               [0, 1]
    i       intensity           losses per soldier against the side's mean             1               >= 0
    e       exposure            of a contingent's soldiers against own ones            1               >= 0
    r       vulnerability       extra losses of a contingent with no integration       1               >= 0
    p       permanent_share     share of counted losses that does not return           1               [0, 1]

Limits:   h = z = s_x = 0 and x = 0 give Y every week; e = 0 spares the contingent; losses never exceed those present.
Source:   (1): claimed weekly losses have a lag-1 autocorrelation of .92 from 2022 on. (3): our choice.
Evidence: weekly differences of losses and area are uncorrelated (-.28 to .04), so h is weak; the common trend is not
          read as a cause. z, r: judgement.
"""

import math

from numba import njit

from tertius.kernel import Key, Params, State, mechanism, normal
from tertius.kernel.fields import (
    AREA,
    CONTACT,
    CONTINGENT_CUMULATIVE,
    CONTINGENT_LOSSES,
    CONTINGENT_SIDE,
    CUMULATIVE_LOSSES,
    GAIN,
    INTEGRATION,
    INTERPRETERS,
    LENT_OFFICERS,
    LOCATION,
    LOSS_DEVIATION,
    LOSSES,
    NATIVES,
    OFFICER_POOL,
    OPEN,
    PERMANENT_SHARE,
    TROOPS,
    parameter,
    state,
)
from tertius.mechanisms.ground import AREA_CEILING

STREAM = 41
LOSS_LEVEL = parameter("side", "loss_level", "persons/week", "long-run mean of counted losses", low=0)
LOSS_PERSISTENCE = parameter("side", "loss_persistence", "1", "share of a log deviation lasting a week", low=0, high=1)
LOSS_SHOCK = parameter("side", "loss_shock", "1", "weekly shock to log losses, standard deviation", low=0)
LOSS_TEMPO = parameter("side", "loss_tempo", "week/km2", "rise of log losses per km2/week of movement", default=0.0)
LOSS_MASS = parameter("side", "loss_mass", "1", "elasticity of losses on exposed strength", low=0, high=1)
INTENSITY = parameter("theatre", "intensity", "1", "losses per soldier against the mean", low=0, default=1.0)
EXPOSURE = parameter("contingent", "exposure", "1", "exposure of its soldiers against own ones", low=0)
VULNERABILITY = parameter("contingent", "vulnerability", "1", "extra losses of a unit with no integration", low=0)
EXPOSED = state("side", "exposed", "persons", "exposed strength, weighted", low=0)
REFERENCE_EXPOSED = state("side", "reference_exposed", "persons", "exposed strength at the as-of date", low=0)
MOVEMENT = state("side", "movement", "km2/week", "sum over open theatres of the size of the expected gain", low=0)
REFERENCE_MOVEMENT = state("side", "reference_movement", "km2/week", "movement at the as-of date", low=0)


@njit
def in_touch(state: State, params: Params, k: int) -> bool:
    """Whether the sides fight in a theatre."""
    if state.theatre[k, OPEN] == 0.0 or params.theatre_links[k, CONTACT] == 1:
        return bool(state.theatre[k, OPEN] > 0.0)
    return bool(0.0 < state.theatre[k, AREA] < params.theatre[k, AREA_CEILING])


@njit
def contingent_weight(state: State, params: Params, c: int) -> float:
    """A contingent's part of the exposed strength, equation (3)."""
    k = int(state.contingent[c, LOCATION])
    if k < 0 or not in_touch(state, params, k):
        return 0.0
    lack = 1.0 + params.contingent[c, VULNERABILITY] * (1.0 - state.contingent[c, INTEGRATION])
    exposed = params.contingent[c, EXPOSURE] * state.contingent[c, TROOPS]
    return params.theatre[k, INTENSITY] * exposed * lack


@njit
def expose(state: State, params: Params, s: int) -> None:
    """Exposed strength and movement of one side."""
    exposed = 0.0
    movement = 0.0
    for k in range(state.theatre.shape[0]):
        if in_touch(state, params, k):
            exposed += params.theatre[k, INTENSITY] * state.force[2 * k + s, NATIVES]
            movement += abs(state.theatre[k, GAIN])
    for c in range(state.contingent.shape[0]):
        if params.contingent_links[c, CONTINGENT_SIDE] == s:
            exposed += contingent_weight(state, params, c)
    state.side[s, EXPOSED] = exposed
    state.side[s, MOVEMENT] = movement


@njit
def bear(state: State, params: Params, s: int, counted: float) -> None:
    """Share one side's counted losses out over its theatres and contingents by exposure."""
    permanent = params.side[s, PERMANENT_SHARE]
    per_weight = counted / state.side[s, EXPOSED] if state.side[s, EXPOSED] > 0.0 else 0.0
    total = 0.0
    for c in range(state.contingent.shape[0]):
        if params.contingent_links[c, CONTINGENT_SIDE] != s:
            continue
        troops = state.contingent[c, TROOPS]
        lost = min(troops, per_weight * contingent_weight(state, params, c))
        state.contingent[c, CONTINGENT_LOSSES] = lost
        state.contingent[c, CONTINGENT_CUMULATIVE] += lost
        total += lost
        if lost > 0.0:
            left = 1.0 - permanent * lost / troops
            state.side[s, OFFICER_POOL] -= (1.0 - left) * state.contingent[c, LENT_OFFICERS]
            state.contingent[c, TROOPS] = troops * left
            state.contingent[c, INTERPRETERS] *= left
    for k in range(state.theatre.shape[0]):
        if in_touch(state, params, k):
            natives = state.force[2 * k + s, NATIVES]
            lost = min(natives, per_weight * params.theatre[k, INTENSITY] * natives)
            state.force[2 * k + s, NATIVES] = natives - permanent * lost
            total += lost
    state.side[s, LOSSES] = total
    state.side[s, CUMULATIVE_LOSSES] += total


@mechanism(
    stage="losses",
    channel="losses",
    by=(LOSS_LEVEL,),
    reads=(
        LOSS_LEVEL,
        LOSS_PERSISTENCE,
        LOSS_SHOCK,
        LOSS_TEMPO,
        LOSS_MASS,
        INTENSITY,
        EXPOSURE,
        VULNERABILITY,
        PERMANENT_SHARE,
        CONTINGENT_SIDE,
        LOCATION,
        AREA,
        AREA_CEILING,
        CONTACT,
        OPEN,
        GAIN,
        INTEGRATION,
        LENT_OFFICERS,
    ),
    writes=(
        EXPOSED,
        REFERENCE_EXPOSED,
        MOVEMENT,
        REFERENCE_MOVEMENT,
        LOSS_DEVIATION,
        LOSSES,
        CUMULATIVE_LOSSES,
        CONTINGENT_LOSSES,
        CONTINGENT_CUMULATIVE,
        TROOPS,
        INTERPRETERS,
        OFFICER_POOL,
        NATIVES,
    ),
    off=((LOSS_LEVEL, 0.0),),
    at_start=True,
    stream=STREAM,
)
def losses(state: State, params: Params, key: Key) -> None:
    for s in range(2):
        expose(state, params, s)
        if key.week < 0:
            state.side[s, REFERENCE_EXPOSED] = state.side[s, EXPOSED]
            state.side[s, REFERENCE_MOVEMENT] = state.side[s, MOVEMENT]
            state.side[s, LOSSES] = params.side[s, LOSS_LEVEL] * math.exp(state.side[s, LOSS_DEVIATION])
            continue
        shock = params.side[s, LOSS_SHOCK] * normal(key, STREAM, key.side[s])
        deviation = params.side[s, LOSS_PERSISTENCE] * state.side[s, LOSS_DEVIATION] + shock
        state.side[s, LOSS_DEVIATION] = deviation
        moved = params.side[s, LOSS_TEMPO] * (state.side[s, MOVEMENT] - state.side[s, REFERENCE_MOVEMENT])
        strength = 1.0
        if state.side[s, REFERENCE_EXPOSED] > 0.0:
            strength = (state.side[s, EXPOSED] / state.side[s, REFERENCE_EXPOSED]) ** params.side[s, LOSS_MASS]
        bear(state, params, s, params.side[s, LOSS_LEVEL] * math.exp(deviation + moved) * strength)
