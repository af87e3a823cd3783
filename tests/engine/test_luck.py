"""Same luck: what may not change a single bit of a future, and what comes out of an unchanged pair."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.mechanisms.worlds import laws, shipped

from tertius.engine import Ensemble, Intervention, Layout, Options, overrides_of, run, run_arms
from tertius.kernel.fields import ENTITIES, TABLE
from tertius.kernel.fields import outputs as recorded
from tertius.world import Scenario, Uniform

Build = Callable[..., Scenario]
Simulate = Callable[..., Ensemble]


def identical(one: Ensemble, other: Ensemble) -> None:
    assert one.outcomes == other.outcomes
    assert one.samples.shape == other.samples.shape
    assert np.isfinite(one.samples).all()
    assert (one.samples == other.samples).all()


def drivers(keys: dict[str, Any]) -> list[dict[str, Any]]:
    """Return records that name an output of the run: drivers of stakes, rungs and red lines."""
    found = [driver for stake in keys["stakes"].values() for driver in stake.get("drivers", {}).values()]
    rungs = [rung for ladder in keys["ladders"].values() for rung in ladder["rungs"].values() if "output" in rung]
    return [*found, *rungs, *keys["red_lines"].values()]


def reversed_records(keys: dict[str, Any]) -> None:
    for section in (
        "sources",
        "actors",
        "sides",
        "theatres",
        "contingents",
        "supply_lines",
        "events",
        "stakes",
        "instruments",
        "ladders",
        "red_lines",
        "bargains",
        "ties",
    ):
        keys[section] = dict(reversed(keys[section].items()))
    for ladder in keys["ladders"].values():
        ladder["rungs"] = dict(reversed(ladder["rungs"].items()))


def renamed_records(keys: dict[str, Any]) -> None:
    """Give a theatre, a supply line and an event other ids, and keep their keys."""
    for section, old, new in (
        ("theatres", "kursk", "zz-salient"),
        ("supply_lines", "dprk-shells", "aa-shells"),
        ("events", "prk-second-part", "aa-part"),
    ):
        assert old in keys[section]
        keys[section] = {new if i == old else i: r for i, r in keys[section].items()}
        keys[section][new]["key"] = old
    keys["contingents"]["kpa"]["theatre"] = "zz-salient"
    keys["instruments"]["PRK-munitions"]["levers"]["shells"]["supply_line"] = "aa-shells"
    for bargain in keys["bargains"].values():
        bargain["supply_lines"] = tuple("aa-shells" if i == "dprk-shells" else i for i in bargain["supply_lines"])
    for driver in drivers(keys):
        driver["output"] = driver["output"].replace("theatres.kursk", "theatres.zz-salient")
    for outcome in keys["outcomes"].values():
        outcome["output"] = outcome["output"].replace("theatres.kursk", "theatres.zz-salient")


def renamed_sides(keys: dict[str, Any]) -> None:
    """Keys of sides that sort against their ids."""
    keys["sides"]["A"]["key"] = "B"
    keys["sides"]["B"]["key"] = "A"


def more_actor(keys: dict[str, Any]) -> None:
    keys["actors"] = {"AAA": {"name": "Newland"}, **keys["actors"]}


def idle_contingent(keys: dict[str, Any]) -> None:
    more_actor(keys)
    keys["sides"]["A"]["members"] = ("AAA", *keys["sides"]["A"]["members"])
    idle = copy.deepcopy(keys["contingents"]["kpa"])
    idle |= {"actor": "AAA", "name": "Newland's soldiers"}
    assert idle["troops"]["value"] == 0
    keys["contingents"] = {"aaa": idle, **keys["contingents"]}


def empty_event(keys: dict[str, Any]) -> None:
    event = {"name": "Nobody", "kind": "arrival", "contingent": "kpa", "status": "assumed"}
    zero = {"value": 0, "unit": "persons", "source": "choice"}
    keys["events"]["aaa"] = {**event, "week": {"value": 1, "unit": "week", "source": "choice"}, "troops": zero}


@pytest.mark.parametrize("change", [reversed_records, renamed_records, more_actor, idle_contingent, empty_event])
def test_records_that_say_nothing_change_no_bit(
    change: Callable[[dict[str, Any]], None], build: Build, simulate: Simulate, base: Ensemble
) -> None:
    identical(base, simulate(build(change)))


def test_another_key_is_another_draw(build: Build, simulate: Simulate, base: Ensemble) -> None:
    def rekeyed(keys: dict[str, Any]) -> None:
        keys["theatres"]["front"]["key"] = "elsewhere"

    assert (simulate(build(rekeyed)).of("front-gain")[:, -1] != base.of("front-gain")[:, -1]).all()


@pytest.mark.parametrize("options", [{"threads": 1}, {"block": 1}, {"block": 7}, {"block": 200}, {"block": 4000}])
def test_threads_and_blocks_change_no_bit(options: dict[str, int], simulate: Simulate, base: Ensemble) -> None:
    other = simulate(**options)
    identical(base, other)
    assert np.array_equal(base.everything, other.everything)


def test_more_futures_and_weeks_leave_the_first_as_they_are(simulate: Simulate, base: Ensemble) -> None:
    other = simulate(futures=230, weeks=25)
    assert (other.samples[:120, :21] == base.samples).all()


def test_seed_and_replicates_count(simulate: Simulate, base: Ensemble) -> None:
    assert (simulate(seed=2).of("front-gain")[:, -1] != base.of("front-gain")[:, -1]).all()
    alone = simulate(replicates=1).parameters["theatres.front.power_response"]
    shared = base.parameters["theatres.front.power_response"]
    assert len(np.unique(alone)) == 120
    assert (shared.reshape(-1, 4) == alone[:30, None]).all()


def test_an_unchanged_override_differs_by_nothing(layout: Layout, simulate: Simulate, base: Ensemble) -> None:
    held = layout.scenario.quantities()
    same = {
        path: q.prior or q.value
        for path, q in held.items()
        if not path.startswith(("outcomes.", "observations.", "relations.", "variants."))
    }
    assert len(same) > 100
    identical(base, simulate(overrides=same))


def test_an_override_leaves_the_other_draws(simulate: Simulate, base: Ensemble) -> None:
    path = "theatres.front.power_response"
    fixed, other = simulate(overrides={path: 50.0}), simulate(overrides={path: Uniform(low=10, high=20)})
    assert path not in fixed.parameters
    assert (other.parameters[path] <= 20).all()
    for name, values in fixed.parameters.items():
        assert (values == base.parameters[name]).all()
    assert len(fixed.parameters) == len(base.parameters) - 1


def test_never_is_identical_before_the_first_effect(layout: Layout, compiled: None) -> None:
    options = Options(futures=200, weeks=20)
    # What rivals foresee answers to what the sender may not do.
    calm = {"world.foresight_weeks": 0.0}
    layout = Layout.of(layout.scenario, calm)
    never = Layout.of(layout.scenario, {**calm, **overrides_of(layout, Intervention("prk-entry"))})
    with_it, without = run_arms([layout, never], options, names=["as expected", "never"])
    assert (with_it.label, without.label) == ("as expected", "never")
    first = np.floor(with_it.parameters["events.prk-entry.week"]).astype(int)
    sent = with_it.path("contingents.kpa.sent")
    there = with_it.path("contingents.kpa.troops")
    decided = with_it.path("instruments.PRK-troops.level")
    changed = (with_it.samples != without.samples).any(axis=2)
    for i in range(200):
        before = (sent[i] == 0) & (decided[i] == decided[i, 0])
        assert not changed[i, before].any(), f"trajectory {i} differs before anyone came"
        assert changed[i, there[i] > 0].all(), f"trajectory {i} does not differ while they are there"
    assert (first >= 0).all()
    assert changed[:, -1].mean() > 0.5
    # An arm's numbers are those of a run of its own.
    identical(without, run(never, options))


def test_laws_called_one_by_one_give_the_block_bit_for_bit(layout: Layout, compiled: None, laws_kept: None) -> None:
    """The compiled block against the laws called from Python: order, keys, recording, parameter rows and the end."""
    weeks, futures = 12, 4
    layout = Layout.of(layout.scenario, {f"world.{kind}_end_rate": 0.1 for kind in ("slow", "quick", "old")})
    ensemble = run(layout, Options(futures=futures, weeks=weeks, replicates=1, seed=6))
    outputs, ends = layout.outputs(), 0
    for number in range(futures):
        world, ended = shipped(layout, 6, number), False
        for week in range(-1, weeks):
            world.week = week
            for law in laws() if week >= 0 and not world.value("world.ended") else ():
                world = world.after(law)
            if ended:
                for field in TABLE.values():
                    if field.kind == "state" and field.unit.endswith("/week"):
                        world.array(field)[:] = 0.0
            ended = world.value("world.ended") == 1
            flat = np.concatenate(
                [getattr(world.state, entity)[:, list(map(int, recorded(entity)))].ravel() for entity in ENTITIES]
            )
            seen = ensemble.everything[number, week + 1]
            assert len(flat) == len(outputs)
            assert (flat.astype(np.float32) == seen).all()
        ends += ended
    assert 0 < ends < futures


def mirror(keys: dict[str, Any]) -> None:
    """Exchange the labels A and B; the sides keep their random numbers by their keys."""
    other = {"A": "B", "B": "A", "none": "none"}
    keys["sides"] = {other[i]: {**record, "key": record.get("key", i)} for i, record in keys["sides"].items()}
    for theatre in keys["theatres"].values():
        theatre["holder"] = other[theatre["holder"]]
        theatre["forces"] = {other[i]: record for i, record in theatre["forces"].items()}
    for section in ("contingents", "supply_lines", "events", "weapons", "defences", "targets"):
        for record in keys.get(section, {}).values():
            if "side" in record:
                record["side"] = other[record["side"]]
    for instrument in keys["instruments"].values():
        for lever in instrument.get("levers", {}).values():
            if "side" in lever:
                lever["side"] = other[lever["side"]]
    for outcome in keys["outcomes"].values():
        outcome["favours"] = other[outcome["favours"]]
    for outcome in (*keys["outcomes"].values(), *drivers(keys)):
        for letter in "AB":
            outcome["output"] = outcome["output"].replace(f"sides.{letter}.", f"sides.@{letter}.")
            outcome["output"] = outcome["output"].replace(f"forces.{letter}.", f"forces.@{letter}.")
        for letter in "AB":
            outcome["output"] = outcome["output"].replace(f"@{letter}", other[letter])


def fixed_forces(keys: dict[str, Any]) -> None:
    """Forces draw by their side's label, so a mirror with the same luck needs them fixed."""
    for theatre in keys["theatres"].values():
        for size, force in enumerate(theatre["forces"].values()):
            force["troops"] = {"value": 40000 + 9000 * size, "unit": "persons", "source": "choice"}


def test_a_mirrored_scenario_has_the_same_futures(build: Build, simulate: Simulate) -> None:
    identical(simulate(build(fixed_forces)), simulate(build(fixed_forces, mirror)))


def test_the_key_of_a_side_does_not_exchange_the_sides(build: Build, simulate: Simulate, base: Ensemble) -> None:
    other = simulate(build(renamed_sides))
    assert other.layout.slots["side"] == ("sides.A", "sides.B")
    starts = [
        e.path("sides.A.equipment")[:, 0].mean() / e.path("sides.B.equipment")[:, 0].mean() for e in (base, other)
    ]
    assert starts[1] == pytest.approx(starts[0], rel=0.3)
    assert starts[0] > 1.5
