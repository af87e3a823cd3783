"""Parameter draws: uniform numbers (row x quantity) to quantiles of the priors to the kernel's arrays.

A quantity's uniform depends on (seed, row, stable name) alone, so that setting, adding or removing another leaves it
as it was. Several trajectories may share a row: `replicates` futures run under each draw of the parameters, which
separates what we do not know from what chance does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.engine.layout import Layout
from tertius.kernel import Params, State, uniforms
from tertius.kernel.fields import ENTITIES, fields


def draw_columns(layout: Layout, seed: int, rows: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Values of every quantity that has a prior: path -> shape (row,), in the quantity's unit."""
    words = rows.astype(np.uint64)
    return {
        column.path: column.quantity.quantile(uniforms(seed, words, column.draw_name))
        for column in layout.columns
        if column.quantity.prior is not None
    }


def fill(
    layout: Layout, seed: int, rows: NDArray[np.int64], preset: dict[str, NDArray[np.float64]] | None = None
) -> tuple[State, Params]:
    """The as-of state and the parameters of each row, arrays of shape (row, entity, field).

    preset: values of some quantities in place of their draws, path -> shape (row,) or a scalar array.
    """
    count = len(rows)
    drawn = draw_columns(layout, seed, rows)
    drawn.update(preset or {})
    arrays: dict[tuple[str, str], NDArray[np.float64]] = {}
    for entity in ENTITIES:
        slots = len(layout.slots[entity])
        for kind in ("state", "parameter"):
            arrays[kind, entity] = np.zeros((count, slots, len(fields(kind, entity))))
    for column in layout.columns:
        values = drawn.get(column.path, column.quantity.central)
        arrays[column.field.kind, column.field.entity][:, column.slot, column.field] = values
    state = State(*(arrays["state", entity] for entity in ENTITIES))
    params = Params(
        **{entity: arrays["parameter", entity] for entity in ENTITIES},
        **{f"{entity}_links": links for entity, links in layout.links.items()},  # type: ignore[arg-type]
    )
    return state, params
