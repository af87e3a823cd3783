"""How long wars last: ends simulated by the whole model at an age agree with what past wars of that age did.

The vehicle is the shipped made-up war at the age asked for, without what is of this war alone: collapse, and what moves
the room for a settlement. Past wars are those of the shared history before 1990, which the hazard was fitted to.

The shipped wars themselves, with all that moves the room and without their entry, end about as often as age alone has
it, as what is usual is in the rate already.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from tests.history.conftest import REAL

from tertius.engine import Layout, Options, run
from tertius.history import shipped_reference
from tertius.history.fitting import read_wars
from tertius.impact.ends import by_age
from tertius.impact.recorded import Recorded
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
DAYS_A_MONTH = 365.25 / 12
ALONE = {"world.overlap_response": 0.0, "world.collapse_rate": 0.0}
STRETCHES = ((0, 1), (1, 3), (3, 6), (6, 12), (12, 24), (24, 36), (36, 60), (60, 120))  # months of age


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
        low, high = np.quantile(drawn, [0.1, 0.9])
        assert low <= ended <= high, (start, end, ended, low, high)
        row = re.search(rf"^\| {start} to {end} \| (.+) \|$", text, flags=re.MULTILINE)
        assert row
        told = row[1].split(" | ")
        assert (told[0], told[1]) == (str(int(alive.sum())), str(ended))
        assert float(told[3].rstrip("%")) / 100 == pytest.approx(share, abs=0.002)
        rates.append(-np.log1p(-share) / (end - start))
    assert rates[0] > 0.08  # a month, the first of a war
    assert rates[5] < 0.025  # in its third year
    assert rates[0] > 5 * rates[5]


@pytest.mark.parametrize("name", ["ukraine-2024", "river-war"])
def test_a_war_ends_at_the_rate_of_its_class_unless_something_moves_it(name: str) -> None:
    scenario = load_scenario(name)
    arrivals = {f"events.{key}.troops": 0.0 for key, event in scenario.events.items() if event.contingent}
    settings = {**arrivals, "world.collapse_rate": 0.0}
    made = run(Layout.of(scenario, settings), Options(futures=2000, weeks=52, seed=11, replicates=1))
    over, expected = float(made.path("world.ended")[:, -1].mean()), by_age(Recorded(made), 52)[-1]
    error = np.sqrt(expected * (1 - expected) / 2000)
    assert abs(over - expected) < 0.05 + 2 * error, (over, expected)  # the room's spread raises the mean rate a little
    settings |= {"world.surprise": 0.0, "sides.A.weariness": 0.0, "sides.B.weariness": 0.0}
    settings |= {"sides.A.usual_offers": 0.0, "sides.B.usual_offers": 0.0}
    settings |= {path: 0.0 for path in Layout.of(scenario).by_path if path.endswith(".settlement")}
    still = run(Layout.of(scenario, settings), Options(futures=2000, weeks=52, seed=11, replicates=1))
    assert abs(float(still.path("world.ended")[:, -1].mean()) - expected) < 3 * error
    if name == "ukraine-2024":
        low, high = shipped_reference().classes["ends_within_a_year_old"].interval()
        assert low < over < high
