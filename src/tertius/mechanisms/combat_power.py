"""Combat power: what a side can bring to bear in a theatre.

For side s in theatre k, with N_s the sum of M_sk over open theatres,

    M_sk = H_sk n_sk + sum over contingents c in k of q_c u_c                         mass     (1)
    P_sk = L_s (F_s / N_s)^phi (E_s / N_s)^psi M_sk                                   power    (2)

Fire and vehicles are the side's own and are shared over its usable soldiers, so that they count once. (Shared over
heads, a contingent of no use would take fire from the others and weaken its host everywhere.) Only ratios of power
between dates are used, so units drop out. Fire is floored at a thousandth of what the side would fire with plenty,
vehicles at one, so that a logarithm can be taken.

    symbol  in code              meaning                                            unit         range
    n_sk    troops               own soldiers of the side in the theatre            persons      >= 0
    H_sk    native_integration   share of their power that can be used              1            [0, 1]
    q_c     quality              one integrated soldier against one of the host's   1            >= 0
    u_c     usable               soldiers of the contingent who can be used         persons      >= 0
    L_s     leadership           command capacity left after lending officers       1            [0, 1]
    F_s     fire                 rounds fired                                       rounds/week  >= 0
    E_s     equipment            vehicles in service                                vehicles     >= 0
    phi     fire_exponent        elasticity of power on fire                        1            >= 0
    psi     equipment_exponent   elasticity of power on vehicles                    1            >= 0

Limits:   phi = psi = 0 leaves L_s M_sk; without contingents M is the own soldiers; power rises with every input but
          dilutes fire as soldiers are added: d log P / d log M = 1 - phi - psi for a side with one theatre; a
          contingent with q u = 0 that leads nobody changes no power.
Source:   a Cobb-Douglas form, constant returns in soldiers, fire and vehicles: our choice, as in the aggregate combat
          models of Dupuy 1979, Numbers, Predictions and War.
Evidence: elasticities are judgement (scenario).
"""

import math

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import (
    CONTINGENT_SIDE,
    EQUIPMENT,
    FIRE,
    FOREIGN_MASS,
    LEADERSHIP,
    LOCATION,
    MASS,
    NATIVE_INTEGRATION,
    NATIVES,
    OPEN,
    POWER,
    QUALITY,
    STRENGTH,
    USABLE,
    parameter,
)
from tertius.mechanisms.supply import FIRE_DEMAND

FIRE_EXPONENT = parameter(
    "world", "fire_exponent", "1", "elasticity of combat power on fire per soldier", low=0, high=1
)
EQUIPMENT_EXPONENT = parameter(
    "world", "equipment_exponent", "1", "elasticity of combat power on vehicles per soldier", low=0, high=1
)


@mechanism(
    stage="power",
    channel="fire",
    by=(FIRE_EXPONENT, EQUIPMENT_EXPONENT),
    reads=(
        NATIVES,
        NATIVE_INTEGRATION,
        OPEN,
        USABLE,
        QUALITY,
        LOCATION,
        CONTINGENT_SIDE,
        LEADERSHIP,
        FIRE,
        FIRE_DEMAND,
        EQUIPMENT,
        FIRE_EXPONENT,
        EQUIPMENT_EXPONENT,
    ),
    writes=(STRENGTH, FOREIGN_MASS, MASS, POWER),
    off=((FIRE_EXPONENT, 0.0), (EQUIPMENT_EXPONENT, 0.0), (QUALITY, 0.0)),
    at_start=True,
)
def combat_power(state: State, params: Params, key: Key) -> None:
    theatres = state.theatre.shape[0]
    for s in range(2):
        for k in range(theatres):
            state.force[2 * k + s, FOREIGN_MASS] = 0.0
        for c in range(state.contingent.shape[0]):
            k = int(state.contingent[c, LOCATION])
            if params.contingent_links[c, CONTINGENT_SIDE] == s and k >= 0 and state.theatre[k, OPEN] > 0.0:
                usable = params.contingent[c, QUALITY] * state.contingent[c, USABLE]
                state.force[2 * k + s, FOREIGN_MASS] += usable
        strength = 0.0
        for k in range(theatres):
            own = state.force[2 * k + s, NATIVES] * state.force[2 * k + s, NATIVE_INTEGRATION]
            mass = own + state.force[2 * k + s, FOREIGN_MASS]
            state.force[2 * k + s, MASS] = mass
            if state.theatre[k, OPEN] > 0.0:
                strength += mass
        state.side[s, STRENGTH] = strength
        per_soldier = 0.0
        if strength > 0.0:
            fire = max(state.side[s, FIRE], 1e-3 * params.side[s, FIRE_DEMAND], 1e-3)
            vehicles = max(state.side[s, EQUIPMENT], 1.0)
            log_fire = params.world[0, FIRE_EXPONENT] * math.log(fire / strength)
            log_vehicles = params.world[0, EQUIPMENT_EXPONENT] * math.log(vehicles / strength)
            per_soldier = state.side[s, LEADERSHIP] * math.exp(log_fire + log_vehicles)
        for k in range(theatres):
            state.force[2 * k + s, POWER] = per_soldier * state.force[2 * k + s, MASS]
