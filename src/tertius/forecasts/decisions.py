"""Backtest of decisions: at monthly origins of a record, the chance of each open step within some weeks, scored.

Each origin knows what was on record by then and no more: class rates, answers and weights are fitted anew. A forecast
is of one instrument and direction: whether at least one such step follows within the horizon.

Laws, each from a gamma of the instrument's rate a year with shape a and b years (class and own record, `classes`):

    rates        1 - (b / (b + h))^a                                                              (1)
    excitation   the same with h m, m = mean over the horizon of exp(E e^(-t / M)), E as at the origin   (2)
    calendar     the same with m = mean over the horizon of exp(E), E by the occasions known at the origin  (2')
    pool         the average of the laws by weight                                                (3)

h in years. Weights of (3) at an origin maximise the log score of the forecasts resolved by then, with one more forecast
in equal parts as their prior (stacking: Yao et al. 2018, Bayesian Analysis 13, 917-1007). Baselines: status quo (no
step; a chance of 1%, so that its log score is finite), own rate (n + 1/2 over T + 1/2 years), class rate.

Errors of differences are bootstrapped over blocks of three months of origins, all steps and horizons of an origin
together, since these go with each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from tertius.engine import LARGEST_PART, LARGEST_PULL, WEEKS_A_YEAR
from tertius.engine.known import MEMORY_WEEKS
from tertius.errors import OptionError
from tertius.inference.decisions import Panel, fit_decisions, near, panel_of
from tertius.reference import Decisions, within
from tertius.world import OCCASION_KINDS, Scenario, Track, tracks

Floats = NDArray[np.float64]
HORIZONS: Final = (4, 13, 26)
LAWS: Final = ("rates", "calendar", "excitation")
POOL: Final = "pool"
BASELINES: Final = ("status quo", "own rate", "class rate")
LEAST: Final = 0.002  # no forecast is surer than this: one record cannot tell more
STATUS_QUO: Final = 0.01
MONTHS_BEFORE: Final = 10  # of record before the first origin
BLOCK: Final = 3  # months of origins that are drawn together
DRAWS: Final = 2_000
PRIOR_WEIGHT: Final = 1.0


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of steps, one row each, with what came.

    origin     number of the origin, shape (row,); horizon in weeks; kind, instrument, direction as words
    chances    law or baseline -> probability of at least one step, shape (row,)
    came       1 where one came
    weights    weights of LAWS at each origin, and as of the end of the record in the last row; shape (origin + 1, law)
    """

    origins: tuple[date, ...]
    origin: NDArray[np.int64]
    horizon: NDArray[np.int64]
    kind: NDArray[np.str_]
    instrument: NDArray[np.str_]
    direction: NDArray[np.str_]
    chances: Mapping[str, Floats]
    came: Floats
    weights: Floats


@dataclass(frozen=True)
class Score:
    """Mean scores of one forecaster over some forecasts; smaller is better.

    log, brier   minus the mean log of the chance given to what came; mean squared error
    against      the pool's mean log score less this one's, below 0 where the pool is better, with its standard error
    """

    name: str
    forecasts: int
    log: float
    brier: float
    against: float
    error: float


@dataclass(frozen=True)
class Reliability:
    """How chances of the pool compare with how often steps came.

    slope, intercept  of the log odds of what came on those of the forecasts; 1 and 0 where they are calibrated
    bins              (mean chance, share that came, forecasts) in rising order of chance, by isotonic regression (CORP:
                      Dimitriadis, Gneiting and Jordan 2021, PNAS 118, e2016191118)
    bands             the 5 and 95% quantile of each bin's share if the chances were right
    """

    slope: float
    slope_error: float
    intercept: float
    bins: tuple[tuple[float, float, int], ...]
    bands: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class DecisionScores:
    """Scores of all forecasters: overall, by class, by horizon; weights of the laws at the end of the record."""

    origins: tuple[date, ...]
    horizons: tuple[int, ...]
    steps: int
    overall: tuple[Score, ...]
    by_class: Mapping[str, tuple[Score, ...]]
    by_horizon: Mapping[int, tuple[Score, ...]]
    reliability: Reliability
    weights: Mapping[str, float]


def months(first: date, last: date) -> tuple[date, ...]:
    """First days of the months from a day on, up to a day."""
    found = []
    year, month = first.year + (first.month // 12 if first.day > 1 else 0), first.month
    if first.day > 1:
        month = first.month % 12 + 1
    while date(year, month, 1) <= last:
        found.append(date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(found)


def forecast_steps(scenario: Scenario, progress: Callable[[int, int], None] | None = None) -> Forecasts:
    """Forecasts at all monthly origins of a scenario's record, with what came by its as-of date.

    Raises:
        DataError: the scenario has no record.
        OptionError: the record is too short for an origin.
    """
    panel = panel_of(scenario, scenario.as_of)
    began = scenario.as_of - timedelta(weeks=panel.weeks)
    first = began + timedelta(days=round(MONTHS_BEFORE * 30.44))
    origins = months(first, scenario.as_of - timedelta(weeks=HORIZONS[0]))
    if not origins:
        allowed = f"a record that begins {MONTHS_BEFORE + 1} months before as_of, {scenario.as_of}, or earlier"
        raise OptionError("--decisions", f"a record from {began} on", allowed, "add earlier steps, or do without")
    later = tracks(scenario.instruments, scenario.record, scenario.as_of)
    rows: list[tuple[int, int, str, str, str, float, tuple[float, ...]]] = []
    for number, origin in enumerate(origins):
        if progress is not None:
            progress(number, len(origins))
        rows += _at(scenario, later, origin, number)
    if progress is not None:
        progress(len(origins), len(origins))
    numbers, horizon, kind, instrument, direction, came, given = zip(*rows, strict=True)
    names = (*BASELINES, *LAWS)
    chances = {name: np.array([row[place] for row in given]) for place, name in enumerate(names)}
    told = Forecasts(
        origins, np.array(numbers), np.array(horizon), np.array(kind), np.array(instrument), np.array(direction),
        chances, np.array(came), np.zeros((0, len(LAWS))),
    )  # fmt: skip
    return _pooled(told, scenario.as_of)


def _at(
    scenario: Scenario, later: Mapping[str, Track], origin: date, number: int
) -> list[tuple[int, int, str, str, str, float, tuple[float, ...]]]:
    fit, panel = fit_decisions(scenario, origin), panel_of(scenario, origin)
    held = tracks(scenario.instruments, scenario.record, origin)
    drawn = _drawn(scenario, fit, panel, origin)
    found = []
    for place, (name, kind) in enumerate(zip(panel.names, panel.kinds, strict=True)):
        track = held[name]
        level = track.levels[-1]
        urge = _urge(fit, kind, name, panel.recent[:, -1, place])
        for direction, closed, sign in (("up", track.top, 1.0), ("down", 0, -1.0)):
            if level == closed:
                continue
            steps, years = track.count(direction), track.years(direction)
            pool = fit.rates.pool(direction)
            for weeks in HORIZONS:
                end = origin + timedelta(weeks=weeks)
                if end > scenario.as_of:
                    continue
                came = any(step.step == direction and origin < step.date <= end for step in later[name].steps)
                span = weeks / WEEKS_A_YEAR
                given = (
                    STATUS_QUO,
                    1.0 - np.exp(-(steps + 0.5) / (years + 0.5) * span),
                    within(pool.gamma(kind), span),
                    within(pool.gamma(kind, steps, years), span),
                    within(pool.gamma(kind, steps, years), span * float(np.exp(sign * drawn[:weeks, place]).mean())),
                    within(pool.gamma(kind, steps, years), span * _answered(sign * urge, weeks)),
                )
                bounded = tuple(float(np.clip(chance, LEAST, 1.0 - LEAST)) for chance in given)
                found.append((number, weeks, kind, name, direction, float(came), bounded))
    return found


def _drawn(scenario: Scenario, fit: Decisions, panel: Panel, origin: date) -> Floats:
    """E of (2'): what occasions known at the origin add in each week ahead, shape (week, instrument)."""
    known = [one for one in scenario.calendar.values() if one.known_since <= origin]
    counts = near(known, OCCASION_KINDS, panel.actors, origin, np.arange(HORIZONS[-1]))
    pulls = np.array([fit.occasions.of_kind(kind)[0] for kind in OCCASION_KINDS])
    usual = np.array([fit.occasions.usual_of(name) for name in panel.names])
    return np.asarray(np.clip(np.einsum("k,kwi->wi", pulls, counts) - usual, -LARGEST_PULL, LARGEST_PULL))


def _urge(fit: Decisions, kind: str, name: str, recent: Floats) -> float:
    """E of (2): what has lately been done against what was usual, by the class's answers."""
    usual = fit.excitation.usual.get(name, (0.0,) * len(recent))
    parts = [
        mean * (now - before)
        for (mean, _), now, before in zip(fit.excitation.of_class(kind), recent, usual, strict=True)
    ]
    return float(np.clip(parts, -LARGEST_PART, LARGEST_PART).sum())


def _answered(urge: float, weeks: int) -> float:
    """Mean of exp(E e^(-t / M)) over the weeks ahead."""
    ahead = np.arange(weeks) + 0.5
    return float(np.exp(urge * np.exp(-ahead / MEMORY_WEEKS)).mean())


def _pooled(told: Forecasts, as_of: date) -> Forecasts:
    """The forecasts with the pool of the laws, weighted at each origin by what was resolved by then."""
    by_law = np.stack([told.chances[law] for law in LAWS], axis=1)
    given = np.where(told.came[:, None] == 1.0, by_law, 1.0 - by_law)
    ends = np.array([told.origins[o] + timedelta(weeks=int(h)) for o, h in zip(told.origin, told.horizon, strict=True)])
    weights = np.array([stacked(given[ends <= day]) for day in (*told.origins, as_of)])
    pool = (by_law * weights[told.origin]).sum(axis=1)
    return Forecasts(**{**vars(told), "chances": {**told.chances, POOL: pool}, "weights": weights})


def stacked(given: Floats, prior: float = PRIOR_WEIGHT) -> Floats:
    """Weights, shape (law,), that maximise the log score of the average, by expectation and maximisation.

    given: chance that each law gave to what came, shape (forecast, law). prior: weight of equal parts, in forecasts.
    """
    laws = given.shape[1]
    weights = np.full(laws, 1.0 / laws)
    for _ in range(500):
        parts = weights * given
        counted = (parts / parts.sum(axis=1, keepdims=True)).sum(axis=0) + prior / laws
        new = counted / counted.sum()
        if np.abs(new - weights).max() < 1e-10:
            break
        weights = new
    return weights


def log_scores(chance: Floats, came: Floats) -> Floats:
    """Minus the log of the chance given to what came."""
    return -np.log(np.where(came == 1.0, chance, 1.0 - chance))


def score_decisions(told: Forecasts, seed: int = 1) -> DecisionScores:
    """Score all forecasters, overall and by class and horizon."""
    everything = np.ones(len(told.came), dtype=bool)
    kinds = sorted(set(told.kind.tolist()))
    last = told.weights[-1]
    return DecisionScores(
        origins=told.origins,
        horizons=HORIZONS,
        steps=int(told.came.sum()),
        overall=_scores(told, everything, seed),
        by_class={kind: _scores(told, told.kind == kind, seed) for kind in kinds},
        by_horizon={weeks: _scores(told, told.horizon == weeks, seed) for weeks in HORIZONS},
        reliability=reliability(told.chances[POOL], told.came, told.origin, seed),
        weights={law: float(weight) for law, weight in zip(LAWS, last, strict=True)},
    )


def _scores(told: Forecasts, chosen: NDArray[np.bool_], seed: int) -> tuple[Score, ...]:
    came, origin = told.came[chosen], told.origin[chosen]
    pool = log_scores(told.chances[POOL][chosen], came)
    found = []
    for name in (POOL, *LAWS, *BASELINES):
        chance = told.chances[name][chosen]
        logs = log_scores(chance, came)
        error = block_error(pool - logs, origin, len(told.origins), seed)
        found.append(
            Score(
                name,
                len(came),
                float(logs.mean()),
                float(((chance - came) ** 2).mean()),
                float((pool - logs).mean()),
                error,
            )
        )
    return tuple(found)


def block_error(values: Floats, origin: NDArray[np.int64], origins: int, seed: int) -> float:
    """Standard error of the mean of values whose origins are drawn in blocks of BLOCK (moving, wrapped)."""
    sums, counts = np.bincount(origin, values, origins), np.bincount(origin, minlength=origins).astype(np.float64)
    generator = np.random.default_rng(seed)
    blocks = -(-origins // BLOCK)
    starts = generator.integers(0, origins, (DRAWS, blocks))
    drawn = (starts[:, :, None] + np.arange(BLOCK)) % origins
    drawn = drawn.reshape(DRAWS, -1)[:, :origins]
    total = np.maximum(counts[drawn].sum(axis=1), 1.0)
    return float((sums[drawn].sum(axis=1) / total).std())


def reliability(chance: Floats, came: Floats, origin: NDArray[np.int64], seed: int) -> Reliability:
    """Calibration of chances: logistic slope with its error by blocks, and CORP bins with bands."""
    slope, intercept = _logistic(chance, came)
    origins = int(origin.max()) + 1
    generator = np.random.default_rng(seed)
    slopes = []
    for _ in range(200):
        starts = generator.integers(0, origins, -(-origins // BLOCK))
        drawn = ((starts[:, None] + np.arange(BLOCK)) % origins).ravel()[:origins]
        rows = np.concatenate([np.flatnonzero(origin == one) for one in drawn])
        if 0 < came[rows].sum() < len(rows):
            slopes.append(_logistic(chance[rows], came[rows])[0])
    order = np.argsort(chance, kind="stable")
    level = isotonic_regression(came[order]).x
    bins, bands = [], []
    for value in np.unique(level):
        inside = order[level == value]
        bins.append((float(chance[inside].mean()), float(value), len(inside)))
        shares = (generator.random((400, len(inside))) < chance[inside]).mean(axis=1)
        low, high = np.quantile(shares, [0.05, 0.95])
        bands.append((float(low), float(high)))
    return Reliability(slope, float(np.std(slopes)), intercept, tuple(bins), tuple(bands))


def _logistic(chance: Floats, came: Floats) -> tuple[float, float]:
    """Slope and intercept of the log odds of what came on those of the forecasts, by Newton's method."""
    x = np.stack([np.log(chance / (1.0 - chance)), np.ones(len(chance))], axis=1)
    point = np.array([1.0, 0.0])
    for _ in range(50):
        share = 1.0 / (1.0 + np.exp(-np.clip(x @ point, -30, 30)))
        curve = (x.T * (share * (1.0 - share))) @ x + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, x.T @ (came - share))
        point += np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-10:
            break
    return float(point[0]), float(point[1])
