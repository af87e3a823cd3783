"""The laws in plain NumPy, vectorised over trajectories: the usual way to write such a model without a compiler.

State and parameters are held as (slot, field, trajectory), so that `state.side[s, LOSSES]` is one number per
trajectory; branches of a law become masks. Numbers are drawn as in the kernel.
"""

# ruff: noqa: D103  (a law is described by its module in tertius.mechanisms)

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from benchmarks.laws_c import recorded
from tertius.kernel import fields as f
from tertius.kernel.state import Names, Params, State
from tertius.mechanisms import activity as activity_law
from tertius.mechanisms import coalition_integration as integration_law
from tertius.mechanisms import combat_power as power_law
from tertius.mechanisms import deployment as deployment_law
from tertius.mechanisms import event_calendar as event_law
from tertius.mechanisms import further_waves as wave_law
from tertius.mechanisms import ground as ground_law
from tertius.mechanisms import losses as loss_law
from tertius.mechanisms import replacement as replacement_law
from tertius.mechanisms import reserves as reserve_law
from tertius.mechanisms import supply as supply_law

Vector = NDArray[np.float64]
WordVector = NDArray[np.uint64]
GOLDEN, FIRST, SECOND = (np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


@dataclass
class War:
    """All trajectories of a block in one week; `word` and `now` are hashes of (seed, trajectory) and with the week."""

    state: State
    params: Params
    names: Names
    word: WordVector
    now: WordVector
    week: int


def mix(word: WordVector) -> WordVector:
    word = (word ^ (word >> np.uint64(30))) * FIRST
    word = (word ^ (word >> np.uint64(27))) * SECOND
    return np.asarray(word ^ (word >> np.uint64(31)))


def uniform(word: WordVector, stream: int, name: np.uint64) -> Vector:
    offset = np.uint64(stream * int(SECOND) % 2**64)
    bits = mix(mix(word + offset) ^ name) >> np.uint64(11)
    return np.asarray(bits.astype(np.float64) * 2.0**-53 + 2.0**-54)


def normal(word: WordVector, stream: int, name: np.uint64) -> Vector:
    return np.asarray(ndtri(uniform(word, stream, name)))


def divide(top: Vector, low: Vector, where: NDArray[np.bool_], otherwise: float | Vector) -> Vector:
    """Top / low where the mask holds, `otherwise` elsewhere."""
    return np.where(where, top / np.where(where, low, 1.0), otherwise)


def deployment(war: War) -> None:
    state, params = war.state, war.params
    theatres = range(len(state.theatre))
    contingents = range(len(state.contingent))
    if war.week < 0:
        for k in theatres:
            gone = (params.theatre_links[k, f.CLOSES] == 1) & (state.theatre[k, f.AREA] <= 0.0)
            state.theatre[k, f.OPEN] = np.where(gone, 0.0, 1.0)
        for s in range(2):
            natives = state.force[s::2, f.NATIVES]
            total = natives.sum(axis=0)
            state.force[s::2, f.REFERENCE_SHARE] = divide(natives, total, total > 0.0, 0.0)
        for c in contingents:
            state.contingent[c, f.LOCATION] = params.contingent_links[c, f.CONTINGENT_THEATRE]
            state.contingent[c, f.SENT] = state.contingent[c, f.TROOPS]
    for c in contingents:
        shut = (state.contingent[c, f.LOCATION] >= 0) & ~serving(war, c).any(axis=0)
        if not shut.any():
            continue
        s = params.contingent_links[c, f.CONTINGENT_SIDE]
        natives = np.where(state.theatre[:, f.OPEN] > 0.0, state.force[s::2, f.NATIVES], 0.0)
        largest = np.where(natives.max(axis=0) > 0.0, natives.argmax(axis=0), -1)
        luck = uniform(war.word, deployment_law.STREAM, war.names.contingent[c])
        goes_on = luck < params.contingent[c, deployment_law.REDEPLOYMENT]
        after = np.where(goes_on, largest, -1)
        state.contingent[c, f.LOCATION] = np.where(shut, after, state.contingent[c, f.LOCATION])


def serving(war: War, c: int) -> NDArray[np.bool_]:
    """Whether contingent c stands in each theatre and that is open, shape (theatre, trajectory)."""
    places = np.arange(len(war.state.theatre))[:, None]
    return np.asarray((war.state.contingent[c, f.LOCATION] == places) & (war.state.theatre[:, f.OPEN] > 0.0))


def event_calendar(war: War) -> None:
    state, params = war.state, war.params
    state.contingent[:, f.NEWCOMERS] = 0.0
    kinds = params.event_links[:, f.EVENT_KIND]
    for e in [*np.flatnonzero(kinds == f.WITHDRAWAL), *np.flatnonzero(kinds != f.WITHDRAWAL)]:
        given = params.event[e]
        week = np.floor(given[event_law.EVENT_WEEK])
        occurs = uniform(war.word, event_law.STREAM, war.names.event[e]) < given[event_law.PROBABILITY]
        now = np.where(occurs & (week == war.week), 1.0, 0.0)
        kind = params.event_links[e, f.EVENT_KIND]
        target = params.event_links[e, f.EVENT_TARGET]
        if kind == f.ARRIVAL:
            arriving = now * given[event_law.EVENT_TROOPS]
            for field in (f.TROOPS, f.NEWCOMERS, f.SENT):
                state.contingent[target, field] += arriving
            state.contingent[target, f.INTERPRETER_POOL] += now * given[event_law.EVENT_INTERPRETERS]
        elif kind == f.WITHDRAWAL:
            state.contingent[target, f.TROOPS] *= 1.0 - now * given[event_law.SHARE]
        elif kind == f.MOBILISATION:
            over = occurs & (week + np.floor(given[event_law.DURATION]) == war.week)
            state.side[target, f.MOBILISED] += now * given[event_law.RECRUITS]
            state.side[target, f.MOBILISED] -= np.where(over, given[event_law.RECRUITS], 0.0)
        elif kind == f.SUPPLY_CHANGE:
            state.supply[target, f.FACTOR] *= np.where(now > 0.0, given[event_law.EVENT_FACTOR], 1.0)
    left = war.week >= params.contingent[:, event_law.WITHDRAWN_FROM]
    for field in (f.TROOPS, f.NEWCOMERS):
        state.contingent[:, field] = np.where(left, 0.0, state.contingent[:, field])


def further_waves(war: War) -> None:
    state, params = war.state, war.params
    for c in range(len(state.contingent)):
        own, given = state.contingent[c], params.contingent[c]
        sends = (own[f.SENT] > 0.0) & (war.week < given[event_law.WITHDRAWN_FROM])
        relieved = given[wave_law.ROTATION] * own[f.TROOPS]
        room = np.maximum(0.0, given[wave_law.TROOPS_CEILING] - own[f.SENT])
        comes = uniform(war.now, wave_law.STREAM, war.names.contingent[c]) < given[wave_law.WAVE_PROBABILITY]
        wave = np.where(comes, np.minimum(given[wave_law.WAVE_TROOPS], room), 0.0)
        side = params.contingent_links[c, f.CONTINGENT_SIDE]
        lost = own[f.CONTINGENT_LOSSES] * params.side[side, f.PERMANENT_SHARE]
        arrived = np.where(sends, wave + np.minimum(given[wave_law.LOSS_REPLACEMENT] * lost, room - wave), 0.0)
        own[f.TROOPS] += arrived
        own[f.NEWCOMERS] += arrived + np.where(sends, relieved, 0.0)
        own[f.SENT] += arrived


def supply(war: War) -> None:
    state, params = war.state, war.params
    at_start = war.week < 0
    given = params.supply
    state.side[:, f.SHELLS_DELIVERED] = 0.0
    rate = state.supply[:, f.FACTOR] * given[:, supply_law.PER_WEEK]
    sent = np.minimum(rate * np.exp(given[:, supply_law.GROWTH] * max(0, war.week)), given[:, supply_law.CEILING])
    if at_start:
        state.supply[:, f.TRANSIT] = sent * (given[:, supply_law.LAG] - 1.0)
        state.supply[:, f.DELIVERED] = sent
    else:
        transit = state.supply[:, f.TRANSIT] + sent
        state.supply[:, f.DELIVERED] = transit / given[:, supply_law.LAG]
        state.supply[:, f.TRANSIT] = transit - state.supply[:, f.DELIVERED]
    for i in range(len(state.supply)):
        side = params.supply_links[i, f.SUPPLY_SIDE]
        if params.supply_links[i, f.SUPPLY_GOOD] == f.SHELLS_GOOD:
            state.side[side, f.SHELLS_DELIVERED] += state.supply[i, f.DELIVERED]
        elif not at_start:
            state.side[side, f.EQUIPMENT] += state.supply[i, f.DELIVERED]
    delivered, stock = state.side[:, f.SHELLS_DELIVERED], state.side[:, f.SHELLS]
    fired = np.minimum(
        params.side[:, supply_law.FIRE_DEMAND], delivered + stock / params.side[:, supply_law.RATION_WEEKS]
    )
    state.side[:, f.FIRE] = fired
    if not at_start:
        state.side[:, f.SHELLS] = np.maximum(0.0, stock + delivered - fired)
        worn = params.side[:, supply_law.VEHICLES_PER_LOSS] * state.side[:, f.LOSSES]
        state.side[:, f.EQUIPMENT] = np.maximum(0.0, state.side[:, f.EQUIPMENT] - worn)


def lend_officers(war: War, s: int) -> None:
    state, params = war.state, war.params
    hosted = params.contingent_links[:, f.CONTINGENT_SIDE] == s
    groups = state.contingent[:, f.TROOPS] / params.contingent[:, integration_law.GROUP]
    needs = np.where(hosted[:, None], groups * params.contingent[:, integration_law.OFFICERS_NEEDED], 0.0)
    wanted = needs.sum(axis=0)
    pool = state.side[s, f.OFFICER_POOL]
    lent = np.minimum(wanted, params.side[s, integration_law.LENDABLE] * pool)
    granted = divide(lent, wanted, wanted > 0.0, 1.0)
    state.contingent[hosted, f.LENT_OFFICERS] = (granted * needs)[hosted]
    spared = divide(params.side[s, integration_law.LEADERSHIP_COST] * lent, pool, pool > 0.0, 0.0)
    state.side[s, f.OFFICERS_LENT] = lent
    state.side[s, f.LEADERSHIP] = np.maximum(0.0, 1.0 - spared)


def coalition_integration(war: War) -> None:
    state, params = war.state, war.params
    for s in range(2):
        lend_officers(war, s)
    state.force[:, f.NATIVE_INTEGRATION] = 1.0  # nobody leads its host in the wars that are timed
    for c in range(len(state.contingent)):
        own, given = state.contingent[c], params.contingent[c]
        own[integration_law.CONCERTED] = own[f.TROOPS]
        if war.week >= 0:
            own[f.INTERPRETER_POOL] += given[integration_law.TRAINING]
        else:
            own[f.SERVED_WEEKS] = own[f.JOINT_WEEKS]
        n = own[f.TROOPS]
        present = n > 0.0
        needed = n / given[integration_law.GROUP] * given[integration_law.INTERPRETERS_NEEDED]
        sent = np.minimum(own[f.INTERPRETER_POOL], np.maximum(0.0, needed - own[f.INTERPRETERS]))
        sent = np.where(present, sent, 0.0)
        own[f.INTERPRETERS] += sent
        own[f.INTERPRETER_POOL] -= sent
        if war.week >= 0:
            stayed = np.maximum(0.0, n - own[f.NEWCOMERS])
            own[f.JOINT_WEEKS] = divide((own[f.JOINT_WEEKS] + 1.0) * stayed, n, present, own[f.JOINT_WEEKS])
            served = np.where(stayed > 0.0, own[f.SERVED_WEEKS] + 1.0, 0.0)
            own[f.SERVED_WEEKS] = np.where(present, served, own[f.SERVED_WEEKS])
        integrate(own, given, present)


def integrate(own: Vector, given: Vector, present: NDArray[np.bool_]) -> None:
    law = integration_law
    n = own[f.TROOPS]
    groups = n / given[law.GROUP]
    needed, officers = groups * given[law.INTERPRETERS_NEEDED], groups * given[law.OFFICERS_NEEDED]
    by_interpreters = np.minimum(1.0, divide(own[f.INTERPRETERS], needed, needed > 0.0, 1.0))
    by_officers = np.minimum(1.0, divide(own[f.LENT_OFFICERS], officers, officers > 0.0, 1.0))
    alone = given[law.ALONE]
    only_interpreters = alone + (1.0 - alone) * by_interpreters ** given[law.EXPONENT]
    only_officers = alone + (1.0 - alone) * by_officers ** given[law.EXPONENT]
    both = np.minimum(only_interpreters, only_officers)
    learning = np.maximum(given[law.LEARNING], 1e-6)
    together = 1.0 - given[law.DISCORD] * np.exp(-own[f.JOINT_WEEKS] / learning)
    served = np.maximum(own[f.SERVED_WEEKS], own[f.JOINT_WEEKS])
    undiluted = 1.0 - given[law.DISCORD] * np.exp(-served / learning)
    values = {
        f.FLUENCY: np.minimum(by_interpreters, by_officers),
        f.INTEGRATION: both * together,
        f.USABLE: n * both * together,
        law.LOST_INTERPRETERS: n * 0.5 * ((1.0 - only_interpreters) + (only_officers - both)),
        law.LOST_OFFICERS: n * 0.5 * ((1.0 - only_officers) + (only_interpreters - both)),
        law.LOST_DISCORD: n * both * (1.0 - undiluted),
        law.LOST_DILUTION: n * both * (undiluted - together),
    }
    for field, value in values.items():
        own[field] = np.where(present, value, 0.0)


def combat_power(war: War) -> None:
    state, params = war.state, war.params
    is_open = state.theatre[:, f.OPEN] > 0.0
    state.force[:, f.FOREIGN_MASS] = 0.0
    for c in range(len(state.contingent)):
        s = params.contingent_links[c, f.CONTINGENT_SIDE]
        usable = params.contingent[c, f.QUALITY] * state.contingent[c, f.USABLE]
        state.force[s::2, f.FOREIGN_MASS] += np.where(serving(war, c), usable, 0.0)
    state.force[:, f.MASS] = state.force[:, f.NATIVES] + state.force[:, f.FOREIGN_MASS]
    for s in range(2):
        strength = np.where(is_open, state.force[s::2, f.MASS], 0.0).sum(axis=0)
        state.side[s, f.STRENGTH] = strength
        some = strength > 0.0
        fire = np.maximum(np.maximum(state.side[s, f.FIRE], 1e-3 * params.side[s, supply_law.FIRE_DEMAND]), 1e-3)
        vehicles = np.maximum(state.side[s, f.EQUIPMENT], 1.0)
        heads = np.where(some, strength, 1.0)
        log_fire = params.world[0, power_law.FIRE_EXPONENT] * np.log(fire / heads)
        log_vehicles = params.world[0, power_law.EQUIPMENT_EXPONENT] * np.log(vehicles / heads)
        per_soldier = np.where(some, state.side[s, f.LEADERSHIP] * np.exp(log_fire + log_vehicles), 0.0)
        state.force[s::2, f.POWER] = per_soldier * state.force[s::2, f.MASS]


def activity(war: War) -> None:
    state, params = war.state, war.params
    for k in range(len(state.theatre)):
        own, given = state.theatre[k], params.theatre[k]
        active = own[f.ACTIVITY] >= 0.5
        if war.week >= 0:
            leave = np.where(active, given[activity_law.TO_QUIET], given[activity_law.TO_ACTIVE])
            switches = uniform(war.now, activity_law.STREAM, war.names.theatre[k]) < leave
            active = np.where((own[f.OPEN] > 0.0) & switches, ~active, active)
        own[f.ACTIVITY] = np.where(active, 1.0, 0.0)
        own[f.SHOCK_SCALE] = np.where(active, given[activity_law.ACTIVE_SCALE], 1.0)


def ground(war: War) -> None:
    state, params = war.state, war.params
    law = ground_law
    for k in range(len(state.theatre)):
        own, given, name = state.theatre[k], params.theatre[k], war.names.theatre[k]
        holder = params.theatre_links[k, f.HOLDER]
        ours = np.maximum(state.force[2 * k + holder, f.POWER], 1e-12)
        theirs = np.maximum(state.force[2 * k + 1 - holder, f.POWER], 1e-12)
        own[f.BALANCE] = np.log(ours / theirs)
        if war.week < 0:
            own[f.REFERENCE_BALANCE] = own[f.BALANCE]
            own[f.GAIN] = own[f.BASE_TEMPO]
            continue
        fought = own[f.OPEN] != 0.0
        moved = given[law.LEVEL_SHOCK] * normal(war.now, law.STREAM_LEVEL, name)
        deviation = given[law.LEVEL_PERSISTENCE] * own[f.LEVEL_DEVIATION] + moved
        level = given[law.LONG_RUN] + deviation
        shock = own[f.SHOCK_SCALE] * given[law.TEMPO_SHOCK] * normal(war.now, law.STREAM_TEMPO, name)
        base = level + given[law.PERSISTENCE] * (own[f.BASE_TEMPO] - level) + shock
        gain = base + given[law.RESPONSE] * (own[f.BALANCE] - own[f.REFERENCE_BALANCE])
        area = own[f.AREA] + gain + own[f.SHOCK_SCALE] * given[law.AREA_NOISE] * normal(war.now, law.STREAM_AREA, name)
        held = np.minimum(np.maximum(area, 0.0), given[law.AREA_CEILING])
        own[f.LEVEL_DEVIATION] = np.where(fought, deviation, own[f.LEVEL_DEVIATION])
        own[f.BASE_TEMPO] = np.where(fought, base, own[f.BASE_TEMPO])
        own[f.GAIN] = np.where(fought, gain, 0.0)
        own[f.AREA] = np.where(fought, held, own[f.AREA])
        if params.theatre_links[k, f.CLOSES] == 1:
            own[f.OPEN] = np.where(fought & (area <= 0.0), 0.0, own[f.OPEN])


def contingent_weight(war: War, c: int) -> Vector:
    own, given = war.state.contingent[c], war.params.contingent[c]
    intensity = np.where(serving(war, c), war.params.theatre[:, loss_law.INTENSITY], 0.0).sum(axis=0)
    lack = 1.0 + given[loss_law.VULNERABILITY] * (1.0 - own[f.INTEGRATION])
    return np.asarray(intensity * given[loss_law.EXPOSURE] * own[f.TROOPS] * lack)


def losses(war: War) -> None:
    state, params = war.state, war.params
    is_open = state.theatre[:, f.OPEN] > 0.0
    movement = np.where(is_open, np.abs(state.theatre[:, f.GAIN]), 0.0).sum(axis=0)
    for s in range(2):
        own, given = state.side[s], params.side[s]
        weighted = params.theatre[:, loss_law.INTENSITY] * state.force[s::2, f.NATIVES]
        exposed = np.where(is_open, weighted, 0.0).sum(axis=0)
        for c in np.flatnonzero(params.contingent_links[:, f.CONTINGENT_SIDE] == s).tolist():
            exposed += contingent_weight(war, c)
        own[loss_law.EXPOSED], own[loss_law.MOVEMENT] = exposed, movement
        if war.week < 0:
            own[loss_law.REFERENCE_EXPOSED], own[loss_law.REFERENCE_MOVEMENT] = exposed, movement
            own[f.LOSSES] = given[loss_law.LOSS_LEVEL] * np.exp(own[f.LOSS_DEVIATION])
            continue
        shock = given[loss_law.LOSS_SHOCK] * normal(war.now, loss_law.STREAM, war.names.side[s])
        own[f.LOSS_DEVIATION] = given[loss_law.LOSS_PERSISTENCE] * own[f.LOSS_DEVIATION] + shock
        moved = given[loss_law.LOSS_TEMPO] * (movement - own[loss_law.REFERENCE_MOVEMENT])
        reference = own[loss_law.REFERENCE_EXPOSED]
        strength = divide(exposed, reference, reference > 0.0, 1.0) ** given[loss_law.LOSS_MASS]
        bear(war, s, given[loss_law.LOSS_LEVEL] * np.exp(own[f.LOSS_DEVIATION] + moved) * strength)


def bear(war: War, s: int, counted: Vector) -> None:
    state, params = war.state, war.params
    permanent = params.side[s, f.PERMANENT_SHARE]
    exposed = state.side[s, loss_law.EXPOSED]
    per_weight = divide(counted, exposed, exposed > 0.0, 0.0)
    total = np.zeros_like(counted)
    for c in np.flatnonzero(params.contingent_links[:, f.CONTINGENT_SIDE] == s).tolist():
        own = state.contingent[c]
        lost = np.minimum(own[f.TROOPS], per_weight * contingent_weight(war, c))
        own[f.CONTINGENT_LOSSES] = lost
        own[f.CONTINGENT_CUMULATIVE] += lost
        total += lost
        left = 1.0 - divide(permanent * lost, own[f.TROOPS], lost > 0.0, 0.0)
        state.side[s, f.OFFICER_POOL] -= (1.0 - left) * own[f.LENT_OFFICERS]
        own[f.TROOPS] *= left
        own[f.INTERPRETERS] *= left
    natives: Vector = state.force[s::2, f.NATIVES]
    lost = np.minimum(natives, per_weight * params.theatre[:, loss_law.INTENSITY] * natives)
    lost = np.where(state.theatre[:, f.OPEN] > 0.0, lost, 0.0)
    state.force[s::2, f.NATIVES] = natives - permanent * lost
    total += lost.sum(axis=0)
    state.side[s, f.LOSSES] = total
    state.side[s, f.CUMULATIVE_LOSSES] += total


def replacement(war: War) -> None:
    state, params = war.state, war.params
    for s in range(2):
        own, given = state.side[s], params.side[s]
        moved = given[loss_law.LOSS_TEMPO] * (own[loss_law.MOVEMENT] - own[loss_law.REFERENCE_MOVEMENT])
        moved = np.clip(moved, -replacement_law.LARGEST_LOG, replacement_law.LARGEST_LOG)
        gone = given[f.PERMANENT_SHARE] * given[loss_law.LOSS_LEVEL] * np.exp(own[f.LOSS_DEVIATION] + moved)
        called = given[replacement_law.RECRUITMENT] + given[replacement_law.LOSS_REPLACEMENT] * gone
        recruits = np.maximum(0.0, called + own[f.MOBILISED])
        share = np.where(state.theatre[:, f.OPEN] > 0.0, state.force[s::2, f.REFERENCE_SHARE], 0.0)
        total = share.sum(axis=0)
        state.force[s::2, f.NATIVES] += divide(recruits * share, total, total > 0.0, 0.0)


def reserves(war: War) -> None:
    state, params = war.state, war.params
    is_open = state.theatre[:, f.OPEN] > 0.0
    for s in range(2):
        natives, foreign = state.force[s::2, f.NATIVES], state.force[s::2, f.FOREIGN_MASS]
        share = np.where(is_open, state.force[s::2, f.REFERENCE_SHARE], 0.0)
        total = natives.sum(axis=0)
        part = divide(share, share.sum(axis=0), share.sum(axis=0) > 0.0, 0.0)
        freed = part * np.where(is_open, foreign, 0.0).sum(axis=0) - foreign
        wanted = np.maximum(0.0, part * total + params.side[s, reserve_law.FUNGIBLE] * freed)
        wanted = np.where(is_open & (share.sum(axis=0) > 0.0), wanted, 0.0)
        some = wanted.sum(axis=0) > 0.0
        wanted = np.where(some, wanted * divide(total, wanted.sum(axis=0), some, 0.0), natives)
        state.force[s::2, reserve_law.WANTED] = wanted
        surplus = np.maximum(0.0, natives - wanted).sum(axis=0)
        moved = np.minimum(1.0, divide(params.side[s, reserve_law.RESERVE_CAP], surplus, surplus > 0.0, 0.0))
        state.force[s::2, f.NATIVES] = natives + moved * (wanted - natives)


START = (deployment, supply, coalition_integration, combat_power, activity, ground, losses)
STEP = (
    deployment,
    event_calendar,
    further_waves,
    supply,
    coalition_integration,
    combat_power,
    activity,
    ground,
    losses,
    replacement,
    reserves,
)


def run_block(
    initial: State,
    params: Params,
    names: Names,
    seed: int,
    first: int,
    replicates: int,
    weeks: int,
    record: NDArray[np.float64],
) -> None:
    """Same arguments, same meaning as the kernel's block."""
    futures = len(record)
    columns = recorded([array.shape[1] for array in initial])
    rows = (first + np.arange(futures)) // replicates - first // replicates
    whole = np.empty((sum(array.shape[1] * array.shape[2] for array in initial), futures))
    views = []
    place = 0
    for array in initial:
        slots, width = array.shape[1:]
        view = whole[place : place + slots * width].reshape(slots, width, futures)
        view[...] = array[rows].transpose(1, 2, 0)
        views.append(view)
        place += slots * width
    state = State(*views)
    own = params._replace(
        **{entity: np.ascontiguousarray(getattr(params, entity)[rows].transpose(1, 2, 0)) for entity in State._fields}
    )
    start = np.array([seed], dtype=np.uint64) + GOLDEN
    word = mix(mix(start) ^ ((first + np.arange(futures)).astype(np.uint64) + FIRST))
    for week in range(-1, weeks):
        now = mix(word ^ np.uint64((week + 2) * int(GOLDEN) % 2**64))
        war = War(state, own, names, word, now, week)
        for law in START if week < 0 else STEP:
            law(war)
        record[:, week + 1] = whole[columns].T
