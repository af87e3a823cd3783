"""The command that says what to watch: what it prints, its JSON, and what it refuses."""

from __future__ import annotations

import pytest
from tests.cli.commands import tertius

pytestmark = pytest.mark.usefixtures("compiled")
RUN = ("indicators", "river-war", "--futures", 400, "--weeks", 16)


def test_rules_are_printed_with_their_rates_and_stand_in_the_json() -> None:
    told = tertius(*RUN, "land>0", "--json")
    assert told.code == 0
    (one,) = told.data
    assert one["target"]["name"] == "land"
    assert 0 < one["chance"] < 1
    text = " ".join(tertius(*RUN, "land>0").out.split())
    assert text.count("hits") == len(one["rules"]) + 1 if one["rules"] else "beyond chance" in text
    for rule in one["rules"]:
        assert rule["hits"] > rule["false_alarms"]
        assert f"{rule['lead']:.0f} weeks ahead" in text


def test_hypotheses_are_printed_and_stand_in_the_json() -> None:
    words = ("indicators", "river-war", "two-legions", "--hypotheses", "--futures", 1000)
    (one,) = tertius(*words, "--json").data
    assert one["hypothesis"] == "two-legions"
    text = " ".join(tertius(*words).out.split())
    assert f"{100 * one['weight']:.0f}% before anything is seen" in text
    assert "The Corvian legion: a step up by 1 Jun 2031" in text
    assert tertius("indicators", "river-war", "three-legions", "--hypotheses", "--futures", 400).code == 2


REFUSED = {
    "too few": (("indicators", "river-war", "--futures", 100), "400 or more"),
    "no such event": ((*RUN, "war-end"), "war-ends"),
    "no number": ((*RUN, "land>far"), "number"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_refused_with_the_fix(case: str) -> None:
    words, hint = REFUSED[case]
    told = tertius(*words)
    assert told.code == 2
    assert hint in told.err
