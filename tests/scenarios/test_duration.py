"""How long wars last: ends simulated by the whole model at an age agree with what past wars of that age did.

The vehicle is the shipped made-up war at the age asked for, without what is of this war alone: collapse, and what moves
the room for a settlement. Past wars are those of the shared history before 1990, which the hazard was fitted to.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from tests.history.conftest import REAL

from tertius.engine import Layout, Options, run
from tertius.history.fitting import read_wars
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
DAYS_A_MONTH = 365.25 / 12
ALONE = {"world.overlap_response": 0.0, "world.collapse_rate": 0.0}
STRETCHES = ((0, 1), (1, 3), (3, 6), (6, 12), (12, 24), (24, 48))  # months of age


def simulated(start: float, months: float, futures: int = 2000) -> float:
    """Share of wars of an age in months that the model ends within so many months more."""
    weeks = round(months * DAYS_A_MONTH / 7)
    layout = Layout.of(load_scenario("river-war"), {"world.war_age": start * DAYS_A_MONTH / 7, **ALONE})
    made = run(layout, Options(futures=futures, weeks=weeks, seed=11, replicates=1))
    return float(made.path("world.ended")[:, -1].mean())


def test_simulated_ends_match_the_observed_hazard_by_age() -> None:
    if not REAL.is_dir():
        pytest.skip(f"reference data absent: {REAL}")
    wars, _ = read_wars(REAL)
    days = wars["days"][wars["year"] < 1990]
    assert len(days) > 80
    rates = []
    text = (Path(__file__).parents[2] / "docs" / "system.md").read_text(encoding="utf-8")
    for start, end in STRETCHES:
        alive = days > start * DAYS_A_MONTH
        ended = int((days[alive] <= end * DAYS_A_MONTH).sum())
        share = simulated(start, end - start)
        drawn = np.random.default_rng(1).binomial(int(alive.sum()), share, 20_000)
        low, high = np.quantile(drawn, [0.01, 0.99])
        assert low <= ended <= high, (start, end, ended, low, high)
        row = re.search(rf"^\| {start} to {end} \| (.+) \|$", text, flags=re.MULTILINE)
        assert row
        told = row[1].split(" | ")
        assert (told[0], told[1]) == (str(int(alive.sum())), str(ended))
        assert float(told[3].rstrip("%")) / 100 == pytest.approx(share, abs=0.002)
        rates.append(-np.log1p(-share) / (end - start))
    assert rates[0] > 0.08  # a month, the first of a war
    assert rates[-1] < 0.045  # in its third and fourth year
    assert rates[0] > 2.5 * rates[-1]
