"""A seminar in words: who played, what they did beside the program's own chances, and where the course lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tertius.calendar import day as day_words
from tertius.calendar import short_day
from tertius.impact.seminar.comparing import Course
from tertius.impact.seminar.records import PROGRAM, Branch, Game, Moves, Position, Step
from tertius.impact.seminar.seeing import day_of
from tertius.impact.weighing import Estimate
from tertius.report.words import fine, interval, number, percent, plain, with_unit
from tertius.world import Scenario

OVER = {
    "settlement": "the war has ended by a settlement",
    "ceasefire": "the war has ended on a ceasefire line",
    "ended": "the war has ended",
    "": "the war goes on",
}
PACE = {"week": "week by week", "month": "four weeks a turn"}


def seminar_text(game: Game, courses: Sequence[tuple[str, Sequence[Course]]], scenario: Scenario) -> str:
    """The seminar in Markdown; courses: branch and its outcomes, for the branches that are told, in their order."""
    lines = [f"# {plain(scenario.title)}: a seminar", ""]
    people = [f"{plain(seat.name) or f'Seat {seat.id}'}: {_names(seat.states, scenario)}" for seat in game.seats]
    lines += [f"Played {PACE[game.pace]} from {day_words(scenario.as_of)}. All other states were simulated.", ""]
    lines += [f"- {each}" for each in people]
    lines += [
        "",
        "A chance is the program's own, that the state would take the step in that turn, told before it was played. "
        "It is a share of futures in which every step so far was taken as it was.",
        "",
    ]
    for name, found in courses:
        lines += _branch(game, game.branches[name], found, scenario)
    return "\n".join(lines).rstrip() + "\n"


def _branch(game: Game, branch: Branch, courses: Sequence[Course], scenario: Scenario) -> Iterator[str]:
    known = branch.now.known
    yield f"## Branch {plain(branch.name)}"
    yield ""
    if branch.parent:
        yield f"Taken from {plain(branch.parent)} at turn {branch.since + 1}."
        yield ""
    if not branch.turns:
        yield "No turn has been played."
        yield ""
        return
    turns = "1 turn was" if len(branch.turns) == 1 else f"{len(branch.turns)} turns were"
    yield f"{turns} played, to {day_words(known.day)}; {OVER[known.over]}."
    yield ""
    yield "| turn | from | state | what it did | chance |"
    yield "|---|---|---|---|---|"
    for number_of, turn in enumerate(branch.turns, 1):
        day = short_day(turn.position.known.day)
        for state, moves in turn.moves.items():
            for told, chance in deeds(game, branch, turn.position, state, moves, scenario):
                yield f"| {number_of} | {day} | {plain(scenario.actors[state].name)} | {told} | {chance} |"
    yield ""
    yield from _others(game, branch, scenario)
    yield from _courses(courses, known.week, scenario)


def deeds(
    game: Game, branch: Branch, position: Position, state: str, moves: Moves, scenario: Scenario
) -> Iterator[tuple[str, str]]:
    """What a state did in a turn, in words, and the program's chance of it."""
    own = position.own[state]
    if moves == PROGRAM:
        end = min(position.known.week + game.turn, game.weeks)
        taken = [
            step for step in branch.now.known.steps if step.state == state and position.known.week < step.week <= end
        ]
        told = "; ".join(step_words(step, scenario) for step in taken) or "no step"
        yield f"the program decided: {told}", ""
    elif not moves:
        yield "no step", fine(own.nothing)
    for move in moves if moves != PROGRAM else ():
        name, _, way = move.partition(":")
        lever = next(each for each in own.levers if each.instrument == name)
        choice = next(each for each in lever.choices if each.move == move)
        sign = "up" if way == "up" else "down"
        told = f"{plain(lever.name)}, {sign} to “{plain(choice.to)}”"
        yield told, fine(choice.chance)


def step_words(step: Step, scenario: Scenario) -> str:
    """A step in words."""
    return f"{plain(scenario.instruments[step.instrument].name)}, {step.direction} to “{plain(step.after)}”"


def _others(game: Game, branch: Branch, scenario: Scenario) -> Iterator[str]:
    known = branch.now.known
    rows = [
        (step.week, f"{plain(scenario.actors[step.state].name)}: {step_words(step, scenario)}")
        for step in known.steps
        if step.state not in game.states
    ]
    rows += [(each.week, plain(each.what)) for each in known.openly]
    if not rows:
        return
    yield "What else happened openly:"
    yield ""
    for week, told in sorted(rows):
        yield f"- by {short_day(day_of(scenario, week))}: {told}"
    yield ""


def _courses(courses: Sequence[Course], week: int, scenario: Scenario) -> Iterator[str]:
    if not courses:
        return
    yield f"Beside the program's own futures on {short_day(day_of(scenario, week))}, in which nobody is played:"
    yield ""
    yield "| outcome | played | median | 80% of futures | futures below |"
    yield "|---|---|---|---|---|"
    for each in courses:
        yield f"| {plain(each.name)} | {' | '.join(course_cells(each))} |"
    yield ""


def course_cells(told: Course) -> tuple[str, ...]:
    """Of an outcome up to now, in words: as played, the futures' median and 80%, the share of futures below."""
    played = with_unit(number(told.played[-1], digits=3), told.unit)
    return played, number(told.median[-1]), interval(told.low[-1], told.high[-1]), percent(told.below)


def change_told(change: Estimate) -> str:
    """What a step would change, with its standard error."""
    return f"{number(change.mean, sign=True)} ±{number(change.error)}" if change.clear else "within chance"


def _names(states: Sequence[str], scenario: Scenario) -> str:
    return ", ".join(plain(scenario.actors[state].name) for state in states)
