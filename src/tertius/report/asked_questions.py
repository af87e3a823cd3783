"""Answers to questions as JSON data, with quantities by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tertius.forecasts.questions.plain import plain_asked
from tertius.report.phrases import quantity_name
from tertius.units import unit_after

if TYPE_CHECKING:
    from tertius.forecasts.questions.asking import Answers, Asked, Chance


def asked_data(told: Answers) -> dict[str, Any]:
    """The answers as plain data: numbers as numbers."""
    scenario = told.layout.scenario
    rows = [plain_asked(each) for each in told.asked]
    for row in rows:
        for reason in row["reasons"]:
            reason["name"] = quantity_name(scenario, reason["path"])
    return {
        "scenario": scenario.name,
        "digest": scenario.digest,
        "as_of": scenario.as_of.isoformat(),
        "seed": told.seed,
        "futures": told.futures,
        "weeks": told.weeks,
        "without": list(told.without),
        "questions": rows,
    }


def about(each: Asked) -> str:
    """What is measured, and over which weeks."""
    question = each.question
    line = "" if question.line is None else f" {question.line:g}"
    of = " of weekly changes" if question.of == "changes" else ""
    measured = f"{question.path}{unit_after(each.unit)}"
    return f"{question.take}{line}{of}: {measured}; weeks after {each.starts} up to {each.ends}"


def cells(chance: Chance) -> tuple[str, ...]:
    """Chance, its interval, base rate, as last time, what the entry adds."""
    low, high = chance.interval
    adds = "" if chance.adds is None else f"{100 * chance.adds:+.1f} pts"
    return (
        share_words(chance.chance),
        f"{share_words(low)}-{share_words(high)}",
        "none" if chance.base is None else share_words(chance.base),
        "none" if chance.persistence is None else share_words(chance.persistence),
        adds,
    )


def share_words(share: float) -> str:
    """A chance as a table tells it: with a decimal where it is near 0 or 1."""
    return f"{100 * share:.1f}%" if share < 0.095 or share > 0.905 else f"{100 * share:.0f}%"


def notes(told: Answers, each: Asked) -> list[str]:
    """Where the base rate comes from, what moves the chance, and why nothing settles it."""
    from tertius.forecasts.questions.rule import SIGNS
    from tertius.report.phrases import quantity_name

    lines = []
    rates = each.rates
    if rates.base is None:
        lines.append(f"no base rate: {rates.source}")
    else:
        lines.append(f"base rate: {rates.windows:.0f} separate windows of {rates.source}")
    if each.reasons:
        sign = f"{SIGNS[each.question.relation]} {each.about_threshold:,g}"
        lines.append(f"what moves the chance of {sign} (lowest third, highest third of the quantity):")
        for reason in each.reasons:
            name = quantity_name(told.layout.scenario, reason.path)
            lines.append(f"  {name}: {share_words(reason.low)}, {share_words(reason.high)}")
    else:
        lines.append("no quantity moves the chance beyond what chance makes")
    if each.unsettled:
        lines.append("cannot be sealed, nothing here settles it:")
        lines += [f"  {line.strip()}" for line in each.unsettled.splitlines()]
    return lines


def asked_words(told: Answers, each: Asked) -> dict[str, Any]:
    """An answer in words: what is measured, a row for each threshold of each branch, notes."""
    from tertius.forecasts.questions.rule import SIGNS

    sign = SIGNS[each.question.relation]
    rows = [
        {"branch": branch.name or "", "threshold": f"{sign} {chance.threshold:,g}", "cells": list(cells(chance))}
        for branch in each.branches
        for chance in branch.chances
    ]
    branches = [
        {"name": branch.name or "", "futures": branch.futures, "refused": branch.refused or ""}
        for branch in each.branches
    ]
    return {"about": about(each), "rows": rows, "branches": branches, "notes": notes(told, each)}
