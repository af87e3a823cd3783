"""A dated timeline: what is likely when, by the futures with the entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.impact.battlefield import week_quantiles
from tertius.impact.comparison import Comparison
from tertius.impact.recorded import Recorded
from tertius.impact.system import happened

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
    share  share of futures in which it happens within the run
    weeks  10%, 50% and 90% quantile of its week among those futures
    """

    kind: str
    path: str
    share: float
    weeks: tuple[int, int, int]


def timeline(comparison: Comparison) -> tuple[Moment, ...]:
    """What happens often enough, by median week."""
    found = _moments(Recorded(comparison.base))
    return tuple(sorted(found, key=lambda moment: (moment.weeks[1], -moment.share)))


def _moment(kind: str, path: str, came: Floats, least: float = LEAST) -> Iterator[Moment]:
    """From whether it has happened by each week, (trajectory, week + 1); what was there at the start is no news."""
    new = (came[:, 0] == 0) & (came[:, -1] > 0)
    share = float(new.mean())
    if share >= least:
        yield Moment(kind, path, share, week_quantiles(came[new].argmax(axis=1)))


def _moments(base: Recorded) -> Iterator[Moment]:
    scenario = base.scenario
    for path in (f"contingents.{name}" for name in scenario.contingents):
        yield from _moment(COMMITTED, path, happened(base.output(f"{path}.sent")))
    for name, theatre in scenario.theatres.items():
        if theatre.closes_at_zero:
            yield from _moment(CLOSED, f"theatres.{name}", happened(1.0 - base.output(f"theatres.{name}.open")))
    for path in (f"instruments.{name}" for name in scenario.instruments):
        level = base.output(f"{path}.level")
        start = level[:, :1]
        for kind, moved in ((UP, level > start), (DOWN, level < start)):
            yield from _moment(kind, path, np.maximum.accumulate(moved, axis=1).astype(float), LEAST_STEP)
    for ladder, held in scenario.ladders.items():
        for path in (f"ladders.{ladder}.rungs.{key}" for key in held.rungs):
            yield from _moment(REACHED, path, happened(base.output(f"{path}.reached")))
    for path in (f"red_lines.{name}" for name in scenario.red_lines):
        yield from _moment(UNANSWERED, path, happened(base.output(f"{path}.unanswered")))
    for path in (f"bargains.{name}" for name in scenario.bargains):
        yield from _moment(BARGAIN_ENDS, path, happened(1.0 - base.output(f"{path}.alive")))
    yield from _moment(WAR_ENDS, "world", happened(base.output("world.ended")))
