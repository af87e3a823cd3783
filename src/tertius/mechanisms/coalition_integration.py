"""Coalition integration: troops under a foreign command fight below their number.

Who commands is the scenario's choice for each contingent of n soldiers, m interpreters and j weeks beside the host.
Those who have to act in concert with strangers are q, in groups of g that need p interpreters and o officers:

    under_host     q = n                the partner's soldiers under the host; o come from the host's pool, l lent
    leads_host     q = N n / sum n      the host's own N in the theatre, shared over those who lead them by soldiers;
                                        o come from the partner, l = min(o q / g, v n)
    side_by_side   q = n                each under its own; nobody has to be understood: f = 1

    f = min(1, g m / (p q), g l / (o q))                          fluency              (1)
    I = [i0 + (1 - i0) f^eta] [1 - d exp(-j / tau)]               integration          (2)
    j <- (j + 1) (n - new) / n                                    newcomers dilute     (3)

I is the share of their power that the q can use. A partner who leads fights at n - l, and the host's own at

    H = 1 - sum of q (1 - I) / N                                  native integration   (4)

Interpreters are a stock: the pool grows by training, gives what is needed as long as it lasts, and interpreters fall
with the troops they serve. Officers are lent up to a share of the host's pool, shared by need when several
contingents ask; those lent are missing at home:

    lent = min(sum of o n / g, b pool);   L = 1 - kappa lent / pool                    (5)

What is lost of q is taken apart so that the parts add up, q = q I + interpreters + officers + discord + dilution:
interpreters and officers share the loss through f by Shapley's rule over the two orders; discord is what remains of
the second factor for soldiers who had been there from the first day; dilution is the rest.

    symbol  in code                  meaning                                unit          range
            command                  who commands, one of the three
    q       concerted                those who act in concert with strangers  persons     >= 0
    g       soldiers_per_group       soldiers in a group                    persons       > 0
    p       interpreters_per_group   interpreters a group needs             persons       >= 0
    o       officers_per_group       officers of the other a group needs    persons       >= 0
    i0      alone                    what the unit can do unaided           1             [0, 1]
    eta     fluency_exponent         how hard a missing interpreter hurts   1             > 0
    d       discord                  loss on day one                        1             [0, 1)
    tau     learning_weeks           e-folding time of discord              week          > 0
    v       officers_given           of a leading partner's soldiers, those
                                     whom it lends to the host's units      1             [0, 1]
    b       officers_lendable        share of the pool the host would lend  1             [0, 1]
    kappa   leadership_cost          capacity lost per share lent           1             >= 0
            interpreter_training     interpreters added to the pool         persons/week  >= 0

Limits:   d = 0 and enough of both give I = H = 1; none of either gives i0 (1 - d exp(-j/tau)); I never falls with m,
          l, j; side by side only discord costs; no foreign troops give L = H = 1; nobody who leads gives H = 1.
Source:   ratios: the scenario. The three ways to command: allied doctrine (integrated, lead nation, parallel). Form
          (2): learning curve times a bottleneck, our choice.
Evidence: none for d, tau, eta, i0 beyond judgement, see their priors; past battles cannot tell (docs/entries.md).
"""

import math

from tertius.kernel import Key, Params, State, mechanism
from tertius.kernel.fields import (
    CONTINGENT_SIDE,
    FLUENCY,
    INTEGRATION,
    INTERPRETER_POOL,
    INTERPRETERS,
    JOINT_WEEKS,
    LEADERSHIP,
    LENT_OFFICERS,
    LOCATION,
    NATIVE_INTEGRATION,
    NATIVES,
    NEWCOMERS,
    OFFICER_POOL,
    OFFICERS_LENT,
    SERVED_WEEKS,
    TROOPS,
    USABLE,
    link,
    parameter,
    state,
)
from tertius.kernel.mechanism import part

UNDER_HOST, LEADS_HOST, SIDE_BY_SIDE = range(3)
COMMAND = link("contingent", "command", "who commands: 0 the host, 1 the partner, 2 each its own")
GROUP = parameter("contingent", "soldiers_per_group", "persons", "soldiers in a group", low=1)
INTERPRETERS_NEEDED = parameter("contingent", "interpreters_per_group", "persons", "interpreters a group needs", low=0)
OFFICERS_NEEDED = parameter("contingent", "officers_per_group", "persons", "officers of the other a group needs", low=0)
ALONE = parameter("contingent", "alone", "1", "what the unit can do unaided", low=0, high=1)
EXPONENT = parameter("contingent", "fluency_exponent", "1", "how hard a missing interpreter hurts", low=0)
DISCORD = parameter("contingent", "discord", "1", "share of power lost on day one", low=0, high=1)
LEARNING = parameter("contingent", "learning_weeks", "week", "e-folding time of discord", low=0)
TRAINING = parameter(
    "contingent", "interpreter_training", "persons/week", "interpreters added to the pool", low=0, default=0.0
)
GIVEN = parameter(
    "contingent",
    "officers_given",
    "1",
    "of a leading partner's soldiers, those lent as officers",
    low=0,
    high=1,
    default=0.0,
)
LENDABLE = parameter("side", "officers_lendable", "1", "share of its officers a host would lend", low=0, high=1)
LEADERSHIP_COST = parameter("side", "leadership_cost", "1", "capacity lost per share of officers lent", low=0)

CONCERTED = state("contingent", "concerted", "persons", "those who have to act in concert with strangers", low=0)
LOST_INTERPRETERS = state("contingent", "lost_to_interpreters", "persons", "not usable for lack of interpreters", low=0)
LOST_OFFICERS = state("contingent", "lost_to_officers", "persons", "not usable for lack of lent officers", low=0)
LOST_DISCORD = state(
    "contingent", "lost_to_discord", "persons", "not usable for discord, had all come on day one", low=0
)
LOST_DILUTION = state("contingent", "lost_to_dilution", "persons", "not usable as newcomers dilute experience", low=0)


@part
def lend_officers(state: State, params: Params, side: int) -> None:
    """Equation (5): lend one side's officers to the contingents under it by need; set its leadership."""
    wanted = 0.0
    for c in range(state.contingent.shape[0]):
        if params.contingent_links[c, CONTINGENT_SIDE] == side:
            wanted += officers_asked(state, params, c)
    pool = state.side[side, OFFICER_POOL]
    lent = min(wanted, params.side[side, LENDABLE] * pool)
    granted = lent / wanted if wanted > 0.0 else 1.0
    for c in range(state.contingent.shape[0]):
        if params.contingent_links[c, CONTINGENT_SIDE] == side:
            state.contingent[c, LENT_OFFICERS] = granted * officers_asked(state, params, c)
    spared = params.side[side, LEADERSHIP_COST] * lent / pool if pool > 0.0 else 0.0
    state.side[side, OFFICERS_LENT] = lent
    state.side[side, LEADERSHIP] = max(0.0, 1.0 - spared)


@part
def officers_asked(state: State, params: Params, c: int) -> float:
    """Host officers that a contingent under the host asks for."""
    if params.contingent_links[c, COMMAND] != UNDER_HOST:
        return 0.0
    return state.contingent[c, TROOPS] / params.contingent[c, GROUP] * params.contingent[c, OFFICERS_NEEDED]


@part
def concert(state: State, params: Params, c: int) -> None:
    """Note who has to act in concert with strangers: the contingent, or those of the host whom it leads."""
    concerted = state.contingent[c, TROOPS]
    if params.contingent_links[c, COMMAND] == LEADS_HOST:
        place = state.contingent[c, LOCATION]
        side = params.contingent_links[c, CONTINGENT_SIDE]
        leading = 0.0
        for other in range(state.contingent.shape[0]):
            leads = params.contingent_links[other, COMMAND] == LEADS_HOST
            if leads and params.contingent_links[other, CONTINGENT_SIDE] == side:
                leading += state.contingent[other, TROOPS] if state.contingent[other, LOCATION] == place else 0.0
        natives = state.force[2 * int(place) + side, NATIVES] if place >= 0.0 else 0.0
        concerted = natives * concerted / leading if leading > 0.0 else 0.0
    state.contingent[c, CONCERTED] = concerted


@part
def send_interpreters(state: State, params: Params, c: int) -> None:
    """Fill the need for interpreters from the contingent's pool, as far as that lasts."""
    needed = interpreters_needed(state, params, c)
    sent = min(state.contingent[c, INTERPRETER_POOL], max(0.0, needed - state.contingent[c, INTERPRETERS]))
    state.contingent[c, INTERPRETERS] += sent
    state.contingent[c, INTERPRETER_POOL] -= sent


@part
def interpreters_needed(state: State, params: Params, c: int) -> float:
    """Interpreters that those in concert need; side by side nobody has to be understood."""
    if params.contingent_links[c, COMMAND] == SIDE_BY_SIDE:
        return 0.0
    return state.contingent[c, CONCERTED] / params.contingent[c, GROUP] * params.contingent[c, INTERPRETERS_NEEDED]


@part
def learn(state: State, c: int) -> None:
    """Equation (3), and beside it the weeks served as if all had come on day one."""
    n = state.contingent[c, TROOPS]
    stayed = max(0.0, n - state.contingent[c, NEWCOMERS])
    state.contingent[c, JOINT_WEEKS] = (state.contingent[c, JOINT_WEEKS] + 1.0) * stayed / n
    state.contingent[c, SERVED_WEEKS] = state.contingent[c, SERVED_WEEKS] + 1.0 if stayed > 0.0 else 0.0


@part
def integrate(state: State, params: Params, c: int) -> None:
    """Equations (1) and (2), and what is lost of those in concert, taken apart."""
    command = params.contingent_links[c, COMMAND]
    n, concerted = state.contingent[c, TROOPS], state.contingent[c, CONCERTED]
    needed = interpreters_needed(state, params, c)
    officers_needed = concerted / params.contingent[c, GROUP] * params.contingent[c, OFFICERS_NEEDED]
    lent = state.contingent[c, LENT_OFFICERS]
    if command == SIDE_BY_SIDE:
        officers_needed = 0.0
    elif command == LEADS_HOST:
        lent = min(officers_needed, params.contingent[c, GIVEN] * n)
    by_interpreters = min(1.0, state.contingent[c, INTERPRETERS] / needed) if needed > 0.0 else 1.0
    by_officers = min(1.0, lent / officers_needed) if officers_needed > 0.0 else 1.0
    alone = params.contingent[c, ALONE]
    exponent = params.contingent[c, EXPONENT]
    only_interpreters = alone + (1.0 - alone) * by_interpreters**exponent
    only_officers = alone + (1.0 - alone) * by_officers**exponent
    both = min(only_interpreters, only_officers)
    discord = params.contingent[c, DISCORD]
    learning = max(params.contingent[c, LEARNING], 1e-6)
    joint = state.contingent[c, JOINT_WEEKS]
    together = 1.0 - discord * math.exp(-joint / learning)
    undiluted = 1.0 - discord * math.exp(-max(state.contingent[c, SERVED_WEEKS], joint) / learning)
    state.contingent[c, FLUENCY] = min(by_interpreters, by_officers)
    state.contingent[c, LOST_INTERPRETERS] = concerted * 0.5 * ((1.0 - only_interpreters) + (only_officers - both))
    state.contingent[c, LOST_OFFICERS] = concerted * 0.5 * ((1.0 - only_officers) + (only_interpreters - both))
    state.contingent[c, LOST_DISCORD] = concerted * both * (1.0 - undiluted)
    state.contingent[c, LOST_DILUTION] = concerted * both * (undiluted - together)
    if command == LEADS_HOST:
        state.contingent[c, INTEGRATION] = 1.0
        state.contingent[c, USABLE] = n - lent
        if concerted > 0.0:
            force = 2 * int(state.contingent[c, LOCATION]) + params.contingent_links[c, CONTINGENT_SIDE]
            wasted = concerted * (1.0 - both * together) / state.force[force, NATIVES]
            state.force[force, NATIVE_INTEGRATION] = max(0.0, state.force[force, NATIVE_INTEGRATION] - wasted)
    else:
        state.contingent[c, INTEGRATION] = both * together
        state.contingent[c, USABLE] = n * both * together


@mechanism(
    stage="integration",
    channel="friction",
    reads=(
        GROUP,
        INTERPRETERS_NEEDED,
        OFFICERS_NEEDED,
        ALONE,
        EXPONENT,
        DISCORD,
        LEARNING,
        TRAINING,
        GIVEN,
        LENDABLE,
        LEADERSHIP_COST,
        TROOPS,
        NATIVES,
        NEWCOMERS,
        OFFICER_POOL,
        LOCATION,
        COMMAND,
        CONTINGENT_SIDE,
    ),
    writes=(
        INTERPRETERS,
        INTERPRETER_POOL,
        LENT_OFFICERS,
        JOINT_WEEKS,
        SERVED_WEEKS,
        FLUENCY,
        INTEGRATION,
        USABLE,
        CONCERTED,
        NATIVE_INTEGRATION,
        OFFICERS_LENT,
        LEADERSHIP,
        LOST_INTERPRETERS,
        LOST_OFFICERS,
        LOST_DISCORD,
        LOST_DILUTION,
    ),
    off=(
        (INTERPRETERS_NEEDED, 0.0),
        (OFFICERS_NEEDED, 0.0),
        (DISCORD, 0.0),
        (LEADERSHIP_COST, 0.0),
    ),
    at_start=True,
)
def coalition_integration(state: State, params: Params, key: Key) -> None:
    for s in range(2):
        lend_officers(state, params, s)
    for force in range(state.force.shape[0]):
        state.force[force, NATIVE_INTEGRATION] = 1.0
    for c in range(state.contingent.shape[0]):
        if key.week >= 0:
            state.contingent[c, INTERPRETER_POOL] += params.contingent[c, TRAINING]
        else:
            state.contingent[c, SERVED_WEEKS] = state.contingent[c, JOINT_WEEKS]
        concert(state, params, c)
        if state.contingent[c, TROOPS] > 0.0:
            send_interpreters(state, params, c)
            if key.week >= 0:
                learn(state, c)
            integrate(state, params, c)
        else:
            for field in (FLUENCY, INTEGRATION, USABLE):
                state.contingent[c, field] = 0.0
            for field in (LOST_INTERPRETERS, LOST_OFFICERS, LOST_DISCORD, LOST_DILUTION):
                state.contingent[c, field] = 0.0
