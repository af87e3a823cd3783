"""The inverse question: what would have to change for an event to become likely, or no longer; and whose step counts
most.

Moves (steps of any state, taken at once) and assumptions (a quantity set to what it lies below in 10%, or in 90%, of
draws) are tried on the same futures with the same luck. Single ones first; then pairs of the strongest; then one more
at a time. The search stops at the first size at which a set reaches the chance asked for, so that what is found is
small, though only pairs of the strongest are tried and not all sets. Which assumptions are worth a run is told by the
futures that are there: those whose draw lies in the outer fifth are a sample under that assumption. What is found is
run again on a fresh seed, and its chance is that of the fresh futures.

Source:   the strongest first, then pairs: forward selection; the interval of a chance: Jeffreys (Brown, Cai and
          DasGupta, 2001); common random numbers (Owen, 2013).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betaincinv

from tertius.engine import Layout, Options, Progress
from tertius.errors import OptionError
from tertius.impact.moves import Bench, Move, Reading, Truths, each, event_of, open_moves
from tertius.impact.observables import WAR_ENDS, Target
from tertius.impact.screening import uncertain
from tertius.impact.stability import Shift, is_event, picture, shifts_of

FUTURES = 400
MOST = 100_000
FEWEST = 200
POOL = 2000  # futures that tell which assumptions are worth a run
FRESH = 1500
OUTER = 0.2
EDGES = (0.1, 0.9)
KEPT_ASSUMPTIONS = 16
STRONGEST = 8  # of which pairs are tried
LARGEST = 4  # changes in a set
MOST_SETS = 3
LIKELY = 0.5
MOVES, ASSUMPTIONS, BOTH = "moves", "assumptions", "both"
Stage = Callable[[str], Progress | None]


@dataclass(frozen=True)
class Assumption:
    """A quantity moved within what is thought possible.

    path   path of the quantity
    value  what it is set to
    unit   its unit
    level  share of draws below that value: 0.1 or 0.9
    """

    path: str
    value: float
    unit: str
    level: float


@dataclass(frozen=True)
class Chance:
    """A chance as a number of futures tells it.

    share     share of futures
    interval  80% interval that the number of futures gives
    futures   how many
    """

    share: float
    interval: tuple[float, float]
    futures: int


@dataclass(frozen=True)
class Found:
    """A set of changes, and the chance of the event with all of them made.

    kind         moves, assumptions or both
    moves        steps, taken at once
    assumptions  quantities set
    searched     chance in the futures of the search, which flatters what was chosen there
    fresh        chance on a fresh seed; null where the search was stopped before
    reaches      whether the fresh chance is where it was asked to be; null where it was stopped before
    """

    kind: str
    moves: tuple[Move, ...]
    assumptions: tuple[Assumption, ...]
    searched: float
    fresh: Chance | None
    reaches: bool | None

    @property
    def size(self) -> int:
        """How many changes it takes."""
        return len(self.moves) + len(self.assumptions)


@dataclass(frozen=True)
class Inverse:
    """What would have to change, and whose single step changes the picture most.

    scenario   its name
    target     the event; null where only single steps were asked about
    above      whether its chance is to be at least `wanted`; else at most
    wanted     the chance asked for, in [0, 1]
    week       the last week of the run
    seed       seed of the search; the fresh one is the next
    now        chance as things stand, on the fresh seed; null where no event was asked about
    already    whether it is there as things stand
    tried      how many sets were run
    sets       the smallest sets found of each kind, the strongest first; where none reaches it, the strongest
    picture    parts of the picture, in their order
    futures    futures of each run of the search
    shifts     every single step, the largest shift first
    complete   whether the search went to its end
    """

    scenario: str
    target: Target | None
    above: bool
    wanted: float
    week: int
    seed: int
    now: Chance | None
    already: bool
    tried: int
    sets: tuple[Found, ...]
    picture: tuple[str, ...]
    futures: int
    shifts: tuple[Shift, ...]
    complete: bool


_Set = tuple[Move | Assumption, ...]


class _Search:
    """Sets that were run, their chances, and whether it was stopped."""

    def __init__(self, bench: Bench, target: Target | None, above: bool, wanted: float, stage: Stage) -> None:
        self.bench, self.target, self.above, self.wanted, self.stage = bench, target, above, wanted, stage
        self.chances: dict[_Set, float] = {}
        self.stopped = False

    def read(self, chosen: _Set) -> Reading:
        """What the futures come to with all changes of a set."""
        return read(self.bench, chosen)

    def note(self, sets: Sequence[_Set], readings: Sequence[Reading]) -> None:
        """Keep the chances of sets that were run; fewer readings than sets mean a stop."""
        self.stopped = self.stopped or len(readings) < len(sets)
        if self.target is not None:
            for chosen, reading in zip(sets, readings, strict=False):
                self.chances[chosen] = float(self.bench.comes(reading, self.target).mean())

    def run(self, sets: Sequence[_Set], name: str) -> None:
        """Run sets that were not run yet, unless it was stopped."""
        todo = [chosen for chosen in dict.fromkeys(sets) if chosen not in self.chances]
        if todo and not self.stopped:
            target = self.target
            assert target is not None  # sets are searched for an event
            jobs = each(self.bench.options.workers, todo, self.read, self.stage(name), empty=True)
            self.note(todo, jobs)

    def merit(self, chosen: _Set) -> float:
        """How far a set goes the way that is asked for."""
        return self.chances[chosen] if self.above else -self.chances[chosen]

    def reaches(self, share: float) -> bool:
        """Whether a chance is where it is to be."""
        return share >= self.wanted if self.above else share <= self.wanted

    def grown(self, items: Sequence[Move | Assumption], name: str) -> list[_Set]:
        """The smallest sets of these items that reach it, the strongest first; else the strongest of all sizes."""
        known = [(item,) for item in items if (item,) in self.chances]
        strongest = [item for (item,) in sorted(known, key=self.merit, reverse=True)[:STRONGEST]]
        level: list[_Set] = list(known)
        best: list[_Set] = []
        while level:
            level.sort(key=self.merit, reverse=True)
            reached = [chosen for chosen in level if self.reaches(self.chances[chosen])]
            if reached:
                return reached[:MOST_SETS]
            best = max(best, level[:1], key=lambda one: self.merit(one[0]) if one else -np.inf)
            size = len(level[0]) + 1
            if size > LARGEST or self.stopped:
                break
            seeds: Sequence[_Set] = [(item,) for item in strongest] if size == 2 else level[:2]
            wider = [joined for base in seeds for item in strongest if (joined := join(base, item)) is not None]
            self.run(wider, f"{name}, {size} at once")
            level = [chosen for chosen in dict.fromkeys(wider) if chosen in self.chances]
        return best


def join(base: _Set, item: Move | Assumption) -> _Set | None:
    """A set with one more change, in a fixed order; None where it changes a thing twice."""
    things = [_thing(each) for each in (*base, item)]
    if len(set(things)) < len(things):
        return None
    return tuple(sorted((*base, item), key=lambda one: (isinstance(one, Assumption), _thing(one), str(one))))


def _thing(item: Move | Assumption) -> str:
    return item.instrument if isinstance(item, Move) else item.path


def read(bench: Bench, chosen: _Set) -> Reading:
    """What futures come to with all changes of a set made."""
    moves = [item for item in chosen if isinstance(item, Move)]
    return bench.read(moves, {item.path: item.value for item in chosen if isinstance(item, Assumption)})


def check_wanted(above: float | None, below: float | None, target: str) -> tuple[bool, float]:
    """Which way a chance is to go, and where to. Raises OptionError."""
    if above is not None and below is not None:
        raise OptionError("--below", below, "one of --above and --below", "leave one out")
    option, wanted = ("--below", below) if below is not None else ("--above", LIKELY if above is None else above)
    assert wanted is not None
    if not 0.0 < wanted < 1.0:
        raise OptionError(option, wanted, "a chance above 0 and below 1", f"write for example {option} 0.5")
    if not target and (above is not None or below is not None):
        raise OptionError(option, wanted, "with an event", f"name one, such as {WAR_ENDS}")
    return below is None, wanted


def inverse(
    layout: Layout,
    options: Options,
    text: str = "",
    above: float | None = None,
    below: float | None = None,
    actors: Sequence[str] = (),
    stage: Stage = lambda _: None,
) -> Inverse:
    """What would have to change; `actors`: whose moves are tried, else everyone's. After Ctrl-C what is done is kept.

    options: futures, weeks, seed and threads of the search. Raises UnknownName for an event that is none; OptionError
    for chances that are none, too few futures, or nobody who can move; Interrupted where nothing was done.
    """
    scenario = layout.scenario
    way, wanted = check_wanted(above, below, text)
    target = event_of(text, scenario) if text else None
    if not FEWEST <= options.futures <= MOST:
        raise OptionError("--futures", options.futures, f"{FEWEST} to {MOST:,}", "choose a number in that range")
    moves = open_moves(layout, actors or scenario.actors)
    if not moves:
        given = ", ".join(actors) or "nobody"
        raise OptionError("--actor", given, "an actor with an instrument that can be moved", "name another")
    bench = Bench(layout, options)
    search = _Search(bench, target, way, wanted, stage)
    base = bench.read()
    single: list[_Set] = [(move,) for move in moves]
    readings = each(options.workers, single, search.read, stage("single steps"))
    search.note(single, readings)
    shifts = shifts_of(bench, base, moves, readings)
    sets, now, already = _sets(search, moves) if target is not None else ((), None, False)
    return Inverse(
        scenario.name, target, way, wanted, options.weeks, options.seed, now, already,
        max(len(search.chances), len(readings)), sets, picture(layout), options.futures, shifts, not search.stopped,
    )  # fmt: skip


def _sets(search: _Search, moves: Sequence[Move]) -> tuple[tuple[Found, ...], Chance | None, bool]:
    """The smallest sets of each kind, with fresh chances; the chance as things stand; whether it is there already."""
    bench, target = search.bench, search.target
    assert target is not None
    many = replace(bench.options, futures=max(FRESH, bench.options.futures), seed=bench.options.seed + 1)
    fresh = Bench(bench.layout, many)
    now = None if search.stopped else chance_of(fresh.comes(fresh.read(), target))
    if now is not None and search.reaches(now.share):
        return (), now, True
    moves = [move for move in moves if not is_event(bench.layout, target, move)]
    assumed = () if search.stopped else worth_a_run(search)
    search.run([(item,) for item in assumed], "assumptions")
    kinds: list[tuple[str, list[_Set]]] = [
        (MOVES, search.grown(moves, "steps")),
        (ASSUMPTIONS, search.grown(assumed, "assumptions")),
    ]
    if not any(search.reaches(search.chances[chosen]) for _, found in kinds for chosen in found):
        kinds.append((BOTH, search.grown([*moves, *assumed], "both")))
    todo = [(kind, chosen) for kind, found in kinds for chosen in found]
    jobs = [] if search.stopped else todo
    told = each(many.workers, jobs, lambda one: chance_of(fresh.comes(read(fresh, one[1]), target)),
                search.stage("fresh futures"), empty=True)  # fmt: skip
    search.stopped = search.stopped or len(told) < len(jobs)
    chances = [*told, *[None] * (len(todo) - len(told))]
    found = [
        Found(
            kind,
            tuple(item for item in chosen if isinstance(item, Move)),
            tuple(item for item in chosen if isinstance(item, Assumption)),
            search.chances[chosen],
            chance,
            None if chance is None else search.reaches(chance.share),
        )
        for (kind, chosen), chance in zip(todo, chances, strict=True)
        if kind != BOTH or len({type(item) for item in chosen}) == 2
    ]
    return tuple(found), now, False


def worth_a_run(search: _Search) -> tuple[Assumption, ...]:
    """Assumptions under which the futures that are there go the way asked for most, each quantity at its better end."""
    layout, target = search.bench.layout, search.target
    assert target is not None
    many = replace(search.bench.options, futures=max(POOL, search.bench.options.futures))
    pool = Bench(layout, many)
    event, drawn = pool.comes(pool.read(), target).astype(float), pool.drawn
    found = []
    for path in uncertain(layout):
        if path not in drawn or np.ptp(drawn[path]) == 0:
            continue
        low, high = np.quantile(drawn[path], (OUTER, 1 - OUTER))
        ends = event[drawn[path] <= low].mean(), event[drawn[path] >= high].mean()
        place = int(np.argmax(ends) if search.above else np.argmin(ends))
        column = layout.by_path[path]
        value = float(layout.quantile(column, np.array([EDGES[place]]))[0])
        gain = (ends[place] - event.mean()) * (1 if search.above else -1)
        found.append((float(gain), Assumption(path, value, column.quantity.unit, EDGES[place])))
    found.sort(key=lambda one: (-one[0], one[1].path))
    return tuple(item for gain, item in found[:KEPT_ASSUMPTIONS] if gain > 0)


def chance_of(comes: Truths) -> Chance:
    """A chance with its 80% interval (Jeffreys); comes: shape (future,), each of its own draw."""
    hits, count = int(comes.sum()), len(comes)
    low, high = (float(betaincinv(hits + 0.5, count - hits + 0.5, edge)) for edge in EDGES)
    return Chance(hits / count, (low, high), count)
