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
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tertius.engine.arm import Arm, Options
from tertius.engine.ensemble import measure
from tertius.engine.layout import Layout
from tertius.engine.sketch import Floats, Integers, Moments, Sketch

BYTES = 16 * 2**20
MOST_PIECE = 20_000
MOST = 10_000_000_000  # futures of a run in pieces
BLOCK = 200
COUNTED = ("larger", "smaller", "apart")
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
    def merged(cls, parts: Sequence[Self]) -> Self:
        """Of all futures together; the parts in the order of their futures."""
        first = parts[0]
        worlds, within, uneven = first.worlds, first.within, first.uneven
        for part in parts[1:]:
            worlds = tuple(one.merged(two) for one, two in zip(worlds, part.worlds, strict=True))
            within = None if within is None or part.within is None else within + part.within
            uneven += part.uneven
        counted = {
            name: None if first.larger is None else np.sum([getattr(part, name) for part in parts], axis=0)
            for name in COUNTED
        }
        return cls(worlds, within, uneven, **counted, sketch=Sketch.merged([part.sketch for part in parts]))

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
        # Codes rise, and most counts are small: differences of 32 bits hold both.
        arrays["codes"] = np.diff(self.sketch.codes, prepend=0).astype(np.uint32)
        arrays["counts"] = _narrow(self.sketch.counts)
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
        sketch = Sketch(np.cumsum(held["codes"].astype(np.int64)), held["counts"].astype(np.int64))
        counted = {name: held.get(name) for name in COUNTED}
        return cls(tuple(worlds), held.get("within"), float(held["uneven"]), **counted, sketch=sketch)


def _narrow(counts: Integers) -> NDArray[Any]:
    return counts.astype(np.uint32) if not len(counts) or counts.max() < 2**32 else counts


def compute(plan: Plan, number: int) -> Summary:
    """Run a piece in all worlds and summarise it. Raises KernelError."""
    first, count = number * plan.piece, plan.size(number)
    outcomes = list(plan.layouts[0].scenario.outcomes.values())
    options = Options(count, plan.weeks, plan.seed, block=BLOCK, replicates=plan.replicates, outputs=())
    rows = np.arange(first // plan.replicates, (first + count - 1) // plan.replicates + 1)
    samples = []
    for layout in plan.layouts:
        arm = Arm(layout, options, rows=rows)
        for place in range(0, count, BLOCK):
            arm.compute(options, first + place, min(BLOCK, count - place), place)
        samples.append(measure(arm.named, outcomes))
    within, counted = None, (None, None, None)
    if len(samples) == 2:
        paired = samples[0] - samples[1]
        bands = np.array([outcome.material.central for outcome in outcomes])
        counted = (paired > bands).sum(axis=0), (paired < -bands).sum(axis=0), (paired != 0.0).sum(axis=0)
        means = np.add.reduceat(paired, np.arange(0, count, plan.replicates), axis=0)
        means /= _sizes(count, plan.replicates)[:, np.newaxis, np.newaxis]
        away = paired - np.repeat(means, plan.replicates, axis=0)[:count]
        within = np.einsum("i...,i...->...", away, away)
        del away
        samples += [paired, means]
    series = [
        np.ascontiguousarray(sample[:, week, place])
        for sample in samples
        for week in plan.horizons
        for place in range(len(outcomes))
    ]
    firsts = (first, first, first, first // plan.replicates)
    worlds = tuple(Moments.of(sample, begin) for sample, begin in zip(samples, firsts))
    uneven = float((1.0 / _sizes(count, plan.replicates)).sum())
    return Summary(worlds, within, uneven, *counted, Sketch.of(series))


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
    if code != code_version():
        import platform

        raise ForeignCode(f"{platform.node()}: code {code_version()}, not {code}")
    return compute(_opened(plan), number).packed()


@lru_cache(maxsize=2)
def _opened(plan: bytes) -> Plan:
    held = pickle.loads(plan)
    assert isinstance(held, Plan)
    return held


@cache
def code_version() -> str:
    """Hash of the code that makes the numbers and of the versions of what it calls."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for file in sorted(file for room in ROOMS for file in (package / room).rglob("*.py")):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    told = [f"{name} {version(name)}" for name in ("numpy", "numba", "llvmlite", "scipy")]
    digest.update(f"{told} {sys.version_info[:2]}".encode())
    return digest.hexdigest()[:12]
