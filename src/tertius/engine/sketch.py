"""Summaries of samples that can be merged: exact counts, moments and extremes, and quantiles with a stated error.

A sketch counts values in bins that are the same for every sample: sign, exponent and the first BITS binary digits of
the 32-bit number. Counts are whole numbers, so merged sketches are those of the whole sample, in any order. A quantile
is told within one bin of the sample's own: at most ERROR of its size; zero has a bin of its own.

Moments are merged pair by pair (Chan, Golub, LeVeque 1983), in an order that the caller holds fixed: bits then agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BITS = 9
ERROR = 2.0**-BITS
PART = 256  # samples that are looked at together, so that what is set aside for them stays small
PART_BINS = 2**16  # bins of a sketch that are merged together
_CUT = 23 - BITS  # digits of a 32-bit number that a bin leaves open
_SIDE = 1 << (31 - _CUT)  # bins of one sign
_SERIES = 2 * _SIDE


@dataclass(frozen=True)
class Moments:
    """Of many samples at once, each of shape (week + 1, outcome), as are the arrays.

    count     how many samples
    mean      their mean
    squares   sum of squared distances from it
    low, high           smallest and largest value
    low_at, high_at     numbers of the samples that have them in the last week, the first of several, shape (outcome,)
    """

    count: int
    mean: Floats
    squares: Floats
    low: Floats
    high: Floats
    low_at: Integers
    high_at: Integers

    @classmethod
    def of(cls, values: Floats, first: int) -> Self:
        """Of samples of shape (sample, week + 1, outcome), whose numbers are those from `first` on."""
        mean = values.mean(axis=0)
        low_at, high_at = values[:, -1].argmin(axis=0), values[:, -1].argmax(axis=0)
        squares = np.zeros(mean.shape)
        for place in range(0, len(values), PART):
            away = values[place : place + PART] - mean
            squares += np.einsum("i...,i...->...", away, away)
        return cls(len(values), mean, squares, values.min(axis=0), values.max(axis=0), low_at + first, high_at + first)

    def merged(self, later: Self) -> Self:
        """With another, whose samples come later."""
        count = self.count + later.count
        away = later.mean - self.mean
        lower, higher = later.low < self.low, later.high > self.high
        return type(self)(
            count,
            self.mean + away * (later.count / count),
            self.squares + later.squares + away**2 * (self.count * later.count / count),
            np.where(lower, later.low, self.low),
            np.where(higher, later.high, self.high),
            np.where(lower[-1], later.low_at, self.low_at),
            np.where(higher[-1], later.high_at, self.high_at),
        )

    @property
    def variance(self) -> Floats:
        """Of each sample, by one value less than there are; 0 of a single one."""
        return self.squares / max(1, self.count - 1)

    def arrays(self, name: str) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
        """As arrays under names that begin with `name`."""
        return {f"{name}.{field.name}": np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def read(cls, name: str, held: dict[str, NDArray[np.float64]]) -> Self:
        """From such arrays. Raises KeyError."""
        own = {field.name: held[f"{name}.{field.name}"] for field in fields(cls)}
        return cls(int(own.pop("count")), **own)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Sketch:
    """How often each bin of each series was met: codes rise, shape (bin,); counts beside them.

    Both have 32 bits where that holds them: a run in pieces has a million bins, several times over while it merges.
    """

    codes: NDArray[Any]
    counts: NDArray[Any]

    @classmethod
    def small(cls, codes: NDArray[Any], counts: NDArray[Any]) -> Self:
        """Of whole numbers, in as few bits as hold them."""
        return cls(
            *(held.astype(np.uint32) if not len(held) or held.max() < 2**32 else held for held in (codes, counts))
        )

    @classmethod
    def of(cls, series: Sequence[Floats]) -> Self:
        """Of samples, each of shape (value,); their places are the numbers of the series."""
        found = [np.unique(_bins(values), return_counts=True) for values in series]
        codes = [place * _SERIES + _SIDE + bins for place, (bins, _) in enumerate(found)]
        none = np.zeros(0, dtype=np.int64)
        return cls.small(np.concatenate([none, *codes]), np.concatenate([none, *(counts for _, counts in found)]))

    @classmethod
    def merged(cls, sketches: Sequence[Self]) -> Self:
        """Of all samples together; some bins at a time, so that little is held beside the sketches and the result."""
        longest = max(sketches, key=lambda sketch: len(sketch.codes)).codes
        bounds = [*longest[PART_BINS::PART_BINS].tolist(), np.iinfo(np.int64).max]
        codes, counts, begins = [], [], [0] * len(sketches)
        for bound in bounds:
            ends = [sketch.below(bound) for sketch in sketches]
            part = [slice(begin, end) for begin, end in zip(begins, ends, strict=True)]
            held = np.concatenate([sketch.codes[some] for sketch, some in zip(sketches, part, strict=True)])
            order = np.argsort(held, kind="stable")
            ordered = held[order]
            starts = np.flatnonzero(np.diff(ordered.astype(np.int64), prepend=-1))
            met = np.concatenate([sketch.counts[some] for sketch, some in zip(sketches, part, strict=True)])[order]
            codes.append(ordered[starts])
            counts.append(np.add.reduceat(met.astype(np.int64), starts) if len(starts) else met)
            begins = ends
        return cls.small(np.concatenate(codes), np.concatenate(counts))

    def below(self, bound: int) -> int:
        """How many of its codes lie below a number."""
        if len(self.codes) and bound <= int(self.codes[-1]):
            return int(np.searchsorted(self.codes, self.codes.dtype.type(bound)))
        return len(self.codes)

    def quantiles(self, series: int, levels: Sequence[float], low: float, high: float) -> tuple[float, ...]:
        """Quantiles of one series as `numpy.quantile` takes them, each within one bin; low, high: its extremes."""
        bounds = np.array([series * _SERIES, (series + 1) * _SERIES], dtype=self.codes.dtype)
        begin, end = np.searchsorted(self.codes, bounds)
        bins = self.codes[begin:end].astype(np.int64) - series * _SERIES - _SIDE
        counts = self.counts[begin:end].astype(np.int64)
        ends = np.cumsum(counts)
        place = np.array(levels) * (ends[-1] - 1)
        below = np.floor(place).astype(np.int64)
        values = []
        for rank in (below, np.minimum(below + 1, ends[-1] - 1)):
            at = np.searchsorted(ends, rank, side="right")
            edges = _edges(bins[at])
            inner = (rank - (ends[at] - counts[at]) + 0.5) / counts[at]
            values.append(np.clip(edges[0] + (edges[1] - edges[0]) * inner, low, high))
        return tuple((values[0] + (values[1] - values[0]) * (place - below)).tolist())


def _bins(values: Floats) -> NDArray[np.int32]:
    """Number of the bin of each value: 0 for zero, else with the value's sign, rising with it."""
    held = np.ascontiguousarray(values, dtype=np.float32).view(np.int32)
    size = (held & 0x7FFFFFFF) >> _CUT
    return np.where(held < 0, -size, size)


def _edges(bins: Integers) -> tuple[Floats, Floats]:
    """Where bins begin and end, in value."""
    size = np.abs(bins)
    near = (size << _CUT).astype(np.int32).view(np.float32).astype(np.float64)
    far = ((size + 1) << _CUT).astype(np.int32).view(np.float32).astype(np.float64)
    far = np.where(size == 0, 0.0, far)
    return np.where(bins < 0, -far, near), np.where(bins < 0, -near, far)
