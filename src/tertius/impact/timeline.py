"""A dated timeline: what is likely when, with the entry.

Dates are those of the futures in which it happens. The chance of it is the one that the tables of states and of the
system have for the last week, with chance taken out where it can be (`impact.chances`); counts are for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tertius.impact.battlefield import week_quantiles
from tertius.impact.comparison import Comparison
from tertius.impact.reactions import Reactions
from tertius.impact.recorded import Recorded
from tertius.impact.system import bargain_ends, happened, rungs_reached

LEAST = 0.05  # rarer than this is in the tables of escalation, not on the timeline
LEAST_STEP = 0.3
COMMITTED, CLOSED, UP, DOWN = "committed", "closed", "up", "down"
REACHED, UNANSWERED, BARGAIN_ENDS, WAR_ENDS = "reached", "unanswered", "bargain-ends", "war-ends"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moment:
    """Something that happens in a share of futures.

    kind   committed (the first of a contingent), closed (a theatre), up or down (a step of an instrument), reached (a
           rung), unanswered (a crossing of a red line), bargain-ends, war-ends
    path   dotted path of whom it happens to
    share  chance that it happens within the run
    weeks  10%, 50% and 90% quantile of its week among those futures
    """

    kind: str
    path: str
    share: float
    weeks: tuple[int, int, int]


def timeline(comparison: Comparison, reactions: Reactions | None) -> tuple[Moment, ...]:
    """What happens often enough, by median week."""
    base = Recorded(comparison.base)
    found = _moments(base, _chances(base, Recorded(comparison.other), reactions))
    return tuple(sorted(found, key=lambda moment: (moment.weeks[1], -moment.share)))


def _chances(base: Recorded, other: Recorded, reactions: Reactions | None) -> dict[tuple[str, str], float]:
    """Kind and path -> chance by the last week, as the tables have it."""
    last = base.ensemble.weeks
    told: dict[tuple[str, str], float] = {}
    for row in reactions.rows if reactions is not None else ():
        if row.week == last:
            path = f"instruments.{row.instrument}"
            told |= {(UP, path): row.up.with_it, (DOWN, path): row.down.with_it}
    for one in rungs_reached(base, other, (last,)):
        told[REACHED, one.what.removeprefix("rung:")] = one.with_it
    for one in bargain_ends(base, other, (last,)):
        told[BARGAIN_ENDS, f"bargains.{one.what.removeprefix('bargain:')}"] = one.with_it
    return told


def _moment(
    told: Mapping[tuple[str, str], float], kind: str, path: str, came: Floats, least: float = LEAST
) -> Iterator[Moment]:
    """From whether it has happened by each week, (trajectory, week + 1); what was there at the start is no news."""
    new = (came[:, 0] == 0) & (came[:, -1] > 0)
    share = told.get((kind, path), float(new.mean())) if not came[:, 0].any() else float(new.mean())
    if share >= least and new.any():
        yield Moment(kind, path, share, week_quantiles(came[new].argmax(axis=1)))


def _moments(base: Recorded, told: Mapping[tuple[str, str], float]) -> Iterator[Moment]:
    scenario, moment = base.scenario, partial(_moment, told)
    for path in (f"contingents.{name}" for name in scenario.contingents):
        yield from moment(COMMITTED, path, happened(base.output(f"{path}.sent")))
    for name, theatre in scenario.theatres.items():
        if theatre.closes_at_zero:
            yield from moment(CLOSED, f"theatres.{name}", happened(1.0 - base.output(f"theatres.{name}.open")))
    for path in (f"instruments.{name}" for name in scenario.instruments):
        level = base.output(f"{path}.level")
        start = level[:, :1]
        for kind, moved in ((UP, level > start), (DOWN, level < start)):
            yield from moment(kind, path, np.maximum.accumulate(moved, axis=1).astype(float), LEAST_STEP)
    for ladder, held in scenario.ladders.items():
        for path in (f"ladders.{ladder}.rungs.{key}" for key in held.rungs):
            yield from moment(REACHED, path, happened(base.output(f"{path}.reached")))
    for path in (f"red_lines.{name}" for name in scenario.red_lines):
        yield from moment(UNANSWERED, path, happened(base.output(f"{path}.unanswered")))
    for path in (f"bargains.{name}" for name in scenario.bargains):
        yield from moment(BARGAIN_ENDS, path, happened(1.0 - base.output(f"{path}.alive")))
    yield from moment(WAR_ENDS, "world", happened(base.output("world.ended")))
