"""The limits that the law of termination states: the rate of past wars, what moves it, how the war ends."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.mechanisms.test_system import values
from tests.mechanisms.worlds import SEEDS, World, law, random_world

from tertius.history.ending import OLD, VERY_OLD, Ending


def end_chance(world: World) -> float:
    return world.after(law("termination")).value("world.end_chance")


RATES = ("quick_end_rate", "slow_end_rate", "old_end_rate", "very_old_end_rate", "collapse_rate")
LOGS = st.tuples(*(st.floats(low, high) for low, high in ((-9, -5), (-7, -4), (-2, 2), (-9, -5), (-9, -5))))


@given(SEEDS, st.floats(0.0, 5000.0), LOGS)
def test_by_age_alone_a_war_ends_as_past_wars_did(seed: int, age: float, logs: tuple[float, ...]) -> None:
    """The week's chance is that of the history's law, given that the war has lasted to its age."""
    past = Ending(np.array(logs))
    world = random_world(seed).put("world.overlap_response", 0.0).put("world.war_age", age / 7)
    world.put("world.quick_end_rate", 7 * past.quick).put("world.slow_end_rate", 7 * past.slow)
    world.put("world.quick_share", past.quick_share)
    world.put("world.old_end_rate", 7 * past.old).put("world.very_old_end_rate", 7 * past.very_old)
    world.week = seed % 40
    now = age + 7 * world.week
    assume(not any(now <= turn < now + 7 for turn in (OLD, VERY_OLD)))
    assert end_chance(world) == pytest.approx(float(past.within(now, 7)), rel=1e-9)


@given(SEEDS, st.floats(0, 0.3))
def test_wars_of_one_kind_end_at_a_constant_rate(seed: int, rate: float) -> None:
    world = random_world(seed).put("world.overlap_response", 0.0)
    for name in ("quick_end_rate", "slow_end_rate", "old_end_rate", "very_old_end_rate"):
        world.put(f"world.{name}", rate)
    assert end_chance(world) == pytest.approx(-np.expm1(-rate), rel=1e-9, abs=1e-15)


@given(SEEDS, st.floats(900, 2000), LOGS)
def test_where_only_the_usual_happens_a_year_ends_as_past_wars_of_its_age(
    seed: int, age: float, logs: tuple[float, ...]
) -> None:
    """Sides wear as at the as-of date, offers and news come as usual: the year's chance is that of age alone."""
    past = Ending(np.array(logs))
    world = random_world(seed).put("world.ended", 0.0).put("world.war_age", age / 7).put("world.optimism", 0.3)
    world.put("world.quick_end_rate", 7 * past.quick).put("world.slow_end_rate", 7 * past.slow)
    world.put("world.quick_share", past.quick_share).put("world.overlap_response", 2.0)
    world.put("world.old_end_rate", 7 * past.old).put("world.very_old_end_rate", 7 * past.very_old)
    world.put("side.drain", [0.004, 0.009]).put("side.weariness", [1.0, 0.6]).put("theatre.open", 1.0)
    world.put("world.surprise", 1.5).put("world.usual_news", 0.02).put("world.learning", 0.05)
    world.put("side.usual_offers", [0.003, 0.001])
    lasting, moved = 1.0, 0.0
    for week in range(-1, 52):
        world.week = week
        world.put("side.endurance", 1 - values(world, "side.drain") * (week + 1))
        world.put("side.offered", values(world, "side.usual_offers") * (week + 1))
        world.put("theatre.balance", 0.02 * week)
        after = world.after(law("termination"))
        moved = max(moved, abs(after.value("world.optimism") - 0.3))
        lasting *= 1.0 if week < 0 else 1 - after.value("world.end_chance")
        world = after
    assert moved > 0.1
    edges = np.array([OLD, VERY_OLD])
    if not ((age < edges) & (edges < age + 364)).any():
        assert 1 - lasting == pytest.approx(float(past.within(age, 364)), rel=1e-9)


@given(SEEDS, st.sampled_from(["settlement", "line", "fading", "A", "B"]))
def test_a_war_ends_by_the_one_kind_that_has_a_weight(seed: int, kind: str) -> None:
    world = random_world(seed).put("world.slow_end_rate", 1e3).put("world.quick_end_rate", 1e3)
    world.put("world.old_end_rate", 0.0).put("world.very_old_end_rate", 0.0).put("world.ended", 0.0)
    for name in ("settlement", "line", "fading"):
        world.put(f"world.{name}_share", float(kind == name))
    world.put("side.aims_share", [float(kind == "A"), float(kind == "B")])
    after = world.after(law("termination"))
    ends = [after.value(f"world.{name}") for name in ("settled", "ceasefire", "faded")]
    ends += values(after, "side.aims_met").tolist()
    assert ends == [float(kind == each) for each in ("settlement", "line", "fading", "A", "B")]
    assert after.value("world.ended") == 1
    assert (values(after, "side.collapsed") == 0).all()


def test_kinds_of_end_come_at_their_shares() -> None:
    world = random_world(3).put("world.slow_end_rate", 1e3).put("world.quick_end_rate", 1e3)
    world.put("world.old_end_rate", 0.0).put("world.very_old_end_rate", 0.0).put("world.ended", 0.0)
    world.put("world.settlement_share", 0.1).put("world.line_share", 0.3).put("world.fading_share", 0.2)
    world.put("side.aims_share", [0.3, 0.1])
    counts = np.zeros(5)
    for number in range(3000):
        world.number = number
        after = world.after(law("termination"))
        counts += [
            *(after.value(f"world.{n}") for n in ("settled", "ceasefire", "faded")),
            *values(after, "side.aims_met"),
        ]
    shares = np.array([0.1, 0.3, 0.2, 0.3, 0.1])
    np.testing.assert_array_less(np.abs(counts / 3000 - shares), 4 * np.sqrt(shares * (1 - shares) / 3000))


@given(SEEDS)
def test_without_rates_no_war_ends(seed: int) -> None:
    world = random_world(seed)
    for name in RATES:
        world.put(f"world.{name}", 0.0)
    after = world.after(law("termination"))
    assert after.value("world.ended") == 0
    assert (values(after, "side.collapsed") == 0).all()


@given(SEEDS, st.floats(0.1, 0.9))
def test_what_wears_a_side_or_is_offered_brings_the_end_nearer_and_surprise_delays_it(seed: int, left: float) -> None:
    world = random_world(seed).put("world.overlap_response", 1.0).put("world.slow_end_rate", 0.01)
    world.put("world.quick_end_rate", 0.01).put("side.weariness", 0.5).put("side.endurance", 1.0)
    world.put("world.old_end_rate", 0.0).put("world.very_old_end_rate", 0.0)
    world.put("world.usual_news", 0.0).put("side.usual_offers", 0.0)
    world.put("side.offered", 0.0).put("side.drain", 0.0).put("world.reference_optimism", 0.2)
    world.put("world.optimism", 0.2).put("world.learning", 0.0).put("world.surprise", 0.0)
    usual = end_chance(world)
    assert usual == pytest.approx(-np.expm1(-0.01), rel=1e-9)
    assert end_chance(world.copy().put("side.endurance", [left, 1.0])) > usual
    assert end_chance(world.copy().put("side.offered", [0.0, 1.0 - left])) > usual
    forgotten = world.copy().put("world.optimism", 0.2 * (1 - left))
    assert end_chance(forgotten) > usual
    quiet = world.copy().put("theatre.last_balance", values(world, "theatre.balance")).put("world.surprise", 1.0)
    assert end_chance(quiet.put("world.usual_news", 0.1)) > usual
    moved = world.copy().put("world.surprise", 1.0).put("theatre.open", 1.0)
    moved.put("theatre.last_balance", values(moved, "theatre.balance") + left)
    assert end_chance(moved) < usual


@given(SEEDS)
def test_only_a_side_below_the_bound_collapses(seed: int) -> None:
    world = random_world(seed)
    for name in RATES:
        world.put(f"world.{name}", 0.0)
    world.put("world.collapse_rate", 1e9).put("world.collapse_below", 0.3)
    assume(world.value("world.ended") == 0)
    world.put("side.endurance", [0.1, 0.9])
    after = world.after(law("termination"))
    assert values(after, "side.collapsed").tolist() == [1.0, 0.0]
    assert after.value("world.ended") == 1
    assert after.value("world.settled") == 0
