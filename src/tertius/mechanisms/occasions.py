"""Occasions: what is on the calendar draws steps near it, and how it turns out moves steps for a time.

An occasion o lies in week w_o; how it turns out is drawn once for a future, in all of them: turn t with the chance
p_t / sum of p over its turns. In the futures that go by this law a step up of instrument i of an actor who takes part
has its base rate times exp(E), and a step down its base rate times exp(-E),

    E = sum over o with |t - w_o| <= 1 of c_o, less what is usual of that, v_i                         (1)
        + sum over moves of m while w_o + d <= t < w_o + d + D and the turn it hangs on came           (2)

t being the week. (1) is bounded at 2 in size.

    symbol  in code             meaning                                                    unit    range
    w       week                when it is held, 0 the first week after the as-of date     week    any
    c       pull                log factor on steps up in the week before to the week after 1      any
    v       usual_occasions     mean of (1) over the record                                1       any
    p       turn_weight         weight of a turn among those of its occasion               1       >= 0
    m       log_factor          log factor on a step up of one instrument                  1       any
    d       delay               weeks from the occasion until it is felt                   week    >= 0
    D       lasting             how long it is felt                                        week    >= 0
            calendar_weight     weight of this law among the laws of decision              1       >= 0

Limits:   c = v = m = 0: base rates; who does not take part and is not named by a move: base rates.
Source:   (1) a log-linear factor on a rate (Poisson regression with a known covariate). (2): the scenario's.
Evidence: c by kind of occasion, fitted to the record of steps (`tertius fit --decisions`); p and m: the scenario's.
"""

import math

import numpy as np

from tertius.kernel import Key, Params, State, mechanism, uniform_once
from tertius.kernel.fields import DECISION_LAW, INSTRUMENT_ACTOR, LAWS_WEIGHT, URGED, link, parameter, state

STREAM = 72
STREAM_TURN = 73
NEAR = 1  # weeks on either side in which an occasion draws steps
LARGEST_PULL = 2.0  # a factor of 7 on a base rate
MOST_ACTORS = 62  # that fit in one integer, a bit each
CALENDAR_WEIGHT = parameter(
    "world", "calendar_weight", "1", "weight of the law that steps keep to the calendar", low=0, default=0.0
)
OCCASION_WEEK = parameter("occasion", "week", "week", "weeks after the as-of date; 0 is the first week after it")
PULL = parameter("occasion", "pull", "1", "log factor on its participants' steps up near it", default=0.0)
TURN_WEIGHT = parameter("turn", "turn_weight", "1", "weight of the turn among those of its occasion", low=0)
LOG_FACTOR = parameter("push", "log_factor", "1", "log factor on a step up of the instrument")
DELAY = parameter("push", "delay", "week", "weeks from the occasion until it is felt", low=0, default=0.0)
LASTING = parameter("push", "lasting", "week", "how long it is felt", low=0, default=26.0)
USUAL_OCCASIONS = parameter("instrument", "usual_occasions", "1", "mean of its occasions' pull", default=0.0)
NEARNESS = state("occasion", "nearness", "1", "1 in the week before, of and after it", low=0, high=1, recorded=False)
TURNED = state("turn", "turned", "1", "1 from its week on where the occasion turned out so", low=0, high=1)
BY_CALENDAR = state("instrument", "by_calendar", "1", "log factor on a step up by what is on the calendar")
WHO = link("occasion", "who", "actors who take part, a bit for the slot of each")
TURN_OCCASION = link("turn", "occasion", "slot of its occasion")
PUSH_OCCASION = link("push", "occasion", "slot of its occasion")
PUSH_TURN = link("push", "turn", "slot of the turn that it hangs on; -1 where it comes in any")
PUSH_INSTRUMENT = link("push", "instrument", "slot of the instrument that it moves")


@mechanism(
    stage="urging",
    channel="decisions",
    by=(PULL, LOG_FACTOR),
    reads=(
        CALENDAR_WEIGHT,
        DECISION_LAW,
        LAWS_WEIGHT,
        OCCASION_WEEK,
        PULL,
        TURN_WEIGHT,
        LOG_FACTOR,
        DELAY,
        LASTING,
        USUAL_OCCASIONS,
        WHO,
        TURN_OCCASION,
        PUSH_OCCASION,
        PUSH_TURN,
        PUSH_INSTRUMENT,
        INSTRUMENT_ACTOR,
        NEARNESS,
        TURNED,
        BY_CALENDAR,
        URGED,
    ),
    writes=(DECISION_LAW, LAWS_WEIGHT, NEARNESS, TURNED, BY_CALENDAR, URGED),
    off=((PULL, 0.0), (USUAL_OCCASIONS, 0.0), (LOG_FACTOR, 0.0)),
    at_start=True,
    stream=STREAM,
)
def occasions(state: State, params: Params, key: Key) -> None:
    if key.week < 0 and params.world[0, CALENDAR_WEIGHT] > 0.0:
        state.world[0, LAWS_WEIGHT] += params.world[0, CALENDAR_WEIGHT]
        if uniform_once(key, STREAM, np.uint64(0)) * state.world[0, LAWS_WEIGHT] < params.world[0, CALENDAR_WEIGHT]:
            state.world[0, DECISION_LAW] = STREAM
    # Steps are chosen for the week after the one that has just passed.
    coming = key.week + 1
    for o in range(state.occasion.shape[0]):
        held = math.floor(params.occasion[o, OCCASION_WEEK])
        state.occasion[o, NEARNESS] = 1.0 if abs(coming - held) <= NEAR else 0.0
        if coming != held + 1:
            continue
        total = 0.0
        for t in range(state.turn.shape[0]):
            if params.turn_links[t, TURN_OCCASION] == o:
                total += params.turn[t, TURN_WEIGHT]
        drawn = uniform_once(key, STREAM_TURN, key.occasion[o]) * total
        for t in range(state.turn.shape[0]):
            if params.turn_links[t, TURN_OCCASION] == o:
                weight = params.turn[t, TURN_WEIGHT]
                if 0.0 <= drawn < weight:
                    state.turn[t, TURNED] = 1.0
                drawn -= weight
    chosen = state.world[0, DECISION_LAW] == STREAM
    for i in range(state.instrument.shape[0]):
        state.instrument[i, BY_CALENDAR] = 0.0
        if chosen:
            pulled = -params.instrument[i, USUAL_OCCASIONS]
            for o in range(state.occasion.shape[0]):
                takes_part = (params.occasion_links[o, WHO] >> params.instrument_links[i, INSTRUMENT_ACTOR]) & 1
                if takes_part == 1:
                    pulled += params.occasion[o, PULL] * state.occasion[o, NEARNESS]
            state.instrument[i, BY_CALENDAR] = min(max(pulled, -LARGEST_PULL), LARGEST_PULL)
    for p in range(state.push.shape[0] if chosen else 0):
        since = coming - math.floor(params.occasion[params.push_links[p, PUSH_OCCASION], OCCASION_WEEK])
        first = 1.0 + params.push[p, DELAY]
        turn = params.push_links[p, PUSH_TURN]
        came = since >= 1 if turn < 0 else state.turn[turn, TURNED] > 0.0
        if came and first <= since < first + params.push[p, LASTING]:
            state.instrument[params.push_links[p, PUSH_INSTRUMENT], BY_CALENDAR] += params.push[p, LOG_FACTOR]
    for i in range(state.instrument.shape[0]):
        state.instrument[i, URGED] += state.instrument[i, BY_CALENDAR]
