"""The reference scenario against the data it cites: figures are the sources', and nothing is later than as-of."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tertius.engine import Layout, Options, run
from tertius.engine.parameters import draw_columns
from tertius.evidence import read_data
from tertius.inference.fit import Model, fit_structure
from tertius.inference.measuring import measure, targets
from tertius.inference.structures import structures_of
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


@pytest.fixture(scope="module")
def layout(scenario: Scenario) -> Layout:
    return Layout.of(scenario)


def fitted(layout: Layout, path: str, level: float) -> float:
    column = next(column for column in layout.columns if column.path == path)
    assert layout.basis(column) == "fitted"
    return float(layout.quantile(column, np.array([level]))[0])


def test_the_shipped_fit_belongs_to_the_scenario_and_names_what_it_did_not_learn(layout: Layout) -> None:
    assert layout.posterior is not None
    told = layout.posterior.told
    assert told["as_of"] == layout.scenario.as_of.isoformat()
    assert set(told["not_updated_by_data"]).isdisjoint(
        path for block in layout.posterior.blocks for path in block.columns
    )
    assert "theatres.front.forces.A.troops" in told["not_updated_by_data"]
    for block in layout.posterior.blocks:
        assert len(block.structures) >= 2
        assert all(structure.weight > 0.01 for structure in block.structures), "none silently at zero"
        assert sum(structure.weight for structure in block.structures) == pytest.approx(1)
    every = [row["rhat"] for block in told["diagnostics"] for row in block["parameters"]]
    rhats = [rhat for rhat in every if rhat is not None]  # those of strikes are computed, not sampled
    assert len(rhats) > 20
    assert max(rhats) < 1.05


@needs_data
def test_the_data_are_those_that_the_fit_is_stamped_with(layout: Layout) -> None:
    assert layout.posterior is not None
    holdings = read_data(DATA, layout.scenario.as_of)
    for name, digest in layout.posterior.told["stamps"]["data"].items():
        assert holdings.digest([name]) == digest, name


@needs_data
def test_a_fresh_fit_gives_the_shipped_posterior(scenario: Scenario, layout: Layout) -> None:
    holdings = read_data(DATA, scenario.as_of)
    target = next(target for target in targets(Layout.of(scenario.without_fit())) if target.name == "front-area")
    structure = next(item for item in structures_of("area") if item.name == "power-driven")
    measured = measure(holdings, target, scenario.as_of)
    fresh = fit_structure(Model(target, structure), measured, 7, "other chains", 400)
    assert layout.posterior is not None
    block = layout.posterior.blocks[0]
    shipped = next(item for item in block.structures if item.name == "power-driven")
    for name in ("tempo", "tempo_shock", "area_noise"):
        rows = shipped.rows[:, block.columns.index(f"theatres.front.{name}")]
        again = (fresh.named | fresh.end)[name]
        # medians of 400 autocorrelated draws scatter by some 8% of the spread each; five times both
        spread = float(np.std(rows))
        assert np.median(again) == pytest.approx(np.median(rows), abs=5 * 0.08 * np.sqrt(2) * spread), name


@needs_data
def test_the_fitted_tempo_is_near_that_of_the_last_weeks(layout: Layout) -> None:
    change = weekly_change()[-8:]
    assert change.min() < fitted(layout, "theatres.front.tempo", 0.5) < change.max()
    low, high = (fitted(layout, "theatres.front.tempo", level) for level in (0.1, 0.9))
    assert 10 < high - low < 120


@needs_data
def test_losses_start_at_the_claims_of_the_last_weeks(layout: Layout) -> None:
    claimed = list(column("russian_losses_claimed_weekly.csv", "week_end", "w_personnel").values())
    drawn = draw_columns(layout, 1, np.arange(400))
    start = drawn["sides.A.loss_level"] * np.exp(drawn["sides.A.loss_deviation"])
    assert np.median(start) == pytest.approx(np.mean(claimed[-3:]), rel=0.05)


@pytest.mark.usefixtures("compiled")
def test_russia_s_force_grows_as_its_sources_say(layout: Layout) -> None:
    """1,400 to 1,900 a week are cited; a force that grows loses more, and wear by losses takes from recruits.

    Where states mobilise, which their decisions may, more come; those futures are apart.
    """
    found = run(layout, Options(futures=400, weeks=52, seed=1))
    troops = sum(found.path(f"theatres.{name}.forces.A.troops").astype(float) for name in layout.scenario.theatres)
    called = np.abs(found.path("sides.A.mobilised")).max(axis=1) > 0
    on = found.path("world.ended")[:, -1] == 0
    quarter, year = ((troops[:, week] - troops[:, 0]) / week for week in (13, 52))
    low, middle, high = np.quantile(quarter, [0.1, 0.5, 0.9])
    assert 1200 < low < middle < high < 2100
    assert 1400 < middle < 1900
    low, middle, high = np.quantile(year[on & ~called], [0.1, 0.5, 0.9])
    assert 900 < low < high < 1900
    assert 1400 < middle < 1900
