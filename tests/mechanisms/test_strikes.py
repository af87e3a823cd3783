"""The limits of the laws of strikes, what they conserve, and closed forms."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.mechanisms.worlds import SEEDS, World, field_of, law, random_world


def values(world: World, path: str) -> np.ndarray:
    return world.array(field_of(path))


def armed(seed: int) -> World:
    world = random_world(seed)
    assume(world.count("weapon") > 0)
    return world


@given(SEEDS)
def test_a_salvo_without_noise_is_the_level_times_posture(seed: int) -> None:
    world = armed(seed).put("weapon.stock", 1e12).put("weapon.at", -1)
    for name in ("launch_deviation", "launch_growth", "launch_shock", "burst"):
        world.put(f"weapon.{name}", 0.0)
    launched = values(world.after(law("salvos")), "weapon.launched")
    np.testing.assert_array_equal(launched, values(world, "weapon.launch_level") * values(world, "weapon.posture"))


@given(SEEDS)
def test_empty_stocks_launch_what_arrives_and_no_posture_nothing(seed: int) -> None:
    world = armed(seed).put("weapon.stock", 0.0)
    after = world.after(law("salvos"))
    assert (values(after, "weapon.launched") <= values(after, "weapon.delivered")).all()
    world.put("weapon.posture", 1.0).put("weapon.at", -1).put("supply.weapon", -1)
    wants = values(world, "weapon.launch_level") > 0
    lasts = values(world.after(law("salvos")), "weapon.weeks_left")
    np.testing.assert_array_equal(lasts, np.where(wants, 0.0, 520.0))  # it would launch, and has nothing
    assert (values(world.put("supply.weapon", -1).after(law("salvos")), "weapon.launched") == 0).all()
    assert (values(armed(seed).put("weapon.posture", -1.0).after(law("salvos")), "weapon.launched") == 0).all()


@given(SEEDS)
def test_items_are_conserved(seed: int) -> None:
    world = armed(seed)
    after = world.after(law("salvos"))
    had = values(world, "weapon.stock") + values(after, "weapon.delivered")
    left = values(after, "weapon.stock") + values(after, "weapon.launched")
    np.testing.assert_allclose(left, had, rtol=1e-12)
    met = after.after(law("air_defence"))
    downed = np.zeros(world.count("weapon"))
    np.add.at(downed, values(met, "interception.weapon"), values(met, "interception.downed"))
    np.testing.assert_allclose(downed + values(met, "weapon.leaked"), values(met, "weapon.launched"), atol=1e-6)
    assert (values(met, "weapon.leaked") >= -1e-9).all()
    had = values(after, "defence.interceptors") + values(met, "defence.delivered")
    np.testing.assert_allclose(values(met, "defence.interceptors") + values(met, "defence.used"), had, rtol=1e-9)


@given(SEEDS)
def test_without_interceptors_or_capacity_all_leaks(seed: int) -> None:
    for none in ("defence.interceptors", "defence.capacity", "defence.posture"):
        world = armed(seed).put("interception.per_target", 1.0).put("supply.defence", -1).put(none, 0.0)
        after = world.after(law("air_defence"))
        np.testing.assert_array_equal(values(after, "weapon.leaked"), values(after, "weapon.launched"))


@given(SEEDS)
def test_layers_with_plenty_let_through_the_product_of_their_leaks(seed: int) -> None:
    world = armed(seed).put("defence.interceptors", 1e15).put("defence.capacity", 1e15)
    world.put("defence.posture", 1.0).put("defence.at", -1).put("defence.ration_weeks", 1.0)
    world.put("interception.shock", 0.0).put("interception.deviation", 0.0).put("defence.edge", 0.0)
    expected = values(world, "weapon.launched").copy()
    for k, chance in zip(values(world, "interception.weapon"), values(world, "interception.chance"), strict=True):
        expected[k] *= 1.0 - chance
    leaked = values(world.after(law("air_defence")), "weapon.leaked")
    np.testing.assert_allclose(leaked, expected, rtol=1e-9, atol=1e-9)
    world.put("interception.chance", 1.0)
    sealed = world.after(law("air_defence"))
    assert (values(sealed, "weapon.leaked")[np.unique(values(world, "interception.weapon"))] == 0).all()


@given(SEEDS)
def test_more_launched_saturates_a_layer(seed: int) -> None:
    world = armed(seed)
    more = world.copy().put("weapon.launched", 2.0 * values(world, "weapon.launched"))
    one, two = (each.after(law("air_defence")) for each in (world, more))
    assert (values(two, "weapon.leak_share") >= values(one, "weapon.leak_share") - 1e-9).all()


@given(SEEDS, st.floats(0.01, 1.0), st.floats(0.0, 3.0))
def test_a_steady_leak_ends_where_damage_and_repair_balance(seed: int, repair: float, blow: float) -> None:
    world = armed(seed).put("target.repair", repair).put("aim.damage", 0.0).put("weapon.edge", 0.0)
    assume(world.count("aim") > 0)
    hits = values(world.after(law("strike_damage")), "target.hits")
    struck = values(world, "aim.target")[0]
    assume(hits[struck] > 1e-3)
    share = np.where(values(world, "aim.target") == struck, blow / hits[struck], 0.0)
    world.put("aim.damage", share)
    q = np.exp(-blow)
    for _ in range(int(np.log(1e-12) / np.log((1 - repair) * q)) + 3 if repair < 1 else 3):
        world = world.after(law("strike_damage"))
    expected = (1 - q) / (1 - (1 - repair) * q)
    np.testing.assert_allclose(values(world, "target.damage")[struck], expected, rtol=1e-8, atol=1e-9)


@given(SEEDS)
def test_what_is_not_hit_is_repaired_and_kills_nobody(seed: int) -> None:
    world = armed(seed).put("weapon.leaked", 0.0)
    after = world.after(law("strike_damage"))
    left = (1 - values(world, "target.repair")) * values(world, "target.damage")
    np.testing.assert_allclose(values(after, "target.damage"), left, rtol=1e-12, atol=1e-15)
    assert (values(after, "target.civilians_killed") == 0).all()


@given(SEEDS)
def test_strikes_last_as_long_as_their_event_says(seed: int) -> None:
    world = armed(seed)
    assume(world.count("event") > 0)
    world.put("event.kind", 4).put("event.target", 0).put("event.probability", 1.0).put("event.week", 1.0)
    world.put("event.posture", 0.5).put("event.duration", 2.0)
    before, moved = values(world, "weapon.posture")[0], 0.5 * world.count("event")
    postures = []
    for week in range(5):
        world.week = week
        world = world.after(law("event_calendar"))
        postures.append(values(world, "weapon.posture")[0])
    np.testing.assert_allclose(postures, [before, before + moved, before + moved, before, before], rtol=1e-12)


@given(SEEDS)
def test_strikes_without_an_end_stay_and_short_ones_act_a_week(seed: int) -> None:
    world = armed(seed)
    assume(world.count("event") > 0)
    world.put("event.kind", 4).put("event.target", 0).put("event.probability", 1.0).put("event.week", 0.0)
    world.put("event.posture", 1.0).put("event.edge", 0.25)
    before, edge, count = values(world, "weapon.posture")[0], values(world, "weapon.edge")[0], world.count("event")
    for duration, left in ((0.0, count), (0.5, 0)):
        lasting = world.copy().put("event.duration", duration)
        for week in range(3):
            lasting.week = week
            lasting = lasting.after(law("event_calendar"))
            if week == 0:
                np.testing.assert_allclose(values(lasting, "weapon.posture")[0], before + count, rtol=1e-12)
        np.testing.assert_allclose(values(lasting, "weapon.posture")[0], before + left, rtol=1e-12)
        np.testing.assert_allclose(values(lasting, "weapon.edge")[0], edge + 0.25 * left, rtol=1e-12, atol=1e-12)


@given(SEEDS, st.floats(0, 1))
def test_damage_takes_its_part_of_what_needs_the_target(seed: int, damage: float) -> None:
    world = armed(seed).put("weapon.at", 0).put("weapon.dependence", 1.0).put("weapon.stock", 1e15)
    world.put("target.reference_damage", 0.0).put("target.damage", 0.0)
    whole = values(world.after(law("salvos")), "weapon.launched")
    hit = values(world.put("target.damage", damage).after(law("salvos")), "weapon.launched")
    np.testing.assert_allclose(hit, (1 - damage) * whole, rtol=1e-9)


@given(SEEDS)
def test_items_sent_once_arrive_whole(seed: int) -> None:
    world = armed(seed)
    assume(world.count("event") > 0)
    assume(world.count("supply") > 0)
    world.put("event.kind", 3).put("event.target", 0).put("event.probability", 1.0).put("event.week", 0.0)
    world.put("event.factor", 1.0).put("event.items", 70.0)
    world.put("supply.per_week", 0.0).put("supply.transit", 0.0).put("supply.lag", 1.0)
    world.week = 0
    sent = world.after(law("event_calendar")).after(law("supply"))
    np.testing.assert_allclose(values(sent, "supply.delivered")[0], 70.0 * world.count("event"), rtol=1e-12)
