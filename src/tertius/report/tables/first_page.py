"""Tables of what the first page tells: headline chances, the expected effect by week, states, wars that go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from tertius.impact.answer import Answer
from tertius.report.phrases import chance_name
from tertius.report.tables.columns import Effect, InUnit, Share, Table, Week, effect
from tertius.world import Scenario


@dataclass(frozen=True, kw_only=True)
class Chance(Effect):
    """Headline chances, with the entry and without it.

    what           end:over, step:INSTRUMENT:DIRECTION, rung:PATH, none:THEATRE or all:THEATRE
    name           the same in words
    unit           unit of the difference and its interval
    week           weeks after the as-of date
    date           end of that week
    with_it        chance with the entry
    with_low       lower end of its 80% interval over what is not known
    with_high      its upper end
    without        chance without it
    with_alone     share of futures in which it happens with the entry and not without it
    without_alone  share in which it happens without the entry and not with it
    """

    what: str
    name: str
    unit: str
    week: Week
    date: date
    with_it: Share
    with_low: Share
    with_high: Share
    without: Share
    with_alone: Share
    without_alone: Share


def chances(answer: Answer, scenario: Scenario) -> Iterator[Chance]:
    """Rows of the table."""
    for one in answer.summary.chances if answer.summary is not None else ():
        yield Chance(
            what=one.what,
            name=chance_name(scenario, one.what),
            unit="1",
            week=one.week,
            date=answer.run.dates[one.week],
            with_it=one.with_it,
            with_low=one.interval[0],
            with_high=one.interval[1],
            without=one.without,
            with_alone=one.with_alone,
            without_alone=one.without_alone,
            **effect(one.found),
        )


@dataclass(frozen=True)
class Expected:
    """The effect to be expected on each headline outcome, week by week, over what is not known.

    outcome  id of the outcome
    unit     its unit
    week     weeks after the as-of date
    date     end of that week
    mean     mean with the entry less mean without
    q10      lower end of its 80% interval
    q25      lower end of its 50% interval
    q75      upper end of its 50% interval
    q90      upper end of its 80% interval
    """

    outcome: str
    unit: str
    week: Week
    date: date
    mean: InUnit
    q10: InUnit
    q25: InUnit
    q75: InUnit
    q90: InUnit


def expected(answer: Answer, scenario: Scenario) -> Iterator[Expected]:
    """Rows of the table."""
    for one in answer.summary.expected if answer.summary is not None else ():
        unit = scenario.outcomes[one.outcome].unit
        for week, levels in enumerate(zip(one.mean, one.q10, one.q25, one.q75, one.q90, strict=True)):
            yield Expected(one.outcome, unit, week, answer.run.dates[week], *levels)


@dataclass(frozen=True, kw_only=True)
class GoesOn(Effect):
    """Each outcome's difference where the war goes on in both worlds, and how often it does.

    week           weeks after the as-of date
    date           end of that week
    ended_with     share of futures in which it has ended, with the entry
    ended_without  the same without it
    going_on       share of futures in which it goes on in both worlds
    outcome        id of the outcome
    unit           its unit
    """

    week: Week
    date: date
    ended_with: Share
    ended_without: Share
    going_on: Share
    outcome: str
    unit: str


def goes_on(answer: Answer, scenario: Scenario) -> Iterator[GoesOn]:
    """Rows of the table."""
    for one in answer.summary.goes_on if answer.summary is not None else ():
        for found in one.differences:
            yield GoesOn(
                week=one.week,
                date=answer.run.dates[one.week],
                ended_with=one.ended_with,
                ended_without=one.ended_without,
                going_on=one.going_on,
                outcome=found.outcome,
                unit=scenario.outcomes[found.outcome].unit,
                **effect(found),
            )


@dataclass(frozen=True, kw_only=True)
class State(Effect):
    """What the entry does to every third state: the chance that it steps up anything, and what can be said of it.

    actor       id of the state
    name        its name
    kind        moved, unseen (too weak to see), unsettled (direction unknown), none (exactly nothing), unlinked
    instrument  instrument of the step that changes most
    direction   up or down
    reason      stake or other term that moves it most
    unit        unit of the difference and its interval
    week        weeks after the as-of date
    with_it     chance that it steps up anything, with the entry
    without     the same without it
    """

    actor: str
    name: str
    kind: str
    instrument: str | None
    direction: str | None
    reason: str | None
    unit: str
    week: Week
    with_it: Share
    without: Share


def states(answer: Answer, scenario: Scenario) -> Iterator[State]:
    """Rows of the table."""
    for one in answer.summary.states if answer.summary is not None else ():
        yield State(
            actor=one.actor,
            name=scenario.actors[one.actor].name,
            kind=one.kind,
            instrument=one.instrument,
            direction=one.direction,
            reason=one.reason,
            unit="1",
            week=one.any_step.week,
            with_it=one.any_step.with_it,
            without=one.any_step.without,
            **effect(one.any_step.found),
        )


TABLES: Final = {
    "chances": Table(Chance, chances),
    "expected": Table(Expected, expected),
    "goes-on": Table(GoesOn, goes_on),
    "states": Table(State, states),
}
