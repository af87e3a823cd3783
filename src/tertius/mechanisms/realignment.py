"""Realignment: two actors stand closer as one helps the other or the same threatens both, and drift back.

With last week's steps z_i of the instruments that one of the two aims at the other, and their threats T_a, T_b,

    c <- c + f (c_0 - c) + sum_i h_i z_i + k min(T_a, T_b), within -1 to 1                  (1)

    symbol  in code      meaning                                                       unit     range
    c       closeness    how close they stand, -1 foes to 1 allies                     1        [-1, 1]
    f       fading       share of a change that is lost again                          1/week   [0, 1]
    h       warmth       how much a step up of the instrument brings them closer       1        any
    k       balancing    how much a common threat of one brings them closer            1/week   >= 0

Limits:   h = k = 0: nothing moves; f = 1: only this week counts.
Source:   balancing against common threats: Walt 1987; first-order return, our choice.
Evidence: judgement (scenario).
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import CLOSENESS, INSTRUMENT_ACTOR, INSTRUMENT_TOWARDS, STEP, THREAT, link, parameter, state

FADING = parameter("tie", "fading", "1/week", "share of a change that is lost again", low=0, high=1, default=0.0)
BALANCING = parameter("tie", "balancing", "1/week", "how a common threat brings them closer", low=0, default=0.0)
WARMTH = parameter("instrument", "warmth", "1", "how much a step up brings the two closer", default=0.0)
REFERENCE_CLOSENESS = state("tie", "reference_closeness", "1", "closeness at the as-of date", recorded=False)
TIE_FIRST = link("tie", "first", "slot of one of the two actors")
TIE_SECOND = link("tie", "second", "slot of the other")


@mechanism(
    stage="threat",
    channel="decisions",
    by=(),
    reads=(
        FADING,
        BALANCING,
        WARMTH,
        THREAT,
        STEP,
        TIE_FIRST,
        TIE_SECOND,
        INSTRUMENT_ACTOR,
        INSTRUMENT_TOWARDS,
    ),
    writes=(CLOSENESS, REFERENCE_CLOSENESS),
    off=((FADING, 0.0), (BALANCING, 0.0), (WARMTH, 0.0)),
    at_start=True,
)
def realignment(state: State, params: Params, key: Key) -> None:
    for n in range(state.tie.shape[0]):
        if key.week < 0:
            state.tie[n, REFERENCE_CLOSENESS] = state.tie[n, CLOSENESS]
            continue
        first, second = params.tie_links[n, TIE_FIRST], params.tie_links[n, TIE_SECOND]
        close = state.tie[n, CLOSENESS]
        moved = params.tie[n, FADING] * (state.tie[n, REFERENCE_CLOSENESS] - close)
        moved += params.tie[n, BALANCING] * min(state.actor[first, THREAT], state.actor[second, THREAT])
        for i in range(state.instrument.shape[0]):
            step = state.instrument[i, STEP]
            if step != 0.0:
                actor, towards = (
                    params.instrument_links[i, INSTRUMENT_ACTOR],
                    params.instrument_links[i, INSTRUMENT_TOWARDS],
                )
                if (actor == first and towards == second) or (actor == second and towards == first):
                    moved += params.instrument[i, WARMTH] * step
        state.tie[n, CLOSENESS] = min(max(close + moved, -1.0), 1.0)
