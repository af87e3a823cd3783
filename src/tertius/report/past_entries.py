"""The box *What entries have done*: late entries most like this one, how those wars went on, and the model beside."""

from __future__ import annotations

from dataclasses import dataclass

from tertius.impact.past_entries import PastEntries
from tertius.report.contexts import shows
from tertius.report.words import number, percent, plain
from tertius.world import Scenario

SHOWN = 5
NAMED = 2
RESULTS = {
    "won": "won",
    "lost": "lost",
    "settled": "settled",
    "line": "ceasefire",
    "faded": "faded",
    "other": "otherwise",
}


@dataclass(frozen=True)
class PastRow:
    """One past entry, as text."""

    war: str = shows("The war.")
    entrants: str = shows("Who entered.")
    year: str = shows("Year of the entry.")
    age: str = shows("Years that the war had lasted.")
    strength: str = shows("Capability of those who entered over that of the state they joined.")
    lasted_on: str = shows("Years that it went on.")
    result: str = shows("How it ended for the side joined.")


@dataclass(frozen=True)
class PastContext:
    """What past entries say, beside the model."""

    lines: tuple[str, ...] = shows("Sentences: how those wars went on, the model's answer, and why the two differ.")
    rows: tuple[PastRow, ...] = shows("The nearest entries.")
    count: int = shows("How many entries the sentences rest on.")


def past_context(scenario: Scenario, found: PastEntries | None) -> PastContext | None:
    """None where there is nothing to tell."""
    if found is None:
        return None
    return PastContext(lines=tuple(_lines(scenario, found)), rows=tuple(_rows(found)), count=len(found.rows))


def _lines(scenario: Scenario, found: PastEntries) -> list[str]:
    year, *_, five = found.ended
    count, low, high = len(found.rows), *(percent(x) for x in year.interval)
    wars = len({row.war for row in found.rows})
    actor = plain(scenario.actors[found.actor].name)
    lines = [
        f"The {count} late entries most like {actor}'s, of {found.chosen_of}, went into {wars} wars. The war had ended "
        f"a year after {year.hits} of them (80%: {low} to {high}), and five years after {five.hits}.",
        f"The side joined won in {found.won} and lost in {found.lost}.",
        f"The model has this war over within {found.week} weeks in {percent(found.with_it)} of futures, without the "
        f"entry in {percent(found.without)}, and by its age alone in {percent(found.by_age)}. {_gap(found)}",
    ]
    strength = found.median_strength
    if strength is not None:
        lines.append(
            f"Those wars were {number(found.median_age, 2)} years old, and those who entered had {number(strength, 2)} "
            f"times the capability of the state they joined (medians); here it is {number(found.age, 2)} years and "
            f"{number(found.strength, 2)} times."
        )
    lines.append("States enter hard wars, so this is no proof of what an entry does.")
    return lines


def _gap(found: PastEntries) -> str:
    year = found.ended[0]
    low, high = year.interval
    if low <= found.with_it <= high:
        return "Within what so few entries can tell, the two agree."
    more = found.with_it > high
    nearer = (found.by_age > high) if more else (found.by_age < low)
    so = "more often" if more else "less often"
    if nearer:
        return f"It ends wars {so} because all past wars of this age did, entered or not."
    return f"It ends wars {so} because of what moves both sides' readiness here."


def _rows(found: PastEntries) -> list[PastRow]:
    rows = []
    for one in found.rows[:SHOWN]:
        rest = len(one.entrants) - NAMED
        names = ", ".join(plain(name) for name in one.entrants[:NAMED])
        rows.append(
            PastRow(
                war=plain(one.war),
                entrants=f"{names} and {rest} more" if rest > 0 else names,
                year=str(one.year),
                age=number(one.age, 2),
                strength="not known" if one.strength is None else number(one.strength, 2),
                lasted_on="not over" if one.lasted_on is None else number(one.lasted_on, 2),
                result=RESULTS[one.result],
            )
        )
    return rows
