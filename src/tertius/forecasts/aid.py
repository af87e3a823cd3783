"""Backtest of aid: at each past month's end, what was known then, forecast one to six months ahead, score what came.

A month is known `lag` days after its end, so the last known month lies two or three before the origin; months ahead are
counted from the origin, and every forecaster has to bridge the months in between. Usual half-years, and so levels, are
those of the origin. `tertius` is half the law of steps and half months drawn from the donor's last year: chosen on the
first half of the shipped scenario's origins, where neither alone was as good. Scores:

    amount      CRPS of a month's allocation; of donors in usual months, of actors and of all donors together in EUR
    cumulative  CRPS of the sum from the origin on
    level       ranked probability score of the level at the month's end
    step        minus log chance of the step (up, hold, cut) into the month; none for point forecasts
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from tertius.errors import DataError, OptionError
from tertius.evidence import read_data, vintages
from tertius.forecasts.aid_baselines import AID_BASELINES, Ask, Forecast, shares
from tertius.forecasts.scores import covered, crps, rps, surprise
from tertius.inference.aid import AidFit, Panel, describe_fit, donors_of, fit_aid, known_through, read_panel, simulate
from tertius.inference.aid.levels import LEVELS, WINDOW, Array, level_of, steps_of, usual_half_year, window_sums
from tertius.inference.aid.panel import FEWEST_MONTHS, Donating, after, lag_of_source
from tertius.inference.fit import key_of

OURS = "tertius"
LAW = "law of steps"
ALONE = "law of steps, no clustering"
PARTNER = "last year's months"
SCORES = ("amount", "cumulative", "level", "step")
COVERAGE = ("amount inside 80%", "cumulative inside 80%")
TOTAL = "all donors"
LAST_DAY = date(9999, 12, 31)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class AidPlan:
    """What is asked of a backtest of aid.

    first, last  range of origins, days; an origin is the last day of a month
    lag_days     from a month's end until it is known; None: as the source's observation model says
    paths        futures a model
    """

    first: date | None = None
    last: date | None = None
    horizons: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    measure: str = "all"
    lag_days: int | None = None
    paths: int = 400
    seed: int = 1

    def __post_init__(self) -> None:
        """Raise OptionError for a value out of range."""
        if not self.horizons or list(self.horizons) != sorted({h for h in self.horizons if 1 <= h <= 24}):
            given = ",".join(map(str, self.horizons))
            raise OptionError("--horizons", given, "whole months from 1 to 24 that rise", "write 1,3,6, say")
        if self.lag_days is not None and not 0 <= self.lag_days <= 365:
            raise OptionError("--lag", self.lag_days, "0 to 365 days", "choose one of them")
        if not 50 <= self.paths <= 20_000:
            raise OptionError("--paths", self.paths, "50 to 20,000", "choose one of them")
        if self.first and self.last and self.first > self.last:
            raise OptionError("--from", str(self.first), f"a day up to --to, {self.last}", "exchange the two")

    @property
    def lag(self) -> int:
        """Days from a month's end until it is known."""
        return lag_of_source() if self.lag_days is None else self.lag_days


@dataclass
class AidBacktest:
    """Scores by (model, score), shape (origin, row, horizon); NaN where nothing is known or said.

    rows: the panel's rows, donors first, and all donors together last; usual: usual month at each origin, EUR, NaN for
    a row without records, shape (origin, row).
    """

    plan: AidPlan
    origins: list[date]
    rows: tuple[str, ...]
    singles: int
    actors: dict[str, int]
    scores: dict[tuple[str, str], Array]
    usual: Array
    notes: list[str] = field(default_factory=list)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models, ours first."""
        return tuple(dict.fromkeys(model for model, _ in self.scores))


def run_aid_backtest(scenario: Donating, data: Path, plan: AidPlan, progress: Progress | None = None) -> AidBacktest:
    """Backtest on the monthly rows in a folder or store.

    Raises DataError where no origin can be scored, ScenarioError for a donor that the data do not have.
    """
    holdings = read_data(data)
    actors = donors_of(scenario, holdings)
    whole = read_panel(holdings, plan.measure, actors, LAST_DAY)
    known = vintages(data, holdings)
    origins = _origins(whole, plan)
    if not origins:
        raise DataError(
            str(data),
            f"no month's end with {FEWEST_MONTHS} known months before and one after it in the range asked for",
            f"whole months from {whole.months[0]:%Y-%m} to {whole.months[-1]:%Y-%m}, known {plan.lag} days later",
            "widen --from and --to, or get a longer file",
        )
    notes, kept, found = list(whole.notes), [], []
    for done, origin in enumerate(origins, 1):
        try:
            panel = read_panel(known(origin), plan.measure, actors, known_through(origin, plan.lag))
        except DataError as error:
            notes.append(f"{origin} left out: {' '.join(str(error).split())}")
            continue
        found.append(_scored(panel, whole, origin, plan))
        kept.append(origin)
        if progress is not None:
            progress(done, len(origins))
    if not found:
        raise DataError(
            str(data), "; ".join(notes), "an origin at which something was known", "see tertius data status"
        )
    scores = {name: np.stack([each[name] for each, _ in found]) for name in found[0][0]}
    usual = np.stack([each for _, each in found])
    return AidBacktest(plan, kept, (*whole.rows, TOTAL), whole.singles, dict(whole.actors), scores, usual, notes)


def fit_as_of(
    scenario: Donating, data: Path, as_of: date, measure: str, lag_days: int | None, draws: int, seed: int
) -> dict[str, Any]:
    """What `describe_fit` says of all that was known on a day. Raises DataError, ScenarioError, OptionError."""
    if not 100 <= draws <= 20_000:
        raise OptionError("--draws", draws, "100 to 20,000", "choose one of them")
    plan = AidPlan(measure=measure, lag_days=lag_days)
    holdings = read_data(data, as_of)
    actors = donors_of(scenario, holdings)
    panel = read_panel(holdings, measure, actors, known_through(as_of, plan.lag))
    told = describe_fit(fit_aid(panel, seed, draws), measure)
    return {"as_of": as_of.isoformat(), "lag_days": plan.lag, "seed": seed, **told}


def month_end(month: date) -> date:
    """The last day of a month."""
    return date.fromordinal(after(month).toordinal() - 1)


def _origins(whole: Panel, plan: AidPlan) -> list[date]:
    """Month ends with enough known months before them and a whole month after them."""
    found = []
    for month in whole.months[:-1]:
        day = month_end(month)
        through = known_through(day, plan.lag)
        enough = sum(each <= through for each in whole.months) >= FEWEST_MONTHS
        if enough and (plan.first is None or day >= plan.first) and (plan.last is None or day <= plan.last):
            found.append(day)
    return found


def _by_law(fit: AidFit, months: int) -> Forecast:
    ahead = simulate(fit, months)
    return Forecast(ahead.amounts, shares(ahead.levels, len(LEVELS)), np.maximum(ahead.chance.mean(axis=0), 1e-4))


def _pooled(one: Forecast, other: Forecast) -> Forecast:
    """Half of each."""
    half = [each.amounts[: -(-len(each.amounts) // 2)] for each in (one, other) if each.amounts is not None]
    steps = [each.step for each in (one, other) if each.step is not None]
    return Forecast(np.concatenate(half), (one.level + other.level) / 2, np.mean(steps, axis=0))


def _forecasts(panel: Panel, origin: date, months: int, plan: AidPlan) -> Iterator[tuple[str, Forecast]]:
    label = origin.isoformat()
    law = _by_law(fit_aid(panel, plan.seed, plan.paths, label), months)
    plain = {
        name: forecaster(Ask(panel, months, plan.paths, key_of(plan.seed, "aid", name, origin)))
        for name, forecaster in AID_BASELINES.items()
    }
    yield OURS, _pooled(law, plain[PARTNER])
    yield LAW, law
    yield ALONE, _by_law(fit_aid(panel, plan.seed, plan.paths, label, clustering=False), months)
    yield from plain.items()


def _scored(panel: Panel, whole: Panel, origin: date, plan: AidPlan) -> tuple[dict[tuple[str, str], Array], Array]:
    """Scores of every model at one origin, each of shape (row, horizon), and the usual month of each row."""
    last = panel.months[-1]
    gap = (origin.year - last.year) * 12 + origin.month - last.month
    months = gap + max(plan.horizons)
    usual = usual_half_year(panel.amounts)
    truth = _truth(panel, whole, gap, months)
    at = np.array(plan.horizons) + gap - 1
    blank = np.full((len(panel.rows) + 1, len(at)), np.nan)
    found: dict[tuple[str, str], Array] = {}
    for name, forecast in _forecasts(panel, origin, months, plan):
        each = {score: blank.copy() for score in (*SCORES, *COVERAGE)}
        if forecast.amounts is not None:
            single = _with_total(forecast.amounts.transpose(1, 2, 0), panel.singles)  # (row, month, path)
            summed = np.cumsum(single[:, gap:], axis=1)
            pairs = ((single[:, at], truth.amount[:, at]), (summed[:, at - gap], truth.total[:, at - gap]))
            for score, inside, (drawn, came) in zip(SCORES[:2], COVERAGE, pairs, strict=True):
                each[score], each[inside] = crps(drawn, came), covered(drawn, came, 0.8)
        each["level"][:-1] = rps(forecast.level[:, at], truth.level[:, at])
        if forecast.step is not None:
            each["step"][:-1] = surprise(forecast.step[:, at], truth.step[:, at])
        for score, values in each.items():
            values[:-1][~np.isfinite(usual)] = np.nan
            found[name, score] = values
    return found, np.append(usual / WINDOW, np.nan)


def _with_total(amounts: Array, singles: int) -> Array:
    return np.concatenate([amounts, amounts[:singles].sum(axis=0, keepdims=True)])


@dataclass(frozen=True)
class _Truth:
    """What came in the months after the panel's last, NaN where not known (yet): rows, with all donors last."""

    amount: Array  # (row + 1, month)
    total: Array  # (row + 1, month from the origin on)
    level: Array  # (row, month)
    step: Array  # (row, month)


def _truth(panel: Panel, whole: Panel, gap: int, months: int) -> _Truth:
    start = len(panel.months)
    place = [whole.rows.index(name) for name in panel.rows]
    held = whole.amounts[place]
    ahead = np.full((len(place), months), np.nan)
    came = held[:, start : start + months]
    ahead[:, : came.shape[1]] = came
    usual = usual_half_year(panel.amounts)
    levels = level_of(window_sums(held), usual[:, None])
    level, step = np.full_like(ahead, np.nan), np.full_like(ahead, np.nan)
    level[:, : came.shape[1]] = levels[:, start : start + months]
    step[:, : came.shape[1]] = steps_of(levels)[:, start - 1 : start - 1 + months]
    amount = _with_total(ahead, panel.singles)
    return _Truth(amount, np.cumsum(amount[:, gap:], axis=1), level, step)
