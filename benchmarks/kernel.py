"""Time the compiled kernel against the same laws in C, in blocked C and in plain NumPy: `make bench`.

All of them get the same arrays, draw the same random numbers and record the same outputs, on one thread each, in turns
within one run; the war alone, without deciding states, which only the kernel has. Blocked C runs four futures at a
time, one in each lane of a vector. A ratio is taken within a round, so that what else the machine does falls on all
alike. Where Mesa is installed, the same war runs as its agents too, much simplified (benchmarks/war_mesa.py says what
is left out). The last line is the engine as a whole (parameter draws, kernel, what it keeps) with several threads.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import laws_c, laws_numpy, war_mesa
from tertius.engine import Layout, Options, run
from tertius.engine.compiled import run_block
from tertius.engine.parameters import fill
from tertius.kernel.fields import ENTITIES
from tertius.kernel.state import Names
from tertius.world import Scenario, load_scenario

SCENARIO = "ukraine-2024"
APART = ("stakes", "instruments", "ladders", "red_lines", "bargains", "ties", "variants", "calendar")
STRIKES = ("weapons", "defences", "targets")
SEED = 1
REPLICATES = 4
KERNEL, C, BLOCKED_C, NUMPY, MESA = "kernel (Numba)", "C", "C, blocked", "NumPy", "Mesa, simplified"
AGENTS_FUTURES = 2
"""Futures that are run as agents in a round."""


def war() -> Scenario:
    """The scenario without deciding states and what is around the war: the laws that all versions have."""
    whole = load_scenario(SCENARIO).without_fit()  # it is a fit of strikes too
    nothing: Any = MappingProxyType({})
    lines = {name: line for name, line in whole.supply_lines.items() if line.good is not None}
    front = {name: event for name, event in whole.events.items() if event.kind not in ("strikes", "air-defence")}
    front = {name: event for name, event in front.items() if event.kind != "supply" or event.target in lines}
    held: Any = {"supply_lines": MappingProxyType(lines), "events": MappingProxyType(front)}
    of_front = {name: each for name, each in whole.outcomes.items() if each.output.split(".")[0] not in STRIKES}
    held["outcomes"] = MappingProxyType(of_front)
    return replace(whole, **dict.fromkeys((*APART, *STRIKES), nothing), **held)


def layout_of(settings: Mapping[str, float] | None = None) -> Layout:
    """That war laid out, with sides that do not wear and no end before the last week."""
    scenario = war()
    off = {f"sides.{side}.{name}": 0.0 for side in scenario.sides for name in ("drain", "loss_wear", "usual_offers")}
    off |= {f"world.{kind}_end_rate": 0.0 for kind in ("quick", "slow", "old", "very_old")}
    off |= {f"world.{name}": 0.0 for name in ("collapse_rate", "surprise", "usual_news")}
    off |= {f"theatres.{name}.reopening": 0.0 for name in scenario.theatres}
    return Layout.of(scenario, {**off, **(settings or {})})


@dataclass(frozen=True)
class Case:
    """One block of futures of a scenario, as the kernel gets it."""

    layout: Layout
    futures: int
    weeks: int

    def record(self) -> NDArray[np.float64]:
        """Room for what a block records, shape (future, week + 1, output), filled with nan."""
        return np.full((self.futures, self.weeks + 1, len(self.layout.outputs())), np.nan)

    def task(self, block: Callable[..., None], record: NDArray[np.float64]) -> Callable[[], None]:
        """A call of one version that fills `record`."""
        state, params = fill(self.layout, SEED, np.arange(-(-self.futures // REPLICATES)))
        names = Names(*(self.layout.names[entity] for entity in ENTITIES))
        return lambda: block(state, params, names, SEED, 0, REPLICATES, self.weeks, record)


def laws_numba(*arguments: Any) -> None:
    """The compiled kernel with the arguments of the others: what is kept is every output, in full."""
    *common, record = arguments
    places = np.arange(record.shape[2])
    nothing = np.empty((0, 0, record.shape[1]), dtype=np.float32)
    run_block()(*common, places, record, places[:0], nothing, 0, np.zeros(4), np.zeros((0, 4)))


def versions() -> dict[str, Callable[..., None]]:
    """Every version of the laws by name. Raises NoCompilerError."""
    in_c = {C: laws_c.laws_in_c(), BLOCKED_C: laws_c.laws_in_c(laws_c.BLOCKED)}
    return {KERNEL: laws_numba, **in_c, NUMPY: laws_numpy.run_block}


def agents(case: Case) -> dict[str, Callable[[], None]]:
    """The war as agents of Mesa, some futures of it; nothing where Mesa is not installed."""
    try:
        one = war_mesa.war_of_agents()
    except war_mesa.NoMesaError:
        return {}
    numbers = war_mesa.kept(case.layout, SEED, 0)

    def run_agents() -> None:
        for seed in range(AGENTS_FUTURES):
            one(numbers, seed, case.weeks)

    return {MESA: run_agents}


def difference(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """Largest relative difference of two records; sizes below a thousandth of an output's unit count as that.

    Outputs that are a difference of large numbers are zero up to rounding, hence the floor. nan makes it infinite.
    """
    if not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        return float("inf")
    size = np.maximum(np.maximum(np.abs(ours), np.abs(theirs)), 1e-3)
    return float((np.abs(ours - theirs) / size).max())


def seconds(task: Callable[[], object], calls: int) -> float:
    """Wall-clock seconds of one call, the mean of `calls`."""
    started = time.perf_counter()
    for _ in range(calls):
        task()
    return (time.perf_counter() - started) / calls


def measure(case: Case, rounds: int, calls: int, threads: int, futures: int) -> dict[str, Any]:
    """Run everything; returns what is printed, as JSON data."""
    tasks, records = {}, {}
    for name, block in versions().items():
        records[name] = case.record()
        tasks[name] = case.task(block, records[name])
        tasks[name]()  # compiled, and the results to compare
    found = {name: difference(records[KERNEL], records[name]) for name in (C, BLOCKED_C, NUMPY)}
    options = Options(futures=futures, weeks=case.weeks, seed=SEED, threads=threads, replicates=REPLICATES)
    whole = []
    tasks |= agents(case)
    rates: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            spent = seconds(task, calls if name in (KERNEL, C, BLOCKED_C) else 1)
            rates[name].append((AGENTS_FUTURES if name == MESA else case.futures) * case.weeks / spent)
        whole.append(futures * case.weeks / seconds(lambda: run(case.layout, options), 1))
    engine = f"engine, {threads} threads"
    return {
        "scenario": SCENARIO,
        "futures": case.futures,
        "weeks": case.weeks,
        "outputs": len(case.layout.outputs()),
        "rounds": rounds,
        "machine": f"{platform.machine()}, Python {platform.python_version()}, {laws_c.version()}",
        "engine_futures": futures,
        "trajectory_weeks_per_second": {n: statistics.median(r) for n, r in (rates | {engine: whole}).items()},
        "ratio_to_c": {n: _spread(r, rates[C]) for n, r in (rates | {engine: whole}).items()},
        "largest_relative_difference_from_kernel": found,
    }


def _spread(ours: list[float], theirs: list[float]) -> dict[str, float]:
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}


def table(found: dict[str, Any]) -> str:
    """What was measured, for people."""
    lines = [
        f"{found['scenario']}: {found['futures']} futures x {found['weeks']} weeks, {found['outputs']} outputs kept, "
        f"{found['rounds']} rounds; one thread each, the engine with {found['engine_futures']} futures",
        found["machine"],
        "",
        f"{'':20} {'trajectory-weeks/s':>20} {'ratio to C':>12} {'(min - max)':>15} {'difference':>12}",
    ]
    for name, rate in found["trajectory_weeks_per_second"].items():
        ratio = found["ratio_to_c"][name]
        apart = found["largest_relative_difference_from_kernel"].get(name)
        bounds = f"({ratio['min']:.2f} - {ratio['max']:.2f})"
        shown = "" if apart is None else f"{apart:.1e}"
        lines.append(f"{name:20} {rate:20,.0f} {ratio['median']:12.2f} {bounds:>15} {shown:>12}".rstrip())
    lines += ["", "difference: the largest, relative, between any recorded number and the kernel's"]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kernel", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds, every version once in each (default 9)")
    parser.add_argument("--calls", type=int, default=5, help="blocks per round for kernel and C (default 5)")
    parser.add_argument("--futures", type=int, default=400, help="futures in a block (default 400)")
    parser.add_argument("--weeks", type=int, default=52, help="weeks (default 52)")
    parser.add_argument("--threads", type=int, default=2, help="threads of the engine as a whole (default 2)")
    parser.add_argument("--engine-futures", type=int, default=4000, help="futures of the engine's run (default 4000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    for name in ("rounds", "calls", "futures", "weeks", "threads", "engine_futures"):
        if getattr(given, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be 1 or more, not {getattr(given, name)}")
    case = Case(layout_of(), given.futures, given.weeks)
    try:
        found = measure(case, given.rounds, given.calls, given.threads, given.engine_futures)
    except laws_c.NoCompilerError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found, indent=2) if given.json else table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
