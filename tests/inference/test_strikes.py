"""Strikes: the recursion against closed forms and a slow loop, planted parameters found again, draws by their laws."""

import numpy as np
import pytest
from scipy.stats import betabinom, nbinom, norm

from tertius.inference.strikes import (
    LAUNCHING,
    LEAKING,
    Draws,
    Structure,
    Unknown,
    launch_evidence,
    launches_ahead,
    leak_evidence,
    leaks_ahead,
    learn,
)
from tertius.inference.strikes.launches import log_width
from tertius.inference.strikes.recursion import Belief

LEVELS, BURSTS = np.linspace(-1, 6, 8), np.array([0.3, 2.0, 50.0])


@pytest.mark.parametrize("count", [0.0, 1.0, 7.0, 541.0])
def test_launches_are_negative_binomial(count: float) -> None:
    evidence = launch_evidence(count)
    assert evidence is not None
    mean = np.exp(LEVELS)
    for row, r in zip(evidence(LEVELS, BURSTS), BURSTS, strict=True):
        assert row == pytest.approx(nbinom.pmf(count, r, r / (r + mean)), rel=1e-8)
    assert launch_evidence(float("nan")) is None


@pytest.mark.parametrize(("launched", "leaked"), [(1, 0), (12, 12), (541, 53)])
def test_leaks_are_beta_binomial(launched: int, leaked: int) -> None:
    evidence = leak_evidence(launched, leaked)
    assert evidence is not None
    chance = 1 / (1 + np.exp(-LEVELS))
    for row, c in zip(evidence(LEVELS, BURSTS), BURSTS, strict=True):
        assert row == pytest.approx(betabinom.pmf(leaked, launched, c * chance, c * (1 - chance)), rel=1e-6)
    assert leak_evidence(0.0, 0.0) is None
    assert leak_evidence(5.0, float("nan")) is None


def kalman(readings: list[float], phi: float, mean: float, shock: float, noise: float) -> tuple[float, float]:
    """Mean and variance of the level after the last reading, from N(mean, 1) before the first: the closed form."""
    at, variance = mean, 1.0
    for reading in readings:
        at, variance = mean + phi * (at - mean), phi**2 * variance + shock**2
        if np.isfinite(reading):
            gain = variance / (variance + noise**2)
            at, variance = at + gain * (reading - at), (1 - gain) * variance
    return at, variance


def only(name: str, value: float) -> Unknown:
    """An unknown that is known: a prior of no width at two points."""
    return Unknown(name, value, 0.0, "plain", 2, "given")


def test_with_gaussian_readings_the_recursion_is_the_kalman_filter() -> None:
    readings = [1.2, 0.4, float("nan"), 2.0, 1.7, -0.3, 0.9]
    phi, mean, shock, noise = 0.8, 0.5, 0.6, 0.7
    structure = Structure(
        "known", (only("persistence", phi), only("shock", shock), only("mean", mean)), only("none", 1.0),
        (-6.0, 7.0, 521), (mean, 1.0),
    )  # fmt: skip
    weeks = [
        None if np.isnan(y) else (lambda levels, spreads, y=y: np.tile(norm.pdf(y, levels, noise), (len(spreads), 1)))
        for y in readings
    ]
    *_, belief = learn(structure, weeks)
    density = belief.density[0, 0]
    found = (density * belief.levels).sum()
    spread = (density * (belief.levels - found) ** 2).sum()
    at, variance = kalman(readings, phi, mean, shock, noise)
    assert found == pytest.approx(at, abs=2e-3)
    assert spread == pytest.approx(variance, rel=5e-3)


def slow_heights(counts: list[float], structure: Structure, moving: int, spread: int) -> float:
    """Log posterior weight of one point by plain sums over paths' cells; shares no line with the package."""
    belief = Belief(structure)  # its grid and moves only
    levels, moves = belief.levels.tolist(), belief.moves[moving]
    r = float(belief.spreads[spread])
    start, deviation = structure.start
    now = [float(np.exp(-0.5 * ((level - start) / deviation) ** 2)) for level in levels]
    now = [value / sum(now) for value in now]
    height = float(Belief(structure).heights[moving, spread])
    for count in counts:
        after = [sum(now[i] * moves[i][j] for i in range(len(levels))) for j in range(len(levels))]
        if np.isfinite(count):
            after = [w * nbinom.pmf(count, r, r / (r + np.exp(x))) for w, x in zip(after, levels, strict=True)]
            height += float(np.log(sum(after)))
            after = [value / sum(after) for value in after]
        now = after
    return height


def test_weights_of_the_points_are_those_of_a_slow_loop() -> None:
    small = Structure("small", LAUNCHING[1].moving, LAUNCHING[1].spread, (0.0, 6.0, 16), (3.0, 2.0))
    counts = [12.0, 0.0, float("nan"), 60.0]
    *_, belief = learn(small, [launch_evidence(count) for count in counts])
    for moving, spread in ((0, 0), (3, 11), (9, 23)):
        expected = slow_heights(counts, small, moving, spread)
        assert belief.heights[moving, spread] == pytest.approx(expected, rel=1e-5)
    assert belief.weights.sum() == pytest.approx(1.0)


def planted(weeks: int, seed: int) -> np.ndarray:
    """Counts from the equations with shock .25, burst 4, about a wandering log level that begins at 4."""
    generator = np.random.default_rng(seed)
    level = 4.0 + np.cumsum(0.25 * generator.standard_normal(weeks))
    return generator.poisson(np.exp(level) * generator.gamma(4.0, size=weeks) / 4.0).astype(float)


def test_planted_parameters_are_found_again() -> None:
    inside, medians = {"shock": 0, "burst": 0}, {"shock": [], "burst": []}
    for seed in range(8):
        *_, belief = learn(LAUNCHING[1], [launch_evidence(count) for count in planted(150, seed)])
        rows = belief.draw(2000, np.random.default_rng(1))
        for name, true in (("shock", 0.25), ("burst", 4.0)):
            low, high = np.quantile(rows.named[name], [0.05, 0.95])
            inside[name] += low <= true <= high
            medians[name].append(np.median(rows.named[name]) / true)
    for ratios in medians.values():
        assert np.exp(np.mean(np.log(ratios))) == pytest.approx(1.0, abs=0.25)
    assert min(inside.values()) >= 5  # of 8 intervals of 90%: fewer has a chance below 1 in 200


def test_a_planted_leak_is_found_again() -> None:
    generator = np.random.default_rng(3)
    launched = generator.integers(20, 400, 120)
    leaked = betabinom.rvs(launched, 30 * 0.15, 30 * 0.85, random_state=generator)
    for form in LEAKING:
        *_, belief = learn(form, [leak_evidence(n, k) for n, k in zip(launched, leaked, strict=True)])
        rows = belief.draw(2000, np.random.default_rng(1))
        share = 1 / (1 + np.exp(-rows.level))
        assert np.median(share) == pytest.approx(0.15, abs=0.04)
        low, high = np.quantile(rows.named["evenness"], [0.02, 0.98])
        assert low < 30 < high


def test_draws_ahead_keep_to_their_law() -> None:
    count = 200_000
    known = {"persistence": 0.7, "mean": 3.0, "shock": 0.3, "burst": 1.5}
    rows = Draws({name: np.full(count, value) for name, value in known.items()}, np.full(count, 4.0))
    level = rows.ahead(3, np.random.default_rng(1))[:, 2]
    variance = 0.09 * (1 + 0.7**2 + 0.7**4)
    assert level.mean() == pytest.approx(3.0 + 0.7**3, abs=4 * np.sqrt(variance / count))
    assert level.var() == pytest.approx(variance, rel=0.02)
    still = Draws({"shock": np.full(count, 1e-12), "burst": np.full(count, 1.5)}, np.full(count, np.log(20.0)))
    for is_engine in (False, True):
        drawn = launches_ahead(still, 1, np.random.default_rng(2), is_engine)[:, 0]
        assert drawn.mean() == pytest.approx(20.0, rel=0.01)
        assert drawn.var() == pytest.approx(20.0 + 20.0**2 / 1.5, rel=0.05)
    assert log_width(np.array(1e12)) == pytest.approx(0.0, abs=1e-5)


def test_no_launch_leaks_nothing_and_no_more_leaks_than_is_launched() -> None:
    rows = Draws({"shock": np.full(50, 0.5), "evenness": np.full(50, 3.0)}, np.linspace(-9, 9, 50))
    launched = np.random.default_rng(1).poisson(3.0, (50, 6)).astype(float)
    leaked = leaks_ahead(rows, launched, np.random.default_rng(2))
    assert ((leaked >= 0) & (leaked <= launched)).all()
    assert (leaked[launched == 0] == 0).all()


def test_the_same_seed_draws_the_same() -> None:
    *_, belief = learn(LAUNCHING[1], [launch_evidence(9.0)] * 5)
    one, other = (belief.draw(50, np.random.default_rng(7)) for _ in range(2))
    assert (one.level == other.level).all()
    assert (one.named["shock"] == other.named["shock"]).all()
