"""The calendar: what is known beforehand, and what cannot be is told at its place."""

from importlib import resources
from pathlib import Path

import pytest

from tertius.engine.layout import Layout
from tertius.errors import LayoutError, ScenarioError
from tertius.world import load_scenario

CALENDAR = """
calendar:
  vote:
    name: A vote
    date: 2024-03-28
    known_since: 2024-01-01
    kind: election
    who: [duria]
    source: survey
    turns:
      won: {name: won, turn_weight: {prior: {uniform: {low: 1, high: 2}}, unit: "1", source: judgement}}
      lost: {name: lost, turn_weight: {value: 1, unit: "1", source: choice}}
    moves:
      shells:
        instrument: durian-shells
        turn: won
        log_factor: {prior: {normal: {mean: 1, sd: 0.3}}, unit: "1", source: judgement}
  talks: {name: Talks, date: 2024-03-01, known_since: 2024-01-01, kind: summit, who: [avria, duria], source: survey}
  long-past: {name: Talks, date: 2023-03-01, known_since: 2022-01-01, kind: summit, who: [duria], source: survey}
  open:
    name: A doctrine
    week: {prior: {triangular: {low: 0, mode: 4, high: 20}}, unit: week, source: judgement}
    known_since: 2024-01-01
    kind: vote
    who: [duria]
    source: survey
"""
FAULTS = {
    "known too late": ("known_since: 2024-01-01\n    kind: election", "known_since: 2024-03-10\n    kind: election",
                       "calendar.vote.known_since"),
    "known after its day": ("date: 2024-03-01, known_since: 2024-01-01", "date: 2024-01-01, known_since: 2024-03-01",
                            "calendar.talks.known_since"),
    "of nobody": ("who: [duria]\n    source: survey\n    turns", "who: [durio]\n    source: survey\n    turns",
                  "calendar.vote.who"),
    "of no kind": ("kind: summit, who: [avria", "kind: summits, who: [avria", "calendar.talks.kind"),
    "one turn": ("      lost: {name: lost, turn_weight: {value: 1, unit: \"1\", source: choice}}\n", "",
                 "calendar.vote.turns"),
    "a week that has passed": ("low: 0, mode: 4, high: 20", "low: -9, mode: 4, high: 20", "calendar.open.week"),
    "a turn that is not there": ("turn: won", "turn: wan", "calendar.vote.moves.shells.turn"),
    "no instrument": ("instrument: durian-shells\n        turn", "instrument: durian-shalls\n        turn",
                      "calendar.vote.moves.shells.instrument"),
    "no day": ("name: Talks, date: 2024-03-01,", "name: Talks,", "calendar.talks"),
    "a day and a week": ("name: A doctrine\n", "name: A doctrine\n    date: 2024-04-01\n", "calendar.open"),
}  # fmt: skip

NOTHING = '{value: 0, unit: "1", source: choice}'


def written(tmp_path: Path, old: str = "", new: str = "") -> Path:
    text = (resources.files("tertius.world") / "template.yaml").read_text(encoding="utf-8").replace("{title}", "A war")
    text += CALENDAR
    assert old in text
    path = tmp_path / "war.yaml"
    path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("old", "new", "place"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_on_a_calendar_is_told_at_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load_scenario(written(tmp_path, old, new))
    assert place in str(refused.value)
    assert "fix" in str(refused.value)


def test_occasions_ahead_are_laid_out_and_those_long_past_are_not(tmp_path: Path) -> None:
    layout = Layout.of(load_scenario(written(tmp_path)))
    assert layout.slots["occasion"] == ("calendar.open", "calendar.talks", "calendar.vote")
    weeks = {path: layout.by_path[f"{path}.week"].quantity.central for path in layout.slots["occasion"][1:]}
    assert weeks == {"calendar.talks": -1.0, "calendar.vote": 3.0}
    assert layout.links["push"][0].tolist() == [2, 1, 0]  # of the vote, where it is won, the shells
    decides = layout.slots["actor"].index("actors.duria")
    assert layout.links["occasion"][:, 0].tolist() == [1 << decides] * 3  # Avria decides nothing here


def test_more_actors_than_bits_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tertius.engine.checking.MOST_ACTORS", 0)
    with pytest.raises(LayoutError, match="calendar") as refused:
        Layout.of(load_scenario(written(tmp_path)))
    assert "at most 0 actors" in str(refused.value)


def test_turns_without_any_weight_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, '{prior: {uniform: {low: 1, high: 2}}, unit: "1", source: judgement}', NOTHING)
    lost = 'lost: {name: lost, turn_weight: {value: 1, unit: "1", source: choice}}'
    text = path.read_text(encoding="utf-8")
    assert lost in text
    path.write_text(text.replace(lost, f"lost: {{name: lost, turn_weight: {NOTHING}}}"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="weight above 0") as refused:
        load_scenario(path)
    assert "calendar.vote.turns" in str(refused.value)
