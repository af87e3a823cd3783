"""The backtest of decisions: its parts against closed forms, and its origins against what was known."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import gamma as gamma_distribution

from tertius.errors import DataError, OptionError
from tertius.forecasts import decisions
from tertius.forecasts.decisions import (
    LAWS,
    POOL,
    block_error,
    forecast_steps,
    log_scores,
    months,
    reliability,
    score_decisions,
    stacked,
    within,
)
from tertius.world import Scenario, load_scenario


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("ukraine-2024")


def test_months_are_first_days_up_to_the_last() -> None:
    assert months(date(2023, 11, 5), date(2024, 2, 1)) == (date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1))
    assert months(date(2023, 12, 2), date(2024, 1, 31)) == (date(2024, 1, 1),)


def test_the_chance_within_a_time_averages_over_the_rate() -> None:
    drawn = gamma_distribution(2.5, scale=1 / 4.0).rvs(200_000, random_state=1)
    assert within((2.5, 4.0), 0.5) == pytest.approx(1 - np.exp(-0.5 * drawn).mean(), abs=0.002)


def test_weights_go_to_the_better_law_and_stay_equal_without_forecasts() -> None:
    assert stacked(np.zeros((0, 2))) == pytest.approx([0.5, 0.5])
    better = np.tile([0.8, 0.4], (200, 1))
    assert stacked(better)[0] > 0.95


def test_errors_by_blocks_grow_where_an_origin_moves_together() -> None:
    generator = np.random.default_rng(2)
    origin = np.repeat(np.arange(24), 20)
    alone = generator.normal(0, 1, len(origin))
    together = np.repeat(generator.normal(0, 1, 24), 20)
    assert block_error(alone, origin, 24, 1) == pytest.approx(1 / np.sqrt(len(origin)), rel=0.35)
    assert block_error(together, origin, 24, 1) > 2.5 * block_error(alone, origin, 24, 1)


def test_right_chances_are_calibrated_and_those_too_bold_are_not() -> None:
    generator = np.random.default_rng(3)
    chance = generator.uniform(0.02, 0.9, 6_000)
    came = (generator.random(6_000) < chance).astype(float)
    origin = np.arange(6_000) % 20
    right = reliability(chance, came, origin, 1)
    assert right.slope == pytest.approx(1.0, abs=0.12)
    shares = [share for _, share, _ in right.bins]
    assert shares == sorted(shares)
    assert sum(count for _, _, count in right.bins) == 6_000
    held = [low <= share <= high for (_, share, _), (low, high) in zip(right.bins, right.bands, strict=True)]
    assert np.mean(held) > 0.5
    odds = 2.0 * np.log(chance / (1 - chance))
    assert reliability(1 / (1 + np.exp(-odds)), came, origin, 1).slope == pytest.approx(0.5, abs=0.08)


def test_the_shipped_record_is_scored_and_the_pool_beats_class_and_status_quo(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From every second month, which takes half the time."""
    monkeypatch.setattr(decisions, "months", lambda first, last: months(first, last)[::2])
    told = forecast_steps(scenario)
    found = score_decisions(told)
    assert told.origins[0] == date(2023, 1, 1)
    assert set(told.chances) >= {*LAWS, POOL, "status quo", "own rate", "class rate"}
    by_name = {row.name: row for row in found.overall}
    for name in ("status quo", "class rate"):
        assert by_name[name].against < -2 * by_name[name].error, name
    assert 0.7 < found.reliability.slope < 1.35
    assert sum(found.weights.values()) == pytest.approx(1.0)
    assert by_name[POOL].log == pytest.approx(float(log_scores(told.chances[POOL], told.came).mean()))


def test_an_origin_knows_nothing_of_what_came_after(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were all later steps taken a week later still, what was forecast before them would be the same."""
    monkeypatch.setattr(decisions, "months", lambda first, last: months(first, last)[:6])
    last = date(2023, 3, 1)
    moved = {
        name: step.model_copy(update={"date": min(step.date + timedelta(weeks=1), scenario.as_of)})
        for name, step in scenario.record.items()
        if step.date > last
    }
    one, two = forecast_steps(scenario), forecast_steps(replace(scenario, record={**scenario.record, **moved}))
    for name, chances in one.chances.items():
        assert np.array_equal(chances[one.origin <= 2], two.chances[name][two.origin <= 2]), name
        assert name == "status quo" or not np.array_equal(chances[one.origin == 5], two.chances[name][two.origin == 5])


def test_records_that_cannot_be_scored_are_refused(scenario: Scenario) -> None:
    with pytest.raises(OptionError, match="record"):
        forecast_steps(load_scenario("river-war"))
    with pytest.raises(DataError, match="record"):
        forecast_steps(replace(scenario, record={}, instruments={}))
