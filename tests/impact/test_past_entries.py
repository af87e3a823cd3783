"""What entries have done: the case is the scenario's, only what was known is looked at, the brief says the same."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tertius.engine import Layout, Options
from tertius.history.effects import shipped_entries
from tertius.impact.comparison import Comparison, pair
from tertius.impact.past_entries import PastEntries, past_entries
from tertius.impact.question import question_of
from tertius.impact.written import plain_data, read_as
from tertius.report.past_entries import past_context
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")


@cache
def compared(name: str) -> Comparison:
    layout = Layout.of(load_scenario(name))
    return pair(layout, question_of(layout), Options(futures=40, weeks=8, seed=3))


def found(name: str) -> PastEntries:
    told = past_entries(compared(name))
    assert told is not None
    return told


def test_the_case_is_the_entry_that_is_undone() -> None:
    told, scenario = found("ukraine-2024"), load_scenario("ukraine-2024")
    assert (told.actor, told.side, told.week) == ("PRK", "A", 8)
    assert told.age == pytest.approx(983 / 365.25, abs=0.01)
    shares = {(r.actor, r.side): r.quantities for r in scenario.relations.values()}
    own, joined = (shares[key]["capability_share"].central for key in (("PRK", None), (None, "A")))
    assert told.strength == pytest.approx(own / joined)
    over = compared("ukraine-2024").base.path("world.ended")[:, 8].mean()
    assert told.with_it == pytest.approx(over)
    assert told.chosen_of == len(shipped_entries())


def test_what_was_not_known_by_the_as_of_date_is_not_looked_at() -> None:
    told = found("korea-1950")
    assert told.actor == "CHN"
    assert all(row.year < 1945 for row in told.rows)
    assert told.chosen_of < len(shipped_entries())
    assert len(told.rows) <= told.chosen_of


def test_counts_are_those_of_the_rows() -> None:
    told = found("ukraine-2024")
    for one in told.ended:
        assert one.hits == sum(row.lasted_on is not None and row.lasted_on <= one.years for row in told.rows)
        assert one.interval[0] <= one.hits / len(told.rows) <= one.interval[1]
    assert told.won == sum(row.result == "won" for row in told.rows)
    wars = [row.war for row in told.rows]
    assert max(wars.count(war) for war in wars) <= 2
    assert told.median_age == pytest.approx(np.median([row.age for row in told.rows]))
    assert read_as(PastEntries, json.dumps(plain_data(told)), "the box") == told


def test_a_war_without_relations_or_without_an_undone_entry_has_none() -> None:
    assert past_entries(compared("river-war")) is None
    layout = Layout.of(load_scenario("ukraine-2024"))
    same = replace(compared("ukraine-2024"), other=compared("ukraine-2024").base)
    assert layout.overrides == {}
    assert past_entries(same) is None


def test_the_box_says_how_the_two_differ() -> None:
    scenario, told = load_scenario("ukraine-2024"), found("ukraine-2024")
    assert past_context(scenario, None) is None
    low, high = told.ended[0].interval
    cases = {
        "the two agree": (0.5 * (low + high), 0.5),
        "because all past wars of this age did": (high + 0.2, high + 0.2),
        "because of what moves both sides' readiness": (high + 0.2, high - 0.01),
    }
    for words, (with_it, by_age) in cases.items():
        box = past_context(scenario, replace(told, with_it=with_it, by_age=by_age))
        assert box is not None
        assert sum(words in line for line in box.lines) == 1
        assert len(box.rows) == 5
        assert "no proof" in box.lines[-1]
