"""Questions whose weeks began to count before the as-of date: what came of them so far, from series and record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tertius.calendar import week_ends
from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence import Holdings
from tertius.forecasts.questions.past import series_of, stepped
from tertius.forecasts.questions.rule import STEPS, Rule
from tertius.world import Scenario
from tertius.world.records import LONGEST_HORIZON

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Begun:
    """When the questions were first asked, and what is known since.

    first     the scenario of that day
    now       the scenario as of the day on which they are asked again
    holdings  series
    """

    first: Scenario
    now: Scenario
    holdings: Holdings | None
    _known: dict[str, Floats] = field(default_factory=dict, repr=False, compare=False)

    @property
    def days(self) -> list[date]:
        """The day of the first asking and the end of each week up to now. Raises OptionError: now ends no week."""
        days = [self.first.as_of, *week_ends(self.first.as_of, LONGEST_HORIZON)]
        days = [day for day in days if day <= self.now.as_of]
        if days[-1] != self.now.as_of:
            raise OptionError("--as-of", str(self.now.as_of), "the end of a week, a Sunday", f"such as {days[-1]}")
        return days

    def known(self, rule: Rule) -> Floats:
        """Weekly values of what a rule measures on `days`; for rules that count steps, their running count.

        Raises:
            DataError: a week of a series is not known. UnknownName: no such series.
        """
        name = rule.model_dump_json()
        if name not in self._known:
            self._known[name] = self._read(rule)
        return self._known[name]

    def _read(self, rule: Rule) -> Floats:
        days = self.days
        if rule.instrument is not None:
            told = self.first.instruments[rule.instrument]
            return stepped(rule, self.now.record, days, float(told.level.central), len(told.levels) - 1)
        series_name = series_of(self.first, rule)
        if series_name is None or self.holdings is None:
            raise DataError(f"rule on {rule.path}", "no series", "a series of the weeks since", "give --data")
        series = self.holdings.series(series_name)
        by_day = dict(zip(series.weeks.tolist(), series.values.tolist(), strict=True))
        first = max((day for day in by_day if day <= days[0]), default=None)
        found = np.array([np.nan if first is None else by_day[first], *(by_day.get(day, np.nan) for day in days[1:])])
        marks = dict(zip(series.weeks.tolist(), series.masked.tolist(), strict=True))
        if np.isnan(found).any() or any(marks.get(day) for day in days[1:]):
            given = f"{series_name}: a week from {days[0]} to {days[-1]} is missing, or its map was redrawn"
            raise DataError(f"rule on {rule.path}", given, "every week since it was asked", "update the data")
        return found

    def joined(self, rule: Rule, path: Floats, is_flow: bool) -> Floats:
        """What is known and then each future's own weeks; path of shape (path, week + 1), from the as-of date on."""
        known = self.known(rule)
        count = (len(path), len(known) - 1)
        if rule.take in STEPS:
            path = path - path[:, :1] + known[-1]
        elif is_flow:
            path = np.concatenate([np.full((len(path), 1), known[-1]), path[:, 1:]], axis=1)
        return np.concatenate([np.broadcast_to(known[:-1], count), path], axis=1)


def unknown_since(begun: Begun, rules: tuple[Rule, ...]) -> str:
    """Why the weeks since a question was first asked are not known; empty where they are."""
    for rule in rules:
        try:
            begun.known(rule)
        except (DataError, UnknownName) as error:
            return error.given if isinstance(error, DataError) else f"no series {error.given!r}"
    return ""
