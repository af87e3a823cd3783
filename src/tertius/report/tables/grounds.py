"""Tables of what the answer rests on: laws switched off, quantities moved, causes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tertius.impact.answer import Answer
from tertius.impact.causes import Split
from tertius.report.tables.columns import Count, InUnit, Pure, Table, Week, listed
from tertius.world import Scenario


@dataclass(frozen=True)
class Driver:
    """Every outcome's difference at the last week with one law switched off in both worlds.

    law         id of the law
    title       what it says
    outcome     id of the outcome
    unit        unit of its difference
    difference  mean difference with the law off
    change      that less the mean difference with every law on, on the same futures
    error       standard error of the change
    is_clear    whether the change lies beyond twice its error, and something is left of the difference
    """

    law: str
    title: str
    outcome: str
    unit: str
    difference: InUnit
    change: InUnit
    error: InUnit | None
    is_clear: bool


def drivers(answer: Answer, scenario: Scenario) -> Iterator[Driver]:
    """Rows of the table."""
    for off in answer.sensitivity.switch_offs if answer.sensitivity is not None else ():
        for name, one in off.outcomes.items():
            unit = scenario.outcomes[name].unit
            yield Driver(off.law, off.title, name, unit, one.mean, one.change, one.error, one.clear)


@dataclass(frozen=True)
class Assumption:
    """Key assumptions: the quantities that move the headline differences most, the furthest first.

    rank      its place, from 1
    path      dotted path of the quantity
    unit      its unit
    low       its 10% value
    high      its 90% value
    basis     what it rests on: fact, assumption, judgement, choice or fitted
    sources   ids of its sources
    if_wrong  what would change if it were wrong
    note      a note on it
    """

    rank: Count
    path: str
    unit: str
    low: InUnit
    high: InUnit
    basis: str
    sources: str
    if_wrong: str | None
    note: str | None


def assumptions(answer: Answer, scenario: Scenario) -> Iterator[Assumption]:
    """Rows of the table."""
    if answer.grounds is None or answer.sensitivity is None:
        return
    moved = {movement.path: movement for movement in answer.sensitivity.movements}
    for rank, one in enumerate(answer.grounds.assumptions, 1):
        span = (moved[one.path].low, moved[one.path].high)
        yield Assumption(rank, one.path, one.unit, *span, one.basis, listed(one.sources), one.if_wrong, one.note)


@dataclass(frozen=True)
class Movement:
    """How each quantity that was moved moves each outcome's difference at the last week.

    path        dotted path of the quantity
    outcome     id of the outcome
    unit        unit of the outcome
    at_low      mean difference with the quantity at its 10% value, or in its lowest fifth
    at_high     the same at its 90% value, or in its highest fifth
    error       largest standard error of the two
    gap_error   standard error of the difference of the two
    is_clear    whether the two lie apart by more than twice that error
    turns_sign  whether it turns the sign of the mean difference, by more than twice the error on both sides
    reach       largest movement of any outcome or difference, in materiality bands; empty where it was not moved
    """

    path: str
    outcome: str
    unit: str
    at_low: InUnit
    at_high: InUnit
    error: InUnit | None
    gap_error: InUnit | None
    is_clear: bool
    turns_sign: bool
    reach: Pure | None


def movements(answer: Answer, scenario: Scenario) -> Iterator[Movement]:
    """Rows of the table."""
    for movement in answer.sensitivity.movements if answer.sensitivity is not None else ():
        for name, one in movement.outcomes.items():
            lead = (movement.path, name, scenario.outcomes[name].unit)
            errors = (one.error, one.gap_error)
            yield Movement(*lead, one.at_low, one.at_high, *errors, one.clear, one.turns, movement.reach)


@dataclass(frozen=True)
class Inert:
    """Quantities that move nothing beyond its materiality band, and those that were not moved.

    path  dotted path of the quantity
    why   moves-nothing: moved, within every band; no-trace: it leaves none in the futures run, so it was not moved
    """

    path: str
    why: str


def inert(answer: Answer, scenario: Scenario) -> Iterator[Inert]:
    """Rows of the table."""
    if answer.grounds is None or answer.sensitivity is None:
        return
    yield from (Inert(path, "moves-nothing") for path in answer.grounds.inert)
    yield from (Inert(path, "no-trace") for path in answer.sensitivity.unmoved)


@dataclass(frozen=True)
class Cause:
    """The difference shared out over mechanisms or actors; parts and direct effect add up to the whole.

    by        mechanisms or actors
    outcome   id of the outcome
    unit      its unit
    week      weeks after the as-of date
    part      id of the player; direct, or whole
    title     the same in words
    mean      what it adds on average
    error     its Monte Carlo standard error
    low       lower end of the 80% interval of it over what is not known
    high      its upper end
    is_clear  whether the mean lies beyond twice its error
    """

    by: str
    outcome: str
    unit: str
    week: Week
    part: str
    title: str
    mean: InUnit
    error: InUnit | None
    low: InUnit
    high: InUnit
    is_clear: bool


def causes(answer: Answer, scenario: Scenario) -> Iterator[Cause]:
    """Rows of the table."""
    for found in answer.causes or ():
        for name, split in found.splits.items():
            yield from _split(found.by, found.week, scenario.outcomes[name].unit, split)


def _split(by: str, week: int, unit: str, split: Split) -> Iterator[Cause]:
    for part in (split.direct, *split.ranked, split.whole):
        told = (part.mean, part.error, *part.interval, part.is_clear)
        yield Cause(by, split.outcome, unit, week, part.name, part.title, *told)


TABLES: Final = {
    "drivers": Table(Driver, drivers),
    "assumptions": Table(Assumption, assumptions),
    "movements": Table(Movement, movements),
    "inert": Table(Inert, inert),
    "causes": Table(Cause, causes),
}
