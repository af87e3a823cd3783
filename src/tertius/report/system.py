"""What the brief says of the system around the war: its end, bargains, what is climbed, believed, borne and bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tertius.impact import Happening, Hypotheses, Level, System
from tertius.report.contexts import shows
from tertius.report.differences import detected, effect, mean_and_range
from tertius.report.headlines import named
from tertius.report.words import chance, fine, interval, number, percent, plain
from tertius.world import Scenario

ANY_PEACE = "a settlement or ceasefire"  # where the scenario does not tell kinds apart
OPEN = 0.005  # share of futures from which on a line's open cases are told
ENDS = {
    "settled": "a settlement",
    "ceasefire": "a ceasefire line",
    "faded": "fighting that fades without a word",
    "aims-A": "{A} reaches its aims",
    "aims-B": "{B} reaches its aims",
    "collapsed-A": "collapse of {A}",
    "collapsed-B": "collapse of {B}",
    "over": "over in any way",
}


@dataclass(frozen=True)
class EndRow:
    """One kind of end, as text."""

    end: str = shows("What ends the war.")
    with_it: tuple[str, ...] = shows("Chance by each of the weeks, with the entry.")
    without: str = shows("Chance by the last week without it.")
    difference: str = shows("The difference at the last week, in percentage points.")


@dataclass(frozen=True)
class RungRow:
    """One rung of a ladder, as text."""

    ladder: str = shows("The ladder.")
    rung: str = shows("The rung with its height.")
    with_it: tuple[str, ...] = shows("Chance to have been reached by each of the weeks, with the entry.")
    without: str = shows("The same by the last week without it.")
    difference: str = shows("The difference at the last week, in percentage points.")
    spans: str = shows("Range of the chance that a stated prior spans; empty where it is none.")


@dataclass(frozen=True)
class LevelRow:
    """One level, as text."""

    name: str = shows("Whose level.")
    start: str = shows("At the as-of date.")
    with_it: str = shows("At the last week with the entry.")
    without: str = shows("The same without it.")
    difference: str = shows("The difference, or that nothing can be seen.")


@dataclass(frozen=True)
class VariantRow:
    """One hypothesis, as text."""

    name: str = shows("The hypothesis.")
    weight: str = shows("Its weight among all.")
    found: tuple[str, ...] = shows("What the entry changes under it, for each outcome.")


@dataclass(frozen=True)
class VariantsContext:
    """Competing hypotheses."""

    titles: tuple[str, ...] = shows("The outcomes with their units.")
    rows: tuple[VariantRow, ...] = shows("Each hypothesis.")
    unfitted: tuple[str, ...] = shows("Sentences on hypotheses that set by hand what was fitted to data.")
    mixed: tuple[str, ...] = shows("What the entry changes, weighed over all hypotheses, for each outcome.")
    plain: tuple[str, ...] = shows("The same as the scenario stands, on the same futures.")
    fewer: bool = shows("Whether they are fewer futures than those of the comparison.")
    week: int = shows("Weeks after the as-of date.")
    futures: str = shows("Futures run under each.")


@dataclass(frozen=True)
class SystemContext:
    """What the part on the system prints; empty where the scenario has nothing of it."""

    week: int = shows("The last week.")
    weeks: tuple[int, ...] = shows("The weeks reported.")
    ends: tuple[EndRow, ...] = shows("How the war could end.")
    ending: tuple[str, ...] = shows("Sentences on the end by age alone and on what moves it.")
    endurance: tuple[LevelRow, ...] = shows("What the sides can still bear.")
    ladders: tuple[RungRow, ...] = shows("Rungs whose chance follows from what is modelled.")
    stated: tuple[RungRow, ...] = shows("Rungs whose rate is a stated prior.")
    lines: tuple[str, ...] = shows("Sentences on red lines.")
    bargains: tuple[str, ...] = shows("Sentences on how long bargains last.")
    threats: tuple[LevelRow, ...] = shows("Who is threatened.")
    ties: tuple[LevelRow, ...] = shows("Who moves closer.")


def context(scenario: Scenario, found: System | None) -> SystemContext | None:
    """Everything that the part of the brief prints; None where the scenario has nothing of it."""
    if found is None:
        return None
    made = SystemContext(
        week=found.weeks[-1],
        weeks=found.weeks,
        ends=tuple(_ends(scenario, found)),
        ending=tuple(_ending(scenario, found)),
        endurance=_levels(scenario, found, "sides."),
        ladders=tuple(_ladders(scenario, found, stated=False)),
        stated=tuple(_ladders(scenario, found, stated=True)),
        lines=tuple(_lines(scenario, found)),
        bargains=tuple(_bargains(scenario, found)),
        threats=_levels(scenario, found, "actors."),
        ties=_levels(scenario, found, "ties."),
    )
    parts = (made.ends, made.endurance, made.ladders, made.stated, made.lines, made.bargains, made.threats, made.ties)
    return made if any(parts) else None


def _by(happenings: Iterable[Happening], what: str) -> dict[int, Happening]:
    return {one.week: one for one in happenings if one.what == what}


def _ends(scenario: Scenario, found: System) -> list[EndRow]:
    names = {side: plain(told.name) for side, told in scenario.sides.items()}
    rows = []
    alone = not _by(found.ends, "end:ceasefire")
    for kind, told in ENDS.items():
        by_week = _by(found.ends, f"end:{kind}")
        title = ANY_PEACE if kind == "settled" and alone else told
        if by_week:
            last = by_week[found.weeks[-1]]
            rows.append(
                EndRow(
                    end=title.format(**names),
                    with_it=tuple(percent(by_week[week].with_it) for week in found.weeks),
                    without=percent(last.without),
                    difference=detected(last.found, 100),
                )
            )
    return rows


def _ending(scenario: Scenario, found: System) -> list[str]:
    """Sentences: the end by age alone beside the model's, and what moves it."""
    over = found.last(found.ends, "end:over")
    if over is None:
        return []
    lines = [
        f"Wars of this age end within {over.week} weeks in {percent(found.by_age[-1])}, by age alone (past wars); with "
        f"what moves both sides' readiness here: {percent(over.with_it)}. That it lasts on is "
        f"{chance(over.not_yet)}."
    ]
    if found.breaks is not None:
        past = found.breaks
        low, high = (percent(x) for x in past.interval)
        lines.append(
            f"A ceasefire may break. Of {past.cases} past ones {past.hits} broke within five years (80%: {low} to "
            f"{high}). That is the least: one that broke within its first year is not among them."
        )
    if found.mood is not None:
        told = ", ".join(
            f"{plain(scenario.sides[side].name)} {number(value)}" for side, value in found.mood.readiness.items()
        )
        lines.append(
            f"Readiness to settle after {over.week} weeks (0 now; 1 is a side that can bear no more): {told}; hopes "
            f"that cannot both come true take {number(found.mood.optimism)} from the room for a settlement."
        )
    return lines


def _ladders(scenario: Scenario, found: System, stated: bool) -> list[RungRow]:
    rows = []
    for ladder, held in scenario.ladders.items():
        for key, rung in sorted(held.rungs.items(), key=lambda row: row[1].height):
            if rung.is_stated is not stated:
                continue
            by_week = _by(found.rungs, f"rung:ladders.{ladder}.rungs.{key}")
            last = by_week[found.weeks[-1]]
            rows.append(
                RungRow(
                    ladder=plain(held.name),
                    rung=f"{rung.height}. {plain(rung.name)}",
                    with_it=tuple(fine(by_week[week].with_it) for week in found.weeks),
                    without=fine(last.without),
                    difference=detected(last.found, 100),
                    spans="" if last.spans is None else span(last.spans),
                )
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
        rest = f", still open or cut off by the war's end in {percent(line.pending)}" if line.pending > OPEN else ""
        sentence = (
            f"{actor}, *{plain(told.name)}*: crossed in {percent(line.crossed)} of futures; answered in time in "
            f"{percent(line.answered)} of all, not answered in {percent(line.unanswered)}{rest}. That it would be "
            f"answered is believed with {percent(belief.start)} now and {percent(belief.with_it)} by week {belief.week}"
        )
        if belief.found.detectable:
            sentence += f" ({percent(belief.without)} without the entry)"
        sentences.append(f"{sentence}.")
    return sentences


def _bargains(scenario: Scenario, found: System) -> list[str]:
    sentences = []
    for got in found.received:
        name, told = got.bargain, scenario.bargains[got.bargain]
        by_week = _by(found.bargains, f"bargain:{name}")
        held = "; ".join(f"{percent(one.not_yet)} after {week} weeks" for week, one in by_week.items())
        giver, taker = plain(scenario.actors[told.giver].name), plain(scenario.actors[told.taker].name)
        sentence = (
            f"{plain(told.name)} ({giver} for {taker}): still holds in {held}; what the entry adds to the chance that "
            f"it ends, in percentage points: {detected(by_week[found.weeks[-1]].found, 100)}. "
        )
        if not got.any:
            sentence += f"The scenario says of no payment to {giver}"
        else:
            low, middle, high = got.amount
            sentence += (
                f"{giver} gets {number(middle)} million USD in that time (80%: {interval(low, high)}), in money and "
                "kind"
            )
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


def _levels(scenario: Scenario, found: System, section: str) -> tuple[LevelRow, ...]:
    """Levels of a section at the last week."""
    last = [one for one in found.levels if one.path.startswith(section) and one.week == found.weeks[-1]]
    return tuple(_level(scenario, one) for one in last)


def _level(scenario: Scenario, one: Level) -> LevelRow:
    section, name = one.path.split(".")[:2]
    held = {"sides": scenario.sides, "actors": scenario.actors, "ties": scenario.ties}[section]
    record: Any = held[name]
    title = (
        plain(record.name)
        if section != "ties"
        else " and ".join(plain(scenario.actors[a].name) for a in record.between)
    )
    difference = mean_and_range(one.found) if one.found.detectable else detected(one.found)
    return LevelRow(title, number(one.start), number(one.with_it), number(one.without), difference)


def variants_context(scenario: Scenario, rivals: Hypotheses) -> VariantsContext:
    """What each competing hypothesis answers, and all weighed together."""
    outcomes = [scenario.outcomes[name] for name in rivals.outcomes]
    names = {one.name: plain(scenario.variants[one.name].name) for one in rivals.variants}
    return VariantsContext(
        titles=tuple(named(told) for told in outcomes),
        rows=tuple(
            VariantRow(names[one.name], percent(one.weight), tuple(effect(each) for each in one.found))
            for one in rivals.variants
        ),
        unfitted=tuple(
            f"*{names[one.name]}* sets by hand what was fitted to data: {', '.join(one.unfitted)}."
            for one in rivals.variants
            if one.unfitted
        ),
        mixed=tuple(
            f"{number(value, sign=True)} ({interval(*span, sign=True)}); ±{number(error)}"
            for value, span, error in zip(rivals.mixed, rivals.mixed_range, rivals.mixed_error, strict=True)
        ),
        plain=tuple(effect(each) for each in rivals.plain),
        fewer=rivals.futures < rivals.asked,
        week=rivals.week,
        futures=f"{rivals.futures:,}",
    )
