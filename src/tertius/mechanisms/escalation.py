"""Escalation: rungs of ladders are reached as outputs of the run say, or by a hazard that tension moves.

A rung that is defined by an output of the run (soldiers present, the level of an instrument) is reached while that
stands at its threshold or above. Any other rung, in a week, is reached with chance 1 - exp(-h) and left again with
chance 1 - exp(-f), with x the change of the stake that moves it and y what happens on other ladders (law of
spill-over),

    h = R exp(b x + y) q^m                                                                  (1)

m being 1 while the rung below is not reached (at the week's start), else 0; b x + y is bounded at 4 in size.

    symbol  in code    meaning                                                       unit      range
    R       rate       how often it is reached from the rung below, as of            1/week    >= 0
    b       response   log of the factor on it as the stake changes by one           1         any
    f       relief     how often it is left again                                    1/week    >= 0
    q       leap       factor on the rate while the rung below is not reached        1         [0, 1]
            threshold  value of the output from which on it is reached               output    any

Limits:   R = 0: never reached by itself; b = 0 and y = 0: a constant rate; q = 0: no rung is skipped; f = 0: no return.
Source:   ladder with described rungs, Kahn 1965; proportional hazards, our choice.
Evidence: rates of high rungs are stated priors (scenario): there is no record to fit them to.
"""

import math

from tertius.kernel import Key, Params, State, mechanism, read_output, uniform
from tertius.kernel.fields import CONTAGION, REACHED, STAKE_LEVEL, link, parameter, state

STREAM = 62
LARGEST_LOG = 4.0
RUNG_RATE = parameter("rung", "rate", "1/week", "how often it is reached from the rung below", low=0, default=0.0)
RUNG_RESPONSE = parameter("rung", "response", "1", "log of the factor as the stake changes by one", default=0.0)
RELIEF = parameter("rung", "relief", "1/week", "how often it is left again", low=0, default=0.0)
LEAP = parameter("rung", "leap", "1", "factor while the rung below is not reached", low=0, high=1, default=0.0)
REACHED_FROM = parameter("rung", "threshold", "output", "value of the output from which on it is reached", default=0.0)
RUNG_CHANCE = state("rung", "chance", "1/week", "chance that it is reached in the week", low=0, high=1)
REACHED_BEFORE = state("rung", "reached_before", "1", "whether it was reached at the week's start", recorded=False)
REFERENCE_REACHED = state("rung", "reference_reached", "1", "whether it was at the as-of date", recorded=False)
RUNG_LADDER = link("rung", "ladder", "number of its ladder")
RUNG_BELOW = link("rung", "below", "slot of the rung below on its ladder; -1 for none")
RUNG_STAKE = link("rung", "stake", "slot of the stake that moves it; -1 for none")
RUNG_ENTITY = link("rung", "output_entity", "index in ENTITIES of the output that defines it; -1 for none")
RUNG_SLOT = link("rung", "output_slot", "slot of the output's record")
RUNG_FIELD = link("rung", "output_field", "slot of the output's field")


@mechanism(
    stage="escalation",
    channel="escalation",
    reads=(
        RUNG_RATE,
        RUNG_RESPONSE,
        RELIEF,
        LEAP,
        RUNG_BELOW,
        RUNG_STAKE,
        RUNG_ENTITY,
        RUNG_SLOT,
        RUNG_FIELD,
        REACHED_FROM,
        CONTAGION,
        STAKE_LEVEL,
    ),
    writes=(REACHED, RUNG_CHANCE, REACHED_BEFORE, REFERENCE_REACHED),
    off=((RUNG_RATE, 0.0), (RELIEF, 0.0)),
    at_start=True,
    stream=STREAM,
)
def escalation(state: State, params: Params, key: Key) -> None:
    rungs = state.rung.shape[0]
    for r in range(rungs):
        state.rung[r, REACHED_BEFORE] = state.rung[r, REACHED]
    for r in range(rungs):
        entity = params.rung_links[r, RUNG_ENTITY]
        if entity >= 0:
            now = read_output(state, entity, params.rung_links[r, RUNG_SLOT], params.rung_links[r, RUNG_FIELD])
            state.rung[r, REACHED] = 1.0 if now >= params.rung[r, REACHED_FROM] else 0.0
        else:
            moved = state.rung[r, CONTAGION]
            stake = params.rung_links[r, RUNG_STAKE]
            if stake >= 0:
                moved += params.rung[r, RUNG_RESPONSE] * state.stake[stake, STAKE_LEVEL]
            hazard = params.rung[r, RUNG_RATE] * math.exp(min(max(moved, -LARGEST_LOG), LARGEST_LOG))
            below = params.rung_links[r, RUNG_BELOW]
            if below >= 0 and state.rung[below, REACHED_BEFORE] == 0.0:
                hazard *= params.rung[r, LEAP]
            chance = -math.expm1(-hazard)
            state.rung[r, RUNG_CHANCE] = chance
            if key.week >= 0:
                drawn = uniform(key, STREAM, key.rung[r])
                if state.rung[r, REACHED_BEFORE] == 0.0:
                    state.rung[r, REACHED] = 1.0 if drawn < chance else 0.0
                elif drawn < -math.expm1(-params.rung[r, RELIEF]):
                    state.rung[r, REACHED] = 0.0
        if key.week < 0:
            state.rung[r, REFERENCE_REACHED] = state.rung[r, REACHED]
