"""Weekly launches and leaks by kind, from the series of a store or folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tertius.errors import DataError
from tertius.evidence import Holdings
from tertius.inference.strikes.recursion import Array

STRIKING = ("drones", "missiles", "ballistic")
"""Kinds that strike, which make the total."""
SERIES = (*STRIKING, "reconnaissance")
SOURCE = "air-attacks"
FEWEST_WEEKS = 26


@dataclass(frozen=True)
class Panel:
    """Launched and leaked items a week by kind, NaN where not known; weeks are Sundays in a row.

    launched, leaked  kind -> shape (week,); leaked is launched less downed less lost, not below 0
    """

    weeks: tuple[date, ...]
    launched: dict[str, Array]
    leaked: dict[str, Array]
    digest: str
    notes: tuple[str, ...]

    @property
    def total(self) -> Array:
        """Launches of all kinds that strike and are at hand, shape (week,)."""
        return np.asarray(sum(self.launched[kind] for kind in STRIKING if kind in self.launched))

    def until(self, day: date) -> Panel:
        """The same up to the last week that ends by a day."""
        count = sum(week <= day for week in self.weeks)
        cut = {name: values[:count] for name, values in self.launched.items()}
        return Panel(self.weeks[:count], cut, {n: v[:count] for n, v in self.leaked.items()}, self.digest, self.notes)


def read_strikes(holdings: Holdings) -> Panel:
    """The weekly panel of every kind at hand. Raises DataError where there is none."""
    names, notes = holdings.names(), []
    kinds = [kind for kind in SERIES if f"{SOURCE}.launched.{kind}" in names]
    if not any(kind in STRIKING for kind in kinds):
        raise DataError(
            holdings.place,
            "no series of launches of drones, missiles or ballistic missiles",
            "air_attacks_daily.csv, with one of these kinds at least",
            "add the file; docs/strikes.md has its layout",
        )
    notes += [f"no column of {kind}: left out" for kind in SERIES if kind not in kinds]
    held = {kind: holdings.series(f"{SOURCE}.launched.{kind}") for kind in kinds}
    first = min(series.first for series in held.values() if series.first is not None)
    last = max(series.last for series in held.values() if series.last is not None)
    weeks = tuple(first + timedelta(weeks=at) for at in range((last - first).days // 7 + 1))
    launched = {kind: _on(holdings, f"{SOURCE}.launched.{kind}", weeks) for kind in kinds}
    leaked = {}
    for kind in kinds:
        if f"{SOURCE}.stopped.{kind}" not in names:
            notes.append(f"no column of {kind} shot down: no leak of it")
            continue
        leaked[kind] = np.maximum(launched[kind] - _on(holdings, f"{SOURCE}.stopped.{kind}", weeks), 0.0)
    used = [name for name in names if name.startswith(f"{SOURCE}.")]
    notes += [note for series in held.values() for note in series.notes]
    return Panel(weeks, launched, leaked, holdings.digest(used), tuple(dict.fromkeys(notes)))


def _on(holdings: Holdings, name: str, weeks: tuple[date, ...]) -> Array:
    series = holdings.series(name)
    known = dict(zip(series.weeks.tolist(), series.values.tolist(), strict=True))
    return np.array([known.get(week, np.nan) for week in weeks])
