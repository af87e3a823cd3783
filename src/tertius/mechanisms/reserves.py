"""Reserves: theatres of one side exchange troops, so that foreigners in one place free natives for another.

With w_k the theatre's share of the side's own soldiers at the as-of date (among theatres still open), N the side's
own soldiers in all, and F_k the usable foreign strength in k (F their sum), the own soldiers wanted in k are

    n*_k = max(0, w_k N + z (w_k F - F_k)),  scaled so that they sum to N                  (1)

and troops move from where there are too many to where there are too few, at most K a week in all. A closed theatre
wants none.

    symbol  in code                  meaning                                          unit           range
    z       fungible                 share of foreign strength that frees own troops  1              [0, 1]
    K       reserve_cap              own soldiers that can change theatre             persons/week   >= 0
    w       reference_share          the theatre's share of own soldiers, as of       1              [0, 1]
    n*      wanted                   own soldiers the side wants there                persons        >= 0

Limits:   K = 0 moves nobody; z = 0: foreigners free nobody; troops are conserved exactly by side.
Source:   our choice; the main channel by which a contingent that is small in all can matter elsewhere.
Evidence: none at hand for z; the cap from reported transfers (scenario).
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import (
    FOREIGN_MASS,
    NATIVES,
    OPEN,
    REFERENCE_SHARE,
    parameter,
    state,
)
from tertius.kernel.mechanism import part

FUNGIBLE = parameter("side", "fungible", "1", "share of foreign strength that frees own troops", low=0, high=1)
RESERVE_CAP = parameter("side", "reserve_cap", "persons/week", "own soldiers that can change theatre", low=0)
WANTED = state("force", "wanted", "persons", "own soldiers the side wants in the theatre", low=0)


@part
def want(state: State, params: Params, s: int) -> None:
    """Equation (1) for one side."""
    theatres = state.theatre.shape[0]
    natives = 0.0
    foreign = 0.0
    share = 0.0
    for k in range(theatres):
        natives += state.force[2 * k + s, NATIVES]
        if state.theatre[k, OPEN] > 0.0:
            foreign += state.force[2 * k + s, FOREIGN_MASS]
            share += state.force[2 * k + s, REFERENCE_SHARE]
    wanted = 0.0
    for k in range(theatres):
        here = 0.0
        if state.theatre[k, OPEN] > 0.0 and share > 0.0:
            part = state.force[2 * k + s, REFERENCE_SHARE] / share
            freed = params.side[s, FUNGIBLE] * (part * foreign - state.force[2 * k + s, FOREIGN_MASS])
            here = max(0.0, part * natives + freed)
        state.force[2 * k + s, WANTED] = here
        wanted += here
    for k in range(theatres):
        if wanted > 0.0:
            state.force[2 * k + s, WANTED] *= natives / wanted
        else:
            state.force[2 * k + s, WANTED] = state.force[2 * k + s, NATIVES]


@part
def move(state: State, params: Params, s: int) -> None:
    """Troops change theatre, at most the cap."""
    theatres = state.theatre.shape[0]
    surplus = 0.0
    for k in range(theatres):
        surplus += max(0.0, state.force[2 * k + s, NATIVES] - state.force[2 * k + s, WANTED])
    if surplus <= 0.0:
        return
    part = min(1.0, params.side[s, RESERVE_CAP] / surplus)
    for k in range(theatres):
        gap = state.force[2 * k + s, WANTED] - state.force[2 * k + s, NATIVES]
        state.force[2 * k + s, NATIVES] += part * gap


@mechanism(
    stage="reserves",
    channel="movement",
    reads=(
        FUNGIBLE,
        RESERVE_CAP,
        FOREIGN_MASS,
        OPEN,
        REFERENCE_SHARE,
    ),
    writes=(NATIVES, WANTED),
    off=((RESERVE_CAP, 0.0),),
)
def reserves(state: State, params: Params, key: Key) -> None:
    for s in range(2):
        want(state, params, s)
        move(state, params, s)
