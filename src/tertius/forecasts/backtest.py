"""Backtest: at each past origin, fit on what was known then, forecast, and score once the weeks have passed.

Every structure and every baseline forecasts at the same origins. `tertius` is the pool of the structures, weighted by
the scores resolved before the origin. Beside it stand the same pool with the balance of power switched off, and a pool
of the baselines by the same rule, which has no law of motion at all: the differences are what the laws add.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout, law_hash
from tertius.engine.posterior import observation_stamp, prior_stamp
from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence import Holdings, observation_models, read_data, vintages
from tertius.forecasts.automatic import AUTOMATIC, available
from tertius.forecasts.baselines import POOL
from tertius.forecasts.forecasting import Question, forecast_at
from tertius.forecasts.origins import Origins, coverage_notes, left_out, origins_of, range_notes, series_of
from tertius.forecasts.pieces import Arrays, Pieces
from tertius.forecasts.plan import Plan
from tertius.forecasts.pool import pooled, weights_by_score
from tertius.forecasts.scores import crps
from tertius.forecasts.workers import answers, worker_threads
from tertius.inference.fit import FEWEST_WEEKS
from tertius.inference.measuring import Target, contradiction, known_series, measure, targets
from tertius.inference.structures import structures_of

Array = NDArray[np.float64]
OURS = "tertius"
WITHOUT_POWER = "tertius, power off"
WITHOUT_LAWS = "baselines by past score"
KINDS = ("weekly", "cumulative")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Track:
    """Forecasts and outcomes of one observation.

    origins   Sundays, shape (origin,)
    actual    shape (kind, origin, horizon), NaN where not known (yet)
    samples   model -> shape (kind, origin, horizon, path)
    weights   structure names and their weights at each origin, shape (origin, structure)
    final     weights after the last origin, shape (structure,)
    """

    target: Target
    origins: tuple[date, ...]
    horizons: tuple[int, ...]
    every: int
    actual: Array
    samples: dict[str, Array]
    structures: tuple[str, ...]
    weights: Array
    final: Array
    notes: tuple[str, ...] = ()


@dataclass
class Backtest:
    """All tracks of a backtest, and the notes of what was left out."""

    layout: Layout
    plan: Plan
    tracks: list[Track] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)


def run_backtest(
    layout: Layout,
    data: Path,
    plan: Plan,
    threads: int = 1,
    work: Path | None = None,
    progress: Progress | None = None,
    known_by: date | None = None,
    executor: Executor | None = None,
) -> Backtest:
    """Backtest every observation of a scenario on the data in a folder or store.

    known_by: nothing later is read, so that nothing later is scored.
    threads: of this process, where no executor is given; executor: workers, such as those of `worker_processes`. Their
    number changes no result.
    work: folder for finished pieces, from which an interrupted backtest goes on.
    Raises DataError where no observation can be scored; OptionError for a scenario without observations.
    """
    every = targets(layout)
    if not every:
        raise OptionError("SCENARIO", layout.scenario.name, "one with observations", "add an observations section")
    holdings = read_data(data, known_by)
    found = Backtest(layout, plan, notes=range_notes(plan) if known_by is None else [])
    jobs: list[tuple[Target, Origins]] = []
    for target in every:
        try:
            origins = origins_of(holdings, target, plan)
        except DataError as error:
            found.notes.append(left_out(target.name, error))
            continue
        if not origins.asked:
            found.notes.append(
                f"{target.name} left out: no origin with {FEWEST_WEEKS} known weeks in the range asked for"
            )
            continue
        jobs.append((target, origins))
    if not jobs:
        given = "\n".join(found.notes).replace("\n", "\n    ")
        raise DataError(str(data), given, "data of at least one observation", "see tertius data check")
    if plan.automatic and not available():
        found.notes.append("AutoARIMA and AutoETS left out; to add them: pip install 'tertius[baselines]'")
    found.notes += coverage_notes(holdings, every, plan)
    total = sum(len(origins.earlier) + len(origins.asked) for _, origins in jobs)
    done = [0]

    def report() -> None:
        done[0] += 1
        if progress is not None:
            progress(done[0], total)

    known = vintages(data, holdings)
    with worker_threads(threads) if executor is None else nullcontext(executor) as pool:
        for target, origins in jobs:
            stamp = _stamp(layout, holdings, target, plan)
            found.digests |= _digests(holdings, target)
            pieces = Pieces(work, stamp)
            track = _track(_Task(holdings, known, target, plan, pieces), origins, pool, report)
            found.tracks.append(track)
            found.notes += [f"{target.name}: {note}" for note in (*known_series(holdings, target).notes, *track.notes)]
            waits = [note for note in holdings.told(series_of(target)) if note.kind in ("held back", "stale")]
            found.notes += [f"{target.name}: {note}" for note in waits]
    return found


def _digests(holdings: Holdings, target: Target) -> dict[str, str]:
    """Sha256 of every series that an observation rests on and that is at hand."""
    found = {}
    for name in series_of(target):
        try:
            found[name] = holdings.digest([name])
        except (DataError, UnknownName):
            continue  # a note says that it is missing
    return found


@dataclass(frozen=True)
class _Task:
    holdings: Holdings
    known: Callable[[date], Holdings]
    target: Target
    plan: Plan
    pieces: Pieces


def _forecasts(task: _Task, origins: Origins, pool: Executor, report: Callable[[], None]) -> list[Arrays]:
    """Samples of every model at every origin, the earlier ones first: finished pieces, and what the workers answer."""
    asked = set(origins.asked)
    every = [*origins.earlier, *origins.asked]
    found = {origin: held for origin in every if (held := _held(task, origin, origin in asked)) is not None}
    open_ = [origin for origin in every if origin not in found]
    answered = answers(pool, forecast_at, [_question(task, origin, origin in asked) for origin in open_])
    for origin in every:
        if origin not in found:
            try:
                found[origin] = next(answered)
            except FloatingPointError as error:
                raise contradiction(task.holdings, task.target, origin) from error
            task.pieces.put(_piece(task, origin, origin in asked), found[origin])
        report()
    return [found[origin] for origin in every]


def _question(task: _Task, origin: date, asked: bool) -> Question:
    plan = task.plan
    measured = measure(task.known(origin), task.target, origin)
    automatic = asked and plan.automatic and available()
    return Question(
        task.target, measured, origin, plan.horizons, plan.paths, plan.seed, plan.effort, automatic=automatic
    )


def _piece(task: _Task, origin: date, asked: bool) -> str:
    """Name of a piece; one without AutoARIMA and AutoETS, where they are wanted at other origins, has its own."""
    short = not asked and task.plan.automatic and available()
    return f"{task.target.name}-{origin}{'-earlier' if short else ''}"


def _held(task: _Task, origin: date, asked: bool) -> Arrays | None:
    held = task.pieces.get(_piece(task, origin, asked=True))
    return held if held is not None or asked else task.pieces.get(_piece(task, origin, asked))


def _track(task: _Task, origins: Origins, pool: Executor, report: Callable[[], None]) -> Track:
    every = [*origins.earlier, *origins.asked]
    forecasts = _forecasts(task, origins, pool, report)
    earlier = len(origins.earlier)
    members = tuple(structure.name for structure in structures_of(task.target.output))
    samples = {
        name: np.stack([_padded(forecast[name], task.plan.paths) for forecast in forecasts[earlier:]], axis=1)
        for name in forecasts[-1]
    }
    actual = _actual(task.holdings, task.target, every, task.plan.horizons)
    scores = _scores(task, [name for name in samples if name not in AUTOMATIC], forecasts, actual)
    return _with_pools(task, origins, actual[:, earlier:], samples, members, scores)


def _scores(task: _Task, names: list[str], forecasts: list[Arrays], actual: Array) -> dict[str, Array]:
    """CRPS of the cumulative change by model, shape (origin, horizon), of all origins, the earlier ones first."""
    return {
        name: np.stack(
            [
                crps(_padded(forecast[name], task.plan.paths)[1], actual[1, place])
                for place, forecast in enumerate(forecasts)
            ]
        )
        for name in names
    }


def _padded(samples: Array, paths: int) -> Array:
    """A point forecast's few paths, or a model's slightly fewer, as `paths` of them."""
    return samples[..., np.arange(paths) % samples.shape[-1]]


def _with_pools(
    task: _Task,
    origins: Origins,
    actual: Array,
    samples: dict[str, Array],
    members: tuple[str, ...],
    scores: dict[str, Array],
) -> Track:
    """Add the three pools; weights at each origin rest on what was resolved by then, earlier origins included.

    The pool of baselines leaves AutoARIMA and AutoETS out, so that it is the same with and without that extra.
    """
    plan, days, earlier = task.plan, origins.asked, len(origins.earlier)
    off = tuple(f"{name}, power off" if f"{name}, power off" in samples else name for name in members)
    plain = tuple(name for name in scores if name not in members and not name.endswith(", power off") and name != POOL)
    weights: dict[str, Array] = {}
    final = np.array([])
    pools = {OURS: members, WITHOUT_POWER: off, WITHOUT_LAWS: plain}
    for pool_name, names in pools.items():
        score = np.stack([scores[name] for name in names], axis=1)
        rows = [weights_by_score(score, plan.horizons, earlier + place, plan.every) for place in range(len(days))]
        weights[pool_name] = np.array(rows)
        if pool_name == OURS:
            final = weights_by_score(score, plan.horizons, earlier + len(days), plan.every)
        drawn = [pooled([samples[name][:, place] for name in names], rows[place]) for place in range(len(days))]
        samples[pool_name] = np.stack(drawn, axis=1)
    ordered = {
        name: samples[name] for name in (OURS, *members, *(n for n in samples if n != OURS and n not in members))
    }
    return Track(task.target, days, plan.horizons, plan.every, actual, ordered, members, weights[OURS], final)


def _actual(holdings: Holdings, target: Target, origins: list[date], horizons: Sequence[int]) -> Array:
    """What came: shape (kind, origin, horizon). Levels by their difference, so a missing week in between is no matter.

    NaN where an end is missing or the map was redrawn in between by a step of known size. Redrawing of unknown size is
    kept, as it cannot be told from what happened.
    """
    series = known_series(holdings, target)
    steps = [step for step in observation_models()[series.name.partition(".")[0]].redrawn if step.change is not None]
    drawn = np.array(
        [
            any(step.touches(week.item()) for step in steps if not step.series or series.name in step.series)
            for week in series.weeks.astype("datetime64[D]")
        ]
    )
    place = {week.astype("datetime64[D]").item(): index for index, week in enumerate(series.weeks)}
    found = np.full((2, len(origins), len(horizons)), np.nan)
    for row, origin in enumerate(origins):
        for column, horizon in enumerate(horizons):
            start, end = place[origin], place.get(origin + timedelta(weeks=horizon))
            if end is None or drawn[start + 1 : end + 1].any():
                continue
            if target.kind == "level":
                found[0, row, column] = series.values[end] - series.values[end - 1]
                found[1, row, column] = series.values[end] - series.values[start]
            else:
                found[0, row, column] = series.values[end]
                found[1, row, column] = series.values[start + 1 : end + 1].sum()
    return found


def _stamp(layout: Layout, holdings: Holdings, target: Target, plan: Plan) -> str:
    """What a piece rests on: data, priors, laws, plan (its range of origins excepted)."""
    names = [target.observation.series, target.observation.beside, target.observation.balance]
    held = {}
    for name in names:
        if name is not None:
            try:
                held[name] = holdings.digest([name])
            except Exception as error:  # noqa: BLE001  (a missing second source is no error here)
                held[name] = type(error).__name__
    told: dict[str, Any] = {
        "data": held,
        "laws": law_hash(),
        "code": _code_hash(),
        "observation": observation_stamp(layout.scenario, target.name),
        "priors": {name: prior_stamp(quantity) for name, quantity in target.quantities.items()},
        "plan": [plan.horizons, plan.paths, plan.seed, repr(plan.effort), plan.automatic and available()],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _code_hash() -> str:
    """Sha256 of the inference and the forecasts as they stand: pieces of another version are not used."""
    whole = hashlib.sha256()
    package = Path(__file__).parents[1]
    for room in ("inference", "forecasts", "evidence"):
        for file in sorted((package / room).rglob("*.py")):
            whole.update(f"{file.relative_to(package).as_posix()}\n".encode() + file.read_bytes())
    return whole.hexdigest()
