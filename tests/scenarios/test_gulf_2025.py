"""Israel and Iran in June 2025: a war without a front, what American strikes do, and the two sides swapped."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import tertius
from tertius.api.war import compared, opened
from tertius.engine import Ensemble, Layout, Options, run_arms
from tertius.errors import ScenarioError
from tertius.impact.making import make_answer
from tertius.impact.question import other_of, question_of
from tertius.report.headlines import headline
from tertius.report.render import markdown
from tertius.shipped import FOLDER
from tertius.world import Scenario, load_scenario

FILE = FOLDER / "gulf-2025.yaml"
OTHER = {"A": "B", "B": "A"}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("gulf-2025")


@pytest.fixture(scope="module")
def pair(compiled: None) -> tuple[Ensemble, Ensemble]:
    """With the strikes and without, same luck."""
    layout = compared("gulf-2025").layout
    base, other = run_arms([layout, other_of(layout, question_of(layout))], Options(futures=400, weeks=13))
    return base, other


def swapped(tree: Any) -> Any:
    """The tree of a file with side A called B, and B called A."""
    if isinstance(tree, dict):
        found = {key: swapped(value) for key, value in tree.items()}
        for key in ("side", "favours"):
            if found.get(key) in OTHER:
                found[key] = OTHER[found[key]]
        return found
    if isinstance(tree, list):
        return [swapped(each) for each in tree]
    if isinstance(tree, str) and tree.startswith(("sides.A.", "sides.B.")):
        return f"sides.{OTHER[tree[6]]}{tree[7:]}"
    return tree


def test_no_number_is_of_a_front(scenario: Scenario) -> None:
    assert not scenario.theatres
    assert not scenario.contingents
    idle = ("shells", "equipment", "loss_level", "recruitment", "fire_demand", "officer_pool", "area", "troops")
    assert not [path for path in scenario.quantities() if path.rpartition(".")[2] in idle]


def test_questions_leave_open_what_the_comparison_assumes() -> None:
    path = "events.usa-strikes.probability"
    assert path not in opened("gulf-2025").layout.overrides
    assert compared("gulf-2025").layout.overrides[path].value == 1
    assert compared("gulf-2025", {path: 0.5}).layout.overrides[path].value == 0.5


def test_what_a_comparison_assumes_must_be_there(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    wrong = "comparison: {assume: {events.usa-strike.probability: {value: 1, unit: '1', source: choice}}}\n"
    file.write_text(f"tertius: 1\nextends: gulf-2025\n{wrong}", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"events\.usa-strikes\.probability"):
        tertius.check(file)


def test_american_strikes_reach_fordow_and_draw_an_answer(pair: tuple[Ensemble, Ensemble]) -> None:
    base, other = pair
    damage = [arm.path("targets.irn-fordow.damage")[:, -1] for arm in pair]
    assert damage[0].mean() > damage[1].mean() + 0.1
    assert (base.path("weapons.usa-bombers.cumulative_launched")[:, -1] > 0).mean() > 0.8
    assert not other.path("weapons.usa-bombers.cumulative_launched").any()
    fired = [(arm.path("instruments.IRN-bases.level").max(axis=1) > 0).mean() for arm in pair]
    assert fired[0] > fired[1] + 0.1


def test_the_first_weeks_are_of_the_size_that_was_printed(scenario: Scenario) -> None:
    """Not what came later: 270 missiles, 22 through and 14 dead in three days; a wide range about them."""
    (found,) = run_arms([Layout.of(scenario)], Options(futures=400, weeks=2))
    launched, leaked = (found.path(f"weapons.irn-ballistic.{each}")[:, 1] for each in ("launched", "leaked"))
    assert 100 < np.median(launched) < 630
    assert 0.02 < np.median(leaked / launched) < 0.3
    assert 3 < np.median(found.path("sides.A.cumulative_civilians_killed")[:, 1]) < 100


@pytest.mark.usefixtures("compiled")
def test_swapping_the_sides_swaps_the_answer(tmp_path: Path) -> None:
    tree = swapped(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    # A key keeps a side's random numbers, as it keeps those of any record that is renamed.
    tree["sides"] = {OTHER[side]: {**told, "key": side} for side, told in tree["sides"].items()}
    file = tmp_path / "mirrored.yaml"
    file.write_text(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True), encoding="utf-8")
    answers = [tertius.compare(name, futures=100, weeks=8) for name in ("gulf-2025", file)]
    told, mirrored = (each.answer for each in answers)
    assert [each.favours for each in mirrored.outcomes] == [OTHER[each.favours] for each in told.outcomes]
    for outcome in told.outcomes:
        one, two = told.at(outcome.id, 8), mirrored.at(outcome.id, 8)
        assert two.mean == pytest.approx(one.mean, rel=1e-6, abs=1e-9)
        assert two.base == pytest.approx(one.base, rel=1e-6, abs=1e-9)


@pytest.mark.usefixtures("compiled")
def test_the_brief_tells_of_strikes_and_of_no_land() -> None:
    layout = compared("gulf-2025").layout
    made = make_answer(layout, question_of(layout), Options(futures=200, weeks=8))
    scenario = layout.scenario
    text = markdown(made.answer, scenario)
    assert "## Strikes" in text
    assert "Days of fire left" in text
    assert "km²" not in text
    assert "### Losses" not in text
    assert "Fordow" in " ".join(headline(made.answer, scenario))
    assert not [one.actor for one in made.answer.summary.states if one.actor == "USA" and not one.enters]
