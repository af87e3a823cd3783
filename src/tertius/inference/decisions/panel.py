"""The record of steps as weekly arrays: who could step, who did, and what had lately been done by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tertius.engine.known import MEMORY_WEEKS
from tertius.errors import DataError
from tertius.world import Scenario, Track, favours, tracks

Floats = NDArray[np.float64]
WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True)
class Panel:
    """Weeks of a record, the last one ending on `until`; axes are (week, instrument).

    names, kinds, actors   of the instruments
    open_up, open_down     1 where the level left room for such a step
    up, down               steps taken in the week
    recent                 by term of TERMS: steps up less down of the weeks before, fading, shape (term, week + 1,
                           instrument); the last row is what stands at `until`
    """

    until: date
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    actors: tuple[str, ...]
    open_up: Floats
    open_down: Floats
    up: Floats
    down: Floats
    recent: Floats

    @property
    def weeks(self) -> int:
        """How many weeks it has."""
        return len(self.up)


def panel_of(scenario: Scenario, until: date) -> Panel:
    """The record of a scenario up to the end of a day.

    Raises DataError where the scenario has no record up to then.
    """
    found = tracks(scenario.instruments, scenario.record, until)
    if not found:
        given, allowed = "no steps on record", f"instruments with recorded_since before {until}"
        raise DataError(f"{scenario.name}, section record", given, allowed, "add recorded_since and the steps")
    names = tuple(sorted(found))
    weeks = max(1, -((found[min(names, key=lambda name: found[name].since)].since - until) // WEEK))
    up, down, open_up, open_down = np.zeros((4, weeks, len(names)))
    for place, name in enumerate(names):
        track = found[name]
        for step in track.steps:
            (up if step.step == "up" else down)[_week(step.date, until, weeks), place] += 1.0
        open_up[:, place], open_down[:, place] = _open(track, until, weeks)
    kinds = tuple(scenario.instruments[name].kind for name in names)
    actors = tuple(scenario.instruments[name].actor for name in names)
    recent = terms(fading(up - down), links_between(scenario, names))
    return Panel(until, names, kinds, actors, open_up, open_down, up, down, recent)


def fading(net: Floats, memory: float = MEMORY_WEEKS) -> Floats:
    """Steps up less down so far, fading by the week: shape (week + 1, instrument), row t before week t."""
    held = np.zeros((len(net) + 1, *net.shape[1:]))
    for week, steps in enumerate(net):
        held[week + 1] = np.exp(-1.0 / memory) * held[week] + steps
    return held


def links_between(scenario: Scenario, names: tuple[str, ...]) -> Floats:
    """Which instruments' steps count under which term for which instrument: shape (term, instrument, by instrument).

    own: of the same actor, itself included. partners: of others, to the same side's good. rivals: to the other side's.
    """
    sides = favours(scenario)
    actor = np.array([scenario.instruments[name].actor for name in names])
    side = np.array([sides[name] for name in names])
    same = actor[:, None] == actor[None, :]
    product = side[:, None] * side[None, :]
    return np.stack([same, ~same & (product > 0), ~same & (product < 0)]).astype(np.float64)


def terms(recent: Floats, links: Floats) -> Floats:
    """What had lately been done, by term: shape (term, week, instrument)."""
    return np.einsum("wj,tij->twi", recent, links)


def _week(day: date, until: date, weeks: int) -> int:
    return weeks - 1 - min(weeks - 1, (until - day) // WEEK)


def _open(track: Track, until: date, weeks: int) -> tuple[Floats, Floats]:
    """Whether a step up or down was open in each week; 0 before the record begins."""
    up, down = np.zeros(weeks), np.zeros(weeks)
    ends = (*track.starts[1:], until)
    for start, end, level in zip(track.starts, ends, track.levels, strict=True):
        first, last = _week(start, until, weeks), _week(end, until, weeks) + 1
        up[first:last], down[first:last] = float(level != track.top), float(level != 0)
    return up, down
