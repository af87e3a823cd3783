"""Sentences on the battlefield: land, losses, what a contingent is worth, who comes, whose own troops move."""

from __future__ import annotations

from collections.abc import Iterator

from tertius.impact.answer import Answer
from tertius.impact.battlefield import Battlefield
from tertius.report.asked import date_of
from tertius.report.words import interval, number, percent, plain
from tertius.world import Scenario

LEAST_TOLD = 0.005  # a share that is lost to something; less is no part of the story
PARTS = {
    "usable": "usable",
    "lost_to_interpreters": "too few interpreters",
    "lost_to_officers": "too few lent officers",
    "lost_to_discord": "discord",
    "lost_to_dilution": "newcomers' dilution of experience",
}
"""A contingent's strength: what can be used, and what the rest is lost to."""


def edges(answer: Answer, scenario: Scenario, found: Battlefield) -> Iterator[str]:
    """A sentence a theatre whose land is all held, or all lost, in some futures by the last week."""
    for edge in found.edges:
        told = scenario.theatres[edge.theatre]
        yield (
            f"*{plain(told.name)}*: by {date_of(answer, answer.last)} {plain(scenario.sides[told.holder].name)} holds "
            f"all the land that there is ({edge.land:,.0f} km²) in {percent(edge.every)} of futures and none of it in "
            f"{percent(edge.none)}; medians and ranges mix these with the rest."
        )


def losses(answer: Answer, scenario: Scenario, found: Battlefield) -> Iterator[str]:
    """A sentence a side: its losses a week at each horizon, of the futures in which the war then goes on."""
    for name, told in scenario.sides.items():
        parts = [
            f"{number(one.with_it)} in the week to {date_of(answer, one.week)} ({number(one.without)} without)"
            for one in found.losses
            if one.side == name
        ]
        if parts:
            yield f"{plain(told.name)}: {'; '.join(parts)}."


def contingents(answer: Answer, scenario: Scenario, found: Battlefield) -> Iterator[str]:
    """A sentence a contingent: how much can be used of it, or of those whom it leads, and what the rest is lost to."""
    for one in found.worth:
        told = scenario.contingents[one.contingent]
        lost = sorted(((share, PARTS[field]) for field, share in one.lost.items()), reverse=True)
        parts = ", ".join(f"{percent(share)} to {title}" for share, title in lost if share >= LEAST_TOLD)
        whose = f"{percent(one.usable)} of their strength usable"
        if told.command == "leads_host":
            host = plain(scenario.actors[told.host].name)
            whose = (
                f"leading {number(one.concerted)} of {host}'s side, {percent(one.usable)} of whose strength is usable"
            )
        elif told.command == "side_by_side":
            whose += ", under a command of their own"
        yield (
            f"{plain(told.name)}, {date_of(answer, one.week)}: {number(one.present)} present on average, {whose}"
            f"{f'; lost: {parts}' if parts else ''}."
        )


def entry(scenario: Scenario, found: Battlefield) -> Iterator[str]:
    """A sentence an arrival that the comparison undoes: in what share of futures it comes within the run, and when."""
    for one in found.arrivals:
        low, middle, high = one.weeks
        yield (
            f"{plain(scenario.contingents[one.contingent].name)}: committed in {percent(one.share)} of futures, the "
            f"first in week {middle} (80%: {low} to {high}); the numbers here are over all futures, those without them "
            "too."
        )


def freed(answer: Answer, scenario: Scenario, found: Battlefield) -> Iterator[str]:
    """A sentence a theatre and side whose own troops the entry moves."""
    for one in found.own_troops:
        low, middle, high = one.quantiles
        place = f"{plain(scenario.sides[one.side].name)}, {plain(scenario.theatres[one.theatre].name)}"
        yield (
            f"{place}: own soldiers by {date_of(answer, answer.last)}: median {number(middle, sign=True)} (80% of "
            f"futures {interval(low, high, sign=True)}), mean {number(one.mean, sign=True)}."
        )
