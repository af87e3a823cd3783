"""Skill against another forecaster on the same origins, with intervals that know that origins overlap.

Forecasts over h weeks from weekly origins share most of their weeks, so origins are resampled in blocks (circular
moving blocks), pairs together. A block is at least as long as the horizon; where fewer than two such stretches of time
lie apart, blocks would have to be shorter and their interval false, so none is given.

Source: Politis and Romano (1992), circular block bootstrap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

RESAMPLES = 2000
FEWEST_STRETCHES = 2.0  # with fewer, no interval


@dataclass(frozen=True)
class Skill:
    """One forecaster against another.

    mean, reference   mean scores on the origins that both have
    skill             1 - mean / reference; positive is better
    difference        mean - reference, in the score's unit, its block-bootstrap `error` and 80% `interval`;
                      None with fewer than two separate stretches
    origins           origins compared; stretches: origins' span over the horizon, separate stretches of time
    """

    mean: float
    reference: float
    skill: float
    difference: float
    error: float | None
    interval: tuple[float, float] | None
    origins: int
    stretches: float


def block_length(origins: int, horizon: int, every: int = 1) -> int:
    """Origins in a block: the horizon's, at least twice the cube root of all, at most half of all."""
    wanted = max(-(-horizon // every), int(2 * np.ceil(origins ** (1 / 3))))
    return max(1, min(wanted, origins // 2))


def resampled_means(
    values: NDArray[np.float64], block: int, seed: int, resamples: int = RESAMPLES
) -> NDArray[np.float64]:
    """Means of block resamples of `values` (origin,), shape (resample,)."""
    count = len(values)
    generator = np.random.Generator(np.random.Philox(key=seed))
    blocks = -(-count // block)
    starts = generator.integers(0, count, (resamples, blocks))
    index = (starts[:, :, None] + np.arange(block)[None, None, :]).reshape(resamples, -1)[:, :count] % count
    return np.asarray(values[index].mean(axis=1))


def compare_scores(score: ArrayLike, reference: ArrayLike, horizon: int, every: int = 1, seed: int = 1) -> Skill | None:
    """Skill of one forecaster's scores (origin,) over another's; None with fewer than four common origins."""
    own, other = np.asarray(score, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    both = np.isfinite(own) & np.isfinite(other)
    own, other = own[both], other[both]
    if len(own) < 4:
        return None
    difference = own - other
    stretches = len(own) * every / horizon
    error, interval = None, None
    if stretches >= FEWEST_STRETCHES:
        means = resampled_means(difference, block_length(len(own), horizon, every), seed)
        low, high = np.quantile(means, [0.1, 0.9])
        error, interval = float(means.std(ddof=1)), (float(low), float(high))
    base = float(other.mean())
    return Skill(
        mean=float(own.mean()),
        reference=base,
        skill=1 - float(own.mean()) / base if base > 0 else float("nan"),
        difference=float(difference.mean()),
        error=error,
        interval=interval,
        origins=len(own),
        stretches=stretches,
    )
