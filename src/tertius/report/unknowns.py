"""Where the answers disagree, and what is not known: rival laws, rates, hypotheses side by side; all of it computed."""

from __future__ import annotations

from typing import Any

from tertius.impact import Dissent, Happening, Ignorance, Voice, dissent, ignorance
from tertius.impact.dissent import apart
from tertius.impact.ignorance import FEWEST_ROWS
from tertius.report.grounds import facts, inert, key_assumptions
from tertius.report.made import Brief
from tertius.report.record import record, too_weak
from tertius.report.system import span
from tertius.report.words import interval, number, percent, plain

MOST_NARROWING = 4
MOST_JUDGED = 4
WIDE = 5.0  # times that the high end of a stated prior's chance is the low end, from which on it is named


def context(brief: Brief) -> dict[str, Any]:
    """What the parts on dissent and on what is not known print."""
    return {
        "dissent": [_block(brief, name, rows) for name, rows in _by_observation(brief).items()],
        "others": [*_hypotheses(brief), *_base_rates(brief), *_age(brief)],
        "unknown": [
            *_spread(brief),
            *_unsettled(brief),
            *_judged(brief),
            *_said_little(brief),
            *_stated(brief),
            *_untested(brief),
            *_after_the_end(brief),
            *_without_trace(brief),
            *_reported(brief),
        ],
    }


def _by_observation(brief: Brief) -> dict[str, list[Dissent]]:
    held: dict[str, list[Dissent]] = {}
    for found in dissent(brief.seen, tuple(brief.headlines)):
        held.setdefault(found.observation, []).append(found)
    return held


def _block(brief: Brief, observation: str, found: list[Dissent]) -> dict[str, Any]:
    """One table: a row a structure, two columns an outcome."""
    outcomes = [brief.scenario.outcomes[one.outcome] for one in found]
    rows = [
        {
            "name": plain(voice.structure.replace("-", " ")),
            "share": percent(voice.share),
            "cells": [cell for one in found for cell in _cells(one.voices[place])],
        }
        for place, voice in enumerate(found[0].voices)
    ]
    return {
        "name": plain(brief.scenario.observations[observation].name),
        "titles": [f"{plain(told.name)}, {plain(told.unit)}" for told in outcomes],
        "rows": rows,
        "sentences": [*_unheard(found[0]), *(_apart(brief, one) for one in found)],
    }


def _unheard(found: Dissent) -> list[str]:
    names = ", ".join(plain(name.replace("-", " ")) for name in found.unheard)
    return [f"Too few draws to tell what it says: {names}."] if names else []


def _cells(voice: Voice) -> tuple[str, str]:
    low, middle, high = voice.stands
    change = f"{number(voice.changes, sign=True)} ±{number(voice.changes_error)}"
    if voice.changes == voice.changes_error == 0:
        change = "0 exactly"
    return f"{number(middle, 3)} ({interval(low, high, 3)})", change


def _apart(brief: Brief, found: Dissent) -> str:
    told = brief.scenario.outcomes[found.outcome]
    unit = plain(told.unit)
    stand = f"means lie up to {number(found.stand.gap)} ±{number(found.stand.error)} {unit} apart"
    if not found.stand.beyond_chance:
        stand += ", no more than chance makes"
    else:
        stand += f" ({percent(found.between)} of the variance of the expected outcome lies between them)"
    if found.change.gap == found.change.error == 0:
        return f"{plain(told.name)}: {stand}."
    apart = f"what the entry changes, {number(found.change.gap)} ±{number(found.change.error)} {unit}"
    word = "beyond chance" if found.change.beyond_chance else "no more than chance makes"
    return f"{plain(told.name)}: {stand}; {apart}, {word}."


def _hypotheses(brief: Brief) -> list[str]:
    """How far the entry's effect differs between hypotheses."""
    rivals = brief.seen.rivals
    if rivals is None or len(rivals.variants) < 2:
        return []
    parts = []
    for place, name in enumerate(rivals.outcomes):
        told = brief.scenario.outcomes[name]
        ordered = sorted(rivals.variants, key=lambda one: one.found[place].mean)
        low, high = ordered[0], ordered[-1]
        if low.found[place].mean == high.found[place].mean:
            parts.append(f"{plain(told.name)}: the same under all")
            continue
        clear = apart([(one.found[place].mean, one.found[place].error) for one in ordered]).beyond_chance
        names = [plain(brief.scenario.variants[one.name].name) for one in (low, high)]
        parts.append(
            f"{plain(told.name)}: from {number(low.found[place].mean, sign=True)} ±{number(low.found[place].error)} "
            f"{plain(told.unit)} (*{names[0]}*) to {number(high.found[place].mean, sign=True)} "
            f"±{number(high.found[place].error)} (*{names[1]}*), {'beyond' if clear else 'no more than'} chance"
        )
    return [f"Competing hypotheses on what the entry changes by week {rivals.week}. {'; '.join(parts)}."]


def _base_rates(brief: Brief) -> list[str]:
    """Where the states' reasons depart furthest from base rates alone."""
    last = [one for one in brief.comparison.reactions if one.week == max(r.week for r in brief.comparison.reactions)]
    steps = [
        (abs(step.with_it - step.base_rate), one, way, step)
        for one in last
        if not one.imposed
        for way, step in (("up", one.up), ("down", one.down))
    ]
    if not steps:
        return []
    gap, one, way, step = max(steps, key=lambda row: row[0])
    mean = sum(row[0] for row in steps) / len(steps)
    name = plain(brief.scenario.instruments[one.instrument].name)
    return [
        f"Base rates alone against states' reasons, by week {one.week}: {number(100 * mean)} percentage points apart "
        f"on average over {len(steps)} steps, at most {number(100 * gap)} ({name} going {way}: "
        f"{percent(step.base_rate)} by base rate, {percent(step.with_it)} with reasons)."
    ]


def _over(brief: Brief) -> Happening | None:
    found = brief.found_system
    if found is None:
        return None
    return next((one for one in found.ends if (one.what, one.week) == ("end:over", found.weeks[-1])), None)


def _age(brief: Brief) -> list[str]:
    over, found = _over(brief), brief.found_system
    if over is None or found is None:
        return []
    return [
        f"The war's end by week {over.week}: {percent(found.by_age[-1])} by its age alone, {percent(over.with_it)} "
        "with what moves both sides' readiness."
    ]


def _spread(brief: Brief) -> list[str]:
    """Chance and ignorance, and what would narrow the answer."""
    found = ignorance(brief.seen, tuple(brief.headlines))
    if found:
        return [_parted(brief, one) for one in found]
    base = brief.seen.base
    rows = len(set((base.trajectories // base.replicates).tolist()))
    return [
        f"What is chance and what is ignorance cannot be told apart with so few draws of the quantities ({rows:,}): it "
        f"takes {FEWEST_ROWS} with two futures or more each."
    ]


def _parted(brief: Brief, found: Ignorance) -> str:
    told = brief.scenario.outcomes[found.outcome]
    share, error = found.spread.unknown, found.spread.error
    lead = (
        f"{plain(told.name)} by {brief.date(found.week)}: of the variance of futures {percent(1 - share)} is chance, "
        f"which no study removes; {percent(share)} (±{number(100 * error)} points) is what is not known of the "
        "quantities"
    )
    if not found.by:
        return f"{lead}; no one of {found.tried} quantities stands out of it."
    parts = ", ".join(f"`{one.path}` {percent(one.share)}" for one in found.by[:MOST_NARROWING])
    more = len(found.by) - MOST_NARROWING
    tail = f", and {more} more less" if more > 0 else ""
    return (
        f"{lead}. Of that, knowing one quantity alone would remove on average: {parts}{tail} (quantities fitted "
        f"together share some of it); none of the other {found.tried - len(found.by)} stands out of chance."
    )


def _unsettled(brief: Brief) -> list[str]:
    found = [brief.comparison.at(name, brief.last) for name in brief.scenario.outcomes]
    open_ones = [plain(brief.scenario.outcomes[one.outcome].name) for one in found if not one.same and not one.directed]
    if not open_ones:
        return []
    lead = f"With {brief.label}, even the direction of the change by week {brief.last} is not settled for"
    return [f"{lead}: {'; '.join(open_ones)}."]


def _judged(brief: Brief) -> list[str]:
    """Key assumptions that rest on judgement alone."""
    rows = [row for row in key_assumptions(brief) if row["basis"] == "judgement"]
    if not rows:
        return []
    parts = ", ".join(f"`{row['path']}` ({row['range']})" for row in rows[:MOST_JUDGED])
    return [f"Among the key assumptions, {len(rows)} rest on judgement alone, first: {parts}."]


def _said_little(brief: Brief) -> list[str]:
    past = record(brief.comparison.base.layout)
    if past is None or not past["fitted"]:
        return ["No quantity was fitted to data: every one rests on its prior, or was set by hand."]
    return [
        f"{past['silent']} quantities were not updated by data, {past['fitted']} were"
        + (f", {past['by_hand']} were and are set by hand here" if past["by_hand"] else "")
        + (f"; of these the data say little of {'; '.join(past['little'])}." if past["little"] else ".")
    ]


def _stated(brief: Brief) -> list[str]:
    """Rungs whose chance is a stated prior that spans a wide range."""
    found = brief.found_system
    if found is None:
        return []
    wide = []
    for one in found.rungs:
        if one.week == found.weeks[-1] and one.spans is not None and one.spans[1] > WIDE * one.spans[0]:
            _, ladder, _, key = one.what.partition(":")[2].split(".")
            rung = brief.scenario.ladders[ladder].rungs[key]
            wide.append(f"{plain(rung.name)} ({span(one.spans)})")
    if not wide:
        return []
    return [
        f"Stated priors on which nothing at hand decides, with chances by week {found.weeks[-1]} that lie {WIDE:g} "
        f"times apart or more at the 10% and the 90% point of the rate: {'; '.join(wide)}."
    ]


def _untested(brief: Brief) -> list[str]:
    past = record(brief.comparison.base.layout)
    if past is None:
        return ["No forecast of this scenario has been scored."]
    weak = too_weak(brief.comparison.base.layout)
    tail = f" No better than the best simple forecaster so far: {'; '.join(weak)}." if weak else ""
    return [f"What an entry changes has never been scored: no entry like this one lies in the record.{tail}"]


def _after_the_end(brief: Brief) -> list[str]:
    over = _over(brief)
    if over is None:
        how = "so that it goes on in every future, and nothing here says how it could end"
        return [f"The scenario gives no rates at which wars like this one end, {how}."]
    if over.with_it == 0.0:
        return []
    return [
        f"In {percent(over.with_it)} of futures the war ends by week {over.week}; what comes after an end is not "
        "simulated, and such a future's numbers stay where they were."
    ]


def _without_trace(brief: Brief) -> list[str]:
    still = len(inert(brief)) + len(brief.sensitivity.unmoved)
    every = still + len(brief.sensitivity.movements) - len(inert(brief))
    if not still:
        return []
    how = "move no outcome beyond its band when moved alone"
    if brief.sensitivity.unmoved:
        how = "leave no trace in the outcomes of the run, or move none beyond its band when moved alone"
    return [
        f"{still} of {every} uncertain quantities {how}. That is the model's answer, which may be too simple there; "
        "those of the war itself are listed under the key assumptions."
    ]


def _reported(brief: Brief) -> list[str]:
    rows = facts(brief.scenario)
    weak = sum(row["standing"] == "reported" for row in rows)
    if not weak:
        return []
    return [f"{weak} of {len(rows)} dated statements are reported, not confirmed by a source graded B2 or better."]
