"""The commands about ways and steps: what they print, their JSON, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.commands import tertius

pytestmark = pytest.mark.usefixtures("compiled")
STORYLINES = ("storylines", "river-war", "--futures", 400, "--weeks", 16)


def test_storylines_are_printed_and_stand_in_the_json() -> None:
    told = tertius(*STORYLINES, "--box", "land>100", "--json")
    assert told.code == 0
    text = " ".join(tertius(*STORYLINES, "--box", "land>100").out.split())
    assert f"into {len(told.data['storylines'])} kinds" in text
    for one in told.data["storylines"]:
        assert f"{100 * one['share']:.0f}% of futures" in text
        assert f"future {one['typical']} of seed 1" in text
    assert "What leads to it: Avria's gain of land above 100 km²" in text


REFUSED = {
    "too few futures": (("storylines", "river-war", "--futures", 100), "400 or more"),
    "no such outcome of a box": ((*STORYLINES, "--box", "lend>3"), "land"),
    "no such actor": (("options", "river-war", "--actor", "durai"), "duria"),
    "no such lever": (("options", "river-war", "--actor", "duria", "--lever", "durian-shels:up"), "durian-shells"),
    "no such week": (("options", "river-war", "--actor", "duria", "--at", "soon"), "numbers"),
    "no such event": (("inverse", "river-war", "wars-end"), "war-ends"),
    "no such chance": (("inverse", "river-war", "war-ends", "--above", 2), "above 0 and below 1"),
    "no such schema": (("schema", "storyline"), "storylines"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_refused_with_the_fix(case: str) -> None:
    words, hint = REFUSED[case]
    told = tertius(*words)
    assert told.code == 2
    assert hint in told.err


OPTIONS = ("options", "river-war", "--actor", "duria", "--lever", "durian-shells:up", "--futures", 200, "--weeks", 8)


def test_options_are_printed_and_stand_in_the_json(tmp_path: Path) -> None:
    told = tertius(*OPTIONS, "--json", "--out", tmp_path / "out")
    assert told.code == 0
    (one,) = told.data["options"]
    assert one["moves"][0]["instrument"] == "durian-shells"
    text = " ".join(tertius(*OPTIONS).out.split())
    assert "Nothing is recommended" in text
    assert "durian-shells:up" in text
    assert sorted(file.name for file in (tmp_path / "out").iterdir() if file.name.startswith(("options", "trade"))) == [
        "options.json", "options.md", "tradeoff.svg",
    ]  # fmt: skip
    assert "replaced: a result of options" in tertius(*OPTIONS, "--out", tmp_path / "out").err


INVERSE = ("inverse", "river-war", "land>200", "--above", 0.6, "--futures", 200, "--weeks", 26)


def test_what_would_have_to_change_is_printed_and_stands_in_the_json() -> None:
    told = tertius(*INVERSE, "--json")
    assert told.code == 0
    text = " ".join(tertius(*INVERSE).out.split())
    assert f"As things stand it comes in {100 * told.data['now']['share']:.0f}%" in text
    for one in told.data["sets"]:
        assert f"{100 * one['fresh']['share']:.0f}%" in text
    assert "changes the picture most" in text
