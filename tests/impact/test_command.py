"""Who commands: a partner under the host, one that leads it, and forces side by side, from file to brief."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

import tertius
from tertius.errors import ScenarioError
from tertius.impact.answer import Answer
from tertius.report import battlefield, render
from tertius.world import Scenario, load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
COMMANDS = ("under_host", "leads_host", "side_by_side")
OF_LANGUAGE = r"    (soldiers|interpreters|officers)_per_group:.*\n|    (interpreter_pool|alone|fluency_exponent):.*\n"


def text_of(command: str) -> str:
    text = (resources.files("tertius.world") / "template.yaml").read_text(encoding="utf-8").replace("{title}", "A war")
    text = re.sub(r"command: under_host.*", f"command: {command}", text)
    if command == "side_by_side":
        text = re.sub(OF_LANGUAGE, "", text)
    if command == "leads_host":
        given = '    officers_given: {value: 0.02, unit: "1", source: choice}\n    discord:'
        text = text.replace("    discord:", given, 1)
    return text


def scenario_of(tmp_path: Path, text: str) -> Scenario:
    path = tmp_path / "war.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)


@cache
def answered(folder: Path, command: str) -> tuple[Answer, Scenario]:
    path = folder / f"{command}.yaml"
    path.write_text(text_of(command), encoding="utf-8")
    return tertius.load(path).brief(futures=60, weeks=12).answer, load_scenario(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("commands")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_brief_speaks_only_of_what_applies(folder: Path, command: str) -> None:
    answer, scenario = answered(folder, command)
    assert answer.battlefield is not None
    told = " ".join(battlefield.contingents(answer, scenario, answer.battlefield))
    text = render.markdown(answer, scenario)
    assert told
    assert ("interpreters" in told) is (command != "side_by_side")
    assert ("interpreter" in text) is (command != "side_by_side")
    assert ("leading" in told) is (command == "leads_host")
    assert ("of their own" in told) is (command == "side_by_side")


def test_who_leads_wears_its_host_and_side_by_side_costs_least(folder: Path) -> None:
    worth = {}
    for command in COMMANDS:
        answer, _ = answered(folder, command)
        assert answer.battlefield is not None
        worth[command] = answer.battlefield.worth[0]
    assert worth["leads_host"].concerted > worth["leads_host"].present
    assert worth["under_host"].usable < worth["side_by_side"].usable < 1
    assert worth["side_by_side"].lost["lost_to_interpreters"] == 0
    for one in worth.values():
        assert one.usable + sum(one.lost.values()) == pytest.approx(1.0)


FAULTS = {
    "interpreters side by side": ("under_host", "side_by_side", "contingents.legion.soldiers_per_group", "remove"),
    "an unknown command": ("under_host", "over_host", "contingents.legion.command", "under_host"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_apply_is_refused_at_its_place(tmp_path: Path, fault: str) -> None:
    command, other, place, fix = FAULTS[fault]
    with pytest.raises(ScenarioError) as refused:
        scenario_of(tmp_path, text_of(command).replace(f"command: {command}", f"command: {other}"))
    assert place in str(refused.value)
    assert fix in str(refused.value)


def test_officers_that_nobody_leads_with_are_refused(tmp_path: Path) -> None:
    text = text_of("leads_host").replace("command: leads_host", "command: under_host")
    with pytest.raises(ScenarioError, match="officers_given where command is leads_host"):
        scenario_of(tmp_path, text)


SET = {
    "interpreters side by side": ("side_by_side", "contingents.legion.interpreters_per_group", "nobody has to be"),
    "officers of those who do not lead": ("under_host", "contingents.legion.officers_given", "leads_host"),
}


@pytest.mark.parametrize("fault", SET)
def test_what_is_set_by_hand_and_cannot_apply_is_refused_as_in_the_file(tmp_path: Path, fault: str) -> None:
    command, path, words = SET[fault]
    scenario_of(tmp_path, text_of(command))
    war = tertius.load(tmp_path / "war.yaml")
    with pytest.raises(ScenarioError, match=words) as refused:
        tertius.assume(war, {path: 0.5 if "given" in path else 2})
    assert refused.value.problems[0].path == path
    assert "set by hand" in str(refused.value)
    discord = "contingents.legion.discord"
    assert tertius.assume(war, {discord: 0.2}).settings == {discord: 0.2}


def test_officers_that_nobody_can_borrow_are_warned_of(tmp_path: Path) -> None:
    def warned(command: str) -> list[str]:
        return [each.path for each in scenario_of(tmp_path, text_of(command)).warnings]

    assert warned("under_host") == []
    assert warned("side_by_side") == ["sides.A.officers_lendable"]
