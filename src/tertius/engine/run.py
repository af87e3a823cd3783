"""Run an ensemble: blocks of trajectories shared by threads, one or several arms with the same luck.

An arm is a layout; arms of one call share seed, trajectories and parameter rows, so that their difference is what
the interventions make. A block counts only when all its arms are done: an interrupted run keeps whole pairs.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tertius.engine.compiled import run_block
from tertius.engine.ensemble import Ensemble, measure
from tertius.engine.layout import Layout
from tertius.engine.parameters import draw_columns, extremes, fill
from tertius.errors import Interrupted, KernelError, OptionError
from tertius.kernel.fields import ENTITIES
from tertius.kernel.recording import LARGEST
from tertius.kernel.state import Names, Params, State

MOST_FUTURES = 10_000_000
EVERYTHING_BYTES = 1_000_000_000
Progress = Callable[[int, int], None]
_Block: TypeAlias = tuple[int, int, int]  # first trajectory, how many, and their place among those kept


@dataclass(frozen=True)
class Options:
    """How an ensemble is run. None of these changes a single future except seed, weeks and replicates.

    futures     trajectories
    weeks       horizon
    seed        0 .. 2**63 - 1
    threads     0 means one per processor
    block       trajectories per block
    replicates  futures that share one draw of the parameters
    everything  keep every state variable, not only the outcomes
    """

    futures: int = 4000
    weeks: int = 52
    seed: int = 1
    threads: int = 0
    block: int = 200
    replicates: int = 4
    everything: bool = True

    def __post_init__(self) -> None:
        """Raise OptionError for a value out of range."""
        ranges = {
            "futures": (1, MOST_FUTURES),
            "weeks": (1, 520),
            "seed": (0, 2**63 - 1),
            "threads": (0, 256),
            "block": (1, 100_000),
            "replicates": (1, 10_000),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                allowed = f"a whole number from {low:,} to {high:,}"
                raise OptionError(name, value, allowed, f"choose {name} in that range")

    @property
    def workers(self) -> int:
        """Threads to use: those asked for, else one per processor that this process may use."""
        if hasattr(os, "sched_getaffinity"):
            return self.threads or len(os.sched_getaffinity(0))
        return self.threads or os.cpu_count() or 1


class _Arm:
    """One arm's results while they arrive; `named` holds the outputs of `paths`, by default the outcomes'.

    Raises KeyError for an unknown path.
    """

    def __init__(
        self,
        layout: Layout,
        options: Options,
        paths: Sequence[str] | None = None,
        rows: NDArray[np.int64] | None = None,
    ) -> None:
        self.layout = layout
        self.rows = np.arange((options.futures - 1) // options.replicates + 1) if rows is None else rows
        self.lock = threading.Lock()
        self.draws: dict[str, NDArray[np.float64]] | None = None
        self.outputs = layout.outputs()
        index = {path: place for place, (path, _) in enumerate(self.outputs)}
        named = [outcome.output for outcome in layout.scenario.outcomes.values()] if paths is None else paths
        self.places = np.array([index[path] for path in named], dtype=np.int64)
        steps = options.weeks + 1
        self.named = np.empty((options.futures, steps, len(self.places)))
        per_future = 4 * steps * max(1, len(self.outputs))
        kept = min(options.futures, max(1, EVERYTHING_BYTES // per_future)) if options.everything else 0
        self.everything = np.empty((kept, steps, len(self.outputs)), dtype=np.float32)

    def drawn(self, options: Options) -> dict[str, NDArray[np.float64]]:
        """The parameters of every row, drawn at the first call: path -> shape (row,)."""
        with self.lock:
            if self.draws is None:
                self.draws = draw_columns(self.layout, options.seed, self.rows)
            return self.draws

    def compute(
        self,
        options: Options,
        first: int,
        count: int,
        preset: Mapping[str, float] | None = None,
        drawn: Mapping[str, NDArray[np.float64]] | None = None,
        place: int | None = None,
    ) -> None:
        """Run `count` trajectories from number `first` on and keep what is asked for. Raises KernelError.

        place: where the first of them is kept; by default at its own number.
        """
        rows = np.arange(first // options.replicates, (first + count - 1) // options.replicates + 1)
        if drawn is None:
            held = np.searchsorted(self.rows, rows)
            drawn = {path: values[held] for path, values in self.drawn(options).items()}
        state, params = fill(self.layout, options.seed, rows, preset, drawn)
        self.advance(options, first, count, state, params, first if place is None else place)

    def advance(self, options: Options, first: int, count: int, state: State, params: Params, place: int) -> None:
        """The same from filled arrays; what is kept stands from `place` on. Raises KernelError."""
        names = Names(*(self.layout.names[entity] for entity in ENTITIES))
        span = slice(place, place + count)
        fault = np.zeros(4)
        places, named, everything = self.places, self.named[span], self.everything[span]
        common = names, options.seed, first, options.replicates, options.weeks
        run_block()(state, params, *common, places, named, everything, fault)
        if fault[3] != 0.0:
            i, week, output = (int(number) for number in fault[:3])
            large = extremes(self.layout, options.seed, (first + i) // options.replicates)
            raise KernelError(
                f"{self.outputs[output][0]} is {fault[3]:g} in trajectory {first + i}, week {week} "
                f"(seed {options.seed}); allowed: numbers below {LARGEST:g} in size. A law divided by zero or "
                "overflowed: check the quantities of that record, and those that feed it, for extreme values"
                + (f"; the largest drawn there: {', '.join(large)}" if large else "")
            )


def _work(
    arms: Sequence[_Arm],
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
                arm.compute(options, first, count, None, None, place)
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
    for layout in layouts:
        if not layout.scenario.outcomes:
            raise OptionError("scenario", layout.scenario.name, "a scenario with outcomes", "add an outcomes section")
    if _bytes(layouts, options) > 0.7 * _memory():
        raise _too_many(layouts, options)
    numbers = np.arange(options.futures)
    if rows is not None:
        numbers = (rows[:, None] * options.replicates + np.arange(options.replicates)).ravel()
        options = replace(options, futures=len(numbers))
    arms = [_Arm(layout, options, rows=rows) for layout in layouts]
    blocks = _blocks(numbers, options.block)
    done = np.zeros(options.futures, dtype=bool)
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
            while count < options.futures:
                # Only this queue is shared with the threads: Ctrl-C while futures were waited for would leave their
                # locks held, and the threads would never end.
                with suppress(Empty):
                    count += _note(arrived.get(timeout=0.2), done)
                if progress is not None:
                    progress(count, options.futures)
        except BaseException as error:
            stop.set()
            if not isinstance(error, KeyboardInterrupt):
                raise
    while not arrived.empty():
        _note(arrived.get(), done)
    if not done.any():
        raise Interrupted("stopped before the first block of futures was done; nothing to save")
    labels = list(names) or ["run"] * len(arms)
    return [_ensemble(arm, options, numbers[done], done, label) for arm, label in zip(arms, labels, strict=True)]


def _bytes(layouts: Sequence[Layout], options: Options) -> float:
    """What the outcomes take, in bytes, with as much again for their summary."""
    return 16.0 * sum(len(layout.scenario.outcomes) for layout in layouts) * (options.weeks + 1) * options.futures


def _memory() -> float:
    """The machine's memory in bytes; without bound where the system does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return float("inf")


def _too_many(layouts: Sequence[Layout], options: Options) -> OptionError:
    size = _bytes(layouts, options) / 2**30
    allowed = f"what fits into memory; these outcomes take {size:,.1f} GiB"
    return OptionError("futures", options.futures, allowed, "ask for fewer futures or weeks, or fewer outcomes")


def run(layout: Layout, options: Options, progress: Progress | None = None) -> Ensemble:
    """Run one ensemble; see `run_arms`."""
    return run_arms([layout], options, progress)[0]


def run_future(layout: Layout, options: Options, number: int) -> Ensemble:
    """One future alone, with everything kept: bit for bit what it is among others with the same seed and replicates.

    number   of the trajectory, from 0 on; `futures` of the options does not count. Raises OptionError, KernelError.
    """
    if not layout.scenario.outcomes:
        raise OptionError("scenario", layout.scenario.name, "a scenario with outcomes", "add an outcomes section")
    if not 0 <= number < MOST_FUTURES:
        raise OptionError("--future", number, f"0 to {MOST_FUTURES - 1:,}", "choose a future in that range")
    alone = replace(options, futures=1, everything=True)
    arm = _Arm(layout, alone)
    rows = np.array([number // options.replicates])
    arm.compute(options, number, 1, drawn=draw_columns(layout, options.seed, rows), place=0)
    return Ensemble(
        label=f"future {number}",
        layout=layout,
        seed=options.seed,
        weeks=options.weeks,
        replicates=options.replicates,
        asked=1,
        trajectories=np.array([number]),
        samples=measure(arm.named, list(layout.scenario.outcomes.values())),
        everything=arm.everything,
    )


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
    arm = _Arm(layout, replace(options, everything=False))
    arm.compute(options, 0, options.futures, preset, drawn)
    return measure(arm.named, list(layout.scenario.outcomes.values()))


def sampler(
    layout: Layout, options: Options, drawn: Mapping[str, NDArray[np.float64]], first: int = 0
) -> Callable[[Mapping[str, float]], NDArray[np.float64]]:
    """As `sample` for many presets on the same futures: what it returns takes a preset and gives the outcomes.

    first: number of the first trajectory. drawn: the parameters of these trajectories' rows; with `replicates` 1 one
    of each, whatever their own rows would be. What is returned is for one thread.
    """
    arm = _Arm(layout, replace(options, everything=False))
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
    arm = _Arm(layout, replace(options, everything=False), outputs)
    arm.compute(options, 0, options.futures, preset, drawn)
    return arm.named.astype(np.float32)


def _ensemble(arm: _Arm, options: Options, numbers: NDArray[np.int64], done: NDArray[np.bool_], label: str) -> Ensemble:
    whole = bool(done.all())
    named = arm.named if whole else arm.named[done]
    everything = arm.everything if whole else arm.everything[done[: len(arm.everything)]]
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
        everything=everything,
    )
