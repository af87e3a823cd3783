"""Missiles and drones in the shipped war: the partner's missiles flow in, the fit has its rows, nothing else moves."""

import numpy as np
import pytest

import tertius
from tertius.api.war import War

FEW = {"futures": 60, "weeks": 10, "replicates": 1}
LINE = "supply_lines.dprk-missiles.per_week"
OBSERVED = {
    f"{kind}-{what}" for kind in ("drones", "missiles", "ballistic") for what in ("launched", "stopped")
}  # fmt: skip


@pytest.fixture(scope="module")
def war() -> War:
    return tertius.load("ukraine-2024")


def test_the_fit_learns_launches_and_what_is_stopped_for_each_kind(war: War) -> None:
    posterior = war.layout.posterior
    assert posterior is not None
    assert {block.observation for block in posterior.blocks} >= OBSERVED
    block = posterior.block_of("weapons.russia-drones.launch_level")
    assert block is not None
    drawn = dict(zip(block.columns, block.draw(1, np.arange(2000)).T, strict=True))
    weapon = "weapons.russia-drones"
    burst, deviation = drawn[f"{weapon}.burst"], drawn[f"{weapon}.launch_deviation"]
    weekly = drawn[f"{weapon}.launch_level"] * np.exp(deviation + burst**2 / 2)
    low, high = np.quantile(weekly, [0.05, 0.95])
    assert low < 500 < high  # of the last three weeks of the counts


def test_north_korean_missiles_flow_into_the_stock_and_move_no_drone(war: War) -> None:
    with_them = tertius.run(war, **FEW)
    without = tertius.run(war, settings={LINE: 0.0}, **FEW)
    missiles = "weapons.russia-ballistic"
    for when in (1, 10):
        more = with_them.path(f"{missiles}.delivered")[:, when] - without.path(f"{missiles}.delivered")[:, when]
        assert (more > 0).mean() > 0.9
    assert (with_them.path(f"{missiles}.stock") >= without.path(f"{missiles}.stock") - 1e-3).mean() > 0.99
    assert np.array_equal(
        with_them.path("weapons.russia-drones.launched")[:, 1], without.path("weapons.russia-drones.launched")[:, 1]
    )


def test_what_is_launched_is_stopped_or_leaks(war: War) -> None:
    found = tertius.run(war, **FEW)
    for weapon, layer in (
        ("russia-drones", "ukraine-mobile"),
        ("russia-missiles", "ukraine-medium"),
        ("russia-ballistic", "ukraine-patriot"),
    ):
        launched = found.path(f"weapons.{weapon}.launched")
        accounted = found.path(f"weapons.{weapon}.leaked") + found.path(f"defences.{layer}.intercepts.{weapon}.downed")
        assert accounted == pytest.approx(launched, rel=1e-4, abs=1e-4)
    damage = found.path("targets.ukraine-power.damage")
    assert ((damage >= 0) & (damage <= 1)).all()
