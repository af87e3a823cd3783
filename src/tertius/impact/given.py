"""Given that: what the others do within some weeks once one state has taken a step in the first of them.

The same futures are run as they are and with the step taken in the first week, with the same luck. A step of another
instrument counts when it stands off its as-of level, up or down, at the end of some week.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from tertius.engine import Layout, Options, Sampled
from tertius.errors import OptionError, UnknownName
from tertius.impact.comparison import SURE

WEEK = 26
FEWEST = 200  # futures below which a chance is not told
EDGES = (0.1, 0.9)
WAYS = ("up", "down")


@dataclass(frozen=True)
class Conditional:
    """One step of another instrument, given the first step and in the same futures as they are.

    instrument  whose step it is
    direction   up or down
    given       its chance within the weeks, given the first step
    interval    80% interval of that chance, by the number of futures alone
    otherwise   its chance in the same futures as they are
    change      given less otherwise
    error       standard error of that
    clear       whether the change lies beyond what chance gives in so many rows
    """

    instrument: str
    direction: str
    given: float
    interval: tuple[float, float]
    otherwise: float
    change: float
    error: float
    clear: bool


@dataclass(frozen=True)
class Given:
    """What the others do given one state's step.

    instrument  instrument that steps first
    direction   up or down
    week        weeks within which other steps count
    futures     futures behind each chance: those in which the war goes on into the first week
    bound       standard errors that a change must pass so that 5% of such tables hold any by chance (Bonferroni)
    rows        other instruments' open steps, the largest change first
    """

    instrument: str
    direction: str
    week: int
    futures: int
    bound: float
    rows: tuple[Conditional, ...]


def given_that(layout: Layout, options: Options, instrument: str, direction: str = "up", week: int = WEEK) -> Given:
    """What other states do within `week` weeks given that an instrument takes a step in the first.

    options gives futures, seed and threads.

    Raises:
        UnknownName: no such instrument.
        OptionError: no such direction, a step that its level leaves no room for, too few futures, no weeks.
    """
    told = layout.scenario.instruments
    if instrument not in told:
        raise UnknownName("instrument", instrument, told)
    step = f"{instrument}:{direction}"
    if direction not in WAYS:
        raise OptionError("--given", step, "INSTRUMENT:up or INSTRUMENT:down", "write up or down")
    level, levels = layout.by_path[f"instruments.{instrument}.level"].quantity.central, told[instrument].levels
    if level == (len(levels) - 1 if direction == "up" else 0):
        held = f"its {'highest' if direction == 'up' else 'lowest'} level, “{levels[int(level)]}”"
        fix = "ask of the other direction, or of another instrument"
        raise OptionError("--given", step, f"a step that can be taken; it stands at {held}", fix)
    if options.futures < FEWEST:
        raise OptionError("--futures", options.futures, f"{FEWEST} or more for a chance", "ask for more futures")
    if not week >= 1:
        raise OptionError("--weeks", week, "1 or more", "give the weeks within which steps count")
    ran = replace(options, weeks=week, replicates=1)
    names = tuple(told)
    outputs = [*(f"instruments.{name}.level" for name in names), "world.ended"]
    arm = Sampled(layout, ran)

    def moved(preset: dict[str, float]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        values = arm.outputs(outputs, preset)
        levels, ended = values[:, :, :-1], values[:, :, -1]
        start = levels[:, :1]
        off = np.stack([(levels > start).any(axis=1), (levels < start).any(axis=1)])
        return off, np.asarray(ended[:, 1] == 0.0)

    base, lasts = moved({})
    forced, goes_on = moved(
        {
            f"instruments.{instrument}.forced_week": 0.0,
            f"instruments.{instrument}.forced_step": 1.0 if direction == "up" else -1.0,
        }
    )
    there = lasts & goes_on
    count = int(there.sum())
    starts = [layout.by_path[f"instruments.{name}.level"].quantity.central for name in names]
    rows = []
    for place, name in enumerate(names):
        if name == instrument:
            continue
        for way, closed in enumerate((len(told[name].levels) - 1, 0)):
            if starts[place] == closed:
                continue
            after, before = forced[way, there, place].astype(float), base[way, there, place].astype(float)
            apart = after - before
            error = float(apart.std(ddof=1) / np.sqrt(count)) if count > 1 else np.inf
            hits = after.sum()
            interval = tuple(float(betaincinv(hits + 0.5, count - hits + 0.5, edge)) for edge in EDGES)
            rows.append(
                Conditional(
                    name, WAYS[way], float(after.mean()), (interval[0], interval[1]), float(before.mean()),
                    float(apart.mean()), error, clear=False,
                )
            )  # fmt: skip
    bound = max(SURE, float(ndtri(1 - 0.025 / max(1, len(rows)))))
    told_rows = [replace(row, clear=abs(row.change) > bound * row.error and row.error > 0.0) for row in rows]
    told_rows.sort(key=lambda row: (-abs(row.change), row.instrument, row.direction))
    return Given(instrument, direction, week, count, bound, tuple(told_rows))
