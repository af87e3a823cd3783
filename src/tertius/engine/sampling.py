"""Outcomes of one arm with some quantities held at a value, in the calling thread: for one-at-a-time questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tertius.engine.arm import Arm, Options
from tertius.engine.ensemble import measure
from tertius.engine.layout import Layout
from tertius.engine.parameters import draw_columns, fill


def draws_of(layout: Layout, options: Options) -> dict[str, NDArray[np.float64]]:
    """The parameters that all futures of an ensemble draw, path -> shape (row,); for `sample`."""
    return draw_columns(layout, options.seed, np.arange((options.futures - 1) // options.replicates + 1))


def sample(
    layout: Layout,
    options: Options,
    preset: Mapping[str, float],
    drawn: Mapping[str, NDArray[np.float64]] | None = None,
) -> NDArray[np.float64]:
    """Outcomes of one arm with some quantities held at a value, in this thread.

    Returns an array of shape (trajectory, week + 1, outcome) in the outcomes' measures. The other quantities and all
    random numbers are those of an ordinary run, so that differences between calls are what `preset` makes. `drawn`,
    of `draws_of`, spares drawing the parameters anew at each call.
    """
    arm = Arm(layout, replace(options, outputs=()))
    arm.compute(options, 0, options.futures, preset, drawn)
    return measure(arm.named, list(layout.scenario.outcomes.values()))


def sampler(
    layout: Layout, options: Options, drawn: Mapping[str, NDArray[np.float64]], first: int = 0
) -> Callable[[Mapping[str, float]], NDArray[np.float64]]:
    """As `sample` for many presets on the same futures: what it returns takes a preset and gives the outcomes.

    first: number of the first trajectory. drawn: the parameters of these trajectories' rows; with `replicates` 1 one
    of each, whatever their own rows would be. What is returned is for one thread.
    """
    arm = Arm(layout, replace(options, outputs=()))
    rows = np.arange(first // options.replicates, (first + options.futures - 1) // options.replicates + 1)
    state, params = fill(layout, options.seed, rows, drawn=drawn)
    columns = {column.path: column for column in layout.columns}
    outcomes = list(layout.scenario.outcomes.values())

    def outcomes_with(preset: Mapping[str, float]) -> NDArray[np.float64]:
        before = []
        for path, value in preset.items():
            field, slot = columns[path].field, columns[path].slot
            if (field.entity, field.name) == ("event", "probability"):
                raise KeyError(f"{path} stands in a chain of chances; use `sample`")
            array = getattr(state if field.kind == "state" else params, field.entity)[:, slot, field]
            before.append((array, array.copy()))
            array[:] = value
        arm.advance(options, first, options.futures, state, params, 0)
        for array, values in before:
            array[:] = values
        return measure(arm.named, outcomes)

    return outcomes_with


def sample_outputs(
    layout: Layout,
    options: Options,
    outputs: Sequence[str],
    preset: Mapping[str, float],
    drawn: Mapping[str, NDArray[np.float64]] | None = None,
) -> NDArray[np.float32]:
    """State variables of one arm by path, as `sample` gives its outcomes: shape (trajectory, week + 1, output).

    Raises KeyError for an unknown path.
    """
    arm = Arm(layout, replace(options, outputs=()), outputs)
    arm.compute(options, 0, options.futures, preset, drawn)
    return arm.named.astype(np.float32)
