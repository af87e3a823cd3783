"""An ensemble whose futures are run by a pool of workers, some at a time; bit for bit what one process makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np

from tertius.engine.arm import Options, most_kept
from tertius.engine.courses import Courses
from tertius.engine.ensemble import Ensemble
from tertius.engine.layout import Layout
from tertius.engine.run import Progress, check_room, run, run_numbers
from tertius.engine.workers import Shared, answers
from tertius.errors import Interrupted


def run_by(pool: Executor | None, layout: Layout, options: Options, progress: Progress | None = None) -> Ensemble:
    """Run one ensemble as `run` does, by a pool of workers; without one by threads. The pool changes no number.

    A worker is asked for a block of the options at a time. After Ctrl-C the ensemble holds the first blocks that came.
    Raises as `run_arms` does, and what the pool raises for workers that are lost.
    """
    if pool is None:
        return run(layout, options, progress)
    check_room([layout], options)
    kept = most_kept(layout, options)
    shared = Shared((layout, replace(options, threads=1)))
    firsts = range(0, options.futures, options.block)
    parts: list[Ensemble] = []
    done = 0
    with suppress(KeyboardInterrupt):
        for part in answers(pool, partial(_part, shared, kept), firsts):
            parts.append(part)
            done += len(part.trajectories)
            if progress is not None:
                progress(done, options.futures)
    if not parts:
        raise Interrupted("stopped before the first block of futures was done; nothing to save")
    return _joined(layout, options, parts)


def _part(shared: Shared[tuple[Layout, Options]], kept: int, first: int) -> Ensemble:
    """The block of futures from number `first` on; states are kept of those below number `kept`. Its layout stays."""
    layout, options = shared.held
    numbers = np.arange(first, min(first + options.block, options.futures))
    if first >= kept:
        options = replace(options, outputs=())
    made = run_numbers([layout], options, numbers)[0]
    states = made.everything[: max(0, kept - first)]
    # What the process that asked has already does not travel.
    return replace(made, layout=None, drawn=None, everything=np.ascontiguousarray(states))  # type: ignore[arg-type]


def _joined(layout: Layout, options: Options, parts: Sequence[Ensemble]) -> Ensemble:
    """Blocks that follow one another as one ensemble."""
    states = [np.asarray(part.everything) for part in parts if part.kept]
    held = Courses((sum(map(len, states)), options.weeks + 1, states[0].shape[2] if states else 0))
    at = 0
    for each in states:
        held.put(each.transpose(2, 0, 1), at)
        at += len(each)
    return replace(
        parts[0],
        layout=layout,
        asked=options.futures,
        trajectories=np.concatenate([part.trajectories for part in parts]),
        samples=np.concatenate([part.samples for part in parts]),
        everything=held,
    )
