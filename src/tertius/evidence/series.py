"""A weekly series: one value for each ISO week, named by the Sunday that closes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tertius.errors import Misfit

KINDS = ("level", "flow")


@dataclass(frozen=True, eq=False)
class Series:
    """A weekly series: one value per ISO week, named by its Sunday.

    Raises:
        Misfit: the arrays differ in length, or the weeks are no Sundays in a row.
    """

    name: str
    """Such as `map.area`: the source, a point, what it measures."""
    kind: str
    """'level' (the state at the week's end) or 'flow' (the sum over the week)."""
    unit: str
    weeks: NDArray[np.datetime64]  # (week,) Sundays as datetime64[D], without gaps
    values: NDArray[np.float64]  # (week,) NaN where nothing is known
    masked: NDArray[np.bool_]  # (week,) True where the change into this week is a redrawn map, not events
    files: tuple[tuple[str, str], ...]
    """(file name, sha256) of what it was read from."""
    notes: tuple[str, ...]
    """What was mended or is missing."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Misfit(f"kind {self.kind!r}", "level or flow", "name one of them", below=("kind",))
        if not len(self.weeks) == len(self.values) == len(self.masked):
            lengths = f"{len(self.weeks)} weeks, {len(self.values)} values, {len(self.masked)} marks"
            raise Misfit(lengths, "as many of each", "give one value and one mark for each week", below=("values",))
        days = self.weeks.astype("datetime64[D]").astype(np.int64)
        if np.any(np.diff(days) != 7) or np.any((days + 4) % 7 != 0):  # day 0 was a Thursday
            raise Misfit("weeks with a gap or no Sunday", "Sundays in a row", "fill gaps with NaN", below=("weeks",))
        for array in (self.weeks, self.values, self.masked):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.weeks)

    @property
    def first(self) -> date | None:
        """The first week's Sunday; None where the series is empty."""
        return _as_date(self.weeks[0]) if len(self) else None

    @property
    def last(self) -> date | None:
        """The last week's Sunday; None where the series is empty."""
        return _as_date(self.weeks[-1]) if len(self) else None

    def changes(self) -> NDArray[np.float64]:
        """Return what happened in each week, in the series' unit; shape (week,).

        For a level: the difference from the week before, NaN in the first week, where either end is missing and
        where the map was redrawn. For a flow: the values themselves.
        """
        if self.kind == "flow":
            return self.values.copy()
        moved = np.full(len(self), np.nan)
        moved[1:] = np.diff(self.values)
        moved[self.masked] = np.nan
        return moved

    def until(self, day: date) -> Series:
        """Return the part in which no week ends after `day`."""
        return self._take(self.weeks <= np.datetime64(day))

    def between(self, first: date, last: date) -> Series:
        """Return the weeks that end from `first` to `last`, both included."""
        return self._take((self.weeks >= np.datetime64(first)) & (self.weeks <= np.datetime64(last)))

    def _take(self, kept: NDArray[np.bool_]) -> Series:
        return replace(
            self, weeks=self.weeks[kept].copy(), values=self.values[kept].copy(), masked=self.masked[kept].copy()
        )


def sundays(first: date, last: date) -> NDArray[np.datetime64]:
    """Return the Sundays from `first` to `last`, themselves Sundays, as datetime64[D]; shape (week,)."""
    return np.arange(np.datetime64(first), np.datetime64(last) + np.timedelta64(1, "D"), 7, dtype="datetime64[D]")


def stale(last: date, day: date, lag_days: int) -> str:
    """Return what to say where a source's last day lies further back than its lag and three weeks; "" otherwise."""
    age = (day - last).days
    return f"nothing after {last}, {age} days before {day}; usually {lag_days} days late" if age > lag_days + 21 else ""


def _as_date(day: np.datetime64) -> date:
    found = day.astype("datetime64[D]").item()
    assert isinstance(found, date)
    return found
