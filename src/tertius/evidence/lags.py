"""When a value is known: its week's end and its source's usual lag, by whole days. Every room asks here.

    known on day d:   week's end + lag <= d                                                                        (1)

A case of a Sunday is made in the week after it, so that what comes out until Saturday counts. A replay that names no
such week, and a watch, count what was out on the day itself. A store knows better: there each file has its own day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tertius.evidence.holdings import Holdings
from tertius.evidence.registry import observation_models
from tertius.evidence.series import Series

UNKNOWN = 7
"""Days, of a source that nothing is known of."""
WITHIN = timedelta(days=6)
"""From the Sunday of a case to the last day on which it is made."""


def lag_of(series: str) -> int:
    """Days from a week's end until a series has its value, about."""
    model = observation_models().get(series.partition(".")[0])
    return UNKNOWN if model is None else model.lag_days


def weeks_late(series: str) -> int:
    """Ends of weeks from a week's own until its value is known (1)."""
    return -(-lag_of(series) // 7)


def known_on(series: Series, day: date) -> Series:
    """What of a series was known on a day (1)."""
    return series.until(day - timedelta(days=lag_of(series.name)))


def out_on(holdings: Holdings, day: date) -> Holdings:
    """The same as far as it was known on a day (1)."""
    made = {name: known_on(holdings.series(name), day) for name in holdings.names()}
    by = day if holdings.known_by is None else min(day, holdings.known_by)
    return replace(holdings, known_by=by, _made=made)
