"""Week by week: what a figure draws of the two worlds on the battlefield, as quantiles over futures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble
from tertius.impact.battlefield import FRICTIONS, moved_troops
from tertius.impact.comparison import Comparison

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Fan:
    """Quantiles over futures, a number a week from the as-of date on.

    q10  10% quantile
    q25  25% quantile
    q50  median
    q75  75% quantile
    q90  90% quantile
    """

    q10: tuple[float, ...]
    q25: tuple[float, ...]
    q50: tuple[float, ...]
    q75: tuple[float, ...]
    q90: tuple[float, ...]


@dataclass(frozen=True)
class Fans:
    """Something in both worlds.

    with_it     with the entry
    without     without it
    difference  the paired difference, with less without
    """

    with_it: Fan
    without: Fan
    difference: Fan


@dataclass(frozen=True)
class MovedTroops:
    """A side's own soldiers in a theatre, with the entry less without, persons.

    theatre     id of the theatre
    side        id of the side
    difference  the paired difference
    """

    theatre: str
    side: str
    difference: Fan


@dataclass(frozen=True)
class Series:
    """What the figures draw.

    outcomes     id -> the outcome, in its unit
    start        id -> median of what the outcome is measured from: its output at the as-of date, or 0 for a level
    losses       id of a side -> its losses in each week, as its source counts them, persons
    contingents  id -> part of its strength (usable, or what it is lost to) -> mean soldiers; those who come
    own_troops   own soldiers that the entry moves
    """

    outcomes: dict[str, Fans]
    start: dict[str, float]
    losses: dict[str, Fans]
    contingents: dict[str, dict[str, tuple[float, ...]]]
    own_troops: tuple[MovedTroops, ...]


def series(comparison: Comparison) -> Series:
    """All of it, from the states that both worlds kept."""
    base = comparison.base
    scenario = base.layout.scenario
    return Series(
        outcomes={name: fans(base.of(name), comparison.other.of(name)) for name in scenario.outcomes},
        start={name: start_of(base, name) for name in scenario.outcomes},
        losses={side: _fans(comparison, f"sides.{side}.losses") for side in scenario.sides},
        contingents=dict(_contingents(base)),
        own_troops=tuple(MovedTroops(*place, fan(change)) for place, change in moved_troops(comparison)),
    )


def fan(values: NDArray[Any]) -> Fan:
    """Quantiles of values of shape (trajectory, week)."""
    return Fan(*(tuple(level.tolist()) for level in np.quantile(values, LEVELS, axis=0)))


def fans(with_it: NDArray[Any], without: NDArray[Any]) -> Fans:
    """Quantiles of two paired samples of shape (trajectory, week), and of their difference."""
    return Fans(fan(with_it), fan(without), fan(with_it - without))


def _fans(comparison: Comparison, path: str) -> Fans:
    return fans(comparison.base.path(path), comparison.other.path(path))


def start_of(base: Ensemble, name: str) -> float:
    """Median of what an outcome is measured from: its output at the as-of date, or 0 for a level."""
    told = base.layout.scenario.outcomes[name]
    return told.scale * float(np.median(base.path(told.output)[:, 0])) if told.measure == "change" else 0.0


def _contingents(base: Ensemble) -> Iterator[tuple[str, dict[str, tuple[float, ...]]]]:
    for name in base.layout.scenario.contingents:
        path = f"contingents.{name}"
        if base.path(f"{path}.troops").max() > 0:
            lost = {part: base.path(f"{path}.{part}").mean(axis=0) for part in FRICTIONS}
            usable = base.path(f"{path}.concerted").mean(axis=0) - sum(lost.values())
            yield name, {part: tuple(values.tolist()) for part, values in ({"usable": usable} | lost).items()}
