"""Proper scores of forecasts given as samples. Samples lie on the last axis; actuals have the other axes.

    crps        continuous ranked probability score, fair estimator: E|X - y| - E|X - X'| / 2      unit of the series
    log_score   minus log of a Gaussian kernel density at the actual, Silverman's bandwidth       log of 1/unit
    covered     whether the central interval of a level holds the actual                          0 or 1
    pit         share of samples below the actual, ties split at random                           [0, 1]
    rps         ranked probability score of an ordered category: squared errors of the cumulative  [0, k - 1]
    surprise    minus log of the probability of the category that came                             log of 1

Smaller is better for crps, log_score, rps and surprise. An actual that is not known (NaN) gives NaN.
Source: Gneiting and Raftery (2007), JASA 102; Ferro (2014) for the fair estimator.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import OptionError

Array: TypeAlias = NDArray[np.float64]


def _checked(samples: ArrayLike, actual: ArrayLike) -> tuple[Array, Array]:
    x, y = np.asarray(samples, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    if x.ndim == 0 or x.shape[-1] < 2 or x.shape[:-1] != y.shape:
        shapes = f"samples {x.shape}, actual {y.shape}"
        raise OptionError("samples", shapes, "(..., n) samples, n at least 2, of (...) actuals", "align the two")
    if not np.isfinite(x).all():
        raise OptionError("samples", "numbers that are not finite", "finite samples", "leave out what cannot be drawn")
    return x, y


def crps(samples: ArrayLike, actual: ArrayLike) -> Array:
    """CRPS by the fair estimator; samples (..., n), actual (...), result (...) in the unit of the series."""
    x, y = _checked(samples, actual)
    count = x.shape[-1]
    ordered = np.sort(x, axis=-1)
    weight = 2.0 * np.arange(1, count + 1) - count - 1
    spread = (ordered * weight).sum(axis=-1) / (count * (count - 1))
    return np.asarray(np.abs(x - y[..., None]).mean(axis=-1) - spread)


def log_score(samples: ArrayLike, actual: ArrayLike) -> Array:
    """Minus log density at the actual; NaN where all samples are equal, which is no density."""
    x, y = _checked(samples, actual)
    count = x.shape[-1]
    quartiles = np.quantile(x, [0.25, 0.75], axis=-1)
    scale = np.minimum(x.std(axis=-1, ddof=1), (quartiles[1] - quartiles[0]) / 1.34)
    width = 1.06 * scale * count**-0.2
    safe = np.where(width > 0, width, np.nan)
    z = (x - y[..., None]) / safe[..., None]
    exponent = -0.5 * z * z
    top = exponent.max(axis=-1)
    total = np.log(np.exp(exponent - top[..., None]).mean(axis=-1)) + top
    return np.asarray(np.log(safe) + 0.5 * np.log(2 * np.pi) - total)


def rps(chance: ArrayLike, actual: ArrayLike) -> Array:
    """Ranked probability score; chances (..., k) of ordered categories 0 to k - 1, actual (...) one of them or NaN."""
    p, y = _checked(chance, actual)
    came = np.arange(p.shape[-1]) >= y[..., None]
    score = ((np.cumsum(p, axis=-1) - came) ** 2)[..., :-1].sum(axis=-1)
    return np.where(np.isnan(y), np.nan, score)


def surprise(chance: ArrayLike, actual: ArrayLike) -> Array:
    """Minus log probability of the category that came; chances (..., k), actual (...) one of 0 to k - 1, or NaN."""
    p, y = _checked(chance, actual)
    came = np.take_along_axis(p, np.nan_to_num(y).astype(np.int64)[..., None], axis=-1)[..., 0]
    with np.errstate(divide="ignore"):
        return np.where(np.isnan(y), np.nan, -np.log(came))


def covered(samples: ArrayLike, actual: ArrayLike, level: float) -> Array:
    """1 where the central interval of `level` holds the actual, bounds included, else 0."""
    x, y = _checked(samples, actual)
    if not 0 < level < 1:
        raise OptionError("level", level, "a share between 0 and 1", "0.8, say")
    low, high = np.quantile(x, [(1 - level) / 2, (1 + level) / 2], axis=-1)
    return np.where(np.isnan(y), np.nan, ((low <= y) & (y <= high)).astype(np.float64))


def pit(samples: ArrayLike, actual: ArrayLike, uniform: ArrayLike) -> Array:
    """Probability integral transform; `uniform` (...) in [0, 1] splits ties."""
    x, y = _checked(samples, actual)
    below = (x < y[..., None]).mean(axis=-1)
    equal = (x == y[..., None]).mean(axis=-1)
    return np.where(np.isnan(y), np.nan, below + np.asarray(uniform) * equal)
