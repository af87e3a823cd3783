"""`tertius reactions`, and what the other commands say of those who decide."""

from typing import Any

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


ALONE = ("--assume", "world.excitation_weight=1", "--assume", "world.interests_weight=0")


def given(*words: object) -> dict[str, dict[str, Any]]:
    """Rows by step of what the others do given a step up of Dorland's arms."""
    told = tertius("reactions", DECIDING, "--futures", 400, "--weeks", 13, "--given", "dorland-arms", *words, "--json")
    assert told.data["futures"] <= 400
    return {f"{row['instrument']} {row['direction']}": row for row in told.data["rows"]}


def test_given_that_finds_the_answer_that_is_planted_and_none_elsewhere() -> None:
    answers = [f"instruments.cordia-arms.excited_{term}=1.5" for term in ("partners", "rivals")]
    planted = given(*ALONE, "--assume", answers[0], "--assume", answers[1])
    assert next(iter(planted)) == "cordia-arms up"  # the largest comes first
    row = planted["cordia-arms up"]
    assert row["clear"]
    assert row["change"] == pytest.approx(row["given"] - row["otherwise"])
    assert row["interval"][0] < row["given"] < row["interval"][1]
    still = given(*ALONE)
    assert all(row["change"] == 0.0 and not row["clear"] for row in still.values())


def test_given_that_is_printed_and_refuses_what_cannot_be_asked() -> None:
    told = tertius("reactions", DECIDING, "--futures", 200, "--weeks", 4, "--given", "dorland-arms")
    assert "Given a step up of" in told.out
    assert "So answer none of" in " ".join(told.out.split())
    for words, said in (
        (("--given", "dorland-arm"), "nearest: dorland-arms"),
        (("--given", "dorland-arms:sideways"), "write up or down"),
        (("--given", "cordia-talks:down"), "a step that can be taken"),
        (("--given", "dorland-arms", "--futures", 50), "200 or more"),
        (("--given", "dorland-arms", "--without", "levy"), "leave --without out"),
    ):
        refused = tertius("reactions", DECIDING, *words)
        assert refused.code != 0
        assert said in refused.err
