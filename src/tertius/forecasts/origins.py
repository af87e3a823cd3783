"""Dates from which a backtest forecasts, and what to say of series that end early or are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tertius.errors import DataError, UnknownName
from tertius.evidence import Holdings, Series, lag_of
from tertius.forecasts.plan import Plan
from tertius.forecasts.pool import WINDOW
from tertius.inference.fit import FEWEST_WEEKS
from tertius.inference.measuring import Target, known_series

WEEKS_BEFORE = 32  # known weeks before the first origin, where a series has that many
SUNDAY = 6
SLACK = 14  # days a series may end before the others, its source's lag aside, without a note


@dataclass(frozen=True)
class Origins:
    """Sundays in order. earlier: before the range asked for, forecast only for the weights; asked: reported."""

    earlier: tuple[date, ...]
    asked: tuple[date, ...]


def origins_of(holdings: Holdings, target: Target, plan: Plan) -> Origins:
    """Sundays at which a forecast is made: enough known weeks before, at least one known after, still open.

    The weights at an origin rest on the scores of the weeks before it (`pool.WINDOW`), whether or not they lie in the
    range asked for; so the earlier origins are those of that window, in the rhythm of the plan.
    """
    series = known_series(holdings, target)
    begin = np.datetime64(target.observation.start)
    changes = series.changes()
    usable = np.isfinite(changes) & (series.weeks >= begin)
    count = np.cumsum(usable)
    fewest = WEEKS_BEFORE if count[-1:].sum() > 2 * WEEKS_BEFORE else FEWEST_WEEKS
    found = []
    for place, week in enumerate(series.weeks[:-1]):
        day = week.astype("datetime64[D]").item()
        gone = target.closes and not series.values[place] > 0
        if count[place] < fewest or not np.isfinite(series.values[place]) or gone:
            continue
        if plan.last is None or day <= plan.last:
            found.append(day)
    begins = next((place for place, day in enumerate(found) if plan.first is None or day >= plan.first), len(found))
    asked = tuple(found[begins :: plan.every])
    earlier = found[begins % plan.every : begins : plan.every] if asked else []
    return Origins(tuple(earlier[max(0, len(earlier) - WINDOW // plan.every) :]), asked)


def range_notes(plan: Plan) -> list[str]:
    """A note for each end of the range that is no Sunday, as forecasts start on Sundays."""
    notes = []
    if plan.first is not None and plan.first.weekday() != SUNDAY:
        moved = plan.first + timedelta(days=SUNDAY - plan.first.weekday())
        notes.append(f"--from {plan.first} is no Sunday; the first origin can be {moved}")
    if plan.last is not None and plan.last.weekday() != SUNDAY:
        moved = plan.last - timedelta(days=plan.last.weekday() + 1)
        notes.append(f"--to {plan.last} is no Sunday; the last origin can be {moved}")
    return notes


def left_out(name: str, error: DataError) -> str:
    """A note that something goes on without an observation: what is wrong on the first line, then allowed and fix."""
    return f"{name} left out: {error.place}: {error.given}\n  allowed: {error.allowed}\n  fix:     {error.fix}"


def series_of(target: Target) -> list[str]:
    """Names of the series that an observation rests on, its first series first."""
    held = target.observation
    return [name for name in (held.series, held.beside, held.balance) if name is not None]


def coverage_notes(holdings: Holdings, targets: list[Target], plan: Plan) -> list[str]:
    """A note for each series that is missing or ends early, with the last week known.

    Early: two weeks and the source's lag before the end of what was asked for, or of the longest series at hand.
    """
    ends = {name: _last(holdings, name) for target in targets for name in series_of(target)}
    known = [day for day in ends.values() if day is not None]
    if not known:
        return []
    end = min(max(known), plan.last) if plan.last is not None else max(known)
    notes = []
    for target in targets:
        for name in series_of(target):
            first, last = name == target.observation.series, ends[name]
            if last is None:
                if not first:
                    notes.append(f"{target.name}: series {name} is missing or empty; forecasts go without it")
                continue
            if last + timedelta(days=SLACK + lag_of(name)) < end:
                then = "later weeks are neither forecast nor scored" if first else "nothing of it is known after that"
                notes.append(f"{target.name}: series {name} ends early, last known week {last}; {then}")
    return notes


def _last(holdings: Holdings, name: str) -> date | None:
    """The last week with a value; None where the series is missing or holds none."""
    try:
        series: Series = holdings.series(name)
    except (DataError, UnknownName):
        return None
    known = series.weeks[np.isfinite(series.values)]
    return known[-1].astype("datetime64[D]").item() if len(known) else None
