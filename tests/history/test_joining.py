"""Who joins: a planted law is recovered, sides can be renamed, the likelihood is what a slow loop says."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import check_grad
from scipy.stats import norm

from tertius.history.features import TERMS, design, raw_of
from tertius.history.joining import Likelihood, covariance, fit_joining, marginal, posterior_rows
from tertius.history.panel import Panel, read_panel

from .conftest import Columns, joined_by, made_columns

PLANTED = {"own_defence": 0.6, "other_defence": -0.3, "own_distance": -0.5, "other_rivalry": 0.4, "major": 0.3}
LEVEL = -1.0
SPREAD = 1.5


def planted_weights() -> np.ndarray:
    return np.array([PLANTED.get(term, 0.0) for term in TERMS])


def planted(store: Callable[[Columns], Path], spread: float, disputes: int = 900, seed: int = 3) -> Panel:
    columns = made_columns(disputes, 25, seed)
    terms = design(raw_of(read_panel(store(columns))))
    flat = terms.reshape(-1, terms.shape[2])
    scores = (terms - flat.mean(axis=0)) / flat.std(axis=0) @ planted_weights() + LEVEL - np.log(25)
    z = np.random.default_rng(seed + 1).standard_normal(disputes)
    effect = np.repeat(spread * z - spread**2 / 2, 25)
    return read_panel(store(joined_by(columns, scores, effect, seed + 2)))


def test_planted_weights_are_recovered_within_their_errors(store: Callable[[Columns], Path]) -> None:
    panel = planted(store, SPREAD)
    likelihood = Likelihood(panel, SPREAD, penalty=0.01)
    mode = likelihood.mode()
    errors = np.sqrt(np.diag(covariance(likelihood, mode)))
    away = (mode - np.r_[LEVEL, planted_weights()]) / errors
    assert np.abs(away).max() < 4  # of 22 standard normal draws, one in a thousand runs exceeds 4
    assert (away**2).mean() == pytest.approx(1, abs=4 * np.sqrt(2 / len(away)))
    assert errors[1:].max() < 0.25  # so that the planted 0.6 could not be missed


def test_the_spread_of_the_shared_effect_is_recovered(store: Callable[[Columns], Path]) -> None:
    panel = planted(store, SPREAD)
    spreads = (0.0, 0.75, SPREAD, 2.5)
    losses = []
    for spread in spreads:
        likelihood = Likelihood(panel, spread, penalty=0.01)
        losses.append(likelihood.loss(likelihood.mode())[0])
    assert int(np.argmin(losses)) == spreads.index(SPREAD)
    assert losses[0] - min(losses) > 20
    alone = planted(store, 0.0)
    flat = [Likelihood(alone, spread, penalty=0.01) for spread in (0.0, SPREAD)]
    assert flat[0].loss(flat[0].mode())[0] < flat[1].loss(flat[1].mode())[0]


def test_renaming_the_sides_swaps_the_probabilities_exactly(store: Callable[[Columns], Path]) -> None:
    panel = planted(store, SPREAD, disputes=120)
    model = fit_joining(panel)
    np.testing.assert_array_equal(
        model.probabilities(raw_of(panel.swapped())), model.probabilities(raw_of(panel))[::-1]
    )
    again = fit_joining(panel.swapped())
    np.testing.assert_allclose(again.weights, model.weights, atol=1e-5)
    assert again.intercept == pytest.approx(model.intercept, abs=1e-5)


def test_the_likelihood_is_that_of_a_slow_loop(store: Callable[[Columns], Path]) -> None:
    panel = planted(store, SPREAD, disputes=40)
    likelihood = Likelihood(panel, SPREAD, penalty=0.0)
    point = np.r_[-0.7, np.random.default_rng(1).normal(0, 0.3, len(TERMS))]
    scores = likelihood.joining(point).scores(raw_of(panel))

    def given(z: float, dispute: int) -> float:
        value = norm.pdf(z)
        for row in np.flatnonzero(panel.dispute == dispute):
            odds = [np.exp(scores[side, row] + SPREAD * z - SPREAD**2 / 2) for side in (0, 1)]
            chosen = [1.0, *odds][panel.outcome[row]]
            value *= chosen / (1 + sum(odds))
        return value

    slow = sum(np.log(quad(given, -8, 8, (d,), epsabs=0, epsrel=1e-9, limit=200)[0]) for d in range(len(panel.ids)))
    assert -likelihood.loss(point)[0] == pytest.approx(slow, rel=1e-5)
    gradient = check_grad(lambda x: likelihood.loss(x)[0], lambda x: likelihood.loss(x)[1], point)
    assert gradient < 1e-3 * np.linalg.norm(likelihood.loss(point)[1])
    shifts = np.eye(len(point)) * 1e-5
    slopes = [(likelihood.loss(point + s)[1] - likelihood.loss(point - s)[1]) / 2e-5 for s in shifts]
    np.testing.assert_allclose(likelihood.curvature(point), np.stack(slopes), rtol=1e-5, atol=1e-4)


def test_without_a_shared_effect_it_is_a_multinomial_logit() -> None:
    scores = np.random.default_rng(2).normal(size=(2, 50))
    odds = np.exp(scores)
    np.testing.assert_allclose(marginal(scores, 0.0), odds / (1 + odds.sum(axis=0)), rtol=1e-12)


def test_the_marginal_is_an_average_over_the_shared_effect() -> None:
    scores = np.array([[-2.0], [-4.0]])
    z = np.random.default_rng(3).standard_normal(400_000)
    odds = np.exp(scores + 2.0 * z - 2.0)
    drawn = odds / (1 + odds.sum(axis=0))
    error = drawn.std(axis=1) / np.sqrt(len(z))
    assert (np.abs(drawn.mean(axis=1) - marginal(scores, 2.0)[:, 0]) < 4 * error).all()


def test_posterior_rows_have_the_covariance_and_the_mode_as_mean() -> None:
    spread = np.array([[1.0, 0.6], [0.6, 2.0]])
    rows = posterior_rows(np.array([3.0, -1.0]), spread, 20_000, 5)
    np.testing.assert_allclose(rows.mean(axis=0), [3, -1], atol=1e-12)
    np.testing.assert_allclose(np.cov(rows.T), spread, atol=4 * 2 * np.sqrt(2 / 10_000))
    np.testing.assert_array_equal(rows[:4], posterior_rows(np.array([3.0, -1.0]), spread, 20_000, 5)[:4])
