"""Draws: against whole-number arithmetic, against scipy, and by their distribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from scipy import special, stats
from tests.kernel import slow_draws

from tertius.kernel import Key, name_key, normal, uniform, uniform_once, uniforms
from tertius.kernel.draws import normal_quantile, trajectory_word, week_word

WORDS = st.integers(0, 2**64 - 1)
EMPTY = np.zeros(0, dtype=np.uint64)
DRAWS = 4000
# Two-sided level of each test of distribution below; the seeds are fixed, so a pass stays a pass.
LEVEL = 1e-3


@njit
def table(seed, trajectories, weeks, streams, names):  # type: ignore[no-untyped-def]
    """Uniform numbers of this week and of the trajectory, shape (trajectory, week, stream, name)."""
    now = np.empty((trajectories, weeks, len(streams), len(names)))
    once = np.empty_like(now)
    none = np.empty(0, dtype=np.uint64)
    for i in range(trajectories):
        word = trajectory_word(seed, i)
        for week in range(weeks):
            now_word = week_word(word, week)
            key = Key(word, now_word, week, none, none, none, none, none, none, none, none, none, none, none)
            for s in range(len(streams)):
                for n in range(len(names)):
                    now[i, week, s, n] = uniform(key, streams[s], names[n])
                    once[i, week, s, n] = uniform_once(key, streams[s], names[n])
    return now, once


NAMES = np.array([name_key(name) for name in ("theatre:front", "theatre:kursk", "side:A")])


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    return table(7, 500, 4, np.array([31, 32]), NAMES)


def key_of(now: int, once: int) -> Key:
    return Key(np.uint64(once), np.uint64(now), 0, *[EMPTY] * len(Key._fields[3:]))


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**31), st.integers(-1, 520))
def test_the_words_equal_the_slow_ones(seed: int, number: int, week: int) -> None:
    word = trajectory_word(seed, number)
    assert word == slow_draws.trajectory(seed, number)
    assert week_word(np.uint64(word), week) == slow_draws.week(word, week)


@given(WORDS, WORDS, st.integers(0, 1000), WORDS)
def test_draws_equal_the_slow_ones(now: int, once: int, stream: int, name: int) -> None:
    key = key_of(now, once)
    assert uniform(key, stream, np.uint64(name)) == slow_draws.uniform(now, stream, name)
    assert uniform_once(key, stream, np.uint64(name)) == slow_draws.uniform(once, stream, name)
    assert normal(key, stream, np.uint64(name)) == pytest.approx(slow_draws.normal(now, stream, name), rel=1e-12)


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**40), st.text(min_size=1))
def test_parameter_draws_equal_the_slow_ones(seed: int, row: int, name: str) -> None:
    given_rows = np.array([row, row + 1], dtype=np.uint64)
    slow = [slow_draws.parameter_uniform(seed, r, int(name_key(name))) for r in (row, row + 1)]
    assert uniforms(seed, given_rows, name).tolist() == slow


def test_the_ends_are_never_reached() -> None:
    assert slow_draws.share(0) > 0.0
    assert slow_draws.share(2**64 - 1) <= 1.0 - 2.0**-54
    found = uniforms(1, np.arange(100_000, dtype=np.uint64), "any")
    assert 0.0 < found.min() < found.max() < 1.0


@pytest.mark.parametrize("name", ["world.fire_exponent", "theatre:front.tempo"])
def test_parameter_draws_are_uniform(name: str) -> None:
    found = uniforms(3, np.arange(DRAWS, dtype=np.uint64), name)
    assert stats.kstest(found, "uniform").pvalue > LEVEL
    # Consecutive rows and neighbouring seeds are as good as independent.
    bound = stats.norm.ppf(1 - LEVEL / 2) / np.sqrt(DRAWS)
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < bound
    other = uniforms(4, np.arange(DRAWS, dtype=np.uint64), name)
    assert abs(np.corrcoef(found, other)[0, 1]) < bound


def test_kernel_draws_are_uniform(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    now, once = drawn
    assert stats.kstest(now.ravel(), "uniform").pvalue > LEVEL
    assert stats.kstest(once[:, 0].ravel(), "uniform").pvalue > LEVEL
    # Pairs fill the square: chi-square over 10 by 10 cells of (this week, the next).
    cells, _, _ = np.histogram2d(now[:, :-1].ravel(), now[:, 1:].ravel(), bins=10, range=[[0, 1], [0, 1]])
    assert stats.chisquare(cells.ravel()).pvalue > LEVEL


def test_weeks_streams_and_names_are_independent(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    now, once = drawn
    series = np.concatenate([now.reshape(len(now), -1), once[:, 0].reshape(len(once), -1)], axis=1)
    seen = np.corrcoef(series.T)[np.triu_indices(series.shape[1], 1)]
    bound = stats.norm.ppf(1 - LEVEL / (2 * len(seen))) / np.sqrt(len(now))
    assert np.abs(seen).max() < bound
    assert len(np.unique(series)) == series.size


def test_what_is_drawn_once_is_the_same_every_week(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    _, once = drawn
    assert (once == once[:, :1]).all()
    assert len(np.unique(once[:, 0])) == once[:, 0].size


def test_a_draw_does_not_depend_on_how_many_are_drawn(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    few, few_once = table(7, 3, 2, np.array([32]), NAMES[1:])
    assert (few == drawn[0][:3, :2, 1:, 1:]).all()
    assert (few_once == drawn[1][:3, :2, 1:, 1:]).all()


@given(st.floats(2.0**-54, 1.0 - 2.0**-53))
def test_normal_quantile_equals_scipy(p: float) -> None:
    assert normal_quantile(p) == pytest.approx(special.ndtri(p), rel=1e-13, abs=1e-13)


def test_normal_quantile_in_all_three_pieces() -> None:
    every = np.concatenate([np.logspace(-300, -1, 600), np.linspace(0.07, 0.93, 401), 1 - np.logspace(-15, -1, 60)])
    found = np.array([normal_quantile(p) for p in every])
    np.testing.assert_allclose(found, special.ndtri(every), rtol=1e-13, atol=1e-13)


def test_name_key_is_pinned() -> None:
    # A change here silently changes every published number.
    assert int(name_key("theatre:front")) == 0xD0654A8769A56DA1
    assert name_key("theatre:front") != name_key("theatre:Front")
