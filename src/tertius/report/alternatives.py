"""Alternative text of each figure: what a reader sees in it, in a sentence or two."""

from __future__ import annotations

from tertius.impact.answer import Answer
from tertius.report.page import first_page
from tertius.report.phrases import gap, middle_of, month, signed
from tertius.report.words import interval, percent
from tertius.world import Scenario


def alternative(answer: Answer, scenario: Scenario, figure: str) -> str:
    """What a figure shows."""
    kind, _, name = figure.partition("-")
    if kind == "difference":
        return _difference(answer, scenario, name)
    if kind == "chances" and answer.summary is not None:
        rows = first_page(answer, scenario).chances
        named = "; ".join(f"{one.name} {one.text} (80% {one.span}), without {one.beside}" for one in rows)
        return f"Headline chances with the entry and without it: {named}."
    if kind == "fan":
        found, told = answer.at(name, answer.last), scenario.outcomes[name]
        low, middle, high = found.base
        return (
            f"{told.name} week by week: by {month(answer, answer.last)} a median of {signed(middle, told)} with the "
            f"entry, 80% of futures {interval(low, high)}; without it a median of {signed(found.other[1], told)}."
        )
    if figure == "map-adds" or figure == "reactions-ranked":
        return _reactions(answer, scenario)
    if figure == "map-chance" and answer.summary is not None:
        named = "; ".join(
            f"{scenario.actors[one.actor].name} {percent(one.any_step.with_it)}" for one in answer.summary.states
        )
        return f"Map of the chance that a state steps up anything, with the entry: {named}."
    return OTHERS.get(kind, "The numbers of this figure stand in the tables of this chapter.")


OTHERS = {
    "usable": "A contingent's soldiers over time: usable ones, and those lost to each friction, as in the list above.",
    "freed": "Own troops that the entry moves, by side and theatre, as in the list above.",
    "losses": "Losses of each side in a week with the entry and without it, as in the list above.",
    "salvos": "Launches in a week, with the entry and without it, and what comes through, as in the table.",
    "fire": "Days of fire left of each weapon and of each layer of air defence, as in the table of this chapter.",
    "interceptors": "Interceptors left of each layer over time, with the entry and without it.",
    "damage": "Share of each target out of work with the entry, without it and at the as-of date, as in the table.",
    "killed": "Civilians killed by strikes on each side over time, with the entry and without it.",
    "rungs": "Chance of each rung of escalation with the entry and without it, as in the tables of this chapter.",
    "lasting": "Share of futures in which the war goes on, with the entry, without it, and of past wars of its age.",
    "first": "What a first step of each state adds to the chance that another acts, as in the table of this chapter.",
    "mechanisms": "The parts of the difference by law, as in the table beside it.",
    "actors": "The parts of the difference by who decides, as in the table beside it.",
}


def _difference(answer: Answer, scenario: Scenario, name: str) -> str:
    told, found = scenario.outcomes[name], answer.at(name, answer.last)
    low, high = found.interval
    if found.same:
        return f"What the entry adds to {told.name}: nothing at all, in any week."
    return (
        f"What the entry adds to {told.name}, week by week: {middle_of(found, told)} by "
        f"{month(answer, answer.last)}, 80% of the expected effect {interval(low, high, sign=True)}."
    )


def _reactions(answer: Answer, scenario: Scenario) -> str:
    steps = answer.reactions.steps() if answer.reactions is not None else ()
    seen = sorted((row for row in steps if row[2].found.detectable), key=lambda row: -abs(row[2].found.mean))
    if not seen:
        return "No state's step is seen to change."
    told = "; ".join(
        f"{scenario.instruments[row[0].instrument].name}, {row[1]}, {gap(row[2].found.mean)}" for row in seen[:6]
    )
    return f"Steps whose chance is seen to change with the entry: {told}."
