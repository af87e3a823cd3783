"""Air defence: layers meet what is launched, one after the other, as far as capacity and interceptors reach.

A layer d meets the R_k items of each weapon k of the other side that the layers before it have let through. It can stop
a kind that it has a chance c_k against, at n_k interceptors an item, and shares what it has over these evenly:

    u   = max(0, p) (1 - h D) / (1 - h D_0)                                                                (1)
    f   = min(1, u,  C u / sum_k R_k,  (delivered + I / r) / sum_k n_k R_k)                                (2)
    z_k <- a z_k + s w,    logit c'_k = logit c_k + z_k + q                                                (3)
    downed_k = c'_k f R_k,   R_k <- R_k - downed_k,   I <- I + delivered - sum_k n_k f R_k                  (4)

sums over kinds with c_k > 0, w standard normal. What the last layer lets through has leaked. A layer without
interceptors and capacity in the file (guns, jamming, what falls short) is bounded by neither.

    symbol  in code         meaning                                                unit           range
    c       chance          that an item engaged is stopped, where z = q = 0       1              [0, 1]
    n       per_target      interceptors spent on an item                          1              >= 0
    z       deviation       log odds of it against the as-of date                  1              any
    a       persistence     share of a deviation that lasts a week                 1              [0, 1]
    s       shock           weekly shock to the log odds                           1              >= 0
    C       capacity        items that it can engage before it is saturated        items/week     >= 0
    p       posture         multiplier of it, moved by events and levers; 0: off   1              >= 0
    q       edge            log odds added, moved by events and levers             1              any
    h       dependence      share of it that is lost with the target it needs      1              [0, 1]
    I       interceptors    in stock                                               items          >= 0
    r       ration_weeks    weeks over which a short stock is spread               week           >= 1

Limits:   c = 0, p = 0, no capacity or no interceptors: all leaks; plenty of both: c is stopped; c = 1 with plenty: no
          leak; launched = downed + leaked; interceptors + used = interceptors before + delivered.
Source:   layered defence with finite interceptors and saturation, our form.
Evidence: chances from the defender's own counts of what it brought down (claims).
"""

import math

from tertius.kernel import Key, Params, State, mechanism, normal
from tertius.kernel.damage import working
from tertius.kernel.fields import (
    DAMAGE,
    DEFENCE_AT,
    DEFENCE_EDGE,
    DEFENCE_POSTURE,
    DELIVERED,
    INTERCEPTORS,
    INTERCEPTORS_DELIVERED,
    LAUNCHED,
    LEAKED,
    REFERENCE_DAMAGE,
    SUPPLY_DEFENCE,
    WITHOUT_BOUND,
    link,
    parameter,
    state,
)
from tertius.kernel.mechanism import part
from tertius.mechanisms.salvos import LONGEST

STREAM = 93
CHANCE = parameter(
    "interception", "chance", "1", "that an item engaged is stopped, before deviation and edge", low=0, high=1
)
PER_TARGET = parameter("interception", "per_target", "1", "interceptors spent on an item", low=0, default=1.0)
CHANCE_PERSISTENCE = parameter(
    "interception", "persistence", "1", "share of a deviation that lasts a week", low=0, high=1, default=0.0
)
CHANCE_SHOCK = parameter(
    "interception", "shock", "1", "weekly shock to the log odds, standard deviation", low=0, default=0.0, most=10.0
)
CAPACITY = parameter(
    "defence", "capacity", "items/week", "items that it can engage at most", low=0, default=WITHOUT_BOUND
)
DEFENCE_DEPENDENCE = parameter(
    "defence", "dependence", "1", "share of capacity that is lost with the target it needs", low=0, high=1, default=0.0
)
DEFENCE_RATION = parameter(
    "defence", "ration_weeks", "week", "weeks over which a short stock is spread", low=1, default=1.0
)
CHANCE_DEVIATION = state(
    "interception", "deviation", "1", "log odds against the as-of date", given=True, default=0.0, most=10.0
)
DOWNED = state("interception", "downed", "items/week", "items of the weapon that it stopped this week", low=0)
RANK = link("defence", "rank", "its place among all layers by order, 0 for the first that is met")
INTERCEPTION_DEFENCE = link("interception", "defence", "slot of its defence")
INTERCEPTION_WEAPON = link("interception", "weapon", "slot of the weapon that it stops")
USED = state("defence", "used", "items/week", "interceptors used this week", low=0)
ENGAGED_SHARE = state("defence", "engaged", "1", "share of what it can stop that it engaged this week", low=0, high=1)
DEFENCE_WEEKS_LEFT = state(
    "defence", "weeks_left", "week", "how long its interceptors last at what it would use; 520 where longer", low=0
)
CUMULATIVE_LEAKED = state("weapon", "cumulative_leaked", "items", "got through since the as-of date", low=0)
LEAK_SHARE = state("weapon", "leak_share", "1", "share of this week's launches that got through", low=0, high=1)


@part
def chance_of(state: State, params: Params, n: int, d: int) -> float:
    """Chance that an item engaged is stopped: exact at 0 and 1."""
    chance = params.interception[n, CHANCE]
    moved = state.interception[n, CHANCE_DEVIATION] + state.defence[d, DEFENCE_EDGE]
    if moved == 0.0 or chance <= 0.0 or chance >= 1.0:
        return chance
    return 1.0 / (1.0 + (1.0 - chance) / chance * math.exp(-moved))


@part
def at_work(state: State, params: Params, key: Key, d: int) -> float:
    """Posture and what damage has left of a layer, equation (1)."""
    able = max(0.0, state.defence[d, DEFENCE_POSTURE])
    at = params.defence_links[d, DEFENCE_AT]
    if at >= 0 and key.week >= 0:
        damage, before = state.target[at, DAMAGE], state.target[at, REFERENCE_DAMAGE]
        able *= working(params.defence[d, DEFENCE_DEPENDENCE], damage, before)
    return able


@part
def meet(state: State, params: Params, key: Key, d: int) -> None:
    """One layer meets what has come through so far, LEAKED of each weapon."""
    delivered = 0.0
    for i in range(state.supply.shape[0]):
        if params.supply_links[i, SUPPLY_DEFENCE] == d:
            delivered += state.supply[i, DELIVERED]
    coming = 0.0
    needed = 0.0
    for n in range(state.interception.shape[0]):
        if params.interception_links[n, INTERCEPTION_DEFENCE] == d and params.interception[n, CHANCE] > 0.0:
            arriving = state.weapon[params.interception_links[n, INTERCEPTION_WEAPON], LEAKED]
            coming += arriving
            needed += params.interception[n, PER_TARGET] * arriving
    stock = state.defence[d, INTERCEPTORS]
    able, ready = at_work(state, params, key, d), delivered + stock / params.defence[d, DEFENCE_RATION]
    engaged = min(1.0, able)
    if params.defence[d, CAPACITY] * able < coming * engaged:
        engaged = params.defence[d, CAPACITY] * able / coming
    lacking = needed * engaged - delivered
    if ready < needed * engaged:
        engaged = ready / needed
    for n in range(state.interception.shape[0]):
        if params.interception_links[n, INTERCEPTION_DEFENCE] == d:
            k = params.interception_links[n, INTERCEPTION_WEAPON]
            downed = chance_of(state, params, n, d) * engaged * state.weapon[k, LEAKED]
            state.interception[n, DOWNED] = downed
            state.weapon[k, LEAKED] -= downed
    used = needed * engaged
    state.defence[d, ENGAGED_SHARE] = engaged
    state.defence[d, INTERCEPTORS_DELIVERED] = delivered
    state.defence[d, USED] = used
    if key.week >= 0:
        state.defence[d, INTERCEPTORS] = max(0.0, stock + delivered - used)
    left = state.defence[d, INTERCEPTORS]
    state.defence[d, DEFENCE_WEEKS_LEFT] = min(LONGEST, left / lacking) if lacking > 0.0 else LONGEST


@mechanism(
    stage="air_defence",
    channel="strikes",
    by=(DEFENCE_DEPENDENCE,),
    reads=(
        CHANCE,
        PER_TARGET,
        CHANCE_PERSISTENCE,
        CHANCE_SHOCK,
        CAPACITY,
        DEFENCE_DEPENDENCE,
        DEFENCE_RATION,
        DEFENCE_POSTURE,
        DEFENCE_EDGE,
        DEFENCE_AT,
        RANK,
        INTERCEPTION_DEFENCE,
        INTERCEPTION_WEAPON,
        SUPPLY_DEFENCE,
        DELIVERED,
        LAUNCHED,
        DAMAGE,
        REFERENCE_DAMAGE,
    ),
    writes=(
        CHANCE_DEVIATION,
        DOWNED,
        LEAKED,
        CUMULATIVE_LEAKED,
        LEAK_SHARE,
        INTERCEPTORS,
        INTERCEPTORS_DELIVERED,
        USED,
        ENGAGED_SHARE,
        DEFENCE_WEEKS_LEFT,
    ),
    off=((CHANCE, 0.0), (DEFENCE_DEPENDENCE, 0.0)),
    at_start=True,
    stream=STREAM,
)
def air_defence(state: State, params: Params, key: Key) -> None:
    for k in range(state.weapon.shape[0]):
        state.weapon[k, LEAKED] = state.weapon[k, LAUNCHED]
    if key.week >= 0:
        for n in range(state.interception.shape[0]):
            shock = params.interception[n, CHANCE_SHOCK] * normal(key, STREAM, key.interception[n])
            state.interception[n, CHANCE_DEVIATION] *= params.interception[n, CHANCE_PERSISTENCE]
            state.interception[n, CHANCE_DEVIATION] += shock
    for place in range(state.defence.shape[0]):
        for d in range(state.defence.shape[0]):
            if params.defence_links[d, RANK] == place:
                meet(state, params, key, d)
    for k in range(state.weapon.shape[0]):
        launched, leaked = state.weapon[k, LAUNCHED], state.weapon[k, LEAKED]
        state.weapon[k, LEAK_SHARE] = leaked / launched if launched > 0.0 else 0.0
        if key.week >= 0:
            state.weapon[k, CUMULATIVE_LEAKED] += leaked
