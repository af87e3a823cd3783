"""Replacement: recruits reach the theatres, by recruitment and while a mobilisation lasts.

    n_sk <- n_sk + max(0, R_s e_s^z + r_s) w_sk                                               (1)

w_sk being the theatre's share of the side's own soldiers at the as-of date, among theatres still open.

    symbol  in code       meaning                                     unit           range
    R       recruitment   recruits reaching the theatres              persons/week   >= 0
    r       mobilised     extra recruits while a mobilisation lasts   persons/week   any
    e       endurance     what the side can still bear, as a share    1              >= 0
    z       recruitment_endurance   elasticity of recruitment on it   1              >= 0

Limits:   R = r = 0 change nothing; what is recruited is what arrives; z = 0: endurance does not matter.
Source:   accounting.
Evidence: statements of ministries and services (scenario).
"""

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import ENDURANCE, MOBILISED, NATIVES, OPEN, REFERENCE_SHARE, parameter
from tertius.mechanisms.carrying_out import LEVER_RECRUITS
from tertius.mechanisms.event_calendar import RECRUITS

RECRUITMENT = parameter("side", "recruitment", "persons/week", "recruits reaching the theatres", low=0)
RECRUITMENT_ENDURANCE = parameter(
    "side", "recruitment_endurance", "1", "elasticity of recruitment on endurance", low=0, default=0.0, most=10.0
)


@mechanism(
    stage="replacement",
    channel="losses",
    by=(RECRUITMENT,),
    reads=(RECRUITMENT, RECRUITMENT_ENDURANCE, ENDURANCE, MOBILISED, REFERENCE_SHARE, OPEN),
    writes=(NATIVES,),
    off=((RECRUITMENT, 0.0), (RECRUITS, 0.0), (LEVER_RECRUITS, 0.0)),
)
def replacement(state: State, params: Params, key: Key) -> None:
    for s in range(2):
        borne = state.side[s, ENDURANCE] ** params.side[s, RECRUITMENT_ENDURANCE]
        recruits = max(0.0, params.side[s, RECRUITMENT] * borne + state.side[s, MOBILISED])
        open_share = 0.0
        for k in range(state.theatre.shape[0]):
            if state.theatre[k, OPEN] > 0.0:
                open_share += state.force[2 * k + s, REFERENCE_SHARE]
        if open_share <= 0.0:
            continue
        for k in range(state.theatre.shape[0]):
            if state.theatre[k, OPEN] > 0.0:
                state.force[2 * k + s, NATIVES] += recruits * state.force[2 * k + s, REFERENCE_SHARE] / open_share
