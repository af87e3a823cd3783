"""Pools: rival forecasters weighted by how well they did at past origins, none at zero.

At an origin only scores count that were resolved by then. A member's loss is its mean CRPS over the weighted horizons,
each relative to the members' mean there. Weights fall off exponentially with the loss, are drawn towards equality while
few scores are in, and have a floor: past scores cannot rule a structure out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
HORIZONS = (1,)  # prequential: forecasts of the next week do not overlap; longer ones rest on few separate stretches
STEEPNESS = 0.05  # a loss of five percent more takes a factor e off the weight
WINDOW = 104  # weeks of past scores that count, so that they are the same wherever a backtest begins
CAUTION = 13  # origins at which past scores and equality count alike
FLOOR = 0.1  # share of equal weight that every member keeps


def weights_by_score(scores: Array, horizons: Sequence[int], origin: int, every: int = 1) -> Array:
    """Weights of members for the forecast at `origin`, shape (member,).

    scores: CRPS of the cumulative change, shape (origin, member, horizon), NaN where not known; every: weeks between
    origins.
    """
    members = scores.shape[1]
    equal = np.full(members, 1 / members)
    losses, counts = [], []
    for place, horizon in enumerate(horizons):
        if horizon not in HORIZONS:
            continue
        resolved = origin - -(-horizon // every) + 1
        held = scores[max(0, origin - WINDOW // every) : max(0, resolved), :, place]
        held = held[np.isfinite(held).all(axis=1)]
        if len(held):
            mean = held.mean(axis=0)
            losses.append(mean / max(float(mean.mean()), 1e-300))
            counts.append(len(held))
    if not losses:
        return equal
    loss = np.mean(losses, axis=0)
    raw = np.exp(-(loss - loss.min()) / STEEPNESS)
    trust = max(counts) / (max(counts) + CAUTION)
    mixed = trust * raw / raw.sum() + (1 - trust) * equal
    floored = FLOOR / members + (1 - FLOOR) * mixed
    return np.asarray(floored / floored.sum())


def pooled(members: Sequence[Array], weights: Array) -> Array:
    """Samples of a linear pool from the members' samples (..., n): as many of each as its weight asks for."""
    count = members[0].shape[-1]
    wanted = np.floor(weights * count).astype(int)
    rest = np.argsort(-(weights * count - wanted), kind="stable")[: count - int(wanted.sum())]
    wanted[rest] += 1
    parts = [
        member[..., np.linspace(0, count - 1, n).round().astype(int)]
        for member, n in zip(members, wanted, strict=True)
        if n
    ]
    return np.concatenate(parts, axis=-1)
