"""Scores against scoringrules and closed forms; skill against theory; pools and pieces by what they promise."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from tertius.errors import ArchiveError, OptionError
from tertius.forecasts.pieces import Pieces
from tertius.forecasts.pool import FLOOR, pooled, weights_by_score
from tertius.forecasts.scores import covered, crps, log_score, pit, rps, surprise
from tertius.forecasts.skill import block_length, compare_scores

RNG = np.random.default_rng


@pytest.mark.parametrize("count", [2, 7, 500])
def test_crps_and_log_score_are_those_of_scoringrules(count: int) -> None:
    import scoringrules  # it compiles for seconds: other tests do not wait for it

    samples = RNG(count).normal(3, 5, (40, count))
    actual = RNG(1).normal(0, 8, 40)
    np.testing.assert_allclose(
        crps(samples, actual), scoringrules.crps_ensemble(actual, samples, estimator="fair"), rtol=1e-10, atol=1e-10
    )
    if count > 2:
        ours, theirs = log_score(samples, actual), scoringrules.logs_ensemble(actual, samples)
        near = np.abs(actual - samples.mean(axis=1)) < 10  # far out in the tail their density is zero
        np.testing.assert_allclose(ours[near], theirs[near], rtol=1e-8)


def test_a_point_forecast_scores_its_absolute_error_and_has_no_density() -> None:
    samples, actual = np.full((3, 5), 2.0), np.array([0.0, 2.0, 7.5])
    np.testing.assert_array_equal(crps(samples, actual), [2, 0, 5.5])
    assert np.isnan(log_score(samples, actual)).all()


def test_what_is_not_known_is_not_scored() -> None:
    samples, actual = RNG(1).normal(size=(2, 9)), np.array([np.nan, 0.0])
    for found in (crps(samples, actual), covered(samples, actual, 0.8), pit(samples, actual, np.zeros(2))):
        np.testing.assert_array_equal(np.isnan(found), [True, False])


@pytest.mark.parametrize("samples", [np.zeros((3, 1)), np.zeros((2, 5)), np.zeros(()), np.full((3, 4), np.inf)])
def test_samples_of_another_shape_are_refused(samples: np.ndarray) -> None:
    with pytest.raises(OptionError):
        crps(samples, np.zeros(3))


def test_the_true_distribution_wins() -> None:
    origins, paths = 4000, 400
    rng = RNG(5)
    actual = rng.normal(0, 1, origins)
    true = crps(rng.normal(0, 1, (origins, paths)), actual)
    for mean, sd in ((0.5, 1), (0, 0.5), (0, 2)):
        other = crps(rng.normal(mean, sd, (origins, paths)), actual)
        margin = other - true
        assert margin.mean() > 4 * margin.std() / np.sqrt(origins)
    assert true.mean() == pytest.approx(1 / np.sqrt(np.pi), abs=4 * true.std() / np.sqrt(origins))


def test_coverage_and_pit_of_a_calibrated_forecast() -> None:
    rng = RNG(6)
    samples, actual = rng.normal(size=(5000, 300)), rng.normal(size=5000)
    inside = norm.cdf(norm.ppf(0.9)) - norm.cdf(norm.ppf(0.1))
    assert covered(samples, actual, 0.8).mean() == pytest.approx(inside, abs=0.02)
    counts = np.histogram(pit(samples, actual, rng.random(5000)), bins=10, range=(0, 1))[0]
    assert ((counts - 500) ** 2 / 500).sum() < 27.9  # chi-square, nine degrees of freedom, one in a thousand
    assert pit(np.zeros((1, 4)), np.zeros(1), np.array([0.25])) == 0.25


def test_skill_of_independent_scores_has_the_analytic_error() -> None:
    rng = RNG(7)
    own, other = rng.normal(1, 1, 400), rng.normal(2, 1, 400)
    found = compare_scores(own, other, horizon=1)
    assert found is not None
    assert found.difference == pytest.approx((own - other).mean())
    assert found.skill == pytest.approx(1 - own.mean() / other.mean())
    analytic = (own - other).std() / np.sqrt(400)
    assert found.error == pytest.approx(analytic, rel=0.25)  # 30 blocks or so: a fifth of sampling error
    assert found.interval[0] < found.difference < found.interval[1]


def test_overlapping_horizons_widen_the_interval() -> None:
    steps = RNG(8).normal(size=420)
    overlapping = np.convolve(steps, np.ones(13) / 13, mode="valid")[:400]
    short, long = (compare_scores(overlapping, np.zeros(400) + 1, horizon) for horizon in (1, 26))
    naive = overlapping.std() / np.sqrt(400)
    assert short is not None
    assert long is not None
    assert long.error > 2 * naive
    assert long.error > short.error * 0.9
    assert long.stretches == pytest.approx(400 / 26)


def test_few_origins_make_no_skill_and_gaps_are_dropped_in_pairs() -> None:
    assert compare_scores([1.0, 2, 3], [1.0, 2, 3], 1) is None
    found = compare_scores([1.0, np.nan, 2, 3, 4, 5], [2.0, 5, np.nan, 4, 5, 6], 1)
    assert found is not None
    assert (found.origins, found.difference) == (4, -1.0)
    assert block_length(20, 52) == 10


def test_with_fewer_than_two_separate_stretches_there_is_no_interval() -> None:
    scores = RNG(3).gamma(4, 1, (2, 19))
    few, enough = compare_scores(*scores, horizon=10), compare_scores(*scores, horizon=9)
    assert few is not None
    assert enough is not None
    assert (few.error, few.interval) == (None, None)
    assert np.isfinite(few.skill)
    assert enough.interval is not None
    for horizon in range(1, 10):
        assert block_length(19, horizon) >= horizon


def test_weights_rest_on_two_years_of_scores() -> None:
    scores = RNG(4).gamma(4, 1, (260, 3, 1))
    for every in (1, 2):
        whole = weights_by_score(scores, (1,), 200, every)
        held = 104 // every
        np.testing.assert_array_equal(weights_by_score(scores[200 - held :], (1,), held, every), whole)
        assert not np.array_equal(weights_by_score(scores[210 - held :], (1,), held - 10, every), whole)


def test_weights_know_only_what_was_resolved() -> None:
    scores = RNG(9).gamma(4, 1, (60, 3, 2)) * np.array([1.0, 2.0, 4.0])[None, :, None]
    weights = weights_by_score(scores, (1, 13), 30)
    later = scores.copy()
    later[30:, :, 0] = 99.0 * np.arange(3)  # the forecast of origin 30 over a week is resolved at 31
    np.testing.assert_array_equal(weights_by_score(later, (1, 13), 30), weights)
    assert not np.array_equal(weights_by_score(later, (1, 13), 50), weights_by_score(scores, (1, 13), 50))
    assert weights.sum() == pytest.approx(1)
    assert weights[0] > weights[1] >= weights[2] >= FLOOR / 3 * 0.999
    np.testing.assert_array_equal(weights_by_score(scores, (1, 13), 0), np.full(3, 1 / 3))
    np.testing.assert_array_equal(weights_by_score(scores, (52, 104), 30), np.full(3, 1 / 3))


def test_a_horizon_speaks_as_far_as_its_separate_stretches_are_many() -> None:
    """The same scores move the weights less as those of a longer horizon; a year ahead hardly, whatever they say."""
    scores = np.tile(np.array([1.0, 2.0])[None, :, None], (70, 1, 1))
    first = [weights_by_score(scores, (horizon,), 70)[0] for horizon in (1, 4, 13, 26, 52)]
    assert (np.diff(first) < 0).all()
    assert 0.5 < first[-1] < 0.53 < first[0] < 1 - FLOOR / 2 + 1e-12
    both = np.concatenate([scores, scores[:, ::-1]], axis=2)  # one horizon for the first, another for the second
    np.testing.assert_allclose(weights_by_score(both, (1, 1), 70), [0.5, 0.5])


def test_a_pool_holds_as_many_samples_as_the_weights_ask_for() -> None:
    members = [np.full((2, 100), float(value)) for value in range(3)]
    drawn = pooled(members, np.array([0.5, 0.3, 0.2]))
    assert drawn.shape == (2, 100)
    assert [int((drawn[0] == value).sum()) for value in range(3)] == [50, 30, 20]


def test_pieces_are_kept_by_stamp_and_a_cut_one_is_not_used(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path / "work", "one")
    assert pieces.get("a") is None
    pieces.put("a", {"x": np.arange(3.0)})
    held = pieces.get("a")
    assert held is not None
    np.testing.assert_array_equal(held["x"], np.arange(3.0))
    assert Pieces(tmp_path / "work", "two").get("a") is None
    file = tmp_path / "work" / "a.npz"
    file.write_bytes(file.read_bytes()[:100])
    assert pieces.get("a") is None
    (tmp_path / "work" / "mine.txt").write_text("kept")
    pieces.clear()
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="--work"):
        Pieces(tmp_path / "file" / "below", "one")


def test_scores_of_categories_have_values_worked_out_by_hand() -> None:
    chance = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [0.2, 0.2, 0.6]])
    np.testing.assert_allclose(rps(chance, [0, 1, np.nan]), [0.25 + 0.0625, 0, np.nan])
    np.testing.assert_allclose(surprise(chance, [1, 1, np.nan]), [np.log(4), 0, np.nan])
