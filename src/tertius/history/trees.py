"""Boosted trees on whether a state joins: grown by scikit-learn (extra `history`), shipped and read as plain numbers.

    log odds = start + sum over trees of the value of the leaf that a row falls into

A row goes left where its column is at most the threshold. Settings were fixed beforehand: 100 trees of at most eight
leaves with a hundred rows or more, learning rate .05, L2 penalty 10. Values keep six digits, also while the rest is
fitted; thresholds keep all, as some are values of the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from tertius.errors import OptionError
from tertius.history.panel import Floats

LEAVES = 8
_NODES = 2 * LEAVES - 1
PARTS = ("column", "threshold", "left", "right", "value")
DIGITS = 6


def trees_are_there() -> bool:
    """Whether the package that grows the trees is installed."""
    return find_spec("sklearn") is not None


@dataclass(frozen=True)
class Trees:
    """start, the log odds before any tree; nodes (trees, parts, nodes), `PARTS` in order, column -1 for a leaf."""

    start: float
    nodes: Floats

    def chances(self, seen: Floats) -> Floats:
        """Probability that each row's state joins, (rows,); `seen` as of `columns.by_state`."""
        odds = np.full(len(seen), self.start)
        every = np.arange(len(seen))
        for column, threshold, left, right, value in self.nodes:
            columns, lefts, rights = (part.astype(np.int64) for part in (column, left, right))
            at, going = np.zeros(len(seen), dtype=np.int64), every
            while len(going := going[columns[at[going]] >= 0]):
                node = at[going]
                is_left = seen[going, columns[node]] <= threshold[node]
                at[going] = np.where(is_left, lefts[node], rights[node])
            odds += value[at]
        return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float64)

    def rows(self) -> list[list[float]]:
        """A row of numbers for each tree, for the file."""
        return [[float(number) for number in tree.ravel()] for tree in self.nodes]

    @classmethod
    def of_rows(cls, start: float, rows: list[list[float]], columns: int) -> Trees:
        """Trees of the file's rows. Raises ValueError where they cannot be walked."""
        nodes = np.asarray(rows, dtype=np.float64).reshape(len(rows), len(PARTS), _NODES)
        column, _, left, right, _ = nodes.transpose(1, 0, 2)
        inner = column >= 0
        further = np.arange(_NODES)
        walks = (left > further) & (right > further) & (np.maximum(left, right) < _NODES) & (column < columns)
        if not np.isfinite(nodes).all() or not walks[inner].all():
            raise ValueError("a tree that cannot be walked")
        return cls(float(start), nodes)


def fit_trees(seen: Floats, joined: Any) -> Trees:
    """Grow the trees on rows and whether they joined. Raises OptionError without the package."""
    if not trees_are_there():
        raise OptionError("boosted trees", "no scikit-learn", "an installed one", "pip install 'tertius[history]'")
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=100,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=100,
        l2_regularization=10.0,
        early_stopping=False,
        random_state=1,
    )
    with threadpool_limits(1):  # sums in one order, and no threads that wait for each other on a busy machine
        model.fit(seen, joined)
    grown = np.zeros((len(model._predictors), len(PARTS), _NODES))
    grown[:, 0] = -1.0
    for tree, (predictor,) in zip(grown, model._predictors, strict=True):
        found = predictor.nodes
        leaf = found["is_leaf"] > 0
        size = len(found)
        tree[0, :size] = np.where(leaf, -1, found["feature_idx"])
        tree[1, :size] = np.where(leaf, 0.0, found["num_threshold"])
        tree[2, :size], tree[3, :size] = np.where(leaf, 0, found["left"]), np.where(leaf, 0, found["right"])
        tree[4, :size] = np.where(leaf, found["value"], 0.0)
    grown[:, -1] = _kept(grown[:, -1])
    return Trees(float(_kept(model._baseline_prediction).ravel()[0]), grown)


def _kept(values: Floats) -> Floats:
    """Values with the digits that are kept."""
    return np.array([float(f"{value:.{DIGITS}g}") for value in values.ravel()]).reshape(values.shape)
