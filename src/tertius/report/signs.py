"""Signs that tell early, as rows of the brief."""

from __future__ import annotations

from dataclasses import dataclass

from tertius.calendar import short_day, week_ends
from tertius.impact.answer import Answer
from tertius.report import indicators
from tertius.report.contexts import shows
from tertius.report.words import percent
from tertius.world import Scenario


@dataclass(frozen=True)
class SignRow:
    """A sign of an event."""

    event: str = shows("the event, with its chance")
    sign: str = shows("what is watched, and past which threshold")
    day: str = shows("the day on which it is read")
    then: str = shows("chance of the event once it has tripped")
    otherwise: str = shows("the same where it has not")
    hits: str = shows("share of the futures with the event in which it trips before")
    alarms: str = shows("share of those without the event in which it trips")
    lead: str = shows("median weeks from that day to the event")


def signs(answer: Answer, scenario: Scenario) -> tuple[SignRow, ...]:
    """Every sign of every headline event, the most telling first."""
    rows = []
    for one in answer.signs or ():
        event = f"{indicators.event(one.target, scenario)} ({percent(one.chance)})"
        for rule in one.rules:
            day = short_day(week_ends(scenario.as_of, rule.week)[-1])
            then, otherwise, hits, alarms = map(percent, (rule.given, rule.otherwise, rule.hits, rule.false_alarms))
            sign = indicators.sign(rule, scenario)
            rows.append(SignRow(event, sign, day, then, otherwise, hits, alarms, f"{rule.lead:.0f}"))
    return tuple(rows)
