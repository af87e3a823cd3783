"""Replacement: recruits reach the theatres, by recruitment and while a mobilisation lasts.

    n_sk <- n_sk + max(0, R_s + r_s) w_sk                                                  (1)

w_sk being the theatre's share of the side's own soldiers at the as-of date, among theatres still open.

    symbol  in code       meaning                                     unit           range
    R       recruitment   recruits reaching the theatres              persons/week   >= 0
    r       mobilised     extra recruits while a mobilisation lasts   persons/week   any

Limits:   R = r = 0 change nothing; what is recruited is what arrives.
Source:   accounting.
Evidence: statements of ministries and services (scenario).
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import MOBILISED, NATIVES, OPEN, REFERENCE_SHARE, parameter
from tertius.mechanisms.carrying_out import LEVER_RECRUITS
from tertius.mechanisms.event_calendar import RECRUITS

RECRUITMENT = parameter("side", "recruitment", "persons/week", "recruits reaching the theatres", low=0)


@mechanism(
    stage="replacement",
    reads=(RECRUITMENT, MOBILISED, REFERENCE_SHARE, OPEN),
    writes=(NATIVES,),
    off=((RECRUITMENT, 0.0), (RECRUITS, 0.0), (LEVER_RECRUITS, 0.0)),
)
def replacement(state: State, params: Params, key: Key) -> None:
    for s in range(2):
        recruits = max(0.0, params.side[s, RECRUITMENT] + state.side[s, MOBILISED])
        open_share = 0.0
        for k in range(state.theatre.shape[0]):
            if state.theatre[k, OPEN] > 0.0:
                open_share += state.force[2 * k + s, REFERENCE_SHARE]
        if open_share <= 0.0:
            continue
        for k in range(state.theatre.shape[0]):
            if state.theatre[k, OPEN] > 0.0:
                state.force[2 * k + s, NATIVES] += recruits * state.force[2 * k + s, REFERENCE_SHARE] / open_share
