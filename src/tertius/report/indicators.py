"""Indicators in words: what trips, by when, and what it then says."""

from __future__ import annotations

from tertius.calendar import short_day, week_ends
from tertius.impact.indicators import Indicator
from tertius.impact.observables import Target, rungs
from tertius.report.phrases import few_words, mid_sentence, short
from tertius.report.words import number, percent, plain, with_unit
from tertius.world import Scenario


def event(target: Target, scenario: Scenario) -> str:
    """The event in words."""
    if target.kind == "war":
        return "The war ends"
    if target.kind == "rung":
        return _rung(target.name, scenario)
    if target.kind == "theatre":
        return f"{plain(scenario.theatres[target.name].name)} closes"
    if target.kind == "outcome":
        told = scenario.outcomes[target.name]
        return f"{plain(told.name)} {target.detail} {with_unit(f'{target.value:,.10g}', told.unit)}"
    return f"{plain(scenario.instruments[target.name].name)}: a step {target.detail}"


def short_event(target: Target, scenario: Scenario) -> str:
    """The event in few words, for the middle of a sentence."""
    if target.kind == "war":
        return "the war ends"
    if target.kind == "outcome":
        told = scenario.outcomes[target.name]
        size = with_unit(f"{target.value:,.10g}", told.unit)
        return f"{mid_sentence(scenario, short(told))} {target.detail} {size}"
    return mid_sentence(scenario, event(target, scenario))


def sign(one: Indicator, scenario: Scenario, words: int = 99) -> str:
    """What trips, without its day; of a long name as many words as leave room for the threshold."""
    if one.weeks == 0:
        return f"{few_words(happened(one.signal, scenario), words)}{'' if one.above else ': not'}"
    told = scenario.observations[one.signal]
    side = "at least" if one.above else "below"
    over = f"a week over {one.weeks} weeks" if one.flow else f"over {one.weeks} weeks"
    name = few_words(plain(told.name), max(3, words - 4))
    return f"{name} {over} {side} {with_unit(number(one.threshold), told.unit)}"


def rule(one: Indicator, scenario: Scenario) -> str:
    """What to look at, and when it trips."""
    day = short_day(week_ends(scenario.as_of, one.week)[-1])
    if one.weeks == 0:
        return f"{happened(one.signal, scenario)}{'' if one.above else ': not'} by {day}"
    return f"{past(one, scenario)}, as read on {day}"


def past(one: Indicator, scenario: Scenario) -> str:
    """A series past its threshold."""
    told = scenario.observations[one.signal]
    over = f"a week, over {one.weeks} weeks," if one.flow else f"over {one.weeks} weeks"
    side = "at least" if one.above else "below"
    return f"{plain(told.name)} {over} {side} {with_unit(number(one.threshold), told.unit)}"


def _rung(name: str, scenario: Scenario) -> str:
    ladder, _, key = name.partition(".")
    return plain(scenario.ladders[ladder].rungs[key].name)


def happened(signal: str, scenario: Scenario) -> str:
    """Something that happens openly."""
    name, _, detail = signal.partition(":")
    if name in scenario.instruments:
        return f"{plain(scenario.instruments[name].name)}: a step {detail}"
    if signal in rungs(scenario):
        return _rung(signal, scenario)
    if name in scenario.bargains:
        return f"{plain(scenario.bargains[name].name)} ends"
    if name in scenario.theatres:
        return f"{plain(scenario.theatres[name].name)} closes"
    occasion = scenario.calendar[name]
    return f"{plain(occasion.name)}: {plain(occasion.turns[detail].name)}"


RATES = ("Then", "Else", "Hits", "Misses", "False alarms", "Likelihood ratio", "Weeks ahead", "Trips in")
"""Heads of what `rates` tells."""


def rates(one: Indicator) -> tuple[str, ...]:
    """How far a rule could be trusted: the event's chance after a trip and without one, and how often it errs."""
    ratio = "never in vain" if one.ratio is None else number(one.ratio, 2)
    shares = (one.given, one.otherwise, one.hits, 1 - one.hits, one.false_alarms)
    return (*map(percent, shares), ratio, f"{one.lead:.0f}", percent(one.tripped))
