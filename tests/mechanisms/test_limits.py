"""The limits that each law's docstring states, and what it conserves."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.mechanisms.worlds import SEEDS, World, field_of, law, random_world, same

from tertius.kernel import name_key

SHARES = st.floats(0, 1)
UNDER, LEADS, BESIDE = range(3)


def values(world: World, path: str) -> np.ndarray:
    return world.array(field_of(path))


def with_contingents(seed: int) -> World:
    world = random_world(seed)
    assume(world.count("contingent") > 0)
    return world.put("contingent.troops", np.maximum(values(world, "contingent.troops"), 1.0)).put(
        "contingent.newcomers", 0.0
    )


def integrated(world: World) -> World:
    return world.after(law("coalition_integration"))


@given(SEEDS)
def test_enough_of_both_and_no_discord_integrates_fully(seed: int) -> None:
    world = with_contingents(seed).put("contingent.discord", 0.0).put("contingent.interpreter_pool", 1e12)
    world.put("side.officer_pool", 1e12).put("side.officers_lendable", 1.0).put("contingent.officers_given", 0.0)
    leads = values(world, "contingent.command") == LEADS
    world.put("contingent.officers_per_group", np.where(leads, 0.0, values(world, "contingent.officers_per_group")))
    after = integrated(world)
    assert (values(after, "force.native_integration") == 1.0).all()
    np.testing.assert_allclose(values(after, "contingent.integration"), 1.0, rtol=1e-12)
    np.testing.assert_allclose(values(after, "contingent.usable"), values(after, "contingent.troops"), rtol=1e-12)


@given(SEEDS)
def test_none_of_either_leaves_what_it_can_do_alone(seed: int) -> None:
    world = with_contingents(seed)
    for name in ("interpreters", "interpreter_pool", "interpreter_training"):
        world.put(f"contingent.{name}", 0.0)
    needed = np.maximum(values(world, "contingent.interpreters_per_group"), 0.1)
    world.put("contingent.interpreters_per_group", needed).put("side.officers_lendable", 0.0)
    world.put("contingent.command", UNDER)
    after = integrated(world)
    weeks = values(world, "contingent.joint_weeks") + 1.0
    left = 1 - values(world, "contingent.discord") * np.exp(-weeks / values(world, "contingent.learning_weeks"))
    alone = values(world, "contingent.alone") * left
    np.testing.assert_allclose(values(after, "contingent.integration"), alone, rtol=1e-9)


@pytest.mark.parametrize("path", ["contingent.interpreters", "contingent.joint_weeks", "side.officers_lendable"])
@given(seed=SEEDS, more=st.floats(0, 50))
def test_integration_never_falls_with(path: str, seed: int, more: float) -> None:
    world = with_contingents(seed)
    better = world.copy().put(path, values(world, path) + (more / 50 if path.startswith("side") else more))
    low, high = (
        values(integrated(world), "contingent.integration"),
        values(integrated(better), "contingent.integration"),
    )
    assert (high >= low - 1e-12).all()


@given(SEEDS)
def test_what_is_lost_adds_up_and_is_never_negative(seed: int) -> None:
    after = integrated(random_world(seed))
    names = ("interpreters", "officers", "discord", "dilution")
    parts = np.array([values(after, f"contingent.lost_to_{name}") for name in names])
    troops, concerted = values(after, "contingent.troops"), values(after, "contingent.concerted")
    assert (parts >= -1e-9 * (1 + concerted)).all()
    leads = values(after, "contingent.command") == LEADS
    own = (troops - values(after, "contingent.usable"))[~leads]
    np.testing.assert_allclose(parts.sum(axis=0)[~leads], own, rtol=1e-9, atol=1e-6)
    assert (concerted[~leads] == troops[~leads]).all()
    idle = np.zeros(after.count("force"))
    for c in np.flatnonzero(leads & (troops > 0) & (values(after, "contingent.location") >= 0)):
        idle[2 * int(after.value("contingent.location", c)) + int(after.value("contingent.side", c))] += parts[
            :, c
        ].sum()
    natives = values(after, "force.troops")
    expected = natives * (1 - values(after, "force.native_integration"))
    np.testing.assert_allclose(idle, expected, rtol=1e-9, atol=1e-9 * (1 + natives.max()))
    integration = values(after, "contingent.integration")
    assert ((integration >= 0) & (integration <= 1)).all()


@given(SEEDS)
def test_interpreters_are_a_stock_and_officers_are_capped(seed: int) -> None:
    world = random_world(seed)
    after = integrated(world)
    stock = [values(w, "contingent.interpreters") + values(w, "contingent.interpreter_pool") for w in (world, after)]
    trained = stock[0] + values(world, "contingent.interpreter_training")
    np.testing.assert_allclose(stock[1], trained, rtol=1e-12)
    assert (values(after, "contingent.interpreter_pool") >= 0).all()
    lent, pool = values(after, "side.officers_lent"), values(world, "side.officer_pool")
    assert (lent <= values(world, "side.officers_lendable") * pool * (1 + 1e-12)).all()
    for s in range(2):
        mine = values(world, "contingent.side") == s
        assert values(after, "contingent.lent_officers")[mine].sum() == pytest.approx(lent[s], rel=1e-9, abs=1e-9)


@given(SEEDS)
def test_without_foreigners_the_host_leads_whole(seed: int) -> None:
    after = integrated(random_world(seed).put("contingent.troops", 0.0).put("contingent.newcomers", 0.0))
    assert (values(after, "side.leadership") == 1.0).all()
    assert (values(after, "contingent.usable") == 0.0).all()


@given(SEEDS)
def test_side_by_side_nobody_has_to_be_understood(seed: int) -> None:
    """Neither interpreters nor officers matter; discord alone does, and it fades."""
    world = with_contingents(seed).put("contingent.command", BESIDE)
    poor = world.copy().put("contingent.interpreter_pool", 0.0).put("contingent.interpreters", 0.0)
    poor.put("side.officer_pool", 0.0)
    rich, without = integrated(world), integrated(poor)
    for name in ("integration", "usable", "lost_to_discord"):
        assert (values(rich, f"contingent.{name}") == values(without, f"contingent.{name}")).all()
    assert (values(rich, "contingent.lent_officers") == 0.0).all()
    weeks = values(world, "contingent.joint_weeks") + 1.0
    left = 1 - values(world, "contingent.discord") * np.exp(-weeks / values(world, "contingent.learning_weeks"))
    np.testing.assert_allclose(values(rich, "contingent.integration"), left, rtol=1e-9)


@given(SEEDS)
def test_who_leads_fights_whole_and_the_host_below_its_number(seed: int) -> None:
    """One leader: its own soldiers are usable, the host's lose what the leader's would have lost under the host."""
    world = with_contingents(seed).put("contingent.officers_given", 0.0).put("contingent.officers_per_group", 0.0)
    world.put("contingent.troops", 0.0).put("contingent.location", 0.0)
    world.array(field_of("contingent.troops"))[0] = 5000.0
    world.put("force.troops", 5000.0)
    led = integrated(world.copy().put("contingent.command", LEADS))
    under = integrated(world.copy().put("contingent.command", UNDER))
    side = int(world.value("contingent.side"))
    assert led.value("contingent.usable") == 5000.0
    assert led.value("contingent.integration") == 1.0
    share = under.value("contingent.integration")
    assert led.value("force.native_integration", side) == pytest.approx(share, rel=1e-9)
    others = [led.value("force.native_integration", i) for i in range(led.count("force")) if i != side]
    assert others == [1.0] * len(others)
    assert led.value("side.officers_lent", side) == 0.0


@given(SEEDS)
def test_several_who_lead_share_the_host(seed: int) -> None:
    """A force cut into two contingents that lead, alike in all, leads as the whole did."""
    world = with_contingents(seed).put("contingent.command", LEADS).put("contingent.location", 0.0)
    assume(world.count("contingent") > 1)
    world.put("contingent.side", 0).put("contingent.interpreters", 0.0).put("contingent.interpreter_training", 0.0)
    for name in ("joint_weeks", "interpreter_pool", "troops"):
        world.put(f"contingent.{name}", 0.0)
    for table in (world.params.contingent, world.params.contingent_links):
        table[:] = table[0]
    whole, cut = world.copy(), world.copy()
    whole.array(field_of("contingent.troops"))[0], whole.array(field_of("contingent.interpreter_pool"))[0] = 900.0, 30.0
    for c, part in enumerate((1 / 3, 2 / 3)):
        cut.array(field_of("contingent.troops"))[c] = 900.0 * part
        cut.array(field_of("contingent.interpreter_pool"))[c] = 30.0 * part
    found = [integrated(each).value("force.native_integration") for each in (whole, cut)]
    assert found[0] == pytest.approx(found[1], rel=1e-9)


@given(SEEDS)
def test_a_useless_contingent_changes_no_power(seed: int) -> None:
    world = random_world(seed)
    without = world.copy().put("contingent.location", -1.0)
    power = [
        values(w.after(law("combat_power")), "force.power") for w in (without, world.put("contingent.usable", 0.0))
    ]
    assert (power[0] == power[1]).all()


@given(SEEDS)
def test_power_answers_to_soldiers_by_one_less_the_exponents(seed: int) -> None:
    world = random_world(seed).put("theatre.open", 1.0).put("contingent.location", -1.0)
    world.put("force.troops", values(world, "force.troops") + 1.0)
    power = [values(w.after(law("combat_power")), "force.power") for w in (world, doubled(world))]
    elasticity = 1 - world.value("world.fire_exponent") - world.value("world.equipment_exponent")
    np.testing.assert_allclose(power[1], power[0] * 2**elasticity, rtol=1e-9)


def doubled(world: World) -> World:
    return world.copy().put("force.troops", 2 * values(world, "force.troops"))


def quiet(world: World) -> World:
    for name in ("tempo_shock", "area_noise", "level_shock", "level_deviation"):
        world.put(f"theatre.{name}", 0.0)
    return world.put("theatre.area_ceiling", 1e12)


@given(SEEDS)
def test_an_unchanged_balance_leaves_a_damped_local_level(seed: int) -> None:
    world = quiet(random_world(seed)).put("theatre.open", 1.0).put("theatre.area", 1e7)
    world.put("theatre.reference_balance", values(world.after(law("ground")), "theatre.balance"))
    after = world.after(law("ground"))
    level, tempo = values(world, "theatre.long_run_tempo"), values(world, "theatre.tempo")
    expected = level + values(world, "theatre.persistence") * (tempo - level)
    np.testing.assert_allclose(values(after, "theatre.gain"), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(values(after, "theatre.area"), 1e7 + expected, rtol=1e-12)
    local = world.put("theatre.persistence", 1.0).after(law("ground"))
    np.testing.assert_allclose(values(local, "theatre.gain"), tempo, rtol=1e-12, atol=1e-11)


@given(SEEDS, st.floats(-40, 40))
def test_a_tempo_follows_its_level_and_the_level_its_mean(seed: int, off: float) -> None:
    """Persistence 0 puts the tempo on the level at once; a level that wanders stays, one of no memory is its mean."""
    world = quiet(random_world(seed)).put("theatre.open", 1.0).put("theatre.persistence", 0.0)
    world.put("theatre.level_deviation", off)
    mean = values(world, "theatre.long_run_tempo")
    for persistence in (1.0, 0.6, 0.0):
        after = world.copy().put("theatre.level_persistence", persistence).after(law("ground"))
        np.testing.assert_allclose(values(after, "theatre.level_deviation"), persistence * off, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(values(after, "theatre.tempo"), mean + persistence * off, rtol=1e-12, atol=1e-10)


@given(SEEDS)
def test_a_theatre_s_land_never_passes_its_ceiling(seed: int) -> None:
    world = random_world(seed).put("theatre.open", 1.0).put("theatre.tempo", 1e6).put("theatre.area_ceiling", 900.0)
    assert (values(world.after(law("ground")), "theatre.area") <= 900.0).all()


@given(SEEDS, st.floats(0.1, 10))
def test_gain_answers_to_the_balance_by_the_response(seed: int, factor: float) -> None:
    world = random_world(seed).put("theatre.open", 1.0).put("theatre.holder", 0)
    world.put("force.power", values(world, "force.power") + 1e-3)
    stronger = world.copy()
    stronger.array(field_of("force.power"))[::2] *= factor
    gains = [values(w.after(law("ground")), "theatre.gain") for w in (world, stronger)]
    expected = values(world, "theatre.power_response") * math.log(factor)
    np.testing.assert_allclose(gains[1] - gains[0], expected, rtol=1e-7, atol=1e-8)


@given(SEEDS)
def test_only_a_salient_closes_at_zero_and_it_stays_closed(seed: int) -> None:
    world = quiet(random_world(seed)).put("theatre.open", 1.0).put("theatre.area", 1.0).put("theatre.persistence", 1.0)
    world.put("theatre.power_response", 0.0).put("theatre.tempo", -5.0)
    after = world.after(law("ground"))
    assert (values(after, "theatre.area") == 0.0).all()
    assert (values(after, "theatre.open") == 1 - values(world, "theatre.closes_at_zero")).all()
    later = after.put("theatre.tempo", 50.0).after(law("ground"))
    closed = values(after, "theatre.open") == 0.0
    assert (values(later, "theatre.area")[closed] == 0.0).all()
    assert (values(later, "theatre.gain")[closed] == 0.0).all()
    np.testing.assert_allclose(values(later, "theatre.area")[~closed], 50.0, rtol=1e-12)


@given(SEEDS)
def test_reserves_conserve_soldiers_and_keep_the_cap(seed: int) -> None:
    world = random_world(seed)
    after = world.after(law("reserves"))
    moved = (values(after, "force.troops") - values(world, "force.troops")).reshape(-1, 2)
    sizes = values(world, "force.troops").reshape(-1, 2).sum(axis=0)
    assert (np.abs(moved.sum(axis=0)) <= 1e-12 * (1 + sizes)).all()
    assert (np.maximum(moved, 0).sum(axis=0) <= values(world, "side.reserve_cap") * (1 + 1e-9) + 1e-9).all()
    assert (values(after, "force.troops") >= -1e-9).all()
    stuck = world.put("side.reserve_cap", 0.0).after(law("reserves"))
    assert (values(stuck, "force.troops") == values(world, "force.troops")).all()


@given(SEEDS)
def test_foreigners_free_nobody_when_not_fungible(seed: int) -> None:
    world = random_world(seed).put("side.fungible", 0.0)
    without = world.copy().put("force.foreign_mass", 0.0)
    assert (
        values(world.after(law("reserves")), "force.troops") == values(without.after(law("reserves")), "force.troops")
    ).all()


@given(SEEDS)
def test_supply_conserves_items(seed: int) -> None:
    world = random_world(seed).put("side.endurance", 1.0).put("supply.at", -1)
    after = world.after(law("supply"))
    weeks = np.exp(values(world, "supply.growth") * world.week)
    rate = values(world, "supply.factor") * values(world, "supply.per_week") * weeks
    sent = np.minimum(rate, values(world, "supply.ceiling"))
    there = values(after, "supply.transit") + values(after, "supply.delivered")
    np.testing.assert_allclose(there, values(world, "supply.transit") + sent, rtol=1e-12)
    shells = values(after, "side.shells") + values(after, "side.fire")
    arrived = values(after, "side.shells_delivered")
    np.testing.assert_allclose(shells, values(world, "side.shells") + arrived, rtol=1e-9)
    for s in range(2):
        mine = (values(world, "supply.side") == s) & (values(world, "supply.good") == 0)
        assert values(after, "supply.delivered")[mine].sum() == pytest.approx(arrived[s])


@given(SEEDS)
def test_fire_between_plenty_and_nothing(seed: int) -> None:
    world = random_world(seed)
    rich = world.copy().put("side.shells", 1e15).after(law("supply"))
    assert (values(rich, "side.fire") == values(world, "side.fire_demand")).all()
    poor = world.copy().put("side.shells", 0.0).after(law("supply"))
    expected = np.minimum(values(world, "side.fire_demand"), values(poor, "side.shells_delivered"))
    assert (values(poor, "side.fire") == expected).all()
    prompt = world.copy().put("supply.lag", 1.0).put("supply.transit", 0.0).after(law("supply"))
    assert (values(prompt, "supply.transit") == 0.0).all()


@given(SEEDS)
def test_losses_add_up_and_never_exceed_those_present(seed: int) -> None:
    world = random_world(seed)
    after = world.after(law("losses"))
    natives = [values(w, "force.troops").reshape(-1, 2) for w in (world, after)]
    foreign = values(after, "contingent.losses")
    assert (natives[1] >= 0).all()
    assert (foreign <= values(world, "contingent.troops")).all()
    for s in range(2):
        mine = values(world, "contingent.side") == s
        gone = world.value("side.permanent_share", s)
        left = (natives[0] - natives[1])[:, s].sum() + gone * foreign[mine].sum()
        scale = natives[0].sum()
        assert left == pytest.approx(gone * after.value("side.losses", s), rel=1e-9, abs=1e-9 * scale)
        total = world.value("side.cumulative_losses", s) + after.value("side.losses", s)
        assert after.value("side.cumulative_losses", s) == pytest.approx(total)


@given(SEEDS)
def test_nobody_is_lost_out_of_touch(seed: int) -> None:
    """Where all or none of the land is held and the sides have no contact there, nobody falls; else all goes on."""
    world = random_world(seed).put("theatre.open", 1.0).put("theatre.area_ceiling", 100.0)
    for area in (0.0, 100.0):
        away = world.copy().put("theatre.area", area).put("theatre.contact_at_bounds", 0).after(law("losses"))
        assert (values(away, "side.losses") == 0.0).all()
        assert (values(away, "force.troops") == values(world, "force.troops")).all()
        assert (values(away, "contingent.troops") == values(world, "contingent.troops")).all()
        there = world.copy().put("theatre.area", area).put("theatre.contact_at_bounds", 1).after(law("losses"))
        inside = world.copy().put("theatre.area", 50.0).put("theatre.contact_at_bounds", 0).after(law("losses"))
        assert (values(there, "side.losses") == values(inside, "side.losses")).all()


@given(SEEDS)
def test_plain_losses_are_the_level_and_no_exposure_spares(seed: int) -> None:
    world = random_world(seed).put("theatre.open", 1.0).put("theatre.intensity", 1.0).put("force.troops", 1e9)
    world.put("theatre.contact_at_bounds", 1)
    for name in ("loss_tempo", "loss_mass", "loss_shock", "loss_deviation"):
        world.put(f"side.{name}", 0.0)
    after = world.put("contingent.exposure", 0.0).after(law("losses"))
    np.testing.assert_allclose(values(after, "side.losses"), values(world, "side.loss_level"), rtol=1e-9)
    assert (values(after, "contingent.losses") == 0.0).all()


@given(SEEDS)
def test_a_side_that_replaces_its_losses_grows_by_its_recruitment(seed: int) -> None:
    """Whatever the level of losses and the share that returns, where nothing moves losses off the war's intensity."""
    world = random_world(seed).put("theatre.open", 1.0).put("theatre.intensity", 1.0).put("contingent.location", -1.0)
    world.put("side.mobilised", 0.0).put("side.recruitment", 300.0).put("side.recruitment_endurance", 0.0)
    world.put("side.loss_replacement", 1.0).put("force.troops", 1e7).put("force.reference_share", 1.0)
    world.put("side.loss_mass", 0.0).put("theatre.contact_at_bounds", 1).put("side.loss_tempo", 0.0)
    world.put("side.loss_shock", 0.0).put("side.loss_deviation", 0.0)  # a random shock may cost a side all it has
    after = world.after(law("losses")).after(law("replacement"))
    grown = (values(after, "force.troops") - values(world, "force.troops")).reshape(-1, 2).sum(axis=0)
    np.testing.assert_allclose(grown, 300.0, rtol=1e-6, atol=1e-3)


@given(SEEDS)
def test_recruits_arrive_whole(seed: int) -> None:
    world = random_world(seed).put("side.endurance", 1.0).put("side.loss_replacement", 0.0)
    after = world.after(law("replacement"))
    recruits = np.maximum(0.0, values(world, "side.recruitment") + values(world, "side.mobilised"))
    shares = values(world, "force.reference_share").reshape(-1, 2) * values(world, "theatre.open")[:, None]
    came = (values(after, "force.troops") - values(world, "force.troops")).reshape(-1, 2).sum(axis=0)
    np.testing.assert_allclose(came, np.where(shares.sum(axis=0) > 0, recruits, 0.0), rtol=1e-9, atol=1e-6)


@given(SEEDS)
def test_a_sender_keeps_its_ceiling(seed: int) -> None:
    world = random_world(seed)
    after = world.after(law("further_waves"))
    for one in set(values(world, "contingent.sender").tolist()):
        mine = values(world, "contingent.sender") == one
        least = values(world, "contingent.troops_ceiling")[mine].min()
        bound = max(values(world, "contingent.sent")[mine].sum(), least)
        assert values(after, "contingent.sent")[mine].sum() <= bound * (1 + 1e-9)
    came = [values(after, f"contingent.{n}") - values(world, f"contingent.{n}") for n in ("sent", "troops")]
    np.testing.assert_allclose(came[0], came[1], rtol=1e-9, atol=1e-6)
    assert (came[0] >= 0).all()


@given(SEEDS, SHARES)
def test_redeployment_is_as_likely_as_said(seed: int, chance: float) -> None:
    world = with_contingents(seed).put("theatre.open", 0.0).put("contingent.location", 0.0)
    assume(world.count("theatre") > 1)
    world.array(field_of("theatre.open"))[1:] = 1.0
    world.put("force.troops", 100.0)
    gone = {}
    for share in (0.0, chance, 1.0):
        after = world.copy().put("contingent.redeployment", share).after(law("deployment"))
        gone[share] = values(after, "contingent.location")
    assert (gone[0.0] == -1.0).all()
    assert (gone[1.0] == 1.0).all()  # the first of equals
    assert set(gone[chance]) <= {-1.0, 1.0}


@given(SEEDS)
def test_a_front_that_reopens_moves_nobody_out_of_the_war(seed: int) -> None:
    """Surely due, every closed front with troops on both sides opens with its land, and each side keeps its number."""
    world = random_world(seed).put("theatre.reopening", 1.0).put("theatre.closes_at_zero", 1)
    after = world.after(law("reopening"))
    sides = [values(w, "force.troops").reshape(-1, 2).sum(axis=0) for w in (world, after)]
    np.testing.assert_allclose(sides[0], sides[1], rtol=1e-12)
    opened = values(after, "theatre.open") > values(world, "theatre.open")
    held = (values(world, "force.reference_share").reshape(-1, 2) > 0).all(axis=1)
    assert (opened == (held & (values(world, "theatre.open") == 0))).all()
    land = np.minimum(values(world, "theatre.reopened_area"), values(world, "theatre.area_ceiling"))
    assert (values(after, "theatre.area")[opened] == land[opened]).all()
    never = world.put("theatre.reopening", 0.0)
    same(never.after(law("reopening")), never)


def test_probabilities_are_frequencies() -> None:
    """Over many trajectories an event and a move occur as often as their probability, within four standard errors."""
    world = random_world(3)
    while not world.count("event") or not world.count("contingent"):
        world = random_world(world.seed + 1)
    world.put("event.kind", 0).put("event.target", 0).put("event.week", 2.5).put("event.probability", 0.3)
    world.put("event.troops", 7.0).put("contingent.withdrawn_from_week", 1e9).put("contingent.troops", 0.0)
    world.week = 2
    count, met = 2000, 0
    for number in range(count):
        world.number = number
        met += world.after(law("event_calendar")).value("contingent.troops") / 7.0
    expected = 0.3 * world.count("event")
    assert met / count == pytest.approx(expected, abs=4 * math.sqrt(0.21 * world.count("event") / count))
    world.week = 3
    assert world.after(law("event_calendar")).value("contingent.troops") == 0.0


@given(SEEDS)
def test_a_mobilisation_ends(seed: int) -> None:
    world = random_world(seed).put("side.mobilised", 0.0)
    assume(world.count("event") > 0)
    world.put("event.kind", 2).put("event.target", 0).put("event.probability", 1.0).put("event.week", 1.2)
    world.put("event.duration", 2.9)
    seen = []
    for week in range(5):
        world.week = week
        world = world.after(law("event_calendar"))
        seen.append(world.value("side.mobilised"))
    recruits = values(world, "event.recruits").sum()
    assert seen == pytest.approx([0.0, recruits, recruits, 0.0, 0.0], abs=1e-6)


@given(SEEDS, st.integers(-9, -1))
def test_an_event_before_the_as_of_date_does_nothing(seed: int, week: int) -> None:
    """Its effect is in the as-of numbers; the end of a mobilisation may not take away what never came."""
    world = random_world(seed).put("event.week", float(week)).put("contingent.withdrawn_from_week", 1e9)
    world.put("contingent.newcomers", 0.0)
    for world.week in range(6):
        same(world, world.after(law("event_calendar")))


@given(seed=SEEDS)
def test_spells_alternate_last_or_do_not_matter(seed: int) -> None:
    world = random_world(seed).put("theatre.open", 1.0)
    start = values(world, "theatre.activity") >= 0.5
    alternating = world.copy().put("theatre.becoming_active", 1.0).put("theatre.becoming_quiet", 1.0)
    assert (values(alternating.after(law("activity")), "theatre.activity") == ~start).all()
    lasting = world.copy().put("theatre.becoming_active", 0.0).put("theatre.becoming_quiet", 0.0)
    assert (values(lasting.after(law("activity")), "theatre.activity") == start).all()
    plain = alternating.copy().put("theatre.active_scale", 1.0).after(law("activity"))
    assert (values(plain, "theatre.shock_scale") == 1).all()


def abreast(world: World, count: int) -> World:
    """The world's first theatre so many times over, each with a luck of its own."""

    def times(table: np.ndarray, rows: int) -> np.ndarray:
        return np.tile(table[:rows], (count, 1))

    state = world.state._replace(theatre=times(world.state.theatre, 1), force=times(world.state.force, 2))
    params = world.params._replace(theatre=times(world.params.theatre, 1), force=times(world.params.force, 2))
    params = params._replace(theatre_links=times(world.params.theatre_links, 1))
    names = {**world.names, "theatre": np.array([name_key(f"theatre-{number}") for number in range(count)])}
    return World(state, params, names, world.seed, world.number, world.week)


def test_the_share_of_active_weeks_is_the_chain_s() -> None:
    world = abreast(random_world(3, mid_war=False).put("theatre.open", 1.0), 200)
    world = world.put("theatre.becoming_active", 0.1).put("theatre.becoming_quiet", 0.3)
    begins, weeks, active = np.arange(200) % 4 == 0, 20, 0.0
    world.put("theatre.activity", begins.astype(float))  # as many are active as in the long run
    for week in range(weeks):
        world.week = week
        world = world.after(law("activity"))
        active += float(values(world, "theatre.activity").mean())
    # a chain with persistence 1 - .1 - .3 has (1 + .6) / (1 - .6) = 4 times the variance of independent weeks
    assert active / weeks == pytest.approx(0.25, abs=4 * np.sqrt(4 * 0.25 * 0.75 / (200 * weeks)))


@given(seed=SEEDS, spell=st.floats(0, 1))
def test_a_closed_theatre_and_the_as_of_date_only_round_the_spell(seed: int, spell: float) -> None:
    world = random_world(seed).put("theatre.activity", spell)
    world.put("theatre.becoming_active", 1.0).put("theatre.becoming_quiet", 1.0)
    closed, begun = world.copy().put("theatre.open", 0.0), world.copy().put("theatre.open", 1.0)
    begun.week = -1
    for after in (closed.after(law("activity")), begun.after(law("activity"))):
        assert (values(after, "theatre.activity") == float(spell >= 0.5)).all()


@given(seed=SEEDS, larger=st.floats(1, 10))
def test_an_active_week_moves_as_many_times_more_as_the_scale_says(seed: int, larger: float) -> None:
    world = random_world(seed, mid_war=False).put("theatre.open", 1.0).put("theatre.activity", 1.0)
    world.put("theatre.becoming_quiet", 0.0).put("theatre.area", 1e7).put("theatre.area_ceiling", 1e12)
    moved = {}
    for scale in (0.0, 1.0, larger):  # a scale of 0 is outside its range: it shows what happens without luck
        after = world.copy().put("theatre.active_scale", scale).after(law("activity")).after(law("ground"))
        moved[scale] = np.array([values(after, f"theatre.{name}") for name in ("tempo", "area")])
    plain, more = moved[1.0] - moved[0.0], moved[larger] - moved[0.0]
    np.testing.assert_allclose(more, larger * plain, rtol=1e-6, atol=1e-6)


def test_futures_spread_wider_the_larger_the_scale() -> None:
    world = random_world(5, mid_war=False).put("theatre.open", 1.0).put("theatre.area", 1e7)
    world.put("theatre.area_ceiling", 1e12).put("theatre.tempo_shock", 5.0).put("theatre.area_noise", 5.0)
    world.put("theatre.becoming_active", 0.3).put("theatre.becoming_quiet", 0.3).put("theatre.activity", 0.0)
    spread = []
    for scale in (1.0, 2.0, 4.0):
        future = abreast(world, 200).put("theatre.active_scale", scale)
        for future.week in range(6):
            future = future.after(law("activity")).after(law("ground"))
        spread.append(np.std(values(future, "theatre.area")))
    assert spread[0] < spread[1] < spread[2]
