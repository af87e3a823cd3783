"""Parameter draws: uniform numbers (row x quantity) to quantiles of the priors to the kernel's arrays.

A quantity's uniform depends on (seed, row, stable name) alone, so that setting, adding or removing another leaves it
as it was. Several trajectories may share a row: `replicates` futures run under each draw of the parameters, which
separates what we do not know from what chance does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tertius.engine.layout import Layout
from tertius.kernel import Params, State, uniforms
from tertius.kernel.fields import ENTITIES, quantities

NEAR = 1e-3  # share of the largest size from which on a quantity may be why a law failed


Drawn: TypeAlias = dict[str, NDArray[np.float64]]
"""Values of quantities by path, shape (row,)."""


def draw_columns(
    layout: Layout,
    seed: int,
    rows: NDArray[np.int64],
    only: Collection[str] | None = None,
    like: tuple[Layout, Drawn] | None = None,
) -> Drawn:
    """Values of every quantity that has a prior or was fitted: path -> shape (row,), in the quantity's unit.

    only: paths of those wanted, where not all are. like: another layout of the scenario with what it drew for the same
    seed and rows; what both hold alike is not drawn again.
    """
    words = rows.astype(np.uint64)
    known = {} if like is None else _alike(layout, *like)
    drawn = {
        column.path: known[column.path]
        if column.path in known
        else column.quantity.quantile(uniforms(seed, words, column.draw_name))
        for column in layout.columns
        if column.quantity.prior is not None and (only is None or column.path in only)
    }
    central = {column.path: column.quantity.central for column in layout.columns}
    for block in layout.posterior.blocks if layout.posterior is not None else ():
        learnt = block.draw(seed, rows)
        for place, path in enumerate(block.columns):
            if layout.fitted(path) and (only is None or path in only):
                before = drawn.get(path, central[path])
                drawn[path] = np.where(np.isnan(learnt[:, place]), before, learnt[:, place])
    return drawn


def _alike(layout: Layout, other: Layout, drawn: Drawn) -> Drawn:
    """What another layout drew for quantities that no fit tells and that are the same in both."""
    return {
        column.path: drawn[column.path]
        for column in layout.columns
        if other.by_path.get(column.path) is column and column.path in drawn and not other.fitted(column.path)
    }


def extremes(layout: Layout, seed: int, row: int) -> list[str]:
    """What of a row's quantities comes nearest to its largest size: at most three, as `path = value unit`.

    Only what comes within a thousandth of it: a law that fails does so on such a number, or on several.
    """
    drawn = draw_columns(layout, seed, np.array([row]))
    found = []
    for column in layout.columns:
        value = float(drawn[column.path][0]) if column.path in drawn else column.quantity.central
        known = column.field
        share = abs(value) / known.most
        if share >= NEAR and known.most < max(abs(known.low), abs(known.high)) and value != known.default:
            found.append((share, f"{column.path} = {value:g} {column.quantity.unit}"))
    return [told for _, told in sorted(found, reverse=True)[:3]]


def fill(
    layout: Layout,
    seed: int,
    rows: NDArray[np.int64],
    drawn: Mapping[str, NDArray[np.float64]] | None = None,
) -> tuple[State, Params]:
    """The as-of state and the parameters of each row, arrays of shape (row, entity, field).

    drawn: what `draw_columns` gives for the same layout, seed and rows, where it is at hand already.
    """
    return Filled(layout, len(rows), draw_columns(layout, seed, rows) if drawn is None else drawn).preset({})


class Filled:
    """Rows filled with what was drawn for them, to be had with some quantities preset; for several threads at once.

    count: how many rows; drawn: values by path, shape (row,).
    """

    def __init__(self, layout: Layout, count: int, drawn: Mapping[str, NDArray[np.float64]]) -> None:
        self.layout = layout
        self.arrays = {place: np.repeat(held[np.newaxis], count, axis=0) for place, held in layout.central.items()}
        for path, value in drawn.items():
            column = layout.by_path.get(path)
            if column is not None:
                self.arrays[column.field.kind, column.field.entity][:, column.slot, column.field] = value

    def preset(self, preset: Mapping[str, float]) -> tuple[State, Params]:
        """The as-of state and the parameters with these values, path -> value, in place of what was drawn."""
        columns = [(self.layout.by_path[path], value) for path, value in preset.items() if path in self.layout.by_path]
        touched = {(column.field.kind, column.field.entity) for column, _ in columns} | {("parameter", "event")}
        arrays = self.arrays | {place: self.arrays[place].copy() for place in touched}
        for column, value in columns:
            arrays[column.field.kind, column.field.entity][:, column.slot, column.field] = value
        _condition(self.layout, arrays["parameter", "event"])
        state = State(*(arrays["state", entity] for entity in ENTITIES))
        drawn = {entity: arrays["parameter", entity] for entity in ENTITIES}
        links = {f"{entity}_links": table for entity, table in self.layout.links.items()}
        return state, Params(**drawn, **links)  # type: ignore[arg-type]


def _condition(layout: Layout, events: NDArray[np.float64]) -> None:
    """Turn the probability of a part, given that its entry occurs, into the probability that both do, in place.

    events: shape (row, event, parameter field). Both compare it with one draw, so a part never comes without its entry.
    """
    probability = quantities("event")["probability"]
    given = events[:, :, probability].copy()
    slots = {path.rpartition(".")[2]: slot for slot, path in enumerate(layout.slots["event"])}
    for name, slot in slots.items():
        parent = layout.scenario.events[name].part_of
        while parent is not None:
            events[:, slot, probability] *= given[:, slots[parent]]
            parent = layout.scenario.events[parent].part_of
