"""Sweep over quantities of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tertius.api.calls import Watch, front, stage
from tertius.api.war import Named, Names, Settings, chosen_of, compared, options_of
from tertius.defaults import FUTURES, SEED, THREADS
from tertius.errors import OptionError

if TYPE_CHECKING:
    from tertius.impact.sweep import Axis, Sweep

ALLOWED = "PATH=LOW:HIGH:N, N values from LOW to HIGH, N from 2 on"
EXAMPLE = "write for example --over world.pace=1:3:5"
MOST_VALUES = 1000


@front
def sweep(
    scenario: Named,
    over: Mapping[str, Sequence[float]] | Sequence[str] | str,
    without: Names = (),
    settings: Settings | None = None,
    mode: str = "",
    assume: Settings | None = None,
    *,
    futures: int = FUTURES,
    weeks: int | None = None,
    seed: int = SEED,
    threads: int = THREADS,
    executor: str = "threads",
    progress: Watch | None = None,
) -> Sweep:
    """Set quantities to a grid of values, in both worlds, and see what the outcomes and the differences become.

    Every point of the grid is run on the same futures with the same luck. Ctrl-C keeps the points that are done.

    Args:
        scenario: a shipped name, a file, or a loaded scenario.
        over: path -> values, in the quantity's unit; or texts PATH=LOW:HIGH:N, N evenly spaced values.
        without, settings, mode, assume: the two worlds, as of `compare`.
        futures: at each point. weeks, seed, threads, progress: as of `compare`.
        executor: who works: 'threads', 'processes', 'dask' or 'dask:ADDRESS'. Changes no number.

    Returns:
        A cell for each point and outcome, at the last week: means, the difference (as the scenario stands less the
        other world), Monte Carlo errors and the 80% interval. `rows()`, `to_pandas()`; `save` writes CSV or Parquet.

    Raises:
        OptionError: a bad range, or too many points. UnknownName, LayoutError: a path or a value that the scenario
        refuses; nothing has been run then. Interrupted: stopped before the first point was done.

    Example:
        >>> grid = tertius.sweep("river-war", {"contingents.legion.interpreter_pool": [0, 60]}, futures=40, weeks=4)
        >>> len(grid.rows())
        4
    """
    from tertius.engine.executors import How, pool_or_threads
    from tertius.impact.sweep import sweep as run_sweep

    axes, how = axes_of(over), How.of(executor)
    war = compared(scenario, assume)
    for axis in axes:
        if axis.path in war.layout.overrides or axis.path in (settings or {}):
            fix = "remove it from --assume or --set, or do not sweep over it"
            raise OptionError("--over", axis.path, "a quantity that is not set otherwise", fix)
    options = options_of(war, futures, weeks, seed, threads)
    chosen = chosen_of(war, without, mode, settings)
    with pool_or_threads(how, options.workers) as pool:
        return run_sweep(war.layout, axes, options, chosen, settings, stage(progress, "points"), pool)


def axes_of(over: Mapping[str, Sequence[float]] | Sequence[str] | str) -> list[Axis]:
    """The axes of a grid. Raises OptionError."""
    from tertius.impact.sweep import Axis

    if isinstance(over, Mapping):
        axes = [Axis(path, tuple(float(value) for value in values)) for path, values in over.items()]
    else:
        axes = [_axis(text) for text in ([over] if isinstance(over, str) else over)]
    for axis in axes:
        if not 1 <= len(axis.values) <= MOST_VALUES or len(set(axis.values)) < len(axis.values):
            given = f"{axis.path}: {len(axis.values)} values, {len(set(axis.values))} of them different"
            raise OptionError("--over", given, f"1 to {MOST_VALUES} different values", EXAMPLE)
    return axes


def _axis(text: str) -> Axis:
    from math import isfinite

    import numpy as np

    from tertius.impact.sweep import Axis

    path, _, span = text.partition("=")
    try:
        low, high, count = (kind(part) for kind, part in zip((float, float, int), span.split(":"), strict=True))
    except ValueError:
        raise OptionError("--over", text, ALLOWED, EXAMPLE) from None
    if not path.strip() or not isfinite(low) or not isfinite(high):
        raise OptionError("--over", text, ALLOWED, EXAMPLE)
    if not 2 <= count <= MOST_VALUES:
        raise OptionError("--over", text, f"{ALLOWED} to {MOST_VALUES:,}", "choose another N")
    if not low < high:
        fix = f"write {path}={high:g}:{low:g}:{count}" if high < low else "choose two different ends"
        raise OptionError("--over", text, "LOW below HIGH", fix)
    return Axis(path.strip(), tuple(np.linspace(low, high, count).tolist()))
