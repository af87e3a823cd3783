"""Stakes: what actors care for moves with the war and with the instruments in force.

A stake's change since the as-of date, in units of its own, is the sum over its drivers d (outputs y of the run, each
with the size of change that counts as one) and over all instruments i, by their level l:

    x = sum_d e_d (y_d - y_d0) / c_d + sum_i a_i g_i (l_i - l_i0)                          (1)
    p <- p + v (x - p)                                          what is known of it        (2)
    u <- (p - p before) + u (1 - h)                             what one is not used to    (3)

What an instrument does through the war itself (shells that hold a front) comes back through a driver; of that its actor
expects g, while a = 0 keeps it from counting twice.

    symbol  in code       meaning                                              unit      range
    y       (a driver)    an output of the run                                 output    any
    c       scale         change of the output that counts as one              output    any but 0
    e       effect        change of the stake as the output changes by c       1         any
    g       per_level     change of the stake with one level more              1         any
    a       at_once       share of it that does not come through the war       1         [0, 1]
    l       level         level of an instrument                               1         >= 0
    v       visibility    share of what is not known yet that is learnt        1/week    [0, 1]
    x       level         the stake's change since the as-of date              1         any
    p       perceived     what is known of it                                  1         any
    h       habituation   share of what is not usual yet that becomes so       1/week    [0, 1]
    u       unsettled     what is known and not yet taken as usual             1         any

Limits:   e = g = 0: nothing moves; v = 1: known in the week in which it happens; v = 0: never known;
          h = 0: the as-of date stays the measure of all change.
Source:   linear consequences, our choice; (2), (3) first-order learning, the reference point follows what is the case.
Evidence: effects and consequences are judgement (scenario), save where it cites a source.
"""

from tertius.kernel import Key, Params, State, mechanism, read_output
from tertius.kernel.fields import (
    CONSEQUENCE_STAKE,
    END_CONSEQUENCE,
    FIRST_CONSEQUENCE,
    LEVEL,
    PER_LEVEL,
    PERCEIVED,
    REFERENCE_LEVEL,
    STAKE_LEVEL,
    UNSETTLED,
    link,
    parameter,
    state,
)

SCALE = parameter("driver", "scale", "output", "change of the output that counts as one")
EFFECT = parameter("driver", "effect", "1", "change of the stake as the output changes by the scale")
REFERENCE_OUTPUT = state("driver", "reference_output", "output", "the output at the as-of date", recorded=False)
DRIVEN = link("driver", "stake", "slot of the stake it moves")
OUTPUT_ENTITY = link("driver", "output_entity", "index of the output's entity in ENTITIES")
OUTPUT_SLOT = link("driver", "output_slot", "slot of the output's record")
OUTPUT_FIELD = link("driver", "output_field", "slot of the output's field")
AT_ONCE = parameter(
    "consequence", "at_once", "1", "share of it that does not come through the war", low=0, high=1, default=1.0
)
VISIBILITY = parameter(
    "stake", "visibility", "1/week", "share of what is not known yet that is learnt", low=0, high=1, default=1.0
)
HABITUATION = parameter(
    "world", "habituation", "1/week", "share of what is not usual yet that becomes so", low=0, high=1, default=0.0
)


@mechanism(
    stage="stakes",
    channel="decisions",
    by=(),
    reads=(
        SCALE,
        EFFECT,
        DRIVEN,
        OUTPUT_ENTITY,
        OUTPUT_SLOT,
        OUTPUT_FIELD,
        VISIBILITY,
        HABITUATION,
        LEVEL,
        PER_LEVEL,
        AT_ONCE,
        FIRST_CONSEQUENCE,
        END_CONSEQUENCE,
        CONSEQUENCE_STAKE,
    ),
    writes=(STAKE_LEVEL, PERCEIVED, UNSETTLED, REFERENCE_OUTPUT, REFERENCE_LEVEL),
    off=((EFFECT, 0.0), (PER_LEVEL, 0.0)),
    at_start=True,
)
def stakes(state: State, params: Params, key: Key) -> None:
    count = state.stake.shape[0]
    for x in range(count):
        state.stake[x, STAKE_LEVEL] = 0.0
    for i in range(state.instrument.shape[0]):
        if key.week < 0:
            state.instrument[i, REFERENCE_LEVEL] = state.instrument[i, LEVEL]
        moved = state.instrument[i, LEVEL] - state.instrument[i, REFERENCE_LEVEL]
        if moved != 0.0:
            for n in range(params.instrument_links[i, FIRST_CONSEQUENCE], params.instrument_links[i, END_CONSEQUENCE]):
                x = params.consequence_links[n, CONSEQUENCE_STAKE]
                state.stake[x, STAKE_LEVEL] += params.consequence[n, AT_ONCE] * params.consequence[n, PER_LEVEL] * moved
    for d in range(state.driver.shape[0]):
        entity, slot = params.driver_links[d, OUTPUT_ENTITY], params.driver_links[d, OUTPUT_SLOT]
        now = read_output(state, entity, slot, params.driver_links[d, OUTPUT_FIELD])
        if key.week < 0:
            state.driver[d, REFERENCE_OUTPUT] = now
        change = (now - state.driver[d, REFERENCE_OUTPUT]) / params.driver[d, SCALE]
        state.stake[params.driver_links[d, DRIVEN], STAKE_LEVEL] += params.driver[d, EFFECT] * change
    for x in range(count):
        learnt = params.stake[x, VISIBILITY] * (state.stake[x, STAKE_LEVEL] - state.stake[x, PERCEIVED])
        state.stake[x, PERCEIVED] += learnt
        state.stake[x, UNSETTLED] = learnt + (1.0 - params.world[0, HABITUATION]) * state.stake[x, UNSETTLED]
