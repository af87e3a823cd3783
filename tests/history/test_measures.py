"""Scores against scikit-learn and closed forms; weights stand for repeats; ties are shared."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tertius.errors import OptionError
from tertius.history.measures import Ranking, Scorer, auc, average_precision, resampled
from tertius.history.panel import Panel, read_panel

from .conftest import Columns, joined_by, made_columns

metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn (extra history) is not installed")


@pytest.fixture
def panel(store: Callable[[Columns], Path]) -> Panel:
    columns = made_columns(60, 20, 1)
    scores = np.random.default_rng(8).normal(-4, 1, (2, 1200))
    return read_panel(store(joined_by(columns, scores, np.zeros(1200), 2)))


def chances(panel: Panel, seed: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).random((2, len(panel.outcome))) * 0.1


@pytest.mark.parametrize("digits", [8, 1])
def test_areas_are_those_of_scikit_learn(digits: int) -> None:
    rng = np.random.default_rng(1)
    hits, weights = rng.random(800) < 0.1, rng.integers(0, 4, 800).astype(float)
    values = np.round(rng.random(800) + 0.2 * hits, digits)
    ranking = Ranking.of(values)
    assert auc(ranking, hits, weights) == pytest.approx(metrics.roc_auc_score(hits, values, sample_weight=weights))
    assert average_precision(ranking, hits, weights) == pytest.approx(
        metrics.average_precision_score(hits, values, sample_weight=weights)
    )


def test_losses_are_those_of_scikit_learn(panel: Panel) -> None:
    sides = chances(panel)
    found = Scorer(panel, sides, np.full(len(panel.outcome), 0.02)).measures(np.ones(len(panel.outcome)))
    chance = sides.sum(axis=0)
    assert found["log_loss"] == pytest.approx(metrics.log_loss(panel.joined, chance))
    assert found["brier"] == pytest.approx(metrics.brier_score_loss(panel.joined, chance))
    base = metrics.log_loss(panel.joined, np.full(len(chance), 0.02))
    assert found["skill"] == pytest.approx(1 - found["log_loss"] / base)
    assert found["observed_over_expected"] == pytest.approx(panel.joined.sum() / chance.sum())


def test_a_weight_stands_for_repeats(panel: Panel) -> None:
    sides, base = chances(panel), np.full(len(panel.outcome), 0.02)
    times = resampled(len(panel.ids), 1, 7)[0]
    weighted = Scorer(panel, sides, base).measures(times[panel.dispute])
    rows = np.concatenate([np.repeat(np.flatnonzero(panel.dispute == d), int(n)) for d, n in enumerate(times) if n])
    own = sides[:, rows].sum(axis=0)
    assert weighted["auc"] == pytest.approx(metrics.roc_auc_score(panel.joined[rows], own))
    assert weighted["log_loss"] == pytest.approx(metrics.log_loss(panel.joined[rows], own))


def test_the_base_rate_has_no_skill_and_a_constant_ranks_nobody(panel: Panel) -> None:
    base = np.full(len(panel.outcome), 0.03)
    found = Scorer(panel, np.tile(base / 2, (2, 1)), base).measures(np.ones(len(base)))
    assert (found["skill"], found["auc"], found["side_accuracy"], found["side_auc"]) == (0.0, 0.5, 0.5, 0.5)
    assert found["hits_in_best_five"] == pytest.approx(5 / 20)
    assert np.isnan(found["calibration_slope"])


@pytest.mark.parametrize("slope", [1.0, 2.0])
def test_the_calibration_slope_is_found(store: Callable[[Columns], Path], slope: float) -> None:
    columns = made_columns(2000, 20, 5)
    scores = np.random.default_rng(6).normal(-4, 1.5, (2, 40_000))
    panel = read_panel(store(joined_by(columns, scores, np.zeros(40_000), 7)))
    true = np.exp(scores) / (1 + np.exp(scores).sum(axis=0))
    chance = true.sum(axis=0)
    odds = np.log(chance / (1 - chance))
    narrowed = 1 / (1 + np.exp(-(odds.mean() + (odds - odds.mean()) / slope)))
    found = Scorer(panel, true * narrowed / chance, np.full(40_000, 0.05)).measures(np.ones(40_000))
    assert found["calibration_slope"] == pytest.approx(slope, abs=0.08 * slope)


def test_impossible_probabilities_are_refused(panel: Panel) -> None:
    for sides in (
        np.full((2, 3), 0.1),
        np.full((2, len(panel.outcome)), -0.1),
        np.full((2, len(panel.outcome)), np.nan),
    ):
        with pytest.raises(OptionError):
            Scorer(panel, sides, np.full(len(panel.outcome), 0.02))
