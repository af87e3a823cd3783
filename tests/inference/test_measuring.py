"""What was known on a day: no reading from later, masked weeks open, missing series left out, wrong ones refused."""

import copy
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from tests.inference.conftest import Area

from tertius.engine import Layout
from tertius.errors import DataError, LayoutError
from tertius.inference.measuring import BALANCE_WEEKS, Target, measure, start_of, targets
from tertius.inference.structures import Measured
from tertius.world import Quantity

FIRST = date(2022, 11, 13)  # a week before the observation starts
WEEKS = 90
MONTHS = [f"{2022 + month // 12}-{month % 12 + 1:02d}-01" for month in range(40)]
AID = [(month, 1e9 + 1e8 * number) for number, month in enumerate(MONTHS)]


def holding(target: Target, **changes: Any) -> Target:
    """A target whose observation differs, such as in its second source."""
    changed = copy.copy(target)
    object.__setattr__(changed, "observation", target.observation.model_copy(update=changes))
    return changed


def walk(seed: int, weeks: int = WEEKS) -> np.ndarray:
    return (100_000 + np.cumsum(np.random.default_rng(seed).normal(5, 30, weeks))).round(2)


def same(one: Measured, other: Measured) -> bool:
    balances = (one.balance, other.balance)
    alike = all(b is None for b in balances) or (
        all(b is not None for b in balances) and balances[0].tobytes() == balances[1].tobytes()  # type: ignore[union-attr]
    )
    return (
        alike
        and one.change.tobytes() == other.change.tobytes()
        and (one.start, one.level)
        == (
            other.start,
            other.level,
        )
    )


def test_readings_are_the_changes_from_the_start_on(area: Area, front: Target) -> None:
    values = walk(1)
    found = measure(area(FIRST, values), front, FIRST + timedelta(weeks=20))
    # The week that ends on the observation's first day is used: its change needs the level of the week before.
    np.testing.assert_allclose(found.change[:, 0], np.diff(values[:21]), atol=1e-6)
    assert np.isnan(found.change[:, 1]).all()
    assert found.known == 20
    assert found.level == pytest.approx(values[20], abs=1e-9)
    assert found.start == start_of(front)


def test_nothing_from_after_the_day_enters(area: Area, front: Target) -> None:
    target = holding(front, beside="isw.controlled")
    weeks, day = 60, FIRST + timedelta(weeks=60)
    values, second = walk(1), walk(2)
    later, later_second, later_aid = values.copy(), second.copy(), list(AID)
    later[weeks + 1 :] += 1_500
    later_second[weeks + 1 :] -= 1_200
    # Aid is published about 60 days late: what ends from eight weeks before the day on is not known either.
    cut = (day - timedelta(days=56)).isoformat()[:7] + "-01"
    later_aid = [(month, eur * (7 if month >= cut else 1)) for month, eur in AID]
    assert later_aid != AID
    one = measure(area(FIRST, values, second, AID, "one"), target, day)
    two = measure(area(FIRST, later, later_second, later_aid, "two"), target, day)
    assert one.balance is not None
    assert np.isfinite(one.change).sum() == 2 * weeks - 3  # three redrawn weeks of 2023 are open in the first
    assert same(one, two)
    # The change was real: one week later it is seen, and so is a change on the day itself.
    after = day + timedelta(weeks=1)
    assert not same(
        measure(area(FIRST, values, second, AID, "three"), target, after),
        measure(area(FIRST, later, later_second, AID, "four"), target, after),
    )


def test_redrawn_and_open_weeks_are_missing(area: Area, front: Target) -> None:
    values = walk(3)
    values[10] = np.nan
    holdings = area(FIRST, values)
    found = measure(holdings, front, FIRST + timedelta(weeks=WEEKS - 1))
    weeks = [FIRST + timedelta(weeks=week) for week in range(1, WEEKS)]
    redrawn = {date(2023, 8, 6), date(2023, 8, 27), date(2023, 9, 10)}
    expected = {week for number, week in enumerate(weeks, 1) if number in (10, 11)} | redrawn
    assert {week for week, change in zip(weeks, found.change[:, 0], strict=True) if np.isnan(change)} == expected
    assert found.known == len(weeks) - 5


def test_a_missing_second_source_or_balance_is_left_out(area: Area, front: Target) -> None:
    day = FIRST + timedelta(weeks=60)
    alone, both = area(FIRST, walk(1), folder="alone"), area(FIRST, walk(1), walk(2), AID, folder="both")
    wanted = holding(front, beside="oryx.russia")
    assert wanted.observation.balance is not None
    lacking = measure(alone, wanted, day)
    assert lacking.balance is None
    assert np.isnan(lacking.change[:, 1]).all()
    assert same(lacking, measure(both, wanted, day, balance=False))
    held = measure(both, holding(front, beside="isw.controlled"), day)
    assert held.balance is not None
    assert np.isfinite(held.change[:, 1]).any()


def test_a_second_source_stands_in_its_own_weeks(area: Area, front: Target) -> None:
    second = walk(2)
    second[[4, 5]] = np.nan
    found = measure(area(FIRST, walk(1), second), holding(front, beside="isw.controlled"), FIRST + timedelta(weeks=30))
    np.testing.assert_allclose(found.change[:, 1], np.diff(second[:31]), atol=1e-6)


def test_the_balance_is_the_log_of_half_a_year_s_material_against_the_holder(area: Area, front: Target) -> None:
    day = FIRST + timedelta(weeks=60)
    holdings = area(FIRST, walk(1), aid=AID)
    found = measure(holdings, front, day)
    series = holdings.series("kiel.military").until(day - timedelta(days=56))
    total = sum(series.values[-BALANCE_WEEKS:])
    assert found.balance is not None
    assert front.observation.balance_side != front.holder
    assert found.balance[-1] == pytest.approx(-np.log(total))
    ours = holding(front, balance_side=front.holder)
    np.testing.assert_array_equal(measure(holdings, ours, day).balance, -found.balance)
    assert len(found.balance) == len(found.change)
    few = area(FIRST, walk(1), aid=AID[8:12], folder="few")  # 14 weeks: not half a year
    assert measure(few, front, FIRST + timedelta(weeks=20)).balance is None


def test_the_wrong_kind_of_series_is_refused(area: Area, front: Target) -> None:
    holdings = area(FIRST, walk(1), aid=AID)
    with pytest.raises(DataError, match="a flow") as caught:
        measure(holdings, holding(front, series="kiel.military"), FIRST + timedelta(weeks=30))
    assert "front-area" in str(caught.value)


def test_a_series_without_a_value_or_a_file_is_refused(area: Area, front: Target) -> None:
    day = FIRST + timedelta(weeks=3)
    with pytest.raises(DataError, match="no value"):
        measure(area(FIRST, [np.nan] * 5), front, day)
    other = area(FIRST, [100_001.0, 100_002.0], folder="other")
    with pytest.raises(DataError, match="claimed-losses"):
        measure(other, holding(front, series="claimed-losses.personnel"), day)


def changed(layout: Layout, name: str, **changes: Any) -> Layout:
    """The layout with one observation changed after it was read."""
    observations = dict(layout.scenario.observations)
    observations[name] = observations[name].model_copy(update=changes)
    scenario = copy.copy(layout.scenario)
    object.__setattr__(scenario, "observations", observations)
    again = copy.copy(layout)
    object.__setattr__(again, "scenario", scenario)
    return again


def test_observations_that_the_laws_cannot_read_are_named(layout: Layout) -> None:
    with pytest.raises(LayoutError, match="persons"):
        targets(changed(layout, "front-area", unit="persons"))
    odd = {"beside_haze": Quantity(value=1.0, unit="km2", source=("choice",))}
    observation = layout.scenario.observations["front-area"].model_copy()
    object.__setattr__(observation, "__pydantic_extra__", odd)
    scenario = copy.copy(layout.scenario)
    object.__setattr__(scenario, "observations", {"front-area": observation})
    again = copy.copy(layout)
    object.__setattr__(again, "scenario", scenario)
    with pytest.raises(LayoutError, match="beside_haze"):
        targets(again)
    assert [target.kind for target in targets(layout)] == ["level", "level", "flow"]


def test_a_second_source_or_a_count_without_its_noise_is_refused(layout: Layout) -> None:
    """Without it the filter would take the second source for exact to 1 km2, or fail on a missing name."""
    with pytest.raises(LayoutError, match="beside_noise"):
        targets(changed(layout, "front-area", beside="isw.controlled"))
    observation = layout.scenario.observations["claimed-losses"].model_copy()
    object.__setattr__(observation, "__pydantic_extra__", {})
    scenario = copy.copy(layout.scenario)
    object.__setattr__(scenario, "observations", {"claimed-losses": observation})
    again = copy.copy(layout)
    object.__setattr__(again, "scenario", scenario)
    with pytest.raises(LayoutError, match="count_noise"):
        targets(again)
