"""Deliberation: each actor's chance to act in the coming week, and what it would then do.

An actor a has interests in stakes, weights w that sum to one, and wants more or less of each (d = 1 or -1). The worth
of a unit more of a stake falls as there is more of it, so what counts of it against the as-of date is, with u the
change that is known and not yet usual (law of stakes), the restoring term

    m = - w u k,   k = h if d u < 0 (a loss looms larger), else 1 - 2 o (success draws on)  (1)

A step up of instrument i moves stake x by g_ix. It is worth

    V_i = lam [ sum_x m_x g_ix + W sum_j A_j B_ji ] + phi F_i - r (l_i - l_i0) + Z_i + H_i  (2)
    A_j = sum_x m_x g_jx         what a step up of a rival's instrument j is worth to a
    B_ji = - lam sum_x w'_x k'_x g_ix (c_j g_jx - (1 - kap') n_j G_x)                      (3)

B_ji being how the expected step of j in a week answers to a's step: the rival b (primed) is taken to respond with last
week's chances (c_j = up + down, n_j = up - down) and its own restoring terms, once, to first order (level-1); G_x is
what b's expected act does to stake x. The sum over j is good to first order, so it is bounded at 1 in size. A step down
is worth -V_i; both are bounded at 4 in size. Then with the logit response over the open options,

    Q = sum pi exp(V) / R,   chance to act = 1 - exp(-p (R / y) Q^kap)                     (4)
    chance of an option = chance to act x pi exp(V) / sum pi exp(V)                        (5)

R being the sum of pi over the options open at the as-of date, y the weeks of a year. With kap = 1 each option keeps its
own rate, pi exp(V), whatever else is open.

All of (2) but Z and H counts only in the futures that go by this law, interests, which claims its futures by weight
(law of rates); in the others V = Z + H and kap = 1.

What is held keeps its place in Q and in (5), and then does not happen: nothing else is done in its place.

    symbol  in code              meaning                                              unit      range
    w       weight               weight of a stake for the actor, before normalising  1         >= 0
    h       loss_aversion        how much more a loss counts than a gain              1         >= 1
    o       opportunism          0: of a gain enough is enough; 1: it is pressed on   1         [0, 1]
    lam     choice_precision     how strongly worth moves choice                      1         >= 0
    W       foresight_weeks      weeks of rivals' answers that are foreseen           week      >= 0
    phi     following            pull of recent like steps by others                  1         any
    F       (from recent)        others' recent steps of that kind, up less down      1         any
    r       restraint            worth lost per level away from that at the start     1         >= 0
    Z       signalled            worth by red lines (law of red lines)                1         any
    H       urged                log factor by other laws of decision                 1         any
            interests_weight     weight of this law among the laws of decision        1         >= 0
    pi      rate                 base rate of the step                                1/year    >= 0
            held                 1 where the instrument may not be moved by choice    1         [0, 1]
            capped               1 where it may not be moved up by choice             1         [0, 1]
    p       pace                 how often the actor acts against that sum            1         >= 0
    kap     act_response         whether worth moves how often (1) or only what (0)   1         [0, 1]

Limits:   lam = phi = r = Z = 0: base rates; u = 0 and nothing done: base rates too, so interests are not counted twice;
          no interest in what moves: base rates; kap = 0: the chance to act is R's alone; W = 0: rivals are taken to
          stand still; o = 1/2: gains move nothing.
Source:   (1) quadratic loss about a reference point (spatial model; Tversky and Kahneman 1992 for h near 2);
          (4), (5) proportional hazards and McKelvey and Palfrey 1995 with a base rate; (3) level-1, our choice.
Evidence: base rates from records, disputes and aid (scenario); lam, W, kap, o, weights: judgement.
"""

import math
from typing import NamedTuple

import numpy as np

from tertius.kernel import Key, Params, State, mechanism, uniform_once
from tertius.kernel.borrow import borrow
from tertius.kernel.choice import quantal_response
from tertius.kernel.fields import (
    ACT_CHANCE,
    CHANCE,
    CONSEQUENCE_STAKE,
    DECISION_LAW,
    END_CONSEQUENCE,
    END_INSTRUMENT,
    FIRST_CONSEQUENCE,
    FIRST_INSTRUMENT,
    GROUP,
    INSTRUMENT_ACTOR,
    LAWS_WEIGHT,
    LEVEL,
    PACE,
    PER_LEVEL,
    RECENT,
    REFERENCE_LEVEL,
    SIGNALLED,
    TOP_LEVEL,
    UNSETTLED,
    URGED,
    link,
    parameter,
    state,
)
from tertius.kernel.mechanism import part
from tertius.kernel.state import Floats
from tertius.kernel.tables import table_of
from tertius.mechanisms.red_lines import DETERRENCE, TIED_HANDS

STREAM = 52
LARGEST_VALUE = 4.0  # a factor of 55 on a base rate; what asks for more is outside what base rates can tell
WEEKS_A_YEAR = 365.25 / 7
LARGEST_FORESEEN = 1.0  # answers taken to first order are good while they are small
PRECISION = parameter("world", "choice_precision", "1", "how strongly worth moves choice", low=0, default=0.0)
INTERESTS_WEIGHT = parameter(
    "world", "interests_weight", "1", "weight of the law that states decide by their interests", low=0, default=1.0
)
LOSS_AVERSION = parameter("world", "loss_aversion", "1", "how much more a loss counts than a gain", low=1, default=1.0)
OPPORTUNISM = parameter("world", "opportunism", "1", "whether a gain is pressed on", low=0, high=1, default=0.0)
FORESIGHT = parameter("world", "foresight_weeks", "week", "weeks of rivals' answers foreseen", low=0, default=0.0)
ACT_RESPONSE = parameter(
    "world", "act_response", "1", "whether worth moves how often an actor acts (1) or only what it does (0)", low=0,
    high=1, default=1.0,
)  # fmt: skip
FOLLOWING = parameter("actor", "following", "1", "pull of recent like steps by others", default=0.0)
RESTRAINT = parameter(
    "instrument", "restraint", "1", "worth lost per level away from that at the start", low=0, default=0.0
)
HELD = parameter(
    "instrument", "held", "1", "1 where it may not be moved by choice", low=0, high=1, default=0.0, whole=True
)
CAPPED = parameter(
    "instrument", "capped", "1", "1 where it may not be moved up by choice", low=0, high=1, default=0.0, whole=True
)
RATE = parameter("option", "rate", "1/year", "base rate of the step", low=0, default=0.0)
WEIGHT = parameter("interest", "weight", "1", "weight of the stake for the actor", low=0, default=0.0)
WANTS = link("interest", "wants", "1 for more, -1 for less, 0 for no interest")
INTEREST_SHARE = state(
    "interest", "share", "1", "weight of the stake among the actor's interests", low=0, high=1, recorded=False
)
VALUE = state("option", "value", "1", "worth of the step, less that at the as-of date", recorded=False)
OPEN_RATE = state(
    "option", "open_rate", "1/year", "its base rate while the step can be taken, else 0", low=0, recorded=False
)
REFERENCE_RATE = state(
    "actor", "reference_rate", "1/year", "sum of base rates of the steps open at the as-of date", low=0, recorded=False
)
PRESSURE = state("actor", "pressure", "1", "log of how much more there is reason to act than at the as-of date")
GROUP_RECENT = state("instrument", "group_recent", "1", "recent steps of its kind by all", recorded=False)
WORTH = state("consequence", "worth", "1", "worth of a step up by what it does to the stake")
DIRECT = state("instrument", "direct", "1", "worth of a step up by what it does itself", recorded=False)
INDIRECT = state("instrument", "indirect", "1", "worth of a step up by rivals' foreseen answers")
FOLLOWED = state("instrument", "followed", "1", "worth of a step up by others' recent like steps")
RESTRAINED = state("instrument", "restrained", "1", "worth of a step up by its distance from the level at the start")


class Minds(NamedTuple):
    """What the actors think in one week, all 0 at first, as tables of one column.

    Of interests, row actor * stakes + stake:

    slope        how fast the worth of a unit more falls, w k of (1)
    marginal     worth of a unit more, less that at the as-of date, m of (1)
    mean_effect  change of the stake by the actor's expected act, G of (3)
    foreseen     worth of a unit more through rivals' answers, the sum over j in (2)

    answers      row stakes * stake that a step moves + stake that changed: the bracket of (3), summed over all actors
    """

    slope: Floats
    marginal: Floats
    mean_effect: Floats
    foreseen: Floats
    answers: Floats


@part
def weigh(state: State, params: Params, minds: Minds, at_start: bool) -> None:
    """Actors' interests: shares, restoring terms (1) and slopes; effects of each one's expected act."""
    stakes = state.stake.shape[0]
    for a in range(state.actor.shape[0]):
        if at_start:
            total = 0.0
            for x in range(stakes):
                total += params.interest[a * stakes + x, WEIGHT]
            for x in range(stakes):
                share = params.interest[a * stakes + x, WEIGHT] / total if total > 0.0 else 0.0
                state.interest[a * stakes + x, INTEREST_SHARE] = share
        for x in range(stakes):
            slope = state.interest[a * stakes + x, INTEREST_SHARE]
            if slope != 0.0:
                change = state.stake[x, UNSETTLED]
                gained = params.interest_links[a * stakes + x, WANTS] * change
                slope *= params.world[0, LOSS_AVERSION] if gained < 0.0 else 1.0 - 2.0 * params.world[0, OPPORTUNISM]
                minds.slope[a * stakes + x, 0] = slope
                minds.marginal[a * stakes + x, 0] = -slope * change
        chance = state.actor[a, ACT_CHANCE]
        if chance > 0.0:
            for i in range(params.actor_links[a, FIRST_INSTRUMENT], params.actor_links[a, END_INSTRUMENT]):
                net = (state.option[2 * i, CHANCE] - state.option[2 * i + 1, CHANCE]) / chance
                first, end = params.instrument_links[i, FIRST_CONSEQUENCE], params.instrument_links[i, END_CONSEQUENCE]
                for n in range(first, end):
                    x = params.consequence_links[n, CONSEQUENCE_STAKE]
                    minds.mean_effect[a * stakes + x, 0] += net * params.consequence[n, PER_LEVEL]


@part
def answer(state: State, params: Params, minds: Minds) -> None:
    """How all actors' expected steps answer to a change of each stake."""
    stakes = state.stake.shape[0]
    for j in range(state.instrument.shape[0]):
        moves = state.option[2 * j, CHANCE] + state.option[2 * j + 1, CHANCE]
        if moves == 0.0:
            continue
        b = params.instrument_links[j, INSTRUMENT_ACTOR]
        first, end = params.instrument_links[j, FIRST_CONSEQUENCE], params.instrument_links[j, END_CONSEQUENCE]
        for m in range(first, end):
            x = params.consequence_links[m, CONSEQUENCE_STAKE]
            slope = minds.slope[b * stakes + x, 0]
            if slope != 0.0:
                for n in range(first, end):
                    effect = moves * params.consequence[n, PER_LEVEL]
                    y = params.consequence_links[n, CONSEQUENCE_STAKE]
                    minds.answers[y * stakes + x, 0] -= effect * params.consequence[m, PER_LEVEL] * slope
    for b in range(state.actor.shape[0]):
        less = (1.0 - params.world[0, ACT_RESPONSE]) * state.actor[b, ACT_CHANCE]
        if less == 0.0:
            continue
        # Most stakes are moved by few actors, and of these few have an interest in them.
        for x in range(stakes):
            mean = less * minds.slope[b * stakes + x, 0] * minds.mean_effect[b * stakes + x, 0]
            if mean != 0.0:
                for y in range(stakes):
                    effect = minds.mean_effect[b * stakes + y, 0]
                    if effect != 0.0:
                        minds.answers[y * stakes + x, 0] += mean * effect


@part
def foresee(state: State, params: Params, minds: Minds) -> None:
    """Worth to each actor of a unit more of each stake through its rivals' answers, the sum over j in (2)."""
    stakes = state.stake.shape[0]
    ahead = params.world[0, FORESIGHT] * params.world[0, PRECISION]
    less = 1.0 - params.world[0, ACT_RESPONSE]
    for a in range(state.actor.shape[0]):
        for y in range(stakes):
            worth = ahead * minds.marginal[a * stakes + y, 0]
            if worth != 0.0:
                for x in range(stakes):
                    minds.foreseen[a * stakes + x, 0] += worth * minds.answers[y * stakes + x, 0]
        # Its own answers are not among its rivals'.
        for j in range(params.actor_links[a, FIRST_INSTRUMENT], params.actor_links[a, END_INSTRUMENT]):
            up, down = state.option[2 * j, CHANCE], state.option[2 * j + 1, CHANCE]
            first, end = params.instrument_links[j, FIRST_CONSEQUENCE], params.instrument_links[j, END_CONSEQUENCE]
            worth = 0.0
            for n in range(first, end):
                y = params.consequence_links[n, CONSEQUENCE_STAKE]
                worth += ahead * minds.marginal[a * stakes + y, 0] * params.consequence[n, PER_LEVEL]
            for n in range(first, end):
                x = params.consequence_links[n, CONSEQUENCE_STAKE]
                own = (up + down) * params.consequence[n, PER_LEVEL] * minds.slope[a * stakes + x, 0]
                minds.foreseen[a * stakes + x, 0] += worth * own
            net = worth * less * (up - down)
            if net != 0.0:
                for x in range(stakes):
                    moved = minds.slope[a * stakes + x, 0] * minds.mean_effect[a * stakes + x, 0]
                    if moved != 0.0:
                        minds.foreseen[a * stakes + x, 0] -= net * moved


@part
def weigh_up(state: State, params: Params, minds: Minds, i: int) -> None:
    """Terms of the worth of an instrument's step up, (2), to its actor."""
    stakes = state.stake.shape[0]
    a = params.instrument_links[i, INSTRUMENT_ACTOR]
    direct = 0.0
    indirect = 0.0
    for n in range(params.instrument_links[i, FIRST_CONSEQUENCE], params.instrument_links[i, END_CONSEQUENCE]):
        x = params.consequence_links[n, CONSEQUENCE_STAKE]
        moved = minds.marginal[a * stakes + x, 0] * params.consequence[n, PER_LEVEL]
        state.consequence[n, WORTH] = params.world[0, PRECISION] * moved
        direct += moved
        indirect += minds.foreseen[a * stakes + x, 0] * params.consequence[n, PER_LEVEL]
    group = params.instrument_links[i, GROUP]
    recent = state.instrument[group, GROUP_RECENT]
    for j in range(params.actor_links[a, FIRST_INSTRUMENT], params.actor_links[a, END_INSTRUMENT]):
        if params.instrument_links[j, GROUP] == group:
            recent -= state.instrument[j, RECENT]
    away = state.instrument[i, LEVEL] - state.instrument[i, REFERENCE_LEVEL]
    foreseen = min(max(params.world[0, PRECISION] * indirect, -LARGEST_FORESEEN), LARGEST_FORESEEN)
    state.instrument[i, DIRECT] = params.world[0, PRECISION] * direct
    state.instrument[i, INDIRECT] = foreseen
    state.instrument[i, FOLLOWED] = params.actor[a, FOLLOWING] * recent
    state.instrument[i, RESTRAINED] = -params.instrument[i, RESTRAINT] * away


@part
def forget(state: State, params: Params, i: int) -> None:
    """The same where the future goes by another law: none."""
    for n in range(params.instrument_links[i, FIRST_CONSEQUENCE], params.instrument_links[i, END_CONSEQUENCE]):
        state.consequence[n, WORTH] = 0.0
    state.instrument[i, DIRECT] = 0.0
    state.instrument[i, INDIRECT] = 0.0
    state.instrument[i, FOLLOWED] = 0.0
    state.instrument[i, RESTRAINED] = 0.0


@part
def value(state: State, params: Params, minds: Minds, by_interests: bool) -> None:
    """Worth of the instruments' steps, (2), and which of them are open."""
    for i in range(state.instrument.shape[0]):
        state.instrument[i, GROUP_RECENT] = 0.0
        state.instrument[params.instrument_links[i, GROUP], GROUP_RECENT] += state.instrument[i, RECENT]
    for i in range(state.instrument.shape[0]):
        if by_interests:
            weigh_up(state, params, minds, i)
        else:
            forget(state, params, i)
        worth = state.instrument[i, DIRECT] + state.instrument[i, INDIRECT]
        worth += state.instrument[i, FOLLOWED] + state.instrument[i, RESTRAINED]
        worth += state.instrument[i, SIGNALLED] + state.instrument[i, URGED]
        state.instrument[i, URGED] = 0.0
        level = state.instrument[i, LEVEL]
        bounded = min(max(worth, -LARGEST_VALUE), LARGEST_VALUE)
        state.option[2 * i, VALUE] = bounded
        state.option[2 * i + 1, VALUE] = -bounded
        can_rise = level < params.instrument_links[i, TOP_LEVEL]
        state.option[2 * i, OPEN_RATE] = params.option[2 * i, RATE] if can_rise else 0.0
        state.option[2 * i + 1, OPEN_RATE] = params.option[2 * i + 1, RATE] if level > 0.0 else 0.0


@part
def settle(state: State, params: Params, by_interests: bool, at_start: bool) -> None:
    """Each actor's chance to act, (4), and each option's chance in the week, (5); none for what is held."""
    for a in range(state.actor.shape[0]):
        first, end = 2 * params.actor_links[a, FIRST_INSTRUMENT], 2 * params.actor_links[a, END_INSTRUMENT]
        mass = quantal_response(state.option, OPEN_RATE, VALUE, CHANCE, first, end)
        if at_start:
            total = 0.0
            for o in range(first, end):
                total += state.option[o, OPEN_RATE]
            state.actor[a, REFERENCE_RATE] = total
        reference = state.actor[a, REFERENCE_RATE]
        pressure = math.log(mass / reference) if mass > 0.0 and reference > 0.0 else 0.0
        state.actor[a, PRESSURE] = pressure
        free = 0.0
        for o in range(first, end):
            if params.instrument[o // 2, HELD] > 0.0 or (o % 2 == 0 and params.instrument[o // 2, CAPPED] > 0.0):
                state.option[o, CHANCE] = 0.0
            free += state.option[o, CHANCE]
        hazard = 0.0
        if mass > 0.0:
            weekly = params.actor[a, PACE] * reference / WEEKS_A_YEAR
            response = params.world[0, ACT_RESPONSE] if by_interests else 1.0
            hazard = weekly * math.exp(response * pressure)
        acts = 1.0 - math.exp(-hazard * free)
        state.actor[a, ACT_CHANCE] = acts
        if free > 0.0:
            part = acts / free
            for o in range(first, end):
                state.option[o, CHANCE] *= part


@part
def deliberate(state: State, params: Params, interests: Floats, between: Floats, at_start: bool) -> None:
    """The law in memory that the caller holds, all 0.

    interests  shape (4, actors * stakes, 1)
    between    shape (stakes * stakes, 1)
    """
    lent = borrow(interests)
    minds = Minds(
        slope=table_of(lent[0], 1, "slope", False),
        marginal=table_of(lent[1], 1, "marginal", False),
        mean_effect=table_of(lent[2], 1, "mean effect", False),
        foreseen=table_of(lent[3], 1, "foreseen", False),
        answers=table_of(between, 1, "answers", False),
    )
    by_interests = state.world[0, DECISION_LAW] == STREAM
    if by_interests or at_start:
        weigh(state, params, minds, at_start)
    if by_interests and params.world[0, FORESIGHT] * params.world[0, PRECISION] > 0.0:
        answer(state, params, minds)
        foresee(state, params, minds)
    value(state, params, minds, by_interests)
    settle(state, params, by_interests, at_start)


# fmt: off
@mechanism(
    stage="deliberation",
    channel="decisions",
    by=(),
    reads=(
        INTERESTS_WEIGHT, DECISION_LAW, LAWS_WEIGHT, PRECISION, LOSS_AVERSION, OPPORTUNISM, FORESIGHT, ACT_RESPONSE,
        PACE, FOLLOWING, RESTRAINT, HELD, CAPPED, RATE, WEIGHT, WANTS, PER_LEVEL, UNSETTLED, LEVEL, REFERENCE_LEVEL,
        RECENT, SIGNALLED, URGED, FIRST_INSTRUMENT, END_INSTRUMENT, INSTRUMENT_ACTOR, GROUP, TOP_LEVEL,
        FIRST_CONSEQUENCE, END_CONSEQUENCE, CONSEQUENCE_STAKE,
    ),
    writes=(
        DECISION_LAW, LAWS_WEIGHT, URGED, INTEREST_SHARE, WORTH, DIRECT, INDIRECT, FOLLOWED, RESTRAINED, GROUP_RECENT,
        VALUE, OPEN_RATE, CHANCE, ACT_CHANCE, REFERENCE_RATE, PRESSURE,
    ),
    off=((PRECISION, 0.0), (FOLLOWING, 0.0), (RESTRAINT, 0.0), (DETERRENCE, 0.0), (TIED_HANDS, 0.0)),
    at_start=True,
    stream=STREAM,
)
def deliberation(state: State, params: Params, key: Key) -> None:
    # fmt: on
    if key.week < 0 and params.world[0, INTERESTS_WEIGHT] > 0.0:
        state.world[0, LAWS_WEIGHT] += params.world[0, INTERESTS_WEIGHT]
        if uniform_once(key, STREAM, np.uint64(0)) * state.world[0, LAWS_WEIGHT] < params.world[0, INTERESTS_WEIGHT]:
            state.world[0, DECISION_LAW] = STREAM
    actors, stakes = state.actor.shape[0], state.stake.shape[0]
    deliberate(state, params, np.zeros((4, actors * stakes, 1)), np.zeros((stakes * stakes, 1)), key.week < 0)
