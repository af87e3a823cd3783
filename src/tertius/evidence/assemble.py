"""From what files say to one weekly series: the best file first, others fill its gaps, disagreements are noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan

import numpy as np

from tertius.calendar import DAYS, week_end
from tertius.evidence.observations import Cadence, Observations, Redrawn
from tertius.evidence.series import Series, sundays

ROUNDING = 0.01  # absolute, in the series' unit: tables carry two decimals
RELATIVE_ROUNDING = 1e-6
SHOWN_WEEKS = 3


@dataclass(frozen=True)
class Given:
    """Observations with the file that they are from."""

    file: str
    sha256: str
    source: str
    observations: Observations
    known: date | None = None
    """The day from which on the file was known; None where nothing says."""
    order: int = 0
    """Of two files that say the same of one day, the one of the higher order was known later."""


def assemble(given: Sequence[Given], redrawn: Sequence[Redrawn], notes: Iterable[str]) -> Series:
    """Return one series from all that is known of it; `given` is not empty and of one name.

    Files of the same rank and cadence are read together: of two that know a day the one known later counts, and the
    later-named one where nothing says. Those of a lower rank number are believed before others.
    """
    ordered = sorted(given, key=lambda part: (part.observations.rank, part.observations.cadence, part.order, part.file))
    first = ordered[0].observations
    said = list(notes)
    values: dict[date, float] = {}
    used: list[Given] = []
    groups: dict[tuple[int, str], list[Given]] = defaultdict(list)
    for part in ordered:
        groups[part.observations.rank, part.observations.cadence].append(part)
    for parts in groups.values():
        points, disagreements = _together(parts)
        said += disagreements
        weekly = _weekly(points, parts[0].observations.cadence)
        fell = _fallen(points) if parts[0].observations.cadence == "cumulative" else []
        if fell:
            said.append(f"{_weeks(fell)} in which the total of {parts[0].file} was lowered: unknown")
        filled = [week for week, value in weekly.items() if not isnan(value) and isnan(values.get(week, np.nan))]
        off = [week for week, value in weekly.items() if _differ(value, values.get(week, np.nan))]
        if off:
            said.append(
                f"{parts[0].file} differs in {_weeks(off)} from {used[0].file}, which is used: "
                f"{weekly[off[0]]:g}, not {values[off[0]]:g}"
            )
        if values and filled:
            said.append(f"{_weeks(filled)} from {parts[0].file}")
        values.update((week, weekly[week]) for week in filled)
        ends = _known_up_to(parts)
        if ends is not None and filled and filled[-1] == max(values) > ends:
            said.append(f"the last week, {filled[-1]}, is known up to {ends}")
        used += parts
    return _series(first, values, redrawn, said, used)


def _series(
    first: Observations, values: dict[date, float], redrawn: Sequence[Redrawn], said: list[str], used: Sequence[Given]
) -> Series:
    if values:
        weeks = sundays(min(values), max(values))
    else:
        weeks = np.zeros(0, dtype="datetime64[D]")
        said.append("nothing is known in any week")
    days: list[date] = weeks.tolist()
    missing = [day for day in days if day not in values]
    if missing:
        said.append(f"{_weeks(missing)} missing")
    steps = [] if first.kind == "flow" else [step for step in redrawn if not step.series or first.name in step.series]
    return Series(
        name=first.name,
        kind=first.kind,
        unit=first.unit,
        weeks=weeks,
        values=np.array([values.get(day, np.nan) for day in days], dtype=np.float64),
        masked=np.array([any(step.touches(day) for step in steps) for day in days], dtype=np.bool_),
        files=tuple(dict.fromkeys((part.file, part.sha256) for part in used)),
        notes=tuple(dict.fromkeys(said)),
    )


def _together(parts: Sequence[Given]) -> tuple[dict[date, float], list[str]]:
    """Values by day from files of one rank and cadence, what was known later first, and where they disagree."""
    points: dict[date, float] = {}
    of: dict[date, Given] = {}
    said: list[str] = []
    for part in reversed(parts):
        values = part.observations.points
        off: dict[str, list[tuple[date, float]]] = defaultdict(list)
        for day, value in values:
            if day in points and _differ(value, points[day]):
                off[of[day].file].append((day, value))
            if isnan(points.get(day, np.nan)):
                points[day] = value
                of[day] = part
        for used, days in off.items():
            first, value = days[0]
            dated = f" (known from {of[first].known})" if of[first].known else ""
            said.append(
                f"{part.file} differs in {_named([day for day, _ in days], 'day')} from {used}{dated}, which is used: "
                f"{points[first]:g}, not {value:g}"
            )
    return points, said


def _weekly(points: dict[date, float], cadence: Cadence) -> dict[date, float]:
    """Values by Sunday from values by day."""
    if cadence == "week":
        return points
    ordered = sorted((day, value) for day, value in points.items() if not isnan(value))
    found: dict[date, float] = {}
    if cadence == "day":
        found = {week_end(day): value for day, value in ordered}
    elif cadence == "once" and ordered:
        found = dict.fromkeys(sundays(week_end(ordered[0][0]), week_end(ordered[-1][0])).tolist(), 0.0)
        for day, value in ordered:
            found[week_end(day)] += value
    elif cadence == "cumulative":
        totals = dict(ordered)
        for day, value in ordered:
            before = totals.get(day - timedelta(days=DAYS))
            if day.isoweekday() == DAYS and before is not None and value >= before:
                found[day] = value - before
    return found


def _fallen(totals: dict[date, float]) -> list[date]:
    """Sundays whose running total is below that of the Sunday before."""
    return [
        day
        for day, value in sorted(totals.items())
        if day.isoweekday() == DAYS and value < totals.get(day - timedelta(days=DAYS), value)
    ]


def _known_up_to(parts: Sequence[Given]) -> date | None:
    """The last day with a value, where the files go by day."""
    days = (day for part in parts for day, value in part.observations.points if not isnan(value))
    return max(days, default=None) if parts[0].observations.cadence == "day" else None


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > ROUNDING + RELATIVE_ROUNDING * abs(other)


def _weeks(days: Sequence[date]) -> str:
    return _named(days, "week")


def _named(days: Sequence[date], what: str) -> str:
    named = ", ".join(map(str, days[:SHOWN_WEEKS])) + (", ..." if len(days) > SHOWN_WEEKS else "")
    return f"{len(days)} {what if len(days) == 1 else f'{what}s'} ({named})"
