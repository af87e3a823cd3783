"""Event calendar: dated entries, waves, withdrawals, mobilisations, changes of supply and of strikes take effect.

Event e acts in week w_e (weeks after the as-of date, rounded down), if it occurs at all, which it does with
probability p_e, drawn once per trajectory; a part of an entry occurs with p_e given that the entry does. By its kind:

    arrival        n <- n + N,  M <- M + m                                                       (1)
    withdrawal     n <- (1 - x) n                                                                (2)
    mobilisation   r <- r + R in week w_e,  r <- r - R in week w_e + D                           (3)
    supply         k <- k F,  Z <- Z + B                                                         (4)
    strikes        p <- p + P,  q <- q + Q in week w_e, and back in week w_e + max(1, D)         (5)
    air-defence    the same of a defence's posture and edge

What strikes and air defence bring stays for good where D = 0.

A contingent that is withdrawn by an intervention leaves whole in its week `withdrawn_from_week`.

    symbol  in code               meaning                                       unit          range
    w       week                  when it acts, 0 the first week after as-of    week          any
    p       probability           that it occurs (a part: given its entry)      1             [0, 1]
    N       troops                soldiers arriving                             persons       >= 0
    m       interpreters          interpreters they can be given                persons       >= 0
    x       share                 share of the contingent that leaves           1             [0, 1]
    R       recruits              extra recruits while it lasts                 persons/week  >= 0
    D       duration              how long a mobilisation lasts, or strikes     week          >= 0
    F       factor                multiplier of the supply line's rate          1             >= 0
    B       items                 sent once, beside the line's rate             items         >= 0
    P       posture               added to the posture of a weapon or defence   1             any
    Q       edge                  added to the edge of a weapon or defence      1             any
            withdrawn_from_week   week in which all of a contingent leaves      week          >= 0

Limits:   N = 0, x = 0, R = 0, F = 1, B = 0, P = Q = 0 change nothing, nor does an event before the as-of date, which is
          in the as-of numbers; the order of the file does not matter: in a week withdrawals come first.
Source:   dates and sizes: the scenario.
Evidence: each event carries its own in the scenario.
"""

import math

from tertius.kernel import Key, Params, State, mechanism, uniform_once
from tertius.kernel.fields import (
    AIR_DEFENCE,
    ARRIVAL,
    DEFENCE_EDGE,
    DEFENCE_POSTURE,
    EDGE,
    EVENT_KIND,
    EVENT_TARGET,
    FACTOR,
    INTERPRETER_POOL,
    MOBILISATION,
    MOBILISED,
    NEWCOMERS,
    POSTURE,
    SENT,
    STRIKES,
    SUPPLY_CHANGE,
    TRANSIT,
    TROOPS,
    WITHDRAWAL,
    parameter,
)

STREAM = 11
EVENT_WEEK = parameter("event", "week", "week", "weeks after the as-of date; 0 is the first week after it")
PROBABILITY = parameter("event", "probability", "1", "that the event occurs", low=0, high=1, default=1.0)
EVENT_TROOPS = parameter("event", "troops", "persons", "soldiers arriving", low=0, default=0.0)
EVENT_INTERPRETERS = parameter(
    "event", "interpreters", "persons", "interpreters added to the contingent's pool", low=0, default=0.0
)
SHARE = parameter("event", "share", "1", "share of the contingent that leaves", low=0, high=1, default=0.0)
RECRUITS = parameter("event", "recruits", "persons/week", "extra recruits while it lasts", low=0, default=0.0)
DURATION = parameter(
    "event", "duration", "week", "how long a mobilisation, strikes or air defence last", low=0, default=0.0
)
EVENT_ITEMS = parameter("event", "items", "items", "items sent once, beside the line's rate", low=0, default=0.0)
EVENT_POSTURE = parameter("event", "posture", "1", "added to the posture of a weapon or a defence", default=0.0)
EVENT_FACTOR = parameter("event", "factor", "1", "multiplier of the supply line's rate", low=0, default=1.0)
EVENT_EDGE = parameter("event", "edge", "1", "added to the edge of a weapon or a defence", default=0.0, most=10.0)
WITHDRAWN_FROM = parameter(
    "contingent", "withdrawn_from_week", "week", "week in which all of it leaves", low=0, default=1e9
)


@mechanism(
    stage="calendar",
    background="the entry itself",
    reads=(
        EVENT_KIND,
        EVENT_TARGET,
        EVENT_WEEK,
        PROBABILITY,
        EVENT_TROOPS,
        EVENT_INTERPRETERS,
        SHARE,
        RECRUITS,
        DURATION,
        EVENT_FACTOR,
        EVENT_ITEMS,
        EVENT_POSTURE,
        EVENT_EDGE,
        WITHDRAWN_FROM,
    ),
    writes=(
        TROOPS,
        INTERPRETER_POOL,
        NEWCOMERS,
        SENT,
        MOBILISED,
        FACTOR,
        TRANSIT,
        POSTURE,
        DEFENCE_POSTURE,
        EDGE,
        DEFENCE_EDGE,
    ),
    off=(
        (EVENT_TROOPS, 0.0),
        (EVENT_INTERPRETERS, 0.0),
        (SHARE, 0.0),
        (RECRUITS, 0.0),
        (EVENT_FACTOR, 1.0),
        (EVENT_ITEMS, 0.0),
        (EVENT_POSTURE, 0.0),
        (EVENT_EDGE, 0.0),
        (WITHDRAWN_FROM, 1e9),
    ),
    stream=STREAM,
)
def event_calendar(state: State, params: Params, key: Key) -> None:
    for c in range(state.contingent.shape[0]):
        state.contingent[c, NEWCOMERS] = 0.0
    for e in range(params.event.shape[0]):
        kind = params.event_links[e, EVENT_KIND]
        due = kind == WITHDRAWAL and key.week == math.floor(params.event[e, EVENT_WEEK])
        if due and uniform_once(key, STREAM, key.event[e]) < params.event[e, PROBABILITY]:
            state.contingent[params.event_links[e, EVENT_TARGET], TROOPS] *= 1.0 - params.event[e, SHARE]
    for e in range(params.event.shape[0]):
        week = math.floor(params.event[e, EVENT_WEEK])
        if uniform_once(key, STREAM, key.event[e]) >= params.event[e, PROBABILITY]:
            continue
        kind = params.event_links[e, EVENT_KIND]
        target = params.event_links[e, EVENT_TARGET]
        if key.week == week:
            if kind == ARRIVAL:
                state.contingent[target, TROOPS] += params.event[e, EVENT_TROOPS]
                state.contingent[target, NEWCOMERS] += params.event[e, EVENT_TROOPS]
                state.contingent[target, SENT] += params.event[e, EVENT_TROOPS]
                state.contingent[target, INTERPRETER_POOL] += params.event[e, EVENT_INTERPRETERS]
            elif kind == MOBILISATION:
                state.side[target, MOBILISED] += params.event[e, RECRUITS]
            elif kind == SUPPLY_CHANGE:
                state.supply[target, FACTOR] *= params.event[e, EVENT_FACTOR]
                state.supply[target, TRANSIT] += params.event[e, EVENT_ITEMS]
        lasting = params.event[e, DURATION]
        # What began before the as-of date is in the as-of numbers, and was never added here.
        if kind == MOBILISATION:
            if week >= 0 and key.week == week + math.floor(lasting):
                state.side[target, MOBILISED] -= params.event[e, RECRUITS]
        elif kind in (STRIKES, AIR_DEFENCE):
            sign = 0.0
            if key.week == week:
                sign = 1.0
            elif week >= 0 and lasting > 0.0 and key.week == week + max(1, math.floor(lasting)):
                sign = -1.0
            if kind == STRIKES:
                state.weapon[target, POSTURE] += sign * params.event[e, EVENT_POSTURE]
                state.weapon[target, EDGE] += sign * params.event[e, EVENT_EDGE]
            else:
                state.defence[target, DEFENCE_POSTURE] += sign * params.event[e, EVENT_POSTURE]
                state.defence[target, DEFENCE_EDGE] += sign * params.event[e, EVENT_EDGE]
    for c in range(state.contingent.shape[0]):
        if key.week >= params.contingent[c, WITHDRAWN_FROM]:
            state.contingent[c, TROOPS] = 0.0
            state.contingent[c, NEWCOMERS] = 0.0
