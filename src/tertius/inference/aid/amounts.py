"""How much a donor allocates in a month, given the step that it takes.

With even chances for twelve months of its last year and three from the law

    a = 0 with probability w_i, else log(a / usual month) normal (m_i, s_i)                                    (1)

each restricted to the amounts that make the step: a cut leaves the six months' sum below the lower edge of the level, a
hold keeps it inside, a step up carries it to the upper edge or beyond. So amounts and levels never contradict.

    w_i   beta: the donor's months without an allocation, and eight months of the average donor
    s_i   root of the donor's variance, drawn towards the average donor's as by eight more amounts
    m_i   normal: the donor's mean, drawn towards the mean of all by its error and the spread between donors

The year is drawn anew for each path, month by month with replacement (bootstrap), so that rates carry how little twelve
months say. Twelve, three and eight are judgements; the first two were chosen on past origins (`forecasts.aid`). A row
without any record is taken for another donor, drawn at random for each path. Source: Gelman and others (2013), Bayesian
Data Analysis, chapter 5 (normal hierarchy).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from tertius.inference.aid.levels import WINDOW, Array
from tertius.inference.aid.panel import Panel

BORROWED = 8.0
FRESH = 3.0
YEAR = 12
EDGE = 1e-9


@dataclass(frozen=True)
class Amounts:
    """Draws of (1), each of shape (draw, row).

    month   the usual month in EUR, shape (row,)
    year    amounts of the last year, drawn anew, in usual months, shape (draw, row, month)
    """

    zero: Array
    mean: Array
    spread: Array
    month: Array
    year: Array


def fit_amounts(panel: Panel, usual: Array, draws: int, generator: np.random.Generator) -> Amounts:
    """Fit (1) to a panel. A row without records gets the average donor's shares and the smaller donors' usual month."""
    month = usual / WINDOW
    small = float(np.nanquantile(month, 0.25)) if np.isfinite(month).any() else 1.0
    month = np.where(np.isfinite(month), month, small)
    given = panel.amounts > 0
    known = np.isfinite(usual)
    count = given.sum(axis=1)
    logs = np.log(np.where(given, panel.amounts, 1.0) / month[:, None])
    mean = np.where(given, logs, 0).sum(axis=1) / np.maximum(count, 1)
    squares = np.where(given, (logs - mean[:, None]) ** 2, 0).sum(axis=1)
    pooled = float(squares.sum() / max(1.0, float((count - 1)[count > 1].sum()))) if (count > 1).any() else 1.0
    variance = (squares + BORROWED * pooled) / (np.maximum(count - 1, 0) + BORROWED)
    enough = count >= 3
    centre = float(mean[enough].mean()) if enough.any() else 0.0
    between = float(mean[enough].var() - (variance / np.maximum(count, 1))[enough].mean()) if enough.sum() > 2 else 0.5
    between = max(between, 0.05)
    weight = count * between / (count * between + variance)
    held = centre + weight * (mean - centre)
    error = np.sqrt((1 - weight) * between)
    empty = float(1 - given[known].mean()) if known.any() else 0.5
    # all months empty, or none, would leave a beta without one of its counts: half a month is taken for that
    least = 0.5 / max(1, given[known].size)
    empty = min(max(empty, least), 1 - least)
    total = given.shape[1]
    months = np.where(known, total, 0)
    zero = generator.beta(
        np.where(known, total - count, 0) + BORROWED * empty,
        np.where(known, count, 0) + BORROWED * (1 - empty),
        (draws, len(months)),
    )
    drawn = held + error * generator.standard_normal((draws, len(months)))
    return Amounts(
        zero,
        drawn,
        np.broadcast_to(np.sqrt(variance), drawn.shape),
        month,
        _years(panel, known, month, draws, generator),
    )


def _years(panel: Panel, known: NDArray[np.bool_], month: Array, draws: int, generator: np.random.Generator) -> Array:
    """A year a draw: its months drawn anew from the last year's, the same months for all rows."""
    last = panel.amounts[:, -YEAR:] / month[:, None]
    again = generator.integers(0, last.shape[1], (draws, last.shape[1]))
    years = last[:, again].transpose(1, 0, 2)  # (draw, row, month)
    lenders = np.flatnonzero(known[: panel.singles])
    for row in np.flatnonzero(~known) if len(lenders) else ():
        years[:, row] = years[np.arange(draws), generator.choice(lenders, draws)]
    return np.ascontiguousarray(years)


def draw_amounts(held: Amounts, low: Array, high: Array, generator: np.random.Generator) -> Array:
    """Amounts of (1) in [low, high) usual months, in usual months, shape (draw, row); zero is inside where low <= 0."""
    spread = held.spread
    with np.errstate(divide="ignore"):
        bottom = ndtr((np.log(np.maximum(low, 0.0)) - held.mean) / spread)
        top = ndtr((np.log(np.maximum(high, 0.0)) - held.mean) / spread)
    mass = np.where(low <= 0, held.zero, 0.0)
    rest = (1 - held.zero) * np.maximum(top - bottom, EDGE)
    nothing = generator.random(mass.shape) * (mass + rest) < mass
    point = bottom + (top - bottom) * generator.random(mass.shape)
    amount = np.exp(held.mean + spread * ndtri(np.clip(point, EDGE, 1 - EDGE)))
    inside = np.clip(amount, np.maximum(low, 0.0), np.maximum(np.nextafter(high, 0.0), 0.0))
    fresh = np.where(nothing, 0.0, inside)
    fits = (held.year >= low[..., None]) & (held.year < high[..., None])  # (draw, row, month)
    count = fits.sum(axis=-1)
    again = generator.random(count.shape) * (count + FRESH * (mass + rest)) < count
    chosen = np.where(fits, generator.random(fits.shape), -1.0).argmax(axis=-1)
    seen = np.take_along_axis(np.broadcast_to(held.year, fits.shape), chosen[..., None], axis=-1)[..., 0]
    return np.where(again, seen, fresh)
