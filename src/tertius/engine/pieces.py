"""A run in pieces: futures that follow one another, computed and summarised together, whoever does it.

Where pieces begin follows from the scenario, its horizon and `replicates` alone. A piece is a function of the plan and
its number, and pieces are merged in order, so that threads, processes and machines give the same bits. None is larger
than BYTES a world, so that a worker's memory does not grow with the run.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import numpy as np

from tertius.engine.arm import Arm, Options
from tertius.engine.ensemble import measure
from tertius.engine.layout import Layout
from tertius.engine.sketch import PART, Floats, Integers, Moments, Sketch

BYTES = 8 * 2**20
TOGETHER = 4  # sketches that are merged at a time
MOST_PIECE = 20_000
MOST = 10_000_000_000  # futures of a run in pieces
BLOCK = 200
COUNTED = ("larger", "smaller", "apart")
NO_SKETCH = Sketch(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
ROOMS = ("world", "kernel", "mechanisms", "reference", "engine")  # whose code makes the numbers


@dataclass(frozen=True)
class Plan:
    """What is run: one world, or two on the same futures.

    layouts     of the worlds, as the scenario stands first
    futures     of each world
    horizons    weeks at which quantiles are kept
    """

    layouts: tuple[Layout, ...]
    futures: int
    weeks: int
    seed: int
    replicates: int
    horizons: tuple[int, ...]

    @cached_property
    def piece(self) -> int:
        """Futures of a piece but the last: whole rows of parameters."""
        outcomes = len(self.layouts[0].scenario.outcomes)
        fit = min(MOST_PIECE, BYTES // (8 * (self.weeks + 1) * max(1, outcomes)))
        return max(1, fit // self.replicates) * self.replicates

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return -(-self.futures // self.piece)

    def size(self, number: int) -> int:
        """Futures of a piece."""
        return min(self.piece, self.futures - number * self.piece)


@dataclass(frozen=True)
class Summary:
    """What is kept of futures; arrays of shape (week + 1, outcome).

    worlds      moments of each world; of two, then of their paired difference, then of its means by row of parameters
    within      sum of squared distances of paired differences from their row's mean; None of one world
    uneven      sum over rows of 1 / futures of the row
    larger, smaller, apart    futures whose difference lies above the band, below it, and is not zero
    sketch      of the same samples as `worlds`, at the horizons: series by sample, horizon, outcome
    """

    worlds: tuple[Moments, ...]
    within: Floats | None
    uneven: float
    larger: Integers | None
    smaller: Integers | None
    apart: Integers | None
    sketch: Sketch

    @property
    def futures(self) -> int:
        """How many futures it is of."""
        return self.worlds[0].count

    @classmethod
    def merged(cls, parts: Iterable[Self]) -> Self:
        """Of all futures together; the parts in the order of their futures, of which a few are held at a time."""
        found: Self | None = None
        sketches: list[Sketch] = []
        for part in parts:
            sketches.append(part.sketch)
            if len(sketches) > TOGETHER:
                sketches = [Sketch.merged(sketches)]
            bare = replace(part, sketch=NO_SKETCH)
            found = bare if found is None else found._with(bare)
        assert found is not None
        return replace(found, sketch=Sketch.merged(sketches))

    def _with(self, later: Self) -> Self:
        """With another, whose futures come later; but for the sketch."""
        worlds = tuple(one.merged(two) for one, two in zip(self.worlds, later.worlds, strict=True))
        sums = {name: _sum(getattr(self, name), getattr(later, name)) for name in ("within", *COUNTED)}
        return replace(self, worlds=worlds, uneven=self.uneven + later.uneven, **sums)

    @property
    def digest(self) -> str:
        """Hash of all its numbers."""
        return hashlib.sha256(self._plain()).hexdigest()[:16]

    def packed(self) -> bytes:
        """As bytes."""
        import pyarrow as pa

        body = self._plain()
        packed: bytes = pa.compress(body, codec="zstd", asbytes=True)
        return len(body).to_bytes(8, "little") + packed

    def _plain(self) -> bytes:
        """As bytes, the same for the same numbers."""
        arrays: dict[str, Any] = {"uneven": np.array(self.uneven)}
        for place, moments in enumerate(self.worlds):
            arrays |= moments.arrays(f"world{place}")
        for name in ("within", *COUNTED):
            if getattr(self, name) is not None:
                arrays[name] = getattr(self, name)
        # Codes rise, and most counts are small: 32 bits hold both.
        arrays["codes"] = np.diff(self.sketch.codes.astype(np.int64), prepend=0).astype(np.uint32)
        arrays["counts"] = self.sketch.counts
        held = io.BytesIO()
        np.savez(held, **arrays)
        return held.getvalue()

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """Read what `packed` gave. Raises ValueError, KeyError or an error of Arrow's for anything else."""
        import pyarrow as pa

        size = int.from_bytes(packed[:8], "little")
        body = pa.decompress(packed[8:], decompressed_size=size, codec="zstd", asbytes=True)
        with np.load(io.BytesIO(body), allow_pickle=False) as opened:
            held = {name: opened[name] for name in opened.files}
        worlds = [Moments.read(f"world{place}", held) for place in range(4) if f"world{place}.count" in held]
        sketch = Sketch.small(np.cumsum(held.pop("codes"), dtype=np.int64), held.pop("counts"))
        counted = {name: held.get(name) for name in COUNTED}
        return cls(tuple(worlds), held.get("within"), float(held["uneven"]), **counted, sketch=sketch)


def _sum(one: Any, two: Any) -> Any:
    return None if one is None or two is None else one + two


def compute(plan: Plan, number: int) -> Summary:
    """Run a piece in all worlds and summarise it. Raises KernelError."""
    first, count = number * plan.piece, plan.size(number)
    outcomes = list(plan.layouts[0].scenario.outcomes.values())
    options = Options(count, plan.weeks, plan.seed, block=BLOCK, replicates=plan.replicates, outputs=())
    rows = np.arange(first // plan.replicates, (first + count - 1) // plan.replicates + 1)
    samples: list[Floats] = []
    beside = None
    for layout in plan.layouts:
        arm = Arm(layout, options, rows=rows, beside=beside)
        for place in range(0, count, BLOCK):
            arm.compute(options, first + place, min(BLOCK, count - place), place)
        samples.append(measure(arm.named, outcomes))
        beside = arm
    del arm, beside  # their draws
    uneven = float((1.0 / _sizes(count, plan.replicates)).sum())
    worlds, series = [], []
    for sample in samples:
        worlds.append(Moments.of(sample, first))
        series += _series(plan, sample)
    within, counted = None, (None, None, None)
    if len(samples) == 2:
        paired, other = samples
        paired -= other  # in its place: samples are most of what a worker holds
        samples.clear()
        del other
        bands = np.array([outcome.material.central for outcome in outcomes])
        counted = (paired > bands).sum(axis=0), (paired < -bands).sum(axis=0), (paired != 0.0).sum(axis=0)
        means = np.add.reduceat(paired, np.arange(0, count, plan.replicates), axis=0)
        means /= _sizes(count, plan.replicates)[:, np.newaxis, np.newaxis]
        within = _within(paired, means, plan.replicates)
        worlds += [Moments.of(paired, first), Moments.of(means, first // plan.replicates)]
        series += _series(plan, paired) + _series(plan, means)
    return Summary(tuple(worlds), within, uneven, *counted, Sketch.of(series))


def _series(plan: Plan, sample: Floats) -> list[Floats]:
    """The values of each outcome at each horizon, each of shape (sample,)."""
    return [np.ascontiguousarray(sample[:, week, place]) for week in plan.horizons for place in range(sample.shape[2])]


def _within(paired: Floats, means: Floats, replicates: int) -> Floats:
    """Sum of squared distances of futures from the mean of their row, some rows at a time."""
    total = np.zeros(paired.shape[1:])
    for row in range(0, len(means), PART):
        some = paired[row * replicates : (row + PART) * replicates]
        away = some - np.repeat(means[row : row + PART], replicates, axis=0)[: len(some)]
        total += np.einsum("i...,i...->...", away, away)
    return total


def _sizes(count: int, replicates: int) -> Floats:
    """How many futures each row of parameters has, shape (row,)."""
    sizes = np.full(-(-count // replicates), float(replicates))
    if count % replicates:
        sizes[-1] = count % replicates
    return sizes


class ForeignCode(Exception):  # told as an OptionError, with all such workers
    """A worker has another version of the code that makes the numbers."""


def compute_packed(plan: bytes, number: int, code: str) -> bytes:
    """A piece for another process: `plan` is pickled, `code` is the version that asked. Raises ForeignCode."""
    check_code(code)
    return compute(_opened(plan), number).packed()


def check_code(code: str, everything: bool = False) -> None:
    """Raise ForeignCode where this process has another version of the code than the one that asked."""
    if code != code_version(everything):
        import platform

        raise ForeignCode(f"{platform.node()}: code {code_version(everything)}, not {code}")


@lru_cache(maxsize=2)
def _opened(plan: bytes) -> Plan:
    held = pickle.loads(plan)
    assert isinstance(held, Plan)
    return held


@cache
def code_version(everything: bool = False) -> str:
    """Hash of the code that makes the futures, or of all of it, and of the versions of what it calls."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    rooms = ("",) if everything else ROOMS
    for file in sorted(file for room in rooms for file in (package / room).rglob("*.py")):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    told = [f"{name} {version(name)}" for name in ("numpy", "numba", "llvmlite", "scipy")]
    digest.update(f"{told} {sys.version_info[:2]}".encode())
    return digest.hexdigest()[:12]
