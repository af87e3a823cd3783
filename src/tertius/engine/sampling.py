"""One arm with some quantities held at a value, in the calling thread: for one-at-a-time questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tertius.engine.arm import Arm, Options
from tertius.engine.ensemble import measure
from tertius.engine.layout import Layout
from tertius.engine.orders import Order
from tertius.engine.parameters import Drawn, Filled, draw_columns


def draws_of(
    layout: Layout, options: Options, like: tuple[Layout, Drawn] | None = None
) -> dict[str, NDArray[np.float64]]:
    """The parameters that all futures of an ensemble draw, path -> shape (row,); for `Sampled`.

    like: another layout of the scenario with what it drew; what both hold alike is not drawn again.
    """
    rows = np.arange((options.futures - 1) // options.replicates + 1)
    return draw_columns(layout, options.seed, rows, like=like)


class Sampled:
    """One arm whose quantities are held at values again and again on the same futures; several threads may ask.

    The other quantities and all random numbers are those of an ordinary run, so that differences between answers are
    what is preset. The parameters are drawn once, or given.

    drawn   the parameters of these trajectories' rows, path -> shape (row,); with `replicates` 1 one of each,
            whatever their own rows would be
    first   number of the first trajectory
    """

    def __init__(
        self,
        layout: Layout,
        options: Options,
        drawn: Mapping[str, NDArray[np.float64]] | None = None,
        first: int = 0,
    ) -> None:
        self.layout, self.options, self.first = layout, replace(options, outputs=()), first
        rows = np.arange(first // options.replicates, (first + options.futures - 1) // options.replicates + 1)
        self.drawn = draw_columns(layout, options.seed, rows) if drawn is None else drawn
        self._filled = Filled(layout, len(rows), self.drawn)

    def outcomes(self, preset: Mapping[str, float]) -> NDArray[np.float64]:
        """Outcomes with some quantities at a value, shape (trajectory, week + 1, outcome), in their measures."""
        return measure(self._run(Arm(self.layout, self.options), preset), list(self.layout.scenario.outcomes.values()))

    def outputs(
        self, outputs: Sequence[str], preset: Mapping[str, float], orders: Sequence[Order] = ()
    ) -> NDArray[np.float32]:
        """State variables by path, shape (trajectory, week + 1, output).

        orders: what is ordered of instruments from week to week. Raises KeyError for an unknown path, UnknownName.
        """
        return self._run(Arm(self.layout, self.options, outputs, orders=orders), preset).astype(np.float32)

    def _run(self, arm: Arm, preset: Mapping[str, float]) -> NDArray[np.float64]:
        arm.advance(self.options, self.first, self.options.futures, *self._filled.preset(preset), 0)
        return arm.named
