"""State variables of many futures, kept as the numbers they change to and the weeks for which each stands.

Most of what is kept of a run stands still most of the time: levels, what was reached, reasons of those who do not act.
As runs of equal numbers it takes a fifth of the memory of an array, and every bit of it is given back. It reads as an
array of shape (future, week + 1, output) does, where one output at a time is asked for; a future's last week and the
next one's first count as neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = np.iinfo(np.uint16).max
"""Numbers of an output in one part at most: as long a run can be."""
AT_HAND = 6
"""Outputs read last that stay at hand as arrays, as several things are often read from one."""


@dataclass(frozen=True)
class _Part:
    """Runs of some futures that follow one another, all outputs in a row.

    futures  how many they are
    values   the number of each run, shape (run,)
    lengths  for how many weeks it stands, shape (run,)
    starts   where the runs of each output begin, and where the last one's end; output + 1 numbers
    """

    futures: int
    values: NDArray[np.float32]
    lengths: NDArray[np.uint16]
    starts: list[int]

    @classmethod
    def of(cls, found: NDArray[np.float32]) -> _Part:
        """Of an array of shape (output, future, week + 1)."""
        flat = np.ascontiguousarray(found).reshape(len(found), -1).view(np.int32)  # bits: a zero has a sign
        changed = np.empty(flat.shape, dtype=np.bool_)
        changed[:, 0] = True
        np.not_equal(flat[:, 1:], flat[:, :-1], out=changed[:, 1:])
        places = np.flatnonzero(changed)
        values = flat.ravel()[places].view(np.float32)
        lengths = np.diff(places, append=flat.size).astype(np.uint16)
        starts = np.searchsorted(places, np.arange(len(flat) + 1) * flat.shape[1])
        return cls(found.shape[1], values, lengths, starts.tolist())


class Courses:
    """State variables of futures, shape (future, week + 1, output); filled part by part, then read.

    Taken apart by futures ([:count], or [places] with some more than once) it stays what it is; one output
    ([:, weeks, output]) and one future ([number]) are arrays. Anything else is first made an array of, which takes the
    memory that this spares.
    """

    dtype = np.dtype(np.float32)
    ndim = 3

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.shape = shape
        self._room = shape[0]
        self._parts: dict[int, _Part] = {}
        self._chosen: NDArray[np.int64] | None = None
        self._read: tuple[tuple[int, NDArray[np.float32]], ...] = ()

    def put(self, found: NDArray[np.float32], at: int) -> None:
        """Keep what was found of some futures, shape (output, future, week + 1), from a place on, as there is room.

        Threads may put parts at once; no place may be filled twice.
        """
        futures = min(found.shape[1], self._room - at)
        at_once = LONGEST // self.shape[1]
        for start in range(0, futures if self.shape[2] else 0, at_once):
            end = min(futures, start + at_once)
            self._parts[at + start] = _Part.of(found[:, start:end])

    def __len__(self) -> int:
        """How many futures."""
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        """As of an array of that shape."""
        if isinstance(key, tuple):
            if len(key) == self.ndim and isinstance(key[2], int | np.integer):
                return self.course(int(key[2]))[key[:2]]
        elif isinstance(key, slice) or (isinstance(key, np.ndarray) and key.ndim == 1):
            return self._of(key)
        elif isinstance(key, int | np.integer):
            return np.asarray(self._of(np.atleast_1d(np.arange(self.shape[0])[key])))[0]
        return np.asarray(self)[key]

    __iter__ = None  # each future would be laid out anew: make an array of all first

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """All of it; one output's weeks and futures lie side by side in memory."""
        if copy is False:
            raise ValueError("courses are kept as runs: an array of them is always a copy")
        whole = np.empty((self.shape[2], *self.shape[:2]), dtype=self.dtype)
        for output in range(self.shape[2]):
            whole[output] = self.course(output)
        return whole.transpose(1, 2, 0).astype(self.dtype if dtype is None else dtype, copy=False)

    def course(self, output: int) -> NDArray[np.float32]:
        """One state variable by its place, shape (future, week + 1), not to be written to; 0 in futures not put."""
        if not -self.shape[2] <= output < self.shape[2]:
            raise IndexError(f"output {output} of {self.shape[2]}")
        output %= self.shape[2]
        for place, read in self._read:
            if place == output:
                return read
        found = self._laid(output)
        found.flags.writeable = False
        self._read = ((output, found), *self._read[: AT_HAND - 1])  # one step: threads that read at once need no lock
        return found

    def _laid(self, output: int) -> NDArray[np.float32]:
        last = self.shape[0] if self._chosen is None else int(self._chosen.max(initial=-1)) + 1
        rows = [(at, part) for at, part in sorted(self._parts.items()) if at < last]
        if not rows:
            return np.zeros(self.shape[:2], dtype=self.dtype)
        parts = [part for _, part in rows]
        values = np.concatenate([each.values[each.starts[output] : each.starts[output + 1]] for each in parts])
        lengths = np.concatenate([each.lengths[each.starts[output] : each.starts[output + 1]] for each in parts])
        found = np.repeat(values, lengths).reshape(-1, self.shape[1])
        end = max(last, rows[-1][0] + parts[-1].futures)
        if len(found) < end:  # a run that was stopped left some out
            whole = np.zeros((end, self.shape[1]), dtype=self.dtype)
            whole[np.concatenate([np.arange(at, at + part.futures) for at, part in rows])] = found
            found = whole
        return found[:last] if self._chosen is None else found[self._chosen]

    def _of(self, key: slice | NDArray[Any]) -> Courses:
        """The same of some futures, which share what is kept."""
        one = Courses((0, *self.shape[1:]))
        one._room, one._parts = self._room, self._parts
        of_all = self._chosen is None and isinstance(key, slice) and (key.start or 0, key.step or 1) == (0, 1)
        places = (np.arange(self.shape[0]) if self._chosen is None else self._chosen)[key]
        one._chosen = None if of_all else places
        one.shape = (len(places), *self.shape[1:])
        return one
