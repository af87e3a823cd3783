from collections.abc import Callable
from pathlib import Path

import pytest
from tests.world.conftest import EXAMPLE, line_of

from tertius.errors import Problem
from tertius.world import Scenario, extending, load_scenario

Load = Callable[..., Scenario]
Problems = Callable[..., tuple[Problem, ...]]
Write = Callable[..., Path]

HEAD = "extends: base.yaml\n"


@pytest.fixture(autouse=True)
def base(write: Write) -> Path:
    return write(EXAMPLE, "base.yaml")


def test_mappings_merge_and_lists_are_replaced(load: Load) -> None:
    text = HEAD + "weeks: 10\ncontingents:\n  legion: {name: Big legion}\ncomparison: {horizons: [8]}\n"
    scenario = load(text)
    assert scenario.weeks == 10
    assert scenario.name == "example"
    assert scenario.contingents["legion"].name == "Big legion"
    assert scenario.contingents["legion"].host == "avria"
    assert scenario.comparison is not None
    assert scenario.comparison.horizons == (8,)


def test_an_empty_variant_equals_its_parent_and_round_trips(load: Load) -> None:
    scenario = load(HEAD)
    assert scenario.digest == load(EXAMPLE, "base.yaml").digest
    assert "extends" not in scenario.to_yaml()
    assert load(scenario.to_yaml(), "flat.yaml").digest == scenario.digest


def test_places_follow_the_file_that_set_the_value(load: Load) -> None:
    text = HEAD + "contingents:\n  legion:\n    name: Big legion\n"
    scenario = load(text)
    name, host = scenario.where("contingents.legion.name"), scenario.where("contingents.legion.host")
    assert name is not None
    assert host is not None
    assert (Path(name[0]).name, name[1]) == ("example.yaml", 4)
    assert (Path(host[0]).name, host[1]) == ("base.yaml", line_of(EXAMPLE, "    host:"))


def test_problems_follow_the_file_that_set_the_value(problems: Problems) -> None:
    (problem,) = problems(HEAD + "contingents:\n  legion:\n    host: avriaa\n")
    assert Path(problem.file).name == "example.yaml"
    assert problem.line == 4
    assert problem.nearest == "avria"


def test_null_removes(load: Load) -> None:
    scenario = load(HEAD + "comparison: null\nevents: {wave: null}\ncontingents: {legion: {discord: ~}}\n")
    assert scenario.comparison is None
    assert list(scenario.events) == ["entry"]
    assert "contingents.legion.discord" not in scenario.quantities()


def test_null_for_what_is_not_there_is_an_error(problems: Problems) -> None:
    (problem,) = problems(HEAD + "events: {wafe: null}\n")
    assert (problem.path, problem.nearest, problem.line) == ("events.wafe", "wave", 2)


def test_a_value_takes_the_place_of_a_prior_and_a_family_of_another(load: Load) -> None:
    text = HEAD + (
        "world: {fire_exponent: {value: 0.5, source: choice}}\n"
        "contingents: {legion: {discord: {prior: {beta: {a: 2, b: 2}}}}}\n"
        "theatres: {front: {pace: {prior: {normal: {mean: 20}}}}}\n"
    )
    quantities = load(text).quantities()
    assert quantities["world.fire_exponent"].value == 0.5
    assert quantities["world.fire_exponent"].prior is None
    assert quantities["contingents.legion.discord"].describe().startswith("beta")
    pace = quantities["theatres.front.pace"].prior
    assert pace is not None
    assert pace.parameters() == {"mean": 20, "sd": 5, "low": 0}


def test_a_date_takes_the_place_of_a_week(load: Load) -> None:
    event = load(HEAD + "events: {wave: {date: 2024-12-01}}\n").events["wave"]
    assert event.week is None
    assert str(event.date) == "2024-12-01"


def test_the_path_is_relative_to_the_variant_and_shipped_names_work(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: Path
) -> None:
    (tmp_path / "below").mkdir()
    variant = write("extends: ../base.yaml\nweeks: 3\n", "below/variant.yaml")
    assert load_scenario(variant).weeks == 3
    monkeypatch.setattr(extending, "shipped_scenarios", lambda: {"river-war": base})
    assert load_scenario(write("extends: river-war\nweeks: 4\n", "v.yaml")).weeks == 4
    assert load_scenario("river-war").weeks == 26


def test_eight_parents_are_allowed_and_nine_are_not(write: Write, load: Load, problems: Problems) -> None:
    for level in range(1, 9):
        write(f"extends: v{level - 1}.yaml\nweeks: {level}\n", f"v{level}.yaml")
    write(EXAMPLE, "v0.yaml")
    assert load("extends: v7.yaml\n").weeks == 7
    (problem,) = problems("extends: v8.yaml\n")
    assert "more than 8" in problem.given
    assert problem.path == "extends"
    assert problem.line == 1


def test_circles_are_errors(write: Write, problems: Problems) -> None:
    write("\nextends: example.yaml\n", "other.yaml")
    (problem,) = problems("extends: other.yaml\n")
    assert "circle" in problem.given
    assert Path(problem.file).name == "other.yaml"
    assert problem.line == 2
    (own,) = problems("extends: own.yaml\n", "own.yaml")
    assert "circle" in own.given


def test_a_missing_parent_is_told_where_it_is_named(
    problems: Problems, monkeypatch: pytest.MonkeyPatch, base: Path
) -> None:
    monkeypatch.setattr(extending, "shipped_scenarios", lambda: {"river-war": base})
    (problem,) = problems("title: x\nextends: river-wor\n")
    assert Path(problem.file).name == "example.yaml"
    assert (problem.line, problem.path, problem.nearest) == (2, "extends", "river-war")


@pytest.mark.parametrize("written", ["[base.yaml]", "3", '""', "{}"])
def test_extends_must_be_a_name(problems: Problems, written: str) -> None:
    (problem,) = problems(f"extends: {written}\n")
    assert problem.path == "extends"


def test_a_broken_parent_is_told_in_the_parent(write: Write, problems: Problems) -> None:
    write("tertius: 1\na: [\n", "broken.yaml")
    (problem,) = problems("extends: broken.yaml\n")
    assert Path(problem.file).name == "broken.yaml"


def test_a_file_of_another_kind_is_not_shown(load: Load, problems: Problems, tmp_path: Path) -> None:
    secret = tmp_path / "secrets.txt"
    secret.write_text("password: hunter2\n", encoding="utf-8")
    for name in ("secrets.txt", str(secret), "/etc/hostname"):
        (found,) = problems(f"extends: {name}\n")
        assert "another kind" in found.given or "does not exist" in found.given
        assert "hunter2" not in str(found)


def test_a_yaml_file_that_is_no_scenario_is_not_shown_nor_a_link_to_another_kind(
    write: Write, problems: Problems, tmp_path: Path
) -> None:
    secret = tmp_path / "elsewhere.txt"
    secret.write_text("hunter2: hunter3\n", encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to(secret)
    write("hunter2: {hunter3: 1}\n", "keys.yaml")
    write("hunter2\n", "text.yaml")
    for name, said in (("link.yaml", "another kind"), ("keys.yaml", "no scenario"), ("text.yaml", "no scenario")):
        (found,) = problems(f"extends: {name}\n")
        assert (found.path, said in found.given) == ("extends", True)
        assert "hunter" not in str(found)
