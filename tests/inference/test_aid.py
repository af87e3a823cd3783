"""Aid: levels by hand, the law against a slow loop, planted coefficients found again, the sampler as an oracle."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import norm
from tests.inference.aid_panels import made_up, panel_of

from tertius.inference.aid import fit_aid, known_through, simulate
from tertius.inference.aid.amounts import draw_amounts
from tertius.inference.aid.levels import CUT, HOLD, UP, level_of, steps_of, usual_half_year, window_sums
from tertius.inference.aid.posterior import (
    FIXED,
    SCALE_MEDIAN,
    SCALE_P90,
    SCALES,
    draw_posterior,
    log_likelihood,
)
from tertius.inference.aid.rates import beta_of, describe_fit, per_week
from tertius.inference.aid.steps import COEFFICIENTS, LENT, PRIOR_MEAN, PRIOR_SD, history, rows_of
from tertius.inference.sampler import sample_posterior

EDGES = (0.02, 0.5, 2.0)


def test_levels_of_a_toy_are_those_worked_out_by_hand() -> None:
    amounts = np.array([[0, 0, 0, 0, 0, 6, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0]], dtype=float)
    sums = window_sums(amounts)[0]
    assert np.isnan(sums[:5]).all()
    assert sums[5:].tolist() == [6, 6, 6, 30, 30, 30, 24, 24, 24, 0, 0]
    assert usual_half_year(amounts).tolist() == [24]
    levels = level_of(window_sums(amounts), usual_half_year(amounts)[:, None])[0]
    assert levels[5:].tolist() == [1, 1, 1, 2, 2, 2, 2, 2, 2, 0, 0]
    assert steps_of(levels[5:]).tolist() == [HOLD, HOLD, UP, HOLD, HOLD, HOLD, HOLD, HOLD, CUT, HOLD]
    assert level_of(np.array([0.019, 0.02, 0.49, 0.5, 1.99, 2.0]), np.array(1.0)).tolist() == [0, 1, 1, 2, 2, 3]
    assert np.isnan(usual_half_year(np.zeros((1, 9)))).all()


@pytest.mark.parametrize(
    ("day", "lag", "month"),
    [
        (date(2024, 11, 3), 60, date(2024, 8, 1)),
        (date(2024, 10, 29), 60, date(2024, 7, 1)),
        (date(2024, 10, 30), 60, date(2024, 8, 1)),
        (date(2023, 2, 28), 60, date(2022, 11, 1)),
        (date(2024, 2, 29), 0, date(2024, 2, 1)),
        (date(2024, 2, 28), 0, date(2024, 1, 1)),
    ],
)
def test_a_month_is_known_its_lag_after_its_end(day: date, lag: int, month: date) -> None:
    assert known_through(day, lag) == month


def slow_chances(panel, donor: int, month: int, beta, theta, phi, kappa, lam) -> list[float]:  # type: ignore[no-untyped-def]
    """P(cut), P(hold), P(up) from the equations, with plain numbers; shares no line with the package."""
    named = dict(zip(COEFFICIENTS, beta, strict=True))

    def level_at(row: int, at: int) -> int:
        half = sum(panel.amounts[row, at - 5 : at + 1]) / usual[row]
        return sum(1 for edge in EDGES if half >= edge)

    def step_at(row: int, at: int) -> int:
        if at < 6:
            return 0
        change = level_at(row, at) - level_at(row, at - 1)
        return (change > 0) - (change < 0)

    usual = []
    for row in panel.amounts:
        halves = sorted(sum(row[at - 5 : at + 1]) for at in range(5, len(row)))
        halves = [half for half in halves if half > 1e-6]
        middle = len(halves) // 2
        usual.append(halves[middle] if len(halves) % 2 else (halves[middle - 1] + halves[middle]) / 2)
    level, last = level_at(donor, month), step_at(donor, month)
    stays = sum(panel.amounts[donor, month - 4 : month + 1]) / usual[donor]
    year = [amount / usual[donor] for amount in panel.amounts[donor, max(0, month - 11) : month + 1]]
    reach = sum(stays + amount >= EDGES[min(level, 2)] for amount in year)
    short = sum(stays + amount < ((0.0, *EDGES)[level]) for amount in year)
    others = [row for row in range(len(panel.amounts)) if row != donor]
    share = {way: sum(step_at(row, month) == way for row in others) / len(others) for way in (1, -1)}
    u = named.get(f"up from level {level}", 0.0) + theta + kappa + named["following"] * share[1]
    c = named.get(f"cut from level {level}", 0.0) + phi + lam + named["following"] * share[-1]
    u += named["record of reaching"] * math.log((reach + LENT) / (len(year) - reach + LENT))
    c += named["record of falling short"] * math.log((short + LENT) / (len(year) - short + LENT))
    for way, word in ((1, "up"), (-1, "cut")):
        u += named[f"up after {word}"] * (last == way)
        c += named[f"cut after {word}"] * (last == way)
    rise = math.exp(u) if level < 3 else 0.0
    fall = math.exp(c) if sum(stays >= edge for edge in EDGES) < level else 0.0
    total = 1 + rise + fall
    return [fall / total, 1 / total, rise / total]


def test_the_law_is_that_of_a_slow_loop() -> None:
    panel = panel_of(made_up(5, 16))
    rows = rows_of(panel)
    rng = np.random.default_rng(3)
    unknown = rng.normal(0, 1, FIXED + 2 * 5 + 2 * 10)
    _, chance = log_likelihood(rows, unknown)
    theta, phi = unknown[FIXED : FIXED + 5], unknown[FIXED + 5 : FIXED + 10]
    kappa, lam = unknown[FIXED + 10 : FIXED + 20], unknown[FIXED + 20 :]
    for place, (month, donor) in enumerate((m, d) for m in range(10) for d in range(5)):
        slow = slow_chances(
            panel, donor, month + 5, unknown[:FIXED], theta[donor], phi[donor], kappa[month], lam[month]
        )
        np.testing.assert_allclose(chance[place], slow, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(rows.taken, history(panel)[2][:, 6:].T.ravel())


def planted(seed: int, following: float, sigma: float):  # type: ignore[no-untyped-def]
    """Situations of a made-up panel with steps drawn from a planted law."""
    rows = rows_of(panel_of(made_up(30, 56, seed)))
    rng = np.random.default_rng(seed + 100)
    truth = np.concatenate(
        [
            [0.3, -0.3, 0.2, 0.8, 0.4, -0.3, 0.2, 0.3, -0.2, 1.1, -0.4, 0.3, following],
            rng.normal(0, 0.8, 30),
            rng.normal(0, 0.4, 30),
            rng.normal(0, sigma, rows.months),
            rng.normal(0, sigma, rows.months),
        ]
    )
    chance = log_likelihood(rows, truth)[1]
    taken = (rng.random(len(chance))[:, None] > np.cumsum(chance, axis=1)[:, :2]).sum(axis=1)
    return replace(rows, taken=taken), truth


@pytest.mark.parametrize(("following", "sigma"), [(4.0, 0.2), (0.0, 0.9)])
def test_planted_rates_and_clustering_are_found_again(following: float, sigma: float) -> None:
    rows, truth = planted(5, following, sigma)
    drawn, scales, support = draw_posterior(rows, 800, np.random.default_rng(1))
    assert support > 1
    mean, sd = drawn.mean(axis=0), drawn.std(axis=0)
    assert (np.abs(mean - truth)[:FIXED] < 3.3 * sd[:FIXED]).all()
    low, high = np.quantile(drawn, [0.1, 0.9], axis=0)
    donors = slice(FIXED, FIXED + 60)
    inside = ((low <= truth) & (truth <= high))[donors].mean()
    assert 0.65 < inside < 0.95  # 60 intervals of 80%: 0.8 within 3 errors of .05
    assert np.corrcoef(mean[FIXED : FIXED + 30], truth[FIXED : FIXED + 30])[0, 1] > 0.6
    held = dict(zip(SCALES, np.quantile(scales, [0.05, 0.95], axis=0).T, strict=True))
    for name, true in (("tau_up", 0.8), ("sigma_up", sigma), ("sigma_cut", sigma)):
        assert held[name][0] <= true * 1.15, name
        assert held[name][1] >= true / 1.15, name
    place = COEFFICIENTS.index("following")
    assert (low[place] > 0) == (following > 0)


def test_the_nested_approximation_agrees_with_elliptical_slice_sampling() -> None:
    rows = rows_of(panel_of(made_up(6, 24, 2)))
    sizes = (rows.donors, rows.donors, rows.months, rows.months)
    spread = math.log(SCALE_P90 / SCALE_MEDIAN) / norm.ppf(0.9)
    fixed_mean, fixed_sd = np.array(PRIOR_MEAN), np.array(PRIOR_SD)

    def unknown(z: np.ndarray) -> np.ndarray:
        scales = SCALE_MEDIAN * np.exp(spread * z[-4:])
        sd = np.concatenate([fixed_sd, np.repeat(scales, sizes)])
        return np.concatenate([fixed_mean, np.zeros(sum(sizes))]) + sd * z[:-4]

    chains = sample_posterior(
        lambda points: np.array([log_likelihood(rows, unknown(z))[0] for z in points]),
        FIXED + sum(sizes) + 4,
        key=3,
        chains=24,
        burn=150,
        keep=150,
    )
    sampled = np.array([unknown(z) for z in chains.rows(3000)])
    drawn, _, _ = draw_posterior(rows, 3000, np.random.default_rng(1))
    watched = slice(0, FIXED + 2 * rows.donors)
    sd = sampled.std(axis=0)[watched]
    assert (np.abs(sampled.mean(axis=0) - drawn.mean(axis=0))[watched] < 0.35 * sd).all()
    assert np.abs(np.log(drawn.std(axis=0)[watched] / sd)).max() < 0.35


def test_simulated_amounts_levels_and_steps_never_contradict() -> None:
    panel = panel_of(made_up(8, 20), {"bloc": (0, 1, 2)})
    fit = fit_aid(panel, 1, 100)
    ahead = simulate(fit, 9)
    known = np.broadcast_to(panel.amounts, (100, *panel.amounts.shape))
    sums = window_sums(np.concatenate([known, ahead.amounts], axis=2))
    ratio = sums / fit.usual[:, None]
    near = (np.abs(ratio[..., None] / np.array(EDGES) - 1) < 1e-9).any(axis=-1)[..., -9:]
    levels = level_of(sums, fit.usual[:, None])
    assert ((levels[..., -9:] == ahead.levels) | near).all()
    before = np.concatenate([np.broadcast_to(history(panel)[1][:, -1:], (100, 9, 1)), ahead.levels], axis=2)
    np.testing.assert_array_equal(steps_of(before), ahead.steps)
    np.testing.assert_allclose(ahead.chance.sum(axis=-1), 1)
    np.testing.assert_array_equal(simulate(fit_aid(panel, 1, 100), 9).amounts, ahead.amounts)
    assert not np.array_equal(simulate(fit_aid(panel, 2, 100), 9).amounts, ahead.amounts)


def test_amounts_lie_in_the_range_that_makes_the_step() -> None:
    fit = fit_aid(panel_of(made_up(8, 20)), 1, 300)
    for low, high in ((-1.0, 0.5), (0.2, 0.3), (40.0, np.inf), (-5.0, 1e-3)):
        shape = np.zeros((300, 8))
        drawn = draw_amounts(fit.amounts, shape + low, shape + high, np.random.default_rng(1))
        assert (drawn >= max(low, 0)).all()
        assert (drawn < high).all()


def test_a_donor_without_records_gets_the_pooled_rate_with_a_wide_interval() -> None:
    amounts = made_up(20, 30)
    amounts[7] = 0.0
    told = describe_fit(fit_aid(panel_of(amounts), 1, 300), "all")
    blank = told["donors"].pop("d7")
    assert (blank["months"], blank["level"], blank["usual_half_year_eur"]) == (0, 0, None)
    rates = [row["per_month"]["hold"] for row in told["donors"].values()]
    medians, widths = [rate["median"] for rate in rates], [rate["p90"] - rate["p10"] for rate in rates]
    hold = blank["per_month"]["hold"]
    assert min(medians) < hold["median"] < max(medians)
    assert hold["p90"] - hold["p10"] > 1.2 * np.median(widths)


def test_a_bloc_looks_at_others_and_not_at_its_members() -> None:
    others = panel_of(made_up(5, 12), {"bloc": (0, 3)}).others
    np.testing.assert_allclose(others.sum(axis=1), 1)
    np.testing.assert_allclose(others[5], [0, 1 / 3, 1 / 3, 0, 1 / 3, 0])
    np.testing.assert_allclose(others[0], [0, 0.25, 0.25, 0.25, 0.25, 0])


def test_without_clustering_nothing_is_shared() -> None:
    fit = fit_aid(panel_of(made_up(10, 24)), 1, 100, clustering=False)
    assert np.abs(fit.coefficients[:, COEFFICIENTS.index("following")]).max() < 0.02
    assert fit.scales[:, 2:].max() < 0.02


def test_rates_a_week_and_the_beta_of_shares_have_closed_forms() -> None:
    assert float(per_week(np.array(0.3))) == pytest.approx(-math.log(0.7) * 7 / 30.4375)
    shares = np.random.default_rng(2).beta(4, 7, 40_000)
    assert beta_of(shares) == pytest.approx((4, 7), rel=0.03)
