"""Backtest of strikes: at each past Sunday, learn from the weeks before, forecast launches and leaks, score what came.

Every form of the process forecasts at the same Sundays as the simple forecasters. `tertius` is the pool of the forms,
weighted by the scores resolved before the Sunday, as for the front. The total is the sum of the kinds that strike,
drawn side by side. `as the engine draws` is the same pool with lognormal weeks, as in the law of salvos. The share
that leaks is that of the week, or of all weeks from the origin on; of a week in which nothing was launched it is not
scored, and a drawn week without launches is given one.

A folder or store is read as it is now: revisions of past weeks are known throughout. Scores:

    weekly, cumulative   CRPS of launches (items) and of shares that leak
    log                  minus log density of log(1 + launches), of weekly and cumulative launches
    inside               whether the central 80% (50%) held what came
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tertius.errors import DataError, OptionError
from tertius.evidence import read_data
from tertius.forecasts.automatic import available
from tertius.forecasts.pool import pooled, weights_by_score
from tertius.forecasts.scores import covered, crps, log_score
from tertius.forecasts.strikes_baselines import launch_baselines, leak_baselines
from tertius.inference.fit import key_of
from tertius.inference.strikes import (
    FEWEST_WEEKS,
    LAUNCHING,
    LEAKING,
    STRIKING,
    Panel,
    launch_evidence,
    launches_ahead,
    leak_evidence,
    leaks_ahead,
    learn,
    read_strikes,
)

Array = NDArray[np.float64]
OURS = "tertius"
ENGINE = "tertius, as the engine draws"
TOTAL = "total"
LAUNCHES, LEAK = "launches", "leak"
KINDS = ("weekly", "cumulative")
MEASURES = ("crps", "log", "inside80", "inside50")
Progress = Callable[[int, int], None]
Ways = dict[str, tuple[Array, Array]]
"""Model -> weekly and cumulative values of the weeks ahead, each of shape (path, week)."""


@dataclass(frozen=True)
class StrikePlan:
    """What is asked of a backtest: range of origins, weeks between them, weeks ahead, futures a model, seed."""

    first: date | None = None
    last: date | None = None
    every: int = 1
    horizons: tuple[int, ...] = (1, 2, 4, 8, 13, 26)
    paths: int = 400
    seed: int = 1
    automatic: bool = True

    def __post_init__(self) -> None:
        """Raise OptionError for a value out of range."""
        if not 1 <= self.every <= 52:
            raise OptionError("--every", self.every, "1 to 52 weeks", "choose one of them")
        if not 50 <= self.paths <= 20_000:
            raise OptionError("--paths", self.paths, "50 to 20,000", "choose one of them")
        if self.first and self.last and self.first > self.last:
            raise OptionError("--from", str(self.first), f"a day up to --to, {self.last}", "exchange the two")


@dataclass
class StrikeBacktest:
    """Scores by (what, kind of arms, model, weekly or cumulative, measure), each of shape (origin, horizon).

    weights  (what, kind of arms) -> names of the forms and their weights after the last origin
    """

    plan: StrikePlan
    origins: list[date]
    scores: dict[tuple[str, str, str, str, str], Array] = field(default_factory=dict)
    weights: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    digest: str = ""


@dataclass(frozen=True)
class _Task:
    panel: Panel
    plan: StrikePlan
    places: tuple[int, ...]
    """Weeks from which a form forecasts, for its scores at least."""
    asked: tuple[int, ...]
    """Those of them that are reported."""

    @property
    def weeks(self) -> int:
        return max(self.plan.horizons)

    def generator(self, *names: object) -> np.random.Generator:
        return np.random.Generator(np.random.Philox(key=key_of(self.plan.seed, "strikes", *names)))


def run_strike_backtest(
    data: Path, plan: StrikePlan, progress: Progress | None = None, known_by: date | None = None
) -> StrikeBacktest:
    """Backtest on the weekly claims in a folder or store, read up to a day where one is given.

    Raises DataError where no origin can be scored.
    """
    panel = read_strikes(read_data(data, known_by))
    places = tuple(range(FEWEST_WEEKS - 1, len(panel.weeks) - 1))
    inside = [at for at in places if _is_inside(panel.weeks[at], plan)]
    asked = tuple(inside[:: plan.every])
    if not asked:
        raise DataError(
            str(data),
            f"no Sunday with {FEWEST_WEEKS} weeks before it and one after it in the range asked for",
            f"weeks from {panel.weeks[0]} to {panel.weeks[-1]}",
            "widen --from and --to, or get a longer file",
        )
    task = _Task(panel, plan, places, asked)
    found = StrikeBacktest(plan, [panel.weeks[at] for at in asked], notes=list(panel.notes), digest=panel.digest)
    if plan.automatic and not available():
        found.notes.append("AutoETS left out; to add it: pip install 'tertius[baselines]'")
    kinds = list(panel.launched)
    steps, done = 2 * len(kinds) + 1, 0
    paths: dict[str, dict[int, Array]] = {}
    for kind in kinds:
        paths[kind] = _launches(task, kind, found)
        done += 1
        if progress is not None:
            progress(done, steps)
    striking = [kind for kind in STRIKING if kind in paths]
    ways = {at: {OURS: _summed(sum(paths[kind][at] for kind in striking))} for at in asked}  # type: ignore[arg-type]
    _score_launches(task, TOTAL, panel.total, ways, found)
    for kind in kinds:
        if kind in striking and kind in panel.leaked:
            _leaks(task, kind, paths[kind], found)
        done += 1
        if progress is not None:
            progress(done, steps)
    return found


def _is_inside(week: date, plan: StrikePlan) -> bool:
    return (plan.first is None or week >= plan.first) and (plan.last is None or week <= plan.last)


def _summed(weekly: Array) -> tuple[Array, Array]:
    return weekly, weekly.cumsum(axis=1)


def _launches(task: _Task, kind: str, found: StrikeBacktest) -> dict[int, Array]:
    """Score a kind's launches; return the pool's paths by week, each of shape (path, week)."""
    known = task.panel.launched[kind]
    evidence = [launch_evidence(count) for count in known]
    members: dict[str, dict[int, Array]] = {}
    drawn_so: dict[str, dict[int, Array]] = {}
    for form in LAUNCHING:
        generator = task.generator(LAUNCHES, kind, form.name)
        members[form.name], drawn_so[form.name] = {}, {}
        for at, belief in enumerate(learn(form, evidence)):
            if at in task.places:
                rows = belief.draw(task.plan.paths, generator)
                members[form.name][at] = launches_ahead(rows, task.weeks, generator)
                drawn_so[form.name][at] = launches_ahead(rows, task.weeks, generator, is_engine=True)
    came = {at: _came(known, at, task.weeks) for at in task.places}
    loss = np.stack(
        [
            np.stack([_crps(_summed(paths[at])[1], came[at][1], task.plan.horizons) for at in task.places])
            for paths in members.values()
        ],
        axis=1,
    )
    pool, engine = {}, {}
    for place, at in enumerate(task.places):
        weights = weights_by_score(loss, task.plan.horizons, place)
        drawn = pooled([paths[at].T for paths in members.values()], weights).T
        engine[at] = pooled([paths[at].T for paths in drawn_so.values()], weights).T
        pool[at] = task.generator(LAUNCHES, kind, "pool", at).permutation(drawn)
    final = weights_by_score(loss, task.plan.horizons, len(task.places))
    found.weights[LAUNCHES, kind] = dict(zip(members, map(float, final), strict=True))
    ways: dict[int, Ways] = {
        at: {
            OURS: _summed(pool[at]),
            ENGINE: _summed(engine[at]),
            **{name: _summed(paths[at]) for name, paths in members.items()},
        }
        for at in task.asked
    }
    _score_launches(task, kind, known, ways, found)
    return pool


def _score_launches(task: _Task, kind: str, known: Array, ways: dict[int, Ways], found: StrikeBacktest) -> None:
    automatic = task.plan.automatic and available()
    rows = []
    for at in task.asked:
        key = key_of(task.plan.seed, "strikes", LAUNCHES, kind, "simple", at)
        simple = launch_baselines(known[: at + 1], task.weeks, task.plan.paths, key, automatic)
        every = ways[at] | {name: _summed(drawn) for name, drawn in simple.items()}
        rows.append(_measured(every, _came(known, at, task.weeks), task.plan.horizons, logs=True))
    _keep(found, LAUNCHES, kind, rows)


def _leaks(task: _Task, kind: str, paths: dict[int, Array], found: StrikeBacktest) -> None:
    """Score the share of a kind that leaks, on the pool's own launches."""
    launched, leaked = task.panel.launched[kind], task.panel.leaked[kind]
    evidence = [leak_evidence(n, k) for n, k in zip(launched, leaked, strict=True)]
    members: dict[str, dict[int, tuple[Array, Array]]] = {}
    for form in LEAKING:
        generator = task.generator(LEAK, kind, form.name)
        members[form.name] = {
            at: _shares(leaks_ahead(belief.draw(len(paths[at]), generator), _some(paths[at]), generator), paths[at])
            for at, belief in enumerate(learn(form, evidence))
            if at in task.places
        }
    came = {at: _came_share(launched, leaked, at, task.weeks) for at in task.places}
    loss = np.stack(
        [
            np.stack([_crps(shares[at][1], came[at][1], task.plan.horizons) for at in task.places])
            for shares in members.values()
        ],
        axis=1,
    )
    automatic, rows = task.plan.automatic and available(), []
    for place, at in enumerate(task.places):
        if at not in task.asked:
            continue
        weights = weights_by_score(loss, task.plan.horizons, place)
        ours = tuple(pooled([shares[at][one].T for shares in members.values()], weights).T for one in (0, 1))
        key = key_of(task.plan.seed, "strikes", LEAK, kind, "simple", at)
        simple = leak_baselines(launched[: at + 1], leaked[: at + 1], task.weeks, task.plan.paths, key, automatic)
        every: Ways = {OURS: (ours[0], ours[1]), **{name: shares[at] for name, shares in members.items()}, **simple}
        rows.append(_measured(every, came[at], task.plan.horizons, logs=False))
    final = weights_by_score(loss, task.plan.horizons, len(task.places))
    found.weights[LEAK, kind] = dict(zip(members, map(float, final), strict=True))
    _keep(found, LEAK, kind, rows)


def _some(launched: Array) -> Array:
    return np.maximum(launched, 1.0)


def _shares(leaked: Array, launched: Array) -> tuple[Array, Array]:
    """Share of the week's launches, and of those from the first week on."""
    some = _some(launched)
    return leaked / some, leaked.cumsum(axis=1) / some.cumsum(axis=1)


def _came(known: Array, at: int, weeks: int) -> tuple[Array, Array]:
    """Launches of the weeks after a week, and their sums, shape (week,), NaN where not known (yet)."""
    weekly = np.full(weeks, np.nan)
    after = known[at + 1 : at + 1 + weeks]
    weekly[: len(after)] = after
    return weekly, weekly.cumsum()


def _came_share(launched: Array, leaked: Array, at: int, weeks: int) -> tuple[Array, Array]:
    (n, total), (k, got) = _came(launched, at, weeks), _came(leaked, at, weeks)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n >= 1, k / n, np.nan), np.where(total >= 1, got / total, np.nan)


def _crps(paths: Array, came: Array, horizons: tuple[int, ...]) -> Array:
    at = np.array(horizons) - 1
    return crps(paths[:, at].T, came[at])


def _measured(
    ways: Ways, came: tuple[Array, Array], horizons: tuple[int, ...], logs: bool
) -> dict[tuple[str, ...], Array]:
    """Every measure of every model at one origin: (model, weekly or cumulative, measure) -> shape (horizon,)."""
    at = np.array(horizons) - 1
    found: dict[tuple[str, ...], Array] = {}
    for model, pair in ways.items():
        for kind, paths, actual in zip(KINDS, pair, came, strict=True):
            samples, truth = paths[:, at].T, actual[at]
            found[model, kind, "crps"] = crps(samples, truth)
            if len(paths) > 2:
                found[model, kind, "inside80"] = covered(samples, truth, 0.8)
                found[model, kind, "inside50"] = covered(samples, truth, 0.5)
                if logs:
                    found[model, kind, "log"] = log_score(np.log1p(samples), np.log1p(truth))
    return found


def _keep(found: StrikeBacktest, what: str, kind: str, rows: list[dict[tuple[str, ...], Array]]) -> None:
    for model, sums, measure in rows[0]:
        found.scores[what, kind, model, sums, measure] = np.stack([row[model, sums, measure] for row in rows])
