"""The future that is played, and the futures that the program's own chances are taken over.

The one that is played has the seminar's seed and is run from the as-of date up to the week that has been played, no
further. States that are played are held from choosing, save where the program decides for them, and take the steps
they were given in the first week of their turn. All others choose as in any run.

The chances come from other futures, with another luck: in them every step that was taken so far, by anybody, is forced
in its week and none else is taken; from now on all states are free. Of these futures those count that share with the
played one what happened openly, as far as enough of them do. They are not weighed by the observed series.

    chance of a step = mean over futures of sum_w p_w 1[not taken before w], w the weeks of the turn          (1)

p_w being the chance that the law of decision gives it in week w: in expectation the share of futures that take it, with
less noise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble, Layout, Options, Sampled
from tertius.engine.orders import Order, forced, held
from tertius.errors import ArchiveError
from tertius.impact.observables import WAYS
from tertius.impact.seminar.records import PROGRAM, Choice, Game, Known, Lever, Moves, Own, Position, Step
from tertius.impact.seminar.seeing import known, stakes, stocks
from tertius.impact.weighing import Estimate, estimate

Truths = NDArray[np.bool_]
FUTURES = 400
SEED = 1
"""Of the futures that chances are taken over; never that of the future that is played."""
FEWEST = 100
SIGNS = {"up": 1.0, "down": -1.0}


@dataclass(frozen=True)
class Changed:
    """What a step would change by the last week, against taking none: an outcome or an own stake, in its unit."""

    name: str
    unit: str
    change: Estimate


@dataclass(frozen=True)
class Prospect:
    """What the futures say that a step would change."""

    move: str
    changes: tuple[Changed, ...]


def past_of(layout: Layout, game: Game, turns: Sequence[Mapping[str, Moves]]) -> Ensemble:
    """The played future up to the end of the turns given; of no turn the as-of date and a week that none may see."""
    weeks = min(len(turns) * game.turn, game.weeks)
    paths = tuple(path for path, _ in layout.recorded)
    options = Options(1, max(1, weeks), game.seed, replicates=1)
    found = Sampled(layout, options).outputs(paths, {}, tuple(_orders(layout, game, turns)))
    return Ensemble(
        label="played", layout=layout, seed=game.seed, weeks=options.weeks, replicates=1, asked=1,
        trajectories=np.arange(1), samples=np.zeros((1, options.weeks + 1, 0)), kept=paths, everything=found,
    )  # fmt: skip


def path_hash(past: Ensemble, week: int) -> str:
    """Hash of the future up to the end of a week: bit for bit the same, or another."""
    return sha256(np.ascontiguousarray(past.everything[0, : week + 1]).tobytes()).hexdigest()


def check_past(past: Ensemble, position: Position) -> None:
    """Refuse to go on where the past is not bit for bit what was played. Raises ArchiveError."""
    if path_hash(past, position.known.week) != position.path:
        raise ArchiveError(
            "the past of this seminar does not come out again bit for bit on this machine, so that nobody could go on "
            "from what was seen; play it on where it was begun, or begin another seminar"
        )


def _orders(layout: Layout, game: Game, turns: Sequence[Mapping[str, Moves]]) -> Iterator[Order]:
    instruments = layout.scenario.instruments
    for number, given in enumerate(turns):
        first = number * game.turn
        for state in game.states:
            moves = given[state]
            if moves == PROGRAM:
                continue
            for name, told in instruments.items():
                if told.actor == state:
                    yield from held(layout, name, first, first + game.turn)
            for move in moves:
                name, _, way = move.partition(":")
                yield from forced(name, first, SIGNS[way])


def _orders_seen(layout: Layout, taken: Sequence[Step], week: int) -> Iterator[Order]:
    """Every step so far forced, and no other, up to the end of a week."""
    for name in layout.scenario.instruments:
        yield from held(layout, name, 0, week)
    for step in taken:
        yield from forced(step.instrument, step.week - 1, SIGNS[step.direction])


@dataclass(frozen=True)
class Others:
    """Futures with all steps so far in them: `found` of shape (future, week + 1, path), and which of them count."""

    layout: Layout
    sampled: Sampled
    places: Mapping[str, int]
    found: NDArray[np.float32]
    orders: tuple[Order, ...]
    agree: Truths
    shared: tuple[str, ...]
    week: int

    @classmethod
    def of(cls, layout: Layout, told: Known, weeks: int, paths: Sequence[str]) -> Others:
        """Futures up to a week, with the outputs of `paths`."""
        week = told.week
        facts = _facts(layout, told)
        every = tuple(dict.fromkeys([*paths, *(path for _, path, _ in facts)]))
        sampled = Sampled(layout, Options(FUTURES, weeks, SEED, replicates=1))
        orders = tuple(sorted(_orders_seen(layout, told.steps, week), key=lambda order: order.week))
        found = sampled.outputs(every, {}, orders)
        places = {path: place for place, path in enumerate(every)}
        agree, shared = np.ones(len(found), dtype=bool), []
        for kind in dict.fromkeys(kind for kind, _, _ in facts):
            same = agree.copy()
            for each, path, there in facts:
                if each == kind:
                    same &= (found[:, week, places[path]] > 0) == there
            if same.sum() >= FEWEST:
                agree = same
                shared.append(kind)
        return cls(layout, sampled, places, found, orders, agree, tuple(shared) if week else (), week)

    def path(self, path: str) -> NDArray[np.float64]:
        """An output of the futures that count, shape (future, week + 1)."""
        return self.found[self.agree, :, self.places[path]].astype(np.float64)

    def chance(self, instrument: str, way: str, end: int) -> float:
        """The chance (1) of a step between the week reached and week `end`."""
        levels = self.path(f"instruments.{instrument}.level")[:, self.week : end + 1]
        chances = self.path(f"instruments.{instrument}.steps.{way}.chance")[:, self.week + 1 : end + 1]
        still = np.logical_and.accumulate(levels[:, :-1] == levels[:, :1], axis=1)
        return float((chances * still).sum(axis=1).mean())

    def nothing(self, instruments: Sequence[str], end: int) -> float:
        """The chance that none of some instruments is moved before week `end`."""
        if not instruments:
            return 1.0
        levels = np.stack([self.path(f"instruments.{name}.level") for name in instruments])[:, :, self.week : end + 1]
        chances = sum(
            self.path(f"instruments.{name}.steps.{way}.chance")[:, self.week + 1 : end + 1]
            for name in instruments
            for way in WAYS
        )
        still = np.logical_and.accumulate((levels[:, :, :-1] == levels[:, :, :1]).all(axis=0), axis=1)
        return float(max(0.0, 1.0 - (chances * still).sum(axis=1).mean()))


def _facts(layout: Layout, told: Known) -> list[tuple[str, str, bool]]:
    """What has happened openly or not: in words what of it is compared, the output, and whether it is there."""
    scenario = layout.scenario
    names = {each.name for each in told.openly}
    facts = [("the war goes on", "world.ended", bool(told.over))]
    for name, occasion in scenario.calendar.items():
        for turn in occasion.turns:
            path = f"calendar.{name}.turns.{turn}.turned"
            facts.append(("the calendar turned as it did", path, f"{name}:{turn}" in names))
    for name, theatre in scenario.theatres.items():
        if theatre.closes_at_zero:
            facts.append(("the same theatres are open", f"theatres.{name}.open", f"{name}:closes" not in names))
    for name in scenario.bargains:
        facts.append(("the same bargains hold", f"bargains.{name}.alive", f"{name}:ends" not in names))
    return facts


def position(layout: Layout, game: Game, past: Ensemble, week: int) -> Position:
    """Where a branch stands at the end of a week, with what each played state knows and could do."""
    told = known(past, week)
    end = min(week + game.turn, game.weeks)
    instruments = layout.scenario.instruments
    mine = [name for name, each in instruments.items() if each.actor in game.states]
    done = bool(told.over) or end <= week
    others = None
    if not done:
        paths = [f"instruments.{name}.level" for name in mine]
        paths += [f"instruments.{name}.steps.{way}.chance" for name in mine for way in WAYS]
        others = Others.of(layout, told, end, paths)
    own = {}
    for state in game.states:
        names = [name for name in mine if instruments[name].actor == state]
        own[state] = Own(
            tuple(stocks(past, state, week)),
            tuple(stakes(past, state, week)),
            tuple(_lever(layout, past, name, week, end, others) for name in names),
            1.0 if others is None else others.nothing(names, end),
        )
    futures = 0 if others is None else int(others.agree.sum())
    shared = () if others is None else others.shared
    return Position(told, own, futures, shared, path_hash(past, week))


def _lever(layout: Layout, past: Ensemble, name: str, week: int, end: int, others: Others | None) -> Lever:
    told = layout.scenario.instruments[name]
    level = round(float(past.path(f"instruments.{name}.level")[0, week]))
    choices = []
    for way in WAYS:
        to = level + int(SIGNS[way])
        if others is not None and 0 <= to < len(told.levels):
            choices.append(Choice(f"{name}:{way}", told.levels[to], others.chance(name, way, end)))
    return Lever(name, told.name, layout.scenario.actors[told.towards].name, told.levels[level], tuple(choices))


def prospects(
    layout: Layout, game: Game, now: Position, state: str, progress: Callable[[int, int], object] | None = None
) -> tuple[Prospect, ...]:
    """What each step that a state can take would change by the last week, on the same futures with the same luck.

    Outcomes are the headlines and the state's own stakes. From now on all states are free, itself too.
    """
    scenario = layout.scenario
    names = [name for name, told in scenario.outcomes.items() if told.headline] or list(scenario.outcomes)
    own = list(scenario.actors[state].interests)
    paths = [*(scenario.outcomes[name].output for name in names), *(f"stakes.{name}.level" for name in own)]
    others = Others.of(layout, now.known, game.weeks, paths)
    told = [*((scenario.outcomes[name].name, scenario.outcomes[name].unit) for name in names)]
    told += [(scenario.stakes[name].name, scenario.stakes[name].unit) for name in own]
    places = [others.places[path] for path in paths]
    found: list[Prospect] = []
    steps = sum(len(lever.choices) for lever in now.own[state].levers)
    for lever in now.own[state].levers:
        for choice in lever.choices:
            if progress is not None:
                progress(len(found), steps)
            way = choice.move.rpartition(":")[2]
            orders = (*others.orders, *forced(lever.instrument, now.known.week, SIGNS[way]))
            moved = others.sampled.outputs(paths, {}, orders)[others.agree, -1].astype(np.float64)
            change = moved - others.found[others.agree, -1][:, places]
            changes = (Changed(*each, estimate(change[:, at])) for at, each in enumerate(told))
            found.append(Prospect(choice.move, tuple(changes)))
    return tuple(found)
