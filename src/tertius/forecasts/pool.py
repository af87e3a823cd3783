"""Pools: rival forecasters weighted by how well they did at past origins at every horizon asked, none at zero.

At an origin only scores count that were resolved by then. With S_mh member m's mean CRPS over h weeks and S_h the
members' mean of them, n_h the separate stretches of h weeks that are in, and H horizons,

    L_m = 1/H sum_h  n_h / (n_h + c)  (S_mh / S_h - 1),      weight_m ~ exp(-L_m / s)                       (1)

so a horizon speaks as far as its stretches are many, and the weights are equal where nothing is in. A future is one
whole path of one member, so one set of weights serves every horizon; a floor keeps past scores from ruling a structure
out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STEEPNESS = 0.2  # s: a loss of a fifth more at every horizon takes a factor e off the weight
CAUTION = 13.0  # c: separate stretches at which past scores and equality count alike
WINDOW = 104  # weeks of past scores that count, so that they are the same wherever a backtest begins
FLOOR = 0.1  # share of equal weight that every member keeps


def weights_by_score(scores: Array, horizons: Sequence[int], origin: int, every: int = 1) -> Array:
    """Weights of members for the forecast at `origin`, shape (member,).

    scores: CRPS of the cumulative change, shape (origin, member, horizon), NaN where not known; every: weeks between
    origins.
    """
    members = scores.shape[1]
    loss = np.zeros(members)
    for place, horizon in enumerate(horizons):
        resolved = origin - -(-horizon // every) + 1
        held = scores[max(0, origin - WINDOW // every) : max(0, resolved), :, place]
        held = held[np.isfinite(held).all(axis=1)]
        if not len(held):
            continue
        mean = held.mean(axis=0)
        stretches = len(held) * every / horizon
        loss += stretches / (stretches + CAUTION) * (mean / max(float(mean.mean()), 1e-300) - 1.0) / len(horizons)
    raw = np.exp(-(loss - loss.min()) / STEEPNESS)
    floored = FLOOR / members + (1 - FLOOR) * raw / raw.sum()
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
