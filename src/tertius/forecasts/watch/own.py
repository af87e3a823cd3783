"""An analyst's own rules and sightings, read from a file as a scenario is: every problem with its line and the fix.

tertius: 1                       version of the form
scenario: river-war              the scenario that they are about; may be left out
rules:
  fast-front: {watch: front-area, weeks: 4, above: 400, by: 2031-06-01, events: [war-ends], name: A fast front}
seen:
  durian-shells:up: {date: 2031-03-20, source: Gazette}
  legion-pact:ends: {until: 2031-04-01}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tertius.errors import Problem, ScenarioError, TertiusError, nearest
from tertius.forecasts.watch.seen import open_names
from tertius.impact.observables import target_of
from tertius.world import Scenario
from tertius.world.entry import Id
from tertius.world.fitting import fit, not_a_mapping, problem_at, unknown_key
from tertius.world.quantity import Day, Strict, Text
from tertius.world.yaml_source import Node, read_text, read_yaml

KEYS = ("tertius", "scenario", "rules", "seen")
LONGEST = 26  # weeks over which a series is read


class OwnRule(Strict):
    """A threshold of the analyst's own.

    `watch` names an observation of the scenario, or something that happens openly (docs/watch.md). A series is read
    over `weeks` weeks and trips in the first week in which it is `above` or `below` a number, up to the day `by`.
    `events` are those that it is held against; else all that are watched.
    """

    id: Id
    watch: Text
    weeks: Annotated[int, Field(ge=1, le=LONGEST)] = 4
    above: float | None = None
    below: float | None = None
    by: Day | None = None
    events: tuple[Text, ...] = ()
    name: Text | None = None


class Seeing(Strict):
    """Something that was seen on a `date`, or had not been seen `until` a day."""

    date: Day | None = None
    until: Day | None = None
    source: Text | None = None


@dataclass(frozen=True)
class Own:
    """What an analyst adds: rules by id, sightings by name."""

    rules: tuple[OwnRule, ...] = ()
    seen: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)


def read_own(file: str | Path, scenario: Scenario) -> Own:
    """Read a file of rules and sightings and check it against the scenario. Raises ScenarioError with every problem."""
    root, problems = read_yaml(read_text(Path(file)), str(file))
    if not isinstance(root.value, dict):
        raise ScenarioError([*problems, not_a_mapping(root, "")])
    rows = root.children()
    for key, child in rows.items():
        if key not in KEYS:
            problems.append(unknown_key(child, key, key, KEYS))
    if "tertius" not in rows or rows["tertius"].value != 1:
        given = str(rows["tertius"].value) if "tertius" in rows else "no version"
        problems.append(problem_at(rows.get("tertius", root), "tertius", given, "tertius: 1", "write it on top"))
    if "scenario" in rows and rows["scenario"].value != scenario.name:
        given, node = str(rows["scenario"].value), rows["scenario"]
        problems.append(problem_at(node, "scenario", given, scenario.name, "name the scenario that is watched"))
    rules = [rule for key, child in _below(rows, "rules", problems) if (rule := _rule(key, child, scenario, problems))]
    seen = {}
    for key, child in _below(rows, "seen", problems):
        told = fit(Seeing, child, f"seen.{key}", problems)
        if key not in open_names(scenario):
            problems.append(_unknown(child, f"seen.{key}", key, open_names(scenario)))
        if told is not None and told.date is None and told.until is None:
            problems.append(problem_at(child, f"seen.{key}", "no day", "date or until", "say when it was seen"))
        elif told is not None:
            seen[key] = (told.date, told.until)
    if problems:
        raise ScenarioError(sorted(problems, key=lambda each: each.line or 0))
    return Own(tuple(rules), seen)


def _below(rows: dict[str, Node], key: str, problems: list[Problem]) -> list[tuple[str, Node]]:
    node = rows.get(key)
    if node is None:
        return []
    if not isinstance(node.value, dict):
        problems.append(not_a_mapping(node, key))
        return []
    return list(node.children().items())


def _rule(key: str, node: Node, scenario: Scenario, problems: list[Problem]) -> OwnRule | None:
    """One rule, checked; None where it cannot be read."""
    path = f"rules.{key}"
    rule = fit(OwnRule, node, path, problems, key)
    if rule is None:
        return None
    is_series = rule.watch in scenario.observations
    if not is_series and rule.watch not in open_names(scenario):
        names = (*scenario.observations, *open_names(scenario))
        problems.append(_unknown(node, f"{path}.watch", rule.watch, names))
    bounds = [bound for bound in (rule.above, rule.below) if bound is not None]
    if is_series and len(bounds) != 1:
        given = "both above and below" if bounds else "no threshold"
        problems.append(problem_at(node, path, given, "above or below, one of the two", "give one number"))
    if not is_series and bounds:
        allowed = "no threshold: it is seen or not"
        problems.append(problem_at(node, path, f"{rule.watch} with a threshold", allowed, "remove above and below"))
    if rule.by is not None and rule.by <= scenario.as_of:
        allowed = f"a day after the as-of date, {scenario.as_of}"
        problems.append(problem_at(node, f"{path}.by", str(rule.by), allowed, "give a later day, or leave it out"))
    for event in rule.events:
        try:
            target_of(event, scenario)
        except TertiusError as error:
            problems.append(problem_at(node, f"{path}.events", event, "an event of the scenario", _first_line(error)))
    return rule


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _unknown(node: Node, path: str, given: str, names: tuple[str, ...]) -> Problem:
    near = nearest(given, names)
    fix = f"write {near}" if near else "tertius indicators SCENARIO shows what can be watched"
    return problem_at(node, path, given, "an observation or an open event of the scenario", fix, near)
