"""What the brief says of the system around the war: its end, bargains, what is climbed, believed, borne and bound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tertius.impact import Comparison, Difference, Happening, Hypotheses, Level, Recorded, System, can_end
from tertius.report.words import chance, effect_range, fine, interval, number, percent, plain
from tertius.world import Scenario

OPEN = 0.005  # share of futures from which on a line's open cases are told
ENDS = {
    "settled": "a settlement or ceasefire",
    "collapsed-A": "collapse of {A}",
    "collapsed-B": "collapse of {B}",
    "over": "over in any way",
}


def context(comparison: Comparison, found: System | None, rivals: Hypotheses | None) -> dict[str, Any] | None:
    """Everything that the part of the brief prints; None where the scenario has nothing of it."""
    if found is None:
        return None
    scenario = comparison.base.layout.scenario
    last = found.weeks[-1]
    told = {
        "week": last,
        "ends": _ends(scenario, found),
        "ending": _ending(comparison, found),
        "endurance": [_level(scenario, one, found) for one in _last(found, "sides.")],
        "ladders": _ladders(scenario, found, stated=False),
        "stated": _ladders(scenario, found, stated=True),
        "lines": _lines(scenario, found),
        "bargains": _bargains(comparison, found),
        "threats": [_level(scenario, one, found) for one in _last(found, "actors.")],
        "ties": [_level(scenario, one, found) for one in _last(found, "ties.")],
        "variants": _variants(scenario, rivals),
        "weeks": found.weeks,
    }
    return told if any(told[key] for key in told if key not in ("week", "weeks")) else None


def points(one: Happening) -> str:
    """The difference of a chance in percentage points, or that there is none to be seen."""
    if one.found.same:
        return "0 exactly"
    if abs(one.found.mean) < 2 * one.found.error or not one.found.material:
        return "no detectable change"
    low, high = (100 * x for x in one.found.interval)
    span = interval(low, high, sign=True)
    return f"{number(100 * one.found.mean, sign=True)} ({span}); ±{number(100 * one.found.error)}"


def _by(happenings: Iterable[Happening], what: str) -> dict[int, Happening]:
    return {one.week: one for one in happenings if one.what == what}


def _last(found: System, section: str) -> list[Level]:
    return [one for one in found.levels if one.path.startswith(section) and one.week == found.weeks[-1]]


def _ends(scenario: Scenario, found: System) -> list[dict[str, Any]]:
    names = {side: plain(told.name) for side, told in scenario.sides.items()}
    rows = []
    for kind, title in ENDS.items():
        by_week = _by(found.ends, f"end:{kind}")
        if by_week:
            last = by_week[found.weeks[-1]]
            rows.append(
                {
                    "end": title.format(**names),
                    "with": [percent(by_week[week].with_it) for week in found.weeks],
                    "without": percent(last.without),
                    "difference": points(last),
                }
            )
    return rows


def _ending(comparison: Comparison, found: System) -> list[str]:
    """Sentences: the end by age alone beside the model's, and what moves it."""
    if not found.ends:
        return []
    last = found.weeks[-1]
    over = _by(found.ends, "end:over")[last]
    lines = [
        f"Wars of this age end within {last} weeks in {percent(found.by_age[-1])}, by age alone (past wars); with what "
        f"moves both sides' readiness here: {percent(over.with_it)}. That it lasts on is {chance(1 - over.with_it)}."
    ]
    base = Recorded(comparison.base)
    if can_end(base):
        ready = {
            side: base.output(f"sides.{side}.readiness")[:, last].mean()
            for side in comparison.base.layout.scenario.sides
        }
        names = comparison.base.layout.scenario.sides
        told = ", ".join(f"{plain(names[side].name)} {number(float(value))}" for side, value in ready.items())
        optimism = float(base.output("world.optimism")[:, last].mean())
        lines.append(
            f"Readiness to settle after {last} weeks (0 now; 1 is a side that can bear no more): {told}; hopes that "
            f"cannot both come true take {number(optimism)} from the room for a settlement."
        )
    return lines


def _ladders(scenario: Scenario, found: System, stated: bool) -> list[dict[str, Any]]:
    rows = []
    for ladder, held in scenario.ladders.items():
        for key, rung in sorted(held.rungs.items(), key=lambda row: row[1].height):
            if rung.is_stated is not stated:
                continue
            by_week = _by(found.rungs, f"rung:ladders.{ladder}.rungs.{key}")
            last = by_week[found.weeks[-1]]
            spans = "" if last.spans is None else span(last.spans)
            rows.append(
                {
                    "ladder": plain(held.name),
                    "rung": f"{rung.height}. {plain(rung.name)}",
                    "with": [fine(by_week[week].with_it) for week in found.weeks],
                    "without": fine(last.without),
                    "difference": points(last),
                    "spans": spans,
                }
            )
    return rows


def span(chances: tuple[float, float]) -> str:
    """A range of chances; a rung that no future reached has none."""
    return "in no future" if chances[1] == 0.0 else f"{fine(chances[0])} to {fine(chances[1])}"


def _lines(scenario: Scenario, found: System) -> list[str]:
    sentences = []
    for line in found.lines:
        told = scenario.red_lines[line.name]
        belief = line.credibility
        actor = plain(scenario.actors[told.actor].name)
        pending = line.crossed - line.answered - line.unanswered
        rest = f", still open or cut off by the war's end in {percent(pending)}" if pending > OPEN else ""
        sentence = (
            f"{actor}, *{plain(told.name)}*: crossed in {percent(line.crossed)} of futures; answered in time in "
            f"{percent(line.answered)} of all, not answered in {percent(line.unanswered)}{rest}. That it would be "
            f"answered is believed with {percent(belief.start)} now and {percent(belief.with_it)} by week {belief.week}"
        )
        if belief.found.material and abs(belief.found.mean) >= 2 * belief.found.error:
            sentence += f" ({percent(belief.without)} without the entry)"
        sentences.append(f"{sentence}.")
    return sentences


def _bargains(comparison: Comparison, found: System) -> list[str]:
    scenario = comparison.base.layout.scenario
    base = Recorded(comparison.base)
    sentences = []
    for name, told in scenario.bargains.items():
        by_week = _by(found.bargains, f"bargain:{name}")
        held = "; ".join(f"{percent(1 - one.with_it)} after {week} weeks" for week, one in by_week.items())
        giver, taker = plain(scenario.actors[told.giver].name), plain(scenario.actors[told.taker].name)
        got = base.output(f"bargains.{name}.cumulative_received")[:, found.weeks[-1]] / 1e6
        low, middle, high = (float(x) for x in _quantiles(got))
        sentence = (
            f"{plain(told.name)} ({giver} for {taker}): still holds in {held}; what the entry adds to the chance that "
            f"it ends, in percentage points: {points(by_week[found.weeks[-1]])}. "
        )
        if not got.any():
            sentence += f"The scenario says of no payment to {giver}"
        else:
            span = interval(low, high)
            sentence += f"{giver} gets {number(middle)} million USD in that time (80%: {span}), in money and kind"
        hold = next(
            (one for one in found.levels if one.path == f"bargains.{name}.leverage" and one.week == found.weeks[-1]),
            None,
        )
        if told.patron is not None and hold is not None and hold.start > 0:
            patron = plain(scenario.actors[told.patron].name)
            sentence += (
                f"; where the bargain holds and the war goes on in both worlds, {patron}'s part of its income from "
                f"abroad is {percent(hold.start)} now, {percent(hold.with_it)} then, {percent(hold.without)} without "
                "the entry"
            )
        sentences.append(f"{sentence}.")
    return sentences


def _quantiles(values: Any) -> Any:
    import numpy as np

    return np.quantile(values, (0.1, 0.5, 0.9))


def _level(scenario: Scenario, one: Level, found: System) -> dict[str, str]:
    section, name = one.path.split(".")[:2]
    held = {"sides": scenario.sides, "actors": scenario.actors, "ties": scenario.ties}[section]
    record: Any = held[name]
    title = (
        plain(record.name)
        if section != "ties"
        else " and ".join(plain(scenario.actors[a].name) for a in record.between)
    )
    difference = "0 exactly" if one.found.same else "no detectable change"
    if one.found.material and abs(one.found.mean) >= 2 * one.found.error:
        span = effect_range(*one.found.interval, one.found.resolved)
        difference = f"{number(one.found.mean, sign=True)} ({span})"
    return {
        "name": title,
        "start": number(one.start),
        "with": number(one.with_it),
        "without": number(one.without),
        "difference": difference,
    }


def _effect(found: Difference) -> str:
    if found.same:
        return "0 exactly"
    span = effect_range(*found.interval, found.resolved)
    return f"{number(found.mean, sign=True)} ({span}); ±{number(found.error)}"


def _variants(scenario: Scenario, rivals: Hypotheses | None) -> dict[str, Any] | None:
    if rivals is None:
        return None
    titles = [
        f"{plain(scenario.outcomes[name].name)}, {plain(scenario.outcomes[name].unit)}" for name in rivals.outcomes
    ]
    rows = [
        {
            "name": plain(scenario.variants[one.name].name),
            "weight": percent(one.weight),
            "found": [_effect(each) for each in one.found],
        }
        for one in rivals.variants
    ]
    unfitted = [
        f"*{plain(scenario.variants[one.name].name)}* sets by hand what was fitted to data: {', '.join(one.unfitted)}."
        for one in rivals.variants
        if one.unfitted
    ]
    return {
        "titles": titles,
        "rows": rows,
        "unfitted": unfitted,
        "mixed": [
            f"{number(value, sign=True)} ({interval(*span, sign=True)}); ±{number(error)}"
            for value, span, error in zip(rivals.mixed, rivals.mixed_range, rivals.mixed_error, strict=True)
        ],
        "plain": [_effect(each) for each in rivals.plain],
        "fewer": rivals.futures < rivals.asked,
        "week": rivals.week,
        "futures": f"{rivals.futures:,}",
    }
