"""The simple forecasters that ours is set beside, each fitted on the same disputes.

constant            share of rows that joined
joins-per-dispute   joins per dispute over the number of third states: the base rate that skill refers to
table               shares in eight cells: ally of either side, near either side, major power
logit               each side scored with shared weights on 41 columns, rows as if independent
logit-trees         mean of the logit and boosted trees on the same columns and log n (extra `history`)
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

from tertius.errors import OptionError
from tertius.history.panel import JOINED_A, JOINED_B, RIVAL_SIDE_COLUMNS, SIDE_COLUMNS, Floats, Panel

BASE = "joins-per-dispute"
RIVALS = ("constant", BASE, "table", "logit", "logit-trees")
_PENALTY = 1.0
_ALONE = 5  # columns of the state itself, last in `columns`


def rival(name: str, trained: Panel, after: Panel) -> Floats:
    """Probabilities of a rival, fitted on `trained`, for each side of each row of `after`, (2, r).

    Raises OptionError for an unknown rival or one whose package is not there.
    """
    if name == "constant":
        return np.full((2, len(after.outcome)), trained.joined.mean() / 2)
    if name == BASE:
        return np.tile(base_rate(trained, after) / 2, (2, 1))
    if name == "table":
        return _table(trained, after)
    if name == "logit":
        return _logit(trained, after)
    if name == "logit-trees":
        sides = _logit(trained, after)
        return (sides + _trees(trained, after, sides)) / 2
    raise OptionError("rival", name, ", ".join(RIVALS), "name one of these")


def trees_are_there() -> bool:
    """Whether the package of the boosted trees is installed."""
    return find_spec("sklearn") is not None


def base_rate(trained: Panel, after: Panel) -> Floats:
    """Joins per dispute of the first panel over the third states of each dispute of the second, (r,)."""
    rate: Floats = np.minimum(trained.joined.sum() / len(trained.ids) / after.count, 1.0)
    return rate


def _cells(panel: Panel) -> Any:
    ally = (panel.sides["ally"] > 0).any(axis=0)
    near = ((panel.sides["land"] > 0) | (panel.sides["cont400"] > 0)).any(axis=0)
    return ally * 4 + near * 2 + (panel.own["major"] > 0)


def _table(trained: Panel, after: Panel) -> Floats:
    cells = _cells(trained)
    # half a joiner in as many rows as a joiner takes on average, so that no cell is impossible
    rate = (np.bincount(cells, trained.joined, 8) + 0.5) / (
        np.bincount(cells, minlength=8) + 0.5 / trained.joined.mean()
    )
    return np.tile(rate[_cells(after)] / 2, (2, 1))


def columns(panel: Panel) -> Floats:
    """What the logit and the trees see, for each side: (2, rows, columns)."""
    logs = {"host10", "same10", "n"}
    names = [*SIDE_COLUMNS, *(name for name in RIVAL_SIDE_COLUMNS if name != "ally")]
    change: dict[str, Floats] = {}
    for name in names:
        values = panel.sides[name]
        if name in logs:
            values = np.log1p(values)
        elif name == "capdist":
            values = np.log(np.maximum(values, 50.0))
        elif name == "cinc":
            values = np.log(np.maximum(values, 1e-4))
        elif name == "trsh":
            values = np.log1p(20 * np.minimum(values, 1.0))
        change[name] = values
    alone = [
        panel.own["major"],
        np.log(np.maximum(panel.own["cinc"], 1e-5)),
        panel.own["euds"],
        np.log1p(panel.own["mids10"]),
        panel.own["busy"],
    ]
    both = [[change[name][which] for name in names for which in (side, 1 - side)] for side in (0, 1)]
    return np.stack([np.stack([*own, *alone], axis=-1) for own in both])


def _logit(trained: Panel, after: Panel) -> Floats:
    """Multinomial logit over staying out, A and B with shared weights, -log n as offset, a light ridge."""
    from scipy.optimize import minimize

    seen = columns(trained)
    flat = seen.reshape(-1, seen.shape[2])
    mean, scale = flat.mean(axis=0), np.where(flat.std(axis=0) > 1e-9, flat.std(axis=0), 1.0)
    terms = np.concatenate([np.ones((*seen.shape[:2], 1)), (seen - mean) / scale], axis=2)
    offset = -np.log(trained.count)
    chosen = np.stack([trained.outcome == JOINED_A, trained.outcome == JOINED_B]).astype(np.float64)
    precision = np.r_[0.0, np.full(seen.shape[2], _PENALTY)]

    def loss(point: Floats) -> tuple[float, Floats]:
        scores = terms @ point + offset
        odds = np.exp(np.minimum(scores, 30.0))
        total = 1 + odds.sum(axis=0)
        rest = chosen - odds / total
        gradient = rest[0] @ terms[0] + rest[1] @ terms[1]
        value = np.log(total).sum() - (chosen * scores).sum() + 0.5 * (precision * point) @ point
        return float(value), precision * point - gradient

    start = np.r_[-3.0, np.zeros(seen.shape[2])]
    found: Any = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    told = (columns(after) - mean) / scale
    odds = np.exp(np.minimum(told @ found.x[1:] + found.x[0] - np.log(after.count), 30.0))
    return np.asarray(odds / (1 + odds.sum(axis=0)), dtype=np.float64)


def _both_sides(panel: Panel) -> Floats:
    """Of each state the larger and the smaller of what it is to the two sides, itself, and log n; (rows, columns)."""
    seen = columns(panel)
    own = seen[:, :, 0 : seen.shape[2] - _ALONE : 2]
    alone = seen[0, :, seen.shape[2] - _ALONE :]
    return np.concatenate([own.max(axis=0), own.min(axis=0), alone, np.log(panel.count)[:, None]], axis=1)


def _trees(trained: Panel, after: Panel, sides: Floats) -> Floats:
    """Boosted trees on whether a state joins; which side it joins as `sides`, (2, r), has it."""
    if not trees_are_there():
        raise OptionError("rival", "logit-trees", "an installed scikit-learn", "pip install 'tertius[history]'")
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=100,
        max_leaf_nodes=8,
        min_samples_leaf=100,
        l2_regularization=10.0,
        early_stopping=False,
        random_state=1,
    )
    model.fit(_both_sides(trained), trained.joined)
    chances: Floats = model.predict_proba(_both_sides(after))[:, 1]
    return np.asarray(chances * sides / sides.sum(axis=0), dtype=np.float64)
