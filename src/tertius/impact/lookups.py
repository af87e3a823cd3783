"""What of a scenario is yet to be looked up, and how much each number would move the answer.

A quantity whose source is `missing` stands on the range of a reference class. Each is set to the 10% and the 90% value
of its range in both worlds, on the same futures with the same luck; what that moves the differences of the headline
outcomes at the last week, in their materiality bands, is what looking it up is worth. Red lines that no data set holds
follow where they would move it (`lines.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from tertius.engine import Layout, Options, Progress
from tertius.impact.lines import BELIEVED, LineMoved, moved
from tertius.impact.question import Question, other_of
from tertius.impact.sensitivity import Movement, movements
from tertius.world.quantity import MISSING


@dataclass(frozen=True)
class Lookup:
    """A number to look up.

    path       dotted path of the quantity
    meaning    what it is
    unit       its unit
    low, middle, high   10%, 50%, 90% of the range that stands for it now
    note       what to look for
    outcome    headline outcome whose difference it moves most, in words; `change` is by how much, in `measured`
    at_low, at_high   that difference with the quantity at either end of its range
    error      standard error of the change
    bands      the change in materiality bands of that outcome; the list is ordered by it
    line       of the file, where it is written
    """

    path: str
    meaning: str
    unit: str
    low: float
    middle: float
    high: float
    note: str
    outcome: str
    measured: str
    at_low: float
    at_high: float
    error: float | None
    bands: float
    line: int | None

    @property
    def is_line(self) -> bool:
        """Whether it is a red line that the scenario does not have: `low` is none, `high` that it is believed."""
        return self.path.startswith("red_lines.") and self.line is None

    @property
    def change(self) -> float:
        """How far it moves the difference from one end of its range to the other."""
        return self.at_high - self.at_low


def missing_paths(layout: Layout) -> list[str]:
    """Paths of the quantities that are yet to be looked up and not set by hand."""
    return [column.path for column in layout.columns if column.quantity.source == (MISSING,)]


def lookups(
    layout: Layout, question: Question, options: Options, progress: Progress | None = None
) -> tuple[Lookup, ...]:
    """Every number that is yet to be looked up, the one that would move the answer furthest first.

    Of a scenario that has such numbers also the red lines that may have been declared, where one would move the answer
    beyond chance.
    """
    paths = missing_paths(layout)
    if not paths:
        return ()
    other = other_of(layout, question)
    found = [_lookup(layout, moved) for moved in movements(layout, other, options, paths, progress)]
    lines = [_line(layout, each) for each in moved(layout, question, options)]
    found += [each for each in lines if each.error is not None and abs(each.change) > 2 * each.error]
    return tuple(sorted(found, key=lambda each: (-each.bands, each.path)))


def _line(layout: Layout, moved: LineMoved) -> Lookup:
    scenario = layout.scenario

    def bands(name: str) -> float:
        change = abs(moved.with_it[name] - moved.without[name])
        return change / max(scenario.outcomes[name].material.central, 1e-12)

    outcome = max(scenario.headlines, key=bands)
    told = scenario.outcomes[outcome]
    return Lookup(
        path=f"red_lines.{moved.key}",
        meaning=moved.name,
        unit="1",
        low=0.0,
        middle=0.0,
        high=BELIEVED,
        note=f"{moved.name}. Whether it was declared, by whom, when, and how far it is believed.",
        outcome=told.label or told.name,
        measured=told.unit,
        at_low=moved.without[outcome],
        at_high=moved.with_it[outcome],
        error=moved.error[outcome],
        bands=bands(outcome),
        line=None,
    )


def _lookup(layout: Layout, moved: Movement) -> Lookup:
    scenario = layout.scenario
    column = layout.by_path[moved.path]

    def bands(name: str) -> float:
        return moved.outcomes[name].span / max(scenario.outcomes[name].material.central, 1e-12)

    outcome = max(scenario.headlines, key=bands)
    told, change = scenario.outcomes[outcome], moved.outcomes[outcome]
    place = scenario.where(moved.path)
    return Lookup(
        path=moved.path,
        meaning=column.quantity.label or column.field.meaning,
        unit=column.quantity.unit,
        low=moved.low,
        middle=column.quantity.central,
        high=moved.high,
        note=column.quantity.note or "",
        outcome=told.label or told.name,
        measured=told.unit,
        at_low=change.at_low,
        at_high=change.at_high,
        error=change.gap_error,
        bands=bands(outcome),
        line=place[1] if place else None,
    )
