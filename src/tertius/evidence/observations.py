"""What a file says: days and values of named series, rows of months, and how a source errs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from tertius.evidence.events import EventRecord

MOST_OF_A_KIND = 6
"""Notes of one kind that are shown of many files."""
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


NoteKind = Literal["left out", "not counted", "held back", "repaired", "missing", "revised", "stale", "doubtful"]
"""left out: rows that cannot be used. not counted: what carries a label that no rule knows, or none for this series.
held back: a break that waits for `tertius data accept`. repaired: put right without loss. missing: days or values that
are not there. revised: what an earlier version said otherwise. stale: older than the source usually is. doubtful: used,
though something speaks against it."""


@dataclass(frozen=True, order=True)
class Note:
    """What a reader of a number should know about the file that it is from."""

    kind: NoteKind
    file: str
    text: str
    source: str = ""
    """Of what is held back, the source."""

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.file}: {self.text}"


def folded(notes: Iterable[Note]) -> list[str]:
    """Return notes as lines: what is said of several files stands once, and many notes of one kind are counted."""
    by_text: dict[tuple[NoteKind, str], list[str]] = defaultdict(list)
    for note in dict.fromkeys(notes):
        by_text[note.kind, note.text].append(note.file)
    by_kind: dict[NoteKind, list[str]] = defaultdict(list)
    for (kind, text), files in by_text.items():
        place = files[0] if len(files) == 1 else f"{len(files)} files ({files[0]} to {files[-1]})"
        by_kind[kind].append(f"{place}: {text}")
    lines = []
    for kind, said in by_kind.items():
        lines += said[:MOST_OF_A_KIND]
        if len(said) > MOST_OF_A_KIND:
            lines.append(f"{len(said) - MOST_OF_A_KIND} more notes on what is {kind}: see tertius data status")
    return lines


@dataclass(frozen=True)
class Plausible:
    """What values of a series can be. What is not is left out, or held back until somebody lets it in."""

    low: float
    """Least value of a level; of a flow, least in one week."""
    high: float
    """Greatest value of a level; of a flow, most in one week."""
    why: str
    """Where the numbers are from."""
    steps: tuple[tuple[date, float], ...] = ()
    """(last day, greatest change of a level in seven days), by day; the last one counts for ever."""
    fall: float = 0.0
    """Share of a running total by which a correction may lower it."""
    sibling: str = ""
    """Series of another source that measures the same."""
    apart: tuple[float, float] = (0.0, 0.0)
    """Least and greatest difference, the sibling less this one, from `since` on."""
    since: date = date.max

    def step(self, day: date) -> float:
        """Return the greatest change in the seven days that end on a day."""
        return next((size for last, size in self.steps if day <= last), self.steps[-1][1] if self.steps else self.high)


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


@dataclass(frozen=True, slots=True)
class Fact:
    """What a publisher says of a state, or of what one state owes another, in a year.

    of   the state by ISO code, or by the number of the Correlates of War; of a pair the one that owes first
    """

    column: str
    of: tuple[str, ...]
    year: int
    value: float
    """In the unit of the column (tertius country --sources)."""


@dataclass(frozen=True)
class Parsed:
    """All that was read from one file."""

    observations: tuple[Observations, ...]
    rows: int
    monthly: tuple[MonthlyAmount, ...] = ()
    notes: tuple[Note, ...] = ()
    written: date | None = None
    """The last day that its rows name, where it is not `last`: a month's first, an item's own day in a week."""
    events: tuple[EventRecord, ...] = ()
    facts: tuple[Fact, ...] = ()

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
        years = {fact.year for fact in self.facts}
        days += [date(year, 1, 1) for year in years]
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
