"""What was before the as-of date: weekly values of what a rule measures, how often it held, and what went on.

    base rate     share of past windows of the same length in which the rule held. Levels are moved so that each window
                  starts from the level of today. With n separate windows, (k + 1/2) / (n + 1), so never 0 or 1
    persistence   what the last window did comes again, with nine chances in ten; else as often as the base rate says

Both are None with fewer than two separate windows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tertius.calendar import DAYS
from tertius.engine import Layout
from tertius.errors import DataError
from tertius.evidence import Holdings
from tertius.forecasts.questions.measuring import measured
from tertius.forecasts.questions.rule import STEPS, Rule
from tertius.world import Scenario
from tertius.world.recorded import RecordedStep

Floats: TypeAlias = NDArray[np.float64]
FEWEST = 2.0
"""Separate past windows below which no rate is told."""
PERSISTS = 0.9
LEVELS = tuple(k / 40 for k in range(1, 40))
"""Quantiles of a measured number that are sealed with a forecast; its CRPS is taken from them."""


@dataclass(frozen=True)
class Course:
    """Weekly values up to a day.

    values  shape (week,), oldest first, in the unit of what is measured; NaN where nothing is known
    masked  shape (week,): the change into this week is a redrawn map
    kind    level or flow
    source  what it was read from, in words
    last    the day of the last value
    """

    values: Floats
    masked: NDArray[np.bool_]
    kind: str
    source: str
    last: date

    @property
    def digest(self) -> str:
        """Sha256 over source, last day and values."""
        head = f"{self.source}\n{self.kind}\n{self.last}\n".encode()
        return hashlib.sha256(head + self.values.astype("<f8").tobytes() + self.masked.tobytes()).hexdigest()


@dataclass(frozen=True)
class Rates:
    """What the past says of a rule.

    base         threshold by threshold, the share of past windows in which it held; None where it cannot be told
    persistence  the same for "as in the last window"
    quantiles    quantiles at LEVELS of what past windows measured
    last         what the last window measured
    windows      separate past windows
    source       what they were read from; or why there is no rate
    """

    base: tuple[float, ...] | None
    persistence: tuple[float, ...] | None
    quantiles: tuple[float, ...] | None
    last: float | None
    windows: float
    source: str


def series_of(scenario: Scenario, rule: Rule) -> str | None:
    """The series that settles a rule: its own, else that of the scenario's observation of its output."""
    if rule.series is not None or rule.output is None:
        return rule.series
    return next((told.series for told in scenario.observations.values() if told.output == rule.output), None)


def course_of(rule: Rule, layout: Layout, holdings: Holdings | None) -> Course:
    """Weekly values of what a rule measures, up to the as-of date.

    Raises:
        DataError: nothing can settle the rule: no series, no record, or none in what is held.
        UnknownName: no such series.
    """
    scenario = layout.scenario
    if rule.instrument is not None:
        return _of_record(rule, scenario)
    name = series_of(scenario, rule)
    place = f"rule on {rule.path}"
    if name is None:
        fix = "name a series that measures it, ask of an instrument with recorded_since, or ask without sealing"
        raise DataError(place, "no series and no record", "a rule that data can settle", fix)
    if holdings is None:
        fix = "give --data, or fill the store: tertius data pull " + name.partition(".")[0]
        raise DataError(place, f"series {name} and no data", "a store or folder that holds it", fix)
    series = holdings.series(name)
    unit = dict(layout.outputs())[rule.path]
    due = series.unit if series.kind == "level" else f"{series.unit}/week"
    if unit.unit != due:
        given = f"{name} ({series.kind} in {series.unit}) for {rule.path} in {unit.unit}"
        raise DataError(place, given, "a series of the output's own unit", "name another series or output")
    cut = series.until(scenario.as_of)
    starts = [told.start for told in scenario.observations.values() if (told.output, told.series) == (rule.path, name)]
    cut = cut.between(starts[0], scenario.as_of) if starts else cut
    if cut.last is None or not np.isfinite(cut.values).any():
        given = f"{name} with nothing up to {scenario.as_of}"
        raise DataError(place, given, "weeks before the as-of date", f"tertius data pull {name.partition('.')[0]}")
    return Course(cut.values.copy(), cut.masked.copy(), cut.kind, name, cut.last)


def _of_record(rule: Rule, scenario: Scenario) -> Course:
    assert rule.instrument is not None
    told = scenario.instruments[rule.instrument]
    since, place = told.recorded_since, f"rule on {rule.path}"
    if since is None or since >= scenario.as_of:
        fix = "give it recorded_since and its steps in the section `record`, or ask without sealing"
        raise DataError(place, f"{rule.instrument} has no record", "an instrument with recorded_since", fix)
    weeks = (scenario.as_of - since).days // DAYS
    days = [scenario.as_of - timedelta(days=DAYS * back) for back in range(weeks, -1, -1)]
    values = stepped(rule, scenario.record, days, 0.0, None)
    return Course(values, np.zeros(len(days), dtype=bool), "level", f"record of {rule.instrument}", scenario.as_of)


def stepped(
    rule: Rule, record: Mapping[str, RecordedStep], days: Sequence[date], level: float, top: int | None
) -> Floats:
    """Level of an instrument on some days from its steps on record, shape (day,).

    For rules that count steps the running count of those that they count. level: that of the first day. top: the
    highest one, which like 0 is not passed; None lets the level run free.
    """
    steps = sorted((step for step in record.values() if step.instrument == rule.instrument), key=lambda step: step.date)
    held = np.empty(len(days))
    now, place = level, 0
    steps = [step for step in steps if step.date > days[0]]
    for slot, day in enumerate(days):
        while place < len(steps) and steps[place].date <= day:
            now = _after(rule, steps[place], now, top)
            place += 1
        held[slot] = now
    return held


def _after(rule: Rule, step: RecordedStep, now: float, top: int | None) -> float:
    sign = 1.0 if step.step == "up" else -1.0
    if rule.take in STEPS:
        counted = rule.take == "steps" or rule.take == f"steps-{step.step}"
        return now + (1.0 if rule.take == "steps" else sign) * counted
    if top is None:
        return now + sign
    return float(step.after) if step.after is not None else min(max(now + sign, 0.0), float(top))


def rates(
    rule: Rule,
    course: Course,
    start: int,
    end: int,
    present: float,
    top: int | None = None,
    known: Floats | None = None,
) -> Rates:
    """Base rate and persistence of a rule on the weeks before the as-of date.

    Args:
        rule: the rule; its window is slots `start` to `end` after the as-of date.
        course: weekly values up to that date.
        start: slot after which weeks count.
        end: last slot that counts.
        present: the level at the as-of date, from which past windows of a level are made to start.
        top: highest level of an instrument.
        known: weekly values of the slots before the as-of date, where the question was first asked so long ago.
    """
    gone = 0 if known is None else len(known)
    length = end - gone
    if len(course.values) < length + 1:
        return Rates(None, None, None, None, 0.0, f"{course.source}: shorter than the window")
    windows = sliding_window_view(course.values, length + 1).copy()
    broken = sliding_window_view(course.masked, length + 1)[:, 1:].any(axis=1)
    if course.kind == "level":
        windows += present - windows[:, :1]
        if top is not None and rule.take not in STEPS:
            windows = np.clip(windows, 0.0, top)
    if known is not None:
        windows = np.concatenate([np.broadcast_to(known, (len(windows), gone)), windows], axis=1)
    found = measured(rule, windows, start, end)
    found[broken] = np.nan
    finite = np.isfinite(found)
    separate = (float(finite.sum()) + length - 1.0) / length if finite.any() else 0.0
    last = float(found[-1]) if finite[-1] else None
    if separate < FEWEST:
        return Rates(None, None, None, last, separate, f"{course.source}: fewer than {FEWEST:g} separate windows")
    base, persist = [], []
    for threshold in rule.thresholds:
        held = rule.holds(found, threshold)
        share = (float(held[finite].mean()) * separate + 0.5) / (separate + 1.0)
        base.append(share)
        persist.append(PERSISTS * float(held[-1]) + (1.0 - PERSISTS) * share)
    quantiles = tuple(float(q) for q in np.quantile(found[finite], LEVELS))
    return Rates(tuple(base), tuple(persist) if last is not None else None, quantiles, last, separate, course.source)
