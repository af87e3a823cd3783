"""Stability: whose single step, taken at once, changes the picture most.

How far one step changes the picture is the root of the mean square, over its parts, of the change it makes: of a
headline outcome in standard deviations over futures, of the chance that the war ends and that a rung is reached in
halves of one. The squares' part that is chance is taken off. A rung that is nothing but the level of the instrument
that is moved is no part of that step's picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tertius.engine import Layout
from tertius.impact.comparison import SURE
from tertius.impact.moves import Bench, Floats, Move, Reading
from tertius.impact.observables import WAR_ENDS, Target, rungs

HALF = 0.5


@dataclass(frozen=True)
class Shift:
    """How far one step changes the picture.

    move    the step
    actor   whose it is
    size    root of the mean square change over the parts of the picture
    error   its standard error
    part    the part that changes most: id of a headline outcome, war-ends, or LADDER.RUNG
    change  the change of that part, in its unit; of a chance in [-1, 1]
    """

    move: Move
    actor: str
    size: float
    error: float
    part: str
    change: float

    @property
    def clear(self) -> bool:
        """Whether it lies beyond chance."""
        return self.size > SURE * self.error > 0


def is_event(layout: Layout, target: Target, move: Move) -> bool:
    """Whether a move is the event itself: a step of its instrument, or of the one whose level is the rung."""
    if target.kind == "step":
        return target.name == move.instrument
    return target.kind == "rung" and _is_own(layout, target.name, move)


def _is_own(layout: Layout, part: str, move: Move) -> bool:
    ladder, _, key = part.partition(".")
    held = layout.scenario.ladders.get(ladder)
    rung = held.rungs.get(key) if held is not None else None
    return rung is not None and rung.output == f"instruments.{move.instrument}.level"


def picture(layout: Layout) -> tuple[str, ...]:
    """Parts of the picture: headline outcomes, the end of the war, rungs."""
    return (*layout.scenario.headlines, WAR_ENDS, *rungs(layout.scenario))


def _parts(bench: Bench, reading: Reading) -> Floats:
    """Each part of each future, shape (part, future); an event is 0 or 1."""
    scenario = bench.layout.scenario
    heads = [list(scenario.outcomes).index(name) for name in scenario.headlines]
    return np.concatenate([reading.outcomes[:, heads].T, reading.ended[None, :], reading.reached.T]).astype(np.float64)


def shifts_of(bench: Bench, base: Reading, moves: Sequence[Move], readings: Sequence[Reading]) -> tuple[Shift, ...]:
    """How far each single step changes the picture, the largest first."""
    layout = bench.layout
    stood = _parts(bench, base)
    names, heads = picture(layout), len(layout.scenario.headlines)
    spread = stood.std(axis=1)
    scale = np.where(np.arange(len(names)) < heads, np.where(spread > 0, spread, 1.0), HALF)[:, None]
    found = []
    for move, reading in zip(moves, readings, strict=False):
        own = np.array([_is_own(layout, name, move) for name in names])
        apart = (_parts(bench, reading) - stood) / scale  # (part, future)
        apart[own] = 0.0
        means, count = apart.mean(axis=1), apart.shape[1]
        chance = apart.var(axis=1, ddof=1) / count
        square = max(0.0, float((means**2 - chance)[~own].mean()))
        pull = (2 * means[:, None] * (apart - means[:, None]))[~own].mean(axis=0)
        error = float(pull.std(ddof=1) / np.sqrt(count))
        size = float(np.sqrt(square))
        place = int(np.abs(means).argmax())
        actor = layout.scenario.instruments[move.instrument].actor
        found.append(
            Shift(move, actor, size, error / (2 * size) if size > 0 else 0.0, names[place],
                  float(means[place] * scale[place, 0]))
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.size, str(one.move))))
