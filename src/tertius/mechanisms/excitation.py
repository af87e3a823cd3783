"""Excitation: steps answer to what their actor, its partners and its rivals have lately done.

In the futures that go by this law a step up of instrument i, which serves side s_i, has its base rate times exp(E),

    E = b_own (z_own - u_own) + b_partners (z_partners - u_partners) + b_rivals (z_rivals - u_rivals)  (1)
    z_own       fading steps, up less down, of the same actor's instruments
    z_partners  of other actors' instruments that serve the same side
    z_rivals    of other actors' instruments that serve the other side
    e <- e exp(-1 / M) + [the first soldiers of a contingent arrive]                                   (2)

and a step down its base rate times exp(-E). The first arrival (2) of foreign soldiers counts as a step by whose they
are; u is what was usual over the record. Each part of E is bounded at 2 in size.

    symbol  in code             meaning                                            unit    range
    b_own   excited_own         answer to one step of its actor                    1       any
    b_part  excited_partners    answer to one step of a partner                    1       any
    b_riv   excited_rivals      answer to one step of a rival                      1       any
    u_own   usual_own           mean of z over the record, its actor's             1       any
    u_part  usual_partners      the same of partners                               1       any
    u_riv   usual_rivals        the same of rivals                                 1       any
            excitation_weight   weight of this law among the laws of decision      1       >= 0
    z       (from recent)       what has lately been done                          1       any
    e       entered             arrival of a contingent, fading                    1       >= 0
    M       memory_weeks        how long a step is remembered                      week    >= 0
            favours             side that a step up serves: 1 A, -1 B, 0 neither   1       -1, 0, 1

Limits:   b = 0: base rates; an instrument that serves neither side has no partners and no rivals.
Source:   a self-exciting point process with a log-linear answer (Hawkes 1971, Biometrika 58, 83-90), by the week.
Evidence: b by class of instrument, fitted to the record of steps (`tertius fit --decisions`); soldiers' by past
          disputes.
"""

import math

import numpy as np

from tertius.kernel import Key, Params, State, mechanism, uniform_once
from tertius.kernel.fields import (
    CONTINGENT_ACTOR,
    CONTINGENT_SIDE,
    DECISION_LAW,
    END_INSTRUMENT,
    FAVOURS,
    FIRST_INSTRUMENT,
    INSTRUMENT_ACTOR,
    LAWS_WEIGHT,
    MEMORY,
    RECENT,
    SENT,
    URGED,
    parameter,
    state,
)

STREAM = 71
LARGEST_PART = 2.0  # a factor of 7 on a base rate
EXCITATION_WEIGHT = parameter(
    "world", "excitation_weight", "1", "weight of the law that steps answer to steps", low=0, default=0.0
)
EXCITED_OWN = parameter("instrument", "excited_own", "1", "answer to a step of its actor", default=0.0)
EXCITED_PARTNERS = parameter("instrument", "excited_partners", "1", "answer to a step of a partner", default=0.0)
EXCITED_RIVALS = parameter("instrument", "excited_rivals", "1", "answer to a step of a rival", default=0.0)
USUAL_OWN = parameter("instrument", "usual_own", "1", "what its actor had usually done lately", default=0.0)
USUAL_PARTNERS = parameter("instrument", "usual_partners", "1", "what partners had usually done lately", default=0.0)
USUAL_RIVALS = parameter("instrument", "usual_rivals", "1", "what rivals had usually done lately", default=0.0)
ENTERED = state("contingent", "entered", "1", "arrival of its first soldiers, fading", low=0, recorded=False)
WAS_SENT = state("contingent", "was_sent", "persons", "soldiers sent in all a week ago", low=0, recorded=False)
BY_OWN = state("instrument", "by_own", "1", "log factor on a step up by what its actor has lately done")
BY_PARTNERS = state("instrument", "by_partners", "1", "log factor on a step up by what partners have lately done")
BY_RIVALS = state("instrument", "by_rivals", "1", "log factor on a step up by what rivals have lately done")


@mechanism(
    stage="urging",
    channel="decisions",
    by=(EXCITED_OWN, EXCITED_PARTNERS, EXCITED_RIVALS),
    reads=(
        EXCITATION_WEIGHT,
        DECISION_LAW,
        LAWS_WEIGHT,
        EXCITED_OWN,
        EXCITED_PARTNERS,
        EXCITED_RIVALS,
        USUAL_OWN,
        USUAL_PARTNERS,
        USUAL_RIVALS,
        MEMORY,
        RECENT,
        SENT,
        FAVOURS,
        INSTRUMENT_ACTOR,
        FIRST_INSTRUMENT,
        END_INSTRUMENT,
        CONTINGENT_ACTOR,
        CONTINGENT_SIDE,
        ENTERED,
        WAS_SENT,
        BY_OWN,
        BY_PARTNERS,
        BY_RIVALS,
        URGED,
    ),
    writes=(DECISION_LAW, LAWS_WEIGHT, ENTERED, WAS_SENT, BY_OWN, BY_PARTNERS, BY_RIVALS, URGED),
    off=((EXCITED_OWN, 0.0), (EXCITED_PARTNERS, 0.0), (EXCITED_RIVALS, 0.0)),
    at_start=True,
    stream=STREAM,
)
def excitation(state: State, params: Params, key: Key) -> None:
    if key.week < 0 and params.world[0, EXCITATION_WEIGHT] > 0.0:
        state.world[0, LAWS_WEIGHT] += params.world[0, EXCITATION_WEIGHT]
        if uniform_once(key, STREAM, np.uint64(0)) * state.world[0, LAWS_WEIGHT] < params.world[0, EXCITATION_WEIGHT]:
            state.world[0, DECISION_LAW] = STREAM
    memory = params.world[0, MEMORY]
    fade = math.exp(-1.0 / memory) if memory > 0.0 else 0.0
    arrived = np.zeros(3)  # by the side served: 0 neither, 1 A, 2 B (place -1)
    for c in range(state.contingent.shape[0]):
        state.contingent[c, ENTERED] *= fade
        if state.contingent[c, SENT] > 0.0 and state.contingent[c, WAS_SENT] == 0.0:
            state.contingent[c, ENTERED] += 1.0
        state.contingent[c, WAS_SENT] = state.contingent[c, SENT]
        arrived[1 - 2 * params.contingent_links[c, CONTINGENT_SIDE]] += state.contingent[c, ENTERED]
    chosen = state.world[0, DECISION_LAW] == STREAM
    done = np.zeros(3)
    if chosen:
        for i in range(state.instrument.shape[0]):
            done[params.instrument_links[i, FAVOURS]] += state.instrument[i, RECENT]
    for i in range(state.instrument.shape[0]):
        state.instrument[i, BY_OWN] = 0.0
        state.instrument[i, BY_PARTNERS] = 0.0
        state.instrument[i, BY_RIVALS] = 0.0
        if not chosen:
            continue
        a = params.instrument_links[i, INSTRUMENT_ACTOR]
        side = params.instrument_links[i, FAVOURS]
        own = 0.0
        partners = done[side] + arrived[side]
        rivals = done[-side] + arrived[-side]
        for j in range(params.actor_links[a, FIRST_INSTRUMENT], params.actor_links[a, END_INSTRUMENT]):
            recent = state.instrument[j, RECENT]
            own += recent
            if params.instrument_links[j, FAVOURS] == side:
                partners -= recent
            if params.instrument_links[j, FAVOURS] == -side:
                rivals -= recent
        for c in range(state.contingent.shape[0]):
            if params.contingent_links[c, CONTINGENT_ACTOR] == a:
                came = state.contingent[c, ENTERED]
                sent_for = 1 - 2 * params.contingent_links[c, CONTINGENT_SIDE]
                own += came
                if sent_for == side:
                    partners -= came
                if sent_for == -side:
                    rivals -= came
        part = params.instrument[i, EXCITED_OWN] * (own - params.instrument[i, USUAL_OWN])
        state.instrument[i, BY_OWN] = min(max(part, -LARGEST_PART), LARGEST_PART)
        if side != 0:
            part = params.instrument[i, EXCITED_PARTNERS] * (partners - params.instrument[i, USUAL_PARTNERS])
            state.instrument[i, BY_PARTNERS] = min(max(part, -LARGEST_PART), LARGEST_PART)
            part = params.instrument[i, EXCITED_RIVALS] * (rivals - params.instrument[i, USUAL_RIVALS])
            state.instrument[i, BY_RIVALS] = min(max(part, -LARGEST_PART), LARGEST_PART)
        total = state.instrument[i, BY_OWN] + state.instrument[i, BY_PARTNERS] + state.instrument[i, BY_RIVALS]
        state.instrument[i, URGED] += total
