"""Why now: what a side lacks is what its arrays hold, and only a side that the entry joins is told of."""

import numpy as np
import pytest
from tests.impact.bounds import bound

from tertius.engine import Layout, Options
from tertius.impact import Comparison, compare, needs
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")


def river() -> Comparison:
    return compare(Layout.of(load_scenario("river-war")), Options(futures=200, weeks=26, seed=2))


def test_what_a_side_lacks_is_what_its_arrays_hold() -> None:
    comparison = river()
    scenario = comparison.base.layout.scenario
    (need,) = needs(comparison)
    joined = [name for name, one in scenario.contingents.items() if one.side == need.side]
    assert set(need.actors) <= {scenario.contingents[name].actor for name in joined}
    assert scenario.sides[need.side].lead not in need.actors
    week, other = need.weeks, comparison.other
    assert week == 13
    lost = other.path(f"sides.{need.side}.cumulative_losses")
    assert need.losses == pytest.approx(float((lost[:, week] - lost[:, 0]).mean()) / week, rel=1e-5)
    assert 0.0 < need.gone < need.losses
    own = sum(other.path(f"theatres.{name}.forces.{need.side}.troops") for name in scenario.theatres)
    change = np.asarray(own)[:, week] - np.asarray(own)[:, 0]
    assert need.change[0] == pytest.approx(float(change.mean()), rel=1e-3, abs=1.0)
    assert need.change[1] <= need.change[0] <= need.change[2]
    assert need.covered == pytest.approx(need.sent / need.gone)
    assert need.fire is None or 0.0 <= need.fire <= 1.0
    assert need.partner is None or 0.0 <= need.partner <= 1.0


def test_a_side_that_nobody_joins_is_not_told_of() -> None:
    assert needs(bound()) == ()


def test_who_joins_the_other_side_because_of_the_entry_is_not_the_entry() -> None:
    """In Korea others send more to the United Nations once China is in; the entry asked about is China's alone."""
    found = compare(Layout.of(load_scenario("korea-1950")), Options(futures=80, weeks=26))
    turks = [arm.path("contingents.turks.sent") for arm in (found.base, found.other)]
    assert (turks[0] != turks[1]).any()
    assert [(need.side, need.actors) for need in needs(found)] == [("A", ("CHN",))]
