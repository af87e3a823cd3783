"""An answer made of the outputs that it is said to need is the one made of all of them."""

from dataclasses import replace

import pytest

from tertius.engine import Layout, Options
from tertius.errors import OptionError
from tertius.impact import Comparison, compare, sensitivity
from tertius.impact.needed import answer_outputs, first_page_outputs
from tertius.report.brief import Brief
from tertius.report.figures import all_figures
from tertius.report.render import first_page, markdown
from tertius.world import load_scenario, shipped_scenarios

OPTIONS = Options(futures=40, seed=3)


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
    every = compare(layout, OPTIONS)
    found = sensitivity(layout, every.other.layout, OPTIONS, futures=2, seen=every)

    def kept(*paths: str) -> Brief:
        return Brief(compare(layout, replace(OPTIONS, outputs=paths)), found)

    whole = Brief(every, found)
    assert first_page(kept(*first_page_outputs(layout))) == first_page(whole)
    needed = kept(*answer_outputs(layout))
    assert markdown(needed) == markdown(whole)
    drawn, wanted = all_figures(needed.comparison), all_figures(every)
    assert drawn.keys() == wanted.keys()
    assert all(drawn[figure].to_dict() == chart.to_dict() for figure, chart in wanted.items())


def test_what_was_not_kept_is_said(compiled: None) -> None:
    layout = Layout.of(load_scenario("river-war"))
    found: Comparison = compare(layout, replace(OPTIONS, outputs=("world.ended",)))
    assert found.base.path("world.ended").shape == (40, 53)
    with pytest.raises(OptionError, match=r"(?s)world\.settled.*what this run kept \(1 of 243 state variables\)"):
        found.base.path("world.settled")
    with pytest.raises(OptionError, match="among the outputs"):
        found.base.path("world.settled")
