"""Coalition integration: troops under a foreign command fight below their number.

Groups of g soldiers need p interpreters and o officers lent by the host. A contingent has n soldiers, m interpreters,
l lent officers and j weeks beside the host:

    f = min(1, g m / (p n), g l / (o n))                          fluency              (1)
    I = [i0 + (1 - i0) f^eta] [1 - d exp(-j / tau)]               integration          (2)
    j <- (j + 1) (n - new) / n                                    newcomers dilute     (3)

Interpreters are a stock: the pool grows by training, gives what is needed as long as it lasts, and interpreters fall
with the troops they serve. Officers are lent up to a share of the host's pool, shared by need when several
contingents ask; those lent are missing at home:

    lent = min(sum of o n / g, b pool);   L = 1 - kappa lent / pool                    (4)

What is lost of n is taken apart so that the parts add up, n = n I + interpreters + officers + discord + dilution:
interpreters and officers share the loss through f by Shapley's rule over the two orders; discord is what remains of
the second factor for soldiers who had been there from the first day; dilution is the rest.

    symbol  in code                  meaning                                unit          range
    g       soldiers_per_group       soldiers in a group                    persons       > 0
    p       interpreters_per_group   interpreters a group needs             persons       >= 0
    o       officers_per_group       host officers a group needs            persons       >= 0
    i0      alone                    what the unit can do unaided           1             [0, 1]
    eta     fluency_exponent         how hard a missing interpreter hurts   1             > 0
    d       discord                  loss on day one                        1             [0, 1)
    tau     learning_weeks           e-folding time of discord              week          > 0
    b       officers_lendable        share of the pool the host would lend  1             [0, 1]
    kappa   leadership_cost          capacity lost per share lent           1             >= 0
            interpreter_training     interpreters added to the pool         persons/week  >= 0

Limits:   d = 0 and enough of both give I = 1; none of either gives i0 (1 - d exp(-j/tau)); I never falls with m, l, j;
          no foreign troops give L = 1.
Source:   ratios: the scenario. Form (2): learning curve times a bottleneck, our choice.
Evidence: none for d, tau, eta, i0 beyond judgement; see their priors.
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
    NEWCOMERS,
    OFFICER_POOL,
    OFFICERS_LENT,
    SERVED_WEEKS,
    TROOPS,
    USABLE,
    parameter,
    state,
)
from tertius.kernel.mechanism import part

GROUP = parameter("contingent", "soldiers_per_group", "persons", "soldiers in a group", low=1)
INTERPRETERS_NEEDED = parameter("contingent", "interpreters_per_group", "persons", "interpreters a group needs", low=0)
OFFICERS_NEEDED = parameter("contingent", "officers_per_group", "persons", "host officers a group needs", low=0)
ALONE = parameter("contingent", "alone", "1", "what the unit can do unaided", low=0, high=1)
EXPONENT = parameter("contingent", "fluency_exponent", "1", "how hard a missing interpreter hurts", low=0)
DISCORD = parameter("contingent", "discord", "1", "share of power lost on day one", low=0, high=1)
LEARNING = parameter("contingent", "learning_weeks", "week", "e-folding time of discord", low=0)
TRAINING = parameter(
    "contingent", "interpreter_training", "persons/week", "interpreters added to the pool", low=0, default=0.0
)
LENDABLE = parameter("side", "officers_lendable", "1", "share of its officers a host would lend", low=0, high=1)
LEADERSHIP_COST = parameter("side", "leadership_cost", "1", "capacity lost per share of officers lent", low=0)

LOST_INTERPRETERS = state("contingent", "lost_to_interpreters", "persons", "not usable for lack of interpreters", low=0)
LOST_OFFICERS = state("contingent", "lost_to_officers", "persons", "not usable for lack of lent officers", low=0)
LOST_DISCORD = state(
    "contingent", "lost_to_discord", "persons", "not usable for discord, had all come on day one", low=0
)
LOST_DILUTION = state("contingent", "lost_to_dilution", "persons", "not usable as newcomers dilute experience", low=0)


@part
def lend_officers(state: State, params: Params, side: int) -> None:
    """Equation (4): lend one side's officers to its contingents by need; set its leadership."""
    wanted = 0.0
    for c in range(state.contingent.shape[0]):
        if params.contingent_links[c, CONTINGENT_SIDE] == side:
            groups = state.contingent[c, TROOPS] / params.contingent[c, GROUP]
            wanted += groups * params.contingent[c, OFFICERS_NEEDED]
    pool = state.side[side, OFFICER_POOL]
    lent = min(wanted, params.side[side, LENDABLE] * pool)
    granted = lent / wanted if wanted > 0.0 else 1.0
    for c in range(state.contingent.shape[0]):
        if params.contingent_links[c, CONTINGENT_SIDE] == side:
            groups = state.contingent[c, TROOPS] / params.contingent[c, GROUP]
            state.contingent[c, LENT_OFFICERS] = granted * groups * params.contingent[c, OFFICERS_NEEDED]
    spared = params.side[side, LEADERSHIP_COST] * lent / pool if pool > 0.0 else 0.0
    state.side[side, OFFICERS_LENT] = lent
    state.side[side, LEADERSHIP] = max(0.0, 1.0 - spared)


@part
def send_interpreters(state: State, params: Params, c: int) -> None:
    """Fill the contingent's need for interpreters from its pool, as far as that lasts."""
    needed = state.contingent[c, TROOPS] / params.contingent[c, GROUP] * params.contingent[c, INTERPRETERS_NEEDED]
    sent = min(state.contingent[c, INTERPRETER_POOL], max(0.0, needed - state.contingent[c, INTERPRETERS]))
    state.contingent[c, INTERPRETERS] += sent
    state.contingent[c, INTERPRETER_POOL] -= sent


@part
def learn(state: State, c: int) -> None:
    """Equation (3), and beside it the weeks served as if all had come on day one."""
    n = state.contingent[c, TROOPS]
    stayed = max(0.0, n - state.contingent[c, NEWCOMERS])
    state.contingent[c, JOINT_WEEKS] = (state.contingent[c, JOINT_WEEKS] + 1.0) * stayed / n
    state.contingent[c, SERVED_WEEKS] = state.contingent[c, SERVED_WEEKS] + 1.0 if stayed > 0.0 else 0.0


@part
def integrate(state: State, params: Params, c: int) -> None:
    """Equations (1) and (2), and what is lost of n, taken apart."""
    n = state.contingent[c, TROOPS]
    groups = n / params.contingent[c, GROUP]
    needed = groups * params.contingent[c, INTERPRETERS_NEEDED]
    officers_needed = groups * params.contingent[c, OFFICERS_NEEDED]
    by_interpreters = min(1.0, state.contingent[c, INTERPRETERS] / needed) if needed > 0.0 else 1.0
    by_officers = min(1.0, state.contingent[c, LENT_OFFICERS] / officers_needed) if officers_needed > 0.0 else 1.0
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
    state.contingent[c, INTEGRATION] = both * together
    state.contingent[c, USABLE] = n * both * together
    state.contingent[c, LOST_INTERPRETERS] = n * 0.5 * ((1.0 - only_interpreters) + (only_officers - both))
    state.contingent[c, LOST_OFFICERS] = n * 0.5 * ((1.0 - only_officers) + (only_interpreters - both))
    state.contingent[c, LOST_DISCORD] = n * both * (1.0 - undiluted)
    state.contingent[c, LOST_DILUTION] = n * both * (undiluted - together)


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
        LENDABLE,
        LEADERSHIP_COST,
        TROOPS,
        NEWCOMERS,
        OFFICER_POOL,
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
    for c in range(state.contingent.shape[0]):
        if key.week >= 0:
            state.contingent[c, INTERPRETER_POOL] += params.contingent[c, TRAINING]
        else:
            state.contingent[c, SERVED_WEEKS] = state.contingent[c, JOINT_WEEKS]
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
