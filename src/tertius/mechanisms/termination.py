"""Termination: a war ends at the rate of past wars of its age, times what both sides would accept; or a side collapses.

Each side is the readier to settle the less it can still bear (e, law of endurance) and the more has been offered (Q, by
instruments). Both are held back by what they do not agree on: a new weight in the balance B of power is read by each to
its own advantage until fighting has shown it.

    r_s = a_s (1 - e_s) + Q_s                                                              (1)
    o  <- o (1 - n) + m mean over open theatres of |B - B last week|                       (2)
    O   = r_A + r_B - o                              room for a settlement                 (3)
    o_0 <- o_0 (1 - n) + m u;   O_0 = a_A w_A + c_A t + a_B w_B + c_B t - o_0,   w_s = min(1, d_s t)
    g   = (q / (1 - q)) exp(-max(0, H - L) (w + t))  odds that the war is of the quick kind
    h_0 = log((1 + g) / (g exp(-H) + exp(-L)));      F from two years of age on, G from four, where given
    h   = h_0 exp(b (O - O_0))                       chance to settle 1 - exp(-h)          (4)
    k_s = K max(0, 1 - e_s / E)                      chance to collapse 1 - exp(-k)        (5)
    what ends it by (4): a settlement, a ceasefire line, fading, A's or B's aims, as S : I : J : v_A : v_B

t weeks after the as-of date, at which the war is w weeks old. Past wars wore their sides too, had offers made in them
and brought news. So what of all this is usual is in the rate already, and only what departs from it counts: wear at the
as-of date's pace (d, law of endurance), offers (c) and news (u) as usual. b (O - O_0) is bounded at 3 in size. Once the
war is over nothing flows and nobody decides: what comes after is another model's.

A future draws how much hazard it takes to end its war once, and ends it in the week in which the sum of h (of k for a
side) reaches it. The chances are (4) and (5) week by week, but two worlds of one future that differ little end their
wars a little apart, not one this year and the other never: small differences can be seen in fewer futures. The kind of
end is drawn once too: each has a waiting time of its share, and the shortest is it.

    symbol  in code            meaning                                                   unit     range
    H       quick_end_rate     how often wars of the quick kind end                      1/week   >= 0
    L       slow_end_rate      how often the others end                                  1/week   >= 0
    q       quick_share        share of the quick kind as wars begin                     1        [0, 1]
    F       old_end_rate       how often wars two and three years old end; 0: as younger 1/week   >= 0
    G       very_old_end_rate  the same from four years on; 0: as younger                1/week   >= 0
    w       war_age            age of the war at the as-of date                          week     >= 0
    b       overlap_response   log of the factor on it as the room grows by one          1        >= 0
    a       weariness          readiness to settle of a side that can bear no more       1        >= 0
    c       usual_offers       readiness that a week's offers add as usual               1/week   >= 0
    o       optimism           what the sides expect more than can come true for both    1        >= 0
    m       surprise           optimism that a change of the balance by one brings       1        >= 0
    u       usual_news         change of the balance that a week brings as usual         1/week   >= 0
    n       learning           share of optimism that a week of fighting takes           1/week   [0, 1]
    K       collapse_rate      how often a side with no endurance collapses              1/week   >= 0
    E       collapse_below     endurance below which it can                              1        >= 0
    S       settlement_share   weight of a settlement among ends                         1        >= 0
    I       line_share         weight of a ceasefire that leaves a line                  1        >= 0
    J       fading_share       weight of fighting that fades without a word              1        >= 0
    v       aims_share         weight of the side's reaching its aims                    1        >= 0

Limits:   H = L = F = G = K = 0: no end; b = 0: age alone; H = L, F = G = 0: a constant rate; m = 0 and o = 0: no
          disagreement; S = I = J = v = 0: every end but a collapse is a settlement.
Source:   (4) two kinds of wars and old ones, fitted to past ones (`tertius history fit`); kinds of end (`tertius
          history ends`); bargaining range and private information: Fearon 1995; learning by fighting: Slantchev 2003.
          The forms (1) to (3) and (5) are our choice.
Evidence: H, L, q, F, G, S, I, J, v from past wars. b, a, m, n: judgement. u, c: what leaves that rate as it is in the
          model's own futures without the entry. An entry has no shown effect on duration, and nothing shows what
          moves the kind of end.
"""

import math
from typing import Any

import numpy as np

from tertius.kernel import Key, Params, State, mechanism, uniform_once
from tertius.kernel.fields import BALANCE, ENDED, ENDURANCE, OFFERED, OPEN, parameter, state
from tertius.kernel.mechanism import part
from tertius.mechanisms.endurance import DRAIN

STREAM = 63
STREAM_COLLAPSE = 64
STREAM_KIND = 65
OLD, VERY_OLD = 2 * 365.25 / 7, 4 * 365.25 / 7  # week
LARGEST_LOG = 3.0
SMALLEST = 1e-300  # a war of the quick kind that lasts on is still of that kind where all are
QUICK_END = parameter("world", "quick_end_rate", "1/week", "how often wars of the quick kind end", low=0, default=0.0)
SLOW_END = parameter("world", "slow_end_rate", "1/week", "how often the others end", low=0, default=0.0)
QUICK_SHARE = parameter(
    "world", "quick_share", "1", "share of the quick kind as wars begin", low=0, high=1, default=0.0
)
OLD_END = parameter("world", "old_end_rate", "1/week", "how often wars two and three years old end", low=0, default=0.0)
VERY_OLD_END = parameter(
    "world", "very_old_end_rate", "1/week", "how often wars of four years and more end", low=0, default=0.0
)
WAR_AGE = parameter("world", "war_age", "week", "age of the war at the as-of date", low=0, default=0.0)
OVERLAP_RESPONSE = parameter(
    "world", "overlap_response", "1", "log of the factor as the room grows by one", low=0, default=0.0
)
SURPRISE = parameter("world", "surprise", "1", "optimism that a change of the balance brings", low=0, default=0.0)
USUAL_NEWS = parameter(
    "world", "usual_news", "1/week", "change of the balance that a week brings as usual", low=0, default=0.0
)
LEARNING = parameter("world", "learning", "1/week", "share of optimism that a week takes", low=0, high=1, default=0.0)
COLLAPSE_RATE = parameter(
    "world", "collapse_rate", "1/week", "how often a side with no endurance collapses", low=0, default=0.0
)
COLLAPSE_BELOW = parameter("world", "collapse_below", "1", "endurance below which it can", low=0, default=0.3, most=1.0)
WEARINESS = parameter(
    "side", "weariness", "1", "readiness to settle of a side that can bear no more", low=0, default=0.0
)
USUAL_OFFERS = parameter(
    "side", "usual_offers", "1/week", "readiness that a week's offers add as usual", low=0, default=0.0, most=1.0
)
SETTLEMENT = parameter("world", "settlement_share", "1", "weight of a settlement among ends", low=0, default=0.0)
LINE = parameter("world", "line_share", "1", "weight of a ceasefire that leaves a line", low=0, default=0.0)
FADING = parameter("world", "fading_share", "1", "weight of fighting that fades without a word", low=0, default=0.0)
AIMS = parameter("side", "aims_share", "1", "weight of the side's reaching its aims", low=0, default=0.0)
OPTIMISM = state(
    "world", "optimism", "1", "what the sides expect more than can come true for both", low=0, given=True, default=0.0
)
OVERLAP = state("world", "overlap", "1", "room for a settlement")
REFERENCE_OPTIMISM = state("world", "reference_optimism", "1", "optimism as usual", low=0, recorded=False)
END_CHANCE = state("world", "end_chance", "1/week", "chance of a settlement in the week", low=0, high=1)
END_PRESSURE = state("world", "end_pressure", "1", "hazard of a settlement so far", low=0, recorded=False)
SETTLED = state("world", "settled", "1", "1 where the war ended by a settlement", low=0, high=1)
CEASEFIRE = state("world", "ceasefire", "1", "1 where the war ended on a ceasefire line", low=0, high=1)
FADED = state("world", "faded", "1", "1 where the fighting faded without a word", low=0, high=1)
AIMS_MET = state("side", "aims_met", "1", "1 where the war ended with the side's aims", low=0, high=1)
READINESS = state("side", "readiness", "1", "readiness to settle")
COLLAPSED = state("side", "collapsed", "1", "1 where the war ended by its collapse", low=0, high=1)
COLLAPSE_PRESSURE = state("side", "collapse_pressure", "1", "hazard of a collapse so far", low=0, recorded=False)
LAST_BALANCE = state("theatre", "last_balance", "1", "last week's balance", recorded=False)


def lasting_week(quick: Any, slow: Any, share: Any, old: Any, very_old: Any, age: Any) -> Any:
    """Chance that a war `age` weeks old lasts the week by its age alone: exp(-h_0) of (4).

    quick, slow, share, old, very_old: H, L, q, F and G of the table. All are numbers, or arrays of one shape.
    """
    faded = np.maximum(np.exp(-np.maximum(0.0, quick - slow) * age), SMALLEST)
    soon, late = share * faded, 1.0 - share
    young = (soon * np.exp(-quick) + late * np.exp(-slow)) / (soon + late)
    ripe = 1.0 * (age >= VERY_OLD) * (very_old > 0.0)
    worn = 1.0 * (age >= OLD) * (age < VERY_OLD) * (old > 0.0)
    return ripe * np.exp(-very_old) + worn * np.exp(-old) + (1.0 - ripe - worn) * young


lasts = part(lasting_week)


@part
def waiting(key: Key, name: np.uint64, weight: float) -> float:
    """Waiting time of a kind of end by its weight."""
    return -math.log(uniform_once(key, STREAM_KIND, name)) / weight if weight > 0.0 else math.inf


@part
def end_as(state: State, params: Params, key: Key) -> None:
    """Draw the kind of end: names, not places, have the luck, so that it does not matter which side comes first."""
    settlement = waiting(key, np.uint64(0), params.world[0, SETTLEMENT])
    line = waiting(key, np.uint64(1), params.world[0, LINE])
    fading = waiting(key, np.uint64(2), params.world[0, FADING])
    aims_a = waiting(key, key.side[0], params.side[0, AIMS])
    aims_b = waiting(key, key.side[1], params.side[1, AIMS])
    first = min(settlement, line, fading, aims_a, aims_b)
    if settlement <= first:
        state.world[0, SETTLED] = 1.0
    elif line <= first:
        state.world[0, CEASEFIRE] = 1.0
    elif fading <= first:
        state.world[0, FADED] = 1.0
    elif aims_a <= first:
        state.side[0, AIMS_MET] = 1.0
    else:
        state.side[1, AIMS_MET] = 1.0


@mechanism(
    stage="termination",
    channel="ending",
    reads=(
        QUICK_END,
        SLOW_END,
        QUICK_SHARE,
        OLD_END,
        VERY_OLD_END,
        WAR_AGE,
        OVERLAP_RESPONSE,
        SURPRISE,
        USUAL_NEWS,
        LEARNING,
        COLLAPSE_RATE,
        COLLAPSE_BELOW,
        WEARINESS,
        USUAL_OFFERS,
        SETTLEMENT,
        LINE,
        FADING,
        AIMS,
        DRAIN,
        ENDURANCE,
        OFFERED,
        BALANCE,
        OPEN,
    ),
    writes=(
        ENDED,
        OPTIMISM,
        OVERLAP,
        REFERENCE_OPTIMISM,
        END_CHANCE,
        END_PRESSURE,
        SETTLED,
        CEASEFIRE,
        FADED,
        AIMS_MET,
        READINESS,
        COLLAPSED,
        COLLAPSE_PRESSURE,
        LAST_BALANCE,
    ),
    off=((QUICK_END, 0.0), (SLOW_END, 0.0), (OLD_END, 0.0), (VERY_OLD_END, 0.0), (COLLAPSE_RATE, 0.0)),
    at_start=True,
    stream=STREAM,
)
def termination(state: State, params: Params, key: Key) -> None:
    change = 0.0
    held = 0
    for k in range(state.theatre.shape[0]):
        if state.theatre[k, OPEN] > 0.0:
            held += 1
            if key.week >= 0:
                change += abs(state.theatre[k, BALANCE] - state.theatre[k, LAST_BALANCE])
        state.theatre[k, LAST_BALANCE] = state.theatre[k, BALANCE]
    if key.week >= 0:
        state.world[0, OPTIMISM] *= 1.0 - params.world[0, LEARNING]
        state.world[0, OPTIMISM] += params.world[0, SURPRISE] * change / held if held > 0 else 0.0
        state.world[0, REFERENCE_OPTIMISM] *= 1.0 - params.world[0, LEARNING]
        state.world[0, REFERENCE_OPTIMISM] += params.world[0, SURPRISE] * params.world[0, USUAL_NEWS]
    else:
        state.world[0, REFERENCE_OPTIMISM] = state.world[0, OPTIMISM]
    overlap = 0.0
    usual = 0.0
    for s in range(2):
        worn = 1.0 - min(state.side[s, ENDURANCE], 1.0)
        state.side[s, READINESS] = params.side[s, WEARINESS] * worn + state.side[s, OFFERED]
        overlap += state.side[s, READINESS]
        gone = min(max(params.side[s, DRAIN] * (key.week + 1), 0.0), 1.0)
        usual += params.side[s, WEARINESS] * gone + params.side[s, USUAL_OFFERS] * (key.week + 1)
    # Both sides first: a sum of three would depend on which comes first.
    overlap -= state.world[0, OPTIMISM]
    usual -= state.world[0, REFERENCE_OPTIMISM]
    state.world[0, OVERLAP] = overlap
    more = params.world[0, OVERLAP_RESPONSE] * (overlap - usual)
    quick, slow = params.world[0, QUICK_END], params.world[0, SLOW_END]
    age = params.world[0, WAR_AGE] + max(key.week, 0)
    old, very_old = params.world[0, OLD_END], params.world[0, VERY_OLD_END]
    lasting = lasts(quick, slow, params.world[0, QUICK_SHARE], old, very_old, age)
    hazard = -math.log(max(lasting, 1e-300))
    hazard *= math.exp(min(max(more, -LARGEST_LOG), LARGEST_LOG))
    state.world[0, END_CHANCE] = -math.expm1(-hazard)
    if key.week < 0:
        return
    state.world[0, END_PRESSURE] += hazard
    by_itself = hazard > 0.0 and uniform_once(key, STREAM, np.uint64(0)) < -math.expm1(-state.world[0, END_PRESSURE])
    if by_itself:
        state.world[0, ENDED] = 1.0
        end_as(state, params, key)
    for s in range(2):
        below = params.world[0, COLLAPSE_BELOW]
        if by_itself or below <= 0.0 or state.side[s, ENDURANCE] >= below:
            continue
        collapse = params.world[0, COLLAPSE_RATE] * (1.0 - state.side[s, ENDURANCE] / below)
        state.side[s, COLLAPSE_PRESSURE] += collapse
        drawn = uniform_once(key, STREAM_COLLAPSE, key.side[s])
        if collapse > 0.0 and drawn < -math.expm1(-state.side[s, COLLAPSE_PRESSURE]):
            state.side[s, COLLAPSED] = 1.0
            state.world[0, ENDED] = 1.0
