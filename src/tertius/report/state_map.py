"""The world's states with a number each, as a map that is drawn without a chart: outlines as paths, numbers beside.

What can be shown: the chance that a state steps up anything, what the entry adds, how threatened it feels, and its
likeliest step up of support. Outlines are those of `report.outlines`, in Natural Earth's projection.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from tertius.impact.answer import Answer
from tertius.impact.series import Fan
from tertius.report.contexts import shows
from tertius.report.figures_states import largest_change
from tertius.report.outlines import outlines, states_of
from tertius.report.phrases import gap
from tertius.report.words import number, percent
from tertius.world import Scenario

SUPPORT = ("arms", "munitions", "finance", "troops", "technology")
"""Kinds of instruments by which a state supports another."""
WIDE, HIGH = 1000.0, 520.0  # of the whole map, in its own units
SPREAD = (0.8707, -0.131979, -0.013791, 0.003971, -0.001529)
RISE = (1.007226, 0.015085, -0.044475, 0.028874, -0.005916)
"""Of the projection (Šavrič, Jenny, Patterson 2011): across by latitude^0, 2, 4, 10, 12; up by ^1, 3, 7, 9, 11."""


@dataclass(frozen=True)
class StateValue:
    """A state and its number."""

    actor: str = shows("id of the actor")
    name: str = shows("its name")
    value: float = shows("the number")
    share: float = shows("how strong its colour is: the number over the largest, in [-1, 1]")
    text: str = shows("the number, as text")
    states: tuple[str, ...] = shows("codes of the states that it is; none where it has no outline")


@dataclass(frozen=True)
class StateMap:
    """A map."""

    by: str = shows("what is shown: chance, adds, threat or support")
    title: str = shows("what is shown, and by when")
    rows: tuple[StateValue, ...] = shows("states with their numbers, the largest first")
    leads: tuple[str, ...] = shows("codes of the states that are at war")


def state_map(answer: Answer, scenario: Scenario, by: str) -> StateMap:
    """The map of one of `MEASURES`."""
    title, held = MEASURES[by](answer, scenario)
    found = sorted(held, key=lambda row: (-abs(row[1]), row[0]))
    largest = 1.0 if by in ("chance", "support") else max((abs(value) for _, value, _ in found), default=0.0) or 1.0
    codes = {actor: states_of(scenario, actor) for actor, _, _ in found}
    alone = {held[0] for held in codes.values() if len(held) == 1}  # a state of its own, though a union has it too
    rows = tuple(
        StateValue(
            actor,
            scenario.actors[actor].name,
            value,
            value / largest,
            text,
            tuple(code for code in codes[actor] if len(codes[actor]) == 1 or code not in alone),
        )
        for actor, value, text in found
    )
    leads = tuple(code for side in scenario.sides.values() for code in states_of(scenario, side.lead))
    return StateMap(by, title, rows, leads)


Rows = list[tuple[str, float, str]]


def _chance(answer: Answer, scenario: Scenario) -> tuple[str, Rows]:
    states = answer.summary.states if answer.summary is not None else ()
    rows = [(one.actor, one.any_step.with_it, percent(one.any_step.with_it)) for one in states]
    week = states[0].any_step.week if states else answer.last
    return f"Chance that a state steps up anything by {answer.run.dates[week]:%B %Y}, with the entry", rows


def _adds(answer: Answer, scenario: Scenario) -> tuple[str, Rows]:
    rows = []
    for one in answer.summary.states if answer.summary is not None and answer.reactions is not None else ():
        found = largest_change(answer, one)
        rows.append((one.actor, found or 0.0, gap(found) if found is not None else "not to be told from none"))
    week = answer.reactions.week if answer.reactions is not None else answer.last
    return f"What the entry adds to the step that changes most by {answer.run.dates[week]:%B %Y}", rows


def _threat(answer: Answer, scenario: Scenario) -> tuple[str, Rows]:
    levels = answer.system.levels if answer.system is not None else ()
    rows = [
        (one.path.split(".")[1], one.with_it, f"{number(one.with_it)} (now {number(one.start)})")
        for one in levels
        if one.path.startswith("actors.") and one.path.endswith(".threat") and one.week == answer.last
    ]
    return f"How threatened each state feels in {answer.run.dates[answer.last]:%B %Y}, with the entry", rows


def _support(answer: Answer, scenario: Scenario) -> tuple[str, Rows]:
    best: dict[str, tuple[float, str]] = {}
    for row in answer.reactions.at_horizon() if answer.reactions is not None else ():
        told = scenario.instruments[row.instrument]
        if told.kind in SUPPORT and row.up.open and not row.imposed:
            best[row.actor] = max(best.get(row.actor, (-1.0, "")), (row.up.with_it, told.name))
    week = answer.reactions.week if answer.reactions is not None else answer.last
    rows = [(actor, chance, f"{percent(chance)} ({name})") for actor, (chance, name) in best.items()]
    return (
        f"Chance of each state's likeliest step up of support by {answer.run.dates[week]:%B %Y}, with the entry",
        rows,
    )


MEASURES: dict[str, Callable[[Answer, Scenario], tuple[str, Rows]]] = {
    "chance": _chance,
    "adds": _adds,
    "threat": _threat,
    "support": _support,
}


@cache
def shapes() -> dict[str, str]:
    """Code of a state -> its outline as the data of an SVG path, in a box of 1000 by 520."""
    return {code: "".join(_path(feature["geometry"]["coordinates"])) for code, feature in outlines().items()}


def _path(polygons: list[list[list[list[float]]]]) -> Iterator[str]:
    for polygon in polygons:
        for ring in polygon:
            points = [_placed(*pair) for pair in ring]
            x, y = points[0]
            yield f"M{x:g} {y:g}"
            for across, down in points[1:]:
                if (across, down) != (x, y):
                    yield f"L{across:g} {down:g}"
                    x, y = across, down
            yield "Z"


def _placed(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a place lies, to a half of a unit."""
    angle = math.radians(latitude)
    squares = angle * angle
    spread = sum(factor * squares**power for factor, power in zip(SPREAD, (0, 1, 2, 5, 6), strict=True))
    rise = angle * sum(factor * squares**power for factor, power in zip(RISE, (0, 1, 3, 4, 5), strict=True))
    x = WIDE / 2 * (1 + math.radians(longitude) * spread / (math.pi * SPREAD[0]))
    y = HIGH / 2 - rise * WIDE / (2 * math.pi * SPREAD[0])
    return round(2 * x) / 2, round(2 * y) / 2


@dataclass(frozen=True)
class LandValue:
    """The land of a theatre in a week, in km2: medians, and the 80% of futures with the entry."""

    theatre: str = shows("id of the theatre")
    name: str = shows("its name")
    label: str = shows("whose land it is, held by whom")
    start: float = shows("land at the as-of date")
    low: float = shows("lower end of 80% of futures")
    middle: float = shows("median with the entry")
    high: float = shows("upper end")
    without: float = shows("median without it")
    least: float = shows("the smallest of all weeks, for a common scale")
    most: float = shows("the largest of them")


def lands(answer: Answer, scenario: Scenario, week: int) -> tuple[LandValue, ...]:
    """The theatres whose land an outcome tells of. Raises IndexError for a week that was not run."""
    series, found = answer.series, []
    for name, told in scenario.theatres.items():
        held = next(
            (one for one in answer.outcomes if scenario.outcomes[one.id].output == f"theatres.{name}.area"), None
        )
        if series is None or held is None:
            continue
        fans = series.outcomes[held.id]
        base = series.start[held.id] if scenario.outcomes[held.id].measure == "change" else 0.0
        low, middle, high = (base + levels[week] for levels in _levels(fans.with_it))
        every = [base + value for fan in (fans.with_it, fans.without) for levels in _levels(fan) for value in levels]
        found.append(
            LandValue(
                name,
                told.name,
                told.area_label,
                base + fans.with_it.q50[0],
                low,
                middle,
                high,
                base + fans.without.q50[week],
                min(every),
                max(every),
            )
        )
    return tuple(found)


def _levels(fan: Fan) -> tuple[tuple[float, ...], ...]:
    return fan.q10, fan.q50, fan.q90
