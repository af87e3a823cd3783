"""Replay a watch: rules learnt at past origins on what was known then, read in the weeks after, scored as forecasts.

At each origin the laws of an observed series are fitted on what was known, and run ahead, each as often as the others.
Events are the sum of the weeks ahead above the upper and below the lower quarter of those futures. Rules are found on
half of the futures, by their readings after 8 and 13 weeks, and their chances taken on the other half. Once the weeks
have passed, each rule that could be read is a forecast: its chance after the reading (`given` where it tripped, else
`otherwise`) beside the chance that it had without any reading. Brier and log score, smaller is better. Origins are few
and their weeks overlap, so the standard error is by origins, and flatters still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout
from tertius.errors import DataError, OptionError
from tertius.evidence import Holdings, read_data, vintages, weeks_late
from tertius.forecasts.origins import left_out, origins_of
from tertius.forecasts.plan import Plan
from tertius.impact.indicators import Indicator, Signal, chosen_on, find
from tertius.impact.observables import WINDOWS
from tertius.inference.fit import Model, fit_structure
from tertius.inference.measuring import Target, known_series, measure, targets
from tertius.inference.structures import structures_of

Floats = NDArray[np.float64]
WEEKS = 26
READ = (8, 13)
EVERY = 4
PATHS = 1200
LEAST = 1e-3  # no rule says less than this, or more than one less it
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Forecast:
    """A rule as a forecast that was settled.

    observation  id of the observation
    origin       day on which it was learnt
    above        whether the event is the sum above the upper quarter, else below the lower one
    threshold    of the event, in the unit of the series
    rule         the rule
    reading      what was read
    tripped      whether it tripped
    plain        chance of the event without a reading
    chance       its chance after the reading
    came         whether it came
    """

    observation: str
    origin: date
    above: bool
    threshold: float
    rule: Indicator
    reading: float
    tripped: bool
    plain: float
    chance: float
    came: bool


@dataclass(frozen=True)
class Scores:
    """Mean scores of some forecasts beside those of the chance without a reading; smaller is better.

    about      all rules that were read, or those that tripped
    forecasts  how many
    origins    at how many origins
    brier      mean Brier score
    plain      the same of the chance without a reading
    better     plain less brier: above 0 where the readings helped
    error      its standard error, by origins
    log        mean log score
    plain_log  the same of the chance without a reading
    """

    about: str
    forecasts: int
    origins: int
    brier: float
    plain: float
    better: float
    error: float
    log: float
    plain_log: float


@dataclass(frozen=True)
class Replay:
    """A replay: every forecast that was settled, the scores, and what was left out."""

    forecasts: tuple[Forecast, ...]
    scores: tuple[Scores, ...]
    notes: tuple[str, ...]


def replay(
    layout: Layout,
    data: Path,
    first: date | None,
    last: date | None,
    every: int = EVERY,
    seed: int = 1,
    progress: Progress | None = None,
) -> Replay:
    """Replay every observation of a scenario.

    first, last: range of origins, Sundays; the last one lies at least WEEKS before the end of the data.
    Raises DataError where no origin can be scored; OptionError for a scenario without observations.
    """
    every_target = targets(layout)
    if not every_target:
        raise OptionError("SCENARIO", layout.scenario.name, "one with observations", "add an observations section")
    holdings = read_data(data)
    known = vintages(data, holdings)
    plan = Plan(first=first, last=last, every=every, horizons=(WEEKS,), paths=PATHS, seed=seed, automatic=False)
    jobs: list[tuple[Target, date]] = []
    notes: list[str] = []
    for target in every_target:
        try:
            end = known_series(holdings, target).last
            asked = origins_of(holdings, target, plan).asked
        except DataError as error:
            notes.append(left_out(target.name, error))
            continue
        kept = [day for day in asked if end is not None and day + timedelta(weeks=WEEKS) <= end]
        notes += [f"{target.name}: no origin with {WEEKS} weeks after it in the range"] if not kept else []
        jobs += [(target, day) for day in kept]
    if not jobs:
        raise DataError(str(data), "\n    ".join(notes), "an origin that can be scored", "widen --from and --to")
    found: list[Forecast] = []
    for done, (target, origin) in enumerate(jobs, 1):
        found += _at(known(origin), holdings, target, origin, seed)
        if progress is not None:
            progress(done, len(jobs))
    tripped = [one for one in found if one.tripped]
    return Replay(tuple(found), tuple(_scores(about, rows) for about, rows in _parts(found, tripped)), tuple(notes))


def _parts(found: list[Forecast], tripped: list[Forecast]) -> Iterator[tuple[str, list[Forecast]]]:
    yield from ((about, rows) for about, rows in (("read", found), ("tripped", tripped)) if rows)


def _at(then: Holdings, later: Holdings, target: Target, origin: date, seed: int) -> Iterator[Forecast]:
    """Every rule of one observation at one origin that could be read, with what came."""
    changes = _ahead(then, target, origin, seed)
    actual = _actual(later, target, origin)
    if not np.isfinite(actual).all():
        return
    flow, lag = target.kind == "flow", weeks_late(target.observation.series)
    held = [Signal(target.name, window, _read(changes, window, lag, flow), flow) for window in WINDOWS]
    seen = {window: _read(actual[None], window, lag, flow)[0] for window in WINDOWS}
    total, came = changes.sum(axis=1), float(actual.sum())
    draws = np.arange(len(total))
    on = np.ones((len(total), WEEKS + 1), dtype=bool)
    for above, edge in ((True, 0.75), (False, 0.25)):
        threshold = float(np.quantile(total, edge))
        comes = np.where(total > threshold if above else total < threshold, float(WEEKS), np.inf)
        plain = float(np.isfinite(comes[~chosen_on(draws)]).mean())
        for week in READ:
            for rule in find(held, comes, on, (week,), draws):
                value = float(seen[rule.weeks][week])
                tripped = value >= rule.threshold if rule.above else value < rule.threshold
                chance = rule.given if tripped else rule.otherwise
                did = came > threshold if above else came < threshold
                yield Forecast(
                    target.name, origin, above, threshold, rule, value, bool(tripped), plain, chance, bool(did)
                )


def _ahead(then: Holdings, target: Target, origin: date, seed: int) -> Floats:
    """Weekly changes or flows ahead by every law alike, in mixed order; shape (path, week). What closes stays so."""
    measured = measure(then, target, origin)
    structures = tuple(structures_of(target.output))
    rows = -(-PATHS // len(structures))
    label = origin.isoformat()
    parts = [fit_structure(Model(target, each), measured, seed, label, rows).ahead(WEEKS)[:rows] for each in structures]
    changes = np.concatenate(parts)
    if target.closes and measured.level is not None:
        total = np.cumsum(changes, axis=1)
        total = np.where(np.maximum.accumulate(total <= -measured.level, axis=1), -measured.level, total)
        changes = np.diff(total, axis=1, prepend=0.0)
    return np.asarray(np.random.default_rng([seed, origin.toordinal()]).permutation(changes))


def _actual(later: Holdings, target: Target, origin: date) -> Floats:
    """What came in the weeks after an origin, shape (week,); NaN where it is not known or a map was redrawn."""
    series = known_series(later, target)
    held = dict(zip(series.weeks.tolist(), series.changes().tolist(), strict=True))
    return np.array([held.get(origin + timedelta(weeks=week), np.nan) for week in range(1, WEEKS + 1)])


def _read(changes: Floats, window: int, lag: int, flow: bool) -> Floats:
    """Readings over a window as they are out by the end of each week, shape (path, week + 1)."""
    sums = np.concatenate([np.zeros((len(changes), 1)), np.cumsum(changes, axis=1)], axis=1)
    found = np.full(sums.shape, np.nan)
    for week in range(window + lag, sums.shape[1]):
        found[:, week] = (sums[:, week - lag] - sums[:, week - lag - window]) / (window if flow else 1)
    return found


def _scores(about: str, rows: Sequence[Forecast]) -> Scores:
    came = np.array([one.came for one in rows], dtype=np.float64)
    said = np.clip([one.chance for one in rows], LEAST, 1.0 - LEAST)
    plain = np.clip([one.plain for one in rows], LEAST, 1.0 - LEAST)
    better = (plain - came) ** 2 - (said - came) ** 2
    _, group = np.unique([one.origin.toordinal() for one in rows], return_inverse=True)
    sums = np.bincount(group, better - better.mean())
    count = len(sums)
    spread = (sums**2).sum() * count / (count - 1) if count > 1 else np.nan
    return Scores(
        about=about,
        forecasts=len(rows),
        origins=count,
        brier=float(((said - came) ** 2).mean()),
        plain=float(((plain - came) ** 2).mean()),
        better=float(better.mean()),
        error=float(np.sqrt(spread) / len(rows)) if count > 1 else 0.0,
        log=float(-np.log(np.where(came > 0, said, 1.0 - said)).mean()),
        plain_log=float(-np.log(np.where(came > 0, plain, 1.0 - plain)).mean()),
    )
