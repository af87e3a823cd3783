"""Salvos: each kind of weapon is launched as it has been of late, as far as its stock reaches.

Log launches follow an autoregression about a trend, with bursts that last a week only. In week t = 1, 2, ..., for a
weapon with posture p and damage D of the target that it needs (D_0 at the as-of date),

    x <- a x + s w,    W = Y exp(x + g t + b e) max(0, p) (1 - h D) / (1 - h D_0)            (1)
    L  = min(W, delivered + H / r)                                                           (2)
    H <- H + delivered - L                                                                   (3)

w and e being standard normal. What is delivered comes by the weapon's supply lines, own production included.

    symbol  in code             meaning                                                unit          range
    Y       launch_level        median launched at the as-of posture                   items/week    >= 0
    x       launch_deviation    log deviation at the as-of date                        1             any
    a       launch_persistence  share of a log deviation that lasts a week             1             [0, 1]
    s       launch_shock        weekly shock to log launches                           1             >= 0
    g       launch_growth       growth of the median                                   1/week        any
    b       burst               log noise that lasts a week only                       1             >= 0
    p       posture             multiplier, moved by events and levers                 1             >= 0
    h       dependence          share of launches lost with the target it needs        1             [0, 1]
    H       stock               items in stock; by default without bound               items         >= 0
    r       ration_weeks        weeks over which a short stock is spread               week          >= 1
    L       launched            items launched                                         items/week    >= 0

Limits:   s = b = g = 0 and x = 0 launch Y p every week; no stock launches what is delivered; p = 0 launches nothing;
          stock + launched = stock before + delivered.
Source:   (1): autoregression of logs as for losses; (2): rationing as in the law of supply; our choice.
Evidence: level, growth, persistence, shock, burst from the defender's daily counts, where there are any.
"""

import math

from tertius.kernel import Key, Params, State, mechanism, normal
from tertius.kernel.damage import working
from tertius.kernel.fields import (
    DAMAGE,
    DELIVERED,
    LAUNCHED,
    POSTURE,
    REFERENCE_DAMAGE,
    SUPPLY_WEAPON,
    WEAPON_AT,
    WEAPON_DELIVERED,
    WEAPON_STOCK,
    parameter,
    state,
)

STREAM = 91
STREAM_BURST = 92
LONGEST = 520.0  # weeks
LAUNCH_LEVEL = parameter("weapon", "launch_level", "items/week", "median launched at the as-of posture", low=0)
LAUNCH_GROWTH = parameter("weapon", "launch_growth", "1/week", "growth of the median", default=0.0, most=1.0)
LAUNCH_PERSISTENCE = parameter(
    "weapon", "launch_persistence", "1", "share of a log deviation that lasts a week", low=0, high=1, default=0.0
)
LAUNCH_SHOCK = parameter(
    "weapon", "launch_shock", "1", "weekly shock to log launches, standard deviation", low=0, default=0.0, most=10.0
)
BURST = parameter(
    "weapon", "burst", "1", "log noise that lasts a week only, standard deviation", low=0, default=0.0, most=10.0
)
WEAPON_DEPENDENCE = parameter(
    "weapon", "dependence", "1", "share of launches that is lost with the target it needs", low=0, high=1, default=0.0
)
WEAPON_RATION = parameter(
    "weapon", "ration_weeks", "week", "weeks over which a short stock is spread", low=1, default=1.0
)
LAUNCH_DEVIATION = state(
    "weapon", "launch_deviation", "1", "log launches less their trend", given=True, default=0.0, most=10.0
)
WEAPON_WEEKS_LEFT = state(
    "weapon", "weeks_left", "week", "how long its stock lasts at what it wants to launch; 520 where longer", low=0
)
CUMULATIVE_LAUNCHED = state("weapon", "cumulative_launched", "items", "launched since the as-of date", low=0)


@mechanism(
    stage="salvos",
    channel="strikes",
    by=(WEAPON_DEPENDENCE,),
    reads=(
        LAUNCH_LEVEL,
        LAUNCH_GROWTH,
        LAUNCH_PERSISTENCE,
        LAUNCH_SHOCK,
        BURST,
        WEAPON_DEPENDENCE,
        WEAPON_RATION,
        WEAPON_AT,
        SUPPLY_WEAPON,
        DELIVERED,
        POSTURE,
        DAMAGE,
        REFERENCE_DAMAGE,
    ),
    writes=(WEAPON_DELIVERED, LAUNCH_DEVIATION, LAUNCHED, CUMULATIVE_LAUNCHED, WEAPON_STOCK, WEAPON_WEEKS_LEFT),
    off=((LAUNCH_LEVEL, 0.0), (WEAPON_DEPENDENCE, 0.0)),
    at_start=True,
    stream=STREAM,
)
def salvos(state: State, params: Params, key: Key) -> None:
    for k in range(state.weapon.shape[0]):
        delivered = 0.0
        for i in range(state.supply.shape[0]):
            if params.supply_links[i, SUPPLY_WEAPON] == k:
                delivered += state.supply[i, DELIVERED]
        trend = params.weapon[k, LAUNCH_GROWTH] * (key.week + 1)
        wanted = params.weapon[k, LAUNCH_LEVEL] * max(0.0, state.weapon[k, POSTURE])
        if key.week >= 0:
            shock = params.weapon[k, LAUNCH_SHOCK] * normal(key, STREAM, key.weapon[k])
            state.weapon[k, LAUNCH_DEVIATION] *= params.weapon[k, LAUNCH_PERSISTENCE]
            state.weapon[k, LAUNCH_DEVIATION] += shock
            trend += params.weapon[k, BURST] * normal(key, STREAM_BURST, key.weapon[k])
            at = params.weapon_links[k, WEAPON_AT]
            if at >= 0:
                damage, before = state.target[at, DAMAGE], state.target[at, REFERENCE_DAMAGE]
                wanted *= working(params.weapon[k, WEAPON_DEPENDENCE], damage, before)
        stock = state.weapon[k, WEAPON_STOCK]
        wanted *= math.exp(state.weapon[k, LAUNCH_DEVIATION] + trend)
        launched = min(wanted, delivered + stock / params.weapon[k, WEAPON_RATION])
        state.weapon[k, WEAPON_DELIVERED] = delivered
        state.weapon[k, LAUNCHED] = launched
        if key.week >= 0:
            state.weapon[k, WEAPON_STOCK] = max(0.0, stock + delivered - launched)
            state.weapon[k, CUMULATIVE_LAUNCHED] += launched
        lacking = wanted - delivered
        left = state.weapon[k, WEAPON_STOCK]
        state.weapon[k, WEAPON_WEEKS_LEFT] = min(LONGEST, left / lacking) if lacking > 0.0 else LONGEST
