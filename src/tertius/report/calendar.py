"""What is coming: occasions known beforehand, how each may turn out, and what that moves."""

from __future__ import annotations

from dataclasses import dataclass

from tertius.calendar import short_day, week_ends
from tertius.impact.answer import Answer
from tertius.report.contexts import shows
from tertius.report.words import number, percent, plain
from tertius.world import Occasion, Scenario


@dataclass(frozen=True)
class ComingRow:
    """An occasion ahead."""

    when: str = shows("its date, or the middle of the weeks in which it is expected")
    what: str = shows("what it is")
    turns: str = shows("how it may turn out, with the weight of each; empty where nothing hangs on that")
    moves: str = shows("what it moves: the log factor on the rate of a step up; empty where only its days count")


def coming(answer: Answer, scenario: Scenario) -> tuple[ComingRow, ...]:
    """Occasions after the as-of date up to the run's end, by date."""
    ends = [scenario.as_of, *week_ends(scenario.as_of, answer.last)]
    rows = []
    for one in scenario.calendar.values():
        day = one.date or ends[min(round(one.quantities["week"].central) + 1, len(ends) - 1)]
        if scenario.as_of < day <= ends[-1]:
            when = short_day(day) if one.date is not None else f"about {day:%B %Y}"
            rows.append((day, ComingRow(when, plain(one.name), _turns(one), _moves(one, scenario))))
    return tuple(row for _, row in sorted(rows, key=lambda row: row[0]))


def _turns(one: Occasion) -> str:
    weights = {name: turn.quantities["turn_weight"].central for name, turn in one.turns.items()}
    total = sum(weights.values())
    return "; ".join(f"{plain(turn.name)} {percent(weights[name] / total)}" for name, turn in one.turns.items())


def _moves(one: Occasion, scenario: Scenario) -> str:
    told = []
    for move in one.moves.values():
        if_so = "" if move.turn is None else f"if {plain(one.turns[move.turn].name)}, "
        name = plain(scenario.instruments[move.instrument].name)
        told.append(f"{if_so}{name}: {number(move.quantities['log_factor'].central, sign=True)}")
    return "; ".join(told)
