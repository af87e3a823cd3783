"""Decisions: in the week's end an actor acts or holds, and if it acts takes one step of one instrument.

The law of deliberation gives each actor a chance to act, and each option its part of it. In continuous time these are
hazards, and the options race: with P the chance to act and q_o the option's part of it,

    T_o = -log(u_o) / (-log(1 - P) q_o);   the option with the least T is taken if T < 1 week  (1)
    l <- l + step;   z <- z exp(-1 / M) + step                                             (2)

u_o being a uniform number of the option by its name, so that another option or actor leaves it alone, and an option
that is closed leaves the times of the others as they were. An instrument can be forced: in its week it takes its step
whatever the actor would do.

    symbol  in code         meaning                                            unit    range
    l       level           level in force                                     1       [0, highest]
    z       recent          steps up less steps down, fading                   1       any
    M       memory_weeks    how long a step is remembered by others            week    >= 0
            forced_week     week in which a step is forced                     week    >= 0
            forced_step     the step forced: 1 up, -1 down, 0 none             1       [-1, 1]

Limits:   pace = 0: nothing is ever decided; a level never leaves 0 to its highest.
Source:   competing risks: the least of exponential times falls within the week with chance P, and is o's in part q_o.
Evidence: none needed; it is a way to draw.
"""

import math

from tertius.kernel import Key, Params, State, mechanism, uniform
from tertius.kernel.fields import (
    ACT_CHANCE,
    ACTS,
    CHANCE,
    END_INSTRUMENT,
    FIRST_INSTRUMENT,
    INSTRUMENT_ACTOR,
    LEVEL,
    MEMORY,
    PACE,
    RECENT,
    STEP,
    TOP_LEVEL,
    parameter,
)

STREAM = 51
FORCED_WEEK = parameter("instrument", "forced_week", "week", "week in which a step is forced", low=0, default=1e9)
FORCED_STEP = parameter("instrument", "forced_step", "1", "the step forced", low=-1, high=1, default=1.0, whole=True)


@mechanism(
    stage="decisions",
    channel="decisions",
    by=(PACE,),
    reads=(
        ACT_CHANCE,
        PACE,
        CHANCE,
        FIRST_INSTRUMENT,
        END_INSTRUMENT,
        INSTRUMENT_ACTOR,
        TOP_LEVEL,
        MEMORY,
        FORCED_WEEK,
        FORCED_STEP,
    ),
    writes=(ACTS, LEVEL, STEP, RECENT),
    off=((PACE, 0.0), (FORCED_WEEK, 1e9)),
    stream=STREAM,
)
def decisions(state: State, params: Params, key: Key) -> None:
    memory = params.world[0, MEMORY]
    fade = math.exp(-1.0 / memory) if memory > 0.0 else 0.0
    for i in range(state.instrument.shape[0]):
        state.instrument[i, STEP] = 0.0
        if key.week == math.floor(params.instrument[i, FORCED_WEEK]):
            forced = params.instrument[i, FORCED_STEP]
            wanted = state.instrument[i, LEVEL] + forced
            if forced != 0.0 and 0.0 <= wanted <= params.instrument_links[i, TOP_LEVEL]:
                state.instrument[i, STEP] = forced
    for a in range(state.actor.shape[0]):
        chance = state.actor[a, ACT_CHANCE]
        if params.actor[a, PACE] <= 0.0 or chance <= 0.0:
            continue
        hazard = -math.log(max(1.0 - chance, 1e-300)) / chance
        best = -1
        least = 1.0
        for o in range(2 * params.actor_links[a, FIRST_INSTRUMENT], 2 * params.actor_links[a, END_INSTRUMENT]):
            rate = hazard * state.option[o, CHANCE]
            drawn = uniform(key, STREAM, key.option[o])
            # exp(-rate) >= 1 - rate: below it the time is beyond the week, and no logarithm is needed to know.
            if rate > 0.0 and drawn >= 1.0 - rate:
                time = -math.log(drawn) / rate
                if time < least:
                    best, least = o, time
        if best >= 0 and state.instrument[best // 2, STEP] == 0.0:
            state.instrument[best // 2, STEP] = 1.0 - 2.0 * (best % 2)
    for i in range(state.instrument.shape[0]):
        step = state.instrument[i, STEP]
        state.instrument[i, LEVEL] += step
        state.instrument[i, RECENT] = fade * state.instrument[i, RECENT] + step
        if step != 0.0:
            a = params.instrument_links[i, INSTRUMENT_ACTOR]
            state.actor[a, ACTS] += 1.0
