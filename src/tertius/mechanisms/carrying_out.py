"""Carrying out: last week's decisions move supply, soldiers, recruits and strikes, through each instrument's levers.

With an instrument's step z (1 up, -1 down) to level l, by the lever's kind:

    supply line   k <- k exp(b z)                                                          (1)
    contingent    up: n <- n + min(N, C - S), once soldiers have come or the lever opens;  (2)
                  a sender's contingents share what its ceiling leaves by what they ask;
                  down: n <- n l / (l + 1)
    side          r <- r + R z                                                             (3)
                  S <- S + max(0, x) z,  A <- A + max(0, -x) z,  w <- w + y z,  q <- q + Q z   (4)
    weapon, defence   p <- p + P z,  q <- q + Y z                                          (5)

    symbol  in code       meaning                                                   unit           range
    b       log_factor    log of the factor on the line's rate per level            1              any
    N       soldiers      soldiers sent with a step up                              persons        >= 0
            opens         1 where the step can bring the first soldiers             1              [0, 1]
    R       recruits      extra recruits per level                                  persons/week   >= 0
    x       strain        wear of the side's endurance per level; below 0: relief   1/week         any
    y       evaded        share of new sanctions' wear that is evaded, per level    1              any
    Q       settlement    readiness of the side to settle, per level                1              any
    P       posture       added to the posture of the weapon or defence, per level  1              any
    Y       edge          added to the edge of the weapon or defence, per level     1              any
    k       factor        multiplier of the supply line's rate                      1              >= 0
    C       troops_ceiling   soldiers the sender will send in all                   persons        >= 0
    S       sent          soldiers sent so far, as in further waves                 persons        >= 0

Limits:   b = N = R = x = y = Q = P = Y = 0 change nothing; up and down again leave a line and a side as they were.
Source:   our choice: a level stands for a constant factor.
Evidence: judgement (scenario).
"""

import math

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import (
    AIDED,
    CONTINGENT_LEVER,
    DEFENCE_EDGE,
    DEFENCE_LEVER,
    DEFENCE_POSTURE,
    EDGE,
    EVADED,
    FACTOR,
    LEVEL,
    MOBILISED,
    NEWCOMERS,
    OFFERED,
    POSTURE,
    SANCTIONED,
    SENDER,
    SENT,
    STEP,
    SUPPLY_LEVER,
    TROOPS,
    WEAPON_LEVER,
    link,
    parameter,
    state,
)
from tertius.kernel.mechanism import part
from tertius.mechanisms.event_calendar import WITHDRAWN_FROM
from tertius.mechanisms.further_waves import ROOM, room_left, shared

LOG_FACTOR = parameter(
    "lever", "log_factor", "1", "log of the factor on the line's rate per level", default=0.0, most=10.0
)
SOLDIERS = parameter("lever", "soldiers", "persons", "soldiers sent with a step up", low=0, default=0.0)
OPENS = parameter(
    "lever", "opens", "1", "1 where the step can bring the first soldiers", low=0, high=1, default=0.0, whole=True
)
LEVER_RECRUITS = parameter("lever", "recruits", "persons/week", "extra recruits per level", low=0, default=0.0)
STRAIN = parameter("lever", "strain", "1/week", "wear of the side's endurance per level", default=0.0, most=1.0)
LEVER_EVADED = parameter("lever", "evaded", "1", "share of new sanctions' wear evaded, per level", default=0.0)
SETTLEMENT = parameter("lever", "settlement", "1", "readiness of the side to settle, per level", default=0.0)
LEVER_POSTURE = parameter("lever", "posture", "1", "added to a weapon's or defence's posture, per level", default=0.0)
LEVER_EDGE = parameter("lever", "edge", "1", "added to a weapon's or defence's edge, per level", default=0.0, most=10.0)
LEVER_INSTRUMENT = link("lever", "instrument", "slot of its instrument")
LEVER_KIND = link("lever", "kind", "index into LEVER_KINDS")
LEVER_TARGET = link("lever", "target", "slot of the record that it acts on")

BEGUN = state("contingent", "begun", "1", "1 once soldiers have come, before this week's steps", recorded=False)


@part
def called(state: State, params: Params, key: Key, v: int) -> float:
    """Soldiers whom a lever calls for this week."""
    if params.lever_links[v, LEVER_KIND] != CONTINGENT_LEVER:
        return 0.0
    target = params.lever_links[v, LEVER_TARGET]
    begun = state.contingent[target, BEGUN] > 0.0 or params.lever[v, OPENS] > 0.0
    if state.instrument[params.lever_links[v, LEVER_INSTRUMENT], STEP] <= 0.0 or not begun:
        return 0.0
    return 0.0 if key.week >= params.contingent[target, WITHDRAWN_FROM] else params.lever[v, SOLDIERS]


@part
def called_of(state: State, params: Params, key: Key, sender: int) -> float:
    """Soldiers whom all levers call for this week of one sender."""
    total = 0.0
    for v in range(params.lever.shape[0]):
        if params.lever_links[v, LEVER_KIND] != CONTINGENT_LEVER:
            continue
        if params.contingent_links[params.lever_links[v, LEVER_TARGET], SENDER] == sender:
            total += called(state, params, key, v)
    return total


@mechanism(
    stage="waves",
    channel="decisions",
    by=(),
    reads=(
        LOG_FACTOR,
        SOLDIERS,
        OPENS,
        LEVER_RECRUITS,
        STRAIN,
        LEVER_EVADED,
        SETTLEMENT,
        LEVER_POSTURE,
        LEVER_EDGE,
        LEVER_INSTRUMENT,
        LEVER_KIND,
        LEVER_TARGET,
        STEP,
        LEVEL,
        SENDER,
        WITHDRAWN_FROM,
    ),
    writes=(
        FACTOR,
        TROOPS,
        NEWCOMERS,
        SENT,
        ROOM,
        BEGUN,
        MOBILISED,
        SANCTIONED,
        AIDED,
        EVADED,
        OFFERED,
        POSTURE,
        DEFENCE_POSTURE,
        EDGE,
        DEFENCE_EDGE,
    ),
    off=(
        (LOG_FACTOR, 0.0),
        (SOLDIERS, 0.0),
        (LEVER_RECRUITS, 0.0),
        (STRAIN, 0.0),
        (LEVER_EVADED, 0.0),
        (SETTLEMENT, 0.0),
        (LEVER_POSTURE, 0.0),
        (LEVER_EDGE, 0.0),
    ),
)
def carrying_out(state: State, params: Params, key: Key) -> None:
    for c in range(state.contingent.shape[0]):
        state.contingent[c, ROOM] = room_left(state, params, c)
        state.contingent[c, BEGUN] = 1.0 if state.contingent[c, SENT] > 0.0 else 0.0
    for v in range(params.lever.shape[0]):
        i = params.lever_links[v, LEVER_INSTRUMENT]
        step = state.instrument[i, STEP]
        if step == 0.0:
            continue
        target = params.lever_links[v, LEVER_TARGET]
        kind = params.lever_links[v, LEVER_KIND]
        if kind == SUPPLY_LEVER:
            state.supply[target, FACTOR] *= math.exp(params.lever[v, LOG_FACTOR] * step)
        elif kind == CONTINGENT_LEVER:
            begun = state.contingent[target, BEGUN] > 0.0 or params.lever[v, OPENS] > 0.0
            if params.lever[v, SOLDIERS] <= 0.0 or not begun or key.week >= params.contingent[target, WITHDRAWN_FROM]:
                continue
            if step > 0.0:
                of_all = called_of(state, params, key, params.contingent_links[target, SENDER])
                more = shared(called(state, params, key, v), of_all, state.contingent[target, ROOM])
                state.contingent[target, TROOPS] += more
                state.contingent[target, NEWCOMERS] += more
                state.contingent[target, SENT] += more
            else:
                level = state.instrument[i, LEVEL]
                kept = level / (level + 1.0)
                state.contingent[target, TROOPS] *= kept
                state.contingent[target, NEWCOMERS] *= kept
        elif kind == WEAPON_LEVER:
            state.weapon[target, POSTURE] += params.lever[v, LEVER_POSTURE] * step
            state.weapon[target, EDGE] += params.lever[v, LEVER_EDGE] * step
        elif kind == DEFENCE_LEVER:
            state.defence[target, DEFENCE_POSTURE] += params.lever[v, LEVER_POSTURE] * step
            state.defence[target, DEFENCE_EDGE] += params.lever[v, LEVER_EDGE] * step
        else:
            strain = params.lever[v, STRAIN]
            state.side[target, MOBILISED] += params.lever[v, LEVER_RECRUITS] * step
            state.side[target, SANCTIONED] += max(0.0, strain) * step
            state.side[target, AIDED] += max(0.0, -strain) * step
            state.side[target, EVADED] += params.lever[v, LEVER_EVADED] * step
            state.side[target, OFFERED] += params.lever[v, SETTLEMENT] * step
