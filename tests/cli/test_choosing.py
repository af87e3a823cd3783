"""The commands about ways and steps: what they print, their JSON, and what they refuse."""

from __future__ import annotations

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
    "no such schema": (("schema", "storyline"), "storylines"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_refused_with_the_fix(case: str) -> None:
    words, hint = REFUSED[case]
    told = tertius(*words)
    assert told.code == 2
    assert hint in told.err
