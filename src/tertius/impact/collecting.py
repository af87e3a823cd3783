"""What to collect: which reading, or which quantity if it were known, would narrow the answer most.

With Y what is asked of, X what could be known and k groups of equal size by X (two where X is seen or not),

    S = 1 - (n - 1) SSW / ((n - k) SST)         share of the variance of Y that X tells, fair in n cases    (1)
    narrower = W (1 - sqrt(1 - S))              of an 80% interval W wide, as its width goes with sqrt(V)   (2)
    moves    = sqrt(S V)                        of a chance, how far it moves on average, root mean square  (3)

A quantity is the same for all futures of a draw, so cases are draws and Y is its mean over a draw; what chance makes
within draws is taken off the variance between them. S of a quantity is its part of the variance of futures, and for an
effect, which is a mean over chance, of that between draws. A reading is taken in the futures in which the war
still goes on. What chance alone gives one time in a hundred, among so many candidates, is left out (F test).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

from tertius.engine import Ensemble, Layout, Options, Progress
from tertius.impact.comparison import compare
from tertius.impact.indicators import BY_CHANCE, Event, Signal, grid
from tertius.impact.observables import Target, comes, every_signal, news, others, outputs_read, target_of
from tertius.impact.question import as_compared
from tertius.impact.watching import futures_of

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
GROUPS = 8
FEWEST = 20  # cases in a group
MOST = 6
READING, QUANTITY = "reading", "quantity"
LEVEL, EFFECT, CHANCE = "level", "effect", "chance"


@dataclass(frozen=True)
class Worth:
    """What knowing one thing would be worth.

    kind   reading or quantity
    what   signal, or path of the quantity
    weeks  weeks over which a series is read; 0 of what happens openly, and of a quantity
    week   by the end of which week it is read; 0 of a quantity
    flow   whether a series is read as a mean a week
    share  share of the variance that it tells
    worth  how much narrower the 80% interval would be, in the unit of what is asked of; of a chance how far it would
           move on average, as a share
    """

    kind: str
    what: str
    weeks: int
    week: int
    flow: bool
    share: float
    worth: float


@dataclass(frozen=True)
class Priorities:
    """What would narrow one answer.

    about     level (an outcome at the last week, as the war stands), effect (what the entry adds to it) or chance
    name      outcome, or event
    target    the event; null for an outcome
    week      the last week
    interval  80% interval of it; of a chance the chance itself, twice
    cases     futures, or draws of the quantities for an effect
    rows      what would be worth most, the most first
    """

    about: str
    name: str
    target: Target | None
    week: int
    interval: tuple[float, float]
    cases: int
    rows: tuple[Worth, ...]


def level(ensemble: Ensemble, outcome: str, most: int = MOST) -> Priorities:
    """What would narrow an outcome at the last week, in the world as it stands."""
    values = ensemble.of(outcome)[: len(ensemble.everything), -1]
    low, high = (float(each) for each in np.quantile(values, (0.1, 0.9)))
    rows = [*_readings(ensemble, values, every_signal(ensemble)), *_quantities(ensemble, values)]
    return Priorities(LEVEL, outcome, None, ensemble.weeks, (low, high), len(values), _ranked(rows, high - low, most))


def chance(ensemble: Ensemble, target: Target, most: int = MOST) -> Priorities:
    """What would move the chance of an event."""
    on = ensemble.path("world.ended") == 0
    event = Event(comes(ensemble, target), np.asarray(on), news(ensemble, target))
    values = event.later(0)
    rows = [*_readings(ensemble, values, others(every_signal(ensemble), target), event), *_quantities(ensemble, values)]
    share = min(max(float(values.mean()), 0.0), 1.0)
    return Priorities(CHANCE, target.id, target, ensemble.weeks, (share, share), len(values), _best(rows, most))


def effect(
    base: Ensemble, other: Ensemble, outcome: str, interval: tuple[float, float], most: int = MOST
) -> Priorities:
    """What would narrow the effect to be expected of the entry on an outcome; `interval` is its own, of 80%."""
    paired = base.of(outcome)[:, -1] - other.of(outcome)[:, -1]
    rows = list(_quantities(base, paired, of_draws=True))
    cases = len(np.unique(base.trajectories // base.replicates))
    ranked = _ranked(rows, interval[1] - interval[0], most)
    return Priorities(EFFECT, outcome, None, base.weeks, interval, cases, ranked)


def priorities(
    layout: Layout, options: Options, targets: Sequence[str] = (), progress: Progress | None = None
) -> tuple[Priorities, ...]:
    """What would narrow each headline, as an effect of the entry and as it stands; or move the chance of each target.

    The effect is that of the brief, with what the scenario's own comparison assumes; all else is of the open war.

    Raises UnknownName and OptionError as `futures_of` does.
    """
    if targets:
        ensemble = futures_of(layout, options, targets, progress=progress)
        return tuple(chance(ensemble, target_of(text, layout.scenario)) for text in targets)
    scenario = layout.scenario
    if scenario.comparison is None:
        ensemble = futures_of(layout, options, progress=progress)
        return tuple(level(ensemble, name) for name in scenario.headlines)
    read = replace(options, outputs=outputs_read(scenario))
    asked = as_compared(layout)
    found = compare(asked, read, horizons=(options.weeks,), progress=progress)
    pairs = ((name, found.at(name, options.weeks).interval) for name in scenario.headlines)
    effects = [effect(found.base, found.other, name, interval) for name, interval in pairs]
    stands = found.base if asked is layout else futures_of(layout, options, progress=progress)
    return (*effects, *(level(stands, name) for name in scenario.headlines))


def _ranked(rows: Sequence[Worth], width: float, most: int) -> tuple[Worth, ...]:
    """The rows with their worth as what they take off a width, by (2)."""
    return _best([replace(row, worth=float(width * (1.0 - np.sqrt(1.0 - row.share)))) for row in rows], most)


def _best(rows: Sequence[Worth], most: int) -> tuple[Worth, ...]:
    """What is worth most, one row for each thing to know."""
    kept: dict[tuple[str, str], Worth] = {}
    for row in sorted(rows, key=lambda row: -row.worth):
        kept.setdefault((row.kind, row.what), row)
    return tuple(kept.values())[:most]


def _readings(
    ensemble: Ensemble, values: Floats, signals: Sequence[Signal], event: Event | None = None
) -> Iterator[Worth]:
    """Each signal at the week at which it tells most; `worth` by (3)."""
    on = ensemble.path("world.ended") == 0
    weeks = tuple(grid(ensemble.weeks))
    whole = float(values.var(ddof=1))
    tests = len(signals) * len(weeks)
    for signal in signals:
        best: Worth | None = None
        for week in weeks:
            open_ = on[:, week] if event is None else event.open(week)
            there = np.asarray(open_ & ~np.isnan(signal.values[:, week]))
            asked = values[there] if event is None else event.later(week)[there]
            share = told(asked, signal.values[there, week], tests)
            variance = share * float(asked.var()) * float(there.mean()) if share > 0.0 else 0.0
            if variance > 0.0 and (best is None or variance > best.worth**2):
                part = min(1.0, variance / whole)
                best = Worth(READING, signal.id, signal.weeks, week, signal.flow, part, float(np.sqrt(variance)))
        if best is not None:
            yield best


def _quantities(ensemble: Ensemble, values: Floats, of_draws: bool = False) -> Iterator[Worth]:
    """Each drawn quantity; `worth` by (3). of_draws: its share is that of what parts draws, not futures."""
    draws = ensemble.trajectories[: len(values)] // ensemble.replicates
    _, first, group, counts = np.unique(draws, return_index=True, return_inverse=True, return_counts=True)
    means = np.bincount(group, values) / counts
    chance_ = len(values) - len(counts)
    within = float(((values - means[group]) ** 2).sum() / chance_) if chance_ > 0 else 0.0
    between = float(means.var(ddof=1)) - within * float((1.0 / counts).mean())
    if between <= 0.0:
        return
    drawn = {path: held[: len(values)][first] for path, held in ensemble.parameters.items()}
    varied = {path: held for path, held in drawn.items() if np.ptp(held) > 0.0}
    for path, held in varied.items():
        share = told(means, held, len(varied))
        if share > 0.0:
            variance = min(share * float(means.var(ddof=1)), between)
            part = min(1.0, variance / (between if of_draws else float(values.var(ddof=1))))
            yield Worth(QUANTITY, path, 0, 0, False, part, float(np.sqrt(variance)))


def told(values: Floats, by: Floats, tests: int = 1) -> float:
    """Share of the variance of values that something tells, by (1); 0 within chance, or with too few cases."""
    kinds = np.unique(by)
    if len(kinds) < 2:
        return 0.0
    edges = kinds if len(kinds) == 2 else np.unique(np.quantile(by, np.linspace(0.0, 1.0, GROUPS + 1)[:-1]))
    group = np.searchsorted(edges, by, side="right") - 1
    counts = np.bincount(group, minlength=len(edges))
    count, groups = len(values), len(edges)
    if counts.min() < FEWEST or groups < 2:
        return 0.0
    means = np.bincount(group, values, minlength=groups) / counts
    within = float(((values - means[group]) ** 2).sum())
    total = float(((values - values.mean()) ** 2).sum())
    if total <= 0.0:
        return 0.0
    between = total - within
    if within > 0.0:
        ratio = (between / (groups - 1)) / (within / (count - groups))
        if fdtrc(groups - 1, count - groups, ratio) > BY_CHANCE / max(1, tests):
            return 0.0
    return float(min(max(1.0 - (count - 1) * within / ((count - groups) * total), 0.0), 1.0))
