"""The limits that the laws of the system around the war state: bargains, endurance, ladders, red lines, ties."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.mechanisms.worlds import SEEDS, World, field_of, law, random_world, same

from tertius.kernel.fields import ENTITIES, LEVEL, TROOPS

SHARES = st.floats(0.01, 0.99)
SIZES = st.floats(0.01, 3)


def values(world: World, path: str) -> np.ndarray:
    return world.array(field_of(path))


def with_some(seed: int, *entities: str) -> World:
    """A world that has at least one record of each kind named."""
    for more in range(200):
        world = random_world(seed + more)
        if all(world.count(entity) for entity in entities):
            return world
    raise AssertionError(f"no world with {entities}")


# --- red lines ---------------------------------------------------------------------------------------------------
def believed(world: World) -> np.ndarray:
    return values(world.after(law("red_lines")), "red_line.credibility")


@given(SEEDS)
def test_cheap_talk_changes_nothing(seed: int) -> None:
    world = with_some(seed, "red_line", "instrument").put("red_line.signal_cost", 0.0)
    silent = world.copy().put("red_line.signal", -1)
    after, quiet = world.after(law("red_lines")), silent.after(law("red_lines"))
    same(after, quiet)


@given(SEEDS, SHARES, SIZES, st.sampled_from([1.0, -1.0]))
def test_a_costly_signal_is_believed_by_bayes_rule(seed: int, before: float, cost: float, step: float) -> None:
    """A resolved sender signals always, a bluffer exp(-k) as often; taking it back undoes it."""
    world = with_some(seed, "red_line", "instrument").put("red_line.waiting", 0.0).put("red_line.signal", 0)
    world.put("red_line.credibility", before).put("red_line.signal_cost", cost).put("instrument.step", step)
    bluffer = np.exp(-cost * step)
    expected = before / (before + (1 - before) * bluffer)
    np.testing.assert_allclose(believed(world), expected, rtol=1e-12)
    assert (np.sign(believed(world) - before) == step).all()
    world.put("red_line.credibility", believed(world)).put("instrument.step", -step)
    np.testing.assert_allclose(believed(world), before, rtol=1e-9)


@given(SEEDS, SHARES, SIZES)
def test_an_answer_is_remembered_and_so_is_its_lack(seed: int, before: float, size: float) -> None:
    world = with_some(seed, "red_line", "instrument").put("red_line.waiting", 1.0).put("red_line.waited", 2.0)
    world.put("red_line.signal", -1).put("red_line.answer", 0).put("red_line.credibility", before)
    world.put("red_line.gained", size).put("red_line.lost", size).put("red_line.answer_contingent", -1)
    still, late = world.copy().put("red_line.answer_weeks", 9.0), world.copy().put("red_line.answer_weeks", 2.0)
    for each in (still, late):
        each.put("instrument.step", 0.0)
    answered = still.copy().put("instrument.step", 1.0)
    assert (believed(still) == before).all()
    assert (believed(late) < before).all()
    assert (believed(answered) > before).all()
    odds = [believed(each) / (1 - believed(each)) * (1 - before) / before for each in (late, answered)]
    np.testing.assert_allclose(np.log(odds[0]), -size, rtol=1e-6)
    np.testing.assert_allclose(np.log(odds[1]), size, rtol=1e-6)
    after = late.after(law("red_lines"))
    assert (values(after, "red_line.unanswered") == values(late, "red_line.unanswered") + 1).all()
    if world.count("contingent"):
        fighting = late.copy().put("red_line.answer_contingent", 0).put("contingent.troops", 1000.0)
        np.testing.assert_allclose(believed(fighting), believed(answered))
        absent = fighting.copy().put("contingent.troops", 0.0)
        np.testing.assert_allclose(believed(absent), believed(late))


@given(SEEDS)
def test_record_that_does_not_count_and_certainty_stay(seed: int) -> None:
    world = with_some(seed, "red_line").put("red_line.signal_cost", 0.0)
    world.put("red_line.gained", 0.0).put("red_line.lost", 0.0)
    assert (believed(world) == values(world, "red_line.credibility")).all()
    for certain in (0.0, 1.0):
        sure = random_world(seed).put("red_line.credibility", certain)
        assert (believed(sure) == certain).all()


@given(SEEDS, SHARES)
def test_a_line_believed_more_holds_back_who_would_cross_it(seed: int, before: float) -> None:
    world = with_some(seed, "red_line", "instrument").put("red_line.signal_cost", 1.0).put("red_line.signal", 0)
    world.put("red_line.waiting", 0.0).put("red_line.crossed", 1.0).put("red_line.deters", 0)
    world.put("red_line.credibility", before).put("red_line.reference_credibility", before)
    world.put("red_line.deterrence", 1.0).put("instrument.step", 1.0)
    assert values(world.after(law("red_lines")), "instrument.signalled")[0] < 0
    world.put("red_line.deterrence", 0.0).put("red_line.tied_hands", 0.0)
    assert (values(world.after(law("red_lines")), "instrument.signalled") == 0).all()


# --- endurance, and what follows it ------------------------------------------------------------------------------
@given(SEEDS)
def test_what_is_evaded_whole_does_not_wear(seed: int) -> None:
    world = random_world(seed).put("side.evasion", 1.0).put("side.evaded", 0.0)
    none = world.copy().put("side.sanctioned", 0.0)
    left = [values(each.after(law("endurance")), "side.endurance") for each in (world, none)]
    assert (left[0] == left[1]).all()


@given(SEEDS)
def test_nothing_that_wears_leaves_it(seed: int) -> None:
    world = random_world(seed).put("side.drain", 0.0).put("side.loss_wear", 0.0)
    world.put("side.sanctioned", 0.0).put("side.aided", 0.0)
    same(world, world.after(law("endurance")))


@given(SEEDS, st.floats(0.01, 0.5))
def test_sanctions_wear_down_recruits_and_own_lines_and_no_partner_s(seed: int, wear: float) -> None:
    world = with_some(seed, "supply").put("side.endurance", 1.0).put("side.drain", 0.0).put("side.loss_wear", 0.0)
    world.put("side.sanctioned", 0.0).put("side.aided", 0.0).put("side.evasion", 0.3).put("side.mobilised", 0.0)
    world.put("side.evaded", 0.0)
    world.put("side.recruitment", 1000.0).put("side.loss_replacement", 0.0)
    world.put("side.recruitment_endurance", 0.7).put("side.production_endurance", 0.7)
    world.put("theatre.open", 1.0).put("force.reference_share", 1.0 / world.count("theatre"))
    world.put("supply.per_week", 50.0).put("supply.factor", 1.0).put("supply.ceiling", 1e9)
    world.put("supply.dependence", 0.0)  # a line through what is destroyed sends nothing in any of them
    struck, eased = world.copy().put("side.sanctioned", [wear, 0.0]), world.copy().put("side.aided", [wear, 0.0])
    worlds = [each.after(law("endurance")) for each in (struck, world, eased)]
    left = np.array([values(each, "side.endurance") for each in worlds])
    assert (np.diff(left[:, 0]) > 0).all()
    assert (left[:, 1] == left[0, 1]).all()
    recruits = np.array([values(each.after(law("replacement")), "force.troops") for each in worlds]).reshape(3, -1, 2)
    assert (np.diff(recruits[:, :, 0], axis=0) > 0).all()
    assert (recruits[:, :, 1] == recruits[0, :, 1]).all()
    delivered = np.array([values(each.after(law("supply")), "supply.delivered") for each in worlds])
    own = (values(world, "supply.own") == 1) & (values(world, "supply.side") == 0)
    assert (np.diff(delivered[:, own], axis=0) > 0).all()
    assert (delivered[:, ~own] == delivered[0, ~own]).all()


@given(SEEDS)
def test_elasticities_of_nothing_forget_endurance(seed: int) -> None:
    world = random_world(seed).put("side.recruitment_endurance", 0.0).put("side.production_endurance", 0.0)
    worn = world.copy().put("side.endurance", 0.1)
    for name in ("replacement", "supply"):
        same(world.after(law(name)), worn.after(law(name)), but=[field_of("side.endurance")])


@given(SEEDS)
def test_steady_wear_takes_nothing_from_what_is_replaced_and_more_wear_does(seed: int) -> None:
    world = random_world(seed).put("side.recruitment", 0.0).put("side.mobilised", 0.0).put("side.drain", 0.01)
    world.put("side.loss_replacement", 1.0).put("side.recruitment_endurance", 1.0).put("theatre.open", 1.0)
    world.put("force.reference_share", 1.0).put("side.permanent_share", 0.5).put("side.loss_tempo", 0.0)
    world.put("force.troops", 0.0).put("side.loss_level", 100.0).put("side.loss_deviation", 0.0)
    for week, endurance, expected in ((0, 1.0, 50.0), (30, 0.7, 50.0), (30, 0.6, 45.0)):
        world.week = week
        came = values(world.copy().put("side.endurance", endurance).after(law("replacement")), "force.troops")
        np.testing.assert_allclose(came.reshape(-1, 2).sum(axis=0), expected, rtol=1e-9)


@given(SEEDS)
def test_up_and_down_again_leaves_a_side_and_a_line_as_they_were(seed: int) -> None:
    world = with_some(seed, "lever").put("lever.soldiers", 0.0)
    up = world.put("instrument.step", 1.0).after(law("carrying_out"))
    down = up.copy().put("instrument.step", -1.0).after(law("carrying_out"))
    same(
        world,
        down,
        but=[field_of(path) for path in ("instrument.step", "contingent.room", "contingent.begun")],
        rtol=1e-12 * (1.0 + np.abs(values(world, "side.mobilised")).max()),
    )


# --- exchange ----------------------------------------------------------------------------------------------------
@given(SEEDS)
def test_a_bargain_that_ends_takes_its_soldiers_home_and_leaves_what_is_kept(seed: int) -> None:
    world = with_some(seed, "bargain", "contingent", "supply").put("bargain.alive", 1.0).put("bargain.end_rate", 1e30)
    after = world.after(law("exchange"))
    assert (values(after, "bargain.alive") == 0).all()
    in_one = values(world, "contingent.bargain") >= 0
    home = after.after(law("homecoming"))
    assert (values(home, "contingent.troops")[in_one] == 0).all()
    assert (values(home, "contingent.troops")[~in_one] == values(world, "contingent.troops")[~in_one]).all()
    bargains = values(world, "supply.bargain")
    kept = np.where(bargains >= 0, values(world, "bargain.kept")[bargains], 1.0)
    np.testing.assert_allclose(values(after, "supply.factor"), values(world, "supply.factor") * kept, rtol=1e-12)
    again = home.put("bargain.pay_per_item", 0.0).after(law("exchange"))
    assert (values(again, "supply.factor") == values(after, "supply.factor")).all(), "taken once"
    assert (values(again, "bargain.received") == 0).all()


@given(SEEDS, st.floats(0.001, 0.5))
def test_without_grievance_a_bargain_ends_at_a_constant_rate(seed: int, rate: float) -> None:
    world = with_some(seed, "bargain").put("bargain.alive", 1.0).put("bargain.grievance", 0.0)
    chance = values(world.put("bargain.end_rate", rate).after(law("exchange")), "bargain.end_chance")
    np.testing.assert_allclose(chance, -np.expm1(-rate), rtol=1e-12)


@given(SEEDS, st.floats(0.1, 0.8))
def test_a_bargain_that_is_paid_less_ends_sooner_and_holds_its_giver_to_its_patron(seed: int, paid: float) -> None:
    world = with_some(seed, "bargain", "contingent").put("contingent.bargain", 0).put("contingent.troops", 1000.0)
    world.put("bargain.alive", 1.0).put("bargain.payment", -1).put("bargain.patron_income", 1e6)
    world.put("bargain.soldier_cost", 100.0).put("bargain.pay_per_soldier", 300.0).put("bargain.paid_share", 1.0)
    world.put("bargain.end_rate", 0.01).put("bargain.grievance", 1.0).put("bargain.reference_ratio", 0.0)
    first = world.after(law("exchange"))
    world.put("bargain.reference_ratio", first.value("bargain.reference_ratio")).put("bargain.paid_share", paid)
    less = world.after(law("exchange"))
    assert less.value("bargain.end_chance") > first.value("bargain.end_chance")
    assert less.value("bargain.leverage") > first.value("bargain.leverage")
    alone = world.put("bargain.patron_income", 0.0).after(law("exchange"))
    assert (values(alone, "bargain.leverage") == 0).all()


# --- ladders -----------------------------------------------------------------------------------------------------
@given(SEEDS)
def test_no_rung_is_skipped_without_a_leap(seed: int) -> None:
    world = with_some(seed, "rung").put("rung.leap", 0.0).put("rung.rate", 0.7).put("rung.output_entity", -1)
    below = values(world, "rung.below")
    for week in range(12):
        world.week = week
        after = world.after(law("escalation"))
        climbed = (values(after, "rung.reached") == 1) & (values(world, "rung.reached") == 0)
        for rung in np.flatnonzero(climbed & (below >= 0)):
            assert values(world, "rung.reached")[below[rung]] == 1
        world = after


@given(SEEDS)
def test_a_rung_without_rate_or_way_back_stays(seed: int) -> None:
    world = with_some(seed, "rung").put("rung.output_entity", -1).put("rung.rate", 0.0).put("rung.relief", 0.0)
    same(world, world.after(law("escalation")), but=[field_of("rung.chance"), field_of("rung.reached_before")])


@given(SEEDS, st.integers(1, 3))
def test_rungs_that_outputs_define_follow_them(seed: int, threshold: int) -> None:
    world = with_some(seed, "rung", "instrument", "contingent").put("rung.output_slot", 0)
    for entity, field in (("instrument", LEVEL), ("contingent", TROOPS)):
        world.put("rung.output_entity", ENTITIES.index(entity)).put("rung.output_field", int(field))
        world.put("rung.threshold", float(threshold))
        for level in range(5):
            world.put(f"{entity}.{field.name}", float(level))
            reached = values(world.after(law("escalation")), "rung.reached")
            assert (reached == float(level >= threshold)).all()


@given(SEEDS, SIZES)
def test_crises_spill_over_to_other_ladders_only(seed: int, size: float) -> None:
    world = with_some(seed, "rung").put("rung.spill_over", size).put("rung.reference_reached", 0.0)
    world.put("rung.reached", 1.0)
    ladders = values(world, "rung.ladder")
    elsewhere = np.array([(ladders != ladder).sum() for ladder in ladders])
    np.testing.assert_allclose(values(world.after(law("spill_over")), "rung.contagion"), size * elsewhere, rtol=1e-12)
    none = world.put("rung.spill_over", 0.0).after(law("spill_over"))
    assert (values(none, "rung.contagion") == 0).all()


# --- threats and ties --------------------------------------------------------------------------------------------
@given(SEEDS)
def test_gains_do_not_make_up_for_harm(seed: int) -> None:
    world = with_some(seed, "actor")
    threat = values(world.after(law("perceived_threat")), "actor.threat")
    assert (threat >= 0).all()
    for x in range(world.count("stake")):
        less = world.copy()
        values(less, "stake.perceived")[x] = 0.0
        assert (values(less.after(law("perceived_threat")), "actor.threat") <= threat + 1e-12).all()
    calm = world.put("stake.perceived", 0.0).after(law("perceived_threat"))
    assert (values(calm, "actor.threat") == 0).all()


@given(SEEDS)
def test_ties_stand_still_drift_back_and_tighten_under_a_common_threat(seed: int) -> None:
    world = (
        with_some(seed, "tie")
        .put("tie.reference_closeness", 0.3)
        .put("instrument.warmth", 0.0)
        .put("tie.balancing", 0.0)
        .put("tie.fading", 0.0)
    )
    same(world, world.after(law("realignment")))
    back = world.copy().put("tie.fading", 1.0).after(law("realignment"))
    np.testing.assert_allclose(
        values(back, "tie.closeness"), values(world, "tie.reference_closeness"), rtol=1e-12, atol=1e-15
    )
    world.put("tie.closeness", 0.0).put("tie.balancing", 0.1).put("actor.threat", 0.5)
    np.testing.assert_allclose(values(world.after(law("realignment")), "tie.closeness"), 0.05, rtol=1e-12)
    of_one = world.copy()
    of_one.array(field_of("actor.threat"))[int(values(world, "tie.first")[0])] = 0.0
    assert values(of_one.after(law("realignment")), "tie.closeness")[0] == 0.0
