"""A chronicle made: the future asked for, or a typical one, run again alone and told by all tellers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tertius.engine import Ensemble, Layout, Options, Progress, run, run_future
from tertius.errors import OptionError
from tertius.impact.chronicle.telling import Line, Told, tellers
from tertius.impact.chronicle.typical import Choice, typical


@dataclass(frozen=True)
class Chronicle:
    """One future and its lines, by week.

    choice      why this future: None where it was asked for by number
    outcomes    headline outcomes at the last week: id -> value, in the outcome's unit
    """

    future: Ensemble
    choice: Choice | None
    lines: tuple[Line, ...]
    outcomes: Mapping[str, float]


def chronicle(
    layout: Layout, options: Options, number: int | None = None, progress: Progress | None = None
) -> Chronicle:
    """Tell one future: trajectory `number`, else a typical one of the ensemble that the options describe.

    Raises OptionError for a number out of range.
    """
    if number is not None and number < 0:
        raise OptionError("--future", number, "0 and above", "choose a future's number")
    choice = None
    if number is None:
        choice = typical(run(layout, replace(options, outputs=()), progress))
        number = choice.number
    future = run_future(layout, options, number)
    return Chronicle(future, choice, lines_of(future), ends(future))


def lines_of(future: Ensemble) -> tuple[Line, ...]:
    """All lines of one future until the war ends, by week, within a week in the tellers' order."""
    told = Told(future)
    found = [line for tell in tellers().values() for line in tell(told) if line.week <= told.last]
    return tuple(sorted(found, key=lambda line: line.week))


def ends(future: Ensemble) -> dict[str, float]:
    """Headline outcomes at the last week."""
    return {name: float(np.asarray(future.of(name))[0, -1]) for name in future.layout.scenario.headlines}
