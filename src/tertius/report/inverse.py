"""The inverse question in words: what would have to change, and whose single step changes the picture most."""

from __future__ import annotations

from collections.abc import Iterator

from tertius.calendar import short_day, week_ends
from tertius.impact.inverse import Assumption, Found, Inverse
from tertius.impact.observables import target_of
from tertius.impact.stability import Shift
from tertius.report.options import event_name, move_words
from tertius.report.phrases import quantity_name, short
from tertius.report.words import number, percent, plain, points, with_unit
from tertius.world import Scenario

KINDS = {"moves": "Steps alone", "assumptions": "Assumptions alone", "both": "Steps and assumptions"}
MOST_SHIFTS = 10


def inverse_text(found: Inverse, scenario: Scenario) -> str:
    """The answer in Markdown."""
    title = "what would have to change" if found.target is not None else "whose step changes most"
    lines = [f"# {plain(scenario.title)}: {title}", ""]
    if found.target is not None:
        lines += [*_asked(found, scenario), ""]
    lines += _stability(found, scenario)
    return "\n".join(lines) + "\n"


def _asked(found: Inverse, scenario: Scenario) -> Iterator[str]:
    assert found.target is not None  # it was asked about
    day = short_day(week_ends(scenario.as_of, found.week)[-1])
    way = "at least" if found.above else "at most"
    yield f"## {event_name(found.target, scenario)}, in {way} {percent(found.wanted)} of futures by {day}"
    yield ""
    if found.now is not None:
        low, high = (percent(edge) for edge in found.now.interval)
        there = " That is what was asked for, so nothing has to change." if found.already else ""
        yield f"As things stand it comes in {percent(found.now.share)} ({low} to {high}).{there}"
        yield ""
    if not found.complete:
        yield "Stopped early: what is told is what was done until then."
        yield ""
    for kind, title in KINDS.items():
        mine = [one for one in found.sets if one.kind == kind]
        if not mine:
            continue
        reached = any(one.reaches for one in mine)
        size = mine[0].size
        enough = "1 change is enough" if size == 1 else f"{size} changes are enough"
        lead = enough if reached else "not enough; the furthest found"
        yield f"**{title}**: {lead}."
        yield ""
        for one in mine:
            yield f"- {_chance(one)}: {_changes(one, scenario)}"
        yield ""
    if found.sets:
        yield (
            f"{found.tried} sets were tried, each over {found.futures:,} futures with the same luck. "
            "Chances are those of fresh futures (80%). Steps are taken at once, by states that might not. "
            "A quantity is set to what it lies below in 10%, or 90%, of draws. "
            "Smaller sets that do it may have been missed: only the strongest were joined."
        )


def _chance(one: Found) -> str:
    if one.fresh is None:
        return f"{percent(one.searched)} in the search"
    low, high = (percent(edge) for edge in one.fresh.interval)
    missed = "" if one.reaches else ", short of it"
    return f"{percent(one.fresh.share)} ({low} to {high}{missed})"


def _changes(one: Found, scenario: Scenario) -> str:
    told = [move_words(move, scenario).removesuffix(", at once") for move in one.moves]
    told += [_assumption(each, scenario) for each in one.assumptions]
    return "; and ".join(told)


def _assumption(one: Assumption, scenario: Scenario) -> str:
    end = "high" if one.level > 0.5 else "low"
    name = quantity_name(scenario, one.path)
    return f"{plain(name)} at its {end} end, {with_unit(number(one.value), one.unit)} (`{one.path}`)"


def _stability(found: Inverse, scenario: Scenario) -> Iterator[str]:
    yield "## Whose single step, taken at once, changes the picture most"
    yield ""
    clear = [one for one in found.shifts if one.clear]
    if not clear:
        yield f"No single step changes it beyond chance in {found.futures:,} futures."
        return
    yield "| step | whose | shift | mostly |"
    yield "|---|---|---|---|"
    for one in clear[:MOST_SHIFTS]:
        actor = plain(scenario.actors[one.actor].name)
        yield f"| {one.move} | {actor} | {number(one.size)} ±{number(1.2816 * one.error)} | {_part(one, scenario)} |"
    yield ""
    rest = len(found.shifts) - len(clear)
    others = f" {rest} of {len(found.shifts)} steps lie within chance." if rest else ""
    yield (
        f"Shift: root mean square of the changes of {len(found.picture)} things. Headline outcomes count in standard "
        f"deviations; chances that the war ends, and that rungs are reached, in halves.{others}"
    )


def _part(one: Shift, scenario: Scenario) -> str:
    if one.part in scenario.outcomes:
        told = scenario.outcomes[one.part]
        return f"{plain(short(told))} {with_unit(number(one.change, sign=True), told.unit)}"
    return f"{event_name(target_of(one.part, scenario), scenario)} {points(one.change, sign=True)} points"
