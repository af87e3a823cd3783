"""What tells lines of a chronicle, and what it reads: one future, its arrays, quantities and events.

A teller is a function from `Told` to lines, entered in the register by its decorator; `order` says where its lines
stand among those of the same week. All numbers that it gives are read from the trajectory; nothing is simulated again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np

from tertius.engine import Ensemble, occurrences
from tertius.impact.reasons import Reason
from tertius.impact.recorded import Floats, Recorded

Value: TypeAlias = str | int | float


@dataclass(frozen=True)
class Line:
    """One line of a chronicle.

    week      place on the week axis: the line is of the week that ends at that date; 0 is the as-of date
    kind      name of its teller
    subject   dotted path of the record that it is about
    text      a template with the names of `values` in braces; a report fills it in
    values    names, and numbers in the units that the text says
    reasons   where somebody chose: the terms of the worth of the choice
    """

    week: int
    kind: str
    subject: str
    text: str
    values: Mapping[str, Value] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


class Told:
    """One future to tell of: an ensemble that holds it alone, with everything kept."""

    def __init__(self, ensemble: Ensemble) -> None:
        self.ensemble = ensemble
        self.recorded = Recorded(ensemble)
        self.scenario = ensemble.layout.scenario
        self.number = int(ensemble.trajectories[0])
        self.weeks = ensemble.weeks
        self.dates: list[date] = ensemble.dates

    def output(self, path: str) -> Floats:
        """One state variable, shape (week + 1,), in its unit. Raises KeyError for an unknown path."""
        return np.asarray(self.recorded.output(path)[0])

    def quantity(self, path: str, default: float = 0.0) -> float:
        """One quantity of this future, in its unit; `default` where no record has it."""
        return float(self.recorded.quantity(path, default)[0])

    @cached_property
    def last(self) -> int:
        """Place on the week axis of the week in which the war ends, else of the last: what comes after is not told."""
        ended = np.flatnonzero(self.output("world.ended") > 0)
        return int(ended[0]) if len(ended) else self.weeks

    @cached_property
    def happens(self) -> dict[str, int]:
        """Events that occur in this future: id -> place on the week axis at which they have acted; below 1: before."""
        drawn = occurrences(self.ensemble)
        return {name: int(week[0]) + 1 for name, (happens, week) in drawn.items() if happens[0]}

    def due(self, week: int, kind: str, target: str) -> list[str]:
        """Events of a kind that act on a record in the week that ends at place `week`, in the scenario's order."""
        events = self.scenario.events
        return [
            name
            for name in events
            if self.happens.get(name) == week and (events[name].kind, events[name].target) == (kind, target)
        ]


Teller: TypeAlias = Callable[[Told], Iterator[Line]]
_REGISTER: Final[dict[str, tuple[int, Teller]]] = {}


def teller(order: int) -> Callable[[Teller], Teller]:
    """Register a teller under its function's name. Raises ValueError for a name that is taken."""

    def register(function: Teller) -> Teller:
        if function.__name__ in _REGISTER:
            raise ValueError(f"a teller named {function.__name__!r} is registered already")
        _REGISTER[function.__name__] = (order, function)
        return function

    return register


def tellers() -> dict[str, Teller]:
    """All registered tellers by name, in the order of their lines within a week."""
    rows = sorted(_REGISTER.items(), key=lambda row: (row[1][0], row[0]))
    return {name: function for name, (_, function) in rows}


def month_ends(dates: list[date]) -> list[tuple[int, int]]:
    """(first, last) places on the week axis of each month: from the last week end before it to its last one."""
    last = [place for place in range(1, len(dates)) if place == len(dates) - 1 or not _same(dates, place)]
    return list(zip([0, *last[:-1]], last, strict=True))


def _same(dates: list[date], place: int) -> bool:
    one, two = dates[place], dates[place + 1]
    return (one.year, one.month) == (two.year, two.month)
