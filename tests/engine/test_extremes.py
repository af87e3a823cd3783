"""Within the sizes that a scenario may give, no law divides by zero or overflows, whatever stands together."""

import numpy as np
import pytest

from tertius.engine import Layout, Options, run
from tertius.engine.checking import LEVER_ONLY
from tertius.errors import LayoutError
from tertius.kernel.fields import UNIT_OF_OUTPUT
from tertius.world import Scenario, load_scenario

SHORT = Options(futures=8, weeks=30, replicates=1, block=8, threads=1)


def bounds(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Return the smallest and the largest value that each quantity may have."""
    found = {}
    for column in Layout.of(scenario).columns:
        field = column.field
        if field.entity == "lever":
            _, instrument, _, key, _ = column.path.split(".")
            if scenario.instruments[instrument].levers[key].kind not in LEVER_ONLY[field.name]:
                continue  # it cannot be given
        if field.entity == "contingent" and scenario.contingents[column.path.split(".")[1]].instead_of(field.name):
            continue  # it moves nothing under this command
        if field.unit != UNIT_OF_OUTPUT and (field.entity, field.name) != ("instrument", "level"):
            least = 0.0 if (field.entity, field.name) == ("event", "week") else -field.most
            found[column.path] = max(field.low, least), min(field.high, field.most)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_extremes_together_run(seed: int, compiled: None) -> None:
    scenario = load_scenario("river-war")
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.01, 0.6)
    chosen = {p: ends[rng.integers(2)] for p, ends in bounds(scenario).items() if rng.uniform() < share}
    assert len(chosen) > 2
    ensemble = run(Layout.of(scenario, chosen), SHORT)
    assert np.isfinite(ensemble.everything).all()


def test_what_lies_beyond_is_refused(compiled: None) -> None:
    scenario = load_scenario("river-war")
    beyond = {path: 1.01 * high for path, (_, high) in bounds(scenario).items() if high > 0}
    with pytest.raises(LayoutError) as caught:
        Layout.of(scenario, beyond)
    assert {problem.path for problem in caught.value.problems} >= beyond.keys()
