"""The record of states' steps before the as-of date, and what it says of one instrument: steps counted over a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tertius.world.deciding import Instrument
from tertius.world.entry import Entry, InstrumentId, PastDay
from tertius.world.quantity import Grounds, Text

Direction: TypeAlias = Literal["up", "down"]
DAYS_A_YEAR = 365.25


class RecordedStep(Entry):
    """A step that an instrument took on a day: a crossing of one of its levels, not any statement about it.

    `after` is the level held from then on, where the scenario's levels can say so of that day; where its levels count
    from the as-of date on (a further package, say), it is left out and each like step counts.
    """

    date: PastDay
    instrument: InstrumentId
    step: Direction
    after: Annotated[int, Field(ge=0)] | None = None
    text: Text
    source: Grounds


@dataclass(frozen=True)
class Track:
    """What is on record of an instrument.

    since, until  first day of the record, and the day up to which it is read
    steps         its steps between the two, by date
    levels        level held from each of `starts` on; None where the record does not say
    """

    since: date
    until: date
    steps: tuple[RecordedStep, ...]
    starts: tuple[date, ...]
    levels: tuple[int | None, ...]
    top: int

    def count(self, direction: str) -> int:
        """How many steps up or down it took."""
        return sum(step.step == direction for step in self.steps)

    def years(self, direction: str) -> float:
        """How long it could have taken such a step: the time in which its level left room for one, in years."""
        closed = self.top if direction == "up" else 0
        ends = (*self.starts[1:], self.until)
        spans = zip(self.starts, ends, self.levels, strict=True)
        return sum((end - start).days for start, end, level in spans if level != closed) / DAYS_A_YEAR


def tracks(
    instruments: Mapping[str, Instrument], record: Mapping[str, RecordedStep], until: date
) -> Mapping[str, Track]:
    """What is on record of each instrument that has a record, up to the end of a day, by its id."""
    found = {}
    for name, told in instruments.items():
        since = told.recorded_since
        if since is None or since >= until:
            continue
        every = sorted((step for step in record.values() if step.instrument == name), key=lambda step: step.date)
        steps = tuple(step for step in every if step.date <= until)
        starts = (since, *(step.date for step in steps))
        found[name] = Track(since, until, steps, starts, _levels(told, every)[: len(starts)], len(told.levels) - 1)
    return found


def _levels(told: Instrument, every: list[RecordedStep]) -> tuple[int | None, ...]:
    """The level before all steps and after each of them; None where the record does not say."""
    if any(step.after is None for step in every):
        return (None,) * (len(every) + 1)
    assert told.level.value is not None  # checked: a level is a number
    held = [step.after for step in every]
    first = held[0] - (1 if every[0].step == "up" else -1) if every and held[0] is not None else int(told.level.value)
    return (first, *held)


def misfits(told: Instrument, steps: list[tuple[str, RecordedStep]]) -> list[tuple[str, str, str, str]]:
    """What does not fit in the steps on record of an instrument: (path, given, allowed, fix) of each.

    steps: dotted path and record of each, in any order.
    """
    found = []
    rows = sorted(steps, key=lambda row: row[1].date)
    top = len(told.levels) - 1
    for path, step in rows:
        if told.recorded_since is None:
            allowed = f"steps of instruments with recorded_since; {told.id} has none"
            found.append((f"{path}.instrument", repr(step.instrument), allowed, f"give {told.id} recorded_since"))
        elif step.date < told.recorded_since:
            allowed = f"a day from recorded_since, {told.recorded_since}, on"
            found.append((f"{path}.date", str(step.date), allowed, "remove the step, or let the record begin earlier"))
        if step.after is not None and step.after > top:
            allowed = f"a level of {told.id}, 0 to {top}"
            found.append((f"{path}.after", str(step.after), allowed, "give the number of the level"))
    for (_, before), (path, step) in pairwise(rows):
        if before.date == step.date:
            found.append((f"{path}.date", f"{step.date} a second time", "one step a day", "merge the two"))
        elif before.after is not None and step.after is not None:
            due = before.after + (1 if step.step == "up" else -1)
            if step.after != due:
                allowed = f"{due}: the step before left it at {before.after}, and this one goes {step.step}"
                found.append((f"{path}.after", str(step.after), allowed, "correct one of the two steps"))
    last = rows[-1][1].after if rows else None
    if last is not None and told.level.value is not None and last != told.level.value:
        allowed = f"{told.level.value:g}, the level of {told.id} at the as-of date"
        found.append((f"{rows[-1][0]}.after", f"{last} after its last step", allowed, "correct the step or the level"))
    return found


def weeks_before(as_of: date, day: date) -> float:
    """How many weeks before the end of the as-of date a day ended."""
    return (as_of - day) / timedelta(weeks=1)
