"""Boxes: the true one is found, noise gives none, and the path is that of ema-workbench."""

from __future__ import annotations

import numpy as np
import pytest

from tertius.impact.boxes import MOST_LIMITS, Limits, best_box, nearest_box, peeled, pruned, quantile, strongest, trade

# ema-workbench 2.5.3, Prim(x, y, threshold=0.5, peel_alpha=0.05, mass_min=0.05).find_box(), on `toy(1000, 7)`:
# coverage, density, mass and limited dimensions at some steps of its peeling trajectory, before it pastes.
PEELING = {
    0: (1.0, 0.275, 1.0, 0),
    1: (0.978182, 0.283158, 0.95, 1),
    5: (0.901818, 0.321244, 0.772, 2),
    10: (0.843636, 0.389916, 0.595, 2),
    20: (0.756364, 0.589235, 0.353, 2),
    31: (0.661818, 0.923858, 0.197, 2),
    33: (0.603636, 0.937853, 0.177, 3),
    36: (0.52, 0.94702, 0.151, 3),
}


def toy(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Five uniform numbers; the event comes in 90% where the first is above .6 and the second below .5, else in 10%."""
    rng = np.random.default_rng(seed)
    values = rng.random((count, 5))
    chance = np.where((values[:, 0] > 0.6) & (values[:, 1] < 0.5), 0.9, 0.1)
    return values, rng.random(count) < chance


def test_the_path_is_that_of_ema_workbench() -> None:
    values, event = toy(1000, 7)
    path = peeled(values, event)
    assert len(path) == 37
    for place, (coverage, density, mass, dimensions) in PEELING.items():
        told = trade(path[place], values, event, np.arange(len(event)))
        assert (told.coverage, told.density, told.mass) == pytest.approx((coverage, density, mass), abs=1e-6)
        assert len(path[place].limited()) == dimensions


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_true_box_is_found_and_holds_on_fresh_futures(seed: int) -> None:
    values, event = toy(2000, seed)
    box = best_box(values, event)
    assert box is not None
    assert box.limited() == [0, 1]
    assert box.low[0] == pytest.approx(0.6, abs=0.05)
    assert box.high[1] == pytest.approx(0.5, abs=0.05)
    assert not np.isfinite([box.high[0], box.low[1]]).any()
    fresh = trade(box, *toy(20_000, seed + 50), np.arange(20_000))
    assert fresh.density == pytest.approx(0.9, abs=0.06)
    assert fresh.coverage == pytest.approx(0.18 / 0.26, abs=0.06)  # of the event, 18 points of 26 lie in the true box


def test_noise_gives_no_box_that_holds() -> None:
    found = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        values, event = rng.random((1200, 12)), rng.random(1200) < 0.3
        box = best_box(values[:600], event[:600])
        if box is not None:
            told = trade(box, values[600:], event[600:], np.arange(600))
            found += told.density - event[600:].mean() > 2 * told.error
    assert found <= 2


def test_a_step_that_is_there_or_not_is_peeled_whole() -> None:
    rng = np.random.default_rng(5)
    step = (rng.random(1000) < 0.3).astype(float)
    event = rng.random(1000) < np.where(step > 0, 0.8, 0.1)
    box = best_box(np.stack([rng.random(1000), step], axis=1), event)
    assert box is not None
    assert box.limited() == [1]
    assert box.low[1] == 0.5


def test_a_limit_that_chance_could_have_set_is_dropped() -> None:
    values, event = toy(2000, 4)
    low, high = np.full(5, -np.inf), np.full(5, np.inf)
    low[0], high[1], low[3] = 0.6, 0.5, 0.1
    assert pruned(Limits(low, high), values, event).limited() == [0, 1]
    assert pruned(Limits(low, high), values, event, most=1).limited() == [0]


def test_futures_that_share_a_draw_count_as_one() -> None:
    values, event = toy(500, 6)
    box = best_box(values, event)
    assert box is not None
    alone = trade(box, values, event, np.arange(500))
    fourfold = trade(box, np.repeat(values, 4, axis=0), np.repeat(event, 4), np.repeat(np.arange(500), 4))
    assert fourfold.error == pytest.approx(alone.error)


def test_the_strongest_dimensions_come_first() -> None:
    values, event = toy(4000, 8)
    assert set(strongest(values, event, 2)) == {0, 1}


def test_a_quantile_always_cuts_something_off() -> None:
    assert quantile(np.array([0.0, 0.0, 0.0, 1.0]), 0.05) == 0.5
    assert quantile(np.array([0.0, 1.0, 1.0, 1.0]), 0.95) == 0.5


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="wanted"):
        peeled(np.zeros((4, 2)), np.zeros(3, dtype=bool))


def test_the_nearest_box_has_few_limits_and_is_told_where_none_is_sure() -> None:
    rng = np.random.default_rng(5)
    values, event = rng.random((400, 6)), rng.random(400) < 0.3
    box = nearest_box(values, event)
    assert box is not None
    assert 1 <= len(box.limited()) <= MOST_LIMITS
    inside = box.holds(values)
    assert event[inside].mean() > event.mean()
    assert nearest_box(values, np.zeros(400, dtype=bool)) is None
