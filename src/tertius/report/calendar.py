"""What is coming: occasions known beforehand, how each may turn out, and what that moves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from tertius.calendar import short_day, week_ends, week_index
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
        week = one.quantities["week"].central if one.date is None else week_index(scenario.as_of, one.date)
        place = math.floor(week) + 1
        if 0 < place < len(ends):
            day = one.date or ends[place]
            when = short_day(day) if one.date is not None else f"about {day:%B %Y}"
            rows.append((day, ComingRow(when, plain(one.name), _turns(one), _moves(one, scenario, place + 1, ends))))
    return tuple(row for _, row in sorted(rows, key=lambda row: row[0]))


def _turns(one: Occasion) -> str:
    weights = {name: turn.quantities["turn_weight"].central for name, turn in one.turns.items()}
    total = sum(weights.values())
    return "; ".join(f"{plain(turn.name)} {percent(weights[name] / total)}" for name, turn in one.turns.items())


def _moves(one: Occasion, scenario: Scenario, first: int, ends: list[date]) -> str:
    """What it moves, by turn; `first`: the week after it. A move that waits says from when on it is felt."""
    told: dict[str, list[str]] = {}
    for move in one.moves.values():
        delay = move.quantities["delay"].central if "delay" in move.quantities else 0.0
        place = min(first + round(delay), len(ends) - 1)
        since = f" from the week to {short_day(ends[place])}" if delay > 0 else ""
        size = number(move.quantities["log_factor"].central, sign=True)
        turn = "" if move.turn is None else plain(one.turns[move.turn].name)
        told.setdefault(turn, []).append(f"{plain(scenario.instruments[move.instrument].name)} {size}{since}")
    return "; ".join(f"{f'if {turn}: ' if turn else ''}{', '.join(moved)}" for turn, moved in told.items())
