"""Reopening: where a front has closed, its holder may cross the line anew.

In a theatre that closed at zero, with chance h in a week,

    A <- min(a, ceiling),  u <- M,  d <- 0,  and it is open again                          (1)
    n_sk <- max(n_sk, w_sk N_s),  the other theatres giving by the soldiers they have       (2)

N_s being the side's own soldiers in all: each side lies there as it did at the as-of date. A contingent that has been
idle since its theatre closed is back in it.

    symbol  in code           meaning                                              unit      range
    h       reopening         chance in a week that a closed theatre opens again   1/week    [0, 1]
    a       reopened_area     land that its holder then has in it                  km2       >= 0
    M       long_run_tempo    mean of the level                                    km2/week  any
    w       reference_share   the theatre's share of own soldiers, as of           1         [0, 1]

Limits:   h = 0: what has closed stays closed; troops are conserved exactly by side; a theatre that was empty of either
          side at the as-of date does not open, as nobody is said to lie there.
Source:   our choice of form; a constant chance is the least that a further crossing can be.
Evidence: how often such a front was opened in the war so far (scenario).
"""

from tertius.kernel import Key, Params, State, mechanism, uniform
from tertius.kernel.fields import (
    AREA,
    BASE_TEMPO,
    CLOSES,
    CONTINGENT_THEATRE,
    LEVEL_DEVIATION,
    LOCATION,
    NATIVES,
    OPEN,
    REFERENCE_SHARE,
    parameter,
)
from tertius.kernel.mechanism import part
from tertius.mechanisms.ground import AREA_CEILING, LONG_RUN

STREAM = 13
REOPENING = parameter(
    "theatre", "reopening", "1/week", "chance that a closed theatre opens again", low=0, high=1, default=0.0
)
REOPENED_AREA = parameter(
    "theatre", "reopened_area", "km2", "land that the holder has where it opens again", low=0, default=0.0
)


@part
def gather(state: State, k: int, s: int) -> None:
    """Equation (2) for one side: what theatre k lacks comes from the others by what they have."""
    total = 0.0
    for other in range(state.theatre.shape[0]):
        total += state.force[2 * other + s, NATIVES]
    wanted = state.force[2 * k + s, REFERENCE_SHARE] * total
    elsewhere = total - state.force[2 * k + s, NATIVES]
    if wanted <= state.force[2 * k + s, NATIVES] or elsewhere <= 0.0:
        return
    kept = (total - wanted) / elsewhere
    for other in range(state.theatre.shape[0]):
        if other != k:
            state.force[2 * other + s, NATIVES] *= kept
    state.force[2 * k + s, NATIVES] = wanted


@mechanism(
    stage="calendar",
    channel="movement",
    reads=(
        REOPENING,
        REOPENED_AREA,
        AREA_CEILING,
        CLOSES,
        LONG_RUN,
        REFERENCE_SHARE,
        CONTINGENT_THEATRE,
    ),
    writes=(OPEN, AREA, BASE_TEMPO, LEVEL_DEVIATION, NATIVES, LOCATION),
    off=((REOPENING, 0.0),),
    stream=STREAM,
)
def reopening(state: State, params: Params, key: Key) -> None:
    for k in range(state.theatre.shape[0]):
        if state.theatre[k, OPEN] > 0.0 or params.theatre_links[k, CLOSES] == 0:
            continue
        if min(state.force[2 * k, REFERENCE_SHARE], state.force[2 * k + 1, REFERENCE_SHARE]) <= 0.0:
            continue
        if uniform(key, STREAM, key.theatre[k]) >= params.theatre[k, REOPENING]:
            continue
        state.theatre[k, OPEN] = 1.0
        state.theatre[k, AREA] = min(params.theatre[k, REOPENED_AREA], params.theatre[k, AREA_CEILING])
        state.theatre[k, BASE_TEMPO] = params.theatre[k, LONG_RUN]
        state.theatre[k, LEVEL_DEVIATION] = 0.0
        for s in range(2):
            gather(state, k, s)
        for c in range(state.contingent.shape[0]):
            if state.contingent[c, LOCATION] < 0.0 and params.contingent_links[c, CONTINGENT_THEATRE] == k:
                state.contingent[c, LOCATION] = float(k)
