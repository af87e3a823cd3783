"""The posterior of the law of steps, by nested Laplace approximation.

Given the four scales (tau_up, tau_cut, sigma_up, sigma_cut) all other unknowns have a normal prior and a likelihood
that is concave, so their posterior is nearly normal around its mode (found by Newton's method). The scales themselves
are taken at 32 points spread evenly over their prior (Sobol), then at 64 spread over a normal where those say the
posterior lies, each weighted by prior times Laplace evidence over that normal; a draw takes a point by weight and then
a draw of its own normal. So the uncertainty of the scales is carried on. A test compares it with
elliptical slice sampling of the same posterior.

Source: Rue, Martino and Chopin (2009), Journal of the Royal Statistical Society B 71, 319 (without their corrections).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg
from scipy.stats import norm, qmc
from threadpoolctl import threadpool_limits

from tertius.inference.aid.amounts import Amounts, fit_amounts
from tertius.inference.aid.levels import CUT, UP, Array
from tertius.inference.aid.panel import Panel
from tertius.inference.aid.steps import COEFFICIENTS, PRIOR_MEAN, PRIOR_SD, Rows, probabilities, rows_of
from tertius.inference.fit import key_of

SCALES = ("tau_up", "tau_cut", "sigma_up", "sigma_cut")
SCALE_MEDIAN, SCALE_P90 = 0.35, 0.9  # log odds; judgement
SCOUTS, POINTS = 32, 64
WIDER, NARROWEST = 1.5, 0.25
NEWTON_STEPS = 60
FIXED = len(COEFFICIENTS)
OFF = 1e-3


@dataclass(frozen=True)
class AidFit:
    """Draws from the posterior.

    coefficients  shape (draw, 13), in the order of COEFFICIENTS
    up, cut       donors' theta and phi, shape (draw, row); the prior's where a row has no records
    scales        shape (draw, 4), in the order of SCALES
    usual         usual half-year of each row, EUR, NaN where it has no records, shape (row,)
    amounts       how much, given the step
    support       number of scale points that carry the posterior: one over the sum of squared weights
    """

    panel: Panel
    coefficients: Array
    up: Array
    cut: Array
    scales: Array
    usual: Array
    amounts: Amounts
    support: float
    key: int

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.scales)


@dataclass(frozen=True)
class Normal:
    """A Laplace approximation: mode, lower Cholesky factor of the precision, log evidence."""

    mode: Array
    factor: Array
    evidence: float


def fit_aid(panel: Panel, seed: int, draws: int = 400, label: str = "as-of", clustering: bool = True) -> AidFit:
    """Fit steps and amounts to a panel.

    label: names the random numbers together with the seed; clustering: whether donors follow each other and share
    months (without, sigma and f are held at nothing).
    """
    rows = rows_of(panel)
    key = key_of(seed, "aid", label)
    generator = np.random.Generator(np.random.Philox(key=key))
    drawn, scales, support = draw_posterior(rows, draws, generator, clustering)
    n = rows.donors
    return AidFit(
        panel=panel,
        coefficients=drawn[:, :FIXED],
        up=drawn[:, FIXED : FIXED + n],
        cut=drawn[:, FIXED + n : FIXED + 2 * n],
        scales=scales,
        usual=rows.usual,
        amounts=fit_amounts(panel, rows.usual, draws, generator),
        support=support,
        key=key,
    )


# Matrices this small lose by threads, which wait for each other; and so the bits are the same on any machine.
@threadpool_limits.wrap(limits=1, user_api="blas")
def draw_posterior(
    rows: Rows, draws: int, generator: np.random.Generator, clustering: bool = True
) -> tuple[Array, Array, float]:
    """Draws of all unknowns, shape (draw, unknown), and of the scales, shape (draw, 4); and the scales' `support`."""
    spread = np.log(SCALE_P90 / SCALE_MEDIAN) / norm.ppf(0.9)
    middle, width = np.full(len(SCALES), np.log(SCALE_MEDIAN)), np.full(len(SCALES), spread)
    off = np.zeros(len(SCALES)) if clustering else np.array([0.0, 0.0, *(2 * [np.log(OFF)])])
    start = _prior(rows, np.exp(middle + off), clustering)[0]
    for count in (SCOUTS, POINTS):
        logs = middle + width * normal_points(count)
        points = np.exp(logs + off)
        found: list[Normal] = []
        for scales in points:
            found.append(laplace(rows, scales, start, clustering))
            start = found[-1].mode
        prior = norm.logpdf(logs, np.log(SCALE_MEDIAN), spread).sum(axis=1)
        heights = np.array([each.evidence for each in found]) + prior - norm.logpdf(logs, middle, width).sum(axis=1)
        weight = np.exp(heights - heights.max())
        weight /= weight.sum()
        # the scouts' mean and spread, kept wide: too wide costs points, too narrow loses tails
        middle = weight @ logs
        width = np.clip(WIDER * np.sqrt(weight @ (logs - middle) ** 2), NARROWEST * spread, spread)
    chosen = np.sort(generator.choice(len(points), draws, p=weight))
    z = generator.standard_normal((draws, len(start)))
    drawn = np.empty_like(z)
    for point in np.unique(chosen):
        at = chosen == point
        drawn[at] = found[point].mode + linalg.solve_triangular(found[point].factor, z[at].T, lower=True, trans="T").T
    mixed = generator.permutation(draws)  # so that draws in a row are not of one scale point
    return drawn[mixed], points[chosen[mixed]], float(1 / (weight**2).sum())


def normal_points(count: int) -> Array:
    """Points spread evenly over a standard normal in four dimensions, shape (count, 4)."""
    uniform = qmc.Sobol(len(SCALES), scramble=False).random(2 * count)[1 : count + 1]
    return np.asarray(norm.ppf(uniform))


def _prior(rows: Rows, scales: Array, clustering: bool) -> tuple[Array, Array]:
    """Mean and standard deviation of every unknown given the scales."""
    own = PRIOR_SD * np.where(np.array(COEFFICIENTS) == "following", 1.0 if clustering else OFF, 1.0)
    sizes = (rows.donors, rows.donors, rows.months, rows.months)
    sd = np.concatenate([own, *(np.full(size, scale) for size, scale in zip(sizes, scales, strict=True))])
    return np.concatenate([PRIOR_MEAN, np.zeros(sum(sizes))]), sd


def log_likelihood(rows: Rows, unknown: Array) -> tuple[float, Array]:
    """Log likelihood of the steps seen, and P(cut), P(hold), P(up) of each row, shape (row, 3)."""
    chance = probabilities(rows.up @ unknown[rows.up_at], rows.cut @ unknown[rows.cut_at], rows.now)
    taken = chance[np.arange(len(rows.taken)), rows.taken]
    with np.errstate(divide="ignore"):
        return float(np.log(taken).sum()), chance


def laplace(rows: Rows, scales: Array, start: Array, clustering: bool = True) -> Normal:
    """The normal approximation given the scales, by Newton's method with halved steps where one overshoots."""
    mean, sd = _prior(rows, scales, clustering)
    precision = sd**-2

    def height_at(unknown: Array) -> tuple[float, Array]:
        height, chance = log_likelihood(rows, unknown)
        return height - 0.5 * float((precision * (unknown - mean) ** 2).sum()), chance

    unknown = start
    height, chance = height_at(unknown)
    for _ in range(NEWTON_STEPS):
        slope = -precision * (unknown - mean)
        np.add.at(slope, rows.up_at, rows.up.T @ ((rows.taken == UP) - chance[:, UP]))
        np.add.at(slope, rows.cut_at, rows.cut.T @ ((rows.taken == CUT) - chance[:, CUT]))
        step = linalg.cho_solve((_factor(rows, chance, precision), True), slope)
        gain, size = float(slope @ step), 1.0
        reached, tried = height_at(unknown + step)
        while not reached >= height - 1e-9 and size > 1e-4:
            size /= 2
            reached, tried = height_at(unknown + size * step)
        unknown, height, chance = unknown + size * step, reached, tried
        if gain < 1e-6:
            break
    factor = _factor(rows, chance, precision)
    evidence = height + 0.5 * float(np.log(precision).sum()) - float(np.log(np.diag(factor)).sum())
    return Normal(unknown, factor, evidence)


def _factor(rows: Rows, chance: Array, precision: Array) -> Array:
    """Lower Cholesky factor of the precision at a point: the information of the steps and of the prior."""
    up, cut = chance[:, UP], chance[:, CUT]
    information = np.diag(precision)
    information[np.ix_(rows.up_at, rows.up_at)] += rows.up.T @ (rows.up * (up * (1 - up))[:, None])
    information[np.ix_(rows.cut_at, rows.cut_at)] += rows.cut.T @ (rows.cut * (cut * (1 - cut))[:, None])
    both = rows.up.T @ (rows.cut * (-up * cut)[:, None])
    information[np.ix_(rows.up_at, rows.cut_at)] += both
    information[np.ix_(rows.cut_at, rows.up_at)] += both.T
    return np.asarray(linalg.cholesky(information, lower=True))
