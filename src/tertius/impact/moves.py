"""Moves: steps of instruments that are forced, and what futures become with some of them.

A move is one step, up or down, taken in the week that begins so many weeks after the as-of date, whatever its actor
would do; afterwards the instrument is free again. Where its level then leaves no room for the step, nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout, Options, Progress, Sampled
from tertius.errors import Interrupted, OptionError, UnknownName, nearest
from tertius.impact.observables import WAYS, Target, rungs, target_of
from tertius.world import Scenario

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
MOST_PLANS = 200
CEASEFIRE, SETTLEMENT = "ceasefire", "settlement"
"""Ways in which a war ends, as events: on a ceasefire line, or by a settlement."""
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Move:
    """One forced step.

    instrument  id of the instrument
    direction   up or down
    week        weeks from the as-of date to the beginning of the week in which it is taken; 0 is at once
    """

    instrument: str
    direction: str
    week: int = 0

    def __str__(self) -> str:
        return f"{self.instrument}:{self.direction}" + (f"@{self.week}" if self.week else "")

    @property
    def preset(self) -> dict[str, float]:
        """The quantities that force it: path -> value."""
        way = 1.0 if self.direction == "up" else -1.0
        path = f"instruments.{self.instrument}"
        return {f"{path}.forced_week": float(self.week), f"{path}.forced_step": way}


Plan: TypeAlias = tuple[Move, ...]
"""Moves of different instruments, taken together."""


def preset_of(plan: Iterable[Move]) -> dict[str, float]:
    """The quantities that force a plan: path -> value."""
    return {path: value for move in plan for path, value in move.preset.items()}


def move_of(text: str, layout: Layout, weeks: int, option: str) -> Move:
    """Read INSTRUMENT:up, INSTRUMENT:down, either with @WEEK. Raises UnknownName, OptionError."""
    told = layout.scenario.instruments
    head, at, week = text.partition("@")
    name, _, direction = head.partition(":")
    form = f"INSTRUMENT:up or INSTRUMENT:down, with @WEEK from 0 to {weeks - 1}"
    if name not in told:
        raise UnknownName("instrument", name, told, called={key: one.name for key, one in told.items()})
    if direction not in WAYS:
        raise OptionError(option, text, form, f"write {name}:up")
    if at and not (week.isdecimal() and int(week) < weeks):
        raise OptionError(option, text, form, f"write {head}@0")
    move = Move(name, direction, int(week) if at else 0)
    if not _has_room(layout, move):
        level = int(told[name].level.central)
        allowed = f"a step that can be taken; it stands at “{told[name].levels[level]}”, the end of its levels"
        raise OptionError(option, text, allowed, "ask for the other direction, or another instrument")
    return move


def _has_room(layout: Layout, move: Move) -> bool:
    level = layout.by_path[f"instruments.{move.instrument}.level"].quantity.central
    end = len(layout.scenario.instruments[move.instrument].levels) - 1
    return level < end if move.direction == "up" else level > 0


def open_moves(layout: Layout, actors: Iterable[str], at: Iterable[int] = (0,)) -> tuple[Move, ...]:
    """Every step that the levels of the as-of date leave room for, of these actors, at each of these weeks."""
    named = set(actors)
    moves = (
        Move(name, direction, week)
        for name, told in layout.scenario.instruments.items()
        if told.actor in named
        for direction in WAYS
        for week in at
    )
    return tuple(move for move in moves if _has_room(layout, move))


def pairs_of(moves: Sequence[Move]) -> tuple[Plan, ...]:
    """Every two moves of different instruments in the same week."""
    both = combinations(moves, 2)
    return tuple((one, two) for one, two in both if one.week == two.week and one.instrument != two.instrument)


def plans_of(
    layout: Layout, actor: str, weeks: int, levers: Sequence[str] = (), at: Sequence[int] = (0,), pairs: bool = True
) -> tuple[Plan, ...]:
    """The actor's steps, alone and, unless told otherwise, two at a time in the same week.

    levers: some of its moves, as `move_of` reads them, in place of all that its levels leave room for at each of
    `at`, those within the run. Raises UnknownName, OptionError.
    """
    told = layout.scenario.instruments
    if actor not in layout.scenario.actors:
        raise unknown_actor(actor, layout.scenario)
    own = [name for name, one in told.items() if one.actor == actor]
    if not own:
        deciding = ", ".join(dict.fromkeys(one.actor for one in told.values()))
        raise OptionError("--actor", actor, f"an actor with instruments: {deciding or 'there is none'}", "choose one")
    moves = tuple(dict.fromkeys(move_of(text, layout, weeks, "--lever") for text in levers))
    for move in moves:
        if move.instrument not in own:
            raise UnknownName(f"instrument of {actor}", move.instrument, own)
    weeks_at = [week for week in at if 0 <= week < weeks]
    if not moves and not weeks_at:
        given = ", ".join(str(week) for week in at) or "nothing"
        raise OptionError("--at", given, f"weeks from 0 to {weeks - 1}", "choose a week within the run")
    moves = moves or open_moves(layout, [actor], weeks_at)
    plans = (*((move,) for move in moves), *(pairs_of(moves) if pairs else ()))
    if len(plans) > MOST_PLANS:
        fix = "name some with --lever, or leave pairs out (--alone)"
        raise OptionError("--actor", f"{len(plans)} options", f"{MOST_PLANS} at most", fix)
    return plans


def unknown_actor(actor: str, scenario: Scenario) -> UnknownName:
    """Return the error for an actor that the scenario has not: it lists the actors with their names."""
    return UnknownName("actor", actor, scenario.actors, called={key: one.name for key, one in scenario.actors.items()})


def event_of(text: str, scenario: Scenario) -> Target:
    """Read an event: ceasefire, settlement, or what `observables.target_of` reads, which says what it raises."""
    if text in (CEASEFIRE, SETTLEMENT):
        return Target(text, text, "")
    try:
        return target_of(text, scenario)
    except UnknownName:
        if nearest(text, (CEASEFIRE, SETTLEMENT)):
            raise UnknownName("event", text, (CEASEFIRE, SETTLEMENT)) from None
        raise


@dataclass(frozen=True)
class Reading:
    """What futures come to under a plan.

    outcomes  at the last week, in their units, shape (future, outcome)
    stakes    changes since the as-of date at the last week, shape (future, stake)
    moved     whether an instrument has stood above, and below, its as-of level, shape (2, future, instrument)
    reached   whether a rung has been reached that was not at the as-of date, shape (future, rung)
    ended     whether the war has ended, shape (future,)
    ceasefire, settled  whether it has ended on a ceasefire line, or by a settlement, shape (future,)
    closed    whether a theatre that can close is closed at the last week, shape (future, theatre)
    """

    outcomes: Floats
    stakes: Floats
    moved: Truths
    reached: Truths
    ended: Truths
    ceasefire: Truths
    settled: Truths
    closed: Truths


class Bench:
    """One world whose futures are run again and again, with the same luck, under plans and with quantities set."""

    def __init__(self, layout: Layout, options: Options) -> None:
        scenario = layout.scenario
        self.layout = layout
        self.options = replace(options, replicates=1)
        self.closing = tuple(name for name, told in scenario.theatres.items() if told.closes_at_zero)
        self._parts = (
            [told.output for told in scenario.outcomes.values()],
            [f"stakes.{name}.level" for name in scenario.stakes],
            [f"instruments.{name}.level" for name in scenario.instruments],
            [f"{path}.reached" for path in rungs(scenario).values()],
            ["world.ended", "world.ceasefire", "world.settled"],
            [f"theatres.{name}.open" for name in self.closing],
        )
        self._change = [told.measure == "change" for told in scenario.outcomes.values()]
        self._scale = [told.scale for told in scenario.outcomes.values()]
        self._sampled = Sampled(layout, self.options)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Number of the draw of quantities of each future: each has its own."""
        return np.arange(self.options.futures)

    @property
    def drawn(self) -> dict[str, Floats]:
        """What was drawn for each future: path -> shape (future,)."""
        return dict(self._sampled.drawn)

    def read(self, plan: Iterable[Move] = (), settings: dict[str, float] | None = None) -> Reading:
        """What the futures come to under a plan, with quantities set: path -> value."""
        found = self._sampled.outputs(
            [path for part in self._parts for path in part], preset_of(plan) | (settings or {})
        )
        ends = np.cumsum([len(part) for part in self._parts])[:-1]
        outcomes, stakes, levels, reached, ended, still = np.split(found, ends, axis=2)
        last = outcomes[:, -1].astype(np.float64)
        last -= np.where(self._change, outcomes[:, 0], 0.0)
        last *= self._scale
        start = levels[:, :1]
        new = (reached[:, 1:] > 0) & (reached[:, :1] == 0)
        return Reading(
            outcomes=last,
            stakes=stakes[:, -1].astype(np.float64),
            moved=np.stack([(levels > start).any(axis=1), (levels < start).any(axis=1)]),
            reached=new.any(axis=1),
            ended=ended[:, -1, 0] > 0,
            ceasefire=ended[:, -1, 1] > 0,
            settled=ended[:, -1, 2] > 0,
            closed=still[:, -1] == 0,
        )

    def comes(self, reading: Reading, target: Target) -> Truths:
        """Whether an event comes, shape (future,)."""
        scenario = self.layout.scenario
        if target.kind == "war":
            return reading.ended
        if target.kind in (CEASEFIRE, SETTLEMENT):
            return reading.ceasefire if target.kind == CEASEFIRE else reading.settled
        if target.kind == "outcome":
            value = reading.outcomes[:, list(scenario.outcomes).index(target.name)]
            return np.asarray(value > target.value if target.detail == "above" else value < target.value)
        if target.kind == "rung":
            return np.asarray(reading.reached[:, list(rungs(scenario)).index(target.name)])
        if target.kind == "theatre":
            return np.asarray(reading.closed[:, self.closing.index(target.name)])
        return np.asarray(reading.moved[WAYS.index(target.detail), :, list(scenario.instruments).index(target.name)])


def each(
    workers: int,
    jobs: Sequence[T],
    work: Callable[[T], R],
    progress: Progress | None = None,
    empty: bool = False,
) -> list[R]:
    """Results of the jobs, in order; after Ctrl-C those of the first ones that are done, and Interrupted for none.

    empty: whether none is told by an empty list instead.
    """
    results: list[R] = []
    pool = ThreadPoolExecutor(workers)
    try:
        for result in pool.map(work, jobs):
            results.append(result)
            if progress is not None:
                progress(len(results), len(jobs))
    except KeyboardInterrupt:
        if not results and not empty:
            raise Interrupted("stopped before the first plan was done; nothing to show") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return results
