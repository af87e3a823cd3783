"""Ladders, red lines, bargains and ties in a file: each fault is told at its place with what is allowed and the fix."""

from pathlib import Path

import numpy as np
import pytest
from tests.world.made_up import made_up

from tertius.engine import Layout
from tertius.errors import LayoutError, ScenarioError
from tertius.kernel.fields import fields

CRISIS = "rate: 0.01 1/week, spill_over: 0.5 1}"
TWICE = """\
bargains:
  another:
    name: Once more
    giver: corvia
    taker: avria
    contingents: [legion]
"""
FAULTS = {
    "rate and output": (
        "threshold: 500 persons}",
        "threshold: 500 persons, rate: 0.1 1/week}",
        "ladders.war.rungs.legion.rate",
        "either",
    ),
    "output without threshold": (
        "output: contingents.legion.troops, threshold: 500 persons}",
        "output: contingents.legion.troops}",
        "ladders.war.rungs.legion",
        "output and threshold",
    ),
    "neither rate nor output": (CRISIS, "spill_over: 0.5 1}", "ladders.strait.rungs.crisis", "one of the two"),
    "one height twice": ("height: 2,", "height: 1,", "ladders.war.rungs.", "a height of its own"),
    "height of nothing": ("height: 2,", "height: 0,", "ladders.war.rungs.strikes.height", "1"),
    "stake of a rung": ("stake: technology\n", "stake: tecnology\n", "ladders.war.rungs.clash.stake", "technology"),
    "rung by a rung": (
        "output: instruments.borlandic-strikes.level",
        "output: ladders.war.rungs.legion.reached",
        "ladders.war.rungs.strikes.output",
        "instruments",
    ),
    "no rungs": (
        "  strait:\n    name: The strait\n    is_elsewhere: true\n    rungs:\n"
        "      crisis: {name: A crisis, height: 1, rate: 0.01 1/week, spill_over: 0.5 1}",
        "  strait:\n    name: The strait\n    is_elsewhere: true\n    rungs: {}",
        "ladders.strait.rungs",
        "",
    ),
    "line of nobody": (
        "    actor: borland\n    output",
        "    actor: borlnd\n    output",
        "red_lines.soldiers.actor",
        "borland",
    ),
    "answer of another": (
        "answer: borlandic-strikes",
        "answer: durian-sanctions",
        "red_lines.soldiers.answer",
        "an instrument of borland",
    ),
    "signal of another": (
        "signal: borlandic-warning",
        "signal: durian-sanctions",
        "red_lines.soldiers.signal",
        "an instrument of borland",
    ),
    "its own instrument deterred": (
        "deters: corvian-soldiers",
        "deters: borlandic-strikes",
        "red_lines.soldiers.deters",
        "an instrument of another actor",
    ),
    "answer that is not there": (
        "answer: borlandic-strikes",
        "answer: borlandic-strike",
        "red_lines.soldiers.answer",
        "borlandic-strikes",
    ),
    "line by a stake": (
        "    output: contingents.legion.troops\n",
        "    output: stakes.technology.level\n",
        "red_lines.soldiers.output",
        "contingents",
    ),
    "line by a line": (
        "    output: contingents.legion.troops\n",
        "    output: red_lines.soldiers.crossed\n",
        "red_lines.soldiers.output",
        "contingents",
    ),
    "line without threshold": ("    threshold: 500 persons\n    signal", "    signal", "red_lines.soldiers", ""),
    "giver of nothing": (
        "    contingents: [legion]\n    supply_lines: [corvian-shells]\n",
        "",
        "bargains.soldiers-for-machines",
        "contingents or supply_lines",
    ),
    "line of another giver": (
        "[corvian-shells]",
        "[durian-shells]",
        "bargains.soldiers-for-machines.supply_lines.0",
        "what corvia sends",
    ),
    "contingent that is not there": (
        "contingents: [legion]",
        "contingents: [legoin]",
        "bargains.soldiers-for-machines.contingents.0",
        "legion",
    ),
    "payment that is not there": (
        "payment: avrian-technology",
        "payment: avrian-tecnology",
        "bargains.soldiers-for-machines.payment",
        "avrian-technology",
    ),
    "patron that is not there": (
        "patron: duria",
        "patron: dria",
        "bargains.soldiers-for-machines.patron",
        "duria",
    ),
    "tie with itself": ("[corvia, avria]", "[corvia, corvia]", "ties.partners.between", "two actors"),
    "tie with nobody": ("[corvia, avria]", "[corvia, avira]", "ties.partners.between.1", "avria"),
    "tie of three": ("[corvia, avria]", "[corvia, avria, duria]", "ties.partners.between", ""),
    "misspelt key": ("    giver: corvia", "    givr: corvia", "bargains.soldiers-for-machines", "giver"),
}
IN_VIEW_OF_THE_LAWS = {
    "threshold in another unit": (
        "    threshold: 500 persons\n",
        "    threshold: 500 km2\n",
        "red_lines.soldiers.threshold",
        "persons",
    ),
    "threshold of a rung in another unit": (
        "threshold: 500 persons}",
        "threshold: 500 1}",
        "ladders.war.rungs.legion.threshold",
        "persons",
    ),
    "no such output": (
        "    output: contingents.legion.troops\n",
        "    output: contingents.legion.trops\n",
        "red_lines.soldiers.output",
        "contingents.legion.troops",
    ),
    "no such output of a rung": (
        "instruments.borlandic-strikes.level",
        "instruments.borlandic-strikes.levl",
        "ladders.war.rungs.strikes.output",
        "instruments.borlandic-strikes.level",
    ),
    "share paid beyond one": ("kept: 0.25 1", "kept: 1.25 1", "bargains.soldiers-for-machines.kept", "0 to 1"),
    "closeness beyond one": ("closeness: 0.2 1", "closeness: 2 1", "ties.partners.closeness", "-1 to 1"),
    "no credibility": ("    credibility: 0.5 1\n", "", "red_lines.soldiers.credibility", "chance"),
    "price in another unit": (
        "item_cost: 200 USD/item",
        "item_cost: 200 USD",
        "bargains.soldiers-for-machines.item_cost",
        "USD/item",
    ),
    "misspelt quantity": ("grievance: 1 1", "grievence: 1 1", "bargains.soldiers-for-machines.grievence", "grievance"),
    "misspelt leap": ("leap: 0.1 1\n", "leep: 0.1 1\n", "ladders.war.rungs.clash.leep", "leap"),
}


def told(problems: object, place: str, allowed: str) -> None:
    """Fail unless some problem stands at the place, in a line, with what is allowed and what to do."""
    found = [p for p in problems if p.path.startswith(place)]  # type: ignore[attr-defined]
    assert found, [p.path for p in problems]  # type: ignore[attr-defined]
    assert all(p.given and p.allowed and p.fix and p.line for p in found)
    assert any(allowed in f"{p.allowed} {p.nearest} {p.fix}" for p in found), found


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_at_its_place(name: str, tmp_path: Path) -> None:
    old, new, place, allowed = FAULTS[name]
    with pytest.raises(ScenarioError) as caught:
        made_up(tmp_path, old, new)
    told(caught.value.problems, place, allowed)


@pytest.mark.parametrize("name", IN_VIEW_OF_THE_LAWS)
def test_a_fault_in_view_of_the_laws_is_told(name: str, tmp_path: Path) -> None:
    old, new, place, allowed = IN_VIEW_OF_THE_LAWS[name]
    with pytest.raises(LayoutError) as caught:
        Layout.of(made_up(tmp_path, old, new))
    told(caught.value.problems, place, allowed)


def test_one_contingent_is_given_in_one_bargain(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        made_up(tmp_path, extra=TWICE)
    told(caught.value.problems, "bargains.another.contingents.0", "each in one bargain")


def test_a_tie_needs_two_that_decide(tmp_path: Path) -> None:
    extra = "actors: {elba: {name: Elba}}\nties: {far: {between: [elba, duria], closeness: 0 1}}"
    with pytest.raises(LayoutError) as caught:
        Layout.of(made_up(tmp_path, extra=extra))
    told(caught.value.problems, "ties.far.between.0", "an actor with an instrument")


def test_links_find_what_the_file_names(tmp_path: Path) -> None:
    layout = Layout.of(made_up(tmp_path))
    slot = {
        entity: {path.rpartition(".")[2]: n for n, path in enumerate(paths)} for entity, paths in layout.slots.items()
    }
    rungs, lines, bargains, ties = (layout.links[e] for e in ("rung", "red_line", "bargain", "tie"))
    names = {
        e: {f.name: f for f in fields("link", e)}
        for e in ("rung", "red_line", "bargain", "tie", "contingent", "supply")
    }
    below = rungs[:, names["rung"]["below"]]
    assert below[slot["rung"]["clash"]] == slot["rung"]["strikes"]
    assert below[slot["rung"]["strikes"]] == slot["rung"]["legion"]
    assert below[slot["rung"]["legion"]] == below[slot["rung"]["crisis"]] == -1
    ladder = rungs[:, names["rung"]["ladder"]]
    assert ladder[slot["rung"]["crisis"]] != ladder[slot["rung"]["clash"]] == ladder[slot["rung"]["legion"]]
    for role, instrument in (
        ("signal", "borlandic-warning"),
        ("answer", "borlandic-strikes"),
        ("deters", "corvian-soldiers"),
    ):
        assert lines[0, names["red_line"][role]] == slot["instrument"][instrument]
    assert bargains[0, names["bargain"]["payment"]] == slot["instrument"]["avrian-technology"]
    assert layout.links["contingent"][0, names["contingent"]["bargain"]] == 0
    sold = layout.links["supply"][:, names["supply"]["bargain"]]
    assert [int(s) for s in np.flatnonzero(sold == 0)] == [slot["supply"]["corvian-shells"]]
    own = layout.links["supply"][:, names["supply"]["own"]]
    assert {name for name, n in slot["supply"].items() if own[n]} == {"avrian-shells", "borlandic-shells"}
    pair = {int(ties[0, names["tie"][n]]) for n in ("first", "second")}
    assert pair == {slot["actor"]["corvia"], slot["actor"]["avria"]}
