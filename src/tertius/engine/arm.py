"""One arm of a run: a layout, what is kept of its futures, and the work of a block of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine.compiled import run_block
from tertius.engine.courses import Courses
from tertius.engine.layout import Layout
from tertius.engine.orders import Order, order_table
from tertius.engine.parameters import draw_columns, extremes, fill
from tertius.errors import KernelError, OptionError, UnknownName
from tertius.kernel.fields import ENTITIES
from tertius.kernel.recording import LARGEST
from tertius.kernel.state import Names, Params, State

MOST_FUTURES = 10_000_000
EVERYTHING_BYTES = 1_000_000_000
PART = 48  # futures that are run at a time where much is kept
FIRST = 1000
"""Futures of which more is kept where options ask for it: what is large and is told of some futures."""


@dataclass(frozen=True)
class Options:
    """How an ensemble is run. None of these changes a single future except seed, weeks and replicates.

    futures     trajectories
    weeks       horizon
    seed        0 .. 2**63 - 1
    threads     0 means one per processor
    block       trajectories per block
    replicates  futures that share one draw of the parameters
    outputs     paths of the state variables to keep beside the outcomes; None keeps every one
    further     paths of those to keep of the first FIRST futures alone
    """

    futures: int = 4000
    weeks: int = 52
    seed: int = 1
    threads: int = 0
    block: int = 200
    replicates: int = 4
    outputs: tuple[str, ...] | None = None
    further: tuple[str, ...] = ()

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


def most_kept(layout: Layout, options: Options) -> int:
    """Of how many futures, the first ones, the states asked for are kept: all but of very large ensembles."""
    wanted = len(layout.places) if options.outputs is None else len(set(options.outputs))
    per_future = 4 * (options.weeks + 1) * max(1, wanted)
    return min(options.futures, max(1, EVERYTHING_BYTES // per_future)) if wanted else 0


class Arm:
    """One arm's results while they arrive; `named` holds the outputs of `paths`, by default the outcomes'.

    orders: what is ordered of instruments from week to week, in every trajectory.
    beside: another arm of the same rows, whose draws serve where both hold the same.
    Raises KeyError for an unknown path, UnknownName for one among the options' outputs or for an order's instrument.
    """

    def __init__(
        self,
        layout: Layout,
        options: Options,
        paths: Sequence[str] | None = None,
        rows: NDArray[np.int64] | None = None,
        orders: Sequence[Order] = (),
        beside: Arm | None = None,
    ) -> None:
        self.layout = layout
        self.beside = beside
        self.orders = order_table(layout, orders)
        self.rows = np.arange((options.futures - 1) // options.replicates + 1) if rows is None else rows
        self.lock = threading.Lock()
        self.draws: dict[str, NDArray[np.float64]] | None = None
        self.outputs = layout.recorded
        index = layout.places
        named = [outcome.output for outcome in layout.scenario.outcomes.values()] if paths is None else paths
        self.places = np.array([index[path] for path in named], dtype=np.int64)
        steps = options.weeks + 1
        self.named = np.empty((options.futures, steps, len(self.places)))
        wanted = tuple(index) if options.outputs is None else tuple(dict.fromkeys(options.outputs))
        more = tuple(path for path in dict.fromkeys(options.further) if path not in set(wanted))
        unknown = [path for path in (*wanted, *more) if path not in index]
        if unknown:
            raise UnknownName("output", unknown[0], index)
        self.kept_paths, self.further_paths = wanted, more
        # Those of the first futures behind the others, so that a block is asked for the first of these or for all.
        self.wanted = np.array([index[path] for path in (*wanted, *more)], dtype=np.int64)
        self.kept = Courses((most_kept(layout, options), steps, len(wanted)))
        self.further = Courses((min(options.futures, FIRST), steps, len(more)))

    def drawn(self, options: Options) -> dict[str, NDArray[np.float64]]:
        """The parameters of every row, drawn at the first call: path -> shape (row,)."""
        with self.lock:
            if self.draws is None:
                like = None if self.beside is None else (self.beside.layout, self.beside.drawn(options))
                self.draws = draw_columns(self.layout, options.seed, self.rows, like=like)
            return self.draws

    def compute(self, options: Options, first: int, count: int, place: int) -> None:
        """Run `count` trajectories from number `first` on; what is kept stands from `place` on. Raises KernelError."""
        rows = np.arange(first // options.replicates, (first + count - 1) // options.replicates + 1)
        held = np.searchsorted(self.rows, rows)
        drawn = {path: values[held] for path, values in self.drawn(options).items()}
        self.advance(options, first, count, *fill(self.layout, options.seed, rows, drawn), place)

    def advance(self, options: Options, first: int, count: int, state: State, params: Params, place: int) -> None:
        """The same from filled arrays; what is kept stands from `place` on. Raises KernelError."""
        names = Names(*(self.layout.names[entity] for entity in ENTITIES))
        block, every = run_block(), options.replicates
        # Where much is kept, some futures at a time: what they keep stays in the processor's cache until it is put.
        step = min(count, PART) if len(self.wanted) else count
        kept = np.empty((len(self.wanted), step, options.weeks + 1), dtype=np.float32)
        for start in range(0, count, step):
            many, at = min(step, count - start), place + start
            asked = len(self.wanted) if at < len(self.further) else len(self.kept_paths)
            row = (first + start) // every - first // every
            begun = State(*(array[row:] for array in state))
            own = params._replace(**{entity: getattr(params, entity)[row:] for entity in ENTITIES})
            fault = np.zeros(4)
            common = names, options.seed, first + start, every, options.weeks
            named, wanted = self.named[at : at + many], self.wanted[:asked]
            block(begun, own, *common, self.places, named, wanted, kept[:asked], 0, fault, self.orders)
            if fault[3] != 0.0:
                raise self._fault(options, first + start, fault)
            self.kept.put(kept[: len(self.kept_paths), :many], at)
            self.further.put(kept[len(self.kept_paths) : asked, :many], at)

    def _fault(self, options: Options, first: int, fault: NDArray[np.float64]) -> KernelError:
        """What the kernel found out of bounds in a block that starts with trajectory `first`."""
        i, week, output = (int(number) for number in fault[:3])
        large = extremes(self.layout, options.seed, (first + i) // options.replicates)
        return KernelError(
            f"{self.outputs[output][0]} is {fault[3]:g} in trajectory {first + i}, week {week} "
            f"(seed {options.seed}); allowed: numbers below {LARGEST:g} in size. A law divided by zero or "
            "overflowed: check the quantities of that record, and those that feed it, for extreme values"
            + (f"; the largest drawn there: {', '.join(large)}" if large else "")
        )
