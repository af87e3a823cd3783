"""What has been seen since the as-of date: series as they were known, steps on record, and what was told by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tertius.calendar import week_ends, week_index
from tertius.engine import Layout
from tertius.errors import DataError, UnknownName, nearest
from tertius.evidence import Holdings, known_on, weeks_late
from tertius.forecasts.questions.settling import Steps
from tertius.impact.indicators import Signal
from tertius.impact.observables import CLOSES, WAR_ENDS, WAYS, rungs
from tertius.world import Scenario
from tertius.world.recorded import RecordedStep

Floats = NDArray[np.float64]
NEVER = float("inf")


@dataclass(frozen=True)
class Sighting:
    """Whether something that happens openly has been seen.

    week   first week at whose end it was there, inf where it has not been seen
    known  last week up to whose end this is known
    """

    week: float
    known: int


@dataclass(frozen=True)
class Weekly:
    """An observed series since the as-of date.

    changes  what happened in each week in the series' unit, shape (week + 1,): index 0 is the as-of date, where nothing
             is told; NaN where nothing is known. A week in which the map was redrawn counts as no change
    level    the level at the end of each week, NaN where it is not known; of a flow all NaN
    flow     whether it is read as a mean a week, not as a change
    lag      weeks until a week's reading is out
    """

    changes: Floats
    level: Floats
    flow: bool
    lag: int

    def read(self, window: int) -> Floats:
        """Readings over a window of weeks as they are out at the end of each week, shape (week + 1,)."""
        found = np.full(len(self.changes), np.nan)
        for week in range(window + self.lag, len(found)):
            total = self.changes[week - self.lag - window + 1 : week - self.lag + 1].sum()
            found[week] = total / window if self.flow else total
        return found


@dataclass(frozen=True)
class Seen:
    """What was known on a day of the weeks since the as-of date.

    day    the day
    week   weeks that had ended by then
    series  observation -> its weeks
    openly  what happens openly, as `observables` names it -> whether it has been seen
    notes   what could not be read, and why
    """

    as_of: date
    day: date
    week: int
    series: Mapping[str, Weekly] = field(default_factory=dict)
    openly: Mapping[str, Sighting] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def values(self, signal: Signal) -> Floats:
        """What was seen of a signal by the end of each week, shape (week + 1,); NaN where that is not known."""
        found = np.full(self.week + 1, np.nan)
        if signal.weeks:
            held = self.series.get(signal.id)
            return found if held is None else held.read(signal.weeks)
        told = self.openly.get(signal.id)
        if told is not None:
            weeks = np.arange(self.week + 1)
            found[: told.known + 1] = 0.0
            found[weeks >= told.week] = 1.0
        return found


def open_names(scenario: Scenario) -> tuple[str, ...]:
    """Everything that happens openly, by the names that `observables` gives it."""
    return (
        WAR_ENDS,
        *(f"{name}:{way}" for name in scenario.instruments for way in WAYS),
        *rungs(scenario),
        *(f"{name}:ends" for name in scenario.bargains),
        *(f"{name}:{CLOSES}" for name, told in scenario.theatres.items() if told.closes_at_zero),
        *(f"{name}:{turn}" for name, told in scenario.calendar.items() for turn in told.turns),
    )


def weeks_by(as_of: date, day: date) -> int:
    """How many weeks after the as-of date had ended by the end of a day."""
    index = week_index(as_of, day)
    ends = week_ends(as_of, max(0, index + 1))
    return sum(end <= day for end in ends)


def see(
    layout: Layout,
    day: date,
    holdings: Holdings | None,
    records: Sequence[Steps] = (),
    told: Mapping[str, tuple[date | None, date | None]] | None = None,
) -> Seen:
    """What is known on a day.

    Args:
        layout: the scenario as the kernel sees it.
        day: nothing that came later is used.
        holdings: series as they were known on the day; None where there are none.
        records: dated records of steps, each whole up to its day.
        told: sightings by hand: name -> day on which it was there, and day up to which it is known not to have been.

    Raises:
        DataError: a record of none of the scenario's instruments. UnknownName: a sighting of nothing that can be seen.
    """
    scenario = layout.scenario
    week = weeks_by(scenario.as_of, day)
    notes: list[str] = []
    series = dict(_all_series(scenario, week, day, holdings, notes))
    openly: dict[str, Sighting] = {}
    for name, told_of in scenario.theatres.items():
        for observed, held in series.items():
            if told_of.closes_at_zero and scenario.observations[observed].output == f"theatres.{name}.area":
                openly[f"{name}:{CLOSES}"] = _closed(held)
    for record in sorted(records, key=lambda each: each.until):
        openly |= dict(_recorded(layout, record, week, day))
    for name, (there, until) in (told or {}).items():
        if name not in open_names(scenario):
            raise UnknownName("sighting", name, open_names(scenario))
        openly |= dict(_by_hand(scenario, name, there, until, week, day))
    return Seen(scenario.as_of, day, week, series, openly, tuple(notes))


def _all_series(
    scenario: Scenario, week: int, day: date, holdings: Holdings | None, notes: list[str]
) -> Iterator[tuple[str, Weekly]]:
    for name, told in scenario.observations.items():
        if holdings is None:
            notes.append(f"{told.name}: no data")
            continue
        try:
            held = holdings.series(told.series)
        except DataError as error:  # where it looked is told by whoever named the folder
            notes.append(f"{told.name}: {error.given}; it is read from {error.allowed}")
            continue
        except UnknownName as error:
            notes.append(f"{told.name}: {str(error).splitlines()[0]}")
            continue
        out = known_on(held, day)
        values = dict(zip(out.weeks.tolist(), out.values.tolist(), strict=True))
        marks = dict(zip(out.weeks.tolist(), out.masked.tolist(), strict=True))
        ends = week_ends(scenario.as_of, week)
        before = [end for end in values if end <= scenario.as_of]
        start = values[max(before)] if before else float("nan")
        level = np.array([start, *(values.get(end, np.nan) for end in ends)])
        if out.kind == "flow":
            changes = level.copy()
            level = np.full(week + 1, np.nan)
        else:
            changes = np.diff(level, prepend=np.nan)
            redrawn = [place for place, end in enumerate(ends, 1) if marks.get(end)]
            changes[redrawn] = 0.0
            notes += [f"{told.name}: {len(redrawn)} weeks of a redrawn map count as no change"] if redrawn else []
        changes[0] = np.nan
        last = out.last
        if last is None or last <= scenario.as_of:
            notes.append(f"{told.name}: nothing after {scenario.as_of}")
        elif (day - last).days > 7 * (weeks_late(told.series) + 2):
            notes.append(f"{told.name}: nothing after {last}")
        yield name, Weekly(changes, level, out.kind == "flow", weeks_late(told.series))


def _closed(held: Weekly) -> Sighting:
    known = np.nonzero(np.isfinite(held.level))[0]
    at = np.nonzero(held.level[1:] <= 0.0)[0]
    return Sighting(float(at[0] + 1) if at.size else NEVER, int(known[-1]) if known.size else 0)


def _recorded(layout: Layout, record: Steps, week: int, day: date) -> Iterator[tuple[str, Sighting]]:
    """What a record says of every instrument that has one: steps off its level, and rungs that are such levels."""
    scenario = layout.scenario
    named = {step.instrument for step in record.record.values()}
    mine = [name for name, told in scenario.instruments.items() if told.recorded_since is not None]
    if named and not named & set(mine):
        near = nearest(sorted(named)[0], mine)
        fix = f"write {near}" if near else "name a record of this war"
        raise DataError(record.name, sorted(named)[0], "steps of the scenario's instruments", fix)
    known = min(week, weeks_by(scenario.as_of, min(record.until, day)))
    for name in mine:
        steps = [step for step in record.record.values() if step.instrument == name]
        start = layout.by_path[f"instruments.{name}.level"].quantity.central
        top = len(scenario.instruments[name].levels) - 1
        levels = _levels(scenario.as_of, steps, start, top, known)
        for way, off in (("up", levels > start), ("down", levels < start)):
            yield f"{name}:{way}", Sighting(_first(off), known)
        for rung, path in rungs(scenario).items():
            ladder, _, key = rung.partition(".")
            told = scenario.ladders[ladder].rungs[key]
            if told.output == f"instruments.{name}.level" and path:
                yield rung, Sighting(_first(levels >= told.quantities["threshold"].central), known)


def _levels(as_of: date, steps: Sequence[RecordedStep], start: float, top: int, known: int) -> Floats:
    """Level at the as-of date and at the end of each week up to the last one known, shape (week + 1,)."""
    held = np.full(known + 1, start)
    for step in sorted(steps, key=lambda each: each.date):
        place = week_index(as_of, step.date) + 1
        if step.date > as_of and place <= known:
            after = held[-1] + (1.0 if step.step == "up" else -1.0)
            held[place:] = step.after if step.after is not None else min(max(after, 0.0), float(top))
    return held


def _first(there: NDArray[np.bool_]) -> float:
    at = np.nonzero(there[1:] & ~there[0])[0]
    return float(at[0] + 1) if at.size else NEVER


def _by_hand(
    scenario: Scenario, name: str, there: date | None, until: date | None, week: int, day: date
) -> Iterator[tuple[str, Sighting]]:
    known = week if until is None and there is not None else weeks_by(scenario.as_of, min(until or day, day))
    known = min(week, known)
    at = NEVER
    if there is not None and scenario.as_of < there <= day:
        at = float(week_index(scenario.as_of, there) + 1)
    elif there is not None:
        known = min(known, weeks_by(scenario.as_of, min(there, day)))
    yield name, Sighting(at, known)
    occasion, _, turn = name.partition(":")
    if at < NEVER and occasion in scenario.calendar:
        yield from (
            (f"{occasion}:{each}", Sighting(NEVER, week)) for each in scenario.calendar[occasion].turns if each != turn
        )
