"""The bottom line: whether the entry decides anything, for whom, and how likely that matters."""

from __future__ import annotations

from tertius.impact.answer import Answer
from tertius.impact.comparison import Difference
from tertius.report.asked import date_of, label
from tertius.report.words import chance, interval, number, plain, with_unit
from tertius.world import Outcome, Scenario


def bottom_line(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    """One sentence a headline outcome: what the entry changes by the last week, and how likely that matters."""
    return tuple(_headline(answer, scenario, name) for name in answer.headlines)


def _headline(answer: Answer, scenario: Scenario, name: str) -> str:
    told, found = scenario.outcomes[name], answer.at(name, answer.last)
    title, who = plain(told.name), label(answer, scenario)
    by = f"by {date_of(answer, answer.last)}"
    if found.same:
        return f"**{title}**: with {who} it is the same {by}, exactly."
    low, high = found.interval
    size = f"{with_unit(number(abs(found.mean)), told.unit)} {'higher' if found.mean > 0 else 'lower'} on average"
    span = f"80% interval of the expected effect {interval(low, high, sign=True)}"
    if not found.resolved:
        span = f"80% interval {interval(low, high, sign=True)}; what we do not know cannot be told from chance in it"
    if not found.directed:
        unsettled = "the direction is not settled by what we know"
        lead = f"{unsettled}; with {who} it is {size} {by} ({span}; it holds zero)"
    else:
        lead = f"with {who} it is {size} {by} ({span}){_favoured(scenario, told, found)}"
    more, less = (found.larger, found.smaller) if found.mean > 0 else (found.smaller, found.larger)
    band = with_unit(number(found.band), told.unit)
    way = "higher" if found.mean > 0 else "lower"
    tail = f"more than {band} {way} is {chance(more)}, more than that the other way {chance(less)}"
    few = ""
    if found.rests_on_few and found.trimmed is not None:
        few = (
            f" The mean rests on few futures: without the hundredth of them that differ most it is "
            f"{number(found.trimmed, sign=True)}."
        )
    return f"**{title}**: {lead}; {tail}.{few}"


def _favoured(scenario: Scenario, told: Outcome, found: Difference) -> str:
    if not found.directed:
        return " (direction not settled)"
    if told.favours == "none":
        return ""
    side = told.favours if found.mean > 0 else ("B" if told.favours == "A" else "A")
    return f", which favours {plain(scenario.sides[side].name)}"


def verdict(answer: Answer, scenario: Scenario) -> str:
    """The first sentence: does the entry decide anything, and for whom does it work."""
    who, by = label(answer, scenario), date_of(answer, answer.last)
    found = [(scenario.outcomes[name], answer.at(name, answer.last)) for name in answer.headlines]
    material = [(told, one) for told, one in found if one.material]
    if all(one.same for _, one in found):
        return f"With {who}, every headline outcome is the same by {by}, exactly."
    if not material:
        return (
            f"With {who}, no headline outcome ({'; '.join(plain(told.name) for told, _ in found)}) moves on "
            f"average by more than its materiality band by {by}; that any of them moves by more, "
            f"in either direction, is {chance(answer.any_moved)}."
        )
    parts = [
        f"{plain(told.name)} by {with_unit(number(one.mean, sign=True), told.unit)}{_favoured(scenario, told, one)}"
        for told, one in material
    ]
    return f"With {who}, what moves materially on average by {by} is {'; '.join(parts)}."


def others(answer: Answer, scenario: Scenario) -> str:
    """A sentence on the outcomes that are no headlines and move beyond their bands; empty where none does."""
    rows = [(told, answer.at(name, answer.last)) for name, told in scenario.outcomes.items()]
    beyond = [
        f"{plain(told.name)} {with_unit(number(one.mean, sign=True), told.unit)} ±{number(one.error)}"
        for told, one in rows
        if one.outcome not in answer.headlines and one.detectable
    ]
    return f"Other outcomes that move on average by more than their bands: {'; '.join(beyond)}." if beyond else ""


def outlook(answer: Answer, scenario: Scenario) -> tuple[str, ...]:
    """Where each headline outcome stands with the entry at each horizon."""
    rows = []
    for name in answer.headlines:
        parts = []
        for week in answer.run.horizons:
            low, middle, high = answer.at(name, week).base
            parts.append(f"{number(middle, 3)} by {date_of(answer, week)} ({interval(low, high, 3)})")
        told = scenario.outcomes[name]
        rows.append(f"{named(told)}: {'; '.join(parts)}.")
    return tuple(rows)


def named(told: Outcome) -> str:
    """An outcome's name with its unit; a pure number has none."""
    return plain(told.name) if told.unit == "1" else f"{plain(told.name)}, {plain(told.unit)}"
