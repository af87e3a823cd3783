"""Causes: the difference that an entry makes, shared out over mechanisms or over the actors that decide.

The worth of a set of players (see `channels`) is the mean paired difference, with the entry less without it, when they
alone are on and the others stand at their exact off values, in both worlds, with the same luck. What is left with none
of them on is the direct effect; Shapley's values share out the rest (see `shapley`), so that in every future

    difference = direct effect + sum of the parts                                          (1)

Up to MOST_EXACT players all sets are run. With more, blocks of futures each take an order of their own, drawn at
random, and its reverse.

    mean       of a part over the futures
    error      its Monte Carlo standard error, by groups of futures that share neither a draw of the parameters nor an
               order: so chance and the orders drawn are both in it
    interval   80% interval of the part to be expected over what we do not know, as of any difference (`comparison`);
               futures that share a draw of the parameters have different orders, so what the orders do counts as chance
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Intervention, Layout, Options, Progress, Sampled, draws_of
from tertius.engine.layout import Overrides
from tertius.engine.parameters import Drawn
from tertius.engine.workers import Shared, answers, worker_threads
from tertius.errors import OptionError
from tertius.impact.channels import Player, actors, mechanisms
from tertius.impact.comparison import SURE, effect, set_apart
from tertius.impact.question import Question, other_of, question_of
from tertius.impact.shapley import exact, order_and_reverse, over_orders

SPLITS: dict[str, Callable[[Layout], tuple[Player, ...]]] = {"mechanisms": mechanisms, "actors": actors}
MOST_EXACT = 5  # beyond, orders drawn at random give smaller errors for the same work
FUTURE_WEEKS = 4_500_000  # the default's work, in futures times weeks of either world: about 20 s on two cores
BLOCK = 25
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """What one player adds to an outcome's difference, or the whole or direct effect, in the outcome's unit.

    name      id of the player: a group of laws or an actor; or whole, direct
    title     the same in words
    mean      what it adds on average over the futures
    error     its Monte Carlo standard error; None where the futures are too few to tell
    interval  80% interval of it over what we do not know
    """

    name: str
    title: str
    mean: float
    error: float | None
    interval: tuple[float, float]

    @property
    def is_clear(self) -> bool:
        """Whether the mean lies beyond twice its Monte Carlo error."""
        return self.error is not None and abs(self.mean) > SURE * self.error


@dataclass(frozen=True)
class Split:
    """One outcome's difference: whole = direct + the sum of the parts, up to rounding.

    outcome  id of the outcome
    whole    its whole difference
    direct   what is left with none of the players on
    parts    what each player adds
    """

    outcome: str
    whole: Part
    direct: Part
    parts: tuple[Part, ...]

    @property
    def ranked(self) -> tuple[Part, ...]:
        """The parts by size, the largest first; those that chance alone could make come last."""
        return tuple(sorted(self.parts, key=lambda part: (not part.is_clear, -abs(part.mean), part.name)))


@dataclass(frozen=True)
class Causes:
    """The split of every outcome's difference after `week` weeks.

    by        'mechanisms' or 'actors'
    scenario  name of the scenario
    question  what is compared
    week      weeks after the as-of date
    seed      seed of the futures
    futures   paired futures on which each mean rests
    orders    orders drawn, each with its reverse; 0 where all sets were run
    splits    outcome -> its split
    """

    by: str
    scenario: str
    question: Question
    week: int
    seed: int
    futures: int
    orders: int
    splits: dict[str, Split]

    def of(self, outcomes: Sequence[str]) -> Causes:
        """The splits of some outcomes alone."""
        return replace(self, splits={name: self.splits[name] for name in outcomes})


@dataclass(frozen=True)
class _Plan:
    """Which futures run with which orders: `rows` draws of the parameters, each with `replicates` futures."""

    rows: int
    replicates: int
    block: int
    is_exact: bool

    def blocks(self) -> list[tuple[int, int, int]]:
        """(first trajectory, first row, futures) of each block; trajectory t has row t modulo `rows`."""
        return [
            (replicate * self.rows + row, row, min(self.block, self.rows - row))
            for replicate in range(self.replicates)
            for row in range(0, self.rows, self.block)
        ]


def causes(
    layout: Layout,
    options: Options,
    by: str = "mechanisms",
    without: Sequence[Intervention] = (),
    settings: Overrides | None = None,
    futures: int = 0,
    progress: Progress | None = None,
    most_exact: int = MOST_EXACT,
    pool: Executor | None = None,
) -> Causes:
    """Share out the difference that the interventions make (the scenario's own comparison where there are none).

    futures: how many; 0 takes the options' as far as FUTURE_WEEKS allows. most_exact: up to so many players all sets
    are run. pool: workers (`worker_pool`); without them threads. They change no number.
    Raises OptionError where there is nothing to compare or nobody to share, UnknownName for unknown events or paths.
    """
    if by not in SPLITS:
        raise OptionError("--by", by, " or ".join(SPLITS), "choose one of them")
    players = SPLITS[by](layout)
    if not players:
        allowed = "a scenario in which an actor decides" if by == "actors" else "a scenario with a law to switch off"
        raise OptionError("--by", by, allowed, "split by the other, or add instruments to the scenario")
    if not layout.scenario.outcomes:
        raise OptionError("scenario", layout.scenario.name, "a scenario with outcomes", "add an outcomes section")
    question = question_of(layout, without, settings)
    other = other_of(layout, question)
    plan = _plan(len(players), options, futures, most_exact)
    found = _run(_Game(layout, other, players, options, plan), progress, pool)  # (part, trajectory, outcome)
    trajectories = np.arange(plan.rows * plan.replicates)
    rows = trajectories % plan.rows
    groups = rows if plan.is_exact else rows // plan.block
    titles = [
        ("whole", "the whole difference"),
        ("direct", "the entry alone, all of these off"),
        *((player.name, player.title) for player in players),
    ]
    splits = {}
    for place, outcome in enumerate(layout.scenario.outcomes):
        parts = []
        for part, (name, title) in enumerate(titles):
            mean, error, interval = effect(found[part, :, place], rows, groups)
            parts.append(Part(name, title, mean, None if np.isnan(error) else error, interval))
        splits[outcome] = Split(outcome, parts[0], parts[1], tuple(parts[2:]))
    return Causes(
        by=by,
        scenario=layout.scenario.name,
        question=question,
        week=options.weeks,
        seed=options.seed,
        futures=len(trajectories),
        orders=0 if plan.is_exact else len(plan.blocks()),
        splits=splits,
    )


def _plan(players: int, options: Options, futures: int, most_exact: int) -> _Plan:
    is_exact = players <= most_exact
    sets = 2**players if is_exact else 2 * players
    wanted = futures or max(1, min(options.futures, FUTURE_WEEKS // (2 * sets * options.weeks)))
    wanted = replace(options, futures=wanted).futures  # refused where out of range
    rows = max(1, wanted // options.replicates)
    # At least eight groups, so that the spread over them says something.
    block = 2 * BLOCK if is_exact else max(1, min(BLOCK, rows // 8))
    return _Plan(rows, max(1, min(wanted, options.replicates)), block, is_exact)


class _Game:
    """Both worlds, and what is worth what in them; it is drawn anew where another process reads it."""

    def __init__(self, base: Layout, other: Layout, players: Sequence[Player], options: Options, plan: _Plan) -> None:
        self.base, self.other, self.players, self.options, self.plan = base, other, players, options, plan
        self.rows = replace(options, futures=plan.rows, replicates=1, outputs=())
        self.drawn: tuple[Drawn, Drawn] = draws_of(base, self.rows), draws_of(other, self.rows)
        self.apart = set_apart(base, other)

    def __reduce__(self) -> tuple[type[_Game], tuple[object, ...]]:
        return _Game, (self.base, self.other, self.players, self.options, self.plan)

    def share(self, number: int) -> Floats:
        """Whole, direct effect and parts of each future of a block, shape (2 + player, trajectory, outcome)."""
        first, row, count = self.plan.blocks()[number]
        ran = replace(self.rows, futures=count)
        one, two = (
            Sampled(arm, ran, {path: values[row : row + count] for path, values in held.items()}, first)
            for arm, held in zip((self.base, self.other), self.drawn, strict=True)
        )
        worth = partial(self.worth, one, two)
        players = len(self.players)
        if self.plan.is_exact:
            known = {chosen: worth(chosen) for chosen in range(2**players)}
            parts = exact(players, known)
            none, every = known[0], known[2**players - 1]
        else:
            none = worth(0)
            orders = order_and_reverse([player.name for player in self.players], self.options.seed, number)
            parts = over_orders(orders, lambda chosen: worth(chosen) if chosen else none)
            every = none + parts.sum(axis=0)
        return np.concatenate([every[None], none[None], parts])

    def worth(self, one: Sampled, two: Sampled, chosen: int) -> Floats:
        """Paired difference of each future with the chosen players on, shape (trajectory, outcome)."""
        off = {k: v for i, player in enumerate(self.players) if not chosen >> i & 1 for k, v in player.off.items()}
        # A quantity that the intervention sets stays as the intervention has it.
        free = {path: value for path, value in off.items() if path not in self.apart}
        return np.asarray(one.outcomes(off)[:, -1] - two.outcomes(free)[:, -1])


def _run(game: _Game, progress: Progress | None, pool: Executor | None) -> Floats:
    """Whole, direct effect and parts of each future, shape (2 + player, trajectory, outcome)."""
    results: list[Floats] = []
    blocks = len(game.plan.blocks())
    with worker_threads(game.options.workers) if pool is None else nullcontext(pool) as working:
        for result in answers(working, partial(_share, Shared(game)), range(blocks)):
            results.append(result)
            if progress is not None:
                progress(len(results), blocks)
    return np.concatenate(results, axis=1)


def _share(game: Shared[_Game], number: int) -> Floats:
    return game.held.share(number)
