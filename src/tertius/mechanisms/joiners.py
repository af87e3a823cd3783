"""Joiners: once a state's soldiers have joined a war, others join it at another rate.

A step up of an instrument that sends the first soldiers of its actor to side s has its base rate times exp(J) in every
future, and a step down its base rate times exp(-J),

    J = e (a_own [f(k_s) - f(k_s0)] + a_other [f(k_r) - f(k_r0)]),     f(k) = k / (1 + k)                  (1)

k_s and k_r being how many other states have soldiers with side s and with its enemy r, k_0 the same at the as-of date,
which the base rate already holds.

    symbol  in code          meaning                                                      unit   range
    a_own   joined_own       log factor on joining a side that very many others joined    1      any
    a_oth   joined_other     log factor on joining the side against them                  1      any
    e       joiners_doing    share of that association which is the joiners' doing        1      [0, 1]
    k       joined           states whose soldiers have come to a side                    1      >= 0

Limits:   e = 0 or a = 0: base rates; nobody joins after the as-of date: base rates.
Source:   (1) is the law of `tertius.history`, fitted to who joined disputes that began before 1990, each state's own
          chance to join held.
Evidence: a, by `tertius history` (`after_joiner`). It is an association: what draws one state in may draw the next one
          in without the first one's doing; so e is uniform from 0 to 1 unless something is known.
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import (
    CONTINGENT_ACTOR,
    CONTINGENT_SIDE,
    INSTRUMENT_ACTOR,
    SENT,
    TROOPS,
    URGED,
    link,
    parameter,
    state,
)

JOINED_OWN = parameter(
    "world", "joined_own", "1", "log factor on joining a side that very many others have joined", default=0.0
)
JOINED_OTHER = parameter(
    "world", "joined_other", "1", "log factor on joining the side against very many joiners", default=0.0
)
DOING = parameter(
    "world", "joiners_doing", "1", "share of the association that is the joiners' doing", low=0, high=1, default=1.0
)
CAME = state("contingent", "came", "1", "1 once any of its soldiers have come", low=0, high=1, recorded=False)
CAME_BEFORE = state("contingent", "came_before", "1", "the same at the as-of date", low=0, high=1, recorded=False)
BY_JOINERS = state("instrument", "by_joiners", "1", "log factor on a step up by who else has joined")
JOINS = link("instrument", "joins", "side that its soldiers join: 1 A, -1 B, 0 where it sends none")


@mechanism(
    stage="urging",
    channel="decisions",
    by=(JOINED_OWN, JOINED_OTHER),
    reads=(
        JOINED_OWN,
        JOINED_OTHER,
        DOING,
        TROOPS,
        SENT,
        JOINS,
        INSTRUMENT_ACTOR,
        CONTINGENT_ACTOR,
        CONTINGENT_SIDE,
        CAME,
        CAME_BEFORE,
        BY_JOINERS,
        URGED,
    ),
    writes=(CAME, CAME_BEFORE, BY_JOINERS, URGED),
    off=((JOINED_OWN, 0.0), (JOINED_OTHER, 0.0), (DOING, 0.0)),
    at_start=True,
)
def joiners(state: State, params: Params, key: Key) -> None:
    for c in range(state.contingent.shape[0]):
        if state.contingent[c, TROOPS] > 0.0 or state.contingent[c, SENT] > 0.0:
            state.contingent[c, CAME] = 1.0
        if key.week < 0:
            state.contingent[c, CAME_BEFORE] = state.contingent[c, CAME]
    doing = params.world[0, DOING]
    for i in range(state.instrument.shape[0]):
        state.instrument[i, BY_JOINERS] = 0.0
        side = params.instrument_links[i, JOINS]
        if side == 0 or doing == 0.0:
            continue
        actor = params.instrument_links[i, INSTRUMENT_ACTOR]
        mine = 0.0
        own = 0.0
        own_before = 0.0
        other = 0.0
        other_before = 0.0
        for c in range(state.contingent.shape[0]):
            whose = params.contingent_links[c, CONTINGENT_ACTOR]
            if whose == actor:
                mine += state.contingent[c, CAME]
                continue
            # Of several contingents of one state with a side the first that came counts, so that a state counts once.
            counted = 0.0
            counted_before = 0.0
            for d in range(c):
                alike = params.contingent_links[d, CONTINGENT_SIDE] == params.contingent_links[c, CONTINGENT_SIDE]
                if whose >= 0 and alike and params.contingent_links[d, CONTINGENT_ACTOR] == whose:
                    counted = max(counted, state.contingent[d, CAME])
                    counted_before = max(counted_before, state.contingent[d, CAME_BEFORE])
            new = max(state.contingent[c, CAME] - counted, 0.0)
            new_before = max(state.contingent[c, CAME_BEFORE] - counted_before, 0.0)
            if 1 - 2 * params.contingent_links[c, CONTINGENT_SIDE] == side:
                own += new
                own_before += new_before
            else:
                other += new
                other_before += new_before
        if mine > 0.0:
            continue  # it has joined already
        moved = params.world[0, JOINED_OWN] * (own / (1.0 + own) - own_before / (1.0 + own_before))
        moved += params.world[0, JOINED_OTHER] * (other / (1.0 + other) - other_before / (1.0 + other_before))
        state.instrument[i, BY_JOINERS] = doing * moved
        state.instrument[i, URGED] += state.instrument[i, BY_JOINERS]
