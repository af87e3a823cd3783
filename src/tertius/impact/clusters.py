"""Clusters of points: k-means from Ward's tree and from random points, the tightest; how many, by a stated rule.

How many: of 3, 4 and 5 the one with the largest silhouette among those that come back, that is whose agreement with
clusters of fresh points reaches STABLE; where none does, the one with the largest agreement. Agreement: fresh points
are clustered by themselves; the first points are then given to the nearest of the fresh centres, and the two
labellings compared (adjusted Rand index: 1 the same, 0 as by chance).

Source:   Ward (1963); Hubert and Arabie, Comparing partitions (1985); the silhouette by centres of Hruschka et al.
          (2004); stability over samples as of Ben-Hur, Elisseeff and Guyon (2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
COUNTS = (3, 4, 5)
STABLE = 0.8
STARTS = 20
STREAM = 71
MOST_IN_TREE = 1500  # points of which the tree is made; the others go to the nearest centre


@dataclass(frozen=True)
class Fit:
    """Clusters of one number.

    count       how many
    silhouette  how far apart they are, -1 to 1
    agreement   with clusters of fresh points, by adjusted Rand index; each of the fresh sets
    """

    count: int
    silhouette: float
    agreement: tuple[float, ...]

    @property
    def stable(self) -> bool:
        """Whether they come back in fresh points."""
        return float(np.mean(self.agreement)) >= STABLE


def centres_of(points: Floats, count: int) -> Floats:
    """Centres of `count` clusters, shape (count, coordinate); points of shape (point, coordinate)."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.cluster.vq import ClusterError, kmeans2

    few = points[:MOST_IN_TREE]
    labels = fcluster(linkage(few, "ward"), count, "maxclust") - 1
    starts = [np.stack([few[labels == each].mean(axis=0) for each in np.unique(labels)])]
    rng = np.random.default_rng(STREAM)
    starts += [few[rng.choice(len(few), count, replace=False)] for _ in range(STARTS)]
    best: tuple[float, Floats] | None = None
    for start in starts:
        with suppress(ClusterError):  # a centre that no point is near
            centres, _ = kmeans2(points, start, minit="matrix", missing="raise", iter=40)
            spread = float((_distances(points, centres).min(axis=1) ** 2).sum())
            if best is None or spread < best[0]:
                best = spread, np.asarray(centres)
    return starts[0] if best is None else best[1]


def nearest(points: Floats, centres: Floats) -> Labels:
    """Number of the nearest centre of each point, shape (point,)."""
    return np.asarray(_distances(points, centres).argmin(axis=1))


def _distances(points: Floats, centres: Floats) -> Floats:
    """Euclidean distances, shape (point, centre)."""
    return np.asarray(np.linalg.norm(points[:, None, :] - centres[None, :, :], axis=2))


def silhouette(points: Floats, centres: Floats) -> float:
    """Mean over points of how much nearer the own centre is than the next one, as a part of the latter."""
    ordered = np.sort(_distances(points, centres), axis=1)
    own, other = ordered[:, 0], ordered[:, 1]
    return float(np.mean((other - own) / np.where(other > 0, other, 1.0)))


def agreement(one: Labels, two: Labels) -> float:
    """Adjusted Rand index of two labellings of the same points."""
    _, first = np.unique(one, return_inverse=True)
    _, second = np.unique(two, return_inverse=True)
    table = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(table, (first, second), 1)

    def pairs(counts: Floats) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = rows * columns / max(1.0, len(first) * (len(first) - 1) / 2)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def fits(points: Floats, fresh: Sequence[Floats], counts: Sequence[int] = COUNTS) -> list[tuple[Fit, Floats]]:
    """Clusters of each number with their centres. Numbers of which there are not enough distinct points are left out.

    points, and each of `fresh`: shape (point, coordinate), in the same coordinates.
    """
    found = []
    distinct = len(np.unique(points[:MOST_IN_TREE], axis=0))
    for count in counts:
        if count > distinct:
            continue
        centres = centres_of(points, count)
        labels = nearest(points, centres)
        alike = tuple(agreement(labels, nearest(points, centres_of(other, count))) for other in fresh)
        found.append((Fit(len(centres), silhouette(points, centres), alike), centres))
    return found


def chosen(tried: Sequence[Fit]) -> int:
    """Place of the number that the rule takes; see the module's head."""
    stable = [place for place, one in enumerate(tried) if one.stable]
    if stable:
        return max(stable, key=lambda place: tried[place].silhouette)
    return max(range(len(tried)), key=lambda place: float(np.mean(tried[place].agreement)))
