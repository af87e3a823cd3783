"""Exchange: what a partner gives and gets, what that leaves of its patron's hold, and whether the bargain lasts.

Over the contingents (n soldiers, x losses a week) and supply lines (d items a week) that belong to a bargain, and the
level l of the instrument that pays in kind,

    G = c_n n + c_x x + c_d d                    what giving costs the giver                (1)
    R = s (p_n n + p_d d) + w l                  what it gets; w l while it holds           (2)
    v = I / (I + R)                              its patron's hold                          (3)
    u = log(G / R) less the same when first both were there                                 (4)
    h = h_0 exp(g u)                             chance to end in a week 1 - exp(-h)        (5)

A bargain that has ended leaves a share k of its deliveries; its soldiers go home (law of homecoming). u is bounded at 3
in size.

    symbol  in code           meaning                                              unit              range
    c_n     soldier_cost      cost of a soldier abroad                             USD/person/week   >= 0
    c_x     loss_cost         cost of a soldier killed or wounded                  USD/person        >= 0
    c_d     item_cost         cost of an item given                                USD/item          >= 0
    p_n     pay_per_soldier   what is due for a soldier                            USD/person/week   >= 0
    p_d     pay_per_item      what is due for an item                              USD/item          >= 0
    s       paid_share        share of what is due that is paid                    1                 [0, 1]
    w       worth_in_kind     worth of a level of what is given in kind            USD/week          >= 0
    I       patron_income     what the giver gets from its patron                  USD/week          >= 0
    h_0     end_rate          how often such a bargain ends                        1/week            >= 0
    g       grievance         how strongly a worse bargain shortens it             1                 >= 0
    k       kept              share of deliveries that outlasts it                 1                 [0, 1]

Limits:   h_0 = 0: it never ends and moves nothing; g = 0: a constant hazard; I = 0: no patron, v = 0.
Source:   (3) share of trade as leverage, Hirschman 1945; (5) proportional hazards; (1), (2) accounting.
Evidence: prices are reports and judgement (scenario); how long such bargains last is judgement.
"""

import math

from tertius.kernel import Key, Params, State, mechanism, uniform
from tertius.kernel.fields import (
    ALIVE,
    CONTINGENT_BARGAIN,
    CONTINGENT_LOSSES,
    DELIVERED,
    FACTOR,
    LEVEL,
    SUPPLY_BARGAIN,
    TROOPS,
    link,
    parameter,
    state,
)

STREAM = 61
LARGEST_CHANGE = 3.0
SOLDIER_COST = parameter("bargain", "soldier_cost", "USD/person/week", "cost of a soldier abroad", low=0, default=0.0)
LOSS_COST = parameter("bargain", "loss_cost", "USD/person", "cost of a soldier killed or wounded", low=0, default=0.0)
ITEM_COST = parameter("bargain", "item_cost", "USD/item", "cost of an item given", low=0, default=0.0)
PAY_PER_SOLDIER = parameter(
    "bargain", "pay_per_soldier", "USD/person/week", "what is due for a soldier", low=0, default=0.0
)
PAY_PER_ITEM = parameter("bargain", "pay_per_item", "USD/item", "what is due for an item", low=0, default=0.0)
PAID_SHARE = parameter("bargain", "paid_share", "1", "share of what is due that is paid", low=0, high=1, default=1.0)
IN_KIND = parameter("bargain", "worth_in_kind", "USD/week", "worth of a level given in kind", low=0, default=0.0)
PATRON_INCOME = parameter("bargain", "patron_income", "USD/week", "what it gets from its patron", low=0, default=0.0)
BARGAIN_END = parameter("bargain", "end_rate", "1/week", "how often such a bargain ends", low=0, default=0.0)
GRIEVANCE = parameter("bargain", "grievance", "1", "how a worse bargain shortens it", low=0, default=0.0)
KEPT = parameter("bargain", "kept", "1", "share of deliveries that outlasts it", low=0, high=1, default=0.0)
PAYMENT = link("bargain", "payment", "slot of the instrument that pays in kind; -1 for none")
RECEIVED = state("bargain", "received", "USD/week", "what the giver gets", low=0)
CUMULATIVE_RECEIVED = state("bargain", "cumulative_received", "USD", "what it has got since the as-of date", low=0)
GIVEN = state("bargain", "given", "USD/week", "what giving costs it", low=0)
LEVERAGE = state("bargain", "leverage", "1", "its patron's part of its income from abroad", low=0, high=1)
REFERENCE_RATIO = state("bargain", "reference_ratio", "1", "cost over gain when first both were there", recorded=False)
BARGAIN_CHANCE = state("bargain", "end_chance", "1/week", "chance that it ends in the week", low=0, high=1)


@mechanism(
    stage="exchange",
    channel="bargain",
    reads=(
        SOLDIER_COST,
        LOSS_COST,
        ITEM_COST,
        PAY_PER_SOLDIER,
        PAY_PER_ITEM,
        PAID_SHARE,
        IN_KIND,
        PATRON_INCOME,
        BARGAIN_END,
        GRIEVANCE,
        KEPT,
        PAYMENT,
        CONTINGENT_BARGAIN,
        SUPPLY_BARGAIN,
        CONTINGENT_LOSSES,
        TROOPS,
        DELIVERED,
        LEVEL,
    ),
    writes=(
        ALIVE,
        RECEIVED,
        CUMULATIVE_RECEIVED,
        GIVEN,
        LEVERAGE,
        REFERENCE_RATIO,
        BARGAIN_CHANCE,
        FACTOR,
    ),
    off=((BARGAIN_END, 0.0),),
    at_start=True,
    stream=STREAM,
)
def exchange(state: State, params: Params, key: Key) -> None:
    for b in range(state.bargain.shape[0]):
        given = 0.0
        due = 0.0
        for c in range(state.contingent.shape[0]):
            if params.contingent_links[c, CONTINGENT_BARGAIN] == b:
                troops = state.contingent[c, TROOPS]
                given += params.bargain[b, SOLDIER_COST] * troops
                given += params.bargain[b, LOSS_COST] * state.contingent[c, CONTINGENT_LOSSES]
                due += params.bargain[b, PAY_PER_SOLDIER] * troops
        for i in range(state.supply.shape[0]):
            if params.supply_links[i, SUPPLY_BARGAIN] == b:
                given += params.bargain[b, ITEM_COST] * state.supply[i, DELIVERED]
                due += params.bargain[b, PAY_PER_ITEM] * state.supply[i, DELIVERED]
        received = params.bargain[b, PAID_SHARE] * due
        payment = params.bargain_links[b, PAYMENT]
        alive = state.bargain[b, ALIVE] > 0.0
        if payment >= 0 and alive:
            received += params.bargain[b, IN_KIND] * state.instrument[payment, LEVEL]
        state.bargain[b, GIVEN] = given
        state.bargain[b, RECEIVED] = received
        income = params.bargain[b, PATRON_INCOME]
        state.bargain[b, LEVERAGE] = income / (income + received) if income > 0.0 else 0.0
        both = given > 0.0 and received > 0.0
        ratio = math.log(given / received) if both else 0.0
        if key.week < 0:
            state.bargain[b, REFERENCE_RATIO] = 0.0
        if state.bargain[b, REFERENCE_RATIO] == 0.0:
            state.bargain[b, REFERENCE_RATIO] = ratio
        worse = ratio - state.bargain[b, REFERENCE_RATIO] if both else 0.0
        bounded = min(max(worse, -LARGEST_CHANGE), LARGEST_CHANGE)
        hazard = params.bargain[b, BARGAIN_END] * math.exp(params.bargain[b, GRIEVANCE] * bounded) if alive else 0.0
        state.bargain[b, BARGAIN_CHANCE] = -math.expm1(-hazard)
        if key.week < 0:
            continue
        state.bargain[b, CUMULATIVE_RECEIVED] += received
        ends = hazard > 0.0 and uniform(key, STREAM, key.bargain[b]) < state.bargain[b, BARGAIN_CHANCE]
        if ends:
            state.bargain[b, ALIVE] = 0.0
            for i in range(state.supply.shape[0]):
                if params.supply_links[i, SUPPLY_BARGAIN] == b:
                    state.supply[i, FACTOR] *= params.bargain[b, KEPT]
