"""Strikes in the answer, its figures and its tables: each number is the futures', and nothing for a war without."""

from functools import cache

import numpy as np
import pytest

from tertius.api.war import compared
from tertius.engine import Options
from tertius.impact.making import Made, make_answer
from tertius.impact.question import question_of
from tertius.impact.written import plain_data
from tertius.report.figures import all_figures
from tertius.report.strikes import days, strikes_context
from tertius.report.tables import rows
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
WEEKS = 6


@cache
def made(name: str = "gulf-2025") -> Made:
    layout = compared(name).layout
    return make_answer(layout, question_of(layout), Options(futures=120, weeks=WEEKS), parts=("strikes", "series"))


def test_a_war_without_strikes_has_none_of_it() -> None:
    answer, scenario = made("river-war").answer, load_scenario("river-war")
    assert answer.strikes is None
    assert strikes_context(answer, scenario) is None
    assert not rows(answer, scenario, "strikes")
    assert not [name for name in all_figures(answer, scenario) if name.startswith(("salvos", "killed", "damage"))]


def test_what_is_launched_in_all_is_the_sum_of_the_weeks() -> None:
    found = made()
    path = "weapons.irn-ballistic"
    base = found.comparison.base
    summed = base.path(f"{path}.launched")[:, 1:].cumsum(axis=1)
    assert base.path(f"{path}.cumulative_launched")[:, 1:] == pytest.approx(summed, rel=1e-4, abs=1e-3)
    assert found.answer.strikes is not None
    held = next(one for one in found.answer.strikes.salvos if one.weapon == "irn-ballistic")
    assert held.launched_in_all.with_it.q50[-1] == pytest.approx(float(np.median(summed[:, -1])), rel=1e-4)


def test_fire_left_is_stock_over_use_where_the_war_goes_on() -> None:
    found = made()
    base, other = found.comparison.base, found.comparison.other
    assert found.answer.strikes is not None
    one = next(each for each in found.answer.strikes.fire_left if each.id == "irn-ballistic" and each.week == 2)
    on = (base.path("world.ended")[:, 2] == 0) & (other.path("world.ended")[:, 2] == 0)
    assert one.futures == on.sum()
    left = np.sort(7.0 * base.path("weapons.irn-ballistic.weeks_left")[on, 2])
    assert one.with_it[1] == pytest.approx(float(np.median(left)))
    assert one.with_it[0] <= one.with_it[1] <= one.with_it[2] <= 3640


def test_every_figure_and_table_has_something_to_show() -> None:
    answer, scenario = made().answer, load_scenario("gulf-2025")
    names = set(all_figures(answer, scenario))
    assert {"fire-left", "interceptors", "damage", "killed", "salvos-irn-ballistic", "salvos-usa-bombers"} <= names
    kinds = {row.kind for row in rows(answer, scenario, "strikes")}
    assert kinds == {"launched", "leaked", "launched-in-all", "leaked-in-all", "interceptors", "damage", "killed"}
    assert rows(answer, scenario, "fire_left")
    assert plain_data(answer)["strikes"]["layers"]


def test_days_are_said_as_a_person_would() -> None:
    assert [days(each) for each in (0.0, 7.0, 22.4, 3640.0)] == ["7 or fewer", "7 or fewer", "22", "over 180"]


def test_the_context_says_whose_stock_is_gone_first() -> None:
    found = strikes_context(made().answer, load_scenario("gulf-2025"))
    assert found is not None
    assert "American THAAD and destroyers" in found.finding
    assert len(found.damage) == len(load_scenario("gulf-2025").targets)
