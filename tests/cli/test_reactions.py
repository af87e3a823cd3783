"""`tertius reactions`, and what the other commands say of those who decide."""

import pytest
from tests.cli.commands import tertius
from tests.impact.levies import LEVY
from tests.impact.neighbours import DECIDING

pytestmark = pytest.mark.usefixtures("compiled")
FEW = ("--futures", 200, "--weeks", 13)
NAMES = ["cordia-arms", "cordia-talks", "dorland-arms", "elvia-talks"]


def test_reactions_are_printed_and_given_as_json() -> None:
    told = tertius("reactions", DECIDING, *FEW, "--seed", 3)
    assert told.code == 0
    for text in ("Cordia", "Other states", "Reasons", "If one moves first", "Elvian mediation"):
        assert text in told.out
    data = tertius("reactions", DECIDING, *FEW, "--seed", 3, "--without", "levy", "--json").data
    assert (data["run"]["scenario"], data["question"]["without"]) == ("deciding", [{"event": "levy", "mode": "never"}])
    assert [row["instrument"] for row in data["reactions"]["rows"]] == [name for name in NAMES for _ in (4, 13)]
    assert {row["term"] for row in data["reasons"][0]["terms"]} >= {"strength", "rivals"}
    assert len(data["first_moves"]["by_instrument"]) == 4


def test_a_comparison_and_a_run_tell_of_instruments_where_there_are_any() -> None:
    data = tertius("compare", DECIDING, *FEW, "--json").data
    assert {row["instrument"] for row in data["reactions"]["rows"]} == set(NAMES)
    ran = tertius("run", DECIDING, *FEW, "--json").data
    assert [row["instrument"] for row in ran["instruments"]] == NAMES
    assert all(0 < row["base_rate_up"] < 1 for row in ran["instruments"])
    assert "instruments" not in tertius("run", LEVY["B"], *FEW, "--json").data
    assert tertius("compare", LEVY["B"], *FEW, "--json").data["reactions"] is None


def test_a_war_in_which_nobody_decides_says_so() -> None:
    told = tertius("reactions", LEVY["B"], *FEW)
    assert told.code == 0
    assert "Nobody decides" in told.out


def test_a_brief_prints_the_bottom_line_alone() -> None:
    told = tertius("brief", DECIDING, "--futures", 40, "--weeks", 5)
    assert told.code == 0
    assert "WHO REACTS" in told.out
    assert "If one moves first" not in told.out
    assert tertius("brief", DECIDING, "--futures", 40, "--weeks", 5, "--json").data["reactions"]["rows"]


def test_a_wrong_event_is_refused_by_name() -> None:
    told = tertius("reactions", DECIDING, *FEW, "--without", "levi")
    assert told.code != 0
    assert "levy" in told.err
