"""Deployment: which theatres are open, how a side's troops lie at the as-of date, and where a contingent serves.

On the as-of state every theatre is open, save one that closes at zero and holds nothing; a contingent serves where the
scenario puts it; and the theatre's share of its side's own soldiers is noted:

    w_sk = n_sk / sum_k n_sk                                                               (1)

When a contingent's theatre has closed, it goes on to its side's largest open theatre with probability y, drawn once
per trajectory, and is idle otherwise.

    symbol  in code        meaning                                            unit      range
    n_sk    troops         own soldiers of the side in the theatre            persons   >= 0
    y       redeployment   that a contingent goes on when its theatre closes  1         [0, 1]

Limits:   y = 0: idle after the close, y = 1: always goes on; before any theatre closes the law moves nothing.
Source:   our choice; whether a sender allows another theatre is a political question, so it is a probability.
Evidence: none; prior in the scenario.
"""

from tertius.kernel import Key, Params, State, mechanism, uniform_once
from tertius.kernel.fields import (
    AREA,
    CLOSES,
    CONTINGENT_SIDE,
    CONTINGENT_THEATRE,
    LOCATION,
    NATIVES,
    OPEN,
    REFERENCE_SHARE,
    SENT,
    TROOPS,
    parameter,
)

STREAM = 10
REDEPLOYMENT = parameter(
    "contingent",
    "redeployment",
    "1",
    "that it goes on to another theatre when its own closes",
    low=0,
    high=1,
    default=1.0,
)


@mechanism(
    stage="calendar",
    channel="movement",
    reads=(AREA, CLOSES, NATIVES, TROOPS, CONTINGENT_SIDE, CONTINGENT_THEATRE, REDEPLOYMENT),
    writes=(OPEN, REFERENCE_SHARE, LOCATION, SENT),
    off=((REDEPLOYMENT, 0.0),),
    at_start=True,
    stream=STREAM,
)
def deployment(state: State, params: Params, key: Key) -> None:
    theatres = state.theatre.shape[0]
    if key.week < 0:
        for k in range(theatres):
            gone = params.theatre_links[k, CLOSES] == 1 and state.theatre[k, AREA] <= 0.0
            state.theatre[k, OPEN] = 0.0 if gone else 1.0
        for s in range(2):
            total = 0.0
            for k in range(theatres):
                total += state.force[2 * k + s, NATIVES]
            for k in range(theatres):
                share = state.force[2 * k + s, NATIVES] / total if total > 0.0 else 0.0
                state.force[2 * k + s, REFERENCE_SHARE] = share
        for c in range(state.contingent.shape[0]):
            state.contingent[c, LOCATION] = float(params.contingent_links[c, CONTINGENT_THEATRE])
            state.contingent[c, SENT] = state.contingent[c, TROOPS]
    for c in range(state.contingent.shape[0]):
        k = int(state.contingent[c, LOCATION])
        if k < 0 or state.theatre[k, OPEN] > 0.0:
            continue
        state.contingent[c, LOCATION] = -1.0
        if uniform_once(key, STREAM, key.contingent[c]) < params.contingent[c, REDEPLOYMENT]:
            s = params.contingent_links[c, CONTINGENT_SIDE]
            largest = 0.0
            for other in range(theatres):
                if state.theatre[other, OPEN] > 0.0 and state.force[2 * other + s, NATIVES] > largest:
                    largest = state.force[2 * other + s, NATIVES]
                    state.contingent[c, LOCATION] = float(other)
