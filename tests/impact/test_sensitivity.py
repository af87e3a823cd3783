"""Sensitivity: a planted strong quantity comes first, a planted idle one is inert, a law off is as if not there."""

from dataclasses import replace

import numpy as np
from tests.impact.levies import OPTIONS, brief, layout

from tertius.engine import Options, Sampled, laws
from tertius.impact import Sensitivity, sensitivity
from tertius.impact.question import other_of, question_of


def sensitivities() -> Sensitivity:
    found = brief().sensitivity
    assert found is not None
    return found


def test_the_strong_quantity_comes_first_and_the_idle_one_is_inert(compiled: None) -> None:
    found = sensitivities()
    assert found.ranked("land")[0].path == "theatres.ridge.power_response"
    idle = next(movement for movement in found.movements if movement.path == "sides.B.officer_pool")
    assert idle.path in found.inert
    assert "theatres.ridge.power_response" not in found.inert
    assert (idle.reach, *(one.span for one in idle.outcomes.values())) == (0.0, 0.0, 0.0)
    spans = [movement.outcomes["land"].span for movement in found.ranked("land")]
    assert spans == sorted(spans, reverse=True)


def test_every_quantity_with_a_range_is_moved_over_its_10_to_90_percent(compiled: None) -> None:
    moved = {movement.path: movement for movement in sensitivities().movements}
    assert set(moved) == {column.path for column in layout().columns if column.quantity.prior is not None}
    recruits = moved["events.levy.recruits"]
    assert (recruits.low, recruits.high) == (2600.0, 3400.0)
    # The intervention sets the levy to nothing, so more recruits can only widen the difference.
    assert recruits.outcomes["land"].at_high > recruits.outcomes["land"].at_low > 0


def test_what_chance_makes_is_no_movement(compiled: None) -> None:
    moved = sensitivities().movements
    for movement in moved:
        one = movement.outcomes["land"]
        span, error = one.span, one.gap_error
        assert error is not None
        assert one.net == (np.sqrt(span**2 - error**2) if span > error else 0.0)
        assert one.clear is (span > 2 * error)
    idle = next(movement for movement in moved if movement.path == "sides.B.officer_pool")
    assert (idle.outcomes["land"].net, idle.outcomes["land"].clear) == (0.0, False)


def test_a_law_off_takes_its_effect_away(compiled: None) -> None:
    offs = {off.law: off.outcomes for off in sensitivities().switch_offs}
    assert [one.mean for one in offs["event_calendar"].values()] == [0.0, 0.0]  # no levy in either world
    assert offs["ground"]["land"].mean == 0.0  # land does not answer to the balance


def test_sensitivity_is_the_same_for_any_number_of_threads(compiled: None) -> None:
    base, other = layout(), layout(events__levy__recruits=0.0)
    one, two = (sensitivity(base, other, Options(futures=40, weeks=4, threads=n), 40) for n in (1, 2))
    assert one == two
    assert OPTIONS.futures > one.futures == 40


def test_each_law_off_is_told_as_if_it_were_run_alone(compiled: None) -> None:
    base, few = layout(), replace(OPTIONS, futures=8, replicates=1, outputs=())
    other = other_of(base, question_of(base))
    told = sensitivity(base, other, few, futures=8)
    assert [each.law for each in told.switch_offs] == [law.name for law in laws() if law.off]
    for each, law in zip(told.switch_offs, (law for law in laws() if law.off), strict=True):
        off = {column.path: value for column in base.columns for field, value in law.off if column.field is field}
        free = {path: value for path, value in off.items() if path not in other.overrides}
        gap = (Sampled(base, few).outcomes(off) - Sampled(other, few).outcomes(free))[:, -1].mean(axis=0)
        assert [one.mean for one in each.outcomes.values()] == gap.tolist()
