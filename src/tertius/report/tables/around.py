"""Tables of the system around the war: ends, rungs, bargains, red lines, levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tertius.impact.answer import Answer
from tertius.impact.system import Happening, LineRecord
from tertius.report.tables.columns import Count, Effect, Share, Table, Week, Weeks, effect
from tertius.world import Scenario

PAST_WARS = "past wars of its age"


@dataclass(frozen=True, kw_only=True)
class End(Effect):
    """How the war and the bargains end: the chance that it has happened by a week.

    what     settled, ceasefire, faded, aims-A, aims-B, collapsed-A, collapsed-B, over, or the id of a bargain that
             ends
    kind     war or bargain
    unit     unit of the difference and its interval
    week     weeks after the as-of date
    date     end of that week
    with_it  chance with the entry
    without  chance without it
    when     median week of it among the futures in which it happens, with the entry
    """

    what: str
    kind: str
    unit: str
    week: Week
    date: date
    with_it: Share
    without: Share
    when: Weeks | None


def ends(answer: Answer, scenario: Scenario) -> Iterator[End]:
    """Rows of the table."""
    if answer.system is None:
        return
    for kind, rows in (("war", answer.system.ends), ("bargain", answer.system.bargains)):
        for one in rows:
            yield End(what=one.what.partition(":")[2], kind=kind, **_happening(answer, one))


@dataclass(frozen=True, kw_only=True)
class Rung(Effect):
    """Rungs of escalation: the chance that each has been reached by a week.

    ladder       id of the ladder
    ladder_name  its name
    rung         id of the rung
    name         its name
    height       its height; a larger one is worse
    is_stated    whether its rate is a stated prior and no result
    unit         unit of the difference and its interval
    week         weeks after the as-of date
    date         end of that week
    with_it      chance with the entry
    without      chance without it
    when         median week of it among the futures in which it happens, with the entry
    low_prior    chance with the entry at the low end of a stated prior
    high_prior   chance at its high end
    """

    ladder: str
    ladder_name: str
    rung: str
    name: str
    height: Count
    is_stated: bool
    unit: str
    week: Week
    date: date
    with_it: Share
    without: Share
    when: Weeks | None
    low_prior: Share | None
    high_prior: Share | None


def rungs(answer: Answer, scenario: Scenario) -> Iterator[Rung]:
    """Rows of the table."""
    for one in answer.system.rungs if answer.system is not None else ():
        ladder, key = one.what.split(".")[1::2]
        held = scenario.ladders[ladder]
        rung = held.rungs[key]
        low, high = one.spans or (None, None)
        yield Rung(
            ladder=ladder,
            ladder_name=held.name,
            rung=key,
            name=rung.name,
            height=rung.height,
            is_stated=rung.is_stated,
            low_prior=low,
            high_prior=high,
            **_happening(answer, one),
        )


def _happening(answer: Answer, one: Happening) -> dict[str, Any]:
    return {
        "unit": "1",
        "week": one.week,
        "date": answer.run.dates[one.week],
        "with_it": one.with_it,
        "without": one.without,
        "when": one.when,
        **effect(one.found),
    }


@dataclass(frozen=True, kw_only=True)
class Level(Effect):
    """Levels of the system: endurance, threat, leverage, closeness, credibility; means over futures.

    path     dotted path of the output
    unit     unit of the levels
    week     weeks after the as-of date
    date     end of that week
    start    its mean at the as-of date
    with_it  its mean with the entry
    without  its mean without it
    """

    path: str
    unit: str
    week: Week
    date: date
    start: Share
    with_it: Share
    without: Share


def levels(answer: Answer, scenario: Scenario) -> Iterator[Level]:
    """Rows of the table."""
    if answer.system is None:
        return
    for one in (*answer.system.levels, *(line.credibility for line in answer.system.lines)):
        yield Level(
            path=one.path,
            unit="1",
            week=one.week,
            date=answer.run.dates[one.week],
            start=one.start,
            with_it=one.with_it,
            without=one.without,
            **effect(one.found),
        )


@dataclass(frozen=True)
class Line:
    """What becomes of each red line by the last week, with the entry; shares of futures.

    line        id of the red line
    name        its name
    actor       id of the actor who drew it
    crossed     it has been crossed
    answered    a crossing has been answered in time
    unanswered  a crossing has not
    """

    line: str
    name: str
    actor: str
    crossed: Share
    answered: Share
    unanswered: Share


def lines(answer: Answer, scenario: Scenario) -> Iterator[Line]:
    """Rows of the table."""
    for one in answer.system.lines if answer.system is not None else ():
        yield _line(one, scenario)


def _line(one: LineRecord, scenario: Scenario) -> Line:
    told = scenario.red_lines[one.name]
    return Line(one.name, told.name, told.actor, one.crossed, one.answered, one.unanswered)


@dataclass(frozen=True)
class Course:
    """Week by week: shares of futures in which the war has ended, or a rung has been reached.

    what   end:over, or rung: and the dotted path of the rung
    world  with, without, or past wars of its age
    week   weeks after the as-of date
    date   end of that week
    share  share of futures, or of past wars
    """

    what: str
    world: str
    week: Week
    date: date
    share: Share


def courses(answer: Answer, scenario: Scenario) -> Iterator[Course]:
    """Rows of the table."""
    if answer.system is None:
        return
    dates = answer.run.dates
    for one in answer.system.courses:
        worlds = [("with", one.with_it), ("without", one.without)]
        if one.what == "end:over":
            worlds.append((PAST_WARS, answer.system.by_age))
        for world, shares in worlds:
            yield from (Course(one.what, world, week, dates[week], share) for week, share in enumerate(shares))


TABLES: Final = {
    "ends": Table(End, ends),
    "rungs": Table(Rung, rungs),
    "courses": Table(Course, courses),
    "levels": Table(Level, levels),
    "red-lines": Table(Line, lines),
}
