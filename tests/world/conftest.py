"""A small complete scenario of made-up states, and how the tests load a changed copy of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tertius.errors import Problem, ScenarioError
from tertius.world import Scenario, load_scenario

EXAMPLE = """\
tertius: 1
title: Avria against Borland
description: >
  A made-up war. Corvia sends soldiers to Avria.
as_of: 2024-11-03
weeks: 26
sources:
  daily: {title: Daily map, publisher: Institute, date: 2024-11-01, url: "https://example.org/map", grade: B2}
  press: {title: Press report, publisher: Agency, date: 2024-10-20, grade: C3, note: two people}
actors:
  avria: {name: Avria, adjective: Avrian}
  borland: {name: Borland}
  corvia: {name: Corvia, key: corvia-1}
sides:
  A:
    name: Avria and partners
    lead: avria
    members: [avria, corvia]
    recruits: {value: 900, unit: persons per week, source: press}
  B: {name: Borland, lead: borland, members: [borland]}
world:
  fire_exponent:
    prior: {triangular: {low: 0.1, mode: 0.4, high: 0.9}}
    unit: "1"
    source: judgement
    if_wrong: fire counts for more or less
theatres:
  front:
    name: River front
    holder: A
    area_label: Borland's land held by Avria
    closes_at_zero: true
    forces:
      A: {troops: {value: 30000, unit: persons, source: [daily, press]}}
      B: {troops: {prior: {lognormal: {median: 20000, p90: 30000}}, unit: persons, source: press}}
    history:
      - {date: 2024-10-20, area: 500.5}
      - {date: 2024-10-27, area: 510, area_change: 9.5}
    history_source: daily
    pace: {prior: {normal: {mean: 10, sd: 5, low: 0}}, unit: km2 per week, source: daily}
contingents:
  legion:
    name: Corvian legion
    actor: corvia
    side: A
    theatre: front
    host: avria
    discord: {prior: {uniform: {low: 0, high: 1}}, unit: "1", source: judgement}
supply_lines:
  shells:
    name: Corvian shells
    actor: corvia
    side: A
    good: shells
    rate: {value: 100, unit: shells per week, source: press}
facts:
  seen: {date: 2024-10-15, text: Soldiers were seen., source: [press], value: 3000, unit: persons}
events:
  entry:
    name: The legion arrives
    kind: arrival
    contingent: legion
    date: 2024-11-10
    status: expected
    text: First wave.
    source: press
    soldiers: {prior: {loguniform: {low: 5000, high: 20000}}, unit: persons, source: press}
  wave:
    name: A second wave
    kind: arrival
    contingent: legion
    part_of: entry
    week: {prior: {beta: {a: 2, b: 2, low: 4, high: 20}}, unit: weeks, source: judgement}
    status: assumed
outcomes:
  land:
    name: Land held
    output: theatres.front.area
    measure: change
    unit: km2
    favours: A
    headline: true
    material: {value: 10, unit: km2, source: choice}
comparison: {without: entry, horizons: [4, 13], label: Corvia's soldiers}
"""


def changed(old: str, new: str, text: str = EXAMPLE) -> str:
    """Return the example with `old`, which must occur exactly once, replaced."""
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    """Return the line, from 1, on which `part` first occurs."""
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def _write(text: str | bytes, name: str = "example.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return _write


@pytest.fixture
def load(write: Callable[..., Path]) -> Callable[..., Scenario]:
    def _load(text: str | bytes = EXAMPLE, name: str = "example.yaml") -> Scenario:
        return load_scenario(write(text, name))

    return _load


@pytest.fixture
def problems(load: Callable[..., Scenario]) -> Callable[..., tuple[Problem, ...]]:
    """Return the problems that loading a text gives; loading must fail with a ScenarioError."""

    def _problems(text: str | bytes, name: str = "example.yaml") -> tuple[Problem, ...]:
        with pytest.raises(ScenarioError) as caught:
            load(text, name)
        assert str(caught.value)
        return caught.value.problems

    return _problems
