"""What a state knows of the future that is played: what is public, and what is its own; nothing of weeks to come.

Steps, rungs, ends of bargains, closed theatres and turns of the calendar are seen at the end of the week in which they
come. A series is seen as its source gives it, late and with its error (`tertius.impact.observables`). Where nothing
observes the land of a theatre whose past areas have a source, that source is taken to go on, a week late and without
error. A state knows its soldiers abroad and its stakes as far as they are known; one that leads a side also that side's
forces, losses, stocks and land.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from tertius.calendar import week_ends
from tertius.engine import Ensemble
from tertius.evidence import weeks_late
from tertius.impact.observables import counted, is_flow, rungs
from tertius.impact.seminar.records import Coming, Happening, Known, Reading, Stake, Step, Stock
from tertius.world import Scenario

MAP_LAG = 1
OF_A_SIDE = ("losses", "cumulative_losses", "shells", "equipment", "endurance")
OF_A_CONTINGENT = ("troops", "cumulative_losses")
NAMES = {
    "losses": "losses this week",
    "cumulative_losses": "losses since the as-of date",
    "shells": "artillery rounds in stock",
    "equipment": "armoured vehicles",
    "endurance": "endurance",
    "troops": "soldiers",
}


def day_of(scenario: Scenario, week: int) -> date:
    """The end of a week; of week 0 the as-of date."""
    return week_ends(scenario.as_of, week)[-1] if week else scenario.as_of


def known(past: Ensemble, week: int) -> Known:
    """What everybody knows at the end of a week of the one future of `past`, which may run further."""
    scenario = past.layout.scenario
    return Known(
        week=week,
        day=day_of(scenario, week),
        over=over(past, week),
        steps=tuple(sorted(steps(past, week), key=lambda step: (step.week, step.state, step.instrument))),
        openly=tuple(sorted(_openly(past, week), key=lambda each: (each.week, each.name))),
        series=tuple(_series(past, week)),
        coming=tuple(sorted(_coming(scenario, week), key=lambda each: (each.day, each.what))),
    )


def over(past: Ensemble, week: int) -> str:
    """How the war has ended by the end of a week: settlement, ceasefire or ended; empty while it goes on."""
    if past.path("world.ended")[0, week] == 0:
        return ""
    if past.path("world.settled")[0, week] > 0:
        return "settlement"
    return "ceasefire" if past.path("world.ceasefire")[0, week] > 0 else "ended"


def steps(past: Ensemble, week: int) -> Iterator[Step]:
    """Steps of all instruments up to the end of a week."""
    for name, told in past.layout.scenario.instruments.items():
        levels = past.path(f"instruments.{name}.level")[0, : week + 1]
        for place in np.flatnonzero(np.diff(levels)):
            before, after = (told.levels[round(float(levels[place + at]))] for at in (0, 1))
            way = "up" if levels[place + 1] > levels[place] else "down"
            yield Step(int(place) + 1, told.actor, name, way, before, after)


def _openly(past: Ensemble, week: int) -> Iterator[Happening]:
    scenario = past.layout.scenario

    def first(path: str, gone: bool = False) -> int:
        """Week at whose end it was first there, or gone; 0 where it was so at the as-of date, or has not come."""
        there = past.path(path)[0, : week + 1]
        at = np.flatnonzero(there == 0 if gone else there > 0)
        return int(at[0]) if at.size else 0

    for name, path in rungs(scenario).items():
        ladder, _, key = name.partition(".")
        if at := first(f"{path}.reached"):
            yield Happening(at, scenario.ladders[ladder].rungs[key].name, name)
    for name, bargain in scenario.bargains.items():
        if at := first(f"bargains.{name}.alive", gone=True):
            yield Happening(at, f"{bargain.name}: ends", f"{name}:ends")
    for name, theatre in scenario.theatres.items():
        if theatre.closes_at_zero and (at := first(f"theatres.{name}.open", gone=True)):
            yield Happening(at, f"{theatre.name}: closed", f"{name}:closes")
    for name, occasion in scenario.calendar.items():
        for key, turn in occasion.turns.items():
            if at := first(f"calendar.{name}.turns.{key}.turned"):
                yield Happening(at, f"{occasion.name}: {turn.name}", f"{name}:{key}")


def _series(past: Ensemble, week: int) -> Iterator[Reading]:
    scenario = past.layout.scenario
    lands = {f"theatres.{name}.area": theatre.area_label for name, theatre in scenario.theatres.items()}
    seen = set()
    for name, told in scenario.observations.items():
        lag, flow = weeks_late(told.series), is_flow(past, name)
        seen.add(told.output)
        values = np.maximum(counted(past, name)[0], past.layout.output(told.output)[2].low)
        source, title = told.series.partition(".")[0], lands.get(told.output, told.name)
        yield _reading(title, told.unit, source, lag, values, week, 1 if flow else 0)
    for name, theatre in scenario.theatres.items():
        path = f"theatres.{name}.area"
        if theatre.history_source is not None and path not in seen:
            values = past.path(path)[0].astype(np.float64)
            source = ", ".join(theatre.history_source)
            yield _reading(theatre.area_label, "km2", source, MAP_LAG, values, week, 0)


def _reading(name: str, unit: str, source: str, lag: int, values: np.ndarray, week: int, first: int) -> Reading:
    """What is out of a series by the end of a week; the as-of value of a stock is known from the start."""
    weeks = range(first, max(first, week - lag + 1)) or (range(1) if first == 0 else range(0))
    return Reading(name, unit, source, lag, tuple(weeks), tuple(float(values[each]) for each in weeks))


def _coming(scenario: Scenario, week: int) -> Iterator[Coming]:
    day = day_of(scenario, week)
    for occasion in scenario.calendar.values():
        if occasion.date is not None and occasion.date > day:
            yield Coming(occasion.date, occasion.name)


def stocks(past: Ensemble, state: str, week: int) -> Iterator[Stock]:
    """What a state has, at the end of a week."""
    layout, scenario = past.layout, past.layout.scenario

    def stock(path: str, name: str) -> Stock:
        values = past.path(path)[0]
        return Stock(name, layout.output(path)[2].unit, float(values[week]), float(values[0]))

    for name, contingent in scenario.contingents.items():
        if contingent.actor == state:
            for each in OF_A_CONTINGENT:
                yield stock(f"contingents.{name}.{each}", f"{contingent.name}: {NAMES[each]}")
    for key, side in scenario.sides.items():
        if side.lead != state:
            continue
        for name, theatre in scenario.theatres.items():
            yield stock(f"theatres.{name}.forces.{key}.troops", f"{theatre.name}: own soldiers")
            yield stock(f"theatres.{name}.area", theatre.area_label)
        for each in OF_A_SIDE:
            yield stock(f"sides.{key}.{each}", f"{side.name}: {NAMES[each]}")


def stakes(past: Ensemble, state: str, week: int) -> Iterator[Stake]:
    """Its stakes, by their change as far as it is known."""
    scenario = past.layout.scenario
    for name, interest in scenario.actors[state].interests.items():
        told = scenario.stakes[name]
        change = float(past.path(f"stakes.{name}.perceived")[0, week])
        yield Stake(told.name, told.unit, interest.wants, change)
