"""What tells rival hypotheses apart: the known sign of a toy war, rates on fresh seeds, and nothing from nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

import tertius
from tertius.errors import OptionError, UnknownName

pytestmark = pytest.mark.usefixtures("compiled")
SAME = """
tertius: 1
extends: river-war
variants:
  one-legion: null
  two-legions: null
  seed:
    name: The scenario's own seed
    weight: {value: 0.5, unit: "1", source: choice}
    set: {world.war_age: {value: 60, unit: week, source: choice}}
  twin:
    name: The same by another name
    weight: {value: 0.5, unit: "1", source: choice}
    set: {world.war_age: {value: 60, unit: week, source: choice}}
"""


def test_a_second_legion_is_told_by_its_coming() -> None:
    """It comes in week 8 under one hypothesis, and is held back under the other."""
    one, two = tertius.hypotheses("river-war", futures=1000)
    assert one.weight + two.weight == pytest.approx(1.0)
    assert one.futures == two.futures == one.under + two.under
    rule = max(two.rules, key=lambda each: each.bits)
    assert (rule.signal, rule.above, rule.week) == ("corvian-legion:up", True, 13)
    assert rule.given > 0.99
    assert rule.hits > 0.9
    assert not any(each.bits > 0.1 for each in two.rules if each.week < 8)
    assert max(one.rules, key=lambda each: each.bits).above is False
    assert two.against[0].rule == rule
    assert two.against[0].weight == pytest.approx(two.weight)


def test_rates_hold_on_fresh_seeds() -> None:
    told = {each.hypothesis: each for each in tertius.hypotheses("river-war", futures=1000)}
    fresh = {each.hypothesis: each for each in tertius.hypotheses("river-war", futures=1000, seed=77)}
    for name, found in told.items():
        again = {(each.signal, each.week, each.above): each for each in fresh[name].rules}
        shared = [(each, again[key]) for each in found.rules if (key := (each.signal, each.week, each.above)) in again]
        assert shared
        for one, other in shared:
            gap = (one.given - one.otherwise) - (other.given - other.otherwise)
            assert abs(gap) < 4 * (one.error**2 + other.error**2) ** 0.5 + 0.01


def test_the_same_under_two_names_is_not_told_apart(tmp_path: Path) -> None:
    (tmp_path / "same.yaml").write_text(SAME)
    for each in tertius.hypotheses(tmp_path / "same.yaml", futures=800):
        assert each.rules == ()
        assert not each.few
        assert each.against[0].rule is None


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(OptionError, match="two variants or more"):
        tertius.hypotheses("ukraine-2024-before", futures=400)
    with pytest.raises(UnknownName, match="one-legion"):
        tertius.hypotheses("river-war", ["one-legio"], futures=400)
    with pytest.raises(OptionError, match="8 or more"):
        tertius.hypotheses("river-war", futures=400, weeks=7)
    with pytest.raises(OptionError, match="400 or more"):
        tertius.hypotheses("river-war", futures=100)
