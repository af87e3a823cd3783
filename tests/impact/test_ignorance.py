"""Chance and ignorance: shares known beforehand are found; a quantity that is the answer would remove all of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.impact.bounds import bound

from tertius.impact import ignorance
from tertius.impact.ignorance import binned, parted
from tertius.impact.screening import uncertain


@given(st.integers(0, 2**32), st.floats(0.0, 0.95), st.integers(2, 6))
def test_the_share_that_is_not_known_is_found(seed: int, share: float, replicates: int) -> None:
    drawn = np.random.default_rng(seed)
    rows = np.repeat(np.arange(800), replicates)
    values = np.sqrt(share) * drawn.normal(size=800)[rows] + np.sqrt(1 - share) * drawn.normal(size=len(rows))
    found = parted(7.0 * values + 3.0, rows)
    assert abs(found.unknown - share) < 6 * max(found.error, 0.01)


def test_the_error_of_the_share_is_that_of_repetition() -> None:
    rows = np.repeat(np.arange(300), 4)
    drawn = np.random.default_rng(3)
    made = [parted(drawn.normal(size=300)[rows] + drawn.normal(size=1200), rows) for _ in range(400)]
    assert np.std([one.unknown for one in made]) == pytest.approx(np.mean([one.error for one in made]), rel=0.15)


def test_no_variance_is_no_ignorance() -> None:
    rows = np.repeat(np.arange(10), 4)
    assert parted(np.ones(40), rows).unknown == 0.0
    assert parted(np.arange(40.0), np.zeros(40)).unknown == 0.0


def test_equal_values_share_a_bin_and_bins_are_of_equal_size() -> None:
    assert len(np.unique(binned(np.arange(1000.0)))) == 10
    assert np.bincount(binned(np.random.default_rng(1).permutation(1000) * 1.0)).tolist() == [100] * 10
    assert len(np.unique(binned(np.ones(50)))) == 1


@pytest.mark.usefixtures("compiled")
def test_the_quantity_that_makes_the_answer_is_named_and_nothing_else() -> None:
    comparison = bound()
    base = comparison.base
    path = next(path for path in uncertain(base.layout) if len(np.unique(base.parameters[path])) > 300)
    rows = base.trajectories // base.replicates
    drawn = base.parameters[path]
    _, first, group = np.unique(rows, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(drawn[first]))[group] / len(first)
    place = base.outcomes.index("land")
    for noise, share in ((0.0, 1.0), (0.5, 1.0 / (1.0 + 12 * 0.25))):
        samples = base.samples.copy()
        samples[:, -1, place] = rank + np.random.default_rng(5).normal(size=len(rank)) * noise
        (found,) = ignorance(replace(comparison, base=replace(base, samples=samples)), ("land",))
        assert found.spread.unknown == pytest.approx(share, abs=0.06)
        assert [one.path for one in found.by] == [path]
        assert found.by[0].share > 0.8


@pytest.mark.usefixtures("compiled")
def test_few_rows_and_single_futures_tell_nothing() -> None:
    comparison = bound()
    assert ignorance(comparison, ("land",))
    alone = replace(comparison, base=replace(comparison.base, replicates=1))
    assert ignorance(alone, ("land",)) == ()
