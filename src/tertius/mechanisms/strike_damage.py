"""Strike damage: what gets through puts targets out of work and kills civilians; what is left is repaired.

The items of a weapon k that leak are shared over the targets that it is aimed at by weight. For a target j,

    l_kj = w_kj / sum_j w_kj leaked_k                                                        (1)
    D   <- 1 - (1 - (1 - r) D) exp(-sum_k v_kj exp(q_k) l_kj)                                (2)
    K    = sum_k m_kj l_kj exp(s u),   u standard normal                                     (3)

    symbol  in code         meaning                                                unit           range
    w       weight          part of the weapon's items aimed at it, by weight      1              >= 0
    v       damage          log damage by an item that gets through                1/item         >= 0
    q       (a weapon's edge)      log factor on it, moved by events and levers     1              any
    m       killed          civilians killed by an item that gets through          persons/item   >= 0
    D       (a target's damage)   share of it out of work                          1              [0, 1]
    r       repair          share of damage that is repaired                       1/week         [0, 1]
    s       harm_shock      weekly noise of log deaths                             1              >= 0
    K       civilians_killed   civilians killed this week                          persons/week   >= 0

Limits:   no leak: damage fades by (1 - r)^t; v = 0: none is done; r = 0: none is repaired; a steady leak with
          q = exp(-v l) ends at (1 - q) / (1 - (1 - r) q).
Source:   exponential damage (independent hits) with first-order repair, our choice.
Evidence: judgement (scenario), save where it cites a source.
"""

import math

from tertius.kernel import Key, Params, State, mechanism, normal
from tertius.kernel.fields import DAMAGE, EDGE, LEAKED, REFERENCE_DAMAGE, TARGET_SIDE, link, parameter, state

STREAM = 94
AIM_WEIGHT = parameter("aim", "weight", "1", "part of the weapon's items aimed at it, by weight", low=0, default=1.0)
AIM_DAMAGE = parameter("aim", "damage", "1/item", "log damage by an item that gets through", low=0, default=0.0)
AIM_KILLED = parameter(
    "aim", "killed", "persons/item", "civilians killed by an item that gets through", low=0, default=0.0
)
AIM_WEAPON = link("aim", "weapon", "slot of its weapon")
AIM_TARGET = link("aim", "target", "slot of the target aimed at")
REPAIR = parameter("target", "repair", "1/week", "share of damage that is repaired", low=0, high=1, default=0.0)
HARM_SHOCK = parameter(
    "target", "harm_shock", "1", "weekly noise of log deaths, standard deviation", low=0, default=0.0, most=10.0
)
HITS = state("target", "hits", "items/week", "items that reached it this week", low=0)
BLOW = state("target", "blow", "1", "log damage done this week", low=0, recorded=False)
CIVILIANS_KILLED = state("target", "civilians_killed", "persons/week", "civilians killed there this week", low=0)
SIDE_KILLED = state("side", "civilians_killed", "persons/week", "civilians of the side killed by strikes", low=0)
SIDE_CUMULATIVE = state(
    "side", "cumulative_civilians_killed", "persons", "civilians killed by strikes since the as-of date", low=0
)


@mechanism(
    stage="damage",
    channel="strikes",
    by=(),
    reads=(
        AIM_WEIGHT,
        AIM_DAMAGE,
        AIM_KILLED,
        AIM_WEAPON,
        AIM_TARGET,
        REPAIR,
        HARM_SHOCK,
        LEAKED,
        EDGE,
        TARGET_SIDE,
    ),
    writes=(DAMAGE, REFERENCE_DAMAGE, HITS, BLOW, CIVILIANS_KILLED, SIDE_KILLED, SIDE_CUMULATIVE),
    off=((AIM_DAMAGE, 0.0), (AIM_KILLED, 0.0)),
    at_start=True,
    stream=STREAM,
)
def strike_damage(state: State, params: Params, key: Key) -> None:
    for j in range(state.target.shape[0]):
        state.target[j, HITS] = 0.0
        state.target[j, BLOW] = 0.0
        state.target[j, CIVILIANS_KILLED] = 0.0
    for a in range(params.aim.shape[0]):
        k = params.aim_links[a, AIM_WEAPON]
        total = 0.0
        for b in range(params.aim.shape[0]):
            if params.aim_links[b, AIM_WEAPON] == k:
                total += params.aim[b, AIM_WEIGHT]
        if total > 0.0:
            j = params.aim_links[a, AIM_TARGET]
            hits = params.aim[a, AIM_WEIGHT] / total * state.weapon[k, LEAKED]
            state.target[j, HITS] += hits
            state.target[j, BLOW] += params.aim[a, AIM_DAMAGE] * math.exp(state.weapon[k, EDGE]) * hits
            state.target[j, CIVILIANS_KILLED] += params.aim[a, AIM_KILLED] * hits
    for s in range(2):
        state.side[s, SIDE_KILLED] = 0.0
    for j in range(state.target.shape[0]):
        side = params.target_links[j, TARGET_SIDE]
        if key.week < 0:
            state.target[j, REFERENCE_DAMAGE] = state.target[j, DAMAGE]
        else:
            left = (1.0 - params.target[j, REPAIR]) * state.target[j, DAMAGE]
            state.target[j, DAMAGE] = 1.0 - (1.0 - left) * math.exp(-state.target[j, BLOW])
            luck = params.target[j, HARM_SHOCK] * normal(key, STREAM, key.target[j])
            state.target[j, CIVILIANS_KILLED] *= math.exp(luck)
            state.side[side, SIDE_CUMULATIVE] += state.target[j, CIVILIANS_KILLED]
        state.side[side, SIDE_KILLED] += state.target[j, CIVILIANS_KILLED]
