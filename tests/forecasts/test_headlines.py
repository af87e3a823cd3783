"""Headlines of an update and what to collect: the effect is that of the brief, levels are of the open war."""

from __future__ import annotations

import pytest

import tertius
from tertius.api.war import compared
from tertius.engine import Layout, Options
from tertius.forecasts.updating.numbers import numbers_of
from tertius.impact.question import as_compared
from tertius.world import load_scenario


@pytest.mark.slow
def test_effects_are_those_of_the_brief_and_levels_those_of_the_open_war(compiled: None) -> None:
    scenario = load_scenario("gulf-2025")
    told = []
    for layout in (Layout.of(scenario), compared("gulf-2025").layout):
        _, numbers, _ = numbers_of(layout, scenario, (), None, scenario.as_of, Options(200, 26, 1, 1))
        told.append({each.key: each.value for each in numbers})
    ours, certain = told
    assert ours.keys() == certain.keys()
    effects = [key for key in ours if key[0] == "effect"]
    assert effects
    assert [ours[key] for key in effects] == [certain[key] for key in effects]
    assert any(ours[key] != certain[key] for key in ours if key[0] == "level")


def test_what_is_set_is_kept_and_nothing_assumed_changes_nothing() -> None:
    plain = Layout.of(load_scenario("river-war"))
    assert as_compared(plain) is plain
    certain = compared("gulf-2025").layout
    assert as_compared(certain) is certain


@pytest.mark.slow
def test_what_to_collect_is_asked_of_the_effect_of_the_brief(compiled: None) -> None:
    ours = tertius.collect("gulf-2025", futures=400, weeks=8)
    certain = tertius.collect(compared("gulf-2025"), futures=400, weeks=8)
    for one, other in zip(ours, certain, strict=True):
        if one.about == "effect":
            assert one == other
    assert [one.interval for one in ours] != [one.interval for one in certain]
