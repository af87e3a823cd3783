"""What the others do given one state's step, in words."""

from __future__ import annotations

from dataclasses import dataclass

from tertius.impact.given import Given
from tertius.report.words import number, percent, points
from tertius.world import Scenario


@dataclass(frozen=True)
class GivenRow:
    """One step of another instrument, as text.

    step       whose it is and which way
    given      its chance given the first step
    span       80% interval of that chance
    otherwise  its chance in the same futures as they are
    change     in percentage points, with its error; * where beyond chance
    clear      whether it is
    """

    step: str
    given: str
    span: str
    otherwise: str
    change: str
    clear: bool


@dataclass(frozen=True)
class GivenText:
    """The table of them, the largest changes first.

    title  the step that is taken first
    rows   steps of the others
    note   how many futures, and how many changes lie beyond chance
    """

    title: str
    rows: tuple[GivenRow, ...]
    note: str


def given_text(given: Given, scenario: Scenario) -> GivenText:
    """All of it."""
    told = scenario.instruments[given.instrument]
    place = int(told.level.central) + (1 if given.direction == "up" else -1)
    clear = sum(row.clear for row in given.rows)
    return GivenText(
        title=f"Given a step {given.direction} of {told.name} in the first week, to “{told.levels[place]}”",
        rows=tuple(
            GivenRow(
                step=f"{scenario.instruments[row.instrument].name}, {row.direction}",
                given=percent(row.given),
                span=f"{percent(row.interval[0])} to {percent(row.interval[1])}",
                otherwise=percent(row.otherwise),
                change=f"{points(row.change, sign=True)} ±{points(row.error)}{'*' if row.clear else ' '}",
                clear=row.clear,
            )
            for row in given.rows
        ),
        note=f"{given.futures:,} futures, each run with the step and without it, with the same luck; "
        f"{given.week} weeks. Changes in percentage points, ± one standard error; *: more than "
        f"{number(given.bound)} of them, beyond what chance alone passes in one table of twenty. "
        f"So answer {clear or 'none'} of {len(given.rows)} steps.",
    )
