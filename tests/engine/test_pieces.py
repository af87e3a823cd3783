"""Summaries that are merged: exact counts, moments and extremes, quantiles within the error that is stated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import tertius
from tertius.engine import Layout, Options, pieces, run_arms
from tertius.engine.pieces import Plan, Summary, compute
from tertius.engine.sketch import ERROR, Moments, Sketch
from tertius.impact.question import other_of, question_of
from tertius.world import load_scenario

LEVELS = (0.0, 0.05, 0.1, 0.37, 0.5, 0.75, 0.9, 0.999, 1.0)
values = st.lists(
    st.one_of(st.just(0.0), st.floats(-1e9, 1e9), st.floats(-2.0, 2.0), st.sampled_from([5.0, -5.0, 1e-30])),
    min_size=1,
    max_size=300,
)


@given(values, st.integers(1, 5))
def test_quantiles_are_within_the_stated_error_of_those_of_the_whole_sample(held: list[float], parts: int) -> None:
    sample = np.array(held)
    sketch = Sketch.merged([Sketch.of([part, -part]) for part in np.array_split(sample, parts)])
    for series, own in enumerate((sample, -sample)):
        ordered = np.sort(own.astype(np.float32).astype(float))
        told = sketch.quantiles(series, LEVELS, float(own.min()), float(own.max()))
        for level, value in zip(LEVELS, told, strict=True):
            place = level * (len(own) - 1)
            low, high = ordered[int(np.floor(place))], ordered[int(np.ceil(place))]
            slack = 1.01 * ERROR
            assert low - abs(low) * slack - 1e-37 <= value <= high + abs(high) * slack + 1e-37
    assert sketch.counts.sum() == 2 * len(held)


@given(values, st.integers(1, 5))
def test_merged_moments_are_those_of_the_whole_sample(held: list[float], parts: int) -> None:
    sample = np.array(held)[:, np.newaxis, np.newaxis]
    merged, first = None, 0
    for part in np.array_split(sample, parts):
        if len(part):
            own = Moments.of(part, first)
            merged = own if merged is None else merged.merged(own)
            first += len(part)
    assert merged is not None
    size = np.abs(sample).max() + 1e-300
    assert merged.count == len(held)
    assert merged.mean[0, 0] == pytest.approx(sample.mean(), abs=1e-9 * size)
    assert merged.squares[0, 0] == pytest.approx(((sample - sample.mean()) ** 2).sum(), abs=1e-9 * size**2 * len(held))
    assert (merged.low[0, 0], merged.high[0, 0]) == (sample.min(), sample.max())
    assert (merged.low_at[0], merged.high_at[0]) == (sample[:, 0, 0].argmin(), sample[:, 0, 0].argmax())


@pytest.fixture(scope="module")
def layouts(compiled: None) -> tuple[Layout, Layout]:
    base = Layout.of(load_scenario("river-war"))
    return base, other_of(base, question_of(base))


@pytest.mark.parametrize(("futures", "replicates"), [(1203, 4), (800, 1), (5, 7)])
def test_a_summary_is_that_of_all_futures_at_once(
    layouts: tuple[Layout, Layout], monkeypatch: pytest.MonkeyPatch, futures: int, replicates: int
) -> None:
    monkeypatch.setattr(pieces, "MOST_PIECE", 300)
    plan = Plan(layouts, futures, 13, 3, replicates, (4, 13))
    merged = Summary.merged([compute(plan, number) for number in range(plan.pieces)])
    again = Summary.unpacked(merged.packed())
    assert again.packed() == merged.packed()
    assert again.digest == merged.digest
    base, other = run_arms(layouts, Options(futures, 13, 3, replicates=replicates, outputs=()))
    paired = base.samples - other.samples
    rows = base.trajectories // replicates
    means = np.stack([paired[rows == row].mean(axis=0) for row in np.unique(rows)])
    for held, sample in zip(merged.worlds, (base.samples, other.samples, paired, means), strict=True):
        check(held, sample)
    bands = np.array([outcome.material.central for outcome in layouts[0].scenario.outcomes.values()])
    assert merged.larger is not None
    assert merged.apart is not None
    assert merged.within is not None
    np.testing.assert_array_equal(merged.larger, (paired > bands).sum(axis=0))
    np.testing.assert_array_equal(merged.apart, (paired != 0).sum(axis=0))
    away = paired - means[rows]
    np.testing.assert_allclose(merged.within, (away**2).sum(axis=0), rtol=1e-9, atol=1e-9)
    assert merged.uneven == pytest.approx(sum(1 / (rows == row).sum() for row in np.unique(rows)))


def check(held: Moments, sample: NDArray[np.float64]) -> None:
    assert held.count == len(sample)
    np.testing.assert_allclose(held.mean, sample.mean(axis=0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(held.low, sample.min(axis=0), rtol=1e-14)  # means of rows are added in another order
    np.testing.assert_array_equal(held.high_at, sample[:, -1].argmax(axis=0))
    if len(sample) > 1:
        np.testing.assert_allclose(held.variance, sample.var(axis=0, ddof=1), rtol=1e-8, atol=1e-9)


def test_a_comparison_in_pieces_says_what_one_at_once_says(compiled: None, tmp_path: object) -> None:
    words = {"futures": 1200, "weeks": 13}
    made = tertius.stream("river-war", f"{tmp_path}/run", **words)  # type: ignore[arg-type]
    found = tertius.compare("river-war", **words)  # type: ignore[arg-type]
    for one, two in zip(made.differences, found.table(), strict=True):
        assert (one.outcome, one.week, one.same, one.resolved) == (two.outcome, two.week, two.same, two.resolved)
        assert (one.mean, one.error) == pytest.approx((two.mean, two.error))
        assert (one.larger, one.smaller) == (two.larger, two.smaller)
        size = max(abs(two.interval[0]), abs(two.interval[1]))
        assert one.interval == pytest.approx(two.interval, abs=2 * ERROR * size)
        for own, other in ((one.base, two.base), (one.other, two.other), (one.paired, two.paired)):
            assert own == pytest.approx(other, rel=1.5 * ERROR, abs=1e-9)
    level = made.levels[0]
    assert level.outcome == "land"
    table = made.to_pandas()
    assert len(table) == len(made.levels)


def test_a_future_beyond_ten_million_is_run_as_any_other(layouts: tuple[Layout, Layout]) -> None:
    plan = Plan(layouts[:1], pieces.MOST, 4, 1, 4, (4,))
    far = Plan(layouts[:1], 40, 4, 1, 4, (4,))
    assert compute(far, 0).futures == 40
    last = compute(plan, plan.pieces - 1)
    assert last.futures == plan.size(plan.pieces - 1)
    assert last.worlds[0].low_at[0] >= plan.futures - last.futures
