"""Filters and sampler against closed forms: the joint normal density, all regime paths, a conjugate twin, ranks."""

from itertools import pairwise, product

import numpy as np
import pytest
from scipy.stats import chi2, multivariate_normal, norm

from tertius.inference import filters
from tertius.inference.sampler import sample_posterior, split_rhat

NOTHING = np.nan
LEVEL_PERSISTENCE, LEVEL_SHOCK = 0.9, 2.0


def theta(**named: float) -> np.ndarray:
    row = np.zeros((1, filters.COLUMNS))
    row[0, filters.SCALE] = row[0, filters.NOISE2] = 1.0
    for name, value in named.items():
        row[0, getattr(filters, name)] = value
    return row


def joint(row: np.ndarray, weeks: int, o: np.ndarray, start: float, spread: float, g: np.ndarray) -> tuple:
    """Mean and covariance of tempo and level (week, 2 week), and of both sources' readings, from equations (1) to (4).

    Tempo and level are sums of independent normals: the two starts, and each week's shocks of level and tempo.
    """
    mean, rho, sw, se = row[0, :4]
    phi, sd = row[0, filters.LEVEL_PERSISTENCE], row[0, filters.LEVEL_SHOCK]
    before = sd / np.sqrt(1 - phi**2) if phi < 1 else 0.0
    scale = np.concatenate([[spread, before], np.full(weeks, sd), g * sw])
    tempo, level = np.zeros((weeks, len(scale))), np.zeros((weeks, len(scale)))
    u, m = np.eye(len(scale))[0], np.eye(len(scale))[1]
    middle, centre = np.zeros(weeks), start
    for t in range(weeks):
        m = phi * m + np.eye(len(scale))[2 + t]
        u = (1 - rho) * m + rho * u + np.eye(len(scale))[2 + weeks + t]
        tempo[t], level[t] = u, m
        centre = mean + rho * (centre - mean)
        middle[t] = centre
    spreads = np.vstack([tempo, level]) * scale
    cov = spreads @ spreads.T
    seen = cov[:weeks, :weeks]
    both = np.concatenate([middle + o, middle + o + row[0, filters.BIAS2]])
    wide = np.block([[seen, seen], [seen, seen]])
    wide += np.diag(np.concatenate([(g * se) ** 2, np.full(weeks, row[0, filters.NOISE2] ** 2)]))
    return np.concatenate([middle, np.full(weeks, mean)]), cov, both, wide


def density(row: np.ndarray, y: np.ndarray, d: np.ndarray, g: np.ndarray) -> float:
    _, _, both, wide = joint(row, len(y), d, 4.0, 20.0, g)
    flat = y.T.ravel()
    seen = np.isfinite(flat)
    return float(multivariate_normal(both[seen], wide[np.ix_(seen, seen)]).logpdf(flat[seen]))


@pytest.mark.parametrize("rho", [0.0, 0.7, 1.0])
@pytest.mark.parametrize("phi", [0.0, 0.9, 1.0])
@pytest.mark.parametrize("gaps", [False, True])
def test_the_filter_is_the_joint_normal_density(rho: float, phi: float, gaps: bool) -> None:
    rng = np.random.default_rng(3)
    weeks = 9
    y, d = rng.normal(10, 25, (weeks, 2)), rng.normal(0, 3, weeks)
    if gaps:
        y[[0, 4], 0] = y[[2, 4, 8], 1] = NOTHING
    row = theta(LEVEL=12.0, PERSISTENCE=rho, SHOCK=7.0, NOISE=11.0, BIAS2=-3.0, NOISE2=30.0)
    row[0, [filters.LEVEL_PERSISTENCE, filters.LEVEL_SHOCK]] = phi, 5.0
    height, mean, covariance = filters.filter_level(row, y, d[None, :], 4.0, 20.0)
    assert height[0] == pytest.approx(density(row, y, d, np.ones(weeks)), abs=1e-8)
    middle, cov, both, wide = joint(row, weeks, d, 4.0, 20.0, np.ones(weeks))
    seen, last = np.isfinite(y.T.ravel()), [weeks - 1, 2 * weeks - 1]  # tempo and level of the last week
    across = np.hstack([cov[last, :weeks], cov[last, :weeks]])[:, seen]
    weight = np.linalg.solve(wide[np.ix_(seen, seen)], across.T).T
    np.testing.assert_allclose(mean[0], middle[last] + weight @ (y.T.ravel()[seen] - both[seen]), atol=1e-8)
    left = cov[np.ix_(last, last)] - weight @ across.T
    np.testing.assert_allclose(covariance[0], [left[0, 0], left[0, 1], left[1, 1]], atol=1e-8)


def test_without_a_larger_scale_the_switching_filter_is_the_plain_one() -> None:
    rng = np.random.default_rng(4)
    y, d = rng.normal(0, 20, (60, 2)), rng.normal(0, 2, (1, 60))
    row = theta(LEVEL=5.0, PERSISTENCE=0.9, SHOCK=6.0, NOISE=9.0, TO_ACTIVE=0.1, TO_QUIET=0.2, NOISE2=25.0)
    row[0, [filters.LEVEL_PERSISTENCE, filters.LEVEL_SHOCK]] = 0.95, 3.0
    plain = filters.filter_level(row, y, d, 0.0, 50.0)
    height, means, covariances, active = filters.filter_switching(row, y, d, 0.0, 50.0)
    assert height[0] == pytest.approx(plain[0][0], abs=1e-9)
    for regime in range(2):
        np.testing.assert_allclose(means[0, regime], plain[1][0], atol=1e-9)
        np.testing.assert_allclose(covariances[0, regime], plain[2][0], atol=1e-9)
    assert active[0] == pytest.approx(1 / 3, abs=1e-9)


@pytest.mark.parametrize("scale", [2.0, 4.0])
def test_the_collapse_of_paths_costs_little(scale: float) -> None:
    """Against the sum over all 2^8 regime paths: exact in the first two weeks, then one normal a regime."""
    rng = np.random.default_rng(5)
    weeks = 8
    y = np.column_stack([np.cumsum(rng.normal(0, 8, weeks)), np.full(weeks, NOTHING)])
    row = theta(PERSISTENCE=1.0, SHOCK=5.0, NOISE=6.0, SCALE=scale, TO_ACTIVE=0.1, TO_QUIET=0.2)
    row[0, [filters.PERSISTENCE, filters.LEVEL_PERSISTENCE, filters.LEVEL_SHOCK]] = 0.8, 0.9, 2.0
    found = filters.filter_switching(row, y, np.zeros((1, weeks)), 4.0, 20.0)[0][0]
    heights = []
    for path in product((0, 1), repeat=weeks):
        chance = 2 / 3 if path[0] == 0 else 1 / 3  # stationary, and so after the first switch
        for before, after in pairwise(path):
            leave = 0.1 if before == 0 else 0.2
            chance *= leave if before != after else 1 - leave
        g = np.where(np.array(path) == 1, scale, 1.0)
        heights.append(np.log(chance) + density(row, y, np.zeros(weeks), g))
    exact = np.logaddexp.reduce(heights)
    assert found == pytest.approx(exact, abs=0.1)  # log units, over eight weeks
    assert abs(found - density(row, y, np.zeros(weeks), np.ones(weeks))) > 0.1 or scale < 3


def test_draws_ahead_have_the_law_s_moments() -> None:
    points, weeks = 40_000, 6
    rng = np.random.default_rng(6)
    one = theta(LEVEL=10.0, PERSISTENCE=0.8, SHOCK=3.0, NOISE=4.0)
    one[0, [filters.LEVEL_PERSISTENCE, filters.LEVEL_SHOCK]] = 0.9, 2.0
    drawn = filters.draw_ahead(
        np.repeat(one, points, axis=0),
        np.full(points, 50.0),
        np.full(points, 30.0),
        np.zeros(points),
        rng.standard_normal((points, weeks, 3)),
        rng.random((points, weeks)),
    )
    for week in range(weeks):
        # How a shock of the level, `back` weeks old, stands in the tempo now; the level's start in the same way.
        followed = [0.2 * sum(0.8 ** (back - j) * 0.9**j for j in range(back + 1)) for back in range(week + 1)]
        variance = 9 * sum(0.8 ** (2 * back) for back in range(week + 1)) + 16 + 4 * sum(f**2 for f in followed)
        mean = 10 + 0.8 ** (week + 1) * 40 + 0.9 * followed[week] * 20
        assert drawn[:, week].mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / points))
        assert drawn[:, week].var() == pytest.approx(variance, rel=5 * np.sqrt(2 / points))


def test_the_sampler_matches_its_closed_form_twin() -> None:
    """A normal mean with known noise under a standard normal prior: posterior n ybar / (n + s2), s2 / (n + s2)."""
    y, noise = np.array([1.2, 0.4, 2.0, 1.1]), 1.5

    def height(z: np.ndarray) -> np.ndarray:
        return norm.logpdf(y[None, :], z[:, :1], noise).sum(axis=1)

    chains = sample_posterior(height, 2, key=11, chains=64, burn=50, keep=200)
    mean, variance = y.sum() / (len(y) + noise**2), noise**2 / (len(y) + noise**2)
    first, second = chains.points[..., 0].ravel(), chains.points[..., 1].ravel()
    # 12,800 points; at most ten steps of memory: 1,280 separate ones
    assert first.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / 1280))
    assert first.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / 1280))
    assert second.mean() == pytest.approx(0, abs=4 / np.sqrt(1280))
    assert second.var() == pytest.approx(1, rel=4 * np.sqrt(2 / 1280))
    assert chains.rhat.max() < 1.05
    again = sample_posterior(height, 2, key=11, chains=64, burn=50, keep=200)
    np.testing.assert_array_equal(again.points, chains.points)
    assert not np.array_equal(sample_posterior(height, 2, key=12, burn=50, keep=200).points, chains.points)


def test_an_impossible_likelihood_is_said_to_be_so() -> None:
    with pytest.raises(FloatingPointError, match="contradict"):
        sample_posterior(lambda z: np.full(len(z), -np.inf), 1, key=1)


def test_rhat_tells_chains_that_disagree() -> None:
    rng = np.random.default_rng(8)
    together = rng.normal(size=(8, 100, 1))
    assert split_rhat(together)[0] < 1.05
    assert split_rhat(together + np.arange(8)[:, None, None])[0] > 1.5


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [False, True])
def test_ranks_of_the_truth_are_uniform_and_a_wrong_filter_is_caught(wrong: bool) -> None:
    """Simulation-based calibration (Talts and others 2018) on a small twin of 30 weeks and three parameters."""
    simulations, weeks, draws = 80, 30, 31
    rng = np.random.default_rng(21)
    start, spread = 0.0, 10.0

    def rows(z: np.ndarray) -> np.ndarray:
        found = np.zeros((len(z), filters.COLUMNS))
        found[:, filters.PERSISTENCE] = norm.cdf(z[:, 0])
        found[:, filters.SHOCK] = 5 * np.exp(0.7 * z[:, 1])
        found[:, filters.NOISE] = 5 * np.exp(0.7 * z[:, 2])
        found[:, filters.SCALE] = found[:, filters.NOISE2] = 1.0
        found[:, filters.LEVEL_PERSISTENCE], found[:, filters.LEVEL_SHOCK] = LEVEL_PERSISTENCE, LEVEL_SHOCK
        return found

    ranks = np.zeros((simulations, 3), dtype=int)
    for number in range(simulations):
        truth = rng.standard_normal((1, 3))
        tempo = np.array([rng.normal(start, spread)])
        nothing = np.zeros(1)
        level = np.array([rng.normal(0.0, np.sqrt(LEVEL_SHOCK**2 / (1 - LEVEL_PERSISTENCE**2)))])
        made = filters.draw_ahead(
            rows(truth), tempo, level, nothing, rng.standard_normal((1, weeks, 3)), np.ones((1, weeks))
        )
        y = np.column_stack([made[0], np.full(weeks, NOTHING)])

        def height(z: np.ndarray, y: np.ndarray = y) -> np.ndarray:
            named = rows(z)
            if wrong:
                named[:, filters.NOISE] *= 0.4
            return filters.filter_level(named, y, np.zeros((len(z), weeks)), start, spread)[0]

        chains = sample_posterior(height, 3, key=number, chains=draws, burn=60, keep=1)
        ranks[number] = (chains.points[:, 0, :] < truth).sum(axis=0)
    values = []
    for column in range(3):
        counts = np.bincount(ranks[:, column] * 8 // (draws + 1), minlength=8)
        values.append(chi2.sf(((counts - simulations / 8) ** 2 / (simulations / 8)).sum(), 7))
    if wrong:
        assert min(values) < 1e-6
    else:
        assert min(values) > 0.001
