"""Supply: shells and vehicles from own production and from partners, lagged and capped, and what is fired.

A line delivers through a first-order material delay. In week t, with a = k R exp(g t), on lines of the
side's own times e^y,

    sent      = min(a, C) (1 - h J) / (1 - h J_0)                                                (1)
    Z        <- Z + sent;   delivered = Z / T;   Z <- Z - delivered                              (2)

J being the damage of the target through which the line comes, J_0 that at the as-of date. What is no good of the front
goes into the stock of a weapon or a defence (laws of salvos and air defence). A side, which has a stock H of shells and
wants to fire D rounds a week, fires

    F = min(D, delivered + H / r)                                                                (3)
    H <- H + delivered - F
    E <- max(0, E + vehicles delivered - b x)                                                    (4)

x being last week's losses in persons.

    symbol  in code               meaning                                          unit              range
    R       per_week              what the line sends at the as-of date            items/week        >= 0
    g       growth                growth of the rate                               1/week            any
    C       ceiling               most it can carry                                items/week        >= 0
    T       lag                   mean time from sending to use                    week              >= 1
    k       factor                multiplier moved by events                       1                 >= 0
    h       dependence            share of the rate that is lost with the target   1                 [0, 1]
    Z       transit               on the way                                       items             >= 0
    D       fire_demand           what the side would fire if it had plenty        rounds/week       >= 0
    r       ration_weeks          weeks over which a short stock is spread         week              >= 1
    H       shells                stock                                            rounds            >= 0
    E       equipment             armoured vehicles in service                     vehicles          >= 0
    e       endurance             what the side can still bear, as a share         1                 >= 0
    y       production_endurance  elasticity of its own production on it           1                 >= 0
    b       vehicles_per_loss     vehicles lost for each person lost               vehicles/person   >= 0

Limits:   plenty of stock gives F = D; no stock gives F = delivered; T = 1 delivers what is sent; y = 0 forgets
          endurance; h = 0 forgets damage; items are conserved: stock + transit + fired = stock before +
          transit before + sent.
Source:   (2): first-order material delay, Sterman 2000, Business Dynamics, ch. 11. (3): rationing, our choice.
Evidence: rates are estimates of services and institutes (scenario file).
"""

import math

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.damage import working
from tertius.kernel.fields import (
    DAMAGE,
    DELIVERED,
    ENDURANCE,
    EQUIPMENT,
    EQUIPMENT_GOOD,
    FACTOR,
    FIRE,
    LOSSES,
    REFERENCE_DAMAGE,
    SHELLS,
    SHELLS_DELIVERED,
    SHELLS_GOOD,
    SUPPLY_AT,
    SUPPLY_GOOD,
    SUPPLY_OWN,
    SUPPLY_SIDE,
    TRANSIT,
    parameter,
)

PER_WEEK = parameter("supply", "per_week", "items/week", "what the line sends at the as-of date", low=0)
GROWTH = parameter("supply", "growth", "1/week", "growth of the rate", default=0.0, most=1.0)
CEILING = parameter("supply", "ceiling", "items/week", "most the line can carry", low=0, default=1e12)
LAG = parameter("supply", "lag", "week", "mean time from sending to use", low=1, default=1.0)
DEPENDENCE = parameter(
    "supply",
    "dependence",
    "1",
    "share of the rate that is lost with the target it comes through",
    low=0,
    high=1,
    default=0.0,
)
FIRE_DEMAND = parameter("side", "fire_demand", "rounds/week", "what it would fire if it had plenty", low=0)
RATION_WEEKS = parameter("side", "ration_weeks", "week", "weeks over which a short stock is spread", low=1, default=8.0)
PRODUCTION_ENDURANCE = parameter(
    "side", "production_endurance", "1", "elasticity of its own production on endurance", low=0, default=0.0, most=10.0
)
VEHICLES_PER_LOSS = parameter(
    "side", "vehicles_per_loss", "vehicles/person", "vehicles lost for each person lost", low=0
)


@mechanism(
    stage="supply",
    channel="fire",
    by=(),
    reads=(
        PER_WEEK,
        GROWTH,
        CEILING,
        LAG,
        FACTOR,
        FIRE_DEMAND,
        RATION_WEEKS,
        VEHICLES_PER_LOSS,
        PRODUCTION_ENDURANCE,
        ENDURANCE,
        LOSSES,
        DEPENDENCE,
        DAMAGE,
        REFERENCE_DAMAGE,
        SUPPLY_AT,
        SUPPLY_SIDE,
        SUPPLY_GOOD,
        SUPPLY_OWN,
    ),
    writes=(TRANSIT, DELIVERED, SHELLS, SHELLS_DELIVERED, EQUIPMENT, FIRE),
    off=((PER_WEEK, 0.0), (FIRE_DEMAND, 0.0), (VEHICLES_PER_LOSS, 0.0)),
    at_start=True,
)
def supply(state: State, params: Params, key: Key) -> None:
    at_start = key.week < 0
    for s in range(2):
        state.side[s, SHELLS_DELIVERED] = 0.0
    for i in range(state.supply.shape[0]):
        rate = state.supply[i, FACTOR] * params.supply[i, PER_WEEK]
        side = params.supply_links[i, SUPPLY_SIDE]
        if params.supply_links[i, SUPPLY_OWN] == 1:
            rate *= state.side[side, ENDURANCE] ** params.side[side, PRODUCTION_ENDURANCE]
        growth = math.exp(params.supply[i, GROWTH] * max(0, key.week))
        sent = min(rate * growth, params.supply[i, CEILING])
        at = params.supply_links[i, SUPPLY_AT]
        if at >= 0 and not at_start:
            sent *= working(params.supply[i, DEPENDENCE], state.target[at, DAMAGE], state.target[at, REFERENCE_DAMAGE])
        lag = params.supply[i, LAG]
        if at_start:
            # A line that has run for long before the as-of date is in its steady state.
            state.supply[i, TRANSIT] = sent * (lag - 1.0)
            delivered = sent
        else:
            transit = state.supply[i, TRANSIT] + sent
            delivered = transit / lag
            state.supply[i, TRANSIT] = transit - delivered
        state.supply[i, DELIVERED] = delivered
        if params.supply_links[i, SUPPLY_GOOD] == SHELLS_GOOD:
            state.side[side, SHELLS_DELIVERED] += delivered
        elif params.supply_links[i, SUPPLY_GOOD] == EQUIPMENT_GOOD and not at_start:
            state.side[side, EQUIPMENT] += delivered
    for s in range(2):
        delivered = state.side[s, SHELLS_DELIVERED]
        stock = state.side[s, SHELLS]
        fired = min(params.side[s, FIRE_DEMAND], delivered + stock / params.side[s, RATION_WEEKS])
        state.side[s, FIRE] = fired
        if not at_start:
            state.side[s, SHELLS] = max(0.0, stock + delivered - fired)
            worn = params.side[s, VEHICLES_PER_LOSS] * state.side[s, LOSSES]
            state.side[s, EQUIPMENT] = max(0.0, state.side[s, EQUIPMENT] - worn)
