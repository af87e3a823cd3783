"""Run an ensemble: blocks of trajectories shared by threads, one or several arms with the same luck.

An arm is a layout; arms of one call share seed, trajectories and parameter rows, so that their difference is what
the interventions make. A block counts only when all its arms are done: an interrupted run keeps whole pairs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tertius.engine.arm import EVERYTHING_BYTES, FIRST, MOST_FUTURES, Arm, Options
from tertius.engine.compiled import run_block
from tertius.engine.ensemble import Ensemble, Further, measure
from tertius.engine.layout import Layout
from tertius.errors import Interrupted, OptionError
from tertius.memory import own_memory

LOADED_BYTES = 250e6  # of the program itself, with the laws
Progress = Callable[[int, int], None]
MOST_KEPT = 0.7
"""Of the memory that this process may use: what is kept of a run; the rest is for working on it."""
_Block: TypeAlias = tuple[int, int, int]  # first trajectory, how many, and their place among those kept


def _work(
    arms: Sequence[Arm],
    options: Options,
    todo: Iterator[_Block],
    lock: threading.Lock,
    stop: threading.Event,
    arrived: SimpleQueue[_Block | BaseException],
) -> None:
    """What a thread does: take the next block and compute it in all arms, until none is left or it is told to stop."""
    try:
        while not stop.is_set():
            with lock:
                block = next(todo, None)
            if block is None:
                return
            for arm in arms:
                if stop.is_set():
                    return
                first, count, place = block
                arm.compute(options, first, count, place)
            arrived.put(block)
    except BaseException as error:
        arrived.put(error)
        raise


def _note(block: _Block | BaseException, done: NDArray[np.bool_]) -> int:
    """Mark a block as done and return its size; raise the error that a thread met instead."""
    if isinstance(block, BaseException):
        raise block
    _, count, place = block
    done[place : place + count] = True
    return count


def _blocks(numbers: NDArray[np.int64], largest: int) -> list[_Block]:
    """Runs of numbers that follow one another, of `largest` at most, each with its first place in `numbers`."""
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 2) != 1)
    ends = [*starts[1:].tolist(), len(numbers)]
    return [
        (int(numbers[place]), min(largest, end - place), place)
        for start, end in zip(starts.tolist(), ends, strict=True)
        for place in range(start, end, largest)
    ]


def run_arms(
    layouts: Sequence[Layout],
    options: Options,
    progress: Progress | None = None,
    names: Sequence[str] = (),
    rows: NDArray[np.int64] | None = None,
) -> list[Ensemble]:
    """Run every layout on the same trajectories; one ensemble per layout, in order.

    rows: numbers of the parameter rows to run, rising, in place of the first ones; `options.futures` is then what they
    come to, `replicates` futures each.

    After Ctrl-C the ensembles hold the whole blocks that were done and `complete` is False; with none done,
    Interrupted is raised. Raises KernelError when a law yields something that is not a number.
    """
    check_room(layouts, options)
    numbers = np.arange(options.futures)
    if rows is not None:
        numbers = (rows[:, None] * options.replicates + np.arange(options.replicates)).ravel()
    return _run(layouts, options, numbers, progress, list(names) or ["run"] * len(layouts))


def run_numbers(layouts: Sequence[Layout], options: Options, numbers: NDArray[np.int64]) -> list[Ensemble]:
    """Futures of every layout by their rising numbers, as they are among all. Raises as `run_arms`."""
    return _run(layouts, options, numbers, None, ["run"] * len(layouts))


def check_room(layouts: Sequence[Layout], options: Options) -> None:
    """Refuse what would not fit into memory. Raises OptionError."""
    if _bytes(layouts, options) > MOST_KEPT * own_memory():
        raise _too_many(layouts, options)


def run_again(ensemble: Ensemble, numbers: NDArray[np.int64], outputs: tuple[str, ...] | None = None) -> Ensemble:
    """Futures of an ensemble, by their rising numbers, anew with some or all outputs kept. Raises as `run_arms`."""
    options = Options(len(numbers), ensemble.weeks, ensemble.seed, replicates=ensemble.replicates, outputs=outputs)
    return _run([ensemble.layout], options, numbers, None, [ensemble.label])[0]


def run_future(layout: Layout, options: Options, number: int) -> Ensemble:
    """One future alone, with everything kept: bit for bit what it is among others with the same seed and replicates.

    number   of the trajectory, from 0 on; `futures` of the options does not count. Raises OptionError, KernelError.
    """
    if not 0 <= number < MOST_FUTURES:
        raise OptionError("--future", number, f"0 to {MOST_FUTURES - 1:,}", "choose a future in that range")
    return _run([layout], replace(options, outputs=None), np.array([number]), None, [f"future {number}"])[0]


def _run(
    layouts: Sequence[Layout],
    options: Options,
    numbers: NDArray[np.int64],
    progress: Progress | None,
    labels: Sequence[str],
) -> list[Ensemble]:
    """The trajectories of these rising numbers in every layout; see `run_arms`."""
    for layout in layouts:
        if not layout.scenario.outcomes:
            raise OptionError("scenario", layout.scenario.name, "a scenario with outcomes", "add an outcomes section")
    options = replace(options, futures=len(numbers))
    rows = np.unique(numbers // options.replicates)
    arms = [Arm(layouts[0], options, rows=rows)]
    arms += [Arm(layout, options, rows=rows, beside=arms[0]) for layout in layouts[1:]]
    blocks = _blocks(numbers, options.block)
    done = np.zeros(len(numbers), dtype=bool)
    count = 0
    arrived: SimpleQueue[_Block | BaseException] = SimpleQueue()
    stop = threading.Event()
    run_block()  # made (and its folder) before the threads start
    with ThreadPoolExecutor(options.workers) as pool:
        try:
            todo = iter(blocks)
            lock = threading.Lock()
            for _ in range(min(options.workers, len(blocks))):
                pool.submit(_work, arms, options, todo, lock, stop, arrived)
            while count < len(numbers):
                # Only this queue is shared with the threads: Ctrl-C while futures were waited for would leave their
                # locks held, and the threads would never end.
                with suppress(Empty):
                    count += _note(arrived.get(timeout=0.2), done)
                if progress is not None:
                    progress(count, len(numbers))
        except BaseException as error:
            stop.set()
            if not isinstance(error, KeyboardInterrupt):
                raise
    while not arrived.empty():
        _note(arrived.get(), done)
    if not done.any():
        raise Interrupted("stopped before the first block of futures was done; nothing to save")
    return [_ensemble(arm, options, numbers[done], done, label) for arm, label in zip(arms, labels, strict=True)]


def _bytes(layouts: Sequence[Layout], options: Options) -> float:
    """What a run takes, in bytes: what is loaded, outcomes with as much again for their summary, states asked for."""
    numbers = float((options.weeks + 1) * options.futures)
    states = [len(layout.places) if options.outputs is None else len(options.outputs) for layout in layouts]
    kept = sum(min(4.0 * count * numbers, EVERYTHING_BYTES) for count in states)
    kept += 4.0 * len(layouts) * len(options.further) * (options.weeks + 1) * min(FIRST, options.futures)
    return LOADED_BYTES + 16.0 * sum(len(layout.scenario.outcomes) for layout in layouts) * numbers + kept


def _too_many(layouts: Sequence[Layout], options: Options) -> OptionError:
    size, most = _bytes(layouts, options) / 2**30, MOST_KEPT * own_memory() / 2**30
    allowed = f"what fits into memory; these take {size:,.1f} GiB of at most {most:,.1f}"
    return OptionError(
        "futures", options.futures, allowed, "ask for fewer futures or weeks, or run in pieces (tertius run or compare)"
    )


def run(layout: Layout, options: Options, progress: Progress | None = None) -> Ensemble:
    """Run one ensemble; see `run_arms`."""
    return run_arms([layout], options, progress)[0]


def _ensemble(arm: Arm, options: Options, numbers: NDArray[np.int64], done: NDArray[np.bool_], label: str) -> Ensemble:
    whole = bool(done.all())
    named = arm.named if whole else arm.named[done]
    kept, more = (held if whole else held[done[: len(held)]] for held in (arm.kept, arm.further))
    scenario = arm.layout.scenario
    return Ensemble(
        label=label,
        layout=arm.layout,
        seed=options.seed,
        weeks=options.weeks,
        replicates=options.replicates,
        asked=options.futures,
        trajectories=numbers,
        samples=measure(named, list(scenario.outcomes.values())),
        kept=arm.kept_paths,
        drawn=None if arm.draws is None else (arm.rows, arm.draws),
        everything=kept,
        further=Further(arm.further_paths, more) if arm.further_paths else None,
    )
