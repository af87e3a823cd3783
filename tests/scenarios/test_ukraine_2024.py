"""The reference scenario against the data it cites: figures are the sources', and nothing is later than as-of."""

import csv
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize

from tertius.world import Scenario, load_scenario

DATA = Path(__file__).parents[3] / "shared" / "data" / "ukraine"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the reference data beside the project are absent")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("ukraine-2024")


def column(file: str, day: str, name: str) -> dict[date, float]:
    with (DATA / file).open(newline="") as rows:
        return {date.fromisoformat(row[day]): float(row[name]) for row in csv.DictReader(rows) if row[name]}


def weekly_change() -> np.ndarray:
    change = column("deepstate_area_weekly.csv", "week_end", "change_km2")
    return np.array([value for day, value in change.items() if day >= date(2023, 7, 2)])


@needs_data
@pytest.mark.parametrize(
    ("theatre", "name"), [("front", "ru_occupied_ukraine_km2"), ("kursk", "ua_held_russian_territory_km2")]
)
def test_areas_and_history_are_the_source_s(scenario: Scenario, theatre: str, name: str) -> None:
    measured = column("deepstate_area_daily.csv", "date", name)
    record = scenario.theatres[theatre]
    assert record.quantities["area"].central == pytest.approx(measured[scenario.as_of], abs=0.5)
    for row in record.history:
        assert row.area == pytest.approx(measured[row.date], abs=0.06), row.date


@needs_data
def test_tempo_is_the_filtered_level_of_the_damped_local_level(scenario: Scenario) -> None:
    change = weekly_change()

    def filtered(theta: np.ndarray) -> tuple[float, float, float]:
        level, persistence = theta[0], 1 / (1 + math.exp(-theta[1]))
        noise, shock = math.exp(2 * theta[2]), math.exp(2 * theta[3])
        mean, variance, cost = 0.0, shock / (1 - persistence**2), 0.0
        for value in change:
            spread = variance + noise
            error = value - level - mean
            cost += 0.5 * (math.log(2 * math.pi * spread) + error**2 / spread)
            gain = variance / spread
            now, left = mean + gain * error, variance * (1 - gain)
            mean, variance = persistence * now, persistence**2 * left + shock
        return cost, level + now, math.sqrt(left)

    best = optimize.minimize(lambda theta: filtered(theta)[0], [40.0, 2.5, 2.8, 2.8], method="Nelder-Mead")
    _, level, spread = filtered(best.x)
    tempo = scenario.theatres["front"].quantities["tempo"]
    assert tempo.central == pytest.approx(level, abs=spread / 2)
    low, high = tempo.quantile([0.1, 0.9])
    assert high - low == pytest.approx(2 * 1.2816 * spread, rel=0.25)
    for name, estimate in (("tempo_shock", math.exp(best.x[3])), ("area_noise", math.exp(best.x[2]))):
        low, high = scenario.theatres["front"].quantities[name].quantile([0.1, 0.9])
        assert low < estimate < high, name


@needs_data
def test_losses_start_at_the_claims_of_the_last_four_weeks(scenario: Scenario) -> None:
    claimed = list(column("russian_losses_claimed_weekly.csv", "week_end", "w_personnel").values())
    side = scenario.sides["A"].quantities
    start = side["loss_level"].central * math.exp(side["loss_deviation"].central)
    assert start == pytest.approx(np.mean(claimed[-4:]), rel=0.02)


def test_nothing_is_dated_after_the_as_of_date(scenario: Scenario) -> None:
    dates = [record.date for record in (*scenario.sources.values(), *scenario.facts.values())]
    dates += [row.date for theatre in scenario.theatres.values() for row in theatre.history]
    assert len(dates) > 40
    assert max(dates) <= scenario.as_of


def test_every_judgement_is_wide_and_every_quantity_says_why(scenario: Scenario) -> None:
    assert scenario.warnings == ()
    assert all(quantity.note for path, quantity in scenario.quantities().items() if quantity.basis != "choice")
