"""What to collect, in words."""

from __future__ import annotations

from tertius.calendar import short_day, week_ends
from tertius.impact.collecting import CHANCE, EFFECT, READING, Priorities, Worth
from tertius.report.indicators import event, happened
from tertius.report.phrases import mid_sentence, quantity_name
from tertius.report.words import interval, number, percent, plain, points, with_unit
from tertius.world import Scenario


def title(found: Priorities, scenario: Scenario) -> str:
    """What is asked of, and how much of it is open."""
    day = short_day(week_ends(scenario.as_of, found.week)[-1])
    if found.about == CHANCE:
        assert found.target is not None
        return f"{event(found.target, scenario)}: {percent(found.interval[0])} by {day}"
    told = scenario.outcomes[found.name]
    name = plain(told.name)
    what = f"What the entry adds to {mid_sentence(scenario, name)}" if found.about == EFFECT else name
    both = with_unit(interval(*found.interval, sign=found.about == EFFECT), told.unit)
    return f"{what}, by {day}: {both} (80%)"


def row(one: Worth, found: Priorities, scenario: Scenario) -> str:
    """One thing to know, and what that would be worth."""
    if found.about == CHANCE:
        return f"{_what(one, scenario)}: moves the chance by {points(one.worth)} points on average"
    told = scenario.outcomes[found.name]
    narrower = with_unit(number(one.worth), told.unit)
    return f"{_what(one, scenario)}: {narrower} narrower, {percent(one.share)} of the variance"


def _what(one: Worth, scenario: Scenario) -> str:
    if one.kind != READING:
        return f"if it were known, {mid_sentence(scenario, quantity_name(scenario, one.what))} ({one.what})"
    day = short_day(week_ends(scenario.as_of, one.week)[-1])
    if not one.weeks:
        return f"whether by {day}: {happened(one.what, scenario)}"
    over = f"a week, over {one.weeks} weeks" if one.flow else f"over {one.weeks} weeks"
    return f"{plain(scenario.observations[one.what].name)} {over}, as read on {day}"
