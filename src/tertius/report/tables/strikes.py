"""Tables of strikes: salvos, interceptors, damage and civilians killed week by week; days of fire left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, TypeAlias

from tertius.impact.answer import Answer
from tertius.impact.series import Fans
from tertius.report.strikes import name_of
from tertius.report.tables.columns import Count, InUnit, Table, Week
from tertius.world import Scenario

WORLDS: Final = {"with_it": "with", "without": "without", "difference": "difference"}
Days: TypeAlias = Annotated[float, "day"]


@dataclass(frozen=True)
class Weekly:
    """Strikes week by week, as quantiles over futures.

    kind   launched, leaked (in a week), launched-in-all, leaked-in-all, interceptors, damage or killed
    id     id of the weapon, of the defence, of the target or of the side
    name   its name
    unit   its unit
    world  with, without or difference (of the same future in the two)
    week   weeks after the as-of date
    date   end of that week
    q10    10% quantile
    q25    25% quantile
    q50    median
    q75    75% quantile
    q90    90% quantile
    """

    kind: str
    id: str
    name: str
    unit: str
    world: str
    week: Week
    date: date
    q10: InUnit
    q25: InUnit
    q50: InUnit
    q75: InUnit
    q90: InUnit


def weekly(answer: Answer, scenario: Scenario) -> Iterator[Weekly]:
    """Rows of the table."""
    for kind, name, title, unit, held in _courses(answer, scenario):
        for field, world in WORLDS.items():
            fan = getattr(held, field)
            for week, levels in enumerate(zip(fan.q10, fan.q25, fan.q50, fan.q75, fan.q90, strict=True)):
                yield Weekly(kind, name, title, unit, world, week, answer.run.dates[week], *levels)


def _courses(answer: Answer, scenario: Scenario) -> Iterator[tuple[str, str, str, str, Fans]]:
    found = answer.strikes
    if found is None:
        return
    for one in found.salvos:
        title = scenario.weapons[one.weapon].name
        yield "launched", one.weapon, title, "items/week", one.launched
        yield "leaked", one.weapon, title, "items/week", one.leaked
        yield "launched-in-all", one.weapon, title, "items", one.launched_in_all
        yield "leaked-in-all", one.weapon, title, "items", one.leaked_in_all
    for layer in found.layers:
        yield "interceptors", layer.defence, scenario.defences[layer.defence].name, "items", layer.interceptors
    for target in found.damage:
        yield "damage", target.target, scenario.targets[target.target].name, "1", target.damage
    for side in found.killed:
        yield "killed", side.side, scenario.sides[side.side].name, "persons", side.killed


@dataclass(frozen=True)
class FireLeft:
    """How long a stock lasts at the pace of a week, of the futures in which the war then goes on in both worlds.

    kind         weapon or defence
    id           id of the weapon or of the defence
    name         its name
    side         id of its side
    week         weeks after the as-of date
    date         end of that week
    futures      futures behind it
    with_q10     10% quantile with the entry
    with_q50     median with the entry
    with_q90     90% quantile with the entry
    without_q10  10% quantile without it
    without_q50  median without it
    without_q90  90% quantile without it
    """

    kind: str
    id: str
    name: str
    side: str
    week: Week
    date: date
    futures: Count
    with_q10: Days
    with_q50: Days
    with_q90: Days
    without_q10: Days
    without_q50: Days
    without_q90: Days


def fire_left(answer: Answer, scenario: Scenario) -> Iterator[FireLeft]:
    """Rows of the table."""
    for one in answer.strikes.fire_left if answer.strikes is not None else ():
        end = answer.run.dates[one.week]
        lead = (one.kind, one.id, name_of(scenario, one), one.side, one.week, end, one.futures)
        yield FireLeft(*lead, *one.with_it, *one.without)


TABLES: Final = {"strikes": Table(Weekly, weekly), "fire_left": Table(FireLeft, fire_left)}
