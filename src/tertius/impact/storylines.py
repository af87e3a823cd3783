"""Storylines: three to five kinds of path that an ensemble takes, and what leads to a chosen outcome.

Futures are points of a few traits (`traits`), clustered by a stated rule and checked on fresh seeds (`clusters`).
Each cluster is told by what sets it apart, its turning points, its typical path (the future nearest to the cluster's
others), early signposts (`indicators`), and the chronicle of that path.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from tertius.engine import Ensemble, Layout, Options, Progress, run_future
from tertius.engine.spread import run_by
from tertius.errors import Interrupted, OptionError
from tertius.impact.chronicle import Line
from tertius.impact.chronicle.making import lines_of
from tertius.impact.chronicle.typical import mean_distances
from tertius.impact.clusters import Fit, chosen, fits, nearest
from tertius.impact.comparison import effect
from tertius.impact.conditions import Conditions, conditions
from tertius.impact.indicators import Indicator, Signal, find, grid
from tertius.impact.observables import Target, outputs_read, signals, target_of
from tertius.impact.traits import Scale, Trait, outputs_of, traits_of

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
FEWEST = 400  # futures from which on storylines are told
FRESH_SEEDS = 2
MOST_FRESH = 2000  # futures of each fresh seed
MOST_TURNS = 5
MOST_SIGNPOSTS = 3
APART = 0.1  # share of futures by which a turning point is more, or less, common than elsewhere
TARGET = Target("storyline", "outcome", "")


@dataclass(frozen=True)
class Apart:
    """How a storyline lies in one trait.

    trait    which
    mean     mean over the storyline's futures, in the trait's unit
    other    mean over all the other futures
    gap      the difference of the two, in standard deviations over all futures
    """

    trait: Trait
    mean: float
    other: float
    gap: float


@dataclass(frozen=True)
class Turn:
    """Something that can be seen to happen, and that is more, or less, common in a storyline than elsewhere.

    event  what: INSTRUMENT:up or :down, LADDER.RUNG, BARGAIN:ends, THEATRE:closes, or OCCASION:TURN
    share  share of the storyline's futures in which it happens
    other  share of the other futures
    week   median week in which it first happens, in the storyline; null where it never does
    """

    event: str
    share: float
    other: float
    week: float | None


@dataclass(frozen=True)
class Storyline:
    """One kind of path.

    share      share of futures that take it
    interval   80% interval of that share, from the number of futures; those that share a draw count as one
    apart      its traits, those that set it apart most first
    turns      its turning points, the most telling first
    signposts  rules that tell early that a future takes it, the most telling first
    typical    number of its typical future
    ends       headline outcomes of that future at the last week: id -> value, in the outcome's unit
    chronicle  that future in lines, by week
    """

    share: float
    interval: tuple[float, float]
    apart: tuple[Apart, ...]
    turns: tuple[Turn, ...]
    signposts: tuple[Indicator, ...]
    typical: int
    ends: dict[str, float]
    chronicle: tuple[Line, ...]


@dataclass(frozen=True)
class Storylines:
    """The storylines of an ensemble, the most common first.

    scenario    its name
    futures     futures told apart
    asked       futures asked for; more than `futures` where the run was stopped early, or kept only a part
    weeks       weeks from the as-of date
    seed        seed of the run; the following ones are the fresh seeds
    tried       clusters of each number, with their silhouette and agreement with fresh seeds
    stable      whether the number that was taken comes back on fresh seeds
    storylines  what they are
    box         what leads to a chosen outcome; null where none was asked about
    """

    scenario: str
    futures: int
    asked: int
    weeks: int
    seed: int
    tried: tuple[Fit, ...]
    stable: bool
    storylines: tuple[Storyline, ...]
    box: Conditions | None


def storylines(
    layout: Layout,
    options: Options,
    box: str = "",
    progress: Progress | None = None,
    pool: Executor | None = None,
) -> Storylines:
    """The storylines of the ensemble that the options describe. After Ctrl-C, of the futures that are done.

    box: an outcome of which to tell what leads to it, as `observables.target_of` reads it.
    pool: workers (`worker_pool`); without them threads. They change no number.
    Raises UnknownName and OptionError for an outcome that is none, too few futures, or futures that are all alike;
    Interrupted where fewer than FEWEST were done.
    """
    scenario = layout.scenario
    target = target_of(box, scenario) if box else None
    if options.futures < FEWEST:
        raise OptionError("--futures", options.futures, f"{FEWEST} or more", "ask for more futures")
    outputs = tuple(dict.fromkeys((*outputs_read(scenario), *outputs_of(scenario))))
    ensemble = run_by(pool, layout, replace(options, outputs=outputs), progress)
    if len(ensemble.everything) < FEWEST:
        raise Interrupted(f"stopped after {len(ensemble.everything)} futures; storylines take {FEWEST} or more")
    traits, values = traits_of(ensemble)
    scale = Scale.of(traits, values)
    points = scale.points(values)
    few = replace(options, futures=min(options.futures, MOST_FRESH), outputs=outputs_of(scenario))
    fresh = [
        scale.points(traits_of(run_by(pool, layout, replace(few, seed=options.seed + 1 + each)))[1])
        for each in range(FRESH_SEEDS)
    ]
    tried = fits(points, fresh)
    if not tried:
        fix = "ask for more futures or weeks, or another scenario"
        raise OptionError("scenario", scenario.name, "futures that differ in their traits", fix)
    place = chosen([fit for fit, _ in tried])
    labels = nearest(points, tried[place][1])
    seen = signals(ensemble, TARGET)
    told = [
        _storyline(ensemble, options, labels == each, points, (traits, scale.standard(values), values), seen)
        for each in np.unique(labels)
    ]
    told.sort(key=lambda one: -one.share)
    return Storylines(
        scenario.name, len(values), ensemble.asked, ensemble.weeks, ensemble.seed,
        tuple(fit for fit, _ in tried), tried[place][0].stable, tuple(told),
        None if target is None else conditions(ensemble, target),
    )  # fmt: skip


def _storyline(
    ensemble: Ensemble,
    options: Options,
    mine: Truths,
    points: Floats,
    held: tuple[Sequence[Trait], Floats, Floats],
    seen: Sequence[Signal],
) -> Storyline:
    rows = ensemble.trajectories[: len(mine)] // ensemble.replicates
    share, error, _ = effect(mine.astype(float), rows)
    places = np.flatnonzero(mine)
    number = int(ensemble.trajectories[places[int(mean_distances(points[places]).argmin())]])
    future = run_future(ensemble.layout, options, number)
    comes = np.where(mine, float(ensemble.weeks), np.inf)
    on = ensemble.path("world.ended") == 0
    return Storyline(
        share=share,
        interval=(max(0.0, share - 1.2816 * error), min(1.0, share + 1.2816 * error)),
        apart=_apart(mine, *held),
        turns=_turns(mine, rows, seen),
        signposts=find(seen, comes, on, tuple(grid(ensemble.weeks)), rows, MOST_SIGNPOSTS),
        typical=number,
        ends={name: float(future.of(name)[0, -1]) for name in ensemble.layout.scenario.headlines},
        chronicle=lines_of(future),
    )


def _apart(mine: Truths, traits: Sequence[Trait], standard: Floats, values: Floats) -> tuple[Apart, ...]:
    gaps = standard[mine].mean(axis=0) - standard[~mine].mean(axis=0)
    order = np.argsort(-np.abs(gaps), kind="stable")
    within, without = values[mine].mean(axis=0), values[~mine].mean(axis=0)
    return tuple(Apart(traits[i], float(within[i]), float(without[i]), float(gaps[i])) for i in order)


def _turns(mine: Truths, rows: NDArray[np.int64], seen: Sequence[Signal]) -> tuple[Turn, ...]:
    """What can be seen to happen more, or less, in a storyline than elsewhere: beyond APART, and beyond chance."""
    events = [signal for signal in seen if signal.weeks == 0]
    bound = float(ndtri(1 - 0.025 / max(1, len(events))))
    _, group = np.unique(rows, return_inverse=True)
    found = []
    for signal in events:
        there = signal.values[:, -1] > 0
        share, other = float(there[mine].mean()), float(there[~mine].mean())
        pull = np.where(mine, (there - share) / mine.sum(), -(there - other) / (~mine).sum())
        error = float(np.sqrt((np.bincount(group, pull) ** 2).sum()))
        if abs(share - other) > max(APART, bound * error):
            first = signal.values[mine & there].argmax(axis=1)
            found.append(Turn(signal.id, share, other, float(np.median(first)) if first.size else None))
    found.sort(key=lambda one: (-abs(one.share - one.other), one.event))
    return tuple(found[:MOST_TURNS])
