"""What is likely when, in words."""

from __future__ import annotations

from dataclasses import dataclass

from tertius.calendar import short_day
from tertius.impact.answer import Answer
from tertius.impact.timeline import (
    BARGAIN_ENDS,
    CLOSED,
    COMMITTED,
    DOWN,
    REACHED,
    UNANSWERED,
    UP,
    WAR_ENDS,
    Moment,
)
from tertius.report.contexts import shows
from tertius.report.words import percent, plain
from tertius.world import Scenario


@dataclass(frozen=True)
class TimelineRow:
    """A row of the timeline."""

    when: str = shows("median date")
    range: str = shows("80% range of dates")
    what: str = shows("what happens")
    share: str = shows("share of futures in which it happens within the run")


def timeline(answer: Answer, scenario: Scenario) -> tuple[TimelineRow, ...]:
    """Rows by median date."""
    dates = answer.run.dates
    return tuple(
        TimelineRow(
            when=short_day(dates[one.weeks[1]]),
            range=f"{short_day(dates[one.weeks[0]])} to {short_day(dates[one.weeks[2]])}",
            what=moment_text(scenario, one),
            share=percent(one.share),
        )
        for one in answer.timeline or ()
    )


def moment_text(scenario: Scenario, moment: Moment) -> str:
    """What happens, in words."""
    names = moment.path.split(".")[1::2]
    if moment.kind == WAR_ENDS:
        return "the war ends"
    if moment.kind == COMMITTED:
        return f"{plain(scenario.contingents[names[0]].name)}: the first are committed"
    if moment.kind == CLOSED:
        return f"{plain(scenario.theatres[names[0]].name)}: closed"
    if moment.kind in (UP, DOWN):
        moved = scenario.instruments[names[0]]
        return f"{plain(scenario.actors[moved.actor].name)}: {plain(moved.name)}, a step {moment.kind}"
    if moment.kind == REACHED:
        ladder = scenario.ladders[names[0]]
        rung = ladder.rungs[names[1]]
        stated = " (a stated prior, no result)" if rung.is_stated else ""
        return f"{plain(ladder.name)}: {plain(rung.name)}{stated}"
    if moment.kind == UNANSWERED:
        line = scenario.red_lines[names[0]]
        actor = plain(scenario.actors[line.actor].name)
        return f"{actor}'s line *{plain(line.name)}* has been crossed without an answer"
    assert moment.kind == BARGAIN_ENDS
    return f"{plain(scenario.bargains[names[0]].name)}: the bargain ends"
