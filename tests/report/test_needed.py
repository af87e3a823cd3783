"""An answer made of the outputs that it is said to need is the one made of all of them."""

from dataclasses import replace

import pytest

from tertius.engine import Layout, Options
from tertius.errors import OptionError
from tertius.impact.comparison import pair
from tertius.impact.making import COMPARISON, FIRST_PAGE, REACTIONS, WHOLE, answer_of
from tertius.impact.needed import answer_outputs, first_page_outputs
from tertius.impact.question import question_of
from tertius.world import load_scenario, shipped_scenarios

OPTIONS = Options(futures=40, seed=3)
BESIDE = {"sensitivity", "grounds", "first_moves", "rivals"}  # of other futures than those of the two worlds


@pytest.mark.parametrize("name", shipped_scenarios())
def test_outputs_needed_are_outputs_and_named_once(name: str) -> None:
    layout = Layout.of(load_scenario(name))
    first, whole = first_page_outputs(layout), answer_outputs(layout)
    assert set(whole) <= {path for path, _ in layout.outputs()}
    assert len(set(whole)) == len(whole)
    assert set(first) < set(whole)


@pytest.mark.parametrize("name", ["ukraine-2024", "river-war"])
def test_what_is_not_needed_changes_nothing(name: str, compiled: None) -> None:
    layout = Layout.of(load_scenario(name))
    question = question_of(layout)
    every = pair(layout, question, OPTIONS)
    few = pair(layout, question, replace(OPTIONS, outputs=first_page_outputs(layout)))
    needed = pair(layout, question, replace(OPTIONS, outputs=answer_outputs(layout)))
    for held, parts in ((few, FIRST_PAGE), (needed, COMPARISON), (needed, REACTIONS), (needed, WHOLE)):
        read = tuple(part for part in parts if part not in BESIDE)
        assert answer_of(held, OPTIONS, read) == answer_of(every, OPTIONS, read)


def test_what_was_not_kept_is_said(compiled: None) -> None:
    layout = Layout.of(load_scenario("river-war"))
    found = pair(layout, question_of(layout), replace(OPTIONS, outputs=("world.ended",)))
    assert found.base.path("world.ended").shape == (40, 53)
    with pytest.raises(OptionError, match=r"(?s)world\.settled.*what this run kept \(1 of \d+ state variables\)"):
        found.base.path("world.settled")
