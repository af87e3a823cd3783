"""Ladders, red lines, bargains and ties in a file: each fault is told at its place with what is allowed and the fix."""

from pathlib import Path

import numpy as np
import pytest
from tests.world.made_up import made_up

from tertius.engine import Layout
from tertius.errors import LayoutError, ScenarioError, UnknownName
from tertius.kernel.fields import fields
from tertius.world import Quantity, load_scenario

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
    "giver as taker": ("taker: avria", "taker: corvia", "bargains.soldiers-for-machines.taker", "another actor"),
    "giver as patron": ("patron: duria", "patron: corvia", "bargains.soldiers-for-machines.patron", "a third actor"),
    "taker as patron": ("patron: duria", "patron: avria", "bargains.soldiers-for-machines.patron", "a third actor"),
    "payment by the giver": (
        "payment: avrian-technology",
        "payment: corvian-trade",
        "bargains.soldiers-for-machines.payment",
        "an instrument of avria towards corvia",
    ),
    "line that says nothing": (
        "    signal: borlandic-warning\n    answer: borlandic-strikes\n    deters: corvian-soldiers\n",
        "",
        "red_lines.soldiers",
        "at least one of them",
    ),
    "tie of three": ("[corvia, avria]", "[corvia, avria, duria]", "ties.partners.between", "at most 2"),
    "tie of one": ("[corvia, avria]", "[corvia]", "ties.partners.between", "at least 2"),
    "taker on the other side": (
        "taker: avria",
        "taker: borland",
        "bargains.soldiers-for-machines",
        "the enemy of borland",
    ),
    "dot in a rung's id": (
        "      legion: {name: The",
        "      le.gion: {name: The",
        "ladders.war.rungs.le.gion",
        "an id",
    ),
    "blank in a lever's id": (
        "levers: {legion: {",
        "levers: {'le gion': {",
        "instruments.corvian-soldiers.levers",
        "an id",
    ),
    "lever on another's soldiers": (
        "    levers: {evasion: {side: A, evaded: 1 1}}",
        "    levers: {evasion: {side: A, evaded: 1 1}}\n  borlandic-troops: {name: x, actor: borland, kind: troops, "
        "towards: avria, levels: [a, b], level: 0 1, steps: {up: {rate: 1 1/year}}, levers: {x: {contingent: legion, "
        "soldiers: 5 persons}}}",
        "instruments.borlandic-troops.levers.x.contingent",
        "a contingent of borland",
    ),
    "one level twice": (
        "levels: [none, said, said again]",
        "levels: [none, said, said]",
        "instruments.borlandic-warning",
        "tell apart",
    ),
    "stated and by an output": (
        "threshold: 500 persons}",
        "threshold: 500 persons, is_stated: true}",
        "ladders.war.rungs.legion.is_stated",
        "an output defines",
    ),
    "relief of an output": (
        "threshold: 500 persons}",
        "threshold: 500 persons, relief: 0.1 1/week}",
        "ladders.war.rungs.legion.relief",
        "an output defines",
    ),
    "response to nothing": (
        "        stake: technology\n        rate",
        "        rate",
        "ladders.war.rungs.clash.response",
        "both or neither",
    ),
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
    "threshold that always holds": (
        "    threshold: 500 persons\n",
        "    threshold: 0 persons\n",
        "red_lines.soldiers.threshold",
        "above 0",
    ),
    "line that is crossed already": (
        "    output: contingents.legion.troops\n    threshold: 500 persons\n",
        "    output: instruments.durian-sanctions.level\n    threshold: 1 1\n",
        "red_lines.soldiers.threshold",
        "crossed already",
    ),
    "lever on what it cannot move": (
        "levers: {evasion: {side: A, evaded: 1 1}}",
        "levers: {evasion: {side: A, evaded: 1 1, soldiers: 5 persons}}",
        "instruments.corvian-trade.levers.evasion.soldiers",
        "a lever on a side does: recruits, strain, evaded, settlement",
    ),
    "threshold beyond the levels": (
        "instruments.borlandic-strikes.level, threshold: 1 1",
        "instruments.borlandic-strikes.level, threshold: 2 1",
        "ladders.war.rungs.strikes.threshold",
        "up to 1",
    ),
    "threshold of no size": (
        "    threshold: 500 persons\n",
        "    threshold: 1e300 persons\n",
        "red_lines.soldiers.threshold",
        "at most 1e+10 persons",
    ),
    "rate of no size": (
        "rate: 0.01 1/week, spill",
        "rate: 1e300 1/week, spill",
        "ladders.strait",
        "at most 100 1/week",
    ),
    "wear beyond all": ("A: {drain: 0.002 1/week", "A: {drain: 1.5 1/week", "sides.A.drain", "at most 1 1/week"),
    "half held": (
        "    levels: [none, said",
        "    held: 0.3 1\n    levels: [none, said",
        "instruments",
        "a whole number",
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


def test_two_actors_are_in_one_tie(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        made_up(tmp_path, extra="ties: {again: {between: [avria, corvia], closeness: 0 1}}")
    told(caught.value.problems, "ties.again.between", "each two actors in one tie")


VARIANT = """\
variants:
  more:
    name: More of them
    weight: {value: 1, unit: "1", source: choice}
    set:
      instruments.corvian-soldiers.level: {value: 1, unit: "1", source: choice}
      world.surprise: {prior: {uniform: {low: 0, high: 1}}, unit: "1", source: judgement}
"""
SURPRISE = '{prior: {uniform: {low: 0, high: 1}}, unit: "1", source: judgement}'
OTHER = "world.surprise: " + SURPRISE
CHOICE = "source: choice}"
VARIANT_FAULTS = {
    "level that is not there": ("level: {value: 1", "level: {value: 7", "instruments.corvian-soldiers.level", "0 to 2"),
    "no such quantity": ("world.surprise", "world.surprize", "world.surprize", "world.surprise"),
    "another unit": (SURPRISE, SURPRISE.replace('"1"', "week"), "world.surprise", "optimism"),
    "out of range": (SURPRISE, SURPRISE.replace("low: 0", "low: -1"), "world.surprise", "0 to any"),
    "of no size": (SURPRISE, '{value: 1e300, unit: "1", source: choice}', "world.surprise", "at most 1000"),
    "unknown source": (SURPRISE, SURPRISE.replace("judgement", "[x]"), "world.surprise.source", "an id of sources"),
    "half held": (
        OTHER,
        'instruments.corvian-trade.held: {value: 0.3, unit: "1", source: choice}',
        "instruments.corvian-trade.held",
        "a whole number",
    ),
    "scale of nothing": (
        OTHER,
        "stakes.technology.drivers.x.scale: {value: 0, unit: persons, source: choice}",
        "stakes.technology.drivers.x.scale",
        "other than 0",
    ),
}
WEIGHT_FAULTS = {
    "weight in km2": ('weight: {value: 1, unit: "1"', "weight: {value: 1, unit: km2", "variants.more.weight", "unit 1"),
    "weight of no size": ("weight: {value: 1,", "weight: {value: 1e308,", "variants.more.weight", "at most 1000"),
    "weight of nothing": ("weight: {value: 1,", "weight: {value: 0,", "variants.more.weight", "above 0"),
    "quantity beside it": ("    set:", "    surprise: 3 1\n    set:", "variants.more.surprise", "weight and set"),
}
DRIVEN = """\
stakes:
  technology:
    drivers: {x: {output: contingents.legion.troops, scale: 100 persons, effect: 1 1}}
"""


@pytest.mark.parametrize("name", [*VARIANT_FAULTS, *WEIGHT_FAULTS])
def test_what_a_variant_sets_is_checked_as_the_scenarios_own(name: str, tmp_path: Path) -> None:
    known = name in VARIANT_FAULTS
    old, new, place, allowed = VARIANT_FAULTS[name] if known else WEIGHT_FAULTS[name]
    assert old in VARIANT
    text = VARIANT.replace(old, new)
    Layout.of(made_up(tmp_path, extra=DRIVEN + VARIANT))
    with pytest.raises(ScenarioError) as caught:
        Layout.of(made_up(tmp_path, extra=DRIVEN + text))
    told(caught.value.problems, f"variants.more.set.{place}" if known else place, allowed)
    (found,) = caught.value.problems
    written = Path(found.file).read_text(encoding="utf-8").splitlines()[(found.line or 0) - 1]
    assert found.path.rpartition(".")[2] in written  # the line of the row itself


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ('"   "', "not empty"),
        ('"two\\nlines"', "one line"),
        ('"A\\u202Eedis"', "control characters"),
        ("x" * 201, "200 characters"),
        ("x" * 500_000, "200 characters"),
    ],
    ids=["blank", "two lines", "turned", "long", "huge"],
)
def test_a_name_is_one_short_line(name: str, allowed: str, tmp_path: Path) -> None:
    path = tmp_path / "war.yaml"
    path.write_text(f"extends: river-war\nactors: {{corvia: {{name: {name}}}}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    (found,) = caught.value.problems
    assert found.path == "actors.corvia.name"
    assert allowed in found.allowed
    assert len(str(found)) < 1000


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
    assert lines[0, names["red_line"]["answer_contingent"]] == -1  # strikes send nobody
    assert bargains[0, names["bargain"]["payment"]] == slot["instrument"]["avrian-technology"]
    assert layout.links["contingent"][0, names["contingent"]["bargain"]] == 0
    sold = layout.links["supply"][:, names["supply"]["bargain"]]
    assert [int(s) for s in np.flatnonzero(sold == 0)] == [slot["supply"]["corvian-shells"]]
    own = layout.links["supply"][:, names["supply"]["own"]]
    assert {name for name, n in slot["supply"].items() if own[n]} == {"avrian-shells", "borlandic-shells"}
    pair = {int(ties[0, names["tie"][n]]) for n in ("first", "second")}
    assert pair == {slot["actor"]["corvia"], slot["actor"]["avria"]}


def test_the_soldiers_who_would_answer_are_found(tmp_path: Path) -> None:
    extra = """\
red_lines:
  machines: {name: No fewer machines, actor: corvia, output: instruments.avrian-technology.level, threshold: 1 1,
    answer: corvian-soldiers, credibility: 0.5 1}
"""
    layout = Layout.of(made_up(tmp_path, extra=extra))
    line = layout.slots["red_line"].index("red_lines.machines")
    sent = next(f for f in fields("link", "red_line") if f.name == "answer_contingent")
    assert layout.slots["contingent"][layout.links["red_line"][line, sent]] == "contingents.legion"


EXPECTED = """\
events:
  late: {name: Late, kind: arrival, contingent: legion, status: expected, text: x, troops: 5 persons, source: judgement,
    WHEN}
"""


def test_what_is_expected_does_not_lie_in_the_past(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        made_up(tmp_path, extra=EXPECTED.replace("WHEN", "date: 1999-12-31"))
    told(caught.value.problems, "events.late.date", "say happened")
    for when in ("week: -5 week", "week: {prior: {normal: {mean: 0, sd: 5}}, unit: week, source: judgement}"):
        with pytest.raises(LayoutError) as refused:
            Layout.of(made_up(tmp_path, extra=EXPECTED.replace("WHEN", when)))
        told(refused.value.problems, "events.late.week", "0 or later")


def test_two_actors_have_two_names(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        made_up(tmp_path, extra="actors: {corvia: {name: Avria}}")
    told(caught.value.problems, "actors.corvia.name", "a name of its own")


def test_a_name_of_signs_that_nobody_sees_is_blank(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        made_up(tmp_path, extra='actors: {corvia: {name: "\\u200b\\u200b"}}')
    told(caught.value.problems, "actors.corvia.name", "not empty")


def test_a_total_is_of_what_adds_up(tmp_path: Path) -> None:
    outcome = (
        "outcomes: {x: {name: x, output: sides.A.losses, measure: total, unit: persons/week, material: 1 persons/week}}"
    )
    with pytest.raises(LayoutError) as caught:
        Layout.of(made_up(tmp_path, extra=outcome))
    told(caught.value.problems, "outcomes.x.measure", "sides.A.cumulative_losses")


def test_a_fault_is_placed_in_the_file_that_made_it(tmp_path: Path) -> None:
    file = tmp_path / "war.yaml"
    file.write_text(
        "extends: river-war\nbargains:\n  legion-for-ore:\n    patron_income: {value: -1, source: choice}\n",
        encoding="utf-8",
    )
    with pytest.raises(LayoutError) as caught:
        Layout.of(load_scenario(file))
    (found,) = caught.value.problems
    assert (found.file, found.line) == (str(file), 4)
    with pytest.raises(LayoutError) as by_hand:
        Layout.of(load_scenario("river-war"), {"world.war_age": -1.0})
    assert by_hand.value.problems[0].file.startswith("set by hand")


def test_what_nobody_has_cannot_be_set(tmp_path: Path) -> None:
    scenario = load_scenario("river-war")
    with pytest.raises(UnknownName):
        Layout.of(scenario, {"actors.avria.interests.hold.weight": 5.0})
    with pytest.raises(UnknownName, match="source"):
        Layout.of(scenario, {"world.war_age": Quantity(value=3.0, unit="week", source=("nobody",))})


def test_quantities_that_do_nothing_are_warned_of(tmp_path: Path) -> None:
    assert made_up(tmp_path).warnings == ()
    idle = made_up(tmp_path, "    signal: borlandic-warning\n", "")
    assert [warning.path for warning in idle.warnings] == ["red_lines.soldiers.signal_cost"]
    assert "name its signal" in idle.warnings[0].fix
    kind = made_up(tmp_path, "    payment: avrian-technology\n", "")
    assert [warning.path for warning in kind.warnings] == ["bargains.soldiers-for-machines.worth_in_kind"]
