"""The brief: what a comparison says, as data for a template; every number in it comes from the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tertius.engine import Layout, Options, Progress, law_hash
from tertius.errors import OptionError
from tertius.evidence.reading.bearings import Weighable
from tertius.impact import SPLITS, Difference, causes, compare, sensitivity
from tertius.impact.needed import answer_outputs
from tertius.report.causes import causes_context
from tertius.report.claims import context as claims_context
from tertius.report.evidence import compare_by
from tertius.report.grounds import assumptions_base, confidence, drivers, facts, inert, key_assumptions, why
from tertius.report.made import Brief
from tertius.report.record import record as past_record
from tertius.report.unknowns import context as unknowns_context
from tertius.report.words import chance, effect_range, few_futures, interval, number, percent, plain, with_unit
from tertius.world import Outcome, Scenario

FRICTIONS = (
    ("lost_to_interpreters", "too few interpreters"),
    ("lost_to_officers", "too few lent officers"),
    ("lost_to_discord", "discord"),
    ("lost_to_dilution", "newcomers' dilution of experience"),
)
EDGE = 1e-6  # what 32-bit numbers may miss of all the land
LEAST_EDGE = 0.01  # share of futures from which on an edge is told
BASES = ("fact", "assumption", "judgement", "choice", "fitted")


def make_brief(
    layout: Layout,
    options: Options,
    progress: Progress | None = None,
    assumptions: Progress | None = None,
    with_causes: bool = False,
    shares: Progress | None = None,
    claims: Sequence[Weighable] | None = None,
) -> Brief:
    """Run the scenario's own comparison and its sensitivity; with_causes: share the difference out too.

    With claims the comparison is on futures drawn by their weights; what is run beside it is not.

    Raises OptionError when the scenario has no comparison or no outcomes.
    """
    if not layout.scenario.outcomes:
        raise OptionError("scenario", layout.scenario.name, "a scenario with outcomes", "add an outcomes section")
    options = replace(options, outputs=answer_outputs(layout))
    if claims is None:
        comparison, evidence = compare(layout, options, progress=progress), None
    else:
        comparison, evidence = compare_by(layout, options, claims, progress)
    seen = evidence.whole if evidence is not None else comparison
    found = sensitivity(layout, comparison.other.layout, options, progress=assumptions, seen=seen)
    splits = [by for by in SPLITS if SPLITS[by](layout)] if with_causes else []
    shared = tuple(causes(layout, options, by, progress=shares) for by in splits)
    return Brief(comparison, found, shared, evidence)


def bottom_line(brief: Brief) -> list[str]:
    """One sentence a headline outcome: what the entry changes by the last week, and how likely that matters."""
    return [_headline(brief, name) for name in brief.headlines]


def _headline(brief: Brief, name: str) -> str:
    told = brief.scenario.outcomes[name]
    title = plain(told.name)
    found = brief.comparison.at(name, brief.last)
    by = f"by {brief.date(brief.last)}"
    if found.same:
        return f"**{title}**: with {brief.label} it is the same {by}, exactly."
    low, high = found.interval
    size = f"{with_unit(number(abs(found.mean)), told.unit)} {'higher' if found.mean > 0 else 'lower'} on average"
    span = f"80% interval of the expected effect {interval(low, high, sign=True)}"
    if not found.resolved:
        span = f"80% interval {interval(low, high, sign=True)}; what we do not know cannot be told from chance in it"
    if not found.directed:
        unsettled = "the direction is not settled by what we know"
        lead = f"{unsettled}; with {brief.label} it is {size} {by} ({span}; it holds zero)"
    else:
        lead = f"with {brief.label} it is {size} {by} ({span}){_favoured(brief.scenario, told, found)}"
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


def verdict(brief: Brief) -> str:
    """The first sentence: does the entry decide anything, and for whom does it work."""
    found = [brief.comparison.at(name, brief.last) for name in brief.headlines]
    outcomes = [brief.scenario.outcomes[name] for name in brief.headlines]
    material = [(told, one) for told, one in zip(outcomes, found, strict=True) if one.material]
    if all(one.same for one in found):
        return f"With {brief.label}, every headline outcome is the same by {brief.date(brief.last)}, exactly."
    if not material:
        share = brief.comparison.any_material(brief.headlines, brief.last)
        return (
            f"With {brief.label}, no headline outcome ({'; '.join(plain(told.name) for told in outcomes)}) moves on "
            f"average by more than its materiality band by {brief.date(brief.last)}; that any of them moves by more, "
            f"in either direction, is {chance(share)}."
        )
    parts = [
        f"{plain(told.name)} by {number(one.mean, sign=True)} {plain(told.unit)}{_favoured(brief.scenario, told, one)}"
        for told, one in material
    ]
    return f"With {brief.label}, what moves materially on average by {brief.date(brief.last)} is {'; '.join(parts)}."


def others(brief: Brief) -> str:
    """A sentence on the outcomes that are no headlines and move beyond their bands; empty where none does."""
    rows = [(told, brief.comparison.at(name, brief.last)) for name, told in brief.scenario.outcomes.items()]
    beyond = [
        f"{plain(told.name)} {with_unit(number(one.mean, sign=True), told.unit)} ±{number(one.error)}"
        for told, one in rows
        if one.outcome not in brief.headlines and one.material and abs(one.mean) >= 2 * one.error
    ]
    return f"Other outcomes that move on average by more than their bands: {'; '.join(beyond)}." if beyond else ""


def outlook(brief: Brief) -> list[str]:
    """Where each headline outcome stands with the entry at each horizon."""
    rows = []
    for name in brief.headlines:
        told = brief.scenario.outcomes[name]
        parts = []
        for week in brief.comparison.horizons:
            found = brief.comparison.at(name, week)
            parts.append(
                f"{number(found.base[1], 3)} by {brief.date(week)} ({interval(found.base[0], found.base[2], 3)})"
            )
        rows.append(f"{plain(told.name)}, {plain(told.unit)}: {'; '.join(parts)}.")
    return rows


def edges(brief: Brief) -> list[str]:
    """A sentence a theatre whose land is all held, or all lost, in some futures by the last week."""
    base, sentences = brief.comparison.base, []
    ceilings = {c.path: c.quantity.central for c in base.layout.columns if c.field.name == "area_ceiling"}
    for name, told in brief.scenario.theatres.items():
        path = f"theatres.{name}"
        area = base.path(f"{path}.area")[:, brief.last]
        drawn = base.parameters.get(f"{path}.area_ceiling")
        ceiling = np.full(len(area), ceilings[f"{path}.area_ceiling"]) if drawn is None else drawn[: len(area)]
        every, none = float((area >= ceiling * (1 - EDGE)).mean()), float((area <= 0).mean())
        if max(every, none) < LEAST_EDGE:
            continue
        holder = plain(brief.scenario.sides[told.holder].name)
        sentences.append(
            f"*{plain(told.name)}*: by {brief.date(brief.last)} {holder} holds all the land that there is "
            f"({float(np.median(ceiling)):,.0f} km2) in {percent(every)} of futures and none of it in "
            f"{percent(none)}; medians and ranges mix these with the rest."
        )
    return sentences


def losses(brief: Brief) -> list[str]:
    """A sentence a side: its losses a week at each horizon, of the futures in which the war then goes on."""
    base, other = brief.comparison.base, brief.comparison.other
    sentences = []
    for name, told in brief.scenario.sides.items():
        parts = []
        for week in brief.comparison.horizons:
            on = (base.path("world.ended")[:, week] == 0) & (other.path("world.ended")[:, week] == 0)
            if not on.any():
                continue
            path = f"sides.{name}.losses"
            with_it, without = (float(np.median(arm.path(path)[on, week])) for arm in (base, other))
            parts.append(f"{number(with_it)} in the week to {brief.date(week)} ({number(without)} without)")
        if parts:
            sentences.append(f"{plain(told.name)}: {'; '.join(parts)}.")
    return sentences


def table(brief: Brief, horizons: tuple[int, ...]) -> list[dict[str, str]]:
    """Rows of the table of outcomes: every outcome at each of the horizons, as text."""
    rows = []
    for found in (brief.comparison.at(name, week) for name in brief.comparison.base.outcomes for week in horizons):
        told = brief.scenario.outcomes[found.outcome]
        rows.append(
            {
                "outcome": plain(told.name),
                "unit": plain(told.unit),
                "week": str(found.week),
                "with": f"{number(found.base[1], 3)} ({interval(found.base[0], found.base[2], 3)})",
                "without": f"{number(found.other[1], 3)} ({interval(found.other[0], found.other[2], 3)})",
                "difference": _difference(found),
                "shares": f"{percent(found.larger)} / {percent(found.smaller)} / {percent(found.immaterial)}",
                "band": number(found.band),
            }
        )
    return rows


def _difference(found: Difference) -> str:
    if found.same:
        return "0 exactly"
    span = effect_range(*found.interval, found.resolved)
    return f"{number(found.mean, sign=True)} ({span}); ±{number(found.error)}"


def contingents(brief: Brief) -> list[str]:
    """A sentence a contingent: how much of it can be used, and what the rest is lost to."""
    sentences = []
    base = brief.comparison.base
    for name, record in brief.scenario.contingents.items():
        path = f"contingents.{name}"
        troops = base.path(f"{path}.troops").mean(axis=0)
        if troops.max() <= 0:
            continue
        for week in brief.comparison.horizons:
            if troops[week] <= 0:
                continue
            lost = [(float(base.path(f"{path}.{field}")[:, week].mean()), title) for field, title in FRICTIONS]
            usable = float(base.path(f"{path}.usable")[:, week].mean())
            # Those who were there to fight; who fell in the week is no longer among the troops at its end.
            fought = usable + sum(share for share, _ in lost)
            if fought <= 0:
                continue
            lost = [(share / fought, title) for share, title in lost]
            parts = ", ".join(f"{percent(share)} to {title}" for share, title in sorted(lost, reverse=True))
            sentences.append(
                f"{plain(record.name)}, {brief.date(week)}: {number(float(troops[week]))} present on average, "
                f"{percent(usable / fought)} of their strength usable; lost: {parts}."
            )
    return sentences


def entry(brief: Brief) -> list[str]:
    """A sentence an arrival that the comparison undoes: in what share of futures it comes within the run, and when."""
    sentences = []
    base, set_by_it = brief.comparison.base, brief.comparison.other.layout.overrides
    events = brief.scenario.events.items()
    undone = {event.target for name, event in events if f"events.{name}.troops" in set_by_it}
    for name, record in brief.scenario.contingents.items():
        sent = base.path(f"contingents.{name}.sent")
        came = sent[:, -1] > 0
        if not came.any() or (sent[:, 0] > 0).all() or (undone and name not in undone):
            continue
        first = (sent[came] > 0).argmax(axis=1)
        low, middle, high = (int(x) for x in np.quantile(first, (0.1, 0.5, 0.9), method="nearest"))
        sentences.append(
            f"{plain(record.name)}: committed in {percent(float(came.mean()))} of futures, the first in week {middle} "
            f"(80%: {low} to {high}); the numbers here are over all futures, those without them too."
        )
    return sentences


def freed(brief: Brief) -> list[str]:
    """A sentence a theatre and side whose own troops the entry moves."""
    sentences = []
    for theatre, record in brief.scenario.theatres.items():
        for side, told in brief.scenario.sides.items():
            path = f"theatres.{theatre}.forces.{side}.troops"
            change = (brief.comparison.base.path(path) - brief.comparison.other.path(path))[:, brief.last]
            if np.any(change):
                low, middle, high = (float(x) for x in np.quantile(change, (0.1, 0.5, 0.9)))
                place = f"{plain(told.name)}, {plain(record.name)}"
                sentences.append(
                    f"{place}: own soldiers by {brief.date(brief.last)}: median {number(middle, sign=True)} (80% of "
                    f"futures {interval(low, high, sign=True)}), mean {number(float(change.mean()), sign=True)}."
                )
    return sentences


def basis_counts(brief: Brief) -> dict[str, int]:
    """How many of the scenario's quantities are fact, assumption, judgement, choice, or fitted (defaults left out)."""
    layout = brief.comparison.base.layout
    found = ["fitted" if layout.fitted(path) else held.basis for path, held in brief.scenario.quantities().items()]
    return {basis: found.count(basis) for basis in BASES}


def context(brief: Brief, whole: bool = True) -> dict[str, Any]:
    """Everything the template prints; not whole: what its first page prints."""
    base = brief.comparison.base
    level, reasons = confidence(brief)
    return {
        "scenario": brief.scenario,
        "label": brief.label,
        "as_of": brief.date(0),
        "verdict": verdict(brief),
        "bottom_line": bottom_line(brief),
        "others": others(brief),
        "outlook": outlook(brief),
        "edges": edges(brief),
        "losses": losses(brief),
        "confidence": level,
        "record": past_record(base.layout),
        "reasons": reasons,
        "loss_totals": any(told.output.endswith(".cumulative_losses") for told in brief.scenario.outcomes.values()),
        "table": table(brief, (brief.last,)),
        "annex": table(brief, brief.comparison.horizons[:-1]),
        "contingents": contingents(brief),
        "freed": freed(brief),
        "drivers": drivers(brief),
        "headlines": {name: brief.scenario.outcomes[name] for name in brief.headlines},
        "assumptions": key_assumptions(brief),
        "assumptions_base": assumptions_base(brief),
        "movements": len(brief.sensitivity.movements),
        "sensitivity_futures": brief.sensitivity.futures,
        "sensitivity_read": brief.sensitivity.read,
        "inert": inert(brief),
        "unmoved": len(brief.sensitivity.unmoved),
        "unmoved_war": [
            path for path in brief.sensitivity.unmoved if not path.startswith(("actors.", "stakes.", "instruments."))
        ],
        "unmoved_bound": number(brief.sensitivity.bound),
        "why": why(brief),
        "shared": [causes_context(found, brief.headlines) for found in brief.causes],
        "switch_futures": brief.sensitivity.futures_off,
        "entry": entry(brief),
        "counts": basis_counts(brief),
        "reactions": brief.reactions if whole else brief.reactions_line,
        "system": brief.system if whole else None,
        "timeline": brief.timeline if whole else [],
        "unknowns": unknowns_context(brief) if whole else None,
        "evidence": claims_context(brief),
        "facts": facts(brief.scenario),
        "interventions": brief.comparison.interventions,
        "settings": dict(base.layout.overrides),
        "futures": f"{len(base.trajectories):,}",
        "asked": f"{base.asked:,}",
        "complete": base.complete,
        "few": few_futures(len(base.trajectories)),
        "rows": f"{len(set((base.trajectories // base.replicates).tolist())):,}",
        "weeks": base.weeks,
        "seed": base.seed,
        "digest": brief.scenario.digest[:16],
        "laws": law_hash(),
    }
