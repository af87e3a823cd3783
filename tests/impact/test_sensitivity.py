"""Sensitivity: a planted strong quantity comes first, a planted idle one is inert, a law off is as if not there."""

import numpy as np
from tests.impact.levies import OPTIONS, brief, layout

from tertius.engine import Options
from tertius.impact import sensitivity


def test_the_strong_quantity_comes_first_and_the_idle_one_is_inert(compiled: None) -> None:
    found = brief().sensitivity
    assert found.ranked("land")[0].path == "theatres.ridge.power_response"
    idle = next(movement for movement in found.movements if movement.path == "sides.B.officer_pool")
    assert idle.path in found.inert
    assert "theatres.ridge.power_response" not in found.inert
    assert (idle.reach, idle.span(0), idle.span(1)) == (0.0, 0.0, 0.0)
    spans = [movement.span(0) for movement in found.ranked("land")]
    assert spans == sorted(spans, reverse=True)


def test_every_quantity_with_a_range_is_moved_over_its_10_to_90_percent(compiled: None) -> None:
    moved = {movement.path: movement for movement in brief().sensitivity.movements}
    assert set(moved) == {column.path for column in layout().columns if column.quantity.prior is not None}
    recruits = moved["events.levy.recruits"]
    assert (recruits.low, recruits.high) == (2600.0, 3400.0)
    # The intervention sets the levy to nothing, so more recruits can only widen the difference.
    assert recruits.at_high[0] > recruits.at_low[0] > 0


def test_what_chance_makes_is_no_movement(compiled: None) -> None:
    moved = brief().sensitivity.movements
    for movement in moved:
        span, error = movement.span(0), float(movement.gap_error[0])
        assert movement.net(0) == (np.sqrt(span**2 - error**2) if span > error else 0.0)
        assert movement.clear(0) is (span > 2 * error)
    idle = next(movement for movement in moved if movement.path == "sides.B.officer_pool")
    assert (idle.net(0), idle.clear(0)) == (0.0, False)


def test_a_law_off_takes_its_effect_away(compiled: None) -> None:
    offs = {off.law: off.mean for off in brief().sensitivity.switch_offs}
    assert np.array_equal(offs["event_calendar"], np.zeros(2))  # no levy in either world
    assert offs["ground"][0] == 0.0  # land does not answer to the balance


def test_sensitivity_is_the_same_for_any_number_of_threads(compiled: None) -> None:
    base, other = layout(), layout(events__levy__recruits=0.0)
    one, two = (sensitivity(base, other, Options(futures=40, weeks=4, threads=n), 40) for n in (1, 2))
    assert np.array_equal(one.mean, two.mean)
    for first, second in zip(one.movements, two.movements, strict=True):
        assert first.path == second.path
        assert np.array_equal(first.at_low, second.at_low)
        assert np.array_equal(first.at_high, second.at_high)
    assert OPTIONS.futures > one.futures == 40
