"""The simple forecasters that the pool is set beside, each fitted on the same disputes.

constant            share of rows that joined
joins-per-dispute   joins per dispute over the number of third states: the base rate that skill refers to
table               shares in eight cells: ally of either side, near either side, major power
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tertius.errors import OptionError
from tertius.history.panel import Floats, Panel

BASE = "joins-per-dispute"
RIVALS = ("constant", BASE, "table")


def rival(name: str, trained: Panel, after: Panel) -> Floats:
    """Probabilities of a rival, fitted on `trained`, for each side of each row of `after`, (2, r).

    Raises OptionError for an unknown rival.
    """
    if name == "constant":
        return np.full((2, len(after.outcome)), trained.joined.mean() / 2)
    if name == BASE:
        return np.tile(base_rate(trained, after) / 2, (2, 1))
    if name == "table":
        return _table(trained, after)
    raise OptionError("rival", name, ", ".join(RIVALS), "name one of these")


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
