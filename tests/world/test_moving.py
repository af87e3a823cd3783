"""A scenario moved to another day: what goes, and what stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tertius.world import load_scenario
from tertius.world.moving import Told, moved


@pytest.mark.parametrize(("high", "stays"), [(30.0, True), (1.2, False)])
def test_an_uncertain_red_line_goes_where_its_median_is_crossed(high: float, stays: bool, tmp_path: Path) -> None:
    sent = load_scenario("river-war").events["entry"].quantities["troops"].central
    prior = f"{{uniform: {{low: 1, high: {high * sent:g}}}}}"
    threshold = f"{{value: null, prior: {prior}, unit: persons, source: judgement, note: Invented.}}"
    line = f"red_lines:\n  durian-line:\n    threshold: {threshold}\n"
    (tmp_path / "war.yaml").write_text(f"tertius: 1\nextends: river-war\n{line}")
    scenario = load_scenario(tmp_path / "war.yaml")
    found = moved(scenario, date(2031, 3, 16), Told(events={"entry": date(2031, 3, 10)}))
    assert found.scenario.contingents["legion"].quantities["troops"].central == sent
    assert ("durian-line" in found.scenario.red_lines) == stays
    assert any("durian-line: crossed" in note for note in found.notes) != stays
