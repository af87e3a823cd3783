"""The record of steps: what it counts, and what cannot have happened is told at its place."""

from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from tertius.errors import ScenarioError
from tertius.world import Scenario, load_scenario, tracks

RECORD = """
record:
  sold:    {date: 2023-03-01, instrument: durian-shells, step: up, after: 1, text: The first shiploads., source: survey}
  stopped: {date: 2023-06-01, instrument: durian-shells, step: down, after: 0, text: They stop., source: judgement}
  again:   {date: 2024-01-01, instrument: durian-shells, step: up, after: 1, text: They sail again., source: survey}
"""
SINCE = "    recorded_since: 2023-01-01\n    kind: munitions"
FAULTS = {
    "before the record": ("date: 2023-03-01", "date: 2022-03-01", "record.sold.date"),
    "after the as-of date": ("date: 2024-01-01", "date: 2032-01-01", "record.again.date"),
    "of nobody": ("instrument: durian-shells, step: down", "instrument: durian-shalls, step: down", "record.stopped"),
    "a third way": ("step: down", "step: sideways", "record.stopped.step"),
    "no such level": (
        "step: up, after: 1, text: The first",
        "step: up, after: 7, text: The first",
        "record.sold.after",
    ),
    "a level that does not follow": ("step: down, after: 0", "step: down, after: 2", "record.stopped.after"),
    "not the level in force": ("after: 1, text: They sail", "after: 2, text: They sail", "record.again.after"),
    "twice in a day": ("date: 2023-06-01", "date: 2023-03-01", "record.stopped.date"),
    "a source that is not there": (
        "They sail again., source: survey",
        "They sail again., source: survye",
        "record.again",
    ),
    "no record begun": (SINCE, "    kind: munitions", "record.sold.instrument"),
}


def written(tmp_path: Path, old: str = "", new: str = "") -> Path:
    text = (resources.files("tertius.world") / "template.yaml").read_text(encoding="utf-8").replace("{title}", "A war")
    text = text.replace("    kind: munitions", SINCE, 1) + RECORD
    assert old in text
    path = tmp_path / "war.yaml"
    path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return path


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load_scenario(written(tmp_path))


def test_steps_are_counted_over_the_time_in_which_they_could_be_taken(scenario: Scenario) -> None:
    track = tracks(scenario.instruments, scenario.record, scenario.as_of)["durian-shells"]
    assert (track.count("up"), track.count("down")) == (2, 1)
    assert track.levels == (0, 1, 0, 1)
    days = (scenario.as_of - date(2023, 1, 1)).days
    at_nothing = (date(2023, 3, 1) - date(2023, 1, 1)).days + (date(2024, 1, 1) - date(2023, 6, 1)).days
    assert track.years("up") == pytest.approx(days / 365.25)
    assert track.years("down") == pytest.approx((days - at_nothing) / 365.25)


def test_what_came_later_is_not_read(scenario: Scenario) -> None:
    track = tracks(scenario.instruments, scenario.record, date(2023, 6, 1))["durian-shells"]
    assert (track.count("up"), track.count("down"), track.levels) == (1, 1, (0, 1, 0))
    assert tracks(scenario.instruments, scenario.record, date(2023, 1, 1)) == {}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_at_its_place(name: str, tmp_path: Path) -> None:
    old, new, place = FAULTS[name]
    with pytest.raises(ScenarioError) as caught:
        load_scenario(written(tmp_path, old, new))
    assert any(problem.path.startswith(place) for problem in caught.value.problems), caught.value.problems
    assert all(problem.allowed and problem.fix and problem.line for problem in caught.value.problems)
