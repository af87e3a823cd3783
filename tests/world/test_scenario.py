"""What a good scenario becomes: records, paths, places, digest, round trip, overrides."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.world.conftest import EXAMPLE, changed, line_of

from tertius.errors import OptionError, ScenarioError, UnknownName
from tertius.world import (
    SECTIONS,
    Entry,
    Prior,
    Quantity,
    Scenario,
    Uniform,
    load_scenario,
    parse_override,
    shipped_scenarios,
    with_overrides,
)
from tertius.world.yaml_source import read_yaml, write_yaml

Load = Callable[..., Scenario]


def test_the_example_loads_without_warnings(load: Load) -> None:
    scenario = load()
    assert scenario.name == "example"
    assert scenario.as_of == date(2024, 11, 3)
    assert scenario.weeks == 26
    assert scenario.warnings == ()
    assert scenario.contingents["legion"].id == "legion"
    assert scenario.contingents["legion"].quantities["discord"].central == 0.5
    assert scenario.theatres["front"].forces["A"].quantities["troops"].value == 30000
    assert scenario.theatres["front"].forces["A"].id == "A"
    assert scenario.theatres["front"].history[1].area_change == 9.5
    assert scenario.events["entry"].target == "legion"
    assert scenario.comparison is not None
    assert scenario.comparison.horizons == (4, 13)


def test_key_defaults_to_the_id(load: Load) -> None:
    actors = load().actors
    assert actors["corvia"].key == "corvia-1"
    assert actors["avria"].key == "avria"


def test_every_quantity_has_its_path_and_its_place(load: Load) -> None:
    scenario = load()
    quantities = scenario.quantities()
    assert set(quantities) == {
        "sides.A.recruits",
        "world.fire_exponent",
        "theatres.front.pace",
        "theatres.front.forces.A.troops",
        "theatres.front.forces.B.troops",
        "contingents.legion.discord",
        "supply_lines.shells.rate",
        "events.entry.soldiers",
        "events.wave.week",
        "outcomes.land.material",
    }
    assert all(scenario.where(path) is not None for path in quantities)
    where = scenario.where("contingents.legion.discord")
    assert where is not None
    assert where[0].endswith("example.yaml")
    assert where[1] == line_of(EXAMPLE, "    discord:")
    assert scenario.where("contingents.legion.nothing") is None


def test_every_section_is_an_attribute_of_its_record(load: Load) -> None:
    assert all(issubclass(section.record, Entry) for section in SECTIONS.values())
    assert {name for name, section in SECTIONS.items() if section.single} == {"world", "comparison"}
    assert {name for name, section in SECTIONS.items() if section.required} == {"actors", "sides"}
    scenario = load()
    for name, section in SECTIONS.items():
        held = getattr(scenario, name)
        records = [held] if section.single else held.values()
        assert all(type(record) is section.record for record in records), name


def test_everything_is_frozen(load: Load) -> None:
    scenario = load()
    with pytest.raises(FrozenInstanceError):
        scenario.weeks = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        scenario.actors["x"] = scenario.actors["avria"]  # type: ignore[index]
    with pytest.raises(ValidationError):
        scenario.actors["avria"].name = "x"


def test_minimal_scenario_gets_the_defaults(load: Load) -> None:
    scenario = load(
        "tertius: 1\nas_of: 2024-11-03\nactors: {a: {name: A}, b: {name: B}}\n"
        "sides: {A: {name: A, lead: a, members: [a]}, B: {name: B, lead: b, members: [b]}}\n"
    )
    assert scenario.weeks == 52
    assert scenario.title == "example"
    assert scenario.world.quantities == {}
    assert scenario.comparison is None
    assert scenario.quantities() == {}


def test_round_trip_keeps_digest_and_quantities(load: Load) -> None:
    scenario = load()
    again = load(scenario.to_yaml(), "again.yaml")
    assert again.digest == scenario.digest
    assert again.quantities() == scenario.quantities()


@pytest.mark.parametrize("copied", [lambda s: pickle.loads(pickle.dumps(s)), copy.deepcopy])
def test_copies_keep_digest_name_and_places(load: Load, copied: Callable[[Scenario], Scenario]) -> None:
    scenario = load()
    again = copied(scenario)
    assert (again.digest, again.name) == (scenario.digest, scenario.name)
    assert again.where("world.fire_exponent") == scenario.where("world.fire_exponent")


def test_digest_ignores_key_order_and_layout_but_not_content(load: Load) -> None:
    digest = load().digest
    swapped = changed("title: Avria against Borland\n", "")
    assert load(swapped + 'title: "Avria against Borland"\n').digest == digest
    assert load(changed("low: 0.1, mode: 0.4", "mode: 0.40, low: 0.1")).digest == digest
    assert load(changed("note: two people", "note: three people")).digest != digest
    assert load(changed("mode: 0.4", "mode: 0.41")).digest != digest
    assert load(changed("members: [avria, corvia]", "members: [corvia, avria]")).digest != digest


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXT,
    st.sampled_from(["1e5", "~", "yes", "null", ".inf", "0x10", "1_000", "- a", "a: b", "#", "2024-11-03",
                     "=", "<<", "\n"]),
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda below: st.one_of(
        st.lists(below, max_size=3).map(tuple), st.dictionaries(TEXT, below, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@given(TREES)
def test_what_is_written_reads_back_the_same(tree: Any) -> None:
    node, problems = read_yaml(write_yaml({"root": tree}), "f")
    assert problems == []
    assert repr(node.plain()) == repr({"root": tree if tree != {} else {}})


def test_a_narrow_judgement_is_a_warning(load: Load) -> None:
    text = changed("{low: 0.1, mode: 0.4, high: 0.9}", "{low: 0.39, mode: 0.4, high: 0.41}")
    (warning,) = load(text).warnings
    assert warning.path == "world.fire_exponent.prior"
    assert warning.line == line_of(text, "    prior:")
    assert "20%" in warning.allowed
    assert load(text.replace("source: judgement\n    if_wrong", "source: press\n    if_wrong")).warnings == ()


def test_a_later_history_may_describe_the_day(load: Load) -> None:
    text = changed("publisher: Agency, date: 2024-10-20", "publisher: Agency, date: 2031-05-01, describes: 2024-11-03")
    press = load(text).sources["press"]
    assert (press.date.year, press.known) == (2031, load(text).as_of)
    assert load(EXAMPLE).sources["press"].known == load(EXAMPLE).sources["press"].date


def test_shipped_scenarios_all_load() -> None:
    for name, path in shipped_scenarios().items():
        assert load_scenario(name).name == name == path.stem


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("world.fire_exponent=0.7", "world.fire_exponent", 0.7),
        ("world.x = -3", "world.x", -3.0),
        ("theatres.front.forces.A.troops={uniform: {low: 0, high: 1}}", "theatres.front.forces.A.troops",
         Uniform(low=0, high=1)),
        ("world.x={value: 2, unit: km2, source: choice}", "world.x",
         Quantity(value=2, unit="km2", source=("choice",))),
    ],
)  # fmt: skip
def test_overrides_are_read(text: str, path: str, value: object) -> None:
    assert parse_override(text) == (path, value)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("world.x", "path=value"),
        ("world.x=", "path=value"),
        ("=3", "dotted path"),
        ("x=3", "dotted path"),
        ("world.x=three", "number"),
        ("world.x=true", "number"),
        ("world.x=.nan", "finite"),
        ("world.x=[1, 2]", "number"),
        ("world.x={uniform: {low: 2, high: 1}}", "low < high"),
        ("world.x={unifrom: {low: 0, high: 1}}", "uniform"),
        ("world.x={value: 2}", "unit"),
        ("world.x={value: 2, unit: km2, source: judgement}", "judgement with a prior"),
        ("world.x={value: 2, value: 3}", "once"),
        ("world.x=!!python/object:os.system 1", "no tags"),
        ("world.x=&a 1", "no anchors"),
        ("world.x={", "YAML"),
    ],
)
def test_bad_overrides_say_what_is_allowed(text: str, part: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_override(text)
    assert part in f"{caught.value.allowed} {caught.value.fix}"
    assert caught.value.fix
    assert caught.value.exit_code == 2


def test_overrides_replace_quantities(load: Load) -> None:
    scenario = load()
    new = Quantity(value=4, unit="km2", source=("press",))
    changes: dict[str, Quantity | Prior | float] = {
        "world.fire_exponent": 0.7,
        "theatres.front.forces.A.troops": Uniform(low=1, high=2),
        "world.new": new,
    }
    other = with_overrides(scenario, changes)
    assert other.quantities()["world.fire_exponent"].value == 0.7
    assert other.quantities()["world.fire_exponent"].basis == "choice"
    assert other.quantities()["world.fire_exponent"].unit == "1"
    assert other.quantities()["theatres.front.forces.A.troops"].basis == "judgement"
    assert other.quantities()["world.new"] == new
    assert other.where("world.fire_exponent") == ("--set", 1)
    assert other.digest != scenario.digest
    assert load(other.to_yaml(), "other.yaml").digest == other.digest
    assert scenario.quantities()["world.fire_exponent"].value is None
    assert with_overrides(scenario, {}).digest == scenario.digest


def test_overrides_of_what_is_not_there_name_the_nearest(load: Load) -> None:
    with pytest.raises(UnknownName) as caught:
        with_overrides(load(), {"world.fire_exponnent": 0.7})
    assert caught.value.nearest == "world.fire_exponent"
    stray = Quantity(value=4, unit="km2", source=("press",))
    with pytest.raises(UnknownName):
        with_overrides(load(), {"theatres.nowhere.pace": stray})
    unsourced = Quantity(value=4, unit="km2", source=("nobody",))
    with pytest.raises(ScenarioError) as bad:
        with_overrides(load(), {"world.new": unsourced})
    assert bad.value.problems[0].path == "world.new.source"


def test_paths_and_strings_load_alike(tmp_path: Path, write: Callable[..., Path]) -> None:
    path = write(EXAMPLE)
    assert load_scenario(str(path)).digest == load_scenario(path).digest
    bom = write(b"\xef\xbb\xbf" + EXAMPLE.encode(), "bom.yaml")
    assert load_scenario(bom).digest == load_scenario(path).digest
    crlf = write(EXAMPLE.replace("\n", "\r\n"), "crlf.yaml")
    assert load_scenario(crlf).digest == load_scenario(path).digest
