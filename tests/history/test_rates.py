"""A scenario's relations: rates, reasons, and what is refused by name and line."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tertius.errors import DataError, OptionError, ScenarioError
from tertius.history.analogues import analogues_data, find_analogues
from tertius.history.rates import Rates, joining_rates, rates_data
from tertius.history.reference import shipped_reference
from tertius.history.timing import Timing
from tertius.world import Scenario, load_scenario, with_overrides

FILE = """
tertius: 1
as_of: 2000-06-01
sources:
  atlas: {title: Atlas, publisher: House, date: 1999-01-01, grade: A1}
actors:
  one: {name: One}
  two: {name: Two}
  near: {name: Near}
  far: {name: Far}
sides:
  A: {name: One, lead: one, members: [one]}
  B: {name: Two, lead: two, members: [two]}
relations:
  war: {began: 2000-01-01, third_states: {value: 150, unit: states, source: atlas}}
  a:
    side: A
    capability_share: {value: 0.02, unit: "1", source: atlas}
    attacked: {value: 0, unit: "1", source: atlas}
  b:
    side: B
    capability_share: {value: 0.02, unit: "1", source: atlas}
    attacked: {value: 1, unit: "1", source: atlas}
"""
OWN = """  {name}:
    actor: {name}
    capability_share: {{value: 0.01, unit: "1", source: atlas}}
    major_power: {{value: 0, unit: "1", source: atlas}}
    disputes_10y: {{prior: {{uniform: {{low: 0, high: 4}}}}, unit: disputes, source: judgement}}
"""
PAIR = """  {name}-{side}:
    actor: {name}
    side: {side}
    defence_pact: {{value: {pact}, unit: "1", source: atlas}}
    land_border: {{value: 0, unit: "1", source: atlas}}
    near: {{value: 0, unit: "1", source: atlas}}
    rivalry: {{value: 0, unit: "1", source: atlas}}
    capital_distance: {{value: {distance}, unit: km, source: atlas}}
    opposed_10y: {{value: 0, unit: disputes, source: atlas}}
    together_10y: {{value: 0, unit: disputes, source: atlas}}
"""


def text() -> str:
    parts = [FILE]
    for name, distance in (("near", 500), ("far", 9000)):
        parts.append(OWN.format(name=name))
        parts += [PAIR.format(name=name, side=side, distance=distance, pact=int(side == "B")) for side in "AB"]
    return "".join(parts)


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Scenario]:
    def load(written: str) -> Scenario:
        path = tmp_path / "case.yaml"
        path.write_text(written)
        return load_scenario(path)

    return load


def of(found: Rates, actor: str, side: str) -> float:
    row = next(row for row in found.rows if (row.actor, row.side) == (actor, side))
    assert row.within is not None
    return row.within.mean


def test_allies_and_neighbours_are_likelier(load: Callable[[str], Scenario]) -> None:
    found = joining_rates(load(text()))
    assert of(found, "near", "B") > of(found, "near", "A")
    assert of(found, "near", "B") > 2 * of(found, "far", "B")
    row = next(row for row in found.rows if (row.actor, row.side) == ("near", "B"))
    assert "a defence pact with the side" in row.raises
    assert found.age == 152


def test_more_weeks_mean_more_and_an_older_war_less(load: Callable[[str], Scenario]) -> None:
    scenario = load(text())
    chances = [of(joining_rates(scenario, weeks), "near", "B") for weeks in (1, 13, 26, 104)]
    assert chances == sorted(chances)
    assert chances[3] > chances[0]
    week = next(row for row in joining_rates(scenario, 1).rows if (row.actor, row.side) == ("near", "B"))
    assert week.per_week is not None
    assert week.within is not None
    assert week.within.mean == pytest.approx(week.per_week.mean, rel=0.01)
    older = load(text().replace("began: 2000-01-01", "began: 1995-01-01"))
    assert of(joining_rates(older), "near", "B") < of(joining_rates(scenario), "near", "B") / 2


def test_a_joiner_pulls_the_others_mostly_to_its_side(load: Callable[[str], Scenario]) -> None:
    before = joining_rates(load(text()))
    after = joining_rates(load(text().replace("members: [two]", "members: [two, far]")))
    assert after.joined == (0, 1)
    assert of(after, "near", "B") > 2 * of(before, "near", "B")
    assert of(after, "near", "B") / of(before, "near", "B") > of(after, "near", "A") / of(before, "near", "A")
    member = next(row for row in after.rows if (row.actor, row.side) == ("far", "B"))
    assert (member.member_of, member.within, member.per_week) == ("B", None, None)


def test_renaming_the_sides_swaps_the_rates(load: Callable[[str], Scenario]) -> None:
    plain = joining_rates(load(text()))
    swap = str.maketrans("AB", "BA")
    lines = [
        line.translate(swap) if line.lstrip().startswith(("side:", "A:", "B:")) else line
        for line in text().splitlines()
    ]
    swapped = joining_rates(load("\n".join(lines)))
    for actor in ("near", "far"):
        assert of(swapped, actor, "A") == pytest.approx(of(plain, actor, "B"), rel=1e-12)


def test_the_draws_are_the_same_for_a_seed_and_hang_on_names(load: Callable[[str], Scenario]) -> None:
    scenario = load(text())
    first, again, other = (joining_rates(scenario, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.rows[0].draws, again.rows[0].draws)
    assert not np.array_equal(first.rows[0].draws, other.rows[0].draws)
    alone = "".join(part for part in (FILE, OWN.format(name="near"))) + "".join(
        PAIR.format(name="near", side=side, distance=500, pact=int(side == "B")) for side in "AB"
    )
    np.testing.assert_allclose(joining_rates(load(alone)).rows[0].draws, first.rows[0].draws, rtol=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "path", "told"),
    [
        ("    rivalry:", "    rivalrie:", "relations.near-A.rivalrie", "rivalry"),
        ("    rivalry: {value: 0, unit: \"1\", source: atlas}\n", "", "relations.near-A.rivalry", "strategic rivals"),
        ("value: 500, unit: km", "value: 500, unit: miles", "relations.near-A.capital_distance", "km"),
        ("value: 500, unit: km", "value: 50000, unit: km", "relations.near-A.capital_distance", "20038"),
        ("uniform: {low: 0,", "uniform: {low: -3,", "relations.near.disputes_10y", "0 or more"),
        ("third_states: {value: 150", "third_state: {value: 150", "relations.war.third_state", "third_states"),
        ("  near-B:\n    actor: near", "  near-B:\n    actor: far", "relations", "one record for each actor and side"),
        ("actor: far", "actor: two", "relations", "third state"),
        ("began: 2000-01-01", "began: 2001-01-01", "relations.war.began", "up to as_of"),
        ("began: 2000-01-01, ", "", "relations.war", "began"),
        ("  a:\n", "  a:\n    began: 1999-01-01\n", "relations.a.began", "neither actor nor side"),
        ("    actor: near\n    side: A", "    actor: nera\n    side: A", "relations.near-A.actor", "near"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_line(
    load: Callable[[str], Scenario], old: str, new: str, path: str, told: str
) -> None:
    written = text()
    assert old in written
    count = -1 if old == "actor: far" else 1
    with pytest.raises(ScenarioError) as caught:
        joining_rates(load(written.replace(old, new, count)))
    problems = [problem for problem in caught.value.problems if problem.path.startswith(path)]
    assert problems, [str(problem) for problem in caught.value.problems]
    assert all(problem.line is not None for problem in problems)
    assert any(told in str(problem) for problem in problems)


def test_a_scenario_without_relations_says_so(load: Callable[[str], Scenario]) -> None:
    with pytest.raises(ScenarioError, match="relations"):
        joining_rates(load(FILE.partition("relations:")[0]))


def test_a_rate_is_what_the_parts_say(load: Callable[[str], Scenario]) -> None:
    reference = shipped_reference()
    found = joining_rates(load(text()))
    row = found.rows[0]
    rate = Timing(reference.timing_rows).rate(found.age, 0, 0, 1)
    ratio = row.draws / (row.ever_draws * rate * 7)  # drift, misfit, and one week's fall with age
    assert np.log(ratio).std() == pytest.approx(np.hypot(reference.drift, reference.misfit), rel=0.15)
    assert ratio.mean() == pytest.approx(1, abs=4 * ratio.std() / np.sqrt(len(ratio)))


def test_an_optional_quantity_that_is_told_counts(load: Callable[[str], Scenario]) -> None:
    side = '    attacked: {value: 1, unit: "1", source: atlas}\n'
    assert text().count(side) == 1
    found = [
        joining_rates(
            load(text().replace(side, f'{side}    major_power: {{value: {major}, unit: "1", source: atlas}}\n'))
        )
        for major in (0, 1)
    ]
    assert of(found[1], "near", "B") > 1.1 * of(found[0], "near", "B")
    words = [{**row.raises, **row.lowers} for row in found[1].rows if (row.actor, row.side) == ("far", "B")]
    assert "a major power on the side" in words[0]


def test_weeks_out_of_range_are_refused(load: Callable[[str], Scenario]) -> None:
    for weeks in (0, 521):
        with pytest.raises(OptionError, match="--weeks"):
            joining_rates(load(text()), weeks)


def test_the_shipped_scenario_is_told_in_low_rates_and_its_order_is_plausible() -> None:
    scenario = load_scenario("ukraine-2024")
    found = joining_rates(scenario)
    assert found.age == 983
    assert found.joined == (1, 0)
    chances = {(row.actor, row.side): row.within.mean for row in found.rows if row.within is not None}
    assert len(chances) == 18
    assert max(chances.values()) < 0.1
    assert max(chances, key=lambda key: chances[key]) == ("BLR", "A")
    assert chances["USA", "B"] > chances["USA", "A"]
    assert all(row.within.low < row.within.mean < row.within.high for row in found.rows if row.within is not None)
    assert rates_data(found)["anyone_listed"]["mean"] < 0.2


def test_every_relation_moves_a_rate() -> None:
    """No quantity of the relations is dead: each one's range moves its own state's chances."""
    scenario = load_scenario("ukraine-2024")
    base = {(row.actor, row.side): row.ever.mean for row in joining_rates(scenario).rows}
    for path in [p for p in scenario.quantities() if p.startswith(("relations.CHN", "relations.side-"))]:
        quantity = scenario.quantities()[path]
        if quantity.unit == "1" and quantity.central in (0.0, 1.0):
            other = 1.0 - quantity.central
        else:
            other = quantity.central + 1.0 if quantity.unit == "states" else 0.5
        moved = joining_rates(with_overrides(scenario, {path: other}))
        assert any(row.ever.mean != base[row.actor, row.side] for row in moved.rows if row.actor == "CHN"), path


def test_analogues_of_the_shipped_scenario(real: Path) -> None:
    scenario = load_scenario("ukraine-2024")
    found = find_analogues(scenario, real, 6)
    assert found.entry == "PRK for A"
    assert len(found.wars) == len(found.entries) == 6
    distances = [row.distance for row in found.wars]
    assert distances == sorted(distances)
    assert all(row.next["lasted_on_days"] > 0 for row in found.wars)  # they were as old, and went on
    for share in (*found.among_wars.values(), *found.among_entries.values()):
        assert share.cases == 6
    told = analogues_data(found)
    assert set(told["wars"][0]["features"]["war"]) == {"value", "case"}
    assert find_analogues(scenario, real, 3).wars == found.wars[:3]


def test_analogues_without_the_data_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="panel_mid"):
        find_analogues(load_scenario("ukraine-2024"), tmp_path)
    with pytest.raises(OptionError, match="--count"):
        find_analogues(load_scenario("ukraine-2024"), tmp_path, 0)
