"""Tables of what states do: reactions, levels of their instruments, reasons, first moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from tertius.impact.answer import Answer
from tertius.impact.reasons import OPTIONS
from tertius.report.tables.columns import Count, Effect, LogOdds, Pure, Share, Table, Week, Weeks, Years, effect
from tertius.world import Scenario

DIRECTIONS = ("up", "down")


@dataclass(frozen=True, kw_only=True)
class Reaction(Effect):
    """Steps of every instrument: how likely it stands above, or below, its level of the as-of date within some weeks.

    instrument  id of the instrument
    name        its name
    actor       id of the actor whose it is
    actor_name  the actor's name
    is_third    whether the actor leads neither side
    is_imposed  whether the comparison itself sets the instrument, so that the difference is no decision
    direction   up or down
    is_open     whether the as-of level leaves room for it
    unit        unit of the difference and its interval
    week        weeks after the as-of date
    date        end of that week
    base_rate   its probability by its base rate alone
    recorded    how many such steps the scenario's record holds; nothing where the instrument is not on record
    years       the time in which it could take one, in years
    with_it     its probability with the entry
    without     its probability without
    taken       share of the futures with the entry that take it
    takers      how many of them do
    when        median week of the first such step, with the entry, among the futures that take it
    """

    instrument: str
    name: str
    actor: str
    actor_name: str
    is_third: bool
    is_imposed: bool
    direction: str
    is_open: bool
    unit: str
    week: Week
    date: date
    base_rate: Share
    recorded: Count | None
    years: Years | None
    with_it: Share
    without: Share
    taken: Share
    takers: Count
    when: Weeks | None


def reactions(answer: Answer, scenario: Scenario) -> Iterator[Reaction]:
    """Rows of the table."""
    for one in answer.reactions.rows if answer.reactions is not None else ():
        for direction in DIRECTIONS:
            step = one.step(direction)
            yield Reaction(
                instrument=one.instrument,
                name=scenario.instruments[one.instrument].name,
                actor=one.actor,
                actor_name=scenario.actors[one.actor].name,
                is_third=one.third,
                is_imposed=one.imposed,
                direction=direction,
                is_open=step.open,
                unit="1",
                week=one.week,
                date=answer.run.dates[one.week],
                base_rate=step.base_rate,
                recorded=step.recorded,
                years=step.years,
                with_it=step.with_it,
                without=step.without,
                taken=step.taken,
                takers=step.takers,
                when=step.when,
                **effect(step.found),
            )


@dataclass(frozen=True, kw_only=True)
class InstrumentLevel(Effect):
    """Expected level of every instrument after some weeks, with the entry and without it.

    instrument  id of the instrument
    name        its name
    actor       id of the actor whose it is
    unit        unit of the levels: 1, counted from 0
    week        weeks after the as-of date
    date        end of that week
    with_it     expected level with the entry
    without     expected level without it
    """

    instrument: str
    name: str
    actor: str
    unit: str
    week: Week
    date: date
    with_it: Pure
    without: Pure


def levels(answer: Answer, scenario: Scenario) -> Iterator[InstrumentLevel]:
    """Rows of the table."""
    for one in answer.reactions.rows if answer.reactions is not None else ():
        yield InstrumentLevel(
            instrument=one.instrument,
            name=scenario.instruments[one.instrument].name,
            actor=one.actor,
            unit="1",
            week=one.week,
            date=answer.run.dates[one.week],
            with_it=one.level[0],
            without=one.level[1],
            **effect(one.level_found),
        )


@dataclass(frozen=True)
class Reason:
    """Why each step is taken, and why more or less often with the entry.

    instrument        id of the instrument
    direction         up or down
    week              weeks within which the step counts
    expected_with     expected number of such steps with the entry
    expected_without  expected number without it
    term              id of a stake, or rivals, followers, restraint, red-lines; options: the actor's other options
    name              name of the stake
    worth             what the term adds to the log odds of the step, with the entry, where it is taken
    by_entry          what the entry adds to that
    steps             what that adds to the expected number of steps; all terms add up to the difference of the two
    """

    instrument: str
    direction: str
    week: Week
    expected_with: Pure
    expected_without: Pure
    term: str
    name: str | None
    worth: LogOdds | None
    by_entry: LogOdds | None
    steps: Pure


def reasons(answer: Answer, scenario: Scenario) -> Iterator[Reason]:
    """Rows of the table."""
    for one in answer.reasons or ():
        lead = (one.instrument, one.direction, one.week, *one.expected)
        for term in one.terms:
            stake = scenario.stakes.get(term.term)
            yield Reason(
                *lead, term.term, stake.name if stake is not None else None, term.worth, term.by_entry, term.steps
            )
        yield Reason(*lead, OPTIONS, None, None, None, one.rest)


@dataclass(frozen=True)
class FirstMove:
    """What a first step of a third state changes for every other actor, and for each of its instruments.

    mover           instrument that is stepped up first
    mover_actor     id of the actor whose it is
    responder_kind  actor (it steps up anything) or instrument
    responder       id of the actor or instrument that responds
    name            its name
    week            weeks within which a step counts
    change          change of the probability that it is stepped up in time
    error           standard error of that change
    is_clear        of an actor: whether the change lies beyond two points and beyond chance
    """

    mover: str
    mover_actor: str
    responder_kind: str
    responder: str
    name: str
    week: Week
    change: Share
    error: Share | None
    is_clear: bool | None


def first_moves(answer: Answer, scenario: Scenario) -> Iterator[FirstMove]:
    """Rows of the table; a mover's own instruments are left out."""
    found = answer.first_moves
    if found is None:
        return
    for row, mover in enumerate(found.movers):
        lead = (mover, scenario.instruments[mover].actor)
        for column, actor in enumerate(found.actors):
            change, error = found.by_actor[row][column], found.actor_error[row][column]
            if change is not None:
                name, clear = scenario.actors[actor].name, found.actor_clear[row][column]
                yield FirstMove(*lead, "actor", actor, name, found.week, change, error, clear)
        for column, instrument in enumerate(found.instruments):
            change, error = found.by_instrument[row][column], found.instrument_error[row][column]
            if change is not None:
                name = scenario.instruments[instrument].name
                yield FirstMove(*lead, "instrument", instrument, name, found.week, change, error, None)


TABLES: Final = {
    "reactions": Table(Reaction, reactions),
    "instruments": Table(InstrumentLevel, levels),
    "reasons": Table(Reason, reasons),
    "first-moves": Table(FirstMove, first_moves),
}
