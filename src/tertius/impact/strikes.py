"""Strikes: salvos and what comes through week by week, interceptors, days of fire left, damage, civilians killed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble
from tertius.impact.comparison import QUANTILES, Comparison
from tertius.impact.series import Fans, fans
from tertius.world import Scenario

COURSES = ("launched", "leaked", "cumulative_launched", "cumulative_leaked")
DAYS = 7.0
LONGEST = 520.0  # weeks, as the laws tell of a stock that is not used
FEWEST = 20  # futures in which the war goes on, for a number of them
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Salvos:
    """A weapon that is launched in some future.

    weapon           id of the weapon
    side             id of its side
    launched         launched in a week, items
    leaked           of these, what comes through, items
    launched_in_all  launched since the as-of date, items
    leaked_in_all    of these, what has come through, items
    """

    weapon: str
    side: str
    launched: Fans
    leaked: Fans
    launched_in_all: Fans
    leaked_in_all: Fans


@dataclass(frozen=True)
class Layer:
    """A layer of air defence that has a finite stock.

    defence       id of the defence
    side          id of its side
    interceptors  interceptors left
    """

    defence: str
    side: str
    interceptors: Fans


@dataclass(frozen=True)
class FireLeft:
    """How long a stock lasts at the pace of a week, in the futures in which the war then goes on in both worlds, days.

    kind     weapon or defence
    id       id of the weapon or of the defence
    side     id of its side
    week     weeks after the as-of date
    futures  futures behind it
    with_it  10%, 50% and 90% quantile with the entry; a stock that is not used lasts 3,640 days, the longest told
    without  the same without it
    """

    kind: str
    id: str
    side: str
    week: int
    futures: int
    with_it: Triple
    without: Triple


@dataclass(frozen=True)
class Damage:
    """A target, as the share of it that is out of work.

    target  id of the target
    side    id of the side on whose soil it lies
    damage  share out of work
    """

    target: str
    side: str
    damage: Fans


@dataclass(frozen=True)
class Killed:
    """Civilians of a side killed by strikes since the as-of date, persons.

    side    id of the side
    killed  killed in all
    """

    side: str
    killed: Fans


@dataclass(frozen=True)
class Strikes:
    """What strikes at a distance come to, in both worlds.

    salvos     weapons that are launched
    layers     layers of air defence with a finite stock
    fire_left  how long stocks last, at the as-of date and at each horizon
    damage     targets
    killed     civilians, by side
    """

    salvos: tuple[Salvos, ...]
    layers: tuple[Layer, ...]
    fire_left: tuple[FireLeft, ...]
    damage: tuple[Damage, ...]
    killed: tuple[Killed, ...]


def outputs_read(scenario: Scenario) -> Iterator[str]:
    """Paths of the outputs that `strikes` reads."""
    if not scenario.weapons:
        return
    yield "world.ended"
    yield from (f"weapons.{name}.{field}" for name in scenario.weapons for field in (*COURSES, "weeks_left"))
    yield from (f"defences.{name}.{field}" for name in scenario.defences for field in ("interceptors", "weeks_left"))
    yield from (f"targets.{name}.damage" for name in scenario.targets)
    yield from (f"sides.{side}.cumulative_civilians_killed" for side in scenario.sides)


def strikes(comparison: Comparison) -> Strikes | None:
    """All of it, from the states that both worlds kept; None for a war without strikes."""
    scenario = comparison.base.layout.scenario
    if not scenario.weapons:
        return None
    return Strikes(
        salvos=tuple(_salvos(comparison)),
        layers=tuple(
            Layer(name, told.side, _fans(comparison, f"defences.{name}.interceptors"))
            for name, told in scenario.defences.items()
            if "interceptors" in told.quantities
        ),
        fire_left=tuple(_fire_left(comparison)),
        damage=tuple(
            Damage(name, told.side, _fans(comparison, f"targets.{name}.damage"))
            for name, told in scenario.targets.items()
        ),
        killed=tuple(
            Killed(side, _fans(comparison, f"sides.{side}.cumulative_civilians_killed")) for side in scenario.sides
        ),
    )


def _fans(comparison: Comparison, path: str) -> Fans:
    return fans(comparison.base.path(path), comparison.other.path(path))


def _salvos(comparison: Comparison) -> Iterator[Salvos]:
    arms = (comparison.base, comparison.other)
    for name, told in comparison.base.layout.scenario.weapons.items():
        if any(arm.path(f"weapons.{name}.launched").any() for arm in arms):
            yield Salvos(name, told.side, *(_fans(comparison, f"weapons.{name}.{field}") for field in COURSES))


def _fire_left(comparison: Comparison) -> Iterator[FireLeft]:
    scenario = comparison.base.layout.scenario
    weapons = {name: told.side for name, told in scenario.weapons.items() if "stock" in told.quantities}
    layers = {name: told.side for name, told in scenario.defences.items() if "interceptors" in told.quantities}
    for week in (0, *comparison.horizons):
        on = _going_on(comparison.base, week) & _going_on(comparison.other, week)
        if on.sum() < FEWEST:
            continue
        for kind, held in (("weapon", weapons), ("defence", layers)):
            for name, side in held.items():
                one, two = (
                    _days(arm, f"{kind}s.{name}.weeks_left", week, on) for arm in (comparison.base, comparison.other)
                )
                if min(one[1], two[1]) < LONGEST * DAYS:
                    yield FireLeft(kind, name, side, week, int(on.sum()), one, two)


def _going_on(arm: Ensemble, week: int) -> NDArray[np.bool_]:
    return np.asarray(arm.path("world.ended")[:, week] == 0)


def _days(arm: Ensemble, path: str, week: int, on: NDArray[np.bool_]) -> Triple:
    low, middle, high = (float(level) * DAYS for level in np.quantile(arm.path(path)[on, week], QUANTILES))
    return low, middle, high
