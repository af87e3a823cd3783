"""The battlefield: land all held or lost, losses, what a contingent is worth, who comes, whose own troops move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble
from tertius.impact.comparison import QUANTILES, Comparison
from tertius.world import Scenario

FRICTIONS = ("lost_to_interpreters", "lost_to_officers", "lost_to_discord", "lost_to_dilution")
EDGE = 1e-6  # what 32-bit numbers may miss of all the land
LEAST_EDGE = 0.01  # share of futures from which on an edge is told


@dataclass(frozen=True)
class Edge:
    """A theatre whose land is all held, or all lost, in some futures with the entry by the last week.

    theatre  id of the theatre
    land     all the land that there is, median over futures, km2
    every    share of futures in which its holder has all of it
    none     share in which it has none of it
    """

    theatre: str
    land: float
    every: float
    none: float


@dataclass(frozen=True)
class SideLosses:
    """A side's losses in one week, medians of the futures in which the war then goes on in both worlds, persons.

    side     id of the side
    week     weeks after the as-of date
    with_it  with the entry
    without  without it
    """

    side: str
    week: int
    with_it: float
    without: float


@dataclass(frozen=True)
class Worth:
    """What a contingent is worth after some weeks, with the entry; means over futures.

    contingent  id of the contingent
    week        weeks after the as-of date
    present     soldiers present
    concerted   those who have to act in concert with strangers: the contingent, or those of the host whom it leads
    usable      share of their strength that can be used
    lost        friction -> share of that strength lost to it
    """

    contingent: str
    week: int
    present: float
    concerted: float
    usable: float
    lost: dict[str, float]


@dataclass(frozen=True)
class Arrival:
    """A contingent that the comparison undoes and that is committed within the run in some futures.

    contingent  id of the contingent
    share       share of futures in which it is committed
    weeks       10%, 50% and 90% quantile of the first week in which it is
    """

    contingent: str
    share: float
    weeks: tuple[int, int, int]


@dataclass(frozen=True)
class OwnTroops:
    """A side's own soldiers in a theatre by the last week, with the entry less without, persons.

    theatre    id of the theatre
    side       id of the side
    mean       mean difference
    quantiles  its 10%, 50% and 90% quantile over futures
    """

    theatre: str
    side: str
    mean: float
    quantiles: tuple[float, float, float]


@dataclass(frozen=True)
class Battlefield:
    """What the entry does where the fighting is.

    edges      theatres whose land is all held or all lost in some futures
    losses     a side's losses in the weeks reported
    worth      contingents that are there in the weeks reported
    arrivals   contingents that come within the run in some futures
    own_troops  own soldiers that the entry moves
    """

    edges: tuple[Edge, ...]
    losses: tuple[SideLosses, ...]
    worth: tuple[Worth, ...]
    arrivals: tuple[Arrival, ...]
    own_troops: tuple[OwnTroops, ...]


def outputs_read(scenario: Scenario) -> Iterator[str]:
    """Paths of the outputs that `battlefield` reads."""
    yield "world.ended"
    for theatre in scenario.theatres:
        yield f"theatres.{theatre}.area"
        yield from (f"theatres.{theatre}.forces.{side}.troops" for side in scenario.sides)
    yield from (f"sides.{side}.losses" for side in scenario.sides)
    for name in scenario.contingents:
        yield from (f"contingents.{name}.{field}" for field in ("troops", "concerted", "sent", *FRICTIONS))


def battlefield(comparison: Comparison) -> Battlefield:
    """All of it, from the states that both worlds kept."""
    return Battlefield(
        edges=tuple(_edges(comparison.base)),
        losses=tuple(_losses(comparison)),
        worth=tuple(_worth(comparison)),
        arrivals=tuple(_arrivals(comparison)),
        own_troops=tuple(_own_troops(comparison)),
    )


def lands_held(world: Ensemble) -> Iterator[tuple[str, dict[str, NDArray[np.bool_]]]]:
    """Theatre, and whether its holder has all of the land, or none, by the last week; shape (trajectory,) each."""
    for name in world.layout.scenario.theatres:
        area = world.path(f"theatres.{name}.area")[:, world.weeks]
        yield name, {"all": area >= _ceiling(world, name, len(area)) * (1 - EDGE), "none": area <= 0}


def _ceiling(world: Ensemble, theatre: str, count: int) -> NDArray[np.float64]:
    """All the land that there is, shape (trajectory,), km2."""
    path = f"theatres.{theatre}.area_ceiling"
    drawn = world.parameters.get(path)
    if drawn is not None:
        return np.asarray(drawn[:count])
    return np.full(count, next(c.quantity.central for c in world.layout.columns if c.path == path))


def _edges(base: Ensemble) -> Iterator[Edge]:
    for name, held in lands_held(base):
        every, none = float(held["all"].mean()), float(held["none"].mean())
        if max(every, none) >= LEAST_EDGE:
            land = float(np.median(_ceiling(base, name, len(held["all"]))))
            yield Edge(name, land, every, none)


def _losses(comparison: Comparison) -> Iterator[SideLosses]:
    base, other = comparison.base, comparison.other
    if not base.layout.scenario.theatres:
        return
    for name in base.layout.scenario.sides:
        for week in comparison.horizons:
            on = (base.path("world.ended")[:, week] == 0) & (other.path("world.ended")[:, week] == 0)
            if on.any():
                path = f"sides.{name}.losses"
                with_it, without = (float(np.median(arm.path(path)[on, week])) for arm in (base, other))
                yield SideLosses(name, week, with_it, without)


def _worth(comparison: Comparison) -> Iterator[Worth]:
    base = comparison.base
    for name in base.layout.scenario.contingents:
        path = f"contingents.{name}"
        troops = base.path(f"{path}.troops").mean(axis=0)
        for week in comparison.horizons:
            if troops[week] <= 0:
                continue
            lost = {field: float(base.path(f"{path}.{field}")[:, week].mean()) for field in FRICTIONS}
            # Those who were there to fight; who fell in the week is no longer among the troops at its end.
            fought = float(base.path(f"{path}.concerted")[:, week].mean())
            if fought > 0:
                shares = {field: share / fought for field, share in lost.items()}
                yield Worth(name, week, float(troops[week]), fought, 1.0 - sum(shares.values()), shares)


def _arrivals(comparison: Comparison) -> Iterator[Arrival]:
    base, set_by_it = comparison.base, comparison.other.layout.overrides
    events = base.layout.scenario.events.items()
    undone = {event.target for name, event in events if f"events.{name}.troops" in set_by_it}
    for name in base.layout.scenario.contingents:
        sent = base.path(f"contingents.{name}.sent")
        came = sent[:, -1] > 0
        if not came.any() or (sent[:, 0] > 0).all() or (undone and name not in undone):
            continue
        first = (sent[came] > 0).argmax(axis=1)
        yield Arrival(name, float(came.mean()), week_quantiles(first))


def _own_troops(comparison: Comparison) -> Iterator[OwnTroops]:
    for (theatre, side), change in moved_troops(comparison):
        last = change[:, comparison.base.weeks]
        if np.any(last):
            low, middle, high = (float(x) for x in np.quantile(last, QUANTILES))
            yield OwnTroops(theatre, side, float(last.mean()), (low, middle, high))


def moved_troops(comparison: Comparison) -> Iterator[tuple[tuple[str, str], NDArray[np.float32]]]:
    """Theatre and side, and change of own soldiers, shape (trajectory, week + 1), wherever the entry moves any."""
    scenario = comparison.base.layout.scenario
    for theatre in scenario.theatres:
        for side in scenario.sides:
            path = f"theatres.{theatre}.forces.{side}.troops"
            change = comparison.base.path(path) - comparison.other.path(path)
            if np.any(change):
                yield (theatre, side), change


def week_quantiles(weeks: NDArray[np.int64]) -> tuple[int, int, int]:
    """10%, 50% and 90% quantile of some weeks, each one of them."""
    low, middle, high = (int(x) for x in np.quantile(weeks, QUANTILES, method="nearest"))
    return low, middle, high
