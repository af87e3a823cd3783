"""What came: a rule run on series and on the record after the as-of date.

settled   the weeks that count are known: the number, and whether each threshold was met
void      they never can be: a map was redrawn, a week is missing, or a condition did not come about
pending   the last week has not ended, or its data are not due yet
overdue   its data are due, and are not there
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from tertius.calendar import week_ends
from tertius.errors import Problem, ScenarioError
from tertius.evidence import Holdings, lag_of
from tertius.forecasts.questions.measuring import measured, window
from tertius.forecasts.questions.past import series_of, stepped
from tertius.forecasts.questions.rule import Rule
from tertius.shipped import shipped_scenarios
from tertius.world import Scenario, load_scenario
from tertius.world.extending import find_file
from tertius.world.fitting import fit, not_a_mapping, problem_at, shown, unknown_key
from tertius.world.quantity import Day, Name, Strict
from tertius.world.recorded import RecordedStep
from tertius.world.records import LONGEST_HORIZON
from tertius.world.yaml_source import Node, read_text, read_yaml

RECORD_KEYS = ("tertius", "scenario", "until", "record", "events")
GRACE_DAYS = 28
"""Days after the deadline from which on an answer is overdue, beside a source's usual lag."""


def _as_names(written: object) -> object:
    return (written,) if isinstance(written, str) else written


@dataclass(frozen=True)
class Settled:
    """What came of a rule.

    status  settled, void, pending or overdue
    value   what was measured; None unless settled
    why     what it was read from, or why it is not settled
    """

    status: str
    value: float | None
    why: str


@dataclass(frozen=True)
class Steps:
    """A dated record of steps, whole up to a day.

    scenarios  names of the scenarios that it is a record of
    events     event or occasion of the scenario -> the day on which it happened; None where it was called off
    """

    record: Mapping[str, RecordedStep]
    until: date
    name: str
    scenarios: tuple[str, ...]
    events: Mapping[str, date | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """All that settling needs of the scenario that was asked: no scenario is needed later.

    rule    the rule, with the series that settles it
    as_of   the as-of date
    level   level of the instrument at that date; 0 for an output
    top     its highest level
    """

    rule: Rule
    as_of: date
    level: float
    top: int

    @classmethod
    def of(cls, rule: Rule, scenario: Scenario) -> Terms:
        """The terms of a rule about a scenario."""
        if rule.instrument is None:
            return cls(rule.model_copy(update={"series": series_of(scenario, rule)}), scenario.as_of, 0.0, 0)
        told = scenario.instruments[rule.instrument]
        return cls(rule, scenario.as_of, float(told.level.central), len(told.levels) - 1)


class _Head(Strict):
    tertius: Literal[1]
    scenario: Annotated[tuple[Name, ...], BeforeValidator(_as_names), Field(min_length=1)]
    until: Day


def steps_of(scenario: Scenario) -> Steps:
    """The record that a scenario holds itself: whole up to its as-of date."""
    happened = {name: told.date for name, told in scenario.events.items() if told.status == "happened"}
    return Steps(scenario.record, scenario.as_of, f"record of {scenario.name}", (scenario.name,), happened)


def read_steps(file: str | Path) -> Steps:
    """Read a record of steps: a scenario of a later date, or a file with `scenario`, `until` and a section `record`.

    A file may say in `events` of the scenario's events on which day they happened, or that they were called off, which
    counts from `until` on.

    Raises:
        ScenarioError: the file cannot be read or is neither; every problem is in it.
    """
    path = find_file(file)
    root, problems = read_yaml(read_text(path, tuple(shipped_scenarios())), str(path))
    if not isinstance(root.value, dict):
        raise ScenarioError([*problems, not_a_mapping(root, "")])
    rows = root.children()
    if "as_of" in rows or "extends" in rows:
        return steps_of(load_scenario(path))
    for key, child in rows.items():
        if key not in RECORD_KEYS:
            problems.append(unknown_key(child, key, key, RECORD_KEYS))
    own = {key: child for key, child in rows.items() if key in _Head.model_fields}
    head = fit(_Head, Node(own, root.file, root.line), "", problems)
    found: dict[str, RecordedStep] = {}
    node = rows.get("record")
    if node is None or not isinstance(node.value, dict):
        problems.append(problem_at(node or root, "record", "no steps", "a mapping of steps", "add `record:`"))
    else:
        for key, child in node.children().items():
            step = fit(RecordedStep, child, f"record.{key}", problems, key)
            if step is not None and head is not None and step.date > head.until:
                allowed = f"a day up to until, {head.until}"
                problems.append(problem_at(child, f"record.{key}.date", str(step.date), allowed, "correct one"))
            elif step is not None:
                found[key] = step
    events = _happenings(rows.get("events"), problems)
    if problems or head is None:
        raise ScenarioError(sorted(problems, key=lambda each: each.line or 0))
    return Steps(found, head.until, path.name, head.scenario, events)


def _happenings(node: Node | None, problems: list[Problem]) -> dict[str, date | None]:
    """Events by name: the day on which each happened, or `called-off`."""
    found: dict[str, date | None] = {}
    for key, child in node.children().items() if node is not None else ():
        try:
            found[key] = None if child.value == "called-off" else date.fromisoformat(str(child.value))
        except ValueError:
            allowed = "the day on which it happened, or called-off"
            given = shown(child.plain())
            problems.append(problem_at(child, f"events.{key}", given, allowed, "write one of the two"))
    return found


def settle(terms: Terms, holdings: Holdings | None, steps: Steps | None, today: date) -> Settled:
    """Run a rule on what is known.

    Args:
        terms: the rule and what it is about.
        holdings: series; None where there are none.
        steps: the dated record; None where there is none.
        today: the day on which it is judged: a week that ends later is not over, whatever data say of it.
    """
    rule, as_of = terms.rule, terms.as_of
    dates = [as_of, *week_ends(as_of, LONGEST_HORIZON)]
    start, end = window(rule, dates)
    dates = dates[: end + 1]
    if dates[end] > today:
        return Settled("pending", None, f"its last week ends on {dates[end]}, and it is {today}")
    if rule.instrument is None:
        return _by_series(rule, dates, start, holdings, today)
    if steps is None or steps.until < dates[end]:
        said = "no record" if steps is None else f"{steps.name}, whole up to {steps.until}"
        return _late(said, dates[end], None, today)
    path = stepped(rule, steps.record, dates, terms.level, terms.top)
    return Settled("settled", float(measured(rule, path[None], start, end)[0]), steps.name)


def _by_series(rule: Rule, dates: list[date], start: int, holdings: Holdings | None, today: date) -> Settled:
    name, end = rule.series, len(dates) - 1
    if name is None:
        return _late("no series and no record settles it", dates[end], None, today)
    if holdings is None or name not in holdings.names():
        return _late(f"no data of {name}", dates[end], name, today)
    series = holdings.series(name)
    if series.last is None or series.last < dates[end]:
        return _late(f"{name} ends on {series.last}", dates[end], name, today)
    by_day = dict(zip(series.weeks.tolist(), series.values.tolist(), strict=True))
    marks = dict(zip(series.weeks.tolist(), series.masked.tolist(), strict=True))
    redrawn = [day for day in dates[start + 1 :] if marks.get(day)]
    if series.kind == "level" and redrawn:
        return Settled("void", None, f"{name} was redrawn in the week to {redrawn[0]}")
    first = max((day for day in by_day if day <= dates[0]), default=None)
    path = np.array([np.nan if first is None else by_day[first], *(by_day.get(day, np.nan) for day in dates[1:])])
    value = float(measured(rule, path[None], start, end)[0])
    if np.isnan(value):
        return Settled("void", None, f"{name} lacks a week from {dates[start]} to {dates[end]}")
    return Settled("settled", value, name)


def due(end: date, series: str | None) -> date:
    """The day up to which what settles a rule may still come: its source's usual lag and four weeks after the end."""
    return end + timedelta(days=(0 if series is None else lag_of(series)) + GRACE_DAYS)


def _late(why: str, end: date, series: str | None, today: date) -> Settled:
    return Settled("pending" if today <= due(end, series) else "overdue", None, f"{why}; {end} is needed")
