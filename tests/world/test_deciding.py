"""Deciding states in a file: each fault is told at its place, once, with what is allowed."""

from importlib import resources
from pathlib import Path

import pytest

from tertius.engine import Layout
from tertius.errors import LayoutError, ScenarioError
from tertius.world import load_scenario

LEVER = "{supply_line: durian-shells, log"
FAULTS = {
    "stake of an effect": (
        "      invasion:\n        per_level",
        "      invasoin:\n        per_level",
        "effects.invasoin",
    ),
    "level beyond the list": ("level: {value: 1,", "level: {value: 7,", "durian-shells.level"),
    "two targets": (LEVER, "{supply_line: durian-shells, side: B, log", "levers.shells"),
    "no target": (LEVER, "{log", "levers.shells"),
    "target that is not there": (LEVER, "{supply_line: durian-shalls, log", "levers.shells.supply_line"),
    "nobody to act": ("    actor: duria\n    kind: mun", "    actor: corvia\n    kind: mun", "actors.duria.interests"),
    "actor that is not there": (
        "    actor: duria\n    kind: mun",
        "    actor: dura\n    kind: mun",
        "durian-shells.actor",
    ),
    "towards nobody": ("towards: borland", "towards: borlnd", "durian-shells.towards"),
    "a third step": ("      up: {rate", "      upp: {rate", "steps.upp"),
    "kind": ("kind: munitions", "kind: munition", "durian-shells.kind"),
    "one level": (
        "levels: [none, a shipload a month, as many as it can spare]",
        "levels: [none]",
        "durian-shells.level",
    ),
    "wish": ("wants: less", "wants: lses", "interests.invasion.wants"),
    "driver by a stake": ("output: theatres.river.area", "output: stakes.invasion.level", "drivers.land.output"),
}
IN_VIEW_OF_THE_LAWS = {
    "no such output": ("output: theatres.river.area", "output: theatres.river.aera", "drivers.land.output"),
    "scale of nothing": ("scale: {value: 200,", "scale: {value: 0,", "drivers.land.scale"),
    "scale in another unit": (
        "scale: {value: 200, unit: km2",
        "scale: {value: 200, unit: persons",
        "drivers.land.scale",
    ),
    "rate below nothing": ("lognormal: {median: 0.5, p90: 1}}", "normal: {mean: 1, sd: 1}}", "steps.down.rate"),
    "misspelt quantity": ("log_factor:", "log_facto:", "levers.shells.log_facto"),
}


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = (resources.files("tertius.world") / "template.yaml").read_text(encoding="utf-8").replace("{title}", "A war")
    assert old in text
    path = tmp_path / "war.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_once_at_its_place(name: str, tmp_path: Path) -> None:
    old, new, place = FAULTS[name]
    with pytest.raises(ScenarioError) as caught:
        load_scenario(changed(tmp_path, old, new))
    assert all(place in problem.path for problem in caught.value.problems if "interests" not in problem.path) or (
        "interests" in place
    )
    assert any(place in problem.path for problem in caught.value.problems)
    assert all(problem.allowed and problem.fix and problem.line for problem in caught.value.problems)


@pytest.mark.parametrize("name", IN_VIEW_OF_THE_LAWS)
def test_a_fault_in_view_of_the_laws_is_told(name: str, tmp_path: Path) -> None:
    old, new, place = IN_VIEW_OF_THE_LAWS[name]
    with pytest.raises(LayoutError) as caught:
        Layout.of(load_scenario(changed(tmp_path, old, new)))
    assert place in caught.value.problems[0].path


@pytest.mark.parametrize("level", [3.0, 0.5, -1.0])
def test_a_level_set_by_hand_is_one_that_there_is(level: float) -> None:
    with pytest.raises(LayoutError, match=r"instruments\.KOR-arms\.level"):
        Layout.of(load_scenario("ukraine-2024"), {"instruments.KOR-arms.level": level})
