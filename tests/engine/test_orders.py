"""Orders: a parameter of an instrument from a week on, and nothing else than that."""

import numpy as np
import pytest

from tertius.engine import Layout, Options, Sampled
from tertius.engine.orders import Order, forced, held, order_table
from tertius.errors import UnknownName
from tertius.kernel.fields import quantities
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
WEEKS = 20


@pytest.fixture(scope="module")
def layout() -> Layout:
    return Layout.of(load_scenario("river-war"), {"world.quick_end_rate": 0.0, "world.slow_end_rate": 0.0})


@pytest.fixture(scope="module")
def sampled(layout: Layout) -> Sampled:
    return Sampled(layout, Options(60, WEEKS, 11, replicates=1))


def levels(layout: Layout) -> list[str]:
    return [f"instruments.{name}.level" for name in layout.scenario.instruments]


def test_a_later_order_leaves_the_weeks_before_it_bit_for_bit(layout: Layout, sampled: Sampled) -> None:
    every = [path for path, _ in layout.recorded]
    plain = sampled.outputs(every, {})
    late = sampled.outputs(every, {}, [*held(layout, "durian-warning", 9, WEEKS), *forced("durian-shells", 9, 1.0)])
    assert np.array_equal(plain[:, :10], late[:, :10])
    assert not np.array_equal(plain[:, 10], late[:, 10])


def test_an_order_of_the_first_week_is_what_a_preset_is(layout: Layout, sampled: Sampled) -> None:
    every = [path for path, _ in layout.recorded]
    path = "instruments.durian-shells"
    preset = sampled.outputs(every, {f"{path}.forced_week": 3.0, f"{path}.forced_step": -1.0})
    assert np.array_equal(preset, sampled.outputs(every, {}, list(forced("durian-shells", 3, -1.0))))
    assert np.array_equal(sampled.outputs(every, {}), sampled.outputs(every, {}, ()))


def test_what_is_held_moves_only_when_forced_and_is_free_again(layout: Layout, sampled: Sampled) -> None:
    names = list(layout.scenario.instruments)
    orders = [order for name in names for order in held(layout, name, 0, 10)]
    orders += [*forced("durian-shells", 2, 1.0), *forced("durian-shells", 5, -1.0), *forced("durian-shells", 7, -1.0)]
    found = sampled.outputs(levels(layout), {}, sorted(orders, key=lambda order: order.week))
    shells = names.index("durian-shells")
    assert np.array_equal(found[:, :11, shells], np.tile([1, 1, 1, 2, 2, 2, 1, 1, 0, 0, 0], (60, 1)))
    others = np.delete(found, shells, axis=2)
    assert np.array_equal(others[:, :11], np.repeat(others[:, :1], 11, axis=1))
    assert (others[:, 11:] != others[:, :1]).any()


def test_a_step_that_the_scenario_forces_waits_for_no_one_who_is_held(layout: Layout) -> None:
    given = Layout.of(layout.scenario, {"instruments.corvian-legion.forced_week": 4.0})
    run = Sampled(given, Options(20, 8, 3, replicates=1))
    name = ["instruments.corvian-legion.level", "world.ended"]
    free = run.outputs(name, {}, list(held(given, "corvian-legion", 0, 2)))
    goes_on = (free[:, 4, 1] == 0) & (free[:, 4, 0] == 1)
    assert goes_on.sum() > 10
    assert (free[goes_on, 5, 0] > free[goes_on, 4, 0]).all()
    still = run.outputs(name, {}, list(held(given, "corvian-legion", 0, 8)))
    assert (still[:, :, 0] == still[:, :1, 0]).all()


def test_what_cannot_be_ordered_is_refused(layout: Layout) -> None:
    assert order_table(layout, []).shape == (0, 4)
    row = order_table(layout, [Order("durian-shells", 2, "held", 1.0)])[0]
    assert row.tolist() == [2, 3, quantities("instrument")["held"], 1.0]
    with pytest.raises(UnknownName, match="nearest: durian-shells"):
        order_table(layout, [Order("durian-shell", 0, "held", 1.0)])
    with pytest.raises(UnknownName, match="no parameter of an instrument 'level'"):
        order_table(layout, [Order("durian-shells", 0, "level", 1.0)])
