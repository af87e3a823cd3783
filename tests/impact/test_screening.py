"""Screening: a quantity that carries an outcome leaves its trace, one that touches nothing does not."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from tests.impact.neighbours import layout, watched

from tertius.engine import Options
from tertius.impact import compare, sensitivity
from tertius.impact.screening import LEAST_ROWS, bound, traces, uncertain

pytestmark = pytest.mark.usefixtures("compiled")
# Cordia's arms reach Avria's ranks through no lever in the file; restraint and shares then cannot touch the war.
FEW = Options(futures=2000, weeks=8, seed=3)


def test_traces_are_rank_correlations() -> None:
    found = traces(watched())
    assert set(found) == set(uncertain(watched().base.layout))
    assert found["theatres.ridge.power_response"] > 0.5
    rows = watched().base.trajectories // watched().base.replicates
    first = np.unique(rows, return_index=True)[1]
    path = "actors.cordia.pace"
    drawn = watched().base.parameters[path][first]
    ends = []
    for week in watched().horizons:
        one, two = watched().base.samples[:, week], watched().other.samples[:, week]
        ends += [one, two, one - two]
    means = [end[:, place].reshape(len(first), -1).mean(axis=1) for end in ends for place in range(2)]
    expected = max(abs(spearmanr(drawn, mean).statistic) for mean in means if np.ptp(mean) > 0)
    assert found[path] == pytest.approx(expected, abs=1e-9)


def test_what_leaves_no_trace_is_not_moved_and_told() -> None:
    seen = compare(layout(), FEW)
    found = sensitivity(seen.base.layout, seen.other.layout, FEW, futures=10, seen=seen)
    limit = bound(seen)
    assert limit == pytest.approx(3.5 / np.sqrt(499))
    assert found.bound == limit
    left = {path for path, trace in traces(seen).items() if trace < limit}
    assert set(found.unmoved) == left
    assert left  # no instrument has a lever: deciders cannot touch the war, save by chance of the draws
    assert left.isdisjoint(movement.path for movement in found.movements)
    assert "theatres.ridge.power_response" in {movement.path for movement in found.movements}
    assert found.read == FEW.futures
    moved = found.ranked("land")[0]
    assert moved.path == "theatres.ridge.power_response"
    drawn = seen.base.parameters[moved.path]
    change = (seen.base.of("land") - seen.other.of("land"))[:, -1]
    low, high = np.quantile(drawn, (0.2, 0.8))
    assert moved.outcomes["land"].at_low == pytest.approx(change[drawn <= low].mean())
    assert moved.outcomes["land"].at_high == pytest.approx(change[drawn >= high].mean())
    assert np.median(drawn[drawn <= low]) == pytest.approx(moved.low, rel=0.05)
    assert moved.outcomes["land"].clear
    every = sensitivity(seen.base.layout, seen.other.layout, FEW, futures=10)
    assert (every.unmoved, every.bound, every.read) == ((), 0.0, 0)
    reach = {movement.path: movement.reach for movement in every.movements}
    deciders = {path for path in left if path.startswith(("actors.", "stakes.", "instruments."))}
    assert deciders
    assert all(reach[path] == 0.0 for path in deciders)


def test_few_rows_screen_nothing() -> None:
    few = compare(layout(), Options(futures=4 * (LEAST_ROWS - 1), weeks=2, seed=3))
    assert bound(few) is None
