"""Causes: what carries an effect is found and ranked, parts add up, each set of causes is what a plain run gives."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.impact.levies import layout as levy

import tertius.world
from tertius.engine import CHANNELS, Intervention, Layout, Options, laws
from tertius.errors import OptionError
from tertius.impact import Causes, Split, causes, compare, sensitivity
from tertius.impact.causes import MOST_EXACT
from tertius.impact.channels import BACKGROUND, actors, mechanisms
from tertius.impact.comparison import effect
from tertius.impact.shapley import exact
from tertius.world import load_scenario

pytestmark = pytest.mark.usefixtures("compiled")
TEMPLATE = Path(tertius.world.__file__).parent / "template.yaml"
ARMED = Path(__file__).parent / "armed.yaml"
OPTIONS = Options(weeks=20, seed=4, replicates=1)
# Nothing but soldiers that change theatre can carry the legion in the hills to the river.
ONE_WAY = {
    "world.fire_exponent": 0.0,
    "world.equipment_exponent": 0.0,
    "sides.A.leadership_cost": 0.0,
    "sides.A.loss_level": 0.0,
    "sides.B.loss_level": 0.0,
    "contingents.legion.interpreters_per_group": 0.0,
    "contingents.legion.officers_per_group": 0.0,
    "contingents.legion.discord": 0.0,
    "contingents.legion.wave_probability": 0.0,
}


@cache
def rivers() -> Layout:
    """The war of the template, in which a legion comes to the hills and the river is watched."""
    return Layout.of(load_scenario(str(TEMPLATE)))


def without(layout: Layout, settings: dict[str, float]) -> Layout:
    return Layout.of(layout.scenario, {**layout.overrides, **settings})


def adds_up(found: Causes) -> bool:
    return all(
        split.whole.mean == pytest.approx(split.direct.mean + sum(part.mean for part in split.parts), abs=1e-6)
        for split in found.splits.values()
    )


def part(split: Split, name: str) -> float:
    return next(one.mean for one in split.parts if one.name == name)


def test_every_channel_has_laws_and_something_that_switches_it_off() -> None:
    assert {law.channel for law in laws()} - {""} == set(CHANNELS)
    assert {law.name for law in laws() if law.background} == BACKGROUND
    for name in CHANNELS:
        assert any(law.by for law in laws() if law.channel == name), name


def test_the_one_mechanism_that_carries_the_effect_is_found() -> None:
    found = causes(without(rivers(), ONE_WAY), OPTIONS, futures=200)
    assert found.orders == 0
    land = found.splits["land"]
    assert {one.name for one in land.parts} == {"movement", "losses", "decisions"}
    assert land.ranked[0].name == "movement"
    assert land.ranked[0].is_clear
    assert land.direct.mean == 0.0  # exactly: without it nothing reaches the river
    assert part(land, "decisions") == 0.0  # shells that no power feels
    assert abs(part(land, "losses")) < 0.2 * abs(land.whole.mean)
    assert adds_up(found)


def test_each_set_of_causes_is_what_a_plain_comparison_gives() -> None:
    layout = without(rivers(), {**ONE_WAY, "contingents.legion.discord": 0.5, "sides.A.loss_level": 800.0})
    players = mechanisms(layout)
    assert len(players) == 4
    worth = {}
    for chosen in range(2 ** len(players)):
        off = {k: v for i, player in enumerate(players) if not chosen >> i & 1 for k, v in player.off.items()}
        ran = compare(without(layout, off), replace(OPTIONS, futures=80))
        worth[chosen] = np.array([[ran.at(name, 20).mean for name in ran.base.outcomes]])
    found = causes(layout, OPTIONS, futures=80)
    values = exact(len(players), worth)
    for place, split in enumerate(found.splits.values()):
        assert split.whole.mean == pytest.approx(worth[15][0, place], abs=1e-9)
        assert split.direct.mean == pytest.approx(worth[0][0, place], abs=1e-9)
        assert [one.mean for one in split.parts] == pytest.approx(values[:, 0, place], abs=1e-6)


def test_orders_drawn_agree_with_all_sets_within_their_errors() -> None:
    options = replace(OPTIONS, replicates=4)
    layout = without(rivers(), {"world.equipment_exponent": 0.2})
    every = causes(layout, options, futures=400, most_exact=10)
    drawn = causes(layout, options, futures=400, most_exact=0)
    assert (every.orders, drawn.orders) == (0, 4 * 9)
    assert adds_up(every)
    assert adds_up(drawn)
    for name, split in every.splits.items():
        assert drawn.splits[name].whole.mean == pytest.approx(split.whole.mean, abs=1e-6)  # the same futures
        for one, two in zip(split.parts, drawn.splits[name].parts, strict=True):
            assert abs(one.mean - two.mean) <= 4.5 * np.hypot(one.error, two.error) + 1e-9, (name, one.name)
            assert two.interval[0] <= two.mean <= two.interval[1]


def test_it_is_the_same_for_any_number_of_threads() -> None:
    one, two = (causes(rivers(), replace(OPTIONS, threads=n, replicates=2), futures=60) for n in (1, 2))
    assert one.splits == two.splits
    assert one.orders > 0


def test_the_actor_whose_choices_carry_it_is_found() -> None:
    armed = Layout.of(load_scenario(str(ARMED)))
    assert [player.name for player in actors(armed)] == ["cordia", "dorland", "elvia"]
    found = causes(armed, replace(OPTIONS, weeks=26), "actors", futures=600)
    arms = found.splits["arms"]
    assert arms.ranked[0].name == "cordia"
    assert arms.ranked[0].is_clear
    assert arms.whole.mean > 0
    assert arms.direct.mean == part(arms, "dorland") == 0.0
    assert adds_up(found)
    # Nobody's choices reach the front, so its whole difference is direct.
    land = found.splits["land"]
    assert land.direct.mean == land.whole.mean != 0.0
    assert all(one.mean == one.error == 0.0 for one in land.parts)


def test_what_the_intervention_sets_stays_set() -> None:
    """A law off in both worlds leaves nothing of an intervention that sets what switches it off."""
    setting = {"world.fire_exponent": 0.0}
    found = causes(levy(), replace(OPTIONS, weeks=8), settings=setting, futures=40)
    names = [one.name for one in found.splits["land"].parts]
    assert "fire" in names
    assert found.splits["land"].whole.mean != 0.0
    assert found.splits["land"].direct.mean == 0.0
    assert found.question.labels == ("set world.fire_exponent = 0",)


def test_an_assumption_in_both_worlds_is_switched_off_in_both() -> None:
    plain, assumed = levy(), levy(world__fire_exponent=0.2)  # the value that it has
    options = Options(futures=40, weeks=6)
    levied = {"events.levy.recruits": 0.0}
    found = [sensitivity(base, without(base, levied), options, 40) for base in (plain, assumed)]
    for one, two in zip(found[0].switch_offs, found[1].switch_offs, strict=True):
        assert one.outcomes == two.outcomes, one.law
    splits = [causes(base, OPTIONS, futures=40).splits for base in (plain, assumed)]
    assert splits[0] == splits[1]


def test_the_error_counts_groups_and_the_interval_leaves_chance_out() -> None:
    generator = np.random.default_rng(1)
    rows = np.arange(400) % 100
    groups = rows // 10
    shared = generator.normal(size=10)[groups]  # what futures of a group have in common
    mean, error, (low, high) = effect(shared + generator.normal(size=400), rows, groups)
    _, by_rows, _ = effect(shared + generator.normal(size=400), rows)
    assert error > 2 * by_rows
    assert low < mean < high
    even = np.repeat(np.arange(20.0), 20)
    assert effect(even, np.arange(400), np.repeat(np.arange(20), 20))[1] == pytest.approx(
        np.arange(20.0).std(ddof=1) / np.sqrt(20)
    )
    pure_chance = generator.normal(size=4000)
    low, high = effect(pure_chance, np.arange(4000) % 1000)[2]
    assert high - low < 0.5  # 80% of futures spread over 2.6


def test_the_default_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(weeks=1, futures=100)
    found = causes(levy(), options)
    sets = 2 ** len(found.splits["land"].parts)
    assert sets <= 2**MOST_EXACT
    assert found.futures == 100
    monkeypatch.setattr(sys.modules["tertius.impact.causes"], "FUTURE_WEEKS", 2 * sets * 3 * 12 + 1)
    assert causes(levy(), replace(options, weeks=3)).futures == 12
    assert causes(levy(), replace(options, weeks=3), futures=40).futures == 40


def test_what_cannot_be_shared_out_is_refused() -> None:
    with pytest.raises(OptionError, match="mechanisms or actors"):
        causes(levy(), OPTIONS, "states")
    with pytest.raises(OptionError, match="an actor decides"):
        causes(levy(), OPTIONS, "actors")
    with pytest.raises(OptionError, match="futures"):
        causes(levy(), OPTIONS, futures=-1)
    with pytest.raises(OptionError, match="never"):
        causes(levy(), OPTIONS, without=[Intervention("levy", "withdraw")])
