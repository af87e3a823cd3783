"""Storylines in words: a name from what sets each apart, turning points, signposts, and what leads to an outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tertius.calendar import short_day, week_ends
from tertius.impact.conditions import Conditions, Limit
from tertius.impact.storylines import Apart, Storyline, Storylines, Turn
from tertius.impact.traits import LADDER, LAND, LENGTH, LOSSES, Trait
from tertius.report.chronicle import line_text
from tertius.report.indicators import event, happened, rule
from tertius.report.phrases import mid_sentence, quantity_name, short
from tertius.report.words import counted, few_futures, interval, number, percent, plain, points, with_unit
from tertius.world import Scenario

IN_NAME = 2  # traits that make a name, unless two storylines would share it
SETS_APART = 4
CHRONICLE = 8  # lines of the typical path


def names(found: Storylines, scenario: Scenario) -> tuple[str, ...]:
    """A name of each storyline, of as many of its traits as keep them apart."""
    most = len(found.storylines[0].apart)
    for count in range(IN_NAME, most + 1):
        told = tuple(_name(one, scenario, count) for one in found.storylines)
        if len(set(told)) == len(told):
            return told
    return tuple(f"{name} ({place})" for place, name in enumerate(told, 1))


def _name(one: Storyline, scenario: Scenario, count: int) -> str:
    told = "; ".join(_side(each, scenario) for each in one.apart[:count])
    return told[:1].upper() + told[1:]


def _side(one: Apart, scenario: Scenario) -> str:
    """On which side of the others a storyline lies in one trait."""
    is_high, trait = one.gap > 0, one.trait
    if trait.kind == LENGTH:
        return "the war goes on" if is_high else "the war ends early"
    if trait.kind == LADDER:
        return f"{plain(scenario.ladders[trait.name].name)}: {'more' if is_high else 'less'} escalation"
    if trait.kind in (LAND, LOSSES):
        return f"{trait_name(trait, scenario)}: {'high' if is_high else 'low'}"
    return f"{trait_name(trait, scenario)}: {'more' if is_high else 'fewer'}"


def trait_name(trait: Trait, scenario: Scenario) -> str:
    """A trait in words."""
    if trait.kind == LAND:
        return plain(short(scenario.outcomes[trait.name]))
    if trait.kind == LOSSES:
        return f"{plain(scenario.sides[trait.name].name)}'s losses a week"
    if trait.kind == LADDER:
        return f"highest rung, {plain(mid_sentence(scenario, scenario.ladders[trait.name].name))}"
    if trait.kind == LENGTH:
        return "weeks of war"
    return f"third states' steps for {plain(scenario.sides[trait.name].name)}"


def storylines_text(found: Storylines, scenario: Scenario) -> str:
    """The storylines in Markdown."""
    days = week_ends(scenario.as_of, found.weeks)
    lines = [f"# {plain(scenario.title)}: storylines", "", *_head(found), ""]
    for place, (name, one) in enumerate(zip(names(found, scenario), found.storylines, strict=True), 1):
        low, high = (percent(each) for each in one.interval)
        lines += [f"## {place}. {name}", "", f"{percent(one.share)} of futures ({low} to {high}).", ""]
        lines += [*_apart(one, scenario), *_turns(one.turns, scenario, days), *_signposts(one, scenario)]
        lines += [*_path(one, found, scenario, days), ""]
    if found.box is not None:
        lines += _box(found.box, scenario, days)
    return "\n".join(lines) + "\n"


def _head(found: Storylines) -> Iterator[str]:
    fit = next(one for one in found.tried if one.count == len(found.storylines))
    again = " and ".join(number(each) for each in fit.agreement)
    tried = ", ".join(f"{one.count}: {number(one.silhouette)}" for one in found.tried)
    yield (
        f"{found.futures:,} futures of {counted(found.weeks, 'week')}, sorted by where they go into {fit.count} kinds. "
        f"On fresh seeds the sorting agrees {again} (1: the same, 0: chance)"
        + ("." if found.stable else ": **it does not come back well, so take the borders lightly.**")
        + f" How clear the kinds are, by their number: {tried}. Names say what sets a kind apart, no cause."
    )
    few = few_futures(found.futures)
    if few:
        yield few
    if found.futures < found.asked:
        yield f"Of {found.asked:,} futures asked for: stopped early, or paths kept of these alone."


def _apart(one: Storyline, scenario: Scenario) -> Iterator[str]:
    told = []
    for each in one.apart[:SETS_APART]:
        unit = each.trait.unit if each.trait.kind in (LAND, LOSSES) else "1"
        told.append(
            f"{trait_name(each.trait, scenario)} {with_unit(number(each.mean), unit)} (else {number(each.other)})"
        )
    yield f"- **Set apart by**, on average: {'; '.join(told)}."


def _turns(turns: Sequence[Turn], scenario: Scenario, days: Sequence[date]) -> Iterator[str]:
    told = []
    for turn in turns:
        when = "" if turn.week is None else f", mostly about {days[max(0, round(turn.week) - 1)]:%B %Y}"
        shares = f"{percent(turn.share)}, else {percent(turn.other)}"
        told.append(f"{happened(turn.event, scenario)} ({shares}{when if turn.share > turn.other else ''})")
    if told:
        yield f"- **Turning points**, more or less common than elsewhere: {'; '.join(told)}."


def _signposts(one: Storyline, scenario: Scenario) -> Iterator[str]:
    for row in one.signposts:
        yield (
            f"- **Early sign**: {rule(row, scenario)}. Then {percent(row.given)} go this way, "
            f"else {percent(row.otherwise)} (difference ±{points(row.error)} points)."
        )
    if not one.signposts:
        yield "- **Early sign**: nothing that can be seen by half of the time tells it from the rest beyond chance."


def _path(one: Storyline, found: Storylines, scenario: Scenario, days: Sequence[date]) -> Iterator[str]:
    ends = "; ".join(
        f"{plain(short(scenario.outcomes[name]))} {with_unit(number(value), scenario.outcomes[name].unit)}"
        for name, value in one.ends.items()
    )
    yield f"- **A typical path**, future {one.typical} of seed {found.seed}, ends with: {ends}."
    held = one.chronicle
    step = max(1, -(-len(held) // CHRONICLE))
    for line in held[::step]:
        day = short_day(scenario.as_of if line.week == 0 else days[line.week - 1])
        yield f"    - week {line.week} ({day}): {line_text(line)}"
    if step > 1:
        yield (
            f"    - {len(held)} lines in all: `tertius chronicle {scenario.name} --future {one.typical} "
            f"--seed {found.seed} --weeks {found.weeks}`"
        )


def _box(box: Conditions, scenario: Scenario, days: Sequence[date]) -> Iterator[str]:
    day = short_day(days[box.early - 1])
    yield f"## What leads to it: {event(box.target, scenario)}"
    yield ""
    yield (
        f"Of {box.futures:,} futures in which the war goes on and it has not come by {day}, it comes in "
        f"{percent(box.chance)} by {short_day(days[-1])}."
    )
    yield ""
    if box.measured is None:
        yield "Too few futures have it, or lack it, to seek conditions: ask for more."
        return
    if not box.sure:
        yield (
            f"No box of conditions was found beyond chance: neither what is not known nor what happens by {day} "
            "parts the futures with it from the rest. The nearest that was tried:"
        )
        yield ""
        yield from (f"- {_limit(limit, scenario, day)} (holds in {percent(limit.holds)})" for limit in box.limits)
        yield ""
        yield (
            f"On futures that had no say in the choice, it comes in {percent(box.measured.density)} inside "
            f"(±{points(box.measured.error)} points) against {percent(box.base)} of them all. The box holds "
            f"{percent(box.measured.coverage)} of the futures with it."
        )
        return
    yield f"It comes in {percent(box.measured.density)} where all of this holds, else less often:"
    yield ""
    yield from (f"- {_limit(limit, scenario, day)} (holds in {percent(limit.holds)})" for limit in box.limits)
    yield ""
    yield (
        f"Measured on futures that had no say in the choice: chance inside {percent(box.measured.density)} "
        f"(±{points(box.measured.error)} points) against {percent(box.base)} of them all; the box holds "
        f"{percent(box.measured.coverage)} of the futures with the outcome. None of the conditions is a cause."
    )


def _limit(limit: Limit, scenario: Scenario, day: str) -> str:
    if limit.kind == "event":
        return f"{happened(limit.name, scenario)}{'' if limit.happens else ': not'} by {day}"
    name = quantity_name(scenario, limit.name)
    if limit.low is not None and limit.high is not None:
        told = f"between {interval(limit.low, limit.high)}".replace(" to ", " and ")
    elif limit.low is not None:
        told = f"at least {number(limit.low)}"
    else:
        told = f"at most {number(limit.high)}"
    return f"{name}: {with_unit(told, limit.unit)} (`{limit.name}`)"
