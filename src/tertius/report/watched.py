"""A watch in words: what tripped, what that does to each chance, what should have been seen, what is coming."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tertius.calendar import short_day
from tertius.forecasts.watch.watched import HELD, TRIPPED, UNREAD, WAITING, Openly, Reading, Standing, Watch, Watched
from tertius.impact.observables import WAR_ENDS
from tertius.report.indicators import event, happened, past, rule
from tertius.report.phrases import mid_sentence
from tertius.report.words import counted, number, percent, plain, with_unit
from tertius.world import Scenario

MOST_AHEAD = 2
NEVER = 0.005  # likelihood ratio below which a sign does not come before the event
NOTHING = "Nothing that can be seen tells these futures from the rest beyond chance."


def headline(found: Watch) -> str:
    """What the watch comes to, in a sentence."""
    if found.ended is not None:
        return f"The war ended by {short_day(found.ended)}; nothing more is watched."
    tripped = [rule for _, rule in found.tripped]
    came = [one for one in found.events if one.came is not None]
    count = len(tripped) + len(came)
    if not count:
        return f"Nothing has tripped by {short_day(found.day)}, week {found.week} of {found.last}."
    new = len(found.fresh)
    said = f"{counted(len(tripped), 'rule')} tripped" if tripped else ""
    said += f"{' and ' if said and came else ''}{counted(len(came), 'event')} came" if came else ""
    return f"{said} by {short_day(found.day)}, week {found.week} of {found.last}; {new or 'none'} of them new."


def line(found: Watch, scenario: Scenario) -> str:
    """The whole watch in one line, for a log or a message: what is new, else the event that moved most."""
    moved = [one for one in found.events if one.chance is not None and one.rules]
    new = {key.partition(" | ")[0] for key in found.fresh}
    first = [one for one in moved if one.target.id in new] or moved
    best = max(first, key=lambda one: abs((one.chance or 0.0) - one.before), default=None)
    came = [one for one in found.events if one.fresh]
    told = [f"{event(one.target, scenario)}: seen by {short_day(one.came)}" for one in came if one.came is not None]
    if best is not None and best.chance is not None:
        told.append(f"{event(best.target, scenario)}: {percent(best.before)} then, {percent(best.chance)} now")
    return " | ".join((found.scenario, headline(found).rstrip("."), *told))


def title(one: Watched, scenario: Scenario, ended: date | None = None) -> str:
    """An event with its chance before and after."""
    what = event(one.target, scenario)
    if one.came is not None:
        return f"{what}: seen by {short_day(one.came)} (chance {percent(one.before)} before)"
    if ended is not None:
        return f"{what}: it did not come (chance {percent(one.before)} before)"
    if one.chance is None or one.interval is None:
        return f"{what}: {percent(one.before)} before; too few futures agree with what was seen to say now"
    low, high = (percent(edge) for edge in one.interval)
    return f"{what}: {percent(one.before)} before, {percent(one.chance)} now ({low} to {high})"


def shown(one: Watched) -> list[Standing]:
    """The rules of an event that a reader needs now: those that tripped or are overdue, and the next to come."""
    now = [each for each in one.rules if each.state != WAITING]
    later = sorted((each for each in one.rules if each.state == WAITING), key=lambda each: (each.day, -each.rule.bits))
    return now + later[:MOST_AHEAD]


def because(one: Watched) -> str:
    """What the chance now rests on."""
    if one.chance is None:
        return ""
    waited = "" if one.waited is None else f"Had nothing been read it would be {percent(one.waited)} by now. "
    dropped = f"; {counted(len(one.left_out), 'rule')} left out, too few futures agree" if one.left_out else ""
    return f"{waited}{one.futures:,} futures agree with what was seen{dropped}."


def standing(one: Standing, scenario: Scenario) -> str:
    """A rule, how it stands, and what that does."""
    what = rule(one.rule, scenario) if not one.name else own(one, scenario)
    if one.state == TRIPPED:
        what = what if one.name or one.rule.weeks else happened(one.rule.signal, scenario)
        return (
            f"tripped {short_day(one.day)}{' (new)' if one.fresh else ''}: {what}{_read(one, scenario)}. {_effect(one)}"
        )
    if one.state == HELD:
        return f"{'expected, and ' if one.expected else ''}not seen: {what}{_read(one, scenario)}. {_effect(one)}"
    if one.state == UNREAD:
        return f"cannot be read: {what}"
    so_far = f"; {_value(one, scenario)} so far" if one.reading is not None and one.rule.weeks else ""
    return f"due {short_day(one.day)}: {what}{so_far}. Would give {percent(one.rule.given)}, {ratio(one.rule.ratio)}"


def own(one: Standing, scenario: Scenario) -> str:
    """An analyst's own rule."""
    told = one.rule
    if not told.weeks:
        return f"{plain(one.name)} ({happened(told.signal, scenario)})"
    return f"{plain(one.name)} ({past(told, scenario)})"


def _effect(one: Standing) -> str:
    return f"Alone it gives {percent(one.chance or 0.0)}, {ratio(one.ratio)}"


def ratio(value: float | None) -> str:
    """A likelihood ratio; of what is never in vain, and of what never comes before the event, in words."""
    if value is None:
        return "never in vain"
    return "never before the event" if value < NEVER else f"likelihood ratio {number(value, 2)}"


def _value(one: Standing, scenario: Scenario) -> str:
    told = scenario.observations[one.rule.signal]
    return with_unit(number(one.reading), told.unit)


def _read(one: Standing, scenario: Scenario) -> str:
    return f": {_value(one, scenario)}" if one.rule.weeks and one.reading is not None else ""


def reading(one: Reading, scenario: Scenario) -> str:
    """A series as last read, beside the futures."""
    told = scenario.observations[one.signal]
    over = f"a week, over {one.weeks} weeks" if one.flow else f"over {one.weeks} weeks"
    seen = with_unit(number(one.value), told.unit)
    among = f"{number(one.low)} to {number(one.high)} in 80% of futures"
    return f"{plain(told.name)} {over}, on {short_day(one.day)}: {seen}; {among}, lower in {percent(one.below)}"


def seen_openly(one: Openly, scenario: Scenario) -> str:
    """What happened openly against the odds, or did not."""
    what = "The war ends" if one.name == WAR_ENDS else happened(one.name, scenario)
    if one.day is None:
        return f"not seen: {what}; by now it is in {percent(one.share)} of futures"
    return f"seen by {short_day(one.day)}: {what}; by then it is in {percent(one.share)} of futures"


def coming(found: Watch, scenario: Scenario) -> Iterator[str]:
    """The calendar ahead, and the rules that are to be read in it."""
    for one in found.ahead:
        moves = ", ".join(mid_sentence(scenario, scenario.instruments[name].name) for name in one.moves)
        day = f"about {one.day:%B %Y}" if one.open else short_day(one.day)
        yield f"{day}: {plain(scenario.calendar[one.occasion].name)}{f'; moves {moves}' if moves else ''}"


def watch_words(found: Watch, scenario: Scenario) -> dict[str, Any]:
    """The whole watch in words, for a page: each event with its rules, what was read, missed, and is coming."""
    return {
        "headline": headline(found),
        "events": [
            {
                "title": title(one, scenario, found.ended),
                "rules": [
                    {"state": each.state, "fresh": each.fresh, "text": f"{standing(each, scenario)}."}
                    for each in shown(one)
                ],
                "because": because(one),
            }
            for one in found.events
        ],
        "readings": [reading(one, scenario) for one in found.readings],
        "openly": [seen_openly(one, scenario) for one in found.openly],
        "coming": list(coming(found, scenario)),
        "notes": list(found.notes),
    }
