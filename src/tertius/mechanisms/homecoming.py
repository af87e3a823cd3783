"""Homecoming: the soldiers of a bargain that has ended leave, and nobody comes after them.

For a contingent of a bargain that no longer holds: n <- 0, and what was sent in all stays as it was while it held.

    symbol  in code      meaning                              unit      range
    n       troops       soldiers present                     persons   >= 0
            newcomers    soldiers who arrived this week       persons   >= 0
            sent         soldiers sent in all                 persons   >= 0
            sent_while_held   the same while the bargain held persons   >= 0

Limits:   a bargain that holds, or one without an end rate, moves nobody.
Source:   accounting.
Evidence: none needed.
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import ALIVE, CONTINGENT_BARGAIN, NEWCOMERS, SENT, SENT_WHILE_HELD, TROOPS
from tertius.mechanisms.exchange import BARGAIN_END


@mechanism(
    stage="waves",  # after those of the stage that send
    channel="bargain",
    reads=(ALIVE, BARGAIN_END, CONTINGENT_BARGAIN),
    writes=(TROOPS, NEWCOMERS, SENT, SENT_WHILE_HELD),
    off=((BARGAIN_END, 0.0),),
    at_start=True,
)
def homecoming(state: State, params: Params, key: Key) -> None:
    for c in range(state.contingent.shape[0]):
        b = params.contingent_links[c, CONTINGENT_BARGAIN]
        holds = b < 0 or state.bargain[b, ALIVE] > 0.0 or params.bargain[b, BARGAIN_END] <= 0.0
        if holds or key.week < 0:
            state.contingent[c, SENT_WHILE_HELD] = state.contingent[c, SENT]
        else:
            state.contingent[c, SENT] = state.contingent[c, SENT_WHILE_HELD]
            state.contingent[c, TROOPS] = 0.0
            state.contingent[c, NEWCOMERS] = 0.0
