"""What a file says: days and values of named series, rows of months, and how a source errs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from tertius.evidence.events import EventRecord

Cadence = Literal["week", "day", "cumulative", "once"]
"""week: a value for the ISO week of its Sunday. day: a state on a day. cumulative: a count up to and with a day, of
which a week's flow is the difference. once: single items of a flow on a day, summed over the week; weeks without any
are 0 between the first and the last."""


@dataclass(frozen=True)
class Observations:
    """What one file says about one series."""

    name: str
    kind: Literal["level", "flow"]
    unit: str
    cadence: Cadence
    points: tuple[tuple[date, float], ...]
    """(day, value) by day, each day once; NaN where the file names the day and leaves the value open."""
    rank: int = 0
    """Of two files that know the same week, the one of lower rank is believed."""


@dataclass(frozen=True)
class MonthlyAmount:
    """One row of a table by month: who, what, how much."""

    month: date
    """First day of the month."""
    donor: str
    category: str
    measure: str
    """Such as "Allocation" or "Commitment"."""
    eur: float

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return (self.month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True)
class Parsed:
    """All that was read from one file."""

    observations: tuple[Observations, ...]
    rows: int
    monthly: tuple[MonthlyAmount, ...] = ()
    notes: tuple[str, ...] = ()
    written: date | None = None
    """The last day that its rows name, where it is not `last`: a month's first, an item's own day in a week."""
    events: tuple[EventRecord, ...] = ()

    @property
    def first(self) -> date | None:
        """The first day that the file knows something about."""
        return min(self._days(), default=None)

    @property
    def last(self) -> date | None:
        """The last day that the file knows something about."""
        return max(self._days(), default=None)

    @property
    def latest_written(self) -> date | None:
        """The day before which it cannot have been published."""
        return self.written or self.last

    def _days(self) -> list[date]:
        days = [day for found in self.observations for day, value in found.points if value == value]
        return days + [day for event in self.events for day in (event.first, event.last)]


@dataclass(frozen=True)
class Redrawn:
    """A step of a map that is no event: the map was filled in, cleaned up or drawn anew."""

    first: date
    last: date
    change: float | None
    """Size of the step in the series' unit where it is known."""
    why: str
    series: tuple[str, ...] = field(default=())
    """Names of the series it is in; all levels of the source where none is named."""

    def touches(self, week: date) -> bool:
        """Whether any of its days lies in the ISO week that `week`, a Sunday, closes."""
        return self.first <= week and week - timedelta(days=6) <= self.last


@dataclass(frozen=True)
class ObservationModel:
    """How a source differs from what happened. Numbers are in the unit of the series and for one week's change."""

    bias: str
    """Which way it errs, in words."""
    noise: float | None
    """Standard deviation of the error of one week's change; None where nothing is known."""
    noise_unit: str
    noise_source: str
    lag_days: int
    """Days from an event to its publication, about."""
    redrawn: tuple[Redrawn, ...]
    grade: str
    """A: checked against another source; B: one careful source; C: a party's own claim or a partial count; D: coded by
    machine and not checked."""
